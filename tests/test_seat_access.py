"""What the seat's page may ask, over a socket: with the token only, in few words, and answered in a sentence."""

import pytest
from support.explorers import ask, assert_refused_in_words, serve_in_thread
from support.seats import make_seat_service

from sim.serve.access import MAX_BODY_BYTES, make_token
from sim.serve.seat_service import MAX_NUMBER

TOKEN = make_token()
GAME = {"side": "teal", "other": "record", "pace": "decisions", "replication": 0}
PATHS = ("/seat/games", "/seat/begin", "/seat/show", "/seat/move", "/seat/review")


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """A server of games on a free port, in a thread."""
    seat = make_seat_service(tmp_path_factory.mktemp("games"))
    with serve_in_thread(seat.service, TOKEN, seat.make_routes()) as number:
        yield number


def send(port, path, body):
    return ask(port, "POST", path, body, X_Sim_Token=TOKEN)


def test_the_shell_can_be_had_and_has_no_battle_in_it(port):
    answer = ask(port, "GET", "/seat")
    assert answer.status == 200
    assert "millbrook" not in answer.text.lower()


@pytest.mark.parametrize("path", PATHS)
def test_without_the_token_nothing_is_told(port, path):
    assert ask(port, "POST", path, {}).status == 403
    assert ask(port, "POST", path, {}, X_Sim_Token=TOKEN, Host="example.org").status == 421
    assert ask(port, "POST", path, {}, X_Sim_Token=TOKEN, Origin="http://example.org").status == 403
    assert send(port, path, b" " * (MAX_BODY_BYTES + 1)).status == 413


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/seat/begin", b"no", "not JSON"),
        ("/seat/begin", {}, "side: is missing"),
        (
            "/seat/begin",
            {**GAME, "replication": -1},
            "not a whole number",
        ),
        (
            "/seat/begin",
            {**GAME, "replication": MAX_NUMBER + 1},
            "not a whole number",
        ),
        (
            "/seat/begin",
            {**GAME, "replication": True},
            "not a whole number",
        ),
        ("/seat/begin", {**GAME, "side": "blue"}, "unknown side"),
        ("/seat/begin", {**GAME, "other": "me"}, "unknown commander"),
        ("/seat/begin", {"side": "teal", "other": "record", "replication": 0}, "pace: is missing"),
        ("/seat/begin", {**GAME, "pace": "slow"}, "unknown pace"),
        ("/seat/show", {"game": 1}, "game: is missing"),
        ("/seat/show", {"game": "../../etc"}, "no such game"),
        ("/seat/move", {"game": "base/x", "moves": "many", "move": "next"}, "moves: not a whole number"),
        ("/seat/move", {"game": "base/x", "moves": 0, "move": []}, "move: is missing"),
        ("/seat/move", {"game": "base/x", "moves": 0, "move": "next"}, "no such game"),
        ("/seat/review", {"game": "base/x"}, "no such game"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_sentence(port, path, body, told):
    assert_refused_in_words(send(port, path, body), told)


def test_a_review_of_a_game_that_goes_on_is_refused(port):
    game = send(port, "/seat/begin", GAME)
    assert game.status == 200
    name = game.text.partition('"game":"')[2].partition('"')[0]
    assert send(port, "/seat/review", {"game": name}).status == 400
