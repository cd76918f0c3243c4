"""The exercises in the notebooks: hints and solutions in place, and no solution that has rotted."""

import copy
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from one_kernel import begin, one_kernel

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
CHECK = re.compile(r"^check\.\w+\(", re.MULTILINE)


@pytest.fixture(params=NOTEBOOKS[1:], ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def checks(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell for cell in code if CHECK.search(cell.source)]


def printed(cell):
    assert [output.output_type for output in cell.outputs] == ["execute_result"], cell.source
    return cell.outputs[0].data["text/plain"]


def solution_of(cell):
    """Take the code out of a cell of hints and a solution."""
    fences = re.findall(r"^```python\n(.*?)^```", cell.source, flags=re.MULTILINE | re.DOTALL)
    return fences[-1].rstrip()


def solve(notebook):
    """Return the notebook with each solution in place of its stub."""
    solved = copy.deepcopy(notebook)
    for stub, solution in zip(tagged(solved, "exercise"), tagged(solved, "solution"), strict=True):
        stub.source = solution_of(solution)
    return solved


def test_each_exercise_has_stub_check_two_hints_and_solution(notebook):
    stubs, solutions = tagged(notebook, "exercise"), tagged(notebook, "solution")
    assert len(stubs) == len(solutions) == len(checks(notebook)) >= 2
    for stub, check, solution in zip(stubs, checks(notebook), solutions, strict=True):
        places = [notebook.cells.index(cell) for cell in (stub, check, solution)]
        assert places == [places[0], places[0] + 2, places[0] + 3]
        assert "..." in stub.source
        titles = re.findall(r"<details><summary>(.*?)</summary>", solution.source)
        assert len(titles) == 3 and titles[-1] == "Solution"
        assert titles[0].startswith("Hint 1") and titles[1].startswith("Hint 2")
        assert solution.source.count("</details>") == 3
        assert "```" not in solution.source.partition("<summary>Solution")[0]
        lead = notebook.cells[places[0] - 1].source
        assert re.search(r"\(about \d+ minutes\)\s*$", lead), lead


def test_untouched_every_check_says_not_attempted(notebook):
    # nbval runs the notebooks as they are; what is stored is what a check says.
    for cell in checks(notebook):
        assert printed(cell).startswith("Not attempted yet")


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_solutions_are_written_as_the_lesson_is(notebook, command):
    ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", "solved.ipynb", "-"]
    text = nbformat.writes(solve(notebook))
    done = subprocess.run(ruff, cwd=FOLDER, input=text, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def client():
    with one_kernel(FOLDER) as client:
        yield client


def test_solved_every_check_says_right(notebook, client):
    solved = solve(notebook)
    begin(client, solved)
    for place, cell in enumerate(solved.cells):
        client.execute_cell(cell, place)
    for cell in checks(solved):
        assert printed(cell).startswith("Right."), printed(cell)
