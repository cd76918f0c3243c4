"""The exercises of notebook 09."""

import torch

from lab06.check._judge import judge, judged


def std_of(rows, correction=1):
    """Return each column's standard deviation; of a single row, nan without a warning."""
    squares = (rows - rows.mean(dim=0)) ** 2
    return (squares.sum(dim=0) / (len(rows) - correction)).sqrt()


def by(statistics, correction=1):
    """Standardise both parts with mean and standard deviation of the rows `statistics`."""

    def both(x_train, x_test):
        rows = statistics(x_train, x_test)
        mean, std = rows.mean(dim=0), std_of(rows, correction)
        return (x_train - mean) / std, (x_test - mean) / std

    return both


def each(change):
    """Treat each part by itself, dividing by N - 1 or by N."""
    return [lambda a, b, c=c: (change(a, c), change(b, c)) for c in (1, 0)]


def of_train(change):
    """Use the training part: change(part, mean, std, x_train), with N - 1 or N in the std."""

    def both(correction, a, b):
        mean, std = a.mean(dim=0), std_of(a, correction)
        return change(a, mean, std, a), change(b, mean, std, a)

    return [lambda a, b, c=c: both(c, a, b) for c in (1, 0)]


def of_test(change):
    """Get the test part alone wrong: change(x_train, x_test, correction)."""
    return [lambda a, b, c=c: (RIGHTS[1 - c](a, b)[0], change(a, b, c)) for c in (1, 0)]


def by_rows(part, c):
    return (part - part.mean(dim=1, keepdim=True)) / part.std(1, correction=c, keepdim=True)


def min_max(part, mean, std, train):
    return (part - train.amin(dim=0)) / (train.amax(dim=0) - train.amin(dim=0))


RIGHTS = [by(lambda a, b: a, 1), by(lambda a, b: a, 0)]
STANDARDISE = {
    "A leak: mean and standard deviation come from both parts. The test part must not be used.": [
        by(lambda a, b: torch.cat([a, b]), c) for c in (1, 0)
    ],
    "Each part was measured by its own mean and standard deviation. Then the same penguin gets "
    "other numbers in the other part: use the training part's for both.": (
        each(lambda x, c: (x - x.mean(dim=0)) / std_of(x, c))
    ),
    "Mean and standard deviation come from the test part: only the training part may be used.": [
        by(lambda a, b: b, c) for c in (1, 0)
    ],
    "You averaged along the rows, millimetres with grams: each column has its own mean.": (
        each(by_rows)
    ),
    "One mean for all columns: millimetres and grams need one each.": (
        of_train(lambda x, mean, std, train: (x - train.mean()) / train.std())
    ),
    "One standard deviation for all columns: millimetres and grams need one each.": (
        of_train(lambda x, mean, std, train: (x - mean) / train.std())
    ),
    "The test part has its own standard deviation: use the training part's for both.": (
        of_test(lambda a, b, c: (b - a.mean(dim=0)) / std_of(b, c))
    ),
    "The test part has its own mean: use the training part's for both.": (
        of_test(lambda a, b, c: (b - b.mean(dim=0)) / std_of(a, c))
    ),
    "The test part was not divided by the standard deviation of the training part. If you did "
    "divide it: what was x_train when you asked for its standard deviation?": (
        of_test(lambda a, b, c: b - a.mean(dim=0))
    ),
    "You multiplied by the standard deviation: divide by it.": (
        of_train(lambda x, mean, std, train: (x - mean) * std)
    ),
    "The signs are reversed: above the mean is positive.": (
        of_train(lambda x, mean, std, train: (mean - x) / std)
    ),
    "That is a share of the largest: mean 0 and standard deviation 1 were asked for.": (
        of_train(lambda x, mean, std, train: x / train.amax(dim=0))
    ),
    "You subtracted the median: the mean was asked for.": (
        of_train(lambda x, mean, std, train: (x - train.median(dim=0).values) / std)
    ),
    "You divided by the variance: the standard deviation is its square root.": (
        of_train(lambda x, mean, std, train: (x - mean) / std**2)
    ),
    "The mean was not subtracted.": of_train(lambda x, mean, std, train: x / std),
    "The mean was subtracted, but nothing was divided by the standard deviation.": (
        of_train(lambda x, mean, std, train: x - mean)
    ),
    "The division came first: the difference needs parentheses.": (
        of_train(lambda x, mean, std, train: x - mean / std)
    ),
    "The mean was added: subtract it.": of_train(lambda x, mean, std, train: (x + mean) / std),
    "That is scaling to the range from 0 to 1: mean 0 and standard deviation 1 were asked for.": (
        of_train(min_max)
    ),
    "The test part is still in its raw units: it needs the same treatment. If it has had one: what "
    "was x_train when you asked for its mean and standard deviation?": of_test(lambda a, b, c: b),
    "Both parts have come back as they were.": lambda a, b: (a, b),
}


