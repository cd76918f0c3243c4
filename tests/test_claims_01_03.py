"""What notebooks 01 to 03 say, recomputed without `lab06`, on many logits at once.

Each test names the sentences that it stands for, and they must be in the notebook, word for word.
Where a sentence states a condition, the test also shows a case outside of it that is otherwise.
"""

import functools
import math

import claims
import torch


def says(number, *sentences):
    """Tie a test to sentences of a notebook."""

    def tie(test):
        @functools.wraps(test)
        def tied():
            claims.says(number, *sentences)
            torch.manual_seed(0)
            test()

        return tied

    return tie


def rows(n=2000, classes=4, scale=3.0, dtype=torch.float64):
    return scale * torch.randn(n, classes, dtype=dtype)


def softmax(z):
    weights = (z - z.amax(-1, keepdim=True)).exp()
    return weights / weights.sum(-1, keepdim=True)


def sure(*scales):
    """The logits (s, 0, 0), one row for each s, in float32."""
    return torch.tensor([[float(s), 0.0, 0.0] for s in scales])


def gradient(cost, z):
    """The gradient of the sum of cost(z), row by row."""
    z = z.clone().requires_grad_()
    (found,) = torch.autograd.grad(cost(z).sum(), z)
    return found


def first_lost(cost, z):
    """The first rows where the cost, and where its gradient, is no finite number."""
    bad = [~cost(z).isfinite(), ~gradient(cost, z).isfinite().all(1)]
    return [int(b.nonzero()[0]) if b.any() else None for b in bad]


SCALES = sure(*range(131))  # row s holds (s, 0, 0)


# 01: softmax


@says(
    "01",
    "makes the *ratio* to each other class about 2.7 times as large, wherever you start.",
    "The probability itself grows less, here 1.23 times,",
)
def test_one_point_more_multiplies_the_ratio_not_the_probability():
    z = rows()
    p, q = softmax(z), softmax(z + torch.eye(4)[0])
    torch.testing.assert_close(q[:, :1] / q[:, 1:], math.e * p[:, :1] / p[:, 1:])
    growth = q[:, 0] / p[:, 0]
    assert (growth < math.e).all() and growth.min() < 1.01 and growth.max() > 2.7
    here = softmax(torch.tensor([[2.0, 1, -1], [3, 1, -1]]))[:, 0]
    assert round(float(here[1] / here[0]), 2) == 1.23


@says("01", "a shift of all changes nothing", "**Only differences between scores count.**")
def test_a_shift_changes_nothing():
    z = rows()
    torch.testing.assert_close(softmax(z + rows(classes=1, scale=50)), softmax(z))


@says("01", "On paper three promises hold for any scores.", "(Rounding can make the two equal.)")
def test_softmax_is_positive_sums_to_one_and_keeps_the_order_on_paper():
    z = rows()
    assert (softmax(z) > 0).all()
    torch.testing.assert_close(softmax(z).sum(1), torch.ones(2000, dtype=z.dtype))
    assert torch.equal(softmax(z).argsort(1), z.argsort(1))
    close = torch.tensor([0.0, 1e-9])
    assert close[0] != close[1] and softmax(close)[0] == softmax(close)[1]
    assert softmax(torch.tensor([1000.0, 0.0]))[1] == 0


@says("01", "on ordinary scores the two functions agree.", "A score of 89 is enough:")
def test_where_the_naive_softmax_agrees():
    def naive(z):
        return z.exp() / z.exp().sum(-1, keepdim=True)

    z = rows(scale=10, dtype=torch.float32)
    torch.testing.assert_close(naive(z), softmax(z))
    low = torch.tensor([-102.0, -103.0])  # finite, but with hardly a digit left
    assert naive(low).isfinite().all() and not torch.allclose(naive(low), softmax(low), atol=0.01)
    assert torch.tensor(89.0).exp().isinf() and torch.tensor(88.0).exp().isfinite()


@says("01", "so a higher score for another class lowers it.", "each row adds up to 0.")
def test_signs_and_sum_of_the_gradient_of_a_probability():
    slopes = gradient(lambda z: softmax(z)[:, 0], rows())
    assert (slopes[:, 0] > 0).all() and (slopes[:, 1:] < 0).all()
    assert slopes.sum(1).abs().max() < 1e-12


