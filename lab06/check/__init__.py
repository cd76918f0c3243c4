"""Checks for the exercises: they answer what is right, and what a mistake looks like.

Pass your function itself, without parentheses: `check.softmax(my_softmax)`. The result is text in
a notebook, and true or false in code. A check never raises, whatever it is given.
"""

from lab06.check.nb01_softmax import softmax, temperature
from lab06.check.nb02_cross_entropy import cross_entropy, cross_entropy_gradient
from lab06.check.nb03_log_softmax import log_softmax, nll_loss
from lab06.check.nb04_low_level import accuracy, update
from lab06.check.nb05_middle_level import column_labels, rises
from lab06.check.nb06_high_level import own_bias, zero_model
from lab06.check.nb07_curves import settled, yardstick
from lab06.check.nb08_causes import doubled_band, experiment, low_level_cost
from lab06.check.nb09_penguins import confusion, standardise
from lab06.check.nb10_clinic import sanity_test, shuffle
from lab06.check.nb11_other_targets import smoothed_cross_entropy, weighted_cross_entropy

__all__ = [
    "accuracy",
    "column_labels",
    "confusion",
    "cross_entropy",
    "cross_entropy_gradient",
    "doubled_band",
    "experiment",
    "log_softmax",
    "low_level_cost",
    "nll_loss",
    "own_bias",
    "rises",
    "sanity_test",
    "settled",
    "shuffle",
    "smoothed_cross_entropy",
    "softmax",
    "standardise",
    "temperature",
    "update",
    "weighted_cross_entropy",
    "yardstick",
    "zero_model",
]
