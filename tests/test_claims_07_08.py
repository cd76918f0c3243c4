"""What notebooks 07 and 08 claim, computed again in bare PyTorch, each claim beside its sentence.

A test asks for the sentence with its condition, and shows that the condition is needed.
"""

import itertools
import math
import re
from functools import cache
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from claims import X, Y, prose, says
from torch import nn

TRUTH = F.one_hot(Y).double()
LN3 = math.log(3)
SOFTMAX, BIAS, START = ("twice", "once"), ("shared", "per class"), ("zeros", "random")


def linear(seed=None):
    """Draw an `nn.Linear(4, 3)` from this seed, or in the published lab's order."""
    torch.manual_seed(1 if seed is None else seed)
    if seed is None:
        torch.rand(3, 5)
        torch.randint(5, (3,))
    return nn.Linear(4, 3)


def starts(*seeds):
    """Return weights (M, 4, 3) and biases (M, 3) of these draws; "zeros" stands for zeros."""
    layers = [linear(None if seed == "random" else seed) for seed in seeds if seed != "zeros"]
    drawn = iter([(layer.weight.T.double(), layer.bias.double()) for layer in layers])
    zero = torch.zeros(4, 3).double(), torch.zeros(3).double()
    pairs = [zero if seed == "zeros" else next(drawn) for seed in seeds]
    return tuple(torch.stack(part).detach() for part in zip(*pairs, strict=True))


def descend(softmax, bias, start, lr=0.1, epochs=1000):
    """Train M models by formulas, and return what each epoch held, (E, M, ...)."""
    (weight, b), rows = start, []
    weight, b = weight.clone(), b.clone()
    if bias == "shared":
        b = b[:, :1].repeat(1, 3)
    for _ in range(epochs + 1):
        p = torch.softmax(X @ weight + b.unsqueeze(1), dim=2)
        rows.append((p, weight.clone(), b.clone()))
        push = p - TRUTH
        if softmax == "twice":
            push = torch.softmax(p, dim=2) - TRUTH
            push = p * (push - (p * push).sum(dim=2, keepdim=True))
        push = push / 8
        weight -= lr * X.T @ push
        by_class = push.sum(dim=1)
        b -= lr * (by_class.sum(dim=1, keepdim=True) if bias == "shared" else by_class)
    p, weight, b = (torch.stack(part) for part in zip(*rows, strict=True))
    of_true = p[:, :, range(8), Y]
    twice = -torch.log_softmax(p, dim=3)[:, :, range(8), Y].mean(dim=2)
    yardstick = -of_true.log().mean(dim=2)
    own = yardstick if softmax == "once" else twice
    right = p.argmax(dim=3) == Y
    return SimpleNamespace(p=p, true=of_true, weight=weight, bias=b, own=own,
                           yardstick=yardstick, right=right)  # fmt: skip


@cache
def published(level):
    softmax, bias, start = {
        "low": ("twice", "shared", "zeros"),
        "middle": ("once", "shared", "zeros"),
        "high": ("once", "per class", "random"),
    }[level]
    return descend(softmax, bias, starts(start))


@cache
def longer(bias):
    return descend("once", bias, starts("zeros"), epochs=5000)


def shares(random, lr=0.1):
    """Return what each change adds to the yardstick: {change: (6 orders, 1001 epochs, seeds)}."""
    zeros = starts(*["zeros"] * len(random))
    drawn = starts(*random)
    table = {
        (softmax, bias, start): descend(
            softmax, bias, zeros if start == "zeros" else drawn, lr
        ).yardstick
        for softmax, bias, start in itertools.product(SOFTMAX, BIAS, START)
    }
    added = {"softmax": [], "bias": [], "start": []}
    for order in itertools.permutations(range(3)):
        now = ["twice", "shared", "zeros"]
        for place in order:
            before = table[tuple(now)]
            now[place] = (SOFTMAX, BIAS, START)[place][1]
            added[list(added)[place]].append(table[tuple(now)] - before)
    return {change: torch.stack(values) for change, values in added.items()}


def span(values):
    """The smallest and the largest of them, as the notebook writes what is taken away."""
    low, high = sorted(abs(value) for value in (values.min().item(), values.max().item()))
    return f"{low:.3f} to {high:.3f}"


