"""`sim play`: a person commands one side of a documented battle, and learns what was orders and what was luck."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.cli.arguments import settings_command, split_arguments
from sim.cli.errors import SettingsError
from sim.cli.job import explain_interruption
from sim.cli.play_dialogue import Dialogue
from sim.cli.stored_game import begin_stored_game, open_stored_game
from sim.runs.run_directory import InUseError, lock_folder
from sim.seat.game_file import GameFileError, read_game_file

USAGE = (
    "usage: sim play side=SIDE [other=record|rule|person] [replication=N] [pace=decisions|every_report]\n"
    "                [script=FILE] [setting=value ...]\n"
    "       sim play game=FOLDER [script=FILE] [export=FILE.yaml]\n\n"
    "Commands one side of a battle. It stops when an order of that side is due and when a place changes hands, with\n"
    "pace=every_report also when a report comes in or a place is attacked. You see what a commander could. In the end\n"
    "you learn what your orders did and what was luck. `other` is who commands the other side, `replication` which\n"
    "luck you get, `script` a file of answers.\n"
    "A game is kept after every answer: `game` goes on with it, and `export` writes it as a question of sim whatif."
)
OWN_ARGUMENTS = ("side", "other", "replication", "pace", "script", "game", "export")
UNUSED_SETTINGS = ("perturb", "intervene_at", "question_text", "save_logs", "backend")


@dataclass(frozen=True)
class Script:
    """Answers from a file, or from standard input that is no terminal."""

    name: str
    lines: tuple[str, ...]


@settings_command(USAGE, own_arguments=OWN_ARGUMENTS, unused=UNUSED_SETTINGS)
def command(argv: list[str]) -> int:
    """Begin a game, or go on with one."""
    own_values, overrides = split_arguments(argv, OWN_ARGUMENTS)
    script = read_script(own_values.get("script"))
    if "game" in own_values:
        refuse_with_game(own_values, overrides)
        folder = Path(own_values["game"])
        export = own_values.get("export")
        return export_game(folder, Path(export)) if export is not None else go_on_with_game(folder, script)
    if "export" in own_values:
        raise SettingsError(["export: of which game? (allowed: with game=FOLDER)"])
    stored = begin_stored_game(overrides, own_values)
    with explain_interruption(stored.folder), lock_folder(stored.folder):
        return Dialogue(stored).run(iterate_answers(script))


def refuse_with_game(own_values: dict[str, str], overrides: Sequence[str]) -> None:
    """Raise SettingsError for what a game that was begun has already."""
    others = [*(name for name in ("side", "other", "replication", "pace") if name in own_values), *overrides]
    if others:
        raise SettingsError([f"{others[0]}: can't change in a game that goes on (allowed with game: script, export)"])


def go_on_with_game(folder: Path, script: Script | None = None) -> int:
    """Go on with the game of a folder, or look back on it if it is over."""
    if not folder.is_dir():
        raise SettingsError([f"game: no such folder (got {folder})"])
    try:
        read_game_file(folder)  # before the lock, which would leave a file in a folder of something else
        with explain_interruption(folder), lock_folder(folder):
            return Dialogue(open_stored_game(folder)).run(iterate_answers(script))
    except GameFileError as error:
        raise SettingsError([f"game: {error}"]) from error
    except InUseError as error:
        raise SettingsError([f"game: {error}"]) from error


def export_game(folder: Path, path: Path) -> int:
    """Write a game as a question of `sim whatif`."""
    stored = open_stored_game(folder)
    if path.suffix != ".yaml" or not path.parent.is_dir():
        raise SettingsError([f"export: not a YAML file in a folder that exists (got {str(path)!r})"])
    if path.exists():
        raise SettingsError([f"export: {path} exists (allowed: another name)"])
    stored.write_question(path)
    print(path)
    return 0


def read_script(path: str | None) -> Script | None:
    """The answers of a file, or of standard input if that is no terminal; None if a person answers."""
    if path is not None:
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not a text"
            raise SettingsError([f"script: {path}: {reason}"]) from error
        return Script(path, tuple(text.splitlines()))
    return None if sys.stdin is None or sys.stdin.isatty() else Script("standard input", ())


def iterate_answers(script: Script | None) -> Iterator[tuple[str, str]]:
    """Each answer with the place that it came from; that of a person has none."""
    if script is None:
        while True:
            try:
                yield input("> "), ""
            except EOFError:
                return
    lines = script.lines if script.name != "standard input" else sys.stdin
    for number, line in enumerate(lines, start=1):
        yield line.partition("#")[0].strip(), f"{script.name}, line {number}"
