"""The three published runs, the general loop, and the history they leave behind."""

import math
import subprocess
import sys
import warnings

import pytest
import torch
import torch.nn.functional as F

from lab06.data import load_lab
from lab06.losses import cross_entropy, double_softmax_cost
from lab06.models import SoftmaxClassifier
from lab06.training import (
    History,
    gradient_descent,
    train,
    train_cross_entropy,
    train_low_level,
    train_module,
)

X, Y = load_lab()
RUNS = [train_low_level, train_cross_entropy, train_module]
each_run = pytest.mark.parametrize("run", RUNS)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """On a busy computer two threads wait for each other at every small product, for minutes."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def histories():
    return {run: run(X, Y) for run in RUNS}


# ---------------------------------------------------------------------- the published figures


@pytest.mark.parametrize(
    ("run", "first", "last", "yardstick", "right"),
    [
        (train_low_level, math.log(3), 0.738749, 1.684, 7),
        (train_cross_entropy, math.log(3), 0.399962, 0.399962, 7),
        (train_module, 1.849513, 0.241922, 0.241922, 8),
    ],
)
def test_published_figures(histories, run, first, last, yardstick, right):
    history = histories[run]
    assert history.cost[0].item() == pytest.approx(first, abs=1e-5)
    assert history.cost[-1].item() == pytest.approx(last, abs=1e-5)
    assert history.cross_entropy[-1].item() == pytest.approx(yardstick, abs=1e-3)
    assert history.accuracy[-1].item() == right / 8


def test_low_level_cost_falls_while_the_model_gets_worse():
    history = train_low_level(X, Y, epochs=20_000)
    for epoch, cost, yardstick in [(5000, 0.6859, 3.72), (20_000, 0.6702, 6.26)]:
        assert history.cost[epoch].item() == pytest.approx(cost, abs=5e-5)
        assert history.cross_entropy[epoch].item() == pytest.approx(yardstick, abs=5e-3)
        assert history.accuracy[epoch].item() == 7 / 8


@pytest.mark.parametrize(
    ("cost_function", "num_biases", "cost", "yardstick", "right"),
    [
        (double_softmax_cost, 3, 0.7124, 1.434, 7),
        (cross_entropy, 1, 0.399962, 0.399962, 7),
        (cross_entropy, 3, 0.248155, 0.248155, 8),
        (F.cross_entropy, 3, 0.248155, 0.248155, 8),
    ],
)
def test_other_runs_from_zero(cost_function, num_biases, cost, yardstick, right):
    start = torch.zeros(4, 3), torch.zeros(num_biases)
    history = train(X, Y, *start, cost_function=cost_function)
    assert history.bias.shape == (1001, num_biases)
    assert history.cost[-1].item() == pytest.approx(cost, abs=5e-5)
    assert history.cross_entropy[-1].item() == pytest.approx(yardstick, abs=5e-4)
    assert history.accuracy[-1].item() == right / 8


def test_nn_linear_from_fifty_seeds():
    """All fifty at once: their costs are summed, so that each has its own gradient."""
    linears = [torch.manual_seed(seed) and torch.nn.Linear(4, 3) for seed in range(50)]
    weight = torch.stack([linear.weight.detach().T for linear in linears]).requires_grad_()
    bias = torch.stack([linear.bias.detach() for linear in linears]).requires_grad_()

    def costs(weight, bias):
        logits = X @ weight + bias.unsqueeze(1)
        return F.cross_entropy(logits.mT, Y.expand(50, 8), reduction="none").mean(dim=1)

    weights, biases = gradient_descent(lambda: costs(weight, bias).sum(), [weight, bias])
    last = costs(weights[-1], biases[-1])
    figures = last.min().item(), last.max().item(), last.mean().item()
    assert figures == pytest.approx((0.2355, 0.2685, 0.2481), abs=1e-4)


def test_the_shared_bias_never_learns(histories):
    assert histories[train_low_level].bias.abs().max() < 1e-6
    assert histories[train_cross_entropy].bias.abs().max() < 1e-6
    learned = histories[train_module].bias
    assert (learned[-1] - learned[0]).abs().max() > 0.1


def test_the_middle_level_zigzags_and_half_the_learning_rate_does_not(histories):
    cost = histories[train_cross_entropy].cost
    assert cost[[999, 1000]].tolist() == pytest.approx([0.386, 0.400], abs=5e-4)
    assert (cost[900::2][:-1] - cost[901::2] > 0.01).all()
    smooth = train_cross_entropy(X, Y, lr=0.05).cost
    assert (smooth.diff() < 0).all()
    assert smooth[-1].item() == pytest.approx(0.437, abs=5e-4)


# ---------------------------------------------------------------------- the published loops, bare


def published_low_level():
    W = torch.zeros((4, 3), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)

    def cost():
        hypothesis = F.softmax(X.matmul(W) + b, dim=1)
        y_one_hot = torch.zeros_like(hypothesis)
        y_one_hot.scatter_(1, Y.unsqueeze(1), 1)
        return (y_one_hot * -torch.log(F.softmax(hypothesis, dim=1))).sum(dim=1).mean()

    return cost, [W, b]


def published_cross_entropy():
    W = torch.zeros((4, 3), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    return lambda: F.cross_entropy(X.matmul(W) + b, Y), [W, b]


def published_module():
    torch.manual_seed(1)
    torch.rand(3, 5)
    torch.randint(5, (3,))
    model = torch.nn.Linear(4, 3)
    return lambda: F.cross_entropy(model(X), Y), list(model.parameters())


PUBLISHED = dict(
    zip(RUNS, [published_low_level, published_cross_entropy, published_module], strict=True)
)


@each_run
def test_every_epoch_as_in_the_published_loop(histories, run):
    cost, parameters = PUBLISHED[run]()
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    costs, weights, biases = [], [], []
    for _ in range(1001):
        value = cost()
        costs.append(value.detach())
        weights.append(parameters[0].detach().clone())
        biases.append(parameters[1].detach().clone())
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    weights = torch.stack(weights)
    history = histories[run]
    close = {"rtol": 1e-4, "atol": 1e-4}  # rounding, amplified by the overshooting steps
    torch.testing.assert_close(history.cost, torch.stack(costs), **close)
    torch.testing.assert_close(
        history.weight, weights.transpose(1, 2) if run is train_module else weights, **close
    )
    torch.testing.assert_close(history.bias, torch.stack(biases), **close)


@pytest.mark.parametrize("num_biases", [1, 3])
def test_float64_run_follows_the_gradient_worked_out_on_paper(num_biases):
    """Without autograd: the gradient of the mean cross-entropy by the logits is (p - y) / N."""
    x, one_hot = X.double(), F.one_hot(Y, 3)
    W, b = torch.zeros(4, 3, dtype=torch.float64), torch.zeros(num_biases, dtype=torch.float64)
    history = train(x, Y, W, b, epochs=300)
    for epoch in range(301):
        torch.testing.assert_close(history.weight[epoch], W, rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(history.bias[epoch], b, rtol=1e-9, atol=1e-9)
        gradient = ((x @ W + b).softmax(dim=1) - one_hot) / 8
        W = W - 0.1 * x.T @ gradient
        b = b - 0.1 * gradient.sum(dim=0).view(-1, num_biases // 3 or 3).sum(dim=1)
    assert history.weight.dtype == history.cost.dtype == torch.float64


# ---------------------------------------------------------------------- the history


@each_run
@pytest.mark.parametrize("epochs", [0, 1, 7])
def test_shapes(run, epochs):
    history = run(X, Y, epochs=epochs)
    for derived in (history.cost, history.cross_entropy, history.accuracy):
        assert derived.shape == (epochs + 1,)
        assert derived.dtype == torch.float32 and not derived.requires_grad
    assert history.probabilities.shape == (epochs + 1, 8, 3)
    assert history.weight.shape == (epochs + 1, 4, 3)
    assert history.bias.shape == (epochs + 1, 3 if run is train_module else 1)
    assert not history.weight.requires_grad and not history.bias.requires_grad


@each_run
def test_a_shorter_run_is_the_beginning_of_a_longer_one(histories, run):
    torch.testing.assert_close(run(X, Y, epochs=5).weight, histories[run].weight[:6])


@each_run
def test_two_threads_give_the_same_run(histories, run):
    torch.set_num_threads(2)
    history = run(X, Y, epochs=50)
    torch.set_num_threads(1)
    torch.testing.assert_close(history.weight, histories[run].weight[:51])
    torch.testing.assert_close(history.cost, histories[run].cost[:51])


@each_run
def test_derived_quantities_equal_a_loop_over_the_epochs(histories, run):
    history = histories[run]
    own_cost = double_softmax_cost if run is train_low_level else F.cross_entropy
    logits = [X @ weight + bias for weight, bias in zip(history.weight, history.bias, strict=True)]
    for derived, measure in [
        (history.cost, lambda z: own_cost(z, Y)),
        (history.cross_entropy, lambda z: F.cross_entropy(z, Y)),
        (history.accuracy, lambda z: (z.argmax(dim=1) == Y).float().mean()),
        (history.probabilities, lambda z: z.softmax(dim=1)),
    ]:
        torch.testing.assert_close(derived, torch.stack([measure(z) for z in logits]))


def test_chunks_of_epochs_change_nothing():
    """At 200,000 samples `_each_epoch` takes 6 epochs at a time, so that 16 make 3 parts."""
    repeated = X.repeat(25_000, 1), Y.repeat(25_000)
    history = train_module(X, Y, epochs=15)
    many = history.on(*repeated)
    parts = []
    many._each_epoch(lambda logits: parts.append(len(logits)) or logits[:, 0, 0])
    assert parts == [6, 6, 4]
    torch.testing.assert_close(many.cost, history.cost)
    torch.testing.assert_close(many.cross_entropy, history.cross_entropy)
    torch.testing.assert_close(many.accuracy, history.accuracy)
    torch.testing.assert_close(many.probabilities[:, -8:], history.probabilities)


@each_run
def test_on_measures_the_same_run_on_other_data(histories, run):
    history = histories[run]
    other = history.on(X[:3], Y[:3])
    assert other.weight is history.weight and other.bias is history.bias
    torch.testing.assert_close(other.probabilities, history.probabilities[:, :3])
    losses = -history.probabilities[:, range(3), Y[:3]].log()
    torch.testing.assert_close(other.cross_entropy, losses.mean(dim=1), rtol=1e-4, atol=1e-4)


def test_nan_counts_as_wrong():
    weight = torch.tensor([[[1.0, 0.0]], [[math.nan, 0.0]], [[0.0, math.nan]]])
    history = History(
        weight, torch.zeros(3, 2), torch.ones(2, 1), torch.tensor([0, 1]), F.cross_entropy
    )
    assert history.accuracy.tolist() == [0.5, 0, 0]


def test_history_keeps_its_own_data():
    """Scaling x in place after training must not change a history that is read later."""
    x, y = X.clone(), Y.clone()
    history = train_module(x, y, epochs=3)
    other = history.on(x, y)
    expected = train_module(X, Y, epochs=3).cost
    x.mul_(100)
    y.zero_()
    torch.testing.assert_close(history.cost, expected)
    torch.testing.assert_close(other.cost, expected)


# ---------------------------------------------------------------------- leaves things alone


@each_run
def test_random_numbers_and_inputs_are_not_disturbed(run):
    torch.manual_seed(99)  # a state that no run leaves behind
    x, y = X.clone(), Y.clone()
    state = torch.get_rng_state()
    run(x, y, epochs=3)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(x, X) and torch.equal(y, Y) and x.grad is None


def test_the_start_is_not_changed():
    weight, bias = torch.ones(4, 3, requires_grad=True), torch.ones(3)
    history = train(X, Y, weight, bias, epochs=3)
    assert torch.equal(history.weight[0], weight) and torch.equal(history.bias[0], bias)
    assert torch.equal(weight, torch.ones(4, 3)) and torch.equal(bias, torch.ones(3))
    assert weight.grad is None and not bias.requires_grad
    assert not torch.equal(history.weight[1], weight)


@each_run
def test_the_start_does_not_depend_on_the_seed(histories, run):
    torch.manual_seed(123)
    torch.testing.assert_close(run(X, Y, epochs=2).weight, histories[run].weight[:3])


@each_run
def test_works_while_gradients_are_switched_off(histories, run):
    with torch.no_grad():
        history = run(X, Y, epochs=5)
        assert not torch.is_grad_enabled()
    torch.testing.assert_close(history.weight, histories[run].weight[:6])


@each_run
def test_works_inside_inference_mode(histories, run):
    """And the history is made of ordinary tensors, which can be trained on."""
    with torch.inference_mode():
        history = run(X.clone(), Y.clone(), epochs=5)
    torch.testing.assert_close(history.weight, histories[run].weight[:6])
    assert not any(part.is_inference() for part in (history.weight, history.bias, history.x))
    with torch.inference_mode():
        start = torch.zeros(4, 3), torch.zeros(1)
        assert torch.equal(train(X, Y, *start, epochs=2).cost, train(X, Y, *start, epochs=2).cost)


@each_run
def test_works_whatever_the_default_dtype_and_device_are(histories, run):
    torch.set_default_dtype(torch.float64)
    try:
        with torch.device("meta"):
            history = run(X, Y, epochs=5)
    finally:
        torch.set_default_dtype(torch.float32)
    torch.testing.assert_close(history.weight, histories[run].weight[:6])


@each_run
def test_features_may_require_grad_and_be_non_contiguous(histories, run):
    x = X.T.contiguous().T.requires_grad_()
    history = run(x, Y, epochs=5)
    assert x.grad is None and not history.cost.requires_grad
    torch.testing.assert_close(history.weight, histories[run].weight[:6])


@each_run
@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float64, 1e-5), (torch.float16, 0.01), (torch.bfloat16, 0.05)]
)
def test_other_dtypes(histories, run, dtype, tolerance):
    history = run(X.to(dtype), Y, epochs=5)
    assert history.weight.dtype == history.cost.dtype == history.probabilities.dtype == dtype
    expected = histories[run].cost[:6]
    torch.testing.assert_close(history.cost.float(), expected, rtol=tolerance, atol=tolerance)


def test_module_starts_in_the_published_draw_order():
    torch.manual_seed(1)
    torch.rand(3, 5)
    torch.randint(5, (3,))
    model = SoftmaxClassifier(4, 3)
    history = train_module(X, Y, epochs=0)
    assert torch.equal(history.weight[0], model.linear.weight.T)
    assert torch.equal(history.bias[0], model.linear.bias)


# ---------------------------------------------------------------------- runs that diverge


@each_run
def test_a_diverging_run_says_so_once_and_keeps_its_whole_history(run):
    x = torch.full_like(X, 3e38) if run is train_low_level else X * 1e30
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = run(x, Y, epochs=20)
        for derived in (history.cost, history.cross_entropy, history.accuracy):
            assert derived.shape == (21,)
    assert [warning.category for warning in caught] == [RuntimeWarning]
    text = str(caught[0].message)
    assert "diverged" in text and "lr was 0.1" in text and "cost nan" in text
    since = int(text.split("since epoch ")[1].split(",")[0])
    assert history.weight[since - 1].isfinite().all() and history.weight[since].isnan().any()
    assert history.cost[-1].isnan() and history.accuracy[-1] == 0


def test_a_second_diverging_run_says_so_again():
    """With Python's own filters, which show a warning from the same line only once."""
    program = """
from lab06.data import load_lab
from lab06.training import train_cross_entropy
x, y = load_lab()
for _ in range(2):
    train_cross_entropy(x * 1e30, y, epochs=5)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr.count("RuntimeWarning: the run diverged") == 2


def test_a_cost_that_ends_infinite_is_reported():
    parameter = torch.tensor([1.0], requires_grad=True)
    with pytest.warns(RuntimeWarning, match="at the last epoch, cost inf; lr was 0.5"):
        (record,) = gradient_descent(lambda: parameter.sum() / 0, [parameter], lr=0.5, epochs=0)
    assert record.tolist() == [[1.0]]


# ---------------------------------------------------------------------- the general loop


def test_gradient_descent_on_a_parabola():
    """w² from w = 1 with lr 0.25 halves w at each update; the record is taken before it."""
    w = torch.tensor([1.0], requires_grad=True)
    (record,) = gradient_descent(lambda: (w**2).sum(), [w], lr=0.25, epochs=3)
    assert record.tolist() == [[1.0], [0.5], [0.25], [0.125]]
    assert w.tolist() == [0.0625] and w.grad is None


def test_gradient_descent_takes_model_parameters():
    model = SoftmaxClassifier(4, 3)
    records = gradient_descent(lambda: F.cross_entropy(model(X), Y), model.parameters(), epochs=2)
    assert [record.shape for record in records] == [(3, 3, 4), (3, 3)]


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ([], ValueError, "parameters must hold at least one tensor, got none"),
        (
            torch.ones(2, requires_grad=True),
            TypeError,
            "parameters must be a list of tensors, got a single tensor",
        ),
        (
            [torch.ones(2)],
            TypeError,
            "parameters must be tensors that require grad, got one that does not at 0",
        ),
        ([1.0], TypeError, "parameters must be tensors that require grad, got 1.0 at 0"),
        (None, TypeError, "parameters must be a list of tensors, got None"),
        (
            2 * [torch.ones(2, requires_grad=True)],
            ValueError,
            "parameters must be different tensors, got one of them twice",
        ),
    ],
)
def test_gradient_descent_refuses_parameters(parameters, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        gradient_descent(lambda: None, parameters)


@pytest.mark.parametrize(
    ("cost", "error", "message"),
    [
        (3, TypeError, "cost must be a function, got 3"),
        (lambda z: 1.0, TypeError, "cost must return a tensor, got float"),
        (lambda z: None, TypeError, "cost must return a tensor, got NoneType"),
        (lambda z: z, ValueError, r"cost must return a single number, got shape \(8, 3\)"),
        (lambda z: z.sum() * 1j, TypeError, "cost must return a real number, got torch.complex64"),
        (
            lambda z: z.sum().detach(),
            ValueError,
            "cost must be computed from the parameters, got a number without gradient",
        ),
        (
            lambda z: torch.ones(1, requires_grad=True),
            ValueError,
            "cost must depend on all parameters, got no gradient for parameter 0",
        ),
    ],
)
def test_gradient_descent_and_train_refuse_costs(cost, error, message):
    logits = torch.zeros(8, 3, requires_grad=True)
    with pytest.raises(error, match=f"^{message}$"):
        gradient_descent(cost if cost == 3 else lambda: cost(logits), [logits], epochs=1)
    with pytest.raises(error, match=message.replace("cost must be a", "cost_function must be a")):
        train(X, Y, *ZEROS, cost_function=cost if cost == 3 else lambda z, y: cost(z), epochs=1)


def test_gradient_descent_names_the_parameter_that_is_left_out():
    used, unused = (torch.ones(2, requires_grad=True) for _ in range(2))
    with pytest.raises(ValueError, match="got no gradient for parameter 1$"):
        gradient_descent(lambda: used.sum(), [used, unused])
    assert torch.equal(used, torch.ones(2))


def test_a_diverging_single_number_is_reported():
    number = torch.tensor(1.0, requires_grad=True)
    with pytest.warns(RuntimeWarning, match="no longer finite since epoch 2, cost inf"):
        (record,) = gradient_descent(lambda: number**2, [number], lr=1e38, epochs=2)
    assert record.shape == (3,)


def test_a_rate_may_be_a_large_int():
    assert train_low_level(X, Y, lr=10**30, epochs=1).weight.isfinite().all()


# ---------------------------------------------------------------------- errors

ZEROS = torch.zeros(4, 3), torch.zeros(3)
TRAINERS = {
    **{run.__name__: run for run in RUNS},
    "train": lambda x, y, **options: train(x, y, *ZEROS, **options),
    "gradient_descent": lambda x, y, **options: gradient_descent(lambda: None, [], **options),
    "History.on": lambda x, y: train_module(X, Y, epochs=0).on(x, y),
}
NAN, INF = X.clone(), X.clone()
NAN[5, 2], INF[0, 3] = math.nan, -math.inf


@pytest.mark.parametrize("trainer", sorted(set(TRAINERS) - {"gradient_descent"}))
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (X.tolist(), TypeError, "x must be a tensor, got list"),
        (X.numpy(), TypeError, "x must be a tensor, got ndarray"),
        (X.long(), TypeError, "x must be a floating-point tensor, got torch.int64"),
        (X[0], ValueError, r"x must have shape \(N, (4|D)\), got \(4,\)"),
        (X[None], ValueError, r"x must have shape \(N, (4|D)\), got \(1, 8, 4\)"),
        (X[:0], ValueError, r"x must not be empty, got shape \(0, 4\)"),
        (X[:, :0], ValueError, r"x must not be empty, got shape \(8, 0\)"),
        (NAN, ValueError, r"x must be finite, got nan at \[5, 2\]"),
        (INF, ValueError, r"x must be finite, got -inf at \[0, 3\]"),
    ],
)
def test_refuses_features(trainer, x, error, message):
    with pytest.raises(error, match=message):
        TRAINERS[trainer](x, Y)


INDICES = r"y must hold one class index per sample, shape \(8,\), got shape "


@pytest.mark.parametrize("trainer", sorted(set(TRAINERS) - {"gradient_descent"}))
@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        (Y.tolist(), TypeError, "y must be a tensor of class indices, got list"),
        (Y[:7], ValueError, INDICES + r"\(7,\)$"),
        (Y[:0], ValueError, INDICES + r"\(0,\)$"),
        (Y[0], ValueError, INDICES + r"\(\)$"),
        (Y[:, None], ValueError, INDICES + r"\(8, 1\); .* use .squeeze\(1\)"),
        (F.one_hot(Y), ValueError, INDICES + r"\(8, 3\); for one-hot rows use .argmax\(dim=1\)"),
        (F.one_hot(Y).float(), ValueError, INDICES + r"\(8, 3\); for one-hot rows"),
        (Y.float(), TypeError, "y must hold .* dtype torch.int64, got torch.float32"),
        (Y.int(), TypeError, "y must hold .* dtype torch.int64, got torch.int32"),
        (Y + 1, ValueError, r"y must hold class indices 0\.\.2, got 3 at position 0"),
        (Y - 1, ValueError, r"y must hold class indices 0\.\.2, got -1 at position 6"),
    ],
)
def test_refuses_classes(trainer, y, error, message):
    with pytest.raises(error, match=message):
        TRAINERS[trainer](X, y)


@pytest.mark.parametrize("trainer", sorted(set(TRAINERS) - {"History.on"}))
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"lr": 0}, ValueError, "lr must be finite and greater than 0, got 0"),
        ({"lr": -0.1}, ValueError, "lr must be finite and greater than 0, got -0.1"),
        ({"lr": math.nan}, ValueError, "lr must be finite and greater than 0, got nan"),
        ({"lr": math.inf}, ValueError, "lr must be finite and greater than 0, got inf"),
        ({"lr": 1e39}, ValueError, r"lr must be finite and greater than 0, got 1e\+39"),
        ({"lr": 10**400}, ValueError, "lr must be finite and greater than 0, got 1000"),
        ({"lr": True}, TypeError, r"lr must be a number \(int or float\), got True"),
        ({"lr": "0.1"}, TypeError, r"lr must be a number \(int or float\), got '0.1'"),
        ({"lr": None}, TypeError, r"lr must be a number \(int or float\), got None"),
        (
            {"lr": torch.tensor(0.1)},
            TypeError,
            r"lr must be a number \(int or float\), got tensor\(0.1000\)",
        ),
        ({"epochs": -1}, ValueError, "epochs must be at least 0, got -1"),
        ({"epochs": 1_000_001}, ValueError, "epochs must be at most 1000000, got 1000001"),
        ({"epochs": 1.5}, TypeError, r"epochs must be a whole number \(int\), got 1.5"),
        ({"epochs": 10.0}, TypeError, r"epochs must be a whole number \(int\), got 10.0"),
        ({"epochs": True}, TypeError, r"epochs must be a whole number \(int\), got True"),
        ({"epochs": "10"}, TypeError, r"epochs must be a whole number \(int\), got '10'"),
        ({"epochs": None}, TypeError, r"epochs must be a whole number \(int\), got None"),
    ],
)
def test_refuses_options(trainer, options, error, message):
    with pytest.raises(error, match=message):
        TRAINERS[trainer](X, Y, **options)


W, B = ZEROS


@pytest.mark.parametrize(
    ("weight", "bias", "error", "message"),
    [
        (W.tolist(), B, TypeError, "weight must be a tensor, got list"),
        (W.long(), B, TypeError, "weight must be a floating-point tensor, got torch.int64"),
        (W.double(), B, TypeError, "weight must have dtype torch.float32 .* got torch.float64"),
        (W[0], B, ValueError, r"weight must have shape \(D, C\), got \(3,\)"),
        (W[:0], B, ValueError, r"weight must not be empty, got shape \(0, 3\)"),
        (W[:, :0], B, ValueError, r"weight must not be empty, got shape \(4, 0\)"),
        (W[:3], B, ValueError, "x must have 3 features per row, got 4"),
        (W.T, B, ValueError, "x must have 3 features per row, got 4"),
        (W[:, :2], B[:2], ValueError, r"y must hold class indices 0\.\.1, got 2 at position 0"),
        (W + math.nan, B, ValueError, r"weight must be finite, got nan at \[0, 0\]"),
        (W, B.tolist(), TypeError, "bias must be a tensor, got list"),
        (W, B.long(), TypeError, "bias must be a floating-point tensor, got torch.int64"),
        (W, B.double(), TypeError, "bias must have dtype torch.float32 .* got torch.float64"),
        (W, B[:2], ValueError, r"bias must have shape \(3,\) or \(1,\), got \(2,\)"),
        (W, B[None], ValueError, r"bias must have shape \(3,\) or \(1,\), got \(1, 3\)"),
        (W, B[0], ValueError, "bias must have at least one dimension, got a single number"),
        (W, B - math.inf, ValueError, r"bias must be finite, got -inf at \[0\]"),
    ],
)
def test_train_refuses_starts(weight, bias, error, message):
    with pytest.raises(error, match=message):
        train(X, Y, weight, bias, epochs=1)


def test_on_refuses_data_of_another_kind():
    history = train_module(X, Y, epochs=0)
    with pytest.raises(TypeError, match="x must have dtype torch.float32 .* got torch.float64"):
        history.on(X.double(), Y)
    with pytest.raises(ValueError, match="x must have 4 features per row, got 2"):
        history.on(X[:, :2], Y)


def test_a_history_at_the_end_of_a_cell_prints_one_short_line():
    assert repr(train_low_level(X, Y)) == "History of 1001 epochs, own cost 1.099 to 0.739"
    history = train(X, Y, torch.zeros(4, 3), torch.zeros(3), epochs=2)
    assert repr(history) == "History of 3 epochs, own cost 1.099 to 0.981"
