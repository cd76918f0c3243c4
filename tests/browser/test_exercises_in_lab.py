"""The checks of the exercises in a real JupyterLab, at 800 pixels."""

import pytest
from served import Notebook

ENDLESS = [
    "from lab06 import check",
    "def endless(logits, dim):\n    print('on it')\n    while True:\n        pass",
    "answer = check.softmax(endless)\nanswer",
    "bool(answer)",
]
WRONG = [
    "import torch\nfrom lab06 import check",
    "check.softmax(lambda logits, dim: torch.softmax(logits, 0))",
]


@pytest.fixture
def narrow(page):
    page.set_viewport_size({"width": 800, "height": 900})
    return page


def test_the_stop_button_ends_an_endless_answer_and_the_check_says_so(narrow, lab):
    lab.write("endless", ENDLESS)
    notebook = Notebook(narrow, lab, "endless")
    notebook.run_cell(0)
    notebook.run_cell(1)
    notebook.start_cell(2)
    narrow.locator(".jp-OutputArea-output").filter(has_text="on it").wait_for()
    notebook.menu("Kernel", "Interrupt Kernel")
    notebook.wait_until_idle()
    _, words = narrow.locator(".jp-OutputArea-output").all_inner_texts()
    assert words.startswith("Not yet. You stopped it:")
    assert notebook.run_cell(3) == ["False"]  # the kernel goes on, and no error was raised
    assert notebook.errors() == []


def test_the_longest_answers_fit_800_pixels(narrow, lab):
    lab.write("wrong", WRONG)
    notebook = Notebook(narrow, lab, "wrong")
    notebook.run_all()
    answer = narrow.locator(".jp-OutputArea-output pre")
    assert answer.inner_text().startswith(
        "Not yet. For logits = [[2, 1], [0, 3], [0.5, 0]], dim = 1"
    )
    assert answer.evaluate("e => e.scrollWidth <= e.clientWidth")
    box = answer.bounding_box()
    assert box["x"] + box["width"] <= 800
