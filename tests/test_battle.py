"""Whole battles: what is conserved at every event, what SimPy schedules, what stays the same bit for bit."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.battles import attack, battle, bind, copy_rules, fought, rows, teaching_data, validated
from support.exact import SIGMAS
from support.schedulers import Meddling, Redrawing, Stopping, Watching, faults

from sim import scenario
from sim.battle.simulation import Simulation, fight
from sim.battle.supplied_draws import RandomOverrides
from sim.events.log import NONE, EventKind

SCENARIOS = ["teaching", "dec2014"]
CLOCK = "sim.battle.simulation.SimpyScheduler"


@pytest.fixture(scope="module")
def teaching() -> Simulation:
    return Simulation(scenario.load("teaching"))


@pytest.fixture(scope="module")
def december() -> Simulation:
    return Simulation(scenario.load("dec2014"))


@pytest.fixture(scope="module", params=SCENARIOS)
def stage(request, teaching, december) -> Simulation:
    return {"teaching": teaching, "dec2014": december}[request.param]


def some(stage: Simulation, of_teaching: int, of_december: int) -> range:
    return range(of_teaching if stage.scenario.name == "teaching" else of_december)


# Conservation


def test_people_are_conserved_at_every_event(stage):
    for replication in some(stage, 250, 25):
        assert faults(stage.run(1, replication)) == []


@pytest.mark.slow
def test_people_are_conserved_under_the_linear_law():
    stage = Simulation(scenario.load("teaching"), law="linear")
    for replication in range(100):
        assert faults(stage.run(2, replication)) == []


PEOPLE = st.floats(0, 900)
RATES = st.floats(0, 4)
SHARES = st.floats(0, 1)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "teal_garrison": PEOPLE,
            "amber_host": PEOPLE,
            "killing_rate_teal": RATES,
            "killing_rate_amber": RATES,
            "contact_per_1000_day": st.floats(0, 2000),
            "advance_km_per_day": st.floats(0, 40),
            "break_attack_median": SHARES,
            "break_defend_median": SHARES,
            "strike_deaths_mean": st.floats(0, 60),
            "rout_loss_median": SHARES,
            "supply_days": st.floats(0, 2),
            "replacements_per_day": st.floats(0, 80),
        }
    ),
    st.sampled_from(["square", "linear"]),
    st.integers(0, 10**6),
)
def test_people_are_conserved_in_any_battle(parameters, law, seed):
    stage = Simulation(scenario.load("teaching"), law=law, parameters=parameters)
    assert faults(stage.run(seed)) == []


def damaged(run, row: int, **columns):
    log = run.log.copy()
    for column, value in columns.items():
        log[column][row] = value
    return replace(run, event_log=replace(run.event_log, rows=log))


def first(run, what: EventKind) -> int:
    return int(np.flatnonzero(run.log["event"] == what)[0])


def test_damage_to_a_log_is_seen(teaching):
    run = teaching.run(1, 3)
    killed, departed, arrived = (first(run, what) for what in (EventKind.KILLED, EventKind.DEPARTED, EventKind.ARRIVED))
    assert faults(run) == []
    assert faults(damaged(run, killed, value=2.0))
    assert faults(damaged(run, killed, event=EventKind.WOUNDED))
    assert faults(damaged(run, killed, place=(run.log["place"][killed] + 1) % 5))
    assert faults(damaged(run, killed, force=(run.log["force"][killed] + 1) % 7))
    assert faults(damaged(run, departed, value=run.log["value"][departed] - 1))
    assert faults(damaged(run, arrived, event=EventKind.DEPARTED))
    assert faults(damaged(run, first(run, EventKind.FRONT_MOVED), value=1.25))
    assert faults(damaged(run, len(run.log) - 1, time=0.0))
    assert faults(damaged(run, len(run.log) - 1, time=run.event_log.end_hours + 1))
    lost = run.forces.copy()
    lost["captured"][2] += 1
    assert faults(replace(run, forces=lost))


def test_equipment_changes_hands_and_is_never_lost(stage, monkeypatch):
    monkeypatch.setattr(CLOCK, Watching)
    seized = 0.0
    for replication in some(stage, 30, 2):
        run = stage.run(1, replication)
        gear = Watching.last.battle.equipment
        kinds = range(len(stage.scenario.equipment))
        brought = sum(
            int((quantity.value if quantity.prior is None else run.parameters[quantity.prior] * quantity.share) + 0.5)
            for force in stage.scenario.forces.values()
            for quantity in force.equipment.values()
        )
        assert all(piece.pieces >= 0 and piece.captured >= 0 for piece in gear)
        assert sum(piece.pieces + piece.captured for piece in gear) == brought
        for kind in kinds:
            taken = rows(run, EventKind.SEIZED, code=kind)["value"].sum()
            assert taken == sum(piece.captured for piece in gear[kind :: len(kinds)])
            seized += taken
    assert seized > 0


# The kernel


def test_every_phase_is_an_event_of_simpy(stage, monkeypatch):
    """The rules take a step only when SimPy says so, and whatever isn't fighting happens at a moment of SimPy."""
    monkeypatch.setattr(CLOCK, Watching)
    fighting = {EventKind.KILLED, EventKind.WOUNDED, EventKind.FRONT_MOVED}
    for replication in some(stage, 15, 2):
        run = stage.run(1, replication)
        clock = Watching.last
        assert run.n_phases == clock.n_phases == clock.calls["step_order"] > len(stage.compiled_scenario.rows["orders"])
        assert len(clock.env.moments) >= run.n_phases
        scheduled = run.log[~np.isin(run.log["event"], list(fighting))]
        assert set(scheduled["time"]) <= {0.0, *clock.env.moments}
        fallen = run.log[np.isin(run.log["event"], list(fighting)) & (run.log["time"] > 0)]
        assert not set(fallen["time"]) <= set(clock.env.moments)
        assert clock.faults == []


