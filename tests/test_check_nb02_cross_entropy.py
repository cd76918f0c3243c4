"""The checks of notebook 02, and answers that students give."""

import math

import torch
import torch.nn.functional as F

from lab06 import check
from lab06.losses import cross_entropy, one_hot, softmax


def by_loop(z, y):
    """Sample by sample, with the formula for one of them."""
    losses = [row.logsumexp(0) - row[true] for row, true in zip(z, y, strict=True)]
    return sum(losses) / len(losses)


def by_scatter(z, y):
    rows = torch.zeros(z.shape).scatter_(1, y.unsqueeze(1), 1)
    return -(rows * softmax(z, dim=1).log()).sum(dim=1).mean()


def by_gather(z, y):
    return -softmax(z, dim=1).gather(1, y.unsqueeze(1)).log().mean()


def by_math(z, y):
    p = softmax(z, dim=1)
    return -sum(
        math.log(row[true]) for row, true in zip(p.tolist(), y.tolist(), strict=True)
    ) / len(y)


def whole_maximum(z):
    weights = (z - z.max()).exp()
    return weights / weights.sum(dim=1, keepdim=True)


def no_maximum(z):
    return z.exp() / z.exp().sum(dim=1, keepdim=True)


def in_place(z, y):
    z -= z.amax(dim=1, keepdim=True)
    return (z.exp().sum(dim=1).log() - z[range(len(y)), y]).mean()


def labels_from_one(z, y):
    return -softmax(z, dim=1)[range(len(y)), y - 1].log().mean()


def gradient_in_place(z, y):
    """Subtract 1 where it belongs, on the probabilities."""
    p = softmax(z, dim=1)
    p[range(len(y)), y] -= 1
    return p / len(y)


def gradient_by_autograd(z, y):
    logits = z.clone().requires_grad_()
    F.cross_entropy(logits, y).backward()
    return logits.grad


def gradient_by_loop(z, y):
    rows = []
    for row, true in zip(z, y, strict=True):
        p = softmax(row, dim=0)
        rows.append(torch.stack([p[k] - (k == true).to(p.dtype) for k in range(len(p))]))
    return torch.stack(rows) / len(rows)


def gradient_in_all_rows(z, y):
    p = softmax(z, dim=1)
    p[:, y] -= 1
    return p / len(y)


def gradient_of_the_sum(z, y):
    logits = z.clone().requires_grad_()
    F.cross_entropy(logits, y, reduction="sum").backward()
    return logits.grad


def gradient_changes_its_argument(z, y):
    z -= z.amax(dim=1, keepdim=True)
    return (no_maximum(z) - one_hot(y, z.shape[1])) / len(y)


def true(values, y):
    return values[range(len(y)), y]


def mask(z, y):
    return one_hot(y, z.shape[1])


def p_minus_y(z, y):
    return softmax(z, dim=1) - mask(z, y)


def first_alone(z, y):
    """Return from inside the loop."""
    total = 0
    for row, true_class in zip(z, y, strict=True):
        total = total - F.log_softmax(row, 0)[true_class]
        return total / len(y)


def binary(z, y):
    p, truth = softmax(z, 1), mask(z, y)
    return -(truth * p.log() + (1 - truth) * (1 - p).log())


# As the notebook left them behind.
p = softmax(torch.linspace(0, 1, 15).reshape(3, 5), dim=1)
y_one_hot = one_hot(torch.tensor([0, 2, 1]), 5)
Z, Y = torch.tensor([[2.0, 0.5, -1.0], [0.0, 3.0, 1.0]]), torch.tensor([0, 2])
FIRST, FIRST_GRADIENT = F.cross_entropy(Z, Y), gradient_by_autograd(Z, Y)

