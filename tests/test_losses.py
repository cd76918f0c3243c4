"""The losses written by hand against `torch.nn.functional`: values, gradients and errors."""

import math

import pytest
import torch
import torch.nn.functional as F

from lab06.losses import (
    cross_entropy,
    double_softmax_cost,
    log_softmax,
    nll_loss,
    one_hot,
    softmax,
)

DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
REDUCTIONS = ["mean", "sum", "none"]
BY_HAND = {softmax: F.softmax, log_softmax: F.log_softmax}
LOSSES = [cross_entropy, nll_loss, double_softmax_cost]

RANDOM = torch.randn(6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
LOGITS = {
    "random": RANDOM,
    "wide": 30 * RANDOM,
    "1e4": RANDOM.sign() * 1e4,
    "1e30": RANDOM.sign() * 1e30,
    "largest float": RANDOM.sign() * math.inf,  # made finite by `logits_of`
    "one at the largest float": torch.where(RANDOM > 1, math.inf, RANDOM),
    "all ties": torch.zeros_like(RANDOM),
    "pairs of ties": RANDOM[:, [0, 1, 1, 0, 2]],
    "one class": RANDOM[:, :1],
    "transposed": RANDOM[:5].T.contiguous().T,
    "every second column": torch.cat([RANDOM, RANDOM], dim=1)[:, ::2],
    "expanded": RANDOM[:1].expand(6, 5),
}
WITH_INF = {
    "some -inf": torch.where(RANDOM < -0.3, -math.inf, RANDOM),
    "all -inf": torch.full_like(RANDOM, -math.inf),
    "some inf": torch.where(RANDOM > 1, math.inf, RANDOM),
    "some nan": torch.where(RANDOM > 1, math.nan, RANDOM),
}


def logits_of(case, dtype):
    """Return the case in `dtype`; what `dtype` cannot hold becomes its largest number."""
    if case in WITH_INF:
        return WITH_INF[case].to(dtype)
    largest = torch.finfo(dtype).max
    return LOGITS[case].clamp(-largest, largest).to(dtype)


def classes_of(logits):
    return torch.arange(len(logits)) % logits.shape[1]


def value_and_gradient(function, logits):
    """Call function(logits) and send an uneven gradient back."""
    logits = logits.detach().requires_grad_()
    value = function(logits)
    uneven = torch.linspace(-1, 2, value.numel()).view(value.shape).to(value.dtype)
    return value.detach(), *torch.autograd.grad(value, logits, uneven)


def assert_agree(by_hand, torch_function, logits):
    """Same value, gradient, dtype and shape, up to 8 roundings; the logits stay as they were."""
    before, rounding = logits.clone(), 8 * torch.finfo(logits.dtype).eps
    torch.testing.assert_close(
        value_and_gradient(by_hand, logits),
        value_and_gradient(torch_function, logits),
        rtol=rounding,
        atol=rounding,
        equal_nan=True,
    )
    torch.testing.assert_close(logits, before, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("case", LOGITS | WITH_INF)
@pytest.mark.parametrize("by_hand", BY_HAND)
def test_softmax_agrees_with_torch(by_hand, case, dtype):
    logits = logits_of(case, dtype)
    for dim in (0, 1, -1, -2):
        assert_agree(
            lambda z, dim=dim: by_hand(z, dim=dim),
            lambda z, dim=dim: BY_HAND[by_hand](z, dim=dim),
            logits,
        )


@pytest.mark.parametrize("shape", [(3,), (2, 3, 4), (1, 1), (2, 1, 3, 2)])
@pytest.mark.parametrize("by_hand", BY_HAND)
def test_softmax_takes_any_shape_and_dim(by_hand, shape):
    logits = torch.linspace(-3, 5, math.prod(shape)).view(shape)
    assert_agree(by_hand, lambda z: BY_HAND[by_hand](z, dim=-1), logits)
    for dim in range(-len(shape), len(shape)):
        torch.testing.assert_close(by_hand(logits, dim), BY_HAND[by_hand](logits, dim))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("case", LOGITS | WITH_INF)
def test_cross_entropy_agrees_with_torch(case, dtype, reduction):
    logits = logits_of(case, dtype)
    target = classes_of(logits)
    if dtype == torch.float16 and reduction == "mean" and case == "one at the largest float":
        reduction = "sum"  # F.cross_entropy overflows here; ours does not
    assert_agree(
        lambda z: cross_entropy(z, target, reduction),
        lambda z: F.cross_entropy(z, target, reduction=reduction),
        logits,
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("case", ["random", "wide", "one class", "transposed", "expanded"])
def test_nll_loss_agrees_with_torch(case, dtype, reduction):
    logits = logits_of(case, dtype)
    target = classes_of(logits)
    assert_agree(
        lambda z: nll_loss(z, target, reduction),
        lambda z: F.nll_loss(z, target, reduction=reduction),
        F.log_softmax(logits, dim=1),
    )


def test_nll_loss_takes_log_probabilities_of_zero():
    log_probabilities = torch.tensor([[0.0, -math.inf], [0.0, -math.inf]])
    losses = nll_loss(log_probabilities, torch.tensor([0, 1]), reduction="none")
    assert losses.tolist() == [0, math.inf]


@pytest.mark.parametrize("loss", LOSSES)
def test_reduction_is_mean_unless_told(loss):
    rows, target = F.log_softmax(RANDOM, dim=1), classes_of(RANDOM)
    each = loss(rows, target, reduction="none")
    assert each.shape == (6,)
    torch.testing.assert_close(loss(rows, target), each.sum() / 6)
    torch.testing.assert_close(loss(rows, target, reduction="sum"), each.sum())


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_gradcheck_of_softmax(function):
    assert torch.autograd.gradcheck(function, RANDOM.clone().requires_grad_())
    assert torch.autograd.gradgradcheck(function, RANDOM[:2].clone().requires_grad_())


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_gradcheck_of_losses(loss, reduction):
    rows = F.log_softmax(RANDOM, dim=1).sub(0.1).requires_grad_()  # below 0, also when nudged
    assert torch.autograd.gradcheck(lambda rows: loss(rows, classes_of(RANDOM), reduction), rows)


@pytest.mark.parametrize(("scale", "loss"), [(100, 100), (200, 200), (1e4, 1e4), (3e38, 3e38)])
def test_cross_entropy_survives_where_the_naive_formula_breaks(scale, loss):
    logits = torch.tensor([[scale, 0.0, 0.0]], requires_grad=True)
    value = cross_entropy(logits, torch.tensor([1]))
    value.backward()
    torch.testing.assert_close(value.item(), float(loss))
    torch.testing.assert_close(logits.grad, torch.tensor([[1.0, -1, 0]]))


def test_uniform_and_confident_rows():
    assert cross_entropy(torch.zeros(4, 3), torch.tensor([0, 1, 2, 0])).item() == pytest.approx(
        math.log(3)
    )
    perfect = cross_entropy(torch.tensor([[0.0, 0, 0, 1]]), torch.tensor([3]))
    assert perfect.item() == pytest.approx(0.7437, abs=5e-5)


@pytest.mark.parametrize("num_classes", [3, 7])
def test_one_hot_agrees_with_torch(num_classes):
    target = torch.tensor([2, 0, 1, 2, 1])
    before = target.clone()
    torch.testing.assert_close(one_hot(target, num_classes), F.one_hot(target, num_classes))
    assert torch.equal(target, before)
    assert torch.equal(one_hot(target[::2], 3), F.one_hot(target[::2], 3))
    assert torch.equal(one_hot(torch.zeros(4, dtype=torch.int64), 1), torch.ones(4, 1))


# ---------------------------------------------------------------------- the published defect


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("case", ["random", "wide", "1e4", "all ties", "one class", "transposed"])
def test_double_softmax_cost_is_the_published_formula(case, dtype):
    logits = logits_of(case, dtype)
    target = classes_of(logits)

    def published(logits):
        hypothesis = F.softmax(logits, dim=1)
        y_one_hot = torch.zeros_like(hypothesis)
        y_one_hot.scatter_(1, target.unsqueeze(1), 1)
        return (y_one_hot * -torch.log(F.softmax(hypothesis, dim=1))).sum(dim=1).mean()

    assert_agree(lambda z: double_softmax_cost(z, target), published, logits)


@pytest.mark.parametrize("num_classes", [2, 3, 10])
def test_double_softmax_cost_stays_in_its_band(num_classes):
    """Its scores are probabilities p in [0, 1]: best all for the true class, worst for another."""
    largest = math.log(math.e + num_classes - 1)
    target = torch.arange(num_classes)
    confident = 1e3 * torch.eye(num_classes, dtype=torch.float64)
    right = double_softmax_cost(confident, target).item()
    wrong = double_softmax_cost(confident, target.roll(1)).item()
    assert (right, wrong) == pytest.approx((largest - 1, largest))
    if num_classes == 3:
        assert (right, wrong) == pytest.approx((0.5514, 1.5514), abs=5e-5)
    anything = 10 * torch.randn(1000, num_classes, generator=torch.Generator().manual_seed(0))
    costs = double_softmax_cost(anything, torch.arange(1000) % num_classes, reduction="none")
    assert largest - 1 - 1e-6 <= costs.min() < costs.max() <= largest + 1e-6


@pytest.mark.parametrize(("scale", "true", "doubled"), [(0, 0.82, 0.27), (20, 1.41, 4.6e-9)])
def test_gradient_of_the_doubled_cost_dies_when_confidently_wrong(scale, true, doubled):
    logits = torch.tensor([[scale, 0, 0]], dtype=torch.float64)
    for loss, expected in [(cross_entropy, true), (double_softmax_cost, doubled)]:
        _, gradient = value_and_gradient(lambda z, loss=loss: loss(z, torch.tensor([1])), logits)
        assert gradient.norm().item() == pytest.approx(expected, rel=0.02)


# ---------------------------------------------------------------------- errors

Z, T = torch.zeros(4, 3), torch.tensor([0, 1, 2, 0])


@pytest.mark.parametrize("function", [softmax, log_softmax])
@pytest.mark.parametrize(
    ("logits", "dim", "error", "message"),
    [
        ([[1.0, 2.0]], -1, TypeError, "logits must be a tensor, got list"),
        (torch.tensor([1, 2]), -1, TypeError, "logits must be a floating.* got torch.int64"),
        (Z.bool(), -1, TypeError, "logits must be a floating.* got torch.bool"),
        (Z + 0j, -1, TypeError, "logits must be a floating.* got torch.complex64"),
        (torch.tensor(1.0), -1, ValueError, "logits must have .*one dimension, got a single"),
        (torch.zeros(0, 3), 1, ValueError, r"logits must not be empty, got shape \(0, 3\)"),
        (torch.zeros(4, 0), 1, ValueError, r"logits must not be empty, got shape \(4, 0\)"),
        (Z, 2, ValueError, r"dim must be one of the 2 dimensions of logits \(4, 3\), got 2"),
        (Z, -3, ValueError, "dim must be one of the 2 .* got -3"),
        (Z, None, TypeError, "dim must be an int, got None"),
        (Z, 1.0, TypeError, "dim must be an int, got 1.0"),
        (Z, True, TypeError, "dim must be an int, got True"),
    ],
)
def test_softmax_refuses(function, logits, dim, error, message):
    with pytest.raises(error, match=message):
        function(logits, dim)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([[0.0, 0.0]], TypeError, "{} must be a tensor, got list"),
        (Z.long(), TypeError, "{} must be a floating-point tensor, got torch.int64"),
        (Z[0], ValueError, r"{} must have shape \(N, C\), got \(3,\)"),
        (Z[None], ValueError, r"{} must have shape \(N, C\), got \(1, 4, 3\)"),
        (torch.tensor(0.0), ValueError, "{} must have at least one dimension, got a single"),
        (torch.zeros(0, 3), ValueError, r"{} must not be empty, got shape \(0, 3\)"),
        (torch.zeros(4, 0), ValueError, r"{} must not be empty, got shape \(4, 0\)"),
    ],
)
def test_losses_refuse_rows(loss, rows, error, message):
    name = "log_probabilities" if loss is nll_loss else "logits"
    with pytest.raises(error, match=message.format(name)):
        loss(rows, T)


INDICES = r"target must hold one class index per sample, shape \(4,\), got shape "
BAD_TARGETS = [
    ([0, 1, 2, 0], TypeError, "target must be a tensor of class indices, got list"),
    (T[:3], ValueError, INDICES + r"\(3,\)$"),
    (torch.tensor(1), ValueError, INDICES + r"\(\)$"),
    (F.one_hot(T, 3), ValueError, INDICES + r"\(4, 3\); for one-hot rows use .argmax\(dim=1\)"),
    (F.one_hot(T, 3).float(), ValueError, INDICES + r"\(4, 3\); for one-hot rows"),
    (T[:, None], ValueError, INDICES + r"\(4, 1\); .* use .squeeze\(1\)"),
    (
        T.float(),
        TypeError,
        "target must hold class indices of dtype torch.int64, got torch.float32",
    ),
    (T.int(), TypeError, "target must hold .* torch.int64, got torch.int32"),
    (T.bool(), TypeError, "target must hold .* torch.int64, got torch.bool"),
    (T + 1, ValueError, r"target must hold class indices 0\.\.2, got 3 at position 2"),
    (T - 1, ValueError, r"target must hold class indices 0\.\.2, got -1 at position 0"),
    (T - 100, ValueError, r"target must hold class indices 0\.\.2, got -100 at position 0"),
]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("target", "error", "message"), BAD_TARGETS)
def test_losses_refuse_targets(loss, target, error, message):
    with pytest.raises(error, match=message):
        loss(F.log_softmax(Z, dim=1), target)