def test_a_front_out_of_step_is_seen(teaching, monkeypatch):
    class Careless(Watching):
        def look(self, name):
            if name == "open_battle":
                self.battle.contingents[0].strength += 1
            super().look(name)

    monkeypatch.setattr(CLOCK, Careless)
    teaching.run(1, 0)
    assert Watching.last.faults


def test_idle_stops_change_no_bit(stage, monkeypatch):
    undisturbed = [stage.run(1, replication) for replication in some(stage, 20, 3)]
    monkeypatch.setattr(CLOCK, Stopping)
    for replication, run in enumerate(undisturbed):
        stopped = stage.run(1, replication)
        assert stopped.log.tobytes() == run.log.tobytes()
        assert stopped.forces.tobytes() == run.forces.tobytes()
        assert stopped.n_phases == run.n_phases


@pytest.mark.parametrize("clock", [Meddling, Redrawing])
def test_a_stop_that_does_something_is_seen(teaching, monkeypatch, clock):
    undisturbed = [teaching.run(1, replication).log.tobytes() for replication in range(10)]
    monkeypatch.setattr(CLOCK, clock)
    assert [teaching.run(1, replication).log.tobytes() for replication in range(10)] != undisturbed


def test_the_end_cuts_the_log_and_changes_nothing_before_it(stage):
    """Shorter fights are beginnings of the longer one, even where a forecast of the end would be of use."""
    whole = stage.run(3, 1)
    for share in (0.0001, 0.13, 0.5, 0.77, 0.999):
        until = stage.scenario.begins + timedelta(hours=round(share * stage.end_hours, 2))
        cut = replace(stage, until=until).run(3, 1)
        assert cut.event_log.end_hours == pytest.approx(round(share * stage.end_hours, 2))
        assert cut.log.tobytes() == whole.log[whole.log["time"] < cut.event_log.end_hours].tobytes()


def test_a_fight_does_not_depend_on_the_fights_before_it(stage):
    alone = replace(stage).run(1, 2)
    for replication in (5, 0):
        stage.run(1, replication)
    again = stage.run(1, 2)
    assert (again.log.tobytes(), again.parameters, again.normal_inputs) == (
        alone.log.tobytes(),
        alone.parameters,
        alone.normal_inputs,
    )
    assert stage.run(2, 2).log.tobytes() != alone.log.tobytes()
    assert stage.run(1, 3).log.tobytes() != alone.log.tobytes()


def test_fight_is_a_stage_with_plain_rules(teaching):
    run = fight(teaching.scenario, seed=4, replication=7)
    assert run.log.tobytes() == teaching.run(4, 7).log.tobytes()
    assert (run.seed, run.replication, run.law, run.scenario) == (4, 7, "helmbold", teaching.scenario.compute_digest())


