"""The checks of notebook 08, and answers that students give."""

import math

import pytest
import torch
import torch.nn.functional as F
from test_check_nb04_low_level import one_hot, p_true, softmax_rows

from lab06 import check


def published(logits, y):
    hypothesis = F.softmax(logits, dim=1)
    y_one_hot = torch.zeros_like(hypothesis).scatter_(1, y.unsqueeze(1), 1)
    return -(y_one_hot * torch.log(F.softmax(hypothesis, dim=1))).sum(dim=1).mean()


def repaired(logits, y):
    hypothesis = F.softmax(logits, dim=1)
    y_one_hot = torch.zeros_like(hypothesis).scatter_(1, y.unsqueeze(1), 1)
    return -(y_one_hot * torch.log(hypothesis)).sum(dim=1).mean()


def loop_cost(logits, y):
    losses = [
        -(row.exp()[true] / row.exp().sum()).log() for row, true in zip(logits, y, strict=True)
    ]
    return sum(losses) / len(losses)


def pair(low, high):
    return torch.tensor([low, high], dtype=torch.float64)


def band(classes):
    return pair(math.log(math.e + classes - 1) - 1, math.log(math.e + classes - 1))


def doubled_cost_of_one(classes):
    """Takes the probabilities 1, 0, ..., 0 for logits."""
    logits = torch.eye(classes)[:1].repeat(2, 1)
    cost = F.cross_entropy(F.softmax(logits, dim=1), torch.tensor([0, 1]), reduction="none")
    return cost.double()


def band_by_torch(classes):
    sure = torch.eye(classes, dtype=torch.float64)[:1].repeat(2, 1)
    return F.cross_entropy(sure, torch.tensor([0, 1]), reduction="none")


def band_by_softmax(classes):
    p = torch.softmax(torch.tensor([1.0] + [0.0] * (classes - 1), dtype=torch.float64), dim=0)
    return torch.stack([-p[0].log(), -p[1].log()])


def band_loop(classes):
    total = math.e
    for _ in range(classes - 1):
        total += math.exp(0)
    return pair(-math.log(math.e / total), -math.log(1 / total))


def probabilities(classes):
    return pair(1 / (math.e + classes - 1), math.e / (math.e + classes - 1))


def run(softmax, bias, start="zeros"):
    return {"softmax": softmax, "bias": bias, "start": start}


