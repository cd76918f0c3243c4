"""Live pictures, drawn in the browser: they move without waiting for the kernel.

Show one by writing its name on the last line of a cell. Its state is in its attributes:
read `explorer.logits` in the next cell, or set it there, and the picture follows.
The drawing is done by the small JavaScript files in `explore_files`, with `anywidget`.
"""

import math
from functools import cache
from pathlib import Path

import anywidget
import ipywidgets
import torch
import torch.nn.functional as F
import traitlets

from lab06 import plotting
from lab06._arguments import (
    check_choice,
    check_floats,
    check_index,
    check_matrix,
    check_number,
    check_numbers,
    own_data,
)
from lab06.losses import double_softmax_cost, softmax
from lab06.plotting.simplex import shade_reach
from lab06.plotting.style import digits, precise
from lab06.sweep import Sweep
from lab06.training import History, published_linear

FILES = Path(__file__).parent / "explore_files"
VIEW = "application/vnd.jupyter.widget-view+json"
LARGEST_LOGIT = 10
LARGEST_SCALE = 130
LARGEST_FEATURE = 1e100
SWITCHES = {
    "softmax": ("once", "twice"),
    "bias": ("per class", "shared", "none"),
    "features": ("raw", "standardised"),
}
DRAWS = 20
SENT_BACK = {"sync": True, "from_json": lambda sent, _: bytes(sent)}  # a view of memory arrives
# The browser plays on while Python hears of an epoch: an echo would throw it back there.
NO_ECHO = {"sync": True, "echo_update": False}
REACH = "Shaded: all that a second softmax can return, inside the small dotted triangle."


@cache
def _read(name):
    return (FILES / name).read_text(encoding="utf-8")


def _module(*names):
    """Return an explorer's JavaScript: the shared parts, and its own files behind them."""
    return "\n".join(map(_read, ("shared.js", *names)))


class _Explorer(anywidget.AnyWidget):
    """What all explorers share: the style sheet, and a still picture for readers without a kernel.

    A subclass draws its state in `still`, which returns matplotlib axes with a description.
    Attributes tagged with `sync` are the same in Python and in the browser; what a slider puts
    into one passes the check named `@traitlets.validate` here, like a value set in Python. (These
    are of `TraitType`: `traitlets.Any` would let None pass unchecked.)
    """

    _css = _read("explore.css")
    _ipython_display_ = None  # ipywidgets 7 has one, which leaves out the still picture

    def __repr__(self):
        return f"{type(self).__name__}"

    def _repr_mimebundle_(self, **options):
        data, metadata = super()._repr_mimebundle_(**options)
        picture = plotting.picture(self.still())
        # Where a page forbids the browser to run the explorer, its style sheet shows the picture.
        still = ipywidgets.HTML(picture["text/html"], _dom_classes=["lab06-still"])
        data[VIEW]["model_id"] = ipywidgets.Box([still, self], _dom_classes=["lab06-box"]).model_id
        return data | picture, metadata


class SoftmaxExplorer(_Explorer):
    """Three logits and a temperature; scores, weights and probabilities side by side.

    logits: three numbers from -10 to 10. temperature: a number from 0.1 to 10.
    Both can be read and set at any time. Raises TypeError or ValueError for anything else.
    Placed in notebook 01.
    """

    _esm = _module("softmax.js")
    logits = traitlets.TraitType().tag(sync=True)
    temperature = traitlets.TraitType().tag(sync=True)

    def __init__(self, logits=(2.0, 1.0, -1.0), temperature=1.0):
        super().__init__(logits=logits, temperature=temperature)

    @traitlets.validate("logits")
    def _check_logits(self, proposal):
        return check_numbers("logits", proposal.value, 3, -LARGEST_LOGIT, LARGEST_LOGIT)

    @traitlets.validate("temperature")
    def _check_temperature(self, proposal):
        return check_number("temperature", proposal.value, 0.1, 10)

    @property
    def probabilities(self):
        """softmax(logits / temperature), (3,)."""
        return softmax(torch.tensor(self.logits) / self.temperature, dim=0)

    def still(self):
        """Draw logits and probabilities as bars."""
        logits = torch.tensor(self.logits, dtype=torch.float64)  # as exact as the browser
        panels = {"logits z": logits, "probabilities": softmax(logits / self.temperature)}
        return plotting.plot_bars(panels, share=False, write=precise)


