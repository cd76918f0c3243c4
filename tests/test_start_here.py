"""The first cell of the course where something is missing: it says what, and how to fix it."""

import ast
import re
import sys
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
            if block:
                sys.modules.clear()
                sys.modules.update(loaded)
        return capsys.readouterr().out.splitlines()

    return run


def test_a_right_environment_is_ready(run):
    first, *versions = run()
    assert first == "Everything is there." and len(versions) == 2


def says_how_to_fix(lines, problem):
    assert lines == [
        f"Not ready: {problem}",
        f"This notebook runs in Python {sys.version.split()[0]}, in {sys.prefix}",
        "Open the steps below this cell.",
    ]


@pytest.mark.parametrize("name", ["torch", "lab06", "anywidget", "matplotlib", "PIL"])
def test_a_missing_package_is_named(run, name):
    says_how_to_fix(run(Block(name)), f"No module named {name!r}")


def test_a_broken_torch_is_named(run):
    says_how_to_fix(run(Block("torch", OSError("no c10.dll"))), "no c10.dll")


def test_a_torch_built_for_another_numpy_is_named(run, monkeypatch):
    def numpy(tensor):
        raise RuntimeError("Numpy is not available")

    monkeypatch.setattr(torch.Tensor, "numpy", numpy)
    says_how_to_fix(run(), "Numpy is not available")


@pytest.mark.parametrize("version", ["1.99", "2.4.0", "9.0.0a1+cpu"])
def test_no_version_of_torch_is_refused_for_its_number(run, monkeypatch, version):
    monkeypatch.setattr(torch, "__version__", version)
    assert run()[2] == f"PyTorch version {version}"


def test_an_old_python_can_read_the_cell():
    ast.parse(CELL, feature_version=(3, 7))


def test_the_steps_name_the_python_that_the_package_needs():
    (least,) = re.findall(r"needs Python ([\d.]+) or newer", STEPS)
    assert f'requires-python = ">={least}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_steps_are_those_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (colab,) = re.findall(r"^```\n.*?^```", STEPS, flags=re.MULTILINE | re.DOTALL)
    assert colab in readme and "`make lab`" in STEPS
    assert "Without\n   `make`: the [README](../README.md) says how" in STEPS
    assert "<summary>Without make" in readme
    # Colab keeps its own torch, and the anywidget is one that the package allows.
    package, anywidget = re.findall("^!pip install (.*)$", colab, flags=re.MULTILINE)
    assert package.startswith("--no-deps ")
    assert anywidget in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
