"""The explorers without a browser: state, still picture, errors, and what goes over the wire."""

import pytest
import torch
import torch.nn.functional as F

from lab06.data import load_lab
from lab06.explore import (
    CrossEntropyExplorer,
    LearningRateExplorer,
    SoftmaxExplorer,
    StabilityExplorer,
    TrainingPlayer,
)
from lab06.plotting.simplex import SIMPLEX_CORNERS
from lab06.sweep import train_many
from lab06.training import train, train_cross_entropy, train_low_level, train_module

X, Y = load_lab()
RATES = torch.logspace(-3, 3, 5)
RUNS = {
    "low level": train_low_level(X, Y),
    "middle level": train_cross_entropy(X, Y),
    "high level": train_module(X, Y),
}


def sweep(models=5, epochs=30):
    return train_many(
        X, Y, torch.zeros(models, 4, 3), torch.zeros(models, 3), lr=RATES[:models], epochs=epochs
    )


def rates_explorer(**changes):
    return LearningRateExplorer(**{"rates": RATES, "sweeps": sweep(), "guess": 1.1} | changes)


MAKE = {
    "softmax": SoftmaxExplorer,
    "cross-entropy": CrossEntropyExplorer,
    "stability": StabilityExplorer,
    "player": lambda **changes: TrainingPlayer(RUNS, **changes),
    "learning rate": rates_explorer,
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_still_picture_stands_beside_the_widget(make):
    data, _ = make()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "<img src=" in data["text/html"] and "alt=" in data["text/html"]
    assert len(data["text/plain"]) > 40


@pytest.mark.parametrize(
    ("make", "changes"),
    [
        (SoftmaxExplorer, {"logits": [0, 0, 3]}),
        (CrossEntropyExplorer, {"logits": [0, 0, 3]}),
        (StabilityExplorer, {"scale": 7}),
        (MAKE["player"], {"epoch": 7}),
        (rates_explorer, {"model": 3}),
    ],
)
def test_still_picture_follows_the_state(make, changes):
    explorer = make()
    before = explorer._repr_mimebundle_()[0]
    for name, value in changes.items():
        setattr(explorer, name, value)
    after = explorer._repr_mimebundle_()[0]
    assert after["text/plain"] != before["text/plain"]
    assert after["text/html"] != before["text/html"]


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (SoftmaxExplorer, ("logits", "temperature")),
        (CrossEntropyExplorer, ("logits", "target", "lr")),
        (StabilityExplorer, ("scale", "target")),
        (MAKE["player"], ("epoch",)),
        (rates_explorer, ("model", "name")),
    ],
)
def test_none_is_refused_as_other_values_are(make, names):
    explorer = make()
    for name in names:
        with pytest.raises((TypeError, ValueError), match=f"^{name} must be .* got None"):
            setattr(explorer, name, None)


def test_the_browser_is_not_told_the_epoch_that_it_told():
    player, told = MAKE["player"](), []
    player._send = lambda message, buffers=None: told.append(message)
    player.set_state({"epoch": 5})
    assert told == [] and player.epoch == 5
    player.set_state({"small_triangle": True})  # of other values it is told, by ipywidgets
    assert [message["state"] for message in told] == [{"small_triangle": True}]


def test_softmax_state():
    explorer = SoftmaxExplorer(logits=torch.tensor([1.0, 2.0, 3.0]), temperature=2)
    assert explorer.logits == [1.0, 2.0, 3.0] and explorer.temperature == 2.0
    expected = F.softmax(torch.tensor([0.5, 1, 1.5]), dim=0)
    torch.testing.assert_close(explorer.probabilities, expected)


def test_cross_entropy_state():
    explorer = CrossEntropyExplorer(logits=(0, 0, 3), target=torch.tensor(2))
    expected = F.cross_entropy(torch.tensor([0.0, 0, 3]), torch.tensor(2)).item()
    assert explorer.cross_entropy == pytest.approx(expected)
    torch.testing.assert_close(explorer.probabilities, F.softmax(torch.tensor([0.0, 0, 3]), 0))


