"""The checks of notebook 11, and answers that students give."""

import torch
import torch.nn.functional as F

from lab06 import check


def true(z, y):
    """The loss of each sample."""
    return -F.log_softmax(z, dim=1)[range(len(y)), y]


def weighted(z, y, w):
    return (w[y] * true(z, y)).sum() / w[y].sum()


def weighted_by_loop(z, y, w):
    above, below = 0, 0
    for row, label in zip(z, y, strict=True):
        above = above + w[label] * (row.logsumexp(0) - row[label])
        below = below + w[label]
    return above / below


def weighted_by_one_hot(z, y, w):
    factors = F.one_hot(y, z.shape[1]).to(z.dtype) * w
    return -(factors * F.log_softmax(z, dim=1)).sum() / factors.sum()


def weighted_by_gather(z, y, w):
    factors = w.gather(0, y)
    shares = factors / factors.sum()
    return -(shares * z.log_softmax(1).gather(1, y.unsqueeze(1)).squeeze(1)).sum()


def changes_weight(z, y, w):
    w /= w.sum()
    return weighted(z, y, w)


def last_alone(z, y, w):
    for row, label in zip(z, y, strict=True):
        cost = -w[label] * F.log_softmax(row, 0)[label]
    return cost / w[y].sum()


def targets(z, y, s):
    return (1 - s) * F.one_hot(y, z.shape[1]) + s / z.shape[1]


def soft(z, q):
    return -(q * F.log_softmax(z, dim=1)).sum(dim=1).mean()


def smoothed_in_two_parts(z, y, s):
    """A share of the usual cost, and a share of the mean over all classes."""
    return (1 - s) * true(z, y).mean() - s * F.log_softmax(z, dim=1).mean()


def smoothed_by_full(z, y, s):
    C = z.shape[1]
    q = torch.full_like(z, s / C)
    q[range(len(y)), y] += 1 - s
    return -(q * (z - z.logsumexp(1, keepdim=True))).sum() / len(z)


def smoothed_by_scatter(z, y, s):
    q = torch.zeros_like(z).scatter_(1, y.unsqueeze(1), 1 - s) + s / z.shape[1]
    return -(q * z.log_softmax(1)).sum(1).mean()


def others_only(z, y, s):
    q = torch.full_like(z, s / (z.shape[1] - 1))
    q[range(len(y)), y] = 1 - s
    return soft(z, q)


def without_own_share(z, y, s):
    q = torch.full_like(z, s / z.shape[1])
    q[range(len(y)), y] = 1 - s
    return soft(z, q)


def hot(z, y):
    return F.one_hot(y, z.shape[1])


Z, Y = torch.tensor([[2.0, 0.5, -1.0], [0.0, 3.0, 1.0]]), torch.tensor([0, 2])
W = torch.tensor([1.0, 3.0, 4.0])
weight = torch.tensor([1.0, 1.0, 4.0])  # as the notebook left it behind

