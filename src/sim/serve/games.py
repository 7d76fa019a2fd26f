"""The games in the folder of outputs, as `sim play` keeps them: begun in a page or in a terminal, and on in either."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sim.battle.simulation import Simulation
from sim.report.html.content import PageContent
from sim.runs.replicate import Study
from sim.runs.run_directory import InUseError, lock_folder
from sim.scenario.basemap import Basemap
from sim.seat.after_action import AfterAction
from sim.seat.course import TooLateError
from sim.seat.game import GO_ON, REST, TAKE_BACK, Game, UnknownChoiceError
from sim.seat.game_file import GAME_FILE, GameFile, GameFileError, list_game_folders, read_game_file
from sim.seat.review_file import SimulateMany
from sim.serve.levers import PositionError

MAX_GAMES = 500  # in the folder of outputs; no more are begun from the page
MAX_LISTED = 30  # the newest
MAX_OPENED = 8  # that are kept in memory
MAX_MOVES = 5_000


class PlayedGame(Protocol):
    """A game in its folder, that goes on."""

    folder: Path
    game: Game
    moves: list[str]

    def make_move(self, move: str) -> None:
        """Make a move and keep the game."""

    def finish(self) -> None:
        """Let the recorded orders finish the battle, and keep the game."""

    def review(self, simulate_many: SimulateMany) -> AfterAction:
        """Look back on the game, which is over."""

    def keep_review(self, after: AfterAction) -> PageContent:
        """Write what is new of a review; what the page of the game shows."""

    def make_study(self, simulation: Simulation, n_courses: int) -> Study:
        """The many battles of one course of orders."""

    def load_basemap(self) -> Basemap:
        """The ground of the battle."""

    def export(self) -> str:
        """Write the game as a question; the command that asks it."""


@dataclass(frozen=True)
class ListedGame:
    """A game as it stands in the list."""

    folder: str  # below the folder of outputs
    scenario: str  # empty for the one that is the default
    side: str
    n_decisions: int
    has_page: bool  # it is over, and has been looked back on
    last_played: datetime


@dataclass
class GameArchive:
    """The games in the folder of outputs.

    Parameters
    ----------
    outputs
        The folder of outputs.
    begin
        From what a game is begun with (`side`, `other`, `replication`, `pace`) to a new one; raise PositionError.
    open
        The game of a folder where it was left; raise PositionError.
    """

    outputs: Path
    begin: Callable[[dict[str, str]], PlayedGame]
    open: Callable[[Path], PlayedGame]
    opened: OrderedDict[str, PlayedGame] = field(default_factory=OrderedDict)

    def list_folders(self) -> list[str]:
        """The folders that hold a game, the one that was played last first."""
        folders = list_game_folders(self.outputs)
        folders.sort(key=lambda folder: ((folder / GAME_FILE).stat().st_mtime, folder.name), reverse=True)
        return [folder.relative_to(self.outputs).as_posix() for folder in folders]

    def list_games(self) -> Iterator[ListedGame]:
        """The games that can go on, or be looked back on."""
        for name in self.list_folders()[:MAX_LISTED]:
            folder = self.outputs / name
            try:
                file = read_game_file(folder)
                played = datetime.fromtimestamp((folder / GAME_FILE).stat().st_mtime)
            except (GameFileError, OSError):
                continue
            n_decisions = sum(1 for move in file.moves if move != GO_ON) - 2 * file.moves.count(TAKE_BACK)
            scenarios = [word.partition("=")[2] for word in file.argv if word.startswith("scenario=")]
            has_page = (folder / "report.html").is_file()
            yield ListedGame(name, "".join(scenarios[-1:]), file.side, n_decisions, has_page, played)

    def begin_game(self, own_values: dict[str, str]) -> str:
        """Begin a game; its folder below the folder of outputs. Raise PositionError."""
        if len(self.list_folders()) >= MAX_GAMES:
            raise PositionError(f"games: {self.outputs} is full (allowed: {MAX_GAMES} games)")
        stored = self.begin(own_values)
        name = stored.folder.relative_to(self.outputs).as_posix()
        self.keep_opened(name, stored)
        return name

    def find(self, name: str) -> PlayedGame:
        """A game as it is on the disk now; raise PositionError if there is none, or if it can't be trusted."""
        file = self.read(name)
        stored = self.opened.get(name)
        if stored is None or stored.moves != file.moves:
            stored = self.open(self.outputs / name)
        self.keep_opened(name, stored)
        return stored

    def read(self, name: str) -> GameFile:
        """The file of a game; raise PositionError if there is none, or if it can't be trusted."""
        if name not in self.list_folders():
            raise PositionError(f"game: there is no such game (got {name[:80]!r})")
        try:
            return read_game_file(self.outputs / name)
        except GameFileError as error:
            raise PositionError(f"game: {error}") from error

    def keep_opened(self, name: str, stored: PlayedGame) -> None:
        """Keep a game in memory, and forget the one that was not asked for the longest."""
        self.opened[name] = stored
        self.opened.move_to_end(name)
        while len(self.opened) > MAX_OPENED:
            self.opened.popitem(last=False)

    @contextmanager
    def lock(self, name: str) -> Iterator[PlayedGame]:
        """A game that nobody else writes meanwhile; raise PositionError if somebody does, or as `find`."""
        self.read(name)  # before the lock, which would leave a file in a folder of something else
        try:
            with lock_folder(self.outputs / name):
                yield self.find(name)
        except InUseError as error:
            raise PositionError("game: it is being played in a terminal; leave it there first, with quit") from error

    def make_move(self, name: str, n_moves: int, move: str) -> bool:
        """Make a move in a game that has so many; False if it has others by now, and nothing was done.

        Parameters
        ----------
        name
            The folder of the game.
        n_moves
            How many moves the game had when the player decided.
        move
            `next`, `undo`, `rest`, or the id of a choice.

        Returns
        -------
        bool
            Whether the move was made; if not, the game went on elsewhere.

        Raises
        ------
        PositionError
            The move can't be made, or the game can't be had.
        """
        with self.lock(name) as stored:
            if len(stored.moves) != n_moves:
                return False
            if stored.game.stop is None:
                raise PositionError("move: the battle is over")
            if len(stored.moves) >= MAX_MOVES:
                raise PositionError(f"move: the game is too long (allowed: {MAX_MOVES} moves)")
            try:
                if move == REST:
                    stored.finish()
                else:
                    stored.make_move(move)
            except TooLateError as error:
                raise PositionError("move: it is too late for that, since it has begun") from error
            except UnknownChoiceError as error:
                raise PositionError(f"move: that can't be decided here (got {move[:80]!r})") from error
        return True
