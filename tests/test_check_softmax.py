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


CATALOGUE = {
    check.softmax: {
        "stub": lambda logits, dim: ...,
        "wrong": {
            "no maximum": (lambda z, dim: z.exp() / z.exp().sum(dim, True), "exp overflows"),
            "sum over everything": (lambda z, dim: z.exp() / z.exp().sum(), "over all entries"),
            "always dim 0": (lambda z, dim: F.softmax(z, 0), "along dim 0, whatever"),
            "always the last": (lambda z, dim: F.softmax(z, -1), "the last dimension, whatever"),
            "no keepdim": (lambda z, dim: z.exp() / z.exp().sum(dim), "stopped with RuntimeError"),
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
