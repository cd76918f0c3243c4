"""How an answer is judged. The exercises themselves stand in the files named after the notebooks.

`judge` tries the student's function on one case after another, the simplest first, and stops at
the first that differs. A mistake is named only if it gives what the answer gives in every case, or
if the answer is right without it. Whatever an answer does, a check returns: it never raises.
"""

import io
import textwrap
import warnings
from contextlib import contextmanager, redirect_stdout
from functools import partial, wraps

import torch

from lab06.check._code import (
    Keeping,
    Widening,
    borrowed,
    ready_made,
    repairs,
    unfinished,
    within,
    words_of,
)
from lab06.check._errors import meaning_of
from lab06.check._values import (
    agree,
    as_tuple,
    close,
    copies,
    difference,
    in_words,
    listed,
    message_of,
    plain,
    same,
    shown,
    type_name,
)

OPEN, RIGHT, WRONG = "not attempted yet", "right", "wrong"
CHANGES = (
    "Your function gives another result at the next call, for the same arguments: what in it is "
    "random, or left over from the last call?"
)
KEEPDIM = (
    "Did a sum or a maximum lose the dimension it ran along? keepdim=True keeps it, as size 1."
)
NARROW = (
    "F.one_hot(y) makes as many columns as the largest label of the batch needs: tell it the "
    "number of classes."
)


class Result:
    """What a check found: true or false in code, a few sentences in a notebook."""

    def __init__(self, verdict, *sentences):
        self.verdict = verdict
        self.sentences = [plain(sentence) for sentence in sentences]

    @property
    def words(self):
        return " ".join(self.sentences)

    def __bool__(self):
        return self.verdict == RIGHT

    def __repr__(self):
        return textwrap.fill(self.words, 76, break_long_words=False, break_on_hyphens=False)


class NotAttempted(Exception):
    """Raised where three dots stand in place of an answer."""


class NotYet(Exception):
    """Raised for a wrong answer. Its arguments are the sentences that say what is wrong."""


class Stopped(NotYet):
    """Raised for a function that stopped with an error."""


def judged(find):
    """Make a check of find(answer), which returns the praise, or raises NotYet or NotAttempted."""

    @wraps(find)
    def checked(answer):
        try:
            if answer is ...:
                raise NotAttempted
            praise = find(answer)
            if ready_made(answer, find.__name__):
                raise NotYet("Close: it works, but `lab06` does the work. Write your own.")
            return Result(RIGHT, "Right.", praise)
        except NotAttempted:
            words = "Not attempted yet: put your own code in place of the three dots."
            return Result(OPEN, words)
        except NotYet as wrong:
            return Result(WRONG, "Not yet.", *wrong.args)
        except Exception as error:  # the answer is stranger than any check expects
            return Result(WRONG, "Not yet.", f"Your answer cannot be checked: {type_name(error)}.")

    return checked


def need_function(answer):
    if not callable(answer):
        raise NotYet(f"Pass the function itself, without parentheses; got {shown(answer)}.")


@contextmanager
def trying(case):
    """Say in front of whatever is wrong for which arguments it is wrong."""
    try:
        yield
    except NotYet as wrong:
        raise NotYet(f"For {in_words(case)}:", *wrong.args) from None
    except KeyboardInterrupt:
        words = f"You stopped it: for {in_words(case)} your function had not returned yet."
        raise NotYet(words) from None
    except NotAttempted:
        raise
    except Exception as error:
        words = f"The value you returned cannot be checked: {type_name(error)}."
        raise NotYet(f"For {in_words(case)}:", words) from None


def call(answer, *arguments, it="Your function", alone=True):
    """Return what a student's function returns. If it stops, raise Stopped, saying so of `it`.

    alone: should the arguments do, without the notebook's tensors?
    """
    try:
        with warnings.catch_warnings(), torch.random.fork_rng(devices=[]), torch.enable_grad():
            warnings.simplefilter("ignore")
            value = answer(*arguments)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # exit() in a student's function, for instance
        if "ellipsis" in message_of(error):
            _need_finished(answer)
        meaning = meaning_of(message_of(error), words_of(answer))
        raise Stopped(stop_of(error, it), *(alone and borrowed(answer) or meaning)) from None
    if value is ... or (isinstance(value, (tuple, list)) and any(part is ... for part in value)):
        _need_finished(answer)
        raise NotAttempted
    return value


