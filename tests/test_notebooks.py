"""The notebooks as documents: order, links, pictures in words, and no uncomputed figure."""

import copy
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import fold
import minutes
import nbformat
import pytest
import readme_picture

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
IGNORE = "nbval-ignore-output"

# Numbers that no cell computes, each with its reason. Everything else in the prose must be
# found, rounded, among the outputs of the same notebook.
EXEMPT_EVERYWHERE = [
    r"\b\d\d_[a-z_0-9]+",  # file names of the notebooks
    r"\b0\d\b",  # course numbers
    r"\babout \d+ minutes|\| \d+ \|$",  # reading time; the tables of notebooks are tested below
    r"\bLab 06(-1)?\b|\blab06\b",  # names
    r"\b\d{1,2} \w+ 20\d\d\b",  # dates
]
EXEMPT = json.loads((Path(__file__).parent / "prose_numbers.json").read_text(encoding="utf-8"))

NUMBER = re.compile(r"(?<![\w.])(\d[\d,]*\.?\d*(?:e[-+]?\d+)?)\s*(%|\\%)?", re.IGNORECASE)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def markdown(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def without_fences(source):
    return re.sub(r"^```.*?^```", "", source, flags=re.MULTILINE | re.DOTALL)


def test_all_notebooks_of_the_course_are_here():
    numbers = [int(path.name[:2]) for path in NOTEBOOKS]
    assert numbers == list(range(len(NOTEBOOKS)))
    assert len(NOTEBOOKS) >= 8


def test_is_valid_and_clean(notebook):
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "jupyter"}, cell.id
        assert cell.metadata.get("jupyter", fold.FOLDED) in (fold.FOLDED, {"source_hidden": True})
        assert set(tags(cell)) <= {IGNORE, "nbval-raises-exception", "exercise", "solution"}


def test_is_executed_in_order_without_errors(notebook):
    cells = code(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        raises = "nbval-raises-exception" in tags(cell)
        for output in cell.outputs:
            assert output.output_type != "error" or raises, cell.source
            assert output.get("name") != "stderr", cell.source


def test_only_pictures_and_versions_are_exempt_from_comparison(notebook):
    for cell in code(notebook):
        pictures = [o for o in cell.outputs if "text/html" in o.get("data", {})]
        if pictures:
            assert IGNORE in tags(cell), cell.source
            escaping = f"numbers beside a picture escape nbval: {cell.source}"
            assert pictures == fold.shown(cell), escaping
        elif IGNORE in tags(cell):
            text = "".join(output.get("text", "") for output in cell.outputs)
            assert "version" in cell.source or "widget" in text, cell.source


class AltTexts(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes).get("alt") or "")


def test_every_picture_has_alternative_text_and_a_caption(notebook):
    following = dict(zip([cell.id for cell in notebook.cells], notebook.cells[1:], strict=False))
    for cell in code(notebook):
        for output in cell.outputs:
            if "text/html" not in output.get("data", {}):
                continue
            parser = AltTexts()
            parser.feed(output.data["text/html"])
            assert parser.found and all(len(alt) > 40 for alt in parser.found), cell.source
            caption = following[cell.id].source
            assert caption.startswith(("**Figure", "**Explorer")), f"no caption: {cell.source}"


def test_headings_are_in_order(notebook):
    text = "\n".join(without_fences(cell.source) for cell in markdown(notebook))
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_code_cell_is_short_and_led_by_prose(notebook):
    for before, cell in zip([None, *notebook.cells], notebook.cells, strict=False):
        if cell.cell_type == "code":
            assert before is not None and before.cell_type == "markdown", cell.source
            assert len(cell.source.splitlines()) <= 20, cell.source


def test_opens_and_closes_as_the_others(path, notebook):
    opening, closing = markdown(notebook)[0].source, markdown(notebook)[-1].source
    for part in ("**After this notebook you can**", "**Time:** about", "**Builds on:**"):
        assert part in opening
    assert any("\n## What we found\n" in f"\n{cell.source}" for cell in markdown(notebook))
    place = NOTEBOOKS.index(path)
    assert "00_start_here.ipynb#The-course" in closing
    for neighbour in NOTEBOOKS[max(place - 1, 0) : place] + NOTEBOOKS[place + 1 : place + 2]:
        assert f"({neighbour.name})" in closing


@pytest.mark.parametrize("page", [FOLDER / "00_start_here.ipynb", FOLDER.parent / "README.md"])
def test_tables_of_the_course_agree_with_the_notebooks(page):
    if page.suffix == ".ipynb":
        text = "\n".join(cell.source for cell in markdown(nbformat.read(page, as_version=4)))
    else:
        text = page.read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (?:\[)?(\d\d [^|\]]+?)(?:\]\([^)]*\))? \| (.+) \| (\d+) \|$", text, re.M
    )
    assert len(rows) == len(NOTEBOOKS)
    for (title, question, stated), notebook in zip(rows, NOTEBOOKS, strict=True):
        opening = markdown(nbformat.read(notebook, as_version=4))[0].source
        assert opening.startswith(f"# {title[:2]} · {title[3:]}\n")
        assert f"**Time:** about {stated} minutes." in opening
        assert question in opening


