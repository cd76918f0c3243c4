"""The exercises of notebook 03."""

import math

import torch
import torch.nn.functional as F

from lab06.check._engine import Mistake, examine


def log_softmax(answer):
    """Check a function my_log_softmax(logits) for logits (N, C) of any size, along dim 1."""
    wave = (torch.arange(12.0) ** 2).sin().reshape(3, 4) * 3
    huge = torch.tensor([[1e4, 0.0, -1e4], [-1e4, 1e4, -1e4], [0.0, 1.0, 2.0]])
    cases = [
        {"logits": torch.tensor([[2.0, -1.0], [0.5, 1.0]])},
        {"logits": wave},
        {"logits": torch.tensor([[2.0, 1.0, -1.0, 0.0, 0.0]])},
        {"logits": torch.tensor([[45.0, 0.0, 0.0]])},
        {"logits": torch.tensor([[200.0, 0.0, 0.0]])},
        {"logits": torch.tensor([[-200.0, -201.0, -200.0]])},
        {"logits": torch.tensor([[200.0, 0.0], [-200.0, -201.0]])},
        {"logits": torch.tensor([[90.0, 0.0, 0.0]])},
        {"logits": huge},
        {"logits": wave.double()},
    ]
    mistakes = [
        # These are wrong only where logits are large. Some give the same there: the rarest first.
        Mistake(
            lambda logits: logits - logits.max() - (logits - logits.max()).exp().sum(1, True).log(),
            "You subtract the largest logit of the whole batch. In a row far below it nothing is "
            "left of the sum: take the largest of each row.",
        ),
        Mistake(
            lambda logits: logits - logits.exp().sum(dim=1, keepdim=True).log(),
            "exp is too large or too small for the sum: subtract the largest logit before it.",
        ),
        Mistake(
            lambda logits: (logits.exp() / logits.exp().sum(dim=1, keepdim=True)).log(),
            "exp overflows, and then comes the logarithm of what is left: subtract before exp.",
        ),
        Mistake(
            lambda logits: _shifted_by(logits, -_largest(logits)),
            "Adding the largest logit makes exp larger still: which shift makes the largest one 0?",
        ),
        Mistake(
            lambda logits: F.softmax(logits, dim=1).log(),
            "A probability became 0 before its logarithm was taken: subtract the log of the sum "
            "instead, without the way through the probabilities.",
        ),
        Mistake(
            lambda logits: F.log_softmax(logits, dim=0),
            "That is along dim 0: the classes lie along dim 1.",
        ),
        Mistake(
            lambda logits: logits - logits.flatten().logsumexp(0),
            "Your sum runs over all entries: each row needs its own.",
        ),
        Mistake(
            lambda logits: F.softmax(logits, dim=1),
            "Those are the probabilities: the logarithm is missing.",
        ),
        Mistake(
            lambda logits: -F.log_softmax(logits, dim=1),
            "The sign: the log of a probability is at most 0.",
        ),
        Mistake(
            lambda logits: F.log_softmax(logits, dim=1) / math.log(10),
            "That is the logarithm to base 10: exp needs the natural one to undo it.",
        ),
        Mistake(
            lambda logits: logits - _largest(logits) - _rest(logits) / math.log(10),
            "That is the logarithm to base 10: exp needs the natural one to undo it.",
        ),
        Mistake(
            lambda logits: F.log_softmax(logits, dim=1) / math.log(2),
            "That is the logarithm to base 2: exp needs the natural one to undo it.",
        ),
        Mistake(
            lambda logits: logits - _largest(logits) - _rest(logits) / math.log(2),
            "That is the logarithm to base 2: exp needs the natural one to undo it.",
        ),
        Mistake(
            lambda logits: F.softmax(logits, dim=1).log1p(),
            "log1p adds 1 before it takes the logarithm.",
        ),
        Mistake(
            lambda logits: logits - _largest(logits),
            "Only the largest logit is gone from each row: the log of the sum has to go, too.",
        ),
        Mistake(
            lambda logits: logits - _rest(logits),
            "You subtracted the largest logit inside the exponential only: outside it is missing.",
        ),
        Mistake(
            lambda logits: logits - 2 * _largest(logits) - _rest(logits),
            "The largest logit is gone twice, by the shift and by the log of the sum: let one go.",
        ),
        Mistake(
            lambda logits: logits - _largest(logits) + _rest(logits),
            "The log of the sum was added: the log of a fraction is a difference.",
        ),
        Mistake(
            lambda logits: logits - _largest(logits) - _rest(logits).exp(),
            "You subtract the sum itself: its logarithm is meant.",
        ),
        Mistake(
            lambda logits: logits - logits.exp().sum(dim=1, keepdim=True),
            "You subtract the sum itself: its logarithm is meant.",
        ),
        Mistake(
            lambda logits: (logits - _largest(logits)) / _rest(logits),
            "You divide by the log of the sum: the log of a fraction is a difference.",
        ),
        Mistake(
            lambda logits: logits / logits.logsumexp(dim=1, keepdim=True),
            "You divide by the log of the sum: the log of a fraction is a difference.",
        ),
        Mistake(
            lambda logits: F.log_softmax(logits - logits.amax(dim=0, keepdim=True), dim=1),
            "You subtract the largest logit of each column: take the largest of each row, dim 1.",
        ),
        Mistake(
            lambda logits: logits - _largest(logits) - (logits - _largest(logits)).logsumexp(0),
            "Your sum runs along dim 0, as Python's own sum does: the classes lie along dim 1.",
        ),
        Mistake(
            lambda logits: logits - _largest(logits) - (logits - _largest(logits)).sum(1, True),
            "First exp, then the sum, then log: in another order exp and log undo each other.",
        ),
        Mistake(
            lambda logits: F.log_softmax(logits, dim=1) + math.log(logits.shape[1]),
            "You take the mean of the exponentials: their sum is meant.",
        ),
        Mistake(
            F.logsigmoid,
            "That is the log-sigmoid of each logit alone: the classes of a row share one sum.",
        ),
        Mistake(
            lambda logits: logits.logsumexp(dim=1),
            "That is the log of the sum of each row: what is it subtracted from?",
        ),
        Mistake(
            lambda logits: logits.logsumexp(dim=1, keepdim=True),
            "That is the log of the sum of each row: what is it subtracted from?",
        ),
        Mistake(
            lambda logits: F.log_softmax(logits, dim=1).log(),
            "That is the logarithm of negative numbers: it belongs to the sum of the exponentials.",
        ),
        *_without_keepdim(),
        *_floors(),
        *_clamps(),
    ]
    return examine(
        answer,
        lambda logits: F.log_softmax(logits, dim=1),
        cases,
        gradient=("logits",),
        mistakes=mistakes,
        praise="Nothing overflows, nothing vanishes, and the gradient stays at full force.",
    )