class CrossEntropyExplorer(_Explorer):
    """A prediction in the simplex; its cross-entropy, the gradient p - y, and a step downhill.

    logits: three numbers from -10 to 10. target: the true class, 0, 1 or 2. lr: the learning
    rate of a step, from 0.1 to 5. All can be read and set at any time. Raises TypeError or
    ValueError for anything else. Placed in notebook 02.
    """

    _esm = _module("cross_entropy.js")
    logits = traitlets.TraitType().tag(sync=True)
    target = traitlets.TraitType().tag(sync=True)
    lr = traitlets.TraitType().tag(sync=True)

    def __init__(self, logits=(2.0, 1.0, -1.0), target=1, lr=1.0):
        super().__init__(logits=logits, target=target, lr=lr)

    @traitlets.validate("logits")
    def _check_logits(self, proposal):
        return check_numbers("logits", proposal.value, 3, -LARGEST_LOGIT, LARGEST_LOGIT)

    @traitlets.validate("target")
    def _check_target(self, proposal):
        return check_index("target", proposal.value, 3)

    @traitlets.validate("lr")
    def _check_lr(self, proposal):
        return check_number("lr", proposal.value, 0.1, 5)

    @property
    def probabilities(self):
        """softmax(logits), (3,)."""
        return softmax(torch.tensor(self.logits), dim=0)

    @property
    def cross_entropy(self):
        """The cost of this one prediction in nats."""
        return F.cross_entropy(torch.tensor(self.logits), torch.tensor(self.target)).item()

    def still(self):
        """Draw probabilities and gradient as bars."""
        p = softmax(torch.tensor(self.logits, dtype=torch.float64))  # as exact as the browser
        panels = {"probabilities p": p, "gradient p − y": p - torch.eye(3)[self.target]}
        return plotting.plot_bars(panels, share=False, write=precise)


class StabilityExplorer(_Explorer):
    """The logits (s, 0, 0) for a growing s: cost and gradient by log(softmax) and log_softmax.

    scale: s, a whole number from 1 to 130. target: the true class, 0 (sure and right) or 1 (sure
    and wrong). Both can be read and set at any time. Raises TypeError or ValueError for anything
    else. Every number shown was computed by PyTorch in float32. Placed in notebook 03.
    """

    _esm = _module("stability.js")
    scale = traitlets.TraitType().tag(sync=True)
    target = traitlets.TraitType().tag(sync=True)
    values = traitlets.Bytes().tag(sync=True)  # (2 targets, 2 methods, scales, cost and 3 slopes)

    def __init__(self, scale=1, target=1):
        self._table = torch.stack([_costs_and_gradients(truth) for truth in (0, 1)])
        super().__init__(scale=scale, target=target, values=_as_bytes(self._table))

    @traitlets.validate("scale")
    def _check_scale(self, proposal):
        return check_index("scale", proposal.value, LARGEST_SCALE + 1, least=1)

    @traitlets.validate("target")
    def _check_target(self, proposal):
        return check_index("target", proposal.value, 2)

    @property
    def naive(self):
        """Cost and gradient by log(softmax(z)): (cost, slopes of class 0, 1 and 2)."""
        return self._table[self.target, 0, self.scale - 1]

    @property
    def stable(self):
        """Cost and gradient by log_softmax(z): (cost, slopes of class 0, 1 and 2)."""
        return self._table[self.target, 1, self.scale - 1]

    def still(self):
        """Draw cost and gradient of the true class against the scale, and mark this one."""
        cost, slope = 0, 1 + self.target
        names = ("log(softmax)", "log_softmax")
        methods = {
            name: {"cost": table[:, cost], "gradient": table[:, slope]}
            for name, table in zip(names, self._table[self.target], strict=True)
        }
        axes = plotting.plot_cost_and_gradient(torch.arange(1.0, LARGEST_SCALE + 1), methods)
        for ax in axes:
            ax.axvline(self.scale, color=plotting.GREY, linewidth=1)
        plotting.describe(axes[1], f"{axes[1].description} A line marks the scale {self.scale}.")
        return axes


