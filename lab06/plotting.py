"""The course's pictures. Each function takes an optional `ax` and returns the axes it drew on.

`show(ax)` puts the finished figure under a notebook cell, with a description in words for
readers who cannot see it. Each helper writes that description from the data it draws.

The same thing looks the same in every notebook: a class has one colour and one marker, a
published run one colour and one line style; a run's own cost is solid, the yardstick dashed.
The colours keep apart for colour-blind eyes, and no meaning hangs on colour alone.

Letters in shapes: N samples, C classes, E epochs.
"""

import base64
import html
import io
import math

import matplotlib
import torch
from IPython.display import display
from matplotlib.figure import Figure

CLASS_COLORS = ("#0072B2", "#D55E00", "#009E73")
CLASS_MARKERS = ("o", "s", "^")
RUN_STYLES = {
    "low level": ("#222222", "-"),
    "middle level": ("#AA4499", "-."),
    "high level": ("#8C6D00", ":"),
}
OTHER_RUN = ("#4D4D4D", "-")
GREY = "#6E6E6E"
SIMPLEX_CORNERS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, math.sqrt(0.75)]])
STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#E4E4E4",
}


def canvas(rows=1, columns=1, *, width=6.4, height=3.6, **subplots):
    """Make axes in the course's style: one, or an array of them, for helpers to draw on.

    width, height: size of the whole figure in inches; one inch is 100 pixels on the page.
    subplots: passed on to matplotlib's `Figure.subplots`, for instance `sharey=True`.
    """
    with matplotlib.rc_context(STYLE):
        return Figure(figsize=(width, height), layout="constrained").subplots(
            rows, columns, **subplots
        )


def describe(ax, words):
    """Attach the description in words that `show` hands to readers who cannot see the picture."""
    ax.description = words
    return ax


def show(axes):
    """Display the figure of these axes under the cell, with its description as alternative text.

    axes: what a plot helper or `canvas` returned. Raises ValueError for axes without a description.
    """
    figure = getattr(axes, "flat", [axes])[0].figure
    missing = [ax for ax in figure.axes if not hasattr(ax, "description")]
    if missing:
        raise ValueError("axes must have a description in words: call describe(ax, '...') first")
    words = " ".join(ax.description for ax in figure.axes if ax.description)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=150)
    png = base64.b64encode(file.getvalue()).decode()
    width = round(100 * figure.get_figwidth())
    image = f'<img src="data:image/png;base64,{png}" width="{width}" alt="{html.escape(words)}">'
    display({"text/html": image, "image/png": png, "text/plain": words}, raw=True)


# ---------------------------------------------------------------------- bars and curves


def plot_bars(panels, *, share=True, ylabel="", axes=None):
    """Draw one value per class as bars, one panel per entry of `panels`, side by side.

    panels: dict from title to values (C,), C up to 3. share: the same scale in each panel.
    """
    if axes is None:
        axes = canvas(1, len(panels), width=2.15 * max(2, len(panels)), height=2.7, sharey=share)
    for ax, (title, values) in zip(getattr(axes, "flat", [axes]), panels.items(), strict=True):
        names = [f"class {index}" for index in range(len(values))]
        bars = ax.bar(names, values.tolist(), color=CLASS_COLORS[: len(values)], width=0.65)
        numbers = [f"{value:.3g}" for value in values.tolist()]
        ax.bar_label(bars, numbers, padding=2)
        ax.set_title(title)
        ax.margins(y=0.18)
        ax.grid(visible=False)
        ax.axhline(0, color=GREY, linewidth=0.8)
        listed = ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))
        describe(ax, f"Bars, {title}: {listed}.")
    getattr(axes, "flat", [axes])[0].set_ylabel(ylabel)
    return axes


def plot_neg_log(probabilities=(), ax=None):
    """Draw -log p against p, in nats on the left and bits on the right, with some p marked."""
    ax = canvas(height=3.4) if ax is None else ax
    p = torch.linspace(0.005, 1, 400)
    ax.plot(p, -p.log(), color=OTHER_RUN[0])
    for value in probabilities:
        loss = -math.log(value)
        ax.plot(value, loss, "o", color=CLASS_COLORS[1])
        ax.annotate(
            f"p = {value:g}: {loss:.2f}", (value, loss), (2, 8), textcoords="offset points",
            ha="left" if value < 0.7 else "center",
        )  # fmt: skip
    ax.set(xlabel="probability p given to the true class", ylabel="−log p (nats)")
    ax.set(xlim=(0, 1.02), ylim=(0, 5.4))
    bits = ax.secondary_yaxis("right", functions=(lambda n: n / math.log(2), lambda b: b * math.log(2)))
    bits.set_ylabel("−log₂ p (bits)")
    marked = ", ".join(f"{-math.log(value):.2f} at p = {value:g}" for value in probabilities)
    return describe(
        ax,
        "Curve of minus log p against p: steep and unbounded near p = 0, falling to 0 at p = 1. "
        + (f"Marked: {marked} (nats)." if marked else ""),
    )


