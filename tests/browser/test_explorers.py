"""Every explorer in a real JupyterLab: controls by keyboard, the picture, Python's state."""

import ast
import base64
import itertools
import json
import math

import pytest
import torch
import torch.nn.functional as F
from axe_playwright_python.sync_playwright import Axe
from served import Notebook, new_page

from lab06.data import load_lab
from lab06.explore import (
    CrossEntropyExplorer,
    LearningRateExplorer,
    SoftmaxExplorer,
    StabilityExplorer,
    TrainingPlayer,
    Workbench,
)
from lab06.sweep import train_many
from lab06.training import train_cross_entropy, train_low_level, train_module

SETUP = """
import torch
from lab06.data import load_lab
from lab06.explore import TrainingPlayer
from lab06.explore import *
from lab06.sweep import train_many
from lab06.training import train_cross_entropy, train_low_level, train_module
x, y = load_lab()
runs = {"low level": train_low_level(x, y), "middle level": train_cross_entropy(x, y),
        "high level": train_module(x, y)}
rates = torch.logspace(-4, 1, 200)
sweep = train_many(x * 3, y, torch.zeros(200, 4, 3), torch.zeros(200, 3), lr=rates)
twin = train_many(x / 3, y, torch.zeros(200, 4, 3), torch.zeros(200, 3), lr=rates)
"""
STATE = {  # explorer: how it is made, and what the next cell reads
    "softmax": ("SoftmaxExplorer()", "{0}.logits, {0}.temperature"),
    "cross_entropy": ("CrossEntropyExplorer()", "{0}.logits, {0}.target, {0}.lr"),
    "stability": ("StabilityExplorer(scale=5)", "{0}.scale, {0}.target"),
    "player": ("TrainingPlayer(runs, epoch=500, yardstick=True)", "{0}.epoch"),
    "learning_rate": (
        "LearningRateExplorer(rates, {'large': sweep, 'small': twin}, guess=1.0986, model=100)",
        "{0}.model, {0}.name",
    ),
}
CELLS = [SETUP]
CELLS += [f"{name} = {made}\n{name}" for name, (made, _) in STATE.items()]
CELLS += [f"print(({state.format(name)}))" for name, (_, state) in STATE.items()]
CELLS += [
    "softmax.logits = torch.tensor([0.0, 3.0, 0.0])\nsoftmax.temperature = 2",
    "cross_entropy.target = 2\ncross_entropy.logits = [0, 0, 0]",
    "stability.scale = 120",
    "player.epoch = 0",
    "learning_rate.model = 199\nlearning_rate.name = 'small'",
]
NAMES = list(STATE)


class Explorer:
    """One explorer on the page."""

    def __init__(self, notebook, name):
        self.notebook, self.page, self.place = notebook, notebook.page, NAMES.index(name)
        self.root = notebook.page.locator(".lab06").nth(self.place)

    def press(self, role, label, *keys):
        control = self.root.get_by_role(role, name=label, exact=True)
        control.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def state(self):
        """Return what Python says in the cell for it."""
        return ast.literal_eval(self.notebook.run_cell(1 + len(NAMES) + self.place)[0])

    def set_from_python(self):
        self.notebook.run_cell(1 + 2 * len(NAMES) + self.place)

    def words(self):
        return self.root.locator("[role=img]").get_attribute("aria-label")

    def numbers(self):
        return json.loads(self.root.get_attribute("data-numbers"))

    def picture(self):
        return self.root.locator("[role=img]").inner_html()


@pytest.fixture(scope="module")
def notebook(browser, lab):
    lab.write("explorers", CELLS)
    notebook = Notebook(new_page(browser), lab, "explorers")
    notebook.run_all()
    assert notebook.errors() == []
    yield notebook
    assert notebook.complaints == []
    notebook.page.context.close()


@pytest.fixture(params=NAMES)
def any_explorer(request, notebook):
    return Explorer(notebook, request.param)


@pytest.fixture
def explorer(request, notebook):
    found = Explorer(notebook, request.param)
    found.press("button", "Reset", "Enter")
    return found


def moves(name, *rows):
    """Name rows of (role, label, keys, state in Python, part of the words)."""
    return [pytest.param(name, *row, id=f"{name}-{row[1]}-{row[2][-1]}") for row in rows]


