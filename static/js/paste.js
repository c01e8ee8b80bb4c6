// Shows what a pasted block would put where (placing.js), takes it once it was seen, and undoes it. No sentence is written here.
(() => {
  'use strict';
  const grid = document.querySelector('[data-grid]');
  const form = document.querySelector('#fill-form');
  const preview = document.querySelector('[data-preview]');
  if (!grid || !preview) return;
  const { blockOf, placing, flat, isSame } = window.placing;
  const words = form.dataset;
  const undo = document.querySelector('[data-undo]');
  const KEPT = `paste:${words.key}`;
  const years = JSON.parse(grid.dataset.years).map(String);
  const powers = (units) => Object.fromEntries(Object.entries(JSON.parse(units)).map(([unit, power]) => [flat(unit), power]));
  const rows = [...grid.querySelectorAll('.grid-row')].map((row) => {
    const cells = [...row.children].slice(1, years.length + 1).map((cell) => cell.querySelector('input'));
    return { label: row.dataset.label, names: JSON.parse(row.dataset.names).map(flat), also: JSON.parse(row.dataset.also).map(flat), units: powers(row.dataset.units), unit: row.dataset.unit, cells, has: cells, decimals: Number(row.dataset.decimals), isYesNo: 'yesNo' in row.dataset };
  });
  const placed = placing(rows, years);

  function plannedFor(block, at) {
    const plan = placed(block, at);
    const withInput = (one) => ({ ...one, input: one.row.cells[one.column] });
    return {
      ...plan, moves: plan.moves.map(withInput),
      blanks: plan.blanks.map(withInput).filter(({ input }) => input.value).map((one) => ({ ...one, typed: '' })),
    };
  }
  const whyOf = ({ why, unit, own, least, fits = [] }) => words[`words${why}`].replace('{unit}', unit).replace('{own}', own).replace('{least}', least)
    .replace('{fits}', () => fits.join(words.wordsComma));
  const fromOf = ({ row, from, isRounded }) => (!isRounded ? words.wordsConverted : row.decimals ? words.wordsRounded : words.wordsWhole)
    .replace('{from}', from).replace('{n}', row.decimals);
  const some = (texts) => [...texts.slice(0, 4), ...(texts.length > 4 ? ['…'] : [])].join(words.wordsBetween);
  const outOf = ({ out }) => out.map((one) => words.wordsLabelled.replace('{words}', () => whyOf(one)).replace('{name}', () => [one.name, some(one.texts)].filter(Boolean).join(' · ')));

  // --- the preview ----------------------------------------------------------------------------
  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

  const listed = (place, plan) => place.querySelector('ul').replaceChildren(...outOf(plan).map((text) => element('li', text)));

  // What was left out stays readable until the next paste.
  function keepLeft(plan) {
    const left = document.querySelector('[data-left]');
    left.hidden = !plan.out.length;
    left.open = false;
    left.querySelector('summary').textContent = words.wordsLeft.replace('{n}', plan.out.length);
    listed(left, plan);
  }

  function shown(plan) {
    const columns = years.filter((_, at) => plan.moves.some(({ input, row }) => row.cells[at] === input));
    const head = element('tr', '');
    head.append(...[words.wordsIndicator, ...columns].map((text) => element('th', text, { scope: 'col' })));
    const lines = [...new Set(plan.moves.map(({ row }) => row))].map((row) => {
      const line = element('tr', '');
      const name = element('th', words.wordsInUnit.replace('{name}', () => row.label).replace('{unit}', () => row.unit), { scope: 'row' });
      const { said } = plan.moves.find((move) => move.row === row);
      if (said) name.append(element('small', words.wordsSaid.replace('{said}', () => said)));
      line.append(name);
      for (const year of columns) {
        const cell = element('td', '');
        const move = plan.moves.find(({ input }) => input === row.cells[years.indexOf(year)]);
        if (move) {
          cell.append(element('strong', move.typed));
          if (move.from) cell.append(element('small', fromOf(move)));
          if (move.input.value && !isSame(row, move.input.value, move.typed)) cell.append(element('small', words.wordsNow.replace('{now}', move.input.value)));
        }
        line.append(cell);
      }
      return line;
    });
    preview.querySelector('thead').replaceChildren(head);
    preview.querySelector('tbody').replaceChildren(...lines);
    preview.querySelector('table').style.setProperty('--years', columns.length);
    preview.querySelector('table').hidden = !plan.moves.length;
    preview.querySelector('[data-are-years]').hidden = !plan.areYears;
    const out = preview.querySelector('[data-out]');
    out.hidden = !plan.out.length;
    listed(out, plan);
    const blanks = preview.querySelector('[data-blanks]');
    blanks.hidden = !plan.blanks.length;
    blanks.querySelector('label').textContent = words.wordsBlanks.replace('{n}', plan.blanks.length);
    blanks.querySelector('input').checked = false;
    const take = preview.querySelector('[data-take]');
    take.textContent = words.wordsTake.replace('{n}', plan.moves.length);
    take.hidden = !plan.moves.length && !plan.blanks.length;
    take.onclick = () => {
      const moves = blanks.querySelector('input').checked ? [...plan.moves, ...plan.blanks] : plan.moves;
      preview.close();
      take_(moves, plan.out.flatMap(({ texts }) => texts).length);
    };
    preview.showModal();
    preview.focus(); // else the browser begins at the table, below the title
    preview.scrollTop = 0;
  }

  preview.querySelector('[data-cancel]').addEventListener('click', () => preview.close());
  preview.addEventListener('close', () => asked?.focus());
  let asked = null;

  grid.addEventListener('paste', (event) => {
    const text = event.clipboardData.getData('text/plain');
    const start = rows.findIndex((row) => row.cells.includes(event.target));
    if (start < 0 || event.target.readOnly || !/[\t\r\n]/.test(text)) return; // one value: the browser's own paste
    event.preventDefault();
    asked = event.target;
    const block = blockOf(text);
    const plan = plannedFor(block, [start, rows[start].cells.indexOf(event.target)]);
    keepLeft(plan);
    if (block.length > 1 || plan.isHeaded || plan.areYears || plan.out.length) shown(plan);
    else take_(plan.moves, 0);
  });

  function take_(moves, leftOut) {
    const isOver = (place) => inPastes(place).slice(-1).some(isStanding);
    const cells = moves.map(({ input }) => ({ place: input.id, was: input.value, isOver: isOver(input.id) }));
    pastes.push({ cells, at: Date.now() });
    moves.forEach(({ input, typed }) => { input.value = typed; });
    say((leftOut ? words.wordsLeftOut : words.wordsPasted).replace('{n}', moves.length).replace('{m}', leftOut));
    tell(moves.map(({ input }) => input));
    keepUndo();
  }

  // --- undo, the newest paste first, also after a reload: only cells that still stand as they were pasted are put back --
  // What was submitted since is no longer the paste's to empty, though it comes back as it was.
  const KEPT_PASTES = 5;
  const kept = jiqun.tab.kept(KEPT);
  let pastes = (kept?.round === words.round && kept.pastes) || [];

  function keepUndo() {
    pastes = pastes.filter(({ cells }) => cells.length).slice(-KEPT_PASTES);
    if (pastes.length) jiqun.tab.keep(KEPT, { round: words.round, pastes }); else jiqun.tab.drop(KEPT);
    undo.hidden = !pastes.length;
    if (undo.hidden) return;
    const { cells, at } = pastes.at(-1);
    const when = new Date(at).toLocaleString(document.documentElement.lang, { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'Asia/Shanghai' });
    undo.textContent = words.wordsUndo.replace('{n}', cells.length).replace('{when}', when);
  }

  // A cell stands as it was pasted while it has the version the paste was saved as, or was not saved yet.
  const versionOf = (place) => document.getElementById(place)?.name.split(':')[2];
  const isStanding = ({ place, version }) => document.getElementById(place) && (!version || versionOf(place) === version);
  const inPastes = (place) => pastes.flatMap(({ cells }) => cells).filter((one) => one.place === place);

  document.addEventListener('jiqun:saved', ({ detail }) => {
    for (const cell of detail.cells) {
      for (const one of inPastes(`cell-${cell.indicator}-${cell.year}`)) {
        if (!one.version && detail.isSettled(document.getElementById(one.place))) one.version = String(cell.version);
      }
    }
    keepUndo();
  });
  grid.addEventListener('input', (event) => {
    for (const paste of pastes) paste.cells = paste.cells.filter(({ place }) => place !== event.target.id);
    keepUndo();
    say('');
  });
  undo.addEventListener('click', () => {
    const back = pastes.pop().cells.filter(isStanding);
    const inputs = back.map(({ place, was }) => Object.assign(document.getElementById(place), { value: was }));
    // What an earlier paste put in stands there again, and gets its version with the next save.
    for (const { place } of back.filter(({ isOver }) => isOver)) delete inPastes(place).at(-1)?.version;
    keepUndo();
    tell(inputs);
    inputs[0]?.focus();
    say(words.wordsUndone);
  });

  // The words about a paste stand apart from "saved": both must be readable.
  const note = element('p', '', { className: 'paste-note' });
  note.setAttribute('role', 'status');
  undo.before(note);
  function say(text) { note.textContent = text; }
  function tell(inputs) { document.dispatchEvent(new CustomEvent('jiqun:changed', { detail: inputs })); }
  keepUndo();
})();
