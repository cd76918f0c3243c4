"""Wrong answers that nobody wrote down: right ones, changed in one place of their syntax tree.

`python tests/mutants.py` judges all of them and prints the figures of each exercise.
tests/test_mutants.py judges a part of them in each run.
"""

import ast
import copy
import functools
import importlib
import inspect
import linecache
import math
import re
import sys
import warnings
from pathlib import Path
from unittest import mock

import nbformat
import torch
import torch.nn.functional as F
from test_exercises import NOTEBOOKS, checks, solution_of, tagged

from lab06 import check, losses
from lab06.check._code import repairs
from lab06.check._values import as_tuple, listed

CALL = re.compile(r"^check\.(\w+)\((\w+)\)", re.MULTILINE)
OPERATORS = [ast.Add, ast.Sub, ast.Mult, ast.Div]
COMPARISONS = [ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq]
ATTRIBUTES = [
    ("sum", "mean", "prod"),
    ("argmax", "argmin"),
    ("amax", "amin", "sum"),
    ("exp", "log", "log2", "log10", "sigmoid"),
    ("softmax", "log_softmax"),
    ("cross_entropy", "nll_loss"),
    ("zeros", "ones"),
    ("zeros_", "ones_"),
    ("unsqueeze", "squeeze"),
    ("all", "any"),
    ("std", "var"),
]


def changes_of(node, names):
    """List what may stand in place of one node. names: the arguments of the function."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
        value = node.value
        others = [not value] if type(value) is bool else [0, 1, 2, -1, value + 1, value - 1]
        return [ast.Constant(other) for other in dict.fromkeys(others) if other != value]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        done = [ast.BinOp(node.left, op(), node.right) for op in OPERATORS]
        done = [each for each in done if type(each.op) is not type(node.op)]
        return [*done, ast.BinOp(node.right, node.op, node.left), node.left, node.right]
    if isinstance(node, ast.BinOp):
        return [ast.BinOp(node.right, node.op, node.left)]
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        others = [op for op in COMPARISONS if op is not type(node.ops[0])]
        return [ast.Compare(node.left, [op()], node.comparators) for op in others]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
        return [ast.Name(name, ast.Load()) for name in names if name != node.id]
    if isinstance(node, ast.Slice):
        return [ast.Slice(None, node.upper), ast.Slice(node.lower, None)]
    if isinstance(node, ast.Attribute):
        others = [name for group in ATTRIBUTES if node.attr in group for name in group]
        return [ast.Attribute(node.value, n, node.ctx) for n in others if n != node.attr]
    if isinstance(node, ast.Call):
        done = [
            ast.Call(node.func, node.args, [k for k in node.keywords if k is not keyword])
            for keyword in node.keywords
        ]
        if isinstance(node.func, ast.Attribute):
            outside = isinstance(node.func.value, ast.Name) and node.func.value.id in MODULES
            done += node.args[:1] if outside else [node.func.value]
        elif node.args:
            done.append(node.args[0])
        return done
    if isinstance(node, ast.FunctionDef) and len(node.body) > 1:
        rest = [node.body[:i] + node.body[i + 1 :] for i in range(len(node.body))]
        return [ast.FunctionDef(node.name, node.args, body, []) for body in rest]
    return []


MODULES = ("F", "torch", "math", "nn")


class Replace(ast.NodeTransformer):
    """Put another node in place of the one with this number, in the order of ast.walk."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return copy.deepcopy(self.new) if node is self.old else super().generic_visit(node)


def mutants_of(tree):
    """List the source of each change of a lambda or a function."""
    names = [each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)]
    sources = {}
    for place in range(sum(1 for _ in ast.walk(tree))):
        for number in range(20):
            twin = copy.deepcopy(tree)
            node = [*ast.walk(twin)][place]
            others = changes_of(node, names)
            if number >= len(others):
                break
            changed = Replace(node, others[number]).visit(twin)
            sources[ast.unparse(ast.fix_missing_locations(changed))] = None
    sources.pop(ast.unparse(tree), None)
    return [*sources]


