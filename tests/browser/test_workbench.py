"""The workbench: its numbers against PyTorch, every control, and samples that move."""

import ast
import base64
import itertools
import json
import re
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from axe_playwright_python.sync_playwright import Axe
from served import Notebook, new_page

from lab06.data import load_lab
from lab06.explore import Workbench

LIVE = Path(__file__).parents[2].joinpath("tools", "site", "live.js").read_text(encoding="utf-8")
X, Y = load_lab()
TWO = X[:, 1:3]  # two features of the eight points


def page_with(*workbenches):
    """Return a page that stands as `make html` writes it: state, module, and no kernel."""
    models, boxes = {}, ""
    for place, workbench in enumerate(workbenches):
        state = {key: workbench.get_state()[key] for key in workbench.trait_names(sync=True)}
        state = {key: v for key, v in state.items() if key in Workbench.class_own_traits(sync=True)}
        sent = {key: v for key, v in state.items() if isinstance(v, bytes)}
        models[place] = {
            "module": 0,
            "state": {key: v for key, v in state.items() if key not in sent},
            "buffers": [
                {"path": [key], "data": base64.b64encode(v).decode()} for key, v in sent.items()
            ],
        }
        boxes += f'<div data-model="{place}"></div>'
    data = json.dumps({"modules": [Workbench._esm], "models": models}).replace("</", "<\\/")
    return (
        f'<html lang="en"><title>Workbench</title><style>{Workbench._css}</style><body>{boxes}'
        f'<script type="application/json" id="explorers">{data}</script>'
        f'<script type="module">{LIVE}</script></body></html>'
    )


def numbers(place):
    """Return what a workbench shows: for each of its models a dict."""
    return json.loads(place.locator(".lab06").get_attribute("data-numbers"))


SETTINGS = [  # each with softmax once and, for its twin, twice
    dict(zip(("bias", "start", "features"), values, strict=True))
    for values in itertools.product(
        ("per class", "shared", "none"), (0, 3), ("raw", "standardised")
    )
]


