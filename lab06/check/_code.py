"""What stands in a student's function: its words, its numbers, and the helpers that it calls.

An explanation is given only if it can be seen there, or tried out: `repairs` makes functions that
are the student's own but for one place in their syntax tree.
"""

import ast
import builtins
import dis
import inspect
import textwrap
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType

import torch
from torch.overrides import TorchFunctionMode

from lab06.check._values import listed
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
    ("unsqueeze", "squeeze"),
]
KINDS = ("number", "sign", "operator", "order", "comparison", "name", "function")
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq)
REDUCTIONS = {"sum", "mean", "amax", "amin", "max", "min", "logsumexp", "std", "var"}


def functions_of(answer):
    """List the functions that a student wrote: the answer, and the notebook's that it calls."""
    answer = type(answer) if isinstance(answer, torch.nn.Module) else answer
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
            for constant in code.co_consts:
                words.update(constant if isinstance(constant, tuple) else (constant,))
            for step in dis.get_instructions(code):
                if step.opname == "COMPARE_OP":
                    words.add("==")
                elif step.opname == "LOAD_GLOBAL" and step.argval in vars(builtins):
                    words.add(f"{step.argval}()")
        if ... in words:
            words.add("...")
        for value in globals_of(function).values():
            if isinstance(value, (FunctionType, BuiltinFunctionType, torch.nn.Module)):
                words.add(getattr(value, "__name__", type(value).__name__))
    return words


def ready_made(answer, twin):
    """Does an answer come from this package, or use its `twin` there, or the code of a check?"""
    if _is_ours(answer):
        return True
    for function in functions_of(answer):
        names = {name for code in codes_of(function.__code__) for name in code.co_names}
        for value in globals_of(function).values():
            if isinstance(value, ModuleType):
                names.update(value.__name__.split("."))
            elif _is_ours(value) and (value.__name__ == twin or ".check." in value.__module__):
                return True
        if any(name.startswith("lab06") for name in names) and names & {twin, "check"}:
            return True
    return False


def _is_ours(value):
    return isinstance(value, (FunctionType, type)) and f"{value.__module__}".startswith("lab06.")


def unfinished(answer):
    """Name the exercise with three dots that a function calls, if its own code has none."""
    dots = [f.__name__ for f in functions_of(answer) if ... in f.__code__.co_consts]
    own = getattr(answer, "__name__", "")
    return dots[0] if dots and isinstance(answer, FunctionType) and own not in dots else None


def borrowed(answer):
    """Say which tensor or run of the notebook a function uses besides its arguments."""
    for function in functions_of(answer):
        for name, value in globals_of(function).items():
            if isinstance(value, (torch.Tensor, list, History)):
                who = "Your function" if function is answer else f"`{function.__name__}`"
                return [f"{who} uses the notebook's `{name}`: its arguments should do."]
    return []


class Keeping(TorchFunctionMode):
    """Inside, each reduction along a dimension keeps it."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        along = {"dim", "axis"} & {*kwargs} or (len(args) > 1 and isinstance(args[1], int))
        if function.__name__ in REDUCTIONS and along:
            args, kwargs = args[:2], kwargs | {"keepdim": True}
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
    """Yield what could be wrong in one place of a function, and the function with another there.

    A function with a `while` is left alone: with another number it might never end.
    """
    tree = _tree_of(answer)
    if tree is None or any(isinstance(node, ast.While) for node in ast.walk(tree)):
        return
    names = dict(zip([each.arg for each in tree.args.args], cases[0].values(), strict=False))
    for parent in [*ast.walk(tree)]:
        for field, value in [*ast.iter_fields(parent)]:
            for node in [*value] if isinstance(value, list) else [value]:
                for what, other in _others(node, names):
                    ast.fix_missing_locations(ast.copy_location(other, node))
                    changed = [other if each is node else each for each in listed(value)]
                    setattr(parent, field, changed if isinstance(value, list) else other)
                    function = _made(tree, answer)
                    setattr(parent, field, value)
                    if function:
                        yield _look(node, parent, what), function


def _look(node, place, what):
    text = ast.unparse(place if isinstance(place, (ast.expr, ast.keyword)) else node)
    text = text if len(text) <= 60 else ast.unparse(node)
    if what in KINDS:
        return f"Look at `{text[:60]}`: with another {what} there, the numbers would be right."
    return f"Look at `{text[:60]}`: {ast.unparse(node)} should be {what}."


def _others(node, names):
    """List what may stand in place of one node of a tree, and what kind of thing that is."""
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for name, value in names.items():
            if isinstance(value, (int, float)):
                yield f"the argument {name}", ast.Name(name, ast.Load())
            for dim in range(value.dim() if isinstance(value, torch.Tensor) else 0):
                shape = ast.Attribute(ast.Name(name, ast.Load()), "shape", ast.Load())
                size = ast.Subscript(shape, ast.Constant(dim), ast.Load())
                yield f"the size of {name} along dim {dim}", size
        for other in dict.fromkeys((0, 1, -1, 2, node.value - 1, node.value + 1)):
            if other != node.value:
                yield "number", ast.Constant(other)
    elif isinstance(node, ast.UnaryOp):
        yield "sign", node.operand
        if isinstance(node.operand, ast.Constant) and type(node.operand.value) in (int, float):
            for other in (0, 1, 2):
                yield "number", ast.Constant(other)
    elif isinstance(node, ast.BinOp):
        for operator in OPERATORS:
            if type(node.op) is not operator:
                yield "operator", ast.BinOp(node.left, operator(), node.right)
        yield "order", ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        for operator in COMPARISONS:
            if type(node.ops[0]) is not operator:
                yield "comparison", ast.Compare(node.left, [operator()], node.comparators)
    elif isinstance(node, ast.Name) and node.id in names:
        for other in names:
            if other != node.id:
                yield "name", ast.Name(other, ast.Load())
    elif isinstance(node, ast.Attribute):
        for other in (each for group in TAKE_TURNS if node.attr in group for each in group):
            if other != node.attr:
                yield "function", ast.Attribute(node.value, other, ast.Load())


def _tree_of(answer):
    """Return the syntax tree of a function or a lambda, if its text is known."""
    if not isinstance(answer, FunctionType) or answer.__code__.co_freevars:
        return None
    try:
        text = textwrap.dedent(inspect.getsource(answer))
        entry = text.lstrip().startswith('"')  # a lambda in a dict
        tree = ast.parse(f"{{{text}}}" if entry else text)
    except (OSError, TypeError, SyntaxError):
        return None
    kind = ast.Lambda if answer.__name__ == "<lambda>" else ast.FunctionDef
    found = [node for node in ast.walk(tree) if isinstance(node, kind)]
    return found[0] if len(found) == 1 or kind is ast.FunctionDef else None


def _made(tree, answer):
    """Make a function of a syntax tree, in the place of an answer, or None if it makes no sense."""
    names = dict(answer.__globals__)
    try:
        if isinstance(tree, ast.Lambda):
            return eval(compile(ast.Expression(tree), "<check>", "eval"), names)
        exec(compile(ast.Module([tree], []), "<check>", "exec"), names)
    except Exception:
        return None
    return names[tree.name]
