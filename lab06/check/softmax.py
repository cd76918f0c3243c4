"""The exercises of notebook 01."""

import torch
import torch.nn.functional as F

from lab06.check._engine import Mistake, examine


def softmax(answer):
    """Check a function softmax(logits, dim) for logits of any shape and size."""
    row = torch.tensor([2.0, 1.0, -1.0])
    cube = torch.linspace(-3, 4, 24).reshape(2, 3, 4).sin() * 5
    cases = [
        {"logits": row, "dim": 0},
        {"logits": torch.tensor([[2.0, 1.0], [0.0, 3.0], [0.5, 0.0]]), "dim": 1},
        {"logits": torch.tensor([[2.0, 1.0], [0.0, 3.0]]), "dim": 1},
        {"logits": torch.tensor([[2.0, 1.0], [0.0, 3.0]]), "dim": 0},
        {"logits": cube, "dim": 1},
        {"logits": cube, "dim": -1},
        {"logits": torch.tensor([200.0, 0.0, 199.0]), "dim": 0},
        {"logits": torch.tensor([-200.0, -201.0]), "dim": 0},
        {"logits": torch.tensor([[200.0, 0.0], [-200.0, -201.0]]), "dim": 1},
        {"logits": row.double(), "dim": 0},
    ]
    mistakes = [
        # These two are wrong only where exp overflows, and look like others there.
        Mistake(
            lambda logits, dim: _share((logits + logits.amax(dim=dim, keepdim=True)).exp(), dim),
            "You add the largest logit, and exp overflows all the sooner: which shift makes the "
            "largest one 0?",
        ),
        Mistake(
            lambda logits, dim: _share(logits.exp(), dim).nan_to_num(),
            "The nan is hidden, not mended: keep exp from overflowing in the first place.",
        ),
        Mistake(
            lambda logits, dim: logits.exp() / logits.exp().sum(dim=dim, keepdim=True),
            "exp overflows: subtract the largest logit first, which changes no probability.",
        ),
        Mistake(
            lambda logits, dim: (logits - logits.max()).exp() / (logits - logits.max()).exp().sum(),
            "Your sum runs over all entries: it belongs along dim only.",
        ),
        Mistake(
            lambda logits, dim: (
                (logits - logits.max()).exp() / (logits - logits.max()).exp().sum(dim, keepdim=True)
            ),
            "You subtract the largest logit of the whole tensor. A row far below it becomes 0 / 0: "
            "take the largest along dim.",
        ),
        Mistake(
            lambda logits, dim: F.softmax(logits, dim=0),
            "That is along dim 0, whatever dim says. (Python's own sum always adds along dim 0.)",
        ),
        Mistake(
            lambda logits, dim: F.softmax(logits, dim=-1),
            "That is the softmax along the last dimension, whatever dim says.",
        ),
        Mistake(
            lambda logits, dim: F.softmax(F.softmax(logits, dim=dim), dim=dim),
            "Softmax was applied twice: once is enough.",
        ),
        Mistake(
            lambda logits, dim: F.log_softmax(logits, dim=dim),
            "That is the logarithm of the probabilities.",
        ),
        Mistake(
            lambda logits, dim: logits.exp(),
            "The weights are not divided by their sum yet.",
        ),
        Mistake(
            lambda logits, dim: _weights(logits, dim),
            "The largest weight is 1 now, and it is their sum that must be 1: divide by the sum.",
        ),
        Mistake(
            lambda logits, dim: logits.exp() / logits.exp().mean(dim=dim, keepdim=True),
            "You divide by the mean of the weights: they add up to 1 if you divide by their sum.",
        ),
        Mistake(
            lambda logits, dim: logits.exp() / _weights(logits, dim).sum(dim=dim, keepdim=True),
            "The sum is made of shifted logits, and the weights above it are not: shift both.",
        ),
        Mistake(
            lambda logits, dim: _weights(logits, dim) / logits.exp().sum(dim=dim, keepdim=True),
            "The weights are made of shifted logits, and the sum below them is not: shift both.",
        ),
        Mistake(
            lambda logits, dim: _share(logits - logits.amax(dim=dim, keepdim=True).exp(), dim),
            "exp took the largest logit alone: the difference needs brackets before .exp().",
        ),
        Mistake(
            lambda logits, dim: F.softmax(logits / logits.amax(dim=dim, keepdim=True), dim=dim),
            "You divide by the largest logit: a shift changes no difference, a division does.",
        ),
        Mistake(
            lambda logits, dim: _share((logits - logits.mean(dim=dim, keepdim=True)).exp(), dim),
            "You subtract the mean, and the largest logit may be far above it: which shift makes "
            "the largest one 0?",
        ),
        Mistake(
            lambda logits, dim: F.softmax(logits.clamp(max=80), dim=dim),
            "A clamp changes the differences between the logits: subtract instead.",
        ),
        Mistake(
            lambda logits, dim: _share(logits.abs(), dim),
            "An absolute value forgets which logits are negative: exponentiate instead.",
        ),
        Mistake(
            lambda logits, dim: _share(2**logits, dim),
            "Those are powers of 2: exp takes the powers of e.",
        ),
        Mistake(
            lambda logits, dim: logits / logits.sum(dim=dim, keepdim=True),
            "Scores divided by their sum: exponentiate first.",
        ),
        Mistake(
            lambda logits, dim: F.softmax(-logits, dim=dim),
            "The order is upside down: the largest logit gets the smallest probability.",
        ),
        Mistake(lambda logits, dim: F.sigmoid(logits), "That is the sigmoid of each logit alone."),
    ]
    return examine(
        answer,
        lambda logits, dim: F.softmax(logits, dim=dim),
        cases,
        gradient=("logits",),
        mistakes=mistakes,
        praise="Any dim, no overflow, and the gradient is right, too.",
    )


