"""Small jobs in processes of their own, and ways in which they can be stopped at a chosen moment.

The moment is the so-and-so-many-th call of a function of ours, seen by Python's own tracing: nothing in the program
knows of it. A server that has everything loaded forks a child for each call of `sim`; a child can be given limits, a
damaged environment, or code to run first that brings a fault about. A small cluster of dask stands at the end.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from sim.storage.reader import open_output
from support.moments import PACKAGE

SMALL = """
from sim.runs import replicate
replicate.TARGET_SECONDS = 0
"""

# What is looked at is kept apart from what is not: figures and pages take most of the time of a small job.
BARE = """
from dataclasses import make_dataclass
from importlib import import_module
import_module("sim.plots.registry").save_figures = lambda *given: []
import_module("sim.plots.figure_process").can_draw_beside = lambda workers: False
from sim.report.html import render
from sim.report.pages import analysis, run, sweep, whatif
page = make_dataclass("Page", ["losses_svg", "association"])("", "")
run.build_run_content = lambda *given: page
render.write_page = lambda *given: None
analysis.write_analysis_page = sweep.write_sweep_page = whatif.write_whatif_page = lambda *given: None
"""

# Stops at the call numbered `number` (from 0) of a function of ours, with or without its module, or of any of ours if
# `function` is "".
AT_CALL = """
import os, signal, sys
seen = 0
def stop(frame, event, argument):
    global seen
    code = frame.f_code
    name = code.co_filename.rsplit("/", 1)[-1].removesuffix("py") + code.co_qualname
    named = ("." + name).endswith("." + {function!r}) or not {function!r}
    if event == "call" and named and {package!r} in code.co_filename:
        seen += 1
        if seen == {number} + 1:
            sys.setprofile(None)
            os.kill(os.getpid(), signal.{how})
sys.setprofile(stop)
"""

# Counts those calls, and says how many there were.
COUNT_CALLS = """
import sys
seen = 0
def count(frame, event, argument):
    global seen
    if frame.f_code.co_filename.startswith({package!r}):
        seen += 1
sys.settrace(count)
from sim.cli import main as entry
def tell(code, exit=sys.exit):
    sys.settrace(None)
    print("CALLS", seen, file=sys.stderr)
    exit(code)
entry.sys.exit = tell
"""

# No file may grow beyond so many bytes: what a full disk is, to a program.
NO_ROOM = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
"""

# The clock of the machine is set back by some hours after the first look at it.
CLOCK_SET_BACK = """
import datetime, time
from sim.cli import job
from sim.outputs import provenance
from sim.runs import job_file
class Wrong(datetime.datetime):
    looks = 0
    @classmethod
    def now(cls, tz=None):
        Wrong.looks += 1
        return datetime.datetime.now(tz) - datetime.timedelta(hours={hours} * Wrong.looks)
for module in (job, job_file, provenance):
    module.datetime = Wrong
before = time.time
time.time = lambda: before() - 3600 * {hours}
"""


SIGNAL_NAMES = {"SIGINT": "Ctrl-C", "SIGKILL": "a kill"}
COMMANDS = ("check", "run", "whatif", "sweep", "sensitivity", "resume", "scenario_discovery", "diary", "calibrate",
            "score", "diff", "compare_models", "export", "analyse", "forecast", "plot", "sbc")  # fmt: skip
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
        code = "from support.interruptions import serve; serve()"
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


