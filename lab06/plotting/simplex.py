"""The probability simplex of three classes, and what moves in it."""

import math

import torch
from matplotlib.patheffects import withStroke

from lab06.plotting.style import CLASS_COLORS, CLASS_MARKERS, GREY, OTHER_RUN, canvas, describe

SIMPLEX_CORNERS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, math.sqrt(0.75)]])


def plot_simplex(probabilities, target=None, *, labels=(), ax=None):
    """Draw predictions over three classes as points of a triangle, one corner per class.

    probabilities: (N, 3) draws points; (E, N, 3) draws the path of each sample over E epochs,
    from a hollow marker to a filled one. target: true classes (N,), or None for grey points.
    labels: a short text for each sample, written inside its marker.
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
        size = 13 if labels else 9
        ax.plot(x[-1], y[-1], marker, color=color, markeredgecolor="white", markersize=size)
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
    """Write each label inside its marker; labels of points too close together go side by side.

    points: (N, 2). The training player does the same in the browser: explore_files/player.js.
    """
    digit = 7 * 1.25 / (72 * ax.figure.get_figheight())  # height of a digit, in triangle sides
    groups = {}
    for (x, y), label in zip(points.tolist(), labels, strict=True):
        near = (
            (left, low)
            for (left, low), members in groups.items()
            if abs(low - y) < digit and abs(left - x) < digit * (0.7 * len(members) + 1)
        )
        groups.setdefault(next(near, (x, y)), []).append(label)
    for place, members in groups.items():
        ax.annotate(
            ",".join(members), place, (0, -1), textcoords="offset points", annotation_clip=False,
            ha="center", va="center", fontsize=9,
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )  # fmt: skip


def _point_in_words(probabilities):
    return "(" + ", ".join(f"{p:.2f}" for p in probabilities.tolist()) + ")"


def plot_descent_arrows(target, ax=None):
    """Draw, for predictions all over the simplex, the step y - p that lowers the cross-entropy.

    target: the true class, 0, 1 or 2. An arrow is minus the gradient with respect to the
    logits, at 0.15 of its length.
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
    """Draw predictions (hollow), where a second softmax moves them (filled), and all it can reach.

    probabilities: (N, 3). Shaded is everything that a second softmax can return, bounded by where
    it moves the simplex's sides; the dotted triangle has the same corners, and is larger.
    labels: a short text for each sample.
    """
    ax = _empty_simplex(ax)
    squashed = torch.softmax(probabilities, dim=1)
    reach = shade_reach(ax)
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
        "Probability simplex with a small shaded region in the middle, from "
        f"{low:.2f} to {high:.2f} per class, its three sides curved inwards from those of a dotted "
        f"triangle: a second softmax moves each of the {len(before)} predictions into it.",
    )


def shade_reach(ax):
    """Shade what a second softmax can return, dot the triangle around it, and return its edge."""
    corners = torch.eye(3)[[0, 1, 2, 0]]
    along = torch.linspace(0, 1, 51).unsqueeze(1)
    sides = [torch.lerp(*ends, along) for ends in zip(corners, corners[1:], strict=False)]
    reach = torch.softmax(torch.cat(sides), dim=1)  # (153, 3)
    ax.fill(*(reach @ SIMPLEX_CORNERS).T, color="#D9D9D9", zorder=0)
    triangle = torch.softmax(corners, dim=1) @ SIMPLEX_CORNERS
    ax.plot(*triangle.T, ":", color=GREY, linewidth=1)
    return reach


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
