"""Make a course directory for nbgrader from the notebooks that have exercises.

python tools/nbgrader/make_source.py FOLDER writes FOLDER/source/, one assignment for each notebook.
Run again, it writes source/ anew and leaves the settings and what students handed in alone.
"""

import re
import shutil
import sys
from pathlib import Path

import nbformat

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parent.parent / "notebooks"
POINTS = 1  # for each exercise


def make_source(notebook):
    """Return the instructor's version of a notebook, or None if it has no exercise."""
    notebook = nbformat.from_dict(notebook)  # a copy
    stubs = [place for place, cell in enumerate(notebook.cells) if has_tag(cell, "exercise")]
    for place in stubs:
        stub, _, check, solution = notebook.cells[place : place + 4]
        stub.source += f"\n### BEGIN SOLUTION\n{code_of(solution)}\n### END SOLUTION"
        stub.metadata.nbgrader = properties(stub, solution=True)
        check.source = as_test(check.source)
        check.metadata.nbgrader = properties(check, grade=True, locked=True, points=POINTS)
    notebook.cells = [cell for cell in notebook.cells if not has_tag(cell, "solution")]
    return notebook if stubs else None


def has_tag(cell, tag):
    return tag in cell.metadata.get("tags", [])


def properties(cell, **others):
    """Return what nbgrader wants to know about a cell."""
    common = {"schema_version": 3, "grade_id": cell.id, "task": False}
    return common | {"grade": False, "solution": False, "locked": False} | others


def code_of(solution):
    """Take the code out of a cell of hints and a solution."""
    fences = re.findall(r"^```python\n(.*?)^```", solution.source, flags=re.MULTILINE | re.DOTALL)
    return fences[-1].rstrip()


def as_test(source):
    """Let a cell that ends with a check say the same by itself, and fail unless it is right."""
    call = re.search(r"^check\.\w+\(.*\)\Z", source, flags=re.MULTILINE)[0]
    return f"from lab06 import check\n\nverdict = {call}\nprint(verdict)\nassert verdict"


def main(folder):
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        source = make_source(nbformat.read(path, as_version=4))
        if source is not None:
            assignment = folder / "source" / path.stem
            assignment.mkdir(parents=True, exist_ok=True)
            nbformat.write(source, assignment / path.name)
            print(f"source/{path.stem}")
    shutil.copy(HERE / "ungraded.py", folder)
    if not (folder / "nbgrader_config.py").exists():
        shutil.copy(HERE / "nbgrader_config.py", folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/nbgrader/make_source.py FOLDER")
    main(Path(sys.argv[1]))
