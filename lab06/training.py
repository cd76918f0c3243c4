"""Gradient descent that remembers every epoch, and the three published runs on top of it.

One update per epoch on the whole data set. An epoch's record is taken before its update,
so that epoch 0 is the start, and `epochs=1000` makes 1001 records and 1001 updates,
as the published loops do.

Letters in shapes: E epochs recorded, N samples, D features, C classes.
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import nn

from lab06._arguments import (
    check_dtype,
    check_finite,
    check_floats,
    check_function,
    check_lr,
    check_matrix,
    check_whole,
    own,
    own_data,
)
from lab06.losses import double_softmax_cost, softmax

LAB_CLASSES = 3  # the published lab has the classes 0, 1 and 2

# Each run that diverges says so, even after one that has said the same.
warnings.filterwarnings("always", message="the run diverged", category=RuntimeWarning)


@dataclass(frozen=True, eq=False)
class History:
    """Every epoch of one training run of a linear classifier: logits = x @ weight + bias.

    weight: recorded weights (E, D, C). bias: recorded biases (E, C), or (E, 1) where one
    number served all classes. x: features (N, D). y: class indices (N,).
    cost_function: what the run minimised, called as cost_function(logits, target, reduction=...).
    Only parameters are recorded. The quantities below are computed from them at first use, costs
    in nats; `lab06.plotting.runs` and the player of `lab06.explore` draw them.
    """

    weight: torch.Tensor
    bias: torch.Tensor
    x: torch.Tensor
    y: torch.Tensor
    cost_function: callable

    def __repr__(self):
        first, last = self.cost[[0, -1]].tolist()
        return f"History of {len(self.weight)} epochs, own cost {first:.3f} to {last:.3f}"

    @cached_property
    def cost(self):
        """The run's own cost at every epoch, before the update, (E,)."""
        return self._each_epoch(lambda logits: self._mean_loss(self.cost_function, logits))

    @cached_property
    def cross_entropy(self):
        """The yardstick: the true mean cross-entropy at every epoch, (E,)."""
        return self._each_epoch(lambda logits: self._mean_loss(F.cross_entropy, logits))

    @cached_property
    def accuracy(self):
        """The share of samples whose largest logit is the true class, (E,), from 0 to 1.

        A sample with a nan among its logits counts as wrong.
        """

        def share_correct(logits):
            correct = (logits.argmax(dim=2) == self.y) & ~logits.isnan().any(dim=2)
            return correct.to(logits.dtype).mean(dim=1)

        return self._each_epoch(share_correct)

    @cached_property
    def probabilities(self):
        """The model's probabilities softmax(logits) at every epoch, (E, N, C)."""
        return self._each_epoch(softmax)

    def on(self, x, y):
        """Return the same run measured on other data, such as a test set: x (M, D), y (M,)."""
        x, y = own_data(x, y, *self.weight.shape[1:])
        check_dtype("x", x, self.weight.dtype)
        return History(self.weight, self.bias, x, y, self.cost_function)

    def _mean_loss(self, loss, logits):
        losses = loss(logits.flatten(0, 1), self.y.repeat(len(logits)), reduction="none")
        return losses.unflatten(0, logits.shape[:2]).mean(dim=1)

    def _each_epoch(self, measure):
        """Apply `measure` to the logits (e, N, C), some epochs at a time to keep memory small."""
        entries_per_epoch = len(self.x) * self.weight.shape[2]
        some = max(1, 2**22 // entries_per_epoch)
        parts = zip(self.weight.split(some), self.bias.split(some), strict=True)
        return torch.cat([measure(self.x @ weight + bias.unsqueeze(1)) for weight, bias in parts])


def gradient_descent(cost, parameters, *, lr=0.1, epochs=1000):
    """Minimise cost() by plain gradient descent and record the parameters before every update.

    cost: function without arguments that returns a single number, computed from `parameters`.
    parameters: tensors that require grad, such as `model.parameters()`; changed in place.
    lr: learning rate, above 0. epochs: the last epoch's number, from 0 to a million.
    Returns one record (epochs + 1, *shape) per parameter. Warns once if the cost ends as nan
    or infinity. Raises TypeError or ValueError for bad `parameters`, `lr` or `epochs`, and for a
    cost that is not one number computed from all `parameters`.
    Written out in notebooks 04 to 06.
    """
    check_function("cost", cost)
    lr = check_lr(lr)
    check_whole("epochs", epochs, least=0)
    parameters = _list_parameters(parameters)
    records = [[] for _ in parameters]
    with torch.inference_mode(False), torch.enable_grad():
        for epoch in range(epochs + 1):
            value = cost()
            if epoch == 0:
                _check_cost(value, parameters)
            gradients = torch.autograd.grad(value, parameters)
            with torch.no_grad():
                for record, parameter, gradient in zip(records, parameters, gradients, strict=True):
                    record.append(parameter.clone())
                    parameter.sub_(gradient, alpha=lr)
        records = [torch.stack(record) for record in records]
    if not torch.isfinite(value):
        _warn_diverged(records, value, lr)
    return records


def train(x, y, weight, bias, *, cost_function=F.cross_entropy, lr=0.1, epochs=1000):
    """Train logits = x @ weight + bias from the given start and return its `History`.

    x: features, floating-point (N, D). y: class indices, int64 (N,), 0..C-1.
    weight: start (D, C). bias: start (C,), or (1,) for one number shared by all classes.
    cost_function: called as cost_function(logits, target), and with reduction="none" by the
    history. lr, epochs: see `gradient_descent`.
    Nothing passed in is changed. Raises TypeError or ValueError for data or a start of the
    wrong kind, shape or range, and for features or a start with nan or infinities.
    """
    check_matrix("weight", weight, shape="(D, C)")
    x, y = own_data(x, y, *weight.shape)
    check_dtype("weight", weight, x.dtype)
    check_finite("weight", weight)
    check_floats("bias", bias)
    if bias.shape not in {(1,), weight.shape[1:]}:
        raise ValueError(
            f"bias must have shape ({weight.shape[1]},) or (1,), got {tuple(bias.shape)}"
        )
    check_dtype("bias", bias, x.dtype)
    check_finite("bias", bias)
    check_function("cost_function", cost_function)
    weight, bias = (own(start).requires_grad_() for start in (weight, bias))
    records = gradient_descent(
        lambda: cost_function(x @ weight + bias, y), [weight, bias], lr=lr, epochs=epochs
    )
    return History(*records, x, y, cost_function)


def train_low_level(x, y, *, lr=0.1, epochs=1000):
    """Repeat the published low-level run: softmax twice, one shared bias, everything from 0.

    x: features, floating-point (N, D). y: class indices, int64 (N,), 0..2. lr, epochs: see
    `gradient_descent`. Returns a `History`; raises as `train` does. Written out in notebook 04.
    """
    return _train_from_zero(x, y, double_softmax_cost, lr, epochs)


def train_cross_entropy(x, y, *, lr=0.1, epochs=1000):
    """Repeat the published middle-level run: `F.cross_entropy`, one shared bias, all from 0.

    Arguments, result and errors as in `train_low_level`. Written out in notebook 05.
    """
    return _train_from_zero(x, y, F.cross_entropy, lr, epochs)


def train_module(x, y, *, lr=0.1, epochs=1000):
    """Repeat the published high-level run: an `nn.Linear` from its random start.

    The start is what `torch.manual_seed(1)` gives once the lab has drawn its two demonstration
    tensors; your own random numbers are not disturbed. Arguments, result and errors as in
    `train_low_level`. Written out in notebook 06.
    """
    check_matrix("x", x, shape="(N, D)")
    x, y = own_data(x, y, x.shape[1], LAB_CLASSES)
    linear = published_linear(x)
    weight, bias = gradient_descent(
        lambda: F.cross_entropy(linear(x), y), linear.parameters(), lr=lr, epochs=epochs
    )
    return History(weight.transpose(1, 2), bias, x, y, F.cross_entropy)  # nn.Linear holds (C, D)


def _train_from_zero(x, y, cost_function, lr, epochs):
    check_matrix("x", x, shape="(N, D)")
    weight, bias = x.new_zeros(x.shape[1], LAB_CLASSES), x.new_zeros(1)
    return train(x, y, weight, bias, cost_function=cost_function, lr=lr, epochs=epochs)


def published_linear(x, seed=1):
    """Make the layer for x (N, D) in the draw order of the published lab, which has the seed 1.

    Neither the default dtype nor your own random numbers matter, or are changed.
    """
    usual = {"device": "cpu", "dtype": torch.float32}
    with torch.inference_mode(False), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.rand(3, 5, **usual)  # the lab's demonstration scores
        torch.randint(5, (3,), device="cpu")  # and their classes
        return nn.Linear(x.shape[1], LAB_CLASSES, **usual).to(x)


def _list_parameters(parameters):
    if isinstance(parameters, torch.Tensor) or not isinstance(parameters, Iterable):
        got = "a single tensor" if isinstance(parameters, torch.Tensor) else repr(parameters)
        raise TypeError(f"parameters must be a list of tensors, got {got}")
    parameters = list(parameters)
    for place, parameter in enumerate(parameters):
        if not (isinstance(parameter, torch.Tensor) and parameter.requires_grad):
            got = "one that does not" if isinstance(parameter, torch.Tensor) else repr(parameter)
            raise TypeError(f"parameters must be tensors that require grad, got {got} at {place}")
    if not parameters:
        raise ValueError("parameters must hold at least one tensor, got none")
    if len({id(parameter) for parameter in parameters}) < len(parameters):
        raise ValueError("parameters must be different tensors, got one of them twice")
    return parameters


def _check_cost(value, parameters):
    """Require a single number that depends on all parameters."""
    if not isinstance(value, torch.Tensor):
        raise TypeError(f"cost must return a tensor, got {type(value).__name__}")
    if value.numel() != 1:
        raise ValueError(f"cost must return a single number, got shape {tuple(value.shape)}")
    if value.is_complex():
        raise TypeError(f"cost must return a real number, got {value.dtype}")
    if not value.requires_grad:
        raise ValueError("cost must be computed from the parameters, got a number without gradient")
    gradients = torch.autograd.grad(value, parameters, retain_graph=True, allow_unused=True)
    for place, gradient in enumerate(gradients):
        if gradient is None:
            raise ValueError(
                f"cost must depend on all parameters, got no gradient for parameter {place}"
            )


def _warn_diverged(records, value, lr):
    """Warn, and say since when the parameters have not been finite."""
    rows = [record.unsqueeze(-1).flatten(1) for record in records]  # also where it is one number
    finite = torch.stack([row.isfinite().all(dim=1) for row in rows]).all(dim=0)
    lost = (~finite).nonzero()
    since = f"since epoch {lost[0].item()}" if len(lost) else "at the last epoch"
    warnings.warn(
        f"the run diverged: parameters no longer finite {since}, cost {value.item()}; "
        f"lr was {lr}, try a smaller one",
        RuntimeWarning,
        stacklevel=3,
    )