SHORT = ("scenario=teaching", "sweeps=1", "final_sweeps=1")
FEW = (*SHORT, "particles=50")
SHOWN = (*SHORT, "particles=200", "target_ess=400", "max_simulations=1000")  # of a posterior to show
COOLED = (*FEW, "max_simulations=1000", "target_ess=0")
# A new command gets a line here.
JOBS = {
    "run": ("run", "preset=teaching", "runs=17"),
    "whatif": ("whatif", "scenario=teaching", "perturb=[no_airstrikes]", "runs=12"),
    "sweep": ("sweep", "scenario=teaching", "factors={killing_rate_teal: [0.2, 0.8], law: [square, linear]}", "runs=6"),
    "sensitivity": ("sensitivity", "scenario=teaching", "priors=[teal_garrison,amber_host]", "trajectories=2",
                    "n_selected=2", "saltelli_n=16"),
    "calibrate": ("calibrate", *COOLED, "hm_draws=10", "hm_repeats=2", "importance_draws=100"),
    "forecast": ("forecast", *SHOWN),
    "compare-models": ("compare-models", *COOLED, "models=[square,linear]"),
    "sbc": ("sbc", *FEW, "datasets=20"),
    "analyse": ("analyse", *SHOWN, "readings=[]"),  # of a posterior
}  # fmt: skip
IN_MACHINE_CODE = ("calibrate", "forecast", "compare-models", "sbc", "analyse")  # those that fight thousands of battles
# As little as ends in a posterior that may be shown.
ENOUGH = ("scenario=teaching", "particles=600", "sweeps=3", "final_sweeps=12", "max_simulations=200000", "hm_draws=20",
          "hm_repeats=4", "importance_draws=100", "workers=1", "engine=compiled")  # fmt: skip


class Jobs:
    """The jobs; digests and the posterior are found out once, when they are first asked for."""

    def __init__(self, nursery: Nursery, folder: Path) -> None:
        self.nursery = nursery
        self.folder = folder
        self.digests: dict[str, str] = {}

    def words(self, job: str, outputs: Path) -> list[str]:
        """What a job is called with."""
        clock = "compiled" if job in IN_MACHINE_CODE else "simpy"
        of = [f"posterior={self.posterior}"] if job == "analyse" else []
        return [*JOBS[job], *of, f"outputs={outputs}", "workers=1", f"engine={clock}"]

    def call(self, *words: str, **more: Any) -> Ended:
        """Call `sim`."""
        return self.nursery.call(*words, **more)

    @cached_property
    def posterior(self) -> Path:
        """A calibration for `sim analyse`."""
        outputs = self.folder / "posterior"
        ended = self.call("calibrate", *ENOUGH, f"outputs={outputs}", first=BARE)
        assert ended.code == 0, ended.err
        (folder,) = (outputs / "calibrate").iterdir()
        return folder

    def digest(self, job: str) -> str:
        """The digest of a job that nothing stops."""
        if job not in self.digests:
            outputs = self.folder / job
            ended = self.call(*self.words(job, outputs), first=SMALL + BARE)
            assert ended.code == 0, ended.err
            self.digests[job] = digest(only_folder(outputs))
        return self.digests[job]


def count_calls(nursery: Nursery, words: Sequence[str], first: str = "") -> int:
    """How many calls of our functions a whole command makes."""
    ended = nursery.call(*words, first=first + COUNT_CALLS.format(package=PACKAGE))
    assert ended.code == 0, ended.err
    found = re.search(r"CALLS (\d+)", ended.err)
    assert found, ended.err
    return int(found[1])


def only_folder(outputs: Path) -> Path | None:
    """The folder of results, if there is one yet."""
    found = [path for path in outputs.glob("*/*") if path.is_dir()]
    assert len(found) < 2
    return found[0] if found else None


def digest(folder: Path | None) -> str:
    """The digest of complete results of any command, whose files are what the manifest says."""
    assert folder is not None
    return open_output(folder).manifest.results_digest


def started(*words: str) -> "subprocess.Popen[bytes]":
    """A part of dask in a process of its own."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", "dask", *words], **quiet)  # type: ignore[call-overload, no-any-return]


@contextmanager
def cluster_of(number: int, folder: Path) -> "Iterator[tuple[str, list[subprocess.Popen[bytes]]]]":
    """A scheduler and some workers on this machine only: its address, and the workers."""
    from distributed import Client

    told = folder / "scheduler.json"
    # `--no-dashboard` would leave the port of the pages open, on every address of the machine.
    common = ["--scheduler-file", str(told), "--dashboard-address", "127.0.0.1:0"]
    scheduler = started("scheduler", *common, "--host", "127.0.0.1", "--port", "0")
    one = [*common, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1", "--local-directory", str(folder)]
    workers = [started("worker", *one) for _ in range(number)]
    try:
        with Client(scheduler_file=str(told), set_as_default=False, timeout=60) as client:
            client.wait_for_workers(number, timeout=120)
            address = client.scheduler.address
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()
