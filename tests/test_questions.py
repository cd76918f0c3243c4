"""teaching/questions.md: its figures and answers computed in bare torch; the file for Moodle."""

import math
import re
from functools import cache
from xml.etree import ElementTree

import nbformat
import pytest
import questions
import torch
import torch.nn.functional as F
from claims import X, Y
from test_notebooks import NOTEBOOKS, is_computed, markdown, numbers_claimed
from torch import nn, tensor

from lab06.data import load_penguins

TEXT = questions.SOURCE.read_text(encoding="utf-8")
XML = questions.SOURCE.with_suffix(".xml").read_text(encoding="utf-8")
BANK = questions.read(TEXT)
ALL = [question for section in BANK.values() for question in section]
FACTS = {}  # number of a question: what computes it
Z3 = tensor([[2.0, 1.0, 0.1], [0.3, 0.2, 1.5], [0.0, 4.0, -1.0]])


def about(number):
    """Register a function of the choices, the right one first, that returns figures of a question.

    It asserts what is right and what the wrong choices go wrong by. What it returns is
    computed, or given in the question.
    """

    def register(function):
        assert number not in FACTS, number
        FACTS[number] = function

    return register


def amount(text, value):
    """Assert that a choice begins with this value, rounded; a tolerance must cover the value."""
    written = re.match(r"-?[\d.]+", text.replace("−", "-"))[0]
    half_digit = 0.5 * 10.0 ** -len(written.partition(".")[2])
    assert abs(float(written) - value) <= half_digit + 1e-9, (text, value)
    if "±" in text:
        assert abs(float(written) - value) <= float(text.split("±")[1])


def amounts(choices, *values):
    for text, value in zip(choices, values, strict=True):
        amount(text, float(value))
    return [abs(float(value)) for value in values]


@cache
def run(twice=False, lr=0.1, classes_share_bias=True, updates=1001):
    """Train on the eight points from zeros. Return costs, gradients of the bias, last logits."""
    W = torch.zeros(4, 3, dtype=torch.float64, requires_grad=True)
    b = torch.zeros(1 if classes_share_bias else 3, dtype=torch.float64, requires_grad=True)
    costs, pulls = [], []
    for _ in range(updates):
        logits = X @ W + b
        cost = F.cross_entropy(logits.softmax(dim=1) if twice else logits, Y)
        W.grad = b.grad = None
        cost.backward()
        costs.append(cost.item())
        pulls.append(b.grad.abs().max().item())
        last = logits.detach()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
    return tensor(costs), max(pulls), last


def gradient(cost, *at):
    z = tensor([at], requires_grad=True)
    cost(z).backward()
    return z.grad[0]


@about("00.1")
def _(right, *wrong):
    assert right.startswith("That cannot be said")
    p = tensor([[0.5379, 0.4621]] * 4)  # the same model, averaged over samples and over entries
    picked = -(F.one_hot(tensor([0] * 4), 2) * p.log())
    assert round((picked.sum(dim=1).mean() / picked.mean()).item(), 6) == 2
    return picked.sum(dim=1).mean(), picked.mean()


@about("00.2")
def _(right, *wrong):
    before, after = tensor([[0.5, 0.0], [0.0, 0.6]]), tensor([[5.0, 0.0], [0.0, 6.0]])
    y = tensor([0, 1])
    assert F.cross_entropy(after, y) < F.cross_entropy(before, y)
    assert torch.equal(before.argmax(1), after.argmax(1)), "no more samples are right"
    assert right == "By this cost, the model fits its training data better than at its start."
    return 1.10, 0.40


@about("01.1")
def _(right, *wrong):
    assert right == "The same three probabilities."
    near, far = tensor([1.0, 2.0, 3.0]), tensor([101.0, 102.0, 103.0])
    assert torch.allclose(F.softmax(near, 0), F.softmax(far, 0), atol=1e-6)
    return 101, 102, 103


@about("01.2")
def _(right, *wrong):
    assert right == "The probability of class 0, divided by that of any other class."
    p = F.softmax(Z3, 1)
    q = F.softmax(Z3 + tensor([1.0, 0, 0]), 1)
    assert torch.allclose((q[:, :1] / q) / (p[:, :1] / p), tensor([1, math.e, math.e]))
    assert (q[:, 0] / p[:, 0] < math.e - 0.01).all()
    return math.e, 0.5


