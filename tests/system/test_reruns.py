"""Any order that a student really uses: a cell twice, a notebook twice, alone, from a copy."""

import os
from pathlib import Path

import fold
import nbformat
import pytest
from one_kernel import begin, one_kernel

NOTEBOOKS = sorted((Path(__file__).parent.parent.parent / "notebooks").glob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A kernel in a folder with Korean letters and spaces, where the locale can spell them."""
    folder = tmp_path_factory.mktemp("course") / "내 공책 copy"
    try:
        os.fsencode(folder)
    except UnicodeEncodeError:
        folder = folder.with_name("a copy")
    folder.mkdir()
    with one_kernel(folder, allow_errors=True) as client:
        yield client


def seen(cell):
    """Return what a student sees below a cell; a widget has a new id each time."""
    found = []
    for output in fold.shown(cell):
        if output.output_type == "stream":
            found.append((output.name, output.text))
        elif output.output_type == "error":
            found.append((output.ename, output.evalue))
        else:
            shown = {mime: None if mime == WIDGET else data for mime, data in output.data.items()}
            found.append((output.output_type, shown))
    return found


def run(client, position):
    """Run one cell as it stands and return what it shows."""
    cell = client.nb.cells[position]
    client.execute_cell(cell, position)
    return seen(cell)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_cell_twice_then_the_notebook_again(path, client):
    notebook = nbformat.read(path, as_version=4)
    code = [place for place, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    stored = {place: seen(notebook.cells[place]) for place in code}
    begin(client, notebook)
    first, second = {}, {}
    for place in code:
        first[place] = run(client, place)
        second[place] = run(client, place)
    # But for cells that only draw: each picture has been drawn twice already.
    rest = [place for place in code if not notebook.cells[place].source.startswith("show(")]
    again = {place: run(client, place) for place in rest}

    problems = []
    for place in code:
        cell = notebook.cells[place]
        ignored = "nbval-ignore-output" in cell.metadata.get("tags", [])
        if first[place] != stored[place] and not ignored:
            problems.append(f"not as stored: {cell.source}")
        if second[place] != first[place]:
            problems.append(f"another output when run twice: {cell.source}")
        if again.get(place, first[place]) != first[place]:
            problems.append(f"another output in the second round: {cell.source}")
    assert not problems, "\n\n".join(problems)
