"""The exercises of notebook 06: a model, and a bias for each class, that start at 0."""

import torch
import torch.nn.functional as F
from torch import nn

from lab06.check._engine import call, in_words, judge_each, judged, not_attempted, shown, wrong
from lab06.data import load_lab
from lab06.training import gradient_descent, train

SIZES = [(4, 3), (2, 4), (1, 2), (6, 5)]  # in_features and num_classes; first those of the lab
CASES = [{"in_features": features, "num_classes": classes} for features, classes in SIZES]
EPOCHS = 50


def zero_model(answer):
    """Check a class MyClassifier(in_features, num_classes), an nn.Module that starts at 0."""
    return judged(_judge_class, answer)


def _judge_class(answer):
    if answer is ...:
        return not_attempted()
    problem = _no_model_class(answer)
    if problem is not None:
        return problem
    praise = (
        f"For {EPOCHS} epochs its cost and that of a run with tensors alone, from zeros and with "
        "a bias per class, are the same: the curves coincide."
    )
    return judge_each(answer, CASES, _judge_model, praise)


def own_bias(answer):
    """Check a function my_start(in_features, num_classes) that returns the pair (W, b)."""
    praise = "W and b start at 0, they can be trained, and each class has a bias of its own."
    return judge_each(answer, CASES, _judge_start, praise)


def _no_model_class(answer):
    """Return the Result for what is no class of models, or for an empty one; otherwise None."""
    if isinstance(answer, nn.Module):
        return wrong("Hand over the class itself: the check makes models of several sizes from it.")
    if not isinstance(answer, type):
        return wrong(
            f"A class was expected, got {type(answer).__name__}: begin with "
            "`class MyClassifier(nn.Module):`, and hand over its name without parentheses."
        )
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
        return failed
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
    if failed is not None:
        return wrong(failed.words.removeprefix("Not yet. ") + _why_not_multiplied(named, **case))
    problem = _wrong_logits(logits, named, x, case)
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
        more = _why_not_as_many(model, named, in_features, num_classes)
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


def _why_not_multiplied(named, in_features, num_classes):
    """Name the mistake behind weights that do not fit x, or return nothing."""
    shapes = {tuple(parameter.shape) for parameter in named.values()}
    layer, table = (num_classes, in_features), (in_features, num_classes)
    if layer in shapes:
        return f" For x @ W the weights lie on their side: they need the shape {table}."
    if table in shapes:
        return f" In nn.Linear the weights have a row per class: shape {layer}."
    return ""


def _why_not_as_many(model, named, in_features, num_classes):
    """Name the mistake behind a wrong number of parameters, or return nothing."""
    layers = [part for part in model.modules() if isinstance(part, nn.Linear)]
    if any(part.weight.shape == (in_features, num_classes) for part in layers):
        return "Are the two sizes of the layer swapped? Features first, then classes."
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
            asked = " .requires_grad only asks: write torch.zeros(..., requires_grad=True)."
            more = asked if isinstance(part, bool) else ""
            return f"{name} should be a tensor, got {type(part).__name__}.{more}"
    return None


def _wrong_shapes(weight, bias, in_features, num_classes):
    """Say what is wrong about the shapes of W and b, if anything."""
    whole, own = (in_features, num_classes), (num_classes,)
    if (weight, bias) == (own, whole):
        return "W and b have changed places: return W first."
    if weight != whole:
        turned = " It lies on its side: a row per feature, a column per class."
        lab = " That is the size of the lab: take the sizes from the two arguments."
        more = turned if weight == whole[::-1] else lab if weight == (4, 3) else ""
        return f"W should have shape {whole}, got {weight}.{more}"
    if bias == own:
        return None
    known = {
        (): "That is a single number, which all classes would share.",
        (1,): "That is one number, which all classes would share.",
        (in_features,): "That is one number per feature: the bias belongs to the classes.",
        (8,): "Is that one number per sample? The bias belongs to the classes.",
        (1, num_classes): "The numbers are right, but a bias needs one dimension only.",
        (num_classes, 1): "The numbers are right, but a bias needs one dimension only.",
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
