"""The bench: its battles can be built, its engines play the duel of the exact answer, its page puts misses first."""

import numpy as np
import pytest

from bench import duel, growth, report
from bench.battles import COMPILED, ORDINARY, PLAIN, SIMPY, BattleBenchmark
from bench.duel import DuelBenchmark
from bench.explorer import PRIOR, MoveCost
from bench.growth import BASE_SIZES, STEPS, Growth
from bench.large import LargeScenarioCost
from bench.processes import ProcessCost
from bench.report import BenchmarkResults, format_page, list_targets
from bench.rounds import Contender, Timings, measure_rounds
from bench.scaling import PROCESSES, THREADS


@pytest.mark.parametrize("size", STEPS)
def test_a_battle_can_be_invented_at_every_size(size):
    for step in (STEPS[size][0], STEPS[size][-1]):
        sizes = BASE_SIZES | {size: step}
        scenario = growth.make_scenario(**sizes)
        assert (len(scenario.places), len(scenario.orders)) == (sizes["places"], sizes["orders"])
        assert {force.strength.value for force in scenario.forces.values()} == {sizes["people"]}


@pytest.mark.parametrize("engine", [duel.play_with_simpy, duel.play_with_heap])
def test_an_engine_plays_the_duel_that_has_the_exact_answer(engine):
    outcomes = duel.run_one_by_one(engine)(400)
    exact = duel.compute_exact_probability()
    assert abs(duel.compute_standard_errors(outcomes, exact)) < duel.MAX_STANDARD_ERRORS
    assert abs(duel.compute_standard_errors(outcomes, 1.0 - exact)) > duel.MAX_STANDARD_ERRORS
    assert ((outcomes[:, 0] >= 60) != (outcomes[:, 1] >= 45)).all()  # one side has broken, and one only


def test_duels_in_lock_step_are_the_same_duel():
    outcomes = duel.run_in_lock_step(2_000)
    assert abs(duel.compute_standard_errors(outcomes, duel.compute_exact_probability())) < duel.MAX_STANDARD_ERRORS


def test_every_contender_runs_once_in_each_round_and_each_is_first_once():
    calls = []
    contenders = [Contender(name, lambda count, name=name: calls.append((name, count)), 5) for name in "abc"]
    timings, results = measure_rounds(contenders, 3, clock=iter(range(100)).__next__)
    assert calls == [*(("abc"[n], 1) for n in range(3)), *((name, 5) for name in "abcbcacab")]
    assert timings.seconds == dict.fromkeys("abc", [1 / 5] * 3)
    assert results == dict.fromkeys("abc")


@pytest.fixture
def results():
    """Measurements that meet every target, but for the size of a study."""
    battle = Timings({COMPILED: [1e-4], ORDINARY: [5e-2], PLAIN: [4e-2], SIMPY: [5e-4]})
    scaling = {words.format(n): [1.0 / n] for words in (THREADS, PROCESSES) for n in (1, 2)}
    cost = ProcessCost(wall=0.5, cpu=0.4, peak=100.0)
    return BenchmarkResults(
        battles=BattleBenchmark(battle, "f" * 64, ("salabim", "Mesa"), {"drawing": 1e-5, "fighting": 9e-5}),
        duels=DuelBenchmark(
            Timings({duel.COMPILED: [1e-6], duel.SIMPY: [1e-3]}), 0.4, {duel.SIMPY: 1.0}, {"C": "no cc"}
        ),
        scaling=Timings(scaling),
        growth={"places": Growth((8, 16), (1e-4, 2e-4), 1.0)},
        explorer=[MoveCost(PRIOR, 20, [0.1], [0.05]), MoveCost(PRIOR, 200, [0.2], [0.15])],
        sizes={1_000: cost, 1_000_000: ProcessCost(wall=600.0, cpu=1_000.0, peak=110.0)},
        starts={name: [cost] for name in report.SHELL_TARGETS},
        large=[LargeScenarioCost(40, 500, 30, cost, cost)],
    )


def test_the_page_puts_misses_first_and_what_was_left_out(results):
    first, *others = list_targets(results)
    assert (first.is_met, first.found, first.unit) == (False, 600.0, "s")
    assert all(target.is_met for target in others)
    page = format_page(results, 3.0)
    assert page.index("MISSED") < page.index("| met |")
    assert "Left out: C: no cc; salabim: not installed; Mesa: not installed." in page
    assert "8 16 | 100 200 | 1.00" in page
    assert "| 40 | 500 | 30 | 0.4 | 0.4 |" in page
    assert "| 200 | 200 | 200 to 200 | 150 |" in page


def test_numbers_have_three_digits():
    assert [report.format_microseconds(seconds) for seconds in (1.23456e-6, 0.0123456)] == ["1.23", "12,346"]
    assert report.format_mebibytes(None) == "not known"
    assert np.isclose(report.median_wall_time([ProcessCost(wall, 0.0, None) for wall in (3.0, 1.0, 2.0)]), 2.0)