@pytest.mark.parametrize("target", [0, 1])
@pytest.mark.parametrize("scale", [1, 3, 88, 89, 95, 103, 104, 130])
def test_stability_shows_what_the_lesson_computes(scale, target):
    def naive_log_softmax(z):  # F.softmax has another gradient: inf, nan, inf from 89 on
        weights = (z - z.amax()).exp()
        return (weights / weights.sum()).log()

    explorer = StabilityExplorer(scale=scale, target=target)
    assert explorer.naive[1:].isnan().all() == (scale >= (104, 89)[target])
    assert explorer.naive[1:].isnan().any() == explorer.naive[1:].isnan().all()
    assert not (explorer.naive.signbit() & (explorer.naive == 0)).any()  # no -0.00 in a print
    for rows, log_probabilities in [
        (explorer.naive, naive_log_softmax),
        (explorer.stable, lambda z: F.log_softmax(z, dim=0)),
    ]:
        z = torch.tensor([float(scale), 0, 0], requires_grad=True)
        cost = -log_probabilities(z)[target]
        (gradient,) = torch.autograd.grad(cost, z)
        torch.testing.assert_close(rows[0], cost.detach(), equal_nan=True)
        torch.testing.assert_close(rows[1:], gradient, equal_nan=True)


def test_learning_rate_state():
    explorer = rates_explorer(sweeps={"one": sweep(), "other": sweep()}, model=2, name="other")
    assert explorer.lr == pytest.approx(1.0)
    assert torch.equal(explorer.cost, sweep().cost[:, 2])
    explorer.name, explorer.model = "one", 0
    assert explorer.lr == pytest.approx(1e-3)


def test_player_takes_a_single_history():
    assert TrainingPlayer(RUNS["high level"]).names == ["run"]


def test_player_shows_the_yardstick_only_when_asked_to():
    for yardstick in (False, True):
        player = TrainingPlayer(RUNS, yardstick=yardstick)
        assert bool(player.get_state()["cross_entropy"]) == yardstick
        assert ("yardstick" in player._repr_mimebundle_()[0]["text/plain"]) == yardstick


def test_the_film_s_still_picture_shades_what_a_second_softmax_returns():
    player = TrainingPlayer(RUNS["low level"], small_triangle=True)
    ax = player.still()
    shaded = torch.tensor(ax.patches[0].get_xy())
    middle = torch.softmax(torch.tensor([0.5, 0.5, 0.0]), dim=0) @ SIMPLEX_CORNERS
    corners = torch.softmax(torch.eye(3), dim=1) @ SIMPLEX_CORNERS
    for point in (middle, corners[0]):  # the middle of a side lies inside the straight line
        assert (shaded - point).norm(dim=1).min() < 1e-6
    assert middle[1] > corners[0, 1] + 0.01
    assert "inside the small dotted triangle" in ax.description


def test_player_of_three_runs_sends_less_than_a_megabyte():
    state = TrainingPlayer(RUNS).get_state()
    sent = sum(len(v) if isinstance(v, bytes) else len(repr(v)) for v in state.values())
    assert 300_000 < sent < 1_000_000


def test_wire_holds_the_history_in_the_browser_s_order():
    player = TrainingPlayer(RUNS)
    sent = torch.frombuffer(bytearray(player.probabilities), dtype=torch.float32)
    expected = torch.stack([run.probabilities for run in RUNS.values()])
    assert torch.equal(sent.view(3, 1001, 8, 3), expected)


def test_setting_a_bad_value_changes_nothing():
    explorer = SoftmaxExplorer()
    with pytest.raises(ValueError, match="temperature"):
        explorer.temperature = 0
    assert explorer.temperature == 1.0


