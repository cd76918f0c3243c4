"""Generated answers: no wrong one is accepted or named wrongly, and no right one is refused.

Each run judges a part of the mutants; `python tests/mutants.py` judges all and prints the figures.
"""

import pytest
from mutants import INPUTS, answers, figures, restyled

from lab06 import check

PART = 9  # of so many mutants one is judged


@pytest.mark.parametrize("name", INPUTS)
def test_no_mutant_is_accepted_or_named_wrongly(name):
    counts = figures(name, step=PART)
    assert "accepted wrongly" not in counts and "named wrongly" not in counts, counts
    wrong = sum(counts.values()) - counts.get("equal", 0)
    explained = sum(counts.get(kind, 0) for kind in ("named", "pointed to", "told"))
    assert wrong > 2 and explained > wrong / 2, counts


@pytest.mark.parametrize("name", INPUTS)
def test_a_right_answer_in_another_style_is_accepted(name):
    for tree, names in answers()[name]:
        for source, answer in restyled(tree, names).items():
            assert getattr(check, name)(answer), source
