"""Questions of games: what was decided in one that was looked back on, to be asked in as many battles as one likes."""

from collections.abc import Iterator
from pathlib import Path

from sim.regular_files import read_regular_file
from sim.seat.game_file import GameFileError, list_game_folders, read_game_file
from sim.seat.question import QUESTION_FOLDER, QUESTION_NAME
from sim.serve.questions import MAX_FILE_BYTES, SavedQuestion, find_text

MAX_LISTED = 30  # the newest
OWN_SETTINGS = ("name", "outputs", "runs", "workers")  # of a game, that a question at length has otherwise


def list_game_questions(outputs: Path) -> Iterator[SavedQuestion]:
    """The questions of the games in a folder of outputs, the newest first; files of others are left out.

    Parameters
    ----------
    outputs
        The folder of outputs.

    Yields
    ------
    SavedQuestion
        With the game that it is of, and nothing that levers could show.
    """
    paths = [folder / QUESTION_FOLDER / f"{QUESTION_NAME}.yaml" for folder in list_game_folders(outputs)]
    written = [path for path in paths if path.is_file()]
    for path in sorted(written, key=lambda path: path.stat().st_mtime, reverse=True)[:MAX_LISTED]:
        folder = path.parents[len(QUESTION_FOLDER.parts)]
        try:
            text = find_text(read_regular_file(path, MAX_FILE_BYTES).decode().splitlines())
            argv = read_game_file(folder).argv
        except (GameFileError, OSError, ValueError, StopIteration, RecursionError):
            continue
        yield SavedQuestion(
            name=f"{QUESTION_NAME}_{folder.name}",
            text=text,
            arguments=tuple(word for word in argv if word.partition("=")[0] not in OWN_SETTINGS),
            state={},
            config_folder=folder / QUESTION_FOLDER.parent,
            choice=QUESTION_NAME,
            game=folder.relative_to(outputs).as_posix(),
        )
