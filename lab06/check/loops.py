"""The exercises of notebooks 04, 05 and 06: the parts of a training loop, and a model."""

import torch
import torch.nn.functional as F
from torch import nn

from lab06.check._engine import Mistake, call, examine, in_words, not_attempted, right, shown, wrong
from lab06.data import load_lab
from lab06.training import gradient_descent, train

SIZES = [(4, 3), (2, 4), (1, 2), (6, 5)]  # in_features and num_classes; first those of the lab
EPOCHS = 50


def accuracy(answer):
    """Check a function my_accuracy(logits, y) for logits (N, C) and class indices y (N,)."""
    square = [
        [3.0, 1.5, 1.0, 4.0],
        [0.0, 2.0, 3.0, -1.0],
        [2.0, 3.0, 1.5, 1.0],
        [-1.0, 3.0, 1.0, 0],
    ]
    tall = [[0.5, 2.0, 1.0], [0.5, 1.0, 0.0], [2.0, 0.0, 0.5], [0.5, 1.0, -1.0], [3.0, 1.5, 4.0]]
    narrow = [[-1.0, 1.5], [1.0, -1.0], [-1.0, 1.0], [0.0, -1.0]]
    huge = [[500.0, 900.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, 2.0], [1.0, 0.0, 3.0], [1.0, 2.0, 0]]
    close = [[0.1, 0.4, 0.2, 0.3]]
    pairs = [
        (square, [0, 2, 3, 2]),
        (tall, [0, 2, 1, 1, 0]),
        (narrow, [0, 1, 1, 0]),
        (huge, [1, 0, 2, 2, 0]),
        (close, [1]),
    ]
    cases = [{"logits": torch.tensor(z), "y": torch.tensor(y)} for z, y in pairs]

    def hits(logits, y):
        return (logits.argmax(dim=1) == y).float()

    def p_true(logits, y):
        return F.softmax(logits, dim=1)[torch.arange(len(y)), y]

    mistakes = [
        Mistake(
            lambda logits, y: hits(logits, y).mean(),
            "The number is right: `.float()` gives this dtype.",
        ),
        Mistake(
            lambda logits, y: (p_true(logits, y) > 0.5).float().mean(),
            "The true class need not have a probability above 0.5: the largest one wins.",
        ),
        Mistake(
            lambda logits, y: (logits.argmax(dim=0) == y).float().mean(),
            "argmax runs along dim 0, down the samples: the classes lie along dim 1.",
        ),
        Mistake(
            lambda logits, y: hits(logits, y).sum(),
            "That is the number of rows that are right: the accuracy is their share.",
        ),
        Mistake(
            lambda logits, y: 1 - hits(logits, y).mean(),
            "That is the share of rows that are wrong.",
        ),
        Mistake(
            lambda logits, y: 100 * hits(logits, y).mean(),
            "That is in percent: a share lies between 0 and 1.",
        ),
        Mistake(
            lambda logits, y: (logits.amax(dim=1) == y).float().mean(),
            "You compare the largest logits with y: y holds places, so ask where the largest is.",
        ),
        Mistake(
            lambda logits, y: p_true(logits, y).mean(),
            "That is the mean probability of the true class: a row is either right or wrong.",
        ),
        Mistake(
            lambda logits, y: (logits.argmin(dim=1) == y).float().mean(),
            "You predict the class with the smallest logit.",
        ),
        Mistake(
            lambda logits, y: (logits.argmax() == y).float().mean(),
            "argmax without dim looks for one place in the whole table: each row has its own.",
        ),
        Mistake(
            lambda logits, y: hits(logits, y).sum() / logits.shape[1],
            "You divide by the number of classes: the share is one of the samples.",
        ),
        Mistake(
            lambda logits, y: hits(logits, y).sum() / logits.numel(),
            "You divide by the number of all entries: each sample counts once.",
        ),
        Mistake(
            lambda logits, y: hits(logits, y).prod(),
            "Do all rows have to be right for 1? Or did a division drop the fraction? The accuracy "
            "is a share between 0 and 1.",
        ),
        Mistake(
            lambda logits, y: hits(logits.exp() / logits.exp().sum(dim=1, keepdim=True), y).mean(),
            "exp overflows here, and the largest is lost: the logits are in the same order as "
            "their probabilities.",
        ),
    ]
    return examine(
        answer,
        lambda logits, y: hits(logits, y).mean(),
        cases,
        mistakes=mistakes,
        praise="A share for any number of samples and classes, and the largest logit decides.",
    )


