"""What make says when set-up fails on a student's computer: one line, and how to fix it."""

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from importlib.metadata import distribution

import pytest
from test_environment import FILES, ROOT, read

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fakes are shell scripts")


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A fresh copy of all that set-up needs, in a path with a space, and a home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "my course"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "tools/prepare.py", *FILES):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def prepare(folder, monkeypatch):
    spec = importlib.util.spec_from_file_location("prepare", folder / "tools" / "prepare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.chdir(folder)
    for name in ("PIP_USER", "PIP_DISABLE_PIP_VERSION_CHECK"):
        monkeypatch.setenv(name, "1")  # main() sets both: this puts them back afterwards
    return module


@pytest.fixture
def venv(folder):
    """A .venv that works and has the course, as far as prepare.py looks."""
    python = script(folder / ".venv" / "bin" / "python", "exit 0")
    (folder / ".venv" / "made.stamp").write_text(str(folder), encoding="utf-8")
    return python


def make(folder, *arguments, **env):
    env = {name: text for name, text in os.environ.items() if "MAKE" not in name} | env
    return subprocess.run(["make", *arguments], cwd=folder, env=env, capture_output=True, text=True)


def stopped(call, *arguments):
    with pytest.raises(SystemExit) as stop:
        call(*arguments)
    (line,) = stop.value.code.strip().splitlines()
    assert line.startswith("lab06: ")
    return line


# Python


def test_no_python(folder):
    done = make(folder, "lab", "PYTHON=/no/python")
    assert done.returncode == 2
    assert "/no/python cannot be run: install Python, or say where it is: make lab" in done.stdout


@pytest.mark.parametrize("versions", [((3, 99), (3, 99)), ((2, 7), (2, 7))])
def test_python_too_old_or_too_new(prepare, monkeypatch, versions):
    prepare.OLDEST, prepare.NEWEST = versions
    monkeypatch.setattr(shutil, "which", lambda name: None)
    line = stopped(prepare.find_python)
    this, (wanted, _) = "{}.{}".format(*sys.version_info), versions
    assert f"and this is {this}." in line and "needs Python {}.{} to".format(*wanted) in line


def test_another_python_is_found(prepare, monkeypatch, tmp_path):
    prepare.OLDEST, prepare.NEWEST = (3, 97), (3, 99)
    script(tmp_path / "bin" / "python3.99", "exit 127")  # as pyenv's shims without their version
    fits = script(tmp_path / "bin" / "python3.98", "exit 0")
    monkeypatch.setenv("PATH", str(fits.parent), prepend=os.pathsep)
    assert prepare.find_python() == str(fits)


def test_python_without_venv(prepare, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(script(tmp_path / "python3", "exit 1")))
    assert "sudo apt install python3." in stopped(prepare.find_python)


def test_versions_are_those_of_the_project(prepare):
    oldest, newest = ("{}.{}".format(*version) for version in (prepare.OLDEST, prepare.NEWEST))
    assert f"--python-version {oldest} " in read("Makefile")
    assert f"Python {oldest} to {newest}" in read("Makefile")
    assert f"Python {oldest} to {newest}" in read("README.md")


# The folder


def test_disk_too_small(prepare, monkeypatch):
    usage = namedtuple("usage", "free")(0.44e9)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert "needs 1.5 GB of disk space; only 0.4 GB are free" in stopped(prepare.main, "lab")


def test_path_too_long_for_windows(prepare, monkeypatch):
    def refuse(path, mode):
        assert path.endswith(prepare.DEEPEST) and os.path.isdir(os.path.dirname(path))
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)

    monkeypatch.setattr(prepare, "open", refuse, raising=False)
    line = stopped(prepare.main, "lab")
    assert f"too long for Windows ({len(prepare.ROOT)} characters): move the folder" in line


def test_the_deepest_path_is_that_of_the_pinned_torch(prepare):
    paths = (str(path).replace("+cpu", "") for path in distribution("torch").files)
    assert max(map(len, paths)) == len(prepare.DEEPEST)


