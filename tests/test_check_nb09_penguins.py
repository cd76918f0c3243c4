"""The checks of notebook 09, and answers that students give."""

import torch
import torch.nn.functional as F

from lab06 import check


def standardise(a, b):
    mean, std = a.mean(dim=0), a.std(dim=0)
    return (a - mean) / std, (b - mean) / std


def by_column(a, b):
    """Column by column, with the formula of the standard deviation."""
    parts = a.clone(), b.clone()
    for column in range(a.shape[1]):
        mean = sum(a[:, column]) / len(a)
        variance = sum((value - mean) ** 2 for value in a[:, column]) / (len(a) - 1)
        for part in parts:
            part[:, column] = (part[:, column] - mean) / variance.sqrt()
    return parts


def by_n(a, b):
    mean, std = a.mean(dim=0, keepdim=True), a.std(dim=0, unbiased=False, keepdim=True)
    return (a - mean) / std, (b - mean) / std


def with_eps(a, b):
    std, mean = torch.std_mean(a, dim=0)
    return [(part - mean) / (std + 1e-8) for part in (a, b)]


def leak(a, b, correction=1):
    rows = torch.cat([a, b])
    mean, std = rows.mean(dim=0), rows.std(dim=0, correction=correction)
    return (a - mean) / std, (b - mean) / std


def each(part):
    return (part - part.mean(dim=0)) / part.std(dim=0)


def along_rows(part):
    return (part - part.mean(dim=1, keepdim=True)) / part.std(dim=1, keepdim=True)


def in_place(a, b):
    mean, std = a.mean(dim=0), a.std(dim=0)
    a -= mean
    a /= std
    return a, (b - mean) / std


def mean_of_what_is_left(a, b):
    """Standardises the training part, and then takes the mean of what it has become."""
    a = each(a)
    return a, (b - a.mean(dim=0)) / a.std(dim=0)


def deviation_of_what_is_left(a, b):
    """Standardises the training part, and then takes the std of what it has become."""
    mean = a.mean(dim=0)
    a = each(a)
    return a, (b - mean) / a.std(dim=0)


def of_train(change):
    """Build an answer that changes both parts by the training part's mean and std."""
    return lambda a, b: tuple(change(part, a.mean(dim=0), a.std(dim=0)) for part in (a, b))


def counted_in_a_loop(y, predicted, classes):
    counts = torch.zeros(classes, classes, dtype=torch.int64)
    for true, said in zip(y, predicted, strict=True):
        counts[true, said] += 1
    return counts


def accumulated(y, predicted, classes):
    counts = torch.zeros(classes, classes, dtype=torch.int64)
    return counts.index_put_((y, predicted), torch.ones_like(y), accumulate=True)


def overwritten(y, predicted, classes):
    counts = torch.zeros(classes, classes, dtype=torch.int64)
    counts[y, predicted] += 1
    return counts


def same_list_in_each_row(y, predicted, classes):
    counts = [[0] * classes] * classes
    for true, said in zip(y, predicted, strict=True):
        counts[true][said] += 1
    return torch.tensor(counts)


def classes_that_came(y, predicted, classes):
    return counted_in_a_loop(y, predicted, int(max(y.max(), predicted.max())) + 1)


