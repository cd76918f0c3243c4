"""The first cell of the course where something is missing: it says what, and how to fix it."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import torch

ROOT = Path(__file__).parent.parent
NOTEBOOK = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
CELL = next(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "code")
STEPS = next(cell.source for cell in NOTEBOOK.cells if "<summary>Steps" in cell.source)


class Block:
    """Finds a module before anybody else does, and raises an error instead."""

    def __init__(self, name, error=None):
        self.name, self.error = name, error or ModuleNotFoundError(f"No module named {name!r}")

    def find_spec(self, name, path=None, target=None):
        if name == self.name:
            raise self.error


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the cell, perhaps without a module, and return the lines it prints."""

    def run(block=None):
        loaded = dict(sys.modules)
        if block:
            for name in loaded:
                if name.partition(".")[0] in (block.name, "lab06"):
                    del sys.modules[name]
            monkeypatch.setattr(sys, "meta_path", [block, *sys.meta_path])
        try:
            exec(CELL, {})
        finally:
            sys.modules.clear()
            sys.modules.update(loaded)
        return capsys.readouterr().out.splitlines()

    return run


def test_a_right_environment_is_ready(run):
    first, *versions = run()
    assert first == "Everything is there." and len(versions) == 3


def says_how_to_fix(lines, problem):
    first, where, fix, *_ = lines
    assert first == f"Not ready: {problem}"
    assert sys.prefix in where
    assert "Kernel > Change Kernel" in fix


@pytest.mark.parametrize("name", ["torch", "lab06", "anywidget", "matplotlib"])
def test_a_missing_package_is_named(run, name):
    says_how_to_fix(run(Block(name)), f"No module named {name!r}")


def test_a_broken_torch_is_named(run):
    says_how_to_fix(run(Block("torch", OSError("no c10.dll"))), "no c10.dll")


def test_an_old_torch_is_named(run, monkeypatch):
    monkeypatch.setattr(torch, "__version__", type(torch.__version__)("2.5.1+cpu"))
    says_how_to_fix(run(), "PyTorch 2.5.1+cpu is older than 2.13")


def test_an_old_python_is_named(run, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10))
    monkeypatch.setattr(sys, "version", "3.10.13 (main)")
    says_how_to_fix(run(), "Python 3.10.13 is older than 3.11")


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
    (section,) = re.findall(r"see \*(.+?)\*\s+in\s+the\s+\[README\]", STEPS)
    assert f"<summary>{section}</summary>" in readme
