// The policy simulation with script: sliders, marks at what is changed, and the curve as a chart.
// Sentences come from data- attributes; without script every number stands in a table and a button asks.
(() => {
  const form = document.getElementById("question");

  // --- The question -------------------------------------------------------------------------

  function fieldsOf(row) {
    return {
      select: row.querySelector("select"),
      text: row.querySelector('input:not([type="range"])'),
      slider: row.querySelector("[data-slider]"),
      reset: row.querySelector("[data-reset]"),
    };
  }

  function mark(row) {
    const { select, text, reset } = fieldsOf(row);
    const changed = (text && text.value.trim() !== row.dataset.default)
      || (text ? select.value !== row.dataset.comparator : select.value !== row.dataset.default);
    row.classList.toggle("is-changed", changed);
    if (reset) reset.hidden = !changed;
  }

  function setUp(row) {
    const { select, text, slider, reset } = fieldsOf(row);
    if (slider) {
      slider.hidden = false;
      slider.addEventListener("input", () => {
        text.value = slider.value + (row.dataset.default.endsWith("%") ? "%" : "");
        text.dispatchEvent(new Event("input", { bubbles: true }));
      });
      // Only the text field is sent; the slider's own change must not ask a second time.
      slider.addEventListener("change", (event) => event.stopPropagation());
      text.addEventListener("input", (event) => {
        if (event.isTrusted) slider.value = text.value.replace("%", "");
      });
    }
    if (reset) {
      reset.addEventListener("click", () => {
        text.value = row.dataset.default;
        select.value = row.dataset.comparator;
        if (slider) slider.value = row.dataset.default.replace("%", "");
        select.dispatchEvent(new Event("change", { bubbles: true }));
        text.focus();
      });
    }
    if (text && row.dataset.default.endsWith("%")) {
      // In a share a bare number is percent; the sign goes in when the field is left.
      text.addEventListener("change", () => {
        if (/^[0-9０-９.,．，+-]+$/.test(text.value.trim())) text.value = `${text.value.trim()}%`;
      });
    }
    row.addEventListener("input", () => mark(row));
    row.addEventListener("change", () => mark(row));
    mark(row);
  }

  function count(details) {
    const number = details.querySelectorAll("input:checked").length;
    let words = details.querySelector("summary > .quiet");
    if (!words) {
      words = document.createElement("span");
      words.className = "quiet";
      details.querySelector("summary").append(" ", words);
    }
    words.textContent = number ? `${number} ${details.dataset.chosen}` : "";
  }

  if (form) {
    form.querySelectorAll("[data-no-script]").forEach((button) => { button.hidden = true; });
    form.querySelectorAll(".threshold, .reading").forEach(setUp);
    form.querySelectorAll("details.options").forEach((details) => {
      count(details);
      details.addEventListener("change", () => count(details));
    });
    // What changes the form itself asks for the whole page; what is half entered asks for nothing yet.
    form.addEventListener("change", (event) => {
      if (event.target.closest("[data-reload]")) {
        event.stopImmediatePropagation();
        form.querySelectorAll(event.target.name === "programme" ? 'input[name="call"], select[name="rules"]' : "[name^='set.']")
          .forEach((field) => { field.disabled = true; });
        form.submit();
      } else if (event.target.closest("[data-apart]")) {
        event.stopImmediatePropagation();
      }
    }, true);
    form.addEventListener("input", (event) => {
      if (event.target.closest("[data-apart]")) event.stopImmediatePropagation();
    }, true);
  }

  // --- Back: to the question before, not to each letter of one that is still being typed ------

  let typing = null;
  document.addEventListener("htmx:configRequest", (event) => {
    const cause = event.detail.triggeringEvent;
    if (event.detail.elt !== form || !cause) return;
    if (cause.target === typing) event.detail.headers["X-Same-Question"] = "1";
    typing = cause.type === "input" ? cause.target : null;
  });
  window.addEventListener("popstate", () => { if (form) window.location.reload(); });

  // A value that cannot be taken is marked at its field; why stands below it.
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelectorAll(".threshold").forEach((row) => {
      const wrong = "wrong" in row.querySelector(".field-said").dataset;
      const { text } = fieldsOf(row);
      text.classList.toggle("is-invalid", wrong);
      text.toggleAttribute("aria-invalid", wrong);
      if (wrong) text.setAttribute("aria-invalid", "true");
    });
  });

  // --- The curve ----------------------------------------------------------------------------

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function draw() {
    const chart = document.querySelector("[data-chart]");
    const table = document.querySelector("[data-points]");
    if (!chart || !table || typeof echarts === "undefined" || chart.dataset.drawn) return;
    chart.dataset.drawn = "yes";
    chart.hidden = false;
    table.closest("details").open = false;
    const rows = [...table.querySelectorAll("tbody tr")];
    const share = rows[0].dataset.short.endsWith("%") ? "%" : "";
    const at = (row) => Number(row.dataset.at) * (share ? 100 : 1);
    // Nothing was counted between a threshold far beyond the others and the next: no line is drawn there.
    const steps = rows.slice(1).map((row, n) => at(row) - at(rows[n]));
    const usual = [...steps].sort((one, other) => one - other)[Math.floor(steps.length / 2)];
    const counted = rows.flatMap((row, n) => [
      ...(n && steps[n - 1] > 1.5 * usual ? [{ value: ["-", "-"] }] : []),
      { value: [at(row), Number(row.dataset.passes)], symbolSize: "now" in row.dataset || "before" in row.dataset ? 7 : 0, row },
    ]);
    const marks = rows
      .filter((row) => "now" in row.dataset || "before" in row.dataset)
      .map((row) => ({
        xAxis: at(row),
        label: { formatter: "now" in row.dataset ? chart.dataset.wordsNow : chart.dataset.wordsBefore },
        lineStyle: { type: "now" in row.dataset ? "solid" : "dashed" },
      }));
    const text = { color: colour("--ink-soft"), fontFamily: colour("--face"), fontSize: 13 };
    const unit = rows[0].dataset.value.slice(rows[0].dataset.short.length).trim();
    const instance = echarts.init(chart, null, { renderer: "canvas" });
    instance.setOption({
      animation: false,
      textStyle: text,
      aria: { enabled: true },
      grid: { left: 8, right: 48, top: 32, bottom: unit ? 28 : 8, containLabel: true },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        formatter: (points) => `${points[0].data.row.dataset.value}\n${chart.dataset.wordsPasses} ${points[0].value[1].toLocaleString()}`,
      },
      xAxis: {
        name: unit, nameLocation: "middle", nameGap: 28, nameTextStyle: text,
        // By value, not by place in the table: a threshold far beyond the others stands as far away.
        type: "value", min: at(rows[0]), max: at(rows.at(-1)), splitLine: { show: false }, axisPointer: { snap: true },
        axisLabel: { ...text, hideOverlap: true, formatter: (value) => `${value.toLocaleString()}${share}` },
        axisLine: { lineStyle: { color: colour("--rule-strong") } },
      },
      yAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: colour("--rule") } } },
      series: [{
        type: "line",
        data: counted,
        symbol: "circle",
        lineStyle: { color: colour("--press"), width: 2 },
        itemStyle: { color: colour("--press") },
        areaStyle: { color: colour("--press"), opacity: 0.08 },
        markLine: { symbol: "none", silent: true, lineStyle: { color: colour("--ink") }, label: { ...text, color: colour("--ink") }, data: marks },
      }],
    });
    window.addEventListener("resize", () => instance.resize());
  }

  draw();
  document.addEventListener("htmx:afterSettle", draw);

  // A status that was there before is read out; one that comes with its words is not.
  document.addEventListener("htmx:afterSettle", () => {
    const told = document.getElementById("told");
    const words = document.querySelector("#result [role=alert], #result [data-sum]");
    if (told) told.textContent = words ? words.textContent.trim() : "";
  });
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll(".curve-table").forEach((details) => { details.open = true; });
  });
})();