def update(answer):
    """Check a function my_update(W, x, y, lr) for weights W (F, C), x (N, F) and y (N,)."""
    W = torch.tensor([[1.0, 0.0], [0.0, 0.5]])
    wide = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.5, -1.0]])
    x = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]])
    x_lab, y_lab = load_lab()
    cases = [
        {"W": W, "x": x, "y": torch.tensor([0, 1, 1]), "lr": 0.1},
        {"W": wide, "x": x[:2], "y": torch.tensor([0, 2]), "lr": 0.1},
        {"W": wide, "x": torch.tensor([[0.5, 1.0]]), "y": torch.tensor([1]), "lr": 0.5},
        {"W": torch.zeros(4, 3), "x": x_lab, "y": y_lab, "lr": 0.1},
        {"W": wide.double(), "x": x.double(), "y": torch.tensor([1, 0, 2]), "lr": 0.5},
    ]

    def gradient(W, x, y, cost=F.cross_entropy):
        W = W.clone().requires_grad_()
        return torch.autograd.grad(cost(x @ W, y), W)[0]

    def step(W, x, y, lr):
        return W - lr * gradient(W, x, y)

    def twice_softmax(logits, y):
        return F.cross_entropy(F.softmax(logits, dim=1), y)

    mistakes = [
        Mistake(
            step,
            "The numbers are right: keep the dtype of W.",
        ),
        Mistake(lambda W, x, y, lr: W.clone(), "Nothing was subtracted: W came back as it was."),
        Mistake(
            lambda W, x, y, lr: W + lr * gradient(W, x, y),
            "The step goes uphill: the gradient points to where the cost grows.",
        ),
        Mistake(
            lambda W, x, y, lr: W - gradient(W, x, y),
            "The learning rate has no effect yet.",
        ),
        Mistake(
            lambda W, x, y, lr: W - gradient(W, x, y) / lr,
            "You divide by the learning rate: a smaller one should make a smaller step.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * gradient(W, x, y) * len(y),
            "The gradient belongs to the sum over the samples: F.cross_entropy takes their mean.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * gradient(W, x, y) / W.shape[1],
            "The gradient belongs to a mean over all N · C entries: each sample has one loss.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * gradient(W, x, y) / len(y),
            "You divide by the number of samples once too often: F.cross_entropy has done it.",
        ),
        Mistake(lambda W, x, y, lr: gradient(W, x, y), "That is the gradient, not the new W."),
        Mistake(
            lambda W, x, y, lr: lr * gradient(W, x, y),
            "That is lr times the gradient: what is left of W when you take it away?",
        ),
        Mistake(
            lambda W, x, y, lr: -lr * gradient(W, x, y),
            "That is the step alone: it starts from W.",
        ),
        Mistake(
            lambda W, x, y, lr: step(step(W, x, y, lr), x, y, lr),
            "Those are two steps: one was asked for.",
        ),
        Mistake(
            lambda W, x, y, lr: W - 2 * lr * gradient(W, x, y),
            "The gradient was counted twice: `backward` adds to the gradient that is there.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * F.cross_entropy(x @ W, y),
            "You subtract the cost itself: each weight needs its own entry of the gradient.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * gradient(W, x, y, twice_softmax),
            "There is a softmax before F.cross_entropy, which takes the logits as they are.",
        ),
        Mistake(
            lambda W, x, y, lr: W - lr * x.T @ F.softmax(x @ W, dim=1) / len(y),
            "The targets have no effect yet: the gradient compares the probabilities with them.",
        ),
    ]
    return examine(
        answer,
        step,
        cases,
        mistakes=mistakes,
        praise="One step downhill, and the old W is still there.",
    )