def loop(x, y, weight, bias, settings, epochs=200):
    """Train in float64 with autograd, spelled out once more, and return weight, bias and costs."""
    x, weight, bias = x.double(), weight.double().clone(), bias.double().clone()
    if settings["features"] == "standardised":
        x = (x - x.mean(dim=0)) / x.std(dim=0)
    parameters = [weight.requires_grad_(), bias.requires_grad_()]
    if settings["bias"] == "none":
        parameters = parameters[:1]

    def cost(logits):
        scores = F.softmax(logits, dim=1) if settings["softmax"] == "twice" else logits
        return F.cross_entropy(scores, y)

    for _ in range(epochs):
        gradients = torch.autograd.grad(cost(x @ weight + bias), parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter -= settings.get("lr", 0.1) * gradient
    logits = (x @ weight + bias).detach()
    return weight.detach(), bias.detach(), cost(logits), F.cross_entropy(logits, y)


@pytest.mark.parametrize("x", [X, TWO], ids=["four features", "two features"])
def test_200_steps_are_those_of_torch_in_float64(page, x):
    workbenches = [Workbench(x, Y, **settings, twin={"softmax": "twice"}) for settings in SETTINGS]
    starts = [(workbench.weight, workbench.bias) for workbench in workbenches]
    for workbench in workbenches:
        workbench.epoch = 200
    page.set_content(page_with(*workbenches))
    page.locator(".lab06").nth(len(SETTINGS) - 1).wait_for()
    for place, (workbench, start) in enumerate(zip(workbenches, starts, strict=True)):
        shown = numbers(page.locator("[data-model]").nth(place))
        for run, settings in zip(shown, (workbench.twin, workbench.settings), strict=True):
            weight, bias, cost, yardstick = loop(x, Y, *start, settings)
            expected = torch.cat([weight, bias.expand(1, 3)]).flatten().tolist()
            assert run["epoch"] == 200
            assert run["parameters"] == pytest.approx(expected, abs=1e-9, rel=0), settings
            assert run["cost"] == pytest.approx(cost.item(), abs=1e-9, rel=0), settings
            assert run["yardstick"] == pytest.approx(yardstick.item(), abs=1e-9, rel=0), settings


@pytest.fixture
def bench(page):
    """The eight points with two features, on a bare page."""
    page.set_content(page_with(Workbench(TWO, Y, names=["first", "second"])))
    page.get_by_role("application").wait_for()
    return page


def press(page, role, label, *keys):
    page.get_by_role(role, name=label, exact=True).first.focus()
    for key in keys:
        page.keyboard.press(key)


def test_a_switch_moved_by_keyboard_starts_again(bench):
    settings = Workbench(TWO, Y).settings
    for role, label, key, changed in (
        ("radio", "once", "ArrowRight", {"softmax": "twice"}),
        ("radio", "per class", "ArrowRight", {"bias": "shared"}),
        ("radio", "shared", "ArrowRight", {"bias": "none"}),
        ("radio", "raw", "ArrowRight", {"features": "standardised"}),
        ("combobox", "start", "ArrowDown", {"start": 1}),
    ):
        press(bench, "button", "Reset", "Enter")
        press(bench, "button", "Steps 100", "Enter", "Space")
        assert numbers(bench)[0]["epoch"] == 200
        press(bench, role, label, key)
        assert numbers(bench)[0]["epoch"] == 0
        press(bench, "button", "Steps 1", *["Enter"] * 3)
        settings |= changed
        workbench = Workbench(TWO, Y, **settings)
        weight, bias, cost, _ = loop(TWO, Y, workbench.weight, workbench.bias, settings, epochs=3)
        expected = torch.cat([weight, bias.expand(1, 3)]).flatten().tolist()
        assert numbers(bench)[0]["parameters"] == pytest.approx(expected, abs=1e-12)
        assert words(bench).startswith("Epoch 3. ") and f"own cost {cost:.3f}" in words(bench)
    press(bench, "button", "Steps 1000", "Enter")
    assert numbers(bench)[0]["epoch"] == 1003


def test_the_learning_rate_changes_without_a_new_start(bench):
    press(bench, "button", "Steps 100", "Enter")
    press(bench, "slider", "learning rate", "ArrowRight", "ArrowRight")
    assert (
        bench.get_by_role("slider", name="learning rate").get_attribute("aria-valuetext") == "0.2"
    )
    first = loop(TWO, Y, torch.zeros(2, 3), torch.zeros(3), Workbench(TWO, Y).settings, 100)
    press(bench, "button", "Steps 1", "Enter")
    settings = Workbench(TWO, Y, lr=0.2).settings
    weight, *_ = loop(TWO, Y, *first[:2], settings, epochs=1)
    (shown,) = numbers(bench)
    assert shown["epoch"] == 101
    assert shown["parameters"][:6] == pytest.approx(weight.flatten().tolist(), abs=1e-9)
    press(bench, "button", "Reset", "Enter")
    assert numbers(bench)[0]["epoch"] == 0


def test_play_and_pause(bench):
    press(bench, "button", "Play", "Enter")
    bench.wait_for_function(
        "JSON.parse(document.querySelector('.lab06').dataset.numbers)[0].epoch > 20"
    )
    press(bench, "button", "Pause", "Enter")
    paused = numbers(bench)
    bench.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
    assert numbers(bench) == paused
    zeros, settings = (torch.zeros(2, 3), torch.zeros(3)), Workbench(TWO, Y).settings
    weight, *_ = loop(TWO, Y, *zeros, settings, paused[0]["epoch"])
    assert paused[0]["parameters"][:6] == pytest.approx(weight.flatten().tolist(), abs=1e-9)


def test_compare_trains_both_from_then_on(bench):
    press(bench, "button", "Steps 100", "Enter")
    press(bench, "button", "Compare", "Enter")
    left, right = numbers(bench)
    assert left == right and left["epoch"] == 100
    press(bench, "slider", "learning rate", "ArrowLeft")
    press(bench, "button", "Steps 1", "Enter")
    left, right = numbers(bench)
    assert left["epoch"] == right["epoch"] == 101 and left["parameters"] != right["parameters"]
    press(bench, "radio", "once", "ArrowRight")  # the right one's; both start again
    press(bench, "button", "Steps 100", "Enter")
    for run, changed in zip(numbers(bench), ({}, {"softmax": "twice", "lr": 0.07}), strict=True):
        workbench = Workbench(TWO, Y, **changed)
        start = workbench.weight, workbench.bias
        weight, *_ = loop(TWO, Y, *start, workbench.settings, epochs=100)
        assert run["parameters"][:6] == pytest.approx(weight.flatten().tolist(), abs=1e-9)
    assert bench.locator(".lab06-told strong").all_inner_texts() == [
        "Left, softmax once, lr 0.1: ", "Right, softmax twice, lr 0.07: ",
    ]  # fmt: skip
    press(bench, "button", "Compare", "Enter")
    (alone,) = numbers(bench)
    assert alone == run


PLANE = re.compile(r"Plane: sample (\d) of class (\d), first ([\d.]+), second ([\d.]+)\. ")


def selected(page):
    """Return number, class and place of the selected sample, as the plane says them."""
    label = page.get_by_role("application").first.get_attribute("aria-label")
    sample, truth, *place = PLANE.match(label).groups()
    return int(sample), int(truth), *map(float, place)


def pixels(page, sample):
    """Select a sample by keyboard, and return where its ring stands."""
    press(page, "application", None, *["PageDown"] * ((sample - selected(page)[0]) % 8))
    box = page.locator("[role=application] .lab06-ring").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def cost_of(samples, parameters):
    weight, bias = torch.tensor(parameters, dtype=torch.float64).view(3, 3).split([2, 1])
    return F.cross_entropy(samples.double() @ weight + bias, Y).item()


def test_a_sample_can_be_dragged_with_the_mouse(bench):
    press(bench, "button", "Steps 100", "Enter")
    before, at, to = numbers(bench)[0], pixels(bench, 3), pixels(bench, 6)
    bench.mouse.move(*at)
    bench.mouse.down()
    bench.mouse.move(*to, steps=4)
    bench.mouse.up()
    bench.mouse.move(*at)  # let go, it stays
    assert selected(bench) == (3, 1, pytest.approx(6, abs=0.03), pytest.approx(6, abs=0.03))
    after, moved = numbers(bench)[0], TWO.clone()
    moved[3] = torch.tensor(selected(bench)[2:])
    assert (after["epoch"], after["parameters"]) == (100, before["parameters"])  # it goes on
    assert after["cost"] == pytest.approx(cost_of(moved, before["parameters"]), abs=1e-6)
    press(bench, "button", "Restore", "Enter")
    assert numbers(bench)[0] == before


def test_a_sample_can_be_dragged_with_a_finger(browser):
    page = new_page(browser, has_touch=True)
    page.set_content(page_with(Workbench(TWO, Y, names=["first", "second"])))
    page.get_by_role("application").wait_for()
    at, to = pixels(page, 3), pixels(page, 6)
    session = page.context.new_cdp_session(page)
    for kind, place in (("touchStart", at), ("touchMove", to), ("touchEnd", None)):
        points = [{"x": place[0], "y": place[1]}] if place else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert selected(page) == (3, 1, pytest.approx(6, abs=0.03), pytest.approx(6, abs=0.03))
    page.context.close()


def test_samples_can_be_moved_added_and_removed_with_the_keyboard(bench):
    pixels(bench, 3)
    assert selected(bench) == (3, 1, 1, 5)
    press(bench, "application", None, "ArrowRight", "ArrowRight", "ArrowDown")
    # An arrow is a fiftieth of the plane: the samples' range, and an eighth more at each side.
    moved = 1 + 2 * 6 * 1.25 / 50, 5 - 6 * 1.25 / 50
    assert selected(bench) == (3, 1, *map(pytest.approx, moved))
    press(bench, "button", "Add class 0", "Enter")
    assert selected(bench)[:2] == (8, 0) and "of 9 right" in words(bench)
    press(bench, "button", "Remove", "Enter", "Enter")
    assert selected(bench)[:2] == (6, 0) and "of 7 right" in words(bench)
    press(bench, "button", "Remove", *["Enter"] * 6)
    assert "of 3 right" in words(bench)  # the fewest
    assert bench.get_by_role("button", name="Remove").is_disabled()
    press(bench, "button", "Restore", "Enter")
    assert "of 8 right" in words(bench)


def words(page):
    return page.get_by_role("group", name="Epoch").first.get_attribute("aria-label")


def test_regions_are_those_of_argmax(bench):
    press(bench, "button", "Steps 100", *["Enter"] * 3)
    weight, bias = torch.tensor(numbers(bench)[0]["parameters"]).view(3, 3).split([2, 1])
    for sample, point in enumerate(TWO):
        pixels(bench, sample)
        inside = bench.evaluate(
            """([x, y]) => [...document.querySelectorAll(".lab06-region")].map((region) =>
                region.isPointInFill(new DOMPoint(x, y)))""",
            ring(bench),
        )
        assert inside.index(True) == (point @ weight + bias).argmax() and sum(inside) == 1


def ring(page):
    """Return where the ring of the selected sample stands in the plane."""
    return page.locator("[role=application] .lab06-ring").evaluate(
        "(ring) => { const { e, f } = ring.transform.baseVal[0].matrix; return [e, f]; }"
    )


def test_divergence_is_said_in_words(page):
    page.set_content(page_with(Workbench(100 * X, Y)))
    assert "it diverged" not in words(page)
    press(page, "button", "Steps 100", "Enter")
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent.includes('it diverged')"
    )
    assert page.locator(".lab06-alarm").is_visible()
    assert numbers(page)[0]["cost"] > 3 * 1.0986
    press(page, "radio", "raw", "ArrowRight")
    press(page, "button", "Steps 100", "Enter")
    assert "it diverged" not in words(page)


