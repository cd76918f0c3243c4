"""The checks of notebooks 04, 05 and 06, and answers that students give."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from lab06 import check


def softmax_rows(z):
    return F.softmax(z, dim=1)


def share(z, y):
    return (z.argmax(1) == y).float()


def p_true(z, y):
    return softmax_rows(z)[torch.arange(len(y)), y]


def naive_share(z, y):
    p = z.exp() / z.exp().sum(1, keepdim=True)
    return (p.argmax(1) == y).float().mean()


def loop_share(z, y):
    right = 0
    for row, true in zip(z, y, strict=True):
        right += int(row.max() == row[true])
    return torch.tensor(right / len(y))


def gradient(W, x, y, cost=F.cross_entropy):
    W = W.detach().clone().requires_grad_()
    cost(x @ W, y).backward()
    return W.grad


def step(W, x, y, lr):
    return W - lr * gradient(W, x, y)


def in_place(W, x, y, lr):
    W -= lr * gradient(W, x, y)
    return W


def in_place_on_the_leaf(W, x, y, lr):
    W.requires_grad_()
    F.cross_entropy(x @ W, y).backward()
    with torch.no_grad():
        W -= lr * W.grad
    return W


def in_place_on_a_copy(W, x, y, lr):
    new = W.clone().requires_grad_()
    F.cross_entropy(x @ new, y).backward()
    with torch.no_grad():
        new -= lr * new.grad
    return new


def backward_twice(W, x, y, lr):
    W = W.clone().requires_grad_()
    for _ in range(2):
        F.cross_entropy(x @ W, y).backward()
    return (W - lr * W.grad).detach()


def no_requires_grad(W, x, y, lr):
    F.cross_entropy(x @ W, y).backward()
    return W - lr * W.grad


def no_return(W, x, y, lr):
    W = W - lr * gradient(W, x, y)


def with_sgd(W, x, y, lr):
    W = nn.Parameter(W.clone())
    optimizer = torch.optim.SGD([W], lr=lr)
    F.cross_entropy(x @ W, y).backward()
    optimizer.step()
    return W


def by_formula(W, x, y, lr):
    error = softmax_rows(x @ W) - F.one_hot(y, W.shape[1])
    return W - lr * x.T @ error / len(y)


def loop_step(W, x, y, lr):
    p = softmax_rows(x @ W)
    new = W.clone()
    for n in range(len(y)):
        for c in range(W.shape[1]):
            new[:, c] -= lr * (p[n, c] - float(y[n] == c)) * x[n] / len(y)
    return new


def one_hot(z, y):
    return torch.zeros_like(z).scatter_(1, y.unsqueeze(1), 1)


def published(logits, y):
    hypothesis = F.softmax(logits, dim=1)
    y_one_hot = torch.zeros_like(hypothesis).scatter_(1, y.unsqueeze(1), 1)
    return -(y_one_hot * torch.log(F.softmax(hypothesis, dim=1))).sum(dim=1).mean()


def repaired(logits, y):
    hypothesis = F.softmax(logits, dim=1)
    y_one_hot = torch.zeros_like(hypothesis).scatter_(1, y.unsqueeze(1), 1)
    return -(y_one_hot * torch.log(hypothesis)).sum(dim=1).mean()


def loop_cost(logits, y):
    losses = [
        -(row.exp()[true] / row.exp().sum()).log() for row, true in zip(logits, y, strict=True)
    ]
    return sum(losses) / len(losses)


def ups(costs):
    return costs[1:] > costs[:-1]


def loop_rises(costs):
    count = 0
    for epoch in range(1, len(costs)):
        if costs[epoch] > costs[epoch - 1]:
            count += 1
    return torch.tensor(count)


def in_place_rises(costs):
    before, steps = costs[:-1], costs[1:].clone()
    steps -= before
    return torch.count_nonzero(steps > 0)


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


class NoModel:
    def __init__(self, in_features, num_classes):
        self.W = torch.zeros(in_features, num_classes, requires_grad=True)


def zeros(*shape):
    return torch.zeros(shape, requires_grad=True)


CATALOGUE = {
    check.accuracy: {
        "stub": lambda logits, y: ...,
        "wrong": {
            "dim 0": (lambda z, y: (z.argmax(0) == y).float().mean(), "argmax runs along dim 0"),
            "count": (lambda z, y: share(z, y).sum(), "the accuracy is their share"),
            "count of integers": (
                lambda z, y: (z.argmax(1) == y).sum(),
                "float32, got torch.int64",
            ),
            "errors": (lambda z, y: 1 - share(z, y).mean(), "share of rows that are wrong"),
            "percent": (lambda z, y: 100 * share(z, y).mean(), "a share lies between 0 and 1"),
            "values": (lambda z, y: (z.max(1).values == y).float().mean(), "y holds places"),
            "threshold": (
                lambda z, y: (p_true(z, y) > 0.5).float().mean(),
                "a probability above 0.5",
            ),
            "probability": (lambda z, y: p_true(z, y).mean(), "either right or wrong"),
            "argmin": (lambda z, y: (z.argmin(1) == y).float().mean(), "the smallest logit"),
            "no dim": (lambda z, y: (z.argmax() == y).float().mean(), "argmax without dim"),
            "classes": (lambda z, y: share(z, y).sum() / z.shape[1], "the number of classes"),
            "entries": (lambda z, y: share(z, y).sum() / z.numel(), "the number of all entries"),
            "all or nothing": (lambda z, y: share(z, y).prod(), "Do all rows have to be right"),
            "softmax overflows": (naive_share, "exp overflows here"),
            "no mean": (share, "expected shape (), got (4,)"),
            "bool mean": (lambda z, y: (z.argmax(1) == y).mean(), "stopped with RuntimeError"),
            "item": (lambda z, y: share(z, y).mean().item(), "a tensor was expected, got float"),
            "whole division": (
                lambda z, y: ((z.argmax(1) == y).sum() // len(y)).float(),
                "did a division drop the fraction",
            ),
            "dtype": (lambda z, y: share(z, y).double().mean(), "The number is right: `.float()`"),
            "hard-coded": (lambda z, y: torch.tensor(0.25), "logits = [[0.5, 2, 1], "),
        },
        "right": {
            "torch": lambda z, y: (z.argmax(dim=1) == y).float().mean(),
            "loop": loop_share,
            "division": lambda z, y: (z.max(dim=1).indices == y).sum() / len(y),
            "after softmax": lambda z, y: (softmax_rows(z).argmax(1) == y).float().mean(),
            "gather": lambda z, y: (z.gather(1, y[:, None])[:, 0] == z.amax(1)).to(z.dtype).mean(),
        },
    },
    check.update: {
        "stub": lambda W, x, y, lr: ...,
        "wrong": {
            "untouched": (lambda W, x, y, lr: W.clone(), "Nothing was subtracted"),
            "ascent": (lambda W, x, y, lr: W + lr * gradient(W, x, y), "goes uphill"),
            "no lr": (lambda W, x, y, lr: W - gradient(W, x, y), "has no effect yet"),
            "over lr": (lambda W, x, y, lr: W - gradient(W, x, y) / lr, "divide by the learning"),
            "sum": (
                lambda W, x, y, lr: W - lr * x.T @ (softmax_rows(x @ W) - one_hot(x @ W, y)),
                "the sum over the samples",
            ),
            "all entries": (
                lambda W, x, y, lr: W - lr * gradient(W, x, y) / W.shape[1],
                "a mean over all N · C entries",
            ),
            "mean again": (
                lambda W, x, y, lr: W - lr * gradient(W, x, y) / len(x),
                "once too often",
            ),
            "gradient": (lambda W, x, y, lr: gradient(W, x, y), "the gradient, not the new W"),
            "lr gradient": (lambda W, x, y, lr: lr * gradient(W, x, y), "lr times the gradient"),
            "step alone": (lambda W, x, y, lr: -lr * gradient(W, x, y), "That is the step alone"),
            "two steps": (lambda W, x, y, lr: step(step(W, x, y, lr), x, y, lr), "are two steps"),
            "accumulated": (backward_twice, "`backward` adds to"),
            "cost": (lambda W, x, y, lr: W - lr * F.cross_entropy(x @ W, y), "the cost itself"),
            "softmax": (
                lambda W, x, y, lr: (
                    W - lr * gradient(W, x, y, lambda z, y: F.cross_entropy(softmax_rows(z), y))
                ),
                "a softmax before F.cross_entropy",
            ),
            "no targets": (
                lambda W, x, y, lr: W - lr * x.T @ softmax_rows(x @ W) / len(y),
                "The targets have no effect",
            ),
            "in place": (in_place, "changed its argument W: work on"),
            "in place as the notebook": (in_place_on_the_leaf, "Your function changed its arg"),
            "no requires_grad": (no_requires_grad, "stopped with RuntimeError"),
            "no return": (no_return, "your function returned None"),
            "dtype": (
                lambda W, x, y, lr: step(W.float(), x.float(), y, lr),
                "keep the dtype of W",
            ),
        },
        "right": {
            "autograd": lambda W, x, y, lr: step(W, x, y, lr),
            "formula": by_formula,
            "loop": loop_step,
            "in place on a copy": in_place_on_a_copy,
            "SGD": with_sgd,
        },
    },
    check.low_level_cost: {
        "stub": lambda logits, y: ...,
        "wrong": {
            "published": (published, "still the published cost"),
            "no softmax": (
                lambda z, y: -(one_hot(z, y) * torch.log(z)).sum(1).mean(),
                "No softmax is left",
            ),
            "nll of logits": (lambda z, y: F.nll_loss(z, y), "softmax and logarithm are missing"),
            "no log": (
                lambda z, y: -(one_hot(z, y) * softmax_rows(z)).sum(1).mean(),
                "minus the mean probability of the true class",
            ),
            "nll of probabilities": (
                lambda z, y: F.nll_loss(softmax_rows(z), y),
                "F.nll_loss does not take the logarithm",
            ),
            "no log, twice": (
                lambda z, y: F.nll_loss(softmax_rows(softmax_rows(z)), y),
                "The logarithm is missing, and softmax",
            ),
            "all entries": (
                lambda z, y: -(one_hot(z, y) * torch.log(softmax_rows(z))).mean(),
                "the mean over all N · C entries",
            ),
            "sum": (
                lambda z, y: -(one_hot(z, y) * torch.log(softmax_rows(z))).sum(1).sum(),
                "the sum over the samples",
            ),
            "dims of the sum": (
                lambda z, y: -(one_hot(z, y) * torch.log(softmax_rows(z))).sum(0).mean(),
                "add up along dim 1",
            ),
            "dim 0": (
                lambda z, y: F.nll_loss(F.log_softmax(z, 0), y),
                "The softmax runs along dim 0",
            ),
            "dim 0 and twice": (
                lambda z, y: F.cross_entropy(F.softmax(z, 0), y),
                "there is one too many",
            ),
            "sign": (lambda z, y: -F.cross_entropy(z, y), "The minus sign is lost"),
            "log of the mean": (
                lambda z, y: -p_true(z, y).mean().log(),
                "have changed places",
            ),
            "every class": (
                lambda z, y: -torch.log(softmax_rows(z)).sum(1).mean(),
                "All classes are charged",
            ),
            "log twice": (
                lambda z, y: -(one_hot(z, y) * torch.log(F.log_softmax(z, 1))).sum(1).mean(),
                "a number that is no probability",
            ),
            "no mean": (
                lambda z, y: F.cross_entropy(z, y, reduction="none"),
                "expected shape (), got (2,)",
            ),
            "item": (lambda z, y: F.cross_entropy(z, y).item(), "a tensor was expected, got float"),
            "dtype": (
                lambda z, y: F.cross_entropy(z.double(), y),
                "keep the dtype of the logits",
            ),
            "detached": (
                lambda z, y: F.cross_entropy(z.detach(), y),
                "the gradient by logits is lost",
            ),
        },
        "right": {
            "repaired": repaired,
            "torch": lambda z, y: F.cross_entropy(z, y),
            "log_softmax": lambda z, y: -(one_hot(z, y) * F.log_softmax(z, 1)).sum(1).mean(),
            "the first softmax removed": lambda z, y: (
                -(one_hot(z, y) * torch.log(F.softmax(z, dim=1))).sum(dim=1).mean()
            ),
            "indexing": lambda z, y: -p_true(z, y).log().mean(),
            "loop": loop_cost,
        },
    },
    check.rises: {
        "stub": lambda costs: ...,
        "wrong": {
            "falls": (lambda c: (c[1:] < c[:-1]).sum(), "how often it fell"),
            "ties": (lambda c: (c[1:] >= c[:-1]).sum(), "stays the same has not risen"),
            "first cost": (lambda c: (c[1:] > c[0]).sum(), "compare with the first cost"),
            "roll": (lambda c: (c > c.roll(1)).sum(), "the first cost with the last one"),
            "where": (lambda c: ups(c).nonzero()[0, 0], "when it rose first"),
            "which epoch": (lambda c: ups(c).nonzero()[0, 0] + 1, "or the first epoch with a"),
            "updates": (lambda c: torch.tensor(len(ups(c))), "the number of all updates"),
            "two apart": (lambda c: (c[2:] > c[:-2]).sum(), "two updates apart"),
            "without the first": (lambda c: ups(c)[1:].sum(), "The first update is left out"),
            "without the last": (lambda c: ups(c)[:-1].sum(), "The last update is left out"),
            "smallest so far": (
                lambda c: (c[1:] > c.cummin(0).values[:-1]).sum(),
                "the smallest cost so far",
            ),
            "peaks": (lambda c: (ups(c)[:-1] & ~ups(c)[1:]).sum(), "the number of peaks"),
            "one too many": (lambda c: ups(c).sum() + 1, "one too many, or"),
            "share": (lambda c: ups(c).float().mean(), "the share of the updates"),
            "item": (lambda c: ups(c).sum().item(), "a tensor was expected, got int"),
            "unsummed": (ups, "expected shape (), got (4,)"),
            "dtype": (lambda c: ups(c).sum().float(), "a count is a whole number"),
        },
        "right": {
            "torch": lambda c: (c[1:] > c[:-1]).sum(),
            "diff": lambda c: torch.count_nonzero(c.diff() > 0),
            "loop": loop_rises,
            "in place on a copy": in_place_rises,
            "einsum": lambda c: torch.einsum("e->", ups(c).long()),
        },
    },
    check.zero_model: {
        "stub": Stub,
        "wrong": {
            "random": (RandomLinear, "linear.weight does not start at 0"),
            "only the weight": (OnlyWeightZero, "linear.bias does not start at 0"),
            "ones": (StartsAtOne, "linear.weight starts at 1"),
            "no super": (NoSuper, "super().__init__() is missing"),
            "late super": (LateSuper, "Call super().__init__() first"),
            "no forward": (NoForward, "`forward` is missing"),
            "no init": (NoInit, "`__init__` is missing"),
            "plain tensors": (PlainTensors, "Make it an nn.Parameter"),
            "not on self": (LocalNames, "assign a layer or an nn.Parameter to self"),
            "shared bias": (SharedBias, "one number for all classes"),
            "no bias": (NoBias, "The bias is missing"),
            "bias per feature": (BiasPerFeature, "one number per feature"),
            "hard-coded": (HardCoded, "the size of the lab"),
            "two layers": (TwoLayers, "one bias per class are enough"),
            "frozen": (Frozen, "linear.weight does not require grad"),
            "softmax": (WithSoftmax, "There is a softmax in forward"),
            "log_softmax": (WithLogSoftmax, "There is a log_softmax in forward"),
            "sigmoid": (WithSigmoid, "There is a sigmoid in forward"),
            "classes": (Classes, "one row per sample, one logit per class"),
            "no return": (ReturnsNone, "forward returned None"),
            "unused bias": (UnusedBias, "b has no part in the logits"),
            "detached": (Detached, "The logits carry no gradient"),
            "halved": (WithDetachedWeights, "it learns otherwise: at epoch 1 "),
            "sizes swapped": (AllSizesSwapped, "expected 15 numbers to learn, got 16"),
            "no model": (NoModel, "let it inherit from nn.Module"),
            "an instance": (ZeroLinear(4, 3), "Hand over the class itself"),
            "a function": (lambda f, c: ZeroLinear(f, c), "Hand over your class, without"),
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
            "a row": (lambda f, c: (zeros(f, c), zeros(1, c)), "needs one dimension only"),
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
            "hard-coded": (lambda f, c: (zeros(4, 3), zeros(3)), "W should have shape (2, 4)"),
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


@pytest.mark.parametrize("stub", [StubWithMethods, StubWithoutForward, nn.Module])
def test_a_class_that_was_only_begun_is_not_attempted(stub):
    assert repr(check.zero_model(stub)).startswith("Not attempted yet")


@pytest.mark.parametrize("name", CURSED_MODELS)
def test_no_model_makes_the_check_raise(name):
    result = check.zero_model(CURSED_MODELS[name])
    assert not result and repr(result).startswith("Not yet. ")
    assert len(repr(result)) < 700 and "0x" not in repr(result)


def test_your_own_random_numbers_are_not_disturbed():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = repr(check.zero_model(RandomLinear))
    assert torch.equal(torch.rand(3), expected)
    assert repr(check.zero_model(RandomLinear)) == first
