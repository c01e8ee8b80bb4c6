// What every page does with script; without it every page works all the same.
// Sentences come from data- attributes, never from here.
(function () {
  "use strict";

  // htmx and fetch send the token that forms carry in a hidden field.
  function token() {
    const meta = document.querySelector('meta[name="csrf-token"]');
    return meta ? meta.content : "";
  }

  // What moves the page waits until a press and its click are over: else the release lands beside what was pressed,
  // and the click is lost. Nothing waits longer than the longest press, should its end never be told.
  const LONGEST_PRESS = 2000; // ms
  const CLICK = 50; // ms after a release: a finger's click comes as an event of its own
  const waiting = [];
  let press = null;
  function pressed(wait) {
    clearTimeout(press);
    press = setTimeout(function () {
      press = null;
      waiting.splice(0).forEach((act) => queueMicrotask(act));
    }, wait);
  }
  ["pointerdown", "mousedown"].forEach((name) => window.addEventListener(name, () => pressed(LONGEST_PRESS), true));
  ["pointerup", "pointercancel", "mouseup"].forEach((name) => window.addEventListener(name, () => pressed(CLICK), true));
  function afterPress(act) {
    if (press === null) act();
    else waiting.push(act);
  }

  window.jiqun = Object.freeze({ ...window.jiqun, token, afterPress });
  document.addEventListener("htmx:configRequest", function (event) {
    event.detail.headers["X-CSRFToken"] = token();
  });

  // A refusal is shown at the address it was sent to. Asked for again, by reload or Back, that address leads to the
  // page of the act: nothing is sent a second time, and the browser need not ask whether it should be.
  history.replaceState(history.state, "");

  let comesBack = false;
  // Pressing twice sends once. The button stays focusable, so a screen reader keeps its place.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || (form.method || "get").toLowerCase() !== "post" || form.hasAttribute("data-send-freely")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    delete form.dataset.changed;
    comesBack = form.hasAttribute("data-comes-back"); // the language: what is typed is put back on the same page
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    if (button.classList.contains("btn")) {
      button.dataset.words = button.innerHTML;
      button.textContent = document.body.dataset.wordsSending;
    }
  });
  // The back button, and staying when asked, show the page as it was left: it must be sendable again.
  function sendable() {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll('[aria-disabled="true"]').forEach(function (button) {
        button.removeAttribute("aria-disabled");
        if (button.dataset.words) button.innerHTML = button.dataset.words;
      });
    });
  }
  window.addEventListener("pageshow", sendable);

  // A deadline is repeated in words while it is chosen, with what kind of day off its last day is.
  document.querySelectorAll("[data-days-off]").forEach(function (field) {
    const off = JSON.parse(field.dataset.daysOff);
    const line = field.parentNode.insertBefore(document.createElement("p"), field.nextSibling);
    line.setAttribute("role", "status");
    function tell() {
      const [day, time] = field.value.split("T");
      const last = new Date(day + "T12:00Z");
      if (time === "00:00") last.setUTCDate(last.getUTCDate() - 1);
      line.hidden = !time || Number.isNaN(last.getTime());
      if (line.hidden) return;
      const words = last.toLocaleDateString(document.documentElement.lang, { dateStyle: "full", timeZone: "UTC" });
      const moment = words + " " + (time === "00:00" || time === "23:59" ? "24:00" : time);
      const why = off[last.toISOString().slice(0, 10)];
      line.className = why ? "field-over" : "form-text";
      line.textContent = why ? field.dataset.wordsOff.replace("{moment}", moment).replace("{off}", why) : moment;
    }
    ["input", "change"].forEach((kind) => field.addEventListener(kind, tell)); // what is put back changes it too
    tell();
  });

  // Leaving with unsaved words asks first: on forms marked data-guard, and for whoever calls jiqun:unsaved.
  // What is confirmed anew each time (data-each-time) is no words.
  document.addEventListener("input", function (event) {
    const form = event.target.form;
    if (form && !event.target.hasAttribute("data-each-time") && form.hasAttribute("data-guard")) form.dataset.changed = "yes";
  });
  window.addEventListener("beforeunload", function (event) {
    const asked = new CustomEvent("jiqun:leaving", { cancelable: true });
    const mayLeave = document.dispatchEvent(asked); // a listener with unsaved work calls preventDefault()
    const typed = comesBack ? "form[data-changed][data-secret]" : "form[data-changed]";
    if (mayLeave && !document.querySelector(typed)) return;
    event.preventDefault();
    setTimeout(sendable, 1000); // runs only for those who stay
  });

  // The error summary takes the focus; menus close on Escape and on a press elsewhere.
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