def low_level_cost(answer):
    """Check a function my_cost(logits, y) for logits (N, C) and class indices y (N,)."""
    logits = torch.tensor([[3.0, 1.0, 1.0], [1.0, 2.0, 0.5]])
    wide = torch.tensor([[0.5, -1.0, 2.0, 0.0], [1.0, 0.0, -2.0, 3.0], [0.0, 0.0, 0.0, 1.0]])
    cases = [
        {"logits": logits, "y": torch.tensor([0, 2])},
        {"logits": wide, "y": torch.tensor([1, 3, 0])},
        {"logits": wide[:1, :2], "y": torch.tensor([0])},
        {"logits": torch.zeros(5, 3), "y": torch.tensor([0, 1, 2, 2, 1])},
        {"logits": wide.double(), "y": torch.tensor([2, 2, 1])},
    ]

    def p_true(logits, y):
        return F.softmax(logits, dim=1)[torch.arange(len(y)), y]

    def log_true(logits, y):
        return logits[torch.arange(len(y)), y].log()

    mistakes = [
        Mistake(
            F.cross_entropy,
            "The number is right: keep the dtype of the logits.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(F.softmax(logits, dim=1), y),
            "That is still the published cost: follow the logits line by line. When have they "
            "become probabilities, and what happens to them after that?",
        ),
        Mistake(
            lambda logits, y: -log_true(logits, y).mean(),
            "No softmax is left: the logarithm needs probabilities, and the logits are none.",
        ),
        Mistake(
            lambda logits, y: F.nll_loss(logits, y),
            "That is minus the mean logit of the true class: softmax and logarithm are missing.",
        ),
        Mistake(
            lambda logits, y: -p_true(logits, y).mean(),
            "The logarithm is missing: that is minus the mean probability of the true class "
            "(F.nll_loss does not take the logarithm either).",
        ),
        Mistake(
            lambda logits, y: -p_true(F.softmax(logits, dim=1), y).mean(),
            "The logarithm is missing, and softmax is there twice.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y) / logits.shape[1],
            "That is the mean over all N · C entries: each sample has one loss, so divide by N.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y, reduction="sum"),
            "That is the sum over the samples: the cost is their mean.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(logits, y, reduction="sum") / logits.shape[1],
            "You divide by the number of classes: add up along dim 1, then take the mean.",
        ),
        Mistake(
            lambda logits, y: F.nll_loss(F.log_softmax(logits, dim=0), y),
            "The softmax runs along dim 0, down the samples: the classes lie along dim 1.",
        ),
        Mistake(
            lambda logits, y: F.cross_entropy(F.softmax(logits, dim=0), y),
            "One softmax runs along dim 0, down the samples, and there is one too many.",
        ),
        Mistake(
            lambda logits, y: -F.cross_entropy(logits, y),
            "The minus sign is lost: the logarithm of a probability is negative, a cost is not.",
        ),
        Mistake(
            lambda logits, y: -p_true(logits, y).mean().log(),
            "Mean and logarithm have changed places: first the log of each sample, then the mean.",
        ),
        Mistake(
            lambda logits, y: -F.log_softmax(logits, dim=1).sum(dim=1).mean(),
            "All classes are charged: the one-hot rows keep the true one only.",
        ),
        Mistake(
            lambda logits, y: torch.tensor(torch.nan),
            "Somewhere the logarithm is taken of a number that is no probability.",
        ),
    ]
    return examine(
        answer,
        F.cross_entropy,
        cases,
        gradient=("logits",),
        mistakes=mistakes,
        praise="Your repaired cost and F.cross_entropy agree, in value and in gradient.",
    )


def rises(answer):
    """Check a function my_rises(costs) for costs (E,), one for each epoch."""
    cases = [
        {"costs": torch.tensor([2.0, 1.5, 1.0, 4.0, 5.0])},
        {"costs": torch.tensor([1.0, 1.5, 2.0, 4.0, 1.0, 1.5])},
        {"costs": torch.tensor([4.0, 1.0, 4.0, 1.0, 2.0, 3.0, 2.0, 2.0, 2.0])},
        {"costs": torch.tensor([3.0, 1.0, 5.0, 1.0, 4.0, 2.0, 3.0, 1.0])},
        {"costs": torch.tensor([2.0, 1.0])},
        {"costs": torch.tensor([1.0])},
        {"costs": torch.tensor([0.5, 0.6, 0.6, 0.7]).double()},
    ]

    def steps(costs):
        return costs[1:] - costs[:-1]

    mistakes = [
        Mistake(
            lambda costs: (steps(costs) > 0).sum(),
            "The number is right: a count is a whole number, int64.",
        ),
        Mistake(lambda costs: (steps(costs) < 0).sum(), "That is how often it fell."),
        Mistake(
            lambda costs: (steps(costs) >= 0).sum(),
            "A cost that stays the same has not risen.",
        ),
        Mistake(
            lambda costs: (steps(costs) > 0).double().mean(),
            "That is the share of the updates: count them.",
        ),
        Mistake(
            lambda costs: (costs > costs[0]).sum(),
            "You compare with the first cost: an update changes the cost of the epoch before it.",
        ),
        Mistake(
            lambda costs: (costs > costs.roll(1)).sum(),
            "You compare the first cost with the last one, too: no update lies between these.",
        ),
        Mistake(
            lambda costs: (steps(costs) > 0).nonzero()[0, 0],
            "That says when it rose first: the question is how often it rose.",
        ),
        Mistake(
            lambda costs: torch.tensor(len(costs) - 1),
            "That is the number of all updates, whether the cost rose or not.",
        ),
        Mistake(
            lambda costs: (costs[2:] > costs[:-2]).sum(),
            "You compare epochs that lie two updates apart: take each with the next one.",
        ),
        Mistake(
            lambda costs: (steps(costs)[1:] > 0).sum(),
            "The first update is left out: compare from the first pair of epochs on.",
        ),
        Mistake(
            lambda costs: (steps(costs)[:-1] > 0).sum(),
            "The last update is left out: compare up to the last pair of epochs.",
        ),
        Mistake(
            lambda costs: (costs[1:] > costs.cummin(0).values[:-1]).sum(),
            "You compare with the smallest cost so far: take the epoch just before.",
        ),
        Mistake(
            lambda costs: ((steps(costs)[:-1] > 0) & (steps(costs)[1:] < 0)).sum(),
            "That is the number of peaks: a rise counts, whatever comes after it.",
        ),
        Mistake(
            lambda costs: (steps(costs) > 0).sum() + 1,
            "Is that one too many, or the first epoch with a higher cost? Count the updates after "
            "which the cost rose.",
        ),
    ]
    return examine(
        answer,
        lambda costs: (costs[1:] > costs[:-1]).sum(),
        cases,
        mistakes=mistakes,
        praise="Ties do not count, and a single epoch has no rise.",
    )


