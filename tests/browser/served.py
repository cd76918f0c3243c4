"""JupyterLab and a browser, for the browser tests and the benchmark."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent.parent
TOKEN = "course"
PATIENCE = 600  # seconds that anything may take on a busy computer before it counts as hanging
NEWS = '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}'
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing is fetched from elsewhere
]
KERNELSPEC = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}


def find_chromium():
    """Return the path of an installed Chromium or Chrome, or None."""
    named = os.environ.get("CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    usual = (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "C:/Program Files/Google/Chrome/Application/chrome.exe",
    )
    found = [shutil.which(name) for name in names]
    found += [path for path in usual if Path(path).exists()]
    return named or next((path for path in found if path), None)


@contextlib.contextmanager
def chromium():
    """Start the browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=FLAGS, timeout=1000 * PATIENCE
        )
        yield browser
        browser.close()


def new_page(browser, **options):
    """Open a page in a context of its own, which waits for what is slow."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    context.set_default_timeout(1000 * PATIENCE)
    return context.new_page()


class Lab:
    """A JupyterLab on a free port, with its own configuration and a copy of the notebooks.

    prefix: a command that starts what follows it, such as `taskset -c 0,1`.
    """

    def __init__(self, home, options=(), prefix=()):
        self.home, self.options, self.prefix = home, options, prefix
        shutil.copytree(ROOT / "notebooks", home / "notebooks")
        settings = home / "config" / "labconfig"
        settings.mkdir(parents=True)
        (settings / "page_config.json").write_text(NEWS, encoding="utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"

    def __enter__(self):
        own = {f"JUPYTER_{name.upper()}_DIR": str(self.home / name) for name in ("config", "data")}
        own |= {"JUPYTER_RUNTIME_DIR": str(self.home / "runtime"), "OMP_NUM_THREADS": "1"}
        command = [*self.prefix, sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += [f"--port={self.address.rpartition(':')[2]}", "--ip=127.0.0.1"]
        command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={self.home}"]
        command += self.options
        with open(self.home / "server.log", "wb") as log:
            self.server = subprocess.Popen(
                command, env=os.environ | own, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait(self):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.server.poll() is None:
            try:
                urllib.request.urlopen(f"{self.address}/api?token={TOKEN}", timeout=PATIENCE)
                return
            except OSError:
                time.sleep(0.1)
        log = (self.home / "server.log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"JupyterLab did not start: {log[-2000:]}")

    def __exit__(self, *error):
        self.server.terminate()
        try:
            self.server.wait(timeout=60)
        except subprocess.TimeoutExpired:  # one of its idle threads can keep it
            self.server.kill()
            self.server.wait()

    def write(self, name, cells):
        """Write a notebook of these code cells among the others."""
        made = [nbformat.v4.new_code_cell(source) for source in cells]
        notebook = nbformat.v4.new_notebook(cells=made, metadata=KERNELSPEC)
        nbformat.write(notebook, self.home / "notebooks" / f"{name}.ipynb")


IDLE = """() => {
    const name = document.querySelector('.jp-Toolbar-kernelName, .jp-KernelName');
    const state = document.querySelector('.jp-Notebook-ExecutionIndicator');
    const prompts = [...document.querySelectorAll('.jp-InputPrompt')];
    return name && !name.textContent.includes('No Kernel') && state?.dataset.status === 'idle'
        && !prompts.some((prompt) => prompt.textContent.includes('*'));
}"""

# A star in the last prompt can be gone before anybody looks.
WATCH_LAST = """() => {
    window.lastIsQueued = false;
    const last = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].at(-1);
    new MutationObserver(() => (window.lastIsQueued = true))
        .observe(last, { childList: true, characterData: true, subtree: true });
}"""


class Notebook:
    """One notebook, open in JupyterLab: run it, and find what its cells show."""

    def __init__(self, page, lab, name):
        self.page = page
        self.complaints = []  # of the browser
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        # "doc" shows one notebook alone, and every cell of it is drawn.
        page.goto(f"{lab.address}/doc/workspaces/{name}/tree/notebooks/{name}.ipynb?token={TOKEN}")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.wait_until_idle()

    def _listen(self, message):
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def wait_until_idle(self):
        """Wait for a kernel that has nothing to do."""
        self.page.wait_for_function(IDLE)

    def menu(self, *path):
        """Choose an entry of the menu bar."""
        self.page.click(f".lm-MenuBar-itemLabel:text-is('{path[0]}')")
        for entry in path[1:]:
            self.page.click(f".lm-Menu-itemLabel:text-is('{entry}')")

    def run_all(self):
        """Run All Cells, and wait until the last one has run."""
        self.page.evaluate(WATCH_LAST)
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function("window.lastIsQueued")  # all are, at once
        self.wait_until_idle()

    def start_cell(self, number):
        """Start one code cell, and do not wait for it."""
        self.page.locator(".jp-CodeCell").nth(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def run_cell(self, number):
        """Run one code cell and return the text under it."""
        cell = self.page.locator(".jp-CodeCell").nth(number)
        before = cell.locator(".jp-InputPrompt").text_content()
        self.start_cell(number)
        self.page.wait_for_function(
            """([number, before]) => {
                const cell = document.querySelectorAll('.jp-CodeCell')[number];
                const text = cell.querySelector('.jp-InputPrompt').textContent;
                return text !== before && /\\[\\d+\\]/.test(text);
            }""",
            arg=[number, before],
        )
        self.wait_until_idle()
        return cell.locator(".jp-OutputArea-output").all_inner_texts()

    def errors(self):
        """Return the text of every error output."""
        failed = '[data-mime-type="application/vnd.jupyter.stderr"]'
        return self.page.locator(failed).all_inner_texts()