@about("01.3")
def _(*choices):
    z = tensor([2.0, 1.0, 0.0])
    p = F.softmax(z, 0)[0]
    return amounts(choices, F.softmax(z / 5, 0)[0], F.softmax(z * 5, 0)[0], p, p / 5)


@about("01.4")
def _(right, *wrong):
    assert right.startswith("Each column adds up to 1")
    p = F.softmax(X[:, :3], dim=0)
    assert torch.allclose(p.sum(0), torch.ones(3, dtype=p.dtype)) and p.numel() == 24
    assert not torch.isclose(p.sum(1), torch.ones(8, dtype=p.dtype), atol=1e-3).any()
    return (p.numel(),)


@about("01.5")
def _(right, *wrong):
    assert right == "To keep the exponential from overflowing."
    z = tensor([1000.0, 0.0])
    assert (z.exp() / z.exp().sum()).isnan().any()
    assert F.softmax(z, 0).tolist() == [1, 0], "and the probabilities may well be 0 and 1"
    shifted = Z3 - Z3.amax(1, keepdim=True)
    assert (shifted <= 0).all()
    assert torch.allclose(shifted.exp() / shifted.exp().sum(1, keepdim=True), F.softmax(Z3, 1))
    return ()


@about("02.1")
def _(*choices):
    p = tensor([0.5, 0.25])
    mean, of_mean = -p.log().mean(), -p.mean().log()
    return 0.5, 0.25, *amounts(choices, mean, of_mean, -p.log2().mean(), (1 - p).mean())


@about("02.2")
def _(right, *wrong):
    a, b = tensor([0.6, 0.6, 0.3]), tensor([0.99, 0.99, 0.001])
    assert right.startswith("A's: B's third day") and -b[2].log() > -a.log().sum()
    assert torch.equal(a > 0.5, b > 0.5) and (a > 0.5).sum() == 2
    return -a.log().mean(), -b.log().mean(), 0.6, 0.3, 0.99, 0.001


@about("02.3")
def _(*choices):
    p = tensor([[0.7, 0.2, 0.1]])
    right = gradient(lambda z: F.cross_entropy(z, tensor([1])), *p.log()[0].tolist())
    by_p = gradient(lambda q: -q[0, 1].log(), *p[0].tolist())
    only = right * tensor([0, 1, 0])
    for text, values in zip(choices, [right, -right, only, by_p], strict=True):
        written = [float(n) for n in text.replace("−", "-").strip("()").split(", ")]
        assert torch.allclose(tensor(written), values, atol=1e-5), text
    return *p[0].tolist(), 0.8


@about("02.4")
def _(*choices):
    log_p = F.log_softmax(torch.randn(10, 5, generator=torch.Generator().manual_seed(0)), 1)
    y = torch.arange(10) % 5
    ratio = F.nll_loss(log_p, y) / -(F.one_hot(y, 5) * log_p).mean()
    assert torch.isclose(ratio, tensor(5.0)) and log_p.numel() == 50
    return 10, 50, *amounts(choices, 0.3 * ratio, 0.3, 0.3 / 5, 0.3 * 10)


@about("02.5")
def _(right, *wrong):
    p = y = tensor([1.0, 0, 0])
    assert right == "`nan`" and (-(y * torch.log(p)).sum()).isnan() and -torch.log(p[0]) == 0
    return ()


@about("03.1")
def _(*choices):
    p = tensor([[0.5, 0.5], [0.3, 0.7]])
    y = tensor([0, 0])
    assert choices[3].startswith("An error")
    value, log = F.nll_loss(p, y), F.nll_loss(p.log(), y)
    assert value < 0 and choices[0].startswith("−")
    return 0.5, 0.3, *amounts(choices[:3], -0.4, log, 0.4), -value


@about("03.2")
def _(right, *wrong):
    assert right == "Nothing."
    y = tensor([0, 2, 2])
    for cost in (F.cross_entropy, lambda z, y: F.cross_entropy(F.log_softmax(z, 1), y)):
        z = Z3.clone().requires_grad_()
        cost(z, y).backward()
        torch.testing.assert_close(cost(z, y), F.cross_entropy(Z3, y), check_stride=False)
        torch.testing.assert_close(z.grad, (F.softmax(Z3, 1) - F.one_hot(y, 3)) / 3)
    return ()


@about("03.3")
def _(*choices):
    z = Z3[0]
    before, after = z.logsumexp(0), (z + 10).logsumexp(0)
    amount("2.417", before.item())
    return 10, *amounts(choices, after, before, 10 * before, before + math.log(10))


