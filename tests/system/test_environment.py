"""What a student installs: pip, conda, Binder, make and CI must all say the same."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import ipykernel
import pytest
import tomllib
import torch
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent.parent
CONDA_NAMES = {"pytorch-cpu": "torch", "matplotlib-base": "matplotlib"}
FIRST_PAGE = "notebooks/00_start_here.ipynb"

not_on_windows = pytest.mark.skipif(
    sys.platform == "win32", reason="Binder is Linux; repo2docker does not run on Windows"
)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture
def project():
    return tomllib.loads(read("pyproject.toml"))


@pytest.fixture
def environment():
    return yaml.safe_load(read("environment.yml"))


def by_name(lines):
    requirements = [Requirement(line) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


FILES = ["requirements.txt", "tests/requirements.txt", "tests/requirements-all.txt"]


def pins(name):
    """The requirements in a pins file, without its comments and its `-r` line."""
    lines = [line for line in read(name).splitlines() if line and line[0] not in "#-"]
    found = by_name(lines)
    assert len(found) == len(lines), f"{name} names a package twice"
    return found


def pinned_version(requirement):
    (specifier,) = requirement.specifier
    assert specifier.operator == "==", f"{requirement} is not one version"
    return specifier.version


def conda_specs(environment):
    """The packages of environment.yml as {name: specifier}, in PyPI's names."""
    specs = {}
    for line in environment["dependencies"]:
        if isinstance(line, str):
            name, spec = re.fullmatch(r"([\w.-]+)\s*(.*)", line).groups()
            spec = re.sub(r"^=([\d.]+)$", r"==\1.*", spec)  # conda's fuzzy match
            specs[CONDA_NAMES.get(name, name)] = SpecifierSet(spec)
    return specs


def code_blocks(text):
    return "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL))


# pip and conda


def test_environment_yml_and_pyproject_agree(project, environment):
    specs = conda_specs(environment)
    python, _pip = specs.pop("python"), specs.pop("pip")
    assert specs == {
        name: requirement.specifier
        for name, requirement in by_name(project["project"]["dependencies"]).items()
    }
    (python,) = python
    assert SpecifierSet(project["project"]["requires-python"]).contains(
        python.version.removesuffix(".*")
    )


def test_conda_environment_takes_only_lab06_from_pip(environment):
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert [part for part in environment["dependencies"] if isinstance(part, dict)] == [
        {"pip": ["-e ."]}
    ]


def all_pins():
    """The requirements of all three pins files."""
    return {name: requirement for file in FILES for name, requirement in pins(file).items()}


def test_every_pin_lies_in_the_ranges(project, environment):
    wanted = by_name(project["project"]["dependencies"])
    specs = conda_specs(environment)
    assert all(specs[name].contains(pinned_version(all_pins()[name])) for name in wanted)
    for extra in ("test", "test-all"):
        wanted |= by_name(project["project"]["optional-dependencies"][extra])
    for name, requirement in wanted.items():
        assert requirement.specifier.contains(pinned_version(all_pins()[name])), name


def test_each_pins_file_takes_in_those_before_it_and_names_nothing_twice():
    assert "-r ../requirements.txt" in read("tests/requirements.txt").splitlines()
    assert "-r requirements.txt" in read("tests/requirements-all.txt").splitlines()
    assert len(all_pins()) == sum(len(pins(file)) for file in FILES)


def test_make_test_installs_no_browser_and_no_nbgrader():
    few = {*pins("requirements.txt"), *pins("tests/requirements.txt")}
    rest = set(pins("tests/requirements-all.txt"))
    assert {"playwright", "nbgrader", "jupyter-repo2docker"} <= rest - few


def test_torch_is_pinned_exactly_and_without_cuda(project):
    assert str(pins("requirements.txt")["torch"]) == "torch==2.13.0"
    assert not [name for name in all_pins() if re.search("nvidia|cuda|triton", name)]
    (stated,) = project["tool"]["uv"]["dependency-metadata"]
    assert (stated["name"], stated["version"]) == ("torch", "2.13.0")


