"""How an answer is judged. The exercises themselves stand in the other files of this folder.

A check tries the student's function on one case after another, the simplest first, and stops at
the first that differs. Then it compares what came with what well-known mistakes would give.
Whatever an answer does, a check returns: it never raises.
"""

import dis
import re
import textwrap
import warnings
from dataclasses import dataclass
from types import BuiltinFunctionType, CodeType, FunctionType

import torch

from lab06.check._errors import meaning_of
from lab06.training import History

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
OPEN, RIGHT, WRONG = "not attempted yet", "right", "wrong"


class Result:
    """What a check found: true or false in code, text in a notebook."""

    def __init__(self, verdict, words):
        words = ADDRESS.sub("", words)  # as in "<Net object at 0x7f...>"
        self.verdict = verdict
        self.words = "".join(letter if letter.isprintable() else "?" for letter in words)

    def __bool__(self):
        return self.verdict == RIGHT

    def __repr__(self):
        return textwrap.fill(self.words, 76, break_long_words=False, break_on_hyphens=False)


def not_attempted():
    return Result(OPEN, "Not attempted yet: put your own code in place of the three dots.")


def right(words):
    return Result(RIGHT, f"Right. {words}")


def wrong(words):
    return Result(WRONG, f"Not yet. {words}")


@dataclass
class Mistake:
    """A well-known mistake: what it returns for the same arguments, and words that name it."""

    imitate: callable
    words: str


def examine(answer, reference, cases, *, praise, gradient=(), mistakes=(), tolerance=1e-5):
    """Judge a student's function against `reference` on cases, the simplest first.

    cases: dicts from argument name to value. gradient: names of the arguments by which the
    gradient must be right, too. mistakes: tried in turn on the case that failed.
    """

    def judge(function, case):
        return _try(function, reference, case, gradient, mistakes, tolerance)

    return judge_each(answer, cases, judge, praise)


def judge_each(answer, cases, judge, praise):
    """Judge a student's function on one case after another, and stop at the first that differs.

    judge: called as judge(answer, case), returns a Result, or None if the case is right.
    """
    if answer is ...:
        return not_attempted()
    if not callable(answer):
        return wrong(f"Hand over the function itself, without calling it; got {shown(answer)}.")
    for case in cases:
        try:
            result = judge(answer, case)
        except Exception as error:  # what came is stranger than any check expects
            words = f"what came cannot be used: {type(error).__name__}."
            result = wrong(f"For {in_words(case)}, {words}")
        if result is not None:
            return result
    return right(praise)


def judged(judge, answer):
    """Return judge(answer), or a Result of its own if what came is stranger than it expects."""
    try:
        return judge(answer)
    except Exception as error:
        return wrong(f"What came cannot be used: {type(error).__name__}.")


def call(answer, arguments):
    """Call a student's function and return (value, None), or (None, why there is no value)."""
    words = in_words(arguments)
    try:
        with warnings.catch_warnings(), torch.random.fork_rng(devices=[]), torch.enable_grad():
            warnings.simplefilter("ignore")
            return answer(*arguments.values()), None
    except KeyboardInterrupt:
        return None, wrong(f"You stopped it: for {words} your function had not returned yet.")
    except BaseException as error:  # exit() in a student's function, for instance
        name, said = _name_and_message(error)
        stop = f"For {words} it stopped with {name}: {said}"
        return None, wrong(f"{stop.rstrip('.')}.{meaning_of(said)}{_borrowed(answer)}")


def _name_and_message(error):
    try:
        said = (str(error).splitlines() or ["no message"])[0][:200]
    except Exception:
        said = "no message"
    return type(error).__name__[:60], said


def _try(answer, reference, case, gradient, mistakes, tolerance):
    """Return None if the case is right, and otherwise the Result."""
    leaves = {name: copy_of(value, name in gradient) for name, value in case.items()}
    # A clone can be changed in place, which a tensor that requires grad cannot.
    given = {n: v.clone() if isinstance(v, torch.Tensor) else v for n, v in leaves.items()}
    got, failed = call(answer, given)
    if failed is not None:
        return failed
    if got is ...:
        return not_attempted()
    twins = {name: copy_of(value, name in gradient) for name, value in case.items()}
    expected, words = reference(*twins.values()), in_words(case)
    right_numbers = close(got, expected, tolerance)
    if right_numbers:
        named = " The numbers are right."
    else:
        named = name_mistake(answer, case, mistakes, lambda other: close(got, other, tolerance))
    problem = wrong_kind(got, expected)
    if problem:
        return wrong(f"For {words}, {problem}{named}")
    changed = changed_argument(given, case, gradient)
    if changed is not None:
        return changed
    if not right_numbers:
        return wrong(f"For {words} expected {shown(expected)}, got {shown(got)}.{named}")
    for name in gradient:
        problem = _wrong_gradient(got, leaves[name], expected, twins[name], tolerance)
        if problem:
            return wrong(f"For {words} the value is right, but the gradient by {name} {problem}")
    return None


