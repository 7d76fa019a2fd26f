"""A browser without a screen for tests. Without one they are skipped or, with NEEDS_BROWSER=1 as in CI, fail."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SCREENS = {"desktop": (1280, 900), "phone": (390, 844)}
ADD_STYLE = """(css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
}"""  # for page.evaluate: a page's policy lets no style element in
PAGE_PATIENCE = 60_000  # ms, on a machine that does other things
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


class PageWatch:
    """Pages of one program that complain of nothing and ask nobody else; what they did nevertheless is in `faults`."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.contexts: list[Any] = []
        self.faults: list[str] = []

    def open(self, link: str, viewport: dict[str, int] | None = None, context: Any = None) -> Any:
        """A page in a context of its own, or in that of another page."""
        if context is None:
            context = self.browser.new_context(viewport=viewport or {"width": 1280, "height": 900})
            context.set_default_timeout(PAGE_PATIENCE)
            self.contexts.append(context)
        page = context.new_page()
        host = link.partition("#")[0].removesuffix("/").removesuffix("/seat")
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self.faults.append(message.text) if "Policy" in message.text else None)
        page.on(
            "request",
            lambda request: None if request.url.startswith((host, "data:")) else self.faults.append(request.url),
        )
        page.goto(link)
        return page

    def close(self) -> None:
        """Close all pages."""
        for context in self.contexts:
            context.close()
