"""How the package is put together: imports run one way, and importing it costs little."""

import ast
import importlib
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "lab06"
FILES = {
    ".".join(path.relative_to(FOLDER).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(FOLDER.rglob("*.py"))
}
PUBLIC = sorted(name for name in FILES if "." not in name and not name.startswith("_"))

# From the bottom up: a module may import what stands before it, but nothing on its own line.
LAYERS = [
    {"__init__"},
    {"_arguments"},
    {"data", "losses", "models"},
    {"training", "sweep"},
    {"plotting"},
    {"explore", "check"},
]
PYTHON_AND_TORCH = sys.stdlib_module_names | {"torch"}
HEAVY = ["matplotlib.pyplot", "ipywidgets", "anywidget", "pandas", "torch._dynamo", "sympy"]


def imports_of(name):
    """Return every module that the file imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole.removeprefix("lab06.") in FILES else node.module)
    return found


def ours(name):
    """Return what the file imports from this package, by the names of its files."""
    inside = {module.removeprefix("lab06.") for module in imports_of(name) if "lab06." in module}
    return inside & set(FILES)


def part(name):
    """Return the module of the package that a file is, or is a part of."""
    return name.partition(".")[0]


def test_every_module_has_its_place():
    assert {part(name) for name in FILES} <= set.union(*LAYERS)


@pytest.mark.parametrize("name", FILES)
def test_imports_run_one_way(name):
    (place,) = [place for place, layer in enumerate(LAYERS) if part(name) in layer]
    below = set.union(*LAYERS[:place], set())
    assert {part(module) for module in ours(name)} - {part(name)} <= below


def test_no_file_of_a_folder_imports_in_a_circle():
    rest = {name: ours(name) for name in FILES}
    while ready := {name for name, wanted in rest.items() if not wanted & set(rest) - {name}}:
        rest = {name: wanted for name, wanted in rest.items() if name not in ready}
    assert rest == {}


@pytest.mark.parametrize("name", sorted(set.union(*LAYERS[:4]) & set(FILES)))
def test_everything_below_the_pictures_stands_on_torch_alone(name):
    packages = {part(module) for module in imports_of(name)}
    assert packages - PYTHON_AND_TORCH <= {"lab06"}


@pytest.fixture(scope="module")
def loaded():
    """Return the modules loaded in a fresh interpreter, after each of these statements."""
    statements = {
        "python": "import sys",
        "lab06": "import lab06",
        "torch": "import torch",
        "lower": "import lab06.data, lab06.losses, lab06.models, lab06.training, lab06.sweep",
        "plotting": "import lab06.plotting",
    }
    program = "".join(f"{statement}\nprint(*sys.modules)\n" for statement in statements.values())
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return dict(zip(statements, map(set, map(str.split, done.stdout.splitlines())), strict=True))


def test_import_lab06_loads_nothing_else(loaded):
    assert loaded["lab06"] - loaded["python"] == {"lab06"}


def test_the_lower_modules_load_nothing_beyond_torch(loaded):
    packages = {part(module) for module in loaded["lower"] - loaded["torch"]}
    assert packages - sys.stdlib_module_names == {"lab06"}


def test_no_module_loads_what_most_notebooks_never_use(loaded):
    assert not loaded["plotting"] & set(HEAVY)


def public_objects():
    for name in PUBLIC:
        module = importlib.import_module(f"lab06.{name}")
        yield f"lab06.{name}", module
        for key, thing in vars(module).items():
            if key.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
                continue
            yield f"lab06.{name}.{key}", thing
            if inspect.isclass(thing):
                members = {k: v for k, v in vars(thing).items() if not k.startswith("_")}
                yield from ((f"{key}.{k}", v) for k, v in members.items() if documentable(v))


def documentable(member):
    return callable(member) or isinstance(member, property) or hasattr(member, "func")


OBJECTS = dict(public_objects())


@pytest.mark.parametrize("name", OBJECTS)
def test_has_a_docstring(name):
    words = inspect.getdoc(OBJECTS[name])
    assert words and words.splitlines()[0].rstrip().endswith((".", ":")), name


@pytest.mark.parametrize("name", PUBLIC)
def test_the_package_lists_its_modules(name):
    lines = importlib.import_module("lab06").__doc__.splitlines()
    assert name in [line.split()[0] for line in lines if line.strip()]


def test_a_home_folder_that_cannot_be_written_to_is_no_news():
    """What matplotlib says about it would stand on stderr under the first cell of each notebook."""
    own_folders = {"MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}
    environ = {name: value for name, value in os.environ.items() if name not in own_folders}
    nowhere = {"HOME": os.devnull, "USERPROFILE": os.devnull, "LOCALAPPDATA": os.devnull}
    done = subprocess.run(
        [sys.executable, "-c", "import lab06.plotting"],
        env=environ | nowhere,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
