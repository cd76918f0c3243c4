"""Generated answers: no wrong one is accepted or named wrongly, and no right one is refused.

Each run judges a part of the mutants; `python tests/mutants.py` judges all and prints the figures.
"""

from collections import Counter
from itertools import combinations, product

import pytest
import torch
import torch.nn.functional as F
from mutants import INPUTS, answers, figures, made, mutants, restyled

from lab06 import check

PART = 9  # of so many mutants one is judged


def test_no_mutant_is_accepted_or_named_wrongly_and_most_are_explained():
    counts = Counter()
    for name in INPUTS:
        found = figures(name, step=PART)
        assert "accepted wrongly" not in found and "named wrongly" not in found, name
        counts.update(found)
    wrong = counts.total() - counts["equal"]
    explained = counts["named"] + counts["pointed to"] + counts["told"]
    assert wrong > 200 and explained > 0.6 * wrong, counts


@pytest.mark.parametrize("name", INPUTS)
def test_a_right_answer_in_another_style_is_accepted(name):
    for tree, names in answers()[name]:
        for source, answer in restyled(tree, names).items():
            assert getattr(check, name)(answer), source


def learns_as_from_zero(model_class, features, classes):
    """Does a model start at 0, and give what x @ W + b gives after three steps downhill?"""
    model = model_class(features, classes)
    x, y = torch.randn(9, features).abs(), torch.arange(9) % classes
    W, b = torch.zeros(features, classes), torch.zeros(classes)
    for _ in range(4):
        assert torch.allclose(model(x), x @ W + b, atol=1e-5)
        gradient = (F.softmax(x @ W + b, dim=1) - F.one_hot(y, classes)) / 9
        W, b = W - x.T @ gradient, b - gradient.sum(dim=0)
        parameters = [*model.parameters()]
        cost = F.cross_entropy(model(x), y)
        for parameter, slope in zip(parameters, torch.autograd.grad(cost, parameters), strict=True):
            parameter.data -= slope


def starts_at_zero(start, features, classes):
    W, b = start(features, classes)
    assert (W.shape, b.shape) == ((features, classes), (classes,))
    for tensor in (W, b):
        assert tensor.requires_grad and tensor.is_leaf and not tensor.count_nonzero()
        tensor.data.view(-1)[0] = 1  # and no entry shares its place with another
        assert tensor.sum() == 1 and tensor.dtype == torch.float32


@pytest.mark.parametrize(
    "name, needs", [("zero_model", learns_as_from_zero), ("own_bias", starts_at_zero)]
)
def test_what_is_accepted_of_a_start_is_one(name, needs):
    found = [made(*mutant) for mutant in mutants(name).items()]
    accepted = [answer for answer in found if answer and getattr(check, name)(answer)]
    assert len(accepted) < len(found) / 2 and len(found) > 60
    for answer in accepted:
        needs(answer, 5, 2)
        needs(answer, 2, 7)


def test_a_plan_is_accepted_if_each_effect_has_its_pair():
    """All plans of up to three runs."""
    kinds = [
        {"softmax": softmax, "bias": bias, "start": start}
        for softmax, bias, start in product((1, 2), (1, 3), ("zeros", "random"))
    ]
    for plan in (plan for size in (1, 2, 3) for plan in product(kinds, repeat=size)):
        fixed = all(run["start"] == "zeros" for run in plan)
        apart = [
            [key for key in one if one[key] != other[key]] for one, other in combinations(plan, 2)
        ]
        good = fixed and ["softmax"] in apart and ["bias"] in apart and [] not in apart
        assert bool(check.experiment([*plan])) == good, plan


def test_a_mutant_of_a_sanity_test_that_is_accepted_tells_others_apart():
    for source, names in mutants("sanity_test").items():
        answer = made(source, names)
        if answer and check.sanity_test(answer):
            assert answer(lambda *case: F.cross_entropy(*case) + 0.0), source
            assert not answer(lambda *case: 2 * F.cross_entropy(*case)), source