def made(source, namespace):
    """Make a function of its source, or None if that is no Python. Its text can be looked up."""
    namespace, file = {**namespace, "__name__": "notebook"}, f"<mutant {hash(source)}>"
    lines = ("answer = " * source.startswith("lambda") + source + "\n").splitlines(True)
    linecache.cache[file] = (len(source), None, lines, file)
    try:
        exec(compile("".join(lines), file, "exec"), namespace)
    except Exception:
        return None
    named = source.startswith(("def ", "class "))
    return namespace[source.split("(")[0].split()[1] if named else "answer"]


@functools.cache
def answers():
    """Return for each check the syntax trees of right answers, with what they see around them."""
    found = {name: [] for name in check.__all__}
    for path in NOTEBOOKS[1:]:
        notebook = nbformat.read(path, as_version=4)
        for cell, solution in zip(checks(notebook), tagged(notebook, "solution"), strict=True):
            name, _ = CALL.search(cell.source).groups()
            tree = ast.parse(solution_of(solution)).body[0]
            if name != "experiment":
                found[name].append((tree, NAMESPACE))
    for path in sorted(Path(__file__).parent.glob("test_check_*.py")):
        module = importlib.import_module(path.stem)
        top = ast.parse(inspect.getsource(module)).body
        kinds = (ast.FunctionDef, ast.ClassDef)
        defined = {each.name: each for each in top if isinstance(each, kinds)}
        tables = [
            each.value
            for each in top
            if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "CATALOGUE"
        ]
        for key, entry in zip(tables[0].keys, tables[0].values, strict=True):
            right = dict(zip([k.value for k in entry.keys], entry.values, strict=True))["right"]
            for value in getattr(right, "values", []):
                tree = defined.get(value.id) if isinstance(value, ast.Name) else value
                if isinstance(tree, (ast.Lambda, *kinds)) and not loops(tree):
                    found[key.attr].append((tree, vars(module)))
    return found


def loops(tree):
    """Does a function hold a `while`, which may never end once it is changed?"""
    return any(isinstance(node, ast.While) for node in ast.walk(tree))


NAMESPACE = {  # of the notebooks
    "F": F,
    "math": math,
    "torch": torch,
    "nn": torch.nn,
    "one_hot": losses.one_hot,
    "softmax": losses.softmax,
}


# Inputs of any size, within what the task promises.


def pick(g, *values):
    return values[int(torch.randint(len(values), (1,), generator=g))]


def table(g, scales, rows=None, columns=None):
    rows, columns = rows or pick(g, 1, 2, 3, 4, 5, 6), columns or pick(g, 2, 3, 4, 5)
    values = torch.randn(rows, columns, generator=g) * pick(g, *scales)
    return pick(g, values, values, values.double())


def classes(g, logits, least=0):
    return torch.randint(least, logits.shape[1] + least, (len(logits),), generator=g)


def batch(g, scales, offsets=(0.0,)):
    logits = table(g, scales) + pick(g, *offsets)
    return {"logits": logits, "y": classes(g, logits)}


def softmax(g):
    shape = [pick(g, 1, 2, 3, 4) for _ in range(pick(g, 1, 2, 2, 3))]
    logits = torch.randn(shape, generator=g) * pick(g, 0.1, 1, 10, 300, 8000)
    return {"logits": logits, "dim": pick(g, *range(-len(shape), len(shape)))}


def temperature(g):
    return {"logits": table(g, (1, 30, 500)), "temperature": pick(g, 0.01, 0.3, 1.0, 4.0, 200.0)}


def nll_loss(g):
    log_p = table(g, (1, 10, 500)).log_softmax(1)
    if pick(g, True, False):
        log_p[log_p < -20] = -torch.inf
    return {"log_probabilities": log_p, "y": classes(g, log_p)}


def update(g):
    W, rows = table(g, (0.1, 1, 50)), pick(g, 1, 2, 3, 7)
    x = table(g, (1, 3), rows, len(W)).to(W.dtype)
    y = torch.randint(W.shape[1], (rows,), generator=g)
    return {"W": W, "x": x, "y": y, "lr": pick(g, 0.01, 0.1, 0.5, 2.0)}


def column_labels(g):
    logits = table(g, (1, 10, 500))
    return {"logits": logits, "labels": classes(g, logits, 1).float().unsqueeze(1)}


def curve(g):
    steps = torch.randint(0, 6, (pick(g, 1, 2, 3, 8, 20),), generator=g)
    return 1 + steps * pick(g, 1.0, 0.1, 1e-6)


