"""`python -m tools.screenshots`: the explorer and the seat in docs/images/, by headless Chromium."""

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import sync_playwright

from tools.provenance import ROOT

FOLDER = ROOT / "docs" / "images"
SCREEN = {"width": 1440, "height": 900}
PATIENCE = 240_000  # ms, on a machine that does other things
WORDS = ("scenario=dec2014", "seed=7", "open=false")
LEVERS = "sorties.government.airstrike=0&since=96"  # no air strikes from the fifth day on
OPEN_GROUPS = ("Fire from afar", "When the changes set in")
OPEN_LEVERS = """(wanted) => document.querySelectorAll(".lever-group").forEach((group) => {
    group.open = wanted.includes(group.querySelector("summary").textContent);
})"""
SORTIES = "[data-move^='sorties ']"
MAX_STOPS = 40


@contextmanager
def serve_battle() -> Iterator[str]:
    """`sim serve` of the battle, its outputs in an empty folder: the address of its page with the token."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sim", "serve", *WORDS, f"outputs={folder}"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        try:
            yield next(found[0] for line in process.stderr if (found := re.search(r"http://\S+", line)))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def show_explorer(page: Any, link: str) -> None:
    """The explorer with a change that sets in in mid-battle."""
    page.goto(f"{link}&{LEVERS}")
    page.wait_for_selector("html[data-pairs='2000']", state="attached")
    page.evaluate(OPEN_LEVERS, OPEN_GROUPS)


def show_seat(page: Any, link: str) -> None:
    """A stop of the government's at which a place is attacked, with one thing decided."""
    page.goto(link.replace("/#", "/seat#"))
    page.check("input[name=pace][value=every_report]")  # the other pace does not stop where a place is attacked
    page.click("#begin button")
    page.wait_for_selector("html[data-moves='0']", state="attached")
    for _ in range(MAX_STOPS):
        is_later = page.text_content(".sky").find("day 1 ") < 0
        if is_later and page.locator(SORTIES).count() and page.locator(".answer:has-text('attacked')").count():
            break
        make_move(page, "[data-move=next]")
    make_move(page, SORTIES)


def make_move(page: Any, selector: str) -> None:
    """Press a button of the seat, and wait for what follows."""
    before = page.evaluate("document.documentElement.dataset.moves")
    page.locator(selector).first.click()
    page.wait_for_selector(f"html:not([data-moves='{before}'])", state="attached")


def main() -> None:
    """Write both pictures."""
    with serve_battle() as link, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, show in {"explorer": show_explorer, "seat": show_seat}.items():
            page = browser.new_page(viewport=SCREEN, reduced_motion="reduce")
            page.set_default_timeout(PATIENCE)
            show(page, link)
            path = FOLDER / f"{name}.png"
            page.screenshot(path=path)
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
