"""Set up .venv with the course in it, or say in one line what stands in the way. Run by make.

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

OLDEST, NEWEST = (3, 11), (3, 14)  # NEWEST: the last Python that the pinned PyTorch is built for
GIGABYTES = 1.5  # of free space to begin with

ROOT = os.path.dirname(os.path.abspath(__file__))
PY = ".venv/Scripts/python.exe" if os.name == "nt" else ".venv/bin/python"
USED = "anywidget, ipywidgets, jupyterlab.labapp, matplotlib.font_manager, torch, lab06"
NEWS = "@jupyterlab/apputils-extension:announcements"
HAS_VENV = (
    "import venv; from ensurepip import version"  # Debian keeps them in a package of their own
)
PINS = {"made": None, "lab": "requirements.txt", "test": "requirements-test.txt"}

# An answer to each way in which pip fails; the first that fits is given.
CURES = {
    r"No space left|quota exceeded": "the disk is full: free 1.5 GB, then run make again.",
    r"(?i)connection|resolution|timed out|proxyerror|sslerror": "the packages could not be "
    "fetched: see to the network, then run make again; it goes on from here.",
    r"No matching distribution found for torch": "PyTorch has no build for this computer: "
    "README.md names two ways without pip, conda and Binder.",
    r"": "pip failed: its lines above say why. To start afresh: make clean, then make again.",
}


def main(step):
    """Bring .venv to a step: "made" is empty, "lab" has the course, "test" its tests as well."""
    os.chdir(ROOT)
    os.environ["PIP_USER"] = "0"
    os.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    if not os.access(os.path.expanduser("~"), os.W_OK):
        stop("Jupyter needs a home folder that it can write to: make lab HOME=/path/to/one")
    try:
        with one_at_a_time():
            bring_to(step)
    except KeyboardInterrupt:
        stop("interrupted. The same command goes on from here.")
    except OSError as error:
        stop(f"cannot write to this folder: copy it to a place of your own. ({error})")


def bring_to(step):
    if not venv_works():
        make_venv()
    if PINS[step] and read(step) != wanted(step):
        install(PINS[step])
        for done in {"lab", step}:
            write(done, wanted(done))


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
    for name in ("pyproject.toml", "requirements.txt", PINS[step]):
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
        say("another make is at work on .venv: waiting for it.")
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
        stop(f"the course needs {GIGABYTES} GB of disk, and {free:.1f} GB are free here.")
    if subprocess.call([python, "-m", "venv", "--clear", ".venv"]) != 0:
        stop("no virtual environment could be made: the lines above say why.")
    write("made", ROOT)


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
        say("setting up the course in .venv: 300 MB to fetch, 1.1 GB on disk, two minutes.")
        if sys.platform == "linux" and not (shutil.which("nvidia-smi") or has_torch()):
            say("no NVIDIA card? Then Ctrl-C and first: make cpu-torch. It saves gigabytes.")
    # --no-compile: Python compiles what is really used, which is half as much work.
    pip("install", "--no-compile", "-r", pins)
    # --no-deps: the pins have decided; nothing may install another torch over them.
    pip("install", "--no-deps", "--no-build-isolation", "-e", ".")
    pip("check")
    silence_news()
    say("trying it out.")
    if subprocess.call([PY, "-c", f"import {USED}"]) != 0:
        stop("an installed package is damaged: make clean, then make again.")


def silence_news():
    """Keep JupyterLab from asking, over a student's first page, whether news are welcome."""
    folder = ".venv/etc/jupyter/labconfig"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/page_config.json", "w", encoding="utf-8") as file:
        json.dump({"disabledExtensions": {NEWS: True}}, file)


def has_torch():
    return succeeds(PY, "-c", "import importlib.metadata as m; m.version('torch')")


def pip(*arguments):
    """Run pip, pass on what it says, and answer an error that is known."""
    said = ""
    command = [PY, "-m", "pip", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, universal_newlines=True) as process:
        for line in process.stderr:
            sys.stderr.write(line)
            said += line
    if process.returncode != 0:
        stop(next(cure for known, cure in CURES.items() if re.search(known, said)))


if __name__ == "__main__":
    main(sys.argv[1])
