// Says so five minutes before a session ends, and prolongs an idle one when asked. Sentences stand in the page.
(() => {
  'use strict';
  const line = document.querySelector('[data-session-left]');
  if (!line) return;
  const WARNED_SECONDS = 5 * 60;
  const again = line.querySelector('button');
  let timer;

  const say = (when) => jiqun.afterPress(() => {
    for (const words of line.querySelectorAll('[data-when]')) words.hidden = words.dataset.when !== when;
    again.hidden = when !== 'idle';
    line.querySelector('[data-secret-words]').hidden = when === '' || !document.querySelector('form[data-secret], input[type=password], input[autocomplete=one-time-code]');
    line.hidden = when === '';
  });

  function wait(seconds, isFinal) {
    clearTimeout(timer);
    const isSoon = seconds <= WARNED_SECONDS;
    say(isSoon ? (isFinal ? 'final' : 'idle') : '');
    // While it is said, the server is asked each half minute: another tab may have gone on.
    timer = setTimeout(ask, 1000 * (isSoon ? Math.min(30, seconds + 1) : seconds - WARNED_SECONDS));
  }

  async function ask({ goOn = false } = {}) {
    try {
      const headers = goOn ? { 'X-CSRFToken': window.jiqun.token() } : { 'X-Unattended': '1' };
      const answer = await fetch(line.dataset.address, { method: goOn ? 'POST' : 'GET', headers, redirect: 'manual' });
      if (answer.type === 'opaqueredirect') return say('ended');
      if (answer.ok) {
        const { seconds, is_final: isFinal } = await answer.json();
        return wait(seconds, isFinal);
      }
    } catch { /* no network: asked again */ }
    timer = setTimeout(ask, 30_000);
  }

  again.addEventListener('click', () => ask({ goOn: true }));
  wait(Number(line.dataset.sessionLeft), 'final' in line.dataset);
})();
