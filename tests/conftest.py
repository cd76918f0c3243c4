"""What the tests of the pages share, those in a browser and those without."""

from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """The pages of the whole course, as the notebooks stand: with their stored outputs."""
    import export  # here, since most tests do without

    here = tmp_path_factory.mktemp("course")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "execute", lambda path, notebook: None)
        export.export(sorted(NOTEBOOKS.glob("*.ipynb")), here)
    return here
