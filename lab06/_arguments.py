"""Checks of arguments: each raises an error that names the argument, what came, what was expected."""

import math

import torch


def check_floats(name, value):
    """Require a floating-point tensor with at least one dimension."""
    if not isinstance(value, torch.Tensor):
        raise TypeError(f"{name} must be a tensor, got {type(value).__name__}")
    if not value.is_floating_point():
        raise TypeError(f"{name} must be a floating-point tensor, got {value.dtype}")
    if value.dim() == 0:
        raise ValueError(f"{name} must have at least one dimension, got a single number")


def check_matrix(name, value, columns):
    """Require a floating-point tensor of shape (N, `columns`) with no side of length 0."""
    check_floats(name, value)
    if value.dim() != 2:
        raise ValueError(f"{name} must have shape (N, {columns}), got {tuple(value.shape)}")
    if value.numel() == 0:
        raise ValueError(f"{name} must not be empty, got shape {tuple(value.shape)}")


def check_finite(name, value):
    """Require a tensor without nan and infinities."""
    finite = torch.isfinite(value)
    if not finite.all():
        position = tuple((~finite).nonzero()[0].tolist())
        raise ValueError(f"{name} must be finite, got {value[position].item()} at {list(position)}")


def check_target(name, target, num_samples, num_classes):
    """Require int64 class indices 0..num_classes-1 of shape (num_samples,)."""
    if not isinstance(target, torch.Tensor):
        raise TypeError(f"{name} must be a tensor of class indices, got {type(target).__name__}")
    if target.shape != (num_samples,):
        hint = "; for one-hot rows use .argmax(dim=1)" if target.dim() == 2 else ""
        raise ValueError(
            f"{name} must hold one class index per sample, shape ({num_samples},), "
            f"got shape {tuple(target.shape)}{hint}"
        )
    if target.dtype != torch.int64:
        raise TypeError(f"{name} must hold class indices of dtype torch.int64, got {target.dtype}")
    check_range(name, target, num_classes)


def check_range(name, target, num_classes):
    """Require every class index to be one of 0..num_classes-1."""
    outside = (target < 0) | (target >= num_classes)
    if outside.any():
        position = outside.nonzero()[0].item()
        raise ValueError(
            f"{name} must hold class indices 0..{num_classes - 1}, "
            f"got {target[position].item()} at position {position}"
        )


def check_whole(name, value, least):
    """Require an int (not a bool, not 10.0) of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number (int), got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")


def check_lr(lr):
    """Require a learning rate that is a finite number above 0."""
    if isinstance(lr, bool) or not isinstance(lr, (int, float)):
        raise TypeError(f"lr must be a number, got {lr!r}")
    if not (math.isfinite(lr) and lr > 0):
        raise ValueError(f"lr must be finite and greater than 0, got {lr}")


def check_choice(name, value, choices):
    """Require one of a few strings."""
    if value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{name} must be one of {listed}, got {value!r}")
