// Folds what an indicator means below its row. Without script the link leads there and the address opens it.
// In a table that is read, Tab stops once at its definitions, and the arrows go from one to the next.
(() => {
  'use strict';
  const links = [...document.querySelectorAll('[data-definition]')];
  const rowOf = (link) => document.getElementById(link.hash.slice(1));

  function open(link, isOpen) {
    rowOf(link).hidden = !isOpen;
    link.setAttribute('aria-expanded', String(isOpen));
  }

  for (const link of links) {
    const row = rowOf(link);
    row.classList.add('folds');
    link.setAttribute('role', 'button');
    link.setAttribute('aria-controls', row.id);
    open(link, link.hash === location.hash);
    link.addEventListener('click', (event) => {
      event.preventDefault();
      open(link, row.hidden);
      row.scrollIntoView({ block: 'nearest' });
    });
  }

  const beside = (link) => links.filter((one) => one.closest('table') === link.closest('table'));
  const isRead = (link) => !link.closest('table').querySelector('input:read-write'); // a grid has keys of its own
  const stop = (link) => beside(link).forEach((one) => { one.tabIndex = one === link ? 0 : -1; });
  links.filter((link) => isRead(link) && beside(link)[0] === link).forEach(stop);

  document.addEventListener('keydown', (event) => {
    const link = event.target.closest?.('[data-definition]');
    if (!link || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === ' ') { event.preventDefault(); link.click(); return; }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target = step && isRead(link) && beside(link)[beside(link).indexOf(link) + step];
    if (!target) return;
    event.preventDefault();
    stop(target);
    target.focus();
  });
})();