def yardstick(g):
    case = update(g)
    weight = case["W"] * pick(g, 1, 1000)
    bias = torch.randn(pick(g, 1, weight.shape[1]), generator=g).to(weight.dtype)
    return {"weight": weight, "bias": bias, "x": case["x"], "y": case["y"]}


def standardise(g):
    x = table(g, (0.1, 1, 1000), pick(g, 3, 4, 9)).double()
    test = table(g, (1,), pick(g, 1, 2, 5), x.shape[1]).double()
    return {"x_train": x + pick(g, 0.0, 5.0), "x_test": test}


def confusion(g):
    count, size = pick(g, 1, 2, 3, 5), pick(g, 1, 2, 5, 30)
    y, predicted = torch.randint(count, (2, size), generator=g)
    return {"y": y, "predicted": predicted, "num_classes": count}


def shuffle(g):
    x = table(g, (1, 100))
    order = torch.randperm(len(x), generator=g)
    return {"x": x, "y": torch.randint(3, (len(x),), generator=g), "order": order}


def weighted(g):
    case = batch(g, (0.1, 1, 30, 300))
    weight = 0.1 + 5 * torch.rand(case["logits"].shape[1], generator=g)
    return {**case, "weight": weight.to(case["logits"].dtype)}


INPUTS = {
    "softmax": softmax,
    "temperature": temperature,
    "cross_entropy": lambda g: batch(g, (0.1, 1, 8), (0.0, 300.0, -2000.0)),
    "cross_entropy_gradient": lambda g: batch(g, (0.1, 1, 8), (0.0, 300.0, -2000.0)),
    "log_softmax": lambda g: {"logits": table(g, (0.1, 1, 30, 300, 4000))},
    "nll_loss": nll_loss,
    "accuracy": lambda g: batch(g, (0.01, 1, 30, 1000)),
    "update": update,
    "column_labels": column_labels,
    "rises": lambda g: {"costs": curve(g)},
    "yardstick": yardstick,
    "settled": lambda g: {"costs": curve(g), "level": pick(g, 1.0, 2.0, 1.2, 3.0, 9.0, 1.000002)},
    "low_level_cost": lambda g: batch(g, (0.1, 1, 4)),
    "doubled_band": lambda g: {"num_classes": pick(g, 2, 3, 4, 7, 50, 3000)},
    "standardise": standardise,
    "confusion": confusion,
    "shuffle": shuffle,
    "weighted_cross_entropy": weighted,
    "smoothed_cross_entropy": lambda g: {
        **batch(g, (0.1, 1, 30, 300)),
        "smoothing": pick(g, 0.0, 0.05, 0.2, 0.5, 1.0),
    },
}


def outcome(function, case):
    """Return what a function gives for a case, as a tuple of tensors, or how it stops."""
    case = [v.clone() if isinstance(v, torch.Tensor) else v for v in case.values()]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return as_tuple(function(*case))
    except Exception as error:
        return type(error)


def alike(one, other, size=0.0):
    """Do two outcomes agree but for rounding? size: the largest number that went in."""
    if isinstance(one, type) or isinstance(other, type):
        return one is other
    atol = 1e-5 + 1e-6 * size
    return len(one) == len(other) and all(
        near(*pair, atol) for pair in zip(one, other, strict=True)
    )


def size_of(case):
    tensors = [value for value in case.values() if isinstance(value, torch.Tensor)]
    return max([0.0, *(value.nan_to_num(neginf=0).abs().max().item() for value in tensors)])


def near(left, right, atol):
    if not (isinstance(left, torch.Tensor) and isinstance(right, torch.Tensor)):
        return left is right
    if left.shape != right.shape:
        return False
    left, right = left.detach().double(), right.detach().double()
    return torch.allclose(left, right, rtol=1e-3, atol=atol, equal_nan=True)