@pytest.mark.parametrize(
    ("explorer", "role", "label", "keys", "state", "words"),
    moves(
        "softmax",
        ("slider", "logit of class 0", ["ArrowRight"] * 3, ([2.3, 1, -1], 1), "0 has probability"),
        ("slider", "logit of class 1", ["End"], ([2, 10, -1], 1), "1 has probability >0.999"),
        ("slider", "logit of class 2", ["Home"], ([2, 1, -10], 1), "2 has probability 4.49e−6"),
        ("slider", "temperature", ["End"], ([2, 1, -1], 10), "0 has probability 0.378"),
        ("slider", "temperature", ["Home"], ([2, 1, -1], 0.1), "0 has probability >0.999"),
        ("button", "add 1 to all", ["Enter"], ([3, 2, 0], 1), "0 has probability 0.705"),
        ("button", "subtract 1 from all", ["Space"], ([1, 0, -2], 1), "0 has probability 0.705"),
    )
    + moves(
        "cross_entropy",
        ("radio", "1", ["ArrowRight"], ([2, 1, -1], 2, 1), "costs 3.35 nats or 4.83 bits"),
        ("slider", "logit of class 1", ["End"], ([2, 10, -1], 1, 1), "has probability >0.999"),
        ("slider", "logit of class 0", ["Home"], ([-10, 1, -1], 1, 1), "has probability 0.881"),
        ("slider", "logit of class 2", ["ArrowLeft"], ([2, 1, -1.1], 1, 1), "costs 1.35 nats"),
        ("slider", "learning rate", ["Home"], ([2, 1, -1], 1, 0.1), "costs 1.35 nats"),
        ("button", "one step downhill", ["Enter"], None, "costs 0.53 nats"),
    )
    + moves(
        "stability",
        ("slider", "scale s of the logits (s, 0, 0)", ["End"], (130, 1), "slopes nan, nan, nan;"),
        ("radio", "1: sure and wrong", ["ArrowLeft"], (5, 0), "gives cost 0.0134"),
    )
    + moves(
        "player",
        ("slider", "epoch", ["Home"], 0, "2 of 8 right, 8 tied; middle level"),
        ("slider", "epoch", ["End"], 1000, "own cost 0.739, yardstick 1.684, 7 of 8"),
        ("slider", "epoch", ["ArrowLeft"] * 2, 498, "Epoch 498"),
        ("button", "Step", ["Enter", "Enter"], 502, "Epoch 502"),
        ("button", "Step back", ["Enter"], 499, "Epoch 499"),
    )
    + moves(
        "learning_rate",
        ("slider", "learning rate", ["End"], (199, "large"), "learning rate 10:"),
        ("slider", "learning rate", ["ArrowRight"], (101, "large"), "final cost"),
        ("radio", "large", ["ArrowRight"], (100, "small"), "Features small"),
    ),
    indirect=["explorer"],
)
def test_keyboard_moves_picture_words_and_python(explorer, role, label, keys, state, words):
    before, picture = (explorer.words(), explorer.numbers()), explorer.picture()
    explorer.press(role, label, *keys)
    only_the_next_step = label == "learning rate" and explorer.place == NAMES.index("cross_entropy")
    assert explorer.picture() != picture or only_the_next_step
    assert words in explorer.words()
    if state is not None:
        numbers = torch.tensor(flat(explorer.state()), dtype=torch.float64)
        assert torch.allclose(numbers, torch.tensor(flat(state), dtype=torch.float64))
    explorer.press("button", "Reset", "Enter")
    assert (explorer.words(), explorer.numbers()) == before


def flat(state):
    """List the numbers of a state; a name counts as its length."""
    if isinstance(state, (list, tuple)):
        return [number for part in state for number in flat(part)]
    return [float(len(state) if isinstance(state, str) else state)]


@pytest.mark.parametrize("explorer", ["cross_entropy"], indirect=True)
def test_a_step_downhill_is_the_one_of_pytorch(explorer):
    explorer.press("button", "one step downhill", "Enter")
    logits = torch.tensor([2.0, 1, -1], requires_grad=True)
    (gradient,) = torch.autograd.grad(F.cross_entropy(logits, torch.tensor(1)), logits)
    assert torch.allclose(torch.tensor(explorer.state()[0]), logits - gradient, atol=1e-6)


