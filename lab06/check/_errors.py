"""What Python's and PyTorch's errors mean for a beginner, where their words alone do not help.

The wordings are those of PyTorch 2.2 to 2.15. An explanation is given only if one of its `seen`
words stands in the student's own code (or none is asked for), and none of the `unseen`.
"""

import re
from typing import NamedTuple


class Meaning(NamedTuple):
    """What to do about errors whose text matches a pattern."""

    pattern: str
    words: str
    seen: frozenset = frozenset()
    unseen: frozenset = frozenset()


def _meaning(pattern, words, seen="", unseen=""):
    return Meaning(pattern, words, frozenset(seen.split()), frozenset(unseen.split()))


COSTS = "cross_entropy nll_loss CrossEntropyLoss NLLLoss"
MEANINGS = [
    _meaning(
        r"mean.* Got: Bool", "A comparison gives True and False: .float() turns them into 1 and 0."
    ),
    _meaning(
        r"(mean|std).*( Got: Long|only support floating)",
        "mean() and std() take floats: .float() turns integers into floats.",
    ),
    _meaning(
        r"'NoneType'",
        "Is it a gradient? .grad is None until backward() has run, on a cost "
        "that was computed from this very tensor.",
        seen="grad",
    ),
    _meaning(
        r"does not require grad and does not have a grad_fn",
        "Under no_grad() autograd keeps no record: compute the cost outside of it.",
        seen="no_grad inference_mode",
    ),
    _meaning(
        r"does not require grad and does not have a grad_fn",
        "Autograd keeps no record here: call requires_grad_() before the cost is computed.",
        unseen="requires_grad requires_grad_ detach detach_ item tolist numpy data argmax",
    ),
    _meaning(
        r"modified by an inplace operation",
        "Autograd still needs the values that an "
        "operation such as /= has overwritten: write w = w / total instead.",
    ),
    _meaning(r"a leaf Variable that requires grad", "Change it inside `with torch.no_grad():`."),
    _meaning(
        r"not implemented for '(Long|Int)'",
        "Have scores and classes changed places? The scores come first.",
        seen=COSTS,
        unseen="long int int64",
    ),
    _meaning(
        r"not implemented for '(Long|Int|Bool)'",
        "It was given integers where it takes floats: .float() turns them into floats.",
        seen="exp log softmax log_softmax sigmoid logsumexp",
    ),
    _meaning(
        r"return_types\.(max|min|sort|topk|median)",
        "max(dim=...) returns a pair, values and indices: take one of them, or use amax or argmax.",
        seen="max min sort topk median",
    ),
    _meaning(
        r"'bool' object has no attribute",
        "Do you compare a pair? max(dim=1) returns values and indices together.",
        seen="max min sort topk median",
    ),
    _meaning(r"with size 0$", "An empty tensor has no entry to take."),
    _meaning(r"is out of bounds for dimension", "The last of n entries has the index n - 1."),
    _meaning(
        r"Dimension out of range|dimension specified as",
        "The tensor has fewer dimensions "
        "than that: is a dimension fixed in your function, or has an earlier step lost one?",
    ),
    _meaning(
        r"same number of dimensions as input",
        "gather needs an index with as many dimensions "
        "as the tensor: y.unsqueeze(1) makes a column.",
        seen="gather",
    ),
    _meaning(
        r"object has no attribute 'zero_'", "It takes one parameter at a time: weight, then bias."
    ),
    _meaning(
        r"expected (target dtype|scalar type Long)|for index$|only applicable to index",
        "Class indices are int64: .long() turns floats into int64.",
    ),
    _meaning(
        r"used as indices must be", "Indices are whole numbers: .long() turns floats into int64."
    ),
    _meaning(
        r"0D or 1D target|multi-target not supported",
        "The target has one dimension too many: its shape should be (N,).",
    ),
    _meaning(
        r"target batch_size \(0\)",
        "squeeze() removes every dimension of size 1, even that of "
        "a single sample: say which one to remove.",
        seen="squeeze",
    ),
    _meaning(
        r"with more than one value is ambiguous",
        "Python's own max and min compare whole rows: amax and amin compare entries, along a dim.",
        seen="max() min()",
    ),
    _meaning(
        r"with more than one value is ambiguous",
        "A comparison of many entries has many "
        "answers: .all() asks whether all of them are true, .any() whether one is.",
    ),
    _meaning(r"ellipsis", "Three dots are still in your function.", seen="..."),
    _meaning(
        r"must be Tensor, not (float|int)|invalid combination of arguments - got \((float|int)",
        "torch's functions take tensors; for a number use math.",
    ),
    _meaning(
        r"invalid for input of size",
        "bincount counts up to the largest number that comes: minlength makes it go on.",
        seen="bincount",
        unseen="minlength",
    ),
    _meaning(
        r"same dtype|expected scalar type (Double|Float)",
        "float32 and float64 have met: a "
        "new tensor takes the dtype of an argument with dtype=..., or by zeros_like.",
    ),
    _meaning(
        r"shapes cannot be multiplied", "A @ B needs as many columns in A as there are rows in B."
    ),
    _meaning(
        r"before Module.__init__\(\) call", "Call super().__init__() first: it prepares the module."
    ),
]


def meaning_of(message, words):
    """Return what to do about an error with this message, as a list of at most one sentence.

    words: the names and constants in the student's code.
    """
    for meaning in MEANINGS:
        fits = not meaning.unseen & words and (not meaning.seen or meaning.seen & words)
        if fits and re.search(meaning.pattern, message):
            return [meaning.words]
    return []
