"""The pace of a game: where it waits, the same battle in either, and what came in meanwhile in a few lines."""

import json
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.battle.simulation import Simulation
from sim.cli.stored_game import begin_stored_game, open_stored_game
from sim.events.log import EventKind
from sim.perturbations.base import PerturbationError
from sim.report.seat_digest import (
    FEW_LINES,
    MAX_DIGEST_LINES,
    build_digest,
    is_contradicting,
    list_new_reports,
    list_news,
    rank_news,
)
from sim.report.seat_news import NewsLine, format_content, format_source
from sim.scenario import load
from sim.seat.course import TooLateError
from sim.seat.game import GO_ON, Game, GameSetup, apply_move, begin_game, decide, go_on
from sim.seat.game_file import GAME_FILE, GameFile, GameFileError, read_game_file
from sim.seat.stops import asks_for_decision
from sim.storage.fingerprint import compute_digest

SCENARIOS = ("teaching", "dec2014", "shaer", "khafji", "goose_green", "dienbienphu", "rorkes_drift", "shiloh")


@cache
def open_simulation(scenario: str) -> Simulation:
    """A scenario by the quicker scheduler, read once."""
    return Simulation(load(scenario), scheduler="compiled")


def make_setup(scenario="teaching", side="teal", replication=0, other="record", pace="decisions"):
    """A battle to be commanded."""
    return GameSetup(open_simulation(scenario), 7, replication, side, other, pace)


def list_stops(setup: GameSetup) -> list[Game]:
    """The game at each of its stops, with nothing decided."""
    games = [begin_game(setup)]
    while (game := go_on(games[-1])).stop is not None:
        games.append(game)
    return games


def play_in_other_pace(game: Game, pace: str) -> Game:
    """The game at its end, with the same decisions at the same moments in another pace."""
    left = list(game.decisions)
    again = begin_game(replace(game.setup, pace=pace))
    while again.stop is not None:
        while left and (left[0].hours, left[0].side) == (again.hours, again.side):
            again = decide(again, left.pop(0).choice)
        again = go_on(again)
    assert not left
    return again


# Where it waits


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_it_waits_at_the_stops_that_ask_and_at_no_other(scenario):
    for side in load(scenario).sides:
        every = list_stops(make_setup(scenario, side, pace="every_report"))
        asking = list_stops(make_setup(scenario, side))
        assert [game.stop for game in asking] == [
            game.stop for game in every if asks_for_decision(game.battle, game.stop)
        ]
        assert 1 < len(asking) < len(every)
        # no order is given without having been asked about, and no place changes hands in between
        assert {id for game in asking for id in game.stop.due_orders} == {
            id for game in every for id in game.stop.due_orders
        }
        turns = {each.hours for each in every[0].battle.sightings[side] if each.changes_hands}
        assert turns <= {game.hours for game in asking}


@settings(max_examples=10, deadline=None)
@given(replication=st.integers(0, 1000), side=st.sampled_from(["government", "isil"]))
def test_a_place_changes_hands_by_turns_and_is_lost_only_if_it_was_held(replication, side):
    game = begin_game(make_setup("dec2014", side, replication))
    initial = {id: place.holding for id, place in game.situation.places.items()}
    for place, before in initial.items():
        seen = [each for each in game.battle.sightings[side] if each.place == place and each.kind != "attack"]
        held = before
        for each in seen:
            assert each.changes_hands == (each.kind != held)
            held = each.kind


# The same battle


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_same_decisions_give_the_same_battle_in_either_pace(data):
    scenario, side = data.draw(
        st.sampled_from([("teaching", "teal"), ("teaching", "amber"), ("dec2014", "government")])
    )
    other = data.draw(st.sampled_from(["record", "rule", "person"]))
    setup = make_setup(scenario, side, data.draw(st.integers(0, 50)), other)
    try:
        game = begin_game(setup)
    except PerturbationError:
        return
    for _ in range(8):
        if game.stop is None:
            break
        try:
            game = apply_move(game, data.draw(st.sampled_from([GO_ON, *(choice.id for choice in game.choices)])))
        except TooLateError:
            continue
    again = play_in_other_pace(game, "every_report")
    assert again.decisions == game.decisions
    assert again.run.log.tobytes() == game.run.log.tobytes()


def test_a_game_that_is_decided_otherwise_is_another_battle():
    """The comparison of both paces can fail."""
    game = decide(begin_game(make_setup()), "send riders fort")
    other = play_in_other_pace(replace(game, decisions=()), "every_report")
    assert other.run.log.tobytes() != game.run.log.tobytes()


# On disk


def make_stored(folder, pace=None):
    words = ["scenario=teaching", "runs=3", "workers=1", f"outputs={folder}"]
    return begin_stored_game(words, {"side": "teal"} | ({} if pace is None else {"pace": pace}))


