"""Checks of arguments. Each error names the argument, what was expected, and what it got."""

import torch

LARGEST_WHOLE = 1_000_000  # epochs, classes or features: more would be a slip, and fill the memory


def check_tensor(name, value, of=""):
    """Require a tensor."""
    if not isinstance(value, torch.Tensor):
        raise TypeError(f"{name} must be a tensor{of}, got {type(value).__name__}")


def check_floats(name, value):
    """Require a floating-point tensor with at least one dimension."""
    check_tensor(name, value)
    if not value.is_floating_point():
        raise TypeError(f"{name} must be a floating-point tensor, got {value.dtype}")
    if value.dim() == 0:
        raise ValueError(f"{name} must have at least one dimension, got a single number")


def check_matrix(name, value, shape):
    """Require a floating-point matrix with at least one entry; an error calls its shape `shape`."""
    check_floats(name, value)
    if value.dim() != 2:
        raise ValueError(f"{name} must have shape {shape}, got {tuple(value.shape)}")
    check_not_empty(name, value)


def check_not_empty(name, value):
    """Require at least one entry."""
    if value.numel() == 0:
        raise ValueError(f"{name} must not be empty, got shape {tuple(value.shape)}")


def check_dtype(name, value, expected):
    """Require the dtype of the tensors that `value` is computed with."""
    if value.dtype != expected:
        raise TypeError(f"{name} must have dtype {expected} like the rest, got {value.dtype}")


def check_finite(name, value):
    """Require a tensor without nan and infinities."""
    finite = torch.isfinite(value)
    if not finite.all():
        position = tuple((~finite).nonzero()[0].tolist())
        raise ValueError(f"{name} must be finite, got {value[position].item()} at {list(position)}")


def check_target(name, target, num_samples, num_classes):
    """Require int64 class indices 0..num_classes-1 of shape (num_samples,)."""
    check_tensor(name, target, of=" of class indices")
    if target.shape != (num_samples,):
        raise ValueError(
            f"{name} must hold one class index per sample, shape ({num_samples},), "
            f"got shape {tuple(target.shape)}{_how_to_get_indices(target)}"
        )
    if target.dtype != torch.int64:
        raise TypeError(f"{name} must hold class indices of dtype torch.int64, got {target.dtype}")
    check_range(name, target, num_classes)


def _how_to_get_indices(target):
    if target.dim() != 2:
        return ""
    if target.shape[1] == 1:
        return "; to remove the second dimension use .squeeze(1)"
    return "; for one-hot rows use .argmax(dim=1)"


def check_range(name, target, num_classes):
    """Require every class index to be one of 0..num_classes-1."""
    outside = (target < 0) | (target >= num_classes)
    if outside.any():
        position = outside.nonzero()[0].item()
        raise ValueError(
            f"{name} must hold class indices 0..{num_classes - 1}, "
            f"got {target[position].item()} at position {position}"
        )


def check_whole(name, value, least, most=LARGEST_WHOLE):
    """Require an int (not a bool, not 10.0) from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number (int), got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    if value > most:
        raise ValueError(f"{name} must be at most {most}, got {value}")


def check_lr(lr):
    """Require a learning rate that is a finite number above 0, and return it as a float."""
    if isinstance(lr, bool) or not isinstance(lr, (int, float)):
        raise TypeError(f"lr must be a number (int or float), got {lr!r}")
    if not 0 < lr <= torch.finfo(torch.float32).max:  # False for nan, too
        raise ValueError(f"lr must be finite and greater than 0, got {lr}")
    return float(lr)


def check_function(name, value):
    """Require something that can be called."""
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {value!r}")


def check_choice(name, value, choices):
    """Require one of a few strings."""
    if not (isinstance(value, str) and value in choices):
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{name} must be one of {listed}, got {value!r}")


def check_features(x, num_features):
    """Require rows of `num_features` features."""
    if x.shape[-1] != num_features:
        raise ValueError(f"x must have {num_features} features per row, got {x.shape[-1]}")


def own_data(x, y, num_features, num_classes):
    """Check the data and copy it, so that later changes to the caller's tensors do no harm."""
    check_matrix("x", x, shape=f"(N, {num_features})")
    check_features(x, num_features)
    check_finite("x", x)
    check_target("y", y, len(x), num_classes)
    return own(x), own(y)


def own(tensor):
    """Copy a tensor. The copy can be trained even inside torch.inference_mode()."""
    with torch.inference_mode(False):
        return tensor.detach().clone()


def check_number(name, value, low, high):
    """Require a number (not a bool) from `low` to `high`, and return it as a float."""
    if isinstance(value, torch.Tensor) and value.dim() == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not low <= value <= high:  # False for nan, too
        raise ValueError(f"{name} must be from {low} to {high}, got {value}")
    return float(value)


def check_numbers(name, values, count, low, high):
    """Require `count` numbers from `low` to `high`, and return them as a list of floats."""
    if isinstance(values, torch.Tensor):
        values = values.tolist()
    if not isinstance(values, (list, tuple)):
        raise TypeError(f"{name} must be {count} numbers, got {values!r}")
    if len(values) != count:
        raise ValueError(f"{name} must be {count} numbers, got {len(values)}")
    return [check_number(f"{name}[{place}]", v, low, high) for place, v in enumerate(values)]


def check_index(name, value, count, least=0):
    """Require a whole number from `least` to count - 1, and return it."""
    if isinstance(value, torch.Tensor) and value.dim() == 0:
        value = value.item()
    check_whole(name, value, least=least, most=count - 1)
    return value