def test_a_high_cost_from_the_start_is_no_divergence_where_it_is_shown_again(page):
    workbench = Workbench(30 * X, Y, start=1, lr=1e-6)
    assert workbench.cost > 3 * 1.0986
    workbench.set_state({"epoch": 7, "trained": 7})
    page.set_content(page_with(workbench))
    assert words(page).startswith("Epoch 7. ") and "diverged" not in words(page)


def test_restore_brings_back_the_first_samples_where_it_is_shown_again(page):
    workbench = Workbench(TWO, Y, names=["first", "second"])
    moved = torch.cat([3 * TWO[:5], Y[:5, None]], dim=1).double()
    workbench.set_state({"samples": memoryview(moved.numpy().tobytes())})
    assert torch.equal(workbench.x, 3 * TWO[:5].double())
    page.set_content(page_with(workbench))
    assert "of 5 right" in words(page)
    press(page, "button", "Restore", "Enter")
    assert "of 8 right" in words(page) and selected(page)[2:] == tuple(TWO[0].tolist())
    press(page, "button", "Steps 1", "Enter")
    weight, *_ = loop(TWO, Y, torch.zeros(2, 3), torch.zeros(3), workbench.settings, epochs=1)
    assert numbers(page)[0]["parameters"][:6] == pytest.approx(weight.flatten().tolist())


