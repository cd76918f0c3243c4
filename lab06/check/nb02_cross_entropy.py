"""The exercises of notebook 02."""

import torch
import torch.nn.functional as F

from lab06.check import _mistakes as m
from lab06.check._judge import judge, judged


def cases():
    """Small batches. In the second, one-hot rows that count their own classes are too narrow."""
    pair = torch.tensor([[2.0, 0.5, -1.0], [0.0, 3.0, 1.0]])
    wave = (torch.arange(24.0) ** 2).sin().reshape(6, 4) * 3
    large = torch.tensor([[1000.0, 960.0, 990.0], [-1000.0, -960.0, -990.0]])
    unlikely = torch.tensor([[0.0, 70.0, 1.0], [9.0, 0.0, -14.0], [0.0, 1.0, 2.0]])
    batches = [
        (pair, [0, 2]),
        (pair, [0, 0]),
        (torch.tensor([[1.0, 0.0, 0.0, 2.0, -1.0]]), [3]),
        (wave, [3, 1, 0, 1, 2, 2]),
        (large[:1], [1]),
        (large, [1, 0]),
        (unlikely[1:], [2, 0]),
        (unlikely, [0, 2, 1]),
        (wave[:3].double(), [3, 0, 1]),
    ]
    return [{"logits": logits, "y": torch.tensor(y)} for logits, y in batches]


@judged
def cross_entropy(answer):
    """Check a function my_cross_entropy(logits, y): logits (N, C), y (N,), the mean in nats."""
    without = {
        "Now by hand, from `softmax` on, without F.cross_entropy and F.nll_loss.": (
            "cross_entropy nll_loss CrossEntropyLoss NLLLoss"
        )
    }
    judge(answer, [F.cross_entropy], cases(), m.COSTS, gradient=["logits"], without=without)
    return "One number for any batch, and its gradient with respect to the logits is right, too."


OF_DIFFERENCE = {  # made of probabilities p, one-hot rows t, both (N, C), and N
    "All signs are reversed: that is the step downhill, minus the gradient.": (
        lambda p, t, N: (t - p) / N
    ),
    "That is the gradient of the sum: the cost is a mean over N samples.": lambda p, t, N: p - t,
    "All signs are reversed, and the mean over the N samples is missing.": lambda p, t, N: t - p,
    "You divide by N · C: the cost is a mean over the N samples only.": (
        lambda p, t, N: (p - t) / p.numel()
    ),
    "You divide by the wrong number: the cost is a mean over the N samples.": (
        lambda p, t, N: (p - t) / p.shape[1]
    ),
    "You divide by N twice: once is enough.": lambda p, t, N: (p - t) / N**2,
    "You divide only the one-hot rows by N: the difference needs parentheses.": (
        lambda p, t, N: p - t / N
    ),
    "You divide only the probabilities by N: the difference needs parentheses.": (
        lambda p, t, N: p / N - t
    ),
    "The truth is missing: subtract something for the true class of each row.": (
        lambda p, t, N: p / N
    ),
    "Those are the probabilities: the truth is missing, and so is the mean over the N samples.": (
        lambda p, t, N: p
    ),
    "That is the first term alone: the log of the sum has a gradient, too.": lambda p, t, N: -t / N,
    "That is the gradient with respect to the probabilities: the chain rule goes on to the "
    "logits.": lambda p, t, N: -t / p / N,
    "You change the columns y in all rows: each row has one true class, at its own place.": (
        lambda p, t, N: (p - t.amax(dim=0)) / N
    ),
    "1 is subtracted from every entry: subtract it from the true class of each row alone.": (
        lambda p, t, N: (p - 1) / N
    ),
    "You subtract from the log-probabilities: in the gradient the logarithm has cancelled out.": (
        lambda p, t, N: (p.log() - t) / N
    ),
    "You multiply by N: a mean over N samples divides.": lambda p, t, N: (p - t) * N,
    "The signs are gone: the logit of the true class should go up, the others down.": (
        lambda p, t, N: (p - t).abs() / N
    ),
    "You square the differences: the gradient takes them as they are.": (
        lambda p, t, N: (p - t) ** 2 / N
    ),
    "Only the true classes have a gradient here: what is wasted on the others counts, too.": (
        lambda p, t, N: (p - t) * t / N
    ),
    "Only the true class of each row is left: the other classes have a gradient, too.": (
        lambda p, t, N: (p * t).sum(dim=1) - 1
    ),
    "That is how fast p itself changes: the cost changes by another formula.": [
        lambda p, t, N: p * (1 - p) / N,
        lambda p, t, N: p * (1 - p),
        lambda p, t, N: (t - p) * (p * t).sum(dim=1, keepdim=True) / N,
    ],
}
OF_LOGITS = {  # made of logits z (N, C), one-hot rows t and classes y (N,)
    m.WHOLE_MAXIMUM: lambda z, t, y: (m.whole_maximum(z) - t) / len(y),
    m.OVERFLOW: lambda z, t, y: (m.naive_softmax(z) - t) / len(y),
    m.DIM_0: lambda z, t, y: (F.softmax(z, dim=0) - t) / len(y),
    m.TWICE: lambda z, t, y: (F.softmax(F.softmax(z, dim=1), dim=1) - t) / len(y),
    m.SIGMOID: lambda z, t, y: (F.sigmoid(z) - t) / len(y),
    "You subtract from the logits themselves: turn them into probabilities first.": (
        lambda z, t, y: (z - t) / len(y)
    ),
    "Those are the logits after one step downhill: only the gradient is asked for.": (
        lambda z, t, y: z - (F.softmax(z, dim=1) - t) / len(y)
    ),
    "You subtract the class numbers themselves: turn them into one-hot rows first.": [
        lambda z, t, y: (F.softmax(z, dim=1) - y.unsqueeze(1)) / len(y),
        lambda z, t, y: (F.softmax(z, dim=1) - y) / len(y),
    ],
    m.OFF_BY_ONE: lambda z, t, y: gradient(z, (y - 1) % z.shape[1]),
    m.MOST_PROBABLE: lambda z, t, y: gradient(z, z.argmax(dim=1)),
}


def gradient(logits, y):
    return (F.softmax(logits, dim=1) - m.one_hot_rows(logits, y)) / len(y)


GRADIENTS = m.after_each([lambda z, y: (z, m.one_hot_rows(z, y), y)], OF_LOGITS) | m.after_each(
    [
        lambda z, y: (F.softmax(z, dim=1), m.one_hot_rows(z, y), len(y)),
        lambda z, y: (m.naive_softmax(z), m.one_hot_rows(z, y), len(y)),
    ],
    OF_DIFFERENCE,
)


@judged
def cross_entropy_gradient(answer):
    """Check a function my_gradient(logits, y): the gradient of the mean, of shape (N, C)."""
    without = {"Now by formula, without autograd.": "backward autograd jacobian jacrev vjp grad"}
    judge(answer, [gradient], cases(), GRADIENTS, without=without)
    return "Prediction minus truth, over N: what autograd finds, without autograd."
