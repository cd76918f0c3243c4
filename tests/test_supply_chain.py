"""What the course takes from others: licences that suit it, and no text that it would execute."""

import ast
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"^([\w.-]+)==", re.MULTILINE)

# None of these asks anything of code that only imports the package, as MIT-licensed code does.
PERMISSIVE = {
    *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause"),
    *("BSL-1.0", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Zlib"),
    # As older packages write them, in their classifiers and in free text.
    *("Apache 2.0", "Apache License, Version 2.0", "Apache Software License", "BSD License"),
    *("ISC License (ISCL)", "MIT License", "Python Software Foundation License"),
}
# Read by hand. Copyleft binds only who changes or hands on their files, and nothing here does.
READ = {
    "certifi": "MPL-2.0",
    "fqdn": "MPL-2.0",
    "hypothesis": "MPL-2.0; only for tests",
    "axe-playwright-python": "MIT by its LICENSE file; axe-core in it is MPL-2.0; only for tests",
}

EXECUTING = {
    *("__import__", "compile", "eval", "exec", "os.popen", "os.system", "pandas.read_pickle"),
    *("subprocess.getoutput", "subprocess.getstatusoutput", "torch.load", "yaml.load"),
}
MODULES = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
SCRIPTED = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|srcdoc|XMLHttpRequest|document\.write"
    r"|new Function|(?:eval|fetch|import)\s*\()"
)
KNOWN = {
    ("tests/test_nbgrader.py", "compile"): "looks for a syntax error, runs nothing",
    ("site/live.js", "import("): "a module of the page itself, put there by export.py",
}


def licences(name):
    """Return the licences a package declares: an SPDX expression, or else what comes before it."""
    about = metadata(name)
    classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    if about["License-Expression"]:
        return re.split(r" AND | OR ", about["License-Expression"].translate({40: "", 41: ""}))
    if classifiers:
        return [classifier.rpartition(" :: ")[2] for classifier in classifiers]
    return [(about["License"] or "none declared").splitlines()[0]]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-test.txt"])
def test_every_pinned_package_has_a_permissive_licence(file):
    seen = 0
    for name in PINNED.findall((ROOT / file).read_text(encoding="utf-8")):
        try:
            others = set(licences(name)) - PERMISSIVE
        except PackageNotFoundError:
            continue  # for another system
        seen += 1
        assert not others or name in READ, f"{name} has a licence to read: {others}"
    assert seen > 20


def dangers(source):
    """Return what in a piece of Python executes text, reads objects from bytes or asks a shell."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call):
            names = [ast.unparse(node.func).removeprefix("builtins.")]
            options = {word.arg: ast.unparse(word.value) for word in node.keywords}
            found += [o for o in ("shell", "allow_pickle") if options.get(o, "False") != "False"]
        found += [name for name in names if name in EXECUTING or name.split(".")[0] in MODULES]
    return found


def python_sources():
    for folder in ("lab06", "nbgrader", "site", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                yield path, cell.source


def test_nothing_executes_text():
    found = {
        (path.relative_to(ROOT).as_posix(), danger)
        for path, source in python_sources()
        for danger in dangers(source)
    }
    scripts = [*(ROOT / "lab06" / "explore_files").glob("*.js"), *(ROOT / "site").glob("*.js")]
    assert len(scripts) > 5
    for path in [*scripts, *(ROOT / "site").glob("*.j2")]:
        calls = SCRIPTED.findall(path.read_text(encoding="utf-8"))
        found |= {(path.relative_to(ROOT).as_posix(), call) for call in calls}
    assert found == set(KNOWN)


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "builtins.exec(text)",
        "__import__(name)",
        "import pickle",
        "from pickle import loads",
        "import joblib.memory",
        "from os import system",
        "os.system(text)",
        "subprocess.run(text, shell=True)",
        "subprocess.run(text, shell=given)",
        "numpy.load(path, allow_pickle=True)",
        "torch.load(path)",
        "yaml.load(text, Loader)",
    ],
)
def test_a_danger_is_seen(source):
    assert dangers(source)


@pytest.mark.parametrize("source", ["model.eval()", "re.compile('a')", "yaml.safe_load(text)"])
def test_what_looks_like_a_danger_is_none(source):
    assert dangers(source) == []


@pytest.mark.parametrize(
    "script", ["el.innerHTML = name", "eval (text)", "new Function(text)", "fetch(url)"]
)
def test_a_danger_in_javascript_is_seen(script):
    assert SCRIPTED.search(script)
