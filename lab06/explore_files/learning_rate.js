// Learning rate: many models, one per learning rate; where each ends, and how it got there.

function render({ model, el }) {
  const { root, controls, picture, say, stop } = frame(el, "Learning rate explorer");
  const state = ["model", "name"];
  const start = remember(model, state);
  const names = model.get("names"), guess = model.get("guess"), epochs = model.get("epochs");
  const rates = floats(model.get("rates")); // (M,)
  const costs = floats(model.get("costs")); // (sweeps, E recorded, M)
  const models = rates.length;
  const cost = (sweep, record, index) => costs[(sweep * epochs.length + record) * models + index];
  const final = (sweep, index) => cost(sweep, epochs.length - 1, index);
  const diverged = (value) => !(value <= guess * 1.001);
  const rateText = (index) => Number(rates[index].toPrecision(2)).toString();

  const setModel = slider(controls, "learning rate",
    { min: 0, max: models - 1, step: 1, show: rateText },
    (index) => put(model, { model: index }));
  const setName = choice(controls, "features", names, (index) => put(model, { name: names[index] }));
  button(controls, "Reset", () => put(model, start));

  const finite = costs.filter((value) => Number.isFinite(value) && value > 0);
  const lowest = finite.reduce((a, b) => Math.min(a, b)), top = 100 * guess;
  const y = { low: lowest / 1.5, high: top, log: true };
  const ends = axes(picture, "where each model ends", {
    x: { low: rates[0], high: rates[models - 1], log: true }, y,
    xLabel: "learning rate", yLabel: "final cost", width: 380, height: 230 });
  const way = axes(picture, "how the chosen one got there", {
    x: { low: 0, high: epochs[epochs.length - 1] }, y,
    xLabel: "epoch", yLabel: "cost", width: 330, height: 230 });
  for (const chart of [ends, way]) {
    const level = chart.toY(guess);
    shape("line", { x1: chart.left, x2: chart.right, y1: level, y2: level, class: "lab06-guess" },
      chart.svg);
    shape("text", { x: chart.right, y: level - 4, "text-anchor": "end", class: "lab06-small" },
      chart.svg, "guessing");
  }
  const settled = shape("path", { class: "lab06-line" }, ends.svg);
  const crosses = shape("path", { class: "lab06-cross" }, ends.svg);
  const now = shape("line", { y1: ends.top, y2: ends.bottom, class: "lab06-now" }, ends.svg);
  const dot = shape("circle", { r: 6, class: "lab06-point" }, ends.svg);
  const curve = shape("path", { class: "lab06-line" }, way.svg);
  element("p", { class: "lab06-key" }, picture, "line: ended below guessing; crosses: diverged " +
    `(above guessing, or not a number); costs above ${digits(top, 0)} are drawn at the top`);

  let drawnSweep = null;
  function drawEnds(sweep) {
    const values = Array.from(rates, (_, index) => final(sweep, index));
    settled.setAttribute("d", ends.path(rates, values.map((v) => (diverged(v) ? NaN : v))));
    crosses.setAttribute("d", values.map((value, index) => {
      if (!diverged(value)) return "";
      const x = ends.toX(rates[index]), up = Number.isFinite(value) ? ends.toY(value) : ends.top;
      return `M${x - 3} ${up - 3}l6 6m0 -6l-6 6`;
    }).join(""));
    drawnSweep = sweep;
  }

  function draw() {
    const index = model.get("model"), sweep = names.indexOf(model.get("name"));
    setModel(index);
    setName(sweep);
    if (sweep !== drawnSweep) drawEnds(sweep);
    const value = final(sweep, index), x = ends.toX(rates[index]);
    place(now, { x1: x, x2: x });
    moveTo(dot, [x, Number.isFinite(value) ? ends.toY(value) : ends.top]);
    curve.setAttribute("d", way.path(epochs, epochs.map((_, record) => cost(sweep, record, index))));
    curve.classList.toggle("lab06-lost", diverged(value));
    say(`Features ${names[sweep]}, learning rate ${rateText(index)}: final cost ` +
      `${digits(value, 3)}${diverged(value) ? ", diverged" : ""}.`,
      { lr: rates[index], cost: String(value), diverged: diverged(value) });
  }

  const leave = follow(model, state, draw);
  return () => { leave(); stop(); root.remove(); };
}

export default { render };