# ------------------------------------------------------------------------------------------ 07


def test_07_keeps_the_cause_to_itself():
    assert not re.search(r"hint\b(?! \d)|twice|second softmax|doubled|shift", prose("07"), re.I)
    opening = prose("08").partition("## The suspects")[0]
    assert not re.search(r"second softmax|shared|bias\b.* no bias", opening)


def test_worse_than_guessing_by_the_yardstick_only():
    low = published("low")
    assert low.yardstick[-1] > LN3 and low.right[-1].sum() == 7
    says("07", "a run that is worse than guessing by the yardstick is right about seven of eight")
    turn = low.yardstick.argmin().item()
    assert turn < 100 and f"{low.yardstick[50].item():.3f}" == "0.874"
    assert low.yardstick[200] < LN3 < low.yardstick[300:].min()
    assert (low.own.diff(dim=0) < 0).all()
    says("07", "Between epochs 200 and 300 it passed 1.099", "worse, by the yardstick, than one")
    assert (low.yardstick[1:80] < low.own[1:80]).all() and 45 < turn < 55
    says(
        "07",
        "the yardstick falls at first, even faster than the own cost. After about 50 epochs it",
    )


def test_the_order_of_the_runs_at_the_last_epoch():
    low, middle, high = (published(level).yardstick for level in ("low", "middle", "high"))
    holds = ((low > middle) & (middle > high)).flatten()
    assert holds[-1] and not holds.all()
    says("07", "At the last epoch the order *low, middle, high* is the same by the yardstick")


def test_samples_that_take_turns():
    wrong = [
        (~published("middle").right[epoch, 0]).nonzero().tolist() for epoch in (998, 999, 1000)
    ]
    assert wrong == [[[4]], [[6]], [[4]]]
    says("07", "samples 4 and 6 swing at every step, and take turns at being wrong")
    slides = published("low").p[[200, 1000], 0, 4]
    assert (slides[:, 1] < 0.003).all() and slides[0, 0] - slides[1, 0] > 0.2
    says("07", "still slides along that edge")
    swings = published("high").true[980:, 0].diff(dim=0)
    assert (swings[1:] * swings[:-1] < 0).all() and 0.02 < swings.abs().max() < 0.1
    says("07", "The high level: all eight are right, and some of them still swing a little")


# ------------------------------------------------------------------------- 08: the second softmax


def test_a_second_softmax_reaches_only_the_inside():
    corners = torch.softmax(torch.eye(3).double(), dim=1)
    for draws in (torch.distributions.Dirichlet(torch.full((3,), a)) for a in (0.1, 1.0)):
        returned = torch.softmax(draws.sample((2000,)).double(), dim=1)
        assert (returned @ corners.inverse() > -1e-12).all()
    middle_of_a_side = torch.softmax(torch.tensor([0.5, 0.5, 0]).double(), dim=0)
    assert (middle_of_a_side @ corners.inverse()).min() > 0.05
    says(
        "08", "land on the corners of the small triangle (dotted). Everything else lands inside it"
    )
    assert "everything the second softmax" not in prose("08")


def test_the_gradient_of_a_confident_mistake():
    def push(softmax, s):
        z = torch.tensor([[s, 0.0, 0.0]], dtype=torch.float64, requires_grad=True)
        scores = z if softmax == "once" else torch.softmax(z, dim=1)
        (gradient,) = torch.autograd.grad(-torch.log_softmax(scores, dim=1)[0, 1], z)
        return gradient.norm().item()

    once, twice = ([push(softmax, s) for s in (0, 2, 5, 10, 20)] for softmax in ("once", "twice"))
    assert once == sorted(once) and twice == sorted(twice, reverse=True)
    says("08", f"grows from {once[0]:.2f} to {once[-1]:.2f}", f"{twice[0]:.2f} to 4.6e-9")
    assert f"{twice[-1]:.1e}" == "4.6e-09"


