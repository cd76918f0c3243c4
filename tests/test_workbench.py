"""The workbench without a browser: settings, start, still picture, errors, and what is sent."""

import pytest
import torch
import torch.nn.functional as F

from lab06.data import load_lab, load_penguins
from lab06.explore import Workbench
from lab06.losses import double_softmax_cost
from lab06.training import train_module

X, Y = load_lab()


def penguins():
    x, y = load_penguins()
    complete = ~x.isnan().any(dim=1)
    return x[complete][:, [0, 2]], y[complete]


def trained(workbench, weight, epoch=7):
    """Put in what the browser would send."""
    sent = weight.double().contiguous().numpy().tobytes()
    workbench.set_state({"weights": memoryview(sent), "epoch": epoch, "trained": epoch})
    return workbench


def test_it_begins_as_the_published_loops_do_but_with_a_bias_per_class():
    workbench = Workbench(X, Y)
    assert workbench.settings == {
        "softmax": "once", "bias": "per class", "start": 0, "features": "raw", "lr": 0.1,
    }  # fmt: skip
    assert (workbench.epoch, workbench.twin) == (0, None)
    assert not workbench.weight.any() and workbench.weight.shape == (4, 3)
    assert workbench.bias.tolist() == [0, 0, 0]
    assert (
        workbench.cost == workbench.cross_entropy == pytest.approx(torch.tensor(3.0).log().item())
    )
    assert torch.equal(workbench.x, X.double()) and torch.equal(workbench.y, Y)


def test_draw_1_is_the_published_start():
    published = train_module(X, Y)
    workbench = Workbench(X, Y, start=1)
    assert torch.equal(workbench.weight, published.weight[0].double())
    assert torch.equal(workbench.bias, published.bias[0].double())
    assert workbench.cost == pytest.approx(published.cost[0].item())
    shared = Workbench(X, Y, start=1, bias="shared")
    assert torch.equal(shared.bias, published.bias[0, :1].double())
    assert Workbench(X, Y, start=1, bias="none").bias.tolist() == [0]


def test_draws_differ_and_disturb_no_random_numbers():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    starts = [tuple(Workbench(X, Y, start=draw).weight[0].tolist()) for draw in range(1, 21)]
    assert torch.equal(torch.rand(3), expected)
    assert len(set(starts)) == 20


