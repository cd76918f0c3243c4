"""Every check against its catalogue of answers: tests/test_check_*.py hold the catalogues.

A catalogue maps a check to its wrong answers, its right answers (both by name), and its stub. What
a check says to each of them stands in tests/diagnoses.md.
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


def test_the_catalogue(check):
    """After a change of words on purpose: make diagnoses, and read the difference."""
    entry = CATALOGUE[check]
    results = diagnoses.results(check, entry)
    for name, result in results.items():
        expected = "right" if name.startswith("right: ") else "wrong"
        assert result.verdict == expected and bool(result) == (expected == "right"), name
        assert len(result.sentences) <= 5 and len(result.words) < 700, name
    wrong = {results[name].sentences[-1] for name in entry["wrong"]}
    assert len(wrong) >= 6 and len(entry["right"]) >= 3
    table = diagnoses.TABLE.read_text(encoding="utf-8")
    assert diagnoses.section(check, entry, results) in table


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
    said = "Not yet. Pass the function itself, without parentheses; got "
    assert checks.softmax([1, {"a": 2.0}]).words == said + "[1, {'a': 2}]."
    assert checks.softmax({(1, 2): [[[[3]]]]}).words == said + "{[1, 2]: [[[…]]]}."
    assert checks.softmax(0.5).words == said + "0.5."
    assert checks.softmax(Unspeakable()).verdict == "wrong"


def test_what_cannot_be_checked_is_said_with_its_case():
    result = checks.softmax(lambda z, dim: F.softmax(z, dim).to_sparse())
    case = "For logits = [2, 1, -1], dim = 0:"
    words = "The value you returned cannot be checked: NotImplementedError."
    assert result.sentences == ["Not yet.", case, words]
    result = checks.experiment(Uncountable())
    assert result.sentences == ["Not yet.", "Your answer cannot be checked: RuntimeError."]
    silent = checks.softmax(lambda z, dim: (_ for _ in ()).throw(KeyError))
    stop = "Your function stopped with KeyError: no message."
    assert silent.sentences == ["Not yet.", case, stop]


COINCIDENCES = {  # each agrees with a mistake in the case that fails first, and in some other not
    "always 0": (checks.accuracy, lambda z, y: torch.tensor(0.0)),
    "any row": (checks.accuracy, lambda z, y: (z.argmax(dim=1) == y).any().float()),
    "last below, plus 1": (
        checks.settled,
        lambda costs, level: max([0, *(costs < level).nonzero()[:, 0] + 1]) + torch.tensor(0),
    ),
    "shifted by the largest size": (
        checks.softmax,
        lambda z, dim: (
            (z - z.abs().amax(dim, True)).exp() / (z - z.abs().amax(dim, True)).exp().sum(dim, True)
        ),
    ),
    "smallest label subtracted": (
        checks.column_labels,
        lambda z, labels: F.cross_entropy(z, (labels - labels.min()).long().squeeze(1)),
    ),
}


@pytest.mark.parametrize("name", COINCIDENCES)
def test_a_mistake_is_named_only_if_it_explains_every_case(name):
    check, answer = COINCIDENCES[name]
    not_yet, case, difference, *named = check(answer).sentences
    assert difference.startswith("Expected ") and not named, named


def test_an_answer_is_wrapped_for_a_narrow_window():
    lines = repr(checks.softmax(lambda z, dim: torch.softmax(z, 0))).splitlines()
    assert len(lines) > 1 and 66 < max(map(len, lines)) <= 76
