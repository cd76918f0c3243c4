// The workbench: train a softmax classifier here, change one thing, and compare.

const SWITCHES = { softmax: ["once", "twice"], bias: ["per class", "shared", "none"],
  features: ["raw", "standardised"] };
const RATES = [-6, -5, -4, -3, -2, -1, 0].flatMap((power) =>
  [1, 1.5, 2, 3, 5, 7].map((times) => Number(`${times}e${power}`))).concat(10);
const PER_SECOND = 60, LAST_EPOCH = 20000;
const LENGTHS = [100, 200, 500, 1000, 2000, 5000, 10000, LAST_EPOCH]; // of the axis of epochs
const FEWEST = 3, MOST = 400; // samples
const GUESSING = Math.log(3), FAR = 3; // times guessing, or the first cost if that is higher

function render({ model, el }) {
  const { root, controls, picture, say, stop } = frame(el, "Workbench");
  root.classList.add("lab06-bench");
  picture.setAttribute("role", "group"); // not an image: it holds what can be moved
  const names = model.get("names"), starts = floats(model.get("starts"), Float64Array);
  const size = 3 * (names.length + 1); // numbers in a model
  const original = model.get("samples");
  const hold = { samples: rowsOf(original, names.length + 1), selected: 0,
    select: (sample) => { hold.selected = sample; draw(); },
    move: (point) => edit(hold.samples.map((old, sample) =>
      (sample === hold.selected ? [...point, old[2]] : old))),
    remove: () => hold.samples.length > FEWEST
      && edit(hold.samples.filter((_, sample) => sample !== hold.selected)) };
  const edit = (rows) => put(model, { samples: bytesOf(rows.flat()) });
  const ranges = names.map((_, feature) => rangeOf(hold.samples.map((row) => row[feature])));
  let runs = [], panels = [];

  // ---------------------------------------------------------------- controls

  const settings = () => model.get("runs").at(-1);
  const buttons = element("div", { class: "lab06-row" }, controls);
  const { pause, isPlaying } = playButton(buttons, model, LAST_EPOCH, () => PER_SECOND);
  const by = (epochs) => () => {
    pause();
    put(model, { epoch: Math.min(model.get("epoch") + epochs, LAST_EPOCH) });
  };
  const forward = [button(buttons, "Step", by(1)), button(buttons, "100 steps", by(100))];
  button(buttons, "Reset", () => { pause(); put(model, { epoch: 0 }); });
  const compare = button(buttons, "Compare", () =>
    put(model, { runs: runs.length > 1 ? [settings()] : [settings(), settings()] }));
  const change = (setting) => {
    const runs = [...model.get("runs").slice(0, -1), { ...settings(), ...setting }];
    put(model, "lr" in setting ? { runs } : { epoch: 0, runs });
  };
  const setSwitches = Object.entries(SWITCHES).map(([name, values]) => {
    const set = choice(controls, name, values, (index) => change({ [name]: values[index] }));
    return () => set(values.indexOf(settings()[name]));
  });
  const start = element("select", {}, element("label", {}, controls, "start "));
  start.addEventListener("change", () => change({ start: Number(start.value) }));
  for (let draw = 0; draw * size < starts.length; draw += 1) {
    element("option", { value: draw }, start, inWords({ start: draw })[2]);
  }
  const setRate = slider(controls, "learning rate",
    { min: 0, max: RATES.length - 1, step: 1, show: () => tickText(settings().lr) },
    (index) => change({ lr: RATES[index] }));

  const editing = element("div", { class: "lab06-row" });
  const add = CLASSES.map((index) => button(editing, `Add class ${index}`, () => {
    hold.selected = hold.samples.length;
    const share = 0.5 + 0.03 * (hold.selected % 6); // beside the one added before
    edit([...hold.samples, [...ranges.map(({ low, high }) => low + share * (high - low)), index]]);
  }));
  const remove = button(editing, "Remove", hold.remove);
  button(editing, "Restore samples", () => put(model, { samples: original }));
  element("span", { class: "lab06-hint" }, editing, "Drag a sample, or move it with the arrow keys.");
  if (names.length === 2) picture.after(editing);

  // ---------------------------------------------------------------- training

  // Zeros or a draw; then the bias as it is set.
  function startOf({ start, bias }) {
    const parameters = starts.slice(start * size, (start + 1) * size);
    const biases = parameters.subarray(-3);
    if (bias !== "per class") biases.fill(bias === "shared" ? biases[0] : 0);
    return parameters;
  }

  // Runs go on with their new settings, unless a switch was moved: then all restart.
  function takeSettings() {
    const wanted = model.get("runs");
    const old = wanted.length === 1 ? [runs.at(-1)] : [runs[0], runs.at(-1)];
    const isSame = wanted.every((setting, place) => Object.keys(setting).every((name) =>
      name === "lr" || setting[name] === old[place].settings[name]));
    runs = wanted.map((setting, place) => (isSame ? old[place].copy(setting)
      : new Run(setting, startOf(setting), hold.samples)));
    if (panels.length !== runs.length) layOut();
    train();
  }

  function takeSamples() {
    hold.samples = rowsOf(model.get("samples"), names.length + 1);
    hold.selected = Math.min(hold.selected, hold.samples.length - 1);
    runs.forEach((run) => run.use(hold.samples));
    train();
  }

  // Up to the epoch that the reader or Python wants, from the start if it is an earlier one.
  function train() {
    const epoch = model.get("epoch");
    if (epoch < runs[0].epoch) {
      runs = runs.map((run) => new Run(run.settings, startOf(run.settings), hold.samples));
    }
    for (const run of runs) while (run.epoch < epoch) run.step();
    draw();
    model.set("weights", bytesOf(runs.flatMap((run) => [...run.parameters])));
    model.set("trained", epoch);
    if (!isPlaying()) put(model, {});
  }

  // ---------------------------------------------------------------- pictures

  function layOut() {
    picture.replaceChildren();
    picture.classList.toggle("lab06-two", runs.length > 1);
    panels = runs.map(() => {
      const panel = element("div", { class: "lab06-twin" }, picture);
      const [caption, words] = [0, 1].map(() => element("p", { class: "lab06-key" }, panel));
      const parts = ["chart", "triangle", ...(names.length === 2 ? ["plane"] : [])];
      const grid = element("div", { class: `lab06-parts lab06-${parts.at(-1)}-last` }, panel);
      return { caption, words,
        cells: parts.map((part) => element("div", { class: `lab06-${part}` }, grid)) };
    });
    for (const panel of panels) { // now that the style sheet has given each cell its width
      const [chart, cell, plane] = panel.cells, width = Math.max(cell.clientWidth, 150);
      const height = Math.round(0.866 * width + 20); // of a triangle with its labels
      panel.size = { width: Math.max(chart.clientWidth, 150),
        height: chart.offsetTop === cell.offsetTop ? height : 170 };
      const triangle = simplex(cell, "probabilities", width);
      triangle.svg.setAttribute("aria-hidden", "true");
      panel.reach = shadeReach(triangle);
      const mark = markers(triangle.svg, names.length === 2);
      panel.drawTriangle = (run) => mark(run.probabilities.map(triangle.at), hold);
      panel.drawPlane = plane && makePlane(plane, { names, ranges, width: plane.clientWidth,
        height: Math.max(height, plane.offsetTop > cell.offsetTop ? 280 : 0) }, hold);
    }
  }

  function draw() {
    const frame = axesFor(runs), key = JSON.stringify(frame), { epoch } = runs[0];
    setSwitches.forEach((set) => set());
    start.value = settings().start;
    const away = RATES.map((rate) => Math.abs(Math.log(rate / settings().lr)));
    setRate(away.indexOf(Math.min(...away)));
    compare.setAttribute("aria-pressed", runs.length > 1);
    forward.forEach((made) => (made.disabled = epoch === LAST_EPOCH));
    add.forEach((made) => (made.disabled = hold.samples.length >= MOST));
    remove.disabled = hold.samples.length <= FEWEST;
    const told = panels.map((panel, place) => {
      const run = runs[place];
      if (panel.key !== key) panel.drawChart = makeChart(panel, frame);
      panel.key = key;
      panel.drawChart(run);
      panel.reach.style.display = run.settings.softmax === "twice" ? "" : "none";
      panel.drawTriangle(run);
      panel.drawPlane?.(run);
      const lost = !(run.cost <= FAR * Math.max(GUESSING, run.costs[0] || 0));
      const words = `own cost ${digits(run.cost, 3)}, yardstick ${digits(run.yardstick, 3)}, ` +
        `${run.right} of ${hold.samples.length} right` +
        (lost ? ". Diverged: the own cost is far above guessing" : "");
      panel.words.textContent = `Epoch ${epoch}: ${words}`;
      panel.words.classList.toggle("lab06-alarm", lost);
      if (runs.length === 1) return `${words}.`;
      const [mine, other] = [place, 1 - place].map((which) => inWords(runs[which].settings));
      panel.caption.replaceChildren(["Left, kept: ", "Right: "][place]);
      mine.forEach((part, index) => panel.caption.append(index ? ", " : "", element("span",
        { class: part === other[index] ? "" : "lab06-differs" }, null, part)));
      return `${["Left", "Right"][place]}, ${mine.join(", ")}: ${words}.`;
    });
    say(`Epoch ${epoch}. ${told.join(" ")}`, runs.map(({ cost, yardstick, right, parameters }) =>
      ({ epoch, cost, yardstick, right, parameters: [...parameters] })));
  }

  runs = model.get("runs").map((setting, place) => new Run(setting,
    floats(model.get("weights"), Float64Array).subarray(place * size, (place + 1) * size),
    hold.samples, model.get("trained")));
  let width = 0;
  const watch = new ResizeObserver(() => {
    if (picture.clientWidth === width) return;
    width = picture.clientWidth;
    layOut();
    train();
  });
  watch.observe(picture);
  const taken = Object.entries({ runs: takeSettings, samples: takeSamples, epoch: train });
  taken.forEach(([name, take]) => model.on(`change:${name}`, take));
  return () => {
    pause(); watch.disconnect(); stop(); root.remove();
    taken.forEach(([name, take]) => model.off(`change:${name}`, take));
  };
}

