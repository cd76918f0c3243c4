"""What a front end gets of an explorer: the view, and its still picture."""

import ipywidgets
from IPython.core.formatters import DisplayFormatter

from lab06.explore import VIEW, SoftmaxExplorer


def test_ipython_hands_over_the_view_and_the_still_picture():
    """ipywidgets 7 alone would hand over neither, and display the view itself."""
    data, _ = DisplayFormatter().format(SoftmaxExplorer())
    assert {VIEW, "text/html", "text/plain"} <= set(data)


def test_the_view_holds_the_still_picture_and_the_explorer():
    """Which of the two is seen, the style sheet decides: tests/browser/test_policy.py."""
    explorer = SoftmaxExplorer()
    data, _ = explorer._repr_mimebundle_()
    name = f"IPY_MODEL_{data[VIEW]['model_id']}"
    still, live = ipywidgets.widget_serialization["from_json"](name, None).children
    assert live is explorer and still.value == data["text/html"]
