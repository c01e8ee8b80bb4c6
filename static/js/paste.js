// Takes a block from a spreadsheet into the grid: read as spreadsheets write it, placed by its headings, shown before it is taken.
// Figures stay text: a unit moves the point, nothing is ever a floating number. No sentence is written here.
(() => {
  'use strict';
  const grid = document.querySelector('[data-grid]');
  const form = document.querySelector('#fill-form');
  const preview = document.querySelector('[data-preview]');
  if (!grid || !preview) return;
  const words = form.dataset;
  const undo = document.querySelector('[data-undo]');
  const KEPT = `paste:${words.key}`;
  const years = JSON.parse(grid.dataset.years).map(String);
  const rows = [...grid.querySelectorAll('.grid-row')].map((row) => ({
    label: row.dataset.label, names: JSON.parse(row.dataset.names).map(bare), units: powers(row.dataset.units), unit: row.dataset.unit,
    cells: [...row.children].slice(1, years.length + 1).map((cell) => cell.querySelector('input')),
  }));

  function powers(units) { return Object.fromEntries(Object.entries(JSON.parse(units)).map(([unit, power]) => [flat(unit), power])); }

  // --- the clipboard as spreadsheets write it -------------------------------------------------
  // A cell with a tab, a line break or a quote stands in quotes, quotes inside are doubled; other quotes are text.
  const CELL = /"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*)/y;

  function blockOf(text) {
    const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
    const block = [[]];
    for (let at = 0; at <= source.length; at += 1) {
      CELL.lastIndex = at;
      const [all, quoted, plain] = CELL.exec(source);
      // A field drops line breaks and would join the figures on both sides of one.
      block.at(-1).push((quoted === undefined ? plain : quoted.replaceAll('""', '"')).trim().replace(/\s*\n\s*/g, ' '));
      at += all.length;
      if (source[at] === '\n') block.push([]);
    }
    while (block.length > 1 && block.at(-1).every((one) => !one)) block.pop();
    return block;
  }

  // --- headings -------------------------------------------------------------------------------
  // Names and units are compared as people read them; figures keep every character but the width of digits.
  function flat(text) { return text.normalize('NFKC').toLowerCase().replace(/["'“”‘’「」\s]/g, ''); }
  function bare(text) { return flat(text).replace(/^(\d{1,2}[.、)]|\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十]+、)/, ''); }
  const narrow = (text) => text.replace(/[０-９．，－＋]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0));
  const yearOf = (text) => /^((?:19|20|21)\d\d)(?:年度?)?(?:[(（].*[)）])?$/.exec(narrow(text).replace(/\s/g, ''))?.[1];
  const isNumber = (text) => /\d/.test(narrow(text)) && /^[+-]?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)?(?:\.\d*)?$/.test(narrow(text));
  const isWords = (text) => /\p{L}/u.test(text) && !/^[\d.,+-]/.test(narrow(text)) && !/^(是|否|yes|no|无|不详|n\/?a)$/i.test(text);
  const unitIn = (text) => /单位:(.+?)\)?$/.exec(flat(text))?.[1] ?? /\(([^()]*)\)$/.exec(flat(text))?.[1] ?? ''; // 集群总产值（万元）, 单位：万元
  const isUnitHead = (text) => ['单位', '计量单位', 'unit', 'units'].includes(flat(text));

  function rowOf(text) {
    const name = bare(text);
    const whole = rows.find((row) => row.names.includes(name));
    const unit = whole ? '' : unitIn(text);
    return { row: whole || (unit && rows.find((row) => row.names.includes(name.slice(0, name.lastIndexOf('('))))) || undefined, unit };
  }

  function readsAsYears(line, byName) {
    const found = line.filter((cell, at) => cell && !(byName && at === 0) && !isUnitHead(cell)).map(yearOf);
    return found.length > 0 && found.every(Boolean) && new Set(found).size === found.length && found.some((year) => years.includes(year));
  }

  function readsAsNames(block) {
    const cells = block.map(([cell]) => cell).filter(Boolean);
    return cells.length > 0 && !cells.some(isNumber) && (cells.some((cell) => rowOf(cell).row) || (block[0].length > 1 && cells.every(isWords)));
  }

  // A table may have lines of words above its years, and may stand with its years downwards.
  function headed(block) {
    const at = block.findIndex((line, down) => readsAsYears(line, down + 1 < block.length && readsAsNames(block.slice(down + 1))));
    const isHeaded = at >= 0 && !block.slice(0, at).flat().some(isNumber);
    const body = isHeaded ? block.slice(at + 1) : block;
    const above = isHeaded ? block.slice(0, at).flat().map(unitIn).filter(Boolean).flatMap((one) => one.split(/[、,;和及]/)).map((one) => one.replace(/^.*单位:/, '')).filter(Boolean) : [];
    return { head: isHeaded ? block[at] : null, body, byName: readsAsNames(body), above };
  }

  function turned(block) {
    const width = Math.max(...block.map((line) => line.length));
    const other = headed(Array.from({ length: width }, (_, at) => block.map((line) => line[at] ?? '')));
    const own = headed(block);
    return other.head && other.byName && !(own.head && own.byName) ? other : own;
  }

  // --- what goes where ------------------------------------------------------------------------
  // [{input, typed, from, unit}] and what finds no place, a line of the block and a reason each: [{name, texts, why}].
  function placed(block, [startRow, startColumn]) {
    const { head, body, byName, above } = turned(block);
    const unitAt = head ? head.findIndex((cell, at) => isUnitHead(cell) && !(byName && at === 0)) : -1;
    const plan = { moves: [], out: [], blanks: [], isHeaded: Boolean(head) || byName };
    const seen = new Set();
    const columnOf = (across) => (head ? years.indexOf(yearOf(head[across] || '')) : startColumn + across - (byName ? 1 : 0));
    body.forEach((line, down) => {
      const named = byName ? rowOf(line[0]) : { row: rows[startRow + down], unit: '' };
      const unitOfLine = named.unit || (unitAt >= 0 && flat(line[unitAt] || '')) || '';
      line.forEach((text, across) => {
        if ((byName && across === 0) || across === unitAt) return;
        const input = named.row?.cells[columnOf(across)];
        const unit = unitOfLine || unitIn(head?.[across] || '') || (byName && unitIn(head?.[0] || '')) || (named.row && ofItsKind(named.row, above)) || '';
        const out = (why) => {
          let entry = plan.out.find((one) => one.down === down && one.why === why);
          if (!entry) plan.out.push(entry = { down, why, name: byName ? line[0] : '', texts: [] });
          entry.texts.push([head?.[across], text].filter(Boolean).join(' · '));
        };
        if (!text) { if (input?.value) plan.blanks.push({ input, typed: '' }); return; }
        if (!input) { out(words.wordsNoPlace); return; }
        if (seen.has(input)) { out(words.wordsTwice); return; }
        const typed = inUnitOf(named.row, text, unit);
        if (typed === null) { out(words.wordsOtherUnit.replace('{unit}', unit).replace('{own}', named.row.unit)); return; }
        seen.add(input);
        plan.moves.push({ input, row: named.row, typed, from: typed === text ? '' : `${text} ${unit}` });
      });
    });
    return plan;
  }

  // Which of the units of a title line (单位：万元、家) is this row's: money's is none of people's. Where none is its own,
  // one that says no quantity, or is nobody's, may still be meant; two of its own that differ leave it open.
  const SCALES = ['百', '千', '万', '百万', '千万', '亿', 'thousand', 'million'];
  function ofItsKind(row, units) {
    const own = units.filter((unit) => unit in row.units);
    if (new Set(own.map((unit) => row.units[unit])).size > 1) return own.join('、');
    const ofOthers = (unit) => !SCALES.includes(unit) && rows.some((other) => unit in other.units);
    return own[0] ?? units.find((unit) => !ofOthers(unit)) ?? '';
  }

  // The figure in the row's unit, exactly, or null where the unit is not one of the row's.
  function inUnitOf(row, text, unit) {
    if (!unit) return text;
    const power = row.units[unit];
    if (power === undefined) return null;
    if (power === 0) return text;
    return isNumber(text) ? shifted(narrow(text).replaceAll(',', ''), power) : null;
  }

  function shifted(text, power) {
    const [, sign, whole, decimals = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
    const point = whole.length + power;
    const digits = (whole + decimals).padStart(whole.length + decimals.length + Math.max(0, -point), '0').padEnd(Math.max(0, point), '0');
    const at = Math.max(0, point);
    const left = digits.slice(0, at).replace(/^0+(?=\d)/, '') || '0';
    const right = digits.slice(at).replace(/0+$/, '');
    return (sign === '-' ? '-' : '') + left + (right && `.${right}`);
  }

  // --- the preview ----------------------------------------------------------------------------
  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

  function shown(plan) {
    const columns = years.filter((_, at) => plan.moves.some(({ input, row }) => row.cells[at] === input));
    const head = element('tr', '');
    head.append(...[words.wordsIndicator, ...columns].map((text) => element('th', text, { scope: 'col' })));
    const lines = [...new Set(plan.moves.map(({ row }) => row))].map((row) => {
      const line = element('tr', '');
      line.append(element('th', `${row.label}（${row.unit}）`, { scope: 'row' }));
      for (const year of columns) {
        const cell = element('td', '');
        const move = plan.moves.find(({ input }) => input === row.cells[years.indexOf(year)]);
        if (move) {
          cell.append(element('strong', move.typed));
          if (move.from) cell.append(element('small', words.wordsConverted.replace('{from}', move.from)));
          if (move.input.value && move.input.value !== move.typed) cell.append(element('small', words.wordsNow.replace('{now}', move.input.value)));
        }
        line.append(cell);
      }
      return line;
    });
    preview.querySelector('thead').replaceChildren(head);
    preview.querySelector('tbody').replaceChildren(...lines);
    preview.querySelector('table').hidden = !plan.moves.length;
    const out = preview.querySelector('[data-out]');
    out.hidden = !plan.out.length;
    out.querySelector('ul').replaceChildren(...plan.out.map(({ name, texts, why }) => element('li', `${[name, texts.join('; ')].filter(Boolean).join(' · ')}: ${why}`)));
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
    const plan = placed(block, [start, rows[start].cells.indexOf(event.target)]);
    if (block.length > 1 || plan.isHeaded || plan.out.length) shown(plan);
    else take_(plan.moves, 0);
  });

  function take_(moves, leftOut) {
    before = moves.map(({ input, typed }) => ({ place: input.id, was: input.value, typed }));
    moves.forEach(({ input, typed }) => { input.value = typed; });
    say((leftOut ? words.wordsLeftOut : words.wordsPasted).replace('{n}', moves.length).replace('{m}', leftOut));
    tell(moves.map(({ input }) => input));
    keepUndo();
  }

  // --- undo, also after a reload: only cells that still stand as they were pasted are put back --
  let before = jiqun.tab.kept(KEPT) || [];

  function keepUndo() {
    if (before.length) jiqun.tab.keep(KEPT, before); else jiqun.tab.drop(KEPT);
    undo.hidden = !before.length;
  }

  const versionOf = (place) => document.getElementById(place)?.name.split(':')[2];
  document.addEventListener('jiqun:saved', ({ detail }) => {
    for (const cell of detail.cells) {
      const one = before.find(({ place, version }) => !version && place === `cell-${cell.indicator}-${cell.year}`);
      if (one && detail.isSettled(document.getElementById(one.place))) one.version = String(cell.version);
    }
    keepUndo();
  });
  grid.addEventListener('input', (event) => {
    before = before.filter(({ place }) => place !== event.target.id);
    keepUndo();
    say('');
  });
  undo.addEventListener('click', () => {
    const back = before.filter(({ place, version }) => document.getElementById(place) && (!version || versionOf(place) === version));
    const inputs = back.map(({ place, was }) => Object.assign(document.getElementById(place), { value: was }));
    before = [];
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
