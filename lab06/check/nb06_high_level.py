"""The exercises of notebook 06: a model, and a bias for each class, that start at 0."""

import torch
import torch.nn.functional as F
from torch import nn

from lab06.check._code import words_of
from lab06.check._judge import NotAttempted, NotYet, Stopped, call, judged, need_function, trying
from lab06.check._values import shown, type_name
from lab06.data import load_lab
from lab06.training import gradient_descent, train

SIZES = [(4, 3), (2, 4), (1, 2), (6, 5)]  # in_features and num_classes; first those of the lab
CASES = [{"in_features": features, "num_classes": classes} for features, classes in SIZES]
EPOCHS = 50
LAB_SIZE = "That is the size of the lab: take the sizes from the two arguments."


@judged
def zero_model(answer):
    """Check a class MyClassifier(in_features, num_classes), an nn.Module that starts at 0."""
    _need_model_class(answer)
    for case in CASES:
        with trying(case):
            _look_at_model(answer, *case.values())
    return (
        f"For {EPOCHS} epochs its cost and that of a run with tensors alone, from zeros and with "
        "a bias per class, are the same: the curves coincide."
    )


def _need_model_class(answer):
    """Raise NotYet for what is no class of models, and NotAttempted for an empty class."""
    if isinstance(answer, nn.Module):
        raise NotYet("Pass the class itself: the check makes models of several sizes from it.")
    if not isinstance(answer, type):
        raise NotYet(
            f"Expected a class, got {type_name(answer)}.",
            "Begin with `class MyClassifier(nn.Module):`, and pass its name without parentheses.",
        )
    if not issubclass(answer, nn.Module):
        raise NotYet(f"{answer.__name__} is not a model yet: let it inherit from nn.Module.")
    if answer.__init__ is nn.Module.__init__:
        if answer.forward is nn.Module.forward:
            raise NotAttempted
        raise NotYet("`__init__` is missing: it takes the two sizes and makes the parameters.")


def _look_at_model(answer, in_features, num_classes):
    """Raise NotYet if a model of this size is not right."""
    model = call(answer, in_features, num_classes, it="Your class")
    has_forward = getattr(model.forward, "__func__", None) is not nn.Module.forward
    prepared = "_parameters" in vars(model)
    named = dict(model.named_parameters()) if prepared else {}
    if not has_forward and not named:
        raise NotAttempted
    if not prepared:
        raise NotYet("super().__init__() is missing: call it first, to prepare the module.")
    if not has_forward:
        raise NotYet("`forward` is missing: it says how to get from features to logits.")
    x = torch.linspace(-1, 2, 3 * in_features).view(3, -1)
    try:
        logits, stopped = call(model, x, it="forward"), None
    except Stopped as error:
        logits, stopped = None, error
    _look_at_parameters(model, named, in_features, num_classes)
    if stopped:
        raise NotYet(*stopped.args, *_why_not_multiplied(named, in_features, num_classes))
    _look_at_logits(logits, named, torch.zeros(len(x), num_classes))
    if (in_features, num_classes) == SIZES[0]:
        _compare_curves(model)


def _look_at_parameters(model, named, in_features, num_classes):
    """Raise NotYet if something is wrong about the parameters of a model."""
    words = words_of(model)
    if not named:
        raise NotYet("The model has no parameters.", _why_no_parameters(model))
    for name, parameter in named.items():
        if not parameter.requires_grad:
            raise NotYet(f"{name} does not require grad: training would leave it as it is.")
    numbers = sum(parameter.numel() for parameter in named.values())
    expected = in_features * num_classes + num_classes
    if numbers != expected:
        shapes = ", ".join(f"{name} {tuple(p.shape)}" for name, p in named.items())
        said = f"Expected {expected} numbers to learn, got {numbers}: {shapes}."
        raise NotYet(said, *_why_not_as_many(model, named, in_features, num_classes))
    for name, parameter in named.items():
        if (parameter == 1).all():
            raise NotYet(f"{name} starts at 1: the low-level run starts at 0.")
        if parameter.count_nonzero() > 0:
            raise NotYet(
                f"{name} does not start at 0.",
                "`p = torch.zeros_like(p)` in a loop gives the name p to a new tensor: change the "
                "parameter in place, with nn.init.zeros_(p)."
                if {"parameters", "named_parameters"} & words and {"zeros", "zeros_like"} & words
                else "A layer draws its numbers at random, unless you set them.",
            )


