// Cross-entropy: a prediction in the simplex, its cost, its gradient, and a step downhill.

const HIGHEST_COST = 7; // of the chart; an arrowhead marks a cost above it
const LONGEST_ARROW = 0.3; // share of y - p that the arrow shows

function render({ model, el }) {
  const { root, controls, picture, say, stop } = frame(el, "Cross-entropy explorer");
  const names = ["logits", "target", "lr"];

  const setTarget = choice(controls, "true class", CLASSES.map(String),
    (target) => put(model, { target }));
  const setLogit = logitSliders(controls, model);
  const setRate = slider(controls, "learning rate",
    { min: 0.1, max: 5, step: 0.1, show: (lr) => digits(lr, 2) }, (lr) => put(model, { lr }));
  const row = element("div", { class: "lab06-row" }, controls);
  const step = button(row, "one step downhill", () => put(model, { logits: after() }));
  resetButton(row, model, names);

  picture.classList.add("lab06-four");
  const triangle = simplex(picture, "prediction and y − p");
  const arrow = shape("path", { class: "lab06-line" }, triangle.svg);
  const point = shape("circle", { r: 7, class: "lab06-point" }, triangle.svg);
  const drawProbabilities = bars(picture, "probabilities p", {});
  const drawGradient = bars(picture, "gradient p − y", { low: -1, high: 1 });
  const curve = axes(picture, "cost, true class", { x: { low: 0, high: 1 },
    y: { low: 0, high: HIGHEST_COST }, xLabel: "its probability", yLabel: "nats" });
  const ps = Array.from({ length: 400 }, (_, i) => (i + 1) / 400);
  shape("path", { d: curve.path(ps, ps.map((p) => -Math.log(p))), class: "lab06-line" }, curve.svg);
  const onCurve = shape("path", { class: "lab06-point" }, curve.svg);
  const [inNats, inBits] = [44, 62].map((y) =>
    shape("text", { x: curve.right, y, class: "lab06-end" }, curve.svg));

  // The triangle can be pressed and dragged, too. The keyboard has the sliders.
  const pick = (event) => {
    const logs = triangle.pointed(event).map(Math.log);
    const middle = (logs[0] + logs[1] + logs[2]) / 3;
    put(model, { logits: logs.map((log) => Math.round((log - middle) * 100) / 100) });
  };
  triangle.svg.addEventListener("pointerdown", (event) => {
    triangle.svg.setPointerCapture(event.pointerId);
    pick(event);
  });
  triangle.svg.addEventListener("pointermove", (event) => event.buttons && pick(event));
  triangle.svg.classList.add("lab06-draggable");

  function after() {
    const logits = model.get("logits"), { slopes } = measure(logits, model.get("target"));
    return logits.map((z, index) => z - model.get("lr") * slopes[index]);
  }

  function draw() {
    const logits = model.get("logits"), target = model.get("target"), next = after();
    const { p, slopes, nats, bits, words } = measure(logits, target);
    setTarget(target);
    logits.forEach((z, index) => setLogit[index](z));
    setRate(model.get("lr"));
    step.disabled = next.some((z) => Math.abs(z) > HIGHEST)
      || measure(next, target).words === words;
    const tip = p.map((share, index) => share - LONGEST_ARROW * slopes[index]);
    drawArrow(arrow, triangle.at(p), triangle.at(tip));
    moveTo(point, triangle.at(p));
    drawProbabilities(p);
    drawGradient(slopes);
    moveTo(onCurve, [curve.toX(p[target]), curve.toY(nats)]);
    onCurve.setAttribute("d", nats > HIGHEST_COST ? "M0 -8L7 4H-7z" : markerPath(0, 6));
    inNats.textContent = `${costText(nats)} nats`;
    inBits.textContent = `${costText(bits)} bits`;
    say(words, { probabilities: p, gradient: slopes, nats, bits });
  }

  return follow(model, names, draw, stop);
}

// A prediction's numbers, and all of them in words.
function measure(logits, target) {
  const p = softmax(logits), slopes = p.map((share, index) => share - (index === target));
  // log-softmax, so that a tiny p does not become 0 before the logarithm
  const nats = Math.log(sum(logits.map((z) => Math.exp(z - logits[target]))));
  const bits = nats / Math.LN2;
  const words = `True class ${target}: it has probability ${precise(p[target])}, which costs ` +
    `${costText(nats)} nats or ${costText(bits)} bits. ` +
    `The gradient p − y is ${slopes.map(precise).join(", ")}.`;
  return { p, slopes, nats, bits, words };
}

const costText = (cost) => digits(cost, cost < 0.1 ? 3 : 2); // as many decimals as p allows

function drawArrow(arrow, [x, y], [toX, toY]) {
  const long = Math.hypot(toX - x, toY - y), turn = Math.atan2(toY - y, toX - x);
  place(arrow, { d: long < 3 ? "" : `M0 0H${long}m-8 -5l8 5l-8 5`,
    transform: `translate(${x} ${y}) rotate(${(turn * 180) / Math.PI})` });
}
