"""List what nbgrader could not grade and why, or what it restored, before somebody gets a zero.

python tools/nbgrader/ungraded.py COURSE ASSIGNMENT looks at what was handed in and at what
`nbgrader autograde` made of it. Its exit code is 1 if somebody has no grade.
"""

import sys
from pathlib import Path

import nbformat

ENDED = {
    "DeadKernelError": "its cell ended Python",
    "CellTimeoutError": "its cell did not end in time",
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
    return "not graded: run nbgrader autograde, and read what it says about this student"


def remarks(graded):
    """List what a grade should not hide: exercises that were ended, or have lost their check."""
    for cell in nbformat.read(graded, as_version=4).cells:
        place = cell.metadata.get("nbgrader", {}).get("grade_id", "another cell")
        for output in cell.get("outputs", []):
            if output.output_type == "error" and output.ename in ENDED:
                yield f"{place}: {ENDED[output.ename]}"


def main(course, assignment):
    """Return how many students have no grade."""
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
    print(f"{ungraded} of {assignment} without a grade")
    return ungraded


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python tools/nbgrader/ungraded.py COURSE ASSIGNMENT")
    sys.exit(min(1, main(Path(sys.argv[1]), sys.argv[2])))
