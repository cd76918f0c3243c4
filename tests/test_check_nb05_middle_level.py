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
            "from 1": lambda z, t: F.cross_entropy(z, t.squeeze(1).long()),
            "argmax": lambda z, t: F.cross_entropy(z, t.argmax(1)),
            "broadcast": lambda z, t: -F.log_softmax(z, 1)[range(len(t)), t.long() - 1].mean(),
            "softmax before": lambda z, t: F.cross_entropy(F.softmax(z, 1), indices(t)),
            "nll of logits": lambda z, t: F.nll_loss(z, indices(t)),
            "sum": lambda z, t: F.cross_entropy(z, indices(t), reduction="sum"),
            "over all": lambda z, t: F.cross_entropy(z, indices(t)) / z.shape[1],
            "dim 0": lambda z, t: F.nll_loss(F.log_softmax(z, 0), indices(t)),
            "minus": lambda z, t: -F.cross_entropy(z, indices(t)),
            "floats": lambda z, t: F.cross_entropy(z, t.squeeze(1) - 1),
            "still a column": lambda z, t: F.cross_entropy(z, t.long() - 1),
            "squeezed too far": lambda z, t: F.cross_entropy(z, t.squeeze().long() - 1),
            "item": lambda z, t: F.cross_entropy(z, indices(t)).item(),
            "in place": changes_labels,
            "no gradient": lambda z, t: F.cross_entropy(z.detach(), indices(t)),
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
            "falls": lambda c: (c[1:] < c[:-1]).sum(),
            "ties": lambda c: (c[1:] >= c[:-1]).sum(),
            "first cost": lambda c: (c[1:] > c[0]).sum(),
            "roll": lambda c: (c > c.roll(1)).sum(),
            "where": lambda c: ups(c).nonzero()[0, 0],
            "which epoch": lambda c: ups(c).nonzero()[0, 0] + 1,
            "updates": lambda c: torch.tensor(len(ups(c))),
            "two apart": lambda c: (c[2:] > c[:-2]).sum(),
            "without the first": lambda c: ups(c)[1:].sum(),
            "without the last": lambda c: ups(c)[:-1].sum(),
            "smallest so far": lambda c: (c[1:] > c.cummin(0).values[:-1]).sum(),
            "peaks": lambda c: (ups(c)[:-1] & ~ups(c)[1:]).sum(),
            "one too many": lambda c: ups(c).sum() + 1,
            "share": lambda c: ups(c).float().mean(),
            "item": lambda c: ups(c).sum().item(),
            "unsummed": ups,
            "dtype": lambda c: ups(c).sum().float(),
            "every hundredth": lambda c: ups(c[::100]).sum(),
            "return in the loop": return_in_the_loop,
            "sum of changes": lambda c: c.diff().sum(),
            "one index too far": (
                lambda c: torch.tensor(sum(bool(c[i + 1] > c[i]) for i in range(len(c))))
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
