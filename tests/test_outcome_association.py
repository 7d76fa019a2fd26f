"""What goes with the outcome of a run: against plain counts, against noise, and as a sentence."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from sim import load
from sim.analysis.outcome_association import MIN_BATTLES, compute_correlations, select_association
from sim.outputs.run_results import RunTables
from sim.random_streams import make_generator
from sim.report.outcome_association import describe_association, find_draws, iterate_conditions

RUNS = 400
TRIALS = 200
TEACHING = load("teaching")
END_HOURS = TEACHING.hours_since_start(TEACHING.ends)


@given(st.integers(0, 2**32 - 1), st.integers(MIN_BATTLES, 300), st.integers(1, 6), st.integers(1, 3))
def test_what_is_counted_is_every_battle_of_the_other_half(seed, runs, n_conditions, per_draw):
    rng = make_generator("conditions", seed)
    draws = np.arange(runs) // per_draw
    is_outcome = rng.random(runs) < 0.5
    conditions = {str(n): rng.random(runs) < rng.random() for n in range(n_conditions)}
    conditions["likely"] = is_outcome ^ (rng.random(runs) < 0.2)
    found = select_association(is_outcome, conditions, draws)
    if found is None:
        return
    name, association = found
    counted = [n for n in range(runs) if draws[n] % 2]
    met = [bool(is_outcome[n]) for n in counted if conditions[name][n]]
    others = [bool(is_outcome[n]) for n in counted if not conditions[name][n]]
    assert (association.n_with, association.n_without) == (len(met), len(others))
    assert association.p_hold_with.value == pytest.approx(sum(met) / len(met))
    assert association.p_hold_without.value == pytest.approx(sum(others) / len(others))
    assert association.difference.low > 0 or association.difference.high < 0


def count_false_alarms(draws: np.ndarray, repeats: int) -> int:
    """In how many of the trials a condition is said to go with an outcome that goes with none of forty."""
    rng = make_generator("noise", 7)
    n_alarms = 0
    for _ in range(TRIALS):
        outcome, *noise = (np.tile(rng.random(200) < 0.5, repeats) for _ in range(41))
        conditions = {str(n): each for n, each in enumerate(noise)}
        n_alarms += select_association(outcome, conditions, draws) is not None
    return n_alarms


def test_the_best_of_many_conditions_is_not_taken_at_its_luck():
    # A true 5 % gives more alarms than this in one of 100,000 tests.
    assert count_false_alarms(np.arange(200), 1) <= binom.ppf(1 - 1e-5, TRIALS, 0.05)


def test_battles_that_pick_and_count_would_be_noticed():
    twice = np.concatenate([2 * np.arange(200), 2 * np.arange(200) + 1])  # every battle in both halves
    assert count_false_alarms(twice, 2) > TRIALS / 2


@pytest.mark.parametrize("runs", [0, 1, MIN_BATTLES - 1])
def test_few_battles_say_nothing(runs):
    is_outcome = np.arange(runs) % 4 < 2
    assert select_association(is_outcome, {"the same": is_outcome}, np.arange(runs)) is None


@pytest.mark.parametrize("share", [0.0, 0.05, 0.95, 1.0])
def test_what_is_rare_or_common_says_nothing(share):
    is_met = np.arange(RUNS) < share * RUNS
    assert select_association(is_met, {"the same": is_met}, np.arange(RUNS)) is None


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=50))
def test_the_correlation_is_pearsons(pairs):
    first, second = (np.array(column) for column in zip(*pairs, strict=True))
    varies = 0 < first.mean() < 1 and 0 < second.mean() < 1
    expected = np.corrcoef(first, second)[0, 1] if varies else 0.0
    (found,) = compute_correlations(first, second[None])
    assert found == pytest.approx(expected, abs=1e-9)


def make_tables(held: np.ndarray, claims: dict[str, np.ndarray], **unknowns: np.ndarray) -> RunTables:
    """The tables of a run, with as much in them as is looked at."""
    number = np.arange(len(held))
    columns = {"replication": number, "headline_1": np.where(held, 1.0, 0.0)}
    runs = pa.table(columns | {f"p_{name}": values for name, values in unknowns.items()})
    table = pa.table(
        {
            "replication": np.tile(number, len(claims)),
            "claim": pa.array(np.repeat(list(claims), len(held))).dictionary_encode(),
            "simulated": np.concatenate(list(claims.values())),
        }
    )
    return cast(RunTables, SimpleNamespace(runs=runs, claims=table))


def test_an_event_that_decides_is_named():
    draws = np.arange(RUNS, dtype=float)
    reached = (draws // 2) % 2 == 0  # in half of the battles, of both halves
    held = np.where(reached, draws % 20 < 4, draws % 20 < 16)
    tables = make_tables(held, {"cart_at_gate": np.where(reached, 1.0, 0.0)}, killing_rate_teal=draws)
    assert describe_association(TEACHING, END_HOURS, tables) == (
        "In battles in which the Amber vehicle bomb at the fort reaches its target, 1 to 2 June, the fort is still "
        "held on the evening of 3 June in 20 of 100, in the others in 80 (60 fewer; 95% interval 47 to 71). Of 2 "
        "conditions this one goes with the outcome most (picked in one half of the battles, counted in the other 200). "
        "That is an association, which need not be a cause."
    )


def test_an_unknown_that_decides_is_named():
    draws = np.arange(RUNS, dtype=float)
    tables = make_tables(draws >= 200, {"cart_at_gate": np.where(draws % 3 == 0, 1.0, 0.0)}, killing_rate_teal=draws)
    text = describe_association(TEACHING, END_HOURS, tables)
    assert text.startswith("In battles with the killing rate (Teal) above 200 1/day, the fort is still held")
    assert "in 100 of 100, in the others in 0 (100 more;" in text


def test_a_count_is_split_at_its_median():
    draws = np.arange(RUNS, dtype=float)
    tables = make_tables(draws >= 200, {"amber_dead_herald": draws % 10})
    names = [name for name, _ in iterate_conditions(TEACHING, TEACHING.headline_outputs[0].observable, tables)]
    assert names == ["with at least 5 Amber fighters killed, 1 to 2 June"]


def test_what_comes_later_or_is_the_outcome_itself_is_no_condition():
    draws = np.arange(RUNS, dtype=float)
    tables = make_tables(draws >= 200, {"hill_regained": draws / RUNS, "village_taken": draws / RUNS})
    outcome = TEACHING.headline_outputs[0].observable
    village = outcome.model_copy(update={"place": "village"})
    names = [name for name, _ in iterate_conditions(TEACHING, outcome, tables)]
    assert names == ["in which Amber fighters hold some, but not all, of the village at some time, 1 June"]
    assert list(iterate_conditions(TEACHING, village, tables)) == []


def test_nothing_that_stands_out_is_no_sentence():
    draws = np.arange(RUNS, dtype=float)
    tables = make_tables(draws % 2 == 0, {"cart_at_gate": np.where(draws % 3 == 0, 1.0, 0.0)}, killing_rate_teal=draws)
    assert describe_association(TEACHING, END_HOURS, tables) == ""


def test_battles_of_one_draw_stay_together():
    values = np.array([3.0, 1.0, 3.0, 2.0])
    tables = make_tables(np.ones(4, dtype=bool), {"cart_at_gate": np.ones(4)}, killing_rate_teal=values)
    assert find_draws(tables).tolist() == [2, 0, 2, 1]
    fixed = make_tables(np.ones(4, dtype=bool), {"cart_at_gate": np.ones(4)}, killing_rate_teal=np.ones(4))
    assert find_draws(fixed).tolist() == [0, 1, 2, 3]