def _costs_and_gradients(target):
    """Return what both methods give for each scale 1..130: (2, S, cost and 3 slopes)."""
    found = []
    for log_probabilities in (lambda z: softmax(z, dim=1).log(), lambda z: F.log_softmax(z, 1)):
        logits = torch.zeros(LARGEST_SCALE, 3)
        logits[:, 0] = torch.arange(1.0, LARGEST_SCALE + 1)
        logits.requires_grad_()
        with torch.enable_grad():
            cost = -log_probabilities(logits)[:, target]
            (gradient,) = torch.autograd.grad(cost.sum(), logits)
        found.append(torch.cat([cost.detach().unsqueeze(1), gradient], dim=1))
    return torch.stack(found) + 0.0  # 0 instead of -0


class TrainingPlayer(_Explorer):
    """Play, pause and scrub through the epochs of one or more training runs, side by side.

    runs: a `History`, or a dict from name to `History`; three classes, the same samples and number
    of epochs in each. epoch: the one shown, a whole number; can be read and set at any time.
    yardstick: whether to show the true mean cross-entropy beside each run's own cost.
    small_triangle: whether to shade what a second softmax can return, in the triangle around it.
    Raises TypeError or ValueError for anything else. Placed in notebooks 04 to 08.
    """

    _esm = _module("player.js")
    epoch = traitlets.TraitType().tag(**NO_ECHO)
    small_triangle = traitlets.Bool().tag(sync=True)
    names = traitlets.List().tag(sync=True)
    y = traitlets.List().tag(sync=True)
    cost = traitlets.Bytes().tag(sync=True)  # (runs, E)
    cross_entropy = traitlets.Bytes().tag(sync=True)  # (runs, E), empty without the yardstick
    probabilities = traitlets.Bytes().tag(sync=True)  # (runs, E, N, 3)

    def __init__(self, runs, epoch=0, yardstick=False, small_triangle=False):
        self.runs = _check_runs({"run": runs} if isinstance(runs, History) else runs)
        for name, value in {"yardstick": yardstick, "small_triangle": small_triangle}.items():
            if not isinstance(value, bool):
                raise TypeError(f"{name} must be True or False, got {value!r}")
        histories = list(self.runs.values())
        parts = ["cost", "probabilities"] + ["cross_entropy"] * yardstick
        super().__init__(
            epoch=epoch,
            small_triangle=small_triangle,
            names=list(self.runs),
            y=histories[0].y.tolist(),
            **{part: _as_bytes([getattr(run, part) for run in histories]) for part in parts},
        )

    @traitlets.validate("epoch")
    def _check_epoch(self, proposal):
        return check_index("epoch", proposal.value, len(next(iter(self.runs.values())).weight))

    def still(self):
        """Draw each run's samples in the simplex at this epoch."""
        axes = plotting.canvas(1, len(self.runs), width=min(3.6 * len(self.runs), 7), height=3.4)
        for ax, (name, run) in zip(getattr(axes, "flat", [axes]), self.runs.items(), strict=True):
            labels = [str(sample) for sample in range(len(run.y))]
            plotting.plot_simplex(run.probabilities[self.epoch], run.y, labels=labels, ax=ax)
            words = f"own cost {digits(run.cost[self.epoch].item(), 3)}"
            if self.cross_entropy:
                words += f", yardstick {digits(run.cross_entropy[self.epoch].item(), 3)}"
            ax.set_title(f"{name}\n" + words.replace(", ", "\n"), pad=16)
            text = f"{name} at epoch {self.epoch}: {words}. {ax.description}"
            if self.small_triangle:
                shade_reach(ax)
                text += f" {REACH}"
            plotting.describe(ax, text)
        return axes