def test_cost_and_yardstick_are_those_of_the_weights_sent_back():
    weights = torch.randn(5, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    workbench = trained(Workbench(X, Y, softmax="twice", features="standardised"), weights)
    x = X.double()
    logits = (x - x.mean(dim=0)) / x.std(dim=0) @ weights[:4] + weights[4]
    assert torch.equal(workbench.weight, weights[:4]) and torch.equal(workbench.bias, weights[4])
    assert workbench.cost == pytest.approx(double_softmax_cost(logits, Y).item())
    assert workbench.cross_entropy == pytest.approx(F.cross_entropy(logits, Y).item())
    assert workbench.epoch == 7


def test_a_feature_that_never_changes_is_0_when_standardised():
    x = X.clone()
    x[:, 2] = 4
    workbench = trained(Workbench(x, Y, features="standardised"), torch.ones(5, 3))
    assert workbench.cost == pytest.approx(torch.tensor(3.0).log().item())


@pytest.mark.parametrize(
    "change", [{"softmax": "twice"}, {"bias": "none"}, {"start": 4}, {"features": "standardised"}]
)
def test_a_switch_starts_again(change):
    workbench = trained(Workbench(X, Y), torch.ones(5, 3))
    workbench.settings = change
    fresh = Workbench(X, Y, **change)
    assert workbench.settings == fresh.settings and workbench.epoch == 0
    assert torch.equal(workbench.weight, fresh.weight) and torch.equal(workbench.bias, fresh.bias)


def test_the_learning_rate_does_not():
    workbench = trained(Workbench(X, Y), torch.ones(5, 3))
    workbench.settings = {"lr": 0.5, "softmax": "once"}
    assert (workbench.epoch, workbench.settings["lr"]) == (7, 0.5)
    assert torch.equal(workbench.weight, torch.ones(4, 3, dtype=torch.float64))


def test_a_twin_goes_on_from_here_or_starts_again_with_the_model():
    workbench = trained(Workbench(X, Y, lr=0.2), torch.ones(5, 3))
    workbench.twin = {"lr": 0.1}
    assert workbench.twin == workbench.settings | {"lr": 0.1}
    assert workbench.epoch == 7 and len(workbench.weights) == 2 * 5 * 3 * 8
    workbench.twin = {"softmax": "twice"}
    assert workbench.epoch == 0 and not workbench.weight.any()
    assert (workbench.twin["softmax"], workbench.settings["softmax"]) == ("twice", "once")
    workbench.settings = {"bias": "shared"}
    assert (workbench.twin["bias"], workbench.settings["bias"]) == ("per class", "shared")
    workbench.twin = None
    assert workbench.twin is None and len(workbench.weights) == 5 * 3 * 8


def test_the_browser_is_not_told_what_it_said():
    """It would go back to an epoch that has passed, and train again with another learning rate."""
    workbench, told = Workbench(X, Y), []
    workbench._send = lambda message, buffers=None: told.append(message)
    trained(workbench, torch.ones(5, 3))
    assert told == [] and workbench.epoch == 7
    workbench.set_state({"covered": True})  # of other values it is told, by ipywidgets
    assert [message["state"] for message in told] == [{"covered": True}]


def test_an_epoch_set_here_overtakes_one_that_the_browser_still_has_to_send():
    workbench = Workbench(X, Y)
    workbench.epoch = 40
    workbench.set_state({"epoch": 100, "trained": 40})
    assert workbench.epoch == workbench.trained == 40


def test_what_is_passed_in_stays_as_it_is():
    x, y = X.clone(), Y.clone()
    workbench = Workbench(x, y)
    x += 1
    assert torch.equal(workbench.x, X.double())
    workbench.x[0] = 100
    assert torch.equal(workbench.x, X.double())


@pytest.mark.parametrize("twin", [None, {"softmax": "twice"}])
def test_the_still_picture_says_what_it_shows(twin):
    workbench = trained(Workbench(X, Y, twin=twin), torch.zeros(2 if twin else 1, 5, 3))
    words = workbench._repr_mimebundle_()[0]["text/plain"]
    assert words.count("Epoch 7, ") == (2 if twin else 1)
    assert "softmax once, bias per class, zeros, raw, lr 0.1: own cost 1.099" in words
    assert ("inside the small dotted triangle" in words) == bool(twin)
    assert words.count("2 of 8 right") == (2 if twin else 1)


def test_covered_settings_are_in_no_words_of_the_still_picture():
    workbench = Workbench(X, Y, twin={"softmax": "twice"}, covered=True)
    words = workbench._repr_mimebundle_()[0]["text/plain"]
    assert "left settings not shown: own cost 1.099" in words and "right settings" in words
    assert "once" not in words and "twice" not in words and "second softmax" not in words


def test_the_still_picture_of_many_samples_is_described_in_few_words():
    x, y = penguins()
    data, _ = Workbench(x, y, names=["bill", "flipper"])._repr_mimebundle_()
    assert 100 < len(data["text/plain"]) < 1500
    assert len(data["text/html"]) < 200_000


def test_342_samples_are_few_bytes():
    x, y = penguins()
    state = Workbench(x, y).get_state()
    sent = sum(len(v) for k, v in state.items() if isinstance(v, bytes) and k != "_esm")
    assert 8 * 342 * 3 < sent < 15_000


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Workbench(X.tolist(), Y), TypeError, "x must be a tensor, got list"),
        (lambda: Workbench(X.long(), Y), TypeError, "x must be a floating-point tensor"),
        (lambda: Workbench(X[:, :1], Y), ValueError, "x must have 2 to 4 features, got 1"),
        (lambda: Workbench(X.repeat(1, 2), Y), ValueError, "x must have 2 to 4 features, got 8"),
        (lambda: Workbench(X[:2], Y[:2]), ValueError, "x must have 3 to 400 samples, got 2"),
        (lambda: Workbench(X.repeat(51, 1), Y.repeat(51)), ValueError, "samples, got 408"),
        (lambda: Workbench(X / 0, Y), ValueError, "x must be finite, got inf"),
        (lambda: Workbench(-1e101 * X.double(), Y), ValueError, "each number in x must be from"),
        (lambda: Workbench(X, Y + 1), ValueError, r"y must hold class indices 0..2, got 3"),
        (lambda: Workbench(X, Y[:5]), ValueError, r"y must hold one class index per sample"),
        (lambda: Workbench(X, Y, softmax=2), ValueError, "softmax must be one of 'once', 'twice'"),
        (lambda: Workbench(X, Y, bias=True), ValueError, "bias must be one of 'per class', "),
        (lambda: Workbench(X, Y, features="scaled"), ValueError, "features must be one of 'raw'"),
        (lambda: Workbench(X, Y, start=21), ValueError, "start must be at most 20, got 21"),
        (lambda: Workbench(X, Y, start="zeros"), TypeError, "start must be a whole number"),
        (lambda: Workbench(X, Y, lr=0), ValueError, "lr must be from 1e-06 to 10, got 0"),
        (lambda: Workbench(X, Y, lr="0.1"), TypeError, "lr must be a number, got '0.1'"),
        (lambda: Workbench(X, Y, names="abcd"), TypeError, "names must be 4 strings, got 'abcd'"),
        (lambda: Workbench(X, Y, names=["a"]), ValueError, r"names must be 4 strings, got \['a'\]"),
        (lambda: Workbench(X, Y, covered=1), TypeError, "covered must be True or False, got 1"),
        (
            lambda: Workbench(X, Y, twin=True),
            TypeError,
            "twin must be a dict of settings, got True",
        ),
        (
            lambda: Workbench(X, Y, twin={"rate": 1}),
            ValueError,
            "each key of twin must be one of .* .lr., got .rate.",
        ),
        (lambda: setattr(Workbench(X, Y), "settings", 3), TypeError, "settings must be a dict"),
        (lambda: setattr(Workbench(X, Y), "settings", {"lr": -1}), ValueError, "lr must be from"),
        (lambda: setattr(Workbench(X, Y), "epoch", -1), ValueError, "epoch must be at least 0"),
        (lambda: setattr(Workbench(X, Y), "epoch", 20_001), ValueError, "at most 20000"),
        (lambda: setattr(Workbench(X, Y), "epoch", None), TypeError, "epoch must be a whole"),
    ],
)
def test_bad_arguments_are_named(make, error, words):
    with pytest.raises(error, match=words):
        make()
