"""Questions asked at length: `sim whatif` as a process of its own, which goes on whatever becomes of the page."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.regular_files import read_regular_file
from sim.runs.job_file import JOB_FILE, MAX_JOB_FILE_BYTES
from sim.runs.run_directory import SHARD_FOLDER
from sim.seat.game_file import list_game_folders
from sim.serve.game_questions import list_game_questions
from sim.serve.levers import PositionError
from sim.serve.questions import MAX_NAME, QuestionFolder, SavedQuestion
from sim.storage.seal import MANIFEST

RUNS_RANGE = (100, 100_000)  # pairs of one question
MAX_MANIFEST_BYTES = 10_000_000
MAX_OUTPUTS = 200  # that are listed, the newest
COMPARE_SECONDS = 600
MAX_ERROR_BYTES = 4_000
PAGE = "report.html"
MAX_PAGE_BYTES = 20_000_000


@dataclass
class LongRun:
    """One question under way, or how it ended."""

    question: SavedQuestion
    runs: int
    process: subprocess.Popen[bytes]
    log: Path


@dataclass
class Archive:
    """The folder of outputs: what is stored there by question, and what is under way.

    Parameters
    ----------
    outputs
        The folder of outputs.
    questions
        The questions that were saved.
    arguments
        Further arguments of each call, as the workers.
    """

    outputs: Path
    questions: QuestionFolder
    arguments: tuple[str, ...] = ()
    current: LongRun | None = field(default=None)
    comparisons: dict[tuple[str, str], str] = field(default_factory=dict)  # folders by the two that are compared

    def list_questions(self) -> list[SavedQuestion]:
        """Every question that is there: those that were saved by name, then those of games, the newest first."""
        return [*self.questions.list_all(), *list_game_questions(self.outputs)]

    def find_question(self, name: str) -> SavedQuestion:
        """A question by name; raise PositionError if there is none."""
        for each in self.list_questions():
            if each.name == name:
                return each
        raise PositionError(f"question: no such question (got {name[:MAX_NAME]!r})")

    def start(self, name: str, runs: object) -> None:
        """Ask a question at length; one at a time. Raise PositionError."""
        low, high = RUNS_RANGE
        if not isinstance(runs, int) or isinstance(runs, bool) or not low <= runs <= high:
            raise PositionError(f"runs: not a number of pairs (allowed: {low} to {high})")
        if self.current is not None and self.current.process.poll() is None:
            raise PositionError("another question is being asked: wait for it, or stop it")
        question = self.find_question(name)
        log = self.questions.folder / "last_run.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        arguments = question.list_arguments(runs)
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "sim", *arguments, f"outputs={self.outputs}", *self.arguments],
                stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
            )  # fmt: skip
        self.current = LongRun(question, runs, process, log)

    def stop(self) -> None:
        """Interrupt the question under way; what is finished is kept, and `sim resume` goes on with it."""
        if self.current is not None and self.current.process.poll() is None:
            self.current.process.send_signal(signal.SIGINT)

    def describe_run(self) -> dict[str, Any] | None:
        """The question under way, or the last one: how far it is, and how it ended."""
        if self.current is None:
            return None
        code = self.current.process.poll()
        described = {"question": self.current.question.text, "runs": self.current.runs, "code": code}
        if code is None:
            return described | {"done": self.count_done(self.current.question.name)}
        if code != 0:
            described["message"] = self.read_last_line(self.current.log)
        return described

    def read_last_line(self, log: Path) -> str:
        """The last line of what a process printed."""
        lines = log.read_bytes()[-MAX_ERROR_BYTES:].decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def count_done(self, name: str) -> float:
        """The share of its battles that are stored, from 0 to 1."""
        folders = sorted(path.parent for path in (self.outputs / name).glob(f"*/{JOB_FILE}"))
        if not folders:
            return 0.0
        try:
            job = json.loads(read_regular_file(folders[-1] / JOB_FILE, MAX_JOB_FILE_BYTES))
            n_shards = len(job["studies"]) * -(-job["settings"]["runs"] // job["batch_length"])
        except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError):
            return 0.0
        n_stored = sum(1 for _ in (folders[-1] / SHARD_FOLDER).glob("*/*"))
        return min(1.0, n_stored / max(int(n_shards), 1))

    def list_outputs(self, questions: Iterable[SavedQuestion]) -> list[dict[str, Any]]:
        """The outputs that are stored, the newest first: what each asked, of which battle, with how many battles.

        Parameters
        ----------
        questions
            Those that are there, for the words of outputs that answer one of them.

        Returns
        -------
        list of dict
            Plain data for the page.
        """
        texts = {each.name: each.text for each in questions}
        paths = sorted(self.outputs.glob(f"*/*/{MANIFEST}"), key=lambda path: path.parent.name, reverse=True)
        found = []
        for path in paths[:MAX_OUTPUTS]:
            try:
                facts = json.loads(read_regular_file(path, MAX_MANIFEST_BYTES))
                settings, name = facts.get("settings") or {}, path.parent.parent.name
                found.append(
                    {
                        "folder": path.parent.relative_to(self.outputs).as_posix(),
                        "command": str(facts["command"]),
                        "question": texts.get(name) or str(settings.get("question_text") or name),
                        "scenario": str(facts.get("scenario") or settings.get("scenario") or ""),
                        "runs": facts.get("runs"),
                        "written": str(facts["written"]),
                        "has_page": (path.parent / PAGE).is_file(),
                    }
                )
            except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue
        return found

    def compare(self, first: str, second: str) -> bytes:
        """The page of two outputs side by side, as `sim diff` writes it; raise PositionError.

        Parameters
        ----------
        first, second
            Their folders, as they are listed.

        Returns
        -------
        bytes
            The page; the comparison is stored among the outputs, once for the same two.
        """
        for folder in (first, second):
            self.check_listed(folder)
        if (first, second) not in self.comparisons:
            words = ["diff", str(self.outputs / first), str(self.outputs / second), f"outputs={self.outputs}"]
            command = [sys.executable, "-m", "sim", *words]
            try:
                ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=COMPARE_SECONDS)
            except subprocess.TimeoutExpired as error:
                raise PositionError(
                    f"compare: not done after {COMPARE_SECONDS} s; sim diff has no such limit"
                ) from error
            text = ended.stdout if ended.returncode == 0 else ended.stderr
            last_line = (text.decode(errors="replace").strip().splitlines() or ["sim diff failed"])[-1]
            if ended.returncode != 0:
                raise PositionError(last_line.removeprefix("sim: "))
            self.comparisons[first, second] = Path(last_line).relative_to(self.outputs).as_posix()
        return self.read_page(self.comparisons[first, second])

    def check_listed(self, folder: str) -> None:
        """Raise PositionError for a folder that is no output and no game."""
        games = {each.relative_to(self.outputs).as_posix() for each in list_game_folders(self.outputs)}
        if folder not in games | {each["folder"] for each in self.list_outputs(())}:
            raise PositionError("outputs: no such output")

    def read_page(self, folder: str) -> bytes:
        """The page of an output or of a game; raise PositionError for one that is not in the folder of outputs."""
        self.check_listed(folder)
        try:
            return read_regular_file(self.outputs / folder / PAGE, MAX_PAGE_BYTES)
        except OSError as error:
            raise PositionError(f"outputs: {folder} has no page") from error
