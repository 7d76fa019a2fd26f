"""The lone duel: two sides that lose one person at a time by the square law until one has lost three tenths.

It has an exact answer, against which every engine is held. The compiled form and C end in the same bits.
"""

import ctypes
import heapq
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numba
import numpy as np
import simpy

from bench.rounds import Contender, Timings, measure_rounds
from sim import random_streams

FIRST, SECOND = 200, 150
FIRST_KILLS, SECOND_KILLS = 0.010, 0.017  # of the enemy's people an hour and person
FIRST_BREAKS, SECOND_BREAKS = 140, 105
PARAMETERS = np.array([FIRST_KILLS, SECOND_KILLS, FIRST, SECOND, FIRST_BREAKS, SECOND_BREAKS], dtype=np.float64)
ROUNDS = 7
MAX_STANDARD_ERRORS = 4.5  # standard errors from the exact answer; by chance once in 150,000 comparisons

COMPILED = "compiled (numba), an event per casualty"
C = "C, -O3, the same chain and dice"
SIMPY = "SimPy, an event per casualty"


@dataclass(frozen=True)
class DuelBenchmark:
    """Timings, the exact answer, each engine's error in standard errors, and why engines are missing."""

    timings: Timings
    exact: float
    errors: dict[str, float]
    missing: dict[str, str]


def compute_exact_probability() -> float:
    """The probability that the first side wins: of every state, in order of losses."""
    probability = np.zeros((FIRST - FIRST_BREAKS + 1, SECOND - SECOND_BREAKS + 1))
    probability[0, 0] = 1.0
    for a in range(FIRST - FIRST_BREAKS):
        for b in range(SECOND - SECOND_BREAKS):
            first_loses = SECOND_KILLS * (SECOND - b)
            share = first_loses / (first_loses + FIRST_KILLS * (FIRST - a))
            probability[a + 1, b] += probability[a, b] * share
            probability[a, b + 1] += probability[a, b] * (1.0 - share)
    return float(probability[:-1, -1].sum())


@numba.njit(error_model="numpy", nogil=True)  # type: ignore[untyped-decorator]
def compiled_duel(words: Any, hours: Any, losses: Any, parameters: Any) -> None:
    """The duel as a rule would be written; its random numbers are those of the rules, with a state of four words."""
    first_kills, second_kills, first, second, first_breaks, second_breaks = parameters
    for n in range(len(words)):
        s0, s1, s2, s3 = words[n]
        a, b, now = first, second, 0.0
        while a > first_breaks and b > second_breaks:
            a_loses, b_loses = second_kills * b, first_kills * a
            rate = a_loses + b_loses
            u, s0, s1, s2, s3 = uniform(s0, s1, s2, s3)
            now += -np.log(u) / rate
            u, s0, s1, s2, s3 = uniform(s0, s1, s2, s3)
            of_first = 1.0 if u * rate < a_loses else 0.0
            a -= of_first
            b -= 1.0 - of_first
        hours[n] = now
        losses[n, 0] = first - a
        losses[n, 1] = second - b


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def uniform(s0: Any, s1: Any, s2: Any, s3: Any) -> Any:
    """xoshiro256++, as in the rules."""
    total = s0 + s3
    result = ((total << np.uint64(23)) | (total >> np.uint64(41))) + s0
    kept = s1 << np.uint64(17)
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= kept
    s3 = (s3 << np.uint64(45)) | (s3 >> np.uint64(19))
    return ((result >> np.uint64(11)) + 0.5) * 2.0**-53, s0, s1, s2, s3


def make_stream_states(count: int) -> np.ndarray:
    """The states of so many streams."""
    numbers = np.arange(count, dtype=np.uint64)
    return random_streams.random_bits(
        random_streams.stream_keys(["duel"]), 1, numbers, np.zeros(1, dtype=np.uint64), 4
    )[:, 0].copy()


def run_compiled(play: Callable[..., None]) -> Callable[[int], np.ndarray]:
    """So many duels by compiled code: losses of both sides, and the hours."""

    def work(count: int) -> np.ndarray:
        words, hours, losses = make_stream_states(count), np.empty(count), np.empty((count, 2))
        play(words, hours, losses, PARAMETERS)
        return np.column_stack([losses, hours])

    return work


