"""The checks of notebook 04, and answers that students give."""

import torch
import torch.nn.functional as F

from lab06 import check


def softmax_rows(z):
    return F.softmax(z, dim=1)


def share(z, y):
    return (z.argmax(1) == y).float()


def p_true(z, y):
    return softmax_rows(z)[torch.arange(len(y)), y]


def naive_share(z, y):
    p = z.exp() / z.exp().sum(1, keepdim=True)
    return (p.argmax(1) == y).float().mean()


def loop_share(z, y):
    right = 0
    for row, true in zip(z, y, strict=True):
        right += int(row.max() == row[true])
    return torch.tensor(right / len(y))


def gradient(W, x, y, cost=F.cross_entropy):
    W = W.detach().clone().requires_grad_()
    cost(x @ W, y).backward()
    return W.grad


def step(W, x, y, lr):
    return W - lr * gradient(W, x, y)


def in_place(W, x, y, lr):
    W -= lr * gradient(W, x, y)
    return W


def in_place_on_the_leaf(W, x, y, lr):
    W.requires_grad_()
    F.cross_entropy(x @ W, y).backward()
    with torch.no_grad():
        W -= lr * W.grad
    return W


def on_the_argument(W, x, y, lr):
    W.requires_grad_()
    F.cross_entropy(x @ W, y).backward()
    return W.detach() - lr * W.grad


def in_place_with_record(W, x, y, lr):
    new = W.clone().requires_grad_()
    F.cross_entropy(x @ new, y).backward()
    new -= lr * new.grad
    return new


def in_place_on_a_copy(W, x, y, lr):
    new = W.clone().requires_grad_()
    F.cross_entropy(x @ new, y).backward()
    with torch.no_grad():
        new -= lr * new.grad
    return new


def backward_twice(W, x, y, lr):
    W = W.clone().requires_grad_()
    for _ in range(2):
        F.cross_entropy(x @ W, y).backward()
    return (W - lr * W.grad).detach()


def no_requires_grad(W, x, y, lr):
    F.cross_entropy(x @ W, y).backward()
    return W - lr * W.grad


def no_return(W, x, y, lr):
    W = W - lr * gradient(W, x, y)


def with_sgd(W, x, y, lr):
    W = torch.nn.Parameter(W.clone())
    optimizer = torch.optim.SGD([W], lr=lr)
    F.cross_entropy(x @ W, y).backward()
    optimizer.step()
    return W


def by_formula(W, x, y, lr):
    error = softmax_rows(x @ W) - F.one_hot(y, W.shape[1])
    return W - lr * x.T @ error / len(y)


def loop_step(W, x, y, lr):
    p = softmax_rows(x @ W)
    new = W.clone()
    for n in range(len(y)):
        for c in range(W.shape[1]):
            new[:, c] -= lr * (p[n, c] - float(y[n] == c)) * x[n] / len(y)
    return new


def one_hot(z, y):
    return torch.zeros_like(z).scatter_(1, y.unsqueeze(1), 1)


TARGET = torch.tensor([0, 1, 1, 1])  # as a notebook's variables lie around

