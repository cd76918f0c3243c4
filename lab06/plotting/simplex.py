"""The probability simplex of three classes, and what moves in it."""

import math

import torch
from matplotlib.transforms import offset_copy

from lab06.plotting.style import (
    CLASS_COLORS,
    CLASS_MARKERS,
    GREY,
    OTHER_RUN,
    canvas,
    describe,
    precise,
)

MARKER = 13  # points, of a marker with a label inside
SIMPLEX_CORNERS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, math.sqrt(0.75)]])


def plot_simplex(probabilities, target=None, *, labels=(), ax=None):
    """Draw predictions over three classes as points of a triangle, one corner per class.

    probabilities: (N, 3). target: true classes (N,), or None for grey points. labels: a short text
    for each sample, written inside its marker. Markers that would cover each other are moved
    apart, and a line leads from each to its place.
    """
    ax = _empty_simplex(ax)
    points = probabilities @ SIMPLEX_CORNERS.to(probabilities.dtype)  # (N, 2)
    beside = (_spread(points, _width_of_marker(ax)) if labels else points).tolist()
    described = []
    for sample, ((x, y), at) in enumerate(zip(points.tolist(), beside, strict=True)):
        true = None if target is None else int(target[sample])
        color = GREY if true is None else CLASS_COLORS[true]
        marker = "o" if true is None else CLASS_MARKERS[true]
        if at != [x, y]:
            ax.plot(x, y, ".", color=OTHER_RUN[0], markersize=5)
            ax.plot([x, at[0]], [y, at[1]], color=OTHER_RUN[0], linewidth=0.8, zorder=1.9)
        size = MARKER * (1.3 if marker == "^" else 1) if labels else 9  # a triangle has less room
        ax.plot(*at, marker, color=color, markeredgecolor="white", markersize=size, clip_on=False)
        if labels:
            ink = "white" if color in (GREY, CLASS_COLORS[0]) else "black"  # 4.5 : 1 or more
            low = (0, -2.5 if marker == "^" else -0.5)
            ax.annotate(labels[sample], at, low, textcoords="offset points", color=ink, fontsize=9,
                        fontweight="bold", ha="center", va="center_baseline")  # fmt: skip
        words = [labels[sample]] if labels else []
        words += [f"({', '.join(map(precise, probabilities[sample].tolist()))})"]
        words += [] if true is None else [f"true class {true}"]
        described.append(" ".join(words))
    triangle = "Probability simplex, a triangle with one corner per class"
    return describe(ax, f"{triangle}. Probabilities: {'; '.join(described)}.")


def _width_of_marker(ax):
    """Return the width of a marker with a label, in sides of the triangle, before the layout."""
    box, inch = ax.get_window_extent(), ax.figure.dpi
    side = min(box.width / 1.32, box.height / 1.14)  # in pixels; the axes are that much larger
    return MARKER / 72 * inch / side


def _spread(points, far):
    """Move points (N, 2) apart so that none is within `far` of another, or half of it of its place.

    The training player does the same in the browser: explore_files/player.js.
    """
    number = torch.arange(len(points))
    circle = torch.stack([(2.4 * number).cos(), (2.4 * number).sin()], dim=1)
    moved = points + 1e-3 * far * (number + 1).unsqueeze(1) * circle  # tells equal points apart
    others = ~torch.eye(len(points), dtype=torch.bool)
    for _ in range(300):
        step = torch.zeros_like(moved)
        for fixed, least, share in ((moved, 1.1 * far, 0.3), (points, 0.7 * far, 0.6)):
            way = moved.unsqueeze(1) - fixed  # (N, N, 2), from the others
            distance = way.norm(dim=2, keepdim=True).clamp(min=1e-9)
            lack = (least - distance).clamp(min=0) * others.unsqueeze(2)
            step += (share * lack / distance * way).sum(dim=1).clamp(-far / 8, far / 8)
        if step.abs().max() < 1e-3 * far:
            break
        moved = moved + step
        moved[:, 1] = moved[:, 1].clamp(0, SIMPLEX_CORNERS[2, 1].item())  # clear of the names
    stayed = (moved - points).norm(dim=1, keepdim=True) < 0.1 * far
    return torch.where(stayed, points, moved)


def plot_descent_arrows(target, ax=None):
    """Draw, for predictions all over the simplex, the step y - p that lowers the cross-entropy.

    target: the true class, 0, 1 or 2. An arrow is minus the gradient with respect to the
    logits, at 0.13 of its length; a dot marks the prediction that it starts from.
    """
    ax = _empty_simplex(ax)
    steps = range(1, 14, 2)  # of fifteenths: one arrow starts at the centre
    grid = torch.tensor([[i, j, 15 - i - j] for i in steps for j in steps if i + j < 15]) / 15
    step = torch.eye(3)[target] - grid
    x, y = (grid @ SIMPLEX_CORNERS).T
    dx, dy = (step @ SIMPLEX_CORNERS).T
    ax.quiver(
        x, y, dx, dy, angles="xy", scale_units="xy", scale=1 / 0.13, width=0.008,
        color=CLASS_COLORS[target],
    )  # fmt: skip
    ax.plot(x, y, ".", color=OTHER_RUN[0], markersize=5)
    return describe(
        ax,
        f"Probability simplex with true class {target}: from every prediction an arrow points "
        f"straight to the corner of class {target}, longer the farther away it starts.",
    )


def plot_squashed_simplex(probabilities, *, ax=None):
    """Draw predictions (hollow), where a second softmax moves them (filled), and all it can reach.

    probabilities: (N, 3). Shaded is everything that a second softmax can return, bounded by where
    it moves the simplex's sides; the dotted triangle has the same corners, and is larger.
    """
    ax = _empty_simplex(ax)
    squashed = torch.softmax(probabilities, dim=1)
    reach = shade_reach(ax)
    before, after = probabilities @ SIMPLEX_CORNERS, squashed @ SIMPLEX_CORNERS
    for start, end in zip(before.tolist(), after.tolist(), strict=True):
        arrow = {"arrowstyle": "->", "color": GREY, "shrinkA": 5, "shrinkB": 3}
        ax.annotate("", end, start, arrowprops=arrow)
        ax.plot(*start, "o", color=OTHER_RUN[0], markerfacecolor="white", markersize=8)
        ax.plot(*end, "o", color=OTHER_RUN[0], markersize=6)
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
    for index, corner in enumerate(SIMPLEX_CORNERS.tolist()):
        up = 15 if index == 2 else -15  # points
        ax.annotate(f"class {index}", corner, (5, up), textcoords="offset points", ha="center",
                    va="center", annotation_clip=False)  # fmt: skip
        beside = offset_copy(ax.transData, ax.figure, x=-23, y=up, units="points")
        ax.plot(*corner, CLASS_MARKERS[index], color=CLASS_COLORS[index], markerfacecolor="none",
                markersize=6, clip_on=False, transform=beside)  # fmt: skip
    ax.set(xlim=(-0.16, 1.16), ylim=(-0.14, 1.0), aspect="equal")
    ax.axis("off")
    return ax