@about("03.4")
def _(right, *wrong):
    def cost(z):
        return -torch.log(F.softmax(z, 1)[0, 1] + 1e-8)

    assert cost(tensor([[200.0, 0.0]])).isfinite() and F.softmax(tensor([200.0, 0]), 0)[1] == 0
    assert not gradient(cost, 200.0, 0.0).any()
    assert "gradient is 0: they are given up" in right
    return (cost(tensor([[200.0, 0.0]])),)


@about("03.5")
def _(right, *wrong):
    assert right.startswith("Apply softmax to the outputs")
    assert not torch.isclose(Z3.exp().sum(1), torch.ones(3)).any() and (Z3 < 0).any()
    return ()


@about("04.1")
def _(*choices):
    y = torch.arange(20) % 5
    return 20, *amounts(choices, F.cross_entropy(torch.zeros(20, 5), y), 0, 1 / 5, math.log(20))


@about("04.2")
def _(*choices):
    w = torch.zeros(1, requires_grad=True)
    for slope in (0.3, -0.1):
        (slope * w).sum().backward()
    return 0.3, *amounts(choices[:3], w.grad, -0.1, 0.1)


@about("04.3")
def _(*choices):
    recorded, updates = [], 0
    for _ in range(1001):
        recorded.append(updates)
        updates += 1
    return amounts(choices, recorded[-1], updates, 999)


@about("04.4")
def _(right, *wrong):
    W = torch.zeros(4, 3, dtype=X.dtype, requires_grad=True)
    F.cross_entropy(X @ W, Y).backward()
    with torch.no_grad():
        W = W - 0.1 * W.grad
    cost = F.cross_entropy(X @ W, Y)
    assert cost < math.log(3), "the next cost is computed from the new tensor"
    W.grad = None
    with pytest.raises(RuntimeError, match="does not require grad"):
        cost.backward()
    assert right == "The second `backward` raises an error."
    return ()


@about("04.5")
def _(*choices):
    w = torch.full((1,), 0.5, requires_grad=True)
    (-0.2 * w).sum().backward()
    step = (w - 0.1 * w.grad).item()
    return 0.1, 0.5, 0.2, *amounts(choices, step, 0.48, 0.7, 0.3)


@about("05.1")
def _(right, *wrong):
    logits = torch.zeros(8, 3)
    with pytest.raises(RuntimeError):
        F.cross_entropy(logits, F.one_hot(Y, 3))
    assert right == "one-hot rows, int64, shape (8, 3)"
    for target in (Y, F.one_hot(Y, 3).float(), torch.full((8, 3), 1 / 3)):
        assert F.cross_entropy(logits, target).isfinite()
    return ()


@about("05.2")
def _(right, *wrong):
    costs, _, _ = run()
    assert (costs[::100].diff() < 0).all() and right.startswith("That cannot be said")
    assert (run(lr=0.05)[0].diff() < 0).all(), "another run with such a log never rises"
    return (costs.diff() > 0).sum(), 1000


@about("05.3")
def _(right, *wrong):
    assert right == "The functions that they minimise."
    return ()


@about("05.4")
def _(right, *wrong):
    def zigzags(lr):
        return (run(lr=lr)[0].diff()[-200:].sign().diff() != 0).sum().item()

    assert right == "A smaller learning rate."
    assert zigzags(0.1) == 199 and zigzags(0.05) == 0
    band = run()[0][-200:]
    assert (band[2:] < band[:-2]).all(), "both edges sink"
    assert band.diff().abs().mean() < run(lr=0.12)[0][-200:].diff().abs().mean()
    return 0.1, 0.05


@about("05.5")
def _(right, *wrong):
    x, y = torch.cat([X, X]), torch.cat([Y, Y])
    found = []
    for inputs, target in ((X, Y), (x, y)):
        W = (X[:4, :3] / 10).clone().requires_grad_()
        cost = F.cross_entropy(inputs @ W, target)
        cost.backward()
        found.append((cost.detach(), W.grad))
    torch.testing.assert_close(*found)
    assert right == "Neither changes."
    return (len(x),)


