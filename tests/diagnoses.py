"""The table of diagnoses: for each exercise, what the check says to each answer of its catalogue.

`make diagnoses` writes it into tests/diagnoses.md, and tests/test_checks.py compares: a changed
word of feedback shows up as a changed line.
"""

from itertools import count
from pathlib import Path
from types import FunctionType

TABLE = Path(__file__).with_suffix(".md")


def table(catalogue):
    """Return all tables, under a line that counts, in Markdown."""
    wrong, right = (
        sum(len(entry[kind]) for entry in catalogue.values()) for kind in ("wrong", "right")
    )
    counts = (
        f"{len(catalogue)} exercises, {wrong} wrong and {right} right answers.\n\n*Right until "
        "call 3* is the first right answer, stopped at its third call: such rows show every case."
    )
    sections = [section(check, entry) for check, entry in catalogue.items()]
    return "\n\n".join(["# What the checks say", counts, *sections]) + "\n"


def section(check, entry):
    """Return the heading and the table of one exercise, in Markdown."""
    answers = {name: answer for name, (answer, _) in entry["wrong"].items()} | {
        f"right: {name}": answer for name, answer in entry["right"].items()
    }
    answers["3, no function"] = 3
    rows = [f"| {name} | {check(answer).words} |" for name, answer in answers.items()]
    rows += [f"| right until call {n} | {words} |" for n, words in cases(check, entry)]
    head = f"## check.{check.__name__}\n\n| answer | what the check says |\n|---|---|\n"
    return head + "\n".join(rows)


def cases(check, entry):
    """Yield the number of each call that a check makes, and its words if that call fails.

    They begin with the inputs of the call: so the table holds those of every case.
    """
    right = next(iter(entry["right"].values()))
    if not isinstance(right, FunctionType):
        return
    for last in count(1):
        calls = []

        def answer(*arguments, calls=calls, last=last):
            calls.append(arguments)
            if len(calls) == last:
                raise RuntimeError("the end")
            return right(*arguments)

        result = check(answer)
        if len(calls) < last:
            return
        yield last, result.words


if __name__ == "__main__":
    from test_checks import CATALOGUE

    TABLE.write_text(table(CATALOGUE), encoding="utf-8")
