"""List whom nbgrader could not grade, and why: its export gives them a zero without a word.

python ungraded.py ASSIGNMENT, in the course directory, compares what was handed in with what
`nbgrader autograde` made of it. The exit code is 1 if somebody has no grade.
"""

import sys
from pathlib import Path

import nbformat

ENDED = {
    "DeadKernelError": "ended Python",
    "CellTimeoutError": "did not end in time",
}


def reason(folder, name):
    """Say why a hand-in has not been graded."""
    found = sorted(path.name for path in folder.glob("*.ipynb"))
    if not found:
        return "no notebook was handed in"
    if name not in found:
        return f"wrong name: rename {' or '.join(found)} to {name}"
    try:
        nbformat.read(folder / name, as_version=4)
    except Exception as error:
        return f"broken file: {type(error).__name__}"
    return "not graded: is a stub gone with its check? nbgrader autograde says more"


def remarks(graded):
    """List the cells that were stopped: a grade alone would not show them."""
    for cell in nbformat.read(graded, as_version=4).cells:
        for output in cell.get("outputs", []):
            if output.get("ename") in ENDED:
                yield f"{cell.get('id', 'a cell')} {ENDED[output.ename]}"


def main(assignment):
    """Return how many students have no grade."""
    course = Path(__file__).parent
    ungraded = 0
    for folder in sorted(course.glob(f"submitted/*/{assignment}")):
        student, name = folder.parent.name, f"{assignment}.ipynb"
        graded = course / "autograded" / student / assignment / name
        if graded.exists():
            lines = [f"graded, but {each}" for each in remarks(graded)]
        else:
            lines = [f"NO GRADE: {reason(folder, name)}"]
            ungraded += 1
        for line in lines:
            print(f"{student}: {line}")
    print(f"{assignment}: {ungraded} without a grade")
    return ungraded


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python ungraded.py ASSIGNMENT")
    sys.exit(main(sys.argv[1]) > 0)
