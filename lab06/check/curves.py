"""The exercises of notebook 07: a yardstick, and when a curve has settled."""

import torch
import torch.nn.functional as F

from lab06.check._engine import Mistake, examine


def yardstick(answer):
    """Check a function my_yardstick(weight, bias, x, y) for weight (F, C) and x (N, F)."""
    square = torch.tensor([[2.0, 0.0], [1.0, -1.0]])
    wide = torch.tensor([[1.0, 0.0, -1.0], [0.5, 2.0, 0.0]])
    points = torch.tensor([[1.0, 2.0], [0.0, 1.0], [2.0, -1.0], [3.0, 0.5]])
    labels = torch.tensor([2, 0, 1, 0])
    cases = [
        {
            "weight": square,
            "bias": torch.tensor([0.5, 0.0]),
            "x": torch.tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]),
            "y": torch.tensor([0, 1, 0]),
        },
        {"weight": wide, "bias": torch.tensor([0.5, 0.0, -1.0]), "x": points, "y": labels},
        {"weight": wide, "bias": torch.tensor([0.7]), "x": points, "y": labels},
        {"weight": wide, "bias": torch.zeros(3), "x": points[:1], "y": labels[:1]},
        {"weight": 100 * wide, "bias": torch.zeros(3), "x": points, "y": labels},
        {
            "weight": wide.double(),
            "bias": torch.zeros(1).double(),
            "x": points.double(),
            "y": labels,
        },
    ]

    def p(weight, bias, x, y):
        return F.softmax(x @ weight + bias, dim=1)

    def accuracy(weight, bias, x, y):
        return (p(weight, bias, x, y).argmax(dim=1) == y).double().mean()

    def p_true(weight, bias, x, y):
        return p(weight, bias, x, y)[torch.arange(len(y)), y]

    def log_p(weight, bias, x, y):
        return F.log_softmax(x @ weight + bias, dim=1)

    def added(eps):
        return lambda *case: -(p_true(*case) + eps).log().mean()

    def clamped(eps):
        return lambda *case: -p_true(*case).clamp(min=eps).log().mean()

    caps = [
        Mistake(
            cap(10.0**-power),
            "A small number under the logarithm keeps it finite, but wrong: take softmax and "
            "logarithm in one function.",
        )
        for power in range(4, 16)
        for cap in (added, clamped)
    ]
    mistakes = [
        Mistake(
            lambda weight, bias, x, y: F.cross_entropy(x @ weight, y),
            "That is the cost without the bias: it belongs to the logits.",
        ),
        Mistake(
            lambda *case: F.cross_entropy(p(*case), case[-1]),
            "Softmax was applied twice: F.cross_entropy takes logits.",
        ),
        Mistake(
            lambda weight, bias, x, y: F.cross_entropy(x @ weight + bias, y, reduction="sum"),
            "That is the sum over the samples: the yardstick is their mean.",
        ),
        Mistake(
            lambda weight, bias, x, y: F.cross_entropy(x @ weight + bias, y) / weight.shape[1],
            "That is the mean over all N · C entries: each sample has one loss, so divide by N.",
        ),
        Mistake(
            lambda weight, bias, x, y: F.cross_entropy(x @ weight.T + bias, y),
            "The weight was transposed: it is (F, C) already, one column per class.",
        ),
        Mistake(
            lambda weight, bias, x, y: F.cross_entropy(x @ (weight + bias), y),
            "The bias was added to the weights: it belongs to the logits, after the product.",
        ),
        Mistake(
            lambda weight, bias, x, y: F.nll_loss(x @ weight + bias, y),
            "F.nll_loss takes log-probabilities, and these are logits: who takes those?",
        ),
        Mistake(
            lambda *case: -log_p(*case)[:, case[-1]].mean(),
            "[:, y] takes these columns from every row: each row has one true class.",
        ),
        Mistake(accuracy, "That is the accuracy, which says who wins, but not by how much."),
        Mistake(
            lambda *case: 1 - accuracy(*case),
            "That is the share of mistakes, which says who wins, but not by how much.",
        ),
        Mistake(
            lambda weight, bias, x, y: -F.cross_entropy(x @ weight + bias, y),
            "The sign is missing: the logarithm of a probability is negative, a cost is not.",
        ),
        Mistake(
            lambda weight, bias, x, y: F.nll_loss(F.log_softmax(x @ weight + bias, dim=0), y),
            "The softmax runs along dim 0, down the samples: the classes lie along dim 1.",
        ),
        Mistake(
            lambda *case: -p_true(*case).mean(),
            "The logarithm is missing: that is minus the mean probability of the true class.",
        ),
        Mistake(
            lambda *case: -p_true(*case).mean().log(),
            "Mean and logarithm have changed places: first the log of each sample, then the mean.",
        ),
        Mistake(
            lambda *case: -p_true(*case).log().mean(),
            "The softmax has rounded to 0, and its log is infinite: take both in one function.",
        ),
        Mistake(
            lambda *case: -(F.one_hot(case[-1], case[0].shape[1]) * p(*case).log()).sum(1).mean(),
            "The softmax has rounded to 0, and 0 times its log is nan: take both in one function.",
        ),
        *caps,
    ]
    return examine(
        answer,
        lambda weight, bias, x, y: F.cross_entropy(x @ weight + bias, y),
        cases,
        mistakes=mistakes,
        praise="Any run can be measured with it, whatever cost it minimised.",
    )


