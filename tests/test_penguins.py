"""The penguins: the data as they ship, and an independent solver for the same problem."""

from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression

from lab06.data import PENGUIN_MEASUREMENTS, PENGUIN_SPECIES, load_penguins
from lab06.training import gradient_descent

ROOT = Path(__file__).parent.parent
DECAY = 0.01  # lambda, the weight of the penalty (lambda / 2) ||W||^2


def test_counts_of_the_species():
    _, y = load_penguins()
    assert PENGUIN_SPECIES == ("Adelie", "Chinstrap", "Gentoo")
    assert y.bincount().tolist() == [152, 68, 124]


def test_shapes_and_dtypes():
    x, y = load_penguins()
    assert (x.shape, x.dtype) == ((344, len(PENGUIN_MEASUREMENTS)), torch.float32)
    assert (y.shape, y.dtype) == ((344,), torch.int64)


def test_two_penguins_were_not_measured():
    x, y = load_penguins()
    missing = x.isnan()
    assert missing.any(dim=1).sum() == 2
    assert torch.equal(missing.any(dim=1), missing.all(dim=1))
    assert y[missing.any(dim=1)].tolist() == [0, 2]


def test_columns_hold_what_their_names_say():
    x, _ = load_penguins()
    torch.testing.assert_close(x[0], torch.tensor([39.1, 18.7, 181.0, 3750.0]))
    known = x[~x.isnan().any(dim=1)]
    torch.testing.assert_close(known.amin(dim=0), torch.tensor([32.1, 13.1, 172.0, 2700.0]))
    torch.testing.assert_close(known.amax(dim=0), torch.tensor([59.6, 21.5, 231.0, 6300.0]))


def test_every_call_returns_new_tensors():
    for tensor in load_penguins():
        tensor.zero_()
    assert all(tensor.any() for tensor in load_penguins())


def test_source_and_licence_ship_with_the_table():
    folder = files("lab06") / "data_files"
    note = (folder / "penguins.md").read_text(encoding="utf-8")
    assert "Gorman" in note and "CC0 1.0" in note
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has none")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = settings["tool"]["setuptools"]["package-data"]["lab06"]
    for name in ("penguins.csv", "penguins.md"):
        assert (folder / name).is_file()
        assert any(fnmatch(f"data_files/{name}", pattern) for pattern in shipped)


@pytest.fixture(scope="module")
def parts():
    """Training and test part as in notebook 09, standardised, in float64."""
    x, y = load_penguins()
    known = ~x.isnan().any(dim=1)
    x, y = x[known].double(), y[known]
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    test, train = order[:86], order[86:]
    x = (x - x[train].mean(dim=0)) / x[train].std(dim=0)
    return x[train], y[train], x[test], y[test]


@pytest.fixture(scope="module")
def ours(parts):
    """The regularised optimum by the course's own gradient descent."""
    x, y, _, _ = parts
    weight = torch.zeros(4, 3, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(3, dtype=torch.float64, requires_grad=True)

    def cost():
        return F.cross_entropy(x @ weight + bias, y) + DECAY / 2 * weight.square().sum()

    gradient_descent(cost, [weight, bias], lr=1.0, epochs=3000)
    gradients = torch.autograd.grad(cost(), [weight, bias])
    assert all(gradient.abs().max() < 1e-9 for gradient in gradients), "not converged"
    return weight.detach(), bias.detach()


@pytest.fixture(scope="module")
def theirs(parts):
    """The same problem by scikit-learn; it sums losses where we average: C = 1 / (N lambda)."""
    x, y, _, _ = parts
    solver = LogisticRegression(C=1 / (len(x) * DECAY), tol=1e-10, max_iter=10_000)
    return solver.fit(x.numpy(), y.numpy())


def test_the_same_weights_as_an_independent_solver(ours, theirs):
    weight, bias = ours
    torch.testing.assert_close(weight.T, torch.from_numpy(theirs.coef_), atol=1e-5, rtol=0)
    intercept = torch.from_numpy(theirs.intercept_)
    torch.testing.assert_close(
        bias - bias.mean(), intercept - intercept.mean(), atol=1e-5, rtol=0
    )  # only differences between classes matter


@pytest.mark.parametrize("part", ["training", "test"])
def test_the_same_predictions_as_an_independent_solver(parts, ours, theirs, part):
    x, y = parts[:2] if part == "training" else parts[2:]
    weight, bias = ours
    logits = x @ weight + bias
    probabilities = torch.from_numpy(theirs.predict_proba(x.numpy()))
    torch.testing.assert_close(F.softmax(logits, dim=1), probabilities, atol=1e-6, rtol=0)
    cost = F.cross_entropy(logits, y)
    torch.testing.assert_close(cost, F.nll_loss(probabilities.log(), y), atol=1e-6, rtol=0)
    accuracy = (logits.argmax(dim=1) == y).double().mean().item()
    assert accuracy == pytest.approx(theirs.score(x.numpy(), y.numpy()), abs=1e-12)
    assert accuracy > 0.95
