"""Any tensor at all: what torch says, in value and gradient, or an error that names the argument.

Hypothesis makes up the tensors. A few drawn numbers fill a whole tensor, with or without noise, so
that ties, infinities and nan are common, and a large tensor costs no more to draw than a small one.
The same examples come every time; to hunt for others, change `PROFILE`.
"""

import contextlib
import warnings
from functools import partial

import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lab06.data import load_lab, load_penguins
from lab06.losses import cross_entropy, double_softmax_cost, log_softmax, nll_loss, one_hot, softmax
from lab06.models import SoftmaxClassifier
from lab06.sweep import train_many
from lab06.training import (
    gradient_descent,
    train,
    train_cross_entropy,
    train_low_level,
    train_module,
)

PROFILE = settings(derandomize=True, deadline=None, max_examples=40)
FLOATS = [torch.float32, torch.float64]
LARGEST = 20_000  # entries of a tensor, to keep the tests quick
MODES = [contextlib.nullcontext, torch.no_grad, torch.inference_mode]
REDUCTIONS = ["mean", "sum", "none"]
X, Y = load_lab()

SIDES = st.integers(1, 5) | st.sampled_from([31, 1000])
ANY_NUMBER = st.floats()
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SEEDS = st.integers(0, 2**32 - 1)


# ---------------------------------------------------------------------- tensors of all kinds


@st.composite
def tensors(draw, shape, dtypes=FLOATS, numbers=ANY_NUMBER):
    """A floating-point tensor of this shape, filled with such numbers."""
    dtype = draw(st.sampled_from(dtypes))
    palette = draw(st.lists(numbers, min_size=1, max_size=5))
    noise = draw(st.sampled_from([0, 0, 1, 30]))
    generator = torch.Generator().manual_seed(draw(SEEDS))
    picks = torch.randint(len(palette), shape, generator=generator)
    values = torch.tensor(palette, dtype=torch.float64)[picks]
    values += noise * torch.randn(shape, dtype=torch.float64, generator=generator)
    largest = torch.finfo(dtype).max
    values = torch.where(values.isinf(), values, values.clamp(-largest, largest)).to(dtype)
    if len(shape) > 1 and draw(st.booleans()):
        values = values.mT.contiguous().mT  # the same values, as a transposed tensor holds them
    return values.requires_grad_(draw(st.booleans()))


@st.composite
def shapes(draw, min_dims=1, max_dims=4):
    shape = draw(st.lists(SIDES, min_size=min_dims, max_size=max_dims))
    assume(torch.Size(shape).numel() <= LARGEST)
    return tuple(shape)


@st.composite
def targets(draw, num_samples, num_classes):
    generator = torch.Generator().manual_seed(draw(SEEDS))
    return torch.randint(num_classes, (num_samples,), generator=generator)


@st.composite
def batches(draw):
    """Logits (N, C) and a target (N,)."""
    shape = draw(shapes(2, 2))
    return draw(tensors(shape)), draw(targets(*shape))


@contextlib.contextmanager
def untouched(*tensors):
    """See to it that nothing about the tensors changes, nor torch's random numbers."""
    before = [(t.detach().clone(), t.requires_grad, t.grad) for t in tensors]
    state = torch.get_rng_state()
    yield
    assert torch.equal(torch.get_rng_state(), state)
    for tensor, (values, requires_grad, grad) in zip(tensors, before, strict=True):
        torch.testing.assert_close(tensor.detach(), values, rtol=0, atol=0, equal_nan=True)
        assert (tensor.requires_grad, tensor.grad) == (requires_grad, grad)


def assert_equal(ours, theirs):
    """Require what torch says, up to 8 roundings, wherever torch is finite."""
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    finite = theirs.isfinite()
    rounding = 8 * torch.finfo(theirs.dtype).eps
    torch.testing.assert_close(ours[finite], theirs[finite], rtol=rounding, atol=rounding)


