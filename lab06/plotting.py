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
import logging
import math
import textwrap

import torch
from IPython.display import display

# Said on stderr under a notebook's first cell where the home folder is new or cannot be written to.
# matplotlib works all the same, and a student has nothing to do. Hence before its import:
SETTING_UP = (
    "mkdir -p failed",
    "Matplotlib created a temporary cache directory",
    "Matplotlib is building the font cache",
)
for logger in map(logging.getLogger, ("matplotlib", "matplotlib.font_manager")):
    logger.addFilter(lambda record: not record.getMessage().startswith(SETTING_UP))

import matplotlib  # noqa: E402
from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.patheffects import withStroke  # noqa: E402

CLASS_COLORS = ("#0072B2", "#D55E00", "#009E73")
CLASS_MARKERS = ("o", "s", "^")
RUN_STYLES = {
    "low level": ("#222222", "-"),
    "middle level": ("#AA4499", "-."),
    "high level": ("#8C6D00", ":"),
}
OTHER_RUN = ("#4D4D4D", "-")
GREY = "#6E6E6E"
CURVE_COLORS = (OTHER_RUN[0], CLASS_COLORS[1], CLASS_COLORS[0], CLASS_COLORS[2])
QUANTITIES = {  # attribute of a History: name, line style, width, colour (None: the run's own)
    "cost": ("own cost", "-", 2.4, None),
    "cross_entropy": ("yardstick", "--", 1.4, CLASS_COLORS[1]),
    "accuracy": ("accuracy", "-", 1.2, None),
}
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
        figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
        return figure.subplots(rows, columns, **subplots)


def describe(ax, words):
    """Attach the description in words that `show` hands to readers who cannot see the picture."""
    ax.description = words
    return ax


def show(axes):
    """Display the figure of these axes under the cell, with its description as alternative text.

    axes: what a plot helper or `canvas` returned. Raises ValueError for axes without a description.
    """
    display(picture(axes), raw=True)


def picture(axes):
    """Return what `show` displays, as a dict from MIME type to content."""
    figure = getattr(axes, "flat", [axes])[0].figure
    missing = [ax for ax in figure.axes if not hasattr(ax, "description")]
    if missing:
        raise ValueError("axes must have a description in words: call describe(ax, '...') first")
    words = " ".join(ax.description for ax in figure.axes if ax.description)
    file = io.BytesIO()
    FigureCanvasAgg(figure).print_png(file)  # figure.savefig draws twice, for the same picture
    png = base64.b64encode(file.getvalue()).decode()
    width = round(100 * figure.get_figwidth())
    image = f'<img src="data:image/png;base64,{png}" width="{width}" alt="{html.escape(words)}">'
    return {"text/html": image, "image/png": png, "text/plain": words}


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
    nat = math.log(2)  # one bit in nats
    bits = ax.secondary_yaxis("right", functions=(lambda n: n / nat, lambda b: b * nat))
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
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)
    ax.set(xlabel="scale of the logits", ylabel=ylabel)
    return describe(ax, f"{ylabel} against the scale of the logits. " + "; ".join(words) + ".")


def plot_cost_and_gradient(scale, methods, *, axes=None):
    """Draw the cost on the left and its gradient on the right over a growing scale of the logits.

    scale: (S,), above 0. methods: dict from name to {"cost": (S,), "gradient": (S,)}, two of them.
    """
    axes = canvas(1, 2, width=8.6, height=3.6) if axes is None else axes
    for ax, part in zip(axes, ("cost", "gradient"), strict=True):
        curves = {name: parts[part] for name, parts in methods.items()}
        plot_against_scale(scale, curves, ylabel=part, ax=ax)
        ax.axhline(0, color=GREY, linewidth=0.8)
        ends = {name: values[values.isfinite()][-1] + 0.0 for name, values in curves.items()}
        words = ", ".join(f"{name} {end:.4g}" for name, end in ends.items())
        describe(ax, f"{ax.description} Last finite values: {words}.")
    return axes


