"""The exercises of notebook 02."""

import math

import torch
import torch.nn.functional as F

from lab06.check._engine import Mistake, examine


def cross_entropy(answer):
    """Check a function my_cross_entropy(logits, y): logits (N, C), y (N,), the mean in nats."""
    mistakes = [
        # These are wrong only where logits are large, and give nan there: the rarest first.
        Mistake(
            lambda logits, y: F.nll_loss(_by_largest_of_all(logits).log(), y),
            "You subtract the largest logit of the whole batch. A row far below it becomes 0 / 0: "
            "take the largest of each row.",
        ),
        Mistake(
            lambda logits, y: F.nll_loss((logits.exp() / logits.exp().sum(1, True)).log(), y),
            "exp overflows: the softmax of notebook 01 subtracts the largest logit first.",
        ),
        Mistake(
            lambda logits, y: -(_mask(logits, y) * F.log_softmax(logits, dim=1)).mean(),
            "That is the mean over all N * C entries: only N of them say anything.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y, reduction="sum"),
            "That is the sum over the samples: the cost is their mean.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y, reduction="sum") / logits.shape[1],
            "The sum is right, but it is divided by the wrong number: there are N samples.",
        ),
        Mistake(
            lambda logits, y: -F.cross_entropy(logits, y),
            "The sign: the log of a probability is at most 0, and a cost is at least 0.",
        ),
        Mistake(
            lambda logits, y: -_true(F.softmax(logits, dim=1), y).mean(),
            "There is no logarithm yet: that is minus the mean probability of the true classes.",
        ),
        Mistake(
            lambda logits, y: _true(F.softmax(logits, dim=1), y).mean(),
            "That is the mean probability of the true classes: what is its surprise?",
        ),
        Mistake(
            lambda logits, y: 1 - _true(F.softmax(logits, dim=1), y).mean(),
            "That is the simpler idea 1 - p: cross-entropy takes -log p.",
        ),
        Mistake(
            lambda logits, y: -_true(F.softmax(logits, dim=1), y).mean().log(),
            "That is the log of the mean probability: take the logs first, then their mean.",
        ),
        Mistake(
            lambda logits, y: F.nll_loss(F.log_softmax(logits, dim=0), y),
            "Your softmax runs along dim 0, over the samples: the classes lie along dim 1.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(F.softmax(logits, dim=1), y),
            "Softmax was applied twice: once is enough.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y) / math.log(2),
            "That is the cost in bits: the natural logarithm gives nats.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y) / math.log(10),
            "That is the logarithm to base 10: the natural one gives nats.",
        ),
        Mistake(
            lambda logits, y: -F.log_softmax(logits, dim=1)[:, y].mean(),
            "You take the columns y of all rows: each row has one true class, at its own place.",
        ),
        Mistake(
            lambda logits, y: F.nll_loss(logits, y),
            "The logits went in as they are: turn them into probabilities, and take the log.",
        ),
        Mistake(
            lambda logits, y: -_true(logits, y).log().mean(),
            "That is the log of the logits: turn them into probabilities first.",
        ),
        Mistake(
            lambda logits, y: -(_mask(logits, y) * F.softmax(logits, dim=1)).log().sum(1).mean(),
            "The logarithm met the zeros of a one-hot row: it belongs to the probabilities alone.",
        ),
        Mistake(
            lambda logits, y: -(F.softmax(logits, 1) * F.log_softmax(logits, 1)).sum(1).mean(),
            "That is the prediction measured against itself: the true classes y play no part.",
        ),
        Mistake(
            lambda logits, y: -F.log_softmax(logits, dim=1).mean(),
            "That is the mean over all classes, true or not: only the true class of a row counts.",
        ),
        Mistake(
            lambda logits, y: -F.log_softmax(logits, dim=1).amax(dim=1).mean(),
            "You take the most probable class of each row: the true one is in y.",
        ),
        Mistake(
            lambda logits, y: F.nll_loss(F.logsigmoid(logits), y),
            "That is the sigmoid of each logit alone: the classes of a row share one softmax.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, (y - 1) % logits.shape[1]),
            "Your labels are off by one: classes count from 0.",
        ),
        Mistake(
            lambda logits, y: -F.cross_entropy(logits, y, reduction="sum"),
            "The sign is turned round, and the mean over N samples is missing.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y, reduction="none"),
            "Each sample has a cost of its own now: the result is their mean.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits[0], y[0]) / len(y),
            "Only the first sample is in it: if you loop, is the return inside the loop?",
        ),
        Mistake(
            lambda logits, y: _true(F.softmax(logits, dim=1), y).prod(),
            "That is the likelihood of the batch: its logarithm is a sum, and the cost a mean.",
        ),
        Mistake(
            lambda logits, y: (1 / _true(F.softmax(logits, dim=1), y)).mean(),
            "That is the mean of 1 / p: the surprise is the logarithm of 1 / p.",
        ),
        Mistake(
            lambda logits, y: -(1 - _true(F.softmax(logits, dim=1), y)).log().mean(),
            "1 - p is the chance of all that did not happen: the surprise is made of p.",
        ),
        Mistake(
            lambda logits, y: -(F.one_hot(y) * F.log_softmax(logits, dim=1)).sum(dim=1).mean(),
            "All classes of a row count here. If you made one-hot rows, they came out too narrow: "
            "say how many classes there are.",
        ),
        *_other_costs(),
        Mistake(
            lambda logits, y: (-_true(F.softmax(logits, dim=1), y)).log().mean(),
            "That is the logarithm of a negative number: log takes p, and the minus comes after.",
        ),
    ]
    return examine(
        answer,
        F.cross_entropy,
        _cases(),
        gradient=("logits",),
        mistakes=mistakes,
        praise="One number for any batch, and its gradient by the logits is right, too.",
    )


