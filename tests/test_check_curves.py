"""The checks of notebooks 07 and 08, and answers that students give."""

import math

import pytest
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


def but_the_last(costs, level):
    for epoch in range(len(costs) - 1):
        if (costs[epoch:] < level).all():
            return torch.tensor(epoch)
    return torch.tensor(len(costs))


def pair(low, high):
    return torch.tensor([low, high], dtype=torch.float64)


def band(classes):
    return pair(math.log(math.e + classes - 1) - 1, math.log(math.e + classes - 1))


def doubled_cost_of_one(classes):
    """Takes the probabilities 1, 0, ..., 0 for logits."""
    logits = torch.eye(classes)[:1].repeat(2, 1)
    cost = F.cross_entropy(F.softmax(logits, dim=1), torch.tensor([0, 1]), reduction="none")
    return cost.double()


def band_by_torch(classes):
    sure = torch.eye(classes, dtype=torch.float64)[:1].repeat(2, 1)
    return F.cross_entropy(sure, torch.tensor([0, 1]), reduction="none")


def band_by_softmax(classes):
    p = torch.softmax(torch.tensor([1.0] + [0.0] * (classes - 1), dtype=torch.float64), dim=0)
    return torch.stack([-p[0].log(), -p[1].log()])


def band_loop(classes):
    total = math.e
    for _ in range(classes - 1):
        total += math.exp(0)
    return pair(-math.log(math.e / total), -math.log(1 / total))


def probabilities(classes):
    return pair(1 / (math.e + classes - 1), math.e / (math.e + classes - 1))


def run(softmax, bias, start="zeros"):
    return {"softmax": softmax, "bias": bias, "start": start}