CATALOGUE = {
    check.standardise: {
        "stub": lambda x_train, x_test: ...,
        "wrong": {
            "leak": leak,
            "leak by N": lambda a, b: leak(a, b, 0),
            "each its own": lambda a, b: (each(a), each(b)),
            "by the test part": lambda a, b: standardise(b, a)[::-1],
            "rows": lambda a, b: (along_rows(a), along_rows(b)),
            "one mean": lambda a, b: ((a - a.mean()) / a.std(), (b - a.mean()) / a.std()),
            "variance": lambda a, b: ((a - a.mean(0)) / a.var(0), (b - a.mean(0)) / a.var(0)),
            "no mean": lambda a, b: (a / a.std(0), b / a.std(0)),
            "mean only": lambda a, b: (a - a.mean(0), b - a.mean(0)),
            "parentheses": lambda a, b: (a - a.mean(0) / a.std(0), b - a.mean(0) / a.std(0)),
            "plus": lambda a, b: ((a + a.mean(0)) / a.std(0), (b + a.mean(0)) / a.std(0)),
            "min and max": (
                lambda a, b: tuple((x - a.amin(0)) / (a.amax(0) - a.amin(0)) for x in (a, b))
            ),
            "training only": lambda a, b: (each(a), b),
            "untouched": lambda a, b: (a, b),
            "after the change": mean_of_what_is_left,
            "deviation too late": deviation_of_what_is_left,
            "one deviation": lambda a, b: ((a - a.mean(0)) / a.std(), (b - a.mean(0)) / a.std()),
            "own deviation": lambda a, b: (each(a), (b - a.mean(0)) / b.std(0)),
            "own mean": lambda a, b: (each(a), (b - b.mean(0)) / a.std(0)),
            "times": of_train(lambda x, mean, std: (x - mean) * std),
            "reversed": of_train(lambda x, mean, std: (mean - x) / std),
            "maximum": lambda a, b: (a / a.amax(0), b / a.amax(0)),
            "median": lambda a, b: tuple((x - a.median(0).values) / a.std(0) for x in (a, b)),
            "other parts": lambda a, b: standardise(torch.arange(36.0).view(9, 4), torch.eye(4)),
            "in place": in_place,
            "one tensor": lambda a, b: each(a),
            "no return": lambda a, b: None,
            "three": lambda a, b: (a, b, a),
            "swapped": lambda a, b: standardise(a, b)[::-1],
            "no dim": lambda a, b: (a - a.mean(1)) / a.std(1),
            "lists": lambda a, b: tuple(part.tolist() for part in standardise(a, b)),
            "the second missing": lambda a, b: (each(a), None),
        },
        "right": {
            "by hand": standardise,
            "column by column": by_column,
            "by N": by_n,
            "with an epsilon": with_eps,
            "float32": lambda a, b: tuple(part.float() for part in standardise(a, b)),
        },
    },
    check.confusion: {
        "stub": lambda y, predicted, num_classes: ...,
        "wrong": {
            "transposed": lambda y, p, c: counted_in_a_loop(p, y, c),
            "overwritten": overwritten,
            "overwritten, transposed": lambda y, p, c: overwritten(p, y, c),
            "shares": lambda y, p, c: counted_in_a_loop(y, p, c) / len(y),
            "shares of rows": (
                lambda y, p, c: F.normalize(counted_in_a_loop(y, p, c).float(), p=1.0, dim=1)
            ),
            "diagonal": lambda y, p, c: torch.diag(counted_in_a_loop(y, p, c).diagonal()),
            "right per class": lambda y, p, c: counted_in_a_loop(y, p, c).diagonal(),
            "mistakes": lambda y, p, c: counted_in_a_loop(y, p, c).fill_diagonal_(0),
            "absent class": classes_that_came,
            "no reshaping": lambda y, p, c: torch.bincount(y * c + p, minlength=c * c),
            "no minlength": lambda y, p, c: torch.bincount(y * c + p).view(c, c),
            "predictions twice": lambda y, p, c: counted_in_a_loop(p, p, c),
            "labels twice": lambda y, p, c: counted_in_a_loop(y, y, c),
            "empty": lambda y, p, c: torch.zeros(c, c, dtype=torch.int64),
            "two classes": lambda y, p, c: counted_in_a_loop(y, p, 2),
            "the first": lambda y, p, c: counted_in_a_loop(y[:1], p[:1], c),
            "the last": lambda y, p, c: counted_in_a_loop(y[-1:], p[-1:], c),
            "from 1": lambda y, p, c: counted_in_a_loop(y[1:], p[1:], c),
            "one less": lambda y, p, c: counted_in_a_loop(y[:-1], p[:-1], c),
            "as many as classes": lambda y, p, c: counted_in_a_loop(y[:c], p[:c], c),
            "repeated list": same_list_in_each_row,
            "both places": (
                lambda y, p, c: counted_in_a_loop(torch.cat([y, p]), torch.cat([p, y]), c)
            ),
            "sum of indices": lambda y, p, c: torch.bincount(y + p, minlength=c * c).view(c, c),
            "list": lambda y, p, c: counted_in_a_loop(y, p, c).tolist(),
            "one-hot": lambda y, p, c: F.one_hot(y, c).T @ F.one_hot(p, c),
        },
        "right": {
            "loop": counted_in_a_loop,
            "bincount": lambda y, p, c: torch.bincount(y * c + p, minlength=c * c).reshape(c, c),
            "accumulated": accumulated,
        },
    },
}


def test_a_diagnosis_warns_of_nothing(recwarn):
    for answer in CATALOGUE[check.standardise]["wrong"].values():
        check.standardise(answer)
    assert not [str(warning.message) for warning in recwarn]
