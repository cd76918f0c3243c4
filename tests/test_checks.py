"""Every check against its catalogue of answers: tests/test_check_*.py hold the catalogues.

A catalogue maps a check to its wrong answers, its right answers (both by name), and its stub. What
a check says to each of them stands in tests/diagnoses.md.
"""

import importlib
import math
from pathlib import Path

import diagnoses
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from lab06 import check as checks
from lab06.check._errors import meaning_of
from lab06.check._values import in_words

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


def test_floats_of_either_size_will_do_where_the_task_names_none():
    assert checks.softmax(lambda logits, dim: F.softmax(logits.double(), dim))
    result = checks.rises(lambda costs: (costs[1:] > costs[:-1]).sum().int())
    assert result.words.endswith("got torch.int32: 4. The numbers are right.")


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
    assert difference.startswith("Expected ")
    assert not named or named[0].startswith("Look at "), named  # tried out, not a coincidence


GIVEN = torch.tensor([[1.0, 2.0, 3.0]])


def my_softmax(logits, dim):
    return ...


def minus_given(logits):
    return logits - GIVEN


def not_a_pair(logits):
    shifted = logits - logits.max(dim=1)
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


def under_no_grad(W, x, y, lr):
    with torch.no_grad():
        start = W.clone().requires_grad_()
        F.cross_entropy(x @ start, y).backward()
    return W - lr * start.grad


def at_random(x, y, order):
    order = torch.randperm(len(x))
    return x[order], y[order]


def by_python(logits):
    shifted = logits - max(logits)
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


def from_1(logits, y):
    total = 0
    for n in range(1, len(y)):
        total = total - F.log_softmax(logits, dim=1)[n, y[n]]
    return total / len(y)


EXPLAINED = [  # a check, an answer, and how what is said to it begins behind the case
    (checks.log_softmax, not_a_pair, "max(dim=...) returns a pair"),
    (checks.log_softmax, by_python, "Python's own max and min compare whole rows"),
    (checks.nll_loss, lambda log_p, y: -log_p.gather(1, y).mean(), "gather needs an index"),
    (
        checks.softmax,
        lambda z, dim: F.softmax(z, dim=1),
        "Look at `dim=1`: 1 should be the argument",
    ),
    (checks.softmax, lambda z, dim: z.exp() / z.exp().sum(dim), "Did a sum or a maximum lose"),
    (checks.update, under_no_grad, "Under no_grad() autograd keeps no record"),
    (checks.cross_entropy, from_1, "Look at `range(1, len(y))`: with another number"),
    (checks.shuffle, at_random, "Your function gives another result at the next call"),
    (
        checks.temperature,
        lambda z, t: my_softmax(z / t, 1),
        "It calls `my_softmax`, which still has",
    ),
    (
        checks.temperature,
        lambda z, t: 1 * my_softmax(z, 1),
        "It calls `my_softmax`, which still has",
    ),
    (checks.log_softmax, lambda z: minus_given(z), "`minus_given` uses the notebook's `GIVEN`"),
    (checks.cross_entropy, F.cross_entropy, "Close: the numbers are right. Now by hand"),
    (
        checks.accuracy,
        lambda z, y: (z.argmax(1) == y).float().mean().item(),
        "The number is right, but no tensor: see `item`.",
    ),
    (checks.settled, lambda costs, level: 5, "The number is right, but no tensor."),
]


@pytest.mark.parametrize("check, answer, words", EXPLAINED)
def test_an_answer_is_explained_by_what_stands_in_it(check, answer, words):
    result = check(answer)
    assert result.verdict == "wrong" and result.sentences[-1].startswith(words), result.words


def printing(logits, dim):
    print(dim)
    return logits.exp() + 3


def test_a_wrong_answer_prints_once_for_each_case(capsys):
    assert not checks.softmax(printing)
    assert capsys.readouterr().out == "0\n"


SILENT = [  # where an error's text alone would suggest what the answer does not contain
    (checks.rises, lambda costs: (costs[::2] > costs[1::2]).sum()),
    (checks.doubled_band, lambda c: torch.cross(c, c)),
    (checks.softmax, lambda z, dim: z / z.unsqueeze(dim).view(-1, 2)),
    (checks.nll_loss, lambda log_p, y: math.log(log_p.gather(1, y[:, None]).sum())),
    (checks.accuracy, lambda z, y: (z.argmax(1) == torch.arange(9)).float().mean()),
]


@pytest.mark.parametrize("check, answer", SILENT)
def test_what_an_answer_does_not_contain_is_not_suggested(check, answer):
    said = check(answer).sentences
    assert said[-1].startswith("Your function stopped with "), said


def test_as_many_digits_as_it_takes():
    result = checks.cross_entropy(lambda z, y: F.cross_entropy(z, y) + 1e-4)
    assert "Expected 1.2056, got 1.2057." in result.words
    result = checks.softmax(lambda z, dim: F.softmax(z, dim) + 3e-5 * (z == z.amax()))
    assert "Expected [0.70538, 0.2595, 0.035119], got [0.70541, 0.2595, 0.035119]." in result.words
    assert in_words({"costs": torch.tensor([0.3, 0.30001])}) == "costs = [0.3, 0.30001]"


WORDINGS = {  # of PyTorch up to 2.6, and from 2.13 or 2.15 on
    "expected scalar type Long but found Float": ".long()",
    "expected target dtype to be Long or Byte, but got Float": ".long()",
    "gather(): Expected dtype int64 for index": ".long()",
    "gather(): Expected dtype int32/int64 for index": ".long()",
    "one_hot is only applicable to index tensor.": ".long()",
    "log() received an invalid combination of arguments - got (float), but": "math",
    "log(): argument 'input' (position 1) must be Tensor, not float": "math",
    "mm: mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)": "columns in A",
    "mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)": "columns in A",
}


@pytest.mark.parametrize("text", WORDINGS)
def test_every_known_wording_of_an_error_gets_its_hint(text):
    (hint,) = meaning_of(text, set())
    assert WORDINGS[text] in hint


def test_an_answer_is_wrapped_for_a_narrow_window():
    lines = repr(checks.softmax(lambda z, dim: torch.softmax(z, 0))).splitlines()
    assert len(lines) > 1 and 66 < max(map(len, lines)) <= 76