@pytest.mark.parametrize("explorer", ["cross_entropy"], indirect=True)
def test_the_prediction_can_be_dragged(explorer):
    triangle = explorer.root.locator("svg.lab06-draggable")
    triangle.scroll_into_view_if_needed()
    box = triangle.bounding_box()
    scale = box["width"] / 220
    assert scale != pytest.approx(1, abs=0.05)  # or a picture of another size would not be tested
    below_the_top = box["x"] + 110 * scale, box["y"] + (46 + 100) * scale
    explorer.page.mouse.click(*below_the_top)
    probabilities = explorer.numbers()["probabilities"]
    assert probabilities[2] == pytest.approx(1 - 100 / (160 * 0.75**0.5), abs=0.02)
    assert probabilities[0] == pytest.approx(probabilities[1], abs=0.02)


def test_python_moves_the_picture(any_explorer):
    any_explorer.press("button", "Reset", "Enter")
    before = any_explorer.words(), any_explorer.picture()
    any_explorer.set_from_python()
    any_explorer.page.wait_for_function(
        "([place, old]) => document.querySelectorAll('.lab06 [role=img]')[place].ariaLabel !== old",
        arg=[any_explorer.place, before[0]],
    )
    assert any_explorer.picture() != before[1]
    any_explorer.press("button", "Reset", "Enter")


@pytest.mark.parametrize("explorer", ["player"], indirect=True)
def test_player_plays_pauses_and_stops_at_the_end(explorer):
    explorer.press("radio", "50", "ArrowRight")
    explorer.press("button", "Play", "Enter")
    explorer.page.wait_for_function(
        "(place) => document.querySelectorAll('.lab06')[place]"
        ".querySelector('input[type=range]').value > 520",
        arg=explorer.place,
    )
    explorer.press("button", "Pause", "Enter")
    paused = explorer.words()
    epoch = explorer.state()
    assert f"Epoch {epoch}." in paused and 520 < epoch < 1000
    assert explorer.words() == paused
    explorer.press("slider", "epoch", "End", "ArrowLeft", "ArrowLeft")
    explorer.press("button", "Play", "Enter")
    explorer.root.get_by_role("button", name="Play", exact=True).wait_for()
    assert explorer.state() == 1000
    explorer.press("radio", "250", "ArrowLeft")


@pytest.mark.parametrize("explorer", ["player"], indirect=True)
def test_player_shows_the_numbers_of_the_history(explorer):
    x, y = load_lab()
    for place, run in enumerate([train_low_level(x, y), train_cross_entropy(x, y)]):
        right = round(8 * run.accuracy[500].item())
        expected = run.cost[500].item(), run.cross_entropy[500].item(), right
        assert explorer.numbers()[place] == pytest.approx(expected, abs=1e-6)


def test_words_are_announced_politely_once_the_slider_rests(any_explorer):
    sentence = any_explorer.root.get_by_role("status")
    any_explorer.page.wait_for_function(
        """(place) => {
            const root = document.querySelectorAll('.lab06')[place];
            const words = root.querySelector('[role=img]').ariaLabel;
            return root.querySelector('[role=status]').textContent === words;
        }""",
        arg=any_explorer.place,
    )
    assert sentence.inner_text() == any_explorer.words()


def test_keys_do_not_reach_the_commands_of_jupyterlab(any_explorer):
    cells = any_explorer.page.locator(".jp-Cell").count()
    any_explorer.root.get_by_role("slider").first.focus()
    for key in ("b", "a", "d", "d", "x"):
        any_explorer.page.keyboard.press(key)
    assert any_explorer.page.locator(".jp-Cell").count() == cells


def test_axe_finds_nothing_serious(any_explorer):
    any_explorer.root.evaluate("(root) => root.id = `explorer-${Math.random()}`.replace('.', '')")
    found = Axe().run(any_explorer.page, context=f"#{any_explorer.root.get_attribute('id')}")
    serious = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []


@pytest.mark.parametrize("width", [800, 1280])
def test_nothing_is_clipped(any_explorer, width):
    page = any_explorer.page
    page.set_viewport_size({"width": width, "height": 900})
    wide = any_explorer.root.evaluate("(root) => [root.scrollWidth, root.clientWidth]")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert wide[0] <= wide[1]


WATCH_KERNEL = """() => {
    const state = document.querySelector('.jp-Notebook-ExecutionIndicator');
    window.kernelStates = [];
    new MutationObserver(() => window.kernelStates.push(state.dataset.status))
        .observe(state, { attributes: true });
}"""


