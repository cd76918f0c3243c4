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
