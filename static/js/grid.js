// Moves in the grid with arrows and Enter, and takes a block pasted from a spreadsheet.
(() => {
  'use strict';
  const grid = document.querySelector('[data-grid]');
  const form = document.querySelector('#fill-form');
  if (!grid) return;
  const words = form.dataset;
  const undo = document.querySelector('[data-undo]');
  const rows = [...grid.querySelectorAll('.grid-row')].map((row) =>
    [...row.children].filter((cell) => !cell.matches('.grid-what, .grid-unit')).map((cell) => cell.querySelector('input')));
  let before = [];

  const where = (input) => {
    for (let row = 0; row < rows.length; row += 1) {
      const column = rows[row].indexOf(input);
      if (column >= 0) return [row, column];
    }
    return null;
  };

  function go(row, column, down, across) {
    for (let r = row + down, c = column + across; r >= 0 && r < rows.length && c >= 0 && c < rows[r].length; r += down, c += across) {
      const input = rows[r][c];
      if (input) { input.focus(); input.select(); return; }
    }
  }

  grid.addEventListener('keydown', (event) => {
    const at = where(event.target);
    if (!at || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
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
  grid.addEventListener('focusin', (event) => { if (event.target.matches('input')) event.target.select(); });

  // --- paste ----------------------------------------------------------------------------------
  grid.addEventListener('paste', (event) => {
    const at = where(event.target);
    const text = event.clipboardData.getData('text/plain').replace(/\r\n?/g, '\n').replace(/\n$/, '');
    if (!at || event.target.readOnly || !/[\t\n]/.test(text)) return; // one value: the browser's own paste
    event.preventDefault();
    const changed = [];
    let leftOut = 0;
    before = [];
    text.split('\n').forEach((line, down) => line.split('\t').forEach((typed, across) => {
      const input = rows[at[0] + down]?.[at[1] + across];
      if (!input) { if (typed.trim()) leftOut += 1; return; }
      before.push([input, input.value]);
      input.value = typed.trim();
      changed.push(input);
    }));
    undo.hidden = !before.length;
    say((leftOut ? words.wordsLeftOut : words.wordsPasted).replace('{n}', changed.length).replace('{m}', leftOut));
    tell(changed);
  });

  // What was typed after the paste stays: only cells left as they were pasted are put back.
  grid.addEventListener('input', (event) => {
    before = before.filter(([input]) => input !== event.target);
    undo.hidden = !before.length;
  });

  undo?.addEventListener('click', () => {
    before.forEach(([input, value]) => { input.value = value; });
    tell(before.map(([input]) => input));
    undo.hidden = true;
    before[0]?.[0].focus();
    before = [];
    say(words.wordsUndone);
  });

  // The words about a paste stand apart from "saved": both must be readable.
  const note = Object.assign(document.createElement('p'), { className: 'paste-note' });
  note.setAttribute('role', 'status');
  undo?.before(note);
  function say(text) { note.textContent = text; }
  grid.addEventListener('input', () => say(''));
  const line = document.querySelector('.save-line');
  if (line) new ResizeObserver(() => form.style.setProperty('--save-line', `${line.offsetHeight}px`)).observe(line);
  function tell(inputs) { document.dispatchEvent(new CustomEvent('jiqun:changed', { detail: inputs })); }

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
      says.replaceChildren(...(found ? names ? [found.words] : [year, ` ${found.words}`] : []));
    });
    for (const section of detail.sections) {
      const task = document.querySelector(`[data-section="${CSS.escape(section.key)}"]`);
      if (!task) continue;
      task.textContent = section.words;
      task.className = `task-state is-${section.state}`;
    }
  });
})();
