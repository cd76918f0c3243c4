// Stability: the logits (s, 0, 0) for growing s, by PyTorch in float32.

const METHODS = ["log(softmax(z))", "log_softmax(z)"];

function render({ model, el }) {
  const { root, controls, picture, say, stop } = frame(el, "Stability explorer");
  const names = ["scale", "target"];
  const values = floats(model.get("values")); // (2 targets, 2 methods, S scales, cost and 3 slopes)
  const scales = values.length / 16;
  const at = (target, method, scale, column) =>
    values[((target * 2 + method) * scales + scale - 1) * 4 + column];

  const setScale = slider(controls, "scale s of the logits (s, 0, 0)",
    { min: 1, max: scales, step: 1 }, (scale) => put(model, { scale }));
  const setTarget = choice(controls, "true class", ["0: sure and right", "1: sure and wrong"],
    (target) => put(model, { target }));
  resetButton(controls, model, names);

  picture.classList.add("lab06-beside-table");
  const table = element("table", {}, picture);
  const head = element("tr", {}, element("thead", {}, table));
  ["", ...METHODS].forEach((text) => element("th", {}, head, text));
  const body = element("tbody", {}, table);
  const cells = ["cost", ...CLASSES.map((index) => `slope, class ${index}`)].map((name) => {
    const row = element("tr", {}, body);
    element("th", {}, row, name);
    return METHODS.map(() => element("td", {}, row));
  });
  const xs = Array.from({ length: scales }, (_, index) => index + 1);
  const scaleAxis = { x: { low: 0, high: scales }, xLabel: "scale s" };
  const charts = [
    axes(picture, "cost", { ...scaleAxis, y: { low: 0, high: scales }, yLabel: "nats" }),
    axes(picture, "slope, true class", { ...scaleAxis, y: { low: -1.2, high: 0.2 }, yLabel: "" }),
  ].map((chart) => ({
    ...chart,
    line: shape("line", { y1: chart.top, y2: chart.bottom, class: "lab06-now" }, chart.svg),
    naive: shape("path", { class: "lab06-naive" }, chart.svg),
    stable: shape("path", { class: "lab06-stable" }, chart.svg),
    lost: shape("path", { d: "M-6 -6L6 6M-6 6L6 -6", class: "lab06-naive" }, chart.svg),
  }));
  element("p", { class: "lab06-key" }, picture,
    `thick: ${METHODS[0]}, a cross where it stops being a finite number; dashed: ${METHODS[1]}`);

  function draw() {
    const scale = model.get("scale"), target = model.get("target");
    setScale(scale);
    setTarget(target);
    charts.forEach((chart, which) => {
      const column = which === 0 ? 0 : 1 + target;
      const [naive, stable] = [0, 1].map((method) =>
        xs.map((scale) => at(target, method, scale, column)));
      chart.naive.setAttribute("d", chart.path(xs, naive));
      chart.stable.setAttribute("d", chart.path(xs, stable));
      const first = naive.findIndex((value) => !Number.isFinite(value));
      chart.lost.style.display = first > 0 ? "" : "none";
      if (first > 0) moveTo(chart.lost, [chart.toX(xs[first - 1]), chart.toY(naive[first - 1])]);
      place(chart.line, { x1: chart.toX(scale), x2: chart.toX(scale) });
    });
    const rows = METHODS.map((_, method) => cells.map((row, column) => {
      const value = at(target, method, scale, column);
      row[method].textContent = digits(value, 4);
      row[method].classList.toggle("lab06-lost", !Number.isFinite(value));
      return value;
    }));
    const told = rows.map((row, method) => {
      const [cost, ...slopes] = row.map((value) => digits(value, 4));
      return `${METHODS[method]} gives cost ${cost} and slopes ${slopes.join(", ")}`;
    });
    say(`Scale ${scale}, true class ${target}: ${told.join("; ")}.`,
      { naive: rows[0].map(String), stable: rows[1].map(String) });
  }

  return follow(model, names, draw, stop);
}
