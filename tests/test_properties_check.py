"""Whatever a check is handed: it never raises, and says the same twice, without an address."""

import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lab06 import check
from lab06.check._judge import OPEN, RIGHT, WRONG

PROFILE = settings(derandomize=True, deadline=None, max_examples=30)
CHECKS = [getattr(check, name) for name in check.__all__]
DTYPES = [torch.float32, torch.float64, torch.complex64, torch.bool, torch.int64]
ADDRESS = re.compile(r"0x[0-9a-f]{6,}|\bat 0x")


class Hostile:
    """Fails at whatever one does with it."""

    def fail(self, *_, **__):
        raise RuntimeError("hostile")

    __repr__ = __str__ = __bool__ = __eq__ = __len__ = __iter__ = __getitem__ = fail
    __float__ = __add__ = __radd__ = __getattr__ = __format__ = fail
    __hash__ = object.__hash__


class Speechless(Exception):
    """An error that cannot even be printed."""

    def __str__(self):
        raise RuntimeError("hostile")


class Module(torch.nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.linear = torch.nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x)


@st.composite
def tensors(draw):
    shape = draw(
        st.sampled_from([(), (3,), (2, 3), (8, 3), (3, 3), (4, 3), (8, 4), (1001,)])
        | st.lists(st.integers(0, 4), max_size=4)
    )
    tensor = torch.full(shape, draw(st.sampled_from([0.0, 1.0, 0.5, torch.nan, torch.inf])))
    tensor = tensor.to(draw(st.sampled_from(DTYPES)))
    if tensor.is_floating_point() and draw(st.booleans()):
        return tensor.requires_grad_()
    return draw(st.sampled_from([tensor, tensor.numpy()]))


def loop():
    """A list that holds itself."""
    endless = []
    endless.append(endless)
    return endless


VALUES = st.recursive(
    tensors()
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=5)
    | st.builds(object)
    | st.builds(Hostile)
    | st.builds(loop)
    | st.builds(Module)
    | st.builds(lambda: (number for number in range(3)))
    | st.sampled_from([..., int, Hostile, Module, len, torch, ValueError("no"), lambda: 1, b"x"]),
    lambda parts: (
        st.lists(parts, max_size=3)
        | st.tuples(parts, parts)
        | st.dictionaries(st.text(max_size=2), parts, max_size=2)
    ),
    max_leaves=3,
)


def returns(value):
    return lambda *_, **__: value


def fails(error):
    def answer(*_, **__):
        raise error

    return answer


def spoils(value):
    """Change whatever can be changed about the arguments, then return `value`."""

    def answer(*arguments, **named):
        for argument in (*arguments, *named.values()):
            if isinstance(argument, torch.Tensor):
                with torch.no_grad():
                    argument.resize_(0) if argument.is_leaf else argument.zero_()
            elif isinstance(argument, (list, dict)):
                argument.clear()
        return value

    return answer


def echo(place):
    """Return one of the arguments as it came."""
    return lambda *arguments, **_: arguments[place % len(arguments)]


def counts():
    """Return something else at each call."""
    calls = []

    def answer(*_, **__):
        calls.append(1)
        return torch.full((len(calls),), float(len(calls)))

    return answer


async def waits(*_, **__):
    return 1


def yields(*_, **__):
    yield 1


ERRORS = [
    ValueError("<Net object at 0x7f0123456789> is not iterable"),
    Speechless(),
    KeyError(),
    RecursionError("deep"),
    MemoryError(),
    StopIteration(),
    SystemExit(1),
    KeyboardInterrupt(),
    GeneratorExit(),
    AssertionError(Hostile),
    BaseException("base"),
]
ANSWERS = (
    VALUES.map(returns)
    | VALUES.map(spoils)
    | VALUES
    | st.integers(0, 5).map(echo)
    | st.sampled_from([yields, waits, Module, Hostile, type, torch.nn.Linear, torch.softmax])
)


def assert_judged(check, answer):
    """Require a result, the same twice, and nothing changed about torch; return the result."""
    state, switched_on = torch.get_rng_state(), torch.is_grad_enabled()
    result, again = check(answer), check(answer)
    assert result.verdict in (OPEN, RIGHT, WRONG) and bool(result) == (result.verdict == RIGHT)
    assert not ADDRESS.search(repr(result)), repr(result)
    assert repr(again) == repr(result)
    assert torch.equal(torch.get_rng_state(), state) and torch.is_grad_enabled() == switched_on
    return result


@PROFILE
@given(answer=ANSWERS)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_any_answer_is_judged(check, answer):
    assert_judged(check, answer)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_any_error_is_told(error):
    for each in CHECKS:
        assert assert_judged(each, fails(error)).verdict == WRONG


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_an_answer_that_is_another_at_each_call_is_judged(check):
    result = check(counts())
    assert result.verdict == WRONG and repr(check(counts())) == repr(result)
