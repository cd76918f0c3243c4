// The plane of two features: three regions, their borders, and samples that can be moved.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const PAGES = { PageUp: -1, PageDown: 1 };
const REACHED = 24; // pixels from a sample within which a finger takes hold of it

// hold: the samples and the selected one, and how to move and to select it.
function makePlane(cell, { names, ranges, height }, hold) {
  const { svg, left, right, top, bottom, toX, toY } = axes(cell, "", { x: ranges[0], y: ranges[1],
    xLabel: names[0], yLabel: names[1], height });
  const spots = [left, right].flatMap((x) => [top, bottom].map((y) => // in the plane's corners
    ({ x, y, at: [x + (x === left ? 30 : -30), y + (y === top ? 12 : -12)] })));
  place(svg, { tabindex: 0, role: "application", class: "lab06-draggable" });
  const regions = CLASSES.map((index) =>
    shape("path", { class: `lab06-region lab06-class${index}` }, svg));
  const labels = CLASSES.map((index) =>
    shape("text", { class: "lab06-small lab06-label" }, svg, `class ${index}`));
  const mark = markers(svg);

  const distances = ([x, y]) => hold.samples.map((row) =>
    Math.hypot(toX(row[0]) - x, toY(row[1]) - y));
  const move = ([x, y]) => hold.move([(x - left) / (right - left), (bottom - y) / (bottom - top)]
    .map((share, axis) => {
      const { low, high } = ranges[axis];
      const digits = 5 + Math.ceil(Math.log10(Math.max(-low, high) / (high - low)));
      return Number((low + Math.min(Math.max(share, 0), 1) * (high - low)).toPrecision(digits));
    }));
  svg.addEventListener("pointerdown", (event) => {
    const far = distances(under(svg, event)), nearest = far.indexOf(Math.min(...far));
    if (far[nearest] * svg.getScreenCTM().a > REACHED) return;
    svg.setPointerCapture(event.pointerId);
    hold.select(nearest);
  });
  svg.addEventListener("pointermove", (event) =>
    svg.hasPointerCapture(event.pointerId) && move(under(svg, event)));
  svg.addEventListener("keydown", (event) => {
    const { key } = event, many = hold.samples.length;
    if (key in ARROWS) {
      const [x, y] = hold.samples[hold.selected], [across, up] = ARROWS[key];
      move([toX(x) + (across * (right - left)) / 50, toY(y) - (up * (bottom - top)) / 50]);
    } else if (key in PAGES) {
      hold.select((hold.selected + PAGES[key] + many) % many);
    }
    if (key in ARROWS || key in PAGES) event.preventDefault(); // the page stays where it is
  });

  let marked = null; // the samples as they are drawn: training does not move them
  return (run) => {
    if (marked?.samples !== hold.samples || marked.selected !== hold.selected) {
      marked = { ...hold };
      mark(hold.samples.map((row) => [toX(row[0]), toY(row[1])]), hold);
      for (const spot of spots) spot.room = Math.min(...distances(spot.at));
      spots.sort((one, other) => other.room - one.room);
      const [x, y, truth] = hold.samples[hold.selected];
      svg.setAttribute("aria-label", `Plane: sample ${hold.selected} of class ${truth}, ` +
        `${names[0]} ${tickText(x)}, ${names[1]} ${tickText(y)}. Arrow keys move it, ` +
        "Page Up and Page Down select another.");
    }
    CLASSES.forEach((index) => {
      const corners = regionOf(index, run, ranges).map((point) => [toX(point[0]), toY(point[1])]);
      regions[index].setAttribute("d", corners.length > 2 ? `M${corners.join("L")}z` : "");
      const [across, up] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
      const extent = (values) => Math.max(...values) - Math.min(...values);
      labels[index].style.display = extent(across) > 50 && extent(up) > 30 ? "" : "none";
      const own = spots.find(({ x, y, room }) => room > 10
        && corners.some((corner) => corner[0] === x && corner[1] === y));
      moveTo(labels[index], own?.at || [across, up].map((all) => sum(all) / all.length || 0));
    });
  };
}

// Where a class has the largest logit: the plane, cut twice. At a tie the lowest class counts.
function regionOf(index, run, [{ low: left, high: right }, { low: bottom, high: top }]) {
  return CLASSES.filter((other) => other !== index).reduce((polygon, other) =>
    cut(polygon, (point) => {
      const z = run.logits(run.scaled(point));
      return z[index] - z[other] - (other < index ? Number.MIN_VALUE : 0);
    }), [[left, bottom], [right, bottom], [right, top], [left, top]]);
}

// The part of a polygon where a linear function is at least 0.
function cut(polygon, height) {
  return polygon.flatMap((from, place) => {
    const to = polygon[(place + 1) % polygon.length], a = height(from), b = height(to);
    const crossing = from.map((value, axis) => value + ((to[axis] - value) * a) / (a - b));
    return [...(a >= 0 ? [from] : []), ...((a >= 0) === (b >= 0) ? [] : [crossing])];
  });
}
