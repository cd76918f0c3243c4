"""Notebooks run in forked kernels, as on Binder: lab06/kernels.py."""

from nbclient import NotebookClient

PROVISIONER = {"provisioner_name": "lab06-forked"}


def client_of(notebook, folder, **options):
    """A client that runs the notebook in that folder."""
    client = NotebookClient(notebook, kernel_name="python3", timeout=120, **options)
    client.resources = {"metadata": {"path": folder}}
    client.create_kernel_manager()
    client.km.kernel_spec.metadata["kernel_provisioner"] = PROVISIONER
    return client
