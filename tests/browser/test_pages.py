"""The static pages in a browser, opened from disk without a network: `make html` in small."""

import functools
import json
import re
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import export
import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).parent.parent.parent

OPENING = "# 99 · Try this\n\n*Does it move?*\n\n**Time:** about 1 minutes."
ANSWERS = "".join(
    f"<details><summary>{name}</summary>\n\nA {name}.\n\n</details>\n\n"
    for name in ("hint", "solution")
)
# A second widget needs its bytes, changes a list into an equal one, and puts itself on the page.
BYTES = """
import anywidget
import traitlets

class Bytes(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
        let fired = 0;
        model.on("change:numbers", () => (fired += 1));
        model.set("numbers", [1, 2]);
        model.set("numbers", [1, 3]);
        const view = model.get("table");
        el.innerHTML = `<p class="bytes">${view.getFloat32(4, true)} ${fired}</p><!--</script>-->`;
    } };'''
    table = traitlets.Bytes().tag(sync=True)
    numbers = traitlets.List([1, 2]).tag(sync=True)

class Broken(anywidget.AnyWidget):
    _esm = "export default { render() { throw new Error('on purpose'); } };"
"""
CELLS = [
    "from lab06.explore import SoftmaxExplorer\nexplorer = SoftmaxExplorer()\nexplorer",
    "explorer",
    BYTES,
    "import struct\nBytes(table=struct.pack('<2f', 1.5, 2.5))",
]


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def write_page(folder, stem, cells):
    text = map(nbformat.v4.new_markdown_cell, (OPENING, ANSWERS))
    made = [*text, *map(nbformat.v4.new_code_cell, cells)]
    folded = {"jupyter": {"outputs_hidden": True}}
    made.append(nbformat.v4.new_code_cell("print('the result')", metadata=folded))
    nbformat.write(nbformat.v4.new_notebook(cells=made), folder / f"{stem}.ipynb")
    return folder / f"{stem}.ipynb"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("pages")
    notebooks = [ROOT / "notebooks" / "00_start_here.ipynb", write_page(here, "99_try", CELLS)]
    notebooks.append(write_page(here, "broken", [BYTES, "Broken()"]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_REPOSITORY", "some-body/lab06")  # with all links that a page may have
        export.export(notebooks, here / "html")
    return here / "html"


@pytest.fixture
def open_page(page, folder):
    """Open a page from disk, and fail in the end if it asked for more or complained."""
    asked, complaints = [], []
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def open_it(name, expected=0):
        page.goto((folder / f"{name}.html").as_uri())
        page.complaints_expected = expected
        if expected and not complaints:
            page.wait_for_event("console")
        return page

    yield open_it
    assert asked and all(url.startswith(("file:", "data:", "blob:")) for url in asked)
    assert len(complaints) == page.complaints_expected, complaints


def numbers(explorer):
    return json.loads(explorer.get_attribute("data-numbers"))


def test_an_explorer_moves_with_the_keyboard(open_page):
    page = open_page("99_try")
    explorer = page.locator(".lab06").first
    explorer.wait_for()
    picture = explorer.locator("[role=img]")
    before = numbers(explorer), picture.inner_html(), picture.get_attribute("aria-label")
    explorer.get_by_role("slider", name="logit of class 2").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    after = numbers(explorer), picture.inner_html(), picture.get_attribute("aria-label")
    assert all(new != old for new, old in zip(after, before, strict=True))
    assert after[0]["probabilities"][2] > before[0]["probabilities"][2]
    assert f"class 2 has probability {after[0]['probabilities'][2]:#.3g}" in after[2]


def test_two_pictures_of_one_explorer_move_together(open_page):
    page = open_page("99_try")
    page.locator(".lab06").nth(1).wait_for()
    page.locator(".lab06").first.get_by_role("slider", name="temperature").press("ArrowLeft")
    first, second = page.locator(".lab06").all()
    assert numbers(first) == numbers(second)


def test_the_still_picture_makes_way(open_page):
    page = open_page("99_try")
    page.locator(".lab06").nth(1).wait_for()
    page.locator(".bytes").wait_for()
    assert page.locator("[data-model]").count() == 3
    assert page.locator("[data-model] > img, [data-model] > pre").count() == 0


def test_bytes_arrive_and_only_real_changes_are_told(open_page):
    assert open_page("99_try").locator(".bytes").inner_text() == "2.5 1"


def test_what_fails_leaves_the_still_picture(open_page):
    page = open_page("broken", expected=1)
    assert page.locator("[data-model] > pre").count() == 1
    assert page.locator("[data-model] > div").count() == 0


def test_without_javascript_the_still_picture_stands(browser, folder):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "99_try.html").as_uri())
    still = page.locator("[data-model] > img")
    assert still.count() == 2 and still.first.is_visible()
    page.goto((folder / "index.html").as_uri())
    assert still.count() == 1 and still.is_visible()
    context.close()


def test_the_index_shows_two_runs_and_their_settings_when_asked(open_page):
    page = open_page("index")
    page.set_viewport_size({"width": 375, "height": 700})
    runs = page.locator(".lab06")
    runs.get_by_role("button", name="Steps 1000").click()
    left, right = numbers(runs)
    assert left["epoch"] == 1000 and left["yardstick"] > 1.0986 > left["cost"]
    assert right["yardstick"] < 0.5 and left["right"] == right["right"] == 7  # as the answer says
    assert "twice" not in runs.inner_text() and runs.get_by_role("radio").count() == 0
    runs.get_by_role("button", name="Show the settings").click()
    assert "softmax twice" in runs.inner_text() and runs.get_by_role("radio").count() == 7
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_search_finds_a_section_and_leads_there(open_page):
    page = open_page("index")
    page.get_by_label("Words to look for").fill("Middle LEVEL cost 0.400")
    found = page.locator("#search-found a")
    assert found.all_inner_texts() == [
        "00 · Start here: three runs, three costs: The published result"
    ]
    found.click()
    assert page.url.endswith("/00_start_here.html#The-published-result")
    assert page.locator("h2:target").is_visible()


