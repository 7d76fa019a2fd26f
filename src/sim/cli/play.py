"""`sim play`: a person commands one side of a documented battle, and learns what was orders and what was luck."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.battle.simulation import SchedulerName
from sim.cli.arguments import read_whole_number, settings_command, split_arguments
from sim.cli.build import build_scenario, make_simulation
from sim.cli.errors import SettingsError, make_choice_error
from sim.cli.job import check_output_folder, explain_interruption, make_output_folder
from sim.cli.play_dialogue import Dialogue
from sim.cli.settings import Settings, compose_settings
from sim.perturbations.base import PerturbationError
from sim.runs.run_directory import InUseError, lock_folder
from sim.scenario.problems import shorten
from sim.seat.game import OTHER_COMMANDERS, Game, GameSetup, begin_game
from sim.seat.game_file import (
    GameFileError,
    check_same_battle,
    read_game_file,
    replay_moves,
    write_game_file,
)
from sim.storage.fingerprint import compute_digest

USAGE = (
    "usage: sim play side=SIDE [other=record|rule|person] [replication=N] [script=FILE] [setting=value ...]\n"
    "       sim play game=FOLDER [script=FILE] [export=FILE.yaml]\n\n"
    "Commands one side of a battle. It stops when an order of that side is due, when a report comes in, when a place\n"
    "is attacked, lost or gained; you see what a commander could. In the end you learn what your orders did and what\n"
    "was luck. `other` is who commands the other side, `replication` which luck you get, `script` a file of answers.\n"
    "A game is kept after every answer: `game` goes on with it, and `export` writes it as a question of sim whatif."
)
OWN_ARGUMENTS = ("side", "other", "replication", "script", "game", "export")
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
    settings = compose_settings(overrides)
    setup = make_setup(settings, own_values)
    check_output_folder(settings.outputs)
    game = begin_game_or_refuse(setup)
    digest = compute_digest([setup.simulation.digest, setup.seed, setup.replication, setup.side, setup.other])
    folder = make_output_folder(settings.outputs, settings.name, digest)
    with explain_interruption(folder), lock_folder(folder):
        write_game_file(folder, overrides, game, [])
        return Dialogue(folder, overrides, settings, game, []).run(iterate_answers(script))


def refuse_with_game(own_values: dict[str, str], overrides: Sequence[str]) -> None:
    """Raise SettingsError for what a game that was begun has already."""
    others = [*(name for name in ("side", "other", "replication") if name in own_values), *overrides]
    if others:
        raise SettingsError([f"{others[0]}: can't change in a game that goes on (allowed with game: script, export)"])


def make_setup(settings: Settings, own_values: dict[str, str]) -> GameSetup:
    """Who commands which battle; raise SettingsError for a side or a commander that there is not."""
    if settings.perturb or settings.intervene_at is not None:
        raise SettingsError(["perturb: a game begins with the recorded battle (allowed: no perturbations)"])
    scenario = build_scenario(settings)
    if "side" not in own_values:
        raise SettingsError([f"side: is missing (allowed: {', '.join(scenario.sides)})"])
    if own_values["side"] not in scenario.sides:
        raise make_choice_error("side", "side", own_values["side"], list(scenario.sides))
    other = own_values.get("other", "record")
    if other not in OTHER_COMMANDERS:
        raise make_choice_error("other", "commander", other, list(OTHER_COMMANDERS))
    text = own_values.get("replication", "0")
    replication = read_whole_number(text)
    if replication is None or replication >= 2**63:
        raise SettingsError([f"replication: not a whole number from 0 (got {shorten(text)})"])
    scheduler: SchedulerName = "simpy" if settings.engine == "simpy" else "compiled"
    simulation = replace(make_simulation(settings, scenario), execution_mode="plain", scheduler=scheduler)
    return GameSetup(simulation, settings.seed, replication, own_values["side"], OTHER_COMMANDERS[other])


def begin_game_or_refuse(setup: GameSetup) -> Game:
    """The game at its opening; raise SettingsError if the other side has no rule."""
    try:
        return begin_game(setup)
    except PerturbationError as error:
        raise SettingsError([f"other: {error.message} (allowed: other=record or person)"]) from error


def open_game(folder: Path) -> Dialogue:
    """The game of a folder where it was left; raise SettingsError if it can't go on."""
    try:
        file = read_game_file(folder)
        settings = compose_settings(file.argv)
        own_values = {"side": file.side, "other": file.other, "replication": str(file.replication)}
        game = replay_moves(make_setup(settings, own_values), file.moves)
        check_same_battle(game, file)
    except GameFileError as error:
        raise SettingsError([f"game: {error}" if str(folder) in str(error) else f"game: {folder}: {error}"]) from error
    return Dialogue(folder, file.argv, settings, game, file.moves)


def go_on_with_game(folder: Path, script: Script | None = None) -> int:
    """Go on with the game of a folder, or look back on it if it is over."""
    if not folder.is_dir():
        raise SettingsError([f"game: no such folder (got {folder})"])
    try:
        read_game_file(folder)  # before the lock, which would leave a file in a folder of something else
        with explain_interruption(folder), lock_folder(folder):
            return open_game(folder).run(iterate_answers(script))
    except GameFileError as error:
        raise SettingsError([f"game: {error}"]) from error
    except InUseError as error:
        raise SettingsError([f"game: {error}"]) from error


def export_game(folder: Path, path: Path) -> int:
    """Write a game as a question of `sim whatif`."""
    dialogue = open_game(folder)
    if path.suffix != ".yaml" or not path.parent.is_dir():
        raise SettingsError([f"export: not a YAML file in a folder that exists (got {str(path)!r})"])
    if path.exists():
        raise SettingsError([f"export: {path} exists (allowed: another name)"])
    dialogue.write_question(path)
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
