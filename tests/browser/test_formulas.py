"""What the browser computes and writes, against PyTorch and the still pictures, on many states."""

import itertools
import math
import re

import pytest
import torch
import torch.nn.functional as F

from lab06.explore import (
    REACH,
    CrossEntropyExplorer,
    LearningRateExplorer,
    SoftmaxExplorer,
    StabilityExplorer,
    TrainingPlayer,
)
from lab06.sweep import train_many

# Draws an explorer on an empty page with an object in place of the model, one state after another.
DRAW = """async ([source, states]) => {
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { default: explorer } = await import(address);
    const view = (value) => (value && value.floats
        ? new DataView(new Float32Array(value.floats.map(Number)).buffer) : value);
    return states.map((state) => {
        const model = { get: (name) => view(state[name]), on() {}, off() {} };
        const leave = explorer.render({ model, el: document.body });
        const root = document.querySelector(".lab06");
        const all = (selector, of = root) => [...of.querySelectorAll(selector)];
        const drawn = {
            ...JSON.parse(root.dataset.numbers),
            words: root.querySelector("[role=img]").ariaLabel,
            controls: all("input[type=range]").map((input) => input.ariaValueText),
            disabled: all("button:disabled").map((button) => button.textContent),
            bars: all("svg:has(rect)").map((svg) =>
                all(".lab06-middle:not(.lab06-small)", svg).map((text) => text.textContent)),
            cost: all(".lab06-end:not(.lab06-small)").map((text) => text.textContent).slice(-2),
            hidden: [root, ...all("table")].some((part) => part.scrollWidth > part.clientWidth),
            shaded: all(".lab06-reach").map((path) => path.getAttribute("d")),
        };
        leave();
        return drawn;
    });
}"""
LOGITS = [list(z) for z in itertools.product((-10.0, -3.7, 0.0, 0.1, 2.5, 10.0), repeat=3)]


@pytest.mark.parametrize("temperature", [0.1, 0.3, 1.0, 2.7, 10.0])
def test_softmax(page, temperature):
    states = [{"logits": logits, "temperature": temperature} for logits in LOGITS]
    drawn = page.evaluate(DRAW, [SoftmaxExplorer._esm, states])
    probabilities = torch.tensor([numbers["probabilities"] for numbers in drawn]).double()
    expected = F.softmax(torch.tensor(LOGITS, dtype=torch.float64) / temperature, dim=1)
    assert (probabilities - expected).abs().max() <= 1e-6
    weights = torch.tensor([numbers["weights"] for numbers in drawn]).double()
    assert (weights / weights.sum(dim=1, keepdim=True) - expected).abs().max() <= 1e-6
    assert torch.equal(weights.amax(dim=1), torch.ones(len(LOGITS)).double())


@pytest.mark.parametrize("target", [0, 1, 2])
def test_cross_entropy_and_gradient(page, target):
    states = [{"logits": logits, "target": target, "lr": 1.0} for logits in LOGITS]
    drawn = page.evaluate(DRAW, [CrossEntropyExplorer._esm, states])
    logits = torch.tensor(LOGITS, dtype=torch.float64, requires_grad=True)
    targets = torch.full((len(LOGITS),), target)
    costs = F.cross_entropy(logits, targets, reduction="none")
    (gradient,) = torch.autograd.grad(costs.sum(), logits)
    nats = torch.tensor([numbers["nats"] for numbers in drawn], dtype=torch.float64)
    bits = torch.tensor([numbers["bits"] for numbers in drawn], dtype=torch.float64)
    slopes = torch.tensor([numbers["gradient"] for numbers in drawn], dtype=torch.float64)
    assert (nats - costs).abs().max() <= 1e-6
    assert (bits - costs / torch.tensor(2.0).double().log()).abs().max() <= 1e-6
    assert (slopes - gradient).abs().max() <= 1e-6


EXTREME = [
    *(
        [2.0, 1.0, -1.0],
        [10.0, -10.0, -10.0],
        [0.0, 5.0, 0.0],
        [8.0, -8.0, 0.04],
        [3.0, 0.05, -4.0],
    ),
    *([7.6, 0.0, -9.0], [0.9997, -0.9997, 0.0007], [1.0, 1.0, 1.0], [0.123456, -9.87654, 0.0]),
]


