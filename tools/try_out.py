"""Try out what set-up has installed, and store the bytecode of all that is used.

Packages are installed without bytecode, since most of them are never imported. Python
compiles the rest at their first import, and half of each kernel's start would be just that where
it may not store the result, as in most containers. Here it does, in this process and in a kernel.
"""

import contextlib
import importlib
import os
import sys

import nbformat
from nbclient import NotebookClient

SERVER = ["jupyterlab.labapp", "nbconvert.nbconvertapp"]
TESTS = ["_pytest.pytester", "hypothesis.strategies", "nbval.plugin", "xdist.plugin"]
CELL = """
import ipywidgets, matplotlib.pyplot as plt, torch
import lab06.check, lab06.explore, lab06.sweep
torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)  # imports half of PyTorch
plt.plot([])
lab06.explore.SoftmaxExplorer()
"""


def main():
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for name in SERVER:
        importlib.import_module(name)
    for name in TESTS:
        with contextlib.suppress(ModuleNotFoundError):  # a student has none of them
            importlib.import_module(name)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    client = NotebookClient(notebook, startup_timeout=600)
    client.extra_arguments = ["--log-level=ERROR"]  # its warnings on the connection help nobody
    client.execute()


if __name__ == "__main__":
    main()
