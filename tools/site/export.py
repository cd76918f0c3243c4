"""Write the course as linked static pages, which need neither a kernel nor a network: make html.

Each notebook is executed from the top, in memory, and becomes one page in build/html. An
explorer is written with its state and its module, and `live.js` stands in for the kernel. The index
opens with one.

On GitHub, where GITHUB_REPOSITORY holds "owner/name" and GITHUB_REF_NAME the branch, the pages also
link to Binder, to Colab and to the notebook's source.
"""

import html
import os
import re
import shutil
import time
from pathlib import Path
from urllib.parse import quote

import jinja2
import nbformat
import torch
from ipywidgets import embed
from latex2mathml.converter import convert as latex_to_mathml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.filters import Highlight2HTML, ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter

from lab06 import plotting
from lab06.data import load_lab
from lab06.explore import Workbench
from lab06.losses import double_softmax_cost
from lab06.training import train

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
FUNCTION = re.compile(r"(<mrow>)?<m([io])>([A-Za-z]{2,})</m\2>(?=(<mo[^>]*>&#x00028;)?)")
HEADING = re.compile(r'<h[1-6] id="([^"]*)">(.*?)</h[1-6]>', re.DOTALL)


class ExportError(Exception):
    """What keeps a notebook from becoming a page."""


def export(notebooks, folder):
    """Execute these notebooks (paths, in order) and write them and an index into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [path.stem for path in notebooks]
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True)
    env.policies["json.dumps_kwargs"] = {"allow_nan": False}  # a browser cannot read NaN
    env.filters |= {"highlight": Highlight2HTML(pygments_lexer="ipython3"), "ansi": ansi2html}
    read = [nbformat.read(path, as_version=4) for path in notebooks]
    entries = [opening(path, notebook) for path, notebook in zip(notebooks, read, strict=True)]
    sections = []
    for place, (path, notebook) in enumerate(zip(notebooks, read, strict=True)):
        execute(path, notebook)
        page = env.get_template("page.html.j2").render(
            title=entries[place]["title"],
            before=entries[:place][-1:],
            after=entries[place + 1 :][:1],
            elsewhere=elsewhere(path.stem, os.environ),
            cells=notebook.cells,
            markdown=Markdown(path, names),
            live=explorers(notebook),
        )
        (folder / entries[place]["page"]).write_text(page, encoding="utf-8")
        sections += sections_of(page, entries[place])
    riddle = two_runs()
    about = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    index = env.get_template("index.html.j2").render(
        title=about.splitlines()[0].removeprefix("# "),
        about=about.split("\n", 1),
        markdown=Markdown(ROOT / "README.md", names),
        entries=entries,
        elsewhere=elsewhere(names[0], os.environ),
        riddle=riddle.cells[0].outputs[0].data,
        live=explorers(riddle),
        sections=sections,
    )
    (folder / "index.html").write_text(index, encoding="utf-8")
    (folder / "style.css").write_text(style(), encoding="utf-8")
    for name in ("live.js", "search.js"):
        shutil.copyfile(HERE / name, folder / name)


def opening(path, notebook):
    """Return what a notebook says about itself in its first cell."""
    patterns = (r"^# (.+)$", r"^\*([^*].*)\*$", r"^\*\*Time:\*\* about (\d+) minutes")
    found = [re.search(pattern, notebook.cells[0].source, re.MULTILINE) for pattern in patterns]
    if not all(found):
        raise ExportError(f"{path.name}: the first cell needs a title, a question and a time")
    title, question, minutes = (match[1] for match in found)
    return {"page": f"{path.stem}.html", "title": title, "question": question, "minutes": minutes}


def elsewhere(name, environment):
    """Return where on the web a notebook can be run and read, or nothing if that is not known."""
    repository = environment.get("GITHUB_REPOSITORY")
    if not repository:
        return {}
    home, path = f"https://github.com/{repository}", f"notebooks/{name}.ipynb"
    file = f"blob/{quote(environment.get('GITHUB_REF_NAME') or 'main')}/{path}"
    return {
        "binder": f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/{path}",
        "colab": f"https://colab.research.google.com/github/{repository}/{file}",
        "source": f"{home}/{file}",
        "home": home,
    }


def execute(path, notebook):
    """Run all cells, and keep in the notebook's metadata what its widgets then hold."""
    started = []
    client = NotebookClient(notebook, timeout=600, startup_timeout=600, coalesce_streams=True)
    client.resources = {"metadata": {"path": path.parent}}
    client.extra_arguments = ["--log-level=ERROR"]  # its warnings on the connection help nobody
    client.on_cell_start = lambda cell, cell_index: started.append(cell_index)
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        where = f"cell {started[-1] + 1}" if started else "the start"
        raise ExportError(f"{path.name}, {where} of {len(notebook.cells)}: {error}") from error


