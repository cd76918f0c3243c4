"""The exercises of notebook 05: labels for F.cross_entropy, and how often the cost rose."""

import torch
import torch.nn.functional as F

from lab06.check._engine import Mistake, examine


def column_labels(answer):
    """Check a function my_cost(logits, labels) for labels (N, 1), floats counted from 1."""
    wide = torch.tensor([[0.5, -1.0, 2.0, 0.0], [1.0, 0.0, -2.0, 3.0], [0.0, 0.5, 0.0, 1.0]])
    cases = [
        {"logits": torch.tensor([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5]]), "labels": [1.0, 2.0]},
        {"logits": wide, "labels": [4.0, 2.0, 1.0]},
        {"logits": wide[:1], "labels": [3.0]},
        {"logits": wide[:, :2], "labels": [2.0, 2.0, 1.0]},
        {"logits": 100 * wide, "labels": [1.0, 2.0, 3.0]},
        {"logits": wide.double(), "labels": [4.0, 4.0, 3.0]},
    ]
    for case in cases:
        case["labels"] = torch.tensor(case["labels"]).unsqueeze(1)

    def classes(labels):
        return labels.squeeze(1).long() - 1

    def log_p(logits):
        return F.log_softmax(logits, dim=1)

    mistakes = [
        Mistake(
            lambda logits, labels: F.cross_entropy(logits, classes(labels) + 1),
            "F.cross_entropy counts the classes from 0, and these labels count from 1.",
        ),
        Mistake(
            lambda logits, labels: F.cross_entropy(logits, labels.argmax(dim=1)),
            "Each row of labels has one entry, so its argmax is 0: every sample became class 0.",
        ),
        Mistake(
            lambda logits, labels: -log_p(logits)[range(len(labels)), labels.long() - 1].mean(),
            "The column (N, 1) met N row numbers and was broadcast to (N, N): take its dimension "
            "of size 1 away first.",
        ),
        Mistake(
            lambda logits, labels: F.cross_entropy(F.softmax(logits, dim=1), classes(labels)),
            "F.cross_entropy takes the logits as they are, with nothing before it.",
        ),
        Mistake(
            lambda logits, labels: F.nll_loss(logits, classes(labels)),
            "F.nll_loss takes log-probabilities, and these are logits: who takes those?",
        ),
        Mistake(
            lambda logits, labels: F.cross_entropy(logits, classes(labels), reduction="sum"),
            "That is the sum over the samples: the cost is their mean.",
        ),
        Mistake(
            lambda logits, labels: F.cross_entropy(logits, classes(labels)) / logits.shape[1],
            "That is the mean over all N · C entries: each sample has one loss, so divide by N.",
        ),
        Mistake(
            lambda logits, labels: F.nll_loss(F.log_softmax(logits, dim=0), classes(labels)),
            "The softmax runs along dim 0, down the samples: the classes lie along dim 1.",
        ),
        Mistake(
            lambda logits, labels: -F.cross_entropy(logits, classes(labels)),
            "The sign is missing: the logarithm of a probability is negative, a cost is not.",
        ),
    ]
    return examine(
        answer,
        lambda logits, labels: F.cross_entropy(logits, classes(labels)),
        cases,
        gradient=("logits",),
        mistakes=mistakes,
        praise="Class indices from 0, int64, of shape (N,): now F.cross_entropy knows what to do.",
    )


def rises(answer):
    """Check a function my_rises(costs) for costs (E,), one for each epoch."""
    cases = [
        {"costs": torch.tensor([1.5, 1.0, 4.0, 5.0, 2.0, 4.0, 1.5, 5.0, 3.0])},
        {"costs": torch.tensor([2.0, 1.5, 1.0, 4.0, 5.0])},
        {"costs": torch.tensor([1.0, 1.5, 2.0, 4.0, 1.0, 1.5])},
        {"costs": torch.tensor([4.0, 1.0, 4.0, 1.0, 2.0, 3.0, 2.0, 2.0, 2.0])},
        {"costs": torch.tensor([3.0, 1.0, 5.0, 1.0, 4.0, 2.0, 3.0, 1.0])},
        {"costs": torch.tensor([2.0, 1.0])},
        {"costs": torch.tensor([1.0])},
        {"costs": torch.tensor([0.5, 0.6, 0.6, 0.7]).double()},
    ]

    def steps(costs):
        return costs[1:] - costs[:-1]

    mistakes = [
        Mistake(
            lambda costs: torch.tensor(0),
            "Does `return` stand inside the loop, or does the count begin anew in each round? Or "
            "do you look at too few epochs?",
        ),
        Mistake(lambda costs: (steps(costs) < 0).sum(), "That is how often it fell."),
        Mistake(
            lambda costs: steps(costs).sum(),
            "You add up the changes: count those above 0.",
        ),
        Mistake(
            lambda costs: (steps(costs) >= 0).sum(),
            "A cost that stays the same has not risen.",
        ),
        Mistake(
            lambda costs: (steps(costs) > 0).double().mean(),
            "That is the share of the updates: count them.",
        ),
        Mistake(
            lambda costs: (costs > costs[0]).sum(),
            "You compare with the first cost: an update changes the cost of the epoch before it.",
        ),
        Mistake(
            lambda costs: (costs > costs.roll(1)).sum(),
            "You compare the first cost with the last one, too: no update lies between these.",
        ),
        Mistake(
            lambda costs: (steps(costs) > 0).nonzero()[0, 0],
            "That says when it rose first: the question is how often it rose.",
        ),
        Mistake(
            lambda costs: torch.tensor(len(costs) - 1),
            "That is the number of all updates, whether the cost rose or not.",
        ),
        Mistake(
            lambda costs: (costs[2:] > costs[:-2]).sum(),
            "You compare epochs that lie two updates apart: take each with the next one.",
        ),
        Mistake(
            lambda costs: (steps(costs)[1:] > 0).sum(),
            "The first update is left out: compare from the first pair of epochs on.",
        ),
        Mistake(
            lambda costs: (steps(costs)[:-1] > 0).sum(),
            "The last update is left out: compare up to the last pair of epochs.",
        ),
        Mistake(
            lambda costs: (costs[1:] > costs.cummin(0).values[:-1]).sum(),
            "You compare with the smallest cost so far: take the epoch just before.",
        ),
        Mistake(
            lambda costs: ((steps(costs)[:-1] > 0) & (steps(costs)[1:] < 0)).sum(),
            "That is the number of peaks: a rise counts, whatever comes after it.",
        ),
        Mistake(
            lambda costs: (steps(costs) > 0).nonzero()[0, 0] + 1,
            "That is the first epoch with a higher cost: the question is how often it rose.",
        ),
        Mistake(
            lambda costs: (steps(costs) > 0).sum() + 1,
            "That is one too many: count the updates after which the cost rose.",
        ),
    ]
    return examine(
        answer,
        lambda costs: (costs[1:] > costs[:-1]).sum(),
        cases,
        mistakes=mistakes,
        praise="Ties do not count, and a single epoch has no rise.",
    )
