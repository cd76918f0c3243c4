"""The exercises of notebook 10."""

import torch
import torch.nn.functional as F

from lab06.check._judge import NotYet, call, judge, judged, need_function, trying
from lab06.check._values import shown, type_name


def by_hand(logits, target):
    log_p = F.log_softmax(logits, dim=1)
    return -log_p[range(len(target)), target.long()].mean()


def by_logsumexp(logits, target):
    true = logits.gather(1, target.long().unsqueeze(1)).squeeze(1)
    return (logits.logsumexp(dim=1) - true).mean()


def rounded_differently(logits, target):
    return F.cross_entropy(logits, target) * (1 + 2e-6)  # float32 has about seven digits


HEALTHY = (F.cross_entropy, by_hand, by_logsumexp, rounded_differently)


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
    softmax_twice: "Without an opinion it costs ln C, as it should: what does it charge for a "
    "prediction that is sure and right?",
    sum_for_mean: "It charges N times too much. For one sample, and for a cost of 0, nobody "
    "notices: when does one?",
    mean_of_all_entries: "It charges C times too little. A cost of 0 stays 0: what must it be if "
    "all logits are 0?",
    nll_of_probabilities: "Its cost is below 0: does your test refuse a cost that is too low?",
    softmax_over_dim_0: "Samples compete instead of classes. With as many samples as classes "
    "that can go unnoticed: take more samples.",
    log_missing: "It charges 1 - p. Sure and right costs 0 then, too: what does no opinion cost?",
    minus_missing: "It charges the negative of the cost: does your test look at the sign?",
}


@judged
def sanity_test(answer):
    """Check a function my_test(cost_function) that tells healthy cost functions from broken."""
    need_function(answer)
    says = {}
    for cost_function in (*HEALTHY, *BROKEN):
        with trying({"cost_function": cost_function}):
            says[cost_function] = _as_bool(call(answer, cost_function, alone=False))
    _weigh(says)
    return f"All {len(HEALTHY)} healthy cost functions pass, and none of the {len(BROKEN)} broken."


def _as_bool(got):
    """Return True or False for anything that is one of them."""
    if isinstance(got, bool):
        return got
    if isinstance(got, torch.Tensor) and got.dtype == torch.bool and got.numel() == 1:
        return bool(got)
    if type(got).__module__ == "numpy" and type(got).__name__ in ("bool", "bool_"):
        return bool(got)
    if got is None:
        raise NotYet("Your test returned None: is there a `return` at its end?")
    if isinstance(got, (list, tuple)):
        words = f"Your test must return one True or False, got {shown(got)}: join them with `and`."
        raise NotYet(words)
    raise NotYet(f"Your test must return True or False, got {type_name(got)}: {shown(got)}.")


def _weigh(says):
    """Raise NotYet for a test that says the wrong thing of a cost function."""
    accused = [one for one in HEALTHY if not says[one]]
    missed = [one for one in BROKEN if says[one]]
    if accused == [*HEALTHY] and missed == [*BROKEN]:
        raise NotYet("Your test is upside down: True is for a healthy cost function.")
    if accused == [*HEALTHY] and not missed:
        raise NotYet(
            "Your test says False to every cost function, F.cross_entropy among them. Print what "
            "F.cross_entropy gives for your logits. Do you ask for more digits than it has?"
        )
    if accused == [rounded_differently]:
        raise NotYet(
            "Your test accuses a healthy cost function, which differs from F.cross_entropy in the "
            "sixth digit. Do you use == or a very small tolerance? Leave room for rounding."
        )
    if accused == [*HEALTHY]:
        raise NotYet(
            f"Your test accuses all {len(HEALTHY)} healthy cost functions. Print what "
            "F.cross_entropy gives for your logits: is it what your test expects?"
        )
    if accused:
        raise NotYet(
            f"Your test accuses {len(accused)} of {len(HEALTHY)} healthy cost functions, for "
            f"instance {accused[0].__name__}. Each of them is the mean cross-entropy in another "
            "spelling: test what comes out."
        )
    if missed == [*BROKEN]:
        raise NotYet(
            f"Your test says True to all {len(HEALTHY)} healthy cost functions, and to all "
            f"{len(BROKEN)} broken ones. For which logits do you know the cost beforehand?"
        )
    if missed:
        name = missed[0].__name__
        raise NotYet(
            f"Your test lets {len(missed)} of {len(BROKEN)} broken cost functions through, for "
            f"instance {name}. {BROKEN[missed[0]]}"
        )


def row_by_row(x, y, order):
    for i, source in enumerate(order.tolist()):
        x[i], y[i] = x[source], y[source]
    return x, y


ROWS_ONLY = "The rows have moved and the labels have not: now they belong to other rows."
SHUFFLE = {
    "Nothing has moved.": lambda x, y, order: (x, y),
    ROWS_ONLY: lambda x, y, order: (x[order], y),
    "The labels have moved and the rows have not: now they belong to other rows.": (
        lambda x, y, order: (x, y[order])
    ),
    "The pairs are intact, but the order was undone, or applied twice: row 0 of the result is row "
    "order[0].": [
        lambda x, y, order: (x[order.argsort()], y[order.argsort()]),
        lambda x, y, order: (x[order][order], y[order][order]),
    ],
    "The second result is `order` itself: it should be the labels, in this order.": (
        lambda x, y, order: (x[order], order)
    ),
    "The labels were taken for row numbers: those are in `order`.": lambda x, y, order: (x[y], y),
    "Some rows were overwritten before they were read: write into a new tensor, or index with the "
    "whole order at once.": row_by_row,
    "The columns of x have moved: samples are rows.": lambda x, y, order: (x[:, order], y[order]),
    "The columns of x have moved, and the labels have not: samples are rows.": (
        lambda x, y, order: (x[:, order], y)
    ),
    "That is sorted by label, which is what shuffling should undo: follow `order`.": (
        lambda x, y, order: (x[y.argsort()], y.sort().values)
    ),
    "Rows and labels are sorted, each by itself: follow `order` in both.": (
        lambda x, y, order: (x.sort(dim=0).values, y.sort().values)
    ),
}


@judged
def shuffle(answer):
    """Check a function my_shuffle(x, y, order) for x (N, D), y (N,) and a permutation (N,)."""
    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    y, order = torch.tensor([2, 0, 2]), torch.tensor([2, 0, 1])
    longer = torch.tensor([3, 6, 0, 7, 1, 4, 2, 5])
    cases = [
        {"x": x, "y": y, "order": order},
        {"x": x[:, :1].double(), "y": y, "order": order.flip(0)},
        {"x": x[:1], "y": y[:1], "order": torch.tensor([0])},
        {"x": torch.arange(16.0).view(8, 2), "y": longer % 3, "order": longer},
    ]
    right = [lambda x, y, order: (x[order], y[order])]
    parts = ("the rows", "the labels")
    judge(answer, right, cases, SHUFFLE, parts=parts, hint=_what_moved)
    return "Every label is still with its row."


def _what_moved(case, pair):
    """Say whether the pairs have survived a shuffling in a wrong order."""

    def rows(x, y):
        return sorted([*row, label] for row, label in zip(x.tolist(), y.tolist(), strict=True))

    x, y = pair
    if rows(x, y) == rows(case["x"], case["y"]):
        return ["The pairs are intact, but not in the order asked for: do not draw your own."]
    parts = zip(pair, (case["x"], case["y"]), strict=True)
    if all(sorted(part.tolist()) == sorted(given.tolist()) for part, given in parts):
        return ["Rows and labels were put in different orders: one order serves both."]
    return []