@pytest.mark.parametrize("pace", [None, "decisions", "every_report"])
def test_a_game_goes_on_in_the_pace_in_which_it_was_begun(tmp_path, pace):
    stored = make_stored(tmp_path, pace)
    for move in ("send riders fort", GO_ON, GO_ON):
        stored.make_move(move)
    again = open_stored_game(stored.folder)
    assert again.game.setup.pace == read_game_file(stored.folder).pace == (pace or "decisions")
    assert (again.game.stop, again.moves) == (stored.game.stop, stored.moves)


def strip_pace(folder):
    """Make the file of a game as those were that had no pace; its text."""
    fields = json.loads((folder / GAME_FILE).read_text())
    del fields["pace"], fields["digest"]
    (folder / GAME_FILE).write_text(json.dumps(fields | {"digest": compute_digest(fields)}))
    return (folder / GAME_FILE).read_text()


def test_a_game_of_before_goes_on_and_stops_as_it_did(tmp_path):
    stored = make_stored(tmp_path, "every_report")
    for move in ("send riders fort", GO_ON, GO_ON, GO_ON):
        stored.make_move(move)
    text = strip_pace(stored.folder)
    again = open_stored_game(stored.folder)
    assert (again.game.setup.pace, again.game.stop) == ("every_report", stored.game.stop)
    (stored.folder / GAME_FILE).write_text(text.replace("riders fort", "riders village"))
    with pytest.raises(GameFileError, match="was changed"):
        read_game_file(stored.folder)
    (stored.folder / GAME_FILE).write_text(text)
    again.make_move(GO_ON)
    assert read_game_file(stored.folder).pace == "every_report"


@pytest.mark.parametrize("pace", ["decisions", "every_report"])
def test_a_pace_that_is_put_into_a_file_by_hand_is_noticed(tmp_path, pace):
    folder = make_stored(tmp_path, "every_report").folder
    fields = json.loads(strip_pace(folder))
    assert not GameFile.model_validate(fields | {"pace": pace}).is_sealed


# What came in meanwhile


@pytest.mark.parametrize("pace", ["decisions", "every_report"])
@pytest.mark.parametrize("replication", range(3))
def test_what_came_in_is_short_and_nothing_of_it_is_lost(pace, replication):
    is_cut = False
    for game in list_stops(make_setup("dec2014", "government", replication, pace=pace)):
        digest, news, reports = build_digest(game), list_news(game), list_new_reports(game)
        assert len(digest.news) + len(digest.reports) <= MAX_DIGEST_LINES
        assert sorted(digest.news + digest.other_news) == sorted(news)
        assert [*digest.reports, *digest.other_reports] == reports
        assert list(digest.news) == [line for line in news if line in digest.news]  # by time
        assert digest.n_others == len(news) + len(reports) - len(digest.news) - len(digest.reports)
        if len(news) + len(reports) <= FEW_LINES:
            assert digest.n_others == 0
        is_cut = is_cut or digest.n_others > 0
    assert is_cut


KINDS = (EventKind.ENDED, EventKind.ASSAULT, EventKind.ARRIVED, EventKind.SORTIE, EventKind.BOMB, EventKind.JOINED)


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3)), max_size=12))
def test_how_fights_ended_comes_before_all_else_and_their_beginning_is_left_out(drawn):
    lines = [NewsLine(str(number), kind, order) for number, (kind, order) in enumerate(drawn)]
    ranked = rank_news(lines)
    n_ended = sum(kind == EventKind.ENDED for kind, _ in drawn)
    assert all(drawn[number][0] == EventKind.ENDED for number in ranked[:n_ended])
    for number, (kind, order) in enumerate(drawn):
        is_ended = (EventKind.ENDED, order) in drawn[number:]
        is_routine = kind in (EventKind.ARRIVED, EventKind.SORTIE)
        assert (number in ranked) != (is_routine or (kind == EventKind.ASSAULT and is_ended))


def test_reports_that_contradict_what_was_known_come_first():
    n_found = 0
    for game in list_stops(make_setup("dec2014", "government")):
        scenario = game.battle.scenario
        new = [each for each in game.reports if each.hours > game.last_stop_hours]
        contradicting = [each for each in new if is_contradicting(game, each)]
        lines = list_new_reports(game)
        sources = list(dict.fromkeys(format_source(scenario, each.claim) for each in contradicting))
        assert [line.partition(": ")[0] for line in lines[: len(sources)]] == sources
        for each in contradicting:
            observable = scenario.claims[each.claim].observable
            is_own = getattr(observable, "side", None) == "government"
            assert each.is_wrong if is_own else format_content(scenario, each)
            n_found += 1
    assert n_found > 0


def test_reports_on_the_same_matter_that_agree_contradict_nothing():
    games = list_stops(make_setup("dec2014", "government"))
    game = next(each for each in games if any(is_contradicting(each, report) for report in each.reports))
    agreed = tuple(replace(report, low=report.true_value, high=report.true_value) for report in game.battle.reports)
    game.battle.__dict__["reports"] = agreed  # instead of what the sources drew
    fresh = Game(game.setup, game.battle, stop=game.stop)
    assert fresh.reports
    assert not any(is_contradicting(fresh, report) for report in fresh.reports)
