"""The exercises of notebook 03."""

import math

import torch
import torch.nn.functional as F

from lab06.check import _mistakes as m
from lab06.check._judge import judge, judged


def largest(logits):
    return logits.amax(dim=1, keepdim=True)


def log_of_sum(values, dim=1, keepdim=True):
    return values.exp().sum(dim, keepdim).log()


def rest(logits):
    """Return the log of the sum, once the largest logit of each row is 0."""
    return log_of_sum(logits - largest(logits))


def shifted_by(logits, shift):
    """Return log-probabilities by a shift that is right on paper, whatever it is."""
    return logits - (log_of_sum(logits - shift) + shift)


BASE_10 = "That is the logarithm to base 10: exp needs the natural one to undo it."
BASE_2 = "That is the logarithm to base 2: exp needs the natural one to undo it."
NO_LOG = "You subtract the sum itself: take its logarithm."
DIVIDED = "You divide by the log of the sum: the log of a fraction is a difference."
EPS = [10.0**-n for n in range(2, 45)] + [torch.finfo(torch.float32).eps, 2.0**-126]
BOUNDS = (10, 20, 30, 40, 50, 60, 70, 80, 85, 87, 88, 100)

LOG_SOFTMAX = {
    m.WHOLE_MAXIMUM: [
        lambda z: z - z.max() - log_of_sum(z - z.max()),
        lambda z: shifted_by(z, z.max()),
    ],
    "exp is too large or too small for the sum: subtract the largest logit before it.": [
        lambda z: z - log_of_sum(z),
        lambda z: shifted_by(z, z.mean(dim=1, keepdim=True)),
    ],
    "exp overflows, and then comes the logarithm of what is left: subtract before exp.": (
        lambda z: m.naive_softmax(z).log()
    ),
    "Adding the largest logit makes exp larger still: which shift makes the largest 0?": (
        lambda z: shifted_by(z, -largest(z))
    ),
    "A probability became 0 before its logarithm was taken: subtract the log of the sum instead, "
    "without computing the probabilities.": [
        lambda z: F.softmax(z, dim=1).log(),
        lambda z: F.softmax(z.double(), dim=1).log().to(z.dtype),
    ],
    m.DIM_0: lambda z: F.log_softmax(z, dim=0),
    "Your sum runs over all entries: each row needs its own.": [
        lambda z: z - z.flatten().logsumexp(0),
        lambda z: z - largest(z) - (z - largest(z)).exp().sum().log(),
        lambda z: z - z.exp().sum().log(),
    ],
    "Those are the probabilities: the logarithm is missing.": lambda z: F.softmax(z, dim=1),
    "The sign is wrong: the log of a probability is at most 0.": (
        lambda z: -F.log_softmax(z, dim=1)
    ),
    BASE_10: [
        lambda z: F.log_softmax(z, dim=1) / math.log(10),
        lambda z: F.softmax(z, dim=1).log10(),
        lambda z: z - largest(z) - rest(z) / math.log(10),
    ],
    BASE_2: [
        lambda z: F.log_softmax(z, dim=1) / math.log(2),
        lambda z: F.softmax(z, dim=1).log2(),
        lambda z: z - largest(z) - rest(z) / math.log(2),
    ],
    "log1p adds 1 before it takes the logarithm.": lambda z: F.softmax(z, dim=1).log1p(),
    "You subtract the largest logit only: subtract the log of the sum, too.": (
        lambda z: z - largest(z)
    ),
    "You subtract the largest logit inside the exponential only: outside it is missing.": (
        lambda z: z - rest(z)
    ),
    "The largest logit is subtracted twice, in the shift and in the log of the sum: do it once.": [
        lambda z: z - 2 * largest(z) - rest(z),
        lambda z: z - largest(z) - log_of_sum(z),
    ],
    "You add the log of the sum: the log of a fraction is a difference.": (
        lambda z: z - largest(z) + rest(z)
    ),
    NO_LOG: [
        lambda z: z - largest(z) - rest(z).exp(),
        lambda z: z - z.exp().sum(dim=1, keepdim=True),
    ],
    DIVIDED: [
        lambda z: (z - largest(z)) / rest(z),
        lambda z: z / z.logsumexp(dim=1, keepdim=True),
    ],
    "You subtract the largest logit of each column: take the largest of each row, dim 1.": [
        lambda z: F.log_softmax(z - z.amax(dim=0, keepdim=True), dim=1),
        lambda z: z - z.amax(dim=0, keepdim=True) - log_of_sum(z - z.amax(dim=0, keepdim=True)),
    ],
    "Your sum runs along dim 0, as Python's own sum does: the classes lie along dim 1.": [
        lambda z: z - largest(z) - log_of_sum(z - largest(z), dim=0),
        lambda z: z - log_of_sum(z, dim=0),
    ],
    "First exp, then the sum, then log: in another order exp and log undo each other.": (
        lambda z: z - largest(z) - (z - largest(z)).sum(dim=1, keepdim=True)
    ),
    "You take the mean of the exponentials: take their sum.": (
        lambda z: F.log_softmax(z, dim=1) + math.log(z.shape[1])
    ),
    m.SIGMOID: [F.logsigmoid, lambda z: z.sigmoid().log()],
    "That is the log of the sum of each row: what should it be subtracted from?": [
        lambda z: z.logsumexp(dim=1),
        lambda z: z.logsumexp(dim=1, keepdim=True),
    ],
    "That is the logarithm of negative numbers: take it of the sum of the exponentials.": (
        lambda z: F.log_softmax(z, dim=1).log()
    ),
    m.FLOOR: [
        *(lambda z, eps=eps: (F.softmax(z, dim=1) + eps).log() for eps in EPS),
        *(lambda z, eps=eps: F.softmax(z, dim=1).clamp(min=eps).log() for eps in EPS),
    ],
    m.CLAMP: [lambda z, b=b: F.log_softmax(z.clamp(-b, b), dim=1) for b in BOUNDS],
}


