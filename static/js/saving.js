// Saves every change of the grid and the statements by itself, and never gives up what was typed.
// A failed save stays loud at its place, is kept for a reload, and is sent again. No sentence is written here.
// A field with focus is never rewritten: the normal form of a figure goes in when the field is left.
(() => {
  'use strict';
  const form = document.querySelector('#fill-form');
  if (!form) return;
  const words = form.dataset;
  const state = document.querySelector('[data-save-state]');
  const KEEP = `application:${words.key}:`;
  const WAIT = 900; // ms after the last key
  const MOST_OUTLIVING = 16000; // characters: browsers let 64 KiB outlive the page
  const MOST_TOLD = 60; // characters of what was changed elsewhere, in the line below it
  const MOST_WORDS = Number(document.querySelector('[data-statement] textarea')?.dataset.most);
  const LONGEST_LEAVING = 5000;
  const RETRY = [2000, 4000, 8000, 15000, 30000];
  const waiting = new Map(); // place -> what was typed and not saved yet
  const clashing = new Map();
  const arrived = new Map(); // place -> what was saved elsewhere while somebody stands there
  let sending = false, again = false, failures = 0, isOver = false, composing = null, dropLater = null, typingTimer, retryTimer;

  // --- places: a cell or a statement ---------------------------------------------------------
  const isCell = (element) => element.matches?.('.grid input');
  const placeOf = (element) => {
    if (isCell(element)) return element.id;
    const statement = element.closest?.('[data-statement]');
    return statement ? statement.id : null;
  };
  const elementOf = ({ clause, indicator, year }) =>
    (clause ? document.querySelector(`[data-statement="${CSS.escape(clause)}"]`) : document.getElementById(`cell-${indicator}-${year}`));
  const versionOf = (element) => Number(isCell(element) ? element.name.split(':')[2] : element.dataset.version);
  const cellKey = (input) => input.name.split(':').slice(0, 2);

  function read(place) {
    const element = document.getElementById(place);
    if (isCell(element)) {
      const [indicator, year] = cellKey(element);
      return { indicator, year: Number(year), typed: element.value, version: versionOf(element) };
    }
    const chosen = element.querySelector('input:checked');
    return {
      clause: element.dataset.statement, answer: chosen ? chosen.value : '',
      words: element.querySelector('textarea').value, version: versionOf(element),
    };
  }

  function number(element, version) {
    const fields = isCell(element) ? [element] : element.querySelectorAll('[name]');
    fields.forEach((field) => { field.name = field.name.replace(/:\d+$/, `:${version}`); });
    if (!isCell(element)) element.dataset.version = version;
    arrived.delete(element.id);
  }

  function same(place, content) {
    const now = read(place);
    return content.clause ? now.answer === content.answer && now.words === content.words : now.typed === content.typed;
  }

  // --- kept over a reload and closing the tab: cells in the browser, statements in the tab ------
  // What was refused for good is kept no longer: what is kept is sent by itself on the next visit.
  const shelfOf = (content) => (content.clause ? jiqun.tab : jiqun.browser);

  function keep(place) {
    const content = waiting.get(place) || clashing.get(place);
    if (content && !isOver) { shelfOf(content).keep(KEEP + place, content); return; }
    if (dropLater && !isOver) { dropLater.add(place); return; }
    jiqun.tab.drop(KEEP + place);
    jiqun.browser.drop(KEEP + place);
  }

  function restore() {
    const kept = [jiqun.tab, jiqun.browser].flatMap((shelf) => shelf.names(KEEP).map((name) => [name.slice(KEEP.length), shelf.kept(name)]));
    let count = 0;
    for (const [place, content] of kept) {
      const element = document.getElementById(place);
      if (!element || same(place, content)) { keep(place); continue; }
      put(place, content);
      waiting.set(place, content); // with the version it was typed on: a change of others shows as a clash
      mark(place, 'is-failed', words.wordsUnsaved);
      count += 1;
    }
    if (count) { say(words.wordsRestored.replace('{n}', count), 'is-failed'); flush(); }
  }

  function put(place, content) {
    const element = document.getElementById(place);
    if (isCell(element)) { show(element, content.typed); return; }
    element.querySelectorAll('input[type=radio]').forEach((radio) => { radio.checked = radio.value === content.answer; });
    const area = element.querySelector('textarea');
    showWords(area, content.words);
    area.dispatchEvent(new Event('change', { bubbles: true }));
  }

  // --- the normal form of a figure: with commas, and only where nobody is typing ---------------
  const GROUPED = /^-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?$/;
  const isSettled = (element) => !waiting.has(element.id) && !clashing.has(element.id);

  function show(input, text) {
    input.dataset.shown = text;
    if (document.activeElement !== input) input.value = text;
  }

  function taken(input) {
    if (input.readOnly || !isSettled(input) || !GROUPED.test(input.value)) return;
    input.dataset.shown = input.value;
    input.value = input.value.replaceAll(',', '');
  }

  function left(input) {
    if (isSettled(input) && input.dataset.shown !== undefined) input.value = input.dataset.shown;
  }

  // Words as they are kept: without the spaces around them and what nobody sees.
  function showWords(area, text) {
    area.dataset.shown = text;
    if (document.activeElement !== area && area.value !== text) area.value = text;
  }

  // --- words at the place and above the grid -------------------------------------------------
  function say(text, kind = '') {
    jiqun.afterPress(() => inPlace(() => {
      state.className = `save-state ${kind}`;
      state.textContent = text;
    }));
  }

  const fieldOf = (place) => {
    const element = document.getElementById(place);
    return isCell(element) ? element : element.querySelector('textarea');
  };

  // What is said above the field where somebody types does not move it.
  function inPlace(act) {
    const field = form.contains(document.activeElement) ? document.activeElement : null;
    const before = field?.getBoundingClientRect().top;
    act();
    if (field) window.scrollBy(0, field.getBoundingClientRect().top - before);
  }

  const holder = (place) => {
    const element = document.getElementById(place);
    return isCell(element) ? element.closest('td') : element;
  };

  function mark(place, kind, text) {
    const box = holder(place);
    box.classList.remove('is-failed', 'is-clash', 'is-elsewhere');
    if (kind) box.classList.add(kind);
    let note = box.querySelector('[data-unsaved]');
    if (!text) { note?.remove(); return; }
    if (!note) {
      note = Object.assign(document.createElement('span'), { className: 'unsaved' });
      note.dataset.unsaved = '';
      box.append(note);
    }
    note.textContent = text;
  }

  // --- queue ---------------------------------------------------------------------------------
  function changed(element, soon) {
    const place = placeOf(element);
    if (!place) return;
    if (clashing.has(place)) { clashing.delete(place); clearClash(place); }
    const before = waiting.get(place);
    const content = read(place);
    if (before) content.version = before.version;
    waiting.set(place, content);
    keep(place);
    clearTimeout(typingTimer);
    if (soon) flush(); else typingTimer = setTimeout(flush, WAIT);
  }

  // Words over the limit are counted at their place and wait there, they are never cut.
  const isTooLong = (content) => content.clause && [...content.words].length > MOST_WORDS;
  const sendable = () => [...waiting].filter(([, content]) => !isTooLong(content));

  async function flush() {
    clearTimeout(typingTimer);
    clearTimeout(retryTimer);
    if (isOver) return;
    const ready = sendable();
    if (!ready.length) { if (waiting.size) say(words.wordsUnsaved, 'is-failed'); return; }
    if (sending) { again = true; return; }
    sending = true;
    again = false;
    // All cells together, or one statement: each stays a small request.
    const cells = ready.filter(([, content]) => content.indicator);
    const batch = new Map(cells.length ? cells : [ready[0]]);
    if (!failures) say(words.wordsSaving);
    const outcome = await send([...batch.values()]);
    await new Promise(jiqun.afterPress);
    sending = false;
    if (outcome.answer) failures = 0;
    inPlace(() => (outcome.answer ? settle(batch, outcome.answer) : fail(batch, outcome)));
    if (again || (waiting.size && outcome.answer)) flush();
  }

  const cookie = () => document.cookie.split('; ').find((one) => one.startsWith(`${words.cookie}=`))?.slice(words.cookie.length + 1);

  async function send(contents) {
    const body = JSON.stringify({ cells: contents.filter((one) => one.indicator), statements: contents.filter((one) => one.clause) });
    let response;
    try {
      response = await fetch(form.action, {
        method: 'POST', redirect: 'manual', credentials: 'same-origin', keepalive: body.length < MOST_OUTLIVING, body,
        headers: { 'Content-Type': 'application/json', 'X-CSRFToken': cookie() || form.elements.csrfmiddlewaretoken.value },
      });
    } catch { return { cause: navigator.onLine ? 'away' : 'offline' }; }
    if (response.type === 'opaqueredirect' || response.status === 401) return { cause: 'signedOut' };
    if (response.ok) {
      try { return { answer: await response.json() }; } catch { return { cause: 'away' }; }
    }
    if (response.status >= 500 || response.status === 429) return { cause: 'away' };
    // Somebody else is at it: it is sent again.
    if (response.status === 409) return { cause: 'busy', words: (await response.json().catch(() => ({}))).words };
    try { return { cause: 'refused', words: (await response.json()).words }; } catch { /* a page, not data */ }
    // A refusal in form of a page is no answer of ours to a save: the session or its token is gone.
    return response.status === 403 ? { cause: 'signedOut' } : { cause: 'refused', words: words.wordsGone };
  }

  function fail(batch, { cause, words: reason }) {
    const text = {
      offline: words.wordsOffline, away: words.wordsAway, signedOut: words.wordsSignedOut,
      busy: reason || words.wordsAway,
      refused: words.wordsRefused.replace('{words}', reason),
    }[cause];
    say(text, 'is-failed');
    if (cause === 'signedOut') {
      const link = Object.assign(document.createElement('a'), { href: words.signIn, target: '_blank', rel: 'noopener', textContent: words.wordsSignIn });
      state.append(' ', link);
    }
    for (const place of waiting.keys()) mark(place, 'is-failed', words.wordsUnsaved);
    failures += 1;
    if (cause === 'refused') { stop(); return; }
    retryTimer = setTimeout(flush, RETRY[Math.min(failures, RETRY.length) - 1]);
  }

  // What is refused once is refused again: the words are shown to be copied, and nothing more is tried.
  function stop() {
    isOver = true;
    [...clashing.keys(), ...waiting.keys()].forEach(keep);
    form.querySelectorAll('input, textarea').forEach((field) => { field.readOnly = true; });
    form.querySelectorAll('input[type=radio]').forEach((field) => { field.disabled = true; });
    document.querySelectorAll('[data-while-open]').forEach((one) => one.remove());
    const box = document.querySelector('[data-not-kept]');
    box.querySelector('ul').replaceChildren(...[...clashing, ...waiting].map(([place, content]) => {
      const name = isCell(document.getElementById(place)) ? document.getElementById(place).getAttribute('aria-label') : content.clause;
      return Object.assign(document.createElement('li'), { textContent: words.wordsLabelled.replace('{name}', name).replace('{words}', () => content.clause ? content.words : content.typed) });
    }));
    box.hidden = false;
  }

  // --- what came back ------------------------------------------------------------------------
  function settle(batch, answer) {
    for (const cell of answer.cells) {
      const input = elementOf(cell);
      const sent = batch.get(input.id);
      number(input, cell.version);
      if (cell.clash) { clash(input.id, sent, cell); continue; }
      done(input.id, sent, cell.version, () => show(input, cell.shown));
    }
    for (const said of answer.statements) {
      const element = elementOf(said);
      const sent = batch.get(element.id);
      number(element, said.version);
      if (said.clash) { clash(element.id, sent, said); continue; }
      done(element.id, sent, said.version, () => showWords(element.querySelector('textarea'), said.shown));
    }
    newer(answer.others, words.wordsColleague);
    if (clashing.size) say(words.wordsClash, 'is-failed');
    else if (!waiting.size) say(words.wordsSaved.replace('{time}', answer.saved_at), 'is-saved');
    document.dispatchEvent(new CustomEvent('jiqun:saved', { detail: { ...answer, isSettled } }));
    tabs?.postMessage(answer);
  }

  function done(place, sent, version, showing) {
    mark(place, '', '');
    // Letters of an input method that are not chosen yet are nobody's words: their end is a change of its own.
    if (same(place, sent) || composing === place) { waiting.delete(place); keep(place); showing(); return; }
    const newer = read(place); // typed on while the save was under way
    newer.version = version;
    waiting.set(place, newer);
    keep(place);
  }

  function clash(place, sent, told) {
    waiting.delete(place);
    const mine = { ...sent, version: told.version };
    clashing.set(place, sent); // kept on its old version: after a reload both are shown again
    keep(place);
    mark(place, 'is-clash', '');
    const { text, label, who, when, is_own: isOwn } = told.clash;
    const theirs = [label, text].filter(Boolean).join(' · ') || words.wordsEmpty;
    const box = document.createElement('div');
    box.className = 'clash';
    box.dataset.clash = place;
    box.setAttribute('role', 'alert');
    const line = Object.assign(document.createElement('p'), {
      textContent: words.wordsTheirs.replace('{who}', who).replace('{when}', when).replace('{text}', theirs),
    });
    const button = (label_, act) => {
      const one = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-sm btn-outline-primary', textContent: label_ });
      one.addEventListener('click', () => { clashing.delete(place); clearClash(place); act(); keep(place); fieldOf(place).focus(); });
      return one;
    };
    const mineWords = mine.clause ? mine.words : mine.typed;
    box.append(line,
      button(words.wordsKeepMine.replace('{text}', mineWords || words.wordsEmpty), () => { waiting.set(place, mine); flush(); }),
      button((isOwn ? words.wordsTakeOther : words.wordsTakeTheirs).replace('{text}', theirs), () => {
        put(place, mine.clause ? { answer: told.clash.answer, words: text } : { typed: text });
        say(words.wordsSaved.replace('{time}', when), 'is-saved');
      }));
    const holderOf = holder(place);
    (holderOf.closest('tr')?.nextElementSibling?.firstElementChild || holderOf).append(box);
  }

  function clearClash(place) {
    document.querySelectorAll('[data-clash]').forEach((box) => { if (box.dataset.clash === place) box.remove(); });
    mark(place, '', '');
  }

  // --- another tab of the same person saved something, or a colleague ---------------------------
  const { account, office } = document.body.dataset;
  const tabs = 'BroadcastChannel' in window && account ? new BroadcastChannel(`jiqun:${account}:${office}:${words.key}`) : null;
  tabs?.addEventListener('message', ({ data: answer }) => jiqun.afterPress(() => inPlace(() => {
    const count = newer(answer, words.wordsElsewhere) + newer(answer.others, words.wordsColleague);
    if (count) document.dispatchEvent(new CustomEvent('jiqun:saved', { detail: { ...answer, isSettled } }));
  })));

  // Where somebody stands, the field is left alone; who types on there gets both texts to choose from.
  // Returns how many places are newer than the page knew.
  function newer(told, sentence) {
    const found = [...told.cells, ...told.statements].map((one) => [one, elementOf(one)])
      .filter(([one, element]) => !one.clash && element && isSettled(element) && one.version > versionOf(element));
    for (const [one, element] of found) {
      const label = one.answer && document.querySelector(`label[for="${element.id}-${one.answer}"]`).textContent;
      const letters = [...[label, one.shown].filter(Boolean).join(' · ') || words.wordsEmpty];
      const text = letters.slice(0, MOST_TOLD).join('') + (letters.length > MOST_TOLD ? '…' : '');
      mark(element.id, 'is-elsewhere', sentence.replace('{text}', () => text));
      arrived.set(element.id, one);
      if (!element.contains(document.activeElement)) take(element);
    }
    return found.length;
  }

  function take(element) {
    const one = arrived.get(element.id);
    if (!one || !isSettled(element)) return;
    number(element, one.version);
    put(element.id, one.clause ? { answer: one.answer, words: one.shown } : { typed: one.shown });
  }

  // --- leaving: what was just typed is saved, and nobody is asked ------------------------------
  const canStillSave = () => sendable().length > 0 && !failures && !isOver;
  let isLeaving = false;

  // Leads on once everything is saved; a save that fails leaves it to the page to ask.
  async function afterSaving(event, goOn) {
    if (isLeaving || !canStillSave()) return;
    isLeaving = true;
    event.preventDefault();
    event.stopPropagation();
    flush();
    for (let waited = 0; canStillSave() && waited < LONGEST_LEAVING; waited += 50) await new Promise((next) => setTimeout(next, 50));
    goOn();
    isLeaving = false;
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]:not([target]):not([href^="#"])');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    afterSaving(event, () => location.assign(link.href));
  });
  document.addEventListener('submit', (event) => {
    if (event.target !== form) afterSaving(event, () => event.target.requestSubmit(event.submitter));
  }, true);
  document.addEventListener('jiqun:leaving', (event) => {
    if (clashing.size || waiting.size > (canStillSave() ? sendable().length : 0)) event.preventDefault();
    flush(); // this one outlives the page
    // The next page may be read before it is saved: then it finds here what it lacks. Who stays needs it no more.
    if (dropLater) return;
    dropLater = new Set();
    setTimeout(() => { const places = dropLater; dropLater = null; places.forEach(keep); }, LONGEST_LEAVING);
  });

  // --- when to save ---------------------------------------------------------------------------
  form.addEventListener('input', (event) => { if (!event.isComposing) changed(event.target, event.target.type === 'radio'); });
  form.addEventListener('compositionstart', (event) => { composing = placeOf(event.target); });
  form.addEventListener('compositionend', (event) => { composing = null; changed(event.target, false); });
  form.addEventListener('focusin', (event) => { if (isCell(event.target)) taken(event.target); }, true);
  form.addEventListener('focusout', (event) => {
    if (waiting.has(placeOf(event.target))) flush();
    const { target } = event;
    if (target.matches('textarea') && target.dataset.shown !== undefined && document.activeElement !== target && !waiting.has(placeOf(target)) && !clashing.has(placeOf(target))) showWords(target, target.dataset.shown);
    // The window may lose the focus while the field keeps it: then nobody has left the field.
    if (isCell(event.target) && document.activeElement !== event.target) left(event.target);
    const place = document.getElementById(placeOf(target));
    if (place && !place.contains(event.relatedTarget) && !place.contains(document.activeElement)) take(place);
  });
  form.addEventListener('submit', (event) => { event.preventDefault(); flush(); });
  document.addEventListener('jiqun:changed', (event) => {
    event.detail.forEach((element) => changed(element, false));
    flush();
  });
  document.addEventListener('jiqun:say', (event) => say(event.detail));
  window.addEventListener('online', flush);
  document.addEventListener('visibilitychange', () => { if (!document.hidden && failures) flush(); });
  document.querySelectorAll('[data-save-button]').forEach((button) => { button.hidden = true; });
  restore();
})();
