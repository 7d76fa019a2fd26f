"""Any legal scenario: its battle ends, loses nobody, has nothing below nothing, and is one battle for every clock."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from support.battles import validated
from support.random_scenarios import KINDS, scenarios
from support.schedulers import faults, in_bulk, one_by_one

from sim import laws
from sim.battle import simulation
from sim.battle.run_result import RunResult
from sim.battle.schedulers import SimpyScheduler
from sim.battle.simulation import Simulation
from sim.events.daily import compute_daily_series
from sim.events.log import EventKind

MAX_PHASES = 20_000  # of one battle of three days: far more than any has
USUAL = {EventKind.PLACED, EventKind.JOINED, EventKind.ORDER_STARTED, EventKind.ORDER_CANCELLED,
         EventKind.DEPARTED, EventKind.ARRIVED, EventKind.ASSAULT, EventKind.ENDED, EventKind.FRONT_MOVED,
         EventKind.KILLED, EventKind.WOUNDED, EventKind.SORTIE, EventKind.LIGHT, EventKind.DONE}  # fmt: skip
EXAMPLES_ONLY = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.generate],
}


class EndlessBattleError(Exception):
    """A battle that goes on and on."""


class LimitedClock(SimpyScheduler):
    """A clock that gives up after too many phases."""

    def __init__(self, rules, battle, ends):
        super().__init__(rules._replace(step_order=self.count_step), battle, ends)
        self.honest = rules.step_order

    def count_step(self, *arguments):
        if self.n_phases > MAX_PHASES:
            raise EndlessBattleError
        return self.honest(*arguments)


@pytest.fixture(autouse=True, scope="module")
def limited():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulation, "SimpyScheduler", LimitedClock)
        yield


INDEX_FIELDS = ("place", "order", "origin", "next_force")  # -1: none


def find_run_faults(run: RunResult) -> list[str]:
    """What is wrong with a run: its log replayed, and every number in it and in what is read from it."""
    messages = faults(run)
    day = compute_daily_series(run.event_log)
    numbers = {name: run.forces[name] for name in run.forces.dtype.names or ()}
    value, is_divided = run.log["value"], run.log["event"] == EventKind.DETACHED  # -people, of who loses them
    numbers |= {"log time": run.log["time"], "log value": np.where(is_divided, abs(value), value)}
    numbers |= {
        f"daily {name}": getattr(day, name) for name in ("killed", "wounded", "captured", "strength", "control")
    }
    for name, values in numbers.items():
        if not np.isfinite(values).all():
            messages.append(f"{name} is no number")
        if name not in INDEX_FIELDS and (values < 0).any():
            messages.append(f"{name} is less than nothing")
    if (day.control > 1 + 1e-12).any():
        messages.append("more than all of a place is held")
    return messages


def find_scenario_with(kind):
    """A scenario with an order of some kind."""
    return find(
        scenarios(), lambda data: kind in list_order_kinds(data), settings=settings(max_examples=2_000, **EXAMPLES_ONLY)
    )


def list_order_kinds(data):
    """The kinds of order in a scenario."""
    return {order["kind"] for order in data["orders"].values()}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_scenario_of_every_kind_of_order_can_be_drawn(kind):
    assert kind in list_order_kinds(find_scenario_with(kind))


@pytest.mark.slow
def test_any_legal_battle_is_sound_and_the_same_under_both_clocks():
    """Of every kind of order and of prior, too: the trial means something only if what is drawn has all that may be."""
    seen, happened = set(), set()

    @settings(max_examples=50, **EXAMPLES_ONLY)
    @given(scenarios(), st.integers(0, 10**6), st.sampled_from(laws.list_names()))
    def every(data, seed, law):
        stage = Simulation(validated(data), law=law)
        run = stage.run(seed)
        assert find_run_faults(run) == []
        observed = [claim.observable.observe(run.event_log) for claim in stage.scenario.claims.values()]
        assert np.isfinite(observed).all()
        other = replace(stage, scheduler="compiled").run(seed)
        assert other.log.tobytes() == run.log.tobytes()
        assert (other.forces.tobytes(), other.n_phases) == (run.forces.tobytes(), run.n_phases)
        seen.update(list_order_kinds(data))
        seen.update(prior["distribution"] for prior in data["priors"].values())
        happened.update(EventKind(what) for what in np.unique(run.log["event"]).tolist())

    every()
    # What so few examples have hangs on the modules that are loaded, since hypothesis reads constants there: kinds that
    # are missing are sought, and two of the usual events may be missing.
    for kind in sorted(set(KINDS) - seen):
        assert find_run_faults(Simulation(validated(find_scenario_with(kind))).run(1)) == []
    assert {"fixed", "uniform", "loguniform", "triangular", "normal", "lognormal", "beta"} <= seen
    assert len(USUAL - happened) <= 2


@pytest.mark.slow
@settings(max_examples=15, **EXAMPLES_ONLY)
@given(scenarios(), st.integers(0, 10**6))
def test_any_legal_battle_is_the_same_in_machine_code(data, seed):
    stage = Simulation(validated(data))
    compiled = replace(stage, execution_mode="compiled", scheduler="compiled")
    for replication in range(3):
        assert in_bulk(compiled, seed, replication) == one_by_one(stage, seed, replication)


@pytest.mark.hard
@pytest.mark.parametrize("law", laws.list_names())
def test_very_many_legal_battles_are_sound(law, tried, share):
    counted = {"scenarios": 0, "battles": 0, "events": 0}

    @seeded(laws.list_names().index(law))  # otherwise every law would be given the same scenarios
    @settings(max_examples=share(700), **EXAMPLES_ONLY)
    @given(scenarios(), st.integers(0, 10**6))
    def every(data, seed):
        stage = Simulation(validated(data), law=law)
        counted["scenarios"] += 1
        for replication in range(3):
            run = stage.run(seed, replication)
            assert find_run_faults(run) == []
            assert one_by_one(replace(stage, scheduler="compiled"), seed, replication) == one_by_one(
                stage, seed, replication
            )
            counted["battles"] += 1
            counted["events"] += len(run.log)

    every()
    tried.note("random battles", law, *counted.values(), 0)


@pytest.mark.hard
def test_very_many_legal_battles_have_everything_that_can_happen():
    happened = set()

    @settings(max_examples=1_500, **EXAMPLES_ONLY)
    @given(scenarios(), st.integers(0, 10**6))
    def look(data, seed):
        happened.update(np.unique(Simulation(validated(data)).run(seed).log["event"]).tolist())

    look()
    assert {EventKind(what) for what in happened} == set(EventKind)


def test_an_unsound_run_is_seen():
    from sim.scenario import load

    run = Simulation(load("teaching")).run(1)
    assert find_run_faults(run) == []
    log = run.log.copy()
    log["value"][3] = np.nan
    assert "log value is no number" in find_run_faults(replace(run, event_log=replace(run.event_log, rows=log)))
    forces = run.forces.copy()
    forces["killed"][0] = -1
    assert "killed is less than nothing" in find_run_faults(replace(run, forces=forces))
