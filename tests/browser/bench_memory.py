"""How much memory the course takes in JupyterLab: `make bench`, or run this file. A report.

Linux only. What is measured are proportional set sizes, which count shared memory once. What is
enforced is the limit of a control group: at the limit the kernel kills. Where no control group
can be made, the report says so and only measures.
"""

import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Error
from served import ROOT, Lab, Notebook, chromium, find_chromium

# What postBuild sets on Binder, with seconds for minutes.
SPEED = 60
CULLED = [
    f"--MappingKernelManager.cull_idle_timeout={900 // SPEED}",
    "--MappingKernelManager.cull_interval=1",
    "--MappingKernelManager.cull_connected=True",
]
# What `start` sets on Binder: the kernels share PyTorch's memory.
FORKED = ["--KernelProvisionerFactory.default_provisioner_name=lab06-forked"]
MINUTES = 15  # spent on a notebook, the shortest but the first; see the table in the README
STUDENT, TOGETHER, APART = 1024, 2048, 3072  # limits, MB
PATIENCE = 300  # seconds for all notebooks at once


class Group:
    """A control group (version 1) whose processes get `limit` MB together, swap included.

    It lies inside the group of this process, so that no other limit is escaped.
    """

    def __init__(self, limit):
        try:
            self._make(limit)
            self.state = "enforced"
        except OSError as error:
            self.folder, self.state = None, f"not enforced ({error})"

    def _make(self, limit):
        groups = Path("/proc/self/cgroup").read_text(encoding="utf-8")
        own = groups.partition(":memory:")[2].partition("\n")[0]
        if not own:
            raise OSError("no memory control group of version 1 here")
        self.folder = Path(f"/sys/fs/cgroup/memory{own}") / f"lab06-{os.getpid()}-{limit}"
        self.folder.mkdir()
        try:
            for name in ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"):
                (self.folder / name).write_text(str(limit * 2**20), encoding="ascii")
        except OSError:
            self.folder.rmdir()
            raise

    def prefix(self):
        """Return the command that runs what follows it in this group, on two processors."""
        enter = ["sh", "-c", 'echo $$ > "$0" && exec "$@"', str(self.folder / "cgroup.procs")]
        return ["taskset", "-c", "0,1", *enter]

    def killed(self):
        """Return how many processes the kernel has killed at the limit."""
        text = (self.folder / "memory.oom_control").read_text(encoding="ascii")
        return int(text.rpartition("oom_kill ")[2])

    def lift(self):
        """Let what hangs at the limit come to its end."""
        for name in ("memory.memsw.limit_in_bytes", "memory.limit_in_bytes"):
            (self.folder / name).write_text("-1", encoding="ascii")

    def remove(self):
        for _ in range(100):
            with contextlib.suppress(OSError):
                return self.folder.rmdir()
            time.sleep(0.1)
        raise TimeoutError(f"{self.folder} still has processes")


def forget_files():
    """Put Python's files out of the page cache: a group pays only for what it reads itself."""
    os.sync()
    for path in Path(sys.prefix).rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def megabytes(lab):
    """Return the memory of the server and of all that it started, and how many processes it is."""
    server = psutil.Process(lab.server.pid)
    processes = [server, *server.children(recursive=True)]
    return sum(p.memory_full_info().pss for p in processes) / 2**20, len(processes)


def open_notebook(browser, lab, path):
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE * 1000)
    return Notebook(page, lab, path.stem)


ALL_RUN = """[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
    .every((prompt) => /\\[\\d+\\]/.test(prompt.textContent))"""


def has_finished(notebook):
    return notebook.page.evaluate(ALL_RUN) and notebook.errors() == []


def in_turn(browser, lab, paths):
    """Run one notebook after another, and return the memory after each and how many finished."""
    taken, finished = [], 0
    for path in paths:
        notebook = open_notebook(browser, lab, path)
        with contextlib.suppress(Error):  # such as a wait without end at the limit
            notebook.run_all()
            finished += has_finished(notebook)
        taken.append(megabytes(lab))
        time.sleep(60 * MINUTES / SPEED)
    return taken, finished


def at_once(browser, lab, paths):
    """Run all notebooks together, and return the memory at the end and how many finished."""
    notebooks = [open_notebook(browser, lab, path) for path in paths]
    for notebook in notebooks:
        notebook.menu("Run", "Run All Cells")
    for _ in range(PATIENCE // 5):
        time.sleep(5)
        if all(map(has_finished, notebooks)):
            break
    return [megabytes(lab)], sum(map(has_finished, notebooks))


def measure(name, run, limit, options=()):
    """Run the course in a fresh JupyterLab with this memory limit, and print one line."""
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    forget_files()
    group = Group(limit)
    with contextlib.ExitStack() as stack:
        if group.folder:
            stack.callback(group.remove)
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = stack.enter_context(chromium())
        lab = stack.enter_context(Lab(home, options, group.prefix() if group.folder else ()))
        if group.folder:
            stack.callback(group.lift)
        taken, finished = run(browser, lab, paths)
        killed = f", {group.killed()} killed" if group.folder else ""
    most, processes = max(taken)
    print(f"  {name:<24} limit {limit} {group.state}: {finished} of {len(paths)} finished", end="")
    print(f"{killed}, at most {most:.0f} in {processes} processes", flush=True)


def report():
    print("\nJupyterLab server and kernels, every notebook run, MB")
    measure("in turn, idle ones ended", in_turn, STUDENT, CULLED + FORKED)
    measure("all at once", at_once, TOGETHER, FORKED)
    measure("nothing shared", at_once, APART)


if __name__ == "__main__":
    if find_chromium() and sys.platform == "linux":
        report()
    else:
        print("memory was not measured: this needs Linux and Chromium")