CATALOGUE = {
    check.weighted_cross_entropy: {
        "stub": lambda logits, y, weight: ...,
        "wrong": {
            "divided by N": lambda z, y, w: (w[y] * true(z, y)).mean(),
            "divided by the classes' weights": lambda z, y, w: (w[y] * true(z, y)).sum() / w.sum(),
            "sum": lambda z, y, w: (w[y] * true(z, y)).sum(),
            "divided by C": lambda z, y, w: (w[y] * true(z, y)).sum() / z.shape[1],
            "mean over everything": (lambda z, y, w: -(w * hot(z, y) * F.log_softmax(z, 1)).mean()),
            "no weights": lambda z, y, w: true(z, y).mean(),
            "weights below only": lambda z, y, w: true(z, y).sum() / w[y].sum(),
            "divided twice": lambda z, y, w: (w[y] * true(z, y)).mean() / w[y].sum(),
            "divided by the mean factor": (lambda z, y, w: (w[y] * true(z, y)).sum() / w[y].mean()),
            "sign": lambda z, y, w: -weighted(z, y, w),
            "sign, by N": lambda z, y, w: -(w[y] * true(z, y)).mean(),
            "sign, sum": lambda z, y, w: -(w[y] * true(z, y)).sum(),
            "one per sample": lambda z, y, w: w[y] * true(z, y),
            "one per sample, shared": lambda z, y, w: w[y] * true(z, y) / w[y].sum(),
            "divides the losses": lambda z, y, w: (true(z, y) / w[y]).mean(),
            "inverse weights": lambda z, y, w: weighted(z, y, 1 / w),
            "weight in the order of the classes": lambda z, y, w: (w * true(z, y)).mean(),
            "the same, other order": lambda z, y, w: (true(z, y) * w).sum() / w.sum(),
            "weights the logits": lambda z, y, w: true(w * z, y).mean(),
            "inside the logarithm": (
                lambda z, y, w: -(w[y] * F.softmax(z, 1)[range(len(y)), y]).log().mean()
            ),
            "no logarithm": (
                lambda z, y, w: -(w[y] * F.softmax(z, 1)[range(len(y)), y]).sum() / w[y].sum()
            ),
            "columns": lambda z, y, w: -(w[y] * F.log_softmax(z, 1)[:, y]).mean(),
            "all classes": lambda z, y, w: -(w * F.log_softmax(z, 1)).sum(dim=1).mean(),
            "factor of the guess": (
                lambda z, y, w: (w[z.argmax(1)] * true(z, y)).sum() / w[z.argmax(1)].sum()
            ),
            "guess for truth": lambda z, y, w: weighted(z, z.argmax(1), w),
            "guess, factor of the truth": (
                lambda z, y, w: -(w[y] * F.log_softmax(z, 1).amax(1)).sum() / w[y].sum()
            ),
            "labels from 1": lambda z, y, w: weighted(z, (y - 1) % z.shape[1], w),
            "softmax twice": lambda z, y, w: weighted(F.softmax(z, 1), y, w),
            "dim 0": (
                lambda z, y, w: -(w[y] * F.log_softmax(z, 0)[range(len(y)), y]).sum() / w[y].sum()
            ),
            "log of softmax": (
                lambda z, y, w: -(w[y] * F.softmax(z, 1)[range(len(y)), y].log()).sum() / w[y].sum()
            ),
            "no softmax": lambda z, y, w: -(w[y] * z[range(len(y)), y]).sum() / w[y].sum(),
            "plus": lambda z, y, w: (w[y] + true(z, y)).sum() / w[y].sum(),
            "bits": lambda z, y, w: weighted(z, y, w) / torch.tensor(2.0).log(),
            "the last alone": last_alone,
            "the notebook's weight": lambda z, y, w: (weight[y] * true(z, y)).sum() / w[y].sum(),
            "hard-coded": lambda z, y, w: F.cross_entropy(Z, Y, W) + 0 * z.sum(),
            "item": lambda z, y, w: weighted(z, y, w).item(),
            "detached": lambda z, y, w: weighted(z.detach(), y, w),
            "changes weight": changes_weight,
            "no return": lambda z, y, w: None,
            "torch": lambda z, y, w: F.cross_entropy(z, y, weight=w),
        },
        "right": {
            "indexing": weighted,
            "loop": weighted_by_loop,
            "one-hot": weighted_by_one_hot,
            "gather": weighted_by_gather,
        },
    },
    check.smoothed_cross_entropy: {
        "stub": lambda logits, y, smoothing: ...,
        "wrong": {
            "others only": others_only,
            "without its own share": without_own_share,
            "not shared": lambda z, y, s: soft(z, (1 - s) * hot(z, y) + s),
            "shared by C - 1": (
                lambda z, y, s: soft(z, (1 - s) * hot(z, y) + s / (z.shape[1] - 1))
            ),
            "nothing taken": lambda z, y, s: soft(z, hot(z, y) + s / z.shape[1]),
            "nothing given": lambda z, y, s: soft(z, (1 - s) * hot(z, y)),
            "not smoothed": lambda z, y, s: soft(z, hot(z, y)),
            "swapped": lambda z, y, s: soft(z, s * hot(z, y) + (1 - s) / z.shape[1]),
            "shared by N": lambda z, y, s: soft(z, (1 - s) * hot(z, y) + s / len(z)),
            "shared by 3": lambda z, y, s: soft(z, (1 - s) * hot(z, y) + s / 3),
            "subtracted": lambda z, y, s: soft(z, (1 - s) * hot(z, y) - s / z.shape[1]),
            "divergence": (
                lambda z, y, s: F.kl_div(
                    F.log_softmax(z, 1), targets(z, y, s).to(z.dtype), reduction="batchmean"
                )
            ),
            "roles swapped": (
                lambda z, y, s: -(F.softmax(z, 1) * targets(z, y, s).log()).sum(1).mean()
            ),
            "smooths the prediction": (
                lambda z, y, s: (
                    -((1 - s) * F.softmax(z, 1) + s / z.shape[1])[range(len(y)), y].log().mean()
                )
            ),
            "mean over everything": (
                lambda z, y, s: -(targets(z, y, s) * F.log_softmax(z, 1)).mean()
            ),
            "sum": lambda z, y, s: -(targets(z, y, s) * F.log_softmax(z, 1)).sum(),
            "sign": lambda z, y, s: -soft(z, targets(z, y, s)),
            "one per sample": lambda z, y, s: -(targets(z, y, s) * F.log_softmax(z, 1)).sum(1),
            "divided by C": (
                lambda z, y, s: -(targets(z, y, s) * F.log_softmax(z, 1)).sum() / z.shape[1]
            ),
            "bits": lambda z, y, s: soft(z, targets(z, y, s)) / torch.tensor(2.0).log(),
            "no logarithm": lambda z, y, s: -(targets(z, y, s) * F.softmax(z, 1)).sum(1).mean(),
            "no softmax": lambda z, y, s: -(targets(z, y, s) * z).sum(1).mean(),
            "softmax twice": lambda z, y, s: soft(F.softmax(z, 1), targets(z, y, s)),
            "dim 0": (lambda z, y, s: -(targets(z, y, s) * F.log_softmax(z, 0)).sum(1).mean()),
            "log of softmax": (
                lambda z, y, s: -(targets(z, y, s) * F.softmax(z, 1).log()).sum(1).mean()
            ),
            "guess for truth": lambda z, y, s: soft(z, targets(z, z.argmax(1), s)),
            "labels from 1": lambda z, y, s: soft(z, targets(z, (y - 1) % z.shape[1], s)),
            "narrow one-hot": (lambda z, y, s: soft(z, (1 - s) * F.one_hot(y) + s / z.shape[1])),
            "item": lambda z, y, s: soft(z, targets(z, y, s)).item(),
            "always 0.1": lambda z, y, s: soft(z, targets(z, y, 0.1)),
            "torch": lambda z, y, s: F.cross_entropy(z, y, label_smoothing=s),
            "torch, soft targets": lambda z, y, s: F.cross_entropy(z, targets(z, y, s).to(z)),
        },
        "right": {
            "one-hot": lambda z, y, s: soft(z, targets(z, y, s)),
            "two parts": smoothed_in_two_parts,
            "written in place": smoothed_by_full,
            "scatter": smoothed_by_scatter,
        },
    },
}