def plot_against_scale(scale, curves, *, ylabel, ax=None):
    """Draw two curves over a growing scale of the logits and say where one stops being finite.

    scale: (S,), above 0. curves: dict from name to values (S,), which may hold inf and nan.
    """
    ax = canvas() if ax is None else ax
    words = []
    for place, (name, values) in enumerate(curves.items()):
        color, line = (CLASS_COLORS[1], "-") if place == 0 else (CLASS_COLORS[0], "--")
        finite = values.isfinite()
        if finite.all():
            label = f"{name}, finite throughout"
        else:
            lost = int((~finite).int().argmax())
            label = f"{name}, {values[lost].item()} from {scale[lost]:.3g} on (cross)"
            last = max(lost - 1, 0)
            ax.plot(scale[last], values[last], "X", color=color, markersize=11)
        ax.plot(
            scale[finite], values[finite], line, color=color, linewidth=4 if place == 0 else 1.8,
            label=label,
        )  # fmt: skip
        words.append(label)
    ax.legend(frameon=False)
    ax.set(xlabel="scale of the logits", ylabel=ylabel)
    return describe(ax, f"{ylabel} against the scale of the logits. " + "; ".join(words) + ".")


# ---------------------------------------------------------------------- the simplex


def plot_simplex(probabilities, target=None, *, labels=(), ax=None):
    """Draw predictions over three classes as points of a triangle, one corner per class.

    probabilities: (N, 3) draws points; (E, N, 3) draws the path of each sample over E epochs,
    from a hollow marker to a filled one. target: true classes (N,), or None for grey points.
    labels: a short text for each sample.
    """
    ax = _empty_simplex(ax)
    paths = probabilities.unsqueeze(0) if probabilities.dim() == 2 else probabilities
    paths = (paths @ SIMPLEX_CORNERS.to(paths.dtype)).transpose(0, 1)  # (N, E, 2)
    for sample, path in enumerate(paths):
        true = None if target is None else int(target[sample])
        color = GREY if true is None else CLASS_COLORS[true]
        marker = "o" if true is None else CLASS_MARKERS[true]
        x, y = path[:, 0], path[:, 1]
        if len(path) > 1:
            ax.plot(x, y, color=color, linewidth=1, alpha=0.7)
            ax.plot(x[0], y[0], marker, color=color, markerfacecolor="white", markersize=7)
        ax.plot(x[-1], y[-1], marker, color=color, markeredgecolor="white", markersize=9)
        if labels:
            ax.annotate(labels[sample], (x[-1], y[-1]), (7, 5), textcoords="offset points")
    last = probabilities if probabilities.dim() == 2 else probabilities[-1]
    words = "; ".join(
        (labels[sample] + " " if labels else "")
        + "("
        + ", ".join(f"{p:.2f}" for p in row)
        + ")"
        + ("" if target is None else f" true class {int(target[sample])}")
        for sample, row in enumerate(last.tolist())
    )
    ended = "at the end " if probabilities.dim() == 3 else ""
    return describe(ax, f"Probability simplex, a triangle with one corner per class; {ended}{words}.")


def plot_descent_arrows(target, ax=None):
    """Draw, for predictions all over the simplex, the step y - p that lowers the cross-entropy.

    target: the true class, 0, 1 or 2. An arrow is minus the gradient by the logits, at 0.2 of its length.
    """
    ax = _empty_simplex(ax)
    steps = range(1, 12, 2)
    grid = torch.tensor([[i, j, 13 - i - j] for i in steps for j in steps if i + j < 13]) / 13
    step = torch.eye(3)[target] - grid
    x, y = (grid @ SIMPLEX_CORNERS).T
    dx, dy = (step @ SIMPLEX_CORNERS).T
    ax.quiver(
        x, y, dx, dy, angles="xy", scale_units="xy", scale=1 / 0.2, color=CLASS_COLORS[target], width=0.008
    )  # fmt: skip
    return describe(
        ax,
        f"Probability simplex with true class {target}: from every prediction an arrow points "
        f"straight to the corner of class {target}, longer the farther away it starts.",
    )


