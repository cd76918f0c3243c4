"""The fixtures of the browser tests: one browser and one JupyterLab for all of them."""

import os

import pytest
from served import Lab, chromium, find_chromium, new_page

WITHOUT = "no Chromium found: install it, or name one in the environment variable CHROMIUM"


@pytest.fixture(scope="session")
def browser():
    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(WITHOUT)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def page(browser):
    page = new_page(browser)
    yield page
    page.context.close()