def plot_curves(x, curves, *, xlabel, ylabel, log=False, ax=None):
    """Draw several curves over the same x, each named and valued at its right end.

    x: (S,). curves: dict from name to values (S,). log: whether the vertical axis is logarithmic.
    """
    ax = canvas() if ax is None else ax
    ends = []
    lines = (("-", 3.6), ("--", 2.2), ("-.", 1.4), (":", 1.2))  # thinner on top: none hides another
    for place, (name, values) in enumerate(curves.items()):
        color, (line, width) = CURVE_COLORS[place], lines[place]
        ax.plot(x, values, line, color=color, linewidth=width)
        ends.append((values[-1].item(), f"{name} {values[-1].item():.3g}", color))
    if log:
        ax.set_yscale("log")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.margins(x=0)
    _label_ends(ax, ends)
    words = ", ".join(text for _, text, _ in ends)
    return describe(ax, f"{ylabel} against {xlabel}. At the right end: {words}.")


def plot_strip(values, marks, *, xlabel, ax=None):
    """Draw many numbers as points on one line, with a few of them marked and named.

    values: (M,). marks: dict from name to number, two of them, the lower one first.
    """
    ax = canvas(height=2.2) if ax is None else ax
    heights = torch.arange(len(values)) * 7 % 11 / 11  # spread, so that equal values do not hide
    ax.plot(values, heights, "o", color=CLASS_COLORS[0], alpha=0.6, markersize=5)
    for place, (name, value) in enumerate(marks.items()):
        color = CURVE_COLORS[place + 1]
        ax.axvline(value, color=color, linestyle=("-", "--")[place % 2], linewidth=1.6)
        ax.annotate(
            f"{name} {value:.3f}", (value, 1.25), (-4, 0) if place == 0 else (4, 0), va="center",
            textcoords="offset points", color=color, ha="right" if place == 0 else "left",
        )  # fmt: skip
    ax.set(xlabel=xlabel, yticks=[], ylim=(-0.15, 1.4))
    ax.spines["left"].set_visible(False)
    named = ", ".join(f"{name} {value:.3f}" for name, value in marks.items())
    return describe(
        ax,
        f"{len(values)} points along {xlabel}, from {values.min():.3f} to {values.max():.3f}, "
        f"mean {values.mean():.3f}. Marked: {named}.",
    )


def plot_shares(steps, *, ylabel, ax=None):
    """Draw a falling staircase: how much each named change takes away from the first value.

    steps: list of (name, value); the first is the start, each later one is reached by its change.
    """
    ax = canvas(width=6.8, height=3.6) if ax is None else ax
    values = [value for _, value in steps]
    words = [f"{steps[0][0]} {values[0]:.3f}"]
    for place, (name, value) in enumerate(steps):
        before = values[place - 1] if place else 0
        ax.bar(place, value - before, bottom=before, width=0.62,
               color=OTHER_RUN[0] if place == 0 else CLASS_COLORS[0])  # fmt: skip
        if place:
            ax.plot([place - 1, place], [before, before], ":", color=GREY)
            text = f"{value - before:+.3f}".replace("-", "−").replace("+0.000", "0.000")
            text = text.replace("−0.000", "0.000")
            words.append(f"{name} {text}, to {value:.3f}")
        else:
            text = f"{value:.3f}"
        ax.annotate(text, (place, max(value, before)), (0, 4), textcoords="offset points",
                    ha="center")  # fmt: skip
    names = [textwrap.fill(name, 12, break_long_words=False) for name, _ in steps]
    ax.set_xticks(range(len(steps)), names, fontsize=9)
    ax.set_ylabel(ylabel)
    ax.grid(visible=False, axis="x")
    ax.margins(y=0.1)
    return describe(ax, "Staircase of costs: " + "; ".join(words) + ".")


# ---------------------------------------------------------------------- the simplex


