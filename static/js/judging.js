// Saves the judgement of a clause by itself; without script the form has a button. No sentence is written here.
(() => {
  'use strict';
  const form = document.getElementById('judgements');
  if (!form) return;
  const words = form.dataset;
  const state = form.querySelector('[data-save-state]');
  const steps = document.querySelector('[data-steps]');
  const counted = form.querySelector('[data-counted]');
  const agree = form.querySelector('[data-agree]');
  const TYPED = `form:${new URL(form.action).pathname}#0`; // under which typed.js keeps what was typed
  const WAIT = 900; // ms after the last key
  const RETRY = 5000;
  const waiting = new Set();
  let sending = false, hasFailed = false, isOver = false, timer;

  const boxOf = (element) => element.closest?.('[data-judgement]');
  const at = (clause) => document.querySelector(`[data-judgement="${clause}"]`);

  function content(clauses) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const [, clause] = name.split(':');
      if (clause === undefined || clauses.includes(clause)) body.append(name, value);
    }
    return body;
  }

  function settle(one) {
    const box = at(one.clause), says = box.querySelector('[data-says]');
    box.querySelector('input[type=hidden]').value = one.version;
    says.textContent = one.says;
    says.hidden = !one.says;
    says.classList.toggle('is-trouble', !one.kept);
    const area = box.querySelector('textarea');
    if (one.kept) area.dataset.shown = one.words; else delete area.dataset.shown;
    showKept(area);
  }

  // Words as they are kept, wherever nobody is typing.
  function showKept(area) {
    const { shown } = area.dataset;
    if (shown !== undefined && document.activeElement !== area && !waiting.has(boxOf(area).dataset.judgement) && area.value !== shown) area.value = shown;
  }

  // What can be decided follows from what is judged: a half judgement closes the steps, the rest of it opens them.
  function showSteps(html) {
    const made = document.createElement('template');
    made.innerHTML = html; // our own server's template, escaped there
    if (made.content.textContent.trim() !== steps.textContent.trim()) steps.replaceChildren(made.content);
  }

  async function flush() {
    clearTimeout(timer);
    if (sending || isOver || !waiting.size) return;
    const clauses = [...waiting];
    waiting.clear();
    sending = true;
    jiqun.afterPress(() => { state.textContent = words.wordsSaving; });
    let answer = null, status = 0;
    try {
      const response = await fetch(form.action, {
        method: 'POST', body: content(clauses), headers: { Accept: 'application/json' }, redirect: 'error', keepalive: true,
      });
      status = response.status;
      answer = await response.json();
    } catch { /* said below, and tried again */ }
    await new Promise(jiqun.afterPress);
    sending = false;
    hasFailed = status !== 200;
    if (hasFailed) {
      clauses.forEach((clause) => waiting.add(clause));
      words.changed = 'yes';
      isOver = status >= 400 && status < 500;
      state.textContent = answer?.words || words.wordsFailed;
      if (!isOver) timer = setTimeout(flush, RETRY);
      return;
    }
    answer.clauses.forEach(settle);
    counted.textContent = answer.counted;
    agree.textContent = answer.agreeing;
    agree.hidden = !answer.agreeing;
    showSteps(answer.steps);
    state.textContent = words.wordsSaved.replace('{time}', answer.saved_at);
    if (waiting.size) { flush(); return; }
    if (document.querySelector('[data-judgement] .is-trouble:not([hidden])')) return;
    delete words.changed;
    jiqun.tab.drop(TYPED);
  }

  function changed(event) {
    const box = boxOf(event.target);
    if (!box || event.isComposing) return;
    waiting.add(box.dataset.judgement);
    clearTimeout(timer);
    timer = setTimeout(flush, WAIT);
  }
  document.addEventListener('input', changed);
  document.addEventListener('compositionend', changed);
  document.addEventListener('focusout', (event) => { if (event.target.matches?.('[data-judgement] textarea')) showKept(event.target); });
  document.addEventListener('focusout', (event) => { if (boxOf(event.target) && !boxOf(event.target).contains(event.relatedTarget)) flush(); });
  window.addEventListener('online', flush);
  // Leaving just after typing saves instead of asking: what is sent outlives the page.
  document.addEventListener('jiqun:leaving', () => {
    if (hasFailed || sending === Boolean(waiting.size)) return; // nothing to send, or more than is under way
    flush();
    delete words.changed;
  });
  form.addEventListener('submit', (event) => { event.preventDefault(); flush(); });
  form.querySelector('[data-save-button]').hidden = true;
})();
