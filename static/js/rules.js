// The form of a clause: shows what the chosen kind, grouping and fact need, and hides the rest.
// Without script every field is there and what is not needed stays empty.
(function () {
  "use strict";
  const form = document.querySelector("[data-clause-form]");
  if (!form) return;
  const withoutTest = ["manual", "open"];

  function show(element, isNeeded) {
    element.hidden = !isNeeded;
  }
  function fits(element, name, value) {
    return element.dataset[name].split(" ").includes(value);
  }
  function look() {
    const kind = form.elements.kind.value;
    form.querySelectorAll("[data-for-kind]").forEach((one) => show(one, fits(one, "forKind", kind)));
    const tests = form.querySelector("[data-tests]");
    if (!tests) return;
    show(tests, !withoutTest.includes(kind));
    const group = form.elements.group.value;
    tests.querySelectorAll("[data-for-group]").forEach((one) => show(one, fits(one, "forGroup", group)));
    const parts = Array.from(tests.querySelectorAll("[data-part]"));
    parts.forEach(function (part, i) {
      const fact = part.querySelector('[name$="-fact"]').value;
      part.querySelectorAll("[data-for-fact]").forEach((one) => show(one, fits(one, "forFact", fact)));
      // The empty test at the end is offered only where several belong together.
      show(part, i === 0 || fact !== "" || group !== "");
    });
  }
  form.addEventListener("change", look);
  look();
})();
