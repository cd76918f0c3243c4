"""The exercises of notebook 09."""

import torch

from lab06.check._engine import Mistake, examine
from lab06.check._pairs import examine_pair


def standardise(answer):
    """Check a function my_standardise(x_train, x_test) for x_train (N, F) and x_test (M, F).

    The deviation may be divided by N - 1, as `std` does, or by N, as other packages do.
    """
    x_train = torch.tensor([[1.0, 10.0], [2.0, 30.0], [3.0, 20.0]])
    birds = torch.tensor([[39.1, 181.0, 3750.0], [46.5, 192.0, 3500.0], [50.0, 230.0, 5700.0]])
    bird = torch.tensor([[41.0, 200.0, 4000.0]])
    cases = [
        {"x_train": x_train, "x_test": torch.tensor([[2.0, 40.0], [4.0, 20.0]])},
        {"x_train": birds, "x_test": bird},
        {"x_train": torch.cat([bird, birds]).double(), "x_test": birds[:2].double()},
    ]

    def deviation(rows, correction):
        """Return the deviation of each column; of a single row, nan without a warning."""
        squares = (rows - rows.mean(dim=0)) ** 2
        return (squares.sum(dim=0) / (len(rows) - correction)).sqrt()

    def by(statistics, correction):
        """Standardise both parts with the mean and deviation of the rows `statistics`."""

        def both(x_train, x_test):
            rows = statistics(x_train, x_test)
            mean, std = rows.mean(dim=0), deviation(rows, correction)
            return (x_train - mean) / std, (x_test - mean) / std

        return both

    def each(change):
        """Imitate a mistake that treats each part by itself."""
        return lambda x_train, x_test: (change(x_train), change(x_test))

    def of_train(change):
        """Imitate a mistake that uses the training part: change(part, mean, std, x_train)."""

        def imitation(correction):
            def both(x_train, x_test):
                mean, std = x_train.mean(dim=0), deviation(x_train, correction)
                return tuple(change(part, mean, std, x_train) for part in (x_train, x_test))

            return both

        return imitation

    def variants(imitation, words):
        return [Mistake(imitation(correction), words) for correction in (1, 0)]

    def test_part(change):
        """Imitate a mistake in the test part alone: change(x_train, x_test, correction)."""

        def imitation(c):
            return lambda a, b: (by(lambda x, _: x, c)(a, b)[0], change(a, b, c))

        return imitation

    def min_max(part, mean, std, x_train):
        low, high = x_train.amin(dim=0), x_train.amax(dim=0)
        return (part - low) / (high - low)

    mistakes = [
        *variants(
            lambda c: by(lambda x, y: torch.cat([x, y]), c),
            "A leak: mean and deviation come from both parts. The test part must not be looked at.",
        ),
        *variants(
            lambda c: each(lambda x: (x - x.mean(dim=0)) / deviation(x, c)),
            "Each part was measured by its own mean and deviation. Then the same penguin gets "
            "other numbers in the other part: use the training part's for both.",
        ),
        *variants(
            lambda c: by(lambda x, y: y, c),
            "Mean and deviation come from the test part: only the training part may be used.",
        ),
        *variants(
            lambda c: each(
                lambda x: (x - x.mean(dim=1, keepdim=True)) / x.std(1, correction=c, keepdim=True)
            ),
            "You averaged along the rows, millimetres with grams: each column has its own mean.",
        ),
        *variants(
            of_train(lambda x, mean, std, train: (x - train.mean()) / train.std()),
            "One mean for all columns: millimetres and grams need one each.",
        ),
        *variants(
            of_train(lambda x, mean, std, train: (x - mean) / train.std()),
            "One deviation for all columns: millimetres and grams need one each.",
        ),
        *variants(
            test_part(lambda a, b, c: (b - a.mean(dim=0)) / deviation(b, c)),
            "The test part has its own deviation: the training part's serves both.",
        ),
        *variants(
            test_part(lambda a, b, c: (b - b.mean(dim=0)) / deviation(a, c)),
            "The test part has its own mean: the training part's serves both.",
        ),
        *variants(
            test_part(lambda a, b, c: b - a.mean(dim=0)),
            "The test part was not divided by the deviation of the training part. If you did "
            "divide it: what was x_train when you asked for its deviation?",
        ),
        *variants(
            of_train(lambda x, mean, std, train: (x - mean) * std),
            "You multiplied by the deviation: it divides.",
        ),
        *variants(
            of_train(lambda x, mean, std, train: (mean - x) / std),
            "The signs are reversed: above the mean is positive.",
        ),
        *variants(
            of_train(lambda x, mean, std, train: x / train.amax(dim=0)),
            "That is a share of the largest: here mean 0 and deviation 1 are asked for.",
        ),
        *variants(
            of_train(lambda x, mean, std, train: (x - train.median(dim=0).values) / std),
            "You subtracted the median: the mean was asked for.",
        ),
        *variants(
            of_train(lambda x, mean, std, train: (x - mean) / std**2),
            "You divided by the variance: the deviation is its square root.",
        ),
        *variants(
            of_train(lambda x, mean, std, train: x / std),
            "The mean was not subtracted.",
        ),
        *variants(
            of_train(lambda x, mean, std, train: x - mean),
            "The mean is gone, but nothing was divided by the deviation.",
        ),
        *variants(
            of_train(lambda x, mean, std, train: x - mean / std),
            "The division came first: the difference needs parentheses.",
        ),
        *variants(
            of_train(lambda x, mean, std, train: (x + mean) / std),
            "The mean was added: it is subtracted.",
        ),
        *variants(
            of_train(min_max),
            "That is scaling to the range from 0 to 1: here mean 0 and deviation 1 are asked for.",
        ),
        *variants(
            test_part(lambda a, b, c: b),
            "The test part is still in its raw units: it needs the same treatment. If it has had "
            "one: what was x_train when you asked for its mean and deviation?",
        ),
        Mistake(lambda a, b: (a, b), "Both parts have come back as they were."),
    ]
    return examine_pair(
        answer,
        [by(lambda x, y: x, 1), by(lambda x, y: x, 0)],
        cases,
        ("the training part", "the test part"),
        mistakes=mistakes,
        praise="Both parts are in the units of the training part, and nothing has leaked.",
    )


