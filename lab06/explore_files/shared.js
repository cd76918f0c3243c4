// Shared by all explorers: controls, small pictures in SVG, and the state that Python sees.
// Python puts this file in front of each explorer's own, whose render({ model, el }) anywidget
// calls: model holds the attributes that Python tags with sync, el is the place in the page.
export default { render };

const CLASSES = [0, 1, 2];
const TELL_PYTHON_EVERY = 250; // milliseconds, while playing

function element(tag, attributes, parent, text = "", made = document.createElement(tag)) {
  place(made, attributes);
  if (text) made.textContent = text;
  parent?.append(made);
  return made;
}

function shape(tag, attributes, parent, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return element(tag, attributes, parent, text, made);
}

function place(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
}

// The parts every explorer has: controls, a picture, and a sentence that follows the state.
function frame(el, title) {
  const root = element("section", { class: "lab06", "aria-label": title }, el);
  // JupyterLab has single-key commands: a key meant for a slider must not reach it.
  root.addEventListener("keydown", (event) => {
    const forJupyter = event.ctrlKey || event.metaKey || (event.shiftKey && event.key === "Enter");
    if (!forJupyter) event.stopPropagation();
  });
  const controls = element("div", { class: "lab06-controls" }, root);
  const picture = element("div", { class: "lab06-picture", role: "img" }, root);
  const sentence = element("p", { class: "lab06-words", "aria-hidden": "true" }, root);
  const spoken = element("p", { class: "lab06-spoken", role: "status" }, root);
  let timer;
  const stop = () => { clearTimeout(timer); root.remove(); };
  // words: the picture in words. numbers: what it shows, for the tests.
  function say(words, numbers) {
    picture.setAttribute("aria-label", words);
    sentence.textContent = words;
    root.dataset.numbers = JSON.stringify(numbers);
    clearTimeout(timer); // a screen reader hears where the slider stops, not each step
    timer = setTimeout(() => (spoken.textContent = words), 250);
  }
  return { root, controls, picture, say, stop };
}

const uniqueName = () => `lab06-${Math.random().toString(36).slice(2)}`;

// A native slider with its label and its value in words.
// onMove(number) is called while it moves; the function returned shows another number on it.
function slider(parent, label, { min, max, step, show = String }, onMove) {
  const id = uniqueName();
  const row = element("div", { class: "lab06-row lab06-slider" }, parent);
  element("label", { for: id }, row, label);
  const input = element("input", { type: "range", id, min, max, step }, row);
  const value = element("span", { class: "lab06-value", "aria-hidden": "true" }, row);
  input.addEventListener("input", () => onMove(Number(input.value)));
  return (number) => {
    if (Number(input.value) !== number) input.value = number;
    value.textContent = show(number);
    input.setAttribute("aria-valuetext", show(number));
  };
}

function resetButton(parent, model, names) {
  const start = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  return button(parent, "Reset", () => put(model, start));
}

const HIGHEST = 10; // of a logit; the lowest is -HIGHEST

function logitSliders(parent, model) {
  return CLASSES.map((index) => slider(parent, `logit of class ${index}`,
    { min: -HIGHEST, max: HIGHEST, step: 0.1, show: (z) => digits(z, 2) },
    (z) => put(model, { logits: model.get("logits").map((old, i) => (i === index ? z : old)) })));
}

function button(parent, label, onPress, name) {
  const made = element("button", { type: "button" }, parent, label);
  if (name) made.setAttribute("aria-label", name); // where the label is only its end
  made.addEventListener("click", onPress);
  return made;
}

// One choice of several: native radio buttons.
function choice(parent, legend, labels, onChoose) {
  const group = element("fieldset", {}, parent);
  element("legend", {}, group, legend);
  const name = uniqueName();
  const inputs = labels.map((label, index) => {
    const around = element("label", {}, group);
    const input = element("input", { type: "radio", name, value: index }, around);
    around.append(` ${label}`);
    input.addEventListener("change", () => onChoose(index));
    return input;
  });
  return (index) => (inputs[index].checked = true);
}