@about("06.1")
def _(right, *wrong):
    W, x = torch.arange(12.0).reshape(4, 3), X.float()
    names = {"W": W}

    def outcome(line):
        linear = nn.Linear(4, 3, bias=False)
        with torch.no_grad():
            exec(line.strip("`"), {**names, "linear": linear})
        return linear(x)

    torch.testing.assert_close(outcome(right), x @ W)
    assert not torch.allclose(outcome(wrong[1]), x @ W)
    for line in (wrong[0], wrong[2]):
        with pytest.raises(RuntimeError):
            outcome(line)
    return ()


@about("06.2")
def _(right, *wrong):
    def weights(draws):
        torch.manual_seed(7)
        torch.rand(draws)
        return nn.Linear(4, 3).weight

    with torch.random.fork_rng():
        anna, ben, again = weights(0), weights(2), weights(2)
    assert right == "They differ, and both can be repeated exactly."
    assert torch.equal(ben, again) and (anna != ben).sum() > 2
    return ()


@about("06.3")
def _(right, *wrong):
    with torch.random.fork_rng():
        torch.manual_seed(1)  # the published start
        torch.rand(3, 5), torch.randint(5, (3,))
        cost = F.cross_entropy(nn.Linear(4, 3)(X.float()), Y)
        others = []
        for seed in range(100):
            torch.manual_seed(seed)
            others.append(F.cross_entropy(nn.Linear(4, 3)(X.float()), Y).item())
    assert right.startswith("Nothing is wrong") and cost > math.log(3) > min(others)
    return (cost.detach(),)


@about("06.4")
def _(*choices):
    count = sum(p.numel() for p in nn.Linear(10, 5).parameters())
    return 10, *amounts(choices, count, 50, 51, 60)


@about("06.5")
def _(right, *wrong):
    class Model(nn.Module):
        def __init__(self, layers):
            super().__init__()
            self.layers = layers

        def forward(self, x):
            return self.layers[0](x)

    model = Model([nn.Linear(4, 3)])
    assert right == "nothing" and not list(model.parameters())
    assert model(X.float()).shape == (8, 3)
    assert len(list(Model(nn.ModuleList(model.layers)).parameters())) == 2
    return ()


@about("07.1")
def _(right, *wrong):
    own = run(twice=True)[0]
    assert (own.diff() < 0).all(), "the low-level run"
    assert right == "Its own cost is not the mean cross-entropy."
    early, late = run(twice=True, updates=101)[2], run(twice=True)[2]
    assert F.cross_entropy(late, Y) > F.cross_entropy(early, Y)
    return ()


@about("07.2")
def _(right, *wrong):
    low, middle = run(twice=True)[2], run()[2]
    misses = [(z.argmax(1) != Y).nonzero().flatten().tolist() for z in (low, middle)]
    assert misses[0] == [4] and len(misses[1]) == 1
    assert right == "The first is much surer of its mistake."
    each = F.cross_entropy(low, Y, reduction="none")
    p = [F.softmax(z, 1)[i, Y[i]] for z, (i,) in zip((low, middle), misses, strict=True)]
    assert p[0] < 1e-4 < 0.1 < p[1]
    return each.mean(), F.cross_entropy(middle, Y), each[4], len(run()[0])


@about("07.4")
def _(right, *wrong):
    assert right.startswith("By this cost, giving each class a quarter")
    sure = 8 * torch.eye(4)  # three of four right, and yet above ln 4
    sure[3] = tensor([8.0, 0, 0, 0])
    cost = F.cross_entropy(sure, torch.arange(4))
    assert (sure.argmax(1) == torch.arange(4)).sum() == 3 and cost > 1.7 > math.log(4)
    return 1.7, math.log(4)


@about("08.1")
def _(*choices):
    floor = F.cross_entropy(tensor([[1.0, 0, 0]]), tensor([0]))
    two = F.cross_entropy(tensor([[1.0, 0]]), tensor([0]))
    return amounts(choices, floor, 0, math.log(3), two)


@about("08.2")
def _(right, *wrong):
    def sizes(twice):
        def cost(z):
            return F.cross_entropy(F.softmax(z, 1) if twice else z, tensor([1]))

        return tensor([gradient(cost, float(s), 0.0, 0.0).norm() for s in (0, 2, 5, 10, 20)])

    assert right.startswith("That of `F.cross_entropy` grows towards a limit")
    assert (sizes(False).diff() > 0).all() and sizes(False)[-1] < math.sqrt(2) + 1e-6
    assert sizes(True)[-1] < 1e-8 < sizes(True)[0]
    return ()


