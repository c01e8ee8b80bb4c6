// Chooses all rows of the page at once and says how many are chosen. Without script each row has its own box.
(() => {
  'use strict';
  document.querySelectorAll('[data-choose-all]').forEach((all) => {
    const name = all.dataset.chooseAll;
    const boxes = [...document.querySelectorAll(`input[type="checkbox"][name="${name}"]`)];
    const told = document.querySelector(`[data-chosen="${name}"]`);
    const tell = () => {
      const n = boxes.filter((box) => box.checked).length;
      all.checked = n > 0 && n === boxes.length;
      all.indeterminate = n > 0 && n < boxes.length;
      if (told) told.textContent = told.dataset.words.replace('{n}', n).replace('{m}', boxes.length);
    };
    all.hidden = boxes.length < 2;
    all.addEventListener('change', () => {
      boxes.forEach((box) => { box.checked = all.checked; });
      tell();
    });
    boxes.forEach((box) => box.addEventListener('change', tell));
    window.addEventListener('pageshow', tell); // a browser that comes back keeps what was chosen
    tell();
  });
})();
