"""The exercises of notebook 04: the parts of a training loop."""

import torch
import torch.nn.functional as F

from lab06.check import _mistakes as m
from lab06.check._judge import judge, judged
from lab06.data import load_lab


def hits(logits, y):
    return (logits.argmax(dim=1) == y).float()


def p_true(logits, y):
    return F.softmax(logits, dim=1)[torch.arange(len(y)), y]


ACCURACY = {
    "The true class need not have a probability above 0.5: the largest one wins.": (
        lambda z, y: (p_true(z, y) > 0.5).float().mean()
    ),
    "A probability above 1 / C need not be the largest of its row.": (
        lambda z, y: (p_true(z, y) > 1 / z.shape[1]).float().mean()
    ),
    "argmax runs along dim 0, over the samples: the classes lie along dim 1.": (
        lambda z, y: (z.argmax(dim=0) == y).float().mean()
    ),
    "That is the number of rows that are right: the accuracy is their share.": (
        lambda z, y: hits(z, y).sum()
    ),
    "That is the share of rows that are wrong.": lambda z, y: 1 - hits(z, y).mean(),
    "That is in percent: a share lies between 0 and 1.": lambda z, y: 100 * hits(z, y).mean(),
    "You compare the largest logits with y: y holds positions, so ask where the largest is.": (
        lambda z, y: (z.amax(dim=1) == y).float().mean()
    ),
    "That is the mean probability of the true class: a row is either right or wrong.": (
        lambda z, y: p_true(z, y).mean()
    ),
    "You predict the class with the smallest logit.": [
        lambda z, y: (z.argmin(dim=1) == y).float().mean(),
        lambda z, y: (F.softmax(z, dim=1).argmin(dim=1) == y).float().mean(),
    ],
    "argmax without dim looks for one position in the whole table: each row has its own.": (
        lambda z, y: (z.argmax() == y).float().mean()
    ),
    "Those are the predicted classes: how many of them are right?": lambda z, y: z.argmax(dim=1),
    "Two one-hot rows that differ still agree where both are 0: compare classes.": (
        lambda z, y: (m.one_hot_rows(z, z.argmax(dim=1)) == m.one_hot_rows(z, y)).float().mean()
    ),
    "You divide by the number of classes: the accuracy is a share of the samples.": (
        lambda z, y: hits(z, y).sum() / z.shape[1]
    ),
    "You divide by the number of all entries: each sample counts once.": (
        lambda z, y: hits(z, y).sum() / z.numel()
    ),
    "Is it 1 only if all rows are right? Or did a division drop the fraction? The accuracy is a "
    "share between 0 and 1.": lambda z, y: hits(z, y).prod(),
    "exp overflows here, and the largest is lost: the logits are in the same order as their "
    "probabilities.": lambda z, y: hits(m.naive_softmax(z), y).mean(),
}


@judged
def accuracy(answer):
    """Check a function my_accuracy(logits, y) for logits (N, C) and class indices y (N,)."""
    square = [[3, 1.5, 1, 4], [0, 2, 3, -1], [2, 3, 1.5, 1], [-1, 3, 1, 0]]
    tall = [[0.5, 2, 1], [0.5, 1, 0], [2, 0, 0.5], [0.5, 1, -1], [3, 1.5, 4]]
    narrow = [[-1, 1.5], [1, -1], [-1, 1], [0, -1]]
    huge = [[500, 900, 0], [2, 0, 1], [0, 1, 2], [1, 0, 3], [1, 2, 0]]
    close = [[0.3, 0.3001, -9], [20, 30, 0], [-40, -30, -20], [2, 2.2, -4], [0, 0, 0.1]]
    cases = [
        (square, [0, 2, 3, 2]),
        (tall, [0, 2, 1, 1, 0]),
        (narrow, [0, 1, 1, 0]),
        (huge, [1, 0, 2, 2, 0]),
        (close, [0, 1, 0, 0, 2]),
        ([[0.1, 0.4, 0.2, 0.3]], [1]),
        ([[0.1, 0.4]], [0]),
        ([[0.1, 0.4], [2, 1]], [1, 0]),
    ]
    cases = [
        {"logits": torch.tensor(z, dtype=torch.float32), "y": torch.tensor(y)} for z, y in cases
    ]
    judge(answer, [lambda z, y: hits(z, y).mean()], cases, ACCURACY)
    return "It is a share for any number of samples and classes, and the largest logit decides."


