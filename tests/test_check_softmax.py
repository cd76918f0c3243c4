"""The checks of notebook 01, and answers that students give."""

import math

import torch
import torch.nn.functional as F

from lab06 import check


def loop(logits, dim):
    """Row by row, with Python's own exp."""
    rows = logits.movedim(dim, -1)
    flat = rows.reshape(-1, rows.shape[-1])
    done = []
    for row in flat:
        weights = [(value - row.max()).exp() for value in row]
        done.append(torch.stack([weight / sum(weights) for weight in weights]))
    return torch.stack(done).reshape(rows.shape).movedim(-1, dim)


def in_place_on_a_copy(logits, dim):
    weights = logits.clone()
    weights -= logits.amax(dim, keepdim=True)
    weights = weights.exp()
    return weights / weights.sum(dim, keepdim=True)


def in_place(logits, dim):
    logits -= logits.amax(dim, keepdim=True)
    return logits.exp() / logits.exp().sum(dim, keepdim=True)


def whole_maximum(logits, dim):
    weights = (logits - logits.max()).exp()
    return weights / weights.sum(dim, keepdim=True)


def by_math(logits, dim):
    values = [math.exp(value) for value in logits.flatten().tolist()]
    return torch.tensor(values).view(logits.shape) / sum(values)


def weights(logits, dim):
    return (logits - logits.amax(dim, keepdim=True)).exp()


def share(weights, dim):
    return weights / weights.sum(dim, keepdim=True)


def no_return(logits, dim):
    share(weights(logits, dim), dim)


# As the notebook left them behind.
z, T = torch.tensor([-2.0, 0.0, 3.0]), torch.tensor([10.0, 1.0, 0.1]).reshape(3, 1, 1)


def divided_in_place(logits, dim):
    weights = (logits - logits.amax(dim=dim, keepdim=True)).exp()
    weights /= weights.sum(dim=dim, keepdim=True)
    return weights


