"""How an answer is judged that returns two tensors. It goes by the rules of `examine`."""

from lab06.check._engine import (
    call,
    changed_argument,
    close,
    copy_of,
    in_words,
    judge_each,
    name_mistake,
    not_attempted,
    shown,
    wrong,
    wrong_kind,
)


def examine_pair(answer, references, cases, parts, *, praise, mistakes=(), explain=lambda *_: ""):
    """Judge a student's function that returns a tuple of two tensors.

    references: functions that return the pair; an answer is right if it agrees with any of them.
    cases: dicts from argument name to value, the simplest first. parts: the two results in words.
    mistakes: tried in turn on the case that failed, and after them `explain(case, pair)`.
    """

    def judge(function, case):
        return _try(function, references, case, parts, mistakes, explain)

    return judge_each(answer, cases, judge, praise)


def _try(answer, references, case, parts, mistakes, explain):
    """Return None if the case is right, and otherwise the Result."""
    given = {name: copy_of(value, False) for name, value in case.items()}
    got, failed = call(answer, given)
    if failed is not None:
        return failed
    if got is ... or (isinstance(got, tuple) and any(part is ... for part in got)):
        return not_attempted()
    expected = [reference(*case.values()) for reference in references]
    words = in_words(case)
    problem = _wrong_pair(got, expected[0], parts)
    if problem:
        return wrong(f"For {words}, {problem}")
    changed = changed_argument(given, case)
    if changed is not None:
        return changed
    if any(_both_close(got, pair) for pair in expected):
        return None
    named = name_mistake(answer, case, mistakes, lambda other: _both_close(got, other))
    named = named or f" {explain(case, got)}"
    place = 0 if not close(got[0], expected[0][0], 1e-5) else 1
    return wrong(
        f"For {words} expected {parts[place]} {shown(expected[0][place])}, "
        f"got {shown(got[place])}.{named}".rstrip()
    )


def _wrong_pair(got, expected, parts):
    """Say what is wrong about the kind of a returned pair, if anything."""
    if got is None:
        return "your function returned None: is there a `return` at its end?"
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        many = f" of length {len(got)}" if isinstance(got, (tuple, list)) else ""
        return f"two tensors were expected, {' and '.join(parts)}; got {type(got).__name__}{many}."
    for part, one, other in zip(parts, got, expected, strict=True):
        problem = "None came." if one is None else wrong_kind(one, other)
        if problem:
            return f"{part}: {problem}"
    return None


def _both_close(got, pair):
    return all(close(one, other, 1e-5) for one, other in zip(got, pair, strict=True))
