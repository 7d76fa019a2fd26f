"""What the playback shows: the battles are selected as it says, and a replay says what its event log does."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from support.manifests import make_run_manifest

from sim.battle.simulation import Simulation
from sim.events.log import BombOutcome, EventKind
from sim.outputs import run_results
from sim.report.diary import arrange_run
from sim.report.playback.replay import RouteFinder, build_replay
from sim.report.playback.selection import SelectedReplication, rank_by_objective, select_replications
from sim.report.playback.timeline import build_claim_timeline, build_daylight, compute_ensemble_series
from sim.runs.replicate import Study, run_study
from sim.scenario import load

RUNS = 20
ONE = SelectedReplication(3, ("a battle",), ("for the test",))


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


@pytest.fixture(scope="module")
def study(scenario):
    return Study(Simulation(scenario), seed=7, runs=RUNS)


@pytest.fixture(scope="module")
def results(study):
    batch = run_study(study, workers=1)
    return run_results.make_run_tables(study, batch, make_run_manifest(study, batch))


def test_the_best_battle_holds_most_and_the_worst_least(scenario, results):
    held = dict(enumerate(results.runs["objective_share"].to_pylist()))
    chosen = {name: each.replication for each in select_replications(scenario, results) for name in each.labels}
    assert held[chosen["best for Teal"]] == max(held.values())
    assert held[chosen["worst for Teal"]] == min(held.values())
    assert held[chosen["median"]] == sorted(held.values(), reverse=True)[(RUNS - 1) // 2]


def test_own_dead_decide_among_equals(scenario, results):
    equal = results.runs.set_column(
        results.runs.schema.get_field_index("objective_share"), "objective_share", pa.array([1.0] * RUNS)
    )
    dead = equal["killed_teal"].to_pylist()
    order = rank_by_objective(scenario, replace(results, runs=equal))
    assert [dead[row] for row in order] == sorted(dead)


def test_the_closest_to_the_record_has_most_scored_claims_true(scenario, results):
    (closest,) = [each for each in select_replications(scenario, results) if "closest to the record" in each.labels]
    scored = {id for id, claim in scenario.claims.items() if claim.role != "context"}
    held = np.zeros(RUNS)
    for row in results.claims.to_pylist():
        held[row["replication"]] += row["holds"] and row["claim"] in scored
    assert held[closest.replication] == held.max()
    assert f"{int(held.max())} of {len(scored)} scored claims" in " ".join(closest.reasons)


def test_one_battle_is_shown_once(scenario):
    alone = Study(Simulation(scenario), seed=7, runs=1)
    batch = run_study(alone, workers=1)
    selected = select_replications(scenario, run_results.make_run_tables(alone, batch, make_run_manifest(alone, batch)))
    assert [each.labels for each in selected] == [("the only battle",)]


@pytest.mark.parametrize("replication", range(5))
def test_a_replay_ends_as_its_battle_does(scenario, study, replication):
    simulated = study.simulation.run(7, replication)
    run, replay = arrange_run(scenario, simulated), build_replay(scenario, simulated, ONE)
    for id, row in zip(simulated.event_log.labels.forces, simulated.forces, strict=True):
        force = list(scenario.forces).index(id)
        steps = replay.positions[force]
        if steps and steps[-1][1] >= 0:
            assert steps[-1][2] == round(float(row["strength"])), force
    for side in range(2):
        mine = run.log["side"] == side
        assert replay.killed[side][-1] == run.event_log.sum_values(EventKind.KILLED, mine)
        assert replay.wounded[side][-1] == run.event_log.sum_values(EventKind.WOUNDED, mine)
        assert replay.killed[side] == sorted(replay.killed[side])
    for place in range(len(scenario.places)):
        moves = run.log[(run.log["event"] == EventKind.FRONT_MOVED) & (run.log["place"] == place)]
        assert replay.control_steps[place][-1][1] == pytest.approx(float(moves["value"][-1]), abs=1e-4)


def test_the_true_claims_of_a_replay_are_those_of_the_table(scenario, study, results):
    replay = build_replay(scenario, study.simulation.run(7, 3), ONE)
    rows = [row for row in results.claims.to_pylist() if row["replication"] == 3]
    assert set(replay.true_claims) == {row["claim"] for row in rows if row["holds"]}
    assert 0 < len(replay.true_claims) < len(rows)


def test_a_replay_has_every_assault_and_incident(scenario, study):
    run = study.simulation.run(7, 3)
    replay = build_replay(scenario, run, ONE)
    assert len(replay.assaults) == (run.log["event"] == EventKind.ASSAULT).sum()
    assert len([each for each in replay.incidents if each.kind == "bomb"]) == (run.log["event"] == EventKind.BOMB).sum()
    bombs = run.log[run.log["event"] == EventKind.BOMB]
    hits = [each.succeeded for each in replay.incidents if each.kind == "bomb"]
    assert hits == [bool(row["code"] == BombOutcome.ON_TARGET) for row in bombs]
    assert all(march.departs < march.arrives for march in replay.marches)
    assert {march.route[0] for march in replay.marches} <= set(range(len(scenario.places)))


def test_a_replay_lists_its_steps_in_the_order_of_time(scenario, study):
    replay = build_replay(scenario, study.simulation.run(7, 3), ONE)
    for steps in [*replay.control_steps, *replay.positions, replay.fog, replay.rain, replay.diary]:
        hours = [step[0] for step in steps]
        assert hours == sorted(hours)


def test_the_diary_of_a_replay_is_the_diary(scenario, study):
    from sim.report.diary import format_diary

    run = study.simulation.run(7, 3)
    lines = [line.strip() for line in format_diary(scenario, run)]
    sentences = [sentence for _, sentence in build_replay(scenario, run, ONE).diary]
    for sentence in sentences[1:]:
        assert any(sentence in line for line in lines) or sentence.startswith(("Until ", "Losses until ")), sentence


def test_routes_follow_links(scenario):
    routes = RouteFinder(scenario)
    places = list(scenario.places)
    joined = {frozenset(link.between) for link in scenario.roads.values()}
    route = routes.find_route(places.index("mill"), places.index("camp"))
    assert (places[route[0]], places[route[-1]]) == ("mill", "camp")
    assert all(frozenset((places[a], places[b])) in joined for a, b in pairwise(route))


def test_places_that_no_link_joins_are_joined_by_a_straight_line(scenario):
    alone = scenario.model_copy(update={"roads": {}})
    assert RouteFinder(alone).find_route(0, 3) == [0, 3]


def test_chances_add_up_and_deaths_never_fall(scenario, results, study):
    series = compute_ensemble_series(scenario, results, study.simulation.end_hours)
    assert series.n_battles == RUNS
    assert series.hours == [6.0 * n for n in range(1, 13)]
    assert np.allclose(np.sum(series.control_probabilities, axis=2), 1.0, atol=2e-4)
    dead = np.array(series.killed_quantiles)
    assert (np.diff(dead, axis=0) >= 0).all()
    assert (np.diff(dead, axis=2) >= 0).all()


def test_the_light_of_a_day_comes_in_order(scenario):
    for day in build_daylight(scenario, 72.0):
        assert day.dawn < day.sunrise_hour < day.sunset_hour < day.dusk
        assert 0 <= day.moon_fraction <= 1


@pytest.mark.parametrize("name", ["teaching", "dec2014"])
def test_the_record_lies_within_the_battle_and_says_where_it_is_from(name):
    scenario = load(name)
    ends = scenario.hours_since_start(scenario.ends)
    entries = build_claim_timeline(scenario, ends, [])
    assert len(entries) >= 5
    assert all(0 <= entry.start_hour <= entry.end_hour <= ends for entry in entries)
    assert all("paragraph" in entry.citation and entry.source and entry.statement for entry in entries)
    assert {"loss", "control", "event"} == {entry.kind for entry in entries}
