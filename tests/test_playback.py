"""What the playback plays: the battles are chosen as it says, and a story says what its log does."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from sim.battle.fight import Stage
from sim.events import Outcome, What
from sim.experiment import store
from sim.experiment.provenance import describe, results_digest
from sim.experiment.replicate import Study, carry_out
from sim.report.playback.chance import chance
from sim.report.playback.choice import Choice, by_luck, choices
from sim.report.playback.light import light
from sim.report.playback.record import record
from sim.report.playback.routes import Ways
from sim.report.playback.story import story
from sim.scenario import load

RUNS = 20
ONE = Choice(3, ("a battle",), ("for the test",))


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


@pytest.fixture(scope="module")
def study(scenario):
    return Study(Stage(scenario), seed=7, runs=RUNS)


@pytest.fixture(scope="module")
def results(study):
    batch = carry_out(study, workers=1)
    return store.results(study, batch, describe(study, results_digest(batch), {}))


def test_the_luckiest_holds_most_and_the_unluckiest_least(scenario, results):
    held = dict(enumerate(results.runs["objective_share"].to_pylist()))
    chosen = {name: each.replication for each in choices(scenario, results) for name in each.names}
    assert held[chosen["luckiest"]] == max(held.values())
    assert held[chosen["unluckiest"]] == min(held.values())
    assert held[chosen["median"]] == sorted(held.values(), reverse=True)[(RUNS - 1) // 2]


def test_own_dead_decide_among_equals(scenario, results):
    equal = results.runs.set_column(
        results.runs.schema.get_field_index("objective_share"), "objective_share", pa.array([1.0] * RUNS)
    )
    dead = equal["killed_teal"].to_pylist()
    order = by_luck(scenario, replace(results, runs=equal))
    assert [dead[row] for row in order] == sorted(dead)


def test_the_closest_to_the_record_has_most_scored_claims_true(scenario, results):
    (closest,) = [each for each in choices(scenario, results) if "closest to the record" in each.names]
    scored = {id for id, claim in scenario.claims.items() if claim.scored != "carried"}
    held = np.zeros(RUNS)
    for row in results.claims.to_pylist():
        held[row["replication"]] += row["holds"] and row["claim"] in scored
    assert held[closest.replication] == held.max()
    assert f"{int(held.max())} of {len(scored)} scored claims" in " ".join(closest.says)


def test_one_battle_is_shown_once(scenario):
    alone = Study(Stage(scenario), seed=7, runs=1)
    batch = carry_out(alone, workers=1)
    found = choices(scenario, store.results(alone, batch, describe(alone, results_digest(batch), {})))
    assert [each.names for each in found] == [("the only battle",)]


@pytest.mark.parametrize("replication", range(5))
def test_a_story_ends_as_its_battle_does(scenario, study, replication):
    run = study.stage.fight(7, replication)
    told = story(scenario, run, ONE)
    for force, row in enumerate(run.forces):
        steps = told.stands[force]
        if steps and steps[-1][1] >= 0:
            assert steps[-1][2] == round(float(row["strength"])), force
    for side in range(2):
        mine = run.log["side"] == side
        assert told.killed[side][-1] == run.history.amount(What.KILLED, mine)
        assert told.wounded[side][-1] == run.history.amount(What.WOUNDED, mine)
        assert told.killed[side] == sorted(told.killed[side])
    for place in range(len(scenario.places)):
        moves = run.log[(run.log["what"] == What.LINE) & (run.log["place"] == place)]
        assert told.line[place][-1][1] == pytest.approx(float(moves["amount"][-1]), abs=1e-4)


def test_the_claims_of_a_story_are_those_of_the_table(scenario, study, results):
    told = story(scenario, study.stage.fight(7, 3), ONE)
    rows = [row for row in results.claims.to_pylist() if row["replication"] == 3]
    assert set(told.holds) == {row["claim"] for row in rows if row["holds"]}
    assert 0 < len(told.holds) < len(rows)


def test_a_story_has_every_order_that_was_fought(scenario, study):
    run = study.stage.fight(7, 3)
    told = story(scenario, run, ONE)
    assert len(told.fights) == (run.log["what"] == What.ASSAULT).sum()
    assert len([each for each in told.flashes if each.kind == "bomb"]) == (run.log["what"] == What.BOMB).sum()
    bombs = run.log[run.log["what"] == What.BOMB]
    hits = [each.hit for each in told.flashes if each.kind == "bomb"]
    assert hits == [bool(row["detail"] == Outcome.ON_TARGET) for row in bombs]
    assert all(march.leaves < march.arrives for march in told.marches)
    assert {march.way[0] for march in told.marches} <= set(range(len(scenario.places)))


def test_a_story_lists_its_steps_in_the_order_of_time(scenario, study):
    told = story(scenario, study.stage.fight(7, 3), ONE)
    for steps in [*told.line, *told.stands, told.fog, told.rain, told.diary]:
        hours = [step[0] for step in steps]
        assert hours == sorted(hours)


def test_the_diary_of_a_story_is_the_diary(scenario, study):
    from sim.report.diary import tell

    run = study.stage.fight(7, 3)
    lines = [line.strip() for line in tell(scenario, run)]
    sentences = [sentence for _, sentence in story(scenario, run, ONE).diary]
    for sentence in sentences[1:]:
        assert any(sentence in line for line in lines) or sentence.startswith("Of the day"), sentence


def test_ways_follow_links(scenario):
    ways = Ways(scenario)
    places = list(scenario.places)
    joined = {frozenset(link.between) for link in scenario.links.values()}
    way = ways.between(places.index("mill"), places.index("camp"))
    assert (places[way[0]], places[way[-1]]) == ("mill", "camp")
    assert all(frozenset((places[a], places[b])) in joined for a, b in pairwise(way))


def test_places_that_no_link_joins_are_joined_by_a_straight_line(scenario):
    alone = scenario.model_copy(update={"links": {}})
    assert Ways(alone).between(0, 3) == [0, 3]


def test_chances_add_up_and_deaths_never_fall(scenario, results, study):
    found = chance(scenario, results, study.stage.ends)
    assert found.battles == RUNS
    assert found.hours == [24.0, 48.0, 72.0]
    assert np.allclose(np.sum(found.control, axis=2), 1.0, atol=2e-4)
    dead = np.array(found.killed)
    assert (np.diff(dead, axis=0) >= 0).all()
    assert (np.diff(dead, axis=2) >= 0).all()


def test_the_light_of_a_day_comes_in_order(scenario):
    for day in light(scenario, 72.0):
        assert day.dawn < day.rise < day.fall < day.dusk
        assert 0 <= day.moon <= 1


@pytest.mark.parametrize("name", ["teaching", "dec2014"])
def test_the_record_lies_within_the_battle_and_says_where_it_is_from(name):
    scenario = load(name)
    ends = scenario.hours(scenario.ends)
    entries = record(scenario, ends, [])
    assert len(entries) >= 5
    assert all(0 <= entry.begins <= entry.ends <= ends for entry in entries)
    assert all("paragraph" in entry.at and entry.source and entry.says for entry in entries)
    assert {"loss", "control", "event"} == {entry.kind for entry in entries}