def assert_agree(by_hand, torch_function, rows, mode, parameters=()):
    """Same value, and where there are gradients the same gradients of rows and parameters."""
    leaves = [tensor for tensor in (rows, *parameters) if tensor.requires_grad]
    with untouched(rows, *parameters), mode():
        ours, theirs = by_hand(rows), torch_function(rows)
    assert_equal(ours, theirs)
    assert ours.requires_grad == theirs.requires_grad
    if theirs.requires_grad:
        back = torch.linspace(-1, 2, theirs.numel()).view(theirs.shape).to(theirs.dtype)
        by_ours = torch.autograd.grad(ours, leaves, back)
        for one, other in zip(by_ours, torch.autograd.grad(theirs, leaves, back), strict=True):
            assert_equal(one, other)


# ---------------------------------------------------------------------- losses


@PROFILE
@given(st.data(), st.sampled_from(MODES))
@pytest.mark.parametrize(
    ("by_hand", "in_torch"), [(softmax, F.softmax), (log_softmax, F.log_softmax)]
)
def test_softmax_is_torchs(by_hand, in_torch, data, mode):
    logits = data.draw(shapes().flatmap(tensors))
    dim = data.draw(st.integers(-logits.dim(), logits.dim() - 1))
    assert_agree(partial(by_hand, dim=dim), partial(in_torch, dim=dim), logits, mode)


@PROFILE
@given(batches(), st.sampled_from(REDUCTIONS), st.sampled_from(MODES))
def test_cross_entropy_is_torchs(batch, reduction, mode):
    logits, target = batch
    with untouched(target):
        assert_agree(
            lambda rows: cross_entropy(rows, target, reduction),
            lambda rows: F.cross_entropy(rows, target, reduction=reduction),
            logits,
            mode,
        )


@PROFILE
@given(batches(), st.sampled_from(REDUCTIONS), st.sampled_from(MODES))
def test_nll_loss_is_torchs(batch, reduction, mode):
    logits, target = batch
    rows = -logits.detach().abs()  # log-probabilities are at most 0
    with untouched(target):
        assert_agree(
            lambda rows: nll_loss(rows, target, reduction),
            lambda rows: F.nll_loss(rows, target, reduction=reduction),
            rows.requires_grad_(logits.requires_grad),
            mode,
        )


@PROFILE
@given(batches(), st.sampled_from(REDUCTIONS), st.sampled_from(MODES))
def test_double_softmax_cost_is_cross_entropy_of_probabilities(batch, reduction, mode):
    logits, target = batch
    with untouched(target):
        assert_agree(
            lambda rows: double_softmax_cost(rows, target, reduction),
            lambda rows: F.cross_entropy(rows.softmax(dim=1), target, reduction=reduction),
            logits,
            mode,
        )


@PROFILE
@given(st.data(), SIDES, SIDES, st.sampled_from(MODES))
def test_one_hot_is_torchs(data, num_samples, num_classes, mode):
    target = data.draw(targets(num_samples, num_classes))
    with untouched(target), mode():
        assert torch.equal(one_hot(target, num_classes), F.one_hot(target, num_classes))


# ---------------------------------------------------------------------- models


@PROFILE
@given(st.data(), shapes(1, 3), SIDES, st.sampled_from(MODES))
def test_the_classifier_is_torchs_linear(data, shape, num_classes, mode):
    dtype = data.draw(st.sampled_from(FLOATS))
    x = data.draw(tensors(shape, [dtype]))
    model = SoftmaxClassifier(shape[-1], num_classes).to(dtype)
    weight, bias = model.parameters()
    assert_agree(model, lambda x: F.linear(x, weight, bias), x, mode, [weight, bias])


# ---------------------------------------------------------------------- training

SETTLED = st.floats(-10, 10)
RATES = st.floats(1e-3, 1e4) | st.integers(1, 100)


@st.composite
def starts(draw, numbers=FINITE, dtypes=FLOATS):
    """Data x (N, D) and y (N,), a weight (D, C) and a bias (C,) or (1,), all of one dtype."""
    num_samples, num_features, num_classes = draw(st.tuples(SIDES, SIDES, st.integers(1, 5)))
    assume(num_samples * num_features <= LARGEST)
    kind = {"dtypes": [draw(st.sampled_from(dtypes))], "numbers": numbers}
    x = draw(tensors((num_samples, num_features), **kind))
    weight = draw(tensors((num_features, num_classes), **kind))
    bias = draw(tensors((draw(st.sampled_from([1, num_classes])),), **kind))
    return x, draw(targets(num_samples, num_classes)), weight, bias


