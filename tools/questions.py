"""Write teaching/questions.xml, for Moodle, from teaching/questions.md: python tools/questions.py

If all choices look like `1.04 ± 0.006`, students type a number; else they choose, and Moodle
shuffles the choices. What else Moodle wants to know has defaults.
"""

import re
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import mistune  # comes with JupyterLab

SOURCE = Path(__file__).parent.parent / "teaching" / "questions.md"
CHOICE = re.compile(r"^- \[([ x])\] ", flags=re.MULTILINE)
NUMBER = re.compile(r"(-?[\d.]+) ± ([\d.]+)")

as_html = mistune.create_markdown()


class Choice(NamedTuple):
    right: bool
    text: str
    feedback: str


class Question(NamedTuple):
    name: str  # such as "01.2 One point more"
    text: str
    choices: list

    @property
    def numerical(self):
        return all(NUMBER.fullmatch(choice.text) for choice in self.choices)


def read(markdown):
    """Return {title of a notebook: list of its questions} from the text of questions.md."""
    bank = {}
    for section in re.split(r"^## ", markdown, flags=re.MULTILINE)[1:]:
        title, *questions = re.split(r"^### ", section, flags=re.MULTILINE)
        bank[title.strip()] = [_question(question) for question in questions]
    return bank


def _question(markdown):
    name, _, body = markdown.partition("\n")
    text, *parts = CHOICE.split(body)
    choices = []
    for mark, part in zip(parts[::2], parts[1::2], strict=True):
        choice, _, feedback = part.partition("\n  - ")
        choices.append(Choice(mark == "x", choice.strip(), feedback.strip()))
    return Question(name, text.strip(), choices)


def write(bank):
    """Return the questions of `read` as Moodle XML."""
    quiz = Element("quiz")
    for title, questions in bank.items():
        category = SubElement(quiz, "question", type="category")
        _add(category, "category", f"$course$/top/lab06/{title}")
        for question in questions:
            _add_question(quiz, question)
    indent(quiz)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(quiz, encoding="unicode")}\n'


def _add_question(quiz, question):
    kind = "numerical" if question.numerical else "multichoice"
    element = SubElement(quiz, "question", type=kind)
    _add(element, "name", question.name)
    _add(element, "questiontext", as_html(question.text), format="html")
    if not question.numerical:
        SubElement(element, "single").text = "true"
        SubElement(element, "shuffleanswers").text = "true"
    for choice in question.choices:
        fraction = "100" if choice.right else "0"
        if question.numerical:
            number, tolerance = NUMBER.fullmatch(choice.text).groups()
            answer = _add(element, "answer", number, fraction=fraction)
            SubElement(answer, "tolerance").text = tolerance
        else:
            text = as_html(choice.text)
            answer = _add(element, "answer", text, fraction=fraction, format="html")
        _add(answer, "feedback", as_html(choice.feedback), format="html")


def _add(parent, tag, text, **attributes):
    element = SubElement(parent, tag, attributes)
    SubElement(element, "text").text = text.strip()
    return element


if __name__ == "__main__":
    bank = read(SOURCE.read_text(encoding="utf-8"))
    SOURCE.with_suffix(".xml").write_text(write(bank), encoding="utf-8", newline="\n")
    print(f"{sum(map(len, bank.values()))} questions: {SOURCE.with_suffix('.xml')}")
