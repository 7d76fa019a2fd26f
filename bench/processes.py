"""Whole processes: how long they take from the shell, and how much memory they need."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SIM = Path(sys.executable).with_name("sim")
ROUNDS = 5
SIZES = (1_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Called:
    """One process: wall and CPU seconds, the most memory it held (MiB), what it wrote (MiB)."""

    wall: float
    cpu: float
    peak: float
    written: float = 0.0


def call(*words: str, **environment: str) -> Called:
    """Run `sim` once; raise SystemExit if it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [SIM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ | environment, text=True
    )
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"sim {' '.join(words)} failed: {complaint}")
    return Called(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def sizes() -> dict[int, Called]:
    """Studies of growing size by the compiled clock, on all cores."""
    found = {}
    for runs in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            called = call("run", f"runs={runs}", "clock=compiled", f"outputs={folder}")
            written = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 2**20
            found[runs] = Called(called.wall, called.cpu, called.peak, written)
    return found


def starts() -> dict[str, list[Called]]:
    """Every command a few times; the first `sim run` by the compiled clock has an empty cache and compiles."""
    found: dict[str, list[Called]] = {}
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "sim --help": ("--help",),
            "sim check dec2014": ("check", "dec2014"),
            "sim diary": ("diary",),
            "sim run runs=1": ("run", "runs=1", f"outputs={folder}"),
            "sim run runs=1000": ("run", "runs=1000", f"outputs={folder}"),
        }
        cold = call("run", "runs=1000", "clock=compiled", f"outputs={folder}", XDG_CACHE_HOME=f"{folder}/cache")
        found["sim run runs=1000 clock=compiled, the first time (compiles)"] = [cold]
        for name, words in commands.items():
            found[name] = [call(*words) for _ in range(ROUNDS)]
    return found
