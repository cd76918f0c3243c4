// The workbench: train a softmax classifier here, change one thing, and compare.

const SWITCHES = { softmax: ["once", "twice"], bias: ["per class", "shared", "none"],
  features: ["raw", "standardised"] };
const RATES = [-6, -5, -4, -3, -2, -1, 0].flatMap((power) =>
  [1, 1.5, 2, 3, 5, 7].map((times) => Number(`${times}e${power}`))).concat(10);
const PER_SECOND = 60, LAST_EPOCH = 20000, FEWEST = 3, MOST = 400; // epochs; samples
const GUESSING = Math.log(3), FAR = 3; // times guessing, or the first cost if that is higher

function render({ model, el }) {
  const { root, controls, picture, say, stop } = frame(el, "Workbench");
  root.classList.add("lab06-bench");
  picture.setAttribute("role", "group"); // not an image: it holds what can be moved
  const names = model.get("names"), original = model.get("original");
  const current = () => (model.get("samples").byteLength ? model.get("samples") : original);
  const size = 3 * (names.length + 1), starts = rowsOf(model.get("starts"), size);
  const edit = (rows) => put(model, { samples: bytesOf(rows.flat()) });
  const hold = { samples: rowsOf(original, names.length + 1), selected: 0,
    select: (sample) => { hold.selected = sample; draw(); },
    move: (point) => edit(hold.samples.map((old, sample) =>
      (sample === hold.selected ? [...point, old[2]] : old))) };
  const ranges = names.map((_, feature) => rangeOf(hold.samples.map((row) => row[feature])));
  let known = { runs: model.get("runs"), samples: original }, panels = [];
  let runs = rowsOf(model.get("weights"), size).map((parameters, place) =>
    new Run(known.runs[place], parameters, hold.samples, model.get("trained")));
  for (const run of runs) run.costs[0] = fresh(run.settings).cost; // which tells a divergence

  const settings = () => model.get("runs").at(-1);
  const change = (setting) => {
    const wanted = [...model.get("runs").slice(0, -1), { ...settings(), ...setting }];
    put(model, { ...("lr" in setting ? {} : { epoch: 0 }), runs: wanted });
  };
  const switches = element("div", { class: "lab06-controls" }, controls);
  const draws = starts.map((_, start) => startText(start));
  const setStart = menu(switches, "start", draws, (start) => change({ start }));
  const setSwitches = Object.entries(SWITCHES).map(([name, values]) => {
    const set = choice(switches, name, values, (index) => change({ [name]: values[index] }));
    return () => set(values.indexOf(settings()[name]));
  });
  const setRate = slider(switches, "learning rate",
    { min: 0, max: RATES.length - 1, step: 1, show: () => tickText(settings().lr) },
    (index) => change({ lr: RATES[index] }));
  const buttons = element("div", { class: "lab06-row" }, controls);
  const { pause, isPlaying } = playButton(buttons, model, LAST_EPOCH, () => PER_SECOND);
  const go = (epoch) => { pause(); put(model, { epoch: Math.min(epoch, LAST_EPOCH) }); };
  element("span", {}, buttons, "Steps");
  for (const many of [1, 100, 1000]) {
    button(buttons, many, () => go(runs[0].epoch + many), `Steps ${many}`);
  }
  button(buttons, "Reset", () => go(0));
  const compare = button(buttons, "Compare", () =>
    put(model, { runs: runs.length > 1 ? [settings()] : [settings(), settings()] }));
  const uncover = button(buttons, "Show the settings", () => put(model, { covered: false }));

  const editing = element("div", { class: "lab06-row" });
  element("span", {}, editing, "Add class");
  const add = CLASSES.map((index) => button(editing, `${index}`, () => {
    hold.selected = hold.samples.length;
    const share = 0.5 + 0.03 * (hold.selected % 6); // beside the one added before
    edit([...hold.samples, [...ranges.map(({ low, high }) => low + share * (high - low)), index]]);
  }, `Add class ${index}`));
  const remove = button(editing, "Remove", () =>
    edit(hold.samples.filter((_, sample) => sample !== hold.selected)));
  button(editing, "Restore", () => put(model, { samples: bytesOf([]) }));
  element("span", {}, editing, "Drag a sample, or use the arrow keys.");
  if (names.length === 2) picture.after(editing);

  function fresh(setting) {
    const { start, bias } = setting, parameters = [...starts[start]];
    if (bias !== "per class") parameters.fill(bias === "shared" ? parameters.at(-3) : 0, -3);
    return new Run(setting, parameters, hold.samples);
  }

  // Train to the epoch that the reader or Python wants; from the start where a switch was moved.
  function settle() {
    const wanted = model.get("runs"), epoch = model.get("epoch");
    const before = (place) => (place === wanted.length - 1 ? runs.at(-1) : runs[0]);
    const restart = epoch < runs[0].epoch || wanted.some((setting, place) => Object.keys(setting)
      .some((name) => name !== "lr" && setting[name] !== before(place).settings[name]));
    if (restart || known.runs !== wanted) {
      runs = wanted.map((setting, place) =>
        (restart ? fresh(setting) : before(place).copy(setting)));
    }
    if (known.samples !== current()) {
      hold.samples = rowsOf(current(), names.length + 1);
      hold.selected = Math.min(hold.selected, hold.samples.length - 1);
      runs.forEach((run) => run.use(hold.samples));
    }
    known = { runs: wanted, samples: current() };
    for (const run of runs) while (run.epoch < epoch) run.step();
    if (panels.length !== runs.length) layOut();
    draw();
    model.set("weights", bytesOf(runs.flatMap((run) => [...run.parameters])));
    model.set("trained", epoch);
    if (!isPlaying()) put(model, {});
  }

  function layOut() {
    picture.replaceChildren();
    picture.classList.toggle("lab06-twins", runs.length > 1);
    const look = { names, ranges, height: runs.length > 1 ? 182 : 211 }; // 211 as the triangle
    const texts = runs.map(() => element("p", { class: "lab06-told" }, picture));
    panels = texts.map((text) => {
      const [title, words] = ["strong", "span"].map((tag) => element(tag, {}, text));
      const panel = element("div", { class: "lab06-twin" }, picture);
      const parts = element("div", { class: `lab06-parts lab06-parts-${names.length}` }, panel);
      const [chart, cell, plane] = [true, true, false].map((isHidden) =>
        element("div", { "aria-hidden": isHidden }, parts));
      const triangle = simplex(cell, "probabilities"), reach = shadeReach(triangle);
      const mark = markers(triangle.svg);
      return { title, words, chart, reach,
        drawTriangle: (run) => mark(run.probabilities.map(triangle.at), hold),
        drawPlane: names.length === 2 ? makePlane(plane, look, hold) : () => {} };
    });
  }

  function draw() {
    const frame = axesFor(runs), key = JSON.stringify(frame), { epoch } = runs[0];
    const isCovered = model.get("covered"), isOriginal = current() === original;
    for (const part of [switches, compare]) part.style.display = isCovered ? "none" : "";
    uncover.style.display = isCovered ? "" : "none";
    setSwitches.forEach((set) => set());
    setStart(settings().start);
    const away = RATES.map((rate) => Math.abs(Math.log(rate / settings().lr)));
    setRate(away.indexOf(Math.min(...away)));
    compare.setAttribute("aria-pressed", runs.length > 1);
    add.forEach((made) => (made.disabled = hold.samples.length >= MOST));
    remove.disabled = hold.samples.length <= FEWEST;
    const differences = isCovered ? [[], []] : whereTheyDiffer(runs);
    const told = panels.map((panel, place) => {
      const run = runs[place];
      if (panel.key !== key) panel.drawChart = makeChart(panel.chart, frame, runs.length > 1);
      panel.key = key;
      panel.drawChart(run);
      panel.reach.style.display = run.settings.softmax === "twice" && !isCovered ? "" : "none";
      panel.drawTriangle(run);
      panel.drawPlane(run);
      const lost = !(run.cost <= FAR * Math.max(GUESSING, run.costs[0] || 0));
      const words = `own cost ${digits(run.cost, 3)}, yardstick ${digits(run.yardstick, 3)}, ` +
        `${run.right} of ${hold.samples.length} right` +
        (lost ? `; ${isOriginal ? "it diverged" : "far above guessing"}` : "");
      const whose = [["Left", "Right"][place], ...differences[place]].join(", ");
      panel.title.textContent = runs.length === 1 ? "" : `${whose}: `;
      panel.words.textContent = words;
      panel.words.classList.toggle("lab06-alarm", lost);
      return `${panel.title.textContent}${words}.`;
    });
    say(`Epoch ${epoch}. ${told.join(" ")}`, runs.map(({ cost, yardstick, right, parameters }) =>
      ({ epoch, cost, yardstick, right, parameters: [...parameters] })));
  }

  return follow(model, ["runs", "samples", "epoch", "covered"], settle, pause, stop);
}

