// Training player: every recorded epoch of one or more runs, side by side.

const SPEEDS = [10, 50, 250]; // epochs per second
const MARKER = 8; // half of a sample's marker
const MOST = 40; // samples that get a number and room around it
const REACH = "Shaded: all that a second softmax can return, inside the small dotted triangle.";

function render({ model, el }) {
  const { root, controls, picture, say, stop } = frame(el, "Training player");
  const names = model.get("names"), y = model.get("y");
  const [cost, yardstick, p] = ["cost", "cross_entropy", "probabilities"].map((name) =>
    floats(model.get(name))); // (R, E), (R, E) or none, (R, E, N, 3)
  const shown = yardstick.length > 0 ? [cost, yardstick] : [cost];
  const epochs = cost.length / names.length, last = epochs - 1;
  const start = model.get("epoch");

  let speed = 1;
  const { pause } = playButton(controls, model, last, () => SPEEDS[speed]);
  const go = (number) => { pause(); put(model, { epoch: Math.min(Math.max(number, 0), last) }); };
  button(controls, "Step back", () => go(model.get("epoch") - 1));
  button(controls, "Step", () => go(model.get("epoch") + 1));
  button(controls, "Reset", () => go(start));
  choice(controls, "epochs per second", SPEEDS.map(String), (index) => (speed = index))(speed);
  const setEpoch = slider(controls, "epoch", { min: 0, max: last, step: 1 }, go);

  const finite = shown.flatMap((values) => [...values]).filter(Number.isFinite);
  const y_axis = { low: 0, high: Math.max(...[0.1], finite.reduce((a, b) => Math.max(a, b), 0)) };
  const every = Array.from({ length: epochs }, (_, index) => index);
  const numbered = y.length <= MOST;
  picture.classList.add("lab06-films", `lab06-films-${Math.min(names.length, 3)}`);
  picture.style.setProperty("--runs", names.length);
  const panels = names.map((name, run) => {
    const panel = element("div", { class: "lab06-run" }, picture);
    const triangle = simplex(panel, name);
    if (model.get("small_triangle")) shadeReach(triangle);
    const threads = shape("path", { class: "lab06-thread" }, triangle.svg);
    const samples = y.map((truth, sample) => {
      const made = shape("g", {}, triangle.svg);
      const larger = truth === 2 ? 1.3 : 1; // a triangle has less room for a digit, and that is low
      marker(made, truth, (numbered ? MARKER : MARKER / 2) * larger).classList.add("lab06-sample");
      shape("text", { class: "lab06-digit", dy: truth === 2 ? 3.5 : 0 }, made,
        numbered ? String(sample) : "");
      return made;
    });
    const chart = axes(panel, "", { x: { low: 0, high: Math.max(last, 1) }, y: y_axis,
      xLabel: "epoch", yLabel: shown.length > 1 ? "cost" : "its own cost",
      ...(names.length > 1 ? { height: 165 } : { width: 360, height: 210 }) });
    const curves = shown.map((values) => values.subarray(run * epochs, (run + 1) * epochs));
    curves.forEach((values, which) => shape("path", { d: chart.path(every, values),
      class: ["lab06-line", "lab06-second"][which] }, chart.svg));
    const line = shape("line", { y1: chart.top, y2: chart.bottom, class: "lab06-now" }, chart.svg);
    const dots = costDots(chart.svg);
    const text = element("p", { class: "lab06-key" }, panel);
    return { name, run, triangle, threads, samples, chart, curves, line, dots, text };
  });
  const reach = model.get("small_triangle") ? ` ${REACH}` : "";
  const key = element("p", { class: "lab06-key" }, picture);

  function drawRun(panel, now) {
    const { name, run, triangle, threads, samples, chart, curves, line, dots, text } = panel;
    const x = chart.toX(now);
    place(line, { x1: x, x2: x });
    let right = 0, tied = 0;
    const known = [], at = [];
    samples.forEach((made, sample) => {
      const from = ((run * epochs + now) * y.length + sample) * 3;
      const prediction = [p[from], p[from + 1], p[from + 2]];
      const isKnown = prediction.every(Number.isFinite);
      made.style.display = isKnown ? "" : "none";
      if (!isKnown) return;
      known.push(made);
      at.push(triangle.at(prediction));
      const winners = leaders(prediction);
      right += winners[0] === y[sample];
      tied += winners.length > 1;
    });
    const beside = numbered ? spread(at, triangle) : at;
    known.forEach((made, index) => moveTo(made, beside[index]));
    threads.setAttribute("d", at.map(([x, y], index) => // a dot, and a line from there
      `M${x - 2} ${y}a2 2 0 1 0 4 0a2 2 0 1 0-4 0M${x} ${y}L${beside[index].join(" ")}`).join(""));
    const costs = curves.map((values) => values[now]);
    dots.forEach((dot, which) => { // the second is the yardstick's, if there is one
      const known = Number.isFinite(costs[which]);
      dot.style.display = known ? "" : "none";
      if (known) moveTo(dot, [x, chart.toY(costs[which])]);
    });
    const words = costs.map((value, which) =>
      `${["own cost", "yardstick"][which]} ${digits(value, 3)}`);
    text.textContent = `${words.join(", ")}, ${right} of ${y.length} right` +
      (tied ? `, ${tied} tied` : "");
    return { words: `${name}: ${text.textContent}`, tied, numbers: [...costs, right] };
  }

  function draw() {
    const now = model.get("epoch");
    setEpoch(now);
    const drawn = panels.map((panel) => drawRun(panel, now));
    const tie = drawn.some(({ tied }) => tied)
      ? " At a tie the lowest class counts, as in argmax." : "";
    key.textContent = (shown.length > 1 ? "Solid: its own cost; dashed: the yardstick. " : "") +
      `Where samples would cover each other, lines lead to their places.${tie}${reach}`;
    say(`Epoch ${now}. ${drawn.map(({ words }) => words).join("; ")}.${tie}${reach}`,
      drawn.map(({ numbers }) => numbers));
  }

  return follow(model, ["epoch"], draw, pause, stop);
}

// Where markers at these points [x, y] go so that none covers another, its place, or a name.
function spread(points, { corners }) {
  const [low, high] = [corners[2][1], corners[0][1]];
  let isCrowded = true;
  const pushed = (point, from, far, share) => {
    const dx = point[0] - from[0], dy = point[1] - from[1], distance = Math.hypot(dx, dy);
    if (distance >= far) return;
    isCrowded = true;
    const push = (share * Math.min(far + 0.5 - distance, 2)) / distance;
    point[0] += push * dx;
    point[1] += push * dy;
  };
  const spiral = (wave, index) => 0.01 * (index + 1) * wave(2.4 * index);
  const moved = points.map(([x, y], index) => // points in one place start on a small spiral
    [x + spiral(Math.cos, index), y + spiral(Math.sin, index)]);
  for (let round = 0; isCrowded && round < 100; round += 1) {
    isCrowded = false;
    moved.forEach((point, one) => points.forEach((place, other) => {
      if (one === other) return;
      pushed(point, moved[other], 2 * MARKER + 3, 0.5);
      if (round < 60) pushed(point, place, MARKER + 3, 1); // a wish only, where there is no room
    }));
    moved.forEach((point) => (point[1] = Math.min(Math.max(point[1], low), high)));
  }
  return moved;
}
