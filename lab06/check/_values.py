"""How the checks copy, compare and write values, whatever a student's function returns."""

import re
from types import BuiltinFunctionType, FunctionType

import torch

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")  # as in "<Net object at 0x7f...>"


def as_tuple(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def listed(value):
    return value if isinstance(value, list) else [value]


def copies(case, gradient):
    """Copy the arguments of a case twice: as leaves, and as what is handed to a function.

    A clone can be changed in place, which a tensor that requires grad cannot.
    """
    leaves = {
        name: value.detach().clone().requires_grad_(name in gradient)
        if isinstance(value, torch.Tensor)
        else value
        for name, value in case.items()
    }
    given = {n: v.clone() if isinstance(v, torch.Tensor) else v for n, v in leaves.items()}
    return leaves, given


def same(left, right):
    """Are two arguments equal in every bit that matters?"""
    if isinstance(left, torch.Tensor):
        alike = left.shape == right.shape and left.dtype == right.dtype
        return alike and torch.equal(left.detach().nan_to_num(), right.detach().nan_to_num())
    return left == right


def agree(values, others):
    """Are these as many values as the others, and equal but for rounding?"""
    return len(values) == len(others) and all(map(close, values, others))


def close(left, right, **tolerance):
    if not (isinstance(left, torch.Tensor) and isinstance(right, torch.Tensor)):
        return left is right  # as None is None
    if left.shape != right.shape or left.is_complex():
        return False
    return bool(_near(left, right, **tolerance).all())


def _near(left, right, rtol=2e-5, atol=1e-6):
    left, right = left.detach().double(), right.detach().double()  # integers and booleans, too
    return torch.isclose(left, right, rtol=rtol, atol=atol, equal_nan=True)


def in_words(case):
    """Write the arguments, with as many digits as it takes to tell their entries apart."""
    return ", ".join(f"{name} = {shown(value, _digits(value))}" for name, value in case.items())


def _digits(value):
    entries = {*value.flatten().tolist()} if isinstance(value, torch.Tensor) else ()
    return next((n for n in range(4, 9) if len({f"{e:.{n}g}" for e in entries}) == len(entries)), 9)


def shown(value, digits=4):
    """Write a value the same on every machine: few digits, no addresses, and never very long."""
    try:
        text = _written(value, 4, digits)
    except Exception:  # a number too long to be written, a kind of tensor without entries, ...
        text = f"an object of type {type_name(value)}"
    return text if len(text) <= 160 else text[:150] + " …"


def difference(right, got):
    """Say what was expected and what came, with as many digits as it takes for them to differ."""
    wrong = (~_near(right, got)).nonzero().tolist()
    place = tuple(wrong[0]) if wrong else ()
    one, other = right[place], got[place]
    digits = next((n for n in range(4, 18) if shown(one, n) != shown(other, n)), 4)
    pair = shown(right, digits), shown(got, digits)
    if max(map(len, pair)) > 150:  # too many entries to be shown
        pair = f"{shown(one, digits)} at {[*place]}", shown(other, digits)
    return f"{pair[0]}, got {pair[1]}"


def _written(value, depth, digits):
    if isinstance(value, torch.Tensor) and value.numel() <= 1000:
        return _written(value.detach().tolist(), depth, digits)
    if isinstance(value, float):
        return f"{value + 0.0:.{digits}g}"
    if value is None or isinstance(value, (bool, int, str)):
        return repr(value)
    if isinstance(value, (list, tuple, dict)) and depth == 0:
        return "…"  # a list may hold itself
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(part, depth - 1, digits) for part in value[:200]) + "]"
    if isinstance(value, dict):
        pairs = (f"{shown(k)}: {_written(part, depth - 1, digits)}" for k, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (type, FunctionType, BuiltinFunctionType)):
        return value.__name__
    return f"an object of type {type_name(value)}"


def type_name(value):
    return type(value).__name__[:60]


def message_of(error):
    """Return the first line of an error's message, for an error of any kind."""
    try:
        return (str(error).splitlines() or ["no message"])[0][:200]
    except Exception:
        return "no message"


def plain(sentence):
    """Leave out of a sentence what differs from run to run, or cannot be printed."""
    sentence = ADDRESS.sub("", sentence)
    return "".join(letter if letter.isprintable() else "?" for letter in sentence)