def _why_no_parameters(model):
    tensors = [name for name, value in vars(model).items() if isinstance(value, torch.Tensor)]
    tensors += [name for name, _ in model.named_buffers()]
    for name, value in vars(model).items():
        if isinstance(value, (list, tuple)) and any(isinstance(part, nn.Module) for part in value):
            return f"{name} is a plain list, which hides its layers: make it an nn.ModuleList."
    if tensors:
        return f"{tensors[0]} is a tensor that no optimizer gets to see: make it an nn.Parameter."
    return "Assign a layer or an nn.Parameter to self."


def _why_not_multiplied(named, in_features, num_classes):
    """Name the mistake behind weights that do not fit x, if it is known."""
    shapes = {tuple(parameter.shape) for parameter in named.values()}
    layer, table = (num_classes, in_features), (in_features, num_classes)
    if layer in shapes:
        return [f"For x @ W the weights are transposed: they need the shape {table}."]
    if table in shapes:
        return [f"In nn.Linear the weights have a row per class: shape {layer}."]
    return []


def _why_not_as_many(model, named, in_features, num_classes):
    """Name the mistake behind a wrong number of parameters, if it is known."""
    layers = [part for part in model.modules() if isinstance(part, nn.Linear)]
    if any(part.weight.shape == (in_features, num_classes) for part in layers):
        return ["Are the two sizes of the layer swapped? Features first, then classes."]
    sizes = sorted(parameter.numel() for parameter in named.values())
    weights = in_features * num_classes
    if sizes == sorted([1, weights]):
        return ["The bias is one number for all classes: give each class its own."]
    if sizes == sorted([in_features, weights]):
        return ["The bias has one number per feature: it belongs to the classes."]
    if sizes == [weights]:
        return ["The bias is missing: one number per class."]
    if sizes == [3, 12]:
        return [LAB_SIZE]
    if len(sizes) > 2:
        return ["One table of weights and one bias per class are enough."]
    return []


def _look_at_logits(logits, named, zeros):
    """Raise NotYet if the logits of a model that is 0 throughout are wrong."""
    if logits is None:
        raise NotYet("forward returned None: is there a `return` at its end?")
    if not isinstance(logits, torch.Tensor):
        raise NotYet(f"forward should return a tensor, got {type_name(logits)}.")
    if logits.shape != zeros.shape:
        raise NotYet(
            f"Expected logits of shape {tuple(zeros.shape)} for 3 samples, got "
            f"{tuple(logits.shape)}: one row per sample, one logit per class."
        )
    if not torch.allclose(logits.double(), zeros.double(), atol=1e-6):
        said = f"All logits should be 0 at the start, got {shown(logits[0])} for the first sample."
        raise NotYet(said, *_why_not_zero(logits.double(), zeros.double()))
    if not logits.requires_grad:
        raise NotYet("The logits carry no gradient, so nothing can be learned: what cuts it off?")
    gradients = torch.autograd.grad(logits.sum(), list(named.values()), allow_unused=True)
    for name, gradient in zip(named, gradients, strict=True):
        if gradient is None:
            raise NotYet(f"{name} has no part in the logits: forward does not use it.")


def _why_not_zero(logits, zeros):
    """Name the function that a row of zeros went through, if it is known."""
    for function in (F.softmax, F.log_softmax):
        if torch.allclose(logits, function(zeros, dim=1), atol=1e-6):
            name = function.__name__
            return [f"There is a {name} in forward: F.cross_entropy takes logits, and applies it."]
    if torch.allclose(logits, zeros.sigmoid(), atol=1e-6):
        return ["There is a sigmoid in forward: F.cross_entropy takes logits as they are."]
    return []


