"""The seat of the page: it shows what the terminal shows and no more, keeps every move, refuses what is not ours."""

import asyncio
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pages import PageReader
from support.seats import make_game_archive, make_seat_service

import sim
from sim.report.commander_rule import describe_rule
from sim.report.seat_digest import Digest, list_news
from sim.runs.run_directory import lock_folder
from sim.seat.game import REST, Game
from sim.seat.game_file import GAME_FILE, read_game_file
from sim.seat.review_file import REVIEW_FILE
from sim.serve import seat_page
from sim.serve.access import OPEN_PATHS
from sim.serve.levers import PositionError
from sim.serve.seat_map import build_situation_sheet
from sim.serve.seat_page import MAX_LINES


@pytest.fixture
def service(tmp_path):
    return make_seat_service(tmp_path)


@pytest.fixture
def games(service):
    return service.games


def begin(games, side="teal", other="record", pace="every_report"):
    return games.begin_game({"side": side, "other": other, "replication": "0", "pace": pace})


def play(games, name, *moves):
    for move in moves:
        assert games.make_move(name, len(games.find(name).moves), move)
    return games.find(name)


def cut_future(game: Game) -> Game:
    """The same game with nothing in its log of what is still to come."""
    run = game.battle.run
    log = run.event_log
    past = log.rows["time"] <= game.hours
    cut_log = replace(log, rows=log.rows[past])
    return replace(game, battle=replace(game.battle, run=replace(run, event_log=cut_log)))


def test_a_game_of_the_page_is_one_of_the_terminal_and_the_other_way_round(games, call, tmp_path):
    name = begin(games)
    play(games, name, "send riders fort", "next")
    script = tmp_path / "answers.txt"
    script.write_text("\nquit\n")
    code, _, err = call("play", f"game={tmp_path / name}", f"script={script}")
    assert (code, err) == (0, "")
    assert games.find(name).moves == ["send riders fort", "next", "next"]  # what the terminal did
    words = ("scenario=teaching", "side=amber", "runs=12", f"outputs={tmp_path}", f"script={script}")
    assert call("play", *words)[0] == 0
    [listed] = [each for each in games.list_games() if each.folder != name]
    assert (listed.side, listed.scenario) == ("amber", "teaching")
    stored = play(games, listed.folder, "next")
    assert read_game_file(tmp_path / listed.folder).moves == stored.moves == ["next", "next"]


def test_a_stop_says_what_the_terminal_says(service):
    name = begin(service.games)
    stored = play(service.games, name, "next", "next", "next")
    text = " ".join(" ".join(PageReader(service.describe(name)["html"]).texts).split())
    for line in list_news(stored.game):
        assert " ".join(line.split()) in text
    for choice in stored.game.choices:
        assert f'data-move="{choice.id}"' in service.describe(name)["html"]


@pytest.mark.parametrize("count", [1, MAX_LINES + 1, MAX_LINES + 2, MAX_LINES + 4])
def test_what_is_more_than_a_phone_shows_at_once_is_folded(service, monkeypatch, count):
    name = begin(service.games)
    play(service.games, name, "next")
    digest = Digest(tuple(f"0{n}:00  news" for n in range(count)), tuple(f"report {n}" for n in range(count)))
    monkeypatch.setattr(seat_page, "build_digest", lambda game: digest)
    html = service.describe(name)["html"]
    folded = re.findall(r'<details class="folded">.*?</details>', html, flags=re.DOTALL)
    n_folded = count - MAX_LINES if count > MAX_LINES + 1 else 0
    assert [text.count("<li>") for text in folded] == ([n_folded] * 2 if n_folded else [])


@pytest.mark.parametrize("side", ["teal", "amber"])
def test_nothing_of_what_is_to_come_is_shown(service, side):
    """A stop is the same from a log that ends there."""
    name = begin(service.games, side)
    for _ in range(6):
        stored = service.games.find(name)
        if stored.game.stop is None:
            break
        whole = service.page.render_stop(stored)
        game, stored.game = stored.game, cut_future(stored.game)
        assert len(stored.game.run.event_log.rows) < len(game.run.event_log.rows)
        assert service.page.render_stop(stored) == whole
        stored.game = game
        play(service.games, name, "next")