@pytest.mark.parametrize("far", [0, 1e6, 1e17])  # at 1e17 all samples are in one place
def test_an_arrow_moves_a_sample_wherever_the_plane_lies(page, far):
    page.set_content(page_with(Workbench(TWO.double() + far, Y)))
    press(page, "button", "Steps 1", "Enter")
    before = ring(page)
    press(page, "application", None, "ArrowRight", "ArrowRight")
    across = 2 * (220 - 46 - 22) / 50  # two fiftieths of the plane
    assert ring(page) == [pytest.approx(before[0] + across, abs=0.02), before[1]]
    assert "NaN" not in page.locator(".lab06").inner_html()


def test_ticks_are_round_numbers(page):
    page.set_content(page_with(Workbench(1e-4 * TWO, Y)))
    ticks = page.locator("[role=application] .lab06-grid + text").all_text_contents()
    assert ticks == ["2e−4", "4e−4", "6e−4"] * 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_content(page_with(Workbench(X, Y), Workbench(TWO, Y, twin={"softmax": "twice"})))
    page.get_by_role("application").nth(1).wait_for()
    found = Axe().run(page, context=".lab06").response["violations"]
    assert [v for v in found if v["impact"] in ("serious", "critical")] == []


def test_settings_stay_covered_until_the_reader_asks(page):
    workbench = Workbench(TWO, Y, twin={"softmax": "twice"}, covered=True)
    page.set_content(page_with(workbench))
    press(page, "button", "Steps 100", "Enter")
    hidden = page.get_by_role("radio").or_(page.get_by_role("slider")).or_(
        page.get_by_role("button", name="Compare")
    )  # fmt: skip
    for said in (words(page), page.locator(".lab06").inner_text()):
        assert "Left" in said and "softmax" not in said and "twice" not in said
    assert hidden.count() == 0 and not page.locator(".lab06-reach").first.is_visible()
    press(page, "button", "Show the settings", "Enter")
    assert hidden.count() == 9 and page.locator(".lab06-reach").first.is_visible()
    assert "Left, softmax twice: own cost" in words(page)
    assert not page.get_by_role("button", name="Show the settings").is_visible()
    assert numbers(page)[0]["epoch"] == 100  # they trained on


