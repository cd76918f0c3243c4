"""What `make handout` writes: all of the course but the solutions, and nothing that ran."""

import sys
from pathlib import Path

import nbformat
import pytest
from test_environment import make
from test_exercises import checks, tagged

NOTEBOOKS = sorted((Path(__file__).parent.parent.parent / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handout")
    python = f'"{Path(sys.executable).as_posix()}"'  # quoted: the path may have spaces
    # -o: with another Python than .venv's, there is no environment to set up.
    make("-o", ".venv/lab.stamp", "handout", f"PY={python}", f"HANDOUT={folder.as_posix()}")
    return folder


def test_all_notebooks_are_handed_out(handout):
    names = [path.name for path in NOTEBOOKS]
    assert sorted(path.name for path in handout.iterdir()) == names and len(names) >= 11


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_solutions_and_outputs_are_gone(handout, path):
    original = nbformat.read(path, as_version=4)
    text = (handout / path.name).read_text(encoding="utf-8")
    handed_out = nbformat.reads(text, as_version=4)
    nbformat.validate(handed_out)
    assert not tagged(handed_out, "solution")
    assert "<summary>Solution" not in text and "<summary>Hint" not in text
    kept = [cell for cell in original.cells if "solution" not in cell.metadata.get("tags", [])]
    for before, after in zip(kept, handed_out.cells, strict=True):
        for part in ("id", "cell_type", "metadata", "source"):
            assert before[part] == after[part], before.id
        if after.cell_type == "code":
            assert after.outputs == [] and after.execution_count is None
    assert len(tagged(handed_out, "exercise")) == len(tagged(original, "solution"))
    assert len(checks(handed_out)) == len(checks(original)) == len(tagged(original, "solution"))