// Draw now, and again whenever one of the named values changes, by `put` or in Python.
// Returns what anywidget calls in the end: it stops this, and runs the `endings`.
function follow(model, names, draw, ...endings) {
  for (const name of names) model.on(`change:${name}`, draw);
  draw();
  endings.push(() => names.forEach((name) => model.off(`change:${name}`, draw)));
  return () => endings.forEach((end) => end());
}

// One choice of many: a native list. The function returned shows another one.
function menu(parent, label, names, onChoose) {
  const id = uniqueName(), row = element("div", { class: "lab06-row" }, parent);
  element("label", { for: id }, row, label);
  const made = element("select", { id }, row);
  for (const name of names) element("option", {}, made, name);
  made.addEventListener("change", () => onChoose(made.selectedIndex));
  return (index) => (made.selectedIndex = index);
}

// Change values, which draws (see `follow`), and tell Python, where they become attributes of the
// explorer. Without a living kernel the picture moves all the same.
function put(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  try {
    model.save_changes();
  } catch {
    // nobody listens
  }
}

// A button that plays the epochs up to the last, and pauses; Python hears of it now and then. A
// reader who asked for less motion gets one still state per second instead.
function playButton(parent, model, last, perSecond) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let timer = null, since = 0, told = 0, due = 0;
  const made = button(parent, "Play", () => (timer === null ? begin() : pause()));

  const next = () => (timer = calm ? setTimeout(() => tick(performance.now()), 1000)
    : requestAnimationFrame(tick));

  function begin() {
    if (model.get("epoch") === last) put(model, { epoch: 0 });
    [since, told, due] = [performance.now(), performance.now(), 0];
    made.textContent = "Pause";
    next();
  }

  function tick(time) {
    next();
    due += Math.min(Math.max(time - since, 0) / 1000, 1) * perSecond();
    model.set("epoch", Math.min(model.get("epoch") + Math.floor(due), last));
    [since, due] = [time, due % 1];
    if (model.get("epoch") === last) pause();
    if (time - told <= TELL_PYTHON_EVERY) return;
    told = time;
    put(model, {});
  }

  function pause() {
    if (timer === null) return;
    (calm ? clearTimeout : cancelAnimationFrame)(timer);
    timer = null;
    made.textContent = "Play";
    put(model, {});
  }

  return { pause, isPlaying: () => timer !== null };
}

// Numbers that Python sends as float32 or float64, in the order of a contiguous tensor.
const floats = (view, Kind = Float32Array) =>
  new Kind(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

function softmax(scores) {
  const largest = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - largest));
  return weights.map((weight) => weight / sum(weights));
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

// The classes with the largest value, several at a tie; float32 knows no finer difference.
const leaders = (values) => CLASSES.filter((index) =>
  Math.fround(values[index]) === Math.fround(Math.max(...values)));

// A number as people write it; inf and nan as what they are. explore.py writes the same.
function digits(value, places) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "−inf";
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 0.5 * 10 ** -places)) {
    return value.toExponential(2).replaceAll("-", "−").replace("e+", "e");
  }
  return value.toFixed(places).replace(/^-(?=0\.?0*$)/, "").replace("-", "−");
}

// Three decimals, three digits below 0.1, and a 1 only for what is 1: so −log agrees with it.
function precise(value) {
  const size = Math.abs(value);
  if (size >= 0.9995 && size < 1) return value > 0 ? ">0.999" : "<−0.999";
  if (size >= 0.0005 && size < 0.1) return value.toPrecision(3).replace("-", "−");
  return digits(value, 3);
}

