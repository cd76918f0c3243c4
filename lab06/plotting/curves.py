"""Bars and curves: probabilities, losses, and what each change takes away."""

import math

import torch

from lab06.plotting.style import (
    CLASS_COLORS,
    CURVE_COLORS,
    GREY,
    OTHER_RUN,
    canvas,
    describe,
    label_ends,
)


def plot_bars(
    panels, *, names=("class 0", "class 1", "class 2"), share=True, ylabel="",
    write="{:.3g}".format, axes=None,
):  # fmt: skip
    """Draw one value per class as bars, one panel per entry of `panels`, side by side.

    panels: dict from title to values (C,), C up to 3. names: of the classes. share: the same scale
    in each panel. write: turns a value into the text at its bar.
    """
    if axes is None:
        axes = canvas(1, len(panels), width=2.3 * max(2, len(panels)), height=2.7, sharey=share)
    for ax, (title, values) in zip(getattr(axes, "flat", [axes]), panels.items(), strict=True):
        colors = CLASS_COLORS[: len(values)]
        bars = ax.bar(names[: len(values)], values.tolist(), color=colors, width=0.65)
        numbers = [write(value) for value in values.tolist()]
        ax.bar_label(bars, numbers, padding=2)
        ax.set_title(title)
        ax.margins(y=0.18)
        ax.grid(visible=False)
        ax.axhline(0, color=GREY, linewidth=0.8)
        listed = ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=False))
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
    bits.set_ylabel("−log₂ p (bits)", fontsize=11)  # as on the left, which the style sets
    bits.tick_params(labelsize=11)
    marked = ", ".join(f"{-math.log(value):.2f} at p = {value:g}" for value in probabilities)
    return describe(
        ax,
        "Curve of minus log p against p: steep and unbounded near p = 0, falling to 0 at p = 1. "
        + (f"Marked: {marked} (nats)." if marked else ""),
    )


def plot_against_scale(scale, curves, *, ylabel, ax=None):
    """Draw two curves over a growing scale of the logits and mark where one stops being finite.

    scale: (S,), above 0. curves: dict from name to values (S,), which may hold inf and nan.
    """
    ax = canvas() if ax is None else ax
    words = []
    for place, (name, values) in enumerate(curves.items()):
        color, line = (CLASS_COLORS[1], "-") if place == 0 else (CLASS_COLORS[0], "--")
        finite = values.isfinite()
        label, said = name, f"{name}, finite throughout"
        if not finite.all():
            lost = int((~finite).int().argmax())
            label = said = f"{name}, {values[lost].item()} from {scale[lost]:.3g} on (cross)"
            last = max(lost - 1, 0)
            ax.plot(scale[last], values[last], "X", color=color, markersize=11)
        ax.plot(
            scale[finite], values[finite], line, color=color, linewidth=4 if place == 0 else 1.8,
            label=label.replace(", ", ",\n"),
        )  # fmt: skip
        words.append(said)
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)
    ax.set(xlabel="scale of the logits", ylabel=ylabel)
    return describe(ax, f"{ylabel} against the scale of the logits. " + "; ".join(words) + ".")


def plot_cost_and_gradient(scale, methods, *, axes=None):
    """Draw the cost on the left and its gradient on the right over a growing scale of the logits.

    scale: (S,), above 0. methods: dict from name to {"cost": (S,), "gradient": (S,)}, two of them.
    """
    axes = canvas(1, 2, width=7, height=3.8) if axes is None else axes
    for ax, part in zip(axes, ("cost", "gradient"), strict=True):
        curves = {name: parts[part] for name, parts in methods.items()}
        plot_against_scale(scale, curves, ylabel=part, ax=ax)
        ax.axhline(0, color=GREY, linewidth=0.8)
        ends = {name: values[values.isfinite()][-1] + 0.0 for name, values in curves.items()}
        words = ", ".join(f"{name} {end:.4g}" for name, end in ends.items())
        describe(ax, f"{ax.description} Last finite values: {words}.")
    return axes


def plot_curves(x, curves, *, xlabel, ylabel, ax=None):
    """Draw several curves over the same x, each named and valued at its right end.

    x: (S,). curves: dict from name to values (S,).
    """
    ax = canvas() if ax is None else ax
    ends = []
    lines = (("-", 3.6), ("--", 2.2), ("-.", 1.4), (":", 1.2))  # thinner on top: none hides another
    for place, (name, values) in enumerate(curves.items()):
        color, (line, width) = CURVE_COLORS[place], lines[place]
        ax.plot(x, values, line, color=color, linewidth=width)
        ends.append((values[-1].item(), f"{name} {values[-1].item():.3g}", color))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.margins(x=0)
    label_ends(ax, ends)
    words = ", ".join(text for _, text, _ in ends)
    return describe(ax, f"{ylabel} against {xlabel}. At the right end: {words}.")


def plot_shares(orders, axes=None):
    """Draw what each change adds to a cost, one panel per change and one row per order of them.

    orders: list of dicts from change to what it adds, in nats. All hold the same changes, each in
    the order in which they are made.
    """
    if axes is None:
        axes = canvas(1, len(orders[0]), width=7, height=3.1, sharex=True, sharey=True)
    rows = [", ".join(order) for order in orders]
    values = [value for order in orders for value in order.values()]
    low, high = min(0, *values), max(0, *values)
    for ax, change in zip(getattr(axes, "flat", [axes]), orders[0], strict=True):
        added = [order[change] for order in orders]
        colors = [CLASS_COLORS[0] if value < 0 else CLASS_COLORS[1] for value in added]
        ax.barh(rows, added, color=colors, height=0.55)
        numbers = [f"{value:+.3f}".replace("-", "−") for value in added]
        for row, (value, number) in enumerate(zip(added, numbers, strict=True)):
            ax.annotate(
                number, (max(value, 0), row), (3, 0), textcoords="offset points", va="center"
            )
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.set(title=change, xlabel="nats")
        ax.grid(visible=False, axis="y")
        ax.set_xlim(low - 0.1 * (high - low), high + 1.2 * (high - low))
        ax.locator_params(axis="x", nbins=3)
        listed = "; ".join(f"{row} {text}" for row, text in zip(rows, numbers, strict=True))
        describe(ax, f"Bars, what {change} adds in each order of the changes: {listed}.")
    first = getattr(axes, "flat", [axes])[0]
    first.set_ylabel("order of the changes")
    if not first.yaxis_inverted():
        first.invert_yaxis()  # the first order on top
    return axes
