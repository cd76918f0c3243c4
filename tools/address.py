"""Write the address of a public copy into all links: make address REPOSITORY=owner/name"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = [
    "*.md",
    "*.cff",
    ".github/**/*.md",
    ".github/**/*.yml",
    "notebooks/*.ipynb",
    "teaching/*.md",
]


def forms(repository):
    """Return an address as it stands in a link, inside another link, and as its pages' host."""
    owner, name = repository.split("/")
    return f"/{repository}", f"%2F{owner}%2F{name}", f"/{owner}.github.io/{name}"


def write(repository, root=ROOT):
    if not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", repository):
        raise SystemExit(f"make address: write REPOSITORY=owner/name, not {repository!r}")
    # What stands in the links now, OWNER/REPOSITORY or another address, is read from the citation.
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    (now,) = re.findall(r"^repository-code: https://github.com/(\S+)$", citation, re.MULTILINE)
    for path in sorted(path for pattern in FILES for path in root.glob(pattern)):
        before = after = path.read_bytes().decode()
        for old, new in zip(forms(now), forms(repository), strict=True):
            after = re.sub(rf"{re.escape(old)}(?![\w-]|\.\w)", new, after)
        if after != before:
            path.write_bytes(after.encode())
            print(f"{path.relative_to(root)}: {repository}")


if __name__ == "__main__":
    write(*sys.argv[1:])
