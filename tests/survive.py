"""Run the tests and notebooks under conditions that students' computers bring. Linux, as root.

    make survive                                            all tests but the browser's
    .venv/bin/python tests/survive.py tests/test_data.py    what is named here goes to pytest

Each condition is a command in front of pytest, and prints one line. The ordinary user must be able
to read the project and its Python, so they cannot lie in /root; and Python itself does not start
from a Korean path where the locale cannot spell it. `locale-gen` makes the locale ko_KR.EUC-KR.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env"]
EVERYTHING = ["--nbval-cell-timeout=120", "--ignore=tests/browser", "tests", "notebooks"]
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
CONDITIONS = {
    "without network": ["unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"],
    "a user who cannot write here": [*NOBODY, "sh", "-c", 'HOME=$(mktemp -d) exec "$@"', "sh"],
    "home read-only": [*NOBODY, "env", "HOME=/"],
    "home missing": ["env", "HOME=/dev/null/home"],
    "locale C, output in ASCII": ["env", "LC_ALL=C", "PYTHONUTF8=0", "PYTHONIOENCODING=ascii"],
    "locale Korean, EUC-KR": ["env", "LC_ALL=ko_KR.EUC-KR", "PYTHONUTF8=0"],
    "plain instructions": ["env", "ATEN_CPU_CAPABILITY=default"],
    "AVX2 instructions": ["env", "ATEN_CPU_CAPABILITY=avx2"],
    "two threads": ["env", "OMP_NUM_THREADS=2", "OMP_WAIT_POLICY=PASSIVE"],
    "a path in Korean, with spaces": [],  # from the copy that `main` makes
}


def survives(name, command, folder, selection):
    """Print one line about the condition, and what failed; return whether nothing did."""
    done = subprocess.run(
        [*command, *PYTEST, *(selection or EVERYTHING)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    lines = done.stdout.splitlines() or [f"{command[0]} failed"]
    print(f"{name:30} {lines[-1]}", flush=True)
    if done.returncode:
        print(*lines[:-1], sep="\n")
    return done.returncode == 0


def main(selection):
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "수업 06 lab"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "build"))
        folders = {"a path in Korean, with spaces": copy}
        survived = [
            survives(name, command, folders.get(name, ROOT), selection)
            for name, command in CONDITIONS.items()
        ]
    sys.exit(not all(survived))


if __name__ == "__main__":
    main(sys.argv[1:])
