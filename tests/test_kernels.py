"""Kernels that share PyTorch's memory: they must do all that ordinary ones do."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import entry_points
from types import SimpleNamespace

import psutil
import pytest
from forked import PROVISIONER
from jupyter_client.manager import KernelManager

from lab06 import kernels

LAUNCH = "from ipykernel.kernelapp import launch_new_instance; launch_new_instance()"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks kernels")


@contextlib.contextmanager
def running(python=("-m", "ipykernel_launcher"), **options):
    """A kernel of the course's provisioner, and its client. python: what Python shall do."""
    manager = KernelManager(kernel_name="python3")
    manager.kernel_spec.metadata["kernel_provisioner"] = PROVISIONER
    manager.kernel_spec.argv = [sys.executable, *python, "-f", "{connection_file}"]
    manager.start_kernel(**options)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield SimpleNamespace(manager=manager, client=client, pid=manager.provisioner.pid)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


@pytest.fixture
def kernel():
    with running() as started:
        yield started


def run(kernel, code):
    """Run one cell and return what it prints, or its error."""
    shown = []

    def show(message):
        content = message["content"]
        shown.append(content.get("text") or content.get("ename") or "")

    # After an error, a kernel would otherwise refuse for a moment what it is asked to run.
    kernel.client.execute_interactive(code, stop_on_error=False, timeout=60, output_hook=show)
    return "".join(shown).strip()


def wait_until(holds):
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_provisioner_is_registered():
    (found,) = entry_points(group="jupyter_client.kernel_provisioners", name="lab06-forked")
    assert found.load() is kernels.ForkedProvisioner


def test_a_kernel_starts_as_an_ordinary_one_does(tmp_path):
    (tmp_path / "beside.py").write_text("here = True", encoding="ascii")
    environment = {**os.environ, "OF_THIS_KERNEL": "yes"}
    history = "--HistoryManager.hist_file=:memory:"  # as nbclient and nbconvert do
    options = {"cwd": str(tmp_path), "env": environment, "extra_arguments": [history]}
    with running(**options) as kernel:
        assert run(kernel, "import os, sys; print(os.getcwd(), __name__)") == f"{tmp_path} __main__"
        assert run(kernel, "import beside; print(beside.here)") == "True"
        assert run(kernel, "import kernels") == "ModuleNotFoundError"
        assert run(kernel, "print(os.environ['OF_THIS_KERNEL'])") == "yes"
        assert run(kernel, "print(os.path.basename(sys.argv[0]))") == "ipykernel_launcher.py"
        arguments = ["-f", kernel.manager.connection_file, history]
        assert run(kernel, "print(sys.argv[1:])") == str(arguments)
        assert run(kernel, "print(get_ipython().history_manager.hist_file)") == ":memory:"
        assert run(kernel, "print(repr(sys.stdin.read()))") == "''"
        assert run(kernel, "print(os.getpid() == os.getsid(0))") == "True"
        assert run(kernel, "!exit 3\nprint(_exit_code)") == "3"
        inline = "module://matplotlib_inline.backend_inline"
        assert run(kernel, "import matplotlib.pyplot as plt; print(plt.get_backend())") == inline


def test_what_a_student_may_edit_is_not_imported_before(kernel):
    assert run(kernel, "import sys; print('torch' in sys.modules)") == "True"
    for name in ("lab06", "lab06.kernels", "ipywidgets"):
        assert run(kernel, f"print({name!r} in sys.modules)") == "False"


def test_pytorch_takes_no_memory_of_a_kernels_own(kernel):
    run(kernel, "import gc, torch; torch.optim.SGD([torch.zeros(1)], lr=0.1); gc.collect()")
    assert psutil.Process(kernel.pid).memory_full_info().uss < 100 * 2**20  # ordinarily 250


def test_kernels_draw_different_random_numbers():
    code = "import random, numpy, torch; print(random.random(), numpy.random.rand(), torch.rand(1))"
    with running() as one, running() as other:
        drawn = zip(run(one, code).split(), run(other, code).split(), strict=True)
        assert all(first != second for first, second in drawn)


def test_an_endless_cell_can_be_interrupted(kernel):
    kernel.client.execute("print('on it')\nwhile True: pass", stop_on_error=False)
    while kernel.client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
        pass  # the code comes back first
    kernel.manager.interrupt_kernel()
    reply = kernel.client.get_shell_msg(timeout=60)["content"]
    assert reply["ename"] == "KeyboardInterrupt"
    assert run(kernel, "print(1)") == "1"


def test_a_restarted_kernel_has_forgotten(kernel):
    run(kernel, "seen = 1")
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=60)
    assert run(kernel, "seen") == "NameError"


@pytest.mark.parametrize("end", ["exit()", f"import os; os.kill(os.getpid(), {signal.SIGKILL})"])
def test_the_end_of_a_kernel_is_seen(kernel, end):
    kernel.client.execute(end)
    wait_until(lambda: not kernel.manager.is_alive())
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)
    assert run(kernel, "print(1)") == "1"


def test_a_kernel_ends_without_a_write_to_all_that_it_shares(tmp_path):
    with running(cwd=str(tmp_path)) as kernel:
        run(kernel, "file = open('closed', 'w'); file.write('all')")
        run(kernel, "class Late:\n    def __del__(self): open('late', 'w').close()")
        run(kernel, "import sys; sys.late = Late()")
    assert (tmp_path / "closed").read_text(encoding="ascii") == "all"
    assert not (tmp_path / "late").exists()


def test_each_kernel_has_the_python_that_it_asks_for():
    quiet = running(python=["-q", "-m", "ipykernel_launcher"])
    with running() as one, quiet as other, running() as third:
        said = [run(kernel, "import sys; print(sys.flags.quiet)") for kernel in (one, other, third)]
        assert said == ["0", "1", "0"]
        parents = [psutil.Process(kernel.pid).ppid() for kernel in (one, other, third)]
        assert parents[0] == parents[2] != parents[1]


@pytest.mark.parametrize(
    "options",
    [
        {"python": ["-c", LAUNCH]},
        {"python": ["-c", LAUNCH, "ipykernel_launcher"]},
        {"stdout": subprocess.DEVNULL},
    ],
)
def test_other_commands_start_an_ordinary_kernel(options):
    with running(**options) as kernel:
        assert isinstance(kernel.manager.provisioner, kernels.ForkedProvisioner)
        assert isinstance(kernel.manager.provisioner.process, subprocess.Popen)
        assert run(kernel, "print(1)") == "1"


def test_after_the_end_of_the_fork_server_there_is_another(kernel):
    psutil.Process(kernel.pid).parent().kill()
    wait_until(lambda: not kernel.manager.is_alive())
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)
    assert run(kernel, "print(1)") == "1"


SERVER = """
import sys, time
import psutil
sys.path.insert(0, sys.argv[1])
import test_kernels
with test_kernels.running() as kernel:
    print(psutil.Process(kernel.pid).ppid(), kernel.pid, flush=True)
    time.sleep(60)
"""


def test_all_end_with_the_server():
    command = [sys.executable, "-c", SERVER, os.path.dirname(__file__)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        started = [psutil.Process(int(pid)) for pid in server.stdout.readline().split()]
        assert len(started) == 2
        server.kill()
    wait_until(lambda: not any(process.is_running() for process in started))
