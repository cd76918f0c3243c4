"""The first cell of the course where something is missing: it says what, and how to mend it."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOK = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
CELL = next(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "code")
STEPS = next(cell.source for cell in NOTEBOOK.cells if "<summary>Steps" in cell.source)

BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            raise {error}
sys.meta_path.insert(0, Block())
"""
OLD_TORCH = "import torch; torch.__version__ = type(torch.__version__)('2.5.1+cpu')"
OLD_PYTHON = "import sys; sys.version_info = (3, 10); sys.version = '3.10.13 (main)'"


def without(name):
    """Return code that hides a package as if it had never been installed."""
    return BLOCK.format(name=name, error=f"ModuleNotFoundError({f'No module named {name!r}'!r})")


def run(before):
    """Run the cell after the code `before`, in a fresh Python, and return the lines it prints."""
    command = [sys.executable, "-c", f"{before}\n{CELL}"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.splitlines()


def test_a_right_environment_is_ready():
    first, *versions = run("")
    assert first == "Everything is there." and len(versions) == 3


@pytest.mark.parametrize(
    ("before", "problem"),
    [
        (without("torch"), "No module named 'torch'"),
        (without("lab06"), "No module named 'lab06'"),
        (without("anywidget"), "No module named 'anywidget'"),
        (without("matplotlib"), "No module named 'matplotlib'"),
        (BLOCK.format(name="torch", error="OSError('no c10.dll')"), "no c10.dll"),
        (OLD_TORCH, "PyTorch 2.5.1+cpu is older than 2.13"),
        (OLD_PYTHON, "Python 3.10.13 is older than 3.11"),
    ],
    ids=["torch", "lab06", "anywidget", "matplotlib", "broken torch", "old torch", "old Python"],
)
def test_a_wrong_environment_is_named_with_its_mend(before, problem):
    first, where, mend, *_ = run(before)
    assert first == f"Not ready: {problem}"
    assert sys.prefix in where
    assert "Kernel > Change Kernel" in mend


def test_an_old_python_can_read_the_cell():
    ast.parse(CELL, feature_version=(3, 7))


def test_the_cell_asks_for_what_the_package_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least = re.search(r"version_info >= \((\d+), (\d+)\)", CELL).groups()
    assert project["requires-python"] == f">={'.'.join(least)}"
    least = re.search(r'\bversion >= "([\d.]+)"', CELL)[1]
    assert any(wanted.startswith(f"torch>={least},") for wanted in project["dependencies"])


def test_the_steps_are_those_of_the_readme():
    (steps,) = re.findall(r"^```\n(.*?)^```", STEPS, flags=re.MULTILINE | re.DOTALL)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```\n{steps}```" in readme and "`make lab`" in STEPS
