"""Install Chromium for the browser tests where that is possible; otherwise say how to."""

import os
import shutil
import subprocess
import sys

from served import find_chromium

HOW = """The browser tests need Chromium or Chrome, and found neither:
  Debian, Ubuntu  sudo apt-get install chromium
  macOS           brew install --cask google-chrome
  Windows         winget install Google.Chrome
or name one in the environment variable CHROMIUM. Without it these tests are skipped."""


def main():
    if find_chromium():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        subprocess.run([*install, "chromium", "fonts-dejavu-core"], check=True)
        return
    print(HOW)
    if os.environ.get("CI"):
        sys.exit(1)


if __name__ == "__main__":
    main()
