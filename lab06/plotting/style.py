"""The style of all pictures, and how one of them reaches the page with its description."""

import base64
import html
import io
import logging
import math

from IPython.display import display

# Where the home folder is read-only or new, matplotlib says so on stderr, under a notebook's first
# cell, and works all the same. To keep that out, the filter must be there before the import:
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
from matplotlib.text import Text  # noqa: E402
from PIL import Image  # noqa: E402

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
}
STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#E4E4E4",
}
LEAST_LETTERS = 8 * 72 / 366  # points per inch of width: 8 pixels in a column of 366
MARGIN = 0.12  # inches around a figure, so that it ends nowhere near its words on a dark page


def canvas(rows=1, columns=1, *, width=6.4, height=3.6, **subplots):
    """Make axes in the course's style: one, or an array of them, for helpers to draw on.

    width, height: size of the whole figure in inches; one inch is 100 pixels on the page.
    subplots: passed on to matplotlib's `Figure.subplots`, for instance `sharey=True`.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
        across, up = MARGIN / width, MARGIN / height
        figure.get_layout_engine().set(rect=(across, up, 1 - 2 * across, 1 - 2 * up))
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
    """Return what `show` displays, as a dict from MIME type to content.

    The picture is part of HTML, since JupyterLab shows no alternative text for a bare image/png.
    """
    figure = getattr(axes, "flat", [axes])[0].figure
    missing = [ax for ax in figure.axes if not hasattr(ax, "description")]
    if missing:
        raise ValueError("axes must have a description in words: call describe(ax, '...') first")
    words = " ".join(ax.description for ax in figure.axes if ax.description)
    for text in figure.findobj(Text):
        text.set_fontsize(max(text.get_fontsize(), LEAST_LETTERS * figure.get_figwidth()))
    sheet, file = FigureCanvasAgg(figure), io.BytesIO()
    sheet.draw()
    drawn = Image.frombuffer("RGBA", sheet.get_width_height(), sheet.buffer_rgba())
    # 256 colours look the same in half the bytes.
    drawn.convert("RGB").quantize(256).save(file, "png")
    png = base64.b64encode(file.getvalue()).decode()
    width = round(100 * figure.get_figwidth())
    image = f'<img src="data:image/png;base64,{png}" width="{width}" alt="{html.escape(words)}">'
    return {"text/html": image, "text/plain": words}


def label_ends(ax, ends):
    """Write texts beside the right ends of their lines, moved up where they would overlap.

    ends: list of (height in data units, text, colour).
    """
    ax.autoscale_view()  # settles the limits, from which the heights are computed
    to_axes = ax.transData + ax.transAxes.inverted()  # heights from 0 to 1, also on a log scale
    line = 0.06 * 3.6 / ax.figure.get_figheight()  # height of one line of text
    taken = -math.inf
    for height, text, color in sorted(ends):
        half = line * (text.count("\n") + 1) / 2
        at = max(to_axes.transform((0, height))[1], taken + half)
        taken = at + half
        ax.text(1.02, at, text, transform=ax.transAxes, color=color, va="center")


def digits(value, places):
    """Write a number with so many decimals or as a power of ten, as `digits` in shared.js does."""
    size = abs(value)
    if math.isfinite(value) and (size >= 1e5 or 0 < size < 0.5 * 10**-places):
        number, power = f"{value:.2e}".split("e")
        return f"{number}e{int(power)}".replace("-", "−")
    return f"{value + 0.0:.{places}f}".replace("-", "−")  # + 0.0 makes -0.0 plain 0.0


def precise(value):
    """Write a probability, slope or logit as `precise` in shared.js does."""
    size = abs(value)
    if 0.9995 <= size < 1:
        return ">0.999" if value > 0 else "<−0.999"
    return f"{value:#.3g}".replace("-", "−") if 0.0005 <= size < 0.1 else digits(value, 3)
