"""What a public copy needs: its address, how to cite it, its forms, the workflow of its pages."""

import re
import shutil
import subprocess
import sys

import address
import pytest
import yaml
from test_environment import ROOT, make, read

SCHEMAS = {
    "vendor.github-workflows": ".github/workflows/*.yml",
    "vendor.github-issue-config": ".github/ISSUE_TEMPLATE/config.yml",
    "vendor.github-issue-forms": ".github/ISSUE_TEMPLATE/[!c]*.yml .github/ISSUE_TEMPLATE/ch*.yml",
    "vendor.citation-file-format": "CITATION.cff",
}


@pytest.fixture
def copy(tmp_path):
    """The files that may name the address, before anybody has written it."""
    for path in (path for pattern in address.FILES for path in ROOT.glob(pattern)):
        copied = tmp_path / path.relative_to(ROOT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)
    address.write("OWNER/REPOSITORY", tmp_path)  # this may be a public copy, which has its own
    return tmp_path


def texts(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_address_is_written_everywhere_once_and_may_change(copy, capsys):
    before = texts(copy)
    capsys.readouterr()
    address.write("some-body/lab06", copy)
    written, said = texts(copy), capsys.readouterr().out
    assert {f"{path.relative_to(copy)}: some-body/lab06" for path in before} >= {*said.splitlines()}
    for name in ("README.md", "CITATION.cff", "notebooks/00_start_here.ipynb"):
        assert f"{name}: some-body/lab06" in said
    for path, text in written.items():
        assert b"OWNER" not in text, path
        assert text.count(b"\n") == before[path].count(b"\n")
    assert b"https://some-body.github.io/lab06/" in written[copy / "CITATION.cff"]
    address.write("some-body/lab06", copy)
    assert texts(copy) == written and capsys.readouterr().out == ""
    address.write("other/a.name", copy)
    assert b"github.com/other/a.name" in texts(copy)[copy / "README.md"]
    address.write("OWNER/REPOSITORY", copy)
    assert texts(copy) == before


def test_an_address_is_replaced_whole_and_in_links_inside_links(copy):
    page = copy / "teaching" / "README.md"
    page.write_text("https://github.com/a/b https://github.com/a/b2 %2Fa%2Fb. a/b", "utf-8")
    address.write("a/b", copy)
    address.write("c/d", copy)
    assert page.read_text("utf-8") == "https://github.com/c/d https://github.com/a/b2 %2Fc%2Fd. a/b"


@pytest.mark.parametrize(
    "wrong", ["", "name", "https://github.com/owner/name", "o/n/m", "o wner/n"]
)
def test_what_is_no_address_is_refused_in_one_line(copy, wrong):
    before = texts(copy)
    with pytest.raises(SystemExit, match=f"write REPOSITORY=owner/name, not {wrong!r}$"):
        address.write(wrong, copy)
    assert texts(copy) == before


def test_make_address_passes_the_address_on():
    assert 'tools/address.py "a/b"' in make("-n", "address", "REPOSITORY=a/b")


@pytest.mark.parametrize(("schema", "names"), SCHEMAS.items())
def test_fits_the_published_schema(schema, names):
    files = sorted({path for name in names.split() for path in ROOT.glob(name)})
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files]
    done = subprocess.run(command, capture_output=True, text=True)
    assert files and done.returncode == 0, done.stdout


def test_version_and_date_are_the_same_everywhere():
    version, date = re.findall(r"^## (\S+) \((\S+)\)$", read("CHANGELOG.md"), re.MULTILINE)[0]
    citation = yaml.safe_load(read("CITATION.cff"))
    assert (citation["version"], str(citation["date-released"])) == (version, date)
    assert f'\nversion = "{version}"\n' in read("pyproject.toml")


def test_readme_links_to_each_form():
    forms = {path.name for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")}
    linked = re.findall(r"/issues/new\?template=([\w.]+)\)", read("README.md"))
    assert {*linked} == forms - {"config.yml"} and len(forms) == 4


def test_the_pages_are_those_of_make_html():
    steps = yaml.safe_load(read(".github/workflows/pages.yml"))["jobs"]["build"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert commands == ['make address REPOSITORY="$GITHUB_REPOSITORY"', "make html"]
    assert steps[-1]["with"]["path"] == "build/html"


def test_all_workflows_use_one_version_of_an_action():
    workflows = (ROOT / ".github" / "workflows").glob("*.yml")
    used = re.findall(r"uses: (\S+)@v(\d+)", "".join(path.read_text("utf-8") for path in workflows))
    assert len({*used}) == len({name for name, _ in used}) == 4
