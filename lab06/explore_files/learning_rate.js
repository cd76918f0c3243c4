// Learning rate: many models, one per learning rate; where each ends, and how it got there.

function render({ model, el }) {
  const { root, controls, picture, say, stop } = frame(el, "Learning rate explorer");
  const state = ["model", "name"];
  const names = model.get("names"), guess = model.get("guess"), epochs = model.get("epochs");
  const rates = floats(model.get("rates")); // (M,)
  const costs = floats(model.get("costs")); // (sweeps, E recorded, M)
  const models = rates.length;
  const cost = (sweep, record, index) => costs[(sweep * epochs.length + record) * models + index];
  const final = (sweep, index) => cost(sweep, epochs.length - 1, index);
  const diverged = (value) => !(value <= guess * 1.001);
  const rateText = (index) => tickText(Number(rates[index].toPrecision(3)));

  const setModel = slider(controls, "learning rate",
    { min: 0, max: models - 1, step: 1, show: rateText }, (index) => put(model, { model: index }));
  const setName = choice(controls, "features", names,
    (index) => put(model, { name: names[index] }));
  resetButton(controls, model, state);

  picture.classList.add("lab06-two-charts");
  // Both charts of one sweep, as high as its costs go; returns how to show one of its models.
  function charts(sweep) {
    picture.replaceChildren();
    const many = epochs.length * models, shown = costs.subarray(sweep * many, (sweep + 1) * many);
    const finite = shown.filter((value) => Number.isFinite(value) && value > 0);
    const y = { low: finite.reduce((a, b) => Math.min(a, b), guess) / 1.5,
      high: finite.reduce((a, b) => Math.max(a, b), guess) * 1.5, log: true };
    const ends = axes(picture, "where each model ends", {
      x: { low: rates[0], high: rates[models - 1], log: true }, y,
      xLabel: "learning rate", yLabel: "final cost", width: 340, height: 230 });
    const path = axes(picture, "how the chosen one got there", {
      x: { low: 0, high: epochs[epochs.length - 1] }, y,
      xLabel: "epoch", yLabel: "cost", width: 340, height: 230 });
    element("p", { class: "lab06-key" }, picture,
      "line: ended at or below guessing; crosses: diverged (above guessing, or not finite)");

    const height = (value) => (Number.isFinite(value) ? ends.toY(value) : ends.top);
    const values = Array.from(rates, (_, index) => final(sweep, index));
    shape("path", { class: "lab06-line",
      d: ends.path(rates, values.map((v) => (diverged(v) ? NaN : v))) }, ends.svg);
    shape("path", { class: "lab06-cross", d: values.map((value, index) => (diverged(value)
      ? `M${ends.toX(rates[index]) - 3} ${height(value) - 3}l6 6m0 -6l-6 6` : "")).join("") },
      ends.svg);
    const now = shape("line", { y1: ends.top, y2: ends.bottom, class: "lab06-now" }, ends.svg);
    const dot = shape("circle", { r: 6, class: "lab06-point" }, ends.svg);
    const curve = shape("path", { class: "lab06-line" }, path.svg);
    for (const chart of [ends, path]) markGuessing(chart, guess);
    return (index) => {
      const x = ends.toX(rates[index]);
      place(now, { x1: x, x2: x });
      moveTo(dot, [x, height(values[index])]);
      const costsOf = epochs.map((_, record) => cost(sweep, record, index));
      curve.setAttribute("d", path.path(epochs, costsOf));
      curve.classList.toggle("lab06-lost", diverged(values[index]));
    };
  }

  let drawnSweep = null, show = null;
  function draw() {
    const index = model.get("model"), sweep = names.indexOf(model.get("name"));
    setModel(index);
    setName(sweep);
    if (sweep !== drawnSweep) [show, drawnSweep] = [charts(sweep), sweep];
    show(index);
    const value = final(sweep, index);
    say(`Features ${names[sweep]}, learning rate ${rateText(index)}: final cost ` +
      `${digits(value, 3)}${diverged(value) ? ", diverged" : ""}.`,
      { lr: rates[index], cost: String(value), diverged: diverged(value) });
  }

  return follow(model, state, draw, stop);
}
