"""Well-known mistakes that several exercises share: what each gives, and the words that name it."""

import math

import torch
import torch.nn.functional as F

from lab06.check._values import listed

TWICE = "Softmax was applied twice: once is enough."
DIM_0 = "Your softmax runs along dim 0, over the samples: the classes lie along dim 1."
LOG = "That is the logarithm of the probabilities."
SIGMOID = "That is the sigmoid of each logit alone: the classes of a row share one softmax."
OVERFLOW = "exp overflows: subtract the largest logit first, which changes no probability."
WHOLE_MAXIMUM = (
    "You subtract the largest logit of the whole tensor, and for rows far below it every exp "
    "becomes 0: take the largest of each row."
)
CLAMP = "A clamp changes the differences between the logits: subtract instead."
FLOOR = (
    "A floor inside the logarithm (eps or a clamp) changes small probabilities: do without it, by "
    "log_softmax where p may become 0."
)
COLUMNS = "You take the columns y of all rows: each row has one true class, at its own place."
OFF_BY_ONE = "Your labels are off by one: classes count from 0."
MOST_PROBABLE = "You take the most probable class of each row for the true one, which is in y."
SIGN = "The sign is lost: the logarithm of a probability is at most 0, a cost at least 0."


def share(weights, dim=1):
    """Divide weights by their sum."""
    return weights / weights.sum(dim=dim, keepdim=True)


def naive_softmax(logits, dim=1):
    """Overflow where logits are large."""
    return share(logits.exp(), dim)


def whole_maximum(logits, dim=1):
    """Subtract the largest logit of all, where each row has its own."""
    return share((logits - logits.max()).exp(), dim)


def one_hot_rows(logits, y):
    return F.one_hot(y, logits.shape[1]).to(logits.dtype)


# A mean cross-entropy makes a table of log-probabilities (N, C) out of the logits, picks one loss
# per sample (N,) from it, and takes their mean. Each step has its own mistakes, and may be written
# in several ways, which differ where a probability overflows or is rounded to 0.


def by_index(log_p, y):
    return -log_p[torch.arange(len(y)), y]


def by_mask(log_p, y):
    return -(one_hot_rows(log_p, y) * log_p).sum(dim=1)


PICKS = [by_index, by_mask]
TABLES = [
    lambda z: F.log_softmax(z, dim=1),
    lambda z: F.softmax(z, dim=1).log(),
    lambda z: naive_softmax(z).log(),
]
EPS = [10.0**-power for power in range(4, 16)]

