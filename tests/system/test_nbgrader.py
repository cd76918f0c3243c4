"""nbgrader with the course's own checks as tests: from the source to the scores."""

import os
import re
import subprocess
import sys
from pathlib import Path

import make_source
import nbformat
import pytest
from test_exercises import checks, tagged

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

ASSIGNMENT = "01_softmax"
NAIVE = """
def my_softmax(logits, dim):
    weights = logits.exp()
    return weights / weights.sum(dim=dim, keepdim=True)
"""


KILLING = """
def my_softmax(logits, dim):
    import os
    os._exit(1)
"""
BORROWED = "from lab06.losses import softmax as my_softmax"


def run(*command, course):
    """Run Python in the course directory, as with .venv activated and without own settings."""
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    home = str(course / "home")
    env = os.environ | {"PATH": tools, "JUPYTER_CONFIG_DIR": home, "JUPYTER_DATA_DIR": home}
    return subprocess.run(
        [sys.executable, *command], cwd=course, env=env, capture_output=True, text=True
    )


def succeed(*command, course):
    done = run(*command, course=course)
    assert done.returncode == 0, done.stdout + done.stderr


def notebook_in(course, *folders):
    return course.joinpath(*folders, ASSIGNMENT, f"{ASSIGNMENT}.ipynb")


def hand_in(course, student, answers, change=None):
    """Copy the released notebook, put answers into its stubs, and change its tests."""
    notebook = nbformat.read(notebook_in(course, "release"), as_version=4)
    for stub, answer in zip(tagged(notebook, "exercise"), answers, strict=True):
        stub.source = answer
    if change:
        tests = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
        change(notebook.cells, tests)
    path = notebook_in(course, "submitted", student)
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path


def cheat(cells, tests):
    for test in tests:
        test.source = "assert True  # never mind"


def paste(cells, tests):
    """Copy a cell with all that nbgrader knows about it."""
    copy = nbformat.from_dict(tests[0] | {"id": "pasted"})
    cells.insert(cells.index(tests[0]) + 1, copy)


def delete(cells, tests):
    cells.remove(tests[0])


def delete_exercise(cells, tests):
    del cells[cells.index(tests[0]) - 2]
    cells.remove(tests[0])


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course directory in which a class has been graded, with what students do to notebooks."""
    course = tmp_path_factory.mktemp("course")
    original = nbformat.read(ROOT / "notebooks" / f"{ASSIGNMENT}.ipynb", as_version=4)
    solutions = [make_source.code_of(cell) for cell in tagged(original, "solution")]
    succeed(str(ROOT / "tools" / "nbgrader" / "make_source.py"), str(course), course=course)
    succeed("-m", "nbgrader", "generate_assignment", ASSIGNMENT, course=course)
    hand_in(course, "borrowed", [BORROWED, *solutions[1:]], cheat)
    hand_in(course, "broken", solutions).write_text('{"cells": [', encoding="utf-8")
    hand_in(course, "copied", solutions, paste)
    hand_in(course, "emptied", solutions, delete_exercise)
    (course / "submitted" / "forgot" / ASSIGNMENT).mkdir(parents=True)
    hand_in(course, "killed", [KILLING, *solutions[1:]])
    path = hand_in(course, "renamed", solutions)
    path.rename(path.with_stem(f"{ASSIGNMENT} (1)"))
    hand_in(course, "wrong", [NAIVE, *solutions[1:]], delete)
    assert run("-m", "nbgrader", "autograde", ASSIGNMENT, course=course).returncode == 1
    return course


def scores(course, student):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        (notebook,) = book.find_submission(ASSIGNMENT, student).notebooks
        found = {grade.name: (grade.auto_score, grade.max_score) for grade in notebook.grades}
    book.engine.dispose()
    return found


# The scores of both exercises; None where nothing was graded.
SCORES = {
    "borrowed": (0, 1),
    "broken": (None, None),
    "copied": (1, 1),
    "emptied": (None, None),
    "killed": (0, 1),
    "renamed": (None, None),
    "wrong": (0, 1),
}


@pytest.mark.parametrize("student", SCORES)
def test_each_gets_what_is_due_whatever_the_others_did(course, student):
    one, other = SCORES[student]
    assert scores(course, student) == {
        "exercise-1-check": (one, 1),
        "exercise-2-check": (other, 1),
    }


def test_whoever_has_no_grade_is_listed_with_the_reason(course):
    done = run("ungraded.py", ASSIGNMENT, course=course)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "broken: NO GRADE: broken file: NotJSONError",
        "emptied: NO GRADE: not graded: is a stub gone with its check? "
        "nbgrader autograde says more",
        "forgot: NO GRADE: no notebook was handed in",
        "killed: graded, but exercise-1-check ended Python",
        f"renamed: NO GRADE: wrong name: rename {ASSIGNMENT} (1).ipynb to {ASSIGNMENT}.ipynb",
        f"{ASSIGNMENT}: 4 without a grade",
    ]


def test_the_graded_notebook_says_what_was_wrong(course):
    graded = notebook_in(course, "autograded", "wrong").read_text(encoding="utf-8")
    assert "Not yet. " in graded and "exp overflows" in graded


def test_students_get_the_stubs_of_the_course_and_no_solution(course):
    original = nbformat.read(ROOT / "notebooks" / f"{ASSIGNMENT}.ipynb", as_version=4)
    released = nbformat.read(notebook_in(course, "release"), as_version=4)
    assert [cell.source.rstrip("\n") for cell in tagged(released, "exercise")] == [
        cell.source for cell in tagged(original, "exercise")
    ]
    assert not tagged(released, "solution")
    for solution in tagged(original, "solution"):
        last_line = make_source.code_of(solution).splitlines()[-1].strip()
        assert not any(last_line in cell.source for cell in tagged(released, "exercise"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_exercise_becomes_a_solution_cell_and_a_locked_test(path):
    original = nbformat.read(path, as_version=4)
    source = make_source.make_source(original)
    exercises = tagged(original, "exercise")
    if not exercises:
        assert source is None
        return
    nbformat.validate(source)
    assert not tagged(source, "solution")
    assert len(source.cells) == len(original.cells) - len(exercises)
    graded = [cell for cell in source.cells if "nbgrader" in cell.metadata]
    assert len({cell.metadata.nbgrader.grade_id for cell in graded}) == len(graded)
    answers, tests = graded[::2], graded[1::2]
    solutions = tagged(original, "solution")
    for stub, solution, answer in zip(exercises, solutions, answers, strict=True):
        kinds = answer.metadata.nbgrader
        assert (kinds.grade, kinds.solution, kinds.locked) == (False, True, False)
        before, inside, after = re.split(r"\n### (?:BEGIN|END) SOLUTION\n?", answer.source)
        assert (before, inside, after) == (stub.source, make_source.code_of(solution), "")
    for check, test in zip(checks(original), tests, strict=True):
        kinds = test.metadata.nbgrader
        assert (kinds.grade, kinds.solution, kinds.locked) == (True, False, True)
        assert kinds.points == 1
        assert test.source.startswith("from lab06 import check\n")
        assert test.source.endswith("\nassert verdict")
        assert f"verdict = {check.source.splitlines()[-1]}" in test.source
        compile(test.source, path.name, "exec")