CATALOGUE = {
    check.yardstick: {
        "stub": lambda weight, bias, x, y: ...,
        "wrong": {
            "doubled": (
                lambda w, b, x, y: F.cross_entropy(F.softmax(x @ w + b, 1), y),
                "Softmax was applied twice",
            ),
            "no bias": (lambda w, b, x, y: F.cross_entropy(x @ w, y), "without the bias"),
            "sum": (
                lambda w, b, x, y: F.cross_entropy(x @ w + b, y, reduction="sum"),
                "the sum over the samples",
            ),
            "accuracy": (accuracy, "That is the accuracy"),
            "mistakes": (lambda *case: 1 - accuracy(*case), "the share of mistakes"),
            "transposed": (
                lambda w, b, x, y: F.cross_entropy(x @ w.T + b, y),
                "The weight was transposed",
            ),
            "over all": (over_all, "the mean over all N"),
            "minus": (lambda w, b, x, y: -F.cross_entropy(x @ w + b, y), "The sign is missing"),
            "no log": (
                lambda w, b, x, y: F.nll_loss(F.softmax(x @ w + b, 1), y),
                "The logarithm is missing",
            ),
            "dim 0": (
                lambda w, b, x, y: F.nll_loss(F.log_softmax(x @ w + b, 0), y),
                "runs along dim 0",
            ),
            "log of mean": (
                lambda w, b, x, y: -F.softmax(x @ w + b, 1)[torch.arange(len(y)), y].mean().log(),
                "Mean and logarithm have changed places",
            ),
            "naive": (naive, "its log is infinite"),
            "none": (
                lambda w, b, x, y: F.cross_entropy(x @ w + b, y, reduction="none"),
                "expected shape (), got (3,)",
            ),
            "float": (
                lambda w, b, x, y: F.cross_entropy(x @ w + b, y).item(),
                "a tensor was expected, got float",
            ),
            "bias on the weights": (
                lambda w, b, x, y: F.cross_entropy(x @ (w + b), y),
                "The bias was added to the weights",
            ),
            "nll of logits": (
                lambda w, b, x, y: F.nll_loss(x @ w + b, y),
                "F.nll_loss takes log-probabilities",
            ),
            "all rows": (
                lambda w, b, x, y: -F.log_softmax(x @ w + b, 1)[:, y].mean(),
                "takes these columns from every row",
            ),
            "eps": (
                lambda w, b, x, y: -(F.softmax(x @ w + b, 1)[range(len(y)), y] + 1e-8).log().mean(),
                "A small number under the logarithm",
            ),
            "clamp": (
                lambda w, b, x, y: (
                    -F.softmax(x @ w + b, 1)[range(len(y)), y].clamp(1e-12).log().mean()
                ),
                "under the logarithm keeps it finite",
            ),
            "one-hot": (naive_one_hot, "0 times its log is nan"),
            "own bias only": (own_bias_only, "bias = [0.7], x"),
            "in place": (bias_in_place, "changed its argument bias"),
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
            "first below": (first_below, "the first epoch below the level, but"),
            "argmax": (
                lambda costs, level: (costs < level).int().argmax(),
                "expected 5, got 1. That is the first epoch below",
            ),
            "last above": (
                lambda costs, level: (costs >= level).nonzero()[-1, 0],
                "the last epoch which is not below",
            ),
            "one too late": (lambda c, level: settled_loop(c, level) + 1, "One too many"),
            "counts": (lambda c, level: (c < level).sum(), "counts the epochs below the level"),
            "counts above": (lambda c, level: (c >= level).sum(), "epochs which are not below"),
            "equal": (lambda c, level: settled_loop(c, level + 1e-6), "equal to the level is not"),
            "lowest": (lambda c, level: c.argmin(), "the epoch of the lowest cost"),
            "minus one": (never_is(lambda c: -1), "return len(costs) for that"),
            "zero": (never_is(lambda c: 0), "0 would mean from the start"),
            "the last": (never_is(lambda c: len(c) - 1), "the last epoch is not below either"),
            "nothing above": (
                lambda c, level: (c >= level).nonzero()[-1, 0] + 1,
                "stopped with IndexError",
            ),
            "two in a row": (zigzag_only, "expected 5, got 1."),
            "int": (
                lambda c, level: int(settled_loop(c, level)),
                "a tensor was expected, got int: 5",
            ),
            "float": (
                lambda c, level: settled_loop(c, level).float(),
                "expected dtype torch.int64",
            ),
            "the cost": (lambda c, level: c[settled_loop(c, level)], "the cost at that epoch"),
            "last below": (lambda c, level: (c < level).nonzero()[-1, 0], "the last epoch below"),
            "from the left": (below_so_far, "0 would mean below the level from the start"),
            "never the last": (but_the_last, "the only one that is below for good"),
        },
        "right": {
            "loop": settled_loop,
            "backwards": settled_backwards,
            "by index": settled_by_index,
            "cumprod": lambda c, level: len(c) - (c < level).flip(0).long().cumprod(0).sum(),
            "suffix maximum": lambda c, level: (c.flip(0).cummax(0).values >= level).sum(),
        },
    },
    check.doubled_band: {
        "stub": lambda num_classes: ...,
        "wrong": {
            "three classes": (lambda k: band(3), "the band for 3 classes, whatever"),
            "probabilities": (probabilities, "the probabilities at both ends"),
            "swapped": (lambda k: band(k).flip(0), "The two have changed places"),
            "floor 0": (lambda k: pair(0, math.log(math.e + k - 1)), "A floor of 0 would need"),
            "log K": (
                lambda k: pair(math.log(math.e + k - 1) - 1, math.log(k)),
                "No opinion costs log K",
            ),
            "0 to log K": (lambda k: pair(0, math.log(k)), "0 and the cost of no opinion"),
            "bits": (lambda k: band(k) / math.log(2), "Those are bits"),
            "log10": (lambda k: band(k) / math.log(10), "the logarithm to base 10"),
            "no ones": (
                lambda k: pair(math.log(math.e) - 1, math.log(math.e)),
                "what is e to the power of 0",
            ),
            "K ones": (lambda k: band(k + 1), "One entry too many"),
            "negative": (lambda k: -band(k), "The sign is missing"),
            "no ceiling": (
                lambda k: pair(math.log(math.e + k - 1) - 1, math.inf),
                "never gives a probability of 0",
            ),
            "once": (lambda k: pair(0, math.inf), "the band of the true cross-entropy"),
            "float32": (lambda k: band(k).float(), "expected dtype torch.float64"),
            "tuple": (lambda k: tuple(band(k).tolist()), "a tensor was expected, got tuple"),
            "typed": (lambda k: pair(0.5514, 1.5514), "The digits in the text are rounded"),
            "lowest of 3": (
                lambda k: pair(band(3)[0], band(k)[1]),
                "The highest is right. The lowest is that of 3 classes",
            ),
            "highest of 3": (
                lambda k: pair(band(k)[0], band(3)[1]),
                "The lowest is right. The highest is that of 3 classes",
            ),
            "one up": (lambda k: band(k) + 1, "Both are 1 too high: which probability"),
            "others sure": (
                lambda k: pair(band(k)[0], math.log(1 + (k - 1) * math.e)),
                "has a 1 in one place only",
            ),
            "all sure": (
                lambda k: pair(math.log(k * math.e) - 1, math.log(k * math.e)),
                "Every entry was counted as e",
            ),
            "logits of 1": (doubled_cost_of_one, "the doubled cost of the logits 1, 0"),
        },
        "right": {
            "formula": band,
            "torch": band_by_torch,
            "by softmax": band_by_softmax,
            "loop": band_loop,
        },
    },
    check.experiment: {
        "stub": [run(2, 1), ...],
        "wrong": {
            "both at once": ([run(2, 1), run(1, 3)], "they differ in softmax and bias"),
            "softmax never": ([run(1, 1), run(1, 3)], "No two runs differ in softmax"),
            "bias never": ([run(2, 1), run(1, 1)], "No two runs differ in bias"),
            "one run": ([run(2, 1)], "One run has nothing to be compared with"),
            "no run": ([], "an effect is read off a pair"),
            "as published": (
                [run(2, 1), run(1, 1), run(1, 3, "random")],
                "differ in bias and start: change one",
            ),
            "random softmax": (
                [run(2, 1, "random"), run(1, 1), run(1, 3)],
                "differ in softmax and start",
            ),
            "all random": (
                [run(2, 1, "random"), run(1, 1, "random"), run(1, 3, "random")],
                "a random start is a new draw each time",
            ),
            "repeated": ([run(2, 1), run(1, 1), run(2, 1)], "my_plan[0] and my_plan[2] are the sa"),
            "one to spare": (
                [run(2, 1), run(1, 1), run(1, 3), run(1, 3, "random")],
                "my_plan[3], with its random start, belongs to neither",
            ),
            "unknown key": ([run(2, 1) | {"lr": 0.1}, run(1, 1)], "there is no key 'lr'"),
            "capital": ([{"Softmax": 2, "bias": 1, "start": "zeros"}], "no key 'Softmax'"),
            "missing key": ([{"softmax": 2, "bias": 1}], "the key 'start' is missing"),
            "unknown value": ([run(2, 1), run(0, 1)], "my_plan[1]: 'softmax' must be 1 or 2, got"),
            "as text": ([run("2", 1)], "must be 1 or 2, got '2'"),
            "a tensor": ([run(2, torch.zeros(1))], "must be 1 or 3, got Tensor"),
            "true": ([run(True, 1)], "must be 1 or 2, got True"),
            "start of 0": ([run(1, 1, 0)], "'start' must be 'zeros' or 'random', got 0"),
            "a dict": ({"low": run(2, 1), "middle": run(1, 1)}, "was expected, got dict"),
            "tuples": ([(2, 1, "zeros"), (1, 1, "zeros")], "each run is a dict, got tuple"),
            "pairs": (
                [(run(2, 1), run(1, 1)), (run(1, 1), run(1, 3))],
                "got tuple of runs: one list holds them all",
            ),
            "key without quotes": (
                [{F.softmax: 2, "bias": 1, "start": "zeros"}],
                'a text in quotes, such as "softmax"; got function.',
            ),
            "floats": ([run(2.0, 1)], "must be 1 or 2, got the float 2.0"),
        },
        "right": {
            "by way of once": [run(2, 1), run(1, 1), run(1, 3)],
            "by way of own biases": [run(2, 1), run(2, 3), run(1, 3)],
            "from the sound run": (run(1, 3), run(2, 3), run(1, 1)),
            "all four": [run(softmax, bias) for softmax in (1, 2) for bias in (1, 3)],
        },
    },
}


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_the_band_is_where_the_doubled_cost_lies(classes):
    logits = 30 * torch.randn(
        2000, classes, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    target = torch.arange(2000) % classes
    doubled = F.cross_entropy(F.softmax(logits, dim=1), target, reduction="none")
    low, high = band(classes).tolist()
    assert low - 1e-9 <= doubled.min() < low + 1e-3 and high - 1e-3 < doubled.max() <= high + 1e-9


def test_a_plan_may_hold_anything():
    for odd in (None, 3, object(), {}, {1: 2}, [run(2, 1)], {"softmax": object()}, math.nan):
        result = check.experiment([run(2, 1), odd])
        assert result.verdict == "wrong" and "my_plan[1]" in repr(result)
        assert "0x" not in repr(result)
