"""Run the tests and notebooks under conditions that students' computers bring. Linux, as root.

    make survive                                            all tests but the browser's
    .venv/bin/python tests/survive.py tests/test_data.py    what is named here goes to pytest

Each run is a command in front of pytest. It brings several conditions at once and prints one line.
The ordinary user must be able to read the project and its Python, so they cannot lie in /root; and
Python itself does not start from a Korean path where the locale cannot spell it. `locale-gen` makes
the locale ko_KR.EUC-KR.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]
EVERYTHING = ["--ignore=tests/browser", "tests", "notebooks"]
ASCII = ["LC_ALL=C", "PYTHONUTF8=0", "PYTHONIOENCODING=ascii"]
KOREAN = "a path in Korean with spaces, plain instructions"  # from the copy that `main` makes
RUNS = {
    "no network, home missing, ASCII": [
        *("unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"),
        *("env", "HOME=/dev/null/home", *ASCII),
    ],
    "nothing writable but the temporary folder, two threads": [
        *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        *("env", "HOME=/", "OMP_NUM_THREADS=2", "OMP_WAIT_POLICY=PASSIVE"),
    ],
    "locale EUC-KR, AVX2": [
        *("env", "LC_ALL=ko_KR.EUC-KR", "PYTHONUTF8=0", "ATEN_CPU_CAPABILITY=avx2"),
    ],
    KOREAN: ["env", "ATEN_CPU_CAPABILITY=default"],
}


def survives(name, command, folder, selection):
    """Print one line about the run, and what failed; return whether nothing did."""
    done = subprocess.run(
        [*command, *PYTEST, *NBVAL, *(selection or EVERYTHING)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    lines = done.stdout.splitlines() or [f"{command[0]} failed"]
    print(f"{name:55} {lines[-1]}", flush=True)
    if done.returncode:
        print(*lines[:-1], sep="\n")
    return done.returncode == 0


def main(selection):
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "수업 06 lab"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "build"))
        survived = [
            survives(name, command, copy if name == KOREAN else ROOT, selection)
            for name, command in RUNS.items()
        ]
    sys.exit(not all(survived))


if __name__ == "__main__":
    main(sys.argv[1:])
