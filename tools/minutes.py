"""How long a notebook takes, counted the same way for each of them: python tools/minutes.py

A notebook takes 180 words a minute, 20 seconds for a code cell, a minute for a prediction, and
what each exercise says that it takes. Hints and solutions are not counted. Under each notebook
stands the line for teaching/README.md, with the minutes of each section.
"""

import re
import textwrap
from pathlib import Path

import nbformat

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
EXERCISE = re.compile(r"\(about (\d+)\s+minutes\)")


def sections(notebook):
    """Return [heading, minutes] of the opening and of each section, in their order."""
    found = [["opening", 0.0]]
    for cell in notebook.cells:
        if "solution" in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "code":
            found[-1][1] += 20 / 60
            continue
        for text in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
            if text.startswith("## "):
                found.append([text.partition("\n")[0].removeprefix("## "), 0.0])
            exercises = sum(map(int, EXERCISE.findall(text)))
            found[-1][1] += len(text.split()) / 180 + text.count("**Predict first.**") + exercises
    return found


def spent(notebook):
    return sum(minutes for _, minutes in sections(notebook))


def line(notebook):
    """Return what teaching/README.md says about the notebook's minutes, to the nearest half."""
    parts = [f"{name} {max(1, round(2 * spent)) / 2:g}" for name, spent in sections(notebook)]
    return f"*Minutes:* {'; '.join(parts)}."


if __name__ == "__main__":
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}
    for stem, notebook in notebooks.items():
        words = sum(len(c.source.split()) for c in notebook.cells if c.cell_type == "markdown")
        print(f"\n{stem}: {words} words, {spent(notebook):.1f} minutes\n")
        print(textwrap.fill(line(notebook), 110, break_on_hyphens=False))
    print(f"\nall: {sum(map(spent, notebooks.values())):.1f} minutes")
