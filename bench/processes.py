"""Whole processes: how long they take from the shell, and how much memory they need."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SIM = Path(sys.executable).with_name("sim")
ROUNDS = 5
SIZES = (1_000, 100_000, 1_000_000)
FIRST_ANSWER = "sim run, nothing cached: until its first answer"


@dataclass(frozen=True)
class ProcessCost:
    """One process: wall and CPU seconds, the most memory it held (MiB, None: not known), what it wrote (MiB)."""

    wall: float
    cpu: float
    peak: float | None
    written: float = 0.0


# A process inherits the peak of its parent, and this one is large: a small one comes between.
LAUNCHER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
complaint = process.stderr.read()
_, status, usage = os.wait4(process.pid, 0)
wall = time.perf_counter() - start
if status != 0:
    sys.exit(complaint)
print(json.dumps([wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))
"""


def make_environment(**changes: str) -> dict[str, str]:
    """The environment of a user: his Python keeps the byte code of what it has read."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | changes


def run_sim(*words: str, **environment: str) -> ProcessCost:
    """Run `sim` once; raise SystemExit if it fails."""
    command = [sys.executable, "-S", "-c", LAUNCHER, str(SIM), *words]
    ended = subprocess.run(command, capture_output=True, env=make_environment(**environment), text=True, check=False)
    if ended.returncode != 0:
        raise SystemExit(f"sim {' '.join(words)} failed: {ended.stderr}")
    return ProcessCost(*json.loads(ended.stdout))


def measure_sizes() -> dict[int, ProcessCost]:
    """Studies of growing size by the compiled clock, on all cores."""
    costs = {}
    for runs in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            cost = run_sim("run", f"runs={runs}", "engine=compiled", f"outputs={folder}")
            written = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 2**20
            costs[runs] = ProcessCost(cost.wall, cost.cpu, cost.peak, written)
    return costs


def measure_starts() -> dict[str, list[ProcessCost]]:
    """Every command a few times; the first `sim run` by the compiled clock has an empty cache and compiles."""
    costs: dict[str, list[ProcessCost]] = {}
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "sim --help": ("--help",),
            "sim check dec2014": ("check", "dec2014"),
            "sim diary": ("diary",),
            "sim run runs=1": ("run", "runs=1", f"outputs={folder}"),
            "sim run runs=1000": ("run", "runs=1000", f"outputs={folder}"),
        }
        cold = run_sim("run", "runs=1000", "engine=compiled", f"outputs={folder}", XDG_CACHE_HOME=f"{folder}/cache")
        costs["sim run runs=1000 engine=compiled, the first time (compiles)"] = [cold]
        for name, words in commands.items():
            costs[name] = [run_sim(*words) for _ in range(ROUNDS)]
        costs[FIRST_ANSWER] = [measure_first_answer()]
    return costs


def measure_first_answer() -> ProcessCost:
    """A first `sim run`, nothing being cached, until it says what its first battles came to; then it is ended."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(SIM), "run", f"outputs={folder}"]
        began_at = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=make_environment(XDG_CACHE_HOME=f"{folder}/cache"),
            text=True,
        )
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("After "):
                break
        wall = time.perf_counter() - began_at
        process.send_signal(signal.SIGINT)
        process.stderr.read()
        _, _, usage = os.wait4(process.pid, 0)
        return ProcessCost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
