"""Figures drawn in processes of their own: one loads what they need while battles are simulated, and forks for each.

They are drawn of what is stored, as `sim plot` does it, to the same bytes. A process that meets with anything unusual,
a warning too, ends without a word: whoever began it then draws the figures himself, and says what there is to say.
"""

import os
import select
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from sim.plots.registry import FigureModule, draw_figure, find_redrawable_figures, list_formats
from sim.storage.reader import open_output

PATIENCE = 60.0  # s for the figures of a run, which take two or three
ALL_DRAWN = ""  # reported where the names of figures are
MAX_TASK = 4096  # bytes of a path
MAX_FILES = 65_536  # that may be open
FIGURES = "figures"  # a folder of the output


class UnusualError(Exception):
    """Something that only the process which talks to the user may do."""


class FigureProcess:
    """A process that draws the figures of an output of a command, once it is told of its folder.

    Parameters
    ----------
    command
        The command whose figures will be drawn.
    first
        The figure that is wanted first.
    """

    def __init__(self, command: str, first: str):
        self.drawn: set[str] = set()
        self.unread = b""
        task, self.task = os.pipe()
        self.report, report = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            run_child(lambda: draw_when_told(command, first, task, report))
        with suppress(OSError):  # it has done so itself, or is dead already
            os.setpgid(self.process, self.process)
        os.close(task)
        os.close(report)

    def begin(self, folder: Path) -> None:
        """Have the figures of an output drawn, which is complete."""
        with suppress(OSError):  # it is dead, and nothing will be drawn
            os.write(self.task, os.fsencode(folder.resolve()))

    def wait_for(self, name: str) -> bool:
        """Wait until a figure is drawn; whether it is."""
        deadline = time.monotonic() + PATIENCE
        while name not in self.drawn:
            seconds_left = max(0.0, deadline - time.monotonic())
            if not select.select([self.report], [], [], seconds_left)[0]:
                return False
            words = os.read(self.report, 4096)
            if not words:
                return False
            *lines, self.unread = (self.unread + words).split(b"\n")
            self.drawn |= {line.decode() for line in lines}
        return True

    def wait_for_all(self) -> bool:
        """Wait until all figures are drawn; whether they are."""
        return self.wait_for(ALL_DRAWN)

    def close(self) -> None:
        """End the process, and those that it has begun; what is drawn stays."""
        os.close(self.task)
        os.close(self.report)
        with suppress(OSError):
            os.killpg(self.process, signal.SIGKILL)
        with suppress(OSError):
            os.waitpid(self.process, 0)


def can_draw_beside(workers: int) -> bool:
    """Whether a process may be divided off for figures: on Linux, with several workers, and no thread but this one."""
    return sys.platform == "linux" and workers > 1 and threading.active_count() == 1


def run_child(work: Callable[[], None]) -> None:
    """Do something in a process that has just been divided off, and end it: with code 0 only if nothing was unusual."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this one
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        work()
        status = 0
    finally:
        os._exit(status)


def draw_when_told(command: str, first: str, task: int, report: int) -> None:
    """Load what figures need, wait for the folder of an output, and draw each of its figures in its own process."""
    os.setpgid(0, 0)
    close_all_but({0, 1, 2, task, report})
    import_module("sim.plots.figure_export")  # which takes its time

    modules = find_redrawable_figures(command)
    folder = os.read(task, MAX_TASK)
    if not folder:  # the parent has ended
        return
    output = open_output(Path(os.fsdecode(folder)))
    data = {module.FIGURE.load: None for module in modules.values()}
    data = {load: load(output, {}) for load in data if load is not None}
    target = output.folder / FIGURES
    target.mkdir(exist_ok=True)
    processes = []
    for name in sorted(modules, key=lambda name: (name != first, name)):
        process = os.fork()
        if process == 0:
            run_child(partial(draw_one, command, modules[name], data[modules[name].FIGURE.load], target / name, report))
        processes.append(process)
    if all(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0 for process in processes):
        os.write(report, f"{ALL_DRAWN}\n".encode())


def draw_one(command: str, module: FigureModule, data: Any, stem: Path, report: int) -> None:
    """Draw a figure of a command, if there is one of such data, write it, and report its name."""
    from sim.plots.figure_export import ExportOptions, save_figure

    with warnings.catch_warnings(record=True) as caught:
        figure = draw_figure(module, data)
        if figure is not None:
            save_figure(figure, stem, ExportOptions(list_formats(command)))
    if caught:
        raise UnusualError
    os.write(report, f"{stem.name}\n".encode())


def close_all_but(kept: set[int]) -> None:
    """Close every file that was open in the parent: a lock of its would last as long as this process."""
    for low, high in pairwise([*sorted(kept), MAX_FILES]):
        os.closerange(low + 1, high)
