"""Softmax and the cross-entropy family, by hand: what notebooks 01 to 03 build, step by step.

Everything here agrees with the function of the same name in `torch.nn.functional`, in value
and in gradient. `double_softmax_cost` is the exception: it keeps a published defect alive
so that it can be studied.

Letters in shapes: N samples, C classes.
"""

import torch
import torch.nn.functional as F

from lab06._arguments import (
    check_choice,
    check_floats,
    check_matrix,
    check_not_empty,
    check_target,
    check_whole,
)


def softmax(logits, dim=-1):
    """Turn scores into probabilities along `dim`: from 0 to 1, and adding up to 1.

    logits: floating-point tensor of any shape, usually (N, C). Returns the same shape and dtype.
    The largest score is subtracted first, so that `exp` never overflows.
    Raises TypeError or ValueError for logits that are not a floating-point tensor or are
    empty, and for a `dim` that they do not have. Built in notebook 01.
    """
    _check_dim(logits, dim)
    shifted = logits - logits.amax(dim=dim, keepdim=True)
    weights = shifted.exp()
    return weights / weights.sum(dim=dim, keepdim=True)


def log_softmax(logits, dim=-1):
    """Return log(softmax(logits)) along `dim`, in nats, without ever taking the log of 0.

    logits: floating-point tensor of any shape, usually (N, C). Returns the same shape and dtype.
    Uses log softmax(z) = z - logsumexp(z), with the largest score subtracted first.
    Raises as `softmax` does. Built in notebook 03.
    """
    _check_dim(logits, dim)
    shifted = logits - logits.amax(dim=dim, keepdim=True)
    return shifted - shifted.exp().sum(dim=dim, keepdim=True).log()


def one_hot(target, num_classes):
    """Turn class indices (N,) into rows (N, num_classes), 1 at the class and 0 elsewhere, int64.

    Raises TypeError or ValueError if `target` is not an int64 tensor of shape (N,) with
    N > 0 entries 0..num_classes-1, or `num_classes` is not an int from 1 to a million.
    Built in notebook 02.
    """
    check_whole("num_classes", num_classes, least=1)
    num_samples = len(target) if torch.is_tensor(target) and target.dim() else 1
    check_target("target", target, num_samples, num_classes)
    check_not_empty("target", target)
    rows = target.new_zeros(len(target), num_classes)
    return rows.scatter_(1, target.unsqueeze(1), 1)


def nll_loss(log_probabilities, target, reduction="mean"):
    """Average the negative log-likelihood -log p[target], in nats.

    log_probabilities: floating-point (N, C), all at most 0, as `log_softmax` returns them.
    target: class indices, int64 (N,), 0..C-1.
    reduction: "mean" or "sum" give a single number, "none" one number per sample (N,).
    Raises TypeError or ValueError for anything else; probabilities instead of
    log-probabilities are refused. Built in notebook 03.
    """
    _check_batch("log_probabilities", log_probabilities, target, reduction)
    _check_not_positive(log_probabilities)
    return _pick_and_reduce(log_probabilities, target, reduction)


def cross_entropy(logits, target, reduction="mean"):
    """Average the cross-entropy between softmax(logits) and the true classes, in nats.

    logits: raw scores, floating-point (N, C); no softmax before it. target: int64 (N,), 0..C-1.
    reduction: "mean" or "sum" give a single number, "none" one number per sample (N,).
    Raises TypeError or ValueError for anything else. Built in notebooks 02 and 03.
    """
    _check_batch("logits", logits, target, reduction)
    return _pick_and_reduce(log_softmax(logits, dim=1), target, reduction)


def double_softmax_cost(logits, target, reduction="mean"):
    """The cost of the published low-level loop. It applies softmax twice: a defect, kept for study.

    The probabilities softmax(logits) are treated as scores and go through softmax once
    more before -log. Not a cross-entropy: with three classes it lies between 0.5514 and
    1.5514, whatever the logits. Arguments and errors as in `cross_entropy`.
    Source: Lab 06-1 of deeplearningzerotoall/PyTorch; taken apart in notebook 08.
    """
    _check_batch("logits", logits, target, reduction)
    hypothesis = F.softmax(logits, dim=1)  # PyTorch's own, as published
    return _pick_and_reduce(F.softmax(hypothesis, dim=1).log(), target, reduction)


def _pick_and_reduce(log_probabilities, target, reduction):
    """Pick the true class of each row, change the sign, combine as PyTorch's `reduction` says."""
    losses = -log_probabilities.gather(1, target.unsqueeze(1)).squeeze(1)
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def _check_dim(logits, dim):
    check_floats("logits", logits)
    if isinstance(dim, bool) or not isinstance(dim, int):
        raise TypeError(f"dim must be an int, got {dim!r}")
    if not -logits.dim() <= dim < logits.dim():
        raise ValueError(
            f"dim must be one of the {logits.dim()} dimensions of logits "
            f"{tuple(logits.shape)}, got {dim}"
        )
    check_not_empty("logits", logits)


def _check_batch(name, rows, target, reduction):
    check_choice("reduction", reduction, ("mean", "sum", "none"))
    check_matrix(name, rows, shape="(N, C)")
    check_target("target", target, *rows.shape)


def _check_not_positive(log_probabilities):
    rounding = 4 * torch.finfo(log_probabilities.dtype).eps
    too_large = log_probabilities > rounding
    if too_large.any():
        row, column = too_large.nonzero()[0].tolist()
        raise ValueError(
            "log_probabilities must be at most 0, as log_softmax returns them, "
            f"got {log_probabilities[row, column].item():.4f} at row {row}, class {column}"
        )
