"""teaching/class.md against the notebooks: plans that add up and fit."""

import re
from pathlib import Path

import nbformat
import pytest
from minutes import EXERCISE
from test_notebooks import NOTEBOOKS, markdown

TEXT = (Path(__file__).parent.parent / "teaching" / "class.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (.+?) \| ([\d, ]+) \| (\d+) \| (\d+) \| (\d+) \|$", flags=re.MULTILINE)
MEETINGS = [
    (plan, numbers.split(", "), *map(int, minutes)) for plan, numbers, *minutes in ROW.findall(TEXT)
]


def minutes_of(number):
    """Return what a notebook states: its minutes, and those of its exercises among them."""
    (path,) = (path for path in NOTEBOOKS if path.stem.startswith(number))
    cells = [cell.source for cell in markdown(nbformat.read(path, as_version=4))]
    stated = int(re.search(r"\*\*Time:\*\* about (\d+) minutes\.", cells[0])[1])
    exercises = "\n".join(cells).partition("\n## Exercises\n")[2]
    return stated, sum(map(int, EXERCISE.findall(exercises)))


def test_there_are_four_plans():
    meetings = [plan.partition(":")[0] for plan, *_ in MEETINGS]
    assert [meetings.count(plan) for plan in dict.fromkeys(meetings)] == [1, 1, 2, 7]
    assert len(TEXT.split("\n| plan |")[1].partition("\n\n")[0].splitlines()) == 2 + len(MEETINGS)


@pytest.mark.parametrize("plan, numbers, stated, at_home, in_class", MEETINGS)
def test_a_meeting_adds_up_and_fits(plan, numbers, stated, at_home, in_class):
    notebooks, exercises = map(sum, zip(*map(minutes_of, numbers), strict=True))
    assert stated == notebooks and at_home in (0, exercises)
    assert in_class == stated - at_home <= int(re.search(r"(\d+) min", plan)[1])


def test_seven_meetings_take_00_to_10_in_order():
    seven = [number for plan, numbers, *_ in MEETINGS if plan.startswith("7") for number in numbers]
    assert seven == [path.stem[:2] for path in NOTEBOOKS[:11]]
