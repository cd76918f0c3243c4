"""What the tests of the notebooks' claims share: the sentences, and the eight points."""

from functools import cache
from pathlib import Path

import nbformat
import torch

FOLDER = Path(__file__).parent.parent / "notebooks"
X = torch.tensor(
    [[1, 2, 1, 1], [2, 1, 3, 2], [3, 1, 3, 4], [4, 1, 5, 5],
     [1, 7, 5, 5], [1, 2, 5, 6], [1, 6, 6, 6], [1, 7, 7, 7]], dtype=torch.float64,
)  # fmt: skip
Y = torch.tensor([2, 2, 2, 1, 1, 1, 0, 0])


@cache
def cells(number):
    (path,) = FOLDER.glob(f"{number}_*.ipynb")
    return nbformat.read(path, as_version=4).cells


@cache
def prose(number):
    """The notebook's Markdown as one line."""
    return " ".join(" ".join(c.source for c in cells(number) if c.cell_type == "markdown").split())


def says(number, *sentences):
    for sentence in sentences:
        assert sentence in prose(number), sentence
