"""The process that imports PyTorch once and becomes every kernel by a fork: see kernels.py.

Run as a script. It starts no thread, so that a fork takes all of it along.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import sys

# The last is what the first optimizer imports. Not lab06, which a student may edit, and not
# ipywidgets, which must find a running kernel when it is imported.
PRELOADED = ["ipykernel.kernelapp", "matplotlib.pyplot", "torch", "torch._dynamo"]


def preload():
    """Import what the kernels have in common."""
    del sys.path[0]  # this script's folder
    # Both are read at import. Kernels end when the process of this number, their parent, ends.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for name in PRELOADED:
        with contextlib.suppress(Exception):  # then the notebook that needs it says so
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # else each collection writes to all objects, and so copies them


def serve():
    """Fork for each line on stdin, until the Jupyter server ends. Return the line in a fork."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for ended kernels
    for line in sys.stdin:
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()  # before its number is known: an interrupt goes to the whole session
            os.write(sys.stdin.fileno(), b"%d\n" % os.getpid())  # a socket, open both ways
            return line
    sys.exit()


def run_kernel(arguments, cwd, env):
    """Do what `python -m ipykernel_launcher` would do there, with these arguments."""
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.path.insert(0, os.getcwd())
    sys.argv[1:] = arguments
    # Every kernel draws its own random numbers. Python's `random` sees to that itself.
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.seed()
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    # The last thing at exit: Python's own end would write to all objects, and so copy them.
    atexit.register(os._exit, 0)
    preload()
    run_kernel(**json.loads(serve()))
