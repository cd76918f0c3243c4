"""The exercises of notebook 08: the second softmax, and experiments."""

import math
from itertools import combinations

import torch
import torch.nn.functional as F

from lab06.check import _mistakes as m
from lab06.check._judge import NotAttempted, NotYet, judge, judged
from lab06.check._values import shown, type_name


def published(logits, y):
    return F.cross_entropy(F.softmax(logits, dim=1), y)


LOW_LEVEL_COST = {
    "That is 3 times the published cost: the factor 3 belongs to the first step only.": (
        lambda z, y: 3 * published(z, y)
    ),
    "That is still the published cost: follow the logits line by line. When have they become "
    "probabilities, and what happens to them after that?": published,
    **m.COSTS,
}


@judged
def low_level_cost(answer):
    """Check a function my_cost(logits, y) for logits (N, C) and class indices y (N,)."""
    wide = torch.tensor([[0.5, -1.0, 2.0, 0.0], [1.0, 0.0, -2.0, 3.0], [0.0, 0.0, 0.0, 1.0]])
    cases = [
        (torch.tensor([[3.0, 1.0, 1.0], [1.0, 2.0, 0.5]]), [0, 2]),
        (wide, [1, 3, 0]),
        (wide[:1, :2], [0]),
        (torch.zeros(5, 3), [0, 1, 2, 2, 1]),
        (torch.tensor([[9.0, 0.0, -14.0], [0.0, 1.0, 2.0]]), [2, 1]),
        (torch.tensor([[40.0, 0.0, -2.0]]), [1]),
        (wide.double(), [2, 2, 1]),
    ]
    cases = [{"logits": logits, "y": torch.tensor(y)} for logits, y in cases]
    judge(answer, [F.cross_entropy], cases, LOW_LEVEL_COST, gradient=["logits"])
    return "Your repaired cost and F.cross_entropy agree, in value and in gradient."


def pair(low, high):
    return torch.tensor([low, high], dtype=torch.float64)


def band(classes):
    ceiling = math.log(math.e + classes - 1)
    return pair(ceiling - 1, ceiling)


def low(classes):
    return band(classes)[0]


def high(classes):
    return band(classes)[1]


def doubled_cost_of_one(classes):
    """Take the probabilities 1, 0, ..., 0 for logits."""
    probabilities = F.softmax(torch.eye(1, classes, dtype=torch.float64), dim=1)
    return -F.log_softmax(probabilities, dim=1)[0, :2]


BAND = {
    "That is the band for 3 classes, whatever num_classes says.": lambda c: band(3),
    "The highest is right. The lowest is that of 3 classes, whatever num_classes says.": (
        lambda c: pair(low(3), high(c))
    ),
    "The lowest is right. The highest is that of 3 classes, whatever num_classes says.": (
        lambda c: pair(low(c), high(3))
    ),
    "The digits in the text are rounded: let Python compute all of them.": [
        lambda c: band(c).round(decimals=4),
        lambda c: band(3).round(decimals=4),
    ],
    "Both are 1 too high: which probability belongs to the lowest cost?": lambda c: band(c) + 1,
    "The lowest is right. For the highest you need a row of probabilities, which has a 1 in one "
    "place only.": lambda c: pair(low(c), math.log(1 + (c - 1) * math.e)),
    "Every entry was counted as e: in a sure row only one entry is 1.": (
        lambda c: pair(math.log(c), 1 + math.log(c))
    ),
    "That is the doubled cost of the logits 1, 0, ..., 0, which are far from sure. Sure is a 1 "
    "that has come out of the first softmax.": doubled_cost_of_one,
    "The two have changed places: the lowest comes first.": lambda c: band(c).flip(0),
    "Those are the probabilities at both ends: the cost is minus their logarithm.": [
        lambda c: (-band(c)).exp().flip(0),
        lambda c: (-band(c)).exp(),
    ],
    m.SIGN: lambda c: -band(c),
    "Those are bits: the cost uses the natural logarithm.": lambda c: band(c) / math.log(2),
    "That is the logarithm to base 10: the cost uses the natural one.": (
        lambda c: band(c) / math.log(10)
    ),
    "The entries that are 0 count in the sum, too: what is e to the power of 0?": (
        lambda c: pair(0, 1)
    ),
    "A floor of 0 would need a probability of 1: what is the most that the second softmax can "
    "give?": lambda c: pair(0, high(c)),
    "That is 0 and the cost of no opinion, as for one softmax: put a sure prediction through the "
    "second one.": lambda c: pair(0, math.log(c)),
    "The floor is right. No opinion costs ln C, and to be sure of a wrong class costs more.": (
        lambda c: pair(low(c), math.log(c))
    ),
    "The floor is right. The second softmax never gives a probability of 0: what is the least?": (
        lambda c: pair(low(c), math.inf)
    ),
    "That is the band of the true cross-entropy: here a second softmax comes before the "
    "logarithm.": lambda c: pair(0, math.inf),
    "One entry too many: of the C entries one is e, so how many are left?": lambda c: band(c + 1),
}


