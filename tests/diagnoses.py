"""The table of diagnoses: for each exercise, what the check says to each answer of its catalogue.

`make diagnoses` writes it into tests/diagnoses.md, and tests/test_checks.py compares: a changed
word of feedback shows up as a changed line.
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
    """Return the heading and the table of one exercise, in Markdown."""
    answers = {name: answer for name, (answer, _) in entry["wrong"].items()} | {
        f"right: {name}": answer for name, answer in entry["right"].items()
    }
    rows = [f"| {name} | {check(answer).words} |" for name, answer in answers.items()]
    head = f"## check.{check.__name__}\n\n| answer | what the check says |\n|---|---|\n"
    return head + "\n".join(rows)


if __name__ == "__main__":
    from test_checks import CATALOGUE

    TABLE.write_text(table(CATALOGUE), encoding="utf-8")