@about("08.3")
def _(right, *wrong):
    assert right == "At 0: its gradient is 0 at every epoch." and run()[1] < 1e-12
    return ()


@about("08.4")
def _(right, *wrong):
    ends = [
        F.cross_entropy(run(twice=twice, classes_share_bias=shared)[2], Y).item()
        for twice, shared in ((True, True), (False, True), (True, False), (False, False))
    ]
    before, after = ends[0] - ends[2], ends[1] - ends[3]
    assert right == f"That depends on the order: {before:.3f} before A, {after:.3f} after it."
    assert wrong[0].startswith(f"{before:.3f}") and wrong[1].startswith(f"{after:.3f}")
    return *ends, before, after


@about("08.5")
def _(right, *wrong):
    z = Z3.double().requires_grad_()
    by_hand = -torch.log(F.softmax(z, 1))[range(3), tensor([0, 1, 2])].mean()
    torch.testing.assert_close(by_hand, F.cross_entropy(z, tensor([0, 1, 2])))
    assert right.startswith("A loop by hand with softmax once against `F.cross_entropy`")
    return ()


@about("09.2")
def _(right, *wrong):
    x, y = load_penguins()
    keep = ~x.isnan().any(1)
    x, y = x[keep], y[keep]
    train, test = y[:-86], y[-86:]
    assert right.startswith("The model never meets a Chinstrap") and not (train == 1).any()
    mean, std = x[:-86].mean(0), x[:-86].std(0)
    W, b = torch.zeros(4, 3, requires_grad=True), torch.zeros(3, requires_grad=True)
    for _ in range(1001):
        W.grad = b.grad = None
        F.cross_entropy((x[:-86] - mean) / std @ W + b, train).backward()
        with torch.no_grad():
            W -= 0.1 * W.grad
            b -= 0.1 * b.grad
    said = ((x[-86:] - mean) / std @ W + b).argmax(1)
    assert not (said[test == 1] == 1).any()
    assert y.unique_consecutive().tolist() == [0, 2, 1]
    return len(y), len(test), (test == 1).sum(), *y.bincount()


@about("09.3")
def _(right, *wrong):
    assert right.startswith("They differ by one penguin")
    return 86, 85 / 86, 1, 1 / 86, 12


@about("09.4")
def _(right, *wrong):
    rise = tensor([3.0, 2.5, 4.0])
    z = 3 * torch.randn(500, 3, generator=torch.Generator().manual_seed(0))
    change = F.softmax(z + 0.1 * rise, 1) - F.softmax(z, 1)
    assert right == "The probability of Gentoo rises." and (change[:, 2] > 0).all()
    assert (change[:, 0] > 0).any() and (change[:, 0] < 0).any(), "Adelie may do either"
    return rise


@about("09.5")
def _(right, *wrong):
    assert right.startswith("Its classes can be relied on")
    return 0.99, 0.56, 56, 100


@about("10.1")
def _(right, *wrong):
    z = torch.zeros(8, 3)
    total = F.cross_entropy(z, Y, reduction="sum")
    over_samples = F.nll_loss(F.log_softmax(z, 0), Y)
    assert right == '`reduction="sum"`' and torch.isclose(over_samples, tensor(8.0).log())
    return total, over_samples, -(F.one_hot(Y, 3) * F.log_softmax(z, 1)).mean()


@about("10.2")
def _(right, *wrong):
    W, b = torch.zeros(4, 3, requires_grad=True), torch.zeros(3, requires_grad=True)
    costs = []
    for _ in range(1001):
        cost = F.nll_loss(F.softmax(X.float() @ W + b, 1), Y)
        costs.append(-cost.item())
        W.grad = b.grad = None
        cost.backward()
        with torch.no_grad():
            W -= 0.1 * W.grad
            b -= 0.1 * b.grad
    assert right == "`F.nll_loss` of probabilities" and max(costs) < 1
    return costs[0], costs[-1], math.log(3)


@about("10.3")
def _(*choices):
    def slope(reduction):
        W = torch.zeros(4, 3, dtype=X.dtype, requires_grad=True)
        F.cross_entropy(X @ W, Y, reduction=reduction).backward()
        return W.grad

    torch.testing.assert_close(0.1 * slope("sum"), 0.8 * slope("mean"))
    written = ["lr 0.8", "lr 0.1", f"lr {0.1 / 8}", "none: the two have different minima"]
    assert list(choices) == written
    return 0.1, 0.8, 0.1 / 8


