"""The few formulas that the browser repeats, against PyTorch's, on a grid of states."""

import itertools

import pytest
import torch
import torch.nn.functional as F

from lab06.explore import CrossEntropyExplorer, SoftmaxExplorer

# Draws an explorer on an empty page with an object in place of the model, one state after another.
DRAW = """async ([source, states]) => {
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { default: explorer } = await import(address);
    return states.map((state) => {
        const model = { get: (name) => state[name], on() {}, off() {} };
        const leave = explorer.render({ model, el: document.body });
        const numbers = document.querySelector(".lab06").dataset.numbers;
        leave();
        return JSON.parse(numbers);
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