def temperature(answer):
    """Check a function with_temperature(logits, temperature) for logits (N, C)."""
    logits = torch.tensor([[2.0, 1.0, -1.0], [0.0, 0.0, 3.0]])
    cases = [
        {"logits": logits, "temperature": 2.0},
        {"logits": logits, "temperature": 0.5},
        {"logits": logits[:1], "temperature": 1.0},
        {"logits": 100 * logits, "temperature": 0.1},
    ]
    mistakes = [
        Mistake(
            lambda logits, temperature: (
                (logits / temperature).exp() / (logits / temperature).exp().sum(dim=1, keepdim=True)
            ),
            "exp overflows at a low temperature: divide first, then subtract the largest.",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(logits * temperature, dim=1),
            "You multiply by the temperature. It divides: a high temperature flattens.",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(logits, dim=1),
            "The temperature has no effect yet. (A number added to all logits has none, either.)",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(logits, dim=1) / temperature,
            "You divide the probabilities, which no longer add up to 1: divide the logits.",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(logits, dim=1) * temperature,
            "You multiply the probabilities, which no longer add up to 1: divide the logits.",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(logits, dim=1) ** (1 / temperature),
            "These powers of the probabilities no longer add up to 1: divide the logits instead.",
        ),
        Mistake(
            lambda logits, temperature: logits / temperature,
            "Those are the logits, divided by the temperature: the softmax is missing.",
        ),
        Mistake(
            lambda logits, temperature: (
                (logits / temperature).exp() / logits.exp().sum(dim=1, keepdim=True)
            ),
            "The sum does not know the temperature: it must be the sum of the same weights.",
        ),
        Mistake(
            lambda logits, temperature: (
                (logits / temperature).exp() / (logits / temperature).exp().sum()
            ),
            "Your sum runs over all entries: each row needs its own.",
        ),
        Mistake(
            lambda logits, temperature: F.sigmoid(logits / temperature),
            "That is the sigmoid of each logit alone: the classes of a row share one softmax.",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(temperature / logits, dim=1),
            "The fraction is upside down: the logits are divided by the temperature.",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(F.softmax(logits, dim=1) / temperature, dim=1),
            "Softmax was applied twice, and the temperature between: it belongs to the logits.",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(logits / temperature, dim=0),
            "The rows do not add up to 1: that is dim 0, and the classes lie along dim 1.",
        ),
        Mistake(
            lambda logits, temperature: F.log_softmax(logits / temperature, dim=1),
            "That is the logarithm of the probabilities.",
        ),
    ]
    return examine(
        answer,
        lambda logits, temperature: F.softmax(logits / temperature, dim=1),
        cases,
        mistakes=mistakes,
        praise="High temperatures flatten, low ones sharpen, and no row overflows.",
    )


def _weights(logits, dim):
    """Return the weights once the largest logit along dim is 0."""
    return (logits - logits.amax(dim=dim, keepdim=True)).exp()


def _share(weights, dim):
    return weights / weights.sum(dim=dim, keepdim=True)