def test_the_lost_sample():
    low = published("low")
    (sample,) = (~low.right[-1, 0]).nonzero().flatten().tolist()
    part = -low.true[-1, 0, sample].log().item() / 8
    says("08", f"accounts for {part:.2f} of {low.yardstick[-1].item():.2f}")
    assert low.yardstick[-1] - part < LN3  # without it, the run is better than guessing
    says("08", 'one sample makes the run "worse than guessing"; the other seven are right')

    end = low.weight[-1], low.bias[-1]
    twice, once = (descend(softmax, "shared", end, epochs=100) for softmax in SOFTMAX)
    assert not once.right[80:, 0, 4].any() and (once.true[1:, 0, 4] > once.true[:-1, 0, 4]).all()
    p = f"{once.true[-1, 0, 4]:.2f}"
    says("08", f"up to {p} after 100 epochs, not yet the largest of its three, but rising")
    says("08", f"with the doubled cost it is {twice.true[-1, 0, 4]:.2f} before and after")
    # Not yet lost, the sample is learned with softmax twice, too.
    middle = published("middle")
    kept = descend("twice", "shared", (middle.weight[-1], middle.bias[-1])).true[-1, 0, 4]
    assert kept > 0.5 and "never learned" not in prose("08")


def test_a_perfect_prediction_costs_nothing_with_hard_targets():
    perfect = 50 * TRUTH
    smooth = F.cross_entropy(perfect, Y, label_smoothing=0.1).item()
    assert F.cross_entropy(perfect, Y) < 1e-6 and smooth > 1
    says("08", "costs 0 only where targets are *hard*", f"charges the same certainty {smooth:.4f}")


# ------------------------------------------------------------------ 08: bias, epochs, start, steps


def test_the_bias_buys_speed():
    shared, own = longer("shared"), longer("per class")
    all_right = (~shared.right.all(dim=2)).nonzero()[:, 0].max().item() + 1
    level = round(own.own[1000].item(), 4)
    below = (shared.own >= level).nonzero()[:, 0].max().item() + 1
    says("08", f"all eight are right from epoch {all_right} on")
    says("08", f"at lr 0.1 and from zeros it brings the run to {level} by epoch 1000, not {below}")
    assert "do what one could not" not in prose("08")

    ends = [run.own[epoch].item() for run in (shared, own) for epoch in (2000, 5000)]
    says("08", "down to {:.4f} by epoch 2000 and to {:.4f} by epoch 5000".format(*ends[:2]))
    says("08", "the other is at {:.4f} and {:.4f}".format(*ends[2:]))
    assert not (shared.own[1:] > own.own[1:]).all()  # so it is not "behind all the way"

    gap = (shared.own - own.own)[[1000, 5000]].flatten().tolist()
    assert gap[1] < gap[0] / 2
    says("08", f"it is {gap[0]:.3f} at epoch 1000 and less than half of that at 5000")


def test_more_epochs_make_one_run_worse_and_another_better():
    doubled = descend("twice", "shared", starts("zeros"), epochs=20_000).yardstick
    worse = [doubled[epoch].item() for epoch in (1000, 5000, 20_000)]
    shared = longer("shared").own
    assert worse == sorted(worse) and (doubled[1000:].diff(dim=0) > 0).all()
    better = shared[1000].item(), shared[5000].item()
    says("08", f"doubled run worse ({worse[0]:.2f}, then {worse[2]:.2f} at 20,000)")
    says("08", "| number of epochs | not cleared: more make the doubled run worse")
    says("08", "the one with softmax once and a shared bias better ({:.3f}, then {:.3f} at 5000)"
         .format(*better))  # fmt: skip


def test_random_starts_with_softmax_once():
    ends = descend("once", "per class", starts(*range(50))).own[-1]
    says("08", f"between {ends.min():.4f} and {ends.max():.4f}; their mean is {ends.mean():.4f}")
    for one in (published("high").own[-1], longer("per class").own[1000]):
        assert ends.min() < one < ends.max()


