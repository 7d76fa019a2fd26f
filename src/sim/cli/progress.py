"""How far a study is: a bar with rate and time left on a terminal; elsewhere a plain line now and then."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
    track,
)
from rich.text import Text

from sim.experiment.replicate import Batch, Watch

EVERY = 60  # s between two lines of a log


class Rate(ProgressColumn):
    """Battles a second."""

    def render(self, task: Task) -> Text:
        """The rate of the last half minute."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f} a second")


def watched(batches: Iterable[Batch], name: str, total: int) -> Iterator[Batch]:
    """The batches of a study of so many battles as they come, and how far it is on standard error."""
    console = Console(stderr=True)
    yield from (on_terminal(batches, name, total, console) if console.is_terminal else in_log(batches, name, total))


def on_terminal(batches: Iterable[Batch], name: str, total: int, console: Console) -> Iterator[Batch]:
    """Show a bar, which goes away at the end."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(name, total=total)
        for batch in batches:
            progress.advance(task, len(batch.replications))
            yield batch


def in_log(batches: Iterable[Batch], name: str, total: int) -> Iterator[Batch]:
    """Print a line a minute: nothing for a short study."""
    begun = told = time.monotonic()
    fought = 0
    for batch in batches:
        fought += len(batch.replications)
        now = time.monotonic()
        if now - told >= EVERY:
            told = now
            rate = fought / (now - begun)
            left = (total - fought) / rate
            line = f"{name}: {fought:,} of {total:,} battles, {rate:,.0f} a second, {left / 60:,.0f} min left"
            print(line, file=sys.stderr, flush=True)
        yield batch


def watching(name: str) -> Watch:
    """A bar for one of many small studies, by pieces of work, on standard error, if that is a terminal."""

    def watch(pieces: Iterable[Any], total: int) -> Iterable[Any]:
        console = Console(stderr=True)
        return track(
            pieces, escape(name), total=total, console=console, transient=True, disable=not console.is_terminal
        )

    return watch