def test_survives_a_restart_of_the_kernel(page, lab):
    lab.write("restarted", ["from lab06.explore import SoftmaxExplorer\nSoftmaxExplorer()"])
    notebook = Notebook(page, lab, "restarted")
    notebook.run_all()
    page.evaluate(WATCH_KERNEL)
    notebook.menu("Kernel", "Restart Kernel…")
    page.click(".jp-Dialog button:has-text('Restart')")
    page.wait_for_function("window.kernelStates.some((state) => state !== 'idle')")
    notebook.wait_until_idle()
    notebook.run_all()
    page.get_by_role("slider", name="temperature").focus()
    page.keyboard.press("End")
    words = page.locator(".lab06 [role=img]").get_attribute("aria-label")
    assert words.startswith("Temperature 10.00")
    assert notebook.errors() == [] and notebook.complaints == []


X, Y = load_lab()
RATES = torch.logspace(-4, 1, 50)
LOW, MIDDLE, HIGH = (run(X, Y) for run in (train_low_level, train_cross_entropy, train_module))
BARE = {  # in a state that needs much room
    "softmax": SoftmaxExplorer(logits=[-10, 10, 9.96]),
    "cross-entropy": CrossEntropyExplorer(logits=[2.0, 1.0, -1.0], target=2),
    "stability": StabilityExplorer(scale=120),
    "one film": TrainingPlayer(HIGH),
    "two films": TrainingPlayer(
        {"softmax twice": LOW, "softmax once": MIDDLE},
        epoch=100, small_triangle=True, yardstick=True,
    ),
    "three films": TrainingPlayer(
        {"low level": LOW, "middle level": MIDDLE, "high level": HIGH}, yardstick=True
    ),
    "learning rate": LearningRateExplorer(
        RATES, train_many(X, Y, torch.zeros(50, 4, 3), torch.zeros(50, 3), lr=RATES), guess=1.0986
    ),
    "workbench": Workbench(X, Y),
    "twins": Workbench(100 * X, Y, twin={"features": "standardised"}),
    "plane": Workbench(X[:, 1:3], Y),
    "two planes": Workbench(100 * X[:, 1:3], Y, twin={"features": "standardised"}),
}  # fmt: skip
for workbench in list(BARE.values())[-4:]:
    workbench.epoch = 400
# Of a column: JupyterLab at 800 pixels with its file browser and without it, at 1280, and at 1920.
WIDTHS = [366, 560, 830, 1200]
LAY_OUT = """async ([source, state, width]) => {
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { default: explorer } = await import(address);
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    for (const [name, value] of Object.entries(state)) {
        if (value?.bytes !== undefined) state[name] = new DataView(bytes(value.bytes).buffer);
    }
    const column = document.createElement("div");
    column.style.width = `${width}px`;
    document.body.replaceChildren(column);
    explorer.render({ el: column, model: { get: (name) => state[name], set() {}, on() {} } });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const root = column.firstChild;
    const boxes = (selector) => [...root.querySelectorAll(selector)].map((part) => ({
        ...part.getBoundingClientRect().toJSON(),
        svg: [...root.querySelectorAll("svg")].indexOf(part.ownerSVGElement),
        text: part.textContent,
        font: part.viewportElement ? parseFloat(getComputedStyle(part).fontSize)
            * part.viewportElement.getScreenCTM().a : null,
    }));
    return { overflow: root.scrollWidth - root.clientWidth, height: root.offsetHeight,
        svgs: boxes("svg"), markers: boxes(".lab06-sample"), sliders: boxes("input[type=range]"),
        texts: boxes("svg text:not(:empty)").filter(({ width }) => width > 0),
        prose: boxes(".lab06-words, .lab06-key, .lab06-told") };
}"""


@pytest.fixture(scope="module")
def bare(browser):
    page = new_page(browser)
    page.set_content(f"<style>{SoftmaxExplorer._css}</style>")
    yield page
    page.context.close()