def test_search_says_when_there_is_nothing(open_page):
    page = open_page("index")
    page.get_by_label("Words to look for").fill("xylophone")
    assert page.locator("#search-count").inner_text() == "0 sections"


@pytest.mark.parametrize("name", ["index", "00_start_here", "99_try"])
def test_a_telephone_scrolls_only_downwards(open_page, name):
    page = open_page(name)
    page.set_viewport_size({"width": 360, "height": 700})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    # What is wider scrolls in a box of its own, with the keyboard too.
    wide = page.locator("pre, .scroll").evaluate_all(
        "boxes => boxes.filter((box) => box.scrollWidth > box.clientWidth).map((b) => b.tabIndex)"
    )
    assert set(wide) <= {0} and (wide or name != "00_start_here")


def test_links_can_be_clicked(page, course):
    """From the contents and from one notebook; tests/system/test_site.py sees where all lead."""
    clicked = 0
    for path in sorted(course.glob("index.html")) + sorted(course.glob("08_*.html")):
        page.goto(path.as_uri())
        links = page.locator("a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
        for link in dict.fromkeys(link for link in links if not link.startswith("https://")):
            page.goto(path.as_uri())
            first = page.locator(f'a[href="{link}"]').first
            first.evaluate("""link => {
                link.closest("details")?.setAttribute("open", "");
                link.focus(); // brings the one that skips the navigation into sight
            }""")
            first.click()
            name, mark, anchor = link.partition("#")
            page.wait_for_url(f"**/{name or path.name}{mark}{anchor}")
            assert page.locator("h1").count() == 1
            assert not mark or page.locator(":target").is_visible(), (path.name, link)
            clicked += 1
    assert clicked > 15


def test_the_site_works_below_a_path(page, folder):
    """As GitHub serves it: not at the root of its host, and without a file's name at first."""
    handler = functools.partial(QuietHandler, directory=folder.parent)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        root, answers = f"http://127.0.0.1:{server.server_port}/html/", {}
        page.on("response", lambda response: answers.update({response.url: response.status}))
        try:
            page.goto(root)
            page.get_by_label("Words to look for").fill("Try this")
            page.locator("#search-found a").first.click()
            page.locator(".lab06").first.wait_for()
            assert page.url.startswith(f"{root}99_try.html#")
            page.get_by_role("link", name="All notebooks, and search").click()
            page.wait_for_url(f"{root}index.html")
        finally:
            server.shutdown()
    fetched = {url for url in answers if url.startswith("http")}
    assert {f"{root}{name}" for name in ("", "style.css", "live.js", "search.js")} <= fetched
    assert all(url.startswith(root) and answers[url] in {200, 304} for url in fetched), answers


def test_search_finds_a_word_of_every_notebook(page, course):
    page.goto((course / "index.html").as_uri())
    sections = json.loads(page.locator("#sections").text_content())
    words = {}
    for section in sections:
        name = section["link"].partition("#")[0]
        found = re.findall(r"[a-z]{6,}", f"{section['heading']} {section['text']}".lower())
        words.setdefault(name, set()).update(found)
    assert sorted(words) == sorted(path.name for path in course.glob("*_*.html"))
    for name, own in words.items():
        text = [" ".join(all_words) for other, all_words in words.items() if other != name]
        word = min(word for word in own if not any(word in others for others in text))
        page.get_by_label("Words to look for").fill(word)
        links = page.locator("#search-found a").evaluate_all("all => all.map((a) => a.href)")
        assert links and all(f"/{name}#" in link for link in links), (word, links)


def test_an_answer_is_hidden_until_it_is_asked_for(open_page):
    page = open_page("99_try")
    hint, solution = page.get_by_text("A hint."), page.get_by_text("A solution.")
    assert not hint.is_visible() and not solution.is_visible()
    page.locator("summary").first.click()
    assert hint.is_visible() and not solution.is_visible()


def test_a_folded_output_opens_with_the_keyboard_and_on_paper(open_page):
    page = open_page("99_try")
    result, run = page.get_by_text("the result", exact=True), page.locator(".run summary")
    assert run.is_visible() and not result.is_visible()
    run.press("Enter")
    assert result.is_visible()
    run.press("Space")
    assert not result.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert result.is_visible()


def test_printing_opens_the_answers_and_closes_them_again(open_page):
    page = open_page("99_try")
    page.locator("summary").first.click()  # what the reader has opened stays open
    hint, solution = page.get_by_text("A hint."), page.get_by_text("A solution.")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert hint.is_visible() and solution.is_visible()
    assert page.locator("nav:visible").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert hint.is_visible() and not solution.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "00_start_here", "99_try"])
def test_no_serious_barrier(open_page, name, scheme):
    page = open_page(name)
    page.emulate_media(color_scheme=scheme)
    page.locator("main" if name == "00_start_here" else ".lab06").first.wait_for()
    # preload: axe would ask for the style sheet once more, which a page from disk may not.
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [
        (barrier["id"], [node["html"][:200] for node in barrier["nodes"]])
        for barrier in found
        if barrier["impact"] in {"serious", "critical"}
    ] == []