def value(text):
    """Read a number as it is written in an explorer."""
    return float(text.replace("−", "-").lstrip("<>"))


@pytest.mark.parametrize("temperature", [0.1, 1.0, 10.0])
def test_softmax_writes_what_the_still_picture_says(page, temperature):
    states = [{"logits": logits, "temperature": temperature} for logits in EXTREME]
    for state, drawn in zip(
        states, page.evaluate(DRAW, [SoftmaxExplorer._esm, states]), strict=True
    ):
        still = [ax.description for ax in SoftmaxExplorer(**state).still()]
        assert still == [bars_in_words(*panel) for panel in zip(
            ("logits z", "probabilities"), drawn["bars"][::2], strict=True)]  # fmt: skip


def test_cross_entropy_writes_what_the_still_picture_says(page):
    states = [{"logits": z, "target": k, "lr": 1.0} for z in EXTREME for k in range(3)]
    found = page.evaluate(DRAW, [CrossEntropyExplorer._esm, states])
    for state, drawn in zip(states, found, strict=True):
        still = [ax.description for ax in CrossEntropyExplorer(**state).still()]
        titles = ("probabilities p", "gradient p − y")
        assert still == [bars_in_words(*one) for one in zip(titles, drawn["bars"], strict=True)]


def bars_in_words(title, texts):
    listed = ", ".join(f"class {index} {text}" for index, text in enumerate(texts))
    return f"Bars, {title}: {listed}."


def test_what_is_written_adds_up_and_costs_minus_its_logarithm(page):
    grid = [z for z in itertools.product((-10.0, -2.3, 0.0, 1.9, 10.0), repeat=3)]
    states = [{"logits": z, "target": k, "lr": 1.0} for z in [*grid, *EXTREME] for k in range(3)]
    found = page.evaluate(DRAW, [CrossEntropyExplorer._esm, states])
    for state, drawn in zip(states, found, strict=True):
        p, slopes = ([value(text) for text in bar] for bar in drawn["bars"])
        assert abs(sum(p) - 1) < 0.0016, drawn["bars"]
        true = state["target"]
        others = [k for k in range(3) if k != true]
        assert [drawn["bars"][1][k] for k in others] == [drawn["bars"][0][k] for k in others]
        assert abs(p[true] - 1 - slopes[true]) < 0.0011
        for text, unit in zip(drawn["cost"], (1, math.log(2)), strict=True):
            cost = value(text.split()[0])
            places = 3 if cost < 0.1 else 2
            again = round(-math.log(p[true]) / unit, places)
            assert abs(again - cost) < 1.01 * 10**-places, (drawn["bars"], drawn["cost"])
            assert (drawn["bars"][0][true] == "1.000") == (cost == 0)


@pytest.mark.parametrize(
    ("logits", "said"),
    [
        ([2.0, 1.0, -1.0], "Largest: class 0."),
        ([1.0, 2.0, 2.0], "Largest: classes 1 and 2, a tie."),
        ([0.1 + 0.2, 0.0, 0.3], "Largest: classes 0 and 2, a tie."),
        ([0.0, 0.0, 0.0], "Largest: classes 0 and 1 and 2, a tie."),
        ([2.001, 2.0, 0.0], "Largest: class 0."),
    ],
)
@pytest.mark.parametrize("temperature", [0.1, 1.0, 10.0])
def test_a_tie_is_called_a_tie(page, logits, said, temperature):
    state = {"logits": logits, "temperature": temperature}
    assert page.evaluate(DRAW, [SoftmaxExplorer._esm, [state]])[0]["words"].endswith(said)


def test_a_step_is_offered_where_it_moves_a_number_and_nowhere_else(page):
    logits = [[5.0, -5, -5], [8.0, -8, -8], [-8.0, 8, 8], [0.0, 0, 0], [2.0, 1, -1], [9.9, -9, -9]]
    states = [{"logits": z, "target": 0, "lr": lr} for z in logits for lr in (0.1, 1.0, 5.0)]
    after = []
    for state in states:
        z = torch.tensor(state["logits"], dtype=torch.float64, requires_grad=True)
        (gradient,) = torch.autograd.grad(F.cross_entropy(z, torch.tensor(0)), z)
        after.append(state | {"logits": (z - state["lr"] * gradient).tolist()})
    found = page.evaluate(DRAW, [CrossEntropyExplorer._esm, states + after])
    now, then = found[: len(states)], found[len(states) :]
    for old, new in zip(now, then, strict=True):
        assert ("one step downhill" in old["disabled"]) == (old["words"] == new["words"])
    assert 0 < sum(bool(old["disabled"]) for old in now) < len(states)


