// Says at a statement which half is missing, once somebody has left it. No sentence is written here.
(() => {
  'use strict';
  const words = document.querySelector('#fill-form').dataset;

  const lacking = (statement) => {
    const isAnswered = Boolean(statement.querySelector('input:checked'));
    const isSaid = Boolean(statement.querySelector('textarea').value.trim());
    if (isAnswered === isSaid) return '';
    return isAnswered ? words.wordsLacksWords : words.wordsLacksAnswer;
  };

  document.querySelectorAll('[data-statement]').forEach((statement) => {
    const says = statement.querySelector('[data-says]');
    const tell = () => jiqun.afterPress(() => { says.textContent = lacking(statement); says.hidden = !says.textContent; });
    statement.addEventListener('focusout', (event) => { if (!statement.contains(event.relatedTarget)) tell(); });
    document.addEventListener('jiqun:saved', () => { if (!statement.contains(document.activeElement)) tell(); });
    statement.addEventListener('input', () => { if (!lacking(statement)) tell(); });
  });
})();