// Each class has one marker and one colour, as in the course's figures.
function markerPath(index, size) {
  if (index === 1) return `M${-size} ${-size}h${2 * size}v${2 * size}h${-2 * size}z`;
  if (index === 2) return `M0 ${-1.2 * size}l${1.2 * size} ${2.2 * size}h${-2.4 * size}z`;
  return `M${-size} 0a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0`;
}

function marker(parent, index, size = 6) {
  return shape("path", { d: markerPath(index, size), class: `lab06-class${index}` }, parent);
}

function moveTo(made, [x, y]) {
  made.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
}

// Where a pointer is, in the units of a drawing.
function under(svg, { clientX, clientY }) {
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [x, y];
}

// It is as wide as the style sheet lets it be; its text has one size on the screen all the same.
function drawing(parent, width, height, title) {
  const svg = shape("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, parent);
  new ResizeObserver(() => {
    const pixel = width / (svg.getBoundingClientRect().width || width); // one on the screen
    svg.style.setProperty("--pixel", pixel);
  }).observe(svg);
  shape("text", { x: 4, y: 15, class: "lab06-title" }, svg, title);
  return svg;
}

// One bar per class. Returns a function that draws other values, between low and high.
function bars(parent, title, { low = 0, high = 1, width = 204 }) {
  const top = 40, bottom = 145;
  const svg = drawing(parent, width, 192, title);
  const toY = (value) => {
    const inside = Math.min(Math.max(value, low), high);
    return bottom - ((inside - low) / (high - low)) * (bottom - top);
  };
  shape("line", { x1: 8, x2: width - 8, y1: toY(0), y2: toY(0), class: "lab06-axis" }, svg);
  const parts = CLASSES.map((index) => {
    const x = (width * (index + 0.5)) / 3;
    const bar = shape("rect", { x: x - 19, width: 38, class: `lab06-class${index}` }, svg);
    const text = shape("text", { x, class: "lab06-middle" }, svg);
    moveTo(marker(svg, index, 4.5), [x, 168]);
    shape("text", { x, y: 187, class: "lab06-small lab06-middle" }, svg, `class ${index}`);
    return { bar, text };
  });
  return (values) => {
    parts.forEach(({ bar, text }, index) => {
      const from = toY(0), to = toY(values[index]);
      place(bar, { y: Math.min(from, to), height: Math.abs(from - to) });
      text.setAttribute("y", to <= from ? to - 5 : to + 14);
      text.textContent = precise(values[index]);
    });
  };
}

// The probability simplex: a triangle, one corner per class. at(p) is the place of a prediction.
function simplex(parent, title, width = 220) {
  const side = width - 60, height = side * Math.sqrt(0.75);
  const left = 30, bottom = 46 + height;
  const svg = drawing(parent, width, bottom + 26, title);
  const corners = [[left, bottom], [left + side, bottom], [left + side / 2, bottom - height]];
  const at = (p) => [0, 1].map((axis) =>
    p[0] * corners[0][axis] + p[1] * corners[1][axis] + p[2] * corners[2][axis]);
  shape("path", { d: `M${corners.map((corner) => corner.join(" ")).join("L")}z`,
    class: "lab06-axis" }, svg);
  const names = [[8, bottom + 20], [width - 8, bottom + 20], [width / 2 + 10, 33]];
  names.forEach(([x, y], index) => { // hollow and small, so that nobody takes it for a sample
    const side = index === 1 ? -1 : 1;
    const corner = marker(svg, index, 4);
    corner.classList.add("lab06-corner");
    moveTo(corner, [x, y - 4.5]);
    shape("text", { x: x + 8 * side, y, class: `lab06-small lab06-${side > 0 ? "start" : "end"}` },
      svg, `class ${index}`);
  });
  // The prediction under a pointer, kept inside the triangle.
  const pointed = (event) => {
    const [x, y] = under(svg, event), p2 = (bottom - y) / height, p1 = (x - left) / side - p2 / 2;
    const inside = [1 - p1 - p2, p1, p2].map((p) => Math.max(p, 0.001));
    return inside.map((p) => p / sum(inside));
  };
  return { svg, at, pointed, corners };
}

// Shades what a second softmax can return, in the dotted triangle around it.
function shadeReach(triangle) {
  const many = 20; // points on a side
  const edge = CLASSES.flatMap((from) => Array.from({ length: many }, (_, step) => {
    const prediction = [0, 0, 0];
    prediction[from] = 1 - step / many;
    prediction[(from + 1) % 3] = step / many;
    return triangle.at(softmax(prediction)).join(" ");
  }));
  const corners = CLASSES.map((index) => edge[index * many]);
  const reach = shape("g", {}, triangle.svg);
  shape("path", { d: `M${edge.join("L")}z`, class: "lab06-reach" }, reach);
  shape("path", { d: `M${corners.join("L")}z`, class: "lab06-guess" }, reach);
  return reach;
}

// Axes for curves, with a few ticks each; `log` puts powers of ten at even distances.
function axes(parent, title, { x, y, xLabel, yLabel, width = 220, height = 188 }) {
  const left = 46, right = width - 22, top = title && yLabel ? 40 : 27, bottom = height - 36;
  const svg = drawing(parent, width, height, title);
  const along = ({ low, high, log }, from, to) => (value) => {
    const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return from + Math.min(Math.max(share, 0), 1) * (to - from);
  };
  const toX = along(x, left, right), toY = along(y, bottom, top);
  const write = (x, y, anchor, text) =>
    shape("text", { x, y, class: `lab06-small lab06-${anchor}` }, svg, text);
  for (const value of ticks(x, 4)) {
    const at = toX(value);
    shape("line", { x1: at, x2: at, y1: bottom, y2: top, class: "lab06-grid" }, svg);
    write(at, bottom + 14, "middle", tickText(value));
  }
  for (const value of ticks(y, 4)) {
    const at = toY(value);
    shape("line", { x1: left, x2: right, y1: at, y2: at, class: "lab06-grid" }, svg);
    write(left - 6, at + 4, "end", tickText(value));
  }
  shape("path", { d: `M${left} ${top}V${bottom}H${right}`, class: "lab06-axis" }, svg);
  const below = write((left + right) / 2, height - 5, "middle", xLabel);
  write(4, title ? 31 : 15, "start", yLabel);
  // Values that are not finite leave a gap in the curve.
  const path = (xs, ys) => Array.from(ys, (y, i) => (!isFinite(y) ? ""
    : `${isFinite(ys[i - 1]) ? "L" : "M"}${toX(xs[i]).toFixed(1)} ${toY(y).toFixed(1)}`)).join("");
  return { svg, toX, toY, path, below, left, right, top, bottom };
}

// A dot for the own cost, and a square for the yardstick.
function costDots(svg) {
  return [shape("circle", { r: 5, class: "lab06-point" }, svg),
    shape("rect", { x: -4.5, y: -4.5, width: 9, height: 9, class: "lab06-hollow" }, svg)];
}

function markGuessing({ svg, toY, left, right }, cost) {
  const y = toY(cost);
  shape("line", { x1: left, x2: right, y1: y, y2: y, class: "lab06-guess" }, svg);
  shape("text", { x: right, y: y - 4, class: "lab06-small lab06-end lab06-above" }, svg,
    "guessing");
}

function ticks({ low, high, log }, count) {
  const list = (first, last, make) =>
    Array.from({ length: last - first + 1 }, (_, i) => make(first + i));
  if (log) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first) / count));
    return list(0, Math.floor((last - first) / every), (i) => 10 ** (first + i * every));
  }
  const rough = (high - low) / count, ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * [1, 2, 5, 10].find((times) => ten * times >= rough);
  return list(Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-6), (i) => i * step);
}

function tickText(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e4)) {
    return Number(value.toPrecision(12)).toExponential().replace("e+", "e").replace("e-", "e−");
  }
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
