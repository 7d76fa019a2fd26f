"""A change that sets in at a moment: before it the battle is the base case to the bit, after it the change holds."""

import math
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from pydantic import TypeAdapter

from sim import perturbations
from sim.battle.intervention import Intervention, InterventionError, add_cancelled_orders
from sim.battle.simulation import Simulation
from sim.events.arrangement import arrange_log
from sim.events.log import NONE, EventKind
from sim.scenario import load

ANY = TypeAdapter(perturbations.AnyPerturbation)
SINCE = datetime(2001, 6, 2, 3)
HOURS = 27.0


def branched(*settings: dict, since: datetime = SINCE, base: str = "teaching") -> Simulation:
    """The base case that becomes a changed one at a moment."""
    scenario = load(base)
    edits = tuple(edit for each in settings for edit in ANY.validate_python(each).edits(scenario))
    return Simulation(
        load(base, add_cancelled_orders(scenario, edits)), intervention=Intervention(load(base, edits), since)
    )


CHANGES = {
    "an order less": {"kind": "cancel", "orders": ["fort_assault"]},
    "a class of orders less": {"kind": "cancel", "order_side": "amber"},
    "an order earlier": {"kind": "shift", "orders": ["relief_arrives"], "hours": -14},
    "an order later": {"kind": "shift", "orders": ["fort_assault"], "hours": 5},
    "an order more": {"kind": "add", "order": "more", "definition": {
        "kind": "airstrike", "side": "teal", "target": "village", "alternative_targets": ["camp"],
        "sorties": {"value": 5, "assumption": "for a test"}, "duration_hours": {"value": 2, "assumption": "for a test"},
        "window": {"earliest": "2001-06-02T10:00", "latest": "2001-06-02T12:00"}}},
    "a bomb decided": {"kind": "bombs", "outcome": "on_target"},
    "fog": {"kind": "weather", "day": "2001-06-02", "condition": "fog"},
    "a dark Moon": {"kind": "weather", "day": "2001-06-02", "condition": "moon", "illuminated_fraction": 0},
    "a stronger place": {"kind": "cover", "place": "fort", "cover": 0.95},
    "a prior": {"kind": "prior", "prior": "killing_rate_amber", "factor": 3},
    "more shells": {"kind": "sorties", "order_kind": "shelling", "factor": 3},
    "free commanders": {"kind": "free", "since": "2001-06-02T03:00"},
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_before_the_moment_the_battle_is_the_base_case_to_the_bit(name):
    stage = branched(CHANGES[name])
    base = Simulation(load("teaching"))
    differs = 0
    for replication in range(12):
        changed = stage.run(4, replication).event_log
        one, two = arrange_log(base.run(4, replication).event_log, changed.labels).rows, changed.rows
        assert one[one["time"] < HOURS].tobytes() == two[two["time"] < HOURS].tobytes()
        differs += one.tobytes() != two.tobytes()
    assert differs, "and afterwards the change is felt"


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_both_clocks_and_both_forms_let_it_set_in_alike(name):
    stage = branched(CHANGES[name])
    for replication in range(4):
        simpy = stage.run(4, replication)
        other = replace(stage, scheduler="compiled").run(4, replication)
        assert simpy.log.tobytes() == other.log.tobytes()
        assert simpy.forces.tobytes() == other.forces.tobytes()


@pytest.mark.slow
def test_machine_code_lets_it_set_in_alike():
    from sim.battle.batch import simulate_batch
    from sim.scoring.claim_comparison import claim_observable, select_observable_claims

    for name in ("an order earlier", "a bomb decided", "fog", "a prior", "free commanders"):
        plain = branched(CHANGES[name])
        stage = replace(plain, execution_mode="compiled", scheduler="compiled")
        claims = select_observable_claims(stage.scenario, stage.end_hours)
        tallies = [claim_observable(claim).make_statistic(stage.compiled_scenario.labels) for claim in claims.values()]
        fought = simulate_batch(stage, 4, range(40), tallies)
        for replication in range(40):
            run = plain.run(4, replication)
            observed = np.array([claim_observable(claim).observe(run.event_log) for claim in claims.values()])
            assert observed.tobytes() == fought.values[replication].tobytes(), name
            assert run.n_phases == fought.n_phases[replication]
        compiled_simpy = replace(plain, execution_mode="compiled").run(4, 3)
        assert compiled_simpy.log.tobytes() == plain.run(4, 3).log.tobytes()


def test_a_change_that_sets_in_at_the_beginning_is_the_changed_battle():
    """But for what is drawn before the first hour, which a decided bomb does not touch."""
    edits = ANY.validate_python(CHANGES["a bomb decided"]).edits(load("teaching"))
    stage = branched(CHANGES["a bomb decided"], since=datetime(2001, 6, 1))
    for replication in range(10):
        assert (
            stage.run(4, replication).log.tobytes()
            == Simulation(load("teaching", edits)).run(4, replication).log.tobytes()
        )


def test_a_change_that_sets_in_after_the_end_changes_nothing():
    stage = replace(branched(CHANGES["free commanders"], since=datetime(2001, 6, 3, 12)), until=datetime(2001, 6, 3))
    base = Simulation(load("teaching"), until=datetime(2001, 6, 3))
    assert stage.run(4, 1).log.tobytes() == base.run(4, 1).log.tobytes()


def test_an_order_that_has_begun_stays_and_one_that_has_not_is_cancelled():
    stage = branched({"kind": "cancel", "order_side": "amber"})
    orders = sorted(stage.scenario.orders)
    for replication in range(10):
        log = stage.run(4, replication).log
        begun = log[log["event"] == EventKind.ORDER_STARTED]
        amber = [n for n, order in enumerate(orders) if stage.scenario.orders[order].side == "amber"]
        assert not np.isin(begun["order"][begun["time"] >= HOURS], amber).any()
        village = orders.index("village_assault")
        assert (begun["order"][begun["time"] < HOURS] == village).any()


def test_an_order_whose_new_moment_is_past_comes_at_once():
    stage = branched({"kind": "shift", "orders": ["relief_arrives"], "hours": -40})
    relief = sorted(stage.scenario.orders).index("relief_arrives")
    for replication in range(5):
        log = stage.run(4, replication).log
        (moment,) = log["time"][(log["order"] == relief) & (log["event"] == EventKind.ORDER_STARTED)]
        assert moment == HOURS


@pytest.mark.slow
@pytest.mark.parametrize(("factor", "wanted"), [(0.1, 0), (0.4, 2), (0.6, 2), (1.6, 6)])
def test_strikes_that_have_begun_are_as_many_as_the_change_allows(factor, wanted):
    """Of four; no further one where fewer are allowed than were flown, and a whole number of them."""
    orders = sorted(load("teaching").orders)
    for replication in range(5):
        log = Simulation(load("teaching")).run(4, replication).log
        strikes = (log["event"] == EventKind.SORTIE) & (log["order"] == orders.index("afternoon_strikes"))
        if not strikes.any():
            continue
        since = datetime(2001, 6, 1) + timedelta(minutes=math.ceil(60 * log["time"][strikes][0]))
        stage = branched({"kind": "sorties", "order_kind": "airstrike", "factor": factor}, since=since)
        log = stage.run(4, replication).log
        strikes = (log["event"] == EventKind.SORTIE) & (log["order"] == orders.index("afternoon_strikes"))
        assert strikes.sum() == max(wanted, 1)
        changed = True
    assert changed


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "strength", "force": "watch", "people": 10}, "forces.strength, which is how the battle begins"),
        ({"kind": "strength", "side": "teal", "factor": 2}, "forces.strength, which is how the battle begins"),
    ],
)
def test_a_change_of_how_the_battle_begins_is_refused(settings, said):
    with pytest.raises(InterventionError, match=said):
        branched(settings).run(4, 1)


def test_a_prior_that_fixes_a_strength_is_refused_too():
    with pytest.raises(InterventionError, match=r"forces\.strength"):
        branched({"kind": "prior", "prior": "teal_garrison", "factor": 2}).run(4, 1)


def test_the_digest_tells_branches_apart():
    one, two = (branched(CHANGES["fog"], since=since) for since in (SINCE, datetime(2001, 6, 2, 4)))
    assert len({one.digest, two.digest, Simulation(load("teaching")).digest}) == 3


def test_nothing_is_set_in_by_a_change_of_nothing():
    scenario = load("teaching")
    stage = Simulation(scenario, intervention=Intervention(scenario, SINCE))
    assert stage.overrides == ()
    assert stage.affected_orders == ()
    for replication in range(5):
        assert stage.run(4, replication).log.tobytes() == Simulation(scenario).run(4, replication).log.tobytes()
    assert NONE not in stage.affected_orders
