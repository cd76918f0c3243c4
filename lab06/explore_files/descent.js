// Gradient descent of a linear softmax classifier in float64: what lab06/training.py does.

// One model in training. parameters: weight (D, 3), and below it a row with the three biases.
class Run {
  constructor(settings, parameters, samples, epoch = 0) {
    this.settings = settings;
    this.parameters = Float64Array.from(parameters);
    this.costs = new Array(epoch + 1).fill(NaN); // of each epoch, before its update
    this.yardsticks = [...this.costs];
    this.lowest = this.highest = Math.log(3); // of all costs, or guessing
    this.use(samples);
  }

  copy(settings) {
    return Object.assign(Object.create(Run.prototype), structuredClone({ ...this }), { settings });
  }

  get epoch() { return this.costs.length - 1; }

  // Go on with these samples: rows of D features and the class. Only this epoch's cost changes.
  use(samples) {
    const features = this.parameters.length / 3 - 1;
    this.samples = samples;
    this.scale = Array.from({ length: features }, (_, feature) =>
      (this.settings.features === "raw" ? { mean: 0, deviation: 1 }
        : meanAndDeviation(samples.map((row) => row[feature]))));
    this.x = samples.map((row) => this.scaled(row));
    this.costs.length = this.yardsticks.length = this.epoch;
    this.measure();
  }

  scaled(row) {
    return this.scale.map(({ mean, deviation }, feature) => (row[feature] - mean) / deviation);
  }

  logits(x) {
    const w = this.parameters, z = [...w.subarray(-3)];
    for (let d = 0; d < x.length; d += 1) for (const c of CLASSES) z[c] += x[d] * w[3 * d + c];
    return z;
  }

  // Probabilities, cost, yardstick and gradient of the parameters as they are now.
  measure() {
    const { x, samples, settings } = this, many = x.length, isTwice = settings.softmax === "twice";
    const gradient = new Float64Array(this.parameters.length), biases = gradient.subarray(-3);
    let cost = 0, yardstick = 0, right = 0;
    this.probabilities = x.map((row, sample) => {
      const truth = samples[sample][row.length], z = this.logits(row);
      const { p, log } = softmaxAndLog(z), outer = isTwice ? softmaxAndLog(p) : null;
      yardstick += log - z[truth];
      cost += isTwice ? outer.log - p[truth] : log - z[truth];
      right += z.indexOf(Math.max(z[0], z[1], z[2])) === truth;
      const slopes = outer ? outer.p : [...p]; // with respect to what the cost's softmax is given
      slopes[truth] -= 1;
      const mean = p[0] * slopes[0] + p[1] * slopes[1] + p[2] * slopes[2];
      for (const c of CLASSES) { // and with respect to the logits
        const slope = (isTwice ? p[c] * (slopes[c] - mean) : slopes[c]) / many;
        for (let d = 0; d < row.length; d += 1) gradient[3 * d + c] += slope * row[d];
        biases[c] += slope;
      }
      return p;
    });
    if (settings.bias === "shared") biases.fill(sum(biases)); // one number feels all three slopes
    if (settings.bias === "none") biases.fill(0);
    [cost, yardstick] = [cost / many, yardstick / many];
    this.lowest = Math.min(this.lowest, cost, yardstick);
    this.highest = Math.max(this.highest, cost, yardstick);
    this.costs.push(cost);
    this.yardsticks.push(yardstick);
    Object.assign(this, { cost, yardstick, right, gradient });
  }

  // One update of all parameters, against the gradient of the mean cost.
  step() {
    const { parameters, gradient, settings } = this;
    for (let i = 0; i < gradient.length; i += 1) parameters[i] -= settings.lr * gradient[i];
    this.measure();
  }
}

// Softmax of three scores, and the logarithm of the sum of their exponentials.
function softmaxAndLog([z0, z1, z2]) {
  const top = Math.max(z0, z1, z2);
  const p = [Math.exp(z0 - top), Math.exp(z1 - top), Math.exp(z2 - top)];
  const total = p[0] + p[1] + p[2];
  for (const c of CLASSES) p[c] /= total;
  return { p, log: top + Math.log(total) };
}

// As in torch.std, divided by N - 1; a feature that never changes is left at 0.
function meanAndDeviation(values) {
  const mean = sum(values) / values.length;
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
