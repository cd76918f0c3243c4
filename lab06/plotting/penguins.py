"""Measurements, confusion matrices, weights and learning rates."""

import math

import torch

from lab06.plotting.style import (
    CLASS_COLORS,
    CLASS_MARKERS,
    CURVE_COLORS,
    GREY,
    canvas,
    describe,
)


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
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(names),
              handletextpad=0.2, columnspacing=0.9)  # fmt: skip
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return describe(ax, f"{len(x)} dots, {ylabel} over {xlabel}: " + ", ".join(words) + ".")


def plot_confusion(panels, names, *, axes=None):
    """Draw confusion matrices side by side: true class down, predicted class across, counts.

    panels: dict from title to counts (C, C). names: a name for each class. A cell is shaded by
    its share of the row.
    """
    if axes is None:
        axes = canvas(1, len(panels), width=3.5 * len(panels), height=3.4, sharey=True)
    for ax, (title, matrix) in zip(getattr(axes, "flat", [axes]), panels.items(), strict=True):
        share = matrix / matrix.sum(dim=1, keepdim=True).clamp(min=1)
        ax.imshow(share.numpy(), cmap="Blues", vmin=0, vmax=1.4)
        mistakes = []
        for true, row in enumerate(matrix.tolist()):
            for guess, count in enumerate(row):
                ax.text(
                    guess, true, count, ha="center", va="center", fontsize=13 if count else 11,
                    fontweight="bold" if count else "normal", color="black" if count else GREY,
                )  # fmt: skip
                if count and guess != true:
                    mistakes.append(f"{count} {names[true]} taken for {names[guess]}")
        ax.set_xticks(range(len(names)), names)
        ax.set_yticks(range(len(names)), names)
        ax.set(xlabel="predicted", title=title)
        ax.grid(visible=False)
        right, total = int(matrix.diagonal().sum()), int(matrix.sum())
        describe(
            ax,
            f"Confusion matrix, {title}: {right} of {total} on the diagonal, which is right; "
            f"{', '.join(mistakes) or 'no mistakes'}.",
        )
    getattr(axes, "flat", [axes])[0].set_ylabel("true")
    return axes


def plot_weights(weight, *, features, names, axes=None):
    """Draw a linear classifier's weights as bars, one panel per class, one bar per feature.

    weight: (D, C). features: a name for each row. names: a name for each class.
    """
    if axes is None:
        axes = canvas(1, len(names), width=7.0, height=2.6, sharex=True, sharey=True)
    reach = 2.2 * weight.abs().max().item()  # leaves room for the numbers
    for index, (ax, name) in enumerate(zip(axes, names, strict=True)):
        values = weight[:, index].tolist()
        bars = ax.barh(features, values, color=CLASS_COLORS[index], height=0.6)
        numbers = [f"{value:+.1f}".replace("-", "−") for value in values]
        ax.bar_label(bars, numbers, padding=3)
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.set(title=name, xlabel="weight", xlim=(-reach, reach), xticks=[0])
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
                color=GREY, ha="right")  # fmt: skip
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
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1))
    return describe(
        ax,
        f"{ylabel} over learning rates from {rates[0]:.0e} to {rates[-1]:.0e}; guessing costs "
        f"{guess:.2f}. " + ". ".join(words) + ".",
    )