def zero_model(answer):
    """Check a class MyClassifier(in_features, num_classes), an nn.Module that starts at 0."""
    if answer is ...:
        return not_attempted()
    problem = _no_model_class(answer)
    if problem is not None:
        return problem
    praise = (
        f"For {EPOCHS} epochs its cost and that of a run with tensors alone, from zeros and with "
        "a bias per class, are the same: the curves coincide."
    )
    return _judge_all_sizes(_judge_model, answer, praise)


def own_bias(answer):
    """Check a function my_start(in_features, num_classes) that returns the pair (W, b)."""
    if answer is ...:
        return not_attempted()
    if not callable(answer):
        return wrong(f"Hand over the function itself, without calling it; got {_named(answer)}.")
    praise = "W and b start at 0, they can be trained, and each class has a bias of its own."
    return _judge_all_sizes(_judge_start, answer, praise)


def _judge_all_sizes(judge, answer, praise):
    """Judge an answer for one size after another, and stop at the first that is not right."""
    for sizes in SIZES:
        case = dict(zip(("in_features", "num_classes"), sizes, strict=True))
        try:
            problem = judge(answer, case)
        except (Exception, SystemExit) as error:  # what it returned is stranger than we thought
            problem = wrong(
                f"For {in_words(case)} what came cannot be used: {type(error).__name__}."
            )
        if problem is not None:
            return problem
    return right(praise)


def _named(value):
    """Write plain values out, and name the type of others: their repr may hold an address."""
    plain = value is None or isinstance(value, (bool, int, float, str, list, tuple, torch.Tensor))
    return shown(value) if plain or isinstance(value, type) else type(value).__name__


def _no_model_class(answer):
    """Return the Result for what is no class of models, or for an empty one; otherwise None."""
    if isinstance(answer, nn.Module):
        return wrong("Hand over the class itself: the check makes models of several sizes from it.")
    if not isinstance(answer, type):
        return wrong(f"Hand over your class, without parentheses; got {_named(answer)}.")
    if not issubclass(answer, nn.Module):
        return wrong(f"{answer.__name__} is no model yet: let it inherit from nn.Module.")
    if answer.__init__ is nn.Module.__init__:
        if answer.forward is nn.Module.forward:
            return not_attempted()
        return wrong("`__init__` is missing: it takes the two sizes and makes the parameters.")
    return None


