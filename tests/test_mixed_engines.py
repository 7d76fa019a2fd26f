"""Plain rules begin at once, machine code takes over when it is there: the same bits, and nobody waits."""

import os
import signal
import time
from dataclasses import replace

import pytest

from sim import sealed_cache
from sim.battle import code_cache
from sim.battle.simulation import Simulation
from sim.runs import compiler_process, mixed_engines
from sim.runs.backends import WorkerPool
from sim.runs.compiler_process import CompilerProcess, estimate_compile_seconds, is_worth_compiling
from sim.runs.mixed_engines import COMPILED, COMPILING, BattleRate, choose_engine_at_once, map_with_compiler
from sim.runs.parallel import restore_order, split_range
from sim.runs.replicate import MIN_RUNS_TO_COMPILE, Study, concatenate_batches, run_study
from sim.runs.results_digest import compute_results_digest
from sim.scenario import load

RUNS = 12


class PromptCompiler:
    """A compiler that is done after some looks at it, or never."""

    looks = 0

    def __init__(self):
        self.is_begun = self.is_closed = False
        self.seen = 0

    def begin(self):
        self.is_begun = True

    def is_done(self):
        self.seen += self.is_begun
        return self.is_begun and self.seen >= self.looks

    def close(self):
        self.is_closed = True


@pytest.fixture(scope="module")
def study():
    return Study(Simulation(load("teaching")), seed=3, runs=RUNS, n_saved_logs=2)


@pytest.fixture
def told(monkeypatch):
    """What is said; the other engine is the compiled clock as ordinary Python."""
    monkeypatch.setattr(mixed_engines, "CompilerProcess", PromptCompiler)
    monkeypatch.setattr(
        mixed_engines,
        "use_machine_code",
        lambda study: replace(study, simulation=replace(study.simulation, scheduler="compiled")),
    )
    return []


@pytest.mark.slow
@pytest.mark.parametrize("looks", [1, 2, 3, 100])
@pytest.mark.parametrize("length", [1, 2, 5])
def test_whoever_fights_which_battles_the_bits_are_the_same(looks, length, study, told, monkeypatch):
    monkeypatch.setattr(PromptCompiler, "looks", looks)
    monkeypatch.setattr(mixed_engines, "is_worth_compiling", lambda left, rate: True)
    chunks = split_range(RUNS, length)
    stream = map_with_compiler(study, chunks, "serial", WorkerPool(1), told.append)
    batches = list(restore_order(stream, range(len(chunks))))
    assert compute_results_digest(concatenate_batches(batches)) == compute_results_digest(run_study(study, 1))
    takes_over = 1 + 1 + looks < len(chunks)  # a batch before the rate is known, and the one that decides
    assert told == ([COMPILING] if len(chunks) > 2 else []) + [COMPILED] * takes_over


def test_what_is_soon_done_is_done_by_plain_rules(study, told, monkeypatch):
    monkeypatch.setattr(mixed_engines, "is_worth_compiling", lambda left, rate: False)
    assert len(list(map_with_compiler(study, split_range(RUNS, 3), "serial", WorkerPool(1), told.append))) == 4
    assert told == []


def test_a_call_that_is_closed_early_ends_its_compiler(study, told, monkeypatch):
    made = []
    monkeypatch.setattr(PromptCompiler, "looks", 100)
    monkeypatch.setattr(mixed_engines, "is_worth_compiling", lambda left, rate: True)
    monkeypatch.setattr(mixed_engines, "CompilerProcess", lambda: made.append(PromptCompiler()) or made[-1])
    stream = map_with_compiler(study, split_range(RUNS, 2), "serial", WorkerPool(1), told.append)
    for _ in range(4):
        next(stream)
    stream.close()
    assert (made[0].is_begun, made[0].is_closed) == (True, True)


def test_the_rate_leaves_out_the_batch_that_waited_for_its_workers():
    rate = BattleRate()
    assert rate.compute(100.0) == 0
    rate.add(50, 100.0)
    rate.add(30, 101.0)
    rate.add(30, 102.0)
    assert rate.compute(102.0) == 30
    assert rate.batches == 2


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_what_compiling_took_here_decides_whether_it_pays(cache):
    assert estimate_compile_seconds() == compiler_process.USUAL_SECONDS
    sealed_cache.write_entry(compiler_process.COSTS, compiler_process.make_cost_key(), 20.0)
    assert estimate_compile_seconds() == 20
    assert [is_worth_compiling(left, 50.0) for left in (1_000, 1_001)] == [False, True]
    sealed_cache.write_entry(compiler_process.COSTS, compiler_process.make_cost_key(), -1.0)
    assert estimate_compile_seconds() == compiler_process.USUAL_SECONDS


def test_a_compiler_that_is_killed_leaves_nothing_that_is_taken_for_machine_code(cache):
    compiler = CompilerProcess()
    compiler.begin()
    assert compiler.is_begun
    assert not compiler.is_done()
    time.sleep(0.3)
    os.kill(compiler.process.pid, signal.SIGKILL)
    compiler.process.wait()
    assert not compiler.is_done()
    compiler.close()
    assert not code_cache.is_compiled()
    assert estimate_compile_seconds() == compiler_process.USUAL_SECONDS


def test_a_compiler_is_ended_with_its_study(cache):
    compiler = CompilerProcess()
    compiler.begin()
    compiler.close()
    assert compiler.process.returncode == -signal.SIGKILL


def test_without_machine_code_plain_rules_begin_however_many_battles_there_are(cache, study):
    for runs in (1, MIN_RUNS_TO_COMPILE, 10_000_000):
        assert choose_engine_at_once(study.simulation, "auto", runs).execution_mode == "plain"
    assert choose_engine_at_once(study.simulation, "compiled", 10).execution_mode == "compiled"