def _need_finished(answer):
    """Raise NotYet for a function that calls an exercise with three dots in it."""
    name = unfinished(answer)
    if name:
        raise NotYet(f"It calls `{name}`, which still has three dots: finish that one first.")


def stop_of(error, it="Your function"):
    return f"{it} stopped with {type_name(error)}: {message_of(error).rstrip('.')}."


def judge(
    answer, rights, cases, mistakes, *, gradient=(), parts=(), dtype=False, hint=None, without=None
):
    """Compare a student's function with the functions `rights`, any of which it may agree with.

    cases: dicts from argument name to value, the simplest first. mistakes: dict from the words
    that name a mistake to a function that makes it, or a list of such functions. gradient: names
    of the arguments with respect to which the gradient must be right, too. parts: names of the
    results, if there are two. dtype: does the task name it? hint(case, values): sentences for an
    answer that makes no mistake. without: dict from words to names that the task rules out.
    """
    need_function(answer)
    for case in cases:
        order = [case, *(other for other in cases if other is not case)]
        why = partial(_why, answer, rights, mistakes, order, gradient)
        with trying(case):
            try:
                _judge_one(answer, rights, case, gradient, parts, dtype, why, hint)
            except NotYet:
                if _changes(answer, case, gradient):
                    raise NotYet(CHANGES) from None
                raise
    for words, names in (without or {}).items():
        if words_of(answer) & {*names.split()}:
            raise NotYet(f"Close: the numbers are right. {words}")


def _judge_one(answer, rights, case, gradient, parts, dtype, why, hint):
    """Raise NotYet if the answer is wrong in this case."""
    leaves, given = copies(case, gradient)
    try:
        got = call(answer, *given.values())
    except Stopped as stopped:
        stop, *meaning = stopped.args
        raise NotYet(stop, *(why() or meaning)) from None
    twins, again = copies(case, gradient)
    expected = [as_tuple(right(*again.values())) for right in rights]
    values = as_tuple(got) if parts else (got,)
    right_numbers = any(agree(values, each) for each in expected)
    words = ["The numbers are right."] if right_numbers else []
    if not right_numbers and all(isinstance(value, torch.Tensor) for value in values):
        words = why()
    taken = words_of(answer) & {"item", "tolist"}
    problem = _wrong_kind(got, values, expected[0], parts, dtype, taken)
    if problem:
        raise NotYet(*problem, *words)
    _compare_arguments(given, case, gradient)
    if not right_numbers:
        words = words or (hint(case, values) if hint else [])
        raise NotYet(_difference(values, expected[0], parts), *words)
    for name in gradient:
        _compare_gradients(got, leaves[name], *expected[0], twins[name], name, answer)


def _wrong_kind(got, values, expected, parts, dtype, taken):
    """List what is wrong about the type, shape or dtype of a returned value, in sentences."""
    if got is None:
        return ["Your function returned None: is there a `return` at its end?"]
    if parts and (not isinstance(got, (tuple, list)) or len(got) != len(parts)):
        many = f" of length {len(got)}" if isinstance(got, (tuple, list)) else ""
        return [f"Expected two tensors, {' and '.join(parts)}; got {type_name(got)}{many}."]
    for part, value, right in zip(parts or [""], values, expected, strict=True):
        where = f" for {part}" if part else ""
        if not isinstance(value, torch.Tensor):
            said = f"Expected a tensor{where}, got {type_name(value)}: {shown(value)}."
            return [said, *_why_no_tensor(value, right, taken)]
        if value.shape != right.shape:
            shapes = f"Expected shape {tuple(right.shape)}{where}, got {tuple(value.shape)}"
            return [f"{shapes}: {shown(value)}."]
        floats = value.is_floating_point() and right.is_floating_point()
        if value.dtype != right.dtype and (dtype or not floats):
            return [f"Expected dtype {right.dtype}{where}, got {value.dtype}: {shown(value)}."]
    return []


def _why_no_tensor(value, right, taken):
    if callable(value):
        return ["Are the parentheses of a call missing?"]
    if isinstance(value, (int, float)) and agree([torch.tensor(value)], [right]):
        where = " and ".join(f"`{each}`" for each in sorted(taken))
        return [f"The number is right, but no tensor{f': see {where}' if taken else ''}."]
    return []


def _difference(values, expected, parts):
    """Show the first of the returned values that is wrong."""
    for part, value, right in zip(parts or [""], values, expected, strict=True):
        if not agree([value], [right]):
            where = f" for {part}" if part else ""
            return f"Expected{where} {difference(right, value)}."


