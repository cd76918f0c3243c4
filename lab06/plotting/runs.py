"""Training runs, each a `lab06.training.History`: cost and yardstick over the epochs."""

import math

import torch

from lab06.plotting.style import (
    CLASS_COLORS,
    GREY,
    OTHER_RUN,
    QUANTITIES,
    RUN_STYLES,
    canvas,
    describe,
    label_ends,
)


def plot_costs(runs, *, ax=None):
    """Draw the own cost of several runs, every epoch, with its last value at the end of the line.

    runs: dict from name to `History`. The names in `RUN_STYLES` have a style of their own, all
    others share one.
    """
    ax = canvas() if ax is None else ax
    ends = []
    for name, history in runs.items():
        color, line = RUN_STYLES.get(name, OTHER_RUN)
        ax.plot(history.cost, line, color=color, linewidth=1.8)
        ends.append((history.cost[-1].item(), f"{name} {history.cost[-1]:.3f}", color))
    ax.set(xlabel="epoch", ylabel="cost")
    ax.set_ylim(0, None)
    ax.margins(x=0)
    label_ends(ax, ends)
    words = ", ".join(text for _, text, _ in ends)
    return describe(ax, f"Cost against epoch, a line for each run. At the last epoch: {words}.")


def plot_side_by_side(runs, *quantities, axes=None):
    """Draw one panel per run, all on one scale, and return the axes.

    runs: dict from name to `History`, as in `plot_costs`. quantities: one or more attributes of a
    `History`: "cost" (solid), "cross_entropy" (the yardstick, dashed).
    axes: one for each run, made here if None.
    """
    if axes is None:
        apart = {"wspace": 0.12}  # the last epoch of a panel and the first of the next
        axes = canvas(1, len(runs), width=6.8, height=3.3, sharey=True, gridspec_kw=apart)
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
            ax.axhline(guess, color=GREY, linewidth=1.4, linestyle=(0, (1, 3)), label="guessing")
        ax.set_title(f"{name}\n" + "\n".join(ends))
        ax.set(xlabel="epoch", xticks=[0, len(history.weight) // 2, len(history.weight) - 1])
        ax.margins(x=0.03)  # the first epochs stand clear of the axis
        describe(ax, f"{name} run against epoch, at the last epoch {', '.join(ends)}.")
    axes[0].set_ylim(0, None)
    axes[0].set_ylabel("cost (nats)")
    if len(quantities) > 1:
        lines, labels = axes[0].get_legend_handles_labels()
        axes[0].figure.legend(
            lines, labels, frameon=False, loc="outside upper center", ncols=3, borderaxespad=1
        )
    return axes


def plot_logged_costs(costs, *, every=100, epochs=None, name="", ax=None):
    """Draw a run's own cost at every epoch and ring the epochs that its log prints.

    costs: one cost per epoch, (E,), tensor or list. every: the log prints each `every`-th epoch.
    epochs: first and last epoch to draw, or None for all; up to 60 epochs get a dot each.
    name: the colour is that of this name in `RUN_STYLES`.
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
    ax.set(xlabel="epoch", ylabel="cost")
    if epochs is not None:
        ax.set_title(f"epochs {first} to {last}")
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
    ax = canvas(width=6.8, height=1.2 + 0.32 * len(readings)) if ax is None else ax
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
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=3,
              handletextpad=0.2, columnspacing=0.9)  # fmt: skip
    words = "; ".join(f"{name}: {own:.3f}, {true:.3f}" for name, (own, true) in readings.items())
    return describe(ax, f"Own cost and yardstick of each run, guessing {guess:.3f}. {words}.")
