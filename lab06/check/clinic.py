"""The exercises of notebook 10."""

from functools import partial

import torch
import torch.nn.functional as F

from lab06 import losses
from lab06.check._engine import Mistake, call, judged, not_attempted, right, shown, wrong
from lab06.check._pairs import examine_pair


def by_hand(logits, target):
    rows = F.one_hot(target, logits.shape[1])
    return -(rows * F.log_softmax(logits, dim=1)).sum(dim=1).mean()


def rounded_differently(logits, target):
    return F.cross_entropy(logits, target) * (1 + 2e-6)  # float32 has about seven digits


HEALTHY = (F.cross_entropy, by_hand, losses.cross_entropy, rounded_differently)


def softmax_twice(logits, target):
    return F.cross_entropy(F.softmax(logits, dim=1), target)


def sum_for_mean(logits, target):
    return F.cross_entropy(logits, target, reduction="sum")


def mean_of_all_entries(logits, target):
    return F.cross_entropy(logits, target) / logits.shape[1]


def nll_of_probabilities(logits, target):
    return F.nll_loss(F.softmax(logits, dim=1), target)


def softmax_over_dim_0(logits, target):
    return F.nll_loss(F.log_softmax(logits, dim=0), target)


def log_missing(logits, target):
    return 1 + nll_of_probabilities(logits, target)


def minus_missing(logits, target):
    return -F.cross_entropy(logits, target)


BROKEN = {
    softmax_twice: "Without an opinion it costs log C, as it should: what does it charge for a "
    "prediction that is sure and right?",
    sum_for_mean: "It charges N times too much. For one sample, and for a cost of 0, nobody "
    "notices: when does one?",
    mean_of_all_entries: "It charges C times too little. A cost of 0 stays 0: what must it be if "
    "all logits are 0?",
    nll_of_probabilities: "Its cost is below 0: does your test refuse a cost that is too low?",
    softmax_over_dim_0: "Samples compete instead of classes. With as many samples as classes that "
    "can go unnoticed: take more samples.",
    log_missing: "It charges 1 - p. Sure and right costs 0 then, too: what does no opinion cost?",
    minus_missing: "It charges the negative of the cost: does your test look at the sign?",
}


def sanity_test(answer):
    """Check a function my_test(cost_function) that tells healthy cost functions from broken."""
    return judged(_judge_test, answer)


def _judge_test(answer):
    if answer is ...:
        return not_attempted()
    if not callable(answer):
        return wrong(f"Hand over the function itself, without calling it; got {shown(answer)}.")
    says = {}
    for cost_function in (*HEALTHY, *BROKEN):
        # A partial, since a test may use the logits of the notebook and need not be told off.
        got, failed = call(partial(answer), {"cost_function": cost_function})
        if failed is not None:
            return failed
        if got is ...:
            return not_attempted()
        says[cost_function] = _as_bool(got)
        if says[cost_function] is None:
            return wrong(f"For cost_function = {cost_function.__name__}, {_no_bool(got)}")
    return _verdict(says)


def _as_bool(got):
    """Return True or False for anything that is one of them, and None for the rest."""
    if isinstance(got, bool):
        return got
    if isinstance(got, torch.Tensor) and got.dtype == torch.bool and got.numel() == 1:
        return bool(got)
    if type(got).__module__ == "numpy" and type(got).__name__ in ("bool", "bool_"):
        return bool(got)
    return None


def _no_bool(got):
    if got is None:
        return "your test returned None: is there a `return` at its end?"
    if isinstance(got, (list, tuple)):
        return f"your test must return one True or False, got {shown(got)}: join them with `and`."
    return f"your test must return True or False, got {type(got).__name__}: {shown(got)}."