function rowsOf(view, wide) {
  const values = [...floats(view, Float64Array)];
  return Array.from({ length: values.length / wide }, (_, sample) =>
    values.slice(sample * wide, (sample + 1) * wide));
}

function bytesOf(values) {
  return new DataView(Float64Array.from(values).buffer);
}

// A little more than the values take up.
function rangeOf(values) {
  const low = Math.min(...values), high = Math.max(...values), more = (high - low) / 8 || 1;
  return { low: low - more, high: high + more };
}

function inWords({ softmax, bias, start, features, lr = 0 }) {
  return [`softmax ${softmax}`, `bias ${bias}`, start === 0 ? "zeros" : `draw ${start}`, features,
    `lr ${tickText(lr)}`];
}

// All samples of a class are one path, which is quick to draw; a ring marks the selected sample.
function markers(svg, withRing) {
  const paths = CLASSES.map((index) =>
    shape("path", { class: `lab06-sample lab06-class${index}` }, svg));
  const ring = withRing && shape("circle", { r: 10, class: "lab06-ring" }, svg);
  return (points, { samples, selected }) => {
    const marks = CLASSES.map((index) =>
      markerPath(index, points.length > 40 ? 4 : 6).replace("M", "m"));
    const drawn = ["", "", ""];
    points.forEach(([x, y], sample) => {
      const truth = samples[sample].at(-1);
      drawn[truth] += `M${x.toFixed(1)} ${y.toFixed(1)}${marks[truth]}`;
    });
    paths.forEach((path, index) => path.setAttribute("d", drawn[index]));
    if (ring) moveTo(ring, points[selected]);
  };
}

