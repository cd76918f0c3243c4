"""The exercises of notebooks 07 and 08."""

import math
from itertools import combinations

import torch
import torch.nn.functional as F

from lab06.check._engine import Mistake, examine, not_attempted, right, shown, wrong

FACTORS = {"softmax": (1, 2), "bias": (1, 3), "start": ("zeros", "random")}


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
        {"costs": torch.tensor([1.0, 0.5, 0.7]), "level": 2.0},
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
            lambda costs, level: costs[stays(costs < level)],
            "That is the cost at that epoch: the question is which epoch it is.",
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
    ]
    return examine(
        answer,
        lambda costs, level: stays(costs < level),
        cases,
        mistakes=mistakes,
        praise="A dip does not count, and neither does a cost that comes back up at the end.",
    )


def doubled_band(answer):
    """Check a function my_band(num_classes) for two classes or more."""

    def band(classes):
        ceiling = math.log(math.e + classes - 1)
        return torch.tensor([ceiling - 1, ceiling], dtype=torch.float64)

    def pair(low, high):
        return torch.tensor([low, high], dtype=torch.float64)

    def doubled_cost_of_one(classes):
        probabilities = F.softmax(torch.eye(1, classes, dtype=torch.float64), dim=1)
        return -F.log_softmax(probabilities, dim=1)[0, :2]

    mistakes = [
        Mistake(
            lambda classes: band(3),
            "That is the band for 3 classes, whatever num_classes says.",
        ),
        Mistake(
            lambda classes: pair(band(3)[0], band(classes)[1]),
            "The highest is right. The lowest is that of 3 classes, whatever num_classes says.",
        ),
        Mistake(
            lambda classes: pair(band(classes)[0], band(3)[1]),
            "The lowest is right. The highest is that of 3 classes, whatever num_classes says.",
        ),
        Mistake(
            lambda classes: band(classes).round(decimals=4),
            "The digits in the text are rounded: let Python compute all of them.",
        ),
        Mistake(
            lambda classes: band(classes) + 1,
            "Both are 1 too high: which probability belongs to the lowest cost?",
        ),
        Mistake(
            lambda classes: pair(band(classes)[0], math.log(1 + (classes - 1) * math.e)),
            "The lowest is right. For the highest you need a row of probabilities, which has a 1 "
            "in one place only.",
        ),
        Mistake(
            lambda classes: pair(math.log(classes), 1 + math.log(classes)),
            "Every entry was counted as e: in a sure row only one entry is 1.",
        ),
        Mistake(
            doubled_cost_of_one,
            "That is the doubled cost of the logits 1, 0, ..., 0: they are far from sure. Sure is "
            "a 1 that has come out of the first softmax.",
        ),
        Mistake(
            lambda classes: band(classes).flip(0),
            "The two have changed places: the lowest comes first.",
        ),
        Mistake(
            lambda classes: (-band(classes)).exp().flip(0),
            "Those are the probabilities at both ends: the cost is minus their logarithm.",
        ),
        Mistake(
            lambda classes: (-band(classes)).exp(),
            "Those are the probabilities at both ends: the cost is minus their logarithm.",
        ),
        Mistake(
            lambda classes: -band(classes),
            "The sign is missing: the logarithm of a probability is negative, a cost is not.",
        ),
        Mistake(
            lambda classes: band(classes) / math.log(2),
            "Those are bits: the cost uses the natural logarithm.",
        ),
        Mistake(
            lambda classes: band(classes) / math.log(10),
            "That is the logarithm to base 10: the cost uses the natural one.",
        ),
        Mistake(
            lambda classes: pair(0, 1),
            "The entries that are 0 count in the sum, too: what is e to the power of 0?",
        ),
        Mistake(
            lambda classes: pair(0, band(classes)[1]),
            "A floor of 0 would need a probability of 1: what is the most that the second softmax "
            "can give?",
        ),
        Mistake(
            lambda classes: pair(0, math.log(classes)),
            "That is 0 and the cost of no opinion, as for one softmax: put a sure prediction "
            "through the second one.",
        ),
        Mistake(
            lambda classes: pair(band(classes)[0], math.log(classes)),
            "The floor is right. No opinion costs log K, and to be sure of a wrong class costs "
            "more.",
        ),
        Mistake(
            lambda classes: pair(band(classes)[0], math.inf),
            "The floor is right. The second softmax never gives a probability of 0: what is the "
            "least?",
        ),
        Mistake(
            lambda classes: pair(0, math.inf),
            "That is the band of the true cross-entropy: here a second softmax comes before the "
            "logarithm.",
        ),
        Mistake(
            lambda classes: band(classes + 1),
            "One entry too many: of the K entries one is e, so how many are left?",
        ),
    ]
    return examine(
        answer,
        band,
        [{"num_classes": classes} for classes in (3, 2, 10, 1000)],
        mistakes=mistakes,
        praise="It is 1 wide for any number of classes, and for many classes it lies high.",
    )


