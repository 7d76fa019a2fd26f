"""`sim` in a process of its own, at once: a server that has everything loaded forks a child for each call.

A child can be given limits, a damaged environment, or code to run first that brings a fault about.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

COMMANDS = ("check", "run", "whatif", "sweep", "sensitivity", "resume", "scenario_discovery", "diary", "calibrate",
            "score", "compare_models", "export", "analyse", "forecast", "plot", "sbc")  # fmt: skip
LOADED = (
    *(f"sim.cli.{command}" for command in COMMANDS),
    *(
        "sim.plots.run.losses",
        "sim.plots.figure_export",
        "sim.report.terminal",
        "sim.report.html.render",
        "sim.report.pages.sweep",
        "sim.report.pages.whatif",
        "joblib",
        "cloudpickle",
    ),
)
# The lines of progress of commands that simulate thousands of battles.
PROGRESS = re.compile(r"island \d+: |all that was told until |counts of \w+ alone$|Compiling the rules")


@dataclass(frozen=True)
class Ended:
    """How a call ended: its exit code (negative: the signal that killed it), what it printed, what it used."""

    code: int
    out: str
    err: str
    cpu: float  # s
    megabytes: float  # at its peak

    @property
    def was_refused(self) -> bool:
        """Whether it was refused in plain messages, as bad input is."""
        return (
            self.code == 2
            and bool(self.err)
            and all(line.startswith("sim: ") for line in self.err.rstrip("\n").split("\n"))
        )

    @property
    def complaints(self) -> list[str]:
        """What it printed to standard error, without its progress."""
        return [line for line in self.err.splitlines() if not PROGRESS.match(line)]

    @property
    def gave_up(self) -> bool:
        """Whether it ended in plain messages, before its work or in the midst of it."""
        return self.code == 2 and bool(self.complaints) and all(line.startswith("sim: ") for line in self.complaints)


class Nursery:
    """The server, as the tests see it."""

    def __init__(self) -> None:
        code = "from support.nursery import serve; serve()"
        paths = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]).rstrip(
            os.pathsep
        )
        env = os.environ | {"PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"}
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.server = subprocess.Popen([sys.executable, "-c", code], env=env, **pipes)

    def call(
        self, *words: str, first: str = "", env: Mapping[str, str] | None = None, folder: str | None = None
    ) -> Ended:
        """Call `sim` with some words; `first` is code that runs before it."""
        with tempfile.TemporaryDirectory() as place:
            request = {"argv": words, "first": first, "env": dict(env or {}), "folder": folder, "place": place}
            assert self.server.stdin is not None
            assert self.server.stdout is not None
            self.server.stdin.write(json.dumps(request) + "\n")
            self.server.stdin.flush()
            answer = json.loads(self.server.stdout.readline())
            out, err = (Path(place, name).read_text(encoding="utf-8", errors="replace") for name in ("out", "err"))
        return Ended(answer["code"], out, err, answer["cpu"], answer["megabytes"])

    def close(self) -> None:
        """End the server."""
        assert self.server.stdin is not None
        self.server.stdin.close()
        self.server.wait()


def serve() -> None:
    """Fork a child for each line of standard input, and answer how it ended."""
    for name in LOADED:
        import_module(name)
    import_module("sim.battle.rulebook")
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            run_child(request)
        _, status, used = os.wait4(child, 0)
        cpu = used.ru_utime + used.ru_stime
        answer = {"code": os.waitstatus_to_exitcode(status), "cpu": cpu, "megabytes": used.ru_maxrss / 1024}
        print(json.dumps(answer), flush=True)


def run_child(request: dict[str, Any]) -> None:
    """Run one call in a child, and end the child."""
    code = 70  # if even what follows fails
    try:
        redirect(request["place"])
        os.environ.update(request["env"])
        if request["folder"]:
            os.chdir(request["folder"])
        code = call_main(request["argv"], request["first"])
    finally:
        os._exit(code)


def redirect(place: str) -> None:
    """Give a child its own standard files."""
    for number, name, mode in ((0, "in", os.O_RDONLY), (1, "out", os.O_WRONLY), (2, "err", os.O_WRONLY)):
        path = os.devnull if name == "in" else os.path.join(place, name)
        handle = os.open(path, mode | os.O_CREAT)
        os.dup2(handle, number)
        os.close(handle)


def call_main(argv: Sequence[str], first: str) -> int:
    """Call `sim` as its script does; the exit code."""
    import traceback

    from sim.cli.main import main

    try:
        exec(first, {"__name__": "first"})
        main(list(argv))
    except SystemExit as error:
        code = error.code
        return code if isinstance(code, int) else int(code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
    return 0