def explorers(notebook):
    """Return the shown widgets that bring their own module: their state, modules and styles."""
    state = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    views = [output.data[VIEW] for output in outputs if VIEW in output.get("data", {})]
    for view in views:  # of an explorer: a box that holds its still picture and itself
        for child in state.get(view["model_id"], {}).get("state", {}).get("children", []):
            view["model_id"] = child.removeprefix("IPY_MODEL_")
    shown = [view["model_id"] for view in views]
    own = {name: state[name] for name in shown if "_esm" in state.get(name, {}).get("state", {})}
    modules = list(dict.fromkeys(model["state"]["_esm"] for model in own.values()))
    styles = dict.fromkeys(model["state"].get("_css", "") for model in own.values())
    models = {}
    for name, model in own.items():
        values = {key: v for key, v in model["state"].items() if key not in {"_esm", "_css"}}
        place, buffers = modules.index(model["state"]["_esm"]), model.get("buffers", [])
        models[name] = {"module": place, "state": values, "buffers": buffers}
    # In a style sheet "<\/" means the same as "</", and does not end the element around it.
    return {"models": models, "modules": modules, "css": "\n".join(styles).replace("</", "<\\/")}


def two_runs():
    """Return a notebook that shows a broken run and a sound one, and does not say which."""
    x, y = load_lab()
    x, start = x[:, 1:3], (torch.zeros(2, 3), torch.zeros(3))  # two features, to be moved
    workbench = Workbench(x, y, twin={"softmax": "twice"}, covered=True)
    left = train(x, y, *start, cost_function=double_softmax_cost)
    right = train(x, y, *start)
    ax = plotting.plot_side_by_side({"left": left, "right": right}, "cost", "cross_entropy")
    state = embed.embed_data([workbench], drop_defaults=False)["manager_state"]
    view = {"version_major": 2, "version_minor": 0, "model_id": workbench.model_id}
    output = nbformat.v4.new_output("display_data", plotting.picture(ax) | {VIEW: view})
    cell = nbformat.v4.new_code_cell(outputs=[output])
    return nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {STATE: state}})


class Markdown(IPythonRenderer):
    """nbconvert's Markdown, with MathML, and links that stay among the pages of this site.

    source: the file that the text is from. names: the notebooks that become pages.
    One object serves one page: it keeps the ids of its headings apart.
    """

    def __init__(self, source, names):
        super().__init__(escape=False, embed_images=True, path=str(source.parent))
        self.source, self.names, self.ids = source, names, set()

    def convert(self, source):
        return MarkdownWithMath(renderer=self).render(source)

    def block_html(self, markup):
        # nbconvert's would read this piece alone, and close a <details> before its answer.
        return f"{markup}\n"

    def inline_html(self, markup):
        return markup

    def heading(self, text, level, **attributes):
        # JupyterLab's id, so that a link works there and here.
        name = words_of(text).replace(" ", "-")
        while name in self.ids:
            name += "-again"
        self.ids.add(name)
        return f'<h{level} id="{html.escape(name)}">{text}</h{level}>\n'

    def link(self, text, url, title=None):
        name, mark, anchor = url.partition("#")
        if name.endswith(".ipynb") and name.removesuffix(".ipynb") in self.names:
            return super().link(text, f"{name.removesuffix('.ipynb')}.html{mark}{anchor}", title)
        # A file that is no page here, such as the README, is named but not linked.
        return super().link(text, url, title) if name.startswith("https://") or not name else text

    def table(self, text):
        return f'<div class="scroll"><table>\n{text}</table></div>\n'

    def inline_math(self, body):
        return self.mathml(body, "inline")

    def block_math(self, body):
        return f'<span class="scroll formula">{self.mathml(body, "block")}</span>'

    def latex_environment(self, name, body):
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def mathml(self, formula, display):
        # The converter knows `aligned` by another name, and passes on what it does not know.
        made = latex_to_mathml(formula.replace("{aligned}", "{split}"), display=display)
        if re.search(r"[\\&]", words_of(made)):
            raise ExportError(f"{self.source.name}: no MathML for {formula!r}")
        return FUNCTION.sub(with_spaces, made)


def with_spaces(match):
    """Set a function's name as TeX does: log p, not logp; but none at a start or a bracket."""
    start, _, name, bracket = match.groups()
    before, after = ("0" if there else "0.17em" for there in (start, bracket))
    return f'{start or ""}<mo lspace="{before}" rspace="{after}">{name}</mo>'


def words_of(markup):
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def sections_of(page, entry):
    """Return what the search looks through: the text under each heading of a page."""
    parts = HEADING.split(page.partition("<main")[2].partition("</main>")[0])[1:]
    return [
        {
            "link": f"{entry['page']}#{html.unescape(name)}",
            "page": entry["title"],
            "heading": words_of(heading),
            "text": " ".join(words_of(re.sub(r"<(?=p|li|td|th|div|sum)", " <", text)).split()),
        }
        for name, heading, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def style():
    """Return the style sheet, with Pygments' colours for both schemes behind it."""
    schemes = [HtmlFormatter(style=name) for name in ("default", "github-dark")]
    light, dark = (scheme.get_style_defs(".highlight") for scheme in schemes)
    own = (HERE / "style.css").read_text(encoding="utf-8")
    return f"{own}\n{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


if __name__ == "__main__":
    start, target = time.monotonic(), ROOT / "build" / "html"
    try:
        export(sorted((ROOT / "notebooks").glob("*.ipynb")), target)
    except ExportError as error:
        raise SystemExit(f"make html: {error}") from None
    pages, seconds = len(list(target.glob("*.html"))), time.monotonic() - start
    size = sum(file.stat().st_size for file in target.iterdir()) / 1e6
    print(f"{pages} pages in {target}, {size:.1f} MB, {seconds:.0f} s: open index.html")