def by_optimizer(cost_function, x, y, weight, bias, lr, epochs):
    """The loop that everybody writes: records of the weight and the bias before each update."""
    x, y = x.detach().clone(), y.clone()
    weight, bias = (start.detach().clone().requires_grad_() for start in (weight, bias))
    optimizer = torch.optim.SGD([weight, bias], lr=lr)
    records = []
    for _ in range(epochs + 1):
        records.append((weight.detach().clone(), bias.detach().clone()))
        optimizer.zero_grad()
        cost_function(x @ weight + bias, y).backward()
        optimizer.step()
    return [torch.stack(record) for record in zip(*records, strict=True)]


@PROFILE
@given(
    starts(),
    st.sampled_from([F.cross_entropy, cross_entropy, double_softmax_cost]),
    RATES,
    st.integers(0, 3),
    st.sampled_from(MODES),
)
def test_train_is_the_loop_with_an_optimizer(start, cost_function, lr, epochs, mode):
    expected = by_optimizer(cost_function, *start, lr, epochs)
    with untouched(*start), mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of runs that diverge
        history = train(*start, cost_function=cost_function, lr=lr, epochs=epochs)
        figures = history.cost, history.cross_entropy, history.accuracy, history.probabilities
    exact = {"rtol": 0, "atol": 0, "equal_nan": True}
    torch.testing.assert_close([history.weight, history.bias], expected, **exact)
    x, y = start[0].detach(), start[1]
    weight, bias = expected
    # All epochs at once: older versions of torch round the product of one epoch otherwise.
    for epoch, logits in enumerate(x @ weight + bias.unsqueeze(1)):
        cost, yardstick, accuracy, probabilities = (figure[epoch] for figure in figures)
        if logits.isfinite().all():
            assert_equal(cost, cost_function(logits, y))
            assert_equal(yardstick, F.cross_entropy(logits, y))
            assert_equal(probabilities, logits.softmax(dim=1))
        assert 0 <= accuracy <= 1


@PROFILE
@given(starts(), st.integers(0, 3), st.sampled_from(MODES))
@pytest.mark.parametrize("run", [train_low_level, train_cross_entropy, train_module])
def test_the_published_runs_go_through_anywhere(run, start, epochs, mode):
    x, y, *_ = start
    y = y % 3
    with untouched(x, y), mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of runs that diverge
        history = run(x, y, epochs=epochs)
        assert history.cost.shape == (epochs + 1,) and history.on(x, y).cost.dtype == x.dtype
    assert history.weight.isfinite()[0].all() and not history.weight.is_inference()


@PROFILE
@given(st.data(), starts(SETTLED, [torch.float64]), st.integers(1, 4), st.sampled_from(MODES))
def test_many_models_are_trained_as_each_alone(data, start, models, mode):
    x, y, weight, _ = start
    weights = data.draw(tensors((models, *weight.shape), [torch.float64], SETTLED))
    biases = data.draw(tensors((models, weight.shape[1]), [torch.float64], SETTLED))
    rates = torch.linspace(1e-4, 1e-3, models, dtype=torch.float64) / weight.shape[0]
    with untouched(x, y, weights, biases, rates), mode():
        many = train_many(x, y, weights, biases, lr=rates, epochs=2)
    for model, lr in enumerate(rates.tolist()):
        alone = train(x, y, weights[model], biases[model], lr=lr, epochs=3)
        close = {"rtol": 1e-9, "atol": 1e-9}
        torch.testing.assert_close(many.cost[:, model], alone.cost[:3], **close)
        torch.testing.assert_close(many.weight[model], alone.weight[3], **close)
        torch.testing.assert_close(many.bias[model], alone.bias[3], **close)


# ---------------------------------------------------------------------- data


@PROFILE
@given(st.sampled_from(MODES), st.sampled_from(FLOATS))
@pytest.mark.parametrize("load", [load_lab, load_penguins])
def test_the_data_are_the_same_whatever_torch_is_set_to(load, mode, default):
    expected = load()
    torch.set_default_dtype(default)
    try:
        with untouched(*expected), mode():
            x, y = load()
    finally:
        torch.set_default_dtype(torch.float32)
    assert x.dtype == torch.float32 and y.dtype == torch.int64
    torch.testing.assert_close((x, y), expected, rtol=0, atol=0, equal_nan=True)