CATALOGUE = {
    check.cross_entropy: {
        "stub": lambda logits, y: ...,
        "wrong": {
            "the course's own": cross_entropy,
            "mean over everything": lambda z, y: -(mask(z, y) * softmax(z, 1).log()).mean(),
            "sum": lambda z, y: -true(softmax(z, 1), y).log().sum(),
            "divided by C": lambda z, y: -true(softmax(z, 1), y).log().sum() / z.shape[1],
            "no minus": lambda z, y: true(softmax(z, 1), y).log().mean(),
            "no log": lambda z, y: -true(softmax(z, 1), y).mean(),
            "no log, no minus": lambda z, y: true(softmax(z, 1), y).mean(),
            "1 - p": lambda z, y: (1 - true(softmax(z, 1), y)).mean(),
            "log of the mean": lambda z, y: -true(softmax(z, 1), y).mean().log(),
            "dim 0": lambda z, y: -true(softmax(z, 0), y).log().mean(),
            "softmax twice": lambda z, y: F.cross_entropy(softmax(z, 1), y),
            "bits": lambda z, y: -true(softmax(z, 1), y).log2().mean(),
            "log10": lambda z, y: -true(softmax(z, 1), y).log10().mean(),
            "columns": lambda z, y: -softmax(z, 1)[:, y].log().mean(),
            "rows": lambda z, y: -softmax(z, 1)[y].log().mean(),
            "no softmax": lambda z, y: -true(z, y).mean(),
            "log of logits": lambda z, y: -true(z, y).log().mean(),
            "log of the mask": lambda z, y: -(mask(z, y) * softmax(z, 1)).log().sum(1).mean(),
            "without y": lambda z, y: -(softmax(z, 1) * softmax(z, 1).log()).sum(1).mean(),
            "all classes": lambda z, y: -softmax(z, 1).log().mean(),
            "argmax": lambda z, y: F.cross_entropy(z, z.argmax(1)),
            "sigmoid": lambda z, y: -true(z.sigmoid(), y).log().mean(),
            "labels from 1": labels_from_one,
            "no maximum": lambda z, y: -true(no_maximum(z), y).log().mean(),
            "whole maximum": lambda z, y: -true(whole_maximum(z), y).log().mean(),
            "one per sample": lambda z, y: -true(softmax(z, 1), y).log(),
            "always 3 rows": lambda z, y: -softmax(z, 1)[range(3), y].log().mean(),
            "item": lambda z, y: F.cross_entropy(z, y).item(),
            "math.log": lambda z, y: torch.tensor(by_math(z, y)),
            "in place": in_place,
            "hard-coded": lambda z, y: FIRST + 0 * z.sum(),
            "sum, no minus": lambda z, y: true(softmax(z, 1), y).log().sum(),
            "one per sample, a column": (
                lambda z, y: -softmax(z, 1).gather(1, y.unsqueeze(1)).log()
            ),
            "not averaged": lambda z, y: F.cross_entropy(z, y, reduction="none"),
            "return in the loop": first_alone,
            "likelihood": lambda z, y: true(softmax(z, 1), y).prod(),
            "1 / p": lambda z, y: (1 / true(softmax(z, 1), y)).mean(),
            "log of 1 - p": lambda z, y: -(1 - true(softmax(z, 1), y)).log().mean(),
            "p of the notebook": lambda logits, y: -p[range(len(y)), y].log().mean(),
            "narrow one-hot": (
                lambda z, y: -(F.one_hot(y) * softmax(z, 1).log()).sum(dim=1).mean()
            ),
            "binary": lambda z, y: binary(z, y).sum(dim=1).mean(),
            "binary, mean over everything": lambda z, y: binary(z, y).mean(),
            "squared": lambda z, y: ((softmax(z, 1) - mask(z, y)) ** 2).sum(dim=1).mean(),
            "squared, mean over everything": (
                lambda z, y: ((softmax(z, 1) - mask(z, y)) ** 2).mean()
            ),
            "minus before log": lambda z, y: (-true(softmax(z, 1), y)).log().mean(),
            "minus the mean, then log": lambda z, y: (-true(softmax(z, 1), y).mean()).log(),
            "torch": F.cross_entropy,
        },
        "right": {
            "indexing": lambda z, y: -softmax(z, 1)[range(len(y)), y].log().mean(),
            "one-hot": lambda z, y: -(mask(z, y) * softmax(z, 1).log()).sum() / len(y),
            "scatter": by_scatter,
            "gather": by_gather,
            "loop": by_loop,
            "einsum": lambda z, y: (
                -torch.einsum("nc,nc->n", mask(z, y).to(z.dtype), softmax(z, 1).log()).mean()
            ),
        },
    },
    check.cross_entropy_gradient: {
        "stub": lambda logits, y: ...,
        "wrong": {
            "sign": lambda z, y: -p_minus_y(z, y) / len(y),
            "not divided": p_minus_y,
            "by autograd, sum": gradient_of_the_sum,
            "sign, not divided": lambda z, y: -p_minus_y(z, y),
            "divided by N * C": lambda z, y: p_minus_y(z, y) / z.numel(),
            "divided by C": lambda z, y: p_minus_y(z, y) / z.shape[1],
            "no brackets": lambda z, y: softmax(z, 1) - mask(z, y) / len(y),
            "brackets elsewhere": lambda z, y: softmax(z, 1) / len(y) - mask(z, y),
            "p only": lambda z, y: softmax(z, 1),
            "p / N": lambda z, y: softmax(z, 1) / len(y),
            "y only": lambda z, y: -mask(z, y) / len(y),
            "no softmax": lambda z, y: (z - mask(z, y)) / len(y),
            "by p": lambda z, y: -mask(z, y) / softmax(z, 1) / len(y),
            "class numbers": lambda z, y: (softmax(z, 1) - y.unsqueeze(1)) / len(y),
            "narrow one-hot": lambda z, y: (softmax(z, 1) - F.one_hot(y)) / len(y),
            "columns": gradient_in_all_rows,
            "labels from 1": lambda z, y: p_minus_y(z, (y - 1) % z.shape[1]) / len(y),
            "argmax": lambda z, y: p_minus_y(z, z.argmax(1)) / len(y),
            "dim 0": lambda z, y: (softmax(z, 0) - mask(z, y)) / len(y),
            "softmax twice": lambda z, y: p_minus_y(softmax(z, 1), y) / len(y),
            "log": lambda z, y: (softmax(z, 1).log() - mask(z, y)) / len(y),
            "sigmoid": lambda z, y: (z.sigmoid() - mask(z, y)) / len(y),
            "no maximum": lambda z, y: (no_maximum(z) - mask(z, y)) / len(y),
            "whole maximum": lambda z, y: (whole_maximum(z) - mask(z, y)) / len(y),
            "mean over the batch": lambda z, y: p_minus_y(z, y).mean(dim=0),
            "in place": gradient_changes_its_argument,
            "hard-coded": lambda z, y: FIRST_GRADIENT,
            "the cost": F.cross_entropy,
            "always divided by 3": lambda z, y: p_minus_y(z, y) / 3,
            "p - 1": lambda z, y: (softmax(z, 1) - 1) / len(y),
            "times N": lambda z, y: p_minus_y(z, y) * len(y),
            "abs": lambda z, y: p_minus_y(z, y).abs() / len(y),
            "squared": lambda z, y: p_minus_y(z, y) ** 2 / len(y),
            "true classes alone": lambda z, y: mask(z, y) * p_minus_y(z, y) / len(y),
            "picked": lambda z, y: true(softmax(z, 1), y) - 1,
            "the step": lambda z, y: z - p_minus_y(z, y) / len(y),
            "p (1 - p)": lambda z, y: softmax(z, 1) * (1 - softmax(z, 1)) / len(y),
            "p and y_one_hot of the notebook": lambda logits, y: (p - y_one_hot) / len(y),
            "autograd": gradient_by_autograd,
        },
        "right": {
            "one-hot": lambda z, y: p_minus_y(z, y) / len(y),
            "in place on the probabilities": gradient_in_place,
            "loop": gradient_by_loop,
            "identity": lambda z, y: (
                (F.softmax(z, -1) - torch.eye(z.shape[1])[y]) / float(z.shape[0])
            ),
        },
    },
}
