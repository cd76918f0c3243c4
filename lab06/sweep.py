"""Many models trained at once, as one batched tensor program.

The twin of the loop in `lab06.training`, for cross-entropy: the same updates, but every tensor
has one more dimension in front, one entry per model. The gradient is the p - y that notebook 02
derives. Used in notebooks 08 (many random starts) and 09 (many learning rates).

Letters in shapes: M models, E epochs recorded, N samples, D features, C classes.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from lab06._arguments import (
    check_dtype,
    check_finite,
    check_floats,
    check_lr,
    check_tensor,
    check_whole,
    own_data,
)
from lab06.losses import one_hot


@dataclass(frozen=True, eq=False)
class Sweep:
    """The result of training many models.

    cost: mean cross-entropy of each model before each update, in nats, (E, M).
    weight: last weights (M, D, C). bias: last biases (M, C), after the last update.
    """

    cost: torch.Tensor
    weight: torch.Tensor
    bias: torch.Tensor


def train_many(x, y, weight, bias, *, lr=0.1, epochs=1000):
    """Train M linear classifiers from the given starts and return a `Sweep`.

    x: features, floating-point (N, D). y: class indices, int64 (N,), 0..C-1.
    weight: starts (M, D, C). bias: starts (M, C).
    lr: one learning rate for all, or a tensor (M,) with one for each, all above 0.
    epochs: the last epoch's number; as in `training`, that makes epochs + 1 updates.
    A model that diverges to nan or infinity does so in its own column of `cost` only.
    Nothing passed in is changed. Raises TypeError or ValueError for bad data, starts or settings.
    """
    _check_starts(weight, bias)
    models, features, classes = weight.shape
    x, y = own_data(x, y, features, classes)
    check_dtype("weight", weight, x.dtype)
    check_dtype("bias", bias, x.dtype)
    check_whole("epochs", epochs, least=0)
    step = _one_lr_each(lr, weight) / len(x)  # (M,)

    # Classes first and models last: then each operation runs along a long row of models.
    weight = weight.detach().permute(2, 1, 0).clone()  # (C, D, M)
    bias = bias.detach().T.unsqueeze(1).clone()  # (C, 1, M)
    truth = one_hot(y, classes).T.unsqueeze(2).to(x.dtype)  # (C, N, 1)
    samples = torch.arange(len(x), device=x.device)
    cost = x.new_empty(epochs + 1, models)
    for epoch in range(epochs + 1):
        logits = x @ weight + bias  # (C, N, M)
        log_probabilities = F.log_softmax(logits, dim=0)
        cost[epoch] = -log_probabilities[y, samples].mean(dim=0)
        # lr times the gradient with respect to the logits; in place, which takes half the time
        update = log_probabilities.exp().sub_(truth).mul_(step)
        weight -= x.T @ update
        bias -= update.sum(dim=1, keepdim=True)
    return Sweep(cost, weight.permute(2, 1, 0), bias.squeeze(1).T)


def _check_starts(weight, bias):
    check_floats("weight", weight)
    if weight.dim() != 3 or weight.numel() == 0:
        raise ValueError(f"weight must have shape (M, D, C), got {tuple(weight.shape)}")
    check_floats("bias", bias)
    if bias.shape != (len(weight), weight.shape[2]):
        expected = (len(weight), weight.shape[2])
        raise ValueError(f"bias must have shape (M, C) = {expected}, got {tuple(bias.shape)}")
    check_finite("weight", weight)
    check_finite("bias", bias)


def _one_lr_each(lr, weight):
    """Return the learning rates (M,) for weights (M, D, C), as a tensor like them."""
    models = len(weight)
    if not isinstance(lr, torch.Tensor):
        return weight.new_full((models,), check_lr(lr))
    check_tensor("lr", lr)
    if lr.shape != (models,):
        raise ValueError(f"lr must be a number or have shape ({models},), got {tuple(lr.shape)}")
    check_floats("lr", lr)
    check_finite("lr", lr)
    if (lr <= 0).any():
        raise ValueError(f"lr must be greater than 0, got {lr.min().item()}")
    return lr.detach().to(weight.dtype)
