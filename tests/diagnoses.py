"""Write the table of diagnoses: for each exercise, what a check answers to each wrong answer.

`make diagnoses`, or `python tests/diagnoses.py FILE`. The answers are those of the catalogues in
tests/test_check_*.py, which the tests require the checks to name.
"""

import sys
from pathlib import Path

from test_checks import CATALOGUE

KINDS = ("wrong", "right")


def main(file):
    wrong, right = (sum(len(entry[kind]) for entry in CATALOGUE.values()) for kind in KINDS)
    parts = [
        "# What the checks say of wrong answers",
        f"{len(CATALOGUE)} exercises, {wrong} wrong and {right} right answers.",
        *[section(check, entry) for check, entry in CATALOGUE.items()],
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(parts[1], f"See {file}.")


def section(check, entry):
    """Return a heading and a table of one exercise, in Markdown."""
    rows = [
        f"| {name} | {repr(check(answer)).replace('|', ' ')} |"
        for name, (answer, _) in entry["wrong"].items()
    ]
    title = f"## check.{check.__name__}: {len(rows)} wrong answers"
    return f"{title}\n\n" + "\n".join(["| answer | what the check says |", "|---|---|", *rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
