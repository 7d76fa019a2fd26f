"""Any legal scenario: its battle ends, loses nobody, has nothing below nothing, and is one battle for every clock."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from support.battles import validated
from support.clocks import in_bulk, one_by_one
from support.legal import KINDS, scenarios
from support.replay import faults

from sim import laws
from sim.battle import fight
from sim.battle.fight import Run, Stage
from sim.battle.simpy_clock import SimpyClock
from sim.daily import daily
from sim.events import What

MOST_PHASES = 20_000  # of one battle of three days: far more than any has
USUAL = {What.PLACED, What.JOINED, What.BEGUN, What.VOID, What.DEPARTED, What.ARRIVED, What.ASSAULT, What.ENDED,
         What.LINE, What.KILLED, What.WOUNDED, What.SORTIE, What.LIGHT, What.DONE}  # fmt: skip
EASY = {"deadline": None, "suppress_health_check": list(HealthCheck), "phases": [Phase.explicit, Phase.generate]}


class EndlessError(Exception):
    """A battle that goes on and on."""


class Limited(SimpyClock):
    """A clock that gives up."""

    def __init__(self, rules, battle, ends):
        super().__init__(rules._replace(step=self.counted), battle, ends)
        self.honest = rules.step

    def counted(self, *arguments):
        if self.played > MOST_PHASES:
            raise EndlessError
        return self.honest(*arguments)


@pytest.fixture(autouse=True, scope="module")
def limited():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fight, "SimpyClock", Limited)
        yield


def unsound(run: Run) -> list[str]:
    """What is wrong with a run: its log replayed, and every number in it and in what is read from it."""
    found = faults(run)
    day = daily(run.history)
    numbers = {name: run.forces[name] for name in run.forces.dtype.names or ()}
    numbers |= {f"log {name}": run.log[name] for name in ("time", "amount")}
    numbers |= {
        f"daily {name}": getattr(day, name) for name in ("killed", "wounded", "captured", "strength", "control")
    }
    for name, values in numbers.items():
        if not np.isfinite(values).all():
            found.append(f"{name} is no number")
        if name not in ("place", "order", "home") and (values < 0).any():
            found.append(f"{name} is less than nothing")
    if (day.control > 1 + 1e-12).any():
        found.append("more than all of a place is held")
    return found


def having(kind):
    """A scenario with an order of some kind."""
    return find(scenarios(), lambda data: kind in kinds_of(data), settings=settings(max_examples=2_000, **EASY))


def kinds_of(data):
    """The kinds of order in a scenario."""
    return {order["kind"] for order in data["orders"].values()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_scenario_of_every_kind_of_order_can_be_drawn(kind):
    assert kind in kinds_of(having(kind))


def test_any_legal_battle_is_sound_and_the_same_under_both_clocks():
    """Of every kind of order and of prior, too: the trial means something only if what is drawn has all that may be."""
    seen, happened = set(), set()

    @settings(max_examples=50, **EASY)
    @given(scenarios(), st.integers(0, 10**6), st.sampled_from(laws.names()))
    def every(data, seed, law):
        stage = Stage(validated(data), law=law)
        run = stage.fight(seed)
        assert unsound(run) == []
        observed = [claim.observable.observe(run.history) for claim in stage.scenario.claims.values()]
        assert np.isfinite(observed).all()
        other = replace(stage, clock="compiled").fight(seed)
        assert other.log.tobytes() == run.log.tobytes()
        assert (other.forces.tobytes(), other.phases) == (run.forces.tobytes(), run.phases)
        seen.update(kinds_of(data))
        seen.update(prior["distribution"] for prior in data["priors"].values())
        happened.update(What(what) for what in np.unique(run.log["what"]).tolist())

    every()
    # What so few examples have hangs on the modules that are loaded, since hypothesis reads constants there: kinds that
    # are missing are sought, and two of the usual events may be missing.
    for kind in sorted(set(KINDS) - seen):
        assert unsound(Stage(validated(having(kind))).fight(1)) == []
    assert {"fixed", "uniform", "loguniform", "triangular", "normal", "lognormal", "beta"} <= seen
    assert len(USUAL - happened) <= 2


@settings(max_examples=15, **EASY)
@given(scenarios(), st.integers(0, 10**6))
def test_any_legal_battle_is_the_same_in_machine_code(data, seed):
    stage = Stage(validated(data))
    compiled = replace(stage, form="compiled", clock="compiled")
    for replication in range(3):
        assert in_bulk(compiled, seed, replication) == one_by_one(stage, seed, replication)


@pytest.mark.hard
@pytest.mark.parametrize("law", laws.names())
def test_very_many_legal_battles_are_sound(law, tried, share):
    counted = {"scenarios": 0, "battles": 0, "events": 0}

    @seeded(laws.names().index(law))  # otherwise every law would be given the same scenarios
    @settings(max_examples=share(700), **EASY)
    @given(scenarios(), st.integers(0, 10**6))
    def every(data, seed):
        stage = Stage(validated(data), law=law)
        counted["scenarios"] += 1
        for replication in range(3):
            run = stage.fight(seed, replication)
            assert unsound(run) == []
            assert one_by_one(replace(stage, clock="compiled"), seed, replication) == one_by_one(
                stage, seed, replication
            )
            counted["battles"] += 1
            counted["events"] += len(run.log)

    every()
    tried.note("random battles", law, *counted.values(), 0)


@pytest.mark.hard
def test_very_many_legal_battles_have_everything_that_can_happen():
    happened = set()

    @settings(max_examples=1_500, **EASY)
    @given(scenarios(), st.integers(0, 10**6))
    def look(data, seed):
        happened.update(np.unique(Stage(validated(data)).fight(seed).log["what"]).tolist())

    look()
    assert {What(what) for what in happened} == set(What)


def test_an_unsound_run_is_seen():
    from sim.scenario import load

    run = Stage(load("teaching")).fight(1)
    assert unsound(run) == []
    log = run.log.copy()
    log["amount"][3] = np.nan
    assert "log amount is no number" in unsound(replace(run, history=replace(run.history, log=log)))
    forces = run.forces.copy()
    forces["killed"][0] = -1
    assert "killed is less than nothing" in unsound(replace(run, forces=forces))
