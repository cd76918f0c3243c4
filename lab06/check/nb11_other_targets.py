"""The exercises of notebook 11."""

import math

import torch
import torch.nn.functional as F

from lab06.check import _mistakes as m
from lab06.check._judge import judge, judged


def batches():
    """Small batches: with N = C, a single sample, an absent class, and logits far apart."""
    wave = (torch.arange(24.0) ** 2).sin().reshape(6, 4) * 3
    large = torch.tensor([[1000.0, 960.0, 990.0], [-1000.0, -960.0, -990.0]])
    return [
        (torch.tensor([[2.0, 0.5, -1.0], [0.0, 3.0, 1.0]]), [0, 2]),
        (torch.tensor([[1.0, 0.0, 0.0, 2.0, -1.0]]), [3]),
        (wave, [3, 1, 0, 1, 1, 3]),
        (wave[:4], [2, 0, 0, 1]),
        (large[:1], [1]),
        (large, [1, 0]),
        (wave[:3].double(), [3, 0, 3]),
        (torch.tensor([[200.0, 0.0, 0.0], [0.0, 0.0, -150.0]]), [1, 0]),
    ]


OF_LOSSES = {  # made of the losses and factors of the samples (N,), and of weight (C,)
    "You divide by N: a weighted mean divides by the sum of the samples' factors, weight[y].": (
        lambda losses, f, w: (f * losses).mean()
    ),
    "You divide by the sum of weight, one factor per class: add up the factors of the samples, "
    "weight[y].": lambda losses, f, w: (f * losses).sum() / w.sum(),
    "That is the weighted sum: a mean divides it by the sum of the samples' factors.": (
        lambda losses, f, w: (f * losses).sum()
    ),
    "You divide by C: a weighted mean divides by the sum of the samples' factors, weight[y].": [
        lambda losses, f, w: (f * losses).sum() / len(w),
        lambda losses, f, w: (f * losses).sum() / w.mean() / len(w) ** 2,
    ],
    "That is the mean over all N · C entries: divide by the sum of the samples' factors.": (
        lambda losses, f, w: (f * losses).mean() / len(w)
    ),
    "That is the plain mean: the weights play no part.": lambda losses, f, w: losses.mean(),
    "The factors are below the line only: multiply the losses by them, too.": (
        lambda losses, f, w: losses.sum() / f.sum()
    ),
    "You divide twice, by N and by the sum of the factors: the second is enough.": (
        lambda losses, f, w: (f * losses).mean() / f.sum()
    ),
    "You divide by the mean of the factors: their sum makes it a mean.": (
        lambda losses, f, w: (f * losses).sum() / f.mean()
    ),
    m.SIGN: lambda losses, f, w: -(f * losses).sum() / f.sum(),
    "The sign is lost, and you divide by N: divide by the sum of the samples' factors.": (
        lambda losses, f, w: -(f * losses).mean()
    ),
    "The sign is lost, and the division by the sum of the samples' factors is missing.": (
        lambda losses, f, w: -(f * losses).sum()
    ),
    "Each sample has a cost of its own now: the result is one number.": [
        lambda losses, f, w: f * losses,
        lambda losses, f, w: f * losses / f.sum(),
        lambda losses, f, w: f * losses / f,
    ],
    "You divide each loss by its factor: a class that counts more is multiplied.": [
        lambda losses, f, w: (losses / f).sum() / f.sum(),
        lambda losses, f, w: (losses / f).mean(),
        lambda losses, f, w: (losses / f).sum() / (1 / f).sum(),
    ],
    "weight is in the order of the classes, and the losses in that of the samples: weight[y] "
    "looks up the factor of each sample.": [
        lambda losses, f, w: (w * losses).sum() / w.sum(),
        lambda losses, f, w: (losses * w).sum() / w.sum(),
        lambda losses, f, w: (w * losses).sum() / f.sum(),
        lambda losses, f, w: (losses * w).sum() / f.sum(),
        lambda losses, f, w: (w * losses).mean(),
        lambda losses, f, w: (losses * w).mean(),
    ],
    "The factor is added to the loss: multiply.": (
        lambda losses, f, w: (f + losses).sum() / f.sum()
    ),
    "The weight is inside the logarithm: multiply after it.": [
        lambda losses, f, w: (losses - f.log()).mean(),
        lambda losses, f, w: (losses - f.log()).sum() / f.sum(),
    ],
    "Only the first sample counts: if you use a loop, is the return inside it?": [
        lambda losses, f, w: f[0] * losses[0] / f.sum(),
        lambda losses, f, w: f[0] * losses[0] / f[0],
    ],
    "Only the last sample counts: if you use a loop, each turn has to add to the sum.": [
        lambda losses, f, w: f[-1] * losses[-1] / f.sum(),
        lambda losses, f, w: f[-1] * losses[-1] / f[-1],
    ],
    "The logarithm is missing: those are probabilities.": (
        lambda losses, f, w: -(f * (-losses).exp()).sum() / f.sum()
    ),
    "That is the cost in bits: the natural logarithm gives nats.": (
        lambda losses, f, w: (f * losses).sum() / f.sum() / math.log(2)
    ),
    "That is the logarithm to base 10: the natural one gives nats.": (
        lambda losses, f, w: (f * losses).sum() / f.sum() / math.log(10)
    ),
}


