"""How much two workers do in the time of one: threads for the compiled clock, processes for SimPy. Wall time."""

import os
import time
from dataclasses import replace

from bench.rounds import Contender, Timings, measured
from sim.battle.fight import Stage
from sim.experiment.provenance import results_digest
from sim.experiment.replicate import Study, carry_out
from sim.scenario import load

ROUNDS = 5
THREADS, PROCESSES = "compiled clock, {} threads", "SimPy processes, compiled rules, {} processes"


def run() -> Timings:
    """Measure one worker and as many as there are cores; every number of workers comes to the same digest."""
    stage = Stage(load("dec2014"), form="compiled")
    many = max(os.cpu_count() or 1, 2)
    contenders = []
    for words, clock, count in ((THREADS, "compiled", 2_000), (PROCESSES, "simpy", 400)):
        study = Study(replace(stage, clock=clock), seed=1, runs=count, keep=0)  # type: ignore[arg-type]
        contenders += [Contender(words.format(n), work_of(study, n), count) for n in (1, many)]
    timings, digests = measured(contenders, ROUNDS, time.perf_counter)
    for first, second in ((0, 1), (2, 3)):
        if digests[contenders[first].name] != digests[contenders[second].name]:
            raise SystemExit("the number of workers changes the results: nothing is worth measuring")
    return timings


def work_of(study: Study, workers: int):  # type: ignore[no-untyped-def]
    """Carries out a study of so many replications with so many workers."""
    return lambda count: results_digest(carry_out(replace(study, runs=max(count, 200)), workers))
