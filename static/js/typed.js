// Keeps what is typed in a form marked data-guard in this tab (kept.js: for whom), until the form was taken. After the
// session ended, after a refusal or a change of the language it is put back and nothing is sent by itself. What is
// typed into passwords, files and the forms of secret steps (data-secret) is never kept, nor a box that is ticked anew
// each time (data-each-time). What the page says it showed (data-as-of) is kept and put back with it: what is sent then
// is as old as when it was typed, and the site says what others wrote meanwhile.
(() => {
  'use strict';
  const store = window.jiqun.tab;
  const CAME_BY_SIGNING_IN = 'jiqun-signing-in'; // holds nothing that was typed
  const WAIT = 300;
  const NOT_KEPT = ['hidden', 'password', 'file', 'submit', 'button', 'reset', 'image'];
  const { account } = document.body.dataset;

  if (!account) { // nobody, or somebody in the middle of signing in: then what was sent last was not taken
    if (account === undefined) sessionStorage.setItem(CAME_BY_SIGNING_IN, '1');
    else sessionStorage.removeItem(CAME_BY_SIGNING_IN);
    return;
  }

  const forms = [...document.querySelectorAll('form[data-guard]:not([data-secret])')];
  const isKept = (control) =>
    control.name && !NOT_KEPT.includes(control.type) && !control.hasAttribute('data-each-time');
  const named = (form, name) => [...form.elements].filter((control) => control.name === name && isKept(control));

  const shownBy = (form) => [...form.elements].filter((one) => 'asOf' in one.dataset);

  // What it says itself, or the address it is sent to, which its page may not have, and which of the forms sent there
  // it is.
  function nameOf(form) {
    if (form.dataset.keptAs) return `form:${form.dataset.keptAs}`;
    const to = (one) => new URL(one.getAttribute('action') || location.href, location.href).pathname;
    return `form:${to(form)}#${forms.filter((one) => to(one) === to(form)).indexOf(form)}`;
  }

  function read(form, name) {
    return named(form, name).flatMap((control) => {
      if (control.type === 'checkbox' || control.type === 'radio') return control.checked ? [control.value] : [];
      return control.multiple ? [...control.selectedOptions].map((option) => option.value) : [control.value];
    });
  }

  function write(form, name, values) {
    named(form, name).forEach((control, at) => {
      if (control.type === 'checkbox' || control.type === 'radio') control.checked = values.includes(control.value);
      else if (control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
      else control.value = values[at] ?? '';
      control.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }

  // Who was led on after sending has sent it, unless they were led to sign in.
  function forgetWhatWasTaken() {
    const came = performance.getEntriesByType('navigation')[0];
    const wasTaken = !sessionStorage.getItem(CAME_BY_SIGNING_IN) && came?.type === 'navigate' && came.redirectCount > 0;
    sessionStorage.removeItem(CAME_BY_SIGNING_IN);
    for (const name of store.names('form:')) {
      const entry = store.kept(name);
      if (!entry.isSent) continue;
      if (wasTaken) store.drop(name);
      else { store.keep(name, { ...entry, isSent: false }); giveBack(entry); }
    }
  }

  // A page that only refuses has no form to fill again, and perhaps no page has it any more: the words stand here.
  function giveBack({ fields, labels = {} }) {
    const box = document.querySelector('[data-was-sent]');
    if (!box) return;
    for (const [name, label] of Object.entries(labels)) {
      for (const text of fields[name].filter((one) => one.trim())) {
        box.querySelector('dl').append(...[['dt', label], ['dd', text]].map(([tag, words]) =>
          Object.assign(document.createElement(tag), { textContent: words })));
        box.hidden = false;
      }
    }
  }

  // What was chosen among suggestions (combobox.js) stands in boxes the page may lack; they are kept with their words.
  const withWords = (form, name) => named(form, name).filter((one) => one.closest('[data-chosen]') && one.checked)
    .map((one) => [one.value, one.labels[0].textContent]);

  function lackingIn(form, { fields, chosen = {} }) {
    return Object.entries(chosen).map(([name, boxes]) => {
      const there = named(form, name).map((one) => one.value);
      const boxesLacking = boxes.filter(([value]) => fields[name].includes(value) && !there.includes(value));
      return [form.querySelector(`[data-adds="${CSS.escape(name)}"]`), boxesLacking];
    }).filter(([root, boxes]) => root && boxes.length);
  }

  function putBack(form) {
    const entry = store.kept(nameOf(form));
    if (!entry) return;
    const differing = Object.entries(entry.fields).filter(([name, values]) =>
      named(form, name).length && JSON.stringify(read(form, name)) !== JSON.stringify(values));
    const lacking = lackingIn(form, entry);
    if (!differing.length && !lacking.length) return;
    for (const [name, values] of differing) write(form, name, values);
    for (const one of shownBy(form)) one.value = entry.shown?.[one.name] ?? one.value;
    for (const [root, boxes] of lacking) root.dataset.putBack = JSON.stringify(boxes);
    form.dataset.changed = 'yes';
    const line = document.querySelector('template[data-put-back]').content.firstElementChild.cloneNode(true);
    line.querySelector('button').addEventListener('click', () => {
      store.drop(nameOf(form));
      delete form.dataset.changed;
      location.assign(location.pathname + location.search);
    });
    placeOf(form, [...differing.map(([name]) => named(form, name)[0]), ...lacking.map(([root]) => root)]).before(line);
  }

  // Before the first field it filled, with the label: fields of a form may stand far from it. Not in what is folded.
  function placeOf(form, filled) {
    const first = [...form.elements].find((one) => filled.some((field) => field === one || field.contains(one))) ?? filled[0];
    const block = first.closest('details:not([open])') ?? first.closest('.mb-3');
    return block ?? (form.contains(first) ? form.firstChild : first);
  }

  const waiting = new Map(); // form: the names of what was typed and is not kept yet
  let timer;
  function keep() {
    clearTimeout(timer);
    for (const [form, names] of waiting) {
      const entry = store.kept(nameOf(form)) || { fields: {} };
      for (const name of names) {
        entry.fields[name] = read(form, name);
        const [first] = named(form, name);
        if (first.matches('textarea, [type=text]')) {
          entry.labels = { ...entry.labels, [name]: first.labels[0]?.textContent.trim() ?? '' };
        }
        const boxes = withWords(form, name);
        if (boxes.length) entry.chosen = { ...entry.chosen, [name]: boxes };
      }
      entry.shown = Object.fromEntries(shownBy(form).map((one) => [one.name, one.value]));
      store.keep(nameOf(form), { ...entry, isSent: false });
    }
    waiting.clear();
  }
  function later(event) {
    const { form } = event.target;
    if (!(event.isTrusted || event.type === 'jiqun:chosen') || !forms.includes(form) || !isKept(event.target)) return;
    waiting.set(form, (waiting.get(form) || new Set()).add(event.target.name));
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  }

  forgetWhatWasTaken();
  forms.forEach(putBack);
  document.addEventListener('input', later);
  document.addEventListener('change', later);
  document.addEventListener('jiqun:chosen', later);
  window.addEventListener('pagehide', keep);
  document.addEventListener('submit', (event) => {
    keep();
    const entry = !event.defaultPrevented && forms.includes(event.target) && store.kept(nameOf(event.target));
    if (entry) store.keep(nameOf(event.target), { ...entry, isSent: true });
  });
})();