def weighted_mean(losses, factors):
    return (factors * losses).sum() / factors.sum()


WEIGHTED = {
    "The factor is that of the most probable class: each sample has that of its true class.": (
        lambda z, y, w: weighted_mean(m.by_index(F.log_softmax(z, 1), y), w[z.argmax(dim=1)])
    ),
    m.MOST_PROBABLE: [
        lambda z, y, w: weighted_mean(-F.log_softmax(z, 1).amax(dim=1), w[y]),
        lambda z, y, w: F.cross_entropy(z, z.argmax(dim=1), w),
    ],
    m.OFF_BY_ONE: lambda z, y, w: F.cross_entropy(z, (y - 1) % z.shape[1], w),
    "The losses are multiplied by weights, not the logits: softmax takes these as they are.": [
        lambda z, y, w: F.cross_entropy(w * z, y),
        lambda z, y, w: F.cross_entropy(w * z, y, w),
        lambda z, y, w: F.cross_entropy(z * w[y].unsqueeze(1), y),
    ],
    "You take the columns y of all rows, for the losses: each row has one true class.": [
        lambda z, y, w: -(w[y] * F.log_softmax(z, 1)[:, y]).sum() / w[y].sum(),
        lambda z, y, w: -(w[y] * F.log_softmax(z, 1)[:, y]).mean(),
    ],
    "All classes count here, true or not: only the true class of a row should.": [
        lambda z, y, w: -(w * F.log_softmax(z, 1)).sum(dim=1).mean(),
        lambda z, y, w: -(w * F.log_softmax(z, 1)).sum() / w[y].sum(),
        lambda z, y, w: -(w * F.log_softmax(z, 1)).mean(),
    ],
    **{
        words: [
            lambda z, y, w, table=table, pick=pick: weighted_mean(pick(table(z), y), w[y])
            for table in m.listed(tables)
            for pick in m.PICKS
        ]
        for words, tables in m.WRONG_TABLES.items()
    },
    **m.after_each(
        [
            lambda z, y, w, table=table, pick=pick: (pick(table(z), y), w[y], w)
            for table in m.TABLES
            for pick in m.PICKS
        ],
        OF_LOSSES,
    ),
}


@judged
def weighted_cross_entropy(answer):
    """Check a function my_weighted(logits, y, weight): (N, C), (N,), (C,), the weighted mean."""
    weights = [
        [1.0, 3.0, 4.0],
        [2.0, 0.5, 1.0, 5.0, 1.0],
        [0.25, 2.0, 9.0, 1.0],
        [3.0, 1.0, 0.5, 2.0],
        [1.0, 7.0, 2.0],
        [4.0, 1.0, 0.1],
        [1.0, 2.0, 3.0, 0.5],
        [2.0, 5.0, 3.0],
    ]
    cases = [
        {"logits": z, "y": torch.tensor(y), "weight": torch.tensor(weight, dtype=z.dtype)}
        for (z, y), weight in zip(batches(), weights, strict=True)
    ]
    without = {
        "Now by hand, from `F.log_softmax` on, without F.cross_entropy and F.nll_loss.": (
            "cross_entropy nll_loss CrossEntropyLoss NLLLoss"
        )
    }
    judge(answer, [F.cross_entropy], cases, WEIGHTED, gradient=["logits"], without=without)
    return "The samples' factors are above and below the line, so only their ratios matter."