def test_medians_and_given_parameters_are_used(teaching):
    median = replace(teaching, draw="median").draw_parameters(1, 0, RandomOverrides())
    assert median["killing_rate_teal"] == pytest.approx(0.35)
    assert median["assault_hours"] == pytest.approx(10)
    fixed = replace(teaching, parameters={"march_kmh": 2.5}).run(1, 0)
    assert fixed.parameters == teaching.run(1, 0).parameters | {"march_kmh": 2.5}
    with pytest.raises(KeyError, match="no such prior: luck"):
        replace(teaching, parameters={"luck": 1.0}).run()


def bounded(stage: Simulation, damage: float = 1.0) -> tuple[Simulation, list[float]]:
    """The stage with rules that note by how much the rate that a place counted on falls short of the true one."""
    namespace = copy_rules()
    execute_event, event_rates, short = namespace["execute_event"], namespace["event_rates"], []

    def noting(battle, p, now):
        short.append(sum(event_rates(battle, p, now)) - damage * battle.places[p].rate)
        execute_event(battle, p, now)

    namespace["execute_event"] = noting
    noted = replace(stage)
    noted.__dict__["rules"] = bind(namespace)
    return noted, short


def test_the_rate_that_a_place_counts_on_is_never_less_than_the_true_one(stage):
    """What thinning rests on."""
    noted, short = bounded(stage)
    for replication in some(stage, 30, 2):
        assert noted.run(1, replication).log.tobytes() == stage.run(1, replication).log.tobytes()
    assert len(short) > 1000
    assert max(short) < 1e-12


def test_a_rate_that_is_too_small_is_seen(teaching):
    noted, short = bounded(teaching, damage=0.99)
    noted.run(1, 0)
    assert max(short) > 1e-6


# Nothing to fight with, no time, no orders


@pytest.mark.parametrize("parameters", [{"amber_host": 0.0}, {"teal_garrison": 0.0}])
@pytest.mark.parametrize("law", ["square", "linear"])
def test_a_side_without_people_fights_no_battle(law, parameters):
    stage = Simulation(scenario.load("teaching"), law=law, parameters=parameters)
    for replication in range(10):
        run = stage.run(1, replication)
        assert faults(run) == []
        absent = "vanguard" if "amber_host" in parameters else "garrison"
        assert len(rows(run, EventKind.KILLED, EventKind.WOUNDED, force=absent)) == 0 or absent == "garrison"
        if "amber_host" in parameters:
            assert len(rows(run, EventKind.ASSAULT, EventKind.KILLED, EventKind.WOUNDED)) == 0


def test_a_side_whose_every_force_is_empty_loses_every_place_that_is_walked_into():
    empty = dict.fromkeys(("garrison", "outpost", "watch", "riders"), 0.0)
    data = teaching_data()
    orders = {id: one | {"based_on": [], "rationale": "for a test"} for id, one in data["orders"].items()}
    run = fought(battle({"village_assault": orders["village_assault"]}, strengths=empty))
    assert faults(run) == []
    assert len(rows(run, EventKind.ASSAULT, EventKind.KILLED, EventKind.WOUNDED)) == 0
    assert run.event_log.control_series("amber", "village")[1][-1] == 1.0


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_battle_of_no_length_is_its_opening(stage, seconds):
    run = replace(stage, until=stage.scenario.begins + timedelta(seconds=seconds)).run()
    assert set(run.log["time"]) == {0.0}
    assert (
        {EventKind.FRONT_MOVED, EventKind.PLACED}
        <= set(run.log["event"])
        <= {EventKind.FRONT_MOVED, EventKind.PLACED, EventKind.LIGHT, EventKind.FOG, EventKind.RAIN}
    )


def test_without_orders_there_is_contact_only():
    run = fought(battle({}, contact_per_1000_day=40))
    assert faults(run) == []
    assert len(rows(run, EventKind.KILLED, EventKind.WOUNDED)) > 10
    quiet = {
        EventKind.PLACED,
        EventKind.FRONT_MOVED,
        EventKind.KILLED,
        EventKind.WOUNDED,
        EventKind.LIGHT,
        EventKind.FOG,
    }
    assert set(run.log["event"]) <= quiet
    assert set(run.log["order"]) == {NONE}
    assert rows(run, EventKind.FRONT_MOVED)["time"].max() == 0.0
    beside_the_enemy = {run.event_log.labels.places.index(place) for place in ("village", "hill", "camp")}
    assert set(rows(run, EventKind.KILLED, EventKind.WOUNDED)["place"]) == beside_the_enemy


# Behaviour: the same dice with one thing changed