def experiment(plan):
    """Check a list of runs: can the effects of softmax and bias be read off, each alone?"""
    if plan is ... or (isinstance(plan, (list, tuple)) and any(run is ... for run in plan)):
        return not_attempted()
    if not isinstance(plan, (list, tuple)):
        return wrong(f"A list of runs was expected, got {type(plan).__name__}.")
    for place, run in enumerate(plan):
        problem = _wrong_run(run)
        if problem:
            return wrong(f"my_plan[{place}]: {problem}")
    if len(plan) < 2:
        return wrong("One run has nothing to be compared with: an effect is read off a pair.")
    for (i, one), (j, other) in combinations(enumerate(plan), 2):
        if not _differences(one, other):
            return wrong(
                f"my_plan[{i}] and my_plan[{j}] are the same run: from zeros it gives the same "
                "curve again, and nothing to compare."
            )
    problem = _without_pair(plan, "softmax") or _without_pair(plan, "bias")
    if problem:
        return wrong(problem)
    for place, run in enumerate(plan):
        if run["start"] == "random":
            return wrong(
                f"Both effects can be read off, and my_plan[{place}], with its random start, "
                "belongs to neither pair: leave it out."
            )
    if len(plan) == 4:
        return right(
            "Each effect can be read off alone. Three runs would do; the fourth shows, besides, "
            "whether the one effect depends on the other."
        )
    return right("Each effect can be read off alone, and no run could be spared.")


def _wrong_run(run):
    """Say what is wrong about one run of a plan, if anything."""
    if isinstance(run, (list, tuple)) and any(isinstance(part, dict) for part in run):
        return f"a run was expected, got {type(run).__name__} of runs: one list holds them all."
    if not isinstance(run, dict):
        return f"each run is a dict, got {type(run).__name__}."
    for key in run:
        if not isinstance(key, str):
            return f'a key is a text in quotes, such as "softmax"; got {type(key).__name__}.'
        if key not in FACTORS:
            return f"there is no key {shown(key)}: the keys are softmax, bias and start."
    for key, choices in FACTORS.items():
        if key not in run:
            return f"the key {key!r} is missing. What stays the same must be said, too."
        if not any(type(run[key]) is type(choice) and run[key] == choice for choice in choices):
            return f"{key!r} must be {choices[0]!r} or {choices[1]!r}, got {_brief(run[key])}."
    return None


def _brief(value):
    if isinstance(value, float):
        return f"the float {value!r}"
    return shown(value) if isinstance(value, (int, str)) else type(value).__name__


def _differences(one, other):
    """List in what two runs differ. A random start is a new draw, and differs from any other."""
    random = "random" in (one["start"], other["start"])
    differs = [key for key in ("softmax", "bias") if one[key] != other[key]]
    return differs + ["start"] * random


def _without_pair(plan, factor):
    """Say why no pair of runs differs in this factor alone, or nothing if one does."""
    pairs = [
        (_differences(one, other), i, j)
        for (i, one), (j, other) in combinations(enumerate(plan), 2)
        if one[factor] != other[factor]
    ]
    if not pairs:
        return f"No two runs differ in {factor}: what is not varied is not tested."
    differs, i, j = min(pairs, key=lambda pair: len(pair[0]))
    if differs == [factor]:
        return None
    if plan[i]["start"] == plan[j]["start"] == "random":
        return (
            f"my_plan[{i}] and my_plan[{j}] should show the effect of {factor}, but a random start "
            "is a new draw each time, so their starts differ, too."
        )
    return (
        f"my_plan[{i}] and my_plan[{j}] come closest to showing the effect of {factor}, but they "
        f"differ in {' and '.join(differs)}: change one thing at a time."
    )
