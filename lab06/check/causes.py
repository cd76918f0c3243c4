"""The exercises of notebook 08: the second softmax, and experiments."""

import math
from itertools import combinations

import torch
import torch.nn.functional as F

from lab06.check._engine import Mistake, examine, judged, not_attempted, right, shown, wrong

FACTORS = {"softmax": (1, 2), "bias": (1, 3), "start": ("zeros", "random")}


def low_level_cost(answer):
    """Check a function my_cost(logits, y) for logits (N, C) and class indices y (N,)."""
    logits = torch.tensor([[3.0, 1.0, 1.0], [1.0, 2.0, 0.5]])
    wide = torch.tensor([[0.5, -1.0, 2.0, 0.0], [1.0, 0.0, -2.0, 3.0], [0.0, 0.0, 0.0, 1.0]])
    cases = [
        {"logits": logits, "y": torch.tensor([0, 2])},
        {"logits": wide, "y": torch.tensor([1, 3, 0])},
        {"logits": wide[:1, :2], "y": torch.tensor([0])},
        {"logits": torch.zeros(5, 3), "y": torch.tensor([0, 1, 2, 2, 1])},
        {"logits": wide.double(), "y": torch.tensor([2, 2, 1])},
    ]

    def p_true(logits, y):
        return F.softmax(logits, dim=1)[torch.arange(len(y)), y]

    def log_true(logits, y):
        return logits[torch.arange(len(y)), y].log()

    mistakes = [
        Mistake(
            lambda logits, y: 3 * F.cross_entropy(F.softmax(logits, dim=1), y),
            "That is 3 times the published cost: the factor 3 belongs to the first step only.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(F.softmax(logits, dim=1), y),
            "That is still the published cost: follow the logits line by line. When have they "
            "become probabilities, and what happens to them after that?",
        ),
        Mistake(
            lambda logits, y: -log_true(logits, y).mean(),
            "No softmax is left: the logarithm needs probabilities, and the logits are none.",
        ),
        Mistake(
            lambda logits, y: F.nll_loss(logits, y),
            "That is minus the mean logit of the true class: softmax and logarithm are missing.",
        ),
        Mistake(
            lambda logits, y: -p_true(logits, y).mean(),
            "The logarithm is missing: that is minus the mean probability of the true class "
            "(F.nll_loss does not take the logarithm either).",
        ),
        Mistake(
            lambda logits, y: -p_true(F.softmax(logits, dim=1), y).mean(),
            "The logarithm is missing, and softmax is there twice.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y) / logits.shape[1],
            "That is the mean over all N · C entries: each sample has one loss, so divide by N.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y, reduction="sum"),
            "That is the sum over the samples: the cost is their mean.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y, reduction="sum") / logits.shape[1],
            "You divide by the number of classes: add up along dim 1, then take the mean.",
        ),
        Mistake(
            lambda logits, y: F.nll_loss(F.log_softmax(logits, dim=0), y),
            "The softmax runs along dim 0, down the samples: the classes lie along dim 1.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(F.softmax(logits, dim=0), y),
            "One softmax runs along dim 0, down the samples, and there is one too many.",
        ),
        Mistake(
            lambda logits, y: -F.cross_entropy(logits, y),
            "The minus sign is lost: the logarithm of a probability is negative, a cost is not.",
        ),
        Mistake(
            lambda logits, y: -p_true(logits, y).mean().log(),
            "Mean and logarithm have changed places: first the log of each sample, then the mean.",
        ),
        Mistake(
            lambda logits, y: -F.log_softmax(logits, dim=1).sum(dim=1).mean(),
            "All classes are charged: the one-hot rows keep the true one only.",
        ),
        Mistake(
            lambda logits, y: torch.tensor(torch.nan),
            "Somewhere the logarithm is taken of a number that is no probability.",
        ),
    ]
    return examine(
        answer,
        F.cross_entropy,
        cases,
        gradient=("logits",),
        mistakes=mistakes,
        praise="Your repaired cost and F.cross_entropy agree, in value and in gradient.",
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
    return judged(_judge_plan, plan)


def _judge_plan(plan):
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
