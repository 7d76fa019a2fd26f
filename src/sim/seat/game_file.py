"""The file of a game: what it was begun with and every move, sealed; the moves alone bring the game back to the bit."""

from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

from pydantic import ValidationError

from sim.regular_files import read_regular_file
from sim.seat.course import TooLateError, list_past_events
from sim.seat.game import (
    Game,
    GameSetup,
    OtherCommander,
    UnknownChoiceError,
    apply_move,
    begin_game,
)
from sim.seat.stops import Pace
from sim.storage.fingerprint import compute_digest
from sim.storage.sealed_model import DIGEST, SealedModel

GAME_FILE = "game.json"
GAME_SCHEMA = 1
MAX_GAME_FILE_BYTES = 10_000_000


class GameFileError(Exception):
    """A file of a game that is missing or can't be trusted, or a game that is not the same any more."""


class GameFile(SealedModel):
    """A game as it is kept: the words of its command line, who commands, every move, and what had happened by then."""

    game_schema: int = GAME_SCHEMA
    argv: list[str]
    side: str
    other: OtherCommander
    pace: Pace = "every_report"  # of the first games, whose files have none
    replication: int
    moves: list[str]
    past: str  # digest of the battle up to the last stop
    digest: str = ""

    def compute_seal(self) -> str:
        """The digest of all other fields; a file without a pace was sealed without one."""
        unsealed = {DIGEST} if "pace" in self.model_fields_set else {DIGEST, "pace"}
        return compute_digest(self.model_dump(exclude=unsealed))


def list_game_folders(outputs: Path) -> list[Path]:
    """The folders that hold a game in a folder of outputs, in no order."""
    return [path.parent for path in outputs.glob(f"*/*/{GAME_FILE}") if path.is_file()]


def compute_past_digest(game: Game) -> str:
    """The digest of all that has happened in a battle up to where it stands."""
    return compute_digest([astuple(each) for each in list_past_events(game.run, game.hours)])


def write_game_file(folder: Path, argv: Sequence[str], game: Game, moves: Sequence[str]) -> None:
    """Write a game into its folder, whole or not at all."""
    file = GameFile(
        argv=list(argv),
        side=game.setup.side,
        other=game.setup.other,
        pace=game.setup.pace,
        replication=game.setup.replication,
        moves=list(moves),
        past=compute_past_digest(game),
    )
    file.seal().write(folder / GAME_FILE, indent=2)


def read_game_file(folder: Path) -> GameFile:
    """The file of the game in a folder; raise GameFileError if it can't be trusted."""
    try:
        file = GameFile.model_validate_json(read_regular_file(folder / GAME_FILE, MAX_GAME_FILE_BYTES))
    except FileNotFoundError as error:
        raise GameFileError(f"{folder}: holds no game (there is no {GAME_FILE})") from error
    except (ValidationError, ValueError, OSError, RecursionError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        raise GameFileError(f"{folder}: {GAME_FILE} can't be read ({reason}): begin a new game") from error
    if file.game_schema != GAME_SCHEMA:
        raise GameFileError(f"{folder}: a game of another version of sim: begin a new game")
    if not file.is_sealed:
        raise GameFileError(f"{folder}: {GAME_FILE} was changed after it was written: begin a new game")
    return file


def replay_moves(setup: GameSetup, moves: Sequence[str]) -> Game:
    """The game after some moves.

    Parameters
    ----------
    setup
        The battle and who commands.
    moves
        What was decided, in its sequence.

    Returns
    -------
    Game
        The same as when it was played.

    Raises
    ------
    GameFileError
        A move can't be made in this battle: it is another one.

    Examples
    --------
    >>> import sim
    >>> from sim.battle.simulation import Simulation
    >>> setup = GameSetup(Simulation(sim.load("teaching")), seed=1, replication=0, side="teal")
    >>> replay_moves(setup, ["next", "next"]).stop.hours > 0.0
    True
    """
    game = begin_game(setup)
    for number, move in enumerate(moves, start=1):
        if game.stop is None:
            raise GameFileError(f"move {number} ({move}) comes after the end: the battle is another one now")
        try:
            game = apply_move(game, move)
        except (UnknownChoiceError, TooLateError) as error:
            raise GameFileError(f"move {number} ({move}) can't be made: the battle is another one now") from error
    return game


def check_same_battle(game: Game, file: GameFile) -> None:
    """Raise GameFileError if the battle up to the last stop is not the one that was played."""
    if compute_past_digest(game) != file.past:
        raise GameFileError(
            "the battle is another one now: the scenario, the settings or the rules have changed: begin a new game"
        )