def settled(answer):
    """Check a function my_first_below(costs, level) for costs (E,)."""
    dips = torch.tensor([3.0, 1.0, 1.2, 1.1, 2.0, 0.8, 0.7, 0.4, 0.6, 0.5])
    cases = [
        {"costs": dips, "level": 1.5},
        {"costs": torch.tensor([3.0, 2.0, 1.0, 0.5]), "level": 2.5},
        {"costs": torch.tensor([3.0, 1.5, 1.0]), "level": 1.5},
        {"costs": torch.tensor([1.5, 0.5, 0.7]), "level": 2.0},
        {"costs": torch.tensor([3.0, 1.0, 2.0]), "level": 1.5},
        {"costs": torch.tensor([3.0, 2.0]), "level": 1.5},
        {"costs": torch.tensor([2.0]), "level": 2.0},
        {"costs": dips.double().repeat(2), "level": 0.75},
    ]

    def stays(below):
        """The first epoch from which `below` stays true, or the number of epochs."""
        return len(below) - below.flip(0).long().cumprod(0).sum()

    def unless_never(value):
        """Imitate an answer that is right but for costs that never settle."""

        def imitate(costs, level):
            epoch = stays(costs < level)
            return torch.tensor(value(costs)) if epoch == len(costs) else epoch

        return imitate

    def unless_last(costs, level):
        """Imitate an answer that is right but for costs that settle in the last epoch."""
        epoch = stays(costs < level)
        return epoch + 1 if epoch == len(costs) - 1 else epoch

    # The first five are right wherever the others show, so they must come first.
    mistakes = [
        Mistake(
            unless_never(lambda costs: -1),
            "It never settles here: return len(costs) for that.",
        ),
        Mistake(
            unless_never(lambda costs: 0),
            "It never settles here, and 0 would mean from the start: return len(costs) for that.",
        ),
        Mistake(
            unless_never(lambda costs: len(costs) - 1),
            "It never settles here, and the last epoch is not below either: return len(costs).",
        ),
        Mistake(
            unless_last,
            "Here the last epoch is the only one that is below for good, and it counts, too.",
        ),
        Mistake(
            lambda costs, level: stays(costs <= level),
            "A cost equal to the level is not below it.",
        ),
        Mistake(
            lambda costs, level: (costs < level).nonzero()[0, 0],
            "That is the first epoch below the level, but the cost comes back up after it.",
        ),
        Mistake(
            lambda costs, level: (costs >= level).nonzero()[-1, 0],
            "That is the last epoch which is not below: the stretch you look for begins after it.",
        ),
        Mistake(
            lambda costs, level: (costs < level).nonzero()[-1, 0],
            "That is the last epoch below the level: where does the stretch begin that it ends?",
        ),
        Mistake(
            lambda costs, level: stays(costs < level) + 1,
            "One too many: count the epochs from 0, as the run does.",
        ),
        Mistake(
            lambda costs, level: (costs < level).sum(),
            "That counts the epochs below the level: the question is when, not how many.",
        ),
        Mistake(
            lambda costs, level: (costs >= level).sum(),
            "That counts the epochs which are not below: the question is when, not how many.",
        ),
        Mistake(
            lambda costs, level: costs.argmin(),
            "That is the epoch of the lowest cost, whatever the level.",
        ),
        Mistake(
            lambda costs, level: torch.tensor(0),
            "0 would mean below the level from the start, and the first cost is not.",
        ),
        Mistake(
            lambda costs, level: torch.tensor(len(costs)),
            "len(costs) is for a cost that never settles: this one does.",
        ),
        Mistake(
            lambda costs, level: costs[stays(costs < level)],
            "That is the cost at that epoch: the question is which epoch it is.",
        ),
    ]
    return examine(
        answer,
        lambda costs, level: stays(costs < level),
        cases,
        mistakes=mistakes,
        praise="A dip does not count, and neither does a cost that comes back up at the end.",
    )
