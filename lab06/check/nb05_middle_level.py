"""The exercises of notebook 05: labels for F.cross_entropy, and how often the cost rose."""

import torch
import torch.nn.functional as F

from lab06.check import _mistakes as m
from lab06.check._judge import judge, judged


def classes(labels):
    return labels.squeeze(1).long() - 1


COLUMN_LABELS = {
    "F.cross_entropy counts the classes from 0, and these labels count from 1.": (
        lambda z, labels: F.cross_entropy(z, classes(labels) + 1)
    ),
    "Each row of labels has one entry, so its argmax is 0: every sample became class 0.": (
        lambda z, labels: F.cross_entropy(z, labels.argmax(dim=1))
    ),
    "The column (N, 1) met N row numbers and was broadcast to (N, N): remove its dimension of "
    "size 1 first.": (
        lambda z, labels: -F.log_softmax(z, dim=1)[range(len(z)), labels.long() - 1].mean()
    ),
    "F.nll_loss takes log-probabilities, and these are logits: which function takes those?": (
        lambda z, labels: F.nll_loss(z, classes(labels))
    ),
    **m.after_each([lambda z, labels: (z, classes(labels))], m.COSTS),
}


@judged
def column_labels(answer):
    """Check a function my_cost(logits, labels) for labels (N, 1), floats counted from 1."""
    wide = torch.tensor([[0.5, -1.0, 2.0, 0.0], [1.0, 0.0, -2.0, 3.0], [0.0, 0.5, 0.0, 1.0]])
    cases = [
        (torch.tensor([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5]]), [1.0, 2.0]),
        (wide, [4.0, 2.0, 1.0]),
        (wide[:1], [3.0]),
        (wide[:, :2], [2.0, 2.0, 1.0]),
        (100 * wide, [1.0, 2.0, 3.0]),
        (1000 * wide, [1.0, 2.0, 3.0]),
        (wide.double(), [4.0, 4.0, 3.0]),
    ]
    cases = [{"logits": z, "labels": torch.tensor(labels).unsqueeze(1)} for z, labels in cases]
    right = [lambda z, labels: F.cross_entropy(z, classes(labels))]
    judge(answer, right, cases, COLUMN_LABELS, gradient=["logits"])
    return "Class indices from 0, int64, of shape (N,): now F.cross_entropy knows what to do."


def steps(costs):
    return costs[1:] - costs[:-1]


RISES = {
    "Does `return` stand inside the loop, or does the count start again in each round? Or do you "
    "look at too few epochs?": [
        lambda costs: torch.tensor(0),
        lambda costs: (steps(costs)[0] > 0) + 0 if len(costs) > 1 else None,
    ],
    "That is how often it fell.": lambda costs: (steps(costs) < 0).sum(),
    "You add up the changes: count those above 0.": lambda costs: steps(costs).sum(),
    "A cost that stays the same has not risen.": lambda costs: (steps(costs) >= 0).sum(),
    "That is the share of the updates: count them.": (
        lambda costs: (steps(costs) > 0).double().mean()
    ),
    "You compare with the first cost: compare with the epoch just before.": (
        lambda costs: (costs > costs[0]).sum()
    ),
    "You compare the first cost with the last one, too: no update lies between these.": (
        lambda costs: (costs > costs.roll(1)).sum()
    ),
    "That says when it rose first: the question is how often it rose.": (
        lambda costs: (steps(costs) > 0).nonzero()[0, 0]
    ),
    "That is the number of all updates, whether the cost rose or not.": (
        lambda costs: torch.tensor(len(costs) - 1)
    ),
    "You compare epochs that lie two updates apart: compare each with the next one.": (
        lambda costs: (costs[2:] > costs[:-2]).sum()
    ),
    "The first update is left out: start with the first pair of epochs.": (
        lambda costs: (steps(costs)[1:] > 0).sum()
    ),
    "The last update is left out: go on to the last pair of epochs.": (
        lambda costs: (steps(costs)[:-1] > 0).sum()
    ),
    "You compare with the smallest cost so far: compare with the epoch just before.": (
        lambda costs: (costs[1:] > costs.cummin(0).values[:-1]).sum()
    ),
    "That is the number of peaks: a rise counts, whatever comes after it.": (
        lambda costs: ((steps(costs)[:-1] > 0) & (steps(costs)[1:] <= 0)).sum()
    ),
    "That is the first epoch with a higher cost: the question is how often it rose.": (
        lambda costs: (steps(costs) > 0).nonzero()[0, 0] + 1
    ),
    "That is one too many: count the updates after which the cost rose.": (
        lambda costs: (steps(costs) > 0).sum() + 1
    ),
}


@judged
def rises(answer):
    """Check a function my_rises(costs) for costs (E,), one for each epoch."""
    curves = [
        [1.5, 1.0, 4.0, 5.0, 2.0, 4.0, 1.5, 5.0, 3.0],
        [2.0, 1.5, 1.0, 4.0, 5.0],
        [1.0, 1.5, 2.0, 4.0, 1.0, 1.5],
        [4.0, 1.0, 4.0, 1.0, 2.0, 3.0, 2.0, 2.0, 2.0],
        [3.0, 1.0, 5.0, 1.0, 4.0, 2.0, 3.0, 0.5],
        [2.0, 1.0],
        [1.0],
    ]
    cases = [{"costs": torch.tensor(costs)} for costs in curves]
    cases.append({"costs": torch.tensor([0.5, 0.6, 0.6, 0.7]).double()})
    cases.append({"costs": torch.tensor([0.5, 0.5000001, 0.3, 0.30001, 1e4, 1e4 + 0.01])})
    judge(answer, [lambda costs: (steps(costs) > 0).sum()], cases, RISES, dtype=True)
    return "Ties do not count, and a single epoch has no rise."
