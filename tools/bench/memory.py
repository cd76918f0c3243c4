"""How much memory a student takes in JupyterLab, by notebooks open. A report: `make bench`.

Linux only. Proportional set sizes are added up, which count shared memory once.
"""

import sys
import tempfile
from pathlib import Path

import psutil
from served import ROOT, Lab, Notebook, chromium, find_chromium, new_page


def megabytes(lab):
    """Return the memory of the server and of all that it started."""
    server = psutil.Process(lab.server.pid)
    processes = [server, *server.children(recursive=True)]
    return sum(process.memory_full_info().pss for process in processes) / 2**20


def report():
    """Open notebooks one after another, the last and largest first, and run each."""
    print("\nJupyterLab server and kernels, MB, with so many notebooks open and run")
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"), reverse=True)
    with tempfile.TemporaryDirectory() as home, Lab(Path(home)) as lab, chromium() as browser:
        print(f"{0:4} {megabytes(lab):6.0f}", flush=True)
        for count, path in enumerate(paths, start=1):
            page = new_page(browser)
            notebook = Notebook(page, lab, path.stem)
            notebook.run_all()
            assert notebook.errors() == []
            print(f"{count:4} {megabytes(lab):6.0f}", flush=True)
            page.context.close()  # as a closed tab does, it leaves the kernel running


if __name__ == "__main__":
    if find_chromium() and sys.platform == "linux":
        report()
    else:
        print("memory was not measured: this needs Linux and Chromium")