def wrong_kind(got, expected):
    """Say what is wrong about the type, dtype or shape of a returned value, if anything."""
    if got is None:
        return (
            "your function returned None: is `return` missing at its end, or is there nothing in "
            "what it returns?"
        )
    if not isinstance(got, torch.Tensor):
        said = f"a tensor was expected, got {type(got).__name__}: {shown(got)}."
        return f"{said}{_why_no_tensor(got, expected)}"
    if got.shape != expected.shape:
        return f"expected shape {tuple(expected.shape)}, got {tuple(got.shape)}: {shown(got)}."
    if got.dtype != expected.dtype:
        return f"expected dtype {expected.dtype}, got {got.dtype}: {shown(got)}."
    return None


def _why_no_tensor(got, expected):
    if callable(got):
        return " Are the parentheses of a call missing?"
    if isinstance(got, (int, float)) and close(torch.tensor(got), expected.detach(), 1e-5):
        return " The number is right, but it has left the tensors: leave out .item() and the like."
    return ""


def _wrong_gradient(got, leaf, expected, twin, tolerance):
    """Say what is wrong about the gradient by one argument, if anything."""
    lost = (
        "is lost: a value taken out with .item(), .tolist(), .detach() or torch.tensor(...) "
        "carries none."
    )
    if not got.requires_grad:
        return lost
    weight = torch.linspace(1, 2, got.numel(), dtype=got.dtype).view(got.shape)  # all different
    try:
        (ours,) = torch.autograd.grad((got * weight).sum(), leaf, allow_unused=True)
    except RuntimeError as error:
        _, said = _name_and_message(error)
        return f"cannot be computed: {said.partition(': ')[0]}.{meaning_of(said)}"
    if ours is None:
        return lost
    (theirs,) = torch.autograd.grad((expected * weight).sum(), twin)
    if close(ours, theirs, tolerance):
        return None
    return f"is not: expected {shown(theirs)}, got {shown(ours)}."


def name_mistake(answer, case, mistakes, agrees):
    """Return the words of the first mistake whose result `agrees`, after a space, or nothing."""
    borrowed = _borrowed(answer)
    if borrowed:  # then agreement with a mistake would be chance
        return borrowed
    for mistake in mistakes:
        try:
            imitated = mistake.imitate(*(copy_of(value, False) for value in case.values()))
        except (RuntimeError, IndexError, ValueError):  # this mistake would have stopped here
            continue
        if agrees(imitated):
            return f" {mistake.words}"
    return ""


def _borrowed(answer):
    """Name a tensor or a run of the notebook that a function uses besides its arguments."""
    if not isinstance(answer, FunctionType):
        return ""
    for name in _globals_of(answer.__code__):
        if isinstance(answer.__globals__.get(name), (torch.Tensor, list, History)):
            return f" Your function uses `{name}` of the notebook: its arguments should be enough."
    return ""


def _globals_of(code):
    """List the names that a function looks up outside itself, those of inner functions, too."""
    names = [step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"]
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return names + [name for code in inner for name in _globals_of(code)]


def changed_argument(given, case, gradient=()):
    """Return the Result for a function that changed what it was given, and otherwise None."""
    for name, value in case.items():
        if not same(given[name], value):
            return wrong(f"Your function changed its argument {name}: work on a copy, .clone().")
        if isinstance(value, torch.Tensor) and given[name].requires_grad != (name in gradient):
            return wrong(
                f"Your function switched requires_grad on for its argument {name} itself: a second "
                "call would add to the same gradient. Work on a copy, .clone()."
            )
    return None


def copy_of(value, gradient):
    if not isinstance(value, torch.Tensor):
        return value
    return value.detach().clone().requires_grad_(gradient)


def same(left, right):
    if isinstance(left, torch.Tensor):
        alike = left.shape == right.shape and left.dtype == right.dtype
        return alike and torch.equal(left.detach().nan_to_num(), right.detach().nan_to_num())
    return left == right


def close(left, right, tolerance):
    if not isinstance(left, torch.Tensor) or left.shape != right.shape or left.is_complex():
        return False
    left, right = left.detach().double(), right.detach().double()  # integers and booleans, too
    return torch.allclose(left, right, rtol=tolerance, atol=tolerance, equal_nan=True)


def in_words(arguments):
    return ", ".join(f"{name} = {shown(value)}" for name, value in arguments.items())


def shown(value):
    """Write a value the same on every machine: four digits, no addresses, and never very long."""
    try:
        text = _written(value, depth=4)
    except Exception:  # a number too long to be written, a kind of tensor without entries, ...
        text = _kind(value)
    return text if len(text) <= 160 else text[:150] + " …"


def _written(value, depth):
    if isinstance(value, torch.Tensor) and value.numel() <= 1000:
        return _written(value.detach().tolist(), depth)
    if isinstance(value, float):
        return f"{value + 0.0:.4g}"
    if value is None or isinstance(value, (bool, int, str)):
        return repr(value)
    if isinstance(value, (list, tuple, dict)) and depth == 0:
        return "…"  # a list may hold itself
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(part, depth - 1) for part in value[:200]) + "]"
    if isinstance(value, dict):
        pairs = (f"{shown(k)}: {_written(part, depth - 1)}" for k, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (type, FunctionType, BuiltinFunctionType)):
        return value.__name__
    return _kind(value)


def _kind(value):
    return f"an object of type {type(value).__name__}"
