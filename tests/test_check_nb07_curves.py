"""The checks of notebook 07, and answers that students give."""

import torch
import torch.nn.functional as F

from lab06 import check


def yardstick_loop(weight, bias, x, y):
    """Sample by sample, with the log-sum-exp of its logits."""
    total = torch.zeros((), dtype=x.dtype)
    for sample, label in zip(x, y, strict=True):
        logits = (sample.unsqueeze(1) * weight).sum(dim=0) + bias
        total += logits.logsumexp(0) - logits[label]
    return total / len(y)


def yardstick_in_place_on_a_copy(weight, bias, x, y):
    logits = torch.einsum("nf,fc->nc", x, weight)
    logits += bias
    logits -= logits.logsumexp(dim=1, keepdim=True)
    return -logits.gather(1, y.unsqueeze(1)).mean()


def naive(weight, bias, x, y):
    return -F.softmax(x @ weight + bias, dim=1)[torch.arange(len(y)), y].log().mean()


def naive_one_hot(weight, bias, x, y):
    rows = F.one_hot(y, weight.shape[1])
    return -(rows * F.softmax(x @ weight + bias, dim=1).log()).sum(dim=1).mean()


def accuracy(weight, bias, x, y):
    return ((x @ weight + bias).argmax(dim=1) == y).float().mean()


def over_all(weight, bias, x, y):
    rows = F.one_hot(y, weight.shape[1])
    return -(rows * F.log_softmax(x @ weight + bias, dim=1)).mean()


def own_bias_only(weight, bias, x, y):
    """Adds the bias class by class, which a shared one does not have."""
    logits = x @ weight
    for column in range(weight.shape[1]):
        logits[:, column] += bias[column]
    return F.cross_entropy(logits, y)


def bias_in_place(weight, bias, x, y):
    bias += 1
    return F.cross_entropy(x @ weight + bias, y)


def settled_loop(costs, level):
    for epoch in range(len(costs)):
        if (costs[epoch:] < level).all():
            return torch.tensor(epoch)
    return torch.tensor(len(costs))


def settled_backwards(costs, level):
    epoch = len(costs)
    while epoch > 0 and costs[epoch - 1] < level:
        epoch -= 1
    return torch.tensor(epoch)


def settled_by_index(costs, level):
    above = (costs >= level).nonzero().flatten()
    return above[-1] + 1 if len(above) else torch.tensor(0)


def never_is(value):
    """Build an answer that is right but for a cost that never settles."""

    def answer(costs, level):
        epoch = settled_loop(costs, level)
        return torch.tensor(value(costs)) if epoch == len(costs) else epoch

    return answer


def zigzag_only(costs, level):
    """Looks at the next epoch only."""
    for epoch in range(len(costs) - 1):
        if costs[epoch] < level and costs[epoch + 1] < level:
            return torch.tensor(epoch)
    return torch.tensor(len(costs))


def first_below(costs, level):
    for epoch, cost in enumerate(costs):
        if cost < level:
            return torch.tensor(epoch)
    return torch.tensor(len(costs))


def below_so_far(costs, level):
    """Looks at the costs before an epoch, of which the first has none."""
    for epoch in range(len(costs)):
        if (costs[:epoch] < level).all():
            return torch.tensor(epoch)
    return torch.tensor(len(costs))


def but_the_first(costs, level):
    for epoch in range(1, len(costs)):
        if (costs[epoch:] < level).all():
            return torch.tensor(epoch)
    return torch.tensor(len(costs))


def but_the_last(costs, level):
    for epoch in range(len(costs) - 1):
        if (costs[epoch:] < level).all():
            return torch.tensor(epoch)
    return torch.tensor(len(costs))


