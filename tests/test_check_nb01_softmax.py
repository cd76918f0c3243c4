"""The checks of notebook 01, and answers that students give."""

import math

import torch
import torch.nn.functional as F

from lab06 import check, losses


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
            "the course's own": losses.softmax,
            "calls the course's own": lambda z, dim: losses.softmax(z, dim),
            "no maximum": lambda z, dim: z.exp() / z.exp().sum(dim, True),
            "sum over everything": lambda z, dim: z.exp() / z.exp().sum(),
            "always dim 0": lambda z, dim: F.softmax(z, 0),
            "always the last": lambda z, dim: F.softmax(z, -1),
            "no keepdim": lambda z, dim: z.exp() / z.exp().sum(dim),
            "divided in place": divided_in_place,
            "twice": lambda z, dim: F.softmax(F.softmax(z, dim), dim),
            "log": lambda z, dim: F.log_softmax(z, dim),
            "weights": lambda z, dim: z.exp(),
            "no exp": lambda z, dim: z / z.sum(dim, True),
            "upside down": lambda z, dim: F.softmax(-z, dim),
            "sigmoid": lambda z, dim: torch.sigmoid(z),
            "whole maximum": whole_maximum,
            "in place": in_place,
            "math.exp": by_math,
            "detached": lambda z, dim: F.softmax(z, dim).detach(),
            "a list": lambda z, dim: F.softmax(z, dim).tolist(),
            "hard-coded": lambda z, dim: torch.tensor([0.7054, 0.2595, 0.0351]),
            "argmax": lambda z, dim: z.argmax(dim),
            "no return": no_return,
            "Python's sum": lambda z, dim: z.exp() / sum(z.exp()),
            "not divided": weights,
            "divided by the largest": lambda z, dim: z.exp() / z.exp().amax(dim, True),
            "divided by the mean": lambda z, dim: z.exp() / z.exp().mean(dim, True),
            "sum alone shifted": lambda z, dim: z.exp() / weights(z, dim).sum(dim, True),
            "sum not shifted": lambda z, dim: weights(z, dim) / z.exp().sum(dim, True),
            "no brackets": lambda z, dim: share(z - z.amax(dim, True).exp(), dim),
            "maximum added": lambda z, dim: share((z + z.amax(dim, True)).exp(), dim),
            "divided by the maximum": lambda z, dim: F.softmax(z / z.amax(dim, True), dim),
            "mean subtracted": lambda z, dim: share((z - z.mean(dim, True)).exp(), dim),
            "minimum subtracted": lambda z, dim: share((z - z.amin(dim, True)).exp(), dim),
            "clamp": lambda z, dim: share(z.clamp(max=80).exp(), dim),
            "nan_to_num": lambda z, dim: share(z.exp(), dim).nan_to_num(),
            "abs": lambda z, dim: share(z.abs(), dim),
            "powers of 2": lambda z, dim: F.softmax(z * math.log(2), dim),
            "z of the notebook": lambda logits, dim: F.softmax(z, 0),
        },
        "right": {
            "torch": lambda z, dim: torch.softmax(z, dim),
            "by hand": lambda z, dim: (
                (z - z.amax(dim, True)).exp() / (z - z.amax(dim, True)).exp().sum(dim, True)
            ),
            "loop": loop,
            "by logsumexp": lambda z, dim: (z - z.logsumexp(dim, True)).exp(),
            "in place on a copy": in_place_on_a_copy,
            "dtype": lambda z, dim: F.softmax(z.float(), dim),
        },
    },
    check.temperature: {
        "stub": lambda logits, temperature: ...,
        "wrong": {
            "multiplied": lambda z, t: F.softmax(z * t, 1),
            "ignored": lambda z, t: F.softmax(z, 1),
            "after": lambda z, t: F.softmax(z, 1) / t,
            "twice": lambda z, t: F.softmax(F.softmax(z, 1) / t, 1),
            "dim 0": lambda z, t: F.softmax(z / t, 0),
            "naive": lambda z, t: (z / t).exp() / (z / t).exp().sum(1, True),
            "log": lambda z, t: F.log_softmax(z / t, 1),
            "in place": lambda z, t: F.softmax(z.div_(t), 1),
            "rounded": lambda z, t: F.softmax(z // t, 1),
            "p * T": lambda z, t: F.softmax(z, 1) * t,
            "p to a power": lambda z, t: F.softmax(z, 1) ** (1 / t),
            "no softmax": lambda z, t: z / t,
            "sum of others": lambda z, t: (z / t).exp() / z.exp().sum(1, True),
            "sum over everything": lambda z, t: (z / t).exp() / (z / t).exp().sum(),
            "sigmoid": lambda z, t: torch.sigmoid(z / t),
            "T / z": lambda z, t: F.softmax(t / z, 1),
            "T of the notebook": lambda z, t: F.softmax(z / T, 1),
            "maximum of the others": lambda z, t: share((z / t - z.amax(1, True)).exp(), 1),
            "added": lambda z, t: F.softmax(z + t, 1),
            "subtracted": lambda z, t: F.softmax(z - t, 1),
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
