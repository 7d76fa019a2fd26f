"""What a commander reads at a stop: nothing twice, nothing that another line implies, and no number lost."""

import re
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.battle.simulation import Simulation
from sim.events.log import EventKind
from sim.report.after_action import NO_DIFFERENCE, describe_effects, make_effect_rows
from sim.report.seat_digest import list_new_reports, list_news
from sim.report.seat_news import NewsWriter, format_content, format_source, group_reports
from sim.runs.replicate import Study, iterate_batches
from sim.scenario import load
from sim.seat.after_action import collect_outcomes, review_game
from sim.seat.game import GameSetup, begin_game, decide, go_on

SIDES = {"teaching": ("teal", "amber"), "dec2014": ("government", "isil")}


def make_setup(scenario, side, replication=0):
    return GameSetup(Simulation(load(scenario), scheduler="compiled"), 7, replication, side, pace="every_report")


@cache
def list_stops(scenario, side, replication):
    """The game at each of its stops."""
    games = [begin_game(make_setup(scenario, side, replication))]
    while (game := go_on(games[-1])).stop is not None:
        games.append(game)
    return games


@pytest.fixture(
    params=[(scenario, side, n) for scenario in SIDES for side in SIDES[scenario] for n in range(2)], ids=str
)
def stops(request):
    return list_stops(*request.param)


def count_seized(rows):
    """How many of each piece of equipment."""
    seized = Counter()
    for event in rows[rows["event"] == EventKind.SEIZED]:
        seized[int(event["code"])] += int(event["value"])
    return seized


def test_every_piece_that_was_seized_is_in_a_line_and_each_moment_in_one(stops):
    for game in stops:
        log, since = game.run.log, game.last_stop_hours
        known = log[[number for number in game.situation.news if log["time"][number] > since]]
        lines = [line for line in list_news(game) if " seize " in line]
        said = sum(int(number) for line in lines for number in re.findall(r"(\d+) [a-z]", line.partition(" seize ")[2]))
        assert said == sum(count_seized(known).values())
        rows = known[known["event"] == EventKind.SEIZED]
        assert len(lines) == len(np.unique(rows[["time", "place", "side"]]))


def test_who_has_arrived_is_not_said_to_have_left_and_the_sky_stands_in_the_heading(stops):
    for game in stops:
        lines = list_news(game)
        for number, line in enumerate(lines):
            left = re.match(r".*?  (.*) leaves? ", line)
            assert not left or not any(f"  {left[1]} reach" in later for later in lines[number:])
            assert not re.search("fog|rain", line, re.IGNORECASE)


def test_the_reason_of_a_stop_is_not_told_twice(stops):
    for game in stops:
        attacked = {cause.id for cause in game.stop.causes if cause.kind == "attack"}
        begun = [number for number in game.situation.news if game.run.log["time"][number] == game.hours]
        assaults = [number for number in begun if game.run.log["event"][number] == EventKind.ASSAULT]
        assert bool(assaults) <= bool(attacked)  # what is left out stands in the heading
        writer = NewsWriter(game)
        assert all(writer.is_implied(game.run.log[number], game.run.log[:0]) for number in assaults)


def test_what_happened_is_told_again_as_long_as_nothing_else_implies_it(stops):
    game = stops[-1]
    everything = list_news(replace(game, last_decided={}))
    log = game.run.log
    ended = [number for number in game.situation.news if log["event"][number] == EventKind.ENDED]
    assert len([line for line in everything if re.search("(your|Your|The) attack", line)]) >= len(ended)


def test_reports_stand_by_their_source_and_none_is_lost(stops):
    for game in stops:
        scenario = game.battle.scenario
        new = [each for each in game.reports if each.hours > game.last_stop_hours]
        lines = list_new_reports(game)
        assert len(lines) == len({format_source(scenario, each.claim) for each in new})
        for each in new:
            [line] = [line for line in lines if line.startswith(f"{format_source(scenario, each.claim)}: ")]
            assert format_content(scenario, each).rstrip(".") in line


@given(st.data())
def test_reports_of_any_sequence_keep_that_of_their_sources(data):
    game = list_stops("dec2014", "government", 0)[-1]
    drawn = data.draw(st.lists(st.sampled_from(game.reports), max_size=12))
    scenario = game.battle.scenario
    lines = list(group_reports(scenario, drawn))
    sources = list(dict.fromkeys(format_source(scenario, each.claim) for each in drawn))
    assert [line.partition(": ")[0] for line in lines] == sources
    assert sum(line.count("; ") + 1 for line in lines) >= len(drawn)


def observe_few(name, simulation):
    """How 40 battles end."""
    return collect_outcomes(simulation.scenario, "teal", iterate_batches(Study(simulation, 7, 40, 0), 1))


def test_decisions_that_did_nothing_are_counted_in_one_sentence():
    game = begin_game(make_setup("teaching", "teal"))
    while not game.choices:
        game = go_on(game)
    for choice in game.choices[:2]:
        game = decide(game, choice.id)
    while game.stop is not None:
        game = go_on(game)
    after = review_game(game, observe_few)
    rows = make_effect_rows(after)
    n_idle = sum(row[-1] == NO_DIFFERENCE for row in rows)
    sentences = list(describe_effects(after))
    assert len(sentences) == len(rows) - n_idle + bool(n_idle)
    if n_idle:
        assert sentences[-1].startswith("No difference was found for ")