@pytest.mark.parametrize("reduction", ["average", "", "MEAN", None, 1, ["mean"]])
@pytest.mark.parametrize("loss", LOSSES)
def test_losses_refuse_reductions(loss, reduction):
    with pytest.raises(
        ValueError, match="reduction must be one of 'mean', 'sum', 'none', got "
    ) as e:
        loss(F.log_softmax(Z, dim=1), T, reduction=reduction)
    assert str(e.value).endswith(repr(reduction))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_nll_loss_refuses_probabilities_but_not_rounding(dtype):
    with pytest.raises(
        ValueError, match="log_probabilities must be at most 0, .* got 0.33.* row 0"
    ):
        nll_loss(F.softmax(Z.to(dtype), dim=1), T)
    with pytest.raises(ValueError, match="got 0.5000 at row 2, class 1"):
        nll_loss(torch.where(torch.arange(12).view(4, 3) == 7, 0.5, Z.to(dtype)), T)
    nll_loss(torch.full_like(Z, torch.finfo(dtype).eps, dtype=dtype), T)


ONE_HOT_TARGETS = [case for case in BAD_TARGETS if case[0] is not BAD_TARGETS[1][0]]  # any length


@pytest.mark.parametrize(("target", "error", "message"), ONE_HOT_TARGETS)
def test_one_hot_refuses_targets(target, error, message):
    if torch.is_tensor(target) and target.dim() == 0:
        message = message.replace("4,", "1,")
    with pytest.raises(error, match=message):
        one_hot(target, 3)


