"""What every catalogue of answers is put through: tests/test_check_*.py hold the catalogues.

A catalogue maps a check to its wrong answers (name: function and words of the diagnosis), its
right answers (name: function), and its stub.
"""

import numpy as np

SHORTEST = 10  # characters of a diagnosis that could name anything
CURSED = {
    "nothing": None,
    "a number": 3,
    "a list": [1, 2],
    "a string": "softmax",
    "a class": type("Odd", (), {"__init__": lambda self: None}),
    "raises": lambda *args, **named: 1 / 0,
    "exits": lambda *args, **named: exit(),
    "raises without words": lambda *args, **named: (_ for _ in ()).throw(KeyError),
    "no arguments": lambda: 1,
    "returns None": lambda *args, **named: None,
    "returns a list": lambda *args, **named: [[1.0, 2.0], [3.0]],
    "returns NumPy": lambda *args, **named: np.ones(3),
    "returns itself": lambda *args, **named: CURSED,
    "prints badly": lambda *args, **named: type("P", (), {"__repr__": lambda self: 1 / 0})(),
    "stopped": lambda *args, **named: (_ for _ in ()).throw(KeyboardInterrupt),
}


def assert_complete(catalogue):
    """Require six wrong answers, each with a diagnosis of its own, and three right ones."""
    for check, entry in catalogue.items():
        words = [words for _, words in entry["wrong"].values()]
        assert len(words) >= 6 and len(set(words)) == len(words), check.__name__
        assert min(map(len, words)) >= SHORTEST
        assert len(entry["right"]) >= 3, check.__name__


def cases(catalogue, kind):
    """List (check, answer) or (check, answer, words) for pytest, with readable ids."""
    rows, ids = [], []
    for check, entry in catalogue.items():
        for name, answer in entry[kind].items():
            rows.append((check, *answer) if kind == "wrong" else (check, answer))
            ids.append(f"{check.__name__}-{name}")
    return {"argvalues": rows, "ids": ids}


def assert_wrong(check, answer, words):
    result = check(answer)
    assert not result and result.verdict == "wrong"
    assert words in repr(result), repr(result)
    assert len(repr(result)) < 700


def assert_right(check, answer):
    result = check(answer)
    assert result and result.verdict == "right", repr(result)


def assert_never_raises(check, stub):
    for answer in (..., stub):
        assert repr(check(answer)).startswith("Not attempted yet") and not check(answer)
    for name, answer in CURSED.items():
        result = check(answer)
        assert not result and result.verdict == "wrong", name
        assert repr(result).startswith("Not yet. ")