WRONG_TABLES = {  # made of logits (N, C)
    "A probability was rounded to 0, and its logarithm is infinite: log_softmax takes both steps "
    "in one.": [
        lambda z: F.softmax(z, dim=1).log(),
        lambda z: F.softmax(z.double(), dim=1).log(),
    ],
    WHOLE_MAXIMUM: lambda z: whole_maximum(z).log(),
    OVERFLOW: [lambda z: naive_softmax(z).log(), lambda z: naive_softmax(z.double()).log()],
    DIM_0: [
        lambda z: F.log_softmax(z, dim=0),
        lambda z: F.softmax(z, dim=0).log(),
        lambda z: naive_softmax(z, 0).log(),
    ],
    f"{TWICE} (F.cross_entropy applies it by itself.)": (
        lambda z: F.log_softmax(F.softmax(z, dim=1), dim=1)
    ),
    "The logarithm is missing, and softmax is applied twice.": (
        lambda z: F.softmax(F.softmax(z, dim=1), dim=1)
    ),
    "One softmax runs along dim 0, over the samples, and there is one softmax too many.": (
        lambda z: F.log_softmax(F.softmax(z, dim=0), dim=1)
    ),
    "The logits went in as they are: softmax and logarithm are missing.": lambda z: z,
    "That is the log of the logits, which are not probabilities: softmax is missing.": torch.log,
    SIGMOID: [F.logsigmoid, lambda z: z.sigmoid().log()],
    FLOOR: [
        *(lambda z, eps=eps: (F.softmax(z, dim=1) + eps).log() for eps in EPS),
        *(lambda z, eps=eps: F.softmax(z, dim=1).clamp(min=eps).log() for eps in EPS),
    ],
}
WRONG_PICKS = {  # made of log-probabilities (N, C) and classes y (N,)
    COLUMNS: lambda log_p, y: -log_p[:, y].mean(),
    "That is the prediction measured against itself: the true classes y play no part.": (
        lambda log_p, y: -(log_p.exp() * log_p).sum(dim=1).mean()
    ),
    "All classes count here, true or not: only the true class of a row should.": [
        lambda log_p, y: -log_p.mean(),
        lambda log_p, y: -log_p.sum(dim=1).mean(),
    ],
    MOST_PROBABLE: lambda log_p, y: -log_p.amax(dim=1).mean(),
    OFF_BY_ONE: lambda log_p, y: by_index(log_p, (y - 1) % log_p.shape[1]).mean(),
    "The logarithm met the zeros of a one-hot row: it belongs to the probabilities alone.": (
        lambda log_p, y: -(one_hot_rows(log_p, y) * log_p.exp()).log().sum(dim=1).mean()
    ),
    "The other classes pay for 1 - p here: cross-entropy looks at the true class alone, whose p "
    "already depends on theirs.": [
        lambda log_p, y: of_each_class(log_p, y).sum(dim=1).mean(),
        lambda log_p, y: of_each_class(log_p, y).mean(),
    ],
    "That is a squared difference: cross-entropy takes -log p of the true class.": [
        lambda log_p, y: ((log_p.exp() - one_hot_rows(log_p, y)) ** 2).sum(dim=1).mean(),
        lambda log_p, y: ((log_p.exp() - one_hot_rows(log_p, y)) ** 2).mean(),
    ],
}
WRONG_MEANS = {  # made of the losses (N,) and C
    "That is the mean over all N · C entries: each sample has one loss, so divide by N.": (
        lambda losses, C: losses.mean() / C
    ),
    "That is the sum over the samples: the cost is their mean.": lambda losses, C: losses.sum(),
    "The sum is right, but you divide by the wrong number: there are N samples.": (
        lambda losses, C: losses.sum() / C
    ),
    "You divide by N twice: a mean does it once.": lambda losses, C: losses.mean() / len(losses),
    SIGN: lambda losses, C: -losses.mean(),
    "The sign is lost, and the mean over the N samples is missing.": (
        lambda losses, C: -losses.sum()
    ),
    "Each sample has a cost of its own now: the result is their mean.": [
        lambda losses, C: losses,
        lambda losses, C: losses.unsqueeze(1),
    ],
    "Only the first sample counts: if you use a loop, is the return inside it?": (
        lambda losses, C: losses[0] / len(losses)
    ),
    "Only the last sample counts: if you use a loop, each turn has to add to the sum.": (
        lambda losses, C: losses[-1] / len(losses)
    ),
    "That is the cost in bits: the natural logarithm gives nats.": (
        lambda losses, C: losses.mean() / math.log(2)
    ),
    "That is the logarithm to base 10: the natural one gives nats.": (
        lambda losses, C: losses.mean() / math.log(10)
    ),
    "The logarithm is missing: that is minus the mean probability of the true classes. "
    "(F.nll_loss does not take one either.)": lambda losses, C: -(-losses).exp().mean(),
    "That is the mean probability of the true classes: what is its surprise?": (
        lambda losses, C: (-losses).exp().mean()
    ),
    "That is the simpler idea 1 - p: cross-entropy takes -log p.": (
        lambda losses, C: 1 - (-losses).exp().mean()
    ),
    "That is the log of the mean probability: first take the log of each, then the mean.": (
        lambda losses, C: -(-losses).exp().mean().log()
    ),
    "That is the likelihood of the batch: its logarithm is a sum, and the cost a mean.": (
        lambda losses, C: (-losses).exp().prod()
    ),
    "That is the mean of 1 / p: the surprise is the logarithm of 1 / p.": (
        lambda losses, C: losses.exp().mean()
    ),
    "1 - p is the chance of everything else: the surprise is -log p.": (
        lambda losses, C: -(1 - (-losses).exp()).log().mean()
    ),
}


def of_each_class(log_p, y):
    true = one_hot_rows(log_p, y)
    return -(true * log_p + (1 - true) * (1 - log_p.exp()).log())


def after_each(steps, mistakes):
    """Return the mistakes, made after each of the steps. A step returns their arguments."""
    return {
        words: [
            lambda *case, step=step, imitate=imitate: imitate(*step(*case))
            for step in steps
            for imitate in listed(imitations)
        ]
        for words, imitations in mistakes.items()
    }


def of_picking(tables):
    """Return the mistakes after the table. tables: ways to make one of what is given with y."""
    picks = [lambda z, y, table=table: (table(z), y) for table in tables]
    means = [
        lambda z, y, table=table, pick=pick: (pick(table(z), y), z.shape[1])
        for table in tables
        for pick in PICKS
    ]
    return after_each(picks, WRONG_PICKS) | after_each(means, WRONG_MEANS)


WRONG_COSTS = {
    words: [
        lambda z, y, table=table, pick=pick: pick(table(z), y).mean()
        for table in listed(tables)
        for pick in PICKS
    ]
    for words, tables in WRONG_TABLES.items()
}
COSTS = WRONG_COSTS | of_picking(TABLES)  # made of logits (N, C) and classes y (N,)
