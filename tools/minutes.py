"""How long a notebook takes, counted the same way for each of them: python tools/minutes.py

A notebook takes 180 words a minute, 20 seconds for a code cell, a minute for a prediction, and
what each exercise says that it takes. Hints and solutions are not counted.
"""

import re
from pathlib import Path

import nbformat

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
EXERCISE = re.compile(r"\(about (\d+)\s+minutes\)")


def words(cell):
    return len(cell.source.split()) if cell.cell_type == "markdown" else 0


def minutes(cell):
    """Return how many minutes a cell takes, a float."""
    if "solution" in cell.metadata.get("tags", []):
        return 0.0
    if cell.cell_type == "code":
        return 20 / 60
    exercises = sum(map(int, EXERCISE.findall(cell.source)))
    return words(cell) / 180 + cell.source.count("**Predict first.**") + exercises


def sections(notebook):
    """Return (heading, minutes) for the opening and for each section of a notebook.

    A cell that holds several headings is split among them.
    """
    found = []
    for cell in notebook.cells:
        parts = [cell]
        if cell.cell_type == "markdown":
            texts = re.split(r"^(?=##? )", cell.source, flags=re.MULTILINE)
            parts = [nbformat.from_dict({**cell, "source": text}) for text in texts if text]
        for part in parts:
            heading = re.match(r"##? (.+)", part.source) if cell.cell_type == "markdown" else None
            if heading:
                found.append([heading[1], 0.0])
            found[-1][1] += minutes(part)
    return found


if __name__ == "__main__":
    total = 0
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        spent = sum(map(minutes, notebook.cells))
        total += spent
        print(f"{path.stem}: {sum(map(words, notebook.cells))} words, {spent:.0f} minutes")
        for heading, part in sections(notebook):
            print(f"    {part:4.1f}  {heading}")
    print(f"all: {total:.0f} minutes")
