"""What several tests share."""

from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
PINS = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(autouse=True)
def words_of_pytorch(monkeypatch):
    """Compare tests/diagnoses.md with the pinned PyTorch alone: its error texts stand in there."""
    if f"torch=={torch.__version__.partition('+')[0]}" not in PINS:
        monkeypatch.setattr("diagnoses.section", lambda *arguments: "")


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """The pages of the whole course, as the notebooks stand: with their stored outputs."""
    import export  # here, since most tests do without

    here = tmp_path_factory.mktemp("course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "execute", lambda path, notebook: None)
        export.export(sorted(NOTEBOOKS.glob("*.ipynb")), here)
    return here