def test_no_number_of_the_enemy_is_on_the_map(service):
    stored = play(service.games, begin(service.games), "next", "next", "next")
    [wide, _] = [build_situation_sheet(each, stored.game) for each in service.page.find_atlas(stored).playback_sheets]
    own = {force.place for force in stored.game.situation.forces.values() if force.people > 0 and force.place}
    assert len(wide.forces) == len(own)
    assert sum(each.people for each in wide.forces) == pytest.approx(
        sum(force.people for force in stored.game.situation.forces.values() if force.place), abs=len(own)
    )


@pytest.mark.parametrize("side", ["teal", "amber"])
def test_own_ground_has_the_colour_of_the_side(service, side):
    stored = service.games.find(begin(service.games, side))
    sheet = build_situation_sheet(service.page.find_atlas(stored).playback_sheets[0], stored.game)
    number = list(stored.game.battle.scenario.sides).index(side)
    assert sheet.state == ("first", "second")[number]
    for marker in sheet.sheet.markers:
        assert marker.shares[2 * number] == stored.game.situation.places[marker.place].share


@pytest.mark.parametrize("side", ["teal", "amber"])
def test_only_what_is_the_enemys_keeps_its_look_where_nobody_of_the_side_is(service, side):
    """At every stop of a game: elsewhere a place without own people is pale, since it may be otherwise by now."""
    name = begin(service.games, side)
    stored, n_lost, n_unseen = service.games.find(name), 0, 0
    while stored.game.stop is not None:
        sheet = build_situation_sheet(service.page.find_atlas(stored).playback_sheets[0], stored.game)
        places, unseen = stored.game.situation.places, {marker.place for marker in sheet.unseen}
        empty = {id for id, place in places.items() if place.people <= 0.0}
        lost = {id for id in empty if places[id].holding == "lost"}
        assert unseen == empty - lost
        assert all(places[id].share < 0.5 for id in lost)
        n_lost, n_unseen = n_lost + len(lost), n_unseen + len(unseen)
        stored = play(service.games, name, "next")
    assert n_lost
    assert n_unseen


def test_a_move_of_an_older_page_does_nothing(service):
    name = begin(service.games)
    play(service.games, name, "next")
    assert not service.games.make_move(name, 0, "next")
    assert service.games.find(name).moves == ["next"]


def test_a_game_that_is_open_in_a_terminal_is_not_moved(games, tmp_path):
    name = begin(games)
    with lock_folder(tmp_path / name), pytest.raises(PositionError, match="played in a terminal"):
        games.make_move(name, 0, "next")
    play(games, name, "next")


@pytest.mark.parametrize("move", ["", "fly", "send riders nowhere", "undo", "hold afternoon_strikes", "a" * 10_000])
def test_what_can_not_be_decided_is_one_sentence_and_nothing_is_written(games, tmp_path, move):
    name = begin(games)
    before = (tmp_path / name / GAME_FILE).read_bytes()
    with pytest.raises(PositionError, match="can't be decided here") as refused:
        games.make_move(name, 0, move)
    assert len(str(refused.value)) < 200
    assert (tmp_path / name / GAME_FILE).read_bytes() == before


@pytest.mark.parametrize("name", ["", ".", "..", "../../etc", "/etc", "base", "base/nothing", "serve/conf"])
def test_folders_without_a_game_are_none(games, name):
    with pytest.raises(PositionError, match="no such game"):
        games.find(name)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True), kind=st.sampled_from(["cut", "change"]))
def test_a_game_file_that_is_damaged_anywhere_is_refused_in_one_line(tmp_path_factory, share, kind):
    folder = tmp_path_factory.mktemp("games")
    games = make_game_archive(folder)
    name = begin(games)
    path = folder / name / GAME_FILE
    text = path.read_bytes().rstrip()
    place = int(share * len(text))
    damaged = text[:place] if kind == "cut" else text[:place] + b"#" + text[place + 1 :]
    path.write_bytes(damaged)
    games.opened.clear()
    with pytest.raises(PositionError) as refused:
        games.find(name)
    assert "\n" not in str(refused.value)
    assert path.read_bytes() == damaged
    assert list(games.list_games()) == []


def test_the_rest_is_left_to_the_recorded_orders(games):
    stored = play(games, begin(games), "next", REST)
    assert stored.game.stop is None
    assert set(stored.moves) == {"next"}
    with pytest.raises(PositionError, match="over"):
        games.make_move(stored.folder.relative_to(games.outputs).as_posix(), len(stored.moves), "next")