@says("01", "A high temperature flattens, a low one sharpens,", "Temperature keeps the order,")
def test_a_high_temperature_flattens():
    z = rows()
    tops = [softmax(z / t).amax(1) for t in (0.2, 0.5, 1, 5, 50)]
    assert all((warm < cold).all() for cold, warm in zip(tops, tops[1:], strict=False))
    assert torch.equal(softmax(z / 5).argsort(1), z.argsort(1))


@says(
    "01",
    "A low temperature **sharpens**, a high one **flattens**.",
    "Near the centre at 10, almost in the corner of class 0 at 0.1.",
    "With two equal best scores the point at 0.1 is halfway along an edge:",
    "these two have equal shares at every temperature.",
)
def test_what_the_student_finds_with_the_explorer():
    z, tie = torch.tensor([2.0, 1, -1]), torch.tensor([2.0, 2, -1])
    assert softmax(z / 2)[0] < softmax(z)[0] < softmax(z / 0.5)[0]
    assert (softmax(z / 10) - 1 / 3).abs().max() < 0.06 and softmax(z / 0.1)[0] > 0.999
    assert softmax(torch.tensor([10.0, -10, -10]) / 10)[0] > 0.7  # other scores, another place
    assert all(softmax(tie / t)[0] == softmax(tie / t)[1] for t in (0.1, 0.5, 1, 2, 10))
    assert softmax(tie / 0.1)[2] < 1e-9


@says("01", "So softmax is the sigmoid for more than two classes.", "the inverse of the sigmoid")
def test_two_classes_are_a_sigmoid():
    z = rows(classes=1)
    p = softmax(torch.cat([z, torch.zeros_like(z)], dim=1))[:, :1]
    torch.testing.assert_close(p, 1 / (1 + (-z).exp()))
    torch.testing.assert_close((p / (1 - p)).log(), z)


# 02: cross-entropy


def cost(z, y):
    return -softmax(z)[range(len(y)), y].log()


def batch(n=2000, classes=4):
    return rows(n, classes), torch.randint(classes, (n,))


@says(
    "02",
    "Making the likelihood as large as possible is the same as making this cost as small as",
    "**the cost is never below 0**",
    "the sign was forgotten, or something that is not a log-probability went in.",
)
def test_the_larger_likelihood_has_the_smaller_cost():
    p, q = torch.rand(2, 2000, 5, dtype=torch.float64)
    cheaper = -p.log().mean(1) < -q.log().mean(1)
    assert torch.equal(cheaper, p.prod(1) > q.prod(1)) and cheaper.any() and not cheaper.all()
    z, y = batch()
    assert (cost(z, y) >= 0).all() and (-cost(z, y)).mean() < 0 > -softmax(z)[range(2000), y].mean()


@says(
    "02",
    "= ln C, whatever the true class is.",
    "A linear model whose parameters are all zero starts there.",
    "may start higher or lower.",
)
def test_no_knowledge_costs_ln_c():
    for classes in (2, 3, 5, 10):
        x, y = batch(50, classes)
        start = cost(x @ torch.zeros(classes, classes, dtype=x.dtype), y)
        torch.testing.assert_close(start, torch.full_like(start, math.log(classes)))
    starts = torch.stack([cost(rows(8, 3), torch.randint(3, (8,))).mean() for _ in range(200)])
    assert starts.min() < math.log(3) < starts.max()


@says("02", "The sum is N = 3 times the mean over samples;", "elements is C = 5 times too small:")
def test_sum_and_mean_over_everything():
    z, y = batch(3, 5)
    products = -torch.nn.functional.one_hot(y, 5) * softmax(z).log()
    torch.testing.assert_close(products.sum(), 3 * cost(z, y).mean())
    torch.testing.assert_close(5 * products.mean(), cost(z, y).mean())


@says(
    "02",
    "- The gradient with respect to the logits is $(p - y)/N$:",
    "Each entry of $p - y$ lies between −1 and 1",
    "**A number that is added to every logit of a row gets gradient 0:",
)
def test_the_gradient_is_prediction_minus_truth():
    z, y = batch(7, 4)
    formula = (softmax(z) - torch.nn.functional.one_hot(y, 4)) / 7
    nudges = 1e-5 * torch.eye(28, dtype=z.dtype).reshape(28, 7, 4)
    slopes = torch.stack([cost(z + d, y).mean() - cost(z - d, y).mean() for d in nudges]) / 2e-5
    torch.testing.assert_close(slopes.reshape(7, 4), formula, atol=1e-8, rtol=0)
    assert (7 * formula).abs().max() < 1
    added = gradient(lambda c: cost(z + c, y), torch.zeros(7, 1, dtype=z.dtype))
    assert added.abs().max() < 1e-12


