"""The full battle: both clocks, ordinary SimPy and peers, all to the same digest."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bench.peers.ordinary_simpy import OrdinarySimpy
from bench.rounds import Contender, Timings, measured
from sim.battle.bulk import NOTHING, drawn, fight_many, fought, prepared
from sim.battle.fight import Luck, Stage
from sim.battle.simpy_clock import SimpyClock
from sim.claims.comparison import about, observed_claims, observed_sentences
from sim.daily import Series, daily
from sim.scenario import load
from sim.tally import Tally

SCENARIO = "dec2014"
SEED = 1
ROUNDS = 7
SLOW, QUICK = 6, 400  # battles in a round; plain Python fights the first few of those of machine code

COMPILED = "compiled clock, all in one call"
MEASURED = "compiled clock, with drawing and measuring"
SIMPY = "SimPy processes, compiled rules"
PLAIN = "SimPy processes, plain rules"
ORDINARY = "ordinary SimPy: an event per casualty, plain rules"
SALABIM = "salabim: an event per casualty, plain rules"
MESA = "Mesa: an event per casualty, plain rules"


@dataclass(frozen=True)
class Bout:
    """Timings of the full battle, and what agreed."""

    timings: Timings
    digest: str
    missing: tuple[str, ...]
    parts: dict[str, float]  # seconds a battle of the compiled form, by part


def peers() -> tuple[dict[str, Any], tuple[str, ...]]:
    """The engines that are installed, and the names of those that are not."""
    found: dict[str, Any] = {ORDINARY: OrdinarySimpy}
    missing = []
    try:
        from bench.peers.salabim_clock import SalabimClock

        found[SALABIM] = SalabimClock
    except ImportError:
        missing.append("salabim")
    try:
        from bench.peers.mesa_clock import MesaClock

        found[MESA] = MesaClock
    except ImportError:
        missing.append("Mesa")
    return found, tuple(missing)


def tallies_of(stage: Stage) -> list[Tally]:
    """What a study asks of every battle."""
    asked = [about(claim) for claim in observed_claims(stage.scenario, stage.ends).values()]
    asked += [sentence.observable for sentence in observed_sentences(stage.scenario, stage.ends).values()]
    return [observable.tally(stage.tables.names) for observable in asked]


def played(stage: Stage, clock: Any, number: int) -> bytes:
    """One battle under an engine, from its draws to its log."""
    luck = Luck()
    parameters, drivers, words = (
        list(stage.vector(SEED, number, luck).values()),
        list(stage.drivers(SEED, number, luck).values()),
        _words(stage, number),
    )
    while True:
        battle = stage.state.fresh(parameters, drivers, words)
        clock(stage.rules, battle, stage.ends).play()
        if not stage.state.full(battle):
            return stage.state.log(battle).tobytes()


def _words(stage: Stage, number: int) -> np.ndarray:
    from sim import dice

    return dice.words(stage.keys[2], SEED, number, stage.salts(Luck(), 2), 4)


def digest_of_logs(logs: list[bytes]) -> str:
    """The digest of the first battles, which every contender fights."""
    return hashlib.sha256(b"".join(logs[:SLOW])).hexdigest()


def run() -> Bout:
    """Measure every contender, and see that all logs are the same to the bit."""
    stage = Stage(load(SCENARIO))
    machine = replace(stage, form="compiled", clock="compiled")
    simpy_machine = replace(stage, form="compiled")
    tallies = tallies_of(stage)
    engines, missing = peers()

    def engine(fought_by: Stage, clock: Any) -> Callable[[int], object]:
        return lambda count: digest_of_logs([played(fought_by, clock, number) for number in range(count)])

    def in_one_call(count: int) -> object:
        draws = ready[count] if count in ready else ready.setdefault(count, drawn(machine, SEED, range(count)))
        questions, answers = prepared(machine, (), count)
        fought(machine, draws, questions, answers, NOTHING)
        return answers.phases.tobytes()

    ready: dict[int, Any] = {QUICK: drawn(machine, SEED, range(QUICK))}
    contenders = [
        Contender(COMPILED, in_one_call, QUICK),
        Contender(MEASURED, lambda count: fight_many(machine, SEED, range(count), tallies), QUICK),
        Contender(SIMPY, engine(simpy_machine, SimpyClock), 4 * SLOW),
        Contender(PLAIN, engine(stage, SimpyClock), SLOW),
        *(Contender(name, engine(stage, clock), SLOW) for name, clock in engines.items()),
    ]
    timings, results = measured(contenders, ROUNDS)
    digests = {name: found for name, found in results.items() if isinstance(found, str)}
    digests[COMPILED] = digest_of_logs([_log(machine, number) for number in range(SLOW)])
    if len(set(digests.values())) != 1:
        raise SystemExit(f"the contenders disagree, so nothing is worth measuring: {digests}")
    check_answers(stage, results[MEASURED], tallies)
    return Bout(timings, digests[COMPILED], missing, parts_of(machine, tallies))


def _log(machine: Stage, number: int) -> bytes:
    from sim.battle.bulk import fight_one

    return fight_one(machine, SEED, number)[0].tobytes()


def check_answers(stage: Stage, found: Any, tallies: list[Tally]) -> None:
    """Raise SystemExit unless what machine code measured is what Python measures."""
    from sim.tally import read

    for number in range(SLOW):
        history = stage.fight(SEED, number).history
        values = np.array([read(tally, history) for tally in tallies])
        days = daily(history)
        series = np.stack([getattr(days, each.name.lower()) for each in Series])
        if values.tobytes() != found.values[number].tobytes() or series.tobytes() != found.daily[number].tobytes():
            raise SystemExit(f"battle {number} is measured otherwise by machine code: nothing is worth measuring")


def parts_of(machine: Stage, tallies: list[Tally]) -> dict[str, float]:
    """Where the time of the compiled form goes, in seconds a battle: medians of rounds."""
    count = QUICK
    draws = drawn(machine, SEED, range(count))

    def fight(asked: list[Tally]) -> Callable[[int], object]:
        def work(number: int) -> object:
            questions, answers = prepared(machine, asked, count)
            return fought(machine, draws, questions, answers, NOTHING)

        return work

    timings, _ = measured(
        [
            Contender("draw", lambda number: drawn(machine, SEED, range(count)), count),
            Contender("fight", fight([]), count),
            Contender("fight and tally", fight(tallies), count),
        ],
        ROUNDS,
    )
    return {
        "drawing parameters, drivers and streams": timings.median("draw"),
        "fighting, and counting by day": timings.median("fight"),
        "tallies of claims and sentences": timings.median("fight and tally") - timings.median("fight"),
    }
