"""What Python's and PyTorch's errors mean for a beginner, where their words alone do not help."""

MEANINGS = {  # part of the error's text: what to do
    "could not infer output dtype": "A comparison gives true and false: .float() makes 1 and 0.",
    "'NoneType'": "Is it a gradient? .grad is None until backward() has run, on a cost that was "
    "computed from this very tensor.",
    "does not require grad and does not have a grad_fn": "Autograd keeps no record here: "
    "requires_grad_() asks for one, before the cost is computed.",
    "modified by an inplace operation": "Autograd still needs what was overwritten, as /= and the "
    "like do: write w = w / total instead.",
    "a leaf Variable that requires grad": "Change it inside `with torch.no_grad():`.",
    "not implemented for 'Long'": "Have scores and classes changed places? The scores come first.",
    "must match the size of tensor": "Did a sum or a maximum lose the dimension it ran along? "
    "keepdim=True keeps it, with size 1.",
    "is out of bounds for dimension": "Of n entries the last has the index n - 1, and of "
    "none there is no last.",
    "'bool' object has no attribute": "Does a comparison hold pairs? max(dim=1) gives values and "
    "places together.",
    "object has no attribute 'zero_'": "It takes one parameter at a time: weight, then bias.",
    "expected target dtype": "Class indices are int64: .long() makes int64 of floats.",
    "0D or 1D target": "The target has one dimension too many: it is (N,).",
    "target batch_size (0)": "squeeze() takes every dimension of size 1 away, that of a single "
    "sample, too: say which one.",
    "with more than one value is ambiguous": "A comparison of many entries has many answers: "
    ".all() asks whether all of them are true, .any() whether one is.",
    "ellipsis": "Three dots are still in your function.",
    "must be Tensor, not float": "torch's functions take tensors; for a number there is math.",
    "before Module.__init__() call": "Call super().__init__() first: it prepares the module.",
}


def meaning_of(message):
    """Return what to do about an error with this message, as a list of at most one sentence."""
    return [meaning for part, meaning in MEANINGS.items() if part in message][:1]