CATALOGUE = {
    check.yardstick: {
        "stub": lambda weight, bias, x, y: ...,
        "wrong": {
            "doubled": lambda w, b, x, y: F.cross_entropy(F.softmax(x @ w + b, 1), y),
            "no bias": lambda w, b, x, y: F.cross_entropy(x @ w, y),
            "sum": lambda w, b, x, y: F.cross_entropy(x @ w + b, y, reduction="sum"),
            "accuracy": accuracy,
            "mistakes": lambda *case: 1 - accuracy(*case),
            "transposed": lambda w, b, x, y: F.cross_entropy(x @ w.T + b, y),
            "over all": over_all,
            "minus": lambda w, b, x, y: -F.cross_entropy(x @ w + b, y),
            "no log": lambda w, b, x, y: F.nll_loss(F.softmax(x @ w + b, 1), y),
            "dim 0": lambda w, b, x, y: F.nll_loss(F.log_softmax(x @ w + b, 0), y),
            "log of mean": (
                lambda w, b, x, y: -F.softmax(x @ w + b, 1)[torch.arange(len(y)), y].mean().log()
            ),
            "naive": naive,
            "none": lambda w, b, x, y: F.cross_entropy(x @ w + b, y, reduction="none"),
            "float": lambda w, b, x, y: F.cross_entropy(x @ w + b, y).item(),
            "bias on the weights": lambda w, b, x, y: F.cross_entropy(x @ (w + b), y),
            "nll of logits": lambda w, b, x, y: F.nll_loss(x @ w + b, y),
            "all rows": lambda w, b, x, y: -F.log_softmax(x @ w + b, 1)[:, y].mean(),
            "eps": (
                lambda w, b, x, y: -(F.softmax(x @ w + b, 1)[range(len(y)), y] + 1e-8).log().mean()
            ),
            "clamp": (
                lambda w, b, x, y: (
                    -F.softmax(x @ w + b, 1)[range(len(y)), y].clamp(1e-12).log().mean()
                )
            ),
            "one-hot": naive_one_hot,
            "own bias only": own_bias_only,
            "in place": bias_in_place,
        },
        "right": {
            "torch": lambda w, b, x, y: F.cross_entropy(x @ w + b, y),
            "nll": lambda w, b, x, y: F.nll_loss((x @ w + b).log_softmax(-1), y),
            "loop": yardstick_loop,
            "in place on a copy": yardstick_in_place_on_a_copy,
        },
    },
    check.settled: {
        "stub": lambda costs, level: ...,
        "wrong": {
            "the check's own": lambda costs, level: check.nb07_curves.settles(costs, level),
            "never": lambda costs, level: torch.tensor(len(costs)),
            "all at once": (
                lambda costs, level: torch.tensor(0) if costs < level else torch.tensor(1)
            ),
            "first below": first_below,
            "argmax": lambda costs, level: (costs < level).int().argmax(),
            "last above": lambda costs, level: (costs >= level).nonzero()[-1, 0],
            "one too late": lambda c, level: settled_loop(c, level) + 1,
            "counts": lambda c, level: (c < level).sum(),
            "counts above": lambda c, level: (c >= level).sum(),
            "equal": lambda c, level: settled_loop(c, level + 1e-6),
            "lowest": lambda c, level: c.argmin(),
            "minus one": never_is(lambda c: -1),
            "zero": never_is(lambda c: 0),
            "the last": never_is(lambda c: len(c) - 1),
            "nothing above": lambda c, level: (c >= level).nonzero()[-1, 0] + 1,
            "two in a row": zigzag_only,
            "int": lambda c, level: int(settled_loop(c, level)),
            "float": lambda c, level: settled_loop(c, level).float(),
            "the cost": lambda c, level: c[settled_loop(c, level)],
            "last below": lambda c, level: (c < level).nonzero()[-1, 0],
            "from the left": below_so_far,
            "never the first": but_the_first,
            "never the last": but_the_last,
        },
        "right": {
            "loop": settled_loop,
            "backwards": settled_backwards,
            "by index": settled_by_index,
            "cumprod": lambda c, level: len(c) - (c < level).flip(0).long().cumprod(0).sum(),
            "suffix maximum": lambda c, level: (c.flip(0).cummax(0).values >= level).sum(),
        },
    },
}