def lay_out(page, name, width):
    """Draw an explorer in a column of this width, and measure its parts."""
    state = {
        key: {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for key, value in BARE[name].get_state().items()
        if not key.startswith("_") and key != "layout"
    }
    page.set_viewport_size({"width": width + 20, "height": 900})
    return page.evaluate(LAY_OUT, [BARE[name]._esm, state, width])


def overlap(one, other):
    """Tell whether two texts overlap; a line has some pixels to spare above and below."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return across > 0.5 and down > 3


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", BARE)
def test_lays_itself_out_by_its_own_width(bare, name, width):
    drawn = lay_out(bare, name, width)
    svgs, texts = drawn["svgs"], drawn["texts"]
    assert drawn["overflow"] <= 0 and max(svg["right"] for svg in svgs) <= width
    assert drawn["height"] <= 700
    assert min(text["font"] for text in texts) > 10.99
    together = [(one, other) for place, one in enumerate(texts) for other in texts[:place]
                if one["svg"] == other["svg"] and overlap(one, other)]  # fmt: skip
    assert not together, [(one["text"], other["text"]) for one, other in together]
    for text in texts:  # none is cut off
        svg = svgs[text["svg"]]
        assert svg["left"] - 1 < text["left"] and text["right"] < svg["right"] + 1, text["text"]
        assert svg["top"] - 2 < text["top"] and text["bottom"] < svg["bottom"] + 2, text["text"]
    assert all(part["width"] <= 680 for part in drawn["prose"])
    assert width > 1000 or max(svg["right"] for svg in svgs) > 0.7 * width  # the width is used


@pytest.mark.parametrize("width", WIDTHS)
def test_films_stand_side_by_side_below_a_slider_of_their_width(bare, width):
    for runs, name in enumerate(["one film", "two films", "three films"], start=1):
        drawn = lay_out(bare, name, width)
        triangles, charts = drawn["svgs"][::2], drawn["svgs"][1::2]
        assert len(triangles) == runs
        in_rows = (name, width) == ("three films", 366)  # each beside its curve
        columns = [[svg["left"] for svg in svgs] for svgs in (triangles, charts)]
        assert all(
            len({round(left) for left in row}) == (1 if in_rows else runs) for row in columns
        )
        beside = triangles[0]["right"] <= charts[0]["left"]
        assert beside == in_rows or (runs == 1 and width > 366)
        assert drawn["sliders"][0]["width"] > 0.45 * min(width, 1000)


@pytest.mark.parametrize("name", ["one film", "two films", "three films"])
def test_no_sample_covers_another(bare, name):
    drawn = lay_out(bare, name, 366)  # at epoch 0, all samples of two runs stand in one place
    digits = [text for text in drawn["texts"] if text["text"] in "01234567"]
    digits = [text for text in digits if text["svg"] % 2 == 0]  # charts have ticks
    assert [digit["text"] for digit in digits] == list("01234567") * (len(drawn["svgs"]) // 2)
    middles = [
        (part["svg"], (part["left"] + part["right"]) / 2, (part["top"] + part["bottom"]) / 2)
        for part in drawn["markers"]
    ]
    for (svg, *one), (other_svg, *other) in itertools.combinations(middles, 2):
        assert svg != other_svg or math.dist(one, other) > 12  # as wide as a marker


PLAY = """async (source) => {
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { default: player } = await import(address);
    const numbers = (count) => new DataView(new Float32Array(count).fill(0.5).buffer);
    const state = { names: ["run"], y: [0], epoch: 0, small_triangle: false, cost: numbers(1001),
        cross_entropy: numbers(0), probabilities: numbers(3003) };
    const seen = [];
    let draw = null;
    const model = { get: (name) => state[name], save_changes() {}, off() {},
        on: (event, run) => (draw = run),
        set(name, value) {
            state[name] = value;
            draw();
            seen.push([value, document.querySelector(".lab06-words").textContent]);
        } };
    player.render({ model, el: document.body });
    document.querySelector("button").click();
    window.seen = seen;
}"""


@pytest.mark.parametrize(
    ("motion", "least", "most"), [("reduce", 1, 3), ("no-preference", 40, 200)]
)
def test_plays_in_still_steps_for_readers_who_asked_for_less_motion(page, motion, least, most):
    page.emulate_media(reduced_motion=motion)
    page.clock.install()
    page.evaluate(PLAY, TrainingPlayer._esm)
    page.clock.run_for(2500)
    seen = page.evaluate("window.seen")
    epochs = [epoch for epoch, _ in seen]
    assert all(words.startswith(f"Epoch {epoch}. ") for epoch, words in seen)
    assert least <= len(epochs) <= most
    assert epochs == sorted(epochs) and 40 < epochs[-1] < 250
    assert page.locator(".lab06-second").count() == 0  # without the yardstick
    assert "yardstick" not in page.locator(".lab06").inner_text()
