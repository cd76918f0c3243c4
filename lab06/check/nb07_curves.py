"""The exercises of notebook 07: a yardstick, and when a curve has settled."""

import torch
import torch.nn.functional as F

from lab06.check import _mistakes as m
from lab06.check._judge import judge, judged


def share_right(weight, bias, x, y):
    return ((x @ weight + bias).argmax(dim=1) == y).double().mean()


YARDSTICK = {
    "That is the cost without the bias: add it to the logits.": (
        lambda weight, bias, x, y: F.cross_entropy(x @ weight, y)
    ),
    "The weight was transposed: it is (D, C) already, one column per class.": (
        lambda weight, bias, x, y: F.cross_entropy(x @ weight.T + bias, y)
    ),
    "The bias was added to the weights: it belongs to the logits, after the product.": (
        lambda weight, bias, x, y: F.cross_entropy(x @ (weight + bias), y)
    ),
    "F.nll_loss takes log-probabilities, and these are logits: which function takes those?": (
        lambda weight, bias, x, y: F.nll_loss(x @ weight + bias, y)
    ),
    "That is the accuracy, which says who wins, but not by how much.": share_right,
    "That is the share of mistakes, which says who wins, but not by how much.": (
        lambda *case: 1 - share_right(*case)
    ),
    **m.after_each([lambda weight, bias, x, y: (x @ weight + bias, y)], m.COSTS),
}


@judged
def yardstick(answer):
    """Check a function my_yardstick(weight, bias, x, y) for weight (D, C) and x (N, D)."""
    square = torch.tensor([[2.0, 0.0], [1.0, -1.0]])
    wide = torch.tensor([[1.0, 0.0, -1.0], [0.5, 2.0, 0.0]])
    three = torch.tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    four = torch.tensor([[1.0, 2.0], [0.0, 1.0], [2.0, -1.0], [3.0, 0.5]])
    labels = torch.tensor([2, 0, 1, 0])
    cases = [
        (square, torch.tensor([0.5, 0.0]), three, torch.tensor([0, 1, 0])),
        (wide, torch.tensor([0.5, 0.0, -1.0]), four, labels),
        (wide, torch.tensor([0.7]), four, labels),
        (wide, torch.zeros(3), four[:1], labels[:1]),
        (100 * wide, torch.zeros(3), four, labels),
        (1e4 * wide, torch.zeros(3), four, labels),
        (wide.double(), torch.zeros(1).double(), four.double(), labels),
    ]
    cases = [dict(zip(("weight", "bias", "x", "y"), case, strict=True)) for case in cases]
    right = [lambda weight, bias, x, y: F.cross_entropy(x @ weight + bias, y)]
    judge(answer, right, cases, YARDSTICK)
    return "Any run can be measured with it, whatever cost it minimised."


def stays(below):
    """Return the first epoch from which `below` stays true, or the number of epochs."""
    return len(below) - below.flip(0).long().cumprod(0).sum()


def settles(costs, level):
    return stays(costs < level)


def unless(place, value):
    """Make an answer that is right, but for costs that settle in epoch place(costs)."""

    def imitate(costs, level):
        epoch = settles(costs, level)
        return torch.tensor(value(costs)) if epoch == place(costs) else epoch

    return imitate


def two_in_a_row(costs):
    """Return the larger cost of each epoch and the next."""
    return F.pad(costs[:-1].maximum(costs[1:]), (0, 1), value=torch.inf)


def first_below(costs, level):
    return torch.tensor([*(costs < level).tolist(), True].index(True))


SETTLED = {
    "It never settles here: return len(costs) for that.": unless(len, lambda costs: -1),
    "It never settles here, and 0 would mean from the start: return len(costs) for that.": (
        unless(len, lambda costs: 0)
    ),
    "It never settles here, and the last epoch is not below either: return len(costs).": (
        unless(len, lambda costs: len(costs) - 1)
    ),
    "Here the last epoch is the only one that is below for good, and it counts, too.": (
        unless(lambda costs: len(costs) - 1, len)
    ),
    "Here the first epoch is below for good, and it counts, too: its number is 0.": (
        unless(lambda costs: 0, lambda costs: 1)
    ),
    "A cost equal to the level is not below it.": lambda costs, level: stays(costs <= level),
    "That is the first epoch below the level, but the cost comes back up after it.": [
        first_below,
        lambda costs, level: (costs < level).nonzero()[0, 0],
        lambda costs, level: (costs < level).int().argmax(),
        lambda costs, level: first_below(two_in_a_row(costs), level),
    ],
    "That is the last epoch that is not below: the stretch you want begins after it.": (
        lambda costs, level: (costs >= level).nonzero()[-1, 0]
    ),
    "That is the last epoch below the level: where does the stretch that ends there begin?": (
        lambda costs, level: (costs < level).nonzero()[-1, 0]
    ),
    "One too many: count the epochs from 0, as the run does.": (
        lambda costs, level: settles(costs, level) + 1
    ),
    "That counts the epochs below the level: the question is when, not how many.": (
        lambda costs, level: (costs < level).sum()
    ),
    "That counts the epochs that are not below: the question is when, not how many.": (
        lambda costs, level: (costs >= level).sum()
    ),
    "That is the epoch of the lowest cost, whatever the level.": lambda costs, _: costs.argmin(),
    "0 would mean below the level from the start, and the first cost is not.": (
        lambda costs, level: torch.tensor(0)
    ),
    "len(costs) is for a cost that never settles: this one does.": (
        lambda costs, level: torch.tensor(len(costs))
    ),
    "That is the cost at that epoch: the question is which epoch it is.": (
        lambda costs, level: costs[settles(costs, level)]
    ),
}


@judged
def settled(answer):
    """Check a function my_first_below(costs, level) for costs (E,)."""
    dips = torch.tensor([3.0, 1.0, 1.2, 1.1, 2.0, 0.8, 0.7, 0.4, 0.6, 0.5])
    cases = [
        (dips, 1.5),
        (torch.tensor([3.0, 2.0, 1.0, 0.5]), 2.5),
        (torch.tensor([3.0, 1.5, 1.0]), 1.5),
        (torch.tensor([1.5, 0.5, 0.7]), 2.0),
        (torch.tensor([3.0, 1.0, 2.0]), 1.5),
        (torch.tensor([3.0, 2.0]), 1.5),
        (torch.tensor([2.0]), 2.0),
        (dips.double().repeat(2), 0.75),
        (torch.tensor([2.0, 1.000001, 0.999999]), 1.0),
        (torch.tensor([3.0, *12 * [0.5], 2.0, 0.5, 0.7]), 1.0),
    ]
    cases = [{"costs": costs, "level": level} for costs, level in cases]
    judge(answer, [settles], cases, SETTLED, dtype=True)
    return "A dip does not count, and neither does a cost that comes back up at the end."
