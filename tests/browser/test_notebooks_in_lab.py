"""Every notebook in a real JupyterLab: Run All, and for one of them Run All once more."""

from pathlib import Path

import nbformat
import pytest
from served import ROOT, Notebook

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def count_explorers(path):
    """Count the widgets among the stored outputs."""
    view = "application/vnd.jupyter.widget-view+json"
    cells = nbformat.read(path, 4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return sum(view in output.get("data", {}) for output in outputs)


def run_all(notebook, path):
    notebook.run_all()
    assert notebook.errors() == []
    explorers = notebook.page.locator(".lab06")
    notebook.page.wait_for_function(
        "(count) => document.querySelectorAll('.lab06').length === count",
        arg=count_explorers(path),
    )
    for index in range(explorers.count()):
        words = explorers.nth(index).locator("[role=img]").get_attribute("aria-label")
        assert len(words) > 40
    assert notebook.complaints == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_run_all(path: Path, page, lab):
    notebook = Notebook(page, lab, path.stem)
    run_all(notebook, path)
    if path.stem == "01_softmax":  # in the same kernel, with an explorer that is there already
        run_all(notebook, path)


def test_every_kind_of_explorer_is_in_the_course():
    assert sum(count_explorers(path) for path in NOTEBOOKS) == 9