def test_no_command_installs_another_torch():
    texts = {
        name: read(name)
        for name in ("Makefile", "postBuild", ".ci/run", ".github/workflows/test.yml")
    }
    texts["README.md"] = code_blocks(read("README.md"))
    for name, text in texts.items():
        for line in re.findall(r".*\b(?:pip|conda|mamba) install\b.*", text):
            for rest in re.findall(r"(?<![\w^-])torch(?![\w-])(\S*)", line):
                assert rest.strip("\"'") == "==2.13.0", f"{name}: {line}"


def test_what_is_installed_is_what_is_pinned():
    for name, requirement in all_pins().items():
        if requirement.marker is None or requirement.marker.evaluate():
            installed = Version(version(name)).public  # torch 2.13.0+cpu is torch 2.13.0
            assert installed == pinned_version(requirement), name


def test_set_up_leaves_bytecode_behind():
    """Where Python may not write it, each kernel would compile PyTorch anew."""
    assert Path(importlib.util.cache_from_source(torch.__file__)).exists()
    assert Path(importlib.util.cache_from_source(ipykernel.__file__)).exists()


# Binder


@pytest.fixture
def build_pack(monkeypatch):
    """What repo2docker, the builder behind Binder, decides to do with this project."""
    if sys.platform == "win32":
        pytest.skip("Binder is Linux; repo2docker does not run on Windows")
    from repo2docker.app import Repo2Docker

    monkeypatch.chdir(ROOT)
    app = Repo2Docker()
    packs = (pack(base_image=app.base_image) for pack in app.buildpacks)
    chosen = next(pack for pack in packs if pack.detect())
    chosen.platform = "linux/amd64"
    return chosen


OLD_LOGGER = "ignore:pythonjsonlogger.jsonlogger has been moved:DeprecationWarning"  # repo2docker


@pytest.mark.filterwarnings(OLD_LOGGER)
def test_binder_builds_from_environment_yml(build_pack, project):
    from repo2docker.buildpacks import CondaBuildPack

    assert type(build_pack) is CondaBuildPack
    assert build_pack.environment_yaml_path == "environment.yml"
    # Otherwise Binder starts from an older Python and has to replace the whole environment.
    assert "Python version unspecified" not in build_pack.render({})
    assert build_pack.python_version in SpecifierSet(project["project"]["requires-python"])


@pytest.mark.filterwarnings(OLD_LOGGER)
def test_binder_copies_the_project_before_it_solves(build_pack):
    dockerfile = build_pack.render({})
    steps = [
        dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/"),
        dockerfile.index('env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"'),
        dockerfile.index("RUN ./postBuild"),
    ]
    assert steps == sorted(steps)
    assert dockerfile.count("env update") == 1


@pytest.mark.filterwarnings(OLD_LOGGER)
def test_jupyterlab_is_in_the_image(build_pack):
    listed = [line for line in build_pack.environment_yaml["dependencies"] if isinstance(line, str)]
    assert any(re.match(r"jupyterlab\b", line) for line in listed)
    # The server and the kernel share one environment, so the JupyterLab listed is the one served.
    assert not build_pack.separate_kernel_env
    assert dict(build_pack.get_build_env())["KERNEL_PYTHON_PREFIX"] == "${NB_PYTHON_PREFIX}"


def run_python(code, *arguments, env):
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


SERVED = """
import json, os, sys, jupyter_core.paths, nbformat, nbformat.sign
jupyter_core.paths.ENV_CONFIG_PATH[:] = [sys.argv[1]]  # as if Jupyter were installed in that prefix
from jupyter_server.serverapp import ServerApp
from jupyterlab_server.config import get_page_config
server = ServerApp(open_browser=False, allow_root=True)
server.initialize(argv=[], new_httpserver=False)
manager = server.kernel_manager
culling = [manager.cull_idle_timeout, manager.cull_interval, manager.cull_connected]
threads = os.environ.get("OMP_NUM_THREADS")
notary = nbformat.sign.NotebookNotary()
trusted = [notary.check_signature(nbformat.read(name, 4)) for name in sys.argv[2:]]
print(json.dumps([culling, get_page_config([])["disabledExtensions"], threads, trusted]))
"""