@pytest.mark.parametrize(("motion", "least", "most"), [("reduce", 1, 1), ("no-preference", 50, 65)])
def test_plays_in_still_steps_for_readers_who_asked_for_less_motion(page, motion, least, most):
    page.emulate_media(reduced_motion=motion)
    page.clock.install(time=0)
    page.set_content(page_with(Workbench(X, Y)))
    page.locator(".lab06-twin svg").first.wait_for()
    page.evaluate(
        """() => {
            window.seen = new Set();
            const root = document.querySelector(".lab06");
            new MutationObserver(() => window.seen.add(JSON.parse(root.dataset.numbers)[0].epoch))
                .observe(root, { attributes: true });
        }"""
    )
    page.clock.pause_at(600_000)
    page.get_by_role("button", name="Play").click()
    for _ in range(110):  # small steps, since an observer speaks between them
        page.clock.run_for(10)
    seen = page.evaluate("[...window.seen]")
    assert least <= len(seen) <= most and 50 < seen[-1] <= 70


CELLS = [
    "from lab06.data import load_lab\nfrom lab06.explore import Workbench\nx, y = load_lab()\n"
    "workbench = Workbench(x[:, 1:3], y)\nworkbench",
    "now = workbench\nprint([now.epoch, now.settings, now.twin, now.cost, now.cross_entropy, "
    "now.weight.tolist(), now.bias.tolist(), len(now.x)])",
    "workbench.settings = {'softmax': 'twice', 'bias': 'shared', 'start': 2}\nworkbench.epoch = 50",
    "workbench.twin = {'lr': 0.2}",
]


def test_state_goes_to_python_and_comes_from_there(page, lab):
    lab.write("workbench", CELLS)
    notebook = Notebook(page, lab, "workbench")
    notebook.run_cell(0)
    root = page.locator(".lab06")
    press(page, "button", "Steps 100", "Enter")
    press(
        page, "button", "Steps 1", "Enter", "b", "d", "d"
    )  # letters are no commands of JupyterLab
    press(page, "slider", "learning rate", "ArrowRight")
    press(page, "application", None, "ArrowRight")
    press(page, "button", "Add class 2", "Enter")

    def python():
        epoch, settings, twin, cost, yardstick, weight, bias, samples = ast.literal_eval(
            notebook.run_cell(1)[0]
        )
        shown = json.loads(root.get_attribute("data-numbers"))[-1]
        assert (epoch, cost, yardstick) == (
            shown["epoch"],
            pytest.approx(shown["cost"], abs=1e-12),
            pytest.approx(shown["yardstick"], abs=1e-12),
        )
        assert sum(weight, []) == shown["parameters"][:6] and bias[0] == shown["parameters"][6]
        return epoch, settings["softmax"], settings["lr"], len(bias), twin and twin["lr"], samples

    assert python() == (101, "once", 0.15, 3, None, 9)
    notebook.run_cell(2)
    page.get_by_role("group", name="Epoch 50.").wait_for()
    assert page.locator(".lab06-reach").is_visible()
    assert python() == (50, "twice", 0.15, 1, None, 9)
    notebook.run_cell(3)
    page.locator(".lab06-twin").nth(1).wait_for()
    assert python() == (50, "twice", 0.15, 1, 0.2, 9)
    page.evaluate(
        """() => {
            const root = document.querySelector(".lab06");
            window.seen = [];
            new MutationObserver(() => window.seen.push(JSON.parse(root.dataset.numbers)[0].epoch))
                .observe(root, { attributes: true, attributeFilter: ["data-numbers"] });
        }"""
    )
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("window.seen.at(-1) > 300")
    page.get_by_role("button", name="Pause").click()
    seen = page.evaluate("window.seen")
    assert seen == sorted(seen)  # what Python hears of does not come back
    assert python()[0] > 300
    page.get_by_role("button", name="Restore").click()
    assert python()[-1] == 8
    assert notebook.errors() == [] and notebook.complaints == []
