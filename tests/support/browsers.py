"""A browser without a screen for tests. Without one they are skipped or, with NEEDS_BROWSER=1 as in CI, fail."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


@contextmanager
def launch_browser(*arguments: str) -> Iterator[Any]:
    """A Chromium that asks nobody anything by itself, with further arguments."""
    if CHROMIUM is None:
        reason = "no Chromium: apt-get install chromium"
        if os.environ.get("NEEDS_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *arguments])
        yield browser
        browser.close()
