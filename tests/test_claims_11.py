"""What notebook 11 claims, held against code of its own: bare torch, no lab06.

Each test finds its sentence in the notebook and recomputes it for other numbers, splits or texts.
"""

import ast
import math
from functools import cache, partial

import pytest
import torch
import torch.nn.functional as F
from claims import cells, says
from test_claims_09_10 import order_of, penguins


def batch(seed, rows=5, classes=3):
    torch.manual_seed(seed)
    z = 3 * torch.randn(rows, classes, dtype=torch.float64)
    return z, torch.randint(classes, (rows,)), 0.1 + 5 * torch.rand(classes, dtype=z.dtype)


def gradient(cost, z):
    leaf = z.clone().requires_grad_()
    cost(leaf).backward()
    return leaf.grad


def fit(x, y, cost=F.cross_entropy):
    """Train a linear classifier from zeros: 1001 steps at lr 0.1."""
    W = torch.zeros(x.shape[1], 3, requires_grad=True)
    b = torch.zeros(3, requires_grad=True)
    for _ in range(1001):
        last = W.detach().clone(), b.detach().clone()
        slopes = torch.autograd.grad(cost(x @ W + b, y), [W, b])
        with torch.no_grad():
            W -= 0.1 * slopes[0]
            b -= 0.1 * slopes[1]
    return last


# ----------------------------------------------------------------------------------- weights


@pytest.mark.parametrize("seed", range(5))
def test_the_weighted_mean_and_its_gradient(seed):
    says("11", "The last: the factors of *these samples*", "only their ratios matter")
    says("11", "The gradient is the $p - y$ of notebook 02, weighted the same way")
    z, y, weight = batch(seed)
    cost = partial(F.cross_entropy, target=y, weight=weight)
    f = weight[y]
    by_hand = -(f * z.log_softmax(1)[range(5), y]).sum() / f.sum()
    torch.testing.assert_close(cost(z), by_hand)
    torch.testing.assert_close(F.cross_entropy(z, y, 10 * weight), by_hand)
    slope = f.unsqueeze(1) * (z.softmax(1) - F.one_hot(y, 3)) / f.sum()
    torch.testing.assert_close(gradient(cost, z), slope)


@pytest.mark.parametrize("seed", range(5))
def test_knowing_nothing_costs_ln_c_with_any_weights_but_not_over_n(seed):
    says("11", "any* weighted mean of equal numbers is that number. Divided by N, it would not be")
    z, y, weight = batch(seed, classes=4)
    assert F.cross_entropy(0 * z, y, weight).item() == pytest.approx(math.log(4))
    over_n = F.cross_entropy(0 * z, y, weight, reduction="sum") / len(y)
    assert abs(over_n - math.log(4)) > 0.01


@cache
def rare(seed):
    """Train with 10 Chinstraps and 206 others, without the bill length, plain and weighted."""
    x, y = penguins()
    order = order_of(seed)
    chinstraps, others = order[y[order] == 1], order[y[order] != 1]
    seen = torch.cat([chinstraps[:10], others[:206]])
    unseen = torch.cat([chinstraps[10:], others[206:]])
    x = ((x - x[seen].mean(0)) / x[seen].std(0))[:, 1:]
    weight = 216 / (3 * y[seen].bincount())
    found = []
    for cost in (F.cross_entropy, partial(F.cross_entropy, weight=weight)):
        W, b = fit(x[seen], y[seen], cost)
        said = (x[unseen] @ W + b).argmax(1)
        recall = [(said[y[unseen] == k] == k).float().mean().item() for k in range(3)]
        found.append((recall, (x[seen] @ W + b).softmax(1)))
    return y[seen], weight, *found


@pytest.mark.parametrize("seed", range(4))
def test_weights_raise_the_recall_of_the_rare_and_their_neighbours_pay(seed):
    says("11", "The Adelies pay: theirs falls")
    _, _, (plain, _), (weighted, _) = rare(seed)
    assert plain[1] < 0.15 and weighted[1] > 0.4
    assert weighted[0] < plain[0] - 0.05 and abs(weighted[2] - plain[2]) < 0.05