// The axes that hold all costs of all runs, logarithmic where they are far above guessing.
function axesFor(runs) {
  let low = GUESSING, high = GUESSING;
  for (const value of runs.flatMap((run) => [run.costs, run.yardsticks]).flat()) {
    if (value < low) low = value;
    if (value > high && value < Infinity) high = value;
  }
  const log = high > 5, power = (value, round) => 10 ** round(Math.log10(value));
  return { x: { low: 0, high: LENGTHS.find((epochs) => epochs >= runs[0].epoch) },
    y: log ? { log, low: power(Math.max(low, 1e-3), Math.floor), high: power(high, Math.ceil) }
      : { low: 0, high: [1.5, 2, 3, 5].find((cost) => cost >= high) } };
}

function makeChart({ size, cells: [cell] }, frame) {
  cell.replaceChildren();
  const chart = axes(cell, "mean cost", { ...frame, ...size, xLabel: "epoch",
    yLabel: "own solid, yardstick dashed" });
  chart.svg.setAttribute("aria-hidden", "true");
  markGuessing(chart, GUESSING);
  const curves = ["lab06-line", "lab06-second"].map((kind) =>
    shape("path", { class: kind }, chart.svg));
  const dots = [shape("circle", { r: 5, class: "lab06-point" }, chart.svg),
    shape("rect", { x: -4.5, y: -4.5, width: 9, height: 9, class: "lab06-hollow" }, chart.svg)];
  return ({ costs, yardsticks, epoch }) => [costs, yardsticks].forEach((values, which) => {
    curves[which].setAttribute("d", chart.path(...outline(values)));
    moveTo(dots[which], [chart.toX(epoch), chart.toY(values[epoch])]);
  });
}

// Epochs and costs to draw: the lowest and the highest of each few, so that no zigzag is lost.
function outline(costs) {
  const few = Math.ceil(costs.length / 300), epochs = [];
  for (let from = 0; from < costs.length; from += few) {
    let low = from, high = from;
    for (let epoch = from; epoch < Math.min(from + few, costs.length); epoch += 1) {
      if (costs[epoch] < costs[low]) low = epoch;
      if (costs[epoch] > costs[high]) high = epoch;
    }
    epochs.push(Math.min(low, high), Math.max(low, high));
  }
  return [epochs, epochs.map((epoch) => costs[epoch])];
}

export default { render };