def cross_entropy_gradient(answer):
    """Check a function my_gradient(logits, y): the gradient of the mean, of shape (N, C)."""
    mistakes = [
        # These are wrong only where logits are large, and give nan there: the rarest first.
        Mistake(
            lambda logits, y: (_by_largest_of_all(logits) - _mask(logits, y)) / len(y),
            "You subtract the largest logit of the whole batch. A row far below it becomes 0 / 0: "
            "take the largest of each row.",
        ),
        Mistake(
            lambda logits, y: (
                (logits.exp() / logits.exp().sum(1, True) - _mask(logits, y)) / len(y)
            ),
            "exp overflows: the softmax of notebook 01 subtracts the largest logit first.",
        ),
        Mistake(
            lambda logits, y: -_gradient(logits, y),
            "All signs are turned round: that is the step downhill, minus the gradient.",
        ),
        Mistake(
            lambda logits, y: _gradient(logits, y) * len(y),
            "That is the gradient of the sum: the cost is a mean over N samples.",
        ),
        Mistake(
            lambda logits, y: -_gradient(logits, y) * len(y),
            "All signs are turned round, and the mean over N samples is missing.",
        ),
        Mistake(
            lambda logits, y: _gradient(logits, y) / logits.shape[1],
            "You divide by N * C: the cost is a mean over the N samples only.",
        ),
        Mistake(
            lambda logits, y: _gradient(logits, y) * len(y) / logits.shape[1],
            "You divide by the wrong number: the cost is a mean over the N samples.",
        ),
        Mistake(
            lambda logits, y: F.softmax(logits, dim=1) - _mask(logits, y) / len(y),
            "You divide only the one-hot rows by N: the difference needs brackets.",
        ),
        Mistake(
            lambda logits, y: F.softmax(logits, dim=1) / len(y) - _mask(logits, y),
            "You divide only the probabilities by N: the difference needs brackets.",
        ),
        Mistake(
            lambda logits, y: F.softmax(logits, dim=1) / len(y),
            "The truth is missing: something has to go from the true class of each row.",
        ),
        Mistake(
            lambda logits, y: F.softmax(logits, dim=1),
            "Those are the probabilities: the truth is missing, and the mean over N samples.",
        ),
        Mistake(
            lambda logits, y: -_mask(logits, y) / len(y),
            "That is the first term alone: the log of the sum has a gradient, too.",
        ),
        Mistake(
            lambda logits, y: (logits - _mask(logits, y)) / len(y),
            "You subtract from the logits themselves: turn them into probabilities first.",
        ),
        Mistake(
            lambda logits, y: -_mask(logits, y) / F.softmax(logits, dim=1) / len(y),
            "That is the gradient by the probabilities: the chain rule goes on to the logits.",
        ),
        Mistake(
            lambda logits, y: (F.softmax(logits, dim=1) - y.unsqueeze(1)) / len(y),
            "You subtract the class numbers themselves: turn them into one-hot rows first.",
        ),
        Mistake(
            lambda logits, y: (F.softmax(logits, dim=1) - F.one_hot(y)) / len(y),
            "1 is gone from each entry of a row. If you made one-hot rows, they came out too "
            "narrow: say how many classes there are.",
        ),
        Mistake(
            lambda logits, y: (F.softmax(logits, 1) - _mask(logits, y).amax(0)) / len(y),
            "You change the columns y in all rows: each row has one true class, at its own place.",
        ),
        Mistake(
            lambda logits, y: _gradient(logits, (y - 1) % logits.shape[1]),
            "Your labels are off by one: classes count from 0.",
        ),
        Mistake(
            lambda logits, y: _gradient(logits, logits.argmax(dim=1)),
            "You take the most probable class of each row for the truth: the true one is in y.",
        ),
        Mistake(
            lambda logits, y: (F.softmax(logits, dim=0) - _mask(logits, y)) / len(y),
            "Your softmax runs along dim 0, over the samples: the classes lie along dim 1.",
        ),
        Mistake(
            lambda logits, y: _gradient(F.softmax(logits, dim=1), y),
            "Softmax was applied twice: once is enough.",
        ),
        Mistake(
            lambda logits, y: (F.log_softmax(logits, dim=1) - _mask(logits, y)) / len(y),
            "You subtract from the log-probabilities: in the gradient the logarithm has cancelled.",
        ),
        Mistake(
            lambda logits, y: (F.sigmoid(logits) - _mask(logits, y)) / len(y),
            "That is the sigmoid of each logit alone: the classes of a row share one softmax.",
        ),
        Mistake(
            lambda logits, y: (F.softmax(logits, dim=1) - 1) / len(y),
            "1 is gone from every entry: it has to go from the true class of each row alone.",
        ),
        Mistake(
            lambda logits, y: _gradient(logits, y) * len(y) ** 2,
            "You multiply by N: a mean over N samples divides.",
        ),
        Mistake(
            lambda logits, y: _gradient(logits, y).abs(),
            "The signs are gone: the logit of the true class should go up, the others down.",
        ),
        Mistake(
            lambda logits, y: (_gradient(logits, y) * len(y)) ** 2 / len(y),
            "You square the differences: in the gradient they stand as they are.",
        ),
        Mistake(
            lambda logits, y: _gradient(logits, y) * _mask(logits, y),
            "Only the true classes have a gradient here: the probability that is wasted on the "
            "others counts, too.",
        ),
        Mistake(
            lambda logits, y: _true(F.softmax(logits, dim=1), y) - 1,
            "Only the true class of each row is left: the other classes have a gradient, too.",
        ),
        Mistake(
            lambda logits, y: logits - _gradient(logits, y),
            "Those are the logits after one step downhill: only the gradient is asked for.",
        ),
        Mistake(
            lambda logits, y: F.softmax(logits, 1) * (1 - F.softmax(logits, 1)) / len(y),
            "p (1 - p) is how fast p itself changes: the cost changes by another formula.",
        ),
    ]
    return examine(
        answer,
        _gradient,
        _cases(),
        mistakes=mistakes,
        praise="Prediction minus truth, over N: what autograd finds, without autograd.",
    )