function rowsOf(view, wide) {
  const values = [...floats(view, Float64Array)];
  return Array.from({ length: values.length / wide }, () => values.splice(0, wide));
}

const bytesOf = (values) => new DataView(Float64Array.from(values).buffer);

// A little more than the values take up.
function rangeOf(values) {
  const low = Math.min(...values), high = Math.max(...values);
  const more = (high - low || Math.abs(high) || 8) / 8;
  return { low: low - more, high: high + more };
}

const startText = (start) => (start === 0 ? "zeros" : `draw ${start}`);

// What each of two runs is trained with, where the other is trained with something else.
function whereTheyDiffer(runs) {
  const words = runs.map(({ settings: { softmax, bias, start, features, lr } }) =>
    [`softmax ${softmax}`, `bias ${bias}`, startText(start), features, `lr ${tickText(lr)}`]);
  return words.map((mine, place) => mine.filter((part, i) => part !== words.at(place - 1)[i]));
}

// All samples of a class are one path, which is quick to draw; a ring marks the selected sample.
function markers(svg) {
  const paths = CLASSES.map((index) =>
    shape("path", { class: `lab06-class${index} lab06-sample` }, svg));
  const ring = shape("circle", { r: 9, class: "lab06-ring" }, svg);
  return (points, { samples, selected }) => {
    const marks = CLASSES.map((index) =>
      markerPath(index, points.length > 40 ? 3 : 5).replace("M", "m"));
    const drawn = ["", "", ""];
    points.forEach(([x, y], sample) => {
      const truth = samples[sample].at(-1);
      drawn[truth] += `M${Math.round(10 * x) / 10} ${Math.round(10 * y) / 10}${marks[truth]}`;
    });
    paths.forEach((path, index) => path.setAttribute("d", drawn[index]));
    moveTo(ring, points[selected]);
  };
}

