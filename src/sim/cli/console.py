"""Output to the terminal: consoles and progress bars."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import track as track_items
from rich.segment import Segment
from rich.text import Text

from sim.cli.process import redirect_to_devnull
from sim.outputs.deviations import describe_subject
from sim.report.text_direction import isolate_runs

if TYPE_CHECKING:
    from sim.cli.settings import Settings
    from sim.runs.replicate import Batch, ProgressWrapper

BatchTracker = Callable[["Iterable[Batch]", str, int], "Iterator[Batch]"]  # batches, a name, and how many battles
LOG_INTERVAL = 60  # s between two lines of a log
RATE_PERIOD = 10.0  # s over which a bar measures the rate
FILE_WIDTH = 140  # columns of lines that are printed to a file, unless COLUMNS says otherwise


class LastingConsole(Console):
    """A console whose reader may go before the end, as `head` does: what is printed after that is discarded.

    A command that simulates goes on, and its results are complete.
    """

    def on_broken_pipe(self) -> None:
        """Discard what is printed from here on; rich itself would end the program."""
        redirect_to_devnull(self.file)


class IsolatedText:
    """What is printed, with text that is written from right to left isolated once it stands in its line."""

    def __init__(self, renderable: ConsoleRenderable):
        self.renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self.renderable, options):
            yield segment if segment.control else segment._replace(text=isolate_runs(segment.text))


class DirectionHook(RenderHook):
    """Has a console isolate what is written from right to left, whatever command prints it."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """The same things, isolated; each has no width more than before."""
        return [IsolatedText(each) for each in renderables]


def make_console() -> Console:
    """Standard output without markup: names in a scenario may have brackets and colons."""
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else FILE_WIDTH
    console = LastingConsole(width=width, markup=False, emoji=False)
    console.push_render_hook(DirectionHook())
    return console


def make_status_console() -> Console:
    """Standard error, for progress: its lines are not folded."""
    return LastingConsole(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)


def print_subject(console: Console, command: str, settings: "Settings") -> None:
    """Print what is simulated where that is not the documented battle: the question that is asked, the deviations."""
    for line in describe_subject(command, settings.model_dump(mode="json")):
        console.print(Text(line, style="bold"))


def format_rate(n_run: int, total: int, seconds: float) -> str:
    """How many battles were simulated how fast, and how many were there before."""
    resumed_text = f", and {total - n_run} were there" if n_run < total else ""
    return f"{n_run:,} battles in {seconds:.1f} s ({n_run / seconds:.0f} a second){resumed_text}."


def no_comment(batch: "Batch", now: float) -> list[str]:
    """Nothing to be said of a batch."""
    return []


class RateColumn(ProgressColumn):
    """Simulated battles per second."""

    def render(self, task: Task) -> Text:
        """The rate of the last seconds: another engine may have taken over before."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f} a second")


def track_batches(
    batches: "Iterable[Batch]", name: str, total: int, comment: Callable[["Batch", float], list[str]] = no_comment
) -> "Iterator[Batch]":
    """The batches of a study of `total` battles as they come, with its progress on standard error.

    `comment` is given each batch and the moment, by `time.perf_counter`; the lines that it returns are printed too.
    """
    console = make_status_console()
    track = track_with_bar if console.is_terminal else track_with_lines
    for batch in track(batches, name, total, console):
        for line in comment(batch, time.perf_counter()):
            console.print(line)
        yield batch


def track_with_bar(batches: "Iterable[Batch]", name: str, total: int, console: Console) -> "Iterator[Batch]":
    """Show a bar, which disappears at the end."""
    with show_bar(name, total, console) as advance:
        for batch in batches:
            advance(len(batch.replications))
            yield batch


@contextmanager
def show_bar(name: str, total: int, console: Console | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error that disappears at the end; it is advanced by so many more."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeRemainingColumn(),
    )
    shown_on = make_status_console() if console is None else console
    with Progress(*columns, console=shown_on, transient=True, speed_estimate_period=RATE_PERIOD) as progress:
        task = progress.add_task(name, total=total)
        yield lambda count: progress.advance(task, count)


def track_with_lines(batches: "Iterable[Batch]", name: str, total: int, console: Console) -> "Iterator[Batch]":
    """Print a line per minute; nothing for a short study."""
    last_line, done_before = time.monotonic(), 0
    done = 0
    for batch in batches:
        done += len(batch.replications)
        now = time.monotonic()
        if now - last_line >= LOG_INTERVAL:
            rate = (done - done_before) / (now - last_line)  # of now: another engine may have taken over
            last_line, done_before = now, done
            seconds_left = (total - done) / rate
            line = f"{name}: {done:,} of {total:,} battles, {rate:,.0f} a second, {seconds_left / 60:,.0f} min left"
            console.print(line)
        yield batch


def track_progress(items: Iterable[Any], total: int, label: str) -> Iterable[Any]:
    """Items with a progress bar on standard error, if that is a terminal."""
    console = make_status_console()
    return track_items(items, label, total=total, console=console, transient=True, disable=not console.is_terminal)


def make_tracker(name: str) -> "ProgressWrapper":
    """The progress bar of one of many small studies, by chunks of work, on standard error, if that is a terminal."""
    return lambda chunks, total: track_progress(chunks, total, escape(name))