@says(
    "02",
    "Its pull is $1 - p$, which goes to 1",
    "from $p = 0.5$ down, the more wrong the model is, the less it is told.",
    "when the prediction is sure and right, $p - y$ is close to 0",
)
def test_pulls_of_two_measures():
    p = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
    z = torch.stack([p.log(), (1 - p).log()], dim=1)
    by_log = -gradient(lambda z: -softmax(z)[:, 0].log(), z)[:, 0]
    simple = -gradient(lambda z: 1 - softmax(z)[:, 0], z)[:, 0]
    torch.testing.assert_close(by_log, 1 - p)
    rises = simple.diff() > 0
    assert rises[p[1:] <= 0.5].all() and not rises[p[:-1] >= 0.5].any()
    assert by_log[p > 0.99].max() < 0.01  # sure and right
    right = torch.tensor([[0.4, 0.3, 0.3]]).log()  # right, not sure
    assert right.argmax() == 0 and gradient(lambda z: cost(z, [0]), right)[0, 0] < -0.5


@says("02", "The probabilities reach the same corner, in general by a curved path.)")
def test_the_path_downhill_ends_in_the_corner_and_is_curved():
    z, corner = rows(200, 3, scale=1.5), torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64)
    z[0, 0] = z[0, 1]  # the exception: straight, for class 0 and 1 are alike
    start, bends = softmax(z), torch.zeros(200, dtype=torch.float64)
    unit = (corner - start) / (corner - start).norm(dim=1, keepdim=True)
    for _ in range(500):
        z = z - 0.2 * (softmax(z) - corner)
        moved = softmax(z) - start
        along = (moved * unit).sum(1, keepdim=True) * unit
        bends = torch.maximum(bends, (moved - along).norm(dim=1))
    assert (softmax(z)[:, 2] > 0.98).all()
    assert bends[0] < 1e-12 and (bends[1:] > 1e-5).all()


@says("02", "Here no sample gains at the expense of another:")
def test_one_step_raises_every_true_class():
    for _ in range(200):
        z, y = batch(3, 5)
        step = (softmax(z) - torch.nn.functional.one_hot(y, 5)) / 3
        assert (cost(z - step, y) < cost(z, y)).all()


@says("02", "Three steps. The first is the longest:")
def test_three_steps_and_the_first_is_the_longest():
    z, corner, lengths = torch.tensor([2.0, 1, -1]), torch.tensor([0.0, 0, 1]), []
    while -softmax(z)[2].log() > 0.5:
        lengths.append(float((softmax(z) - corner).norm()))
        z = z - (softmax(z) - corner)
    assert len(lengths) == 3 and lengths == sorted(lengths, reverse=True)


# 03: the logarithm


def naive_1(z):
    return -softmax(z).log()[:, 1]


@says(
    "03",
    "Up to 90 every printed digit is right. Then digits are lost:",
    "From 104 on the probability is 0, and all is lost.",
    "In `float32`, and for the logits $(s, 0, 0)$, its gradient is lost when the true class is "
    "89 points behind, its value at 104.",
)
def test_where_log_of_softmax_is_lost():
    exact = SCALES.double().logsumexp(1)
    wrong = (naive_1(SCALES) - exact).abs() > 5e-5
    assert not wrong[:91].any() and wrong[[100, 103]].all()
    assert first_lost(naive_1, SCALES) == [104, 89]
    three_lead = torch.cat([SCALES[:, :1].expand(-1, 3), torch.zeros(131, 1)], dim=1)
    value, slope = first_lost(lambda z: -softmax(z).log()[:, 3], three_lead)
    assert value < 104 and slope < 89  # other logits, other limits


