// Training player: every recorded epoch of one or more runs, side by side.

const SPEEDS = [10, 50, 250]; // epochs per second
const TELL_PYTHON_EVERY = 250; // milliseconds, while playing
const LINE = 12, DIGIT = 8; // height of a label, width of one of its digits

function touch(one, other) {
  return Math.abs(one.y - other.y) < LINE - 0.01 // rounding
    && one.x < other.x + other.width && other.x < one.x + one.width;
}

// A label stands right of its sample; one that would touch another moves to the next free place,
// up or down, or left of the sample, inside the triangle. Those in a crowd come last.
function spread(labels, top, bottom) {
  const middle = (top + bottom) / 2, placed = [];
  const crowd = (label) => labels.filter((other) => touch(label, other)).length;
  const order = labels.map((label) => ({ label, others: crowd(label) }));
  order.sort((a, b) => a.others - b.others).forEach(({ label }) => {
    const { x, y, width } = label;
    const isFree = (place) => top <= place.y && place.y <= bottom
      && !placed.some((other) => touch({ ...place, width }, other));
    const step = (y > middle ? -LINE : LINE) / 2; // inwards first
    const places = [];
    for (let i = 0; i <= labels.length; i += 1) {
      for (const away of [i * step, -i * step]) {
        places.push({ x, y: y + away, cost: i },
          { x: x - 16 - width, y: y + away, cost: i + 2.5 }); // the left may be another's
      }
    }
    places.sort((a, b) => a.cost - b.cost);
    placed.push(Object.assign(label, places.find(isFree)));
  });
}

