"""How much memory the course takes in JupyterLab: `make bench`, or run this file. A report.

Linux only: proportional set sizes, which count shared memory once.
"""

import sys
import tempfile
import time
from pathlib import Path

import psutil
from served import ROOT, Lab, Notebook, chromium, find_chromium

BINDER = 2048  # MB
# What postBuild sets on Binder, a hundred times faster: 15 minutes become 9 seconds.
SPEED = 100
CULLED = [
    f"--MappingKernelManager.cull_idle_timeout={900 // SPEED}",
    "--MappingKernelManager.cull_interval=1",
    "--MappingKernelManager.cull_connected=True",
]
MINUTES = 15  # spent on a notebook, the shortest but the first; see the table in the README


def megabytes(lab):
    """Return the memory of the server and of its kernels, and how many kernels there are."""
    server = psutil.Process(lab.server.pid)
    kernels = server.children(recursive=True)
    return sum(p.memory_full_info().pss for p in [server, *kernels]) / 2**20, len(kernels)


def run_course(options, pause):
    """Run all cells of each notebook in turn, and return the memory after each."""
    taken = []
    with tempfile.TemporaryDirectory() as home, Lab(Path(home), options) as lab, chromium() as b:
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            page = b.new_context(viewport={"width": 1280, "height": 900}).new_page()
            notebook = Notebook(page, lab, path.stem)
            notebook.run_all()
            assert notebook.errors() == []
            taken.append(megabytes(lab))
            time.sleep(pause)
            taken.append(megabytes(lab))
    return taken


def report():
    print("\nJupyterLab server and kernels, all notebooks run one after another and left open, MB")
    for name, options, pause in (
        ("every kernel kept", (), 0),
        (f"culled as on Binder, {MINUTES} min each", CULLED, 60 * MINUTES / SPEED),
    ):
        taken = run_course(options, pause)
        most, kernels = max(taken)
        verdict = "ok" if most <= BINDER else "over"
        print(f"  {name:<36} {most:6.0f} with {kernels} kernels  limit {BINDER}  {verdict}", end="")
        print(f"  (at the end {taken[-1][0]:.0f} with {taken[-1][1]})", flush=True)


if __name__ == "__main__":
    if find_chromium() and sys.platform == "linux":
        report()
    else:
        print("memory was not measured: this needs Linux and Chromium")
