"""The checks of notebook 05, and answers that students give."""

import torch
import torch.nn.functional as F

from lab06 import check


def indices(labels):
    return labels.squeeze(1).long() - 1


def loop_over_labels(logits, labels):
    total = 0
    for row, label in zip(logits, labels, strict=True):
        total = total + row.logsumexp(0) - row[int(label) - 1]
    return total / len(logits)


def changes_labels(logits, labels):
    labels -= 1
    return F.cross_entropy(logits, labels.squeeze(1).long())


def float_rows(logits, labels):
    rows = F.one_hot(indices(labels), logits.shape[1])
    return F.cross_entropy(logits, rows.to(logits.dtype))


def in_place_on_a_copy(logits, labels):
    y = labels.clone().squeeze_(1).sub_(1).to(torch.int64)
    return F.nll_loss(F.log_softmax(logits, dim=1), y)


def ups(costs):
    return costs[1:] > costs[:-1]


def loop_rises(costs):
    count = 0
    for epoch in range(1, len(costs)):
        if costs[epoch] > costs[epoch - 1]:
            count += 1
    return torch.tensor(count)


def return_in_the_loop(costs):
    count = torch.tensor(0)
    for before, after in zip(costs, costs[1:], strict=False):
        return count + (after > before)


def in_place_rises(costs):
    before, steps = costs[:-1], costs[1:].clone()
    steps -= before
    return torch.count_nonzero(steps > 0)


CATALOGUE = {
    check.column_labels: {
        "stub": lambda logits, labels: ...,
        "wrong": {
            "from 1": (
                lambda z, t: F.cross_entropy(z, t.squeeze(1).long()),
                "counts the classes from 0",
            ),
            "argmax": (lambda z, t: F.cross_entropy(z, t.argmax(1)), "every sample became class 0"),
            "broadcast": (
                lambda z, t: -F.log_softmax(z, 1)[range(len(t)), t.long() - 1].mean(),
                "was broadcast to (N, N)",
            ),
            "softmax before": (
                lambda z, t: F.cross_entropy(F.softmax(z, 1), indices(t)),
                "with nothing before it",
            ),
            "nll of logits": (lambda z, t: F.nll_loss(z, indices(t)), "takes log-probabilities"),
            "sum": (
                lambda z, t: F.cross_entropy(z, indices(t), reduction="sum"),
                "the sum over the samples",
            ),
            "over all": (
                lambda z, t: F.cross_entropy(z, indices(t)) / z.shape[1],
                "the mean over all N",
            ),
            "dim 0": (
                lambda z, t: F.nll_loss(F.log_softmax(z, 0), indices(t)),
                "runs along dim 0",
            ),
            "minus": (lambda z, t: -F.cross_entropy(z, indices(t)), "The sign is missing"),
            "floats": (
                lambda z, t: F.cross_entropy(z, t.squeeze(1) - 1),
                ".long() makes int64 of floats",
            ),
            "still a column": (
                lambda z, t: F.cross_entropy(z, t.long() - 1),
                "RuntimeError: 0D or",
            ),
            "squeezed too far": (
                lambda z, t: F.cross_entropy(z, t.squeeze().long() - 1),
                "squeeze() takes every dimension of size 1 away",
            ),
            "item": (
                lambda z, t: F.cross_entropy(z, indices(t)).item(),
                "a tensor was expected, got float",
            ),
            "in place": (changes_labels, "changed its argument labels"),
            "no gradient": (
                lambda z, t: F.cross_entropy(z.detach(), indices(t)),
                "the gradient by logits is lost",
            ),
        },
        "right": {
            "squeeze": lambda z, t: F.cross_entropy(z, indices(t)),
            "column 0": lambda z, t: F.cross_entropy(z, (t[:, 0] - 1).long()),
            "flatten": lambda z, t: F.cross_entropy(z, t.flatten().to(torch.int64) - 1),
            "loop": loop_over_labels,
            "float rows": float_rows,
            "gather": lambda z, t: -F.log_softmax(z, 1).gather(1, t.long() - 1).mean(),
            "in place on a copy": in_place_on_a_copy,
        },
    },
    check.rises: {
        "stub": lambda costs: ...,
        "wrong": {
            "falls": (lambda c: (c[1:] < c[:-1]).sum(), "how often it fell"),
            "ties": (lambda c: (c[1:] >= c[:-1]).sum(), "stays the same has not risen"),
            "first cost": (lambda c: (c[1:] > c[0]).sum(), "compare with the first cost"),
            "roll": (lambda c: (c > c.roll(1)).sum(), "the first cost with the last one"),
            "where": (lambda c: ups(c).nonzero()[0, 0], "when it rose first"),
            "which epoch": (lambda c: ups(c).nonzero()[0, 0] + 1, "the first epoch with a higher"),
            "updates": (lambda c: torch.tensor(len(ups(c))), "the number of all updates"),
            "two apart": (lambda c: (c[2:] > c[:-2]).sum(), "two updates apart"),
            "without the first": (lambda c: ups(c)[1:].sum(), "The first update is left out"),
            "without the last": (lambda c: ups(c)[:-1].sum(), "The last update is left out"),
            "smallest so far": (
                lambda c: (c[1:] > c.cummin(0).values[:-1]).sum(),
                "the smallest cost so far",
            ),
            "peaks": (lambda c: (ups(c)[:-1] & ~ups(c)[1:]).sum(), "the number of peaks"),
            "one too many": (lambda c: ups(c).sum() + 1, "That is one too many"),
            "share": (lambda c: ups(c).float().mean(), "the share of the updates"),
            "item": (lambda c: ups(c).sum().item(), "it has left the tensors"),
            "unsummed": (ups, "expected shape (), got (8,)"),
            "dtype": (lambda c: ups(c).sum().float(), "float32: 4. The numbers are right"),
            "every hundredth": (lambda c: ups(c[::100]).sum(), "too few epochs"),
            "return in the loop": (return_in_the_loop, "stand inside the loop"),
            "sum of changes": (lambda c: c.diff().sum(), "You add up the changes"),
            "one index too far": (
                lambda c: torch.tensor(sum(bool(c[i + 1] > c[i]) for i in range(len(c)))),
                "the last has the index n - 1",
            ),
        },
        "right": {
            "torch": lambda c: (c[1:] > c[:-1]).sum(),
            "diff": lambda c: torch.count_nonzero(c.diff() > 0),
            "loop": loop_rises,
            "in place on a copy": in_place_rises,
            "einsum": lambda c: torch.einsum("e->", ups(c).long()),
        },
    },
}