@judged
def doubled_band(answer):
    """Check a function my_band(num_classes) for two classes or more."""
    cases = [{"num_classes": classes} for classes in (3, 2, 10, 1000)]
    judge(answer, [band], cases, BAND, dtype=True)
    return "It is 1 wide for any number of classes, and for many classes it lies high."


FACTORS = {"softmax": (1, 2), "bias": (1, 3), "start": ("zeros", "random")}


@judged
def experiment(plan):
    """Check a list of runs: can the effects of softmax and bias be read off, each alone?"""
    if not isinstance(plan, (list, tuple)):
        raise NotYet(f"Expected a list of runs, got {type_name(plan)}.")
    if any(run is ... for run in plan):
        raise NotAttempted
    for place, run in enumerate(plan):
        _look_at_run(f"my_plan[{place}]", run)
    if len(plan) < 2:
        raise NotYet("One run has nothing to be compared with: an effect is read off a pair.")
    for (i, one), (j, other) in combinations(enumerate(plan), 2):
        if not _differences(one, other):
            raise NotYet(
                f"my_plan[{i}] and my_plan[{j}] are the same run: from zeros it gives the same "
                "curve again, and nothing to compare."
            )
    for factor in ("softmax", "bias"):
        _look_for_pair(plan, factor)
    for place, run in enumerate(plan):
        if run["start"] == "random":
            raise NotYet(
                f"Both effects can be read off, and my_plan[{place}], with its random start, "
                "belongs to neither pair: leave it out."
            )
    if len(plan) == 4:
        return (
            "Each effect can be read off alone. Three runs would do; the fourth also shows "
            "whether one effect depends on the other."
        )
    return "Each effect can be read off alone, and no run could be spared."


def _look_at_run(name, run):
    """Raise NotYet if something is wrong about one run of a plan."""
    if isinstance(run, (list, tuple)) and any(isinstance(part, dict) for part in run):
        raise NotYet(f"{name} is a {type_name(run)} of runs: one list holds them all.")
    if not isinstance(run, dict):
        raise NotYet(f"{name} should be a dict, got {type_name(run)}.")
    for key in run:
        if not isinstance(key, str):
            kind = type_name(key)
            raise NotYet(f'A key of {name} is a {kind}: write a text in quotes, like "softmax".')
        if key not in FACTORS:
            raise NotYet(f"{name} has the key {shown(key)}: the keys are softmax, bias and start.")
    for key, (one, other) in FACTORS.items():
        if key not in run:
            raise NotYet(f"{name} has no key {key!r}. What stays the same must be stated, too.")
        if not any(type(run[key]) is type(each) and run[key] == each for each in (one, other)):
            raise NotYet(f"{name}: {key!r} must be {one!r} or {other!r}, got {_brief(run[key])}.")


def _brief(value):
    if isinstance(value, float):
        return f"the float {value!r}"
    return shown(value) if isinstance(value, (int, str)) else type_name(value)


def _differences(one, other):
    """List in what two runs differ. A random start is a new draw, and differs from any other."""
    random = "random" in (one["start"], other["start"])
    differs = [key for key in ("softmax", "bias") if one[key] != other[key]]
    return differs + ["start"] * random


def _look_for_pair(plan, factor):
    """Raise NotYet if no pair of runs differs in this factor alone."""
    pairs = [
        (_differences(one, other), i, j)
        for (i, one), (j, other) in combinations(enumerate(plan), 2)
        if one[factor] != other[factor]
    ]
    if not pairs:
        raise NotYet(f"No two runs differ in {factor}: what is not varied is not tested.")
    differs, i, j = min(pairs, key=lambda pair: len(pair[0]))
    if differs == [factor]:
        return
    if plan[i]["start"] == plan[j]["start"] == "random":
        raise NotYet(
            f"my_plan[{i}] and my_plan[{j}] should show the effect of {factor}, but a random start "
            "is a new draw each time, so their starts differ, too."
        )
    raise NotYet(
        f"my_plan[{i}] and my_plan[{j}] come closest to showing the effect of {factor}, but they "
        f"differ in {' and '.join(differs)}: change one thing at a time."
    )