@judged
def log_softmax(answer):
    """Check a function my_log_softmax(logits) for logits (N, C) of any size, along dim 1."""
    wave = (torch.arange(12.0) ** 2).sin().reshape(3, 4) * 3
    batches = [
        torch.tensor([[2.0, -1.0], [0.5, 1.0]]),
        wave,
        torch.tensor([[2.0, 1.0, -1.0, 0.0, 0.0]]),
        torch.tensor([[45.0, 0.0, 0.0]]),
        torch.tensor([[200.0, 0.0, 0.0]]),
        torch.tensor([[-200.0, -201.0, -200.0]]),
        torch.tensor([[200.0, 0.0], [-200.0, -201.0]]),
        torch.tensor([[90.0, 0.0, 0.0]]),
        torch.tensor([[1e4, 0.0, -1e4], [-1e4, 1e4, -1e4], [0.0, 1.0, 2.0]]),
        wave.double(),
    ]
    cases = [{"logits": logits} for logits in batches]
    right = [lambda z: F.log_softmax(z, dim=1)]
    judge(answer, right, cases, LOG_SOFTMAX, gradient=["logits"])
    return "Nothing overflows, nothing vanishes, and the gradient keeps its full size."


ONE_HOT = "0 times minus infinity is nan, and a one-hot row brings that 0: pick instead."
NLL = {
    "exp or softmax has turned them back into probabilities: leave the logs as they are.": (
        lambda log_p, y: F.nll_loss(log_p.exp(), y)
    ),
    ONE_HOT: lambda log_p, y: -(F.one_hot(y, log_p.shape[1]) * log_p).sum(dim=1).mean(),
    "You take the rows y, with all their classes: y says which column each row needs.": (
        lambda log_p, y: -log_p[y].mean()
    ),
    "Row and column have changed places: the row comes first.": (
        lambda log_p, y: -log_p[y, torch.arange(len(y))].mean()
    ),
    "You gather along dim 0, from other rows: the classes lie along dim 1.": (
        lambda log_p, y: -log_p.gather(0, y.unsqueeze(1)).mean()
    ),
    "You read everything from the first row: the indices must stand in a column.": (
        lambda log_p, y: -log_p.gather(1, y.unsqueeze(0)).mean()
    ),
    "y chooses the row as well here: count the rows, and let y choose the column.": (
        lambda log_p, y: -log_p[y, y].mean()
    ),
    "Row n gives its entry n, whatever y says: y tells the column.": [
        lambda log_p, y: -log_p.diagonal().mean(),
        lambda log_p, y: m.by_index(log_p, torch.arange(len(y))).mean(),
    ],
    "An infinite cost was replaced: minus infinity at the true class costs infinity.": [
        lambda log_p, y, value=value: F.nll_loss(log_p.nan_to_num(neginf=value), y)
        for value in (0.0, -100.0, -1e9, None)
    ],
    "You take the logarithm again: it was taken before they came in.": (
        lambda log_p, y: F.nll_loss(log_p.log(), y)
    ),
    **m.of_picking([lambda log_p: log_p]),
}


@judged
def nll_loss(answer):
    """Check a function my_nll(log_probabilities, y): the mean of -log p of the true classes."""
    chances = torch.tensor(
        [[0.5, 0.25, 0.15, 0.1], [0.07, 0.31, 0.4, 0.22], [0.29, 0.38, 0.12, 0.21]]
    )
    wave = F.log_softmax((torch.arange(15.0) ** 2).sin().reshape(5, 3) * 3, dim=1)
    sure = torch.tensor([[0.0, -math.inf, -math.inf], [-200.0, 0.0, -200.0]])
    cases = [
        (chances.log(), [0, 2, 2]),
        (chances[:1].log(), [3]),
        (wave, [2, 0, 0, 1, 2]),
        (sure[:1], [0]),
        (sure, [0, 2]),
        (sure, [1, 1]),
        (50 * wave, [2, 1, 0, 1, 0]),
        (wave.double(), [0, 1, 1, 2, 0]),
    ]
    cases = [{"log_probabilities": log_p, "y": torch.tensor(y)} for log_p, y in cases]
    without = {
        "Now by indexing, without gather and F.nll_loss.": (
            "gather take_along_dim nll_loss NLLLoss cross_entropy CrossEntropyLoss"
        )
    }
    judge(answer, [F.nll_loss], cases, NLL, gradient=["log_probabilities"], without=without)
    return "One entry of each row, and minus infinity elsewhere does no harm."