def _compare_curves(model):
    """Raise NotYet if a model of the lab's size does not learn as a run from zeros does."""
    x, y = load_lab()
    costs = []

    def cost():
        value = F.cross_entropy(model(x), y)
        costs.append(value.item())
        return value

    call(lambda: gradient_descent(cost, model.parameters(), epochs=EPOCHS), it="Training")
    twin = train(x, y, torch.zeros(4, 3), torch.zeros(3), epochs=EPOCHS).cost
    apart = ~torch.isclose(torch.tensor(costs), twin, rtol=0, atol=1e-3)
    if apart.any():
        epoch = apart.nonzero()[0].item()
        raise NotYet(
            "The model starts right, but does not learn as it should.",
            f"At epoch {epoch} its cost is {shown(costs[epoch])}, and that of logits = x @ W + b "
            f"is {shown(twin[epoch])}.",
        )


@judged
def own_bias(answer):
    """Check a function my_start(in_features, num_classes) that returns the pair (W, b)."""
    need_function(answer)
    for case in CASES:
        with trying(case):
            W, b = _need_pair(call(answer, *case.values()))
            _compare_shapes(tuple(W.shape), tuple(b.shape), *case.values())
            _look_at_start("W", W)
            _look_at_start("b", b)
    return "W and b start at 0, they can be trained, and each class has a bias of its own."


def _need_pair(got):
    """Return W and b, or raise NotYet if they are not a pair of tensors."""
    if got is None:
        raise NotYet("Your function returned None: is there a `return` at its end?")
    if isinstance(got, torch.Tensor):
        raise NotYet(f"Got one tensor, of shape {tuple(got.shape)}: return both, W and b.")
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        many = f" of length {len(got)}" if isinstance(got, (tuple, list)) else ""
        raise NotYet(f"Expected a tuple of two tensors, got {type_name(got)}{many}.")
    for name, part in zip("Wb", got, strict=True):
        if isinstance(part, bool):
            asked = ".requires_grad only asks: write torch.zeros(..., requires_grad=True)."
            raise NotYet(f"{name} should be a tensor, got bool.", asked)
        if not isinstance(part, torch.Tensor):
            raise NotYet(f"{name} should be a tensor, got {type_name(part)}.")
    return got


def _compare_shapes(weight, bias, in_features, num_classes):
    """Raise NotYet if something is wrong about the shapes of W and b."""
    whole, own = (in_features, num_classes), (num_classes,)
    if (weight, bias) == (own, whole):
        raise NotYet("W and b have changed places: return W first.")
    transposed = "It is transposed: make a row per feature, a column per class."
    no_column = "The numbers are right, but a bias needs one dimension only."
    weights = {(4, 3): LAB_SIZE, whole[::-1]: transposed}
    biases = {
        whole: "That is as large as W: the bias does not look at the features.",
        (num_classes, 1): no_column,
        (1, num_classes): no_column,
        (8,): "Is that one number per sample? The bias belongs to the classes.",
        (in_features,): "That is one number per feature: the bias belongs to the classes.",
        (1,): "That is one number, which all classes would share.",
        (): "That is a single number, which all classes would share.",
    }
    for name, got, right, known in (("W", weight, whole, weights), ("b", bias, own, biases)):
        if got != right:
            why = [known[got]] if got in known else []
            raise NotYet(f"{name} should have shape {right}, got {got}.", *why)


def _look_at_start(name, tensor):
    """Raise NotYet if something is wrong about one tensor of a start, apart from its shape."""
    if tensor.dtype != torch.float32:
        said = f"{name} should have dtype torch.float32 as the features have, got {tensor.dtype}."
        raise NotYet(said)
    if (tensor == 1).all():
        raise NotYet(f"{name} starts at 1: let it start at 0.")
    if (tensor != 0).any():
        raise NotYet(f"{name} does not start at 0.", "Were its numbers drawn at random?")
    if not tensor.requires_grad:
        raise NotYet(f"{name} does not require grad: autograd would not compute its gradient.")
    if not tensor.is_leaf:
        raise NotYet(
            f"{name} was computed from another tensor that requires grad, and the gradient would "
            "go there: set requires_grad last."
        )
    steps = zip(tensor.shape, tensor.stride(), strict=True)
    if any(size > 1 and step == 0 for size, step in steps):
        raise NotYet(f"{name} is one number shown several times: give each entry its own place.")
