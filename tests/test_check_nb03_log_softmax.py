"""The checks of notebook 03, and answers that students give."""

import torch
import torch.nn.functional as F

from lab06 import check
from lab06.losses import log_softmax, one_hot


def largest(z):
    return z.amax(dim=1, keepdim=True)


def log_of_sum(z):
    return z.exp().sum(dim=1, keepdim=True).log()


def by_loop(z):
    """Row by row."""
    rows = []
    for row in z:
        shifted = row - max(row)
        rows.append(shifted - sum(value.exp() for value in shifted).log())
    return torch.stack(rows)


def in_place_on_a_copy(z):
    shifted = z.clone()
    shifted -= largest(z)
    return shifted - log_of_sum(shifted)


def in_place(z):
    z -= largest(z)
    return z - log_of_sum(z)


def maximum_added(z):
    return z - (log_of_sum(z + largest(z)) - largest(z))


def whole_maximum(z):
    shifted = z - z.max()
    return shifted - log_of_sum(shifted)


def no_keepdim(z):
    shifted = z - z.max(dim=1).values
    return shifted - shifted.exp().sum(dim=1).log()


def no_keepdim_in_the_sum(z):
    shifted = z - largest(z)
    return shifted - shifted.exp().sum(dim=1).log()


def detached(z):
    shifted = z - largest(z)
    return shifted - log_of_sum(shifted).detach()


def replaced(z):
    """Put a number where the infinity was."""
    log_p = F.softmax(z, dim=1).log()
    return torch.where(log_p.isinf(), torch.full_like(z, -1e4), log_p)


def columns(z):
    """Shift each column by its largest."""
    shifted = z - z.amax(dim=0, keepdim=True)
    return shifted - log_of_sum(shifted)


def python_sum(z):
    shifted = z - largest(z)
    return shifted - sum(shifted.exp()).log()


def nll_of_the_first(log_p, y):
    """Return from inside the loop."""
    total = 0
    for n in range(len(y)):
        total = total - log_p[n, y[n]]
        return total / len(y)


def nll_of_the_last(log_p, y):
    """Forget what was there, at each turn."""
    for n in range(len(y)):
        total = -log_p[n, y[n]]
    return total / len(y)


def nll_by_loop(log_p, y):
    return -sum(row[true] for row, true in zip(log_p, y, strict=True)) / len(y)


def nll_by_where(log_p, y):
    truth = one_hot(y, log_p.shape[1]).bool()
    return -torch.where(truth, log_p, 0).sum() / len(y)


def nll_by_einsum(log_p, y):
    return -torch.einsum("nc,nc->", one_hot(y, log_p.shape[1]).to(log_p.dtype), log_p) / len(y)


def nll_in_place(log_p, y):
    log_p *= -1
    return log_p[range(len(y)), y].mean()


def true(values, y):
    return values[range(len(y)), y]


# As the notebook left them behind.
scores = torch.tensor([[2.0, 1.0, 0.1], [0.0, 0.0, 0.0]])
log_p = torch.linspace(-2, -1, 15).reshape(3, 5)

