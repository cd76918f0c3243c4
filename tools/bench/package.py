"""What the package costs beside bare PyTorch. A report: `make bench`.

Prints ratios, each with its limit, and how the time per update grows. Both sides of a ratio are
measured in turn, so that a busy computer slows both alike; the ratio is the median over the
rounds. It is a report: nothing here fails.
"""

import ast
import importlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import torch
import torch.nn.functional as F
from torch.utils.benchmark import Timer

from lab06.data import load_lab
from lab06.sweep import train_many
from lab06.training import train, train_cross_entropy, train_low_level, train_module

ROOT = Path(__file__).parent.parent.parent
X, Y = load_lab()


def main():
    threads = torch.get_num_threads()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"torch {torch.__version__}, {os.cpu_count()} CPUs, {threads} threads{load}")
    report_loops()
    report_imports()
    report_growth()
    report_sweep()
    report_checks()
    report_notebooks()


def report(name, ratios, limit):
    """Print the median of the ratios, their range, the limit, and whether it is kept."""
    ratio = statistics.median(ratios)
    verdict = "ok" if ratio <= limit else "over"
    spread = f"({min(ratios):.3f} to {max(ratios):.3f} in {len(ratios)} rounds)"
    print(f"  {name:<52} {ratio:6.3f}  limit {limit:.2f}  {verdict:<4}  {spread}", flush=True)


def take_turns(measures, rounds):
    """Call each function once per round, and return one list of seconds for each."""
    table = [[measure() for measure in measures] for _ in range(rounds)]
    return list(zip(*table, strict=True))


def ratios_of(measured, base):
    return [ours / theirs for ours, theirs in zip(measured, base, strict=True)]


# ---------------------------------------------------------------------- training


