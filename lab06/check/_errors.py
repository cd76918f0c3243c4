"""What Python's and PyTorch's errors mean for a beginner, where their words alone do not help.

The wordings are those of PyTorch 2.2 to 2.15. An explanation is given only if one of the words
`seen` stands in the student's own code (or none is asked for), and none of those `unseen`.
"""

import re

COSTS = "cross_entropy nll_loss CrossEntropyLoss NLLLoss"
PAIRS = "max min sort topk median"
MEANINGS = {  # pattern of the error's text, seen, unseen: what to do
    ("mean.* Got: Bool", "", ""): (
        "A comparison gives True and False: .float() turns them into 1 and 0."
    ),
    ("(mean|std).*( Got: Long|only support floating)", "", ""): (
        "mean() and std() take floats: .float() turns integers into floats."
    ),
    ("'NoneType'", "grad", ""): (
        "Is it a gradient? .grad is None until backward() has run, on a cost that was computed "
        "from this very tensor."
    ),
    ("does not require grad and does not have a grad_fn", "inference_mode no_grad", ""): (
        "Under no_grad() autograd keeps no record: compute the cost outside of it."
    ),
    (
        "does not require grad and does not have a grad_fn",
        "",
        "argmax data detach detach_ item numpy requires_grad requires_grad_ tolist",
    ): ("Autograd keeps no record here: call requires_grad_() before the cost is computed."),
    ("modified by an inplace operation", "", ""): (
        "Autograd still needs the values that an operation such as /= has overwritten: write w = "
        "w / total instead."
    ),
    ("a leaf Variable that requires grad", "", ""): ("Change it inside `with torch.no_grad():`."),
    ("not implemented for '(Long|Int)'", COSTS, "int int64 long"): (
        "Have scores and classes changed places? The scores come first."
    ),
    (
        "not implemented for '(Long|Int|Bool)'",
        "exp log log_softmax logsumexp sigmoid softmax",
        "",
    ): ("It was given integers where it takes floats: .float() turns them into floats."),
    (r"return_types\.(max|min|sort|topk|median)", PAIRS, ""): (
        "max(dim=...) returns a pair, values and indices: take one of them, or use amax or argmax."
    ),
    ("'bool' object has no attribute", PAIRS, ""): (
        "Do you compare a pair? max(dim=1) returns values and indices together."
    ),
    ("with size 0$", "", ""): ("An empty tensor has no entry to take."),
    ("is out of bounds for dimension", "", ""): ("The last of n entries has the index n - 1."),
    ("Dimension out of range|dimension specified as", "", ""): (
        "The tensor has fewer dimensions than that: is a dimension fixed in your function, or has "
        "an earlier step lost one?"
    ),
    ("same number of dimensions as input", "gather", ""): (
        "gather needs an index with as many dimensions as the tensor: y.unsqueeze(1) makes a "
        "column."
    ),
    ("object has no attribute 'zero_'", "", ""): (
        "It takes one parameter at a time: weight, then bias."
    ),
    ("expected (target dtype|scalar type Long)|for index$|only applicable to index", "", ""): (
        "Class indices are int64: .long() turns floats into int64."
    ),
    ("used as indices must be", "", ""): (
        "Indices are whole numbers: .long() turns floats into int64."
    ),
    ("0D or 1D target|multi-target not supported", "", ""): (
        "The target has one dimension too many: its shape should be (N,)."
    ),
    (r"target batch_size \(0\)", "squeeze", ""): (
        "squeeze() removes every dimension of size 1, even that of a single sample: say which one "
        "to remove."
    ),
    ("with more than one value is ambiguous", "max() min()", "=="): (
        "Python's own max and min compare whole rows: amax and amin compare entries, along a dim."
    ),
    ("with more than one value is ambiguous", "", ""): (
        "A comparison of many entries has many answers: .all() asks whether all of them are true, "
        ".any() whether one is."
    ),
    ("ellipsis", "...", ""): ("Three dots are still in your function."),
    (
        r"^(log|exp|sqrt|sum|softmax)\(.*(must be Tensor, not|arguments - got \()( ?)(float|int)",
        "",
        "",
    ): ("torch's functions take tensors; for a number use math."),
    ("invalid for input of size", "bincount", "minlength"): (
        "bincount counts up to the largest number that comes: minlength makes it go on."
    ),
    ("same dtype|expected scalar type (Double|Float)", "", ""): (
        "float32 and float64 have met: a new tensor takes the dtype of an argument with "
        "dtype=..., or by zeros_like."
    ),
    ("shapes cannot be multiplied", "", ""): (
        "A @ B needs as many columns in A as there are rows in B."
    ),
    (r"before Module.__init__\(\) call", "", ""): (
        "Call super().__init__() first: it prepares the module."
    ),
}


def meaning_of(message, words):
    """Return what to do about an error with this message, as a list of at most one sentence.

    words: the names and constants in the student's code.
    """
    for (pattern, seen, unseen), meaning in MEANINGS.items():
        fits = not words & {*unseen.split()} and (not seen or words & {*seen.split()})
        if fits and re.search(pattern, message):
            return [meaning]
    return []