def _judge_model(answer, case):
    """Return the Result if a model of this size is not right, and otherwise None."""
    model, failed = call(answer, case)
    if failed is not None:
        early = "before Module.__init__() call" in failed.words
        more = ". Call super().__init__() first: it prepares the module." if early else ""
        return wrong(failed.words.removeprefix("Not yet. ") + more)
    has_forward = getattr(model.forward, "__func__", None) is not nn.Module.forward
    if "_parameters" not in vars(model):
        words = "super().__init__() is missing: it prepares the module, before anything else."
        return wrong(words) if has_forward else not_attempted()
    x = torch.linspace(-1, 2, 3 * case["in_features"]).view(3, -1)
    named = dict(model.named_parameters())
    if not has_forward:
        missing = "`forward` is missing: it says how to get from features to logits."
        return wrong(missing) if named else not_attempted()
    logits, failed = call(model, {"x": x})
    if logits is ...:
        return not_attempted()
    problem = _wrong_parameters(model, named, **case)
    if problem:
        return wrong(f"For {in_words(case)}, {problem}")
    problem = failed if failed is not None else _wrong_logits(logits, named, x, case)
    if problem is None and case["in_features"] == 4:
        problem = _other_curve(model)
    return problem


def _wrong_parameters(model, named, in_features, num_classes):
    """Say what is wrong about the parameters of a model, if anything."""
    if not named:
        return _why_no_parameters(model)
    for name, parameter in named.items():
        if not parameter.requires_grad:
            return f"{name} does not require grad: training would leave it as it is."
    numbers = sum(parameter.numel() for parameter in named.values())
    expected = in_features * num_classes + num_classes
    if numbers != expected:
        shapes = ", ".join(f"{name} {tuple(p.shape)}" for name, p in named.items())
        more = _why_not_as_many(named, in_features, num_classes)
        return f"expected {expected} numbers to learn, got {numbers}: {shapes}. {more}".rstrip()
    for name, parameter in named.items():
        if parameter.count_nonzero() > 0:
            return _not_zero(name, parameter)
    return None


def _why_no_parameters(model):
    tensors = [name for name, value in vars(model).items() if isinstance(value, torch.Tensor)]
    tensors += [name for name, _ in model.named_buffers()]
    if tensors:
        return (
            f"the model has no parameters: {tensors[0]} is a tensor that no optimizer gets to "
            "see. Make it an nn.Parameter."
        )
    return "the model has no parameters: assign a layer or an nn.Parameter to self."


def _why_not_as_many(named, in_features, num_classes):
    """Name the mistake behind a wrong number of parameters, or return nothing."""
    sizes = sorted(parameter.numel() for parameter in named.values())
    weights = in_features * num_classes
    if sizes == sorted([1, weights]):
        return "The bias is one number for all classes: give each class its own."
    if sizes == sorted([in_features, weights]):
        return "The bias has one number per feature: it belongs to the classes."
    if sizes == [weights]:
        return "The bias is missing: one number per class."
    if sizes == [3, 12]:
        return "That is the size of the lab: take the sizes from the two arguments."
    if len(sizes) > 2:
        return "One table of weights and one bias per class are enough."
    return ""


def _not_zero(name, parameter):
    if (parameter == 1).all():
        return f"{name} starts at 1: the low-level run starts at 0."
    return f"{name} does not start at 0: a layer draws its numbers at random, unless you set them."


def _wrong_logits(logits, named, x, case):
    """Return the Result if the logits of a model that is 0 throughout are wrong."""
    expected = torch.zeros(len(x), case["num_classes"])
    words = f"For {in_words(case)} and {len(x)} samples"
    if logits is None:
        return wrong(f"{words}, forward returned None: is there a `return` at its end?")
    if not isinstance(logits, torch.Tensor):
        return wrong(f"{words}, forward should return a tensor, got {type(logits).__name__}.")
    if logits.shape != expected.shape:
        shapes = f"expected logits of shape {tuple(expected.shape)}, got {tuple(logits.shape)}"
        return wrong(f"{words}, {shapes}: one row per sample, one logit per class.")
    if not torch.allclose(logits.double(), expected.double(), atol=1e-6):
        return wrong(
            f"{words}, all logits should be 0 at the start, got {shown(logits[0])} for the first. "
            f"{_why_not_zero(logits.double())}".rstrip()
        )
    if not logits.requires_grad:
        return wrong("The logits carry no gradient, so nothing can be learnt: what cuts it off?")
    gradients = torch.autograd.grad(logits.sum(), list(named.values()), allow_unused=True)
    for name, gradient in zip(named, gradients, strict=True):
        if gradient is None:
            return wrong(f"{name} has no part in the logits: forward does not use it.")
    return None


def _why_not_zero(logits):
    """Name the function that a row of zeros went through, or return nothing."""
    zeros = torch.zeros_like(logits)
    if torch.allclose(logits, F.softmax(zeros, dim=1), atol=1e-6):
        return "There is a softmax in forward: F.cross_entropy expects logits, and applies it."
    if torch.allclose(logits, F.log_softmax(zeros, dim=1), atol=1e-6):
        return "There is a log_softmax in forward: F.cross_entropy expects logits, and applies it."
    if torch.allclose(logits, torch.sigmoid(zeros), atol=1e-6):
        return "There is a sigmoid in forward: F.cross_entropy expects logits as they are."
    return ""