CATALOGUE = {
    check.log_softmax: {
        "stub": lambda logits: ...,
        "wrong": {
            "the course's own": lambda z: log_softmax(z, dim=1),
            "log of softmax": lambda z: F.softmax(z, 1).log(),
            "in float64": lambda z: F.softmax(z.double(), 1).log().to(z.dtype),
            "log of the ratio": lambda z: (z.exp() / z.exp().sum(1, True)).log(),
            "no maximum": lambda z: z - log_of_sum(z),
            "maximum added": maximum_added,
            "whole maximum": whole_maximum,
            "whole maximum, put back": lambda z: z - (z.max() + log_of_sum(z - z.max())),
            "eps": lambda z: (F.softmax(z, 1) + 1e-8).log(),
            "large eps": lambda z: (F.softmax(z, 1) + 1e-3).log(),
            "clamp": lambda z: F.softmax(z, 1).clamp(min=1e-30).log(),
            "tiny": lambda z: F.softmax(z, 1).clamp(min=torch.finfo(z.dtype).tiny).log(),
            "no keepdim": no_keepdim,
            "no keepdim in the sum": no_keepdim_in_the_sum,
            "no keepdim in logsumexp": lambda z: z - z.logsumexp(1),
            "dim 0": lambda z: F.log_softmax(z, 0),
            "sum over everything": lambda z: z - (z.exp().sum().log()),
            "softmax": lambda z: F.softmax(z, 1),
            "minus": lambda z: -F.log_softmax(z, 1),
            "log10": lambda z: F.softmax(z, 1).log10(),
            "log10 of the sum": (
                lambda z: z - largest(z) - (z - largest(z)).exp().sum(1, True).log10()
            ),
            "log2": lambda z: F.softmax(z, 1).log2(),
            "log1p": lambda z: F.softmax(z, 1).log1p(),
            "maximum only": lambda z: z - largest(z),
            "maximum inside only": lambda z: z - log_of_sum(z - largest(z)),
            "maximum twice": lambda z: z - largest(z) - (largest(z) + log_of_sum(z - largest(z))),
            "plus": lambda z: z - largest(z) + log_of_sum(z - largest(z)),
            "no log": lambda z: z - largest(z) - (z - largest(z)).exp().sum(1, True),
            "divided": lambda z: z / z.logsumexp(1, True),
            "logsumexp": lambda z: z.logsumexp(1),
            "detached": detached,
            "no gradient": lambda z: F.log_softmax(z, 1).detach(),
            "replaced": replaced,
            "in place": in_place,
            "sum not shifted": lambda z: z - largest(z) - log_of_sum(z),
            "maximum of the column": columns,
            "Python's sum": python_sum,
            "no exp": lambda z: z - largest(z) - (z - largest(z)).sum(1, True),
            "mean": lambda z: z - largest(z) - (z - largest(z)).exp().mean(1, True).log(),
            "sigmoid": lambda z: z.sigmoid().log(),
            "logsumexp, keepdim": lambda z: z.logsumexp(1, True),
            "scores of the notebook": lambda z: scores - scores.logsumexp(1, True),
            "log at the end": (
                lambda z: (z - largest(z) - (z - largest(z)).exp().sum(1, True)).log()
            ),
            "clamp of the logits": lambda z: z.clamp(-80, 80) - log_of_sum(z.clamp(-80, 80)),
            "mean subtracted": lambda z: z - z.mean(1, True) - log_of_sum(z - z.mean(1, True)),
            "hard-coded": lambda z: F.log_softmax(torch.tensor([[2.0, -1.0], [0.5, 1.0]]), 1),
        },
        "right": {
            "torch": lambda z: F.log_softmax(z, dim=1),
            "by hand": lambda z: z - largest(z) - log_of_sum(z - largest(z)),
            "by logsumexp": lambda z: z - z.logsumexp(dim=1, keepdim=True),
            "maximum detached": lambda z: (
                z - largest(z).detach() - log_of_sum(z - largest(z).detach())
            ),
            "loop": by_loop,
            "in place on a copy": in_place_on_a_copy,
            "dtype": lambda z: F.log_softmax(z.float(), 1),
        },
    },
    check.nll_loss: {
        "stub": lambda log_probabilities, y: ...,
        "wrong": {
            "sign": lambda log_p, y: true(log_p, y).mean(),
            "sum": lambda log_p, y: -true(log_p, y).sum(),
            "mean over everything": lambda log_p, y: -(one_hot(y, log_p.shape[1]) * log_p).mean(),
            "divided by C": lambda log_p, y: -true(log_p, y).sum() / log_p.shape[1],
            "columns": lambda log_p, y: -log_p[:, y].mean(),
            "rows": lambda log_p, y: -log_p[y].mean(),
            "swapped": lambda log_p, y: -log_p[y, range(len(y))].mean(),
            "gather along dim 0": lambda log_p, y: -log_p.gather(0, y.unsqueeze(1)).mean(),
            "gather by a row": lambda log_p, y: -log_p.gather(1, y.unsqueeze(0)).mean(),
            "gather without a column": lambda log_p, y: -log_p.gather(1, y).mean(),
            "all classes": lambda log_p, y: -log_p.mean(),
            "argmax": lambda log_p, y: -log_p.max(dim=1).values.mean(),
            "labels from 1": lambda log_p, y: -true(log_p, y - 1).mean(),
            "exp": lambda log_p, y: -true(log_p.exp(), y).mean(),
            "log of the mean": lambda log_p, y: -true(log_p.exp(), y).mean().log(),
            "one-hot": lambda log_p, y: -(one_hot(y, log_p.shape[1]) * log_p).sum(dim=1).mean(),
            "einsum": nll_by_einsum,
            "log again": lambda log_p, y: -true(log_p.log(), y).mean(),
            "softmax": lambda log_p, y: F.nll_loss(F.softmax(log_p, 1), y),
            "cross_entropy": lambda log_p, y: F.cross_entropy(log_p, y),
            "one per sample": lambda log_p, y: -true(log_p, y),
            "item": lambda log_p, y: -true(log_p, y).mean().item(),
            "rebuilt": lambda log_p, y: torch.tensor(F.nll_loss(log_p, y).item()),
            "in place": nll_in_place,
            "sum, no minus": lambda log_p, y: true(log_p, y).sum(),
            "always divided by 3": lambda log_p, y: -true(log_p, y).sum() / 3,
            "not averaged": lambda log_p, y: F.nll_loss(log_p, y, reduction="none"),
            "gathered, not averaged": lambda log_p, y: -log_p.gather(1, y.unsqueeze(1)),
            "return in the loop": nll_of_the_first,
            "loop forgets": nll_of_the_last,
            "y for the row, too": lambda log_p, y: -log_p[y, y].mean(),
            "diagonal": lambda log_p, y: -log_p[range(len(y)), range(len(y))].mean(),
            "log_p of the notebook": lambda log_probabilities, y: -log_p[range(len(y)), y].mean(),
            "torch": F.nll_loss,
            "gather": lambda log_p, y: -log_p.gather(1, y.unsqueeze(1)).squeeze(1).mean(),
            "take_along_dim": lambda log_p, y: -log_p.take_along_dim(y[:, None], dim=1).mean(),
        },
        "right": {
            "indexing": lambda log_p, y: -log_p[range(len(y)), y].mean(),
            "loop": nll_by_loop,
            "where": nll_by_where,
        },
    },
}
