"""The exercises of notebook 04: the parts of a training loop."""

import torch
import torch.nn.functional as F

from lab06.check._engine import Mistake, examine
from lab06.data import load_lab


def accuracy(answer):
    """Check a function my_accuracy(logits, y) for logits (N, C) and class indices y (N,)."""
    square = [
        [3.0, 1.5, 1.0, 4.0],
        [0.0, 2.0, 3.0, -1.0],
        [2.0, 3.0, 1.5, 1.0],
        [-1.0, 3.0, 1.0, 0],
    ]
    tall = [[0.5, 2.0, 1.0], [0.5, 1.0, 0.0], [2.0, 0.0, 0.5], [0.5, 1.0, -1.0], [3.0, 1.5, 4.0]]
    narrow = [[-1.0, 1.5], [1.0, -1.0], [-1.0, 1.0], [0.0, -1.0]]
    huge = [[500.0, 900.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 2.0], [1.0, 0.0, 3.0], [1.0, 2.0, 0]]
    close = [[0.1, 0.4, 0.2, 0.3]]
    pairs = [
        (square, [0, 2, 3, 2]),
        (tall, [0, 2, 1, 1, 0]),
        (narrow, [0, 1, 1, 0]),
        (huge, [1, 0, 2, 2, 0]),
        (close, [1]),
    ]
    cases = [{"logits": torch.tensor(z), "y": torch.tensor(y)} for z, y in pairs]

    def hits(logits, y):
        return (logits.argmax(dim=1) == y).float()

    def p_true(logits, y):
        return F.softmax(logits, dim=1)[torch.arange(len(y)), y]

    mistakes = [
        Mistake(
            lambda logits, y: (p_true(logits, y) > 0.5).float().mean(),
            "The true class need not have a probability above 0.5: the largest one wins.",
        ),
        Mistake(
            lambda logits, y: (logits.argmax(dim=0) == y).float().mean(),
            "argmax runs along dim 0, down the samples: the classes lie along dim 1.",
        ),
        Mistake(
            lambda logits, y: hits(logits, y).sum(),
            "That is the number of rows that are right: the accuracy is their share.",
        ),
        Mistake(
            lambda logits, y: 1 - hits(logits, y).mean(),
            "That is the share of rows that are wrong.",
        ),
        Mistake(
            lambda logits, y: 100 * hits(logits, y).mean(),
            "That is in percent: a share lies between 0 and 1.",
        ),
        Mistake(
            lambda logits, y: (logits.amax(dim=1) == y).float().mean(),
            "You compare the largest logits with y: y holds places, so ask where the largest is.",
        ),
        Mistake(
            lambda logits, y: p_true(logits, y).mean(),
            "That is the mean probability of the true class: a row is either right or wrong.",
        ),
        Mistake(
            lambda logits, y: (logits.argmin(dim=1) == y).float().mean(),
            "You predict the class with the smallest logit.",
        ),
        Mistake(
            lambda logits, y: (logits.argmax() == y).float().mean(),
            "argmax without dim looks for one place in the whole table: each row has its own.",
        ),
        Mistake(
            lambda logits, y: hits(logits, y).sum() / 8,
            "You divide by 8, the lab's number of samples: take it from the argument.",
        ),
        Mistake(
            lambda logits, y: logits.argmax(dim=1),
            "Those are the predicted classes: how many of them are right?",
        ),
        Mistake(
            lambda logits, y: (F.one_hot(logits.argmax(dim=1)) == F.one_hot(y)).double().mean(),
            "Two one-hot rows that differ still agree where both are 0: compare classes.",
        ),
        Mistake(
            lambda logits, y: hits(logits, y).sum() / logits.shape[1],
            "You divide by the number of classes: the share is one of the samples.",
        ),
        Mistake(
            lambda logits, y: hits(logits, y).sum() / logits.numel(),
            "You divide by the number of all entries: each sample counts once.",
        ),
        Mistake(
            lambda logits, y: hits(logits, y).prod(),
            "Do all rows have to be right for 1? Or did a division drop the fraction? The accuracy "
            "is a share between 0 and 1.",
        ),
        Mistake(
            lambda logits, y: hits(logits.exp() / logits.exp().sum(dim=1, keepdim=True), y).mean(),
            "exp overflows here, and the largest is lost: the logits are in the same order as "
            "their probabilities.",
        ),
    ]
    return examine(
        answer,
        lambda logits, y: hits(logits, y).mean(),
        cases,
        mistakes=mistakes,
        praise="A share for any number of samples and classes, and the largest logit decides.",
    )