def plot_simplex(probabilities, target=None, *, labels=(), ax=None):
    """Draw predictions over three classes as points of a triangle, one corner per class.

    probabilities: (N, 3) draws points; (E, N, 3) draws the path of each sample over E epochs,
    from a hollow marker to a filled one. target: true classes (N,), or None for grey points.
    labels: a short text for each sample.
    """
    ax = _empty_simplex(ax)
    paths = probabilities.unsqueeze(0) if probabilities.dim() == 2 else probabilities
    paths = paths.transpose(0, 1)  # (N, E, 3)
    for sample, path in enumerate(paths @ SIMPLEX_CORNERS.to(paths.dtype)):
        true = None if target is None else int(target[sample])
        color = GREY if true is None else CLASS_COLORS[true]
        marker = "o" if true is None else CLASS_MARKERS[true]
        x, y = path[:, 0], path[:, 1]
        if len(path) > 1:
            ax.plot(x, y, color=color, linewidth=1, alpha=0.7)
            ax.plot(x[0], y[0], marker, color=color, markerfacecolor="white", markersize=7)
        ax.plot(x[-1], y[-1], marker, color=color, markeredgecolor="white", markersize=9)
    if labels:
        _label_points(ax, paths[:, -1] @ SIMPLEX_CORNERS.to(paths.dtype), labels)
    first, last = paths[:, 0], paths[:, -1]
    described = []
    for sample in range(len(last)):
        words = [labels[sample]] if labels else []
        words += [_point_in_words(first[sample]), "to"] if paths.shape[1] > 1 else []
        words += [_point_in_words(last[sample])]
        words += [] if target is None else [f"true class {int(target[sample])}"]
        described.append(" ".join(words))
    triangle = "Probability simplex, a triangle with one corner per class"
    return describe(ax, f"{triangle}. Probabilities: {'; '.join(described)}.")


def _label_points(ax, points, labels):
    """Write a label right of each point of the simplex; one that would touch another moves.

    points: (N, 2). A label moves to the next free place, up or down, or left of its point. The
    training player does the same in the browser: explore_files/player.js.
    """
    unit = 72 * ax.figure.get_figheight() / 1.25  # about one side of the triangle, in points
    line, letter, gap = 12 / unit, 8 / unit, 14 / unit
    top = SIMPLEX_CORNERS[2, 1].item()
    texts = [(x, y, letter * len(t)) for (x, y), t in zip(points.tolist(), labels, strict=True)]

    def touch(one, other):
        (left, low, width), (left_2, low_2, width_2) = one, other
        near = abs(low - low_2) < 0.999 * line
        return near and left < left_2 + width_2 and left_2 < left + width

    def crowd(i):
        return sum(touch(texts[i], other) for other in texts)

    placed = [(0.5 - 3.5 * letter, top, 6 * letter)]  # the name of class 2
    for i in sorted(range(len(texts)), key=crowd):
        x, y, width = texts[i]
        step = (line if y < top / 2 else -line) / 2  # inwards first
        moves = [
            (half + cost, left, sign * half * step)
            for half in range(len(texts) + 1)
            for sign in (1, -1)
            for left, cost in ((x, 0), (x - gap - width, 2.5))  # the left may be another's
        ]
        moves.sort(key=lambda move: move[0])
        places = [(left, y + up, width) for _, left, up in moves]
        free = (
            place
            for place in places
            if -0.01 < place[1] < top + 0.01 and not any(touch(place, other) for other in placed)
        )
        placed.append(next(free, texts[i]))
        ax.annotate(
            labels[i], placed[-1][:2], (7, 5), textcoords="offset points", annotation_clip=False,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],  # over a marker
        )  # fmt: skip


def _point_in_words(probabilities):
    return "(" + ", ".join(f"{p:.2f}" for p in probabilities.tolist()) + ")"