SHORT = train(X, Y, torch.zeros(4, 3), torch.zeros(3), epochs=10)
TWO = train(X, Y.clamp(max=1), torch.zeros(4, 2), torch.zeros(2), epochs=10)
OTHER = train(X, 2 - Y, torch.zeros(4, 3), torch.zeros(3))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: SoftmaxExplorer(logits=[1, 2]), ValueError, "logits must be 3 numbers, got 2"),
        (lambda: SoftmaxExplorer(logits=5), TypeError, "logits must be 3 numbers, got 5"),
        (lambda: SoftmaxExplorer(logits="abc"), TypeError, "logits must be 3 numbers, got 'abc'"),
        (lambda: SoftmaxExplorer(logits=[1, 2, "c"]), TypeError, r"logits\[2\] must be a number"),
        (lambda: SoftmaxExplorer(logits=[1, 2, 11]), ValueError, r"logits\[2\] must be from -10"),
        (lambda: SoftmaxExplorer(logits=[1, 2, float("nan")]), ValueError, r"got nan"),
        (lambda: SoftmaxExplorer(temperature=0), ValueError, "temperature must be from 0.1 to 10"),
        (lambda: SoftmaxExplorer(temperature=True), TypeError, "temperature must be a number"),
        (lambda: SoftmaxExplorer(temperature=None), TypeError, "temperature must be a number"),
        (lambda: CrossEntropyExplorer(target=3), ValueError, "target must be at most 2, got 3"),
        (lambda: CrossEntropyExplorer(target=-1), ValueError, "target must be at least 0, got -1"),
        (lambda: CrossEntropyExplorer(target=1.0), TypeError, "target must be a whole number"),
        (lambda: CrossEntropyExplorer(lr=0), ValueError, "lr must be from 0.1 to 5, got 0"),
        (lambda: StabilityExplorer(scale=131), ValueError, "scale must be at most 130"),
        (lambda: StabilityExplorer(scale=0), ValueError, "scale must be at least 1, got 0"),
        (lambda: StabilityExplorer(scale=0.5), TypeError, "scale must be a whole number"),
        (lambda: StabilityExplorer(target=2), ValueError, "target must be at most 1, got 2"),
        (lambda: TrainingPlayer([SHORT]), TypeError, "runs must be a History or a dict"),
        (lambda: TrainingPlayer({}), ValueError, "runs must hold at least one History"),
        (lambda: TrainingPlayer({"a": 1}), TypeError, "runs must map names to History, got 'a'"),
        (lambda: TrainingPlayer({1: SHORT}), TypeError, "runs must map names to History, got 1"),
        (lambda: TrainingPlayer(TWO), ValueError, "runs must have 3 classes, got 2 in 'run'"),
        (lambda: TrainingPlayer(RUNS | {"a": SHORT}), ValueError, "got 11 in 'a' and 1001 in the"),
        (lambda: TrainingPlayer(RUNS | {"a": OTHER}), ValueError, "same samples, got others in 'a"),
        (lambda: TrainingPlayer(RUNS, epoch=1001), ValueError, "epoch must be at most 1000"),
        (lambda: TrainingPlayer(RUNS, epoch=-1), ValueError, "epoch must be at least 0, got -1"),
        (lambda: TrainingPlayer(RUNS, yardstick=1), TypeError, "yardstick must be True or False"),
        (lambda: TrainingPlayer(RUNS, small_triangle=1), TypeError, "small_triangle must be True"),
        (lambda: rates_explorer(sweeps=[sweep()]), TypeError, "sweeps must be a Sweep or a dict"),
        (lambda: rates_explorer(sweeps={}), ValueError, "sweeps must hold at least one Sweep"),
        (lambda: rates_explorer(sweeps={"a": 1}), TypeError, "sweeps must map names to Sweep"),
        (lambda: rates_explorer(sweeps=sweep(3)), ValueError, "one model per rate, 5, got 3"),
        (
            lambda: rates_explorer(sweeps={"a": sweep(), "b": sweep(epochs=9)}),
            ValueError,
            r"equally many epochs, got \[10, 31\]",
        ),
        (lambda: rates_explorer(rates=[1.0]), TypeError, "rates must be a tensor, got list"),
        (lambda: rates_explorer(rates=RATES.flip(0)), ValueError, "rates must be .* rising"),
        (lambda: rates_explorer(rates=RATES - 1), ValueError, "rates must be .* above 0"),
        (lambda: rates_explorer(guess="x"), TypeError, "guess must be a number"),
        (lambda: rates_explorer(model=5), ValueError, "model must be at most 4, got 5"),
        (lambda: rates_explorer(name="c"), ValueError, "name must be one of 'sweep', got 'c'"),
    ],
)
def test_bad_arguments_are_named(make, error, words):
    with pytest.raises(error, match=words):
        make()
