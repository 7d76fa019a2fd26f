"""Progress of a call: a bar in a terminal and in a notebook, nothing anywhere else."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from rich.console import Console

from sim.cli.console import make_status_console, show_bar
from sim.cli.smc import SMCProgress, track_smc
from sim.inference.smc import SMCSettings
from sim.library.notebook import NotebookStatus, find_shell, show_html

if TYPE_CHECKING:
    from sim.runs.replicate import Batch, ProgressWrapper

Advance = Callable[[int], None]  # by so many more
ShowBar = Callable[[str, int], AbstractContextManager[Advance]]  # of a name and a total
ShowSMC = Callable[[SMCSettings], AbstractContextManager[SMCProgress]]


@dataclass(frozen=True)
class ProgressDisplay:
    """Where progress is shown, if anywhere: a bar of battles or chunks of work, and the lines of an SMC run."""

    show_bar: ShowBar
    show_smc: ShowSMC

    def track_batches(self, batches: "Iterable[Batch]", name: str, total: int) -> "Iterator[Batch]":
        """The batches of a study of `total` battles as they come."""
        with self.show_bar(name, total) as advance:
            for batch in batches:
                advance(len(batch.replications))
                yield batch

    def make_tracker(self, name: str) -> "ProgressWrapper":
        """What shows the progress of many small studies, by chunks of work."""

        def track(chunks: Iterable[Any], total: int) -> Iterator[Any]:
            with self.show_bar(name, total) as advance:
                for chunk in chunks:
                    advance(1)
                    yield chunk

        return track


def choose_display() -> ProgressDisplay:
    """The display that suits where the program runs."""
    if find_shell() is not None:
        return ProgressDisplay(show_notebook_bar, show_notebook_smc)
    if make_status_console().is_terminal:
        return ProgressDisplay(show_bar, track_smc)
    return ProgressDisplay(show_no_bar, show_no_smc)


@contextmanager
def show_no_bar(name: str, total: int) -> Iterator[Advance]:
    """Show nothing."""
    yield lambda count: None


@contextmanager
def show_no_smc(settings: SMCSettings) -> Iterator[SMCProgress]:
    """Show nothing."""
    yield SMCProgress(settings, Console(quiet=True), None)


@contextmanager
def show_notebook_bar(name: str, total: int) -> Iterator[Advance]:
    """Show a bar below the cell, which disappears at the end."""
    done = 0
    with show_html() as update:

        def advance(count: int) -> None:
            nonlocal done
            done += count
            update(
                f"{escape(name)} <progress value='{done}' max='{total}'></progress> {done:,} of {total:,}",
            )

        advance(0)
        yield advance


@contextmanager
def show_notebook_smc(settings: SMCSettings) -> Iterator[SMCProgress]:
    """Show the last line of an SMC run below the cell; it disappears at the end."""
    with show_html() as update:
        yield SMCProgress(settings, Console(quiet=True), NotebookStatus(update))
