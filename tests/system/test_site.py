"""The static pages: what `make html` writes, checked on two notebooks and a small third one.

tests/browser/test_pages.py opens such pages in a browser.
"""

import base64
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import export
import nbformat
import pytest

ROOT = Path(__file__).parent.parent.parent

OPENING = "# 99 · Try this\n\n*Does it move?*\n\n**Time:** about 1 minutes."
OWN_WIDGET = """
import anywidget
import traitlets
from lab06.explore import SoftmaxExplorer

class Bytes(anywidget.AnyWidget):
    _esm = "export default { render({ el }) { el.innerHTML = '<script></script>'; } };"
    _css = "b::after { content: '</style>'; }"
    table = traitlets.Bytes().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)

first, second = SoftmaxExplorer(logits=(3.0, 0.5, -2.0)), SoftmaxExplorer(temperature=2.5)
stored = Bytes(table=bytes(range(256)), words="</script><b>")
"""
THIRD = [
    nbformat.v4.new_markdown_cell(OPENING),
    nbformat.v4.new_code_cell(OWN_WIDGET),
    nbformat.v4.new_code_cell("first"),
    nbformat.v4.new_code_cell("second"),
    nbformat.v4.new_code_cell("first"),
    nbformat.v4.new_code_cell("display(stored)"),
    nbformat.v4.new_code_cell("second.logits = (9.0, 0.0, 0.0)  # after it was shown"),
    nbformat.v4.new_code_cell("'folded'", metadata={"jupyter": {"outputs_hidden": True}}),
    nbformat.v4.new_code_cell("silent = 1", metadata={"jupyter": {"outputs_hidden": True}}),
    nbformat.v4.new_markdown_cell(
        "## Twice\n\n| a | b |\n|---|---|\n| $p_1 < 1$ | $$\\frac{1}{2}$$ |\n\n"
        "<details><summary>Answer</summary>\n\n$\\log x$, `$y`\n\n</details>\n\n"
        "## Twice\n\n[here](#Twice) [there](01_softmax.ipynb#What-we-found) "
        "[not a page](../README.md) [nor here](08_why_the_curves_differ.ipynb)"
    ),
]
# The page must do without all of these; as text in a cell they would be fine.
FETCHING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """A page's tags with their attributes, its ids, and its text outside of code and scripts."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.text, self.open = [], "", []
        self.feed(path.read_text(encoding="utf-8"))
        self.ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.open += [tag] if tag in {"code", "pre", "script", "style"} else []

    def handle_endtag(self, tag):
        if tag in self.open:
            self.open.remove(tag)

    def handle_data(self, data):
        self.text += "" if self.open else data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def write(folder, name, cells):
    path = folder / name
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("site")
    notebooks = [ROOT / "notebooks" / f"{name}.ipynb" for name in ("00_start_here", "01_softmax")]
    stored = [path.read_bytes() for path in notebooks]
    export.export([*notebooks, write(here, "99_try.ipynb", THIRD)], here / "html")
    assert [path.read_bytes() for path in notebooks] == stored
    return here / "html"


@pytest.fixture(params=["index", "00_start_here", "01_softmax", "99_try"])
def path(request, folder):
    return folder / f"{request.param}.html"


@pytest.fixture
def page(path):
    return Page(path)


def embedded(folder, name="99_try"):
    text = (folder / f"{name}.html").read_text(encoding="utf-8")
    found = re.findall(r'<script type="application/json" id="explorers">(.*?)</script>', text)
    return json.loads(found[0])


def test_nothing_is_fetched_from_elsewhere(path, page):
    for tag, attribute in FETCHING.items():
        for attributes in page.all(tag):
            source = attributes.get(attribute, "data:")
            assert source.startswith("data:") or (path.parent / source).is_file(), (tag, source)
    assert not re.search(r"@import|url\(", (path.parent / "style.css").read_text(encoding="utf-8"))


def broken_links(folder):
    """Return every link of a folder's pages that leads nowhere, with the page that has it."""
    pages = {path.name: Page(path) for path in folder.glob("*.html")}
    broken = []
    for own, page in pages.items():
        for link in [attributes["href"] for attributes in page.all("a")]:
            name, mark, anchor = link.partition("#")
            there = pages.get(name or own)
            if link.startswith("https://"):
                good = re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]+(/[\w./#%?=&~+-]*)?", link)
            else:
                good = there and (unquote(anchor) in there.ids if mark else name)
            broken += [] if good else [(own, link)]
    return broken


def test_every_link_and_anchor_leads_somewhere(folder):
    assert broken_links(folder) == []


def test_every_link_and_anchor_of_the_whole_course_leads_somewhere(course):
    assert len(list(course.glob("*.html"))) == 13
    assert broken_links(course) == []


def elsewhere(path):
    """Return where a page says that it can be run and read on the web."""
    found = re.findall(r'<nav aria-label="Elsewhere">(.*?)</nav>', path.read_text("utf-8"), re.S)
    return [re.findall('href="(.*?)"', one) for one in found]


def test_where_the_repository_is_not_known_no_page_names_one(tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    export.export([write(tmp_path, "99_try.ipynb", THIRD[:1])], tmp_path / "html")
    for path in (tmp_path / "html").glob("*.html"):
        assert not elsewhere(path) and "mybinder" not in path.read_text(encoding="utf-8")


def test_where_the_repository_is_known_each_page_links_to_it(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "some-body/a.course")
    monkeypatch.setenv("GITHUB_REF_NAME", "spring/2027")
    notebooks = [write(tmp_path, name, THIRD[:1]) for name in ("98_first.ipynb", "99_try.ipynb")]
    export.export(notebooks, tmp_path / "html")

    def places(name, source):
        binder = "https://mybinder.org/v2/gh/some-body/a.course/HEAD?urlpath=lab/tree/notebooks/"
        colab = "https://colab.research.google.com/github/some-body/a.course/blob/spring/2027/"
        return [[f"{binder}{name}", f"{colab}notebooks/{name}", source]]

    home = "https://github.com/some-body/a.course"
    for path in notebooks:
        source = f"{home}/blob/spring/2027/notebooks/{path.name}"
        assert elsewhere(tmp_path / "html" / f"{path.stem}.html") == places(path.name, source)
    assert elsewhere(tmp_path / "html" / "index.html") == places("98_first.ipynb", home)
    assert broken_links(tmp_path / "html") == []


def test_every_answer_stands_inside_its_box(course):
    answers = 0
    for path in sorted(course.glob("*_*.html")):
        boxes = re.findall(r"<details>(.*?)</details>", path.read_text(encoding="utf-8"), re.DOTALL)
        notebook = nbformat.read(ROOT / "notebooks" / f"{path.stem}.ipynb", as_version=4)
        assert len(boxes) == sum(cell.source.count("<details") for cell in notebook.cells)
        answers += len(boxes)
        for box in boxes:
            assert len(export.words_of(box.partition("</summary>")[2]).strip()) > 5, box
    assert answers > 100


def test_what_answers_a_prediction_stands_behind_run(folder):
    text = (folder / "99_try.html").read_text(encoding="utf-8")
    (output,) = re.findall(r'class="run"><summary>Run</summary>(.*?)</details>', text, re.DOTALL)
    assert export.words_of(output).strip() == "'folded'"


def test_ids_are_unique(page):
    assert len(page.ids) == len(set(page.ids))


def test_has_what_a_page_needs(page):
    assert page.tags[0] == ("html", {"lang": "en"})
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all(
        "meta"
    )
    first = page.all("a")[0]
    assert first["class"] == "skip" and first["href"].removeprefix("#") in page.ids


def test_every_picture_has_alternative_text(page):
    assert all(len(attributes.get("alt") or "") > 40 for attributes in page.all("img"))


def test_pages_follow_each_other(folder):
    links = Page(folder / "01_softmax.html").all("a")
    towards = {link["rel"]: link["href"] for link in links if "rel" in link}
    assert towards == {"prev": "00_start_here.html", "next": "99_try.html"}
    assert "index.html" in [link["href"] for link in links]


def test_links_between_notebooks_become_links_between_pages(folder):
    links = [link["href"] for link in Page(folder / "99_try.html").all("a")]
    assert "01_softmax.html#What-we-found" in links and "#Twice" in links
    own = [link for link in links if not link.startswith("https://")]
    assert not [link for link in own if ".ipynb" in link or "README" in link]


def test_no_formula_is_left_as_it_was_typed(path, page):
    assert "$" not in page.text and "\\" not in page.text
    notebook = ROOT / "notebooks" / f"{path.stem}.ipynb"
    if notebook.exists():
        cells = nbformat.read(notebook, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
        assert len(page.all("math")) == len(re.findall(r"\$\$.+?\$\$|\$.+?\$", text, re.DOTALL))


def test_aligned_lines_stand_below_each_other_and_the_unknown_is_refused():
    markdown = export.Markdown(ROOT / "README.md", [])
    made = markdown.convert(r"$$\begin{aligned} a &= b \\ &= c \end{aligned}$$")
    assert made.count("<mtr>") == 2 and "&" not in export.words_of(made)
    with pytest.raises(export.ExportError, match="gathered"):
        markdown.convert(r"$$\begin{gathered} a & b \end{gathered}$$")


def test_formulas_in_tables_and_answers_become_mathml(folder):
    displays = [math["display"] for math in Page(folder / "99_try.html").all("math")]
    assert displays == ["inline", "block", "inline"]


def test_outputs_are_those_of_a_fresh_run(folder):
    text = (folder / "00_start_here.html").read_text(encoding="utf-8")
    for cell in nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4).cells:
        exempt = "nbval-ignore-output" in cell.metadata.get("tags", [])  # versions
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and not exempt:
                assert html.escape(output.text.strip(), quote=False) in text


def test_explorers_are_embedded_with_the_state_that_python_has(folder):
    models = embedded(folder)["models"]
    assert len(models) == 3
    states = [model["state"] for model in models.values()]
    explorers = [(state["logits"], state["temperature"]) for state in states if "logits" in state]
    assert explorers == [([3.0, 0.5, -2.0], 1.0), ([9.0, 0.0, 0.0], 2.5)]
    assert [state["words"] for state in states if "words" in state] == ["</script><b>"]


def test_bytes_are_embedded(folder):
    found = [model["buffers"] for model in embedded(folder)["models"].values() if model["buffers"]]
    ((buffer,),) = found
    assert buffer["path"] == ["table"] and base64.b64decode(buffer["data"]) == bytes(range(256))


def test_every_module_is_there_once(folder):
    from lab06.explore import SoftmaxExplorer

    found = embedded(folder)
    assert len(found["modules"]) == 2 and SoftmaxExplorer._esm in found["modules"]
    assert [model["module"] for model in found["models"].values()] == [0, 0, 1]
    text = (folder / "99_try.html").read_text(encoding="utf-8")
    assert text.count(SoftmaxExplorer._css.strip()) == 1 and text.count("</style>") == 1


def test_every_explorer_has_a_place_with_a_picture_in_it(folder):
    models = embedded(folder)["models"]
    tags = Page(folder / "99_try.html").tags
    places = [at for at, (_, attributes) in enumerate(tags) if "data-model" in attributes]
    shown = [tags[at][1]["data-model"] for at in places]
    assert shown[0] == shown[2] and set(shown) == set(models)
    assert [tags[at + 1][0] for at in places] == ["img", "img", "img", "pre"]


def test_a_page_without_explorers_carries_none(folder):
    scripts = Page(folder / "00_start_here.html").all("script")
    assert "explorers" not in [script.get("id") for script in scripts]


def test_the_index_opens_with_a_broken_run_and_a_sound_one_and_does_not_say_which(folder):
    (model,) = embedded(folder, "index")["models"].values()
    left, right = model["state"]["runs"]
    assert left == right | {"softmax": "twice"} and right["softmax"] == "once"
    assert model["state"]["covered"] is True
    text = (folder / "index.html").read_text(encoding="utf-8")
    opening = text.partition("<h1")[2].partition("</main>")[0]
    question, first_row = opening.index("is broken. Which?"), opening.index("00_start_here.html")
    assert question < opening.index("data-model") < first_row
    still = Page(folder / "index.html").all("img")[0]["alt"]
    assert "left" in still and "right" in still and "softmax" not in still


def test_index_lists_the_notebooks_in_their_own_words(folder):
    text = (folder / "index.html").read_text(encoding="utf-8")
    rows = re.findall(r'<tr><td><a href="(.*?)">(.*?)</a></td><td>(.*?)</td>\s*<td>(.*?)<', text)
    assert rows[-1] == ("99_try.html", "99 · Try this", "Does it move?", "1")
    assert [row[0] for row in rows[:2]] == ["00_start_here.html", "01_softmax.html"]
    assert rows[0][1:] == (
        "00 · Start here: three runs, three costs", "Is high-level code better at learning?", "10"
    )  # fmt: skip


def test_search_has_the_text_under_every_heading(folder):
    text = (folder / "index.html").read_text(encoding="utf-8")
    found = re.findall(r'<script type="application/json" id="sections">(.*?)</script>', text)
    sections = json.loads(found[0])
    headings = sum(
        tag in {"h1", "h2", "h3"} for name in ("00_start_here", "01_softmax", "99_try")
        for tag, _ in Page(folder / f"{name}.html").tags
    )  # fmt: skip
    assert len(sections) == headings
    for section in sections:
        name, _, anchor = section["link"].partition("#")
        assert anchor in Page(folder / name).ids
    costs = [s["heading"] for s in sections if "low level cost 0.739" in s["text"]]
    assert costs == ["The published result"]  # an output, as printed
    assert not any("<span" in section["text"] for section in sections)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([OPENING, "1 / 0"], r"bad\.ipynb, cell 2 of 2: .*ZeroDivisionError"),
        (["# Only a title"], r"bad\.ipynb: the first cell needs"),
        ([OPENING + r" $\unheard{x}$"], r"bad\.ipynb: no MathML for '\\\\unheard\{x\}'"),
    ],
)
def test_says_which_notebook_cannot_become_a_page(tmp_path, cells, words):
    made = [nbformat.v4.new_markdown_cell(cells[0]), *map(nbformat.v4.new_code_cell, cells[1:])]
    with pytest.raises(export.ExportError, match=f"(?s){words}"):
        export.export([write(tmp_path, "bad.ipynb", made)], tmp_path / "html")
