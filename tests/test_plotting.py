"""The pictures: what is drawn, what the description says, and whether all can tell it apart."""

import base64
import inspect
import io
import itertools
import math
from html.parser import HTMLParser

import pytest
import torch
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from lab06 import plotting
from lab06.data import load_lab
from lab06.plotting.simplex import SIMPLEX_CORNERS
from lab06.training import train_cross_entropy, train_low_level, train_module

X, Y = load_lab()
SPECIES = ("Adelie", "Chinstrap", "Gentoo")
RUNS = {
    name: run(X, Y)
    for name, run in zip(
        plotting.RUN_STYLES, [train_low_level, train_cross_entropy, train_module], strict=True
    )
}
LOW, HIGH = RUNS["low level"], RUNS["high level"]
ROWS = torch.tensor([[0.7, 0.2, 0.1], [0.05, 0.15, 0.8]])
SCALE = torch.tensor([1.0, 10.0, 100.0])
NAIVE, STABLE = torch.tensor([1.0, 10.0, math.inf]), torch.tensor([1.0, 10.0, 100.0])

# For each helper: how to call it (options such as ax= are added), and numbers or words that
# its description must contain.
CALLS = {
    "plot_bars": (
        lambda **to: plotting.plot_bars({"p": ROWS[0]}, ylabel="probability", **to),
        ["class 0 0.7", "class 1 0.2", "class 2 0.1"],
    ),
    "plot_neg_log": (lambda **to: plotting.plot_neg_log([0.5], **to), ["0.69 at p = 0.5"]),
    "plot_against_scale": (
        lambda **to: plotting.plot_against_scale(
            SCALE, {"naive": NAIVE, "stable": STABLE}, ylabel="cost", **to
        ),
        ["cost", "naive, inf from 100 on", "stable, finite throughout"],
    ),
    "plot_cost_and_gradient": (
        lambda **to: plotting.plot_cost_and_gradient(
            SCALE,
            {
                "naive": {"cost": NAIVE, "gradient": NAIVE},
                "stable": {"cost": STABLE, "gradient": STABLE},
            },
            **to,
        ),
        ["cost", "gradient", "naive 10", "stable 100"],
    ),
    "plot_curves": (
        lambda **to: plotting.plot_curves(
            SCALE, {"rising": STABLE}, xlabel="scale", ylabel="cost", **to
        ),
        ["cost against scale", "rising 100"],
    ),
    "plot_shares": (
        lambda **to: plotting.plot_shares(
            [{"softmax": -1.25, "start": 0.07}, {"start": -0.02, "softmax": -1.16}], **to
        ),
        ["softmax, start −1.250", "start, softmax −1.160", "softmax, start +0.070"],
    ),
    "plot_simplex": (
        lambda **to: plotting.plot_simplex(ROWS, torch.tensor([0, 2]), **to),
        ["(0.700, 0.200, 0.100) true class 0", "(0.0500, 0.150, 0.800) true class 2"],
    ),
    "plot_descent_arrows": (lambda **to: plotting.plot_descent_arrows(1, **to), ["class 1"]),
    "plot_squashed_simplex": (
        lambda **to: plotting.plot_squashed_simplex(ROWS, **to),
        ["from 0.21 to 0.58", "2 predictions"],
    ),
    "plot_costs": (
        lambda **to: plotting.plot_costs(RUNS, **to),
        ["low level 0.739", "middle level 0.400", "high level 0.242"],
    ),
    "plot_side_by_side": (
        lambda **to: plotting.plot_side_by_side(RUNS, "cost", "cross_entropy", **to),
        ["low level", "own cost 0.739", "yardstick 1.684", "own cost 0.242"],
    ),
    "plot_logged_costs": (
        lambda **to: plotting.plot_logged_costs(LOW.cost, name="low level", **to),
        ["from 0 to 1000", "between 0.739 and 1.099", "rises in", "every 100th epoch"],
    ),
    "plot_cost_against_yardstick": (
        lambda **to: plotting.plot_cost_against_yardstick(
            {"right": (0.248, 0.248), "twice": (0.739, 1.684)}, guess=1.0986, **to
        ),
        ["guessing 1.099", "right: 0.248, 0.248", "twice: 0.739, 1.684"],
    ),
    "plot_scatter": (
        lambda **to: plotting.plot_scatter(
            X[:, :2], Y, names=SPECIES, xlabel="length", ylabel="depth", **to
        ),
        ["8 dots", "depth over length", "Adelie around (1.0, 6.5)"],
    ),
    "plot_confusion": (
        lambda **to: plotting.plot_confusion(
            {"some": torch.tensor([[5, 2], [0, 3]]), "none": torch.tensor([[1, 0], [0, 0]])},
            SPECIES[:2],
            **to,
        ),  # fmt: skip
        ["some: 8 of 10", "2 Adelie taken for Chinstrap", "none: 1 of 1", "no mistakes"],
    ),
    "plot_weights": (
        lambda **to: plotting.plot_weights(
            ROWS.T - 0.5, features=["one", "two", "three"], names=SPECIES[:2], **to
        ),
        ["Adelie: one +0.2, two −0.3", "three +0.3"],
    ),
    "plot_sweep": (
        lambda **to: plotting.plot_sweep(
            SCALE,
            {"few": STABLE / 50, "lost": torch.tensor([math.nan, 0.25, math.inf])},
            guess=1.1,
            ylabel="cost",
            **to,
        ),  # fmt: skip
        [
            "from 1e+00 to 1e+02",
            "few: lowest 0.02 at lr 1; 1 of 3",
            "lost: lowest 0.25 at lr 10; 2 of",
        ],
    ),
}
each_helper = pytest.mark.parametrize("name", CALLS)