def _verdict(says):
    """Judge what a test says of each cost function."""
    accused = [one for one in HEALTHY if not says[one]]
    missed = [one for one in BROKEN if says[one]]
    if accused == [*HEALTHY] and missed == [*BROKEN]:
        return wrong("Your test is upside down: True is for a healthy cost function.")
    if accused == [*HEALTHY] and not missed:
        return wrong(
            "Your test says False to every cost function, F.cross_entropy among them. Print what "
            "F.cross_entropy gives for your logits. Do you ask for more digits than it has?"
        )
    if accused == [rounded_differently]:
        return wrong(
            "Your test accuses a healthy cost function, which differs from F.cross_entropy in the "
            "sixth digit. With == or a very small tolerance it does: leave room for rounding."
        )
    if accused == [*HEALTHY]:
        return wrong(
            f"Your test accuses all {len(HEALTHY)} healthy cost functions. Print what "
            "F.cross_entropy gives for your logits: is it what your test expects?"
        )
    if accused:
        return wrong(
            f"Your test accuses {len(accused)} of {len(HEALTHY)} healthy cost functions, for "
            f"instance {accused[0].__name__}. Each of them is the mean cross-entropy in another "
            "spelling: test what comes out."
        )
    if missed == [*BROKEN]:
        return wrong(
            f"Your test says True to all {len(HEALTHY)} healthy cost functions, and to all "
            f"{len(BROKEN)} broken ones. For which logits do you know the cost beforehand?"
        )
    if missed:
        name = missed[0].__name__
        return wrong(
            f"Your test lets {len(missed)} of {len(BROKEN)} broken cost functions through, for "
            f"instance {name}. {BROKEN[missed[0]]}"
        )
    return right(
        f"All {len(HEALTHY)} healthy cost functions pass, and none of the {len(BROKEN)} broken."
    )


def shuffle(answer):
    """Check a function my_shuffle(x, y, order) for x (N, F), y (N,) and a permutation (N,)."""
    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    y, order = torch.tensor([2, 0, 2]), torch.tensor([2, 0, 1])
    longer = torch.tensor([3, 6, 0, 7, 1, 4, 2, 5])
    cases = [
        {"x": x, "y": y, "order": order},
        {"x": x[:, :1].double(), "y": y, "order": order.flip(0)},
        {"x": x[:1], "y": y[:1], "order": torch.tensor([0])},
        {"x": torch.arange(16.0).view(8, 2), "y": longer % 3, "order": longer},
    ]

    def row_by_row(x, y, order):
        for i, source in enumerate(order.tolist()):
            x[i], y[i] = x[source], y[source]
        return x, y

    mistakes = [
        Mistake(lambda x, y, order: (x, y), "Nothing has moved."),
        Mistake(
            lambda x, y, order: (x[order], y),
            "The rows have moved and the labels have not: now they belong to other rows.",
        ),
        Mistake(
            lambda x, y, order: (x, y[order]),
            "The labels have moved and the rows have not: now they belong to other rows.",
        ),
        Mistake(
            lambda x, y, order: (x[order.argsort()], y[order.argsort()]),
            "The pairs are intact, but the order was undone, or applied twice: row 0 of the result "
            "is row order[0].",
        ),
        Mistake(
            lambda x, y, order: (x[order], order),
            "The second result is `order` itself: it should be the labels, in this order.",
        ),
        Mistake(
            lambda x, y, order: (x[y], y),
            "The labels were taken for row numbers: those are in `order`.",
        ),
        Mistake(
            row_by_row,
            "Some rows were overwritten before they were read: write into a new tensor, or index "
            "with the whole order at once.",
        ),
        Mistake(
            lambda x, y, order: (x[:, order], y[order]),
            "The columns of x have moved: samples are rows.",
        ),
        Mistake(
            lambda x, y, order: (x[:, order], y),
            "The columns of x have moved, and the labels have not: samples are rows.",
        ),
        Mistake(
            lambda x, y, order: (x[y.argsort()], y.sort().values),
            "That is sorted by label, which is what shuffling should undo: follow `order`.",
        ),
        Mistake(
            lambda x, y, order: (x[order].sort(dim=0).values, y.sort().values),
            "Rows and labels are sorted, each by itself: follow `order` in both.",
        ),
    ]
    return examine_pair(
        answer,
        [lambda x, y, order: (x[order], y[order])],
        cases,
        ("the rows", "the labels"),
        mistakes=mistakes,
        explain=_what_moved,
        praise="Every label is still with its row.",
    )


def _what_moved(case, pair):
    """Say whether the pairs have survived a shuffling in a wrong order."""

    def rows(x, y):
        return sorted([*row, label] for row, label in zip(x.tolist(), y.tolist(), strict=True))

    x, y = pair
    if rows(x, y) == rows(case["x"], case["y"]):
        return "The pairs are intact, but not in the order asked for: draw none of your own."
    if sorted(x.tolist()) == sorted(case["x"].tolist()) and sorted(y.tolist()) == sorted(
        case["y"].tolist()
    ):
        return "Rows and labels were put in different orders: one order serves both."
    return ""
