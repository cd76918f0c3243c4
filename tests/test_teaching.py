"""teaching/README.md against the notebooks: their titles, their minutes, and every figure."""

import re

import minutes
import nbformat
import pytest
from test_notebooks import (
    EXEMPT,
    FOLDER,
    NOTEBOOKS,
    is_computed,
    markdown,
    numbers_claimed,
    numbers_printed,
)

TEXT = (FOLDER.parent / "teaching" / "README.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
PLAN = dict(zip([path.stem for path in NOTEBOOKS], SECTIONS, strict=True))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    notebook = nbformat.read(request.param, as_version=4)
    notebook.stem = request.param.stem
    return notebook


def test_title_and_minutes_are_those_of_the_notebook(notebook):
    number, title, stated = re.match(
        r"(\d\d) (.+) \((\d+) minutes\)\n", PLAN[notebook.stem]
    ).groups()
    opening = markdown(notebook)[0].source
    assert opening.startswith(f"# {number} · {title}\n")
    assert f"**Time:** about {stated} minutes." in opening


def test_minutes_of_the_sections_are_those_counted(notebook):
    assert minutes.line(notebook) in " ".join(PLAN[notebook.stem].split())


def test_the_two_hour_path_adds_up():
    stated = [int(re.search(r"\((\d+) minutes\)", PLAN[NOTEBOOKS[n].stem])[1]) for n in (0, 7, 8)]
    wall = dict(minutes.sections(nbformat.read(NOTEBOOKS[10], 4)))["One page for the wall"]
    assert "({}, {}, {} and {:.0f} minutes)".format(*stated, wall) in TEXT
    assert 100 < sum(stated) + wall <= 120


def test_each_notebook_has_an_aim_two_questions_and_mistakes(notebook):
    head, questions, mistakes = re.split(
        r"^\*\*(?:Ask the room|Expect)\*\*$", PLAN[notebook.stem], flags=re.MULTILINE
    )
    assert "**Aim.** " in head
    assert re.findall(r"^(\d)\. \*.+", questions, flags=re.MULTILINE) == ["1", "2"]
    assert len(re.findall(r"^- ", mistakes, flags=re.MULTILINE)) >= 2


def test_every_figure_is_printed_by_the_notebook(notebook):
    known, printed = EXEMPT.get(notebook.stem, {}), numbers_printed(notebook)
    _, _, text = PLAN[notebook.stem].partition("\n")
    text = re.sub(r"^\*Minutes:\*.*?\n\n", "", text, flags=re.MULTILINE | re.DOTALL)
    missing = [
        written
        for written, value, half_digit in numbers_claimed(text)
        if written not in known and not is_computed(value, half_digit, printed)
    ]
    assert not missing


def test_readme_leads_here():
    assert "(teaching/README.md)" in (FOLDER.parent / "README.md").read_text(encoding="utf-8")
