"""`sim play`: a scripted game to its end, one that is killed and goes on, what is refused, the question of a game."""

import io
import json
import re
from pathlib import Path

import pytest

from sim.battle.simulation import Simulation
from sim.cli.build import build_simulation
from sim.cli.settings import compose_settings
from sim.scenario import load
from sim.seat.game import GameSetup
from sim.seat.game_file import GAME_FILE, read_game_file, replay_moves
from sim.storage import atomic

MOVES = ["send riders fort", "next", "", "hold afternoon_strikes"]


@pytest.fixture(autouse=True)
def wide_lines(monkeypatch):
    """Lines as wide as those of a file, whatever the screen of whoever runs the tests."""
    monkeypatch.setenv("COLUMNS", "140")


@pytest.fixture
def play(call, tmp_path):
    """`sim play` with a script: exit code, output, errors, and the folder of the game."""

    def run(answers: list[str], *words: str) -> tuple[int, str, str, Path]:
        script = tmp_path / "answers.txt"
        script.write_text("".join(f"{answer}\n" for answer in answers), encoding="utf-8")
        begin = () if any(word.startswith("game=") for word in words) else (
            "scenario=teaching", "side=teal", "pace=every_report", "runs=12", "workers=1",
            f"outputs={tmp_path / 'outputs'}",
        )  # fmt: skip
        code, out, err = call("play", *begin, *words, f"script={script}")
        folders = sorted((tmp_path / "outputs" / "base").glob("*"))
        return code, out, err, folders[-1] if folders else tmp_path

    return run


@pytest.fixture
def played(play):
    """The folder of a game with two decisions that is not over."""
    return play([*MOVES, "quit"])[-1]


def past(folder: Path) -> str:
    """The digest of what has happened in a game."""
    return read_game_file(folder).past


@pytest.mark.slow
def test_a_game_is_played_to_its_end(play):
    code, out, err, folder = play([*MOVES, "", "state", "send", "help", "rest"])
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == str(folder)
    for text in (
        "you command the Teal army",
        "The village is attacked.",
        "Decided: send the riders to the fort.",
        "The village is lost.",
        "The battle is over",
        "of your soldiers and",
        "Your orders beside others (12 battles)",
        "What each decision did",
        "sim whatif --config-dir=",
    ):
        assert text in out, text
    assert {path.name for path in folder.iterdir()} >= {GAME_FILE, "conf", "report.html"}
    page = (folder / "report.html").read_text(encoding="utf-8")
    for text in ("You reached your aim", "What each decision did", "send the riders to the fort", "your battle"):
        assert text in page, text


@pytest.mark.slow
def test_a_game_that_stops_goes_on_to_the_same_end(play, played):
    """Whether answers come at once, or the game is left between them and resumed."""
    whole = play([*MOVES, "rest"])
    code, out, _, _ = play(["rest"], f"game={played}")
    assert code == 0
    ending = out.partition("The battle is over")[2].partition("As a question")[0]
    assert ending
    assert ending == whole[1].partition("The battle is over")[2].partition("As a question")[0]
    assert past(played) == past(whole[3])


def test_a_game_killed_while_it_writes_keeps_the_move_before(play, monkeypatch):
    class Killed(BaseException):
        pass

    publish, written = atomic.publish_file, []

    def die(partial: Path, path: Path) -> None:
        if path.name == GAME_FILE:
            written.append(path)
            if len(written) == 4:
                raise Killed
        publish(partial, path)

    monkeypatch.setattr(atomic, "publish_file", die)
    with pytest.raises(Killed):
        play([*MOVES, "rest"])
    monkeypatch.undo()
    assert read_game_file(written[0].parent).moves == ["send riders fort", "next"]
    code, _, err, folder = play([*MOVES[2:], "quit"], f"game={written[0].parent}")
    assert (code, err) == (0, "")
    assert read_game_file(folder).moves == ["send riders fort", "next", "next", "hold afternoon_strikes"]


def test_sim_resume_goes_on_with_a_game(call, played, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("quit\n"))
    code, out, err = call("resume", str(played))
    assert (code, err) == (0, "")
    assert f"sim play game={played}" in out


