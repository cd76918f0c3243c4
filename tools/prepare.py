"""Set up .venv with the course in it, or say in one line how to fix what went wrong. Run by make.

Any Python from 3.6 on must be able to read this file, to be told that it is too old.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

if os.name != "nt":
    import fcntl

OLDEST, NEWEST = (3, 11), (3, 14)  # what the pinned packages are built for
GIGABYTES = 1.5  # of free space to begin with
# As long as the longest path in the pinned packages.
DEEPEST = os.path.join("x" * 80, "x" * 74, "LICENSE.txt")

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PY = ".venv/Scripts/python.exe" if os.name == "nt" else ".venv/bin/python"
UV = "uv==0.13.8"  # installs the PyTorch that fits the graphics card, or its absence
# Kept out of JupyterLab: a question about news over the first page, and nbgrader's buttons.
HIDDEN = ["@jupyterlab/apputils-extension:announcements", "@jupyter/nbgrader"]
HAS_VENV = (
    "import venv; from ensurepip import version"  # Debian keeps them in a package of their own
)
# The pins of each step; each file includes those before it.
PINS = {
    "lab": "requirements.txt",
    "test": "tests/requirements.txt",
    "test-all": "tests/requirements-all.txt",
}

# What to do when pip fails; the first that fits is shown.
CURES = {
    r"No space left|quota exceeded": "the disk is full: free 1.5 GB, then run make again.",
    r"(?i)connection|name.?resolution|timed out|proxyerror|sslerror": "the packages could not be "
    "downloaded: check the network, then run make again; it continues from here.",
    r"No matching distribution found for torch": "PyTorch has no build for this computer: "
    "README.md shows how to use conda or Binder instead.",
    r"": "pip failed: the lines above say why. To start afresh: make clean, then make again.",
}


def main(step):
    """Bring .venv to a step: the course alone, with its tests, or with all that CI runs."""
    os.chdir(ROOT)
    os.environ["PIP_USER"] = "0"
    os.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    if not os.access(os.path.expanduser("~"), os.W_OK):
        stop("Jupyter needs a home folder that it can write to: make lab HOME=/path/to/one")
    try:
        with one_at_a_time():
            if not venv_works():
                make_venv()
            if read(step) != wanted(step):
                install(PINS[step])
                for done in steps_to(step):
                    write(done, wanted(done))
    except KeyboardInterrupt:
        stop("interrupted. The same command continues from here.")
    except OSError as error:
        stop(f"this folder cannot be written to: copy it to a folder of your own. ({error})")


def steps_to(step):
    return list(PINS)[: list(PINS).index(step) + 1]


def stop(why):
    sys.exit(f"\nlab06: {why}")


def say(what):
    print(f"lab06: {what}", flush=True)


def read(stamp):
    if not os.path.exists(f".venv/{stamp}.stamp"):
        return ""
    with open(f".venv/{stamp}.stamp", encoding="utf-8") as file:
        return file.read()


def write(stamp, text):
    with open(f".venv/{stamp}.stamp", "w", encoding="utf-8") as file:
        file.write(text)


def wanted(step):
    """Return what a step's stamp says once all that its files ask for is installed."""
    digest = hashlib.sha256()
    for name in ["pyproject.toml", *(PINS[one] for one in steps_to(step))]:
        with open(name, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


@contextlib.contextmanager
def one_at_a_time():
    """Wait for another make in this folder. The lock ends with its process; Windows has none."""
    if os.name == "nt":
        yield
        return
    folder = os.open(".", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another make is setting up .venv: waiting for it.")
        fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(folder)


def succeeds(*command):
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def venv_works():
    if not os.path.isdir(".venv"):
        return False
    if read("made") not in ("", ROOT):
        say("this folder was moved or copied, which breaks .venv: building it again.")
        return False
    if not (os.path.exists(PY) and succeeds(PY, "-c", "import pip")):
        say(".venv is incomplete, or its Python is gone: building it again.")
        return False
    return True


def make_venv():
    python = find_python()
    os.makedirs(".venv", exist_ok=True)
    free = shutil.disk_usage(".venv").free / 1e9
    if free < GIGABYTES:
        stop(f"the course needs {GIGABYTES} GB of disk space; only {free:.1f} GB are free here.")
    try_deepest()
    if subprocess.call([python, "-m", "venv", "--clear", ".venv"]) != 0:
        stop("the virtual environment could not be created: the lines above say why.")
    write("made", ROOT)


def try_deepest():
    """Write a file with the longest path to come; `venv --clear` removes it again."""
    path = os.path.join(ROOT, ".venv", "Lib", "site-packages", DEEPEST)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "w").close()
    except FileNotFoundError:  # what Windows calls a path of 260 characters or more
        stop(
            f"this folder's path is too long for Windows ({len(ROOT)} characters): "
            "move the folder, for example to C:\\lab06, then run make again."
        )


def find_python():
    """Return a Python that PyTorch is built for: this one, or the newest other one there is."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        if not succeeds(sys.executable, "-c", HAS_VENV):
            name = "python{}.{}".format(*sys.version_info)
            stop(f"this Python has no venv. On Debian and Ubuntu: sudo apt install {name}-venv")
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        python = shutil.which(f"python3.{minor}")
        if python and succeeds(python, "-c", HAS_VENV):
            return python
    this, oldest, newest = ("{}.{}".format(*v) for v in (sys.version_info, OLDEST, NEWEST))
    stop(
        f"PyTorch needs Python {oldest} to {newest}, and this is {this}. "
        f"Install one of those, then: make lab PYTHON=/path/to/python{newest}"
    )


def install(pins):
    if not read("lab"):
        say("setting up the course in .venv: 300 MB to download, 1.1 GB on disk, two minutes.")
    if sys.platform == "linux":
        install_fitting_torch()
    # --no-compile: try_out.py compiles what is really used, which is a tenth of it.
    pip("install", "--no-compile", "-r", pins)
    # --no-deps: the pins have decided; nothing may install another torch over them.
    pip("install", "--no-deps", "--no-build-isolation", "-e", ".")
    pip("check")
    hide_what_distracts()
    say("trying it out.")
    if subprocess.call([PY, "tools/try_out.py"]) != 0:
        stop("an installed package is damaged: make clean, then make again.")


def install_fitting_torch():
    """Install PyTorch without CUDA where there is no NVIDIA card: pip's brings gigabytes of it."""
    with open("requirements.txt", encoding="utf-8") as file:
        (torch,) = re.findall("^torch==.*", file.read(), re.MULTILINE)
    uv = [PY, "-m", "uv", "pip", "install", "--python", PY, "--no-deps", "--torch-backend=auto"]
    if not (succeeds(PY, "-m", "pip", "install", UV) and succeeds(*uv, torch)):
        say("no PyTorch from its own package index: taking the build that pip finds.")


def hide_what_distracts():
    folder = ".venv/etc/jupyter/labconfig"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/page_config.json", "w", encoding="utf-8") as file:
        json.dump({"disabledExtensions": dict.fromkeys(HIDDEN, True)}, file)


def pip(*arguments):
    """Run pip, show what it says, and explain an error that is known."""
    said = ""
    command = [PY, "-m", "pip", *arguments]
    text = {"universal_newlines": True, "errors": "replace"}  # pip's words may be in any encoding
    with subprocess.Popen(command, stderr=subprocess.PIPE, **text) as process:
        for line in process.stderr:
            sys.stderr.write(line)
            said += line
    if process.returncode != 0:
        stop(next(cure for known, cure in CURES.items() if re.search(known, said)))


if __name__ == "__main__":
    main(sys.argv[1])