@says(
    "03",
    "Both rescue the value. Only picking first rescues the gradient too, which is 0.",
    "(Neither order helps the sample that is sure and *wrong*.)",
    "Later, at 104, where the other probabilities become 0:",
)
def test_picking_before_and_after_the_logarithm():
    assert first_lost(lambda z: -softmax(z)[:, 0].log(), SCALES) == [None, None]
    assert first_lost(lambda z: -softmax(z).log()[:, 0], SCALES) == [None, 104]
    assert gradient(lambda z: -softmax(z)[:, 0].log(), sure(200)).abs().max() == 0
    assert first_lost(lambda z: -softmax(z)[:, 1].log(), SCALES) == [104, 89]


@says("03", "From 104 on, with one-hot, even a sure and *right* prediction costs nan.")
def test_where_one_hot_turns_a_right_prediction_into_nan():
    right = torch.tensor([1.0, 0.0, 0.0])
    by_one_hot = -(right * softmax(SCALES).log()).sum(dim=1)
    assert by_one_hot.isnan().tolist() == [False] * 104 + [True] * 27


@says("03", r"a ceiling of $-\log(\text{eps}) = 18.42$, and the gradient fades to 0.")
def test_eps_is_a_ceiling():
    def repaired(z):
        return -(softmax(z) + 1e-8).log()[:, 1]

    assert round(float(repaired(SCALES).max()), 2) == 18.42 == round(-math.log(1e-8), 2)
    pull = -gradient(repaired, SCALES)[:, 1]
    assert (pull[20:].diff() <= 0).all() and pull[-1] < 1e-6 < 0.99 < pull[10]


@says(
    "03",
    "LSE lies between the largest score and the largest score + ln C.",
    r"$$\operatorname{LSE}(z + c) = \operatorname{LSE}(z) + c$$",
    "the LSE of log-probabilities is ln 1 = 0",
    "So the sum lies between 1 and $C$",
)
def test_log_sum_exp():
    def lse(z):
        return z.exp().sum(1).log()

    z = rows()
    assert (z.amax(1) < lse(z)).all() and (lse(z) <= z.amax(1) + math.log(4)).all()
    torch.testing.assert_close(lse(z + 10), lse(z) + 10)
    assert lse(softmax(z).log()).abs().max() < 1e-12
    total = (z - z.amax(1, keepdim=True)).exp().sum(1)
    assert (total >= 1).all() and (total <= 4).all()


def log_softmax(z):
    shifted = z - z.amax(1, keepdim=True)
    return shifted - shifted.exp().sum(1, keepdim=True).log()


@says("03", "is safe: value and gradient.", "Nothing overflows, and no logarithm of 0 is taken.")
def test_log_softmax_is_safe():
    for scale in (1, 100, 10_000):
        z = rows(scale=scale, dtype=torch.float32)
        exact = z.double() - z.double().logsumexp(1, keepdim=True)
        torch.testing.assert_close(log_softmax(z), exact.float(), rtol=1e-6, atol=1e-6)
        slopes = gradient(lambda z: -log_softmax(z)[:, 0], z)
        exact = softmax(z.double()) - torch.eye(4)[0]
        torch.testing.assert_close(slopes, exact.float(), rtol=1e-4, atol=1e-6)


@says(
    "03",
    "So **a negative cross-entropy always means a mistake**.",
    "For harmless logits all spellings give the same cost.",
    "The second `log_softmax` is superfluous, and harmless.",
)
def test_one_cost_in_every_spelling_and_a_negative_one_is_a_mistake():
    functional = torch.nn.functional
    for _ in range(100):
        z, y = batch(6, 5)
        torch.testing.assert_close(functional.cross_entropy(z, y), cost(z, y).mean())
        torch.testing.assert_close(functional.nll_loss(log_softmax(z), y), cost(z, y).mean())
        torch.testing.assert_close(functional.cross_entropy(log_softmax(z), y), cost(z, y).mean())
        assert cost(z, y).mean() >= 0 > functional.nll_loss(softmax(z), y)
    far, behind = sure(200), torch.tensor([1])  # not harmless
    assert cost(far, behind).isinf() and functional.cross_entropy(far, behind).isfinite()


@says("03", "a step of gradient descent becomes $N$ times as long.")
def test_the_sum_makes_each_step_n_times_as_long():
    z, y = batch(6, 5)
    by_mean = gradient(lambda z: torch.nn.functional.cross_entropy(z, y), z)
    by_sum = gradient(lambda z: torch.nn.functional.cross_entropy(z, y, reduction="sum"), z)
    torch.testing.assert_close(by_sum, 6 * by_mean)