def update(answer):
    """Check a function my_update(W, x, y, lr) for weights W (F, C), x (N, F) and y (N,)."""
    W = torch.tensor([[1.0, 0.0], [0.0, 0.5]])
    wide = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.5, -1.0]])
    x = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]])
    x_lab, y_lab = load_lab()
    cases = [
        {"W": W, "x": x, "y": torch.tensor([0, 1, 1]), "lr": 0.1},
        {"W": wide, "x": x[:2], "y": torch.tensor([0, 2]), "lr": 0.1},
        {"W": wide, "x": torch.tensor([[0.5, 1.0]]), "y": torch.tensor([1]), "lr": 0.5},
        {"W": torch.zeros(4, 3), "x": x_lab, "y": y_lab, "lr": 0.1},
        {"W": wide.double(), "x": x.double(), "y": torch.tensor([1, 0, 2]), "lr": 0.5},
    ]

    def gradient(W, x, y, cost=F.cross_entropy):
        W = W.clone().requires_grad_()
        return torch.autograd.grad(cost(x @ W, y), W)[0]

    def step(W, x, y, lr):
        return W - lr * gradient(W, x, y)

    def twice_softmax(logits, y):
        return F.cross_entropy(F.softmax(logits, dim=1), y)

    mistakes = [
        Mistake(
            lambda W, x, y, lr: W.clone(),
            "W came back as it was: nothing is subtracted, or only zeros are.",
        ),
        Mistake(
            lambda W, x, y, lr: W + lr * gradient(W, x, y),
            "The step goes uphill: the gradient points to where the cost grows.",
        ),
        Mistake(
            lambda W, x, y, lr: W - gradient(W, x, y),
            "The learning rate has no effect yet.",
        ),
        Mistake(
            lambda W, x, y, lr: W - gradient(W, x, y) / lr,
            "You divide by the learning rate: a smaller one should make a smaller step.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * gradient(W, x, y) * len(y),
            "The gradient belongs to the sum over the samples: F.cross_entropy takes their mean.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * gradient(W, x, y) / W.shape[1],
            "The gradient belongs to a mean over all N · C entries: each sample has one loss.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * gradient(W, x, y) / len(y),
            "You divide by the number of samples once too often: F.cross_entropy has done it.",
        ),
        Mistake(lambda W, x, y, lr: gradient(W, x, y), "That is the gradient, not the new W."),
        Mistake(
            lambda W, x, y, lr: lr * gradient(W, x, y),
            "That is lr times the gradient: what is left of W when you take it away?",
        ),
        Mistake(
            lambda W, x, y, lr: -lr * gradient(W, x, y),
            "That is the step alone: it starts from W.",
        ),
        Mistake(
            lambda W, x, y, lr: step(step(W, x, y, lr), x, y, lr),
            "Those are two steps: one was asked for.",
        ),
        Mistake(
            lambda W, x, y, lr: W - 2 * lr * gradient(W, x, y),
            "The gradient was counted twice: `backward` adds to the gradient that is there.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * F.cross_entropy(x @ W, y),
            "You subtract the cost itself: each weight needs its own entry of the gradient.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * gradient(W, x, y, twice_softmax),
            "That step belongs to another cost: here it is F.cross_entropy of x @ W, with nothing "
            "in between.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * x.T @ F.softmax(x @ W, dim=1) / len(y),
            "The targets have no effect yet: the gradient compares the probabilities with them.",
        ),
    ]
    return examine(
        answer,
        step,
        cases,
        mistakes=mistakes,
        praise="One step downhill, and the old W is still there.",
    )
