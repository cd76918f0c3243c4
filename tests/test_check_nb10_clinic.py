"""The checks of notebook 10, and answers that students give."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.utils.data import TensorDataset

from lab06 import check
from lab06.check import nb10_clinic as clinic

Y = torch.tensor([0, 1, 2, 0, 1])
ZEROS, SURE = torch.zeros(5, 3), 1e3 * F.one_hot(Y, 3)


def undecided(cost, y=Y, classes=3):
    return math.isclose(cost(torch.zeros(len(y), classes), y), math.log(classes), rel_tol=1e-4)


def perfect(cost):
    return abs(cost(SURE, Y).item()) < 0.01


def tensors(cost):
    """Returns a 0-dim tensor, not a bool."""
    got = torch.stack([cost(ZEROS, Y), cost(SURE, Y)])
    return torch.isclose(got, torch.tensor([math.log(3), 0.0]), atol=1e-4).all()


def against_pytorch(cost):
    z = torch.tensor([[2.0, 0.0, -1.0], [0.5, 1.0, 3.0], [0.0, 0.0, 0.0], [1.0, 5.0, 2.0]])
    y = torch.tensor([1, 2, 0, 1])
    return torch.allclose(cost(z, y), F.cross_entropy(z, y), rtol=1e-4)


def loop(cost):
    for classes in (2, 5):
        y = torch.arange(7) % classes
        start = cost(torch.zeros(7, classes), y).item()
        end = cost(500.0 * torch.eye(classes)[y], y).item()
        if round(start - math.log(classes), 3) != 0 or round(end, 3) != 0:
            return False
    return True


def falls(cost):
    z = torch.zeros(5, 3, requires_grad=True)
    before = cost(z, Y)
    before.backward()
    with torch.no_grad():
        return bool(cost(z - 0.1 * z.grad, Y) < before)


def asserts(cost):
    assert undecided(cost) and perfect(cost)


def square(cost):
    """As many samples as classes."""
    z, y = torch.zeros(3, 3), torch.arange(3)
    sure = 1e3 * torch.eye(3)
    return math.isclose(cost(z, y), math.log(3), rel_tol=1e-4) and abs(cost(sure, y)) < 0.01


def one_sample(cost):
    z, y = torch.zeros(1, 3), torch.tensor([1])
    sure = torch.tensor([[0.0, 1e3, 0.0]])
    return math.isclose(cost(z, y), math.log(3), rel_tol=1e-4) and abs(cost(sure, y).item()) < 0.01


def signless(cost):
    return math.isclose(abs(cost(ZEROS, Y)), math.log(3), rel_tol=1e-4) and perfect(cost)


def not_too_high(cost):
    return bool(cost(ZEROS, Y) < math.log(3) + 0.01 and cost(SURE, Y) < 0.01)


def shuffled_loop(x, y, order):
    pairs = [(x[i], y[i]) for i in order.tolist()]
    return torch.stack([row for row, _ in pairs]), torch.stack([label for _, label in pairs])


def in_place(x, y, order):
    x[:] = x[order]
    return x, y[order]


def in_place_on_a_copy(x, y, order):
    x, y = x.clone(), y.clone()
    x[:], y[:] = x[order], y[order]
    return x, y


def overwritten(x, y, order):
    x, y = x.clone(), y.clone()
    for i in range(len(order)):
        x[i] = x[order[i]]
        y[i] = y[order[i]]
    return x, y


def two_draws(x, y, order):
    """Forgets `order`, and draws one each (which here never agree)."""
    return x[order], y[order.flip(0)]


def own_draw(x, y, order):
    return x.flip(0), y.flip(0)


CATALOGUE = {
    check.sanity_test: {
        "stub": lambda cost_function: ...,
        "wrong": {
            "zeros only": undecided,
            "perfect only": perfect,
            "one sample": one_sample,
            "square": square,
            "signless": signless,
            "not too high": not_too_high,
            "falls": falls,
            "always true": lambda cost: True,
            "always false": lambda cost: False,
            "exactly": lambda cost: cost(ZEROS, Y).item() == math.log(3) and perfect(cost),
            "equal to PyTorch": (
                lambda cost: bool(cost(ZEROS, Y) == F.cross_entropy(ZEROS, Y)) and perfect(cost)
            ),
            "the very function": lambda cost: cost is F.cross_entropy,
            "upside down": lambda cost: not (undecided(cost) and perfect(cost)),
            "asserts": asserts,
            "the cost": lambda cost: cost(SURE, Y),
            "many": lambda cost: torch.zeros(2) < 1,
            "other number": lambda cost: math.isclose(cost(ZEROS, Y), math.log(5), rel_tol=1e-4),
            "two": lambda cost: [undecided(cost), perfect(cost)],
            "no else": lambda cost: True if undecided(cost) and perfect(cost) else None,
            "either": lambda cost: undecided(cost) or perfect(cost),
            "never below zero": lambda cost: cost(ZEROS, Y).item() >= 0,
            "name": (lambda cost: cost_fuction(ZEROS, Y) < 1),  # noqa: F821
            "integer": lambda cost: int(undecided(cost) and perfect(cost)),
            "text": lambda cost: "healthy",
            "float target": lambda cost: bool(cost(ZEROS, Y.float()) > 0),
        },
        "right": {
            "two lines": lambda cost: undecided(cost) and perfect(cost),
            "a tensor": tensors,
            "NumPy": lambda cost: np.bool_(undecided(cost) and perfect(cost)),
            "against PyTorch": against_pytorch,
            "loop": loop,
        },
    },
    check.shuffle: {
        "stub": lambda x, y, order: (..., ...),
        "wrong": {
            "only x": lambda x, y, o: (x[o], y),
            "only y": lambda x, y, o: (x, y[o]),
            "neither": lambda x, y, o: (x, y),
            "different": two_draws,
            "own draw": own_draw,
            "inverse": lambda x, y, o: (x[o.argsort()], y[o.argsort()]),
            "order twice": lambda x, y, o: (x[o][o], y[o][o]),
            "labels twice": lambda x, y, o: (x[o], y[o][o]),
            "order for labels": lambda x, y, o: (x[o], o),
            "by label": lambda x, y, o: (x[y], y),
            "overwritten": overwritten,
            "first only": lambda x, y, o: (x[o[0]], y[o[0]]),
            "sorted order": lambda x, y, o: (x[o.sort()[0]], y[o.sort()[0]]),
            "columns": lambda x, y, o: (x[:, o], y[o]),
            "columns only": lambda x, y, o: (x[:, o], y),
            "sorted": lambda x, y, o: (x[y.argsort()], y.sort().values),
            "sorted both": lambda x, y, o: (x.sort(dim=0).values, y.sort().values),
            "in place": in_place,
            "one": lambda x, y, o: x[o],
            "swapped": lambda x, y, o: (y[o], x[o]),
            "joined": lambda x, y, o: torch.cat([x, y.unsqueeze(1)], dim=1)[o],
            "lists": lambda x, y, o: (x[o].tolist(), y[o].tolist()),
            "labels as floats": lambda x, y, o: (x[o], y[o].float()),
        },
        "right": {
            "indexing": lambda x, y, o: (x[o], y[o]),
            "index_select": lambda x, y, o: (x.index_select(0, o), y.index_select(0, o)),
            "loop": shuffled_loop,
            "in place on a copy": in_place_on_a_copy,
            "TensorDataset": lambda x, y, o: TensorDataset(x, y)[o],
        },
    },
}


@pytest.mark.parametrize("cost_function", clinic.HEALTHY)
def test_healthy_is_healthy(cost_function):
    z = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
    y = torch.tensor([0, 1, 2, 3, 0, 1])
    torch.testing.assert_close(cost_function(z, y), F.cross_entropy(z, y), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("cost_function", clinic.BROKEN)
def test_broken_is_broken_at_one_of_the_two_vital_signs(cost_function):
    assert not (undecided(cost_function) and perfect(cost_function))


def test_a_test_may_use_the_logits_of_the_notebook():
    stopped = CATALOGUE[check.sanity_test]["wrong"]["name"]  # uses ZEROS of this file
    assert "of the notebook" not in repr(check.sanity_test(stopped))
