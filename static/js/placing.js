// What of a block from a spreadsheet goes into which cell of the grid: read as spreadsheets write it, placed by its
// headings. No page and no sentence here (paste.js). Figures stay text: a unit moves the point, nothing is ever a
// floating number. A heading that is not wholly understood is never taken for no heading: position counts only where
// nothing but figures stands.
(() => {
  'use strict';

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

  // --- one cell of it -------------------------------------------------------------------------
  // Names and units are compared as people read them; figures keep every character but the width of digits.
  const flat = (text) => text.normalize('NFKC').toLowerCase().replace(/["'“”‘’「」\s]/g, '');
  // What stands before a name in an outline and is no part of it: 其中：, #, a dash, 1.、1.2, （一）, 一、, 第一. A number
  // without a mark behind it may as well be a figure (31家): it goes only where a name is left (1集群总产值).
  const MARK = /^(?:其中[:,、]?|ofwhich[:,]?|including[:,]?|[#*·•●○■□◆◇▪▲△√\-–—]+|\d{1,2}(?:\.\d{1,2})*[.、):]|\([一二三四五六七八九十\d]{1,3}\)、?|第?[一二三四五六七八九十]{1,3}[、.,:])/;
  const NUMBER = /^\d{1,2}(?:\.\d{1,2})*/;
  const without = (text, lead) => text.replace(lead, '');
  const narrow = (text) => text.replace(/[０-９．，－＋]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0));
  const isNumber = (text) => /\d/.test(narrow(text)) && /^[+-]?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)?(?:\.\d*)?$/.test(narrow(text));
  const isBlank = (text) => /^[-－‐–—―─/／\\]*$/.test(text); // a dash says that there is no figure
  // A text that cannot be read in this row would only stand in a figure's place.
  const isAnswer = (text) => /^(是的?|否|不是|属于|不属于|yes|no|[01])$/.test(flat(text));
  const isInPercent = (row, text) => row.unit === '%' && /[%％]$/.test(text);
  const reads = (row, text) => (row.isYesNo ? isAnswer(text) : isNumber(isInPercent(row, text) ? text.slice(0, -1).trim() : text));
  // What answers or says that there is no figure is no heading; a spreadsheet's #DIV/0! is none either.
  const ANSWER = /^(是的?|否|不是|属于|不属于|有|无|没有|暂无|不详|不清楚|未知|未统计|缺失?|不适用|true|false|yes|null|none|nan)$/;
  const isWords = (text) => {
    const name = without(flat(text), MARK) || flat(text);
    return (/^\p{Script=Han}/u.test(name) || (/\p{Script=Han}|\p{L}{3}/u.test(text) && !/^[\d.,+\-#]/.test(narrow(text)))) && !ANSWER.test(name);
  };
  const BEGINNING = /^(?:国家级|集群)(?=.)/; // of a name, which people leave out or add
  const UNIT = /(?<!填报|填表|编制|编报|制表|报送|申报|统计|主管|责任)单位:(.+?)\)?$/; // who fills in a table is 填报单位, no unit
  const unitIn = (text) => UNIT.exec(flat(text))?.[1] ?? /\(([^()]*)\)$/.exec(flat(text))?.[1] ?? ''; // 集群总产值（万元）, 单位：万元
  const isUnitHead = (text) => ['单位', '计量单位', 'unit', 'units'].includes(flat(text).replace(/\(.*\)$/, ''));

  // 2025, 2025年, 2025年度, 2025年末, FY2025, 2025.12.31, 2025年12月31日, then perhaps a unit or what kind of figure it
  // is: 2025（万元）, 2025年预计. Not 2025年同比, 2025（1-6月） or 2025.6.30: those are no figures of that year.
  const YEAR = /^(?:截[至止])?(?:fy)?((?:19|20|21)\d\d)(?:财年|年[度末底]?)?(?:([./-])12\2(?:31)(?:0?0:00(?::00)?)?|12月31日)?(?:\((.+)\)|(\D.*))?$/;
  const OF_A_KIND = /^(预计|预测|预估|估计|实际|实绩|决算|快报|初步|核定|核算|修订|调整|定报|年报|现价|当年价)(数据?|值|后)?$/;
  const PLAIN = /^(数据|数值|数|金额|绝对[数值])$/;

  function placing(rows, years) {
    const units = new Set(rows.flatMap((row) => Object.keys(row.units)));
    const SCALES = ['百', '千', '万', '百万', '千万', '亿', 'thousand', 'million'];
    const isUnit = (text) => units.has(text) || SCALES.includes(text);
    const likeUnit = (text) => isUnit(text) || /^.{0,7}[元亩吨人家户件万亿千百]$/.test(text);
    const unitNamed = (text) => (UNIT.test(flat(text)) || likeUnit(unitIn(text)) ? unitIn(text) : '');

    function yearOf(text) {
      const [, year, , inBrackets = '', behind = ''] = YEAR.exec(flat(text)) || [];
      const isUnderstood = !inBrackets && !behind || OF_A_KIND.test(inBrackets || behind) || (inBrackets && unitNamed(text));
      return year && isUnderstood ? year : undefined;
    }

    const led = (name) => (without(name, MARK) === name ? without(name, NUMBER) : without(name, MARK)); // by one mark less
    const bare = (name) => (led(name) === name ? name : bare(led(name)));
    const rowNamed = (name) => rows.find((one) => one.names.includes(name)) || (led(name) === name ? undefined : rowNamed(led(name)));

    // The row a name means that is none of the names in full, or which rows it may mean (fits). What stands in brackets
    // may be missing, 国家级 and 集群 in front too; else it is the end of one name alone, where the noun stands.
    function rowMeant(name) {
      const said = bare(name).replace(BEGINNING, '').replace(/[()]/g, '');
      const shapes = (row) => row.names.map((one) => one.replace(BEGINNING, '')).map((one) => [one.replace(/\([^()]*\)/g, ''), one.replace(/[()]/g, '')]);
      const meant = rows.filter((row) => row.also.includes(said) || shapes(row).some(([core, all]) => said && all.startsWith(said) && (said === core || said.length > core.length)));
      if (meant.length === 1) return { row: meant[0], fits: [] };
      const isPart = said.length > 3 || /\p{Script=Han}{2}/u.test(said);
      const fits = rows.filter((row) => isPart && shapes(row).some(([core, all]) => core.includes(said) || all === said));
      const isEnd = fits.length === 1 && /\p{Script=Han}{3}/u.test(said) && shapes(fits[0]).some(([core]) => core.endsWith(said));
      return isEnd ? { row: fits[0], fits: [] } : { fits };
    }

    function rowOf(text) {
      const name = flat(text), unit = unitIn(text), short = unit ? name.slice(0, name.lastIndexOf('(')) : name;
      const whole = rowNamed(name), row = whole || rowNamed(short);
      if (row) return { row, fits: [], unit: whole ? '' : unit };
      const meant = rowMeant(name);
      return meant.row ? { ...meant, unit: '', isMeant: true } : { ...rowMeant(short), unit, isMeant: true };
    }
    const isName = (text) => Boolean(text && rowOf(text).row);

    // --- headings -----------------------------------------------------------------------------
    // A line of years may hold other headings. One of bare numbers may as well be figures: there all are years, and differ.
    function isHead(line) {
      const filled = line.filter(Boolean);
      const found = filled.map(yearOf);
      if (!found.some(Boolean) || filled.some((cell, at) => isName(cell) || (isNumber(cell) && !found[at]))) return false;
      if (filled.some((cell, at) => isWords(cell) || (found[at] && !isNumber(cell)))) return true;
      return found.every(Boolean) && new Set(found).size === found.length && found.some((year) => years.includes(year));
    }

    // Years one after the other, which may stand downwards too: 1950 below 2023 is a figure.
    const isRun = (cells) => cells.length > 1 && isHead(cells) && cells.every((cell, at) => !at || Math.abs(yearOf(cell) - yearOf(cells[at - 1])) === 1);

    // Where the names stand: the column with most indicators, else one that is all words.
    function namesAt(lines) {
      const columns = [...Array(Math.max(0, ...lines.map((line) => line.length))).keys()];
      const count = (across) => lines.filter((line) => isName(line[across])).length;
      const best = columns.reduce((most, across) => (count(across) > count(most) ? across : most), 0);
      if (count(best)) return [best, true];
      const isAllWords = (across) => lines.some((line) => line[across]) && lines.every((line) => !line[across] || isWords(line[across]));
      return [columns.length > 1 ? columns.findIndex(isAllWords) : -1, false];
    }

    // A table may have lines of words above its years, and may stand with its years downwards.
    function headed(block) {
      let at = block.findIndex(isHead);
      const isLone = block.every((line) => line.filter(Boolean).length === 1) && isRun(block.flat().filter(Boolean));
      if (at === block.length - 1 || isLone || block.slice(0, Math.max(at, 0)).flat().some(isNumber)) at = -1;
      const body = block.slice(at + 1);
      const [nameAt, isKnown] = namesAt(body);
      return { at, head: block[at] || null, body, nameAt, isKnown };
    }

    function turned(block) {
      const width = Math.max(...block.map((line) => line.length));
      const across = Array.from({ length: width }, (_, at) => block.map((line) => line[at] ?? ''));
      const [own, other] = [headed(block), headed(across)];
      const isOther = other.isKnown ? !(own.head && own.isKnown) : !own.head && !own.isKnown && other.nameAt < 0 && isRun(across[0]);
      return other.head && isOther ? { ...other, block: across } : { ...own, block };
    }

    // Units that a line of words beside the table says for all of it: 单位：万元、家, or a title's （万元）.
    function unitsBeside({ block, at }) {
      const lines = block.filter((line, down) => (down < at || line.filter(Boolean).length === 1) && down !== at && !line.some(isNumber) && !line.some(isName));
      return lines.flat().map(unitNamed).flatMap((one) => one.split(/[、,;和及]/)).map((one) => one.replace(/^.*单位:/, '')).filter(Boolean);
    }

    // --- the columns --------------------------------------------------------------------------
    // For each column the year of its heading, whether no other has it, and the unit. A second line of headings may
    // say what a year's column is: 同比 is none of our figures.
    function columnsBy(head, below) {
      const found = head.map((cell, across) => {
        const under = flat(below?.[across] || ''), unitUnder = unitOf(under);
        const isOurs = !under || PLAIN.test(under) || OF_A_KIND.test(under) || isUnit(unitUnder);
        return { year: isOurs ? yearOf(cell) : undefined, unit: unitNamed(cell) || (isUnit(unitUnder) ? unitUnder : '') };
      });
      return found.map((one) => ({ ...one, isClear: Boolean(one.year) && found.filter(({ year }) => year === one.year).length === 1 }));
    }

    function unitsAt(head, body, nameAt) {
      const named = head.findIndex((cell, across) => across !== nameAt && isUnitHead(cell));
      if (named >= 0) return named;
      const isAllUnits = (across) => body.some((line) => line[across]) && body.every((line) => !line[across] || isUnit(unitOf(line[across])));
      return head.findIndex((cell, across) => across !== nameAt && !yearOf(cell) && isAllUnits(across));
    }
    const unitOf = (cell) => unitIn(cell) || flat(cell);

    // Words beside figures that no heading explains: then nobody knows which figure is whose.
    function unexplained({ block, head, body, nameAt, isKnown, at }) {
      if (block.length === 1 && block[0].length === 1) return []; // one value
      const beside = (lines) => lines.flatMap((line) => line.filter((cell, across) => across !== nameAt && isWords(cell)));
      if (head) return nameAt >= 0 ? [] : [...block.slice(0, at).flat(), ...body.flat()].filter(isWords);
      if (isKnown) return [...beside(block), ...block.filter(isHead).flat()];
      return block.flat().filter((cell) => isWords(cell) || (yearOf(cell) && !isNumber(cell)));
    }

    // --- what goes where ----------------------------------------------------------------------
    // moves [{row, column, typed, from, isRounded, said}], blanks [{row, column}], and what finds no place, with a reason
    // each: out [{name, texts, why, unit, own, least, fits}]. `said` is a name in the block that is not the row's in full.
    function placed(block, [startRow, startColumn]) {
      const table = turned(block);
      const { head, body, nameAt, isKnown } = table;
      const words = unexplained(table);
      if (words.length) return { moves: [], blanks: [], isHeaded: true, out: [{ name: '', texts: words, why: 'Unclear' }] };
      const byName = nameAt >= 0 && (isKnown || Boolean(head));
      // Years alone, with nothing below them, stand where figures go: said before they are taken as such.
      const areYears = !head && block.flat().length > 1 && table.block.some(isHead);
      const plan = { moves: [], blanks: [], out: [], isHeaded: Boolean(head) || byName, areYears };
      const beside = unitsBeside(table);
      const inFull = new Set((byName ? body : []).map((line) => rowOf(line[nameAt] || '')).filter(({ isMeant }) => !isMeant).map(({ row }) => row));
      const seen = new Set();
      const left = new Map(); // column and heading that are nobody's: what is left out with it
      let columns = null, unitAt = -1, top = head, first = 0;

      function goBy(line, below) {
        const isBelow = below && !isHead(below) && !below.some(isNumber) && !isName(below[nameAt]) && below.some((cell, across) => isWords(cell) && across !== nameAt && yearOf(line[across] || ''));
        top = line;
        columns = columnsBy(line, isBelow ? below : null);
        unitAt = unitsAt(line, body, nameAt);
        return isBelow ? 1 : 0;
      }
      if (head) first = goBy(head, body[0]);

      // What another line of the block names in full is not meant by a part of its name.
      function namedIn(cell) {
        const found = rowOf(cell);
        return found.isMeant && inFull.has(found.row) ? { unit: found.unit, fits: [found.row] } : found;
      }

      function whyNowhere({ row, fits }, name, isBeyond) {
        if (byName && !row) return fits.length ? 'Fits' : name ? 'Unknown' : 'NoName';
        return !row || isBeyond ? 'Beyond' : 'NotAsked';
      }

      body.forEach((line, down) => {
        if (down < first) return;
        if (head && isKnown && isHead(line)) { first = down + 1 + goBy(line, body[down + 1]); return; }
        const named = byName ? namedIn(line[nameAt] || '') : { row: rows[startRow + down - first], unit: '' };
        const unitOfLine = named.unit || (unitAt >= 0 && unitOf(line[unitAt] || '')) || '';
        line.forEach((text, across) => {
          if ((byName && across === nameAt) || across === unitAt) return;
          const by = columns?.[across];
          if (columns ? !by?.isClear : across < nameAt) {
            const key = `${across}:${top?.[across] ?? ''}`;
            if (!isBlank(text)) left.set(key, [...(left.get(key) || []), text]);
            return;
          }
          const column = by ? years.indexOf(by.year) : startColumn + across - (byName ? nameAt + 1 : 0);
          const has = Boolean(named.row?.has[column]);
          const unit = unitOfLine || by?.unit || (byName && top && unitNamed(top[nameAt] || '')) || (named.row && ofItsKind(named.row, beside)) || '';
          const out = (why, said = text) => {
            let entry = plan.out.find((one) => one.down === down && one.why === why);
            if (!entry) plan.out.push(entry = { down, why, unit, own: named.row?.unit, least: named.row && least(named.row), fits: (named.fits || []).map((row) => row.label), name: byName ? line[nameAt] || '' : '', texts: [] });
            entry.texts.push([top?.[across], said].filter(Boolean).join(' · '));
          };
          if (isBlank(text)) { if (has) plan.blanks.push({ row: named.row, column }); return; }
          if (!has) { out(whyNowhere(named, line[nameAt], !by && column >= years.length)); return; }
          const place = `${rows.indexOf(named.row)}:${column}`;
          if (seen.has(place)) { out('Twice'); return; }
          if (!reads(named.row, text)) { out(named.row.isYesNo ? 'NoAnswer' : 'NoNumber'); return; }
          const exact = inUnitOf(named.row, text, unit);
          if (exact === null) { out('OtherUnit'); return; }
          const typed = exact === text ? text : rounded(exact, named.row.decimals);
          if (exact !== text && isZero(typed) && !isZero(exact)) { out('TooSmall', `${text} ${unit} = ${measured(exact, named.row)}`); return; }
          seen.add(place);
          plan.moves.push({ row: named.row, column, typed, from: exact === text ? '' : `${text} ${unit}`, isRounded: typed !== exact, said: named.isMeant ? line[nameAt] : '' });
        });
      });
      for (const [key, texts] of left) plan.out.push({ name: key.slice(key.indexOf(':') + 1), texts, why: 'NoYear' });
      return plan;
    }

    // Which of the units of a title line (单位：万元、家) is this row's: money's is none of people's. Where none is its own,
    // one that says no quantity, or is nobody's, may still be meant; two of its own that differ leave it open.
    function ofItsKind(row, told) {
      const own = told.filter((unit) => unit in row.units);
      if (new Set(own.map((unit) => row.units[unit])).size > 1) return own.join('、');
      const ofOthers = (unit) => !SCALES.includes(unit) && rows.some((other) => unit in other.units);
      return own[0] ?? told.find((unit) => !ofOthers(unit)) ?? '';
    }

    return placed;
  }

  // The figure in the row's unit, exactly, or null where the unit is not one of the row's.
  function inUnitOf(row, text, unit) {
    if (!unit) return text;
    const power = row.units[unit];
    if (power === undefined) return null;
    return power === 0 || !isNumber(text) ? text : shifted(narrow(text).replaceAll(',', ''), power);
  }

  // 9,320 and 9320.0 are one figure.
  function isSame(row, one, other) {
    const value = (text) => (row.isYesNo || !reads(row, text) ? text : shifted(narrow(text).replace(/[,%％\s]/g, ''), 0));
    return value(one) === value(other);
  }

  const measured = (figure, { unit }) => `${figure} ${/^\d/.test(unit) ? '× ' : ''}${unit}`; // 0.5 × 100 million yuan
  const least = (row) => measured(shifted('1', -row.decimals), row);
  const isZero = (text) => !/[1-9]/.test(text);

  // Only what was converted is rounded, to the decimals the row keeps: what was written in its own unit stays as written.
  function rounded(text, decimals) {
    const [, sign, whole, part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    if (part.length <= decimals) return text;
    const kept = BigInt(whole + part.slice(0, decimals)) + (part[decimals] >= '5' ? 1n : 0n);
    return shifted(`${sign}${kept}`, -decimals);
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

  window.placing = Object.freeze({ blockOf, placing, flat, isSame });
})();