def axes_of(drawn):
    return list(getattr(drawn, "flat", [drawn]))


def description(drawn):
    return " ".join(ax.description for ax in axes_of(drawn))


def lines_of(drawn):
    return [line for ax in axes_of(drawn) for line in ax.lines]


def test_every_public_helper_is_tested_here():
    helpers = {name for name in vars(plotting) if name.startswith("plot_")}
    assert helpers == set(CALLS)


@each_helper
def test_returns_axes_with_a_description_of_the_numbers(name):
    call, words = CALLS[name]
    drawn = call()
    assert all(isinstance(ax.figure, Figure) for ax in axes_of(drawn))
    missing = [word for word in words if word not in description(drawn)]
    assert not missing, description(drawn)


@each_helper
def test_draws_on_axes_that_are_given(name):
    parameters = inspect.signature(getattr(plotting, name)).parameters
    (option,) = {"ax", "axes"} & set(parameters)
    call, _ = CALLS[name]
    panels = len(axes_of(call()))
    axes = plotting.canvas(1, panels, width=3 * panels)
    drawn = call(**{option: axes})
    assert drawn is axes
    assert all(ax.has_data() for ax in axes_of(axes))
    axes_of(axes)[0].figure.savefig(io.BytesIO(), format="png")


NAMED_BY_THEIR_TICKS = {"x": ["plot_bars"], "y": ["plot_cost_against_yardstick"]}


@each_helper
def test_axes_are_named_and_fit_the_page(name):
    axes = axes_of(CALLS[name][0]())
    if axes[0].axison:
        assert all(ax.get_xlabel() for ax in axes) or name in NAMED_BY_THEIR_TICKS["x"]
        has_scale = len(axes[0].get_yticks()) > 0
        assert axes[0].get_ylabel() or name in NAMED_BY_THEIR_TICKS["y"] or not has_scale


@each_helper
def test_words_can_be_read_in_a_column_of_366_pixels_and_end_clear_of_the_edge(name):
    """An inch is 100 pixels on the page, unless the figure is wider than the column."""
    drawn = CALLS[name][0]()
    plotting.picture(drawn)
    figure = axes_of(drawn)[0].figure
    wide, high = figure.get_size_inches()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    smallest = min(text.get_fontsize() for text in texts)
    assert smallest / 72 * min(100, 366 / wide) >= 7.9 and wide <= 7
    box = figure.get_tightbbox()
    assert min(box.x0, box.y0, wide - box.x1, high - box.y1) > 0.1


# ---------------------------------------------------------------------- every epoch is drawn


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (lambda: plotting.plot_costs(RUNS), [run.cost for run in RUNS.values()]),
        (
            lambda: plotting.plot_side_by_side(RUNS, "cost", "cross_entropy"),
            [line for run in RUNS.values() for line in (run.cost, run.cross_entropy)],
        ),
        (lambda: plotting.plot_logged_costs(LOW.cost), [LOW.cost]),
    ],
    ids=["costs", "side by side", "logged"],
)
def test_draws_every_epoch(drawn, expected):
    curves = [line for line in lines_of(drawn()) if len(line.get_ydata()) == 1001]
    assert len(curves) == len(expected)
    for curve, values in zip(curves, expected, strict=True):
        assert list(curve.get_xdata()) == list(range(1001))
        torch.testing.assert_close(torch.as_tensor(curve.get_ydata()), values)


def test_rings_stand_at_the_logged_epochs():
    curve, rings = lines_of(plotting.plot_logged_costs(LOW.cost, epochs=(950, 1000), every=25))
    assert list(curve.get_xdata()) == list(range(950, 1001))
    assert list(rings.get_xdata()) == [950, 975, 1000]
    assert list(rings.get_ydata()) == LOW.cost[[950, 975, 1000]].tolist()


