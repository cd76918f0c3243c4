"""The exercises of notebook 01."""

import torch
import torch.nn.functional as F

from lab06.check import _mistakes as m
from lab06.check._judge import judge, judged

SUM_OF_ALL = "Your sum runs over all entries: it belongs along one dimension only."


def shifted(logits, dim):
    """Return the weights once the largest logit along dim is 0."""
    return (logits - logits.amax(dim, keepdim=True)).exp()


SOFTMAX = {
    m.OVERFLOW: [
        m.naive_softmax,
        lambda z, dim: m.naive_softmax(z.double(), dim),
        lambda z, dim: m.share((z - z.amin(dim, keepdim=True)).exp(), dim),
    ],
    "You add the largest logit, and exp overflows even sooner: which shift makes the largest 0?": (
        lambda z, dim: m.share((z + z.amax(dim, keepdim=True)).exp(), dim)
    ),
    "The nan is hidden, not fixed: keep exp from overflowing in the first place.": (
        lambda z, dim: m.naive_softmax(z, dim).nan_to_num()
    ),
    m.WHOLE_MAXIMUM: m.whole_maximum,
    SUM_OF_ALL: [
        lambda z, dim: z.exp() / z.exp().sum(),
        lambda z, dim: (z - z.max()).exp() / (z - z.max()).exp().sum(),
    ],
    "That runs along dim 0, whatever dim says. (Python's own sum always adds along dim 0.)": [
        lambda z, dim: F.softmax(z, dim=0),
        lambda z, dim: m.naive_softmax(z, 0),
    ],
    "That is the softmax along the last dimension, whatever dim says.": (
        lambda z, dim: F.softmax(z, dim=-1)
    ),
    m.TWICE: lambda z, dim: F.softmax(F.softmax(z, dim), dim),
    m.LOG: F.log_softmax,
    "The weights are not divided by their sum yet.": lambda z, dim: z.exp(),
    "The largest weight is 1 now, but it is their sum that must be 1: divide by the sum.": [
        shifted,
        lambda z, dim: z.exp() / z.exp().amax(dim, keepdim=True),
    ],
    "You divide by the mean of the weights: they add up to 1 if you divide by their sum.": (
        lambda z, dim: z.exp() / z.exp().mean(dim, keepdim=True)
    ),
    "The sum is made of shifted logits, and the weights above it are not: shift both.": (
        lambda z, dim: z.exp() / shifted(z, dim).sum(dim, keepdim=True)
    ),
    "The weights are made of shifted logits, and the sum below them is not: shift both.": (
        lambda z, dim: shifted(z, dim) / z.exp().sum(dim, keepdim=True)
    ),
    "exp took the largest logit alone: the difference needs parentheses before .exp().": (
        lambda z, dim: m.share(z - z.amax(dim, keepdim=True).exp(), dim)
    ),
    "You divide by the largest logit: a shift changes no difference, a division does.": (
        lambda z, dim: F.softmax(z / z.amax(dim, keepdim=True), dim)
    ),
    "You subtract the mean, and the largest logit may be far above it: which shift makes the "
    "largest 0?": lambda z, dim: m.share((z - z.mean(dim, keepdim=True)).exp(), dim),
    m.CLAMP: lambda z, dim: m.naive_softmax(z.clamp(max=80), dim),
    "An absolute value forgets which logits are negative: exponentiate instead.": (
        lambda z, dim: m.share(z.abs(), dim)
    ),
    "Those are powers of 2: exp takes powers of e.": [
        lambda z, dim: m.share(2**z, dim),
        lambda z, dim: F.softmax(z * 0.6931472, dim),
    ],
    "Those are scores divided by their sum: exponentiate first.": m.share,
    "The order is upside down: the largest logit gets the smallest probability.": (
        lambda z, dim: F.softmax(-z, dim)
    ),
    m.SIGMOID: lambda z, dim: F.sigmoid(z),
}