def _compare_arguments(given, case, gradient):
    """Raise NotYet for a function that changed what it was given."""
    for name, value in case.items():
        if not same(given[name], value):
            raise NotYet(f"Your function changed its argument {name}: work on a copy, .clone().")
        if isinstance(value, torch.Tensor) and given[name].requires_grad != (name in gradient):
            raise NotYet(
                f"Your function switched requires_grad on for its argument {name} itself.",
                "A second call would add to the same gradient: work on a copy, .clone().",
            )


def _compare_gradients(got, leaf, expected, twin, name, answer):
    """Raise NotYet if the gradient with respect to one argument, called `name`, is wrong."""
    said = f"The value is right, but the gradient with respect to {name}"
    taken = {"item", "tolist", "detach", "tensor", "numpy", "data", "no_grad"} & words_of(answer)
    lost = [f"{said} is lost."]
    if taken:
        where = " and ".join(f"`{each}`" for each in sorted(taken))
        lost.append(f"Look at {where}: what is taken out of a tensor so carries no gradient.")
    if not got.requires_grad:
        raise NotYet(*lost)
    weight = torch.linspace(1, 2, got.numel(), dtype=got.dtype).view(got.shape)  # all different
    try:
        (ours,) = torch.autograd.grad((got * weight).sum(), leaf, allow_unused=True)
    except RuntimeError as error:
        why = message_of(error)
        stop = f"{said} cannot be computed: {why.partition(': ')[0]}."
        raise NotYet(stop, *meaning_of(why, words_of(answer))) from None
    if ours is None:
        raise NotYet(*lost)
    (theirs,) = torch.autograd.grad((expected * weight).sum(), twin)
    if not close(ours, theirs, rtol=1e-4, atol=1e-5):  # it has been rounded more often
        raise NotYet(f"{said} is not: expected {difference(theirs, ours)}.")


def _why(answer, rights, mistakes, cases, gradient):
    """Explain what an answer gives, in at most one sentence. cases: first the one that failed."""
    if borrowed(answer):  # then agreement with a mistake would be chance
        return borrowed(answer)
    given = []  # what the answer gives, as far as somebody has asked for it
    right = []  # what it should give

    def agrees(imitate):
        for place, case in enumerate(cases):
            if place == len(given):
                given.append(_outcome(answer, case, gradient))
            if not _alike(_outcome(imitate, case, gradient), given[place]):
                return False
        return any(map(_is_telling, given))

    def cures(repaired, cases=cases):
        for place, case in enumerate(cases):
            if place == len(right):
                right.append([_outcome(each, case, gradient) for each in rights])
            got = _outcome(repaired, case, gradient)
            if not any(_alike(got, each) for each in right[place]):
                return False
        return True

    for words, imitations in mistakes.items():
        if any(map(agrees, listed(imitations))):
            return [words]
    widths = [value.shape[-1] for value in cases[0].values() if isinstance(value, torch.Tensor)]
    modes = [(KEEPDIM, Keeping()), *((NARROW, Widening(width)) for width in widths)]
    for words, mode in modes:
        if cures(within(mode, answer), cases[:1]):
            return [words]
    for words, repaired in repairs(answer, cases):
        if cures(repaired):
            return [words]
    return []


def _changes(answer, case, gradient):
    """Does a function give something else when it is called again?"""
    texts = set()
    with torch.random.fork_rng(devices=[]):
        for seed in range(4):
            torch.manual_seed(seed)
            values = as_tuple(_outcome(answer, case, gradient))
            texts.add(" ".join(shown(value, 17) for value in values))
    return len(texts) > 1


def _outcome(function, case, gradient):
    """Return what a function gives as a tuple, or in words how it stops."""
    try:
        with (
            warnings.catch_warnings(),
            torch.random.fork_rng(devices=[]),
            torch.enable_grad(),
            redirect_stdout(io.StringIO()),  # it has printed what it prints
        ):
            warnings.simplefilter("ignore")
            return as_tuple(function(*copies(case, gradient)[1].values()))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return stop_of(error)


def _is_telling(outcome):
    """Are there numbers in it? Many mistakes give nan, or stop in the same way."""
    values = [each for each in outcome if isinstance(each, torch.Tensor)]
    return any(not value.isnan().all() for value in values)


def _alike(one, other):
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return agree(one, other)