async def read_review(service, name):
    """The lines of a review."""
    return [json.loads(line) async for line in service.iterate_review(name, service.games.find(name))]


def test_a_review_says_how_far_it_is_and_is_kept_with_its_page_and_question(service, call, tmp_path):
    name = begin(service.games)
    play(service.games, name, "send riders fort", REST)
    *progress, last = asyncio.run(read_review(service, name))
    assert all(line["done"] <= line["battles"] or not line["battles"] for line in progress)
    reader = PageReader(last["html"])
    assert reader.faults == []
    text = " ".join(" ".join(reader.texts).split())
    for words in ("Which decisions mattered", "send the riders to the fort", "Your luck", "Open the saved page"):
        assert words in text
    assert (tmp_path / name / "report.html").is_file()
    assert (tmp_path / name / "conf" / "question" / "played.yaml").is_file()
    command = re.search(r"sim (whatif [^<]*)", text.replace("Play another game", "\n"))[1].split()
    assert call(*command[: command.index("runs=12")], "runs=3", "workers=1", f"outputs={tmp_path / 'more'}")[0] == 0
    assert len(asyncio.run(read_review(service, name))) == 1  # it is not fought again


def test_a_review_is_kept_for_a_server_that_is_begun_again(service, call, tmp_path, monkeypatch):
    name = begin(service.games)
    play(service.games, name, "send riders fort", REST)
    last = asyncio.run(read_review(service, name))[-1]
    page = (tmp_path / name / "report.html").read_bytes()
    again = make_seat_service(tmp_path)
    monkeypatch.setattr("sim.serve.review.submit_battles", refuse_battles)
    shown = asyncio.run(read_review(again, name))[-1]
    assert shown.keys() == {"html"}
    assert re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+", "", shown["html"]) == re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+", "", last["html"])
    assert (tmp_path / name / "report.html").read_bytes() == page
    monkeypatch.setattr("sim.runs.replicate.iterate_batches", refuse_battles)
    assert call("play", f"game={tmp_path / name}")[0] == 0  # the terminal has it, too
    (tmp_path / name / REVIEW_FILE).write_text("{}")
    again.reviews.clear()
    with pytest.raises(AssertionError, match="fought"):
        asyncio.run(read_review(again, name))


def refuse_battles(*given):
    raise AssertionError("fought again")


@pytest.mark.slow
def test_a_review_is_that_of_the_terminal(service, call, tmp_path):
    name = begin(service.games)
    play(service.games, name, "send riders fort", REST)
    last = asyncio.run(read_review(service, name))[-1]
    page = (tmp_path / name / "report.html").read_text()
    (tmp_path / name / REVIEW_FILE).unlink()
    assert call("play", f"game={tmp_path / name}")[0] == 0
    again = (tmp_path / name / "report.html").read_text()
    assert re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+", "", page) == re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+", "", again)
    assert last["html"]


def test_a_review_that_nobody_waits_for_is_stopped(service, monkeypatch):
    monkeypatch.setattr("sim.serve.review.MAX_STEP", 1)
    monkeypatch.setattr("sim.serve.seat_service.PROGRESS_SECONDS", 0.001)
    name = begin(service.games)
    play(service.games, name, REST)

    async def leave():
        lines = service.iterate_review(name, service.games.find(name))
        await anext(lines)
        await lines.aclose()

    asyncio.run(leave())
    assert service.service.streams == 0
    assert not (service.games.outputs / name / "report.html").exists()


def test_two_persons_are_told_whose_seat_it_is(service):
    name = begin(service.games, other="person")
    assert "The seat is that of the Teal army." in service.describe(name)["html"]
    play(service.games, name, "next")
    assert "The seat is that of the Amber host." in service.describe(name)["html"]


def test_games_are_listed_with_their_decisions(service):
    name = begin(service.games)
    play(service.games, name, "send riders fort", "undo", "send riders fort", "next")
    [listed] = service.games.list_games()
    assert (listed.folder, listed.n_decisions, listed.has_page) == (name, 1, False)
    page = service.render_games()
    assert PageReader(page).faults == []
    assert "the Teal army, to hold the fort" in page
    rules = [describe_rule(sim.load("teaching"), side) for side in ("teal", "amber")]
    assert all(rule and rule in page for rule in rules)  # what the fixed rule does stands where it is chosen


def test_the_shell_is_open_and_has_nothing_in_it():
    assert "/seat" in OPEN_PATHS
