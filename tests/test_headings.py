"""Every link within the repository leads somewhere, and every heading that is named exists."""

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent


def files(*patterns):
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file())


PAGES = files("*.md", "teaching/*.md", ".github/**/*.md", "tools/*/*.md", "notebooks/*.ipynb")
SPEAKING = [*PAGES, *files("Makefile", "lab06/**/*.py", "tools/**/*.py", ".github/**/*.yml")]
# A heading named in words: see *Without make: pip*, section "Troubleshooting". Menus have an arrow.
NAMED = re.compile(r"\b(?:see|section|under)\s+[*\"“]+([A-Z][^*\"”→]+?)[*\"”]", re.IGNORECASE)


@cache
def text_of(path):
    """The page without its code blocks; of a notebook, its Markdown."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(text, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(path):
    return [name.replace("`", "") for name in re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)]


def anchors(path):
    """JupyterLab keeps a heading as it is, but for the spaces; GitHub keeps less of it."""
    if path.suffix == ".ipynb":
        return [name.replace(" ", "-") for name in headings(path)]
    return [re.sub(r"[^\w -]", "", name).lower().replace(" ", "-") for name in headings(path)]


def broken_links(text, path):
    """Return the links in the text of this page that lead nowhere."""
    found = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"https?://|mailto:", target):
            name, _, anchor = target.partition("#")
            page = path.parent / name if name else path
            if not page.exists() or (anchor and anchor not in anchors(page)):
                found.append(target)
    return found


@cache
def known_names():
    folds = [re.findall(r"<summary>(.+?)</summary>", text_of(page)) for page in PAGES]
    return set().union(*map(headings, PAGES), *folds)


def unknown_names(text):
    """Return what the text names as a heading, but no page has as a heading or a fold."""
    named = [" ".join(name.split()).rstrip(".,") for name in NAMED.findall(text)]
    return [name for name in named if name not in known_names()]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    assert not broken_links(text_of(path), path)


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: str(path.relative_to(ROOT)))
def test_headings_that_are_named_exist(path):
    assert not unknown_names(text_of(path))


def test_a_wrong_link_and_a_wrong_name_are_found():
    readme, notebook = ROOT / "README.md", ROOT / "notebooks" / "00_start_here.ipynb"
    assert broken_links("[a](nowhere.md) [b](#troubleshooting) [c](#trouble)", readme) == [
        "nowhere.md",
        "#trouble",
    ]
    links = "[a](#The-course) [b](#the-course) [c](../README.md#the-course)"
    assert broken_links(links, notebook) == ["#the-course"]
    text = (
        'See *Without\nmake: pip*, section "Troubleshooting", see *File → Open*, under "No such".'
    )
    assert unknown_names(text) == ["No such"]