@pytest.mark.slow
def test_the_question_of_a_game_is_asked_by_sim_whatif(call, played, tmp_path):
    path = tmp_path / "conf" / "question" / "mine.yaml"
    path.parent.mkdir(parents=True)
    assert call("play", f"game={played}", f"export={path}") == (0, f"{path}\n", "")
    arguments = [f"--config-dir={tmp_path / 'conf'}", "question=mine"]
    simulation = build_simulation(compose_settings(arguments))
    setup = GameSetup(Simulation(load("teaching")), 7, 0, "teal", pace="every_report")
    game = replay_moves(setup, read_game_file(played).moves)
    assert simulation.run(7, 0).log.tobytes() == game.run.log.tobytes()
    code, out, err = call("whatif", *arguments, "scenario=teaching", "runs=4", "workers=1", f"outputs={tmp_path}")
    assert (code, err) == (0, "")
    assert "with the riders sent to the fort and without the air strike on the village" in " ".join(out.split()).lower()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["side=blue"], "side: unknown side (got 'blue'; allowed: teal, amber)"),
        (["side=tael"], "side: unknown side (got 'tael'; did you mean teal? allowed: teal, amber)"),
        ([], "side: is missing (allowed: teal, amber)"),
        (["side=teal", "other=me"], "other: unknown commander (got 'me'; allowed: record, rule, person)"),
        (["side=teal", "pace=slow"], "pace: unknown pace (got 'slow'; allowed: decisions, every_report)"),
        (["side=teal", "replication=-1"], "replication: not a whole number from 0 (got '-1')"),
        (["side=teal", "perturb=[no_airstrikes]"], "perturb: has no effect on sim play (allowed: leave it out)"),
        (["side=teal", "export=x.yaml"], "export: of which game? (allowed: with game=FOLDER)"),
        (["side=teal", "script=nowhere"], "script: nowhere: No such file or directory"),
        (["game=nowhere"], "game: no such folder (got nowhere)"),
        (["game=.", "side=teal"], "side: can't change in a game that goes on (allowed with game: script, export)"),
        (["game=.", "pace=decisions"], "pace: can't change in a game that goes on (allowed with game: script, export)"),
        (["game=."], "game: .: holds no game (there is no game.json)"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(call, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    begin = [] if "game=" in str(words) else ["scenario=teaching"]
    assert call("play", *begin, *words) == (2, "", f"sim: {message}\n")
    assert not list(tmp_path.iterdir())


def test_no_rule_for_the_other_side_is_said_before_anything_is_written(call, tmp_path):
    code, out, err = call("play", "scenario=khafji", "side=coalition", "other=rule", f"outputs={tmp_path / 'outputs'}")
    assert (code, out) == (2, "")
    missing = "the scenario has no orders of iraq with `simulated_commander: true`"
    assert err == f"sim: other: {missing} (allowed: other=record or person)\n"
    assert not (tmp_path / "outputs").exists()


def test_a_wrong_answer_of_a_script_is_refused_with_its_line_and_the_game_is_kept(play):
    code, _, err, folder = play(["send riders fort", "hodl afternoon_strikes", "rest"])
    first, second = err.splitlines()
    assert code == 2
    assert first.startswith("sim: ")
    assert "answers.txt, line 2: unknown answer (got 'hodl afternoon_strikes'; " in first
    assert second == f"sim: the game is kept: sim play game={folder}"
    assert read_game_file(folder).moves == ["send riders fort"]


@pytest.mark.parametrize("damage", ["cut", "edit", "other battle"])
def test_a_damaged_game_is_refused_in_one_line(play, played, damage):
    path = played / GAME_FILE
    text = path.read_text(encoding="utf-8")
    if damage == "cut":
        path.write_text(text[: len(text) // 2], encoding="utf-8")
    elif damage == "edit":
        path.write_text(text.replace("riders fort", "riders village"), encoding="utf-8")
    else:
        file = read_game_file(played)
        other = file.model_copy(update={"argv": [*file.argv, "seed=8"]})
        sealed = other.model_copy(update={"digest": other.compute_seal()})
        path.write_text(json.dumps(sealed.model_dump()), encoding="utf-8")
    before = path.read_bytes()
    code, out, err, _ = play(["rest"], f"game={played}")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "begin a new game" in err or "the battle is another one now" in err
    assert path.read_bytes() == before


def test_two_persons_play_at_one_machine(play):
    code, out, err, _ = play(["send riders fort", "", "", "rest"], "other=person")
    assert (code, err) == (0, "")
    assert "The seat is that of the Teal army." in out
    assert "The seat is that of the Amber host." in out


def test_the_state_shows_what_is_lost(play):
    _, out, _, _ = play(["", "", "", "state", "quit"])
    state = out.rpartition("> state")[2]
    assert re.search(r"^the village +0 %", state, re.MULTILINE), state


def test_numbers_of_choices_stay_while_the_battle_stands(play):
    """What was third in the list is still the third, although a decision has taken choices away."""
    answers = ["", "sorties", "sorties village", "withdraw", "4", "quit"]
    code, out, err, folder = play(answers)
    assert (code, err) == (0, "")
    assert "   4  Withdraw the outpost to" in out
    assert read_game_file(folder).moves == ["next", "sorties village", "withdraw outpost"]


def test_several_numbers_in_a_line_are_a_decision_each(play):
    _, out, _, _ = play(["", "sorties", "withdraw", "quit"])
    numbers = dict(re.findall(r"^ *(\d+)  (Ask for|Withdraw the outpost)", out, re.MULTILINE))
    sorties, withdraw = sorted(numbers, key=numbers.__getitem__)
    code, out, err, folder = play(["", f"{withdraw}, {sorties}", "quit"])
    assert (code, err) == (0, "")
    assert out.count("Decided: ") == 2
    assert len(read_game_file(folder).moves) == 3
    code, out, err, _ = play(["", f"{withdraw} 999", "quit"])
    assert code == 2
    assert "unknown answer (got '999'" in err


@pytest.mark.slow
def test_the_page_on_playing_shows_what_is_printed(call, tmp_path):
    """Each line of its stops and decisions, and the headings of what comes afterwards."""
    page = (Path(__file__).resolve().parent.parent / "docs" / "playing.md").read_text(encoding="utf-8")
    *stops, afterwards = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    answers = [line.removeprefix("> ") for stop in stops for line in stop.splitlines() if line.startswith("> ")]
    script = tmp_path / "answers.txt"
    script.write_text("\n".join(["", answers[0], "", *answers[1:], "rest"]), encoding="utf-8")
    arguments = [
        "scenario=dec2014",
        "side=government",
        f"outputs={tmp_path}",
        f"script={script}",
        "runs=3",
        "workers=1",
    ]
    code, out, err = call("play", *arguments)
    assert (code, err) == (0, "")
    printed = [line.rstrip(" ─") for line in out.splitlines()]
    for line in (line for stop in stops for line in stop.splitlines()):
        assert line.rstrip() in printed, line
    for line in afterwards.splitlines():
        assert any(each.startswith(line) for each in printed), line


def test_ctrl_c_at_the_prompt_says_how_the_game_goes_on(call, tmp_path, monkeypatch):
    answers = iter(["send riders fort", "next"])

    def ask(prompt: str) -> str:
        answer = next(answers, None)
        if answer is None:
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr("builtins.input", ask)
    monkeypatch.setattr("sys.stdin", FakeTerminal())
    code, _, err = call("play", "scenario=teaching", "side=teal", f"outputs={tmp_path}")
    (folder,) = (tmp_path / "base").iterdir()
    assert (code, err) == (
        130,
        f"sim: interrupted; what is finished is kept, and goes on with: sim resume {folder}\n",
    )
    assert read_game_file(folder).moves == ["send riders fort", "next"]


class FakeTerminal(io.StringIO):
    """Standard input with a person at it."""

    def isatty(self) -> bool:
        return True