def gradient(W, x, y, cost=F.cross_entropy):
    W = W.clone().requires_grad_()
    return torch.autograd.grad(cost(x @ W, y), W)[0]


def step(W, x, y, lr):
    return W - lr * gradient(W, x, y)


UPDATE = {
    "W came back as it was: nothing is subtracted, or only zeros are.": (
        lambda W, x, y, lr: W.clone()
    ),
    "The step goes uphill: the gradient points to where the cost grows.": (
        lambda W, x, y, lr: W + lr * gradient(W, x, y)
    ),
    "The learning rate has no effect yet.": lambda W, x, y, lr: W - gradient(W, x, y),
    "You divide by the learning rate: a smaller one should make a smaller step.": (
        lambda W, x, y, lr: W - gradient(W, x, y) / lr
    ),
    "The gradient belongs to the sum over the samples: F.cross_entropy takes their mean.": (
        lambda W, x, y, lr: W - lr * gradient(W, x, y) * len(y)
    ),
    "The gradient is transposed: it has the shape of W, a column per class.": (
        lambda W, x, y, lr: W - lr * gradient(W, x, y).T
    ),
    "That is the gradient of the probability of the true class, not of the cost.": [
        lambda W, x, y, lr: W - lr * gradient(W, x, y, lambda z, y: p_true(z, y).mean()),
        lambda W, x, y, lr: W + lr * gradient(W, x, y, lambda z, y: p_true(z, y).mean()),
    ],
    "The gradient belongs to a mean over all N · C entries: each sample has one loss.": (
        lambda W, x, y, lr: W - lr * gradient(W, x, y) / W.shape[1]
    ),
    "You divide by the number of samples once too often: F.cross_entropy has done it.": (
        lambda W, x, y, lr: W - lr * gradient(W, x, y) / len(y)
    ),
    "That is the gradient, not the new W.": lambda W, x, y, lr: gradient(W, x, y),
    "That is lr times the gradient: what is left of W when you subtract it?": (
        lambda W, x, y, lr: lr * gradient(W, x, y)
    ),
    "That is the step alone: it starts from W.": lambda W, x, y, lr: -lr * gradient(W, x, y),
    "Those are two steps: one was asked for.": (
        lambda W, x, y, lr: step(step(W, x, y, lr), x, y, lr)
    ),
    "The gradient was counted twice: `backward` adds to the gradient that is there.": (
        lambda W, x, y, lr: W - 2 * lr * gradient(W, x, y)
    ),
    "You subtract the cost itself: each weight needs its own entry of the gradient.": (
        lambda W, x, y, lr: W - lr * F.cross_entropy(x @ W, y)
    ),
    "That step belongs to another cost: here it is F.cross_entropy of x @ W, with nothing in "
    "between.": lambda W, x, y, lr: (
        W - lr * gradient(W, x, y, lambda z, y: F.cross_entropy(F.softmax(z, dim=1), y))
    ),
    "The targets have no effect yet: the gradient compares the probabilities with them.": (
        lambda W, x, y, lr: W - lr * x.T @ F.softmax(x @ W, dim=1) / len(y)
    ),
}


@judged
def update(answer):
    """Check a function my_update(W, x, y, lr) for weights W (D, C), x (N, D) and y (N,)."""
    W = torch.tensor([[1.0, 0.0], [0.0, 0.5]])
    wide = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.5, -1.0]])
    x = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]])
    x_lab, y_lab = load_lab()
    cases = [
        {"W": W, "x": x, "y": torch.tensor([0, 1, 1]), "lr": 0.1},
        {"W": wide, "x": x[:2], "y": torch.tensor([0, 2]), "lr": 0.1},
        {"W": wide, "x": torch.tensor([[0.5, 1.0]]), "y": torch.tensor([1]), "lr": 0.5},
        {"W": torch.zeros(4, 3), "x": x_lab, "y": y_lab, "lr": 0.1},
        {"W": wide.double(), "x": x.double(), "y": torch.tensor([1, 0, 2]), "lr": 0.25},
        {"W": 1000 * wide, "x": x, "y": torch.tensor([1, 0, 2]), "lr": 3.0},
    ]
    judge(answer, [step], cases, UPDATE)
    return "One step downhill, and the old W is still there."
