"""One kernel that runs one notebook after another, for tests that are not about the kernel."""

import contextlib

import nbformat
from nbclient import NotebookClient

FORGET = "%reset -f\nimport matplotlib.pyplot\nmatplotlib.pyplot.close('all')\n%reset -f"


@contextlib.contextmanager
def one_kernel(folder, **options):
    """Start a kernel in that folder and yield the client that runs cells in it."""
    nothing = nbformat.v4.new_notebook()
    client = NotebookClient(nothing, startup_timeout=600, coalesce_streams=True, **options)
    client.resources = {"metadata": {"path": folder}}
    client.extra_arguments = ["--log-level=ERROR"]  # its warnings on the connection help nobody
    with client.setup_kernel():
        yield client


def begin(client, notebook):
    """Turn to another notebook, with an empty namespace and no figure open."""
    client.nb = notebook
    client.reset_execution_trackers()
    client.execute_cell(nbformat.v4.new_code_cell(FORGET), 0)
