"""The course's pictures. Each function takes an optional `ax` and returns the axes it drew on.

`show(ax)` puts the finished figure under a notebook cell, with a description in words for
readers who cannot see it. Each helper writes that description from the data it draws.

The same thing looks the same in every notebook: a class has one colour and one marker, a
published run one colour and one line style; a run's own cost is solid, the yardstick dashed
(`style.py`). `runs.py` draws what `lab06.training` records, a `History`.
Colour-blind readers can tell the colours apart, and no meaning depends on colour alone.

Letters in shapes: N samples, C classes, E epochs.
"""

from lab06.plotting.curves import (
    plot_against_scale,
    plot_bars,
    plot_cost_and_gradient,
    plot_curves,
    plot_neg_log,
    plot_shares,
)
from lab06.plotting.penguins import (
    plot_confusion,
    plot_scatter,
    plot_sweep,
    plot_weights,
)
from lab06.plotting.runs import (
    plot_cost_against_yardstick,
    plot_costs,
    plot_logged_costs,
    plot_side_by_side,
)
from lab06.plotting.simplex import (
    plot_descent_arrows,
    plot_simplex,
    plot_squashed_simplex,
)
from lab06.plotting.style import (
    CLASS_COLORS,
    CLASS_MARKERS,
    CURVE_COLORS,
    GREY,
    OTHER_RUN,
    QUANTITIES,
    RUN_STYLES,
    canvas,
    describe,
    picture,
    show,
)
