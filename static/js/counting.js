// Counts words over a field's limit at the field: a browser would cut what is pasted without a word.
// The server refuses what is too long and gives it back; without script the browser's own limit stays.
(() => {
  'use strict';
  const sentence = document.body.dataset.wordsOver;
  const FIELDS = 'form[method="post"] textarea[maxlength], form[method="post"] input[maxlength], textarea[data-most], [form][maxlength]';
  const NOT_WORDS = '.grid input, [type="password"], [type="email"], [type="hidden"], [autocomplete="one-time-code"]';

  document.querySelectorAll(FIELDS).forEach((field) => {
    if (field.matches(NOT_WORDS)) return;
    const most = Number(field.dataset.most || field.maxLength);
    field.removeAttribute('maxlength');
    const note = Object.assign(document.createElement('p'), { className: 'field-over', id: `over-${field.id || field.name}`, hidden: true });
    note.setAttribute('role', 'status');
    field.after(note);
    field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') || ''} ${note.id}`.trim());

    // A form is sent with two characters a line break, a saved statement with one.
    const count = () => [...field.value].length + (field.dataset.most ? 0 : (field.value.match(/\n/g) || []).length);
    const tell = () => {
      const n = count();
      if (n > most) field.setAttribute('aria-invalid', 'true');
      else if (!note.hidden) field.removeAttribute('aria-invalid');
      note.hidden = n <= most;
      note.textContent = n > most ? sentence.replace('{n}', n).replace('{m}', most).replace('{k}', n - most) : '';
    };
    field.addEventListener('input', tell);
    field.addEventListener('change', tell); // put back, not typed
    tell();
  });
})();
