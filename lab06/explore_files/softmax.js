// Softmax: three logits and a temperature become scores, weights and probabilities.

function render({ model, el }) {
  const { root, controls, picture, say, stop } = frame(el, "Softmax explorer");
  const names = ["logits", "temperature"];

  const setLogit = logitSliders(controls, model);
  // The slider moves in even steps of the logarithm: as far to 0.1 as to 10.
  const setTemperature = slider(controls, "temperature",
    { min: -1, max: 1, step: 0.02, show: (power) => precise(10 ** power) },
    (power) => put(model, { temperature: Number((10 ** power).toPrecision(3)) }));
  const row = element("div", { class: "lab06-row" }, controls);
  const add = (constant) => () =>
    put(model, { logits: model.get("logits").map((z) => Number((z + constant).toFixed(9))) });
  const more = button(row, "add 1 to all", add(1));
  const less = button(row, "subtract 1 from all", add(-1));
  resetButton(row, model, names);

  picture.classList.add("lab06-four");
  const drawScores = bars(picture, "logits z", { low: -HIGHEST, high: HIGHEST });
  const drawWeights = bars(picture, "exp((z − max z) / T)", {});
  const drawProbabilities = bars(picture, "probabilities", {});
  const triangle = simplex(picture, "the prediction");
  const point = shape("circle", { r: 7, class: "lab06-point" }, triangle.svg);

  function draw() {
    const logits = model.get("logits"), temperature = model.get("temperature");
    const scores = logits.map((z) => z / temperature);
    const weights = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const probabilities = softmax(scores);
    logits.forEach((z, index) => setLogit[index](z));
    setTemperature(Math.log10(temperature));
    more.disabled = Math.max(...logits) + 1 > HIGHEST;
    less.disabled = Math.min(...logits) - 1 < -HIGHEST;
    drawScores(logits);
    drawWeights(weights);
    drawProbabilities(probabilities);
    moveTo(point, triangle.at(probabilities));
    const winners = leaders(probabilities);
    const largest = winners.length === 1 ? `class ${winners[0]}`
      : `classes ${winners.join(" and ")}, a tie`;
    const all = probabilities.map((p, index) => `class ${index} has probability ${precise(p)}`);
    say(`Temperature ${precise(temperature)}: ${all.join(", ")}. Largest: ${largest}.`,
      { weights, probabilities });
  }

  return follow(model, names, draw, stop);
}
