"""The checks of notebook 02, and answers that students give."""

import math

import torch
import torch.nn.functional as F

from lab06 import check
from lab06.losses import one_hot, softmax


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
            "mean over everything": (
                lambda z, y: -(mask(z, y) * softmax(z, 1).log()).mean(),
                "the mean over all N * C entries",
            ),
            "sum": (lambda z, y: -true(softmax(z, 1), y).log().sum(), "the sum over the samples"),
            "divided by C": (
                lambda z, y: -true(softmax(z, 1), y).log().sum() / z.shape[1],
                "divided by the wrong number",
            ),
            "no minus": (lambda z, y: true(softmax(z, 1), y).log().mean(), "The sign: the log of"),
            "no log": (lambda z, y: -true(softmax(z, 1), y).mean(), "no logarithm yet"),
            "no log, no minus": (
                lambda z, y: true(softmax(z, 1), y).mean(),
                "what is its surprise",
            ),
            "1 - p": (lambda z, y: (1 - true(softmax(z, 1), y)).mean(), "the simpler idea 1 - p"),
            "log of the mean": (
                lambda z, y: -true(softmax(z, 1), y).mean().log(),
                "the log of the mean probability",
            ),
            "dim 0": (lambda z, y: -true(softmax(z, 0), y).log().mean(), "along dim 0"),
            "softmax twice": (
                lambda z, y: F.cross_entropy(softmax(z, 1), y),
                "Softmax was applied twice",
            ),
            "bits": (lambda z, y: -true(softmax(z, 1), y).log2().mean(), "the cost in bits"),
            "log10": (lambda z, y: -true(softmax(z, 1), y).log10().mean(), "to base 10"),
            "columns": (lambda z, y: -softmax(z, 1)[:, y].log().mean(), "the columns y of all"),
            "rows": (lambda z, y: -softmax(z, 1)[y].log().mean(), "stopped with IndexError"),
            "no softmax": (lambda z, y: -true(z, y).mean(), "The logits went in as they are"),
            "log of logits": (lambda z, y: -true(z, y).log().mean(), "the log of the logits"),
            "log of the mask": (
                lambda z, y: -(mask(z, y) * softmax(z, 1)).log().sum(1).mean(),
                "met the zeros of a one-hot row",
            ),
            "without y": (
                lambda z, y: -(softmax(z, 1) * softmax(z, 1).log()).sum(1).mean(),
                "the true classes y play no part",
            ),
            "all classes": (lambda z, y: -softmax(z, 1).log().mean(), "all classes, true or not"),
            "argmax": (lambda z, y: F.cross_entropy(z, z.argmax(1)), "the most probable class"),
            "sigmoid": (lambda z, y: -true(z.sigmoid(), y).log().mean(), "the sigmoid of each"),
            "labels from 1": (labels_from_one, "labels are off by one"),
            "no maximum": (lambda z, y: -true(no_maximum(z), y).log().mean(), "exp overflows"),
            "whole maximum": (
                lambda z, y: -true(whole_maximum(z), y).log().mean(),
                "the largest logit of the whole batch",
            ),
            "one per sample": (lambda z, y: -true(softmax(z, 1), y).log(), "shape (), got (2,)"),
            "always 3 rows": (
                lambda z, y: -softmax(z, 1)[range(3), y].log().mean(),
                "IndexError: shape mismatch",
            ),
            "item": (
                lambda z, y: F.cross_entropy(z, y).item(),
                "a tensor was expected, got float",
            ),
            "math.log": (lambda z, y: torch.tensor(by_math(z, y)), "by logits is lost"),
            "dtype": (lambda z, y: F.cross_entropy(z.float(), y), "dtype torch.float64, got"),
            "in place": (in_place, "changed its argument logits"),
            "hard-coded": (lambda z, y: FIRST + 0 * z.sum(), "by logits is not: expected"),
            "sum, no minus": (
                lambda z, y: true(softmax(z, 1), y).log().sum(),
                "The sign is turned round, and the mean",
            ),
            "one per sample, a column": (
                lambda z, y: -softmax(z, 1).gather(1, y.unsqueeze(1)).log(),
                "expected shape (), got (2, 1)",
            ),
            "not averaged": (
                lambda z, y: F.cross_entropy(z, y, reduction="none"),
                "Each sample has a cost of its own",
            ),
            "return in the loop": (first_alone, "Only the first sample is in it"),
            "likelihood": (lambda z, y: true(softmax(z, 1), y).prod(), "the likelihood of the"),
            "1 / p": (lambda z, y: (1 / true(softmax(z, 1), y)).mean(), "the mean of 1 / p"),
            "log of 1 - p": (
                lambda z, y: -(1 - true(softmax(z, 1), y)).log().mean(),
                "the chance of all that did not happen",
            ),
            "p of the notebook": (
                lambda logits, y: -p[range(len(y)), y].log().mean(),
                "uses `p` of the notebook",
            ),
            "narrow one-hot": (
                lambda z, y: -(F.one_hot(y) * softmax(z, 1).log()).sum(dim=1).mean(),
                "they came out too narrow",
            ),
            "binary": (lambda z, y: binary(z, y).sum(dim=1).mean(), "The other classes pay for"),
            "binary, mean over everything": (lambda z, y: binary(z, y).mean(), "at the true class"),
            "squared": (
                lambda z, y: ((softmax(z, 1) - mask(z, y)) ** 2).sum(dim=1).mean(),
                "That is a squared difference",
            ),
            "squared, mean over everything": (
                lambda z, y: ((softmax(z, 1) - mask(z, y)) ** 2).mean(),
                "cross-entropy takes -log p of the true class.",
            ),
            "minus before log": (
                lambda z, y: (-true(softmax(z, 1), y)).log().mean(),
                "the logarithm of a negative number",
            ),
            "minus the mean, then log": (
                lambda z, y: (-true(softmax(z, 1), y).mean()).log(),
                "log takes p, and the minus comes after",
            ),
        },
        "right": {
            "torch": F.cross_entropy,
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
            "sign": (lambda z, y: -p_minus_y(z, y) / len(y), "that is the step downhill"),
            "not divided": (p_minus_y, "the gradient of the sum"),
            "by autograd, sum": (gradient_of_the_sum, "the cost is a mean over N samples"),
            "sign, not divided": (lambda z, y: -p_minus_y(z, y), "turned round, and the mean"),
            "divided by N * C": (lambda z, y: p_minus_y(z, y) / z.numel(), "divide by N * C"),
            "divided by C": (
                lambda z, y: p_minus_y(z, y) / z.shape[1],
                "You divide by the wrong number",
            ),
            "no brackets": (
                lambda z, y: softmax(z, 1) - mask(z, y) / len(y),
                "only the one-hot rows by N",
            ),
            "brackets elsewhere": (
                lambda z, y: softmax(z, 1) / len(y) - mask(z, y),
                "only the probabilities by N",
            ),
            "p only": (lambda z, y: softmax(z, 1), "Those are the probabilities"),
            "p / N": (lambda z, y: softmax(z, 1) / len(y), "The truth is missing: something"),
            "y only": (lambda z, y: -mask(z, y) / len(y), "the first term alone"),
            "no softmax": (lambda z, y: (z - mask(z, y)) / len(y), "from the logits themselves"),
            "by p": (
                lambda z, y: -mask(z, y) / softmax(z, 1) / len(y),
                "the gradient by the probabilities",
            ),
            "class numbers": (
                lambda z, y: (softmax(z, 1) - y.unsqueeze(1)) / len(y),
                "the class numbers themselves",
            ),
            "narrow one-hot": (
                lambda z, y: (softmax(z, 1) - F.one_hot(y)) / len(y),
                "they came out too narrow",
            ),
            "columns": (gradient_in_all_rows, "the columns y in all rows"),
            "labels from 1": (
                lambda z, y: p_minus_y(z, (y - 1) % z.shape[1]) / len(y),
                "labels are off by one",
            ),
            "argmax": (
                lambda z, y: p_minus_y(z, z.argmax(1)) / len(y),
                "most probable class of each row for the truth",
            ),
            "dim 0": (
                lambda z, y: (softmax(z, 0) - mask(z, y)) / len(y),
                "softmax runs along dim 0",
            ),
            "softmax twice": (
                lambda z, y: p_minus_y(softmax(z, 1), y) / len(y),
                "Softmax was applied twice",
            ),
            "log": (
                lambda z, y: (softmax(z, 1).log() - mask(z, y)) / len(y),
                "from the log-probabilities",
            ),
            "sigmoid": (lambda z, y: (z.sigmoid() - mask(z, y)) / len(y), "the sigmoid of each"),
            "no maximum": (lambda z, y: (no_maximum(z) - mask(z, y)) / len(y), "exp overflows"),
            "whole maximum": (
                lambda z, y: (whole_maximum(z) - mask(z, y)) / len(y),
                "the largest logit of the whole batch",
            ),
            "mean over the batch": (
                lambda z, y: p_minus_y(z, y).mean(dim=0),
                "expected shape (2, 3), got (3,)",
            ),
            "in place": (gradient_changes_its_argument, "changed its argument logits"),
            "hard-coded": (lambda z, y: FIRST_GRADIENT, "y = [0, 0] expected"),
            "the cost": (F.cross_entropy, "expected shape (2, 3), got ()"),
            "always divided by 3": (lambda z, y: p_minus_y(z, y) / 3, "a mean over the N samples"),
            "p - 1": (lambda z, y: (softmax(z, 1) - 1) / len(y), "1 is gone from every entry"),
            "times N": (lambda z, y: p_minus_y(z, y) * len(y), "You multiply by N"),
            "abs": (lambda z, y: p_minus_y(z, y).abs() / len(y), "The signs are gone"),
            "squared": (lambda z, y: p_minus_y(z, y) ** 2 / len(y), "You square the differences"),
            "true classes alone": (
                lambda z, y: mask(z, y) * p_minus_y(z, y) / len(y),
                "Only the true classes have a gradient",
            ),
            "picked": (
                lambda z, y: true(softmax(z, 1), y) - 1,
                "Only the true class of each row is left",
            ),
            "the step": (lambda z, y: z - p_minus_y(z, y) / len(y), "the logits after one step"),
            "p (1 - p)": (
                lambda z, y: softmax(z, 1) * (1 - softmax(z, 1)) / len(y),
                "how fast p itself changes",
            ),
            "p and y_one_hot of the notebook": (
                lambda logits, y: (p - y_one_hot) / len(y),
                "uses `p` of the notebook",
            ),
        },
        "right": {
            "one-hot": lambda z, y: p_minus_y(z, y) / len(y),
            "autograd": gradient_by_autograd,
            "in place on the probabilities": gradient_in_place,
            "loop": gradient_by_loop,
            "identity": lambda z, y: (
                (F.softmax(z, -1) - torch.eye(z.shape[1])[y]) / float(z.shape[0])
            ),
        },
    },
}
