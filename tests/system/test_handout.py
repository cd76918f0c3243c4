"""What `make handout` writes: all that a student needs who has nothing else, and no solution."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from test_environment import ROOT, make
from test_exercises import checks, tagged

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handout") / "of the course"
    python = f'"{Path(sys.executable).as_posix()}"'  # quoted: the path may have spaces
    # -o: with another Python than .venv's, there is no environment to set up.
    make("-o", ".venv/lab.stamp", "handout", f"PY={python}", f"HANDOUT={folder.as_posix()}")
    return folder


def test_all_that_a_student_needs_is_handed_out(handout):
    found = {path.relative_to(handout).as_posix() for path in handout.rglob("*") if path.is_file()}
    package = {path for path in found if path.startswith("lab06/")}
    names = {f"notebooks/{path.name}" for path in NOTEBOOKS}
    assert len(names) >= 11
    assert found - package - names == {
        "LICENSE",
        "Makefile",
        "README.md",
        "environment.yml",
        "pyproject.toml",
        "requirements.txt",
        "tools/prepare.py",
        "tools/try_out.py",
    }
    own = [path for path in (ROOT / "lab06").rglob("*") if path.is_file()]
    own = {path.relative_to(ROOT).as_posix() for path in own if "__pycache__" not in path.parts}
    assert package == own


def test_make_has_the_targets_that_work_there(handout):
    done = subprocess.run(["make"], cwd=handout, check=True, capture_output=True, text=True)
    targets = re.findall(r"^make (\S+)", done.stdout, flags=re.MULTILINE)
    assert targets == ["help", "lab", "clean"]
    command = ["make", "-n", "lab", "PYTHON=python"]
    done = subprocess.run(command, cwd=handout, check=True, capture_output=True, text=True)
    assert "python tools/prepare.py lab" in done.stdout
    assert "-m jupyterlab" in done.stdout


def test_every_link_leads_to_a_page_or_a_file_that_is_there(handout):
    pages = [(handout / "README.md", (handout / "README.md").read_text(encoding="utf-8"))]
    for path in (handout / "notebooks").iterdir():
        cells = nbformat.read(path, as_version=4).cells
        pages += [(path, cell.source) for cell in cells if cell.cell_type == "markdown"]
    links = [(path, link) for path, text in pages for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    assert len(links) > 20
    for path, link in links:
        name = link.partition("#")[0] or path.name
        assert link.startswith("https://") or (path.parent / name).is_file(), (path.name, link)


def test_the_commands_are_those_of_the_course(handout):
    here, there = (
        re.findall(r"^```\n(.*?)^```", (folder / "README.md").read_text("utf-8"), re.M | re.S)
        for folder in (ROOT, handout)
    )
    assert len(there) >= 4 and set(there) <= set(here)


def test_the_package_installs_from_there_and_runs_the_first_exercises(handout, tmp_path):
    copy = shutil.copytree(
        handout, tmp_path / "copy"
    )  # pip leaves its own files beside the sources
    pip = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps"]
    pip += ["--no-build-isolation", "--target", str(tmp_path / "packages"), str(copy)]
    subprocess.run(pip, check=True, capture_output=True)
    env = os.environ | {"PYTHONPATH": str(tmp_path / "packages")}
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute"]
    command += ["--ExecutePreprocessor.kernel_name=python3", f"--output-dir={tmp_path}"]
    command += ["notebooks/01_softmax.ipynb"]
    subprocess.run(command, cwd=copy, env=env, check=True, capture_output=True)
    notebook = nbformat.read(tmp_path / "01_softmax.ipynb", as_version=4)
    first = checks(notebook)[0].outputs[0].data["text/plain"]
    assert first.startswith("Not attempted yet")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_solutions_and_outputs_are_gone(handout, path):
    original = nbformat.read(path, as_version=4)
    text = (handout / "notebooks" / path.name).read_text(encoding="utf-8")
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
