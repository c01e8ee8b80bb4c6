// Moves in the grid with arrows, Enter and Tab, and shows the marks that come back with a save.
(() => {
  'use strict';
  const grid = document.querySelector('[data-grid]');
  const form = document.querySelector('#fill-form');
  if (!grid) return;
  const words = form.dataset;
  const rows = [...grid.querySelectorAll('.grid-row')].map((row) =>
    [...row.children].filter((cell) => !cell.matches('.grid-what, .grid-unit')).map((cell) => cell.querySelector('input')));

  const where = (input) => {
    for (let row = 0; row < rows.length; row += 1) {
      const column = rows[row].indexOf(input);
      if (column >= 0) return [row, column];
    }
    return null;
  };

  // 229: the key belongs to an input method, also where composing has ended before it.
  const isOfInputMethod = (event) => event.isComposing || event.keyCode === 229;

  function go(row, column, down, across) {
    for (let r = row + down, c = column + across; r >= 0 && r < rows.length && c >= 0 && c < rows[r].length; r += down, c += across) {
      const input = rows[r][c];
      if (input) { input.focus(); input.select(); return; }
    }
  }

  // Tab goes from cell to cell, whatever stands between them; from the last one it leaves the grid.
  function tab(event) {
    const cells = rows.flat().filter(Boolean);
    const target = cells[cells.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  grid.addEventListener('keydown', (event) => {
    const at = where(event.target);
    if (!at || isOfInputMethod(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Tab') { tab(event); return; }
    const { selectionStart: start, selectionEnd: end, value } = event.target;
    const all = start === 0 && end === value.length;
    const moves = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: event.shiftKey ? [-1, 0] : [1, 0],
      ArrowLeft: all || (start === 0 && end === 0) ? [0, -1] : null,
      ArrowRight: all || (start === value.length && end === value.length) ? [0, 1] : null,
    };
    const move = moves[event.key];
    if (!move || (event.shiftKey && event.key !== 'Enter')) return;
    event.preventDefault();
    go(...at, ...move);
  });

  // A cell is selected when it is entered, not when the window comes back to what was half typed.
  let away = null;
  grid.addEventListener('focusout', (event) => { away = document.activeElement === event.target ? event.target : null; });
  grid.addEventListener('focusin', (event) => { if (event.target.matches('input') && event.target !== away) event.target.select(); });

  // --- clauses, what is said of a row and the way to submit have keys of their own ---------------
  const toSubmit = document.querySelector('[data-to-submit]');
  grid.querySelectorAll('.grid-clause').forEach((link) => { link.tabIndex = -1; });
  const BESIDE = '.grid-clause, .grid-says button, .grid-says summary';
  // Two texts to choose from come first, notes that unfold last.
  function besideRow(element) {
    const own = element.closest('.grid-row, .grid-says');
    const row = own?.matches('.grid-says') ? own.previousElementSibling : own;
    const says = row?.nextElementSibling;
    return row ? [...says.querySelectorAll('button'), ...row.querySelectorAll('.grid-clause'), ...says.querySelectorAll('summary')] : [];
  }
  let from = null;
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || isOfInputMethod(event) || event.shiftKey) return;
    const clause = event.altKey && !event.ctrlKey && where(event.target) && besideRow(event.target)[0];
    const target = clause || ((event.ctrlKey || event.metaKey) && !event.altKey && toSubmit);
    if (!target) return;
    event.preventDefault();
    from = event.target;
    target.focus();
  });
  document.addEventListener('keydown', (event) => {
    const link = event.target.closest?.(`${BESIDE}, [data-to-submit], [data-panel-body] [data-clause]`);
    if (!link) return;
    const beside = besideRow(link);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const target = event.key === 'Escape' ? from : step && beside[beside.indexOf(link) + step];
    if (!target) return;
    event.preventDefault();
    target.focus();
  });

  const line = document.querySelector('.save-line');
  if (line) new ResizeObserver(() => form.style.setProperty('--save-line', `${line.offsetHeight}px`)).observe(line);

  // What else there is to say of a figure, folded as county/more.html folds it.
  const folded = (more) => {
    if (!more.length) return [];
    const made = (name, text = '') => Object.assign(document.createElement(name), { textContent: text });
    const all = Object.assign(made('details'), { className: 'says-more' }), list = made('ul');
    list.append(...more.map((text) => made('li', text)));
    all.append(made('summary', words.wordsMore.replace('{n}', more.length)), list);
    return [all];
  };

  // --- marks that come back with a save -------------------------------------------------------
  document.addEventListener('jiqun:saved', ({ detail }) => {
    grid.querySelectorAll('.grid-cell').forEach((cell) => {
      const input = cell.querySelector('input');
      const found = detail.marks[input.id];
      const kind = found ? found.mark : input.value ? 'saved' : 'empty';
      cell.classList.remove('is-empty', 'is-saved', 'is-warning', 'is-unreadable', 'is-out_of_range');
      cell.classList.add(`is-${kind}`);
      cell.querySelector('[data-mark]').textContent = found ? found.label : input.value ? words.wordsCellSaved : '';
      const wrong = kind === 'unreadable' || kind === 'out_of_range';
      if (wrong) input.setAttribute('aria-invalid', 'true'); else input.removeAttribute('aria-invalid');
      const says = document.getElementById(`says-${input.id}`);
      says.hidden = !found;
      const year = Object.assign(document.createElement('strong'), { textContent: says.dataset.year });
      const names = found && found.words.startsWith(says.dataset.year);
      says.replaceChildren(...(found ? names ? [found.words] : [year, ` ${found.words}`] : []), ...folded(found?.more || []));
    });
    for (const section of detail.sections) {
      const task = document.querySelector(`[data-section="${CSS.escape(section.key)}"]`);
      if (!task) continue;
      task.textContent = section.words;
      task.className = `task-state is-${section.state}`;
    }
  });
})();