OF_TARGETS = {  # made of one-hot rows t (N, C), the smoothing s and C
    "You share among the other classes only: all C classes get smoothing / C, the true one, too.": (
        lambda t, s, C: (1 - s) * t + s / (C - 1) * (1 - t)
    ),
    "The true class gets no share of what is taken from it, and the rows do not add up to 1: all C "
    "classes get smoothing / C.": lambda t, s, C: (1 - s) * t + s / C * (1 - t),
    "Each class gets all of the smoothing: share it, smoothing / C for each.": (
        lambda t, s, C: (1 - s) * t + s
    ),
    "You divide the smoothing by C - 1, and the rows do not add up to 1: all C classes share it.": (
        lambda t, s, C: (1 - s) * t + s / (C - 1)
    ),
    "Nothing is taken from the true class: 1 - smoothing of its 1 is left.": (
        lambda t, s, C: t + s / C
    ),
    "What is taken from the true class is lost: share it out, smoothing / C for each class.": (
        lambda t, s, C: (1 - s) * t
    ),
    "The smoothing plays no part: those are one-hot targets.": lambda t, s, C: t,
    "The two parts have changed places: 1 - smoothing stays with the true class.": (
        lambda t, s, C: s * t + (1 - s) / C
    ),
    "You share out what stays with the true class, 1 - smoothing: share out the smoothing.": (
        lambda t, s, C: (1 - s) * t + (1 - s) / C
    ),
    "The true class loses its share twice: the others' shares add up to smoothing (C - 1) / C.": (
        lambda t, s, C: (1 - s - s / C) * t + s / C
    ),
    "The shares are subtracted: add smoothing / C to each class.": (
        lambda t, s, C: (1 - s) * t - s / C
    ),
    "The shares are multiplied: add smoothing / C to each class.": lambda t, s, C: (
        (1 - s) * t * s / C
    ),
}


def by_targets(targets):
    """Return the costs of wrong targets, over all ways to make log-probabilities."""
    return [
        lambda z, y, s, table=table: soft_losses(
            table(z), targets(m.one_hot_rows(z, y), s, z.shape[1])
        ).mean()
        for table in m.TABLES
    ]


def soft_losses(log_p, q):
    return -(q * log_p).sum(dim=1)


def smooth(z, y, s):
    return (1 - s) * m.one_hot_rows(z, y) + s / z.shape[1]


def smooth_losses(z, y, s, table=m.TABLES[0]):
    return soft_losses(table(z), smooth(z, y, s))


SMOOTHED = {
    "That is the KL divergence: the entropy of the targets belongs to the cost.": (
        lambda z, y, s: (
            smooth_losses(z, y, s).mean() + torch.xlogy(smooth(z, y, s), smooth(z, y, s)).sum(1)
        ).mean()
    ),
    "Prediction and target have changed places: the logarithm belongs to the prediction.": (
        lambda z, y, s: -(F.softmax(z, 1) * smooth(z, y, s).log()).sum(dim=1).mean()
    ),
    "You smooth the prediction: smooth the targets.": [
        lambda z, y, s: m.by_index(((1 - s) * F.softmax(z, 1) + s / z.shape[1]).log(), y).mean(),
        lambda z, y, s: F.cross_entropy((1 - s) * z + s / z.shape[1], y),
    ],
    m.MOST_PROBABLE: lambda z, y, s: smooth_losses(z, z.argmax(dim=1), s).mean(),
    m.OFF_BY_ONE: lambda z, y, s: smooth_losses(z, (y - 1) % z.shape[1], s).mean(),
    "You share among the N samples: the C classes of a row share the smoothing.": (
        lambda z, y, s: soft_losses(
            F.log_softmax(z, 1), (1 - s) * m.one_hot_rows(z, y) + s / len(z)
        ).mean()
    ),
    **{words: by_targets(targets) for words, targets in OF_TARGETS.items()},
    **{
        words: [
            lambda z, y, s, table=table: smooth_losses(z, y, s, table).mean()
            for table in m.listed(tables)
        ]
        for words, tables in m.WRONG_TABLES.items()
    },
    "The logarithm is missing: softmax gives probabilities, log_softmax their logarithm.": (
        lambda z, y, s: soft_losses(F.softmax(z, 1), smooth(z, y, s)).mean()
    ),
    **m.after_each(
        [
            lambda z, y, s, table=table: (smooth_losses(z, y, s, table), z.shape[1])
            for table in m.TABLES
        ],
        m.WRONG_MEANS,
    ),
}


@judged
def smoothed_cross_entropy(answer):
    """Check a function my_smoothed(logits, y, smoothing): (N, C), (N,), a number from 0 to 1."""
    cases = [
        {"logits": z, "y": torch.tensor(y), "smoothing": smoothing}
        for (z, y), smoothing in zip(
            batches(), (0.1, 0.2, 0.3, 1.0, 0.1, 0.5, 0.25, 0.1), strict=True
        )
    ]
    cases.append({**cases[0], "smoothing": 0.0})
    without = {"Now by hand, without F.cross_entropy.": "cross_entropy CrossEntropyLoss"}
    right = [lambda z, y, s: F.cross_entropy(z, y, label_smoothing=s)]
    judge(answer, right, cases, SMOOTHED, gradient=["logits"], without=without)
    return "Rows of targets that add up to 1, and the mean over the samples."
