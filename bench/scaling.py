"""How much two workers do in the time of one: threads for the compiled clock, processes for SimPy. Wall time."""

import os
import time
from dataclasses import replace

from bench.rounds import Contender, Timings, measure_rounds
from sim.battle.simulation import Simulation
from sim.runs.replicate import Study, run_study
from sim.runs.results_digest import compute_results_digest
from sim.scenario import load

ROUNDS = 5
THREADS, PROCESSES = "compiled clock, {} threads", "SimPy processes, compiled rules, {} processes"


def run() -> Timings:
    """Measure one worker and as many as there are cores; every number of workers comes to the same digest."""
    stage = Simulation(load("dec2014"), execution_mode="compiled")
    many = max(os.cpu_count() or 1, 2)
    contenders = []
    for words, clock, count in ((THREADS, "compiled", 2_000), (PROCESSES, "simpy", 400)):
        study = Study(replace(stage, scheduler=clock), seed=1, runs=count, n_saved_logs=0)  # type: ignore[arg-type]
        contenders += [Contender(words.format(n), make_work(study, n), count) for n in (1, many)]
    timings, digests = measure_rounds(contenders, ROUNDS, time.perf_counter)
    for first, second in ((0, 1), (2, 3)):
        if digests[contenders[first].name] != digests[contenders[second].name]:
            raise SystemExit("the number of workers changes the results: nothing is worth measuring")
    return timings


def make_work(study: Study, workers: int):  # type: ignore[no-untyped-def]
    """The work of running a study with so many workers."""
    return lambda count: compute_results_digest(run_study(replace(study, runs=max(count, 200)), workers))