def test_own_cost_is_solid_and_the_yardstick_dashed():
    drawn = plotting.plot_side_by_side({"low level": LOW, "x": LOW}, "cost", "cross_entropy")[0]
    curves = [line for line in drawn.lines if len(line.get_ydata()) == 1001]
    assert [line.get_linestyle() for line in curves] == ["-", "--"]


def area(corners):
    """The area of a polygon with these corners (M, 2)."""
    x, y = torch.as_tensor(corners, dtype=torch.float64).T
    return 0.5 * (x * y.roll(-1) - x.roll(-1) * y).sum().abs().item()


def test_what_a_second_softmax_reaches_lies_inside_the_small_triangle():
    drawn = plotting.plot_squashed_simplex(ROWS)
    (reach,) = drawn.patches
    (triangle,) = (line for line in drawn.lines if line.get_linestyle() == ":")
    assert area(reach.get_xy()) / area(triangle.get_xydata()) == pytest.approx(0.77, abs=0.001)

    draws = torch.distributions.Dirichlet(torch.ones(3)).sample((1000,))
    returned = torch.softmax(draws, dim=1) @ SIMPLEX_CORNERS
    assert reach.get_path().contains_points(returned, radius=1e-3).all()
    middles = torch.softmax(torch.tensor([[0.5, 0.5, 0.0]]), dim=1) @ SIMPLEX_CORNERS
    assert not reach.get_path().contains_points(middles - torch.tensor([0.0, 0.01])).any()


def test_shares_stand_in_the_order_given_first_on_top():
    panels = plotting.plot_shares([{"a": -1.0, "b": 0.5}, {"b": 0.25, "a": -0.75}])
    assert [ax.get_title() for ax in panels] == ["a", "b"]
    assert [bar.get_width() for bar in panels[1].patches] == [0.5, 0.25]
    assert panels[0].yaxis_inverted() and panels[0].get_xlim() == panels[1].get_xlim()


def test_runs_share_one_scale():
    left, *others = plotting.plot_side_by_side(RUNS, "cost")
    assert all(ax.get_ylim() == left.get_ylim() for ax in others)


def test_labels_at_the_lines_do_not_overlap():
    drawn = plotting.plot_costs({**RUNS, "other": RUNS["high level"]})
    drawn.figure.canvas.draw()
    boxes = sorted((text.get_window_extent() for text in drawn.texts), key=lambda box: box.y0)
    assert len(boxes) == 4
    assert all(low.y1 <= high.y0 + 1 for low, high in itertools.pairwise(boxes))


# ---------------------------------------------------------------------- the simplex


def test_a_point_of_the_simplex_stands_at_its_probabilities():
    drawn = plotting.plot_simplex(ROWS, torch.tensor([0, 2]))
    for line, row, true in zip(drawn.lines[-2:], ROWS, [0, 2], strict=True):
        expected = (row @ plotting.simplex.SIMPLEX_CORNERS).tolist()
        assert [line.get_xdata()[0], line.get_ydata()[0]] == pytest.approx(expected)
        assert line.get_marker() == plotting.CLASS_MARKERS[true]
        assert line.get_color() == plotting.CLASS_COLORS[true]


@pytest.mark.parametrize(
    "p",
    [
        [[0.2, 0.7, 0.1], [0.21, 0.69, 0.1], [0.7, 0.2, 0.1]],
        [[1 / 3, 1 / 3, 1 / 3]] * 8,
        [[0.001, 0.001, 0.998]] * 8,
        HIGH.probabilities[0].tolist(),
    ],
    ids=["two", "all in the middle", "all in a corner", "a random start"],
)
def test_no_marker_with_a_label_covers_another_and_a_line_leads_to_its_place(p):
    names = [str(sample) for sample in range(len(p))]
    drawn = plotting.plot_simplex(torch.tensor(p), [0, 1, 2] * 3, labels=names)
    drawn.figure.draw_without_rendering()
    labels = {text.get_text(): text.xy for text in drawn.texts if text.get_text() in names}
    assert list(labels) == names
    shown = drawn.transData.transform(list(labels.values())) * 72 / drawn.figure.dpi  # in points
    for one, other in itertools.combinations(shown, 2):
        assert math.dist(one, other) > plotting.simplex.MARKER
    ends = [line.get_xydata().tolist() for line in drawn.lines]
    for name, place in zip(names, (torch.tensor(p) @ SIMPLEX_CORNERS).tolist(), strict=True):
        assert labels[name] == pytest.approx(place) or [place, list(labels[name])] in ends


