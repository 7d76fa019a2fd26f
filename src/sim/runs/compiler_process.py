"""A compiler beside the battles: it begins where compiling takes less time than plain rules would, and nobody waits."""

import os
import subprocess
import sys
import time

from sim import sealed_cache
from sim.battle import code_cache

COSTS = "costs"  # a folder of the cache
USUAL_SECONDS = 60.0  # that compiling takes, as long as it has not been measured here


class CompilerProcess:
    """Compiles the rules in a process of its own, once it is begun; `close` ends it wherever it is."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.began_at = 0.0
        self.result: bool | None = None  # whether the machine code is there, once it has ended

    def begin(self) -> None:
        """Begin; what the compiler has to say is not shown, since nobody asked for it."""
        self.began_at = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "sim.battle.compile_rules", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us, who end it
        )

    @property
    def is_begun(self) -> bool:
        """Whether it was begun, however it ended."""
        return self.process is not None

    def is_done(self) -> bool:
        """Whether the machine code is there; the time that it took is remembered for the next choice."""
        if self.result is None and self.process is not None and self.process.poll() is not None:
            self.result = self.process.returncode == 0 and code_cache.is_compiled()
            if self.result:
                sealed_cache.write_entry(COSTS, make_cost_key(), time.perf_counter() - self.began_at)
        return self.result is True

    def close(self) -> None:
        """End it, if it is still under way: what is not sealed yet is compiled anew another time."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def make_cost_key() -> str:
    """The key of what compiling costs with this Python on this machine, whatever the rules."""
    return sealed_cache.make_key("compiling", sys.version, os.uname().machine if os.name == "posix" else os.name)


def estimate_compile_seconds() -> float:
    """How long compiling will take: as long as it took here the last time."""
    seconds = sealed_cache.read_entry(COSTS, make_cost_key())
    return float(seconds) if isinstance(seconds, int | float) and seconds > 0 else USUAL_SECONDS


def is_worth_compiling(battles_left: int, battles_per_second: float) -> bool:
    """Whether plain rules need longer for the battles that are left than the compiler does for all rules.

    Examples
    --------
    >>> is_worth_compiling(1_000_000, 60.0), is_worth_compiling(100, 60.0)
    (True, False)
    """
    return battles_left > battles_per_second * estimate_compile_seconds()
