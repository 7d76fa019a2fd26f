"""A job that is stopped at very many moments in one go: at each a child of it ends, and the job itself goes on.

A job begun anew for each moment would do all that comes before it again. Here the child has what the job had: its
memory by `fork`, a copy of its outputs where they were, and its open files, opened anew in the copy. So a signal ends
the child as it would have ended the job, and leaves the folder that the job would have left. The job waits meanwhile,
its own files set aside by renaming, which what it has open does not notice.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import sim

PACKAGE = str(Path(sim.__file__).parent) + os.sep
PATIENCE = 60.0  # s that a child may take to end
HUNG = 99  # the code of one that took longer
FIRST = "from support.moments import stop_at; stop_at({moments!r}, {how!r}, {outputs!r}, {place!r})\n"


@dataclass(frozen=True)
class Stopped:
    """A child that was stopped: at which call of ours, its exit code, its outputs, its standard error."""

    moment: int
    code: int
    outputs: Path
    err: str


def make_stops(moments: Sequence[int], how: str, outputs: Path, place: Path) -> str:
    """Code to run before a job: at these calls of functions of ours, counted from 0, a child is stopped by a signal.

    What the children leave goes into the folder `place`.
    """
    place.mkdir(parents=True)
    return FIRST.format(moments=sorted(moments), how=how, outputs=str(outputs), place=str(place))


def read_stopped(place: Path) -> list[Stopped]:
    """The children that were stopped, in their order; a moment that the job did not reach has none."""
    found = []
    for folder in sorted(place.iterdir(), key=lambda path: int(path.name)):
        code = json.loads((folder / "code").read_text())
        err = (folder / "err").read_text(encoding="utf-8", errors="replace")
        found.append(Stopped(int(folder.name), code, folder / "outputs", err))
    return found


def stop_at(moments: list[int], how: str, outputs: str, place: str) -> None:
    """Watch the calls of this process from here on."""
    waiting = moments[::-1]
    seen = 0

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal seen
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return
        seen += 1
        while waiting and seen > waiting[-1]:
            if stop_child(Path(outputs), Path(place, str(waiting.pop())), how):
                return  # in the child
        if not waiting:
            sys.settrace(None)

    sys.settrace(watch)  # of new frames it is told, and nothing of what happens in them


def stop_child(outputs: Path, place: Path, how: str) -> bool:
    """Fork a child that a signal stops, wait for its end and keep what it left; whether this is the child."""
    place.mkdir()
    aside = outputs.with_name(outputs.name + ".aside")
    if outputs.exists():
        outputs.rename(aside)
        shutil.copytree(aside, outputs, symlinks=True)
    child = os.fork()
    if child == 0:
        sys.settrace(None)
        reopen_files(aside, outputs)
        redirect(place)
        os.kill(os.getpid(), signal.Signals[how])
        return True
    (place / "code").write_text(json.dumps(wait_for(child)))
    if outputs.exists():
        outputs.rename(place / "outputs")
    if aside.exists():
        aside.rename(outputs)
    return False


def reopen_files(aside: Path, outputs: Path) -> None:
    """Let each open file that lies in one folder be the file of that name in the other, at the same position."""
    for number in [int(name) for name in os.listdir("/proc/self/fd")]:
        try:
            path = Path(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:  # the folder of the list itself
            continue
        copied = outputs / path.relative_to(aside) if path.is_relative_to(aside) else None
        if copied is None or not copied.exists():  # a file that has lost its name is nobody's output
            continue
        flags = os.O_RDONLY if path.is_dir() else int(read_flags(number), 8) & ~(os.O_CREAT | os.O_EXCL | os.O_TRUNC)
        copy = os.open(copied, flags)
        if not path.is_dir():
            os.lseek(copy, os.lseek(number, 0, os.SEEK_CUR), os.SEEK_SET)
        os.dup2(copy, number, inheritable=False)
        os.close(copy)


def read_flags(number: int) -> str:
    """With which flags a file was opened, in octal digits."""
    lines = Path(f"/proc/self/fdinfo/{number}").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("flags:"))


def redirect(place: Path) -> None:
    """Give a child a standard output and error of its own."""
    for number, name in ((1, "out"), (2, "err")):
        handle = os.open(place / name, os.O_WRONLY | os.O_CREAT)
        os.dup2(handle, number)
        os.close(handle)


def wait_for(child: int) -> int:
    """The exit code of a child, which is killed if it does not end."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return HUNG