def confusion(answer):
    """Check a function my_confusion(y, predicted, num_classes) for class indices (N,)."""
    cases = [
        {"y": [0, 1, 1, 1], "predicted": [0, 0, 0, 1], "num_classes": 2},
        {"y": [2, 0, 1, 2, 2, 0], "predicted": [1, 0, 1, 1, 0, 2], "num_classes": 3},
        {"y": [0, 1, 0], "predicted": [1, 1, 0], "num_classes": 3},
        {"y": [2], "predicted": [0], "num_classes": 4},
        {"y": [0, 3, 3, 3, 1], "predicted": [3, 3, 3, 0, 2], "num_classes": 5},
    ]
    cases = [
        {name: torch.tensor(v) if isinstance(v, list) else v for name, v in case.items()}
        for case in cases
    ]

    def counts(y, predicted, classes):
        return torch.bincount(y * classes + predicted, minlength=classes**2).view(classes, classes)

    def overwritten(y, predicted, classes):
        return counts(y, predicted, classes).clamp(max=1)

    mistakes = [
        Mistake(
            lambda y, predicted, classes: counts(predicted, y, classes),
            "Rows and columns have changed places: the true class goes down, the predicted across.",
        ),
        Mistake(
            overwritten,
            "A pair that comes several times counts once. Add a 1 each time; with whole tensors, "
            "`m[y, predicted] += 1` does not add up repeated places.",
        ),
        Mistake(
            lambda y, predicted, classes: overwritten(predicted, y, classes),
            "A pair that comes several times counts once, and rows and columns are swapped.",
        ),
        Mistake(
            lambda *case: counts(*case).diagonal().diag(),
            "Only the right answers are there: the mistakes belong beside the diagonal.",
        ),
        Mistake(
            lambda *case: counts(*case) - counts(*case).diagonal().diag(),
            "Only the mistakes are there: the right answers belong on the diagonal.",
        ),
        Mistake(
            lambda y, predicted, classes: counts(y, y, classes),
            "That counts the true classes against themselves: where do the predictions come in?",
        ),
        Mistake(
            lambda y, predicted, classes: counts(predicted, predicted, classes),
            "That counts the predictions against themselves: where do the true classes come in?",
        ),
        Mistake(
            lambda y, predicted, classes: torch.zeros(classes, classes, dtype=torch.int64),
            "Nothing has been counted yet.",
        ),
        Mistake(
            lambda y, predicted, classes: counts(y[:1], predicted[:1], classes),
            "Only the first pair has been counted: is your `return` inside the loop?",
        ),
        Mistake(
            lambda y, predicted, classes: counts(y[-1:], predicted[-1:], classes),
            "Only the last pair is left: do the zeros begin anew in each round?",
        ),
        Mistake(
            lambda y, predicted, classes: counts(y[1:], predicted[1:], classes),
            "The first pair was left out: rows are counted from 0.",
        ),
        Mistake(
            lambda y, predicted, classes: counts(y[:-1], predicted[:-1], classes),
            "The last pair was left out.",
        ),
        Mistake(
            lambda y, predicted, classes: counts(y[:classes], predicted[:classes], classes),
            "Only the first num_classes pairs have been counted: the loop runs over the samples.",
        ),
        Mistake(
            lambda *case: counts(*case).sum(dim=0).repeat(case[2], 1),
            "All rows are alike: `[[0] * n] * n` repeats one and the same list.",
        ),
        Mistake(
            lambda *case: counts(*case) + counts(*case).T,
            "Each pair was counted in both places, [y, predicted] and [predicted, y].",
        ),
        Mistake(
            lambda y, predicted, classes: torch.bincount(y + predicted, minlength=classes**2).view(
                classes, classes
            ),
            "y + predicted is the same for the pairs (0, 1) and (1, 0): each place of the matrix "
            "needs a number of its own.",
        ),
    ]
    return examine(
        answer,
        counts,
        cases,
        mistakes=mistakes,
        praise="Every sample counts once, and a class that nobody met keeps its row and column.",
    )