@pytest.mark.parametrize(("scale", "target"), [(88, 1), (89, 1), (103, 0), (104, 0), (104, 1)])
def test_stability_says_what_the_table_holds(page, scale, target):
    page.set_viewport_size({"width": 366, "height": 700})
    page.add_style_tag(content=StabilityExplorer._css)
    explorer = StabilityExplorer(scale=scale, target=target)
    floats = [str(number) for number in explorer._table.flatten().tolist()]
    floats = [text.replace("inf", "Infinity") for text in floats]
    state = {"scale": scale, "target": target, "values": {"floats": floats}}
    drawn = page.evaluate(DRAW, [StabilityExplorer._esm, [state]])[0]
    words = drawn["words"]
    assert not drawn["hidden"]
    lost = scale >= (104, 89)[target]
    assert ("slopes nan, nan, nan; log_softmax" in words) == lost
    naive = re.search(r"gives cost (\S+) and", words)[1]
    assert value(naive) == pytest.approx(explorer.naive[0].item(), abs=6e-5)


def test_the_film_shades_what_a_second_softmax_returns(page):
    nan = float("nan")
    p = [[0.25, 0.5, 0.25], [0.5, 0.5, 0.0], [nan, nan, nan]]
    state = {
        **{"names": ["run"], "y": [1, 1, 0], "epoch": 0, "small_triangle": True},
        **{"cost": {"floats": ["NaN"]}, "cross_entropy": {"floats": []}},
        "probabilities": {"floats": [str(v).replace("nan", "NaN") for row in p for v in row]},
    }
    drawn = page.evaluate(DRAW, [TrainingPlayer._esm, [state]])[0]
    said = "Epoch 0. run: own cost nan, 1 of 3 right, 1 tied. At a tie the lowest class counts"
    assert drawn["words"].startswith(said) and drawn["words"].endswith(REACH)
    points = re.findall(r"[ML]([\d.]+) ([\d.]+)", drawn["shaded"][0])
    x, y = torch.tensor([[float(number) for number in point] for point in points]).double().T
    side, height = 160, 160 * 0.75**0.5
    p2 = (46 + height - y) / height
    p1 = (x - 30) / side - p2 / 2
    returned = torch.stack([1 - p1 - p2, p1, p2], dim=1)
    before = returned.log()
    before = before + (1 - before.sum(dim=1, keepdim=True)) / 3  # softmax gives the same, sum 1
    assert (torch.softmax(before, dim=1) - returned).abs().max() < 1e-6
    assert before.amin(dim=1).abs().max() < 1e-6  # what came in stood on a side of the simplex
    assert len(returned) >= 60 and (before.amax(dim=1) < 0.6).any()
    assert returned.amin(dim=1).min() == pytest.approx(1 / (2 + math.e), abs=1e-6)


def test_the_learning_rate_is_the_still_picture_s(page):
    rates = torch.tensor([1e-10, 1.2345e-5, 0.0012345, 0.11119, 1.0, 13.219, 100.0])
    x, y = torch.eye(3), torch.arange(3)
    sweep = train_many(x, y, torch.zeros(7, 3, 3), torch.zeros(7, 3), lr=rates, epochs=1)
    shown = [0, 1]
    for model in range(len(rates)):
        explorer = LearningRateExplorer(rates, sweep, guess=1.0986, model=model)
        state = {"model": model, "name": "sweep", "names": ["sweep"], "guess": 1.0986}
        state |= {"epochs": shown, "rates": {"floats": rates.tolist()}}
        state |= {"costs": {"floats": sweep.cost[shown].flatten().tolist()}}
        drawn = page.evaluate(DRAW, [LearningRateExplorer._esm, [state]])[0]
        still = re.search(r"learning rate (\S+)\.$", explorer.still().description)[1]
        assert value(drawn["controls"][0]) == float(still) == float(f"{explorer.lr:.3g}")
        assert f"learning rate {drawn['controls'][0]}:" in drawn["words"]
