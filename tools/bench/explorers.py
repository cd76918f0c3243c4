"""How fast the explorers move in a real browser. A report: `make bench`."""

import statistics
import tempfile
from pathlib import Path

from served import Lab, Notebook, chromium, find_chromium, new_page

SETUP = """
import time
import torch
from ipywidgets import interact
from lab06.data import load_lab, load_penguins
from lab06.explore import *
from lab06.losses import softmax
from lab06.plotting import plot_bars, show
from lab06.sweep import train_many
from lab06.training import train_cross_entropy, train_low_level, train_module
x, y = load_lab()
runs = {"low level": train_low_level(x, y), "middle level": train_cross_entropy(x, y),
        "high level": train_module(x, y)}
rates = torch.logspace(-4, 1, 200)
sweep = train_many(x, y, torch.zeros(200, 4, 3), torch.zeros(200, 3), lr=rates)
measured, species = load_penguins()
complete = ~measured.isnan().any(dim=1)
penguins = measured[complete][:, [0, 2]], species[complete]
"""
MAKE = {
    "softmax": "SoftmaxExplorer()",
    "cross-entropy": "CrossEntropyExplorer()",
    "stability": "StabilityExplorer()",
    "player, 3 runs": "TrainingPlayer(runs)",
    "learning rate": "LearningRateExplorer(rates, sweep, guess=1.0986)",
    "workbench": "Workbench(*penguins, features='standardised')",
}
INTERACT = """
def draw(temperature):
    show(plot_bars({"p": softmax(torch.tensor([2.0, 1, -1]) / temperature, dim=0)}))
interact(draw, temperature=(0.1, 10.0));
"""
SIZE = """
def bytes_of(value):
    return len(value) if isinstance(value, bytes) else len(repr(value))
fresh = {name: run.on(x, y) for name, run in runs.items()}  # nothing computed yet
began = time.perf_counter()
player = TrainingPlayer(fresh)
player._repr_mimebundle_()
print(f"{time.perf_counter() - began:.3f}")
print(sum(map(bytes_of, player.get_state().values())))
"""
CELLS = [SETUP, *MAKE.values(), INTERACT, SIZE, "time.sleep(4)"]
MOVES = 20

# Notes, for each key, when it was pressed, when the picture had changed and been laid out, and
# when the frame with it was done.
WATCH = """([selector, place, moves]) => {
    const picture = document.querySelectorAll(selector)[place];
    const image = () => picture.querySelector("img")?.src; // what interact shows
    let pressed = null, shown = image();
    window.moved = [];
    document.addEventListener("keydown", (event) => (pressed = event.timeStamp), true);
    new MutationObserver(() => {
        if (pressed === null || (shown && (!image() || image() === shown))) return;
        shown = image();
        const began = pressed;
        pressed = null;
        picture.getBoundingClientRect();
        const drawn = performance.now() - began;
        requestAnimationFrame(() => {
            const after = new MessageChannel();
            after.port1.onmessage = () => window.moved.push([drawn, performance.now() - began]);
            after.port2.postMessage(null);
        });
    }).observe(picture, { attributes: true, childList: true, characterData: true, subtree: true });
}"""
FRAMES = """() => new Promise((done) => {
    const lengths = [];
    let before = performance.now();
    const next = (now) => {
        lengths.push(now - before);
        before = now;
        lengths.length < 120 ? requestAnimationFrame(next) : done(lengths.slice(1));
    };
    requestAnimationFrame(next);
})"""

# Milliseconds from a click to the new picture, laid out.
CLICKS = """(button) => Array.from({ length: 100 }, () => {
    const began = performance.now();
    button.click();
    button.closest(".lab06").getBoundingClientRect();
    return performance.now() - began;
})"""


