// Keeps typed words in this browser under account and office; the first page that is opened signed out, or for
// another account or office, removes them. jiqun.tab lasts as long as the tab, jiqun.browser survives closing it.
(() => {
  'use strict';
  const { account, office = '' } = document.body.dataset; // no account named: the page does not know who reads it
  const OURS = 'jiqun:';
  const own = account ? `${OURS}${account}:${office}:` : null;
  const LONGEST = 7 * 24 * 3600 * 1000;

  // A full or forbidden store must not stop anything: what cannot be kept is not kept.
  const trying = (act, otherwise) => { try { return act(); } catch { return otherwise; } };
  const keysOf = (store) => Object.keys(store).filter((key) => key.startsWith(OURS));

  function over(found) {
    return !found || typeof found.at !== 'number' || found.at > Date.now() || Date.now() - found.at > LONGEST;
  }

  function clear(store) {
    for (const key of keysOf(store)) {
      const isOwn = own !== null && key.startsWith(own);
      if (!isOwn || over(trying(() => JSON.parse(store.getItem(key)), null))) store.removeItem(key);
    }
  }

  // name: what is kept, such as "form:/clusters/7/change/"; it never holds what was typed.
  const shelf = (store) => Object.freeze({
    keep(name, content) {
      if (own) trying(() => store().setItem(own + name, JSON.stringify({ at: Date.now(), content })));
    },
    kept(name) {
      const found = own && trying(() => JSON.parse(store().getItem(own + name)), null);
      return found ? found.content : null;
    },
    drop(name) { if (own) trying(() => store().removeItem(own + name)); },
    names(beginning) {
      return own ? trying(() => keysOf(store()).filter((key) => key.startsWith(own + beginning)).map((key) => key.slice(own.length)), []) : [];
    },
  });

  if (account !== undefined) for (const store of [() => sessionStorage, () => localStorage]) trying(() => clear(store()));
  else { // in the middle of signing in: who signs in here finds it again
    const line = document.querySelector('[data-kept-here]');
    if (line) line.hidden = ![() => sessionStorage, () => localStorage].some((store) => trying(() => keysOf(store()).length, 0));
  }
  window.jiqun = { tab: shelf(() => sessionStorage), browser: shelf(() => localStorage) };
})();