def nll_loss(answer):
    """Check a function my_nll(log_probabilities, y): the mean of -log p of the true classes."""
    chances = torch.tensor(
        [[0.5, 0.25, 0.15, 0.1], [0.07, 0.31, 0.4, 0.22], [0.29, 0.38, 0.12, 0.21]]
    )
    wave = F.log_softmax((torch.arange(15.0) ** 2).sin().reshape(5, 3) * 3, dim=1)
    sure = torch.tensor([[0.0, -math.inf, -math.inf], [-200.0, 0.0, -200.0]])
    cases = [
        {"log_probabilities": chances.log(), "y": torch.tensor([0, 2, 2])},
        {"log_probabilities": chances[:1].log(), "y": torch.tensor([3])},
        {"log_probabilities": wave, "y": torch.tensor([2, 0, 0, 1, 2])},
        {"log_probabilities": sure[:1], "y": torch.tensor([0])},
        {"log_probabilities": sure, "y": torch.tensor([0, 2])},
        {"log_probabilities": wave.double(), "y": torch.tensor([0, 1, 1, 2, 0])},
    ]
    mistakes = [
        Mistake(
            lambda log_p, y: -F.nll_loss(log_p, y),
            "The sign: a log-probability is at most 0, and a cost is at least 0.",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p, y, reduction="sum"),
            "That is the sum over the samples: the cost is their mean.",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p, y, reduction="sum") / log_p.numel(),
            "That is the mean over all N * C entries: only N of them say anything.",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p, y, reduction="sum") / log_p.shape[1],
            "The sum is right, but it is divided by the wrong number: there are N samples.",
        ),
        Mistake(
            lambda log_p, y: -log_p[:, y].mean(),
            "You take the columns y of all rows: each row has one true class, at its own place.",
        ),
        Mistake(
            lambda log_p, y: -log_p[y].mean(),
            "You take the rows y, with all their classes: y says which column each row needs.",
        ),
        Mistake(
            lambda log_p, y: -log_p[y, range(len(y))].mean(),
            "Row and column have changed places: the row comes first.",
        ),
        Mistake(
            lambda log_p, y: -log_p.gather(0, y.unsqueeze(1)).mean(),
            "You gather along dim 0, from other rows: the classes lie along dim 1.",
        ),
        Mistake(
            lambda log_p, y: -log_p.gather(1, y.unsqueeze(0)).mean(),
            "You read everything from the first row: the indices must stand in a column.",
        ),
        Mistake(
            lambda log_p, y: -log_p.mean(),
            "That is the mean over all classes, true or not: only the true class of a row counts.",
        ),
        Mistake(
            lambda log_p, y: -log_p.amax(dim=1).mean(),
            "You take the most probable class of each row: the true one is in y.",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p, (y - 1) % log_p.shape[1]),
            "Your labels are off by one: classes count from 0.",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p.exp(), y),
            "exp or softmax has turned them back into probabilities: leave the logs as they come.",
        ),
        Mistake(
            lambda log_p, y: -log_p.exp()[range(len(y)), y].mean().log(),
            "That is the log of the mean probability: the mean of the logs is meant.",
        ),
        Mistake(
            lambda log_p, y: -F.nll_loss(log_p, y, reduction="sum"),
            "The sign is turned round, and the mean over N samples is missing.",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p, y, reduction="sum") / 3,
            "You always divide by 3: N is different in another batch.",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p, y, reduction="none"),
            "Each sample has a cost of its own now: the result is their mean.",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p, y, reduction="none").unsqueeze(1),
            "Each sample has a cost of its own now: the result is their mean.",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p[:1], y[:1]) / len(y),
            "Only the first sample is in it: if you loop, is the return inside the loop?",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p[-1:], y[-1:]) / len(y),
            "Only the last sample is in it: if you loop, each turn has to add to what is there.",
        ),
        Mistake(
            lambda log_p, y: -log_p[y, y].mean(),
            "y chooses the row as well here: count the rows, and let y choose the column.",
        ),
        Mistake(
            lambda log_p, y: -log_p.diagonal().mean(),
            "Row n gives its entry n, whatever y says: y tells the column.",
        ),
        # These two give nan: the one that gives it on one case only comes first.
        Mistake(
            lambda log_p, y: -(F.one_hot(y, log_p.shape[1]) * log_p).sum(dim=1).mean(),
            "0 times minus infinity is nan, and a one-hot row brings that 0: pick instead.",
        ),
        Mistake(
            lambda log_p, y: F.nll_loss(log_p.log(), y),
            "You take the logarithm again: it was taken before they came in.",
        ),
    ]
    return examine(
        answer,
        F.nll_loss,
        cases,
        gradient=("log_probabilities",),
        mistakes=mistakes,
        praise="One entry of each row, and minus infinity elsewhere does no harm.",
    )


