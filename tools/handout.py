"""Put beside the notebooks for students what it takes to run them: python tools/handout.py FOLDER

`make handout` writes the notebooks there first, without solutions and outputs.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = [
    "LICENSE",
    "environment.yml",
    "pyproject.toml",
    "requirements.txt",
    "tools/prepare.py",
    "tools/try_out.py",
]


def makefile(text):
    """Keep what a student needs of the Makefile: set-up, `make lab` and `make clean`."""
    text = re.sub(r"^\.PHONY: help .*", ".PHONY: help lab clean", text, flags=re.MULTILINE)
    start, rest = text[: text.index("# Two at a time")], text[text.index("clean: ##") :]
    return start + rest.replace(" tests tools", " tools")


def main(folder):
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    cache = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "lab06", folder / "lab06", ignore=cache, dirs_exist_ok=True)
    shutil.copy(ROOT / "tools" / "handout.md", folder / "README.md")
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (folder / "Makefile").write_text(makefile(text), encoding="utf-8", newline="\n")
    print(f"{folder}: the course for students")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
