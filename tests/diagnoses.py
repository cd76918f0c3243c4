"""The table of diagnoses: for each exercise its cases, and what the check says to each answer.

`make diagnoses` writes it into tests/diagnoses.md, and tests/test_checks.py compares: a changed
word of feedback shows up as a changed line. Nowhere else do the words stand in the tests.
"""

from pathlib import Path

TABLE = Path(__file__).with_suffix(".md")


def results(check, entry):
    """Return what the check says to each answer, by name."""
    right = {f"right: {name}": answer for name, answer in entry["right"].items()}
    answers = entry["wrong"] | right | {"3, no function": 3}
    return {name: check(answer) for name, answer in answers.items()}


def table(catalogue):
    """Return all tables, under a line that counts, in Markdown."""
    wrong, right = (
        sum(len(entry[kind]) for entry in catalogue.values()) for kind in ("wrong", "right")
    )
    counts = f"{len(catalogue)} exercises, {wrong} wrong and {right} right answers."
    sections = [section(check, e, results(check, e)) for check, e in catalogue.items()]
    return "\n\n".join(["# What the checks say", counts, *sections]) + "\n"


def section(check, entry, results):
    """Return the cases and the table of one exercise, in Markdown."""
    cases = cases_of(check, next(iter(entry["right"].values())))
    rows = [f"| {name} | {said(result, cases)} |" for name, result in results.items() if not result]
    praises = dict.fromkeys(result.words for result in results.values() if result)
    rows += [f"| a right one | {praise} |" for praise in praises]
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
