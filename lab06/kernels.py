"""Kernels that share PyTorch's memory: for a server that has little of it.

Ordinarily each notebook's kernel imports PyTorch for itself. Here one process, the fork server,
imports it once, and every kernel is a fork of that process: the operating system copies only
what a kernel changes. Linux only; elsewhere, and for other kernels than IPython, nothing changes.

Used where the environment variable JUPYTER_DEFAULT_PROVISIONER_NAME is `lab06-forked`. After
another version of a package was installed, the server must be restarted, not the kernel alone.
"""

import asyncio
import atexit
import contextlib
import functools
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil
from jupyter_client.provisioning import LocalProvisioner

LAUNCHER = ("-m", "ipykernel_launcher")
SCRIPT = Path(__file__).with_name("_fork_server.py")


class ForkedProvisioner(LocalProvisioner):
    """Starts kernels as forks of the fork server."""

    async def launch_kernel(self, cmd, **kwargs):
        """Fork where the command is an IPython kernel's, else start the command."""
        pairs = list(itertools.pairwise(cmd))
        known = LAUNCHER in pairs and kwargs.keys() <= {"env", "cwd"}
        if sys.platform != "linux" or not known:
            return await super().launch_kernel(cmd, **kwargs)
        at = pairs.index(LAUNCHER)
        self.cwd = str(kwargs.get("cwd") or os.getcwd())
        request = {"arguments": cmd[at + 2 :], "cwd": self.cwd, "env": kwargs["env"]}
        self.process = await asyncio.to_thread(fork_server(*cmd[:at]).fork, request)
        self.pid = self.pgid = self.process.pid
        return self.connection_info


class ForkServer:
    """Starts the fork server where there is none, and asks it for forks."""

    def __init__(self, python):
        self.python = python
        self.process = self.stream = None
        self.lock = threading.Lock()

    def fork(self, request):
        """Return the process of a new kernel."""
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                self.start(request["env"])
            print(json.dumps(request), file=self.stream, flush=True)
            return ForkedKernel(int(self.stream.readline()))

    def start(self, env):
        """Start it in the environment of the first kernel."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self.process = subprocess.Popen(
                [*self.python, SCRIPT], stdin=theirs, env=env, start_new_session=True
            )
            self.stream = ours.makefile("rw", encoding="utf-8")
            atexit.register(self.process.wait)
            atexit.register(self.stream.close)  # comes first, and ends it


class ForkedKernel(psutil.Process):
    """A kernel's process, with what `LocalProvisioner` uses of `subprocess.Popen` besides."""

    stdin = stdout = stderr = None

    def poll(self):
        """Return None while it lives."""
        return None if self.is_running() else 0

    def send_signal(self, number):
        """Send a signal, if it still lives."""
        with contextlib.suppress(psutil.NoSuchProcess):
            super().send_signal(number)


@functools.cache
def fork_server(*python):
    """Return the one fork server of a Python, given as the words that start it."""
    return ForkServer(python)