class Exercise:
    """One check: what it compares with, and random inputs."""

    def __init__(self, name, count=60):
        self.name, self.check = name, getattr(check, name)
        seen = {}

        def listen(answer, rights, cases, mistakes, **rest):
            seen.update(rights=rights, cases=cases, mistakes=mistakes)

        module = sys.modules[self.check.__module__]
        with mock.patch.object(module, "judge", listen):
            self.check(len)
        self.__dict__.update(seen)
        g = torch.Generator().manual_seed(0)
        self.inputs = [INPUTS[name](g) for _ in range(count)]
        self.expected = [[outcome(right, case) for right in self.rights] for case in self.inputs]

    def is_right(self, answer):
        """Does an answer agree with the right one on every random input?"""
        return all(
            any(alike(outcome(answer, case), each, size_of(case)) for each in expected)
            for case, expected in zip(self.inputs, self.expected, strict=True)
        )

    def is_named_rightly(self, answer, words):
        """Does a mistake of this name, or the repair, agree on every random input?"""
        if words in self.mistakes:
            given = [(case, outcome(answer, case)) for case in self.inputs]
            return any(
                all(alike(outcome(imitate, case), got, size_of(case)) for case, got in given)
                for imitate in listed(self.mistakes[words])
            )
        return any(self.is_right(r) for said, r in repairs(answer, self.cases) if said == words)

    def judge(self, answer):
        """Return "equal", "accepted wrongly", "named wrongly", "named", "told" or "refused"."""
        result = self.check(answer)
        if result:
            return "equal" if self.is_right(answer) else "accepted wrongly"
        words = result.sentences[-1]
        if words in self.mistakes or words.startswith("Look at "):
            kind = "named" if words in self.mistakes else "pointed to"
            return kind if self.is_named_rightly(answer, words) else "named wrongly"
        if self.is_right(answer):
            return "equal"
        plain = ("Expected ", "Your function stopped with ", "The value ")
        return "refused" if words.startswith(plain) else "told"


def mutants(name):
    """Return all mutants of an exercise's right answers, by their source."""
    return {source: names for tree, names in answers()[name] for source in mutants_of(tree)}


def figures(name, step=1, listing=False):
    """Judge every step-th mutant of an exercise, and count the verdicts."""
    exercise, counts = Exercise(name), {}
    for source, names in [*mutants(name).items()][::step]:
        answer = made(source, names)
        if answer is None:
            continue
        verdict = exercise.judge(answer)
        counts[verdict] = counts.get(verdict, 0) + 1
        if verdict in ("accepted wrongly", "named wrongly") or verdict == listing:
            print(
                "   ",
                verdict,
                "|",
                source.replace("\n", "\n      "),
                "|",
                exercise.check(answer).words,
            )
    return counts


class Restyle(ast.NodeTransformer):
    """Write the same answer in another style: other names, other order, loops for products."""

    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        return ast.Name(node.id + "_" * (node.id in self.names), node.ctx)

    def visit_arg(self, node):
        return ast.arg(node.arg + "_")

    def visit_BinOp(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.MatMult):
            return ast.Call(ast.Name("by_loops", ast.Load()), [left, right], [])
        numbers = not any(isinstance(each, ast.List) for each in ast.walk(node))
        turns = isinstance(node.op, (ast.Add, ast.Mult)) and numbers
        return ast.BinOp(right, node.op, left) if turns else ast.BinOp(left, node.op, right)


def by_loops(left, right):
    """Multiply two matrices entry by entry."""
    rows = [torch.stack([(row * column).sum() for column in right.T]) for row in left]
    return torch.stack(rows)


def restyled(tree, namespace):
    """Return a right answer in another style, and the same computing in float64."""
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not is_load(n)}
    names = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)} | stored
    other = Restyle(names).visit(copy.deepcopy(tree))
    source = ast.unparse(ast.fix_missing_locations(other))
    plain, here = made(ast.unparse(tree), namespace), {**namespace, "by_loops": by_loops}

    def in_float64(*case):
        return plain(*(v.double() if is_float(v) else v for v in case))

    return {source: made(source, here), "in float64: " + ast.unparse(tree): in_float64}


def is_load(node):
    return isinstance(node.ctx, ast.Load)


def is_float(value):
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def said_of(counts):
    """Write the figures of an exercise."""
    wrong = sum(counts.values()) - counts.get("equal", 0)
    told = sum(counts.get(kind, 0) for kind in ("named", "pointed to", "told"))
    parts = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
    return f"{sum(counts.values())} mutants: {parts}; {told / wrong:.0%} explained"


if __name__ == "__main__":
    listing = sys.argv[2] if len(sys.argv) > 2 else False
    for name in INPUTS if len(sys.argv) < 2 else sys.argv[1].split(","):
        print(f"{name}: {said_of(figures(name, listing=listing))}", flush=True)