@pytest.mark.parametrize(
    ("num_classes", "error", "message"),
    [
        (0, ValueError, "num_classes must be at least 1, got 0"),
        (-1, ValueError, "num_classes must be at least 1, got -1"),
        (3.0, TypeError, r"num_classes must be a whole number \(int\), got 3.0"),
        (True, TypeError, "num_classes must be a whole number .* got True"),
        ("3", TypeError, "num_classes must be a whole number .* got '3'"),
        (None, TypeError, "num_classes must be a whole number .* got None"),
        (2**70, ValueError, "num_classes must be at most 1000000, got 1180591620717411303424"),
        (2, ValueError, r"target must hold class indices 0\.\.1, got 2 at position 2"),
    ],
)
def test_one_hot_refuses_num_classes(num_classes, error, message):
    with pytest.raises(error, match=message):
        one_hot(T, num_classes)


def test_one_hot_refuses_an_empty_target():
    with pytest.raises(ValueError, match=r"target must not be empty, got shape \(0,\)"):
        one_hot(T[:0], 3)


def test_one_hot_takes_the_largest_number_of_classes_and_stays_on_the_device_of_the_target():
    with torch.device("meta"):
        rows = one_hot(T, 1_000_000)
    assert rows.device.type == "cpu" and torch.equal(rows.argmax(dim=1), T)
