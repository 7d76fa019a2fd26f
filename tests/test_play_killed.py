"""`sim play` killed at any moment: what was decided is on the disk, and the game goes on to the same end."""

import pytest
from support.corruption import Chooser
from support.interruptions import AT_CALL, count_calls
from support.moments import PACKAGE

from sim.seat.game_file import GAME_FILE, read_game_file

ANSWERS = ["send riders fort", "next", "next", "hold afternoon_strikes", "next", "rest"]
MOMENTS = 2  # drawn at random, beside the stages
STAGES = (
    *[("write_game_file", number) for number in range(4)],
    ("publish_file", 1),
    ("follow_battle", 2),
    ("review_game", 0),
    ("render_page", 0),
)


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """The words of a game by a script, and of one that goes on with the rest of it."""
    folder = tmp_path_factory.mktemp("scripts")

    def make(outputs, answers=ANSWERS, game=None):
        script = folder / f"{len(answers)}.txt"
        script.write_text("".join(f"{answer}\n" for answer in answers))
        begin = (
            "scenario=teaching",
            "side=teal",
            "pace=every_report",
            "runs=3",
            "workers=1",
            "engine=simpy",
            f"outputs={outputs}",
        )
        return ("play", *((f"game={game}",) if game else begin), f"script={script}")

    return make


@pytest.fixture(scope="module")
def whole(nursery, words, tmp_path_factory):
    """The game that nothing stops."""
    outputs = tmp_path_factory.mktemp("whole")
    ended = nursery.call(*words(outputs))
    assert ended.code == 0, ended.err
    [path] = outputs.glob(f"*/*/{GAME_FILE}")
    return read_game_file(path.parent)


@pytest.fixture(scope="module")
def n_calls(nursery, words, tmp_path_factory):
    """How many calls of functions of ours there are in the game."""
    return count_calls(nursery, words(tmp_path_factory.mktemp("counted")))


def check_killed_game(nursery, words, whole, outputs, function, number):
    """A game that is killed keeps the moves that were made, and goes on to the end of the whole one."""
    first = AT_CALL.format(package=PACKAGE, function=function, number=number, how="SIGKILL")
    ended = nursery.call(*words(outputs), first=first)
    assert ended.code == -9
    found = list(outputs.glob(f"*/*/{GAME_FILE}"))
    if not found:
        return 0
    folder = found[0].parent
    moves = read_game_file(folder).moves
    assert whole.moves[: len(moves)] == moves
    left = [*whole.moves[len(moves) :]]
    again = nursery.call(*words(outputs, [*left, "quit"], folder))
    assert again.code == 0, again.err
    file = read_game_file(folder)
    assert (file.moves, file.past) == (whole.moves, whole.past)
    assert (folder / "report.html").is_file()
    assert not list(folder.rglob("*.partial"))
    return len(moves)


@pytest.mark.slow
@pytest.mark.parametrize(("function", "number"), STAGES)
def test_a_game_killed_at_a_stage_goes_on_to_the_same_end(nursery, words, whole, tmp_path, function, number):
    n_moves = check_killed_game(nursery, words, whole, tmp_path, function, number)
    if function == "write_game_file":
        assert n_moves == max(number - 1, 0)  # the move before is there, this one is not


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(MOMENTS))
def test_a_game_killed_at_any_moment_goes_on_to_the_same_end(nursery, words, whole, n_calls, tmp_path, seed):
    check_killed_game(nursery, words, whole, tmp_path, "", Chooser("killed game", seed).below(n_calls))
