"""Each kind of explorer, in its notebook in a real JupyterLab: Run All, and in one once more."""

import re
from pathlib import Path

import nbformat
import pytest
from served import ROOT, Notebook

from lab06 import explore

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FOLDED = ROOT / "notebooks" / "04_train_low_level.ipynb"


def count_explorers(path):
    """Count the widgets among the stored outputs."""
    view = "application/vnd.jupyter.widget-view+json"
    cells = nbformat.read(path, 4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return sum(view in output.get("data", {}) for output in outputs)


def kinds_of_explorers(path):
    return set(re.findall(r"from lab06\.explore import (\w+)", path.read_text(encoding="utf-8")))


def one_for_each_kind():
    """Return each notebook with a kind of explorer that neither FOLDED nor one before it has."""
    seen, found = kinds_of_explorers(FOLDED), []
    for path in NOTEBOOKS:
        if kinds_of_explorers(path) - seen:
            found.append(path)
            seen |= kinds_of_explorers(path)
    return found


def run_all(notebook, path):
    notebook.run_all()
    assert notebook.errors() == []
    explorers = notebook.page.locator(".lab06")
    notebook.page.wait_for_function(
        "(count) => document.querySelectorAll('.lab06').length === count",
        arg=count_explorers(path),
    )
    for index in range(explorers.count()):
        words = explorers.nth(index).locator(".lab06-picture").get_attribute("aria-label")
        assert len(words) > 40
    assert notebook.complaints == []


def test_what_answers_a_prediction_is_folded_until_it_is_run(page, lab):
    code = [cell for cell in nbformat.read(FOLDED, 4).cells if cell.cell_type == "code"]
    folded = [n for n, cell in enumerate(code) if "jupyter" in cell.metadata]
    number = next(n for n in folded if code[n].outputs[-1].output_type == "stream")
    notebook = Notebook(page, lab, FOLDED.stem)
    below = page.locator(".jp-CodeCell").nth(number).locator(".jp-Cell-outputWrapper")
    assert below.locator(".jp-MoreHorizIcon").is_visible() and below.inner_text().strip() == ""
    run_all(notebook, FOLDED)
    below.scroll_into_view_if_needed()
    below.get_by_text(code[number].outputs[1].text.strip(), exact=True).wait_for()


@pytest.mark.parametrize("path", one_for_each_kind(), ids=lambda path: path.stem)
def test_run_all(path: Path, page, lab):
    notebook = Notebook(page, lab, path.stem)
    run_all(notebook, path)
    if path.stem == "01_softmax":  # in the same kernel, with an explorer that is there already
        run_all(notebook, path)


def test_every_kind_of_explorer_is_in_the_course():
    own = {name for name, kind in vars(explore).items() if is_explorer(kind)}
    assert own == set.union(*map(kinds_of_explorers, NOTEBOOKS))


def is_explorer(kind):
    return isinstance(kind, type) and issubclass(kind, explore._Explorer) and "_esm" in vars(kind)
