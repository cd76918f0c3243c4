"""The classifier as a module: one linear layer, and no softmax inside."""

import pytest
import torch
import torch.nn.functional as F

from lab06.models import SoftmaxClassifier


def test_maps_features_to_logits():
    model = SoftmaxClassifier(4, 3)
    x = torch.arange(8.0).view(2, 4)
    torch.testing.assert_close(model(x), F.linear(x, model.linear.weight, model.linear.bias))
    assert model(x).shape == (2, 3)


def test_starts_as_nn_linear_does():
    """The same seed gives the same start: no other random number is drawn."""
    torch.manual_seed(5)
    model = SoftmaxClassifier(4, 3)
    torch.manual_seed(5)
    linear = torch.nn.Linear(4, 3)
    assert {name: p.shape for name, p in model.named_parameters()} == {
        "linear.weight": (3, 4),
        "linear.bias": (3,),
    }
    assert torch.equal(model.linear.weight, linear.weight)
    assert torch.equal(model.linear.bias, linear.bias)


@pytest.mark.parametrize("argument", ["in_features", "num_classes"])
@pytest.mark.parametrize(
    ("size", "error", "message"),
    [
        (0, ValueError, "must be at least 1, got 0"),
        (-2, ValueError, "must be at least 1, got -2"),
        (4.0, TypeError, r"must be a whole number \(int\), got 4.0"),
        (True, TypeError, "must be a whole number .* got True"),
        ("4", TypeError, "must be a whole number .* got '4'"),
    ],
)
def test_refuses_sizes(argument, size, error, message):
    with pytest.raises(error, match=f"{argument} {message}"):
        SoftmaxClassifier(**{"in_features": 4, "num_classes": 3, argument: size})


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (torch.ones(2, 3), ValueError, "x must have 4 features per row, got 3"),
        (torch.ones(2, 4).double(), TypeError, "x must have dtype torch.float32 .* torch.float64"),
        (torch.ones(2, 4).long(), TypeError, "x must be a floating-point tensor, got torch.int64"),
        (torch.ones(()), ValueError, "x must have at least one dimension, got a single number"),
        ([[1.0, 2.0, 3.0, 4.0]], TypeError, "x must be a tensor, got list"),
    ],
)
def test_refuses_features(x, error, message):
    with pytest.raises(error, match=message):
        SoftmaxClassifier(4, 3)(x)


def test_takes_one_sample_and_none_as_nn_linear_does():
    model = SoftmaxClassifier(4, 3)
    assert model(torch.ones(4)).shape == (3,) and model(torch.ones(0, 4)).shape == (0, 3)
