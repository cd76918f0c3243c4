"""Many models at once are the loop's twin, model by model."""

import pytest
import torch

from lab06.data import load_lab
from lab06.sweep import train_many
from lab06.training import train

X, Y = load_lab()


def random_starts(models, dtype=torch.float32):
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(models, 4, 3, generator=generator, dtype=dtype)
    return weight, torch.randn(models, 3, generator=generator, dtype=dtype)


def test_equals_the_loop_for_many_starts():
    """At lr 0.1 these runs overshoot and magnify rounding; at lr 0.02 they settle."""
    weight, bias = random_starts(5)
    many = train_many(X, Y, weight, bias, lr=0.02, epochs=200)
    for model in range(5):
        one = train(X, Y, weight[model], bias[model], lr=0.02, epochs=201)
        torch.testing.assert_close(many.cost[:, model], one.cost[:-1], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(many.weight[model], one.weight[-1], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(many.bias[model], one.bias[-1], atol=1e-4, rtol=1e-4)


def test_equals_the_loop_to_rounding_in_float64():
    weight, bias = random_starts(4, torch.float64)
    rates = torch.tensor([0.001, 0.02, 0.05, 0.1], dtype=torch.float64)
    many = train_many(X.double(), Y, weight, bias, lr=rates, epochs=1000)
    for model, lr in enumerate(rates.tolist()):
        one = train(X.double(), Y, weight[model], bias[model], lr=lr, epochs=1000)
        torch.testing.assert_close(many.cost[:, model], one.cost, atol=1e-9, rtol=1e-9)


def test_one_rate_for_all_keeps_float64_and_a_rate_of_another_dtype_is_taken():
    weight, bias = random_starts(2, torch.float64)
    many = train_many(X.double(), Y, weight, bias, lr=0.02, epochs=50)
    assert many.weight.dtype == many.cost.dtype == torch.float64
    one = train(X.double(), Y, weight[0], bias[0], lr=0.02, epochs=50)
    torch.testing.assert_close(many.cost[:, 0], one.cost, atol=1e-12, rtol=1e-12)
    rates = torch.tensor([0.02, 0.02])  # float32
    assert train_many(X.double(), Y, weight, bias, lr=rates, epochs=5).cost.dtype == torch.float64


def test_defaults_are_those_of_the_loop():
    start = torch.zeros(4, 3, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)
    many = train_many(X.double(), Y, *(part.unsqueeze(0) for part in start))
    torch.testing.assert_close(many.cost[:, 0], train(X.double(), Y, *start).cost)


def test_rates_may_require_grad_and_nothing_depends_on_the_default_device():
    weight, bias = random_starts(2)
    rates = torch.tensor([0.02, 0.02], requires_grad=True)
    expected = train_many(X, Y, weight, bias, lr=0.02, epochs=3).cost
    with torch.device("meta"):
        for lr in (0.02, rates):
            many = train_many(X, Y, weight, bias, lr=lr, epochs=3)
            assert torch.equal(many.cost, expected) and not many.weight.requires_grad
    assert rates.requires_grad and rates.grad is None


def test_a_rate_may_be_a_large_int():
    assert train_many(X, Y, W, B, lr=10**30, epochs=0).weight.isfinite().all()


def test_shapes_and_start():
    many = train_many(X, Y, torch.zeros(7, 4, 3), torch.zeros(7, 3), epochs=0)
    assert many.cost.shape == (1, 7) and many.weight.shape == (7, 4, 3)
    assert many.bias.shape == (7, 3)
    torch.testing.assert_close(many.cost[0], torch.full((7,), 3.0).log())


def test_a_diverging_model_disturbs_no_other():
    weight, bias = torch.zeros(2, 4, 3), torch.zeros(2, 3)
    both = train_many(X * 1e15, Y, weight, bias, lr=torch.tensor([1e25, 1e-32]), epochs=20)
    alone = train_many(X * 1e15, Y, weight[1:], bias[1:], lr=1e-32, epochs=20)
    assert not both.cost[-1, 0].isfinite()
    assert both.cost[:, 1].isfinite().all()
    torch.testing.assert_close(both.cost[:, 1], alone.cost[:, 0])


def test_nothing_passed_in_is_changed():
    weight, bias = random_starts(3)
    x, y = X.clone(), Y.clone()
    before = [tensor.clone() for tensor in (x, y, weight, bias)]
    train_many(x, y, weight, bias, epochs=3)
    for tensor, kept in zip((x, y, weight, bias), before, strict=True):
        assert torch.equal(tensor, kept)


W, B = torch.zeros(2, 4, 3), torch.zeros(2, 3)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"weight": torch.zeros(4, 3)}, ValueError, r"weight must have shape \(M, D, C\)"),
        ({"weight": torch.zeros(0, 4, 3)}, ValueError, "weight must"),
        ({"weight": W.long()}, TypeError, "weight must be a floating-point"),
        ({"weight": W.double()}, TypeError, "weight must have dtype torch.float32"),
        ({"weight": W + torch.inf}, ValueError, "weight must be finite"),
        (
            {"bias": torch.zeros(3)},
            ValueError,
            r"bias must have shape \(M, C\) = \(2, 3\), got \(3,\)",
        ),
        ({"bias": torch.zeros(2, 1)}, ValueError, "bias must have shape"),
        ({"bias": B.long()}, TypeError, "bias must be a floating-point"),
        ({"bias": B.double()}, TypeError, "bias must have dtype torch.float32"),
        ({"bias": B + torch.nan}, ValueError, "bias must be finite"),
        ({"x": X[:, :3]}, ValueError, "x must have 4 features"),
        ({"x": X * torch.nan}, ValueError, "x must be finite"),
        ({"x": X[:0], "y": Y[:0]}, ValueError, "x must not be empty"),
        ({"y": Y + 1}, ValueError, r"y must hold class indices 0..2, got 3 at position"),
        ({"y": Y.float()}, TypeError, "y must hold class indices of dtype torch.int64"),
        ({"lr": 0.0}, ValueError, "lr must be finite and greater than 0, got 0.0"),
        ({"lr": torch.tensor([0.1, -0.1])}, ValueError, "lr must be greater than 0, got -0.1"),
        ({"lr": torch.tensor([0.1, 0.0])}, ValueError, "lr must be greater than 0, got 0.0"),
        ({"lr": torch.tensor([0.1, torch.inf])}, ValueError, "lr must be finite"),
        ({"lr": torch.tensor([0.1])}, ValueError, r"lr must be a number or have shape \(2,\)"),
        ({"lr": torch.tensor([1, 1])}, TypeError, "lr must be a floating-point"),
        ({"lr": torch.tensor(0.1)}, ValueError, r"lr must be a number or .* \(2,\), got \(\)"),
        ({"epochs": 10**30}, ValueError, "epochs must be at most 1000000, got 1000"),
        ({"lr": [0.1, 0.1]}, TypeError, "lr must be a number"),
        ({"epochs": -1}, ValueError, "epochs must be at least 0, got -1"),
        ({"epochs": 1.5}, TypeError, "epochs must be a whole number"),
    ],
)
def test_a_bad_argument_is_named(change, error, words):
    arguments = {"x": X, "y": Y, "weight": W, "bias": B, "lr": 0.1, "epochs": 1} | change
    with pytest.raises(error, match=words):
        train_many(**arguments)