@pytest.mark.parametrize("seed", range(4))
def test_mean_probabilities_follow_the_frequencies_and_the_weights(seed):
    says("11", "Without weights the mean follows the frequency")
    says("11", "how probable is a Chinstrap *if all species are equally common*?")
    says("11", "Dividing the weights out brings the mean back, nearly")
    y, weight, (_, plain), (_, weighted) = rare(seed)
    share = 10 / 216
    assert plain[:, 1].mean() == pytest.approx(share, abs=0.003)
    assert weighted[:, 1].mean() > 3 * share
    f = weight[y].unsqueeze(1)
    assert ((f * weighted).sum(0) / f.sum() - 1 / 3).abs().max() < 0.01
    divided = F.normalize(weighted / weight, p=1, dim=1)
    assert divided[:, 1].mean() == pytest.approx(share, abs=0.01)


def test_at_the_lowest_cost_the_means_agree():
    says("11", "The gradient of a bias is the mean of $p - y$, and where the cost is lowest")
    z, y, _ = batch(0)
    b = torch.zeros(3, dtype=z.dtype, requires_grad=True)
    F.cross_entropy(z + b, y).backward()
    torch.testing.assert_close(b.grad, (z.softmax(1) - F.one_hot(y, 3)).mean(0))


# ------------------------------------------------------------------------------ soft targets


@pytest.mark.parametrize("seed", range(5))
def test_the_floor_of_soft_targets_is_their_entropy(seed):
    says(
        "11",
        "no prediction pays less",
        "The gradient is $p - q$",
        "the floor belongs to the target",
    )
    z, _, _ = batch(seed)
    q = torch.randn_like(z).softmax(1)
    cost = partial(F.cross_entropy, target=q)
    entropy = -(q * q.log()).sum(1).mean()
    divergence = (q * (q / z.softmax(1)).log()).sum(1).mean()
    torch.testing.assert_close(cost(z), entropy + divergence)
    torch.testing.assert_close(cost(q.log()), entropy)
    torch.testing.assert_close(gradient(cost, z), (z.softmax(1) - q) / len(z))
    assert divergence > 0
    torch.testing.assert_close(F.cross_entropy(0 * z, q).item(), math.log(3))


def test_weights_and_soft_targets_together_divide_by_n():
    says("11", "then PyTorch's mean divides by N, and not by any factors")
    z, _, weight = batch(0)
    q = torch.randn_like(z).softmax(1)
    by_hand = -(weight * q * z.log_softmax(1)).sum() / len(z)
    torch.testing.assert_close(F.cross_entropy(z, q, weight), by_hand)
    nothing = F.cross_entropy(0 * z, q, weight)
    assert abs(nothing - math.log(3)) > 0.1


@pytest.mark.parametrize("classes, epsilon", [(2, 0.1), (3, 0.1), (5, 0.3), (10, 0.1)])
def test_label_smoothing_shares_among_all_classes(classes, epsilon):
    says("11", "shares that out among *all* classes, the true one included")
    z, y, _ = batch(0, classes=classes)
    q = (1 - epsilon) * F.one_hot(y, classes).double() + epsilon / classes
    smooth = partial(F.cross_entropy, target=y, label_smoothing=epsilon)
    torch.testing.assert_close(smooth(z), -(q * z.log_softmax(1)).sum(1).mean())
    torch.testing.assert_close(gradient(smooth, z), (z.softmax(1) - q) / len(z))
    lead = math.log(1 + classes * (1 - epsilon) / epsilon)  # where p = q
    costs = [smooth(s * F.one_hot(y, classes).double()) for s in (lead - 1, lead, lead + 1, 50)]
    assert costs[1] < costs[0] and costs[1] < costs[2] < costs[3]
    torch.testing.assert_close(costs[1], -(q * q.log()).sum(1).mean())