def _check_runs(runs):
    if not isinstance(runs, dict):
        raise TypeError(f"runs must be a History or a dict of them, got {type(runs).__name__}")
    if not runs:
        raise ValueError("runs must hold at least one History, got none")
    for name, run in runs.items():
        if not isinstance(name, str) or not isinstance(run, History):
            raise TypeError(f"runs must map names to History, got {name!r}: {type(run).__name__}")
    first = next(iter(runs.values()))
    for name, run in runs.items():
        if run.weight.shape[2] != 3:
            raise ValueError(f"runs must have 3 classes, got {run.weight.shape[2]} in {name!r}")
        if len(run.weight) != len(first.weight):
            raise ValueError(
                f"runs must have equally many epochs, got {len(run.weight)} in {name!r} "
                f"and {len(first.weight)} in the first"
            )
        if not torch.equal(run.y, first.y):
            raise ValueError(f"runs must have the same samples, got others in {name!r}")
    return dict(runs)


class LearningRateExplorer(_Explorer):
    """Many models trained at once, one per learning rate: where each ends, and how it got there.

    rates: the learning rates (M,), rising, above 0. sweeps: a `Sweep` of M models, or a dict from
    name to such sweeps. guess: the cost of guessing; a model that ends above it has diverged.
    model: the number of the model shown, 0..M-1. name: the sweep shown. These two can be read and
    set at any time. Raises TypeError or ValueError for anything else. Placed in notebook 09.
    """

    _esm = _module("learning_rate.js")
    model = traitlets.TraitType().tag(sync=True)
    name = traitlets.TraitType().tag(sync=True)
    names = traitlets.List().tag(sync=True)
    guess = traitlets.Float().tag(sync=True)
    epochs = traitlets.List().tag(sync=True)  # the epochs shown, at most 201
    rates = traitlets.Bytes().tag(sync=True)  # (M,)
    costs = traitlets.Bytes().tag(sync=True)  # (sweeps, epochs shown, M)

    def __init__(self, rates, sweeps, guess, model=0, name=None):
        self.sweeps = {"sweep": sweeps} if isinstance(sweeps, Sweep) else sweeps
        self._rates = _check_sweeps(rates, self.sweeps)
        last = len(next(iter(self.sweeps.values())).cost) - 1
        shown = sorted({round(last * step / 200) for step in range(201)})
        super().__init__(
            model=model,
            name=next(iter(self.sweeps)) if name is None else name,
            names=list(self.sweeps),
            guess=check_number("guess", guess, 0, math.inf),
            epochs=shown,
            rates=_as_bytes(self._rates),
            costs=_as_bytes([sweep.cost[shown] for sweep in self.sweeps.values()]),
        )

    @traitlets.validate("model")
    def _check_model(self, proposal):
        return check_index("model", proposal.value, len(self._rates))

    @traitlets.validate("name")
    def _check_name(self, proposal):
        check_choice("name", proposal.value, self.names)
        return proposal.value

    @property
    def lr(self):
        """The learning rate of the model shown."""
        return self._rates[self.model].item()

    @property
    def cost(self):
        """The cost of the model shown at every epoch, (E,)."""
        return self.sweeps[self.name].cost[:, self.model]

    def still(self):
        """Draw where each model ends, and mark the one shown."""
        ends = {name: sweep.cost[-1] for name, sweep in self.sweeps.items()}
        ax = plotting.plot_sweep(self._rates, ends, guess=self.guess)
        ax.axvline(self.lr, color=plotting.GREY, linewidth=1)
        return plotting.describe(ax, f"{ax.description} A line marks learning rate {self.lr:.3g}.")


