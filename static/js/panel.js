// The pre-screening beside the grid: follows every save, lights cells and clauses, opens on small screens.
(() => {
  'use strict';
  const panel = document.querySelector('[data-panel]');
  if (!panel) return;
  const body = panel.querySelector('[data-panel-body]');
  const bar = panel.querySelector('[data-panel-bar]');
  const summary = document.querySelector('[data-panel-summary]');
  const toggle = panel.querySelector('[data-panel-toggle]');

  document.addEventListener('jiqun:saved', ({ detail }) => {
    const open = new Map([...body.querySelectorAll('details.findings-group')].map((one) => [one.dataset.group, one.open]));
    const unfolded = new Set([...body.querySelectorAll('.finding-more[open]')].map((one) => one.closest('[data-clause]').dataset.clause));
    const focused = document.activeElement?.closest?.('[data-panel-body] [data-clause]')?.dataset.clause;
    body.innerHTML = detail.panel; // our own server's template, escaped there
    body.querySelectorAll('details.findings-group').forEach((one) => { if (open.has(one.dataset.group)) one.open = open.get(one.dataset.group); });
    body.querySelectorAll('[data-clause]').forEach((one) => {
      if (unfolded.has(one.dataset.clause)) one.querySelector('.finding-more').open = true;
      if (one.dataset.clause === focused) one.focus();
    });
    bar.textContent = detail.summary;
    if (summary && summary.textContent !== detail.summary) summary.textContent = detail.summary;
  });

  // --- a clause lights its cells, a cell its clauses ------------------------------------------
  const dark = () => document.querySelectorAll('.is-lit').forEach((one) => one.classList.remove('is-lit'));
  function light(target) {
    dark();
    const clause = target.closest?.('[data-panel-body] [data-clause]');
    if (clause) {
      clause.classList.add('is-lit');
      clause.dataset.cells.split(' ').filter(Boolean).forEach((id) => document.getElementById(id)?.closest('td')?.classList.add('is-lit'));
      document.querySelector(`[data-statement="${CSS.escape(clause.dataset.clause)}"]`)?.classList.add('is-lit');
      return;
    }
    const place = target.closest?.('[data-clauses]');
    if (!place) return;
    place.dataset.clauses.split(' ').filter(Boolean).forEach((number) => find(number)?.classList.add('is-lit'));
  }
  const find = (number) => body.querySelector(`[data-clause="${CSS.escape(number)}"]`);
  document.addEventListener('focusin', (event) => light(event.target));
  document.addEventListener('mouseover', (event) => { if (event.target.closest?.('[data-clause], [data-clauses]')) light(event.target); });

  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-to-clause]');
    if (link) {
      event.preventDefault();
      const finding = find(link.dataset.toClause);
      if (!finding) return;
      show(true);
      finding.closest('details').open = true;
      finding.scrollIntoView({ block: 'center' });
      finding.focus();
      return;
    }
    const cell = event.target.closest('[data-panel-body] a[href^="#"]');
    if (cell) {
      event.preventDefault();
      show(false);
      const field = document.getElementById(cell.hash.slice(1));
      field?.scrollIntoView({ block: 'center' });
      (field?.matches('fieldset') ? field.querySelector('input') : field)?.focus();
    }
  });

  // --- on small screens the panel is a bar that opens -----------------------------------------
  function show(open) {
    panel.classList.toggle('is-open', open);
    toggle.setAttribute('aria-expanded', String(open));
    toggle.textContent = open ? toggle.dataset.close : toggle.dataset.open;
  }
  panel.classList.add('can-fold');
  toggle.hidden = false;
  toggle.addEventListener('click', () => show(!panel.classList.contains('is-open')));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && panel.classList.contains('is-open')) { show(false); toggle.focus(); }
  });

  // A link from the check page comes with the place in its address.
  const place = location.hash && document.getElementById(location.hash.slice(1));
  if (place) (place.matches('fieldset') ? place.querySelector('input') : place).focus?.();
})();