def _largest(logits):
    return logits.amax(dim=1, keepdim=True)


def _rest(logits):
    """Return the log of the sum, once the largest logit of each row is 0."""
    return (logits - _largest(logits)).exp().sum(dim=1, keepdim=True).log()


def _shifted_by(logits, m):
    """Return log-probabilities by a shift that is right on paper, whatever m is."""
    return logits - ((logits - m).exp().sum(dim=1, keepdim=True).log() + m)


def _without_keepdim():
    """List what comes of a square batch when a dimension is lost on the way."""

    def log_of_sum(values):
        return values.exp().sum(dim=1).log()

    words = "A largest logit or a sum lost its dimension and met the wrong rows: keepdim=True."
    imitations = [
        lambda logits: logits - log_of_sum(logits),
        lambda logits: logits - _largest(logits) - log_of_sum(logits - _largest(logits)),
        lambda logits: logits - logits.amax(dim=1) - log_of_sum(logits - logits.amax(dim=1)),
        lambda logits: F.log_softmax(logits - logits.amax(dim=1), dim=1),
        lambda logits: logits - logits.amax(dim=1) - _rest(logits),
    ]
    return [Mistake(imitate, words) for imitate in imitations]


def _floors():
    """List what an eps or a clamp gives, for each size one may think of."""
    words = (
        "A floor inside the logarithm (eps or a clamp) changes what is small: "
        "a formula that never makes a 0 needs none."
    )
    sizes = [10.0**-power for power in range(2, 45)]
    sizes += [torch.finfo(torch.float32).eps, torch.finfo(torch.float32).tiny]
    return [
        Mistake(lambda logits, eps=eps: (F.softmax(logits, dim=1) + eps).log(), words)
        for eps in sizes
    ]


def _clamps():
    """List what logits give that were clamped to plus or minus a bound."""
    words = "A clamp changes the differences between the logits: subtract instead."
    return [
        Mistake(lambda logits, b=b: F.log_softmax(logits.clamp(-b, b), dim=1), words)
        for b in (10, 20, 30, 40, 50, 60, 70, 80, 85, 87, 88, 100)
    ]
