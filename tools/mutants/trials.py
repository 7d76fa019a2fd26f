"""One mutant and its tests: in a copy of the project, in a child of a process that has every library loaded."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tools.mutants.targets import Target

LOADED = ("numpy", "pydantic", "scipy.stats", "scipy.special", "simpy", "astral.sun", "hypothesis", "pytest",
          "pyarrow.compute", "pyarrow.parquet", "matplotlib.pyplot", "ruamel.yaml", "rich.console", "rich.progress",
          "hydra", "filelock", "xdist.plugin", "jinja2", "numba")  # fmt: skip
CPU_LIMIT = 180  # s of the processor; a mutant that takes longer runs for ever, and that is noticed too
WALL_LIMIT = 7200  # s; a mutant that has not ended by then waits for ever
KILLED, SURVIVED, ENDLESS = "killed", "survived", "endless"


@contextlib.contextmanager
def copy_project(root: Path) -> Iterator[Path]:
    """A copy of the project, to be mutated."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
        for file in filter(None, listing.split("\0")):
            if (root / file).is_file():
                (Path(name) / file).parent.mkdir(parents=True, exist_ok=True)
                (Path(name) / file).write_bytes((root / file).read_bytes())
        yield Path(name)


def preload_libraries() -> None:
    """Load the libraries, and nothing of the project: each child loads that itself, with the fault in it."""
    for name in LOADED:
        import_module(name)
    assert "sim" not in sys.modules


def run_tests(copy: Path, target: Target) -> tuple[str, float]:
    """Whether the tests of a target notice what is wrong with the copy, and the seconds that it took."""
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        run_child(copy, target)
    while time.monotonic() - started < WALL_LIMIT:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            result = ENDLESS if code == -signal.SIGXCPU else KILLED if code else SURVIVED
            return result, time.monotonic() - started
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return ENDLESS, time.monotonic() - started


def run_child(copy: Path, target: Target) -> None:
    """The life of the child: the tests, until the first that fails. It ends with pytest's exit code."""
    code = 3
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT + 10))
        with open(os.devnull, "r+") as nowhere:
            for number in (0, 1, 2):
                os.dup2(nowhere.fileno(), number)
        os.chdir(copy)
        sys.path[:0] = [str(copy / "src"), str(copy / "tests"), str(copy)]
        os.environ["PYTHONPATH"] = str(copy / "src")
        os.environ["XDG_CACHE_HOME"] = str(copy / "cache")
        sys.dont_write_bytecode = True
        import pytest

        tests = [f"tests/{name}" for name in target.tests if (copy / "tests" / name).exists()]
        # Assertions as they are: nobody reads what they would say.
        options = ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain", "--tb=no", "-m", target.markers, *tests]
        code = int(pytest.main([*options, "-k", target.leave] if target.leave else options))
    finally:
        os._exit(code)