def latency(page, selector, place, slider):
    """Press an arrow key on a slider and return the median milliseconds to picture and frame."""
    page.evaluate(WATCH, [selector, place, MOVES])
    slider.focus()
    for move in range(MOVES):
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "(count) => window.moved.length >= count", arg=move + 1, polling=20, timeout=10_000
        )
    return [statistics.median(times) for times in zip(*page.evaluate("window.moved"), strict=True)]


def report_row(name, times):
    limit = (
        "" if name.startswith("interact") else "limit 16  " + ("ok" if times[0] <= 16 else "over")
    )
    print(f"  {name:<34} {times[0]:7.1f} {times[1]:7.1f}   {limit}", flush=True)


def report():
    with tempfile.TemporaryDirectory() as home, Lab(Path(home)) as lab, chromium() as browser:
        lab.write("bench", CELLS)
        page = new_page(browser)
        notebook = Notebook(page, lab, "bench")
        notebook.run_all()
        assert notebook.errors() == []
        explorers = page.locator(".lab06")

        print(f"\nFrom key press to new picture and to the end of its frame, ms, median of {MOVES}")
        for state in ("idle", "busy", "dead"):
            if state == "dead":
                notebook.menu("Kernel", "Shut Down Kernel")
                page.wait_for_timeout(1500)
            for place, name in enumerate(name for name in MAKE if name != "workbench"):
                if state == "busy":
                    cell = page.locator(".jp-CodeCell").nth(len(CELLS) - 1)
                    cell.locator(".cm-content").click()
                    page.keyboard.press("Control+Enter")
                slider = explorers.nth(place).get_by_role("slider").first
                times = latency(page, ".lab06 [role=img]", place, slider)
                report_row(f"{name}, kernel {state}", times)
                if state == "busy":
                    busy = page.locator(".jp-Notebook-ExecutionIndicator").get_attribute(
                        "data-status"
                    )
                    assert busy == "busy", "the kernel had finished before the moves"
                    notebook.wait_until_idle()
            if state == "idle":
                slider = page.locator(".widget-interact [role=slider]")
                times = latency(page, ".widget-interact .jp-OutputArea", 0, slider)
                report_row("interact, kernel idle", times)

        print("\nPlaying three runs, 250 epochs per second")
        player = explorers.nth(list(MAKE).index("player, 3 runs"))
        player.get_by_role("button", name="Reset").click()
        player.get_by_role("radio", name="250").check()
        player.get_by_role("button", name="Play").click()
        frames = page.evaluate(FRAMES)
        verdict = "ok" if max(frames) <= 50 else "over"
        print(f"  longest of {len(frames)} frames {max(frames):.1f} ms  limit 50  {verdict}")

        workbench = explorers.nth(list(MAKE).index("workbench"))
        workbench.get_by_role("button", name="Reset").click()
        step = workbench.get_by_role("button", name="Steps 1", exact=True)
        taken = statistics.median(step.evaluate(CLICKS))
        verdict = "ok" if taken <= 4 else "over"
        print("\nThe workbench with 342 penguins and two of their features")
        print(f"  a step with a new picture, median of 100 {taken:.1f} ms  limit 4  {verdict}")
        workbench.get_by_role("button", name="Compare").click()
        workbench.get_by_role("radio", name="twice").check()
        workbench.get_by_role("button", name="Play").click()
        frames = page.evaluate(FRAMES)
        verdict = "ok" if max(frames) <= 50 else "over"
        print(
            f"  playing two settings, longest of {len(frames)} frames {max(frames):.1f} ms"
            f"  limit 50  {verdict}"
        )

        seconds, size = (
            page.locator(".jp-CodeCell")
            .nth(len(CELLS) - 2)
            .locator(".jp-OutputArea-output")
            .inner_text()
            .split()
        )
        print("\nCreating and showing the player with three runs of 1001 epochs, in Python")
        print(f"  {1000 * float(seconds):.0f} ms  limit 300; {int(size):,} bytes  limit 1,000,000")


if __name__ == "__main__":
    if find_chromium():
        report()
    else:
        print("no Chromium found: the explorers were not measured")