@judged
def standardise(answer):
    """Check a function my_standardise(x_train, x_test) for x_train (N, D) and x_test (M, D).

    The standard deviation may be divided by N - 1, as `std` does, or by N, as other packages do.
    """
    x_train = torch.tensor([[1.0, 10.0], [2.0, 30.0], [3.0, 20.0]])
    birds = torch.tensor([[39.1, 181.0, 3750.0], [46.5, 192.0, 3500.0], [50.0, 230.0, 5700.0]])
    bird = torch.tensor([[41.0, 200.0, 4000.0]])
    cases = [
        {"x_train": x_train, "x_test": torch.tensor([[2.0, 40.0], [4.0, 20.0]])},
        {"x_train": birds, "x_test": bird},
        {"x_train": torch.cat([bird, birds]).double(), "x_test": birds.repeat(2, 1).double()},
        {"x_train": birds[:, :2] / 1000, "x_test": bird[:, :2] / 1000},
    ]
    judge(answer, RIGHTS, cases, STANDARDISE, parts=("the training part", "the test part"))
    return "Both parts are in the units of the training part, and nothing has leaked."


def counts(y, predicted, classes):
    return torch.bincount(y * classes + predicted, minlength=classes**2).view(classes, classes)


def overwritten(y, predicted, classes):
    return counts(y, predicted, classes).clamp(max=1)


CONFUSION = {
    "Rows and columns have changed places: the true class goes down, the predicted across.": (
        lambda y, p, c: counts(p, y, c)
    ),
    "A pair that comes several times counts once. Add a 1 each time; with whole tensors, "
    "`m[y, predicted] += 1` does not add up repeated places.": overwritten,
    "A pair that comes several times counts once, and rows and columns are swapped.": (
        lambda y, p, c: overwritten(p, y, c)
    ),
    "Only the right answers are there: the mistakes belong beside the diagonal.": (
        lambda *case: counts(*case).diagonal().diag()
    ),
    "Only the mistakes are there: the right answers belong on the diagonal.": (
        lambda *case: counts(*case) - counts(*case).diagonal().diag()
    ),
    "That counts the true classes against themselves: where do the predictions come in?": (
        lambda y, p, c: counts(y, y, c)
    ),
    "That counts the predictions against themselves: where do the true classes come in?": (
        lambda y, p, c: counts(p, p, c)
    ),
    "Nothing has been counted yet.": lambda y, p, c: counts(y[:0], p[:0], c),
    "Only the first pair has been counted: is your `return` inside the loop?": (
        lambda y, p, c: counts(y[:1], p[:1], c)
    ),
    "Only the last pair is left: do the zeros start again in each round?": (
        lambda y, p, c: counts(y[-1:], p[-1:], c)
    ),
    "The first pair was left out: rows are counted from 0.": (
        lambda y, p, c: counts(y[1:], p[1:], c)
    ),
    "The last pair was left out.": lambda y, p, c: counts(y[:-1], p[:-1], c),
    "Only the first num_classes pairs have been counted: the loop runs over the samples.": (
        lambda y, p, c: counts(y[:c], p[:c], c)
    ),
    "All rows are alike: `[[0] * n] * n` repeats one and the same list.": (
        lambda *case: counts(*case).sum(dim=0).repeat(case[2], 1)
    ),
    "Each pair was counted in both places, [y, predicted] and [predicted, y].": (
        lambda *case: counts(*case) + counts(*case).T
    ),
    "y + predicted is the same for the pairs (0, 1) and (1, 0): each place of the matrix needs a "
    "number of its own.": lambda y, p, c: torch.bincount(y + p, minlength=c**2).view(c, c),
}


@judged
def confusion(answer):
    """Check a function my_confusion(y, predicted, num_classes) for class indices (N,)."""
    cases = [
        ([0, 1, 1, 1], [0, 0, 0, 1], 2),
        ([2, 0, 1, 2, 2, 0], [1, 0, 1, 1, 0, 2], 3),
        ([0, 1, 0], [1, 1, 0], 3),
        ([2], [0], 4),
        ([0, 3, 3, 3, 1], [3, 3, 3, 0, 2], 5),
        ([0, 0], [0, 0], 1),
    ]
    cases = [
        {"y": torch.tensor(y), "predicted": torch.tensor(predicted), "num_classes": classes}
        for y, predicted, classes in cases
    ]
    without = {"Now without one_hot: a 1 for each pair, or one number for each place.": "one_hot"}
    judge(answer, [counts], cases, CONFUSION, dtype=True, without=without)
    return "Every sample counts once, and a class that never occurs keeps its row and column."