@cache
def held_out(seed, epsilon):
    x, y = penguins()
    order, logits = order_of(seed), torch.zeros(342, 3)
    for part in order.chunk(6):
        rest = order[~torch.isin(order, part)]
        standard = (x - x[rest].mean(0)) / x[rest].std(0)
        cost = partial(F.cross_entropy, label_smoothing=epsilon)
        W, b = fit(standard[rest], y[rest], cost)
        logits[part] = standard[part] @ W + b
    return logits


def expected_and_made(logits, y):
    p = logits.softmax(1)
    return (1 - p.amax(1)).sum().item(), (p.argmax(1) != y).sum().item()


@pytest.mark.parametrize("seed", range(3))
def test_the_models_are_too_modest_and_smoothing_makes_them_more_so(seed):
    says("11", "With hard targets the models are too modest, and smoothing makes them more so")
    _, y = penguins()
    hard, smooth = (expected_and_made(held_out(seed, epsilon), y) for epsilon in (0.0, 0.1))
    assert smooth[0] > 2 * hard[0] > 4 * hard[1] and smooth[1] <= 5


def test_so_few_mistakes_cannot_settle_a_temperature():
    says("11", "so few cannot settle a temperature", "one below 1 makes the confidence higher")
    _, y = penguins()
    grid, found = torch.logspace(-1.5, 1, 101), []
    for seed in range(3):
        logits, order = held_out(seed, 0.0), order_of(seed)
        for half in (order[::2], order[1::2]):
            costs = torch.stack([F.cross_entropy(logits[half] / T, y[half]) for T in grid])
            found.append(grid[costs.argmin()].item())
        sharp = logits / 0.5
        assert (sharp.softmax(1).amax(1) >= logits.softmax(1).amax(1)).all()
        assert torch.equal(sharp.argmax(1), logits.argmax(1))
    assert max(found) < 1 and max(found) > 3 * min(found)


# ---------------------------------------------------------------- ignored entries, sequences


def test_ignored_entries_leave_the_mean():
    says("11", "The mean divides by the entries that count", "0/0 is no number")
    z, y, _ = batch(1)
    masked = torch.where(torch.arange(5) < 2, -100, y)
    cost = partial(F.cross_entropy, target=masked)
    losses = F.cross_entropy(z, y, reduction="none")
    torch.testing.assert_close(cost(z), losses[2:].mean())
    slopes = gradient(cost, z)
    assert not slopes[:2].any()
    torch.testing.assert_close(slopes[2:], (z.softmax(1) - F.one_hot(y, 3))[2:] / 3)
    nobody = torch.full((5,), -100)
    assert F.cross_entropy(z, nobody).isnan()
    total = F.cross_entropy(z, nobody, reduction="sum")
    assert total == 0 and total / max(1, (nobody != -100).sum().item()) == 0


def test_swapped_axes_are_silent_where_t_is_c_and_the_lowest_cost_tells():
    says("11", "No error, since T = C", r"Knowing nothing costs $\ln 3$ either way")
    says("11", "test with sizes that all differ")
    torch.manual_seed(0)
    wrong = []
    for _ in range(200):
        y = torch.randint(3, (2, 3))
        z = 5.0 * F.one_hot(y, 3)
        right = F.cross_entropy(z.transpose(1, 2), y)
        torch.testing.assert_close(right, F.cross_entropy(z.flatten(0, 1), y.flatten()))
        assert F.cross_entropy(0 * z, y).item() == pytest.approx(math.log(3))
        wrong.append(F.cross_entropy(z, y).item())
    assert sum(cost > 0.5 for cost in wrong) > 160  # the others read the same both ways
    with pytest.raises(RuntimeError):
        F.cross_entropy(torch.zeros(2, 5, 3), torch.zeros(2, 5).long())


# ---------------------------------------------------------------------------- several labels


