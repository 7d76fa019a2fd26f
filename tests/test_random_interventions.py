"""Any legal change in the midst of a battle: from then on, too, no place's rate lies below what happens there."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from support.random_interventions import Change, changes
from support.schedulers import in_bulk, one_by_one
from test_random_scenarios import EXAMPLES_ONLY, find_run_faults

from sim import laws
from sim.battle import simulation
from sim.battle.day_states import TIMES_OF_DAY
from sim.battle.enums import StopReason
from sim.battle.rules.mean_parameters import refresh_mean_parameters
from sim.battle.rules.rates import TICKS_PER_HOUR, event_rates
from sim.battle.schedulers import SimpyScheduler

ROUNDING = 1e-12  # of a rate, in sums and in the powers of laws
QUICK, MANY = 40, 1_000


class RateError(Exception):
    """The rate from which the next event of a place was worked out lies below what happens there."""


class Bounded(SimpyScheduler):
    """A clock that looks at the rates of all places before every step of an order and after a change."""

    def schedule_intervention(self, at, apply_overrides, affected_orders):
        def apply_and_look(battle):
            apply_overrides(battle)
            self.schedule(lambda event: self.look(), None, 0.0, 2)  # after what sets in now

        super().schedule_intervention(at, apply_and_look, affected_orders)

    def step_order(self, event):
        self.look()
        super().step_order(event)

    def look(self) -> None:
        """Compare the rate of each place with what happens there now."""
        for place in self.battle.places:
            rate = sum(event_rates(self.battle, place.index, self.env.now))
            if place.stop_reason == StopReason.NONE and rate > place.rate * (1.0 + ROUNDING):
                raise RateError(f"place {place.index} at {self.env.now} h: {rate} an hour and not {place.rate}")


class Careless(Bounded):
    """One whose rules take the means alone again, and leave the rates as they were."""

    def __init__(self, rules, battle, end_time):
        super().__init__(
            rules._replace(refresh_rates=lambda battle, now: refresh_mean_parameters(battle)), battle, end_time
        )


def fight_changed(change: Change, number: int, law: str) -> int:
    """Fight battles with a change by both clocks; the number of rows of their logs."""
    stage = change.make_simulation(law, number)
    rows = 0
    for replication in range(2):
        run = stage.run(number, replication)
        assert find_run_faults(run) == []
        assert one_by_one(replace(stage, scheduler="compiled"), number, replication) == one_by_one(
            stage, number, replication
        )
        rows += len(run.log)
    return rows


@pytest.fixture
def looking(monkeypatch):
    """SimPy's clock looks at the rates of all places."""
    monkeypatch.setattr(simulation, "SimpyScheduler", Bounded)


@pytest.mark.slow
@pytest.mark.usefixtures("looking")
def test_rates_bound_what_happens_after_any_change():
    @settings(max_examples=QUICK, **EXAMPLES_ONLY)
    @given(changes(), st.integers(0, 10**6), st.sampled_from(laws.list_names()))
    def every(change, number, law):
        fight_changed(change, number, law)

    every()


@pytest.mark.slow
def test_rates_that_are_left_as_they_were_are_noticed(monkeypatch):
    monkeypatch.setattr(simulation, "SimpyScheduler", Careless)

    @settings(max_examples=QUICK, **EXAMPLES_ONLY)
    @given(changes(), st.integers(0, 10**6), st.sampled_from(laws.list_names()))
    def every(change, number, law):
        fight_changed(change, number, law)

    with pytest.raises(RateError):
        every()


@pytest.mark.slow
@settings(max_examples=20, **EXAMPLES_ONLY)
@given(changes(), st.integers(0, 10**6))
def test_changes_and_the_sky_come_at_whole_ticks(change, number):
    """Else an order would step for ever just before what it waits for."""
    stage = change.make_simulation(laws.DEFAULT_LAW, number)
    assert (stage.intervention.at_hours * TICKS_PER_HOUR).is_integer()
    for day in stage.after_intervention.compiled_scenario.rows["days"]:
        hours = [getattr(day, name) for name in TIMES_OF_DAY]
        assert all((each * TICKS_PER_HOUR).is_integer() for each in hours if math.isfinite(each))


@pytest.mark.slow
@settings(max_examples=12, **EXAMPLES_ONLY)
@given(changes(), st.integers(0, 10**6))
def test_any_change_sets_in_alike_in_machine_code(change, number):
    stage = change.make_simulation(laws.DEFAULT_LAW, number)
    compiled = replace(stage, execution_mode="compiled", scheduler="compiled")
    for replication in range(2):
        assert in_bulk(compiled, number, replication) == one_by_one(stage, number, replication)


@pytest.mark.hard
@pytest.mark.usefixtures("looking")
@pytest.mark.parametrize("law", laws.list_names())
def test_very_many_changes_in_the_midst_of_a_battle(law, tried, share):
    counted = {"changes": 0, "battles": 0, "events": 0}

    @seed(laws.list_names().index(law))
    @settings(max_examples=share(MANY // len(laws.list_names())), **EXAMPLES_ONLY)
    @given(changes(), st.integers(0, 10**6))
    def every(change, number):
        counted["events"] += fight_changed(change, number, law)
        counted["changes"] += 1
        counted["battles"] += 2

    every()
    tried.note("changed battles", law, *counted.values(), 0)
