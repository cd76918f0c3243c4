"""What Python's and PyTorch's errors mean for a beginner, where their words alone do not help."""

MEANINGS = {  # part of the error's text: what to do
    "could not infer output dtype": "A comparison gives True and False: .float() turns them "
    "into 1 and 0.",
    "'NoneType'": "Is it a gradient? .grad is None until backward() has run, on a cost that was "
    "computed from this very tensor.",
    "does not require grad and does not have a grad_fn": "Autograd keeps no record here: "
    "call requires_grad_() before the cost is computed.",
    "modified by an inplace operation": "Autograd still needs the values that an operation such "
    "as /= has overwritten: write w = w / total instead.",
    "a leaf Variable that requires grad": "Change it inside `with torch.no_grad():`.",
    "not implemented for 'Long'": "Have scores and classes changed places? The scores come first.",
    "must match the size of tensor": "Did a sum or a maximum lose the dimension it ran along? "
    "keepdim=True keeps it, with size 1.",
    "is out of bounds for dimension": "The last of n entries has the index n - 1, and an empty "
    "tensor has no last entry.",
    "'bool' object has no attribute": "Do you compare a pair? max(dim=1) returns values and "
    "indices together.",
    "object has no attribute 'zero_'": "It takes one parameter at a time: weight, then bias.",
    "expected target dtype": "Class indices are int64: .long() turns floats into int64.",
    "0D or 1D target": "The target has one dimension too many: its shape should be (N,).",
    "target batch_size (0)": "squeeze() removes every dimension of size 1, even that of a single "
    "sample: say which one to remove.",
    "with more than one value is ambiguous": "A comparison of many entries has many answers: "
    ".all() asks whether all of them are true, .any() whether one is.",
    "ellipsis": "Three dots are still in your function.",
    "must be Tensor, not float": "torch's functions take tensors; for a number use math.",
    "before Module.__init__() call": "Call super().__init__() first: it prepares the module.",
}


def meaning_of(message):
    """Return what to do about an error with this message, as a list of at most one sentence."""
    return [meaning for part, meaning in MEANINGS.items() if part in message][:1]
