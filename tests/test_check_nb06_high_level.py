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
            "random": RandomLinear,
            "only the weight": OnlyWeightZero,
            "one entry": OneEntry,
            "ones": StartsAtOne,
            "no super": NoSuper,
            "late super": LateSuper,
            "no forward": NoForward,
            "no init": NoInit,
            "plain tensors": PlainTensors,
            "not on self": LocalNames,
            "shared bias": SharedBias,
            "no bias": NoBias,
            "bias per feature": BiasPerFeature,
            "hard-coded": HardCoded,
            "two layers": TwoLayers,
            "frozen": Frozen,
            "softmax": WithSoftmax,
            "log_softmax": WithLogSoftmax,
            "sigmoid": WithSigmoid,
            "classes": Classes,
            "no return": ReturnsNone,
            "rows of numbers": ReturnsRows,
            "one added": AddsOne,
            "one subtracted": SubtractsOne,
            "a feature added": AddsFeature,
            "a bias of seven": BiasOfSeven,
            "batches of three": SmallBatches,
            "unused bias": UnusedBias,
            "detached": Detached,
            "halved": WithDetachedWeights,
            "sizes of the layer swapped": SwappedLayer,
            "weights on their side": SidewaysTable,
            "a layer's weights on their side": SidewaysLayer,
            "a whole layer set to zero": ZeroesTheLayer,
            "sizes swapped": AllSizesSwapped,
            "no model": NoModel,
            "an instance": ZeroLinear(4, 3),
            "a function": lambda f, c: ZeroLinear(f, c),
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
            "one number": lambda f, c: (zeros(f, c), zeros(1)),
            "no dimension": lambda f, c: (zeros(f, c), zeros()),
            "per feature": lambda f, c: (zeros(f, c), zeros(f)),
            "per sample": lambda f, c: (zeros(f, c), zeros(8)),
            "a row": lambda f, c: (zeros(f, c), zeros(1, c)),
            "a table": lambda f, c: (zeros(f, c), zeros(f, c)),
            "no grad in b": lambda f, c: (zeros(f, c), torch.zeros(c)),
            "no grad in W": lambda f, c: (torch.zeros(f, c), zeros(c)),
            "transposed": lambda f, c: (zeros(c, f), zeros(c)),
            "ones": lambda f, c: (zeros(f, c), torch.ones(c, requires_grad=True)),
            "random": lambda f, c: (torch.randn(f, c, requires_grad=True), zeros(c)),
            "integers": lambda f, c: (zeros(f, c), torch.zeros(c, dtype=torch.int64)),
            "integers that require grad": (
                lambda f, c: (zeros(f, c), torch.zeros(c, dtype=int, requires_grad=True))
            ),
            "a number": lambda f, c: 0.0,
            "W per sample": lambda f, c: (zeros(8, c), zeros(c)),
            "seven": lambda f, c: (zeros(f, c), zeros(7)),
            "W alone": lambda f, c: zeros(f, c),
            "changed places": lambda f, c: (zeros(c), zeros(f, c)),
            "three": lambda f, c: (zeros(f, c), zeros(c), 0.1),
            "a list of zeros": lambda f, c: (zeros(f, c), [0.0] * c),
            "computed": lambda f, c: (zeros(f, c), zeros(1, c)[0]),
            "expanded": lambda f, c: (zeros(f, c), torch.zeros(1).expand(c).requires_grad_()),
            "no return": lambda f, c: None,
            "hard-coded": lambda f, c: (zeros(4, 3), zeros(3)),
            "a column": lambda f, c: (zeros(f, c), zeros(c, 1)),
            "asked": lambda f, c: (torch.zeros(f, c).requires_grad, zeros(c)),
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
