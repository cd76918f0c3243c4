"""The checks of notebook 06, and answers that students give."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from lab06 import check


class Stub(nn.Module):
    """Turn features into logits."""

    ...


class StubWithMethods(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()

    def forward(self, x):
        return ...


class StubWithoutForward(nn.Module):
    def __init__(self, in_features, num_classes): ...


class StubWithSuper(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()


class ZeroLinear(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.linear = nn.Linear(in_features, num_classes)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, x):
        return self.linear(x)


class InNoGrad(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.linear = nn.Linear(in_features, num_classes)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter *= 0

    def forward(self, features):
        return features @ self.linear.weight.T + self.linear.bias


class OwnParameters(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.W = nn.Parameter(torch.zeros(in_features, num_classes))
        self.b = nn.Parameter(torch.zeros(num_classes))

    def forward(self, x):
        return x.matmul(self.W) + self.b


class BiasAsRow(OwnParameters):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        self.b = nn.Parameter(torch.zeros(1, num_classes))

    def forward(self, x):
        return torch.einsum("nf,fc->nc", x, self.W) + self.b


class OnesColumn(nn.Module):
    """Weights and bias in one table."""

    def __init__(self, in_features, num_classes):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(in_features + 1, num_classes))

    def forward(self, x):
        return torch.cat([x, torch.ones(len(x), 1)], dim=1) @ self.table


class IsLinear(nn.Linear):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        self.weight.data.zero_()
        self.bias.data.fill_(0)


class InSequential(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(in_features, num_classes))
        for parameter in self.layers.parameters():
            nn.init.constant_(parameter, 0)

    def forward(self, x):
        return self.layers(x)


class RandomLinear(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.linear = nn.Linear(in_features, num_classes)

    def forward(self, x):
        return self.linear(x)


class OnlyWeightZero(RandomLinear):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        nn.init.zeros_(self.linear.weight)


class StartsAtOne(RandomLinear):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        nn.init.ones_(self.linear.weight)


class OneEntry(ZeroLinear):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        self.linear.bias.data[-1] = 0.5


class NoSuper(nn.Module):
    def __init__(self, in_features, num_classes):
        self.in_features = in_features

    def forward(self, x):
        return x


class LateSuper(nn.Module):
    def __init__(self, in_features, num_classes):
        self.linear = nn.Linear(in_features, num_classes)
        super().__init__()

    def forward(self, x):
        return self.linear(x)


class NoForward(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.linear = nn.Linear(in_features, num_classes)


class NoInit(nn.Module):
    def forward(self, x):
        return x


class PlainTensors(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.W = torch.zeros(in_features, num_classes, requires_grad=True)
        self.b = torch.zeros(num_classes, requires_grad=True)

    def forward(self, x):
        return x @ self.W + self.b


class LocalNames(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        linear = nn.Linear(in_features, num_classes)
        nn.init.zeros_(linear.weight)

    def forward(self, x):
        return self.linear(x)


class SharedBias(OwnParameters):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        self.b = nn.Parameter(torch.zeros(1))


class NoBias(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.W = nn.Parameter(torch.zeros(in_features, num_classes))

    def forward(self, x):
        return x @ self.W


class BiasPerFeature(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.W = nn.Parameter(torch.zeros(in_features, num_classes))
        self.b = nn.Parameter(torch.zeros(in_features))

    def forward(self, x):
        return (x + self.b) @ self.W


class HardCoded(ZeroLinear):
    def __init__(self, in_features, num_classes):
        super().__init__(4, 3)


class TwoLayers(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.one, self.two = nn.Linear(in_features, 5), nn.Linear(5, num_classes)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x):
        return self.two(self.one(x))


class Frozen(ZeroLinear):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        self.linear.weight.requires_grad_(False)


class WithSoftmax(ZeroLinear):
    def forward(self, x):
        return F.softmax(super().forward(x), dim=1)


class WithLogSoftmax(ZeroLinear):
    def forward(self, x):
        return F.log_softmax(super().forward(x), dim=1)


class WithSigmoid(ZeroLinear):
    def forward(self, x):
        return torch.sigmoid(super().forward(x))


class Classes(ZeroLinear):
    def forward(self, x):
        return super().forward(x).argmax(dim=1)


class ReturnsNone(ZeroLinear):
    def forward(self, x):
        self.linear(x)


class ReturnsRows(ZeroLinear):
    def forward(self, x):
        return super().forward(x).tolist()


class AddsOne(ZeroLinear):
    def forward(self, x):
        return super().forward(x) + 1


class SubtractsOne(ZeroLinear):
    def forward(self, x):
        return super().forward(x) - 1


class AddsFeature(ZeroLinear):
    def forward(self, x):
        return super().forward(x) + x[:, :1]


class BiasOfSeven(OwnParameters):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        self.b = nn.Parameter(torch.zeros(7))


class SmallBatches(ZeroLinear):
    def forward(self, x):
        return super().forward(x.view(3, -1))


class UnusedBias(OwnParameters):
    def forward(self, x):
        return x @ self.W


class Detached(ZeroLinear):
    def forward(self, x):
        return super().forward(x).detach()


class WithDetachedWeights(ZeroLinear):
    def forward(self, x):
        return super().forward(x) * 0.5


class AllSizesSwapped(ZeroLinear):
    def __init__(self, in_features, num_classes):
        super().__init__(num_classes, in_features)


class SwappedLayer(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.linear = nn.Linear(num_classes, in_features)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x):
        return self.linear(x)


class SidewaysTable(OwnParameters):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        self.W = nn.Parameter(torch.zeros(num_classes, in_features))


class SidewaysLayer(ZeroLinear):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        self.linear.weight.data = torch.zeros(in_features, num_classes)


class ZeroesTheLayer(RandomLinear):
    def __init__(self, in_features, num_classes):
        super().__init__(in_features, num_classes)
        nn.init.zeros_(self.linear)


class NoModel:
    def __init__(self, in_features, num_classes):
        self.W = torch.zeros(in_features, num_classes, requires_grad=True)


def zeros(*shape):
    return torch.zeros(shape, requires_grad=True)


CATALOGUE = {
    check.zero_model: {
        "stub": Stub,
        "wrong": {
            "random": (RandomLinear, "linear.weight does not start at 0"),
            "only the weight": (OnlyWeightZero, "linear.bias does not start at 0"),
            "one entry": (OneEntry, "linear.bias does not start at 0: a layer"),
            "ones": (StartsAtOne, "linear.weight starts at 1"),
            "no super": (NoSuper, "super().__init__() is missing"),
            "late super": (LateSuper, "Call super().__init__() first"),
            "no forward": (NoForward, "`forward` is missing"),
            "no init": (NoInit, "`__init__` is missing"),
            "plain tensors": (PlainTensors, "Make it an nn.Parameter"),
            "not on self": (LocalNames, "assign a layer or an nn.Parameter to self"),
            "shared bias": (SharedBias, "one number for all classes"),
            "no bias": (NoBias, "The bias is missing"),
            "bias per feature": (BiasPerFeature, "The bias has one number per feature"),
            "hard-coded": (HardCoded, "the size of the lab"),
            "two layers": (TwoLayers, "one bias per class are enough"),
            "frozen": (Frozen, "linear.weight does not require grad"),
            "softmax": (WithSoftmax, "There is a softmax in forward"),
            "log_softmax": (WithLogSoftmax, "There is a log_softmax in forward"),
            "sigmoid": (WithSigmoid, "There is a sigmoid in forward"),
            "classes": (Classes, "one row per sample, one logit per class"),
            "no return": (ReturnsNone, "forward returned None"),
            "rows of numbers": (ReturnsRows, "should return a tensor, got list"),
            "one added": (AddsOne, "should be 0 at the start, got [1, 1, 1] for the first."),
            "one subtracted": (SubtractsOne, "got [-1, -1, -1] for the first."),
            "a feature added": (AddsFeature, "should be 0 at the start, got [-1"),
            "a bias of seven": (BiasOfSeven, "expected 15 numbers to learn, got 19"),
            "batches of three": (SmallBatches, "For epochs = 50 it stopped with RuntimeError"),
            "unused bias": (UnusedBias, "b has no part in the logits"),
            "detached": (Detached, "The logits carry no gradient"),
            "halved": (WithDetachedWeights, "it learns otherwise: at epoch 1 "),
            "sizes of the layer swapped": (SwappedLayer, "Are the two sizes of the layer swapped"),
            "weights on their side": (SidewaysTable, "they need the shape (4, 3)"),
            "a layer's weights on their side": (SidewaysLayer, "In nn.Linear the weights have a"),
            "a whole layer set to zero": (ZeroesTheLayer, "one parameter at a time"),
            "sizes swapped": (AllSizesSwapped, "expected 15 numbers to learn, got 16"),
            "no model": (NoModel, "let it inherit from nn.Module"),
            "an instance": (ZeroLinear(4, 3), "Hand over the class itself"),
            "a function": (lambda f, c: ZeroLinear(f, c), "A class was expected, got function"),
        },
        "right": {
            "nn.Linear": ZeroLinear,
            "no_grad": InNoGrad,
            "own parameters": OwnParameters,
            "bias as a row": BiasAsRow,
            "ones column": OnesColumn,
            "is a layer": IsLinear,
            "sequential": InSequential,
        },
    },
    check.own_bias: {
        "stub": lambda in_features, num_classes: ...,
        "wrong": {
            "one number": (lambda f, c: (zeros(f, c), zeros(1)), "which all classes would share"),
            "no dimension": (lambda f, c: (zeros(f, c), zeros()), "That is a single number"),
            "per feature": (lambda f, c: (zeros(f, c), zeros(f)), "one number per feature"),
            "per sample": (lambda f, c: (zeros(f, c), zeros(8)), "one number per sample"),
            "a row": (lambda f, c: (zeros(f, c), zeros(1, c)), "got (1, 3). The numbers"),
            "a table": (lambda f, c: (zeros(f, c), zeros(f, c)), "does not look at the features"),
            "no grad in b": (lambda f, c: (zeros(f, c), torch.zeros(c)), "b does not require grad"),
            "no grad in W": (lambda f, c: (torch.zeros(f, c), zeros(c)), "W does not require grad"),
            "transposed": (lambda f, c: (zeros(c, f), zeros(c)), "It lies on its side"),
            "ones": (
                lambda f, c: (zeros(f, c), torch.ones(c, requires_grad=True)),
                "b starts at 1",
            ),
            "random": (
                lambda f, c: (torch.randn(f, c, requires_grad=True), zeros(c)),
                "W does not start at 0",
            ),
            "integers": (
                lambda f, c: (zeros(f, c), torch.zeros(c, dtype=torch.int64)),
                "got torch.int64",
            ),
            "integers that require grad": (
                lambda f, c: (zeros(f, c), torch.zeros(c, dtype=int, requires_grad=True)),
                "stopped with RuntimeError",
            ),
            "a number": (lambda f, c: 0.0, "two tensors was expected, got float."),
            "W per sample": (
                lambda f, c: (zeros(8, c), zeros(c)),
                "W should have shape (4, 3), got",
            ),
            "seven": (lambda f, c: (zeros(f, c), zeros(7)), "b should have shape (3,), got (7,)."),
            "W alone": (lambda f, c: zeros(f, c), "one tensor came, of shape (4, 3)"),
            "changed places": (lambda f, c: (zeros(c), zeros(f, c)), "have changed places"),
            "three": (lambda f, c: (zeros(f, c), zeros(c), 0.1), "got tuple of length 3"),
            "a list of zeros": (lambda f, c: (zeros(f, c), [0.0] * c), "b should be a tensor"),
            "computed": (lambda f, c: (zeros(f, c), zeros(1, c)[0]), "computed from another"),
            "expanded": (
                lambda f, c: (zeros(f, c), torch.zeros(1).expand(c).requires_grad_()),
                "one number shown several times",
            ),
            "no return": (lambda f, c: None, "your function returned None"),
            "hard-coded": (lambda f, c: (zeros(4, 3), zeros(3)), "That is the size of the lab"),
            "a column": (lambda f, c: (zeros(f, c), zeros(c, 1)), "got (3, 1). The numbers"),
            "asked": (
                lambda f, c: (torch.zeros(f, c).requires_grad, zeros(c)),
                ".requires_grad only asks",
            ),
        },
        "right": {
            "torch": lambda f, c: (zeros(f, c), zeros(c)),
            "later": lambda f, c: (
                torch.zeros(f, c).requires_grad_(),
                torch.zeros(c).requires_grad_(),
            ),
            "parameters": lambda f, c: (
                nn.Parameter(torch.zeros(f, c)),
                nn.Parameter(torch.zeros(c)),
            ),
            "loop": lambda f, c: tuple(
                torch.tensor(start, requires_grad=True)
                for start in ([[0.0] * c for _ in range(f)], [0.0] * c)
            ),
            "a list": lambda f, c: [zeros(f, c), zeros(c)],
        },
    },
}


def raising(error):
    """Make a class of models that raises as soon as one is made."""

    class Raises(nn.Module):
        def __init__(self, *sizes):
            raise error

        def forward(self, x):
            return x

    return Raises


class Lazy(nn.Module):
    def __init__(self, in_features, num_classes):
        super().__init__()
        self.linear = nn.LazyLinear(num_classes)

    def forward(self, x):
        return x


class OddParameters(ZeroLinear):
    def named_parameters(self, *args, **named):
        return 3


class ExitsInForward(ZeroLinear):
    def forward(self, x):
        exit()


class StopsLater(ZeroLinear):
    """Answers once, and raises in training."""

    def forward(self, x):
        if len(x) == 8:
            raise KeyboardInterrupt
        return super().forward(x)


CURSED_MODELS = {
    "raises": raising(ZeroDivisionError()),
    "exits": raising(SystemExit()),
    "stopped": raising(KeyboardInterrupt()),
    "lazy": Lazy,
    "odd parameters": OddParameters,
    "exits in forward": ExitsInForward,
    "stops in training": StopsLater,
    "a module of modules": nn.Sequential,
    "the base class of layers": nn.Linear,
    "an object": object(),
}


@pytest.mark.parametrize("stub", [StubWithMethods, StubWithoutForward, StubWithSuper, nn.Module])
def test_a_class_that_was_only_begun_is_not_attempted(stub):
    assert repr(check.zero_model(stub)).startswith("Not attempted yet")


@pytest.mark.parametrize("name", CURSED_MODELS)
def test_no_model_makes_the_check_raise(name):
    result = check.zero_model(CURSED_MODELS[name])
    assert not result and result.words.startswith("Not yet. ")
    assert len(result.words) < 700 and "0x" not in result.words


def test_your_own_random_numbers_are_not_disturbed():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = repr(check.zero_model(RandomLinear))
    assert torch.equal(torch.rand(3), expected)
    assert repr(check.zero_model(RandomLinear)) == first
