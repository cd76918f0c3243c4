"""Write the README's picture from the stored output of its notebook. Run by `make notebooks`."""

import base64
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / ".github" / "three_runs.png"


def stored_picture():
    """Return the PNG of the three published cost curves in notebook 00."""
    path = ROOT / "notebooks" / "00_start_here.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "plot_costs(runs)" in cell.source:
            png = re.search(r"base64,([^\"]+)", cell.outputs[-1].data["text/html"]).group(1)
            return base64.b64decode(png)
    raise LookupError(f"no cell of {path.name} draws the three runs")


if __name__ == "__main__":
    PICTURE.write_bytes(stored_picture())
