// Gradient descent of a linear softmax classifier in float64: what lab06/training.py does.

// One model in training. parameters: weight (D, 3), and below it a row with the three biases.
class Run {
  constructor(settings, parameters, samples, epoch = 0) {
    this.settings = settings;
    this.parameters = Float64Array.from(parameters);
    this.costs = new Array(epoch + 1).fill(NaN); // of each epoch, before its update
    this.yardsticks = [...this.costs];
    this.use(samples);
  }

  copy(settings) {
    const twin = new Run(settings, this.parameters, this.samples, this.epoch);
    return Object.assign(twin, { costs: [...this.costs], yardsticks: [...this.yardsticks] });
  }

  get epoch() { return this.costs.length - 1; }

  // Go on with these samples: rows of D features and the class. Only this epoch's cost changes.
  use(samples) {
    const features = this.parameters.length / 3 - 1;
    this.samples = samples;
    this.y = samples.map((row) => row[features]);
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
    const weight = this.parameters, bias = 3 * x.length;
    return CLASSES.map((index) => x.reduce((z, value, feature) =>
      z + value * weight[3 * feature + index], weight[bias + index]));
  }

  // Probabilities, cost and yardstick of the parameters as they are now.
  measure() {
    const { x, y, settings } = this;
    let cost = 0, yardstick = 0, right = 0;
    this.probabilities = x.map((row, sample) => {
      const z = this.logits(row), p = softmax(z);
      yardstick += crossEntropy(z, y[sample]);
      cost += crossEntropy(settings.softmax === "twice" ? p : z, y[sample]);
      right += z.indexOf(Math.max(...z)) === y[sample];
      return p;
    });
    Object.assign(this, { cost: cost / x.length, yardstick: yardstick / x.length, right });
    this.costs.push(this.cost);
    this.yardsticks.push(this.yardstick);
  }

  // One update of all parameters, against the gradient of the mean cost.
  step() {
    const { x, y, parameters, settings } = this;
    const gradient = new Float64Array(parameters.length), biases = gradient.subarray(-3);
    x.forEach((row, sample) => {
      const slopes = slopesOf(this.probabilities[sample], y[sample], settings.softmax);
      slopes.forEach((slope, index) => {
        row.forEach((value, feature) => (gradient[3 * feature + index] += slope * value));
        biases[index] += slope;
      });
    });
    if (settings.bias === "shared") biases.fill(sum(biases)); // one number feels all three slopes
    if (settings.bias === "none") biases.fill(0);
    gradient.forEach((slope, place) => (parameters[place] -= settings.lr * slope / x.length));
    this.measure();
  }
}

// The gradient of one sample's cost with respect to its logits.
function slopesOf(p, truth, times) {
  const minusTruth = (share, index) => share - (index === truth);
  if (times === "once") return p.map(minusTruth);
  const outer = softmax(p).map(minusTruth); // with respect to p; then on to the logits
  const mean = sum(p.map((share, index) => share * outer[index]));
  return p.map((share, index) => share * (outer[index] - mean));
}

// -log softmax(scores) of the true class, without the log of a tiny probability.
function crossEntropy(scores, truth) {
  const largest = Math.max(...scores);
  return Math.log(sum(scores.map((z) => Math.exp(z - largest)))) + largest - scores[truth];
}

// As in torch.std, divided by N - 1; a feature that never changes is left at 0.
function meanAndDeviation(values) {
  const mean = sum(values) / values.length;
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
