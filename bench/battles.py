"""The full battle: both clocks, ordinary SimPy and peers, all to the same digest."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bench.peers.ordinary_simpy import OrdinarySimpy
from bench.rounds import Contender, Timings, measure_rounds
from sim.battle.batch import NO_INTERVENTION, draw_batch, prepare_batch, run_batch, simulate_batch
from sim.battle.sequence import iterate_battles
from sim.battle.simulation import Simulation
from sim.battle.supplied_draws import RandomOverrides
from sim.events.daily import DailyQuantity, compute_daily_series
from sim.events.statistics import LogStatistic
from sim.scenario import load
from sim.scoring.claim_comparison import claim_observable, select_headline_outputs, select_observable_claims

SCENARIO = "dec2014"
SEED = 1
ROUNDS = 7
SLOW, QUICK = 6, 400  # battles in a round; plain Python plays the first few of those of machine code

COMPILED = "compiled clock, all in one call"
MEASURED = "compiled clock, with drawing and measuring"
SIMPY = "SimPy processes, compiled rules"
PLAIN = "SimPy processes, plain rules"
ORDINARY = "ordinary SimPy: an event per casualty, plain rules"
SALABIM = "salabim: an event per casualty, plain rules"
MESA = "Mesa: an event per casualty, plain rules"


@dataclass(frozen=True)
class BattleBenchmark:
    """Timings of the full battle, and the digest in which all contenders agree."""

    timings: Timings
    digest: str
    missing: tuple[str, ...]
    parts: dict[str, float]  # seconds a battle of the compiled form, by part


def find_engines() -> tuple[dict[str, Any], tuple[str, ...]]:
    """The engines that are installed, and the names of the missing ones."""
    engines: dict[str, Any] = {ORDINARY: OrdinarySimpy}
    missing = []
    try:
        from bench.peers.salabim_clock import SalabimClock

        engines[SALABIM] = SalabimClock
    except ImportError:
        missing.append("salabim")
    try:
        from bench.peers.mesa_clock import MesaClock

        engines[MESA] = MesaClock
    except ImportError:
        missing.append("Mesa")
    return engines, tuple(missing)


def list_tallies(stage: Simulation) -> list[LogStatistic]:
    """What a study measures in every battle."""
    observables = [
        claim_observable(claim) for claim in select_observable_claims(stage.scenario, stage.end_hours).values()
    ]
    observables += [output.observable for output in select_headline_outputs(stage.scenario, stage.end_hours).values()]
    return [observable.make_statistic(stage.compiled_scenario.labels) for observable in observables]


def play_battle(stage: Simulation, clock: Any, number: int) -> bytes:
    """The log of one battle under an engine, from its draws on."""
    luck = RandomOverrides()
    parameters, drivers, words = (
        list(stage.draw_parameters(SEED, number, luck).values()),
        list(stage.draw_normal_inputs(SEED, number, luck).values()),
        draw_stream_states(stage, number),
    )
    while True:
        battle = stage.state_factory.make_battle(parameters, drivers, words)
        clock(stage.rules, battle, stage.end_hours).run()
        if not stage.state_factory.check_overflow(battle):
            return stage.state_factory.extract_log(battle).tobytes()


def fight_in_sequence(simulation: Simulation, count: int) -> str:
    """The digest of the first logs of some battles, one after the other as a study fights them, from their draws on."""
    logs = [each.event_log.rows.tobytes() for each in iterate_battles(simulation, SEED, range(count))]
    return compute_log_digest(logs)


def draw_stream_states(stage: Simulation, number: int) -> np.ndarray:
    """The states of the random streams of one battle."""
    from sim import random_streams

    return random_streams.random_bits(stage.stream_keys[2], SEED, number, stage.make_salts(RandomOverrides(), 2), 4)


def compute_log_digest(logs: list[bytes]) -> str:
    """The digest of the first logs, of battles that every contender plays."""
    return hashlib.sha256(b"".join(logs[:SLOW])).hexdigest()


def run() -> BattleBenchmark:
    """Measure every contender, and see that all logs are the same to the bit."""
    stage = Simulation(load(SCENARIO))
    machine = replace(stage, execution_mode="compiled", scheduler="compiled")
    simpy_machine = replace(stage, execution_mode="compiled")
    tallies = list_tallies(stage)
    engines, missing = find_engines()

    def make_work(simulation: Simulation, clock: Any) -> Callable[[int], object]:
        return lambda count: compute_log_digest([play_battle(simulation, clock, number) for number in range(count)])

    def simulate_in_one_call(count: int) -> object:
        draws = ready[count] if count in ready else ready.setdefault(count, draw_batch(machine, SEED, range(count)))
        questions, answers = prepare_batch(machine, (), count)
        run_batch(machine, draws, questions, answers, NO_INTERVENTION)
        return answers.n_phases.tobytes()

    ready: dict[int, Any] = {QUICK: draw_batch(machine, SEED, range(QUICK))}
    contenders = [
        Contender(COMPILED, simulate_in_one_call, QUICK),
        Contender(MEASURED, lambda count: simulate_batch(machine, SEED, range(count), tallies), QUICK),
        Contender(SIMPY, lambda count: fight_in_sequence(simpy_machine, count), 8 * SLOW),
        Contender(PLAIN, lambda count: fight_in_sequence(stage, count), SLOW),
        *(Contender(name, make_work(stage, clock), SLOW) for name, clock in engines.items()),
    ]
    timings, results = measure_rounds(contenders, ROUNDS)
    digests = {name: result for name, result in results.items() if isinstance(result, str)}
    digests[COMPILED] = compute_log_digest([simulate_log(machine, number) for number in range(SLOW)])
    if len(set(digests.values())) != 1:
        raise SystemExit(f"the contenders disagree, so nothing is worth measuring: {digests}")
    check_results(stage, results[MEASURED], tallies)
    return BattleBenchmark(timings, digests[COMPILED], missing, measure_parts(machine, tallies))


def simulate_log(machine: Simulation, number: int) -> bytes:
    """The log of one battle by machine code."""
    from sim.battle.batch import simulate_one

    return simulate_one(machine, SEED, number)[0].tobytes()


def check_results(stage: Simulation, results: Any, tallies: list[LogStatistic]) -> None:
    """Raise SystemExit unless machine code measured what Python measures."""
    from sim.events.statistics import compute_statistic

    for number in range(SLOW):
        history = stage.run(SEED, number).event_log
        values = np.array([compute_statistic(tally, history) for tally in tallies])
        days = compute_daily_series(history)
        series = np.stack([getattr(days, each.name.lower()) for each in DailyQuantity])
        if values.tobytes() != results.values[number].tobytes() or series.tobytes() != results.daily[number].tobytes():
            raise SystemExit(f"battle {number} is measured otherwise by machine code: nothing is worth measuring")


def measure_parts(machine: Simulation, tallies: list[LogStatistic]) -> dict[str, float]:
    """Where the time of the compiled form goes, in seconds a battle: medians of rounds."""
    count = QUICK
    draws = draw_batch(machine, SEED, range(count))

    def make_fight(requested: list[LogStatistic]) -> Callable[[int], object]:
        def work(number: int) -> object:
            questions, answers = prepare_batch(machine, requested, count)
            return run_batch(machine, draws, questions, answers, NO_INTERVENTION)

        return work

    timings, _ = measure_rounds(
        [
            Contender("draw", lambda number: draw_batch(machine, SEED, range(count)), count),
            Contender("fight", make_fight([]), count),
            Contender("fight and tally", make_fight(tallies), count),
        ],
        ROUNDS,
    )
    return {
        "drawing parameters, drivers and streams": timings.median("draw"),
        "fighting, and counting by day": timings.median("fight"),
        "tallies of claims and sentences": timings.median("fight and tally") - timings.median("fight"),
    }