def _empty_simplex(ax):
    """Draw the triangle and name its corners with the class's colour and marker."""
    ax = canvas(width=4.8, height=4.2) if ax is None else ax
    corners = SIMPLEX_CORNERS[[0, 1, 2, 0]]
    ax.plot(corners[:, 0], corners[:, 1], color=GREY, linewidth=1)
    ax.plot(*SIMPLEX_CORNERS.mean(dim=0), "+", color=GREY, markersize=9)
    for index, (x, y) in enumerate(SIMPLEX_CORNERS.tolist()):
        above = 0.06 if index == 2 else -0.06
        ax.plot(x, y, CLASS_MARKERS[index], color=CLASS_COLORS[index], markersize=5)
        ax.text(
            x, y + above, f"class {index}", color=CLASS_COLORS[index], ha="center", va="center"
        )
    ax.set(xlim=(-0.16, 1.16), ylim=(-0.14, 1.0), aspect="equal")
    ax.axis("off")
    return ax


# ---------------------------------------------------------------------- training runs


def plot_costs(runs, *, ax=None):
    """Draw the own cost of several runs, every epoch, with its last value at the end of the line.

    runs: dict from name to `History`. The names of the published runs have fixed styles.
    """
    ax = canvas() if ax is None else ax
    ends = []
    for name, history in runs.items():
        color, line = RUN_STYLES.get(name, OTHER_RUN)
        ax.plot(history.cost, line, color=color, linewidth=1.8)
        ends.append((history.cost[-1].item(), f"{name} {history.cost[-1]:.3f}", color))
    ax.set(xlabel="epoch", ylabel="its own cost")
    ax.set_ylim(0, None)
    ax.margins(x=0)
    _label_ends(ax, ends)
    words = ", ".join(text for _, text, _ in ends)
    return describe(ax, f"Cost against epoch, a line for each run. At the last epoch: {words}.")


def plot_cost_and_yardstick(history, name="", *, ax=None):
    """Draw a run's own cost (solid) and the true mean cross-entropy (dashed), every epoch."""
    ax = canvas() if ax is None else ax
    color, _ = RUN_STYLES.get(name, OTHER_RUN)
    guess = math.log(history.weight.shape[2])
    ax.axhline(guess, color=GREY, linewidth=0.9, linestyle=(0, (1, 3)))
    ax.plot(history.cost, "-", color=color, linewidth=2.4)
    ax.plot(history.cross_entropy, "--", color=CLASS_COLORS[1], linewidth=1.2)
    cost, yardstick = history.cost[-1].item(), history.cross_entropy[-1].item()
    if torch.allclose(history.cost, history.cross_entropy, rtol=1e-4):
        ends = [(cost, f"both {cost:.3f}", color)]
    else:
        ends = [(cost, f"own cost\n{cost:.3f}", color)]
        ends += [(yardstick, f"yardstick\n{yardstick:.3f}", CLASS_COLORS[1])]
    ax.set(xlabel="epoch", ylabel="cost (nats)", title=name)
    ax.set_ylim(0, None)
    ax.margins(x=0)
    _label_ends(ax, [*ends, (guess, "guessing", GREY)])
    words = ", ".join(text.replace("\n", " ") for _, text, _ in ends)
    return describe(ax, f"{name} run against epoch: at the last epoch {words}; guessing {guess:.3f}.")


def plot_accuracy(history, name="", *, ax=None):
    """Draw the share of samples that a run classifies correctly, every epoch."""
    ax = canvas(height=2.4) if ax is None else ax
    color, _ = RUN_STYLES.get(name, OTHER_RUN)
    ax.plot(history.accuracy, color=color, linewidth=1.2)
    ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1.05), title=name)
    ax.margins(x=0)
    end = history.accuracy[-1].item()
    _label_ends(ax, [(end, f"{end:.3f}", color)])
    return describe(ax, f"Accuracy of the {name} run against epoch, {end:.3f} at the last epoch.")


def _label_ends(ax, ends):
    """Write texts at the right edge beside their lines, moved apart where they would overlap.

    ends: list of (height in data units, text, colour).
    """
    low, high = ax.get_ylim()
    room = 0.075 * (high - low) * 3.6 / ax.figure.get_figheight()
    at = -math.inf
    for height, text, color in sorted(ends):
        at = max(height, at + room * (0.5 + 0.5 * (text.count("\n") + 1)))
        ax.annotate(
            text, (1, height), (1.02, at), xycoords=("axes fraction", "data"), va="center",
            textcoords=("axes fraction", "data"), color=color, fontsize=10, annotation_clip=False,
        )  # fmt: skip