def _other_curve(model):
    """Return the Result if a model of the lab's size learns otherwise than a run from zeros."""
    x, y = load_lab()
    costs = []

    def cost():
        value = F.cross_entropy(model(x), y)
        costs.append(value.item())
        return value

    def run(epochs):
        gradient_descent(cost, model.parameters(), epochs=epochs)

    _, failed = call(run, {"epochs": EPOCHS})
    if failed is not None:
        return failed
    twin = train(x, y, torch.zeros(4, 3), torch.zeros(3), epochs=EPOCHS).cost
    apart = ~torch.isclose(torch.tensor(costs), twin, rtol=0, atol=1e-3)
    if not apart.any():
        return None
    epoch = apart.nonzero()[0].item()
    return wrong(
        f"The model starts right, but it learns otherwise: at epoch {epoch} its cost is "
        f"{shown(costs[epoch])}, and that of logits = x @ W + b is {shown(twin[epoch])}."
    )


def _judge_start(answer, case):
    """Return the Result if a start of this size is not right, and otherwise None."""
    got, failed = call(answer, case)
    if failed is not None:
        return failed
    if got is ... or (isinstance(got, (tuple, list)) and any(part is ... for part in got)):
        return not_attempted()
    problem = _no_pair(got)
    if problem:
        return wrong(f"For {in_words(case)}, {problem}")
    in_features, num_classes = case.values()
    W, b = got
    problem = _wrong_shapes(tuple(W.shape), tuple(b.shape), in_features, num_classes)
    problem = problem or _wrong_start("W", W) or _wrong_start("b", b)
    return wrong(f"For {in_words(case)}, {problem}") if problem else None


def _no_pair(got):
    """Say what is wrong if a value is no pair of tensors."""
    if got is None:
        return "your function returned None: is there a `return` at its end?"
    if isinstance(got, torch.Tensor):
        return f"one tensor came, of shape {tuple(got.shape)}: return both, W and b."
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        many = f" of length {len(got)}" if isinstance(got, (tuple, list)) else ""
        return f"a tuple of two tensors was expected, got {type(got).__name__}{many}."
    for name, part in zip("Wb", got, strict=True):
        if not isinstance(part, torch.Tensor):
            return f"{name} should be a tensor, got {type(part).__name__}."
    return None


def _wrong_shapes(weight, bias, in_features, num_classes):
    """Say what is wrong about the shapes of W and b, if anything."""
    whole, own = (in_features, num_classes), (num_classes,)
    if (weight, bias) == (own, whole):
        return "W and b have changed places: return W first."
    if weight != whole:
        turned = " It lies on its side: a row per feature, a column per class."
        more = turned if weight == whole[::-1] else ""
        return f"W should have shape {whole}, got {weight}.{more}"
    if bias == own:
        return None
    known = {
        (): "That is a single number, which all classes would share.",
        (1,): "That is one number, which all classes would share.",
        (in_features,): "That is one number per feature: the bias belongs to the classes.",
        (8,): "Is that one number per sample? The bias belongs to the classes.",
        (1, num_classes): "The numbers are right, but a bias needs one dimension only.",
        whole: "That is as large as W: the bias does not look at the features.",
    }
    return f"b should have shape {own}, got {bias}. {known.get(bias, '')}".rstrip()


def _wrong_start(name, tensor):
    """Say what is wrong about one tensor of a start, apart from its shape, if anything."""
    if tensor.dtype != torch.float32:
        return f"{name} should have dtype torch.float32 as the features have, got {tensor.dtype}."
    if (tensor == 1).all():
        return f"{name} starts at 1: let it start at 0."
    if (tensor != 0).any():
        return f"{name} does not start at 0. Were its numbers drawn at random?"
    if not tensor.requires_grad:
        return f"{name} does not require grad: autograd would not work out its gradient."
    if not tensor.is_leaf:
        return (
            f"{name} was computed from another tensor that requires grad, and the gradient would "
            "go there: ask for it last."
        )
    if any(
        size > 1 and step == 0 for size, step in zip(tensor.shape, tensor.stride(), strict=True)
    ):
        return f"{name} is one number shown several times: give each entry a place of its own."
    return None