def test_the_zigzag_and_its_steps():
    middle = published("middle")
    cost = middle.own.flatten()
    even, odd = f"{cost[1000].item():.3f}", f"{cost[999].item():.3f}"
    assert (cost[10::2] > cost[9:-1:2]).all()  # the even epochs are the upper edge
    says("08", f"here from {odd} to {even}")

    def slope(weight, along):
        return ((torch.softmax(X @ weight, dim=1) - TRUTH) * (X @ along)).sum() / 8

    def distance(weight, along):
        """How far the lowest point lies in this direction."""
        low, high = -5.0, 5.0
        for _ in range(50):
            half = (low + high) / 2
            low, high = (half, high) if slope(weight + half * along, along) < 0 else (low, half)
        return abs(half)

    def curvature(weight):
        p = torch.softmax(X @ weight, dim=1)
        blocks = torch.diag_embed(p) - p.unsqueeze(2) * p.unsqueeze(1)  # (8, 3, 3)
        hessian = torch.einsum("nf,ncd,ng->fcgd", X, blocks, X).reshape(12, 12) / 8
        values, vectors = torch.linalg.eigh(hessian)
        return values[-1].item(), vectors[:, -1].view(4, 3)

    weights = middle.weight[:, 0]
    assert f"{curvature(weights[0])[0]:.1f}" == "21.1"
    says("08", "21.1 is above 20: in such a bowl each step would land farther away")
    found = [curvature(weights[epoch]) for epoch in (999, 1000)]
    assert [round(value) for value, _ in found] == [23, 15]
    (_, first), (_, second) = found
    step = 0.1 * X.T @ (torch.softmax(X @ weights[1000], dim=1) - TRUTH) / 8
    assert distance(weights[1000], first) > distance(weights[999], first)
    assert distance(weights[1000] - step, second) < distance(weights[1000], second)
    says("08", "At epoch 999 the curvature is 23, and the step lands farther from the bottom")
    says("08", "at epoch 1000, it is 15, and the next step lands closer again")

    gentle = descend("once", "shared", starts("zeros"), lr=0.05, epochs=2000).own
    assert (gentle.diff(dim=0) < 0).all()
    assert descend("once", "shared", starts("zeros"), lr=0.09).own[-1] < cost[1000]
    assert "steps half as long" not in prose("08")  # it is not the shorter step that costs more
    says("08", f"is at {gentle[1000].item():.3f}, higher than {even}")


@pytest.mark.parametrize("product", [0.5, 0.99, 1.01, 1.9, 1.99, 2.01, 3.0])
def test_when_a_step_overshoots(product):
    after = 1.0 - product * 1.0  # from 1, in a bowl with its bottom at 0
    assert (after < 0) == (product > 1) and (abs(after) > 1) == (product > 2)
    says(
        "08", "Above $\\text{lr} \\cdot \\kappa = 1$ a step *overshoots*", "**Above 2, with a curv"
    )
    assert "every step goes too far" not in prose("08")


# -------------------------------------------------------------------------------- 08: the account


def test_the_shares_in_six_orders_and_what_they_depend_on():
    over_epochs = shares(["random", *range(50)])
    added = {change: values[:, 1000] for change, values in over_epochs.items()}
    softmax, bias, start = (added[change][:, 0] for change in ("softmax", "bias", "start"))
    assert (softmax < -4 * torch.maximum(bias.abs(), start.abs())).all() and (bias < 0).all()
    says(
        "08", "By the yardstick at epoch 1000, at lr 0.1, for these two starts, in all six orders:"
    )
    says("08", f"by far the most: undoing the second softmax takes away {span(softmax)}")
    says("08", f"one for all classes slows learning: a bias per class takes away {span(bias)}")
    less, more = -start.min().item(), start.max().item()
    says("08", f"with softmax once it takes away at most {less:.3f}; with softmax twice it adds")
    says("08", f"up to {more:.3f} |")

    # Each condition of that line is needed: without it the figures are others.
    earlier = {change: values[:, 500] for change, values in over_epochs.items()}
    slower = {change: values[:, 1000] for change, values in shares(["random"], lr=0.05).items()}
    for other in (earlier, slower):
        assert all(span(other[change][:, 0]) != span(added[change][:, 0]) for change in added)
    says("08", "It depends on the order, and on when one looks", "Other starts give other shares")
    says("08", "For these two starts, the softmax takes away by far the most in every order")
    says(
        "08", "with most of them, though not all, the softmax's is still the largest in every order"
    )
    largest = (added["softmax"] < torch.minimum(added["bias"], added["start"])).all(dim=0)
    assert 40 < largest.sum() < len(largest) and (added["bias"] > 0).any()


