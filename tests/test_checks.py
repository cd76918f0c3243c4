"""Every check against its catalogue of answers: tests/test_check_*.py hold the catalogues.

A catalogue maps a check to its wrong answers (name: function and words of the diagnosis), its
right answers (name: function), and its stub.
"""

import importlib
from pathlib import Path

import diagnoses
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from lab06 import check as checks

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("test_check_*.py"))
CATALOGUE = {}
for module in MODULES:
    CATALOGUE |= importlib.import_module(module).CATALOGUE
SHORTEST = 10  # characters of a diagnosis that could name anything
ENDLESS = []
ENDLESS.append(ENDLESS)


class Unspeakable:
    """Raises whenever somebody looks at it closely."""

    def __repr__(self):
        raise RuntimeError

    def __getattr__(self, name):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None


class Uncountable(list):
    def __iter__(self):
        raise RuntimeError


class Strange(BaseException):
    """No Exception, as GeneratorExit is none."""


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
    "holds itself": ENDLESS,
    "returns what holds itself": lambda *args, **named: ENDLESS,
    "unspeakable": Unspeakable(),
    "returns unspeakable": lambda *args, **named: Unspeakable(),
    "raises what is no Exception": lambda *args, **named: (_ for _ in ()).throw(Strange),
    "returns sparse": lambda *args, **named: torch.eye(3).to_sparse(),
    "returns no data": lambda *args, **named: torch.empty(2, device="meta"),
    "returns complex": lambda *args, **named: torch.ones(3, dtype=torch.complex64),
    "returns far too much": lambda *args, **named: list(range(100_000)),
    "stopped": lambda *args, **named: (_ for _ in ()).throw(KeyboardInterrupt),
}


@pytest.fixture(params=CATALOGUE, ids=lambda check: check.__name__)
def check(request):
    return request.param


def answers(kind):
    """List (check, answer) of one kind for pytest, with readable ids."""
    return [
        pytest.param(check, answer, id=f"{check.__name__}-{name}")
        for check, entry in CATALOGUE.items()
        for name, answer in entry[kind].items()
    ]


def test_six_wrong_answers_with_a_diagnosis_each_and_three_right_ones(check):
    words = [words for _, words in CATALOGUE[check]["wrong"].values()]
    assert len(words) >= 6 and len(set(words)) == len(words)
    assert min(map(len, words)) >= SHORTEST
    assert len(CATALOGUE[check]["right"]) >= 3


@pytest.mark.parametrize(("check", "answer"), answers("wrong"))
def test_wrong_answers_are_refused_by_name(check, answer):
    function, words = answer
    result = check(function)
    assert not result and result.verdict == "wrong"
    assert words in result.words, result.words
    assert len(result.words) < 700


@pytest.mark.parametrize(("check", "answer"), answers("right"))
def test_right_answers_are_accepted(check, answer):
    result = check(answer)
    assert result and result.verdict == "right", result.words


def test_every_word_stands_in_the_table_of_diagnoses(check):
    # After a change of words on purpose: make diagnoses, and read the difference.
    assert diagnoses.section(check, CATALOGUE[check]) in diagnoses.TABLE.read_text(encoding="utf-8")


def test_never_raises(check):
    for answer in (..., CATALOGUE[check]["stub"]):
        assert repr(check(answer)).startswith("Not attempted yet") and not check(answer)
    for name, answer in CURSED.items():
        result = check(answer)
        assert not result and result.verdict == "wrong", name
        assert result.words.startswith("Not yet. ")
        assert "0x" not in result.words and len(result.words) < 700, name


def test_what_differs_in_its_dtype_alone_is_named_so_and_no_other_mistake():
    result = checks.softmax(lambda logits, dim: F.softmax(logits.double(), dim))
    assert result.words.endswith("The numbers are right.") and "dim 0" not in result.words
    result = checks.softmax(lambda logits, dim: F.softmax(logits.double(), 0))
    assert "The numbers are right" in result.words  # of the first case, whose dim is 0


def test_strange_tensors_are_refused_where_the_shape_is_right():
    for strange in (lambda z: z.to_sparse(), lambda z: z.to("meta"), lambda z: z.to(torch.cfloat)):
        result = checks.softmax(
            lambda logits, dim, strange=strange: strange(F.softmax(logits, dim))
        )
        assert result.verdict == "wrong" and "0x" not in result.words


def test_what_is_no_function_is_shown():
    said = "Not yet. Hand over the function itself, without calling it; got "
    assert checks.softmax([1, {"a": 2.0}]).words == said + "[1, {'a': 2}]."
    assert checks.softmax({(1, 2): [[[[3]]]]}).words == said + "{[1, 2]: [[[…]]]}."
    assert checks.softmax(0.5).words == said + "0.5."
    assert checks.softmax(Unspeakable()).verdict == "wrong"


def test_what_cannot_be_used_is_said_with_its_case():
    result = checks.softmax(lambda z, dim: F.softmax(z, dim).to_sparse())
    case = "For logits = [2, 1, -1], dim = 0"
    assert result.words == f"Not yet. {case}, what came cannot be used: NotImplementedError."
    result = checks.experiment(Uncountable())
    assert result.words == "Not yet. What came cannot be used: RuntimeError."
    silent = checks.softmax(lambda z, dim: (_ for _ in ()).throw(KeyError))
    assert silent.words == f"Not yet. {case} it stopped with KeyError: no message."


def test_an_answer_is_wrapped_for_a_narrow_window():
    lines = repr(checks.softmax(lambda z, dim: torch.softmax(z, 0))).splitlines()
    assert len(lines) > 1 and 70 < max(map(len, lines)) <= 76