def surely_more(more: list[float], less: list[float]) -> bool:
    """Whether paired results differ by more than chance brings about once in a million samples."""
    differences = np.array(more) - np.array(less)
    return bool(differences.mean() > SIGMAS * differences.std(ddof=1) / np.sqrt(len(differences)))


STORM = {
    "intensity_sigma": 0.5,
    "fatigue_per_hour": 0.1,
    "advance_km_per_day": 4,
    "break_attack_sigma": 0.8,
    "break_defend_sigma": 0.8,
    "killing_rate_teal": 0.6,
    "killing_rate_amber": 0.6,
}


def village_lost(people: dict[str, float] | None = None, **priors: float) -> list[float]:
    """Whether the village is lost to one assault, for each of the same seeds."""
    strengths = {"vanguard": 250, "outpost": 150} | (people or {})
    orders = {"storm": attack("amber", "village", "vanguard")}
    stage = Simulation(battle(orders, strengths=strengths, **(STORM | priors)))
    runs = [stage.run(1, replication) for replication in range(150)]
    return [float(run.event_log.control_series("amber", "village")[1][-1] > 0.5) for run in runs]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"people": {"vanguard": 500}}, {"people": {"vanguard": 60}}),
        ({"people": {"outpost": 50}}, {"people": {"outpost": 600}}),
        ({"killing_rate_amber": 2}, {"killing_rate_amber": 0.3}),
        ({"killing_rate_teal": 0.2}, {"killing_rate_teal": 2}),
        (
            {"break_attack_median": 0.9, "people": {"outpost": 80}},
            {"break_attack_median": 0.02, "people": {"outpost": 80}},
        ),
        ({"break_defend_median": 0.1}, {"break_defend_median": 0.8}),
        ({"assault_hours": 20}, {"assault_hours": 1}),
        ({"advance_km_per_day": 15}, {"advance_km_per_day": 0.5}),
    ],
    ids=lambda changed: "-".join(f"{name}-{value}" for name, value in changed.items()),
)
def test_the_village_falls_more_often(more, less):
    easier, harder = village_lost(**more), village_lost(**less)
    assert surely_more(easier, harder)
    assert not surely_more(harder, easier)
    assert not surely_more(easier, easier[::-1])


def test_cover_saves_the_defenders():
    def lost(cover: float) -> list[float]:
        data = teaching_data()
        for terrain in ("works", "houses"):
            data["terrains"][terrain]["cover"] = {"value": cover, "assumption": "for a test"}
        stage = Simulation(validated(data), until=scenario.load("teaching").begins + timedelta(hours=14))
        runs = [stage.run(1, replication) for replication in range(100)]
        return [len(rows(run, EventKind.KILLED, EventKind.WOUNDED, side="teal")) for run in runs]

    assert surely_more(lost(0.0), lost(0.8))


# Plain and compiled rules


def same_bits(stage: Simulation, replications: int) -> None:
    compiled = replace(stage, execution_mode="compiled")
    for replication in range(replications):
        one, other = stage.run(1, replication), compiled.run(1, replication)
        assert one.log.tobytes() == other.log.tobytes(), replication
        assert one.forces.tobytes() == other.forces.tobytes()
        assert (one.n_phases, one.parameters, one.normal_inputs) == (
            other.n_phases,
            other.parameters,
            other.normal_inputs,
        )


@pytest.mark.slow
def test_plain_and_compiled_rules_give_the_same_bits(teaching, december):
    same_bits(teaching, 60)
    same_bits(december, 10)


@pytest.mark.slow
def test_a_log_that_outgrows_its_room_is_fought_again_with_more(teaching):
    compiled = replace(teaching, execution_mode="compiled")
    compiled.state_factory.log_capacity = 16
    for replication in range(3):
        assert compiled.run(1, replication).log.tobytes() == teaching.run(1, replication).log.tobytes()
    assert compiled.state_factory.log_capacity > 16


def test_rates_next_to_nothing_are_no_trouble_in_either_form(teaching):
    parameters = {"killing_rate_teal": 1e-310, "killing_rate_amber": 1e-13, "contact_per_1000_day": 1e-9}
    stage = replace(teaching, parameters=parameters)
    same_bits(stage, 5)
    assert len(rows(stage.run(1, 0), EventKind.KILLED, EventKind.WOUNDED, order=NONE)) == 0


@pytest.mark.verify
def test_plain_and_compiled_rules_give_the_same_bits_under_the_linear_law(teaching):
    same_bits(replace(teaching, law="linear"), 60)
