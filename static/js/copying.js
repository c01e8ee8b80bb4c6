// Buttons that copy a text of the page; without script the text is selected by hand.
(() => {
  'use strict';
  document.querySelectorAll('[data-copy]').forEach((button) => {
    const text = document.getElementById(button.dataset.copy);
    if (!text) return;
    button.hidden = false;
    button.addEventListener('click', async () => {
      if (!(await copied(text))) return;
      const words = button.firstChild;
      const before = words.textContent;
      words.textContent = button.dataset.done;
      setTimeout(() => { words.textContent = before; }, 2000);
    });
  });

  // The clipboard is there on secure addresses only; elsewhere the selected text is copied.
  async function copied(text) {
    const lines = [...text.querySelectorAll('li')].map((line, i) => `${i + 1}. ${line.textContent}`);
    const words = lines.length ? lines.join('\n') : text.textContent.trim();
    if (navigator.clipboard) {
      try { await navigator.clipboard.writeText(words); return true; } catch { /* not allowed: by selection */ }
    }
    getSelection().selectAllChildren(text);
    return document.execCommand('copy');
  }
})();