@pytest.mark.parametrize("labels", (1, 3, 40))
def test_each_label_is_a_coin(labels):
    says("11", "It is ln 2 = 0.6931, with any number of labels: each is a coin")
    torch.manual_seed(labels)
    z, y = 3 * torch.randn(4, labels).double(), torch.randint(2, (4, labels)).double()
    cost = partial(F.binary_cross_entropy_with_logits, target=y)
    assert cost(0 * z).item() == pytest.approx(math.log(2))
    torch.testing.assert_close(gradient(cost, z), (z.sigmoid() - y) / z.numel())
    assert cost(100 * (2 * y - 1)) < 1e-6


def test_softmax_cannot_say_yes_twice():
    says("11", "nothing gets below 2 ln 2 = 1.3863", "right cannot both have more than a half")
    torch.manual_seed(0)
    z, y = 4 * torch.randn(5000, 3).double(), torch.tensor([[1.0, 1.0, 0.0]]).double()
    costs = F.cross_entropy(z, y.expand(5000, 3), reduction="none")
    assert 2 * math.log(2) < costs.min() < 1.5
    assert F.cross_entropy(0 * z[:1], y).item() == pytest.approx(2 * math.log(3))


# ------------------------------------------------------------------------------- next letter


@cache
def story():
    """The text of the notebook, as codes, and how many characters there are."""
    (cell,) = (cell for cell in cells("11") if cell.id == "letters-text")
    text = ast.literal_eval(ast.parse(cell.source).body[0].value)
    letters = sorted(set(text))
    return torch.tensor([letters.index(letter) for letter in text]), len(letters)


def shares():
    codes, C = story()
    pairs = torch.zeros(C, C, dtype=torch.float64)
    pairs.index_put_((codes[:-1], codes[1:]), torch.ones(len(codes) - 1).double(), accumulate=True)
    return pairs, pairs / pairs.sum(1, keepdim=True)


def test_counting_pairs_gives_the_lowest_cost():
    says("11", "you have the best $p$ for whoever sees one letter only; its cost is an entropy")
    codes, C = story()
    pairs, p = shares()
    lowest = F.nll_loss(p.log()[codes[:-1]], codes[1:])
    rows = -torch.xlogy(p, p).sum(1) * pairs.sum(1) / pairs.sum()
    torch.testing.assert_close(lowest, rows.sum())
    assert lowest.exp().item() == pytest.approx(5.33, abs=0.005) and C == 25
    torch.manual_seed(0)
    for _ in range(100):
        other = (p + 0.1 * torch.rand(C, C)).log().log_softmax(1)
        assert F.nll_loss(other[codes[:-1]], codes[1:]) > lowest


def test_perplexity_counts_equal_chances():
    says("11", r"$C$ equal chances costs $\ln C$, and $e^{\ln C} = C$")
    for C in (2, 25, 1000):
        assert F.cross_entropy(torch.zeros(1, C), torch.tensor([1])).exp() == pytest.approx(C, 1e-4)


def test_at_temperature_1_pairs_come_about_as_often_as_in_the_story():
    says("11", "At 1, pairs come about as often as in the story")
    says("11", "A low temperature keeps to the commonest pairs and turns in circles")
    codes, C = story()
    pairs, p = shares()
    seed, found = torch.Generator().manual_seed(0), {}
    for temperature in (0.3, 1.0, 3.0):
        q = F.normalize((p.log() / temperature).exp(), p=1, dim=1)
        drawn = torch.multinomial(q, 20000, replacement=True, generator=seed).tolist()
        letter, counts = 0, torch.zeros(C, C)
        for step in range(20000):
            following = drawn[letter][step]
            counts[letter, following] += 1
            letter = following
        found[temperature] = counts / counts.sum()
    distance = {t: (each - pairs / pairs.sum()).abs().sum() / 2 for t, each in found.items()}
    assert distance[1.0] < 0.1 and min(distance[0.3], distance[3.0]) > 0.2
    kept = {t: each.flatten().sort().values[-10:].sum() for t, each in found.items()}
    assert kept[0.3] > 0.8 and kept[3.0] < kept[1.0] < 0.5
