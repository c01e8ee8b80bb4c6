// Takes back at a reply or a reason of the check page that it is missing, once words stand there: typed or put back.
(() => {
  'use strict';
  const ENDS = '-lacks';
  document.querySelectorAll(`.field-error[id$="${ENDS}"]`).forEach((note) => {
    const field = document.getElementById(note.id.slice(0, -ENDS.length));
    const tell = () => jiqun.afterPress(() => {
      if (!note.isConnected || !field.value.trim()) return;
      note.remove();
      if (!field.matches(':has(~ .field-over:not([hidden]))')) field.removeAttribute('aria-invalid'); // js/counting.js
    });
    for (const filled of ['input', 'change']) field.addEventListener(filled, tell);
    tell(); // put back before (js/typed.js)
  });
})();
