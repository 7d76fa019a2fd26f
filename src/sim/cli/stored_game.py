"""A game with its folder: begun or opened, every move on disk before the next, its page and its question written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.battle.simulation import SchedulerName, Simulation
from sim.cli.arguments import read_whole_number
from sim.cli.build import build_scenario, make_simulation
from sim.cli.errors import SettingsError, make_choice_error
from sim.cli.job import check_output_folder, explain_interruption, make_output_folder
from sim.cli.settings import Settings, compose_settings
from sim.perturbations.base import PerturbationError
from sim.runs.replicate import Study, choose_engine
from sim.runs.run_directory import lock_folder
from sim.scenario.basemap import Basemap, load_basemap
from sim.scenario.problems import shorten
from sim.seat.after_action import AfterAction, review_game
from sim.seat.game import GO_ON, OTHER_COMMANDERS, Game, GameSetup, apply_move, begin_game
from sim.seat.game_file import (
    GameFileError,
    check_same_battle,
    read_game_file,
    replay_moves,
    write_game_file,
)
from sim.seat.question import QUESTION_FOLDER, QUESTION_NAME, build_question, format_question
from sim.seat.review_file import CourseArchive, SimulateMany, read_review_file, write_review_file
from sim.seat.stops import DEFAULT_PACE, PACES
from sim.storage.atomic import write_atomic
from sim.storage.fingerprint import compute_digest

if TYPE_CHECKING:
    from sim.report.html.content import PageContent

PAGE = "report.html"


@dataclass
class StoredGame:
    """A game in its folder, with the words of its command line and every move so far."""

    folder: Path
    argv: list[str]
    settings: Settings
    game: Game
    moves: list[str]
    courses: CourseArchive | None = None  # of the review that was made last

    def make_move(self, move: str) -> None:
        """Make a move and keep the game; raise UnknownChoiceError or TooLateError."""
        self.game = apply_move(self.game, move)
        self.moves = [*self.moves, move]
        write_game_file(self.folder, self.argv, self.game, self.moves)

    def finish(self) -> None:
        """Let the recorded orders finish the battle, and keep the game after every move."""
        while self.game.stop is not None:
            self.make_move(GO_ON)

    def make_study(self, simulation: Simulation, n_courses: int) -> Study:
        """The many battles of one course of orders, of which there are so many."""
        chosen = choose_engine(simulation, self.settings.engine, n_courses * self.settings.runs)
        return Study(chosen, self.settings.seed, self.settings.runs, n_saved_logs=0)

    def review(self, simulate_many: SimulateMany) -> AfterAction:
        """Look back on the game, which is over; only battles that its folder does not keep are fought."""
        kept = read_review_file(self.folder, self.game, self.settings.runs)
        self.courses = CourseArchive(self.game, simulate_many, kept)
        return review_game(self.game, self.courses.observe)

    def keep_review(self, after: AfterAction) -> "PageContent":
        """Write the battles and the page of a review, unless they are kept already; what the page shows."""
        from sim.report.html.render import write_page

        content = self.build_page(after)
        if self.courses is not None and (self.courses.n_fought or not (self.folder / PAGE).is_file()):
            write_page(self.folder, content)
            write_review_file(self.folder, self.game, self.settings.runs, self.courses.outcomes)
        return content

    def load_basemap(self) -> Basemap:
        """The ground of the battle."""
        return load_basemap(self.settings.scenario, self.game.setup.simulation.scenario)

    def build_page(self, after: AfterAction) -> "PageContent":
        """What the page of the game shows, which is over."""
        from sim.outputs.provenance import collect_study_facts
        from sim.report.pages.play import build_game_content
        from sim.storage.manifest import StudyManifest

        settings, setup = self.settings, self.game.setup
        study = Study(setup.simulation, settings.seed, settings.runs, n_saved_logs=0)
        results = [[course.outcomes.share.tolist(), course.outcomes.own_dead.tolist()] for course in after.courses]
        facts = collect_study_facts(study, compute_digest(results), settings.model_dump(mode="json"))
        own = [f"{name}={getattr(setup, name)}" for name in ("side", "other", "replication", "pace")]
        manifest = StudyManifest(command="play", **facts)
        return build_game_content([*own, *self.argv], self.load_basemap(), self.game, after, manifest)

    def export(self) -> str:
        """Write the game as a question into its folder; the command that asks it, or nothing if nothing was decided."""
        if not self.game.decisions:
            return ""
        path = self.folder / QUESTION_FOLDER / f"{QUESTION_NAME}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.write_question(path)
        others = " ".join(self.argv)
        config_folder = self.folder / QUESTION_FOLDER.parent
        return f"sim whatif --config-dir={config_folder} question={QUESTION_NAME} {others}".rstrip()

    def write_question(self, path: Path) -> None:
        """Write the game as a file that `sim whatif` takes as a question."""
        text = format_question(build_question(self.game, path.stem, self.settings.scenario))
        write_atomic(path, lambda partial: partial.write_text(text, encoding="utf-8"))


def begin_stored_game(argv: Sequence[str], own_values: dict[str, str]) -> StoredGame:
    """A new game in a folder of its own; raise SettingsError before anything is written.

    Parameters
    ----------
    argv
        The settings, as arguments.
    own_values
        `side`, and `other`, `replication` and `pace` if they are not the default.

    Returns
    -------
    StoredGame
        At its opening.
    """
    settings = compose_settings(list(argv))
    setup = make_setup(settings, own_values)
    check_output_folder(settings.outputs)
    game = begin_game_or_refuse(setup)
    digest = compute_digest(
        [setup.simulation.digest, setup.seed, setup.replication, setup.side, setup.other, setup.pace]
    )
    folder = make_output_folder(settings.outputs, settings.name, digest)
    with explain_interruption(folder), lock_folder(folder):
        write_game_file(folder, argv, game, [])
    return StoredGame(folder, list(argv), settings, game, [])


def open_stored_game(folder: Path) -> StoredGame:
    """The game of a folder where it was left; raise SettingsError if it can't go on."""
    try:
        file = read_game_file(folder)
        settings = compose_settings(file.argv)
        own_values = {name: str(getattr(file, name)) for name in ("side", "other", "replication", "pace")}
        game = replay_moves(make_setup(settings, own_values), file.moves)
        check_same_battle(game, file)
    except GameFileError as error:
        raise SettingsError([f"game: {error}" if str(folder) in str(error) else f"game: {folder}: {error}"]) from error
    return StoredGame(folder, file.argv, settings, game, file.moves)


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
    pace = own_values.get("pace", DEFAULT_PACE)
    if pace not in PACES:
        raise make_choice_error("pace", "pace", pace, list(PACES))
    text = own_values.get("replication", "0")
    replication = read_whole_number(text)
    if replication is None or replication >= 2**63:
        raise SettingsError([f"replication: not a whole number from 0 (got {shorten(text)})"])
    scheduler: SchedulerName = "simpy" if settings.engine == "simpy" else "compiled"
    simulation = replace(make_simulation(settings, scenario), execution_mode="plain", scheduler=scheduler)
    return GameSetup(simulation, settings.seed, replication, own_values["side"], OTHER_COMMANDERS[other], PACES[pace])


def begin_game_or_refuse(setup: GameSetup) -> Game:
    """The game at its opening; raise SettingsError if the other side has no rule."""
    try:
        return begin_game(setup)
    except PerturbationError as error:
        raise SettingsError([f"other: {error.message} (allowed: other=record or person)"]) from error
