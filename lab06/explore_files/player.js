// Training player: every recorded epoch of one or more runs, side by side.

const SPEEDS = [10, 50, 250]; // epochs per second
const MARKER = 8, DIGIT = 9; // half a sample's marker, and the height of the digit in it
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
  button(controls, "Step back", () => go(epoch() - 1));
  button(controls, "Step", () => go(epoch() + 1));
  button(controls, "Reset", () => go(start));
  const setEpoch = slider(controls, "epoch", { min: 0, max: last, step: 1 }, go);
  choice(controls, "epochs per second", SPEEDS.map(String), (index) => (speed = index))(speed);

  const finite = shown.flatMap((values) => [...values]).filter(Number.isFinite);
  const y_axis = { low: 0, high: Math.max(...[0.1], finite.reduce((a, b) => Math.max(a, b), 0)) };
  const every = Array.from({ length: epochs }, (_, index) => index);
  const panels = names.map((name, run) => {
    const panel = element("div", { class: "lab06-run" }, picture);
    const triangle = simplex(panel, name);
    if (model.get("small_triangle")) shadeReach(triangle);
    const samples = y.map((truth) => {
      const made = marker(triangle.svg, truth, MARKER);
      made.classList.add("lab06-sample");
      return made;
    });
    const labels = y.map((truth) => // on top of all markers; a triangle's middle is low
      shape("text", { class: "lab06-small lab06-label", dy: truth === 2 ? 2 : 0 }, triangle.svg));
    const yLabel = shown.length > 1 ? "cost: own solid, yardstick dashed" : "its own cost";
    const chart = axes(panel, "", { x: { low: 0, high: Math.max(last, 1) }, y: y_axis,
      xLabel: "epoch", yLabel });
    const curves = shown.map((values) => values.subarray(run * epochs, (run + 1) * epochs));
    curves.forEach((values, which) => shape("path", { d: chart.path(every, values),
      class: ["lab06-line", "lab06-second"][which] }, chart.svg));
    const line = shape("line", { y1: chart.top, y2: chart.bottom, class: "lab06-now" }, chart.svg);
    const dots = costDots(chart.svg);
    const text = element("p", { class: "lab06-key" }, panel);
    return { name, run, triangle, samples, labels, chart, curves, line, dots, text };
  });

  const epoch = () => model.get("epoch");

  function drawRun(panel, now) {
    const { name, run, triangle, samples, labels, chart, curves, line, dots, text } = panel;
    const x = chart.toX(now);
    place(line, { x1: x, x2: x });
    let right = 0, tied = 0;
    const groups = []; // samples that stand too close write their digits side by side
    samples.forEach((made, sample) => {
      const from = ((run * epochs + now) * y.length + sample) * 3;
      const prediction = [p[from], p[from + 1], p[from + 2]];
      const known = prediction.every(Number.isFinite);
      made.style.display = known ? "" : "none";
      labels[sample].textContent = "";
      if (!known) return;
      const at = triangle.at(prediction);
      moveTo(made, at);
      const winners = leaders(prediction);
      right += winners[0] === y[sample];
      tied += winners.length > 1;
      const near = groups.find((group) => Math.abs(group.at[1] - at[1]) < DIGIT
        && Math.abs(group.at[0] - at[0]) < DIGIT * (0.7 * group.members.length + 1));
      if (near) near.members.push(sample);
      else groups.push({ at, label: labels[sample], members: [sample] });
    });
    groups.forEach(({ at, label, members }) => {
      moveTo(label, at);
      label.textContent = members.join(",");
    });
    dots[1].style.display = "none"; // without the yardstick
    curves.forEach((values, which) => {
      const known = Number.isFinite(values[now]);
      dots[which].style.display = known ? "" : "none";
      if (known) moveTo(dots[which], [x, chart.toY(values[now])]);
    });
    const costs = curves.map((values) => values[now]);
    const words = costs.map((value, which) =>
      `${["own cost", "yardstick"][which]} ${digits(value, 3)}`);
    text.textContent = `${words.join(", ")}, ${right} of ${y.length} right` +
      (tied ? `, ${tied} tied` : "");
    return { words: `${name}: ${text.textContent}`, tied, numbers: [...costs, right] };
  }

  function draw() {
    const now = epoch();
    setEpoch(now);
    const drawn = panels.map((panel) => drawRun(panel, now));
    say(`Epoch ${now}. ${drawn.map(({ words }) => words).join("; ")}.` +
      (drawn.some(({ tied }) => tied) ? " At a tie the lowest class counts, as in argmax." : "") +
      (model.get("small_triangle") ? ` ${REACH}` : ""),
      drawn.map(({ numbers }) => numbers));
  }

  const leave = follow(model, ["epoch"], draw);
  return () => { pause(); leave(); stop(); root.remove(); };
}

export default { render };