def compile_c(folder: Path) -> Callable[..., None] | None:
    """The same in C, compiled now; None without a compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "duel.so"
    source = Path(__file__).with_name("duel.c")
    options = ["-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC", "-fno-math-errno"]
    subprocess.run([compiler, *options, str(source), "-o", str(library), "-lm"], check=True)
    function = ctypes.CDLL(str(library)).duels

    def play(words: np.ndarray, hours: np.ndarray, losses: np.ndarray, parameters: np.ndarray) -> None:
        addresses = [ctypes.c_void_p(array.ctypes.data) for array in (words, hours, losses)]
        function(*addresses, ctypes.c_long(len(words)), ctypes.c_void_p(parameters.ctypes.data))

    return play


def run_in_lock_step(count: int) -> np.ndarray:
    """All duels one event at a time, by NumPy, without those that are over."""
    rng = np.random.Generator(np.random.SFC64(1))
    a, b, hours = np.full(count, float(FIRST)), np.full(count, float(SECOND)), np.zeros(count)
    going = np.arange(count)
    while len(going):
        a_loses, b_loses = SECOND_KILLS * b[going], FIRST_KILLS * a[going]
        rate = a_loses + b_loses
        hours[going] += rng.standard_exponential(len(going)) / rate
        of_first = rng.random(len(going)) * rate < a_loses
        a[going] -= of_first
        b[going] -= ~of_first
        going = going[(a[going] > FIRST_BREAKS) & (b[going] > SECOND_BREAKS)]
    return np.column_stack([FIRST - a, SECOND - b, hours])


class Chain:
    """The state of one duel in plain Python; time is kept by an engine."""

    def __init__(self, rng: random.Random):
        self.a, self.b, self.rng = FIRST, SECOND, rng

    def is_over(self) -> bool:
        """Whether a side has broken."""
        return self.a <= FIRST_BREAKS or self.b <= SECOND_BREAKS

    def draw_wait(self) -> float:
        """Hours until the next casualty."""
        return self.rng.expovariate(SECOND_KILLS * self.b + FIRST_KILLS * self.a)

    def lose_one(self) -> None:
        """Lose one person."""
        a_loses = SECOND_KILLS * self.b
        if self.rng.random() * (a_loses + FIRST_KILLS * self.a) < a_loses:
            self.a -= 1
        else:
            self.b -= 1


def run_one_by_one(engine: Callable[[Chain], float]) -> Callable[[int], np.ndarray]:
    """So many duels by an engine that plays a chain to its end and says how long it took."""

    def work(count: int) -> np.ndarray:
        rng = random.Random(7)
        found = np.empty((count, 3))
        for n in range(count):
            chain = Chain(rng)
            found[n, 2] = engine(chain)
            found[n, :2] = FIRST - chain.a, SECOND - chain.b
        return found

    return work


def play_with_simpy(chain: Chain) -> float:
    """A process that waits for every casualty."""
    env = simpy.Environment()

    def fight() -> Iterator[Any]:
        while not chain.is_over():
            yield env.timeout(chain.draw_wait())
            chain.lose_one()

    env.process(fight())  # type: ignore[arg-type]
    env.run()
    return float(env.now)


def play_with_heap(chain: Chain) -> float:
    """No engine: Python's own heap."""
    heap, now = [(chain.draw_wait(), 0)], 0.0
    while not chain.is_over():
        now, _ = heapq.heappop(heap)
        chain.lose_one()
        heapq.heappush(heap, (now + chain.draw_wait(), 0))
    return now


def find_engines() -> tuple[dict[str, tuple[Callable[[Chain], float], int]], dict[str, str]]:
    """The engines that are installed, with the duels of a round; and those that are not."""
    from importlib import import_module

    found, missing = {}, {}
    for name, module, count in (("salabim", "salabim_duel", 60), ("Mesa", "mesa_duel", 300), ("Ciw", "ciw_duel", 80)):
        try:
            found[f"{name}, an event per casualty"] = (import_module(f"bench.peers.{module}").play, count)
        except ImportError as error:
            missing[name] = f"not installed ({error.name})"
    return found, missing


def run() -> DuelBenchmark:
    """Measure every engine, and hold each against the exact answer."""
    engines, missing = find_engines()
    with tempfile.TemporaryDirectory() as folder:
        contenders = [
            Contender(COMPILED, run_compiled(compiled_duel), 100_000),
            Contender("numpy in lock-step", run_in_lock_step, 10_000),
            Contender(SIMPY, run_one_by_one(play_with_simpy), 1_000),
            Contender("no engine: Python's heapq", run_one_by_one(play_with_heap), 1_000),
            *(Contender(name, run_one_by_one(play), count) for name, (play, count) in engines.items()),
        ]
        in_c = compile_c(Path(folder))
        if in_c is None:
            missing["C"] = "there is no `cc` on this machine"
        else:
            contenders.append(Contender(C, run_compiled(in_c), 100_000))
        timings, results = measure_rounds(contenders, ROUNDS)
    found: dict[str, np.ndarray] = {name: np.asarray(result) for name, result in results.items()}
    if C in found and found[C].tobytes() != found[COMPILED].tobytes():
        raise SystemExit("C and compiled Python end in different bits: nothing is worth comparing")
    probability = compute_exact_probability()
    errors = {name: compute_standard_errors(outcome, probability) for name, outcome in found.items()}
    if too_far := {name: error for name, error in errors.items() if abs(error) > MAX_STANDARD_ERRORS}:
        raise SystemExit(f"not the duel that has this answer: {too_far}")
    return DuelBenchmark(timings, probability, errors, missing)


def compute_standard_errors(outcome: np.ndarray, probability: float) -> float:
    """How far the share of duels that the first side wins is from the exact one."""
    won = float((outcome[:, 1] >= SECOND - SECOND_BREAKS).mean())
    return (won - probability) / sqrt(probability * (1.0 - probability) / len(outcome))