@not_on_windows
def test_post_build(tmp_path):
    """Run postBuild as Binder does, then start what it configures: before and after differ."""
    project, prefix, home = tmp_path / "project", tmp_path / "prefix", tmp_path / "home"
    home.mkdir()
    for name in ("notebooks", "tools"):
        shutil.copytree(ROOT / name, project / name)
    notebooks = [str(path) for path in sorted(project.glob("notebooks/*.ipynb"))]
    assert notebooks
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "OMP"))
    }
    env |= {
        "HOME": str(home),
        "NB_PYTHON_PREFIX": str(prefix),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    config = str(prefix / "etc" / "jupyter")
    news = "@jupyterlab/apputils-extension:announcements"

    (idle, _, _), disabled, threads, trusted = run_python(SERVED, config, *notebooks, env=env)
    assert idle == 0 and news not in disabled and threads is None and not any(trusted)

    subprocess.run([str(ROOT / "postBuild")], cwd=project, env=env, check=True)

    culling, disabled, threads, trusted = run_python(SERVED, config, *notebooks, env=env)
    assert culling == [900, 60, True] and news in disabled and threads == "1" and all(trusted)


@not_on_windows
def test_scripts_can_be_executed():
    for name in ("postBuild", ".ci/run"):
        assert os.access(ROOT / name, os.X_OK), name


def test_readme_links_to_binder_at_the_first_page():
    assert (ROOT / FIRST_PAGE).exists()
    assert f"urlpath=lab/tree/{FIRST_PAGE}" in read("README.md").replace("%2F", "/")


# make and CI


def make(*arguments):
    env = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    env.pop("MFLAGS", None)
    done = subprocess.run(["make", *arguments], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_targets():
    return set(re.findall(r"^make (\S+) +\S", make("help"), flags=re.MULTILINE))


def test_make_help_lists_every_target():
    phony = re.search(r"^\.PHONY: (.*)", read("Makefile"), flags=re.MULTILINE)[1].split()
    assert make_targets() == set(phony)
    assert {"lab", "test", "notebooks", "bench", "clean", "help"} <= make_targets()


def test_make_lab_opens_the_first_page():
    command = make("-n", "lab").splitlines()[-1]
    assert "-m jupyterlab " in command and command.endswith(f" {FIRST_PAGE}")
    assert (ROOT / FIRST_PAGE).exists()


def test_every_folder_of_tests_is_run():
    commands = make("-n", "test-all")
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        place = path.relative_to(ROOT)
        assert str(place) in commands or f" {place.parent.as_posix()}" in commands
    assert commands.count("--nbval --nbval-current-env") == 2


def test_readme_gives_the_two_commands():
    commands = re.findall(r"^make (\S+)", code_blocks(read("README.md")), flags=re.MULTILINE)
    assert {"lab", "test"} <= set(commands) <= make_targets()


def test_workflow_runs_all_tests_on_three_systems():
    job = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]["test"]
    assert job["steps"][-1] == {"run": "make test-all"}
    matrix = job["strategy"]["matrix"]
    assert {name.partition("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    oldest = min(matrix["python"], key=Version)
    assert f"--python-version {oldest} " in read("Makefile")


def test_workflow_runs_every_session_of_nox_and_the_newest_each_week():
    workflow = yaml.safe_load(read(".github/workflows/test.yml"))
    assert workflow[True]["schedule"]  # YAML reads "on" as true
    matrix = workflow["jobs"]["versions"]["strategy"]["matrix"]
    named = [*matrix["session"], *(one["session"] for one in matrix["include"])]
    sessions = re.findall(r"@nox\.session.*?\ndef (\w+)", read("tools/noxfile.py"), re.DOTALL)
    assert "newest" in matrix["session"]
    assert {name.partition("(")[0] for name in named} == set(sessions)


def test_ci_runs_make_test_and_then_the_rest():
    assert read(".ci/run").splitlines()[-2:] == ["make test", "make test-rest"]