def test_read_only_folder(prepare, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError(errno.EROFS, "Read-only file system", ".venv")

    monkeypatch.setattr(os, "makedirs", refuse)
    assert "folder cannot be written to: copy it" in stopped(prepare.main, "lab")


def test_home_that_cannot_be_written_to(prepare, monkeypatch):
    monkeypatch.setenv("HOME", "/no/home")
    assert "make lab HOME=/path" in stopped(prepare.main, "lab")


# .venv


@pytest.fixture
def installed(prepare, monkeypatch):
    """The pins that are installed, in their order; nothing is."""
    installed = []
    monkeypatch.setattr(prepare, "install", installed.append)
    return installed


def test_venv_that_works_is_kept(prepare, venv, installed, capsys):
    prepare.main("lab")
    assert capsys.readouterr().out == "" and venv.read_text(encoding="utf-8").endswith("exit 0\n")


@pytest.mark.parametrize("fault", ["moved", "python gone", "pip missing"])
def test_broken_venv_is_built_again(prepare, venv, installed, monkeypatch, capsys, fault):
    built = []
    monkeypatch.setattr(prepare, "make_venv", lambda: built.append(fault))
    if fault == "moved":
        (venv.parent.parent / "made.stamp").write_text("/old/folder", encoding="utf-8")
    elif fault == "python gone":
        venv.unlink()
        venv.symlink_to("/no/python")
    else:
        script(venv, "exit 1")
    prepare.main("lab")
    assert "building it again" in capsys.readouterr().out and built == [fault]


def test_installs_again_only_when_a_pin_changes(prepare, venv, installed):
    for step in ("lab", "lab", "test-all", "test-all", "test", "lab"):
        prepare.main(step)
    assert installed == ["requirements.txt", "tests/requirements-all.txt"]
    with open("tests/requirements.txt", "a", encoding="utf-8") as file:
        file.write("one-more==1.0\n")
    prepare.main("lab")
    assert len(installed) == 2
    prepare.main("test")
    prepare.main("test-all")
    assert installed[2:] == ["tests/requirements.txt", "tests/requirements-all.txt"]


@pytest.fixture
def calls(prepare, venv, monkeypatch):
    """The commands of an installation, in their order; nothing is installed."""
    calls = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(prepare, "pip", lambda *arguments: calls.append(("pip", *arguments)))
    return calls


def test_the_pins_alone_choose_packages(prepare, calls):
    prepare.main("test")
    installs = [call for call in calls if call[1] == "install"]
    assert [("-r" in call, "--no-deps" in call) for call in installs] == [
        (True, False),
        (False, True),
    ]
    assert not any("torch" in argument for call in installs for argument in call)


@pytest.mark.parametrize("reached", [True, False])
def test_on_linux_the_fitting_torch_is_taken_or_one_line_says_so(
    prepare, calls, monkeypatch, capsys, reached
):
    def succeeds(*command):
        calls.append(command)
        return reached or "uv" not in command

    monkeypatch.setattr(prepare, "succeeds", succeeds)
    prepare.main("lab")
    ((at, command),) = [
        (at, call) for at, call in enumerate(calls) if "--torch-backend=auto" in call
    ]
    assert command[-1] == "torch==2.13.0" and "--no-deps" in command
    assert calls[at + 1][:2] == ("pip", "install")  # all else, and torch where it is missing
    said = capsys.readouterr().out
    assert said.count("from its own package index: taking the build that pip finds") == (
        not reached
    )


def test_a_damaged_package_is_noticed(prepare, venv, calls):
    script(venv, 'case "$1" in *try_out*) exit 1; esac')
    assert "damaged: make clean" in stopped(prepare.main, "lab")
    assert prepare.read("lab") == ""


def test_interrupted_set_up_goes_on(prepare, venv, monkeypatch):
    def interrupt(pins):
        raise KeyboardInterrupt

    monkeypatch.setattr(prepare, "install", interrupt)
    assert "continues from here" in stopped(prepare.main, "lab")
    installed = []
    monkeypatch.setattr(prepare, "install", installed.append)
    prepare.main("lab")
    assert installed == ["requirements.txt"]


def test_a_second_make_waits(folder, venv):
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    second = subprocess.Popen(
        [sys.executable, "tools/prepare.py", "lab"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    assert second.stdout.readline() == "lab06: another make is setting up .venv: waiting for it.\n"
    assert second.poll() is None
    os.close(handle)
    assert second.communicate() and second.returncode == 0


# pip


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("'NewConnectionError(...): Failed to establish a new connection'", "check the network"),
        ("NameResolutionError: Temporary failure in name resolution", "check the network"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "check the network"),
        ("No matching distribution found for torch==2.13.0", "has no build for this computer"),
        ("ResolutionImpossible: see /topics/dependency-resolution/", "the lines above say why"),
        ("something new", "the lines above say why"),
    ],
)
def test_pip_fails(prepare, venv, capfd, error, cure):
    script(venv, f'echo "ERROR: {error}" >&2; exit 1')
    assert cure in stopped(prepare.pip, "install")
    assert error in capfd.readouterr().err


def test_the_cure_is_the_last_line_above_that_of_make(folder, venv):
    script(venv, 'case "$*" in *--no-compile*) echo "ERROR: No space left" >&2; exit 1; esac')
    command = f'make lab "PYTHON={sys.executable}" 2>&1'  # as a terminal shows it
    env = {name: text for name, text in os.environ.items() if "MAKE" not in name} | {"LC_ALL": "C"}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=env, stdout=subprocess.PIPE, text=True
    )
    above, last = done.stdout.splitlines()[-2:]
    assert above.startswith("lab06: the disk is full: free 1.5 GB, then run make again")
    assert last.startswith("make: ***") and "jupyterlab" not in done.stdout