def _check_sweeps(rates, sweeps):
    if not isinstance(sweeps, dict):
        raise TypeError(f"sweeps must be a Sweep or a dict of them, got {type(sweeps).__name__}")
    if not sweeps:
        raise ValueError("sweeps must hold at least one Sweep, got none")
    check_floats("rates", rates)
    if rates.dim() != 1 or not ((rates > 0).all() and (rates.diff() > 0).all()):
        raise ValueError(f"rates must be (M,), above 0 and rising, got shape {tuple(rates.shape)}")
    lengths = set()
    for name, sweep in sweeps.items():
        if not isinstance(name, str) or not isinstance(sweep, Sweep):
            raise TypeError(f"sweeps must map names to Sweep, got {name!r}: {type(sweep).__name__}")
        if sweep.cost.shape[1] != len(rates):
            raise ValueError(
                f"sweeps must have one model per rate, {len(rates)}, "
                f"got {sweep.cost.shape[1]} in {name!r}"
            )
        lengths.add(len(sweep.cost))
    if len(lengths) > 1:
        raise ValueError(f"sweeps must have equally many epochs, got {sorted(lengths)}")
    return rates.detach().clone()


class Workbench(_Explorer):
    """Train a linear softmax classifier in the browser, in float64; change one thing, and compare.

    x: features, floating-point (N, D), 3 to 400 samples with 2 to 4 features, each number from
    -1e100 to 1e100. y: class indices, int64 (N,), 0..2. names: a name for each feature. With two
    features, the samples can be moved.
    Settings, `lr` from 1e-6 to 10 and the others as the picture writes them: softmax "once" or
    "twice"; bias "per class", "shared" or "none"; start 0 for zeros, or the number of a random
    draw, 1 to 20 (draw 1 is the published start); features "raw" or "standardised".
    twin: a dict of settings for a second model, which is trained beside the first and shares the
    settings that are not named; or None. covered: whether the settings are hidden, until the reader
    presses *Show the settings*.

    `settings`, `twin` and `epoch` can be read and set at any time, and the browser follows: assign
    a dict of the settings to be changed, or the epoch to train to, at most 20,000. Whatever
    changes a setting other than `lr` starts both models again, at epoch 0.
    Raises TypeError or ValueError for anything else. Placed in notebooks 08 to 10.
    """

    _esm = _module("descent.js", "plane.js", "workbench.js")
    runs = traitlets.List().tag(sync=True)  # settings of the twin, if there is one, and the model
    epoch = traitlets.TraitType(0).tag(**NO_ECHO)
    names = traitlets.List().tag(sync=True)
    original = traitlets.Bytes().tag(sync=True)  # (N, D features and the class), float64
    samples = traitlets.Bytes().tag(**SENT_BACK)  # as they are now, empty for the original ones
    weights = traitlets.Bytes().tag(**SENT_BACK | NO_ECHO)  # (runs, D weights and the bias, 3)
    trained = traitlets.Int().tag(**NO_ECHO)  # the epoch of these weights
    starts = traitlets.Bytes().tag(sync=True)  # (zeros and draws, D weights and the bias, 3)
    covered = traitlets.Bool().tag(sync=True)

    def __init__(
        self, x, y, *, softmax="once", bias="per class", start=0, features="raw", lr=0.1,
        twin=None, names=None, covered=False,
    ):  # fmt: skip
        check_matrix("x", x, shape="(N, D)")
        for dim, least, most, kind in ((1, 2, 4, "features"), (0, 3, 400, "samples")):
            if not least <= x.shape[dim] <= most:
                raise ValueError(f"x must have {least} to {most} {kind}, got {x.shape[dim]}")
        features_of_x = x.shape[1]
        x, y = own_data(x, y, features_of_x, 3)
        for extreme in x.aminmax():  # squares and sums of such numbers are finite
            check_number("each number in x", extreme, -LARGEST_FEATURE, LARGEST_FEATURE)
        if names is None:
            names = [f"feature {place}" for place in range(features_of_x)]
        if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) for n in names):
            raise TypeError(f"names must be {features_of_x} strings, got {names!r}")
        if len(names) != features_of_x:
            raise ValueError(f"names must be {features_of_x} strings, got {names!r}")
        if not isinstance(covered, bool):
            raise TypeError(f"covered must be True or False, got {covered!r}")
        settings = {"softmax": softmax, "bias": bias, "start": start, "features": features}
        settings = _check_settings("settings", settings | {"lr": lr})
        self._starts = _starts(x)
        super().__init__(
            names=list(names),
            covered=covered,
            original=_as_bytes(torch.cat([x.double(), y.unsqueeze(1)], dim=1), torch.float64),
            starts=_as_bytes(self._starts, torch.float64),
        )
        self._restart([settings])
        self.twin = twin

    @traitlets.validate("epoch")
    def _check_epoch(self, proposal):
        return check_index("epoch", proposal.value, 20_001)

    def set_state(self, sync_data):
        """Take what the browser sends: of two epochs, the one that it has trained to."""
        if {"epoch", "trained"} <= sync_data.keys():
            sync_data = sync_data | {"epoch": sync_data["trained"]}
        super().set_state(sync_data)

    @property
    def settings(self):
        """The model's settings, a dict. Assign a dict of those to be changed."""
        return dict(self.runs[-1])

    @settings.setter
    def settings(self, changes):
        self._set([*self.runs[:-1], self.settings | _check_settings("settings", changes)])

    @property
    def twin(self):
        """The twin's settings, a dict, or None. Assign a dict of those in which it differs."""
        return dict(self.runs[0]) if len(self.runs) == 2 else None

    @twin.setter
    def twin(self, changes):
        twins = [] if changes is None else [self.settings | _check_settings("twin", changes)]
        self._set([*twins, self.settings])

    def _set(self, runs):
        """Restart as soon as more than a learning rate changes; otherwise go on."""
        before = [self.runs[0], self.runs[-1]][-len(runs) :]
        if any(run | {"lr": 0} != old | {"lr": 0} for run, old in zip(runs, before, strict=True)):
            self._restart(runs)
        else:
            weights = self._all_weights()[[0, -1][-len(runs) :]]
            with self.hold_sync():
                self.runs, self.weights = runs, _as_bytes(weights, torch.float64)

    def _restart(self, runs):
        starts = []
        for run in runs:
            start = self._starts[run["start"]].clone()
            start[-1] = {"per class": start[-1], "shared": start[-1, 0], "none": 0}[run["bias"]]
            starts.append(start)
        with self.hold_sync():
            self.runs, self.epoch, self.trained = runs, 0, 0
            self.weights = _as_bytes(starts, torch.float64)

    def _all_weights(self):
        """Return weights with the biases below them, for the twin and the model, (runs, D+1, 3)."""
        return _from_bytes(self.weights).view(len(self.runs), -1, 3)

    def _rows(self):
        """Return features and class of the samples as they are now, (N, D+1)."""
        return _from_bytes(self.samples or self.original).view(-1, len(self.names) + 1)

    @property
    def x(self):
        """The features as they are now, raw, float64 (N, D)."""
        return self._rows()[:, :-1]

    @property
    def y(self):
        """The classes as they are now, int64 (N,)."""
        return self._rows()[:, -1].long()

    @property
    def weight(self):
        """The model's weights, float64 (D, 3); for standardised features where these are set."""
        return self._all_weights()[-1, :-1]

    @property
    def bias(self):
        """The model's bias, float64 (3,), or (1,) where one number serves all classes, or is 0."""
        biases = self._all_weights()[-1, -1]
        return biases if self.settings["bias"] == "per class" else biases[:1]

    @property
    def cost(self):
        """What the model minimises, at this epoch, in nats."""
        return self._cost(-1)

    @property
    def cross_entropy(self):
        """The yardstick: the model's true mean cross-entropy at this epoch, in nats."""
        return F.cross_entropy(self._logits(-1), self.y).item()

    def _logits(self, run):
        x, weights = self.x, self._all_weights()[run]
        if self.runs[run]["features"] == "standardised":
            deviation = x.std(dim=0)
            x = (x - x.mean(dim=0)) / torch.where(deviation > 0, deviation, 1)
        return x @ weights[:-1] + weights[-1]

    def _cost(self, run):
        function = {"once": F.cross_entropy, "twice": double_softmax_cost}
        return function[self.runs[run]["softmax"]](self._logits(run), self.y).item()

    def still(self):
        """Draw each model's samples in the simplex at this epoch."""
        axes = plotting.canvas(1, len(self.runs), width=3.8 * len(self.runs), height=4.2)
        labels = [str(sample) for sample in range(len(self.y))] if len(self.y) <= 20 else ()
        for place, ax in enumerate(getattr(axes, "flat", [axes])):
            settings, logits = self.runs[place], self._logits(place)
            plotting.plot_simplex(softmax(logits), self.y, labels=labels, ax=ax)
            start = f"draw {settings['start']}" if settings["start"] else "zeros"
            words = [
                f"softmax {settings['softmax']}, bias {settings['bias']}, {start},",
                f"{settings['features']}, lr {settings['lr']:g}",
            ]
            if self.covered:
                words = [("left", "right")[place], "settings not shown"]
            yardstick = F.cross_entropy(logits, self.y).item()
            costs = f"own cost {digits(self._cost(place), 3)}, yardstick {digits(yardstick, 3)}"
            right = int((logits.argmax(dim=1) == self.y).sum())
            ax.set_title("\n".join([*words, costs]), fontsize=9.5)
            ax.set_anchor("S")  # the room is above, where the title stands
            text = f"Epoch {self.trained}, {' '.join(words)}: {costs}, "
            text += f"{right} of {len(self.y)} right. "
            text += ax.description if labels else f"{len(self.y)} samples in the simplex."
            if settings["softmax"] == "twice" and not self.covered:
                shade_reach(ax)
                text += f" {REACH}"
            plotting.describe(ax, text)
        return axes


