"""What stands in a student's function: its words, its numbers, and the helpers that it calls.

An explanation is given only if it can be seen there, or tried out: `repairs` makes functions that
are the student's own but for one number or one name.
"""

import builtins
import dis
from types import BuiltinFunctionType, CodeType, FunctionType

import torch
from torch.overrides import TorchFunctionMode

from lab06.training import History

TAKE_TURNS = [  # names that are easily confused
    ("argmax", "argmin"),
    ("amax", "amin", "sum", "mean"),
    ("max", "min"),
    ("log", "log2", "log10", "log1p"),
    ("exp", "exp2", "expm1"),
    ("softmax", "log_softmax"),
    ("cross_entropy", "nll_loss"),
    ("zeros", "ones"),
    ("std", "var"),
    ("all", "any"),
]
REDUCTIONS = {"sum", "mean", "amax", "amin", "max", "min", "logsumexp", "std", "var"}


def functions_of(answer):
    """List the functions that a student wrote: the answer, and the notebook's that it calls."""
    methods = vars(answer).values() if isinstance(answer, type) else [answer]
    found = [each for each in methods if isinstance(each, FunctionType)]
    for function in found:  # grows on the way
        for value in globals_of(function).values():
            here = isinstance(value, FunctionType) and value.__globals__ is function.__globals__
            if here and value not in found:
                found.append(value)
    return found


def codes_of(code):
    """List a code object and those of its inner functions."""
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return [code, *(each for one in inner for each in codes_of(one))]


def globals_of(function):
    """Return what a function looks up outside itself, by name."""
    steps = (step for code in codes_of(function.__code__) for step in dis.get_instructions(code))
    names = [step.argval for step in steps if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")]
    return {n: function.__globals__[n] for n in names if n in function.__globals__}


def words_of(answer):
    """Return the names and constants in what a student wrote. Python's own have parentheses."""
    functions = functions_of(answer)
    words = set() if functions else {getattr(answer, "__name__", "")}
    for function in functions:
        if function.__module__.startswith("torch"):  # PyTorch's own, handed in as it is
            return {function.__name__}
        for code in codes_of(function.__code__):
            words.update(code.co_names)
            words.update(f"{name}()" for name in code.co_names if name in vars(builtins))
            for constant in code.co_consts:
                words.update(constant if isinstance(constant, tuple) else (constant,))
        if ... in words:
            words.add("...")
        for value in globals_of(function).values():
            if isinstance(value, (FunctionType, BuiltinFunctionType, torch.nn.Module)):
                words.add(getattr(value, "__name__", type(value).__name__))
    return words


def unfinished(answer):
    """Name the exercise with three dots that a function calls, if its own code has none."""
    dots = [f.__name__ for f in functions_of(answer) if ... in f.__code__.co_consts]
    own = getattr(answer, "__name__", None)
    return dots[0] if dots and own not in dots else None


def borrowed(answer):
    """Say which tensor or run of the notebook a function uses besides its arguments."""
    for function in functions_of(answer):
        for name, value in globals_of(function).items():
            if isinstance(value, (torch.Tensor, list, History)):
                who = "Your function" if function is answer else f"`{function.__name__}`"
                return [f"{who} uses the notebook's `{name}`: its arguments should do."]
    return []


class Keeping(TorchFunctionMode):
    """Inside, a reduction along a dimension keeps it, unless it says otherwise."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        along = {"dim", "axis"} & {*kwargs} or (len(args) == 2 and isinstance(args[1], int))
        if function.__name__ in REDUCTIONS and along:
            kwargs.setdefault("keepdim", True)
        return function(*args, **kwargs)


class Widening(TorchFunctionMode):
    """Inside, one_hot knows the number of classes."""

    def __init__(self, classes):
        super().__init__()
        self.classes = classes

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function.__name__ == "one_hot" and len(args) == 1 and not kwargs:
            args = (*args, self.classes)
        return function(*args, **(kwargs or {}))


def within(mode, answer):
    """Return a function that calls `answer` inside a mode."""

    def function(*arguments):
        with mode:
            return answer(*arguments)

    return function


def repairs(answer, cases):
    """Yield what could be wrong about one number or name, and the answer with another there."""
    if not isinstance(answer, FunctionType) or not _ends(answer.__code__):
        return
    numbers = dict.fromkeys(
        constant
        for code in codes_of(answer.__code__)
        for constant in code.co_consts
        if type(constant) in (int, float)
    )
    for number in numbers:
        for words, of_case in _sizes(cases):
            yield (
                f"The {number:g} in your function should be {words}.",
                _following(answer, number, of_case),
            )
        for other in (0, 1, -1, 2, 1.0, 100.0):
            if other != number:
                yield (
                    _look(f"{number:g}", "number"),
                    _following(answer, number, lambda case, other=other: other),
                )
    names = {name for code in codes_of(answer.__code__) for name in code.co_names}
    for group in TAKE_TURNS:
        for name in names.intersection(group):
            for other in group:
                if other != name:
                    yield _look(name, "function"), _with(answer, name, other)


def _look(word, kind):
    return f"Look at the `{word}` in your function: with another {kind} there it would be right."


def _sizes(cases):
    """List what a number in a function may stand for, in words, and as a function of the case."""
    for place, (name, value) in enumerate(cases[0].items()):
        if isinstance(value, (int, float)):
            yield f"the argument {name}", lambda case, p=place: case[p]
        elif isinstance(value, torch.Tensor):
            for dim in range(min(case[name].dim() for case in cases)):
                words = f"the size of {name} along dim {dim}"
                yield words, lambda case, p=place, dim=dim: case[p].shape[dim]


def _following(answer, number, of_case):
    """Return the answer with of_case(arguments) in place of a number."""
    return lambda *case: _with(answer, number, of_case(case))(*case)


def _with(answer, old, new):
    """Return a function like `answer`, with another number or name in place of an old one."""
    code = _changed(answer.__code__, old, new)
    parts = (answer.__globals__, answer.__name__, answer.__defaults__, answer.__closure__)
    return FunctionType(code, *parts)


def _changed(code, old, new):
    def swap(each):
        if isinstance(each, CodeType):
            return _changed(each, old, new)
        return new if type(each) is type(old) and each == old else each

    names, constants = map(swap, code.co_names), map(swap, code.co_consts)
    return code.replace(co_names=tuple(names), co_consts=tuple(constants))


def _ends(code):
    """Is it certain that a function ends, whatever its numbers? Only a `for` may go back."""
    for each in codes_of(code):
        steps = {step.offset: step for step in dis.get_instructions(each)}
        for step in steps.values():
            back = "JUMP" in step.opname and step.argval <= step.offset
            if back and steps[step.argval].opname != "FOR_ITER":
                return False
    return True
