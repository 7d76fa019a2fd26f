"""`python -m bench.explorer_page`: the explorer in its page, from a key on a slider to the numbers that it changes.

Headless Chromium moves a slider of December 2014 by an arrow key; the page itself notes when the input came, and when
each number of pairs was in the page. Needs Chromium (`apt-get install chromium`) and the extra `dev`.
"""

import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.explorer import SCENARIO, SEED

MOVES = 9
DRAG_MOVES = 10
DRAG_EVERY = 150  # ms between the moves of a drag
REST = 300  # ms between the end of a move and the next one
WARM_UP = 2  # moves that are not counted
PATIENCE = 120_000  # ms
TWO_POINTS = "half"
TARGETS = {"20": 150, "200": 250, TWO_POINTS: 3_000}  # ms
STRENGTH, STRIKES = "strength.isil", "sorties.government.airstrike"
CALIBRATED, MID_BATTLE = "calibrated=true", "since=96"
STATES = {
    "strength": ("", STRENGTH),
    "air strikes": ("", STRIKES),
    "strength, posterior": (CALIBRATED, STRENGTH),
    "air strikes, posterior": (CALIBRATED, STRIKES),
    "air strikes, mid-battle": (MID_BATTLE, STRIKES),
}
# Notes the time of each input, and of each number of pairs after it, with the half-width of the first difference.
RECORDER = """
globalThis.moves = [];
addEventListener("input", () => { moves.push({ at: performance.now(), steps: [] }); }, true);
addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => {
    const pairs = document.documentElement.dataset.pairs;
    if (!pairs || !moves.length) return;
    const interval = document.querySelector("#odds tbody tr .difference small").textContent.replaceAll("−", "-");
    const [low, high] = interval.split(" to ").map(Number);
    const move = moves.at(-1);
    move.steps.push([Number(pairs), performance.now() - move.at, Number.isFinite(high) ? (high - low) / 2 : 0]);
  }).observe(document.documentElement, { attributeFilter: ["data-pairs"] });
});
"""


@dataclass(frozen=True)
class PageMove:
    """A move of a slider: after how many ms so many pairs were in the page, with the half-width of the difference."""

    steps: list[tuple[int, float, float]]

    def find_time(self, wanted: str) -> float | None:
        """The ms until so many pairs, or until the half-width is two points; None if it never was."""
        if wanted == TWO_POINTS:
            return next((ms for pairs, ms, half_width in self.steps if pairs >= 200 and half_width <= 2.0), None)
        return next((ms for pairs, ms, _ in self.steps if pairs == int(wanted)), None)


@contextmanager
def serve_explorer() -> Iterator[str]:
    """`sim serve` as a process of its own: its link."""
    with tempfile.TemporaryDirectory() as folder:
        words = [f"scenario={SCENARIO}", f"seed={SEED}", "open=false", f"outputs={folder}"]
        process = subprocess.Popen([sys.executable, "-m", "sim", "serve", *words], stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        lines = (re.search(r"http://\S+", line) for line in process.stderr)
        try:
            yield next(found[0] for found in lines if found)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


@contextmanager
def open_browser() -> Iterator[Any]:
    """A page of a browser without a screen."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.add_init_script(RECORDER)
        yield page
        browser.close()


def wait_for_all_pairs(page: Page) -> None:
    """Wait until a move has all its pairs, and what follows them has been painted."""
    page.wait_for_selector("html[data-pairs='2000']", state="attached")
    page.wait_for_timeout(REST)


def measure_moves(page: Page, link: str, state: str, lever: str) -> list[PageMove]:
    """Moves of a slider by an arrow key, each after the one before has all its pairs."""
    base = link.partition("#")[0]
    page.goto("about:blank")
    page.goto(f"{base}#{state}")
    wait_for_all_pairs(page)
    slider = page.locator(f"[id='lever-{lever}']")
    slider.evaluate("(each) => { each.closest('details').open = true; each.focus(); }")
    for _ in range(WARM_UP + MOVES):
        page.keyboard.press("ArrowRight")
        wait_for_all_pairs(page)
    moves = page.evaluate("moves")[WARM_UP:]
    return [PageMove([tuple(step) for step in move["steps"]]) for move in moves]


def measure_drag(page: Page, link: str) -> tuple[float, int]:
    """A drag: the ms from its last move to that one's first odds, and how many moves before it were shown at all."""
    page.goto("about:blank")
    page.goto(link.partition("#")[0])
    wait_for_all_pairs(page)
    page.locator(f"[id='lever-{STRENGTH}']").focus()
    for _ in range(DRAG_MOVES):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(DRAG_EVERY)
    wait_for_all_pairs(page)
    moves = page.evaluate("moves")
    return moves[-1]["steps"][0][1], sum(bool(move["steps"]) for move in moves[:-1])


def describe_load() -> str:
    """How busy the machine is, and how many cores it has."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def main() -> None:
    """Measure each state and a drag, and print medians and ranges in ms."""
    print(f"Medians of {MOVES} moves in ms, the least and the most in brackets; {describe_load()}")
    print(f"wanted: {', '.join(f'{name} pairs {most}' for name, most in TARGETS.items() if name != TWO_POINTS)}, "
          f"half-width of two points {TARGETS[TWO_POINTS]}")  # fmt: skip
    with serve_explorer() as link, open_browser() as page:
        page.goto(link)
        wait_for_all_pairs(page)
        for name, (state, lever) in STATES.items():
            moves = measure_moves(page, link, state, lever)
            cells = []
            for wanted in ("20", "200", TWO_POINTS, "2000"):
                times = [ms for move in moves if (ms := move.find_time(wanted)) is not None]
                text = f"{statistics.median(times):.0f} ({min(times):.0f} to {max(times):.0f})" if times else "never"
                cells.append(f"{wanted}: {text}")
            print(f"{name:25}", "   ".join(cells), flush=True)
        last, n_shown = measure_drag(page, link)
        print(f"a drag of {DRAG_MOVES} moves, one each {DRAG_EVERY} ms: first odds of the last after {last:.0f} ms, "
              f"{n_shown} of the {DRAG_MOVES - 1} before it shown; {describe_load()}")  # fmt: skip


if __name__ == "__main__":
    main()
