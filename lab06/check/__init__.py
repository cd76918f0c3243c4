"""Checks for the exercises: they answer what is right, and what a mistake looks like.

Hand your function over without calling it: `check.softmax(my_softmax)`. The answer is text in a
notebook, and true or false in code. A check never raises, whatever it is handed.
"""

from lab06.check.causes import doubled_band, experiment, low_level_cost
from lab06.check.clinic import sanity_test, shuffle
from lab06.check.cross_entropy import cross_entropy, cross_entropy_gradient
from lab06.check.curves import settled, yardstick
from lab06.check.high_level import own_bias, zero_model
from lab06.check.log_softmax import log_softmax, nll_loss
from lab06.check.low_level import accuracy, update
from lab06.check.middle_level import column_labels, rises
from lab06.check.penguins import confusion, standardise
from lab06.check.softmax import softmax, temperature

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
    "softmax",
    "standardise",
    "temperature",
    "update",
    "yardstick",
    "zero_model",
]