@judged
def softmax(answer):
    """Check a function softmax(logits, dim) for logits of any shape and size."""
    row, square = torch.tensor([2.0, 1.0, -1.0]), torch.tensor([[2.0, 1.0], [0.0, 5.0]])
    cube = torch.linspace(-3, 4, 24).reshape(2, 3, 4).sin() * 5
    cases = [
        (row, 0),
        (torch.tensor([[2.0, 1.0], [0.0, 3.0], [0.5, 0.0]]), 1),
        (square, 1),
        (square, 0),
        (cube, 1),
        (cube, -1),
        (torch.tensor([200.0, 0.0, 199.0]), 0),
        (torch.tensor([-200.0, -201.0]), 0),
        (torch.tensor([[200.0, 0.0], [-200.0, -201.0]]), 1),
        (torch.tensor([1e4, 0.0, -1e4]), 0),
        (torch.tensor([-1e4, -2e4]), 0),
        (row.double(), 0),
        (1000 * square.double(), 1),
    ]
    cases = [{"logits": logits, "dim": dim} for logits, dim in cases]
    judge(answer, [F.softmax], cases, SOFTMAX, gradient=["logits"])
    return "It works along any dim, nothing overflows, and the gradient is right, too."


TEMPERATURE = {
    "exp overflows at a low temperature: divide first, then subtract the largest logit.": [
        lambda z, t: m.naive_softmax(z / t),
        lambda z, t: m.share((z / t - z.amax(dim=1, keepdim=True)).exp()),
    ],
    "You multiply by the temperature. It divides: a high temperature flattens.": (
        lambda z, t: F.softmax(z * t, dim=1)
    ),
    "The temperature has no effect yet. (A number added to all logits has none, either.)": (
        lambda z, t: F.softmax(z, dim=1)
    ),
    "You divide the probabilities, which no longer add up to 1: divide the logits.": (
        lambda z, t: F.softmax(z, dim=1) / t
    ),
    "You multiply the probabilities, which no longer add up to 1: divide the logits.": (
        lambda z, t: F.softmax(z, dim=1) * t
    ),
    "A probability was rounded to 0, and no power brings it back: divide the logits instead.": (
        lambda z, t: m.share(F.softmax(z, dim=1) ** (1 / t))
    ),
    "These powers of the probabilities no longer add up to 1: divide the logits instead.": (
        lambda z, t: F.softmax(z, dim=1) ** (1 / t)
    ),
    "Those are the logits, divided by the temperature: the softmax is missing.": (
        lambda z, t: z / t
    ),
    "The sum does not know the temperature: it must be the sum of the same weights.": (
        lambda z, t: (z / t).exp() / z.exp().sum(dim=1, keepdim=True)
    ),
    SUM_OF_ALL: lambda z, t: (z / t).exp() / (z / t).exp().sum(),
    m.SIGMOID: lambda z, t: F.sigmoid(z / t),
    "The fraction is upside down: the logits are divided by the temperature.": (
        lambda z, t: F.softmax(t / z, dim=1)
    ),
    "Softmax was applied twice, with the temperature in between: it belongs to the logits.": (
        lambda z, t: F.softmax(F.softmax(z, dim=1) / t, dim=1)
    ),
    m.DIM_0: lambda z, t: F.softmax(z / t, dim=0),
    m.LOG: lambda z, t: F.log_softmax(z / t, dim=1),
}


@judged
def temperature(answer):
    """Check a function with_temperature(logits, temperature) for logits (N, C)."""
    logits = torch.tensor([[2.0, 1.0, -1.0], [0.0, 0.0, 3.0]])
    cases = [(logits, 2.0), (logits, 0.5), (logits[:1], 1.0), (logits[:, 1:], 3.0)]
    cases += [(100 * logits, 0.1), (-100 * logits, 0.01), (100 * logits, 150.0)]
    cases += [(logits.double(), 5.0)]
    cases = [{"logits": logits, "temperature": t} for logits, t in cases]
    judge(answer, [lambda z, t: F.softmax(z / t, dim=1)], cases, TEMPERATURE)
    return "High temperatures flatten, low ones sharpen, and no row overflows."