def test_stated_minutes_are_those_counted(notebook):
    stated = int(re.search(r"\*\*Time:\*\* about (\d+) minutes\.", notebook.cells[0].source)[1])
    counted = minutes.spent(notebook)
    assert stated % 5 == 0 and abs(stated - counted) <= 2.5, f"counted: {counted:.1f}"
    assert counted <= 75


def test_the_course_takes_eight_hours_at_most():
    assert len(minutes.NOTEBOOKS) == len(NOTEBOOKS)
    course = NOTEBOOKS[:11]  # the last one is optional
    assert sum(minutes.spent(nbformat.read(path, as_version=4)) for path in course) <= 480


def test_readme_shows_the_picture_of_the_notebook():
    assert readme_picture.PICTURE.read_bytes() == readme_picture.stored_picture()


def test_details_are_closed_and_balanced(notebook):
    for cell in markdown(notebook):
        assert "<details open" not in cell.source
        assert cell.source.count("<details>") == cell.source.count("</details>")
        # What came after a fold in its cell would stand too close to it in JupyterLab.
        assert "</details>" not in cell.source or cell.source.endswith("</details>")


def test_what_answers_a_prediction_is_folded_until_it_is_run(notebook):
    folded = copy.deepcopy(notebook)
    fold.fold(folded)
    assert folded == notebook, "not folded as the questions ask: python tools/fold.py"


def test_folding_finds_what_answers_a_prediction():
    text, run = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    question, answer = map(text, (fold.QUESTION, fold.ANSWER))
    cells = [run("0"), question, run("1"), text("and"), run("2"), answer, run("3")]
    cells += [question, run("4"), text("no answer"), run("5"), question, run("6")]
    cells += [text(fold.QUESTION + fold.ANSWER), run("7")]
    assert [cell.source for cell in fold.answering(cells)] == ["1", "2", "4", "6"]


@pytest.mark.parametrize("path", NOTEBOOKS[:7], ids=lambda path: path.stem)
def test_the_yardstick_is_not_named_before_notebook_07(path):
    assert "yardstick" not in path.read_text(encoding="utf-8")


def outputs_as_text(notebook):
    for cell in code(notebook):
        for output in cell.outputs:
            yield output.get("text") or output.get("data", {}).get("text/plain", "")


def numbers_printed(notebook):
    text = "\n".join(outputs_as_text(notebook)).replace("−", "-")
    found = re.findall(r"\d[\d,]*\.?\d*(?:e[-+]?\d+)?", text, re.IGNORECASE)
    return {float(number.replace(",", "")) for number in found if number.strip(",.")}


def numbers_claimed(source):
    """Yield (as written, value, half of the last digit) for each figure in a Markdown text.

    Single digits are left out: they count, number lists and stand in formulas.
    """
    text = re.sub(r"\]\([^)]*\)", "]", without_fences(source))
    for pattern in EXEMPT_EVERYWHERE:
        text = re.sub(pattern, " ", text, flags=re.MULTILINE)
    for written, percent in NUMBER.findall(text.replace("{,}", "").replace("−", "-")):
        digits = written.rstrip(",.").replace(",", "").lower()
        mantissa, _, exponent = digits.partition("e")
        if len(mantissa.replace(".", "")) < 2:
            continue
        decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
        scale = 0.01 if percent else 1
        yield written.rstrip(",.") + percent, float(digits) * scale, scale * 0.5 * 10.0**-decimals


def is_computed(value, half_digit, printed):
    return any(abs(value - number) <= half_digit + 1e-9 * max(1, number) for number in printed)


def test_every_figure_in_the_prose_is_computed(path, notebook):
    printed = numbers_printed(notebook)
    exempt = EXEMPT.get(path.stem, {})
    missing = [
        f"{written} in: {cell.source[:80]!r}"
        for cell in markdown(notebook)
        for written, value, half_digit in numbers_claimed(cell.source)
        if written not in exempt and not is_computed(value, half_digit, printed)
    ]
    assert not missing, "\n".join(missing)


def test_exemptions_are_used_and_have_a_reason():
    for stem, numbers in EXEMPT.items():
        notebook = nbformat.read(FOLDER / f"{stem}.ipynb", as_version=4)
        claimed = {w for cell in markdown(notebook) for w, _, _ in numbers_claimed(cell.source)}
        for number, reason in numbers.items():
            assert number in claimed and len(reason) > 10, (stem, number)


def test_the_search_for_figures_finds_a_wrong_one():
    claims = list(
        numbers_claimed("cost 0.739 after 1001 updates, 87.5 % right, 4.6e-9, 1,000 rows")
    )
    assert [written for written, _, _ in claims] == ["0.739", "1001", "87.5%", "4.6e-9", "1,000"]
    printed = {0.738749, 1001.0, 0.875, 4.58e-9, 1000.0}
    assert all(is_computed(value, half, printed) for _, value, half in claims)
    assert not is_computed(0.74, 0.005, {0.7501}) and not is_computed(0.739, 0.0005, {0.7381})
    assert math.isclose(claims[2][1], 0.875)