@about("10.4")
def _(right, *wrong):
    with torch.random.fork_rng():
        torch.manual_seed(2)
        x, y = X[torch.randperm(8)], Y[torch.randperm(8)]
    W = torch.zeros(4, 3, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(3, dtype=X.dtype, requires_grad=True)
    for _ in range(1001):
        cost = F.cross_entropy(x @ W + b, y)
        W.grad = b.grad = None
        cost.backward()
        last = W.detach().clone(), b.detach().clone()
        with torch.no_grad():
            W -= 0.1 * W.grad
            b -= 0.1 * b.grad
    assert ((x @ last[0] + last[1]).argmax(1) == y).all()
    assert right == "the cross-entropy on the rows as they were loaded"
    return cost.detach(), F.cross_entropy(X @ last[0] + last[1], Y)


@about("10.5")
def _(right, *wrong):
    W = torch.zeros(4, 3, dtype=X.dtype, requires_grad=True)
    optimizer = torch.optim.SGD([W.detach().clone().requires_grad_()], lr=0.1)
    for _ in range(3):
        cost = F.cross_entropy(X @ W, Y)
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
    assert right.startswith("The optimizer was given copies")
    torch.testing.assert_close(cost.item(), math.log(3))
    assert run()[0][-1] < 1, "a shared bias lets the weights move"
    return ()


@about("10.6")
def _(*choices):
    z, y = X[:, :3] / 3, Y
    names = {"F": F, "z": z, "y": y}
    values = [eval(choice.strip("`"), names) for choice in choices]
    agree = [torch.isclose(value, F.cross_entropy(z, y)).item() for value in values]
    assert agree == [True, False, False, False]
    return (F.cross_entropy(tensor([[1.0, 0, 0]]), tensor([0])),)


@about("11.1")
def _(*choices):
    y, weight, losses = tensor([0, 0, 2]), tensor([1.0, 2.0, 3.0]), tensor([1.0, 1.0, 4.0])
    log_p = -F.one_hot(y, 3) * losses.unsqueeze(1)
    right, total = F.nll_loss(log_p, y, weight), (weight[y] * losses).sum()
    return *amounts(choices, right, total / 3, total / weight.sum(), losses.mean()), total, *weight


@about("11.2")
def _(right, *wrong):
    q = 0.9 * torch.eye(3)[0] + 0.1 / 3
    floor, twice = -(q * q.log()).sum(), F.cross_entropy(torch.eye(3), torch.arange(3))
    p = F.softmax(9 * torch.randn(999, 3, generator=torch.Generator().manual_seed(0)), 1)
    assert -(q * F.log_softmax(p, 1)).sum(1).min() > twice
    assert right.startswith("The loss cannot fall further")
    return floor, twice, 0.1


@about("11.3")
def _(right, *wrong):
    y = tensor([[0, 1, 1], [2, 0, 2]])
    z = 50.0 * F.one_hot(y, 3)
    assert F.cross_entropy(z.mT, y) < 1e-6 and F.cross_entropy(z, y) > 1
    torch.testing.assert_close(F.cross_entropy(0 * z, y), F.cross_entropy(0 * z.mT, y))
    assert F.cross_entropy(z, y).shape == F.cross_entropy(z.mT, y).shape == ()
    with pytest.raises(RuntimeError):
        F.cross_entropy(torch.zeros(2, 5, 3), torch.zeros(2, 5).long())
    assert right.startswith("logits that are sure and right")
    return ()


@about("11.4")
def _(*choices):
    for ones in (0, 3, 10):
        y = (torch.arange(10) < ones).float()
        right = F.binary_cross_entropy_with_logits(torch.zeros(10), y)
        amounts(choices, right, math.log(10), 10 * right, 0)
    return *amounts(choices, right, math.log(10), 10 * right, 0), 10


@about("11.5")
def _(*choices):
    return *amounts(choices, math.exp(1.5), 26, math.exp(-1.5), 2**1.5), 1.5


def number(question):
    return question.name.split()[0]


def ordered(question):
    return sorted(question.choices, key=lambda choice: not choice.right)


@pytest.mark.parametrize("question", ALL, ids=number)
def test_every_figure_is_computed(question):
    choices = ordered(question)
    compute = FACTS.get(number(question), lambda *choices: ())
    figures = [float(figure) for figure in compute(*(choice.text for choice in choices))]
    texts = [question.text]
    for choice in choices:
        texts += [choice.text.split(" ±")[0], choice.feedback]
    missing = [
        written
        for written, value, half_digit in numbers_claimed("\n".join(texts))
        if not is_computed(value, half_digit, figures)
    ]
    assert not missing


def test_every_computation_belongs_to_a_question():
    assert set(FACTS) <= set(map(number, ALL))


def test_at_least_four_questions_for_each_notebook_numbered_in_order():
    assert len(BANK) == len(NOTEBOOKS)
    for path, (title, section) in zip(NOTEBOOKS, BANK.items(), strict=True):
        opening = markdown(nbformat.read(path, as_version=4))[0].source
        assert opening.startswith(f"# {title.replace(' ', ' · ', 1)}\n")
        assert len(section) >= 4
        numbers = [f"{title[:2]}.{place}" for place in range(1, len(section) + 1)]
        assert list(map(number, section)) == numbers


@pytest.mark.parametrize("question", ALL, ids=number)
def test_question_is_short_with_one_right_answer_and_feedback_for_all(question):
    assert 0 < len(question.text.split()) <= 80
    assert len(question.choices) >= 3
    assert [choice.right for choice in ordered(question)].index(False) == 1
    for text in [part for choice in question.choices for part in (choice.text, choice.feedback)]:
        assert text and not re.search(r"^\s*[-*#] ", text, flags=re.MULTILINE)
    assert len({choice.text for choice in question.choices}) == len(question.choices)


def test_numbers_to_type_do_not_overlap():
    typed = [question for question in ALL if question.numerical]
    assert typed
    for question in typed:
        pairs = [questions.NUMBER.fullmatch(choice.text).groups() for choice in question.choices]
        spans = sorted((float(n) - float(t), float(n) + float(t)) for n, t in pairs)
        for (_, end), (start, _) in zip(spans, spans[1:], strict=False):
            assert end < start, question.name
    assert all(question.numerical or "±" not in str(question.choices) for question in ALL)


def test_the_right_answer_has_no_favourite_place():
    places = [[choice.right for choice in question.choices].index(True) for question in ALL]
    assert max(map(places.count, range(4))) <= len(ALL) * 0.35
    assert min(map(places.count, range(4))) >= len(ALL) * 0.15


@pytest.mark.parametrize("question", [q for q in ALL if q.name < "07"], ids=number)
def test_before_notebook_07_a_question_keeps_the_secret(question):
    words = set(re.findall(r"\w+", str(question).lower()))
    assert not ("softmax" in words and words & {"twice", "double", "doubled", "second"})
    assert "yardstick" not in words


def test_the_file_for_moodle_is_what_the_tool_writes():
    assert questions.write(BANK) == XML, "run: python tools/questions.py"


def test_the_file_for_moodle_read_back():
    found, section = {}, None
    for element in ElementTree.fromstring(XML.encode()):
        if element.get("type") == "category":
            section = found[element.findtext("category/text")] = []
        else:
            section.append(element)
    assert list(found) == [f"$course$/top/lab06/{title}" for title in BANK]
    assert not any("/" in title for title in BANK), "Moodle wants // for a slash"
    for questions_there, section in zip(found.values(), BANK.values(), strict=True):
        for element, question in zip(questions_there, section, strict=True):
            assert element.findtext("name/text") == question.name
            assert element.get("type") == ("numerical" if question.numerical else "multichoice")
            answers = element.findall("answer")
            rights = ["100" if choice.right else "0" for choice in question.choices]
            assert [answer.get("fraction") for answer in answers] == rights
            assert rights.count("100") == 1
            assert all(answer.findtext("feedback/text") for answer in answers)
            if question.numerical:
                assert all(float(answer.findtext("tolerance")) >= 0 for answer in answers)
            else:
                assert element.findtext("single") == element.findtext("shuffleanswers") == "true"


def test_markdown_becomes_html_that_says_the_same():
    markdown = "## T\n### 00.1 A\nIs `a < b` *so*?\n\n- [x] Yes & no.\n  - f"
    quiz = ElementTree.fromstring(questions.write(questions.read(markdown)))
    (question,) = quiz.findall("question[@type='multichoice']")
    text = question.findtext("questiontext/text")
    assert text == "<p>Is <code>a &lt; b</code> <em>so</em>?</p>"
    assert question.findtext("answer/text") == "<p>Yes &amp; no.</p>"