def _cases():
    """Small batches. In the second a one-hot row that counts its own classes is too narrow."""
    wave = (torch.arange(24.0) ** 2).sin().reshape(6, 4) * 3
    return [
        {"logits": torch.tensor([[2.0, 0.5, -1.0], [0.0, 3.0, 1.0]]), "y": torch.tensor([0, 2])},
        {"logits": torch.tensor([[2.0, 0.5, -1.0], [0.0, 3.0, 1.0]]), "y": torch.tensor([0, 0])},
        {"logits": torch.tensor([[1.0, 0.0, 0.0, 2.0, -1.0]]), "y": torch.tensor([3])},
        {"logits": wave, "y": torch.tensor([3, 1, 0, 1, 2, 2])},
        {"logits": torch.tensor([[100.0, 101.0, 99.0]]), "y": torch.tensor([0])},
        {
            "logits": torch.tensor([[100.0, 101.0, 99.0], [-100.0, -101.0, -99.0]]),
            "y": torch.tensor([0, 1]),
        },
        {"logits": wave[:3].double(), "y": torch.tensor([3, 0, 1])},
    ]


def _true(values, y):
    """Pick the entry of the true class from each row."""
    return values[range(len(y)), y]


def _mask(logits, y):
    return F.one_hot(y, logits.shape[1]).to(logits.dtype)


def _gradient(logits, y):
    return (F.softmax(logits, dim=1) - _mask(logits, y)) / len(y)


def _by_largest_of_all(logits):
    weights = (logits - logits.max()).exp()
    return weights / weights.sum(dim=1, keepdim=True)


def _other_costs():
    """List the costs that are not a cross-entropy: of all classes, each on its own, or squared."""
    binary = (
        "The other classes pay for 1 - p here: cross-entropy looks at the true class alone, whose "
        "p already depends on theirs."
    )
    squared = "That is a squared difference: cross-entropy takes -log p of the true class."

    def of_each_class(logits, y):
        p = F.softmax(logits, dim=1)
        return F.binary_cross_entropy(p, _mask(logits, y), reduction="none")

    def of_each_square(logits, y):
        return (F.softmax(logits, dim=1) - _mask(logits, y)) ** 2

    return [
        Mistake(lambda logits, y: of_each_class(logits, y).sum(dim=1).mean(), binary),
        Mistake(lambda logits, y: of_each_class(logits, y).mean(), binary),
        Mistake(lambda logits, y: of_each_square(logits, y).sum(dim=1).mean(), squared),
        Mistake(lambda logits, y: of_each_square(logits, y).mean(), squared),
    ]