def plot_descent_arrows(target, ax=None):
    """Draw, for predictions all over the simplex, the step y - p that lowers the cross-entropy.

    target: the true class, 0, 1 or 2. An arrow is minus the gradient by the logits, at 0.15
    of its length.
    """
    ax = _empty_simplex(ax)
    steps = range(1, 12, 2)
    grid = torch.tensor([[i, j, 13 - i - j] for i in steps for j in steps if i + j < 13]) / 13
    step = torch.eye(3)[target] - grid
    x, y = (grid @ SIMPLEX_CORNERS).T
    dx, dy = (step @ SIMPLEX_CORNERS).T
    ax.quiver(
        x, y, dx, dy, angles="xy", scale_units="xy", scale=1 / 0.15, width=0.008,
        color=CLASS_COLORS[target],
    )  # fmt: skip
    return describe(
        ax,
        f"Probability simplex with true class {target}: from every prediction an arrow points "
        f"straight to the corner of class {target}, longer the farther away it starts.",
    )


def plot_squashed_simplex(probabilities, *, labels=(), ax=None):
    """Draw predictions (hollow) and where a second softmax moves them (filled), with its triangle.

    probabilities: (N, 3). The shaded triangle is everything that a second softmax can return.
    labels: a short text for each sample.
    """
    ax = _empty_simplex(ax)
    squashed = torch.softmax(probabilities, dim=1)
    reach = torch.softmax(torch.eye(3), dim=1)
    ax.fill(*(reach @ SIMPLEX_CORNERS).T, color="#D9D9D9", zorder=0)
    before, after = probabilities @ SIMPLEX_CORNERS, squashed @ SIMPLEX_CORNERS
    for sample, (start, end) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
        arrow = {"arrowstyle": "->", "color": GREY, "shrinkA": 5, "shrinkB": 3}
        ax.annotate("", end, start, arrowprops=arrow)
        ax.plot(*start, "o", color=OTHER_RUN[0], markerfacecolor="white", markersize=8)
        ax.plot(*end, "o", color=OTHER_RUN[0], markersize=6)
        if labels:
            ax.annotate(labels[sample], start, (8, 5), textcoords="offset points")
    low, high = reach.min().item(), reach.max().item()
    return describe(
        ax,
        "Probability simplex with a small shaded triangle in the middle, from "
        f"{low:.2f} to {high:.2f} per class: a second softmax moves each of the {len(before)} "
        "predictions into it.",
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
        ax.text(x, y + above, f"class {index}", color=CLASS_COLORS[index], ha="center", va="center")
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
    words += f"; guessing {guess:.3f}"
    return describe(ax, f"{name} run against epoch: at the last epoch {words}.")


def plot_side_by_side(runs, *quantities, axes=None):
    """Draw one panel per run, all on one scale, and return the axes.

    runs: dict from name to `History`. quantities: one or more of "cost" (solid),
    "cross_entropy" (the yardstick, dashed) and "accuracy"; every epoch is drawn.
    axes: one for each run, made here if None.
    """
    if axes is None:
        axes = canvas(1, len(runs), width=6.8, height=2.9, sharey=True)
    for ax, (name, history) in zip(axes, runs.items(), strict=True):
        color, _ = RUN_STYLES.get(name, OTHER_RUN)
        ends = []
        for quantity in quantities:
            label, line, width, its_color = QUANTITIES[quantity]
            values = getattr(history, quantity)
            ax.plot(values, line, color=its_color or color, linewidth=width, label=label)
            ends.append(f"{label} {values[-1]:.3f}")
        if "cross_entropy" in quantities:
            guess = math.log(history.weight.shape[2])
            ax.axhline(guess, color=GREY, linewidth=1, linestyle=(0, (1, 3)), label="guessing")
        ax.set_title(f"{name}\n" + "\n".join(ends))
        ax.set(xlabel="epoch", xticks=[0, len(history.weight) // 2, len(history.weight) - 1])
        for label, side in zip(ax.get_xticklabels(), ("left", "center", "right"), strict=True):
            label.set_horizontalalignment(side)  # clear of the next panel's
        ax.margins(x=0)
        describe(ax, f"{name} run against epoch, at the last epoch {', '.join(ends)}.")
    axes[0].set_ylim(0, None)
    axes[0].set_ylabel("nats" if "accuracy" not in quantities else "share of samples")
    if len(quantities) > 1:
        axes[-1].legend(frameon=False, loc="upper right", fontsize=9)
    return axes


def _label_ends(ax, ends):
    """Write texts at the right edge beside their lines, moved up where they would overlap.

    ends: list of (height in data units, text, colour).
    """
    ax.autoscale_view()  # the limits must be settled before heights are computed from them
    to_axes = ax.transData + ax.transAxes.inverted()  # heights from 0 to 1, also on a log scale
    line = 0.06 * 3.6 / ax.figure.get_figheight()  # height of one line of text
    taken = -math.inf
    for height, text, color in sorted(ends):
        half = line * (text.count("\n") + 1) / 2
        at = max(to_axes.transform((0, height))[1], taken + half)
        taken = at + half
        ax.text(1.02, at, text, transform=ax.transAxes, color=color, fontsize=10, va="center")


def plot_logged_costs(costs, *, every=100, epochs=None, name="", ax=None):
    """Draw a run's own cost at every epoch and ring the epochs that its log prints.

    costs: one cost per epoch, (E,), tensor or list. every: the log prints each `every`-th epoch.
    epochs: first and last epoch to draw, or None for all; up to 60 epochs get a dot each.
    name: a published run's name gives its colour.
    """
    ax = canvas(height=3.0) if ax is None else ax
    costs = torch.as_tensor(costs)
    first, last = (0, len(costs) - 1) if epochs is None else epochs
    shown = torch.arange(first, last + 1)
    logged = shown[shown % every == 0]
    color, _ = RUN_STYLES.get(name, OTHER_RUN)
    few = len(shown) <= 60
    ax.plot(
        shown, costs[shown], color=color, linewidth=1.2 if few else 0.8,
        marker="." if few else None, markersize=6,
    )  # fmt: skip
    ax.plot(
        logged, costs[logged], "o", color=OTHER_RUN[0], markerfacecolor="none", markersize=9,
        markeredgewidth=1.6,
    )  # fmt: skip
    ax.set(xlabel="epoch", ylabel="its own cost", title=f"epochs {first} to {last}")
    if not few:
        ax.set_ylim(0, None)
    rises = int((costs[shown][1:] > costs[shown][:-1]).sum())
    low, high = costs[shown].min(), costs[shown].max()
    return describe(
        ax,
        f"Cost of the {name or 'run'} at every epoch from {first} to {last}, between {low:.3f} and "
        f"{high:.3f}; it rises in {rises} of {len(shown) - 1} updates and ends at "
        f"{costs[last]:.3f}. Rings mark every {every}th epoch, which the log prints.",
    )


def plot_cost_against_yardstick(readings, *, guess, ax=None):
    """Draw a row per run: own cost (filled circle), yardstick (hollow square), a line between.

    readings: dict from name to (own cost, yardstick), drawn from the top down. guess: the cost of
    guessing, a dotted line.
    """
    ax = canvas(width=6.8, height=0.8 + 0.32 * len(readings)) if ax is None else ax
    color = CLASS_COLORS[1]
    for row, (own, yardstick) in enumerate(readings.values()):
        ax.plot([own, yardstick], [row, row], "-", color=GREY, linewidth=1.2)
        ax.plot(yardstick, row, "s", color=color, markerfacecolor="none", markersize=9,
                markeredgewidth=1.6, label=None if row else "yardstick")  # fmt: skip
        ax.plot(own, row, "o", color=OTHER_RUN[0], markersize=5, label=None if row else "own cost")
    ax.axvline(guess, color=GREY, linewidth=1, linestyle=(0, (1, 3)), label="guessing")
    ax.set_yticks(range(len(readings)), readings)
    ax.set(xlabel="cost (nats)", ylim=(len(readings) - 0.5, -0.5))
    ax.grid(visible=False, axis="y")
    ax.legend(frameon=False, loc="upper right", fontsize=10)
    words = "; ".join(f"{name}: {own:.3f}, {true:.3f}" for name, (own, true) in readings.items())
    return describe(ax, f"Own cost and yardstick of each run, guessing {guess:.3f}. {words}.")


# ---------------------------------------------------------------------- penguins


def plot_scatter(x, y, *, names, xlabel, ylabel, ax=None):
    """Draw samples over two of their features, one colour and marker per class.

    x: (N, 2). y: classes (N,). names: a name for each class.
    """
    ax = canvas(width=6.4, height=4.0) if ax is None else ax
    words = []
    for index, name in enumerate(names):
        across, up = x[y == index].T
        ax.plot(
            across, up, CLASS_MARKERS[index], color=CLASS_COLORS[index], markersize=6.5,
            markeredgecolor="white", markeredgewidth=0.6, label=name,
        )  # fmt: skip
        words.append(f"{name} around ({across.mean():.1f}, {up.mean():.1f})")
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(names))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return describe(ax, f"{len(x)} dots, {ylabel} over {xlabel}: " + ", ".join(words) + ".")


def plot_decision(classify, x, y, *, names, xlabel, ylabel, ax=None):
    """Draw which class a model picks all over a plane, as shaded regions, with samples on top.

    classify: function from points (P, 2) to class indices (P,). The rest as in `plot_scatter`.
    """
    ax = plot_scatter(x, y, names=names, xlabel=xlabel, ylabel=ylabel, ax=ax)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    across, up = torch.linspace(left, right, 300), torch.linspace(low, high, 300)
    regions = classify(torch.cartesian_prod(across, up)).view(300, 300).T
    for index, name in enumerate(names):
        inside = (regions == index).float()
        if inside.any():
            color = CLASS_COLORS[index]
            ax.contourf(across, up, inside, levels=[0.5, 1.5], colors=[color], alpha=0.16)
            ax.contour(across, up, inside, levels=[0.5], colors=[OTHER_RUN[0]], linewidths=0.9)
            _name_region(ax, inside, across, up, x, name, color)
    ax.grid(visible=False)
    own = int((classify(x) == y).sum())
    shares = ", ".join(
        f"{name} {(regions == index).float().mean():.0%}" for index, name in enumerate(names)
    )
    return describe(
        ax,
        f"{ax.description} Regions of the plane given to each class: {shares}. "
        f"{own} of {len(x)} dots lie in the region of their own class.",
    )


def _name_region(ax, inside, across, up, x, name, color):
    """Write a region's name where its text fits into the region and is far from every sample."""
    wide = inside.T  # (across, up)
    fits = (wide[:-90] * wide[45:-45] * wide[90:])[::10, 20:-20:10].flatten() > 0
    places = torch.cartesian_prod(across[45:-45:10], up[20:-20:10])[fits]
    if len(places):
        span = torch.stack([across[-1] - across[0], up[-1] - up[0]])
        room = torch.cdist(places / span, x / span).amin(dim=1)
        at = places[room.argmax()]
        ax.text(*at.tolist(), name, color=color, ha="center", va="center", fontweight="bold")


def plot_confusion(panels, names, *, axes=None):
    """Draw confusion matrices side by side: true class down, predicted class across, counts.

    panels: dict from title to counts (C, C). names: a name for each class. A cell is shaded by
    its share of the row.
    """
    if axes is None:
        axes = canvas(1, len(panels), width=3.8 * len(panels), height=3.4)
    for ax, (title, matrix) in zip(getattr(axes, "flat", [axes]), panels.items(), strict=True):
        share = matrix / matrix.sum(dim=1, keepdim=True).clamp(min=1)
        ax.imshow(share.numpy(), cmap="Blues", vmin=0, vmax=1.4)
        mistakes = []
        for true, row in enumerate(matrix.tolist()):
            for guess, count in enumerate(row):
                ax.text(
                    guess, true, count, ha="center", va="center", fontsize=13 if count else 10,
                    fontweight="bold" if count else "normal", color="black" if count else GREY,
                )  # fmt: skip
                if count and guess != true:
                    mistakes.append(f"{count} {names[true]} taken for {names[guess]}")
        ax.set_xticks(range(len(names)), names)
        ax.set_yticks(range(len(names)), names)
        ax.set(xlabel="predicted", ylabel="true", title=title)
        ax.grid(visible=False)
        right, total = int(matrix.diagonal().sum()), int(matrix.sum())
        describe(
            ax,
            f"Confusion matrix, {title}: {right} of {total} on the diagonal, which is right; "
            f"{', '.join(mistakes) or 'no mistakes'}.",
        )
    return axes


def plot_weights(weight, *, features, names, axes=None):
    """Draw a linear classifier's weights as bars, one panel per class, one bar per feature.

    weight: (F, C). features: a name for each row. names: a name for each class.
    """
    if axes is None:
        axes = canvas(1, len(names), width=7.0, height=2.6, sharex=True, sharey=True)
    for index, (ax, name) in enumerate(zip(axes, names, strict=True)):
        values = weight[:, index].tolist()
        bars = ax.barh(features, values, color=CLASS_COLORS[index], height=0.6)
        numbers = [f"{value:+.1f}".replace("-", "−") for value in values]
        ax.bar_label(bars, numbers, padding=3)
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.set(title=name, xlabel="weight")
        ax.margins(x=0.55)
        ax.set_ylim(len(features) - 0.5, -0.5)  # first feature on top
        ax.grid(visible=False, axis="y")
        listed = ", ".join(f"{f} {number}" for f, number in zip(features, numbers, strict=True))
        describe(ax, f"Bars, weights for {name}: {listed}.")
    axes[0].set_ylabel("feature")
    return axes


def plot_sweep(rates, costs, *, guess, ylabel="final cost", ax=None):
    """Draw the cost at which many models end over their learning rates, both axes logarithmic.

    rates: learning rates (M,). costs: dict from name to final costs (M,). guess: the cost of
    guessing; a model that ends above it, or not finite, has diverged and is drawn as a cross.
    The lowest cost of each curve is marked with a star.
    """
    ax = canvas(width=6.8, height=4.2) if ax is None else ax
    ax.axhline(guess, color=GREY, linewidth=0.9, linestyle=(0, (1, 3)))
    ax.annotate("guessing", (rates[-1], guess), (0, 3), textcoords="offset points",
                color=GREY, ha="right", fontsize=9.5)  # fmt: skip
    ended = torch.cat(list(costs.values()))
    top = ended[ended.isfinite()].max()
    words = []
    for place, (name, values) in enumerate(costs.items()):
        color, line = CURVE_COLORS[place], ("-", "--", "-.", ":")[place]
        lost = ~(values <= guess * 1.001)
        best = int(values.nan_to_num(math.inf).argmin())
        shown = torch.where(values.isfinite(), values, top)
        ax.plot(rates, torch.where(lost, math.nan, shown), line, color=color, linewidth=1.8)
        ax.plot(rates[lost], shown[lost], "x", color=color, markersize=5)
        text = f"{name}: lowest {values[best]:.3g} at lr {rates[best]:.3g}"
        ax.plot(rates[best], shown[best], "*", color=color, markersize=13, markeredgecolor="white")
        ax.plot([], [], line, color=color, marker="*", label=text)
        words.append(f"{text}; {int(lost.sum())} of {len(values)} diverged")
    ax.plot([], [], "x", color=GREY, label="ended above guessing: diverged")
    ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel=ylabel)
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), fontsize=9.5)
    return describe(
        ax,
        f"{ylabel} over learning rates from {rates[0]:.0e} to {rates[-1]:.0e}; guessing costs "
        f"{guess:.2f}. " + ". ".join(words) + ".",
    )