def test_pip_speaks_in_another_encoding(prepare, venv, capfd):
    script(venv, r"printf '\377 No space left' >&2; exit 1")
    assert "the disk is full" in stopped(prepare.pip, "install")
    assert "No space left" in capfd.readouterr().err


def test_pip_settings_of_the_user_do_not_matter(prepare, venv, installed):
    prepare.main("lab")
    script(venv, '[ "$PIP_USER" = 0 ]')
    prepare.pip("install")


def test_pythonpath_stays_outside(folder, venv):
    script(venv, 'echo "<$PYTHONPATH>"')
    done = make(folder, "-o", ".venv/lab.stamp", "lab", PYTHONPATH="/other")
    assert done.stdout.splitlines()[-1] == "<>"


@pytest.mark.parametrize(("user", "allowed"), [("0", True), ("1000", False)])
def test_root_may_start_jupyterlab(folder, tmp_path, user, allowed):
    fake = script(tmp_path / "bin" / "id", f"echo {user}")
    path = os.pathsep.join([str(fake.parent), os.environ["PATH"]])
    done = make(folder, "-n", "-o", ".venv/lab.stamp", "lab", PATH=path)
    assert ("--allow-root" in done.stdout) == allowed


# make test


STEPS = {
    "ruff check": ("test", "lint"),
    "ruff format": ("test", "format"),
    "test.xml": ("test", "the tests"),
    "OMP_NUM_THREADS=2": ("test", "the notebooks"),
    "get_chromium": ("test-rest", "the browser"),
    "test-rest.xml": ("test-rest", "the tests"),
    "default -m pytest": ("test-rest", "the notebooks on plain instructions"),
}


def run_make_test(folder, venv, target, failing):
    """Run `make test` with a Python that only fails, with 7, at the step named."""
    script(
        venv,
        f"""mkdir -p build
        echo '<testsuite name="pytest" skipped="1" tests="123" time="1">' > build/{target}.xml
        case "OMP_NUM_THREADS=$OMP_NUM_THREADS $ATEN_CPU_CAPABILITY $*" in
            *"{failing}"*) exit 7
        esac""",
    )
    stamp = {"test": ".venv/test.stamp", "test-rest": ".venv/test-all.stamp"}[target]
    return make(folder, "-o", stamp, target, ATEN_CPU_CAPABILITY="", LC_ALL="C")


@pytest.mark.parametrize(("failing", "where"), STEPS.items())
def test_make_test_ends_with_the_step_that_failed(folder, venv, failing, where):
    target, name = where
    done = run_make_test(folder, venv, target, failing)
    assert done.returncode == 2 and "Error 7" in done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.startswith(f"make {target} FAILED at {name}. What to do: ")


@pytest.mark.parametrize("target", ["test", "test-rest"])
def test_make_test_ends_with_what_passed(folder, venv, target):
    done = run_make_test(folder, venv, target, "nothing")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith(
        f"make {target} passed in 0 minutes: 123 tests, and the outputs of 0 notebooks"
    )
