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
        Mistake(
            lambda logits, dim: logits.exp() / logits.exp().sum(dim=dim, keepdim=True),
            "exp overflows: subtract the largest logit first, which changes no probability.",
        ),
        Mistake(
            lambda logits, dim: logits.exp() / logits.exp().sum(),
            "Your sum runs over all entries: it belongs along dim only.",
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
            lambda logits, dim: logits.exp() / logits.exp().sum(dim=dim),
            "The sum lost its dimension and met the wrong one: keepdim=True.",
        ),
        Mistake(
            lambda logits, dim: F.softmax(logits, dim=0),
            "That is the softmax along dim 0, whatever dim says.",
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
            lambda logits, temperature: F.softmax(logits * temperature, dim=1),
            "You multiply by the temperature. It divides: a high temperature flattens.",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(logits, dim=1),
            "The temperature has no effect yet.",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(logits, dim=1) / temperature,
            "You divide the probabilities, which no longer add up to 1: divide the logits.",
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
            lambda logits, temperature: F.softmax(logits + temperature, dim=1),
            "Added to all logits a number changes nothing: divide.",
        ),
        Mistake(
            lambda logits, temperature: F.softmax(logits - temperature, dim=1),
            "Subtracted from all logits a number changes nothing: divide.",
        ),
        Mistake(
            lambda logits, temperature: (
                (logits / temperature).exp() / (logits / temperature).exp().sum(dim=1, keepdim=True)
            ),
            "exp overflows at a low temperature: use a softmax that subtracts the largest first.",
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
