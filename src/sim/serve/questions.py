"""Questions that are saved: positions of levers as a file that `sim whatif question=` reads, whole or not there."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.regular_files import read_regular_file
from sim.serve.levers import PositionError
from sim.storage.atomic import write_atomic

GROUP = "explorer"  # the folder of questions: `question=explorer/NAME`
HEADER = "# @package _global_\n# Saved from the explorer; sim whatif asks it with --config-dir.\n"
TEXT_KEY = "question_text: "
MAX_NAME = 60  # characters
MAX_TEXT = 300
MAX_QUESTIONS = 500  # in the folder
MAX_FILE_BYTES = 100_000


@dataclass(frozen=True)
class SavedQuestion:
    """A question in a folder of settings.

    Parameters
    ----------
    name
        The name of its file, and of the folder of its outputs.
    text
        The question in words.
    arguments
        What goes on the command line beside it: of both cases.
    state
        The levers and settings of the page, which bring it back; nothing of a game's question.
    config_folder, choice
        The folder of settings that `--config-dir` names, and the question in it.
    game
        The folder of the game that it is of, below the folder of outputs; empty for one of levers.
    """

    name: str
    text: str
    arguments: tuple[str, ...]
    state: dict[str, Any]
    config_folder: Path
    choice: str
    game: str = ""

    def list_arguments(self, runs: int) -> list[str]:
        """The arguments of `sim` that ask it at length."""
        own = [f"question={self.choice}", f"name={self.name}", f"runs={runs}"]
        return ["whatif", f"--config-dir={self.config_folder}", *own, *self.arguments]


def make_name(text: str) -> str:
    """The name of a file for a question in words.

    Examples
    --------
    >>> make_name("What if Amber had sent a third more?")
    'what_if_amber_had_sent_a_third_more'
    """
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:MAX_NAME].strip("_")


@dataclass(frozen=True)
class QuestionFolder:
    """A folder of settings with the questions that were saved.

    Parameters
    ----------
    folder
        The folder, which `--config-dir` names.
    """

    folder: Path

    @property
    def group_folder(self) -> Path:
        """Where the files are."""
        return self.folder / "question" / GROUP

    def save(
        self,
        text: str,
        scenario: str,
        perturb: dict[str, Any],
        arguments: tuple[str, ...],
        state: dict[str, Any],
        since: datetime | None = None,
    ) -> SavedQuestion:
        """Write a question under a name that no other has; the same again is the one that is there.

        Parameters
        ----------
        text, scenario, perturb
            The question in words, its battle, and the settings of its perturbations by name.
        arguments, state
            As those of `SavedQuestion`.
        since
            The local time from which on the perturbations hold; None if they hold from the beginning.

        Returns
        -------
        SavedQuestion
            The question as it is stored.

        Raises
        ------
        PositionError
            The question has no words, nothing is moved, or there are too many.
        """
        text = " ".join(text.split())
        if not text or len(text) > MAX_TEXT or not make_name(text):
            raise PositionError(f"question: not a question in words (allowed: up to {MAX_TEXT} characters)")
        if not perturb:
            raise PositionError("question: nothing is moved, so that there is nothing to ask")
        saved = self.list_all()
        names = {each.name for each in saved}
        for each in saved:
            if (each.text, each.state) == (text, state):
                return each
        if len(saved) >= MAX_QUESTIONS:
            raise PositionError(f"question: {self.group_folder} is full (allowed: {MAX_QUESTIONS} questions)")
        first = make_name(text)
        candidates = (first, *(f"{first}_{number}" for number in range(2, MAX_QUESTIONS + 2)))
        name = next(candidate for candidate in candidates if candidate not in names)
        question = SavedQuestion(name, text, arguments, state, self.folder, f"{GROUP}/{name}")
        values: dict[str, Any] = {"name": name, "scenario": scenario, "question_text": text, "perturb": perturb}
        if since is not None:
            values["intervene_at"] = since.isoformat(timespec="minutes")
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()]
        comment = json.dumps({"arguments": arguments, "state": state})
        content = f"{HEADER}# explorer: {comment}\n{''.join(lines)}"
        self.group_folder.mkdir(parents=True, exist_ok=True)
        path = self.group_folder / f"{name}.yaml"
        write_atomic(path, lambda partial: partial.write_text(content, encoding="utf-8"))
        return question

    def list_all(self) -> list[SavedQuestion]:
        """Every question that is there, by name; files of others are left out."""
        found = []
        for path in sorted(self.group_folder.glob("*.yaml")):
            try:
                lines = read_regular_file(path, MAX_FILE_BYTES).decode().splitlines()
                comment = json.loads(next(line for line in lines if line.startswith("# explorer: "))[12:])
                arguments, state = tuple(comment["arguments"]), dict(comment["state"])
                choice = f"{GROUP}/{path.stem}"
                found.append(SavedQuestion(path.stem, find_text(lines), arguments, state, self.folder, choice))
            except (OSError, ValueError, StopIteration, KeyError, TypeError, RecursionError):
                continue
        return found


def find_text(lines: list[str]) -> str:
    """The question in words, among the lines of its file; raise StopIteration or ValueError if there is none."""
    return str(json.loads(next(line for line in lines if line.startswith(TEXT_KEY)).removeprefix(TEXT_KEY)))