// The axes that hold all costs of all runs, logarithmic where they are far above guessing.
function axesFor(runs) {
  const low = Math.min(...runs.map((run) => run.lowest));
  const high = Math.max(...runs.map((run) => run.highest));
  const log = high > 5, power = (value, round) => 10 ** round(Math.log10(value));
  return { x: { low: 0, high: 100 * 2 ** Math.max(0, Math.ceil(Math.log2(runs[0].epoch / 100))) },
    y: log ? { log, low: power(Math.max(low, 1e-3), Math.floor), high: power(high, Math.ceil) }
      : { low: 0, high: [1.5, 2, 3, 5].find((cost) => cost >= high) } };
}

function makeChart(cell, frame, isNarrow) {
  cell.replaceChildren();
  const size = isNarrow ? { width: 220, height: 145 } : { width: 340, height: 200 };
  const chart = axes(cell, "", { ...frame, ...size, xLabel: "epoch",
    yLabel: isNarrow ? "cost, yardstick dashed" : "mean cost: own solid, yardstick dashed" });
  const curves = ["lab06-line", "lab06-second"].map((kind) =>
    shape("path", { class: kind }, chart.svg));
  markGuessing(chart, GUESSING);
  const dots = costDots(chart.svg);
  return ({ costs, yardsticks, epoch }) => {
    chart.below.textContent = `epoch (now ${epoch})`;
    [costs, yardsticks].forEach((values, which) => {
      const few = Math.ceil(values.length / 300); // two epochs of each few, so that zigzags stay
      const drawn = [...values.keys()].filter((each) => each % few < 2 || each === epoch);
      curves[which].setAttribute("d", chart.path(drawn, drawn.map((each) => values[each])));
      moveTo(dots[which], [chart.toX(epoch), chart.toY(values[epoch])]);
    });
  };
}
