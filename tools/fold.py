"""Fold in every notebook what answers a prediction, until its cell is run: part of make notebooks.

JupyterLab opens a folded output once its cell is run. Until then it shows the first line of the
cell's first output, which is often the answer: so an empty output stands before it.
"""

from pathlib import Path

import nbformat

QUESTION, ANSWER = "**Predict first.**", "<summary>Answer"
FOLDED = {"outputs_hidden": True}
EMPTY = {"output_type": "display_data", "data": {}, "metadata": {}}


def answering(cells):
    """Return the code cells between each question and its answer; without an answer, the next one.

    A cell that holds both, asks nothing.
    """
    found = []
    for place, cell in enumerate(cells):
        if cell.cell_type != "markdown" or QUESTION not in cell.source or ANSWER in cell.source:
            continue
        between, answered = [], False
        for later in cells[place + 1 :]:
            if later.cell_type == "code":
                between.append(later)
            elif ANSWER in later.source or QUESTION in later.source:
                answered = ANSWER in later.source
                break
        found += between if answered else between[:1]
    return found


def shown(cell):
    """Return the outputs of a code cell without the empty one that folding puts before them."""
    return [output for output in cell.outputs if output != EMPTY]


def fold(notebook):
    """Fold these cells of the notebook, in place, and no others."""
    for cell in notebook.cells:
        if cell.metadata.get("jupyter") == FOLDED:
            del cell.metadata["jupyter"]
        if cell.cell_type == "code":
            cell.outputs = shown(cell)
    for cell in answering(notebook.cells):
        cell.metadata["jupyter"] = dict(FOLDED)
        if cell.outputs:
            cell.outputs.insert(0, nbformat.from_dict(EMPTY))


if __name__ == "__main__":
    for path in sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        fold(notebook)
        nbformat.write(notebook, path)