def published_low_level():
    W = torch.zeros((4, 3), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([W, b], lr=0.1)
    for epoch in range(1001):
        hypothesis = F.softmax(X.matmul(W) + b, dim=1)
        y_one_hot = torch.zeros_like(hypothesis)
        y_one_hot.scatter_(1, Y.unsqueeze(1), 1)
        cost = (y_one_hot * -torch.log(F.softmax(hypothesis, dim=1))).sum(dim=1).mean()
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        if epoch % 100 == 0:
            cost.item()


def published_cross_entropy():
    W = torch.zeros((4, 3), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([W, b], lr=0.1)
    for epoch in range(1001):
        cost = F.cross_entropy(X.matmul(W) + b, Y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        if epoch % 100 == 0:
            cost.item()


def published_module():
    model = torch.nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(1001):
        cost = F.cross_entropy(model(X), Y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        if epoch % 100 == 0:
            cost.item()


def seconds(function, min_run_time=0.5):
    """Time one call by torch.utils.benchmark, on one thread."""
    timer = Timer("function()", globals={"function": function})
    return timer.blocked_autorange(min_run_time=min_run_time).median


def report_loops():
    print("\nA run of the package, costs of every epoch included, against the published loop")
    for run, published in [
        (train_low_level, published_low_level),
        (train_cross_entropy, published_cross_entropy),
        (train_module, published_module),
    ]:
        sides = [lambda run=run: run(X, Y).cost, published]
        ours, bare = take_turns([lambda side=side: seconds(side) for side in sides], rounds=7)
        report(f"{run.__name__} / {published.__name__}", ratios_of(ours, bare), limit=1.05)


# ---------------------------------------------------------------------- imports


def import_ratio(before, ours):
    """Import `before`, then `ours`, in a fresh interpreter; return CPU time of both / the first."""
    clock = "time.process_time()"
    program = f"import time; import {before}; a = {clock}; import {ours}; print({clock} / a)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return float(done.stdout)


def report_imports():
    print("\nImporting, in fresh interpreters, in CPU seconds")
    pyplot = "torch, matplotlib.pyplot"
    ratios = [import_ratio(pyplot, "lab06") for _ in range(9)]
    report("lab06 on top of torch, pyplot", ratios, limit=1.03)
    kernel = f"{pyplot}, ipykernel.zmqshell"  # what a notebook has loaded before its first cell
    parts = ("data", "losses", "models", "training", "sweep", "plotting")
    ratios = [import_ratio(kernel, ", ".join(f"lab06.{part}" for part in parts)) for _ in range(9)]
    report(f"its {len(parts)} modules on top of torch, pyplot, kernel", ratios, limit=1.03)


# ---------------------------------------------------------------------- growth


def update_seconds(samples, classes, epochs):
    """Time `train` on random data with 4 features and return the seconds per update."""
    random = torch.Generator().manual_seed(0)
    x = torch.randn(samples, 4, generator=random)
    y = torch.randint(classes, (samples,), generator=random)
    start = torch.zeros(4, classes), torch.zeros(classes)
    return seconds(lambda: train(x, y, *start, epochs=epochs), min_run_time=0.2) / (epochs + 1)


def report_growth():
    for name, rows in {
        "epochs (8 samples, 3 classes)": [(n, (8, 3, n)) for n in (100, 1000, 10_000)],
        "samples (3 classes, 20 epochs)": [
            (n, (n, 3, 20)) for n in (8, 100, 1000, 10_000, 100_000, 1_000_000)
        ],
        "classes (1000 samples, 20 epochs)": [(n, (1000, n, 20)) for n in (3, 10, 100, 1000)],
    }.items():
        print(f"\nTime per update of `train` against {name}")
        first = None
        for size, arguments in rows:
            took = update_seconds(*arguments)
            first = first or took
            print(f"  {size:>9,}  {1e6 * took:12,.1f} µs  {took / first:10.2f} x", flush=True)


# ---------------------------------------------------------------------- sweep


def report_sweep():
    """Compare 200 models at once with the same 200 runs one after another."""
    rates = torch.logspace(-4, 1, 200)
    start = torch.zeros(4, 3), torch.zeros(3)
    began = time.perf_counter()
    with warnings.catch_warnings(action="ignore"):  # some of these rates diverge, on purpose
        loop = [train(X, Y, *start, lr=lr).cost for lr in rates.tolist()]
    one_by_one = time.perf_counter() - began
    at_once = seconds(lambda: sweep_of(rates))
    print("\n200 learning rates x 1001 updates at once against one after another")
    print(f"  {one_by_one:.2f} s / {at_once:.3f} s = {one_by_one / at_once:.0f} times, at least 80")
    report_settled(rates, torch.stack(loop, dim=1), sweep_of(rates).cost)
    print("\nTime of 1001 updates of `train_many` against the number of models")
    for models in (1, 10, 100, 1000, 10_000):
        took = seconds(lambda models=models: sweep_of(torch.full((models,), 0.1)))
        print(f"  {models:>9,}  {took:9.3f} s  {1e6 * took / models:12,.1f} µs a model", flush=True)


def sweep_of(rates):
    return train_many(X, Y, torch.zeros(len(rates), 4, 3), torch.zeros(len(rates), 3), lr=rates)


def report_settled(rates, loop, sweep):
    """Compare the last costs, apart for the runs that settle: those whose cost never rises."""
    settled = (loop.diff(dim=0) <= 1e-6).all(dim=0)
    apart = (loop[-1] - sweep[-1]).abs()
    others, first = apart[~settled], rates[~settled].min()
    print(f"  {settled.sum()} runs settle, largest difference {apart[settled].max():.1e}")
    print(
        f"  {len(others)} do not, from lr {first:.3f} on: they overshoot, which magnifies rounding;"
    )
    print(
        f"  {(others < 1e-4).sum()} of them still agree to 1e-4, the largest is {others.max():.1e}"
    )


# ---------------------------------------------------------------------- checks


def report_checks():
    """Time each check of an exercise on the right answers of its catalogue."""
    took = {}
    for path in sorted((ROOT / "tests").glob("test_check_*.py")):
        for check, entry in importlib.import_module(path.stem).CATALOGUE.items():
            times = [seconds(lambda c=check, a=a: c(a), 0.05) for a in entry["right"].values()]
            took[check.__name__] = max(times)
    slowest = max(took, key=took.get)
    print(
        f"\n{len(took)} checks on right answers, once warm: the slowest, {slowest}, takes ", end=""
    )
    print(f"{1000 * took[slowest]:.0f} ms  limit 100", flush=True)


# ---------------------------------------------------------------------- notebooks


def write_bare_notebooks(folder, count):
    """Write notebooks that only import, as the course's do, and have no outputs."""
    cell = nbformat.v4.new_code_cell("import ipywidgets\nimport matplotlib.pyplot\nimport torch")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    for number in range(count):
        notebook = nbformat.v4.new_notebook(cells=[cell], metadata=kernel)
        nbformat.write(notebook, folder / f"{number:02}_only_imports.ipynb")


def nbval_seconds(folder):
    """Run nbval over a folder and return its seconds: all, and without the cells that train."""
    options = "-q -p no:cacheprovider --nbval --nbval-current-env"
    with tempfile.TemporaryDirectory() as reports:
        report = Path(reports, "cells.xml")
        command = [sys.executable, "-m", "pytest", *options.split(), "-c", "pyproject.toml"]
        start = time.perf_counter()
        done = subprocess.run(
            [*command, f"--junitxml={report}", folder], cwd=ROOT, capture_output=True, text=True
        )
        took = time.perf_counter() - start
        if done.returncode:
            print(f"  not green: {done.stdout.splitlines()[-1]}")
        cells = list(ElementTree.parse(report).iter("testcase"))
    trains = [
        cell for file in sorted(Path(folder).glob("*.ipynb")) for cell in training_cells(file)
    ]
    training = sum(
        float(cell.get("time")) for cell, trained in zip(cells, trains, strict=True) if trained
    )
    return took, took - training


def training_cells(file):
    """Say of each code cell of a notebook whether it makes gradient steps, or calls what does."""
    code = [cell.source for cell in nbformat.read(file, 4).cells if cell.cell_type == "code"]
    trains = {"train", "train_low_level", "train_cross_entropy", "train_module", "train_many"}
    trains |= {"step", "backward"}
    found = []
    for source in code:
        tree = ast.parse(source)
        inside = [part for part in tree.body if isinstance(part, ast.FunctionDef)]
        trains |= {function.name for function in inside if called(function) & trains}
        found.append(any(called(part) & trains for part in tree.body if part not in inside))
    return found


def called(tree):
    """Return the names of all functions and methods called in a piece of a program."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls
    }


def report_notebooks():
    count = len(list((ROOT / "notebooks").glob("*.ipynb")))
    print(f"\nThe whole --nbval run against as many notebooks ({count}) that only import")
    with tempfile.TemporaryDirectory() as folder:
        write_bare_notebooks(Path(folder), count)
        sides = [lambda: nbval_seconds(ROOT / "notebooks"), lambda: nbval_seconds(folder)]
        course, bare = take_turns(sides, rounds=2)
    whole, rest = zip(*course, strict=True)
    floor = [took for took, _ in bare]
    print(
        f"  medians: {statistics.median(whole):.1f} s, {statistics.median(rest):.1f} s without the"
    )
    print(f"  cells that train, and {statistics.median(floor):.1f} s")
    report("course without training / only imports", ratios_of(rest, floor), limit=1.25)
    report("course / only imports", ratios_of(whole, floor), limit=1.25)


if __name__ == "__main__":
    main()
