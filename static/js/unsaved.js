// Says on the check page what was typed in this browser and is not among what was saved (js/saving.js keeps it).
(() => {
  'use strict';
  const note = document.querySelector('[data-unsaved-of]');
  if (!note) return;
  const begins = `application:${note.dataset.unsavedOf}:`;
  const saved = JSON.parse(note.dataset.saved);
  const plain = (text) => text.replace(/[,，\s]/g, '');

  function isUnsaved(place, typed) {
    const now = saved[place];
    if (!now || !typed) return false;
    return typed.clause ? now.answer !== typed.answer || now.words.trim() !== typed.words.trim() : plain(now.typed) !== plain(typed.typed);
  }

  const found = [jiqun.tab, jiqun.browser].flatMap((shelf) =>
    shelf.names(begins).map((name) => name.slice(begins.length)).filter((place) => isUnsaved(place, shelf.kept(begins + place))));
  if (!found.length) return;
  note.querySelector('ul').append(...[...new Set(found)].map((place) => {
    const link = Object.assign(document.createElement('a'), { href: `${note.dataset.address}#${place}`, textContent: saved[place].label });
    const line = document.createElement('li');
    line.append(link);
    return line;
  }));
  note.hidden = false;
})();