def test_the_zigzag_alone_turns_the_sign_of_the_start():
    """Hence "at most 0.022", and at epoch 1000."""
    zeros, random = (descend("once", "shared", starts(start)).yardstick for start in START)
    assert random[1000] < zeros[1000] and random[999] > zeros[999]
    says("08", "The random start takes away 0.022 at most")


@pytest.mark.parametrize("softmax", SOFTMAX)
def test_the_level_of_the_code_is_worth_nothing(softmax):
    says("08", "| level of the code | cleared: 0.000 |")

    def by_hand(z):
        p = z.exp() / z.exp().sum(dim=-1, keepdim=True)
        p = p if softmax == "once" else p.exp() / p.exp().sum(dim=-1, keepdim=True)
        return -(TRUTH.float() * p.log()).sum(dim=-1).mean(dim=-1).sum()

    def ready_made(z):
        z = (z if softmax == "once" else torch.softmax(z, dim=-1)).view(-1, 3)
        models = len(z) // 8
        return models * F.cross_entropy(z, Y.repeat(models))

    x, both = X.float(), starts(*START)
    expected = {bias: descend(softmax, bias, both).yardstick[-1].float() for bias in BIAS}
    for bias, cost in itertools.product(BIAS, (by_hand, ready_made)):
        weight, b = (part.float().requires_grad_() for part in both)
        if bias == "shared":
            b = b[:, :1].detach().requires_grad_()
        for _ in range(1000):
            gradients = torch.autograd.grad(cost(x @ weight + b.unsqueeze(1)), [weight, b])
            with torch.no_grad():
                weight -= 0.1 * gradients[0]
                b -= 0.1 * gradients[1]
        p = torch.softmax(x @ weight + b.unsqueeze(1), dim=2)
        ends = -p[:, range(8), Y].log().mean(dim=1)
        torch.testing.assert_close(ends, expected[bias], atol=5e-4, rtol=0)

    layer = linear()
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(1000):
        optimizer.zero_grad()
        ready_made(layer(x)).backward()
        optimizer.step()
    end = F.cross_entropy(layer(x), Y)
    torch.testing.assert_close(end, expected["per class"][1], atol=5e-4, rtol=0)


def test_own_costs_of_different_losses_are_never_subtracted():
    for stem in ("07", "08"):
        assert not re.search(r"0\.339|0\.739 *(→|->|−|-) *0\.4", prose(stem))


# ----------------------------------------------------------------------- 08: high-level code


def test_slips_are_examples_and_go_both_ways():
    def stops(cost, *slip):
        try:
            cost(*slip)
        except (RuntimeError, ValueError, IndexError):
            return True
        return False

    def by_hand(z, y):
        return -torch.softmax(z, dim=1)[range(8), y].log().mean()

    z = torch.randn(8, 3, generator=torch.Generator().manual_seed(0))
    slips = {
        "column": (z, Y.unsqueeze(1)),
        "-1": (z, torch.where(Y == 0, -1, Y)),
        "-100": (z, torch.where(Y == 0, -100, Y)),
        "softmax": (torch.softmax(z, dim=1), Y),
    }
    found = {
        name: (stops(by_hand, *slip), stops(F.cross_entropy, *slip)) for name, slip in slips.items()
    }
    assert found == {
        "column": (False, True), "-1": (False, True), "-100": (True, False),
        "softmax": (False, False),
    }  # fmt: skip
    says("08", "Four slips as examples", "At class −100 it is the other way round")
    says("08", "a softmax before the cost runs on in both", "at which a hand-made one runs on")

    def as_published(z, y):
        one_hot = torch.zeros_like(z).scatter_(1, y.unsqueeze(1), 1)
        return -(one_hot * torch.log(torch.softmax(z, dim=1))).sum(dim=1).mean()

    assert {name for name, slip in slips.items() if not stops(as_published, *slip)} == {"softmax"}
    says("08", "the hand-made cost stops at all but that softmax")
    assert not re.search(r"\bfaster\b|\b(six|three|four) of the (six|four)\b", prose("08"))