# ---------------------------------------------------------------------- arguments of any kind

LOGITS, WEIGHTS = torch.zeros(8, 3), torch.zeros(2, 4, 3)
PARAMETER = torch.zeros(3, requires_grad=True)
CALLS = {  # every public function, with arguments that it takes
    softmax: {"logits": LOGITS, "dim": 1},
    log_softmax: {"logits": LOGITS, "dim": 1},
    one_hot: {"target": Y, "num_classes": 3},
    nll_loss: {"log_probabilities": LOGITS, "target": Y, "reduction": "mean"},
    cross_entropy: {"logits": LOGITS, "target": Y, "reduction": "mean"},
    double_softmax_cost: {"logits": LOGITS, "target": Y, "reduction": "mean"},
    SoftmaxClassifier: {"in_features": 4, "num_classes": 3},
    SoftmaxClassifier(4, 3): {"x": X},
    gradient_descent: {
        "cost": lambda: (PARAMETER**2).sum(),
        "parameters": [PARAMETER],
        "lr": 0.1,
        "epochs": 1,
    },
    train: {
        "x": X,
        "y": Y,
        "weight": WEIGHTS[0],
        "bias": torch.zeros(3),
        "cost_function": F.cross_entropy,
        "lr": 0.1,
        "epochs": 1,
    },
    train_low_level: {"x": X, "y": Y, "lr": 0.1, "epochs": 1},
    train_cross_entropy: {"x": X, "y": Y, "lr": 0.1, "epochs": 1},
    train_module: {"x": X, "y": Y, "lr": 0.1, "epochs": 1},
    train_module(X, Y, epochs=1).on: {"x": X, "y": Y},
    train_many: {
        "x": X,
        "y": Y,
        "weight": WEIGHTS,
        "bias": torch.zeros(2, 3),
        "lr": torch.tensor([0.1, 0.2]),
        "epochs": 1,
    },
}
DTYPES = [*FLOATS, torch.bool, torch.int32, torch.int64]


@st.composite
def odd_tensors(draw):
    """Tensors of shapes and dtypes that a function may not be made for."""
    shape = draw(st.sampled_from([(8, 4), (8, 3), (4, 3), (2, 4, 3), (8,), (3,), (2,), (2, 3)]))
    shape = draw(st.just(shape) | st.lists(st.integers(0, 5), max_size=4))
    tensor = torch.full(shape, draw(st.sampled_from([0.0, 1.0, 300.0])))
    tensor = tensor.to(draw(st.sampled_from(DTYPES)))
    return draw(st.sampled_from([tensor, tensor.numpy(), tensor.tolist(), [tensor]]))


ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers(-5, 100)
    | st.sampled_from([10**12, 10**30, -(10**30)])
    | st.floats()
    | st.text(max_size=3)
    | st.complex_numbers()
    | st.lists(st.integers(), max_size=3)
    | st.sampled_from([int, len, object(), ..., {}, {1}, b"", range(3), slice(3)])
    | st.builds(lambda value: lambda *_, **__: value, st.none() | st.integers() | odd_tensors())
    | odd_tensors()
)


@settings(PROFILE, max_examples=30)
@given(st.data(), st.sampled_from(MODES))
@pytest.mark.parametrize("function", CALLS, ids=lambda call: getattr(call, "__name__", "model"))
def test_an_argument_of_any_kind_is_taken_or_named(function, data, mode):
    arguments = dict(CALLS[function])
    for name in data.draw(st.sets(st.sampled_from(sorted(arguments)), min_size=1)):
        arguments[name] = data.draw(ANYTHING, label=name)
    if isinstance(epochs := arguments.get("epochs"), int):
        assume(not 1000 < epochs <= 1_000_000)  # taken, but slow
    tensors = [value for value in arguments.values() if isinstance(value, torch.Tensor)]
    before = [(tensor._version, tensor.requires_grad) for tensor in tensors]
    try:
        with mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            function(**arguments)
    except (TypeError, ValueError) as error:
        assert str(error).split()[0].split("[")[0] in {*CALLS[function], "cost"}, error
    assert before == [(tensor._version, tensor.requires_grad) for tensor in tensors]