def _check_settings(name, settings):
    """Check some of a workbench's settings, and return them."""
    if not isinstance(settings, dict):
        raise TypeError(f"{name} must be a dict of settings, got {settings!r}")
    checked = {}
    for key, value in settings.items():
        check_choice(f"each key of {name}", key, (*SWITCHES, "start", "lr"))
        if key == "start":
            value = check_index(key, value, DRAWS + 1)
        elif key == "lr":
            value = check_number(key, value, 1e-6, 10)
        else:
            check_choice(key, value, SWITCHES[key])
        checked[key] = value
    return checked


def _starts(x):
    """Return zeros and 20 draws of weights, with the biases below them: float64 (21, D+1, 3)."""
    layers = [published_linear(x.double(), draw) for draw in range(1, DRAWS + 1)]
    draws = [torch.cat([layer.weight.T, layer.bias.unsqueeze(0)]).detach() for layer in layers]
    return torch.stack([torch.zeros_like(draws[0]), *draws])


def _as_bytes(tensors, dtype=torch.float32):
    """Return a tensor, or several of one shape, as bytes for the browser."""
    stacked = tensors if isinstance(tensors, torch.Tensor) else torch.stack(list(tensors))
    return stacked.detach().to(dtype).contiguous().numpy().tobytes()


def _from_bytes(sent):
    """Return the float64 numbers that the browser sends."""
    return torch.frombuffer(bytearray(sent), dtype=torch.float64)