CATALOGUE = {
    check.accuracy: {
        "stub": lambda logits, y: ...,
        "wrong": {
            "dim 0": lambda z, y: (z.argmax(0) == y).float().mean(),
            "count": lambda z, y: share(z, y).sum(),
            "count of integers": lambda z, y: (z.argmax(1) == y).sum(),
            "errors": lambda z, y: 1 - share(z, y).mean(),
            "percent": lambda z, y: 100 * share(z, y).mean(),
            "the lab's 8": lambda z, y: share(z, y).sum() / 8,
            "predictions": lambda z, y: z.argmax(1),
            "one-hot entries": (
                lambda z, y: (one_hot(z, z.argmax(1)) == one_hot(z, y)).float().mean()
            ),
            "borrowed": lambda z, y: share(z, TARGET).mean(),
            "not called": lambda z, y: share(z, y).mean,
            "max": lambda z, y: (z.max(1) == y).float().mean(),
            "values": lambda z, y: (z.max(1).values == y).float().mean(),
            "threshold": lambda z, y: (p_true(z, y) > 0.5).float().mean(),
            "probability": lambda z, y: p_true(z, y).mean(),
            "argmin": lambda z, y: (z.argmin(1) == y).float().mean(),
            "no dim": lambda z, y: (z.argmax() == y).float().mean(),
            "classes": lambda z, y: share(z, y).sum() / z.shape[1],
            "entries": lambda z, y: share(z, y).sum() / z.numel(),
            "all or nothing": lambda z, y: share(z, y).prod(),
            "softmax overflows": naive_share,
            "no mean": share,
            "bool mean": lambda z, y: (z.argmax(1) == y).mean(),
            "item": lambda z, y: share(z, y).mean().item(),
            "whole division": lambda z, y: ((z.argmax(1) == y).sum() // len(y)).float(),
            "hard-coded": lambda z, y: torch.tensor(0.25),
        },
        "right": {
            "torch": lambda z, y: (z.argmax(dim=1) == y).float().mean(),
            "loop": loop_share,
            "division": lambda z, y: (z.max(dim=1).indices == y).sum() / len(y),
            "after softmax": lambda z, y: (softmax_rows(z).argmax(1) == y).float().mean(),
            "gather": lambda z, y: (z.gather(1, y[:, None])[:, 0] == z.amax(1)).to(z.dtype).mean(),
            "dtype": lambda z, y: share(z, y).double().mean(),
        },
    },
    check.update: {
        "stub": lambda W, x, y, lr: ...,
        "wrong": {
            "untouched": lambda W, x, y, lr: W.clone(),
            "ascent": lambda W, x, y, lr: W + lr * gradient(W, x, y),
            "no lr": lambda W, x, y, lr: W - gradient(W, x, y),
            "over lr": lambda W, x, y, lr: W - gradient(W, x, y) / lr,
            "sum": lambda W, x, y, lr: W - lr * x.T @ (softmax_rows(x @ W) - one_hot(x @ W, y)),
            "all entries": lambda W, x, y, lr: W - lr * gradient(W, x, y) / W.shape[1],
            "mean again": lambda W, x, y, lr: W - lr * gradient(W, x, y) / len(x),
            "gradient": lambda W, x, y, lr: gradient(W, x, y),
            "lr gradient": lambda W, x, y, lr: lr * gradient(W, x, y),
            "step alone": lambda W, x, y, lr: -lr * gradient(W, x, y),
            "two steps": lambda W, x, y, lr: step(step(W, x, y, lr), x, y, lr),
            "accumulated": backward_twice,
            "cost": lambda W, x, y, lr: W - lr * F.cross_entropy(x @ W, y),
            "softmax": (
                lambda W, x, y, lr: (
                    W - lr * gradient(W, x, y, lambda z, y: F.cross_entropy(softmax_rows(z), y))
                )
            ),
            "no targets": lambda W, x, y, lr: W - lr * x.T @ softmax_rows(x @ W) / len(y),
            "in place": in_place,
            "in place as the notebook": in_place_on_the_leaf,
            "requires_grad on W": on_the_argument,
            "no backward": lambda W, x, y, lr: W - lr * W.grad,
            "in place on a leaf": in_place_with_record,
            "swapped": lambda W, x, y, lr: W - lr * F.cross_entropy(y, x @ W),
            "mean gradient": lambda W, x, y, lr: W - lr * gradient(W, x, y).mean(),
            "no requires_grad": no_requires_grad,
            "no return": no_return,
        },
        "right": {
            "autograd": lambda W, x, y, lr: step(W, x, y, lr),
            "formula": by_formula,
            "loop": loop_step,
            "in place on a copy": in_place_on_a_copy,
            "SGD": with_sgd,
            "dtype": lambda W, x, y, lr: step(W.float(), x.float(), y, lr),
        },
    },
}
