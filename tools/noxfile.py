"""The course with other versions than the pinned ones, each in an environment of its own.

nox -f tools/noxfile.py -s newest     (pip install nox uv; without -s, it lists the sessions)

On Linux, UV_TORCH_BACKEND=cpu saves the gigabytes of CUDA that PyTorch brings. ARM has no session
of its own: the GitHub workflow runs `newest` on such a computer.
"""

from pathlib import Path

import nox

ROOT = Path(__file__).parent.parent
nox.options.default_venv_backend = "uv"
nox.options.envdir = str(ROOT / "build" / "nox")
nox.options.sessions = []


def test(session, *options):
    """Install the course without pins, then run what `make test` runs."""
    session.chdir(ROOT)
    session.env["OMP_NUM_THREADS"] = "1"
    session.install("-e", ".[test]", *options)
    tests = sorted(str(path) for path in ROOT.glob("tests/test_*.py"))
    session.run("pytest", "-n", "2", "--dist", "worksteal", *tests)
    nbval = ("--nbval", "--nbval-current-env", "--nbval-kernel-startup-timeout=600")
    session.run("pytest", "-n", "2", "--dist", "loadfile", *nbval, "notebooks")


@nox.session(python="3.10")
def oldest(session):
    """The oldest versions that pyproject.toml allows."""
    test(session, "--resolution=lowest-direct")


@nox.session
def newest(session):
    """The newest of everything, with the Python that runs nox."""
    test(session)


@nox.session(python="3.11")
@nox.parametrize("version", ["2.4", "2.6"], ids=["2.4", "2.6"])
def torch(session, version):
    """An older PyTorch, with the newest of all else."""
    test(session, f"torch=={version}.*")