def test_letters_in_markers_can_be_read():
    """WCAG 2.1 asks for a contrast of 4.5 : 1 for small letters."""
    for target in (None, [0, 1, 2]):
        drawn = plotting.plot_simplex(torch.eye(3), target, labels=["A", "B", "C"])
        markers = drawn.lines[-3:]
        letters = [text for text in drawn.texts if text.get_text() in "ABC"]
        for marker, letter in zip(markers, letters, strict=True):
            pair = sorted([luminance(marker.get_color()), luminance(letter.get_color())])
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


@pytest.mark.parametrize("target", [0, 1, 2])
def test_arrows_point_straight_at_the_true_class(target):
    (arrows,) = plotting.plot_descent_arrows(target).collections
    corner = plotting.simplex.SIMPLEX_CORNERS[target]
    way = corner - torch.as_tensor(arrows.get_offsets())
    arrow = torch.stack([torch.as_tensor(arrows.U), torch.as_tensor(arrows.V)], dim=1)
    torch.testing.assert_close(arrow, way, check_dtype=False, rtol=1e-4, atol=1e-5)


# ---------------------------------------------------------------------- regions


# ---------------------------------------------------------------------- show


@pytest.fixture
def displayed(monkeypatch):
    shown = []
    monkeypatch.setattr(plotting.style, "display", lambda data, raw: shown.append(data))
    return shown


class Images(HTMLParser):
    """Collects the attributes of each <img>."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes))


def test_show_refuses_a_picture_without_words(displayed):
    axes = plotting.canvas(1, 2)
    plotting.describe(axes[0], "the left one")
    with pytest.raises(ValueError, match="axes must have a description in words"):
        plotting.show(axes)
    assert not displayed


@each_helper
def test_show_emits_picture_and_words(displayed, name):
    drawn = CALLS[name][0]()
    assert plotting.show(drawn) is None
    (data,) = displayed
    assert data["text/plain"] == description(drawn)
    (image,) = Images(data["text/html"]).found
    assert image["alt"] == data["text/plain"]
    assert base64.b64decode(image["src"].partition("base64,")[2]).startswith(b"\x89PNG")


def test_show_escapes_the_words(displayed):
    words = 'a "quote", <b> & 1 < 2'
    plotting.show(plotting.describe(plotting.canvas(), words))
    (image,) = Images(displayed[0]["text/html"]).found
    assert image["alt"] == words


def test_the_same_figure_gives_the_same_bytes(displayed):
    for _ in range(2):
        plotting.show(plotting.plot_costs(RUNS))
    assert displayed[0] == displayed[1]


# ---------------------------------------------------------------------- colours for everyone

# Machado, Oliveira and Fernandes (2009), severity 1.0, applied to linear RGB.
VISION = {
    "full": torch.eye(3),
    "protanopia": torch.tensor(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": torch.tensor(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": torch.tensor(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
RGB_TO_XYZ = torch.tensor(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
RUN_COLORS = [color for color, _ in plotting.RUN_STYLES.values()]


def linear(color):
    rgb = torch.tensor(to_rgb(color))
    return torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(color, vision):
    """Return CIELAB coordinates (L, a, b) of a colour as seen with this vision."""
    seen = (VISION[vision] @ linear(color)).clamp(0, 1)
    x, y, z = (RGB_TO_XYZ @ seen / RGB_TO_XYZ.sum(dim=1)).clamp(min=0.0089) ** (1 / 3)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def luminance(color):
    return (RGB_TO_XYZ @ linear(color))[1].item()


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("colors", [plotting.CLASS_COLORS, RUN_COLORS], ids=["classes", "runs"])
def test_colours_are_told_apart(colors, vision):
    """A difference of 2.3 in CIELAB is just noticeable; ask for six times that."""
    for one, other in itertools.combinations(colors, 2):
        difference = (lab(one, vision) - lab(other, vision)).norm().item()
        assert difference > 14, f"{one} and {other}: {difference:.1f}"


@pytest.mark.parametrize(
    "color", [*plotting.CLASS_COLORS, *RUN_COLORS, plotting.OTHER_RUN[0], plotting.GREY]
)
def test_colours_stand_out_from_white(color):
    """WCAG 2.1 asks for a contrast of 3 : 1 for graphics."""
    assert 1.05 / (luminance(color) + 0.05) >= 3


def test_nothing_hangs_on_colour_alone():
    lines = [line for _, line in plotting.RUN_STYLES.values()]
    for styles in (plotting.CLASS_COLORS, plotting.CLASS_MARKERS, RUN_COLORS, lines):
        assert len(set(styles)) == len(styles) == 3