CATALOGUE = {
    check.softmax: {
        "stub": lambda logits, dim: ...,
        "wrong": {
            "no maximum": (lambda z, dim: z.exp() / z.exp().sum(dim, True), "exp overflows"),
            "sum over everything": (lambda z, dim: z.exp() / z.exp().sum(), "over all entries"),
            "always dim 0": (lambda z, dim: F.softmax(z, 0), "along dim 0, whatever"),
            "always the last": (lambda z, dim: F.softmax(z, -1), "the last dimension, whatever"),
            "no keepdim": (lambda z, dim: z.exp() / z.exp().sum(dim), "sum or a maximum lose"),
            "divided in place": (divided_in_place, "write w = w / total instead"),
            "twice": (lambda z, dim: F.softmax(F.softmax(z, dim), dim), "applied twice"),
            "log": (lambda z, dim: F.log_softmax(z, dim), "the logarithm of the probabilities"),
            "weights": (lambda z, dim: z.exp(), "not divided by their sum"),
            "no exp": (lambda z, dim: z / z.sum(dim, True), "exponentiate first"),
            "upside down": (lambda z, dim: F.softmax(-z, dim), "upside down"),
            "sigmoid": (lambda z, dim: torch.sigmoid(z), "the sigmoid of each logit"),
            "whole maximum": (whole_maximum, "the largest logit of the whole tensor"),
            "in place": (in_place, "changed its argument logits"),
            "math.exp": (by_math, "the gradient by logits is lost"),
            "detached": (lambda z, dim: F.softmax(z, dim).detach(), "the gradient by logits is"),
            "dtype": (lambda z, dim: F.softmax(z.float(), dim), "dtype torch.float64, got torch.f"),
            "a list": (
                lambda z, dim: F.softmax(z, dim).tolist(),
                "a tensor was expected, got list",
            ),
            "hard-coded": (lambda z, dim: torch.tensor([0.7054, 0.2595, 0.0351]), "2, 1, -1], dim"),
            "argmax": (lambda z, dim: z.argmax(dim), "expected shape (3,), got ()"),
            "no return": (no_return, "is `return` missing at its end"),
            "Python's sum": (lambda z, dim: z.exp() / sum(z.exp()), "(Python's own sum always"),
            "not divided": (weights, "it is their sum that must be 1"),
            "divided by the largest": (
                lambda z, dim: z.exp() / z.exp().amax(dim, True),
                "The largest weight is 1 now",
            ),
            "divided by the mean": (
                lambda z, dim: z.exp() / z.exp().mean(dim, True),
                "You divide by the mean of the weights",
            ),
            "sum alone shifted": (
                lambda z, dim: z.exp() / weights(z, dim).sum(dim, True),
                "The sum is made of shifted logits",
            ),
            "sum not shifted": (
                lambda z, dim: weights(z, dim) / z.exp().sum(dim, True),
                "The weights are made of shifted logits",
            ),
            "no brackets": (
                lambda z, dim: share(z - z.amax(dim, True).exp(), dim),
                "the difference needs brackets",
            ),
            "maximum added": (
                lambda z, dim: share((z + z.amax(dim, True)).exp(), dim),
                "You add the largest logit",
            ),
            "divided by the maximum": (
                lambda z, dim: F.softmax(z / z.amax(dim, True), dim),
                "You divide by the largest logit",
            ),
            "mean subtracted": (
                lambda z, dim: share((z - z.mean(dim, True)).exp(), dim),
                "You subtract the mean",
            ),
            "minimum subtracted": (
                lambda z, dim: share((z - z.amin(dim, True)).exp(), dim),
                "subtract the largest logit first",
            ),
            "clamp": (lambda z, dim: share(z.clamp(max=80).exp(), dim), "A clamp changes the"),
            "nan_to_num": (
                lambda z, dim: share(z.exp(), dim).nan_to_num(),
                "The nan is hidden, not mended",
            ),
            "abs": (lambda z, dim: share(z.abs(), dim), "forgets which logits are negative"),
            "powers of 2": (
                lambda z, dim: F.softmax(z * math.log(2), dim),
                "Those are powers of 2",
            ),
            "z of the notebook": (lambda logits, dim: F.softmax(z, 0), "uses `z` of the notebook"),
        },
        "right": {
            "torch": lambda z, dim: torch.softmax(z, dim),
            "by hand": lambda z, dim: (
                (z - z.amax(dim, True)).exp() / (z - z.amax(dim, True)).exp().sum(dim, True)
            ),
            "loop": loop,
            "by logsumexp": lambda z, dim: (z - z.logsumexp(dim, True)).exp(),
            "in place on a copy": in_place_on_a_copy,
        },
    },
    check.temperature: {
        "stub": lambda logits, temperature: ...,
        "wrong": {
            "multiplied": (lambda z, t: F.softmax(z * t, 1), "You multiply by the temperature"),
            "ignored": (lambda z, t: F.softmax(z, 1), "no effect yet"),
            "after": (lambda z, t: F.softmax(z, 1) / t, "You divide the probabilities"),
            "twice": (lambda z, t: F.softmax(F.softmax(z, 1) / t, 1), "the temperature between"),
            "dim 0": (lambda z, t: F.softmax(z / t, 0), "that is dim 0"),
            "naive": (lambda z, t: (z / t).exp() / (z / t).exp().sum(1, True), "exp overflows"),
            "log": (lambda z, t: F.log_softmax(z / t, 1), "the logarithm of the probabilities"),
            "in place": (lambda z, t: F.softmax(z.div_(t), 1), "changed its argument logits"),
            "rounded": (lambda z, t: F.softmax(z // t, 1), "expected [[0.5465"),
            "p * T": (lambda z, t: F.softmax(z, 1) * t, "You multiply the probabilities"),
            "p to a power": (lambda z, t: F.softmax(z, 1) ** (1 / t), "These powers of the"),
            "no softmax": (lambda z, t: z / t, "the softmax is missing"),
            "sum of others": (
                lambda z, t: (z / t).exp() / z.exp().sum(1, True),
                "The sum does not know the temperature",
            ),
            "sum over everything": (
                lambda z, t: (z / t).exp() / (z / t).exp().sum(),
                "Your sum runs over all entries",
            ),
            "sigmoid": (lambda z, t: torch.sigmoid(z / t), "the sigmoid of each logit alone"),
            "T / z": (lambda z, t: F.softmax(t / z, 1), "The fraction is upside down"),
            "T of the notebook": (lambda z, t: F.softmax(z / T, 1), "uses `T` of the notebook"),
            "maximum of the others": (
                lambda z, t: share((z / t - z.amax(1, True)).exp(), 1),
                "divide first, then subtract the largest",
            ),
            "added": (lambda z, t: F.softmax(z + t, 1), "(A number added to all"),
            "subtracted": (lambda z, t: F.softmax(z - t, 1), "all logits has none, ei"),
        },
        "right": {
            "torch": lambda z, t: F.softmax(z / t, dim=1),
            "last dimension": lambda z, t: (z / t).softmax(-1),
            "by hand": lambda z, t: (
                ((z - z.amax(1, True)) / t).exp() / ((z - z.amax(1, True)) / t).exp().sum(1, True)
            ),
        },
    },
}
