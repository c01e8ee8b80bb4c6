// Keys on the page of a case: the links work without them.
(function () {
  "use strict";

  const dialog = document.getElementById("keys");
  const opener = document.querySelector("[data-keys]");
  if (!dialog || !opener) return;
  opener.hidden = false;
  opener.addEventListener("click", toggle);

  function toggle() {
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  function follow(mark) {
    const link = document.querySelector("a[data-key-" + mark + "]");
    if (link) link.click();
  }

  const KEYS = {
    j: "following",
    ArrowRight: "following",
    k: "previous",
    ArrowLeft: "previous",
    l: "list",
  };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    // Inside a field, or a table that the arrows scroll, the keys are the reader's own.
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "?") {
      event.preventDefault();
      toggle();
      return;
    }
    const mark = KEYS[event.key];
    if (!mark || dialog.open) return;
    if (event.key.startsWith("Arrow") && event.target.closest(".table-scroll")) return;
    follow(mark);
  });

  // Pointing at a clause lights its figures, so that both sides are read together.
  function light(clause, on) {
    (clause.dataset.cells || "").split(" ").forEach(function (id) {
      const cell = id && document.getElementById(id);
      if (cell) cell.classList.toggle("is-lit", on);
    });
  }
  document.querySelectorAll("[data-clause]").forEach(function (clause) {
    ["mouseenter", "focusin"].forEach((name) => clause.addEventListener(name, () => light(clause, true)));
    ["mouseleave", "focusout"].forEach((name) => clause.addEventListener(name, () => light(clause, false)));
  });
})();
