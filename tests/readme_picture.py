"""Write the README's picture from the stored output of its notebook. Run by `make notebooks`."""

import base64
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "images" / "three_runs.png"


def stored_picture():
    """Return the PNG that stands in notebook 07 under the curves with the yardstick."""
    path = ROOT / "notebooks" / "07_cost_curves_side_by_side.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and '"cost", "cross_entropy"' in cell.source:
            return base64.b64decode(cell.outputs[-1].data["image/png"])
    raise LookupError(f"no cell of {path.name} draws cost and cross_entropy")


if __name__ == "__main__":
    PICTURE.write_bytes(stored_picture())
