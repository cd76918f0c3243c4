"""The table of diagnoses: for each exercise its cases, and what the check says to each answer.

`make diagnoses` writes it into tests/diagnoses.md, and tests/test_checks.py compares: a changed
word of feedback shows up as a changed line. Nowhere else do the words stand in the tests.
"""

from pathlib import Path

TABLE = Path(__file__).with_suffix(".md")


def table(catalogue):
    """Return all tables, under a line that counts, in Markdown."""
    wrong, right = (
        sum(len(entry[kind]) for entry in catalogue.values()) for kind in ("wrong", "right")
    )
    counts = f"{len(catalogue)} exercises, {wrong} wrong and {right} right answers."
    sections = [section(check, entry) for check, entry in catalogue.items()]
    return "\n\n".join(["# What the checks say", counts, *sections]) + "\n"


def section(check, entry):
    """Return the cases and the table of one exercise, in Markdown."""
    cases = cases_of(check, next(iter(entry["right"].values())))
    words = {name: said(check(answer), cases) for name, answer in entry["wrong"].items()}
    praised = {}  # the right answers that get the same words share a row
    for name, answer in entry["right"].items():
        praised.setdefault(said(check(answer), cases), []).append(name)
    words |= {f"right: {'; '.join(names)}": praise for praise, names in praised.items()}
    words["3, no function"] = said(check(3), cases)
    rows = [f"| {name} | {sentences} |" for name, sentences in words.items()]
    head = "| answer | what the check says |\n|---|---|\n" + "\n".join(rows)
    listed = "\n".join(f"{number}. {case}" for number, case in enumerate(cases, start=1))
    return "\n\n".join([f"## check.{check.__name__}", *[listed] * bool(cases), head])


def said(result, cases):
    """Return the sentences, with the number of a case in place of its inputs."""
    return " ".join(
        f"Case {cases.index(sentence) + 1}:" if sentence in cases else sentence
        for sentence in result.sentences
    )


def cases_of(check, right):
    """List the sentences that name the inputs of each case: a right answer stops at one of them."""
    cases = []
    while callable(right) and not isinstance(right, type):
        calls, last = [], len(cases)

        def answer(*arguments, calls=calls, last=last):
            calls.append(arguments)
            if len(calls) > last:
                raise RuntimeError("the end")
            return right(*arguments)

        result = check(answer)
        if len(calls) <= last:
            break
        cases.append(result.sentences[1])
    return cases


if __name__ == "__main__":
    from test_checks import CATALOGUE

    TABLE.write_text(table(CATALOGUE), encoding="utf-8")