function render({ model, el }) {
  const { root, controls, picture, say, stop } = frame(el, "Training player");
  const names = model.get("names"), y = model.get("y");
  const [cost, yardstick, p] = ["cost", "cross_entropy", "probabilities"].map((name) =>
    floats(model.get(name))); // (R, E), (R, E), (R, E, N, 3)
  const epochs = cost.length / names.length, last = epochs - 1;
  const start = model.get("epoch");

  const play = button(controls, "Play", () => (timer ? pause() : begin()));
  const by = (change) => () => { pause(); put(model, { epoch: clamp(epoch() + change) }); };
  button(controls, "Step back", by(-1));
  button(controls, "Step", by(1));
  button(controls, "Reset", () => { pause(); put(model, { epoch: start }); });
  const setEpoch = slider(controls, "epoch", { min: 0, max: last, step: 1 },
    (number) => { pause(); put(model, { epoch: number }); });
  let speed = 1;
  choice(controls, "epochs per second", SPEEDS.map(String), (index) => (speed = index))(speed);

  const finite = [...cost, ...yardstick].filter(Number.isFinite);
  const y_axis = { low: 0, high: Math.max(...[0.1], finite.reduce((a, b) => Math.max(a, b), 0)) };
  const every = Array.from({ length: epochs }, (_, index) => index);
  const panels = names.map((name, run) => {
    const panel = element("div", { class: "lab06-run" }, picture);
    const triangle = simplex(panel, name);
    if (model.get("small_triangle")) {
      const reach = CLASSES.map((index) => triangle.at(softmax(CLASSES.map((i) => +(i === index)))));
      shape("path", { d: `M${reach.map((corner) => corner.join(" ")).join("L")}z`,
        class: "lab06-reach" }, triangle.svg);
    }
    const samples = y.map((truth) => {
      const made = marker(triangle.svg, truth, 6.5);
      made.classList.add("lab06-sample");
      return made;
    });
    const labels = y.map((_, sample) => // on top of all markers
      shape("text", { class: "lab06-small lab06-label" }, triangle.svg, String(sample)));
    const chart = axes(panel, "", { x: { low: 0, high: Math.max(last, 1) }, y: y_axis,
      xLabel: "epoch", yLabel: "cost: own solid, yardstick dashed" });
    const part = (values) => values.subarray(run * epochs, (run + 1) * epochs);
    const curves = [part(cost), part(yardstick)];
    shape("path", { d: chart.path(every, curves[0]), class: "lab06-line" }, chart.svg);
    shape("path", { d: chart.path(every, curves[1]), class: "lab06-second" }, chart.svg);
    const line = shape("line", { y1: chart.top, y2: chart.bottom, class: "lab06-now" }, chart.svg);
    const dots = curves.map((values, which) =>
      shape(...(which === 0 ? ["circle", { r: 5, class: "lab06-point" }]
        : ["rect", { x: -4.5, y: -4.5, width: 9, height: 9, class: "lab06-hollow" }]), chart.svg));
    const text = element("p", { class: "lab06-key" }, panel);
    return { name, run, triangle, samples, labels, chart, curves, line, dots, text };
  });

  const epoch = () => model.get("epoch");
  const clamp = (number) => Math.min(Math.max(number, 0), last);

  function drawRun(panel, now) {
    const { name, run, triangle, samples, labels, chart, curves, line, dots, text } = panel;
    const x = chart.toX(now);
    place(line, { x1: x, x2: x });
    let right = 0;
    const shown = [];
    samples.forEach((made, sample) => {
      const from = ((run * epochs + now) * y.length + sample) * 3;
      const prediction = [p[from], p[from + 1], p[from + 2]];
      const known = prediction.every(Number.isFinite);
      made.style.display = labels[sample].style.display = known ? "" : "none";
      if (known) {
        const [across, down] = triangle.at(prediction);
        moveTo(made, [across, down]);
        const width = DIGIT * String(sample).length;
        shown.push({ label: labels[sample], x: across + 8, y: down - 5, width });
        right += largest(prediction) === y[sample];
      }
    });
    spread(shown, triangle.corners[2][1] - 6, triangle.corners[0][1] - 4);
    shown.forEach(({ label, x: across, y: down }) => moveTo(label, [across, down]));
    curves.forEach((values, which) => {
      const known = Number.isFinite(values[now]);
      dots[which].style.display = known ? "" : "none";
      if (known) moveTo(dots[which], [x, chart.toY(values[now])]);
    });
    const [own, true_cost] = [digits(curves[0][now], 3), digits(curves[1][now], 3)];
    text.textContent = `own cost ${own}, yardstick ${true_cost}, ${right} of ${y.length} right`;
    return { own: curves[0][now], yardstick: curves[1][now], right,
      words: `${name}: ${text.textContent}` };
  }

  function draw() {
    const now = epoch();
    setEpoch(now);
    const drawn = panels.map((panel) => drawRun(panel, now));
    say(`Epoch ${now}. ${drawn.map(({ words }) => words).join("; ")}.`,
      drawn.map(({ own, yardstick: true_cost, right }) => [own, true_cost, right]));
  }

  // Playing. A reader who asked for less motion gets one still state per second instead.
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let timer = null, from = 0, since = 0, told = 0;

  function begin() {
    if (epoch() === last) put(model, { epoch: 0 });
    [from, since, told] = [epoch(), performance.now(), performance.now()];
    play.textContent = "Pause";
    next();
  }

  function next() {
    timer = calm ? setTimeout(() => tick(performance.now()), 1000) : requestAnimationFrame(tick);
  }

  function tick(time) {
    const now = clamp(Math.round(from + (Math.max(time - since, 0) / 1000) * SPEEDS[speed]));
    if (now !== epoch()) model.set("epoch", now);
    if (now === last) {
      pause();
      return;
    }
    if (time - told > TELL_PYTHON_EVERY) {
      told = time;
      put(model, {});
    }
    next();
  }

  function pause() {
    if (timer === null) return;
    cancelAnimationFrame(timer);
    clearTimeout(timer);
    timer = null;
    play.textContent = "Play";
    put(model, {});
  }

  const leave = follow(model, ["epoch"], draw);
  return () => { pause(); leave(); stop(); root.remove(); };
}

export default { render };