CATALOGUE = {
    check.low_level_cost: {
        "stub": lambda logits, y: ...,
        "wrong": {
            "published": published,
            "three times": lambda z, y: 3 * published(z, y),
            "no softmax": lambda z, y: -(one_hot(z, y) * torch.log(z)).sum(1).mean(),
            "nll of logits": lambda z, y: F.nll_loss(z, y),
            "no log": lambda z, y: -(one_hot(z, y) * softmax_rows(z)).sum(1).mean(),
            "nll of probabilities": lambda z, y: F.nll_loss(softmax_rows(z), y),
            "no log, twice": lambda z, y: F.nll_loss(softmax_rows(softmax_rows(z)), y),
            "all entries": lambda z, y: -(one_hot(z, y) * torch.log(softmax_rows(z))).mean(),
            "sum": lambda z, y: -(one_hot(z, y) * torch.log(softmax_rows(z))).sum(1).sum(),
            "dims of the sum": (
                lambda z, y: -(one_hot(z, y) * torch.log(softmax_rows(z))).sum(0).mean()
            ),
            "dim 0": lambda z, y: F.nll_loss(F.log_softmax(z, 0), y),
            "dim 0 and twice": lambda z, y: F.cross_entropy(F.softmax(z, 0), y),
            "sign": lambda z, y: -F.cross_entropy(z, y),
            "log of the mean": lambda z, y: -p_true(z, y).mean().log(),
            "every class": lambda z, y: -torch.log(softmax_rows(z)).sum(1).mean(),
            "log twice": (
                lambda z, y: -(one_hot(z, y) * torch.log(F.log_softmax(z, 1))).sum(1).mean()
            ),
            "no mean": lambda z, y: F.cross_entropy(z, y, reduction="none"),
            "item": lambda z, y: F.cross_entropy(z, y).item(),
            "detached": lambda z, y: F.cross_entropy(z.detach(), y),
        },
        "right": {
            "repaired": repaired,
            "torch": lambda z, y: F.cross_entropy(z, y),
            "log_softmax": lambda z, y: -(one_hot(z, y) * F.log_softmax(z, 1)).sum(1).mean(),
            "the first softmax removed": lambda z, y: (
                -(one_hot(z, y) * torch.log(F.softmax(z, dim=1))).sum(dim=1).mean()
            ),
            "indexing": lambda z, y: -p_true(z, y).log().mean(),
            "loop": loop_cost,
            "dtype": lambda z, y: F.cross_entropy(z.double(), y),
        },
    },
    check.doubled_band: {
        "stub": lambda num_classes: ...,
        "wrong": {
            "dots left": lambda c: torch.tensor([..., math.log(c)]),
            "log of a number": lambda c: torch.log(math.e + c - 1),
            "three classes": lambda k: band(3),
            "probabilities": probabilities,
            "and the other way round": lambda classes: probabilities(classes).flip(0),
            "swapped": lambda k: band(k).flip(0),
            "floor 0": lambda k: pair(0, math.log(math.e + k - 1)),
            "log K": lambda k: pair(math.log(math.e + k - 1) - 1, math.log(k)),
            "0 to log K": lambda k: pair(0, math.log(k)),
            "bits": lambda k: band(k) / math.log(2),
            "log10": lambda k: band(k) / math.log(10),
            "no ones": lambda k: pair(math.log(math.e) - 1, math.log(math.e)),
            "K ones": lambda k: band(k + 1),
            "negative": lambda k: -band(k),
            "no ceiling": lambda k: pair(math.log(math.e + k - 1) - 1, math.inf),
            "once": lambda k: pair(0, math.inf),
            "float32": lambda k: band(k).float(),
            "tuple": lambda k: tuple(band(k).tolist()),
            "typed": lambda k: pair(0.5514, 1.5514),
            "lowest of 3": lambda k: pair(band(3)[0], band(k)[1]),
            "highest of 3": lambda k: pair(band(k)[0], band(3)[1]),
            "one up": lambda k: band(k) + 1,
            "others sure": lambda k: pair(band(k)[0], math.log(1 + (k - 1) * math.e)),
            "all sure": lambda k: pair(math.log(k * math.e) - 1, math.log(k * math.e)),
            "logits of 1": doubled_cost_of_one,
        },
        "right": {
            "formula": band,
            "torch": band_by_torch,
            "by softmax": band_by_softmax,
            "loop": band_loop,
        },
    },
    check.experiment: {
        "stub": [run(2, 1), ...],
        "wrong": {
            "both at once": [run(2, 1), run(1, 3)],
            "softmax never": [run(1, 1), run(1, 3)],
            "bias never": [run(2, 1), run(1, 1)],
            "one run": [run(2, 1)],
            "no run": [],
            "as published": [run(2, 1), run(1, 1), run(1, 3, "random")],
            "random softmax": [run(2, 1, "random"), run(1, 1), run(1, 3)],
            "all random": [run(2, 1, "random"), run(1, 1, "random"), run(1, 3, "random")],
            "repeated": [run(2, 1), run(1, 1), run(2, 1)],
            "one to spare": [run(2, 1), run(1, 1), run(1, 3), run(1, 3, "random")],
            "unknown key": [run(2, 1) | {"lr": 0.1}, run(1, 1)],
            "capital": [{"Softmax": 2, "bias": 1, "start": "zeros"}],
            "missing key": [{"softmax": 2, "bias": 1}],
            "unknown value": [run(2, 1), run(0, 1)],
            "as text": [run("2", 1)],
            "a tensor": [run(2, torch.zeros(1))],
            "true": [run(True, 1)],
            "start of 0": [run(1, 1, 0)],
            "a dict": {"low": run(2, 1), "middle": run(1, 1)},
            "tuples": [(2, 1, "zeros"), (1, 1, "zeros")],
            "pairs": [(run(2, 1), run(1, 1)), (run(1, 1), run(1, 3))],
            "key without quotes": [{F.softmax: 2, "bias": 1, "start": "zeros"}],
            "floats": [run(2.0, 1)],
        },
        "right": {
            "by way of once": [run(2, 1), run(1, 1), run(1, 3)],
            "by way of own biases": [run(2, 1), run(2, 3), run(1, 3)],
            "from the sound run": (run(1, 3), run(2, 3), run(1, 1)),
            "all four": [run(softmax, bias) for softmax in (1, 2) for bias in (1, 3)],
        },
    },
}


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_the_band_is_where_the_doubled_cost_lies(classes):
    logits = 30 * torch.randn(
        2000, classes, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    target = torch.arange(2000) % classes
    doubled = F.cross_entropy(F.softmax(logits, dim=1), target, reduction="none")
    low, high = band(classes).tolist()
    assert low - 1e-9 <= doubled.min() < low + 1e-3 and high - 1e-3 < doubled.max() <= high + 1e-9


def test_a_plan_may_hold_anything():
    for odd in (None, 3, object(), {}, {1: 2}, [run(2, 1)], {"softmax": object()}, math.nan):
        result = check.experiment([run(2, 1), odd])
        assert result.verdict == "wrong" and "my_plan[1]" in repr(result)
        assert "0x" not in repr(result)
