"""The battles of a review, kept with their game: it is looked back on again without fighting them anew."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from sim.battle.simulation import Simulation
from sim.regular_files import read_regular_file
from sim.runs.replicate import Batch
from sim.seat.after_action import Outcomes, collect_outcomes, is_reached
from sim.seat.game import Game
from sim.seat.game_file import compute_past_digest
from sim.storage.sealed_model import SealedModel

REVIEW_FILE = "review.json"
REVIEW_SCHEMA = 1
MAX_REVIEW_FILE_BYTES = 500_000_000
SimulateMany = Callable[[str, Simulation], Iterable[Batch]]  # from a name and a simulation to its batches


class CourseBattles(BaseModel):
    """How the battles of one course ended, a number for each: what `Outcomes` has."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    share: list[float]
    own_dead: list[float]
    enemy_dead: list[float]


class ReviewFile(SealedModel):
    """The battles of a review: of which game, how many, and each course by the digest of its scenario."""

    review_schema: int = REVIEW_SCHEMA
    past: str  # digest of the battle that was played
    runs: int
    courses: dict[str, CourseBattles]
    digest: str = ""


@dataclass
class CourseArchive:
    """The many battles of each course of a game: those that are kept, and those that are fought when they are missing.

    Parameters
    ----------
    game
        The game, at its end.
    simulate_many
        Fights the battles of a course.
    outcomes
        Those that are there, by the digest of the scenario; two courses of the same orders have the same battles.
    """

    game: Game
    simulate_many: SimulateMany
    outcomes: dict[str, Outcomes] = field(default_factory=dict)
    n_fought: int = 0  # courses

    def observe(self, name: str, simulation: Simulation) -> Outcomes:
        """How the battles of a course ended."""
        key = simulation.digest
        if key not in self.outcomes:
            setup = self.game.setup
            batches = self.simulate_many(name, simulation)
            self.outcomes[key] = collect_outcomes(setup.simulation.scenario, setup.side, batches)
            self.n_fought += 1
        return self.outcomes[key]


def write_review_file(folder: Path, game: Game, runs: int, outcomes: Mapping[str, Outcomes]) -> None:
    """Write the battles of a review into the folder of its game, whole or not at all."""
    courses = {
        key: CourseBattles(
            share=each.share.tolist(), own_dead=each.own_dead.tolist(), enemy_dead=each.enemy_dead.tolist()
        )
        for key, each in outcomes.items()
    }
    file = ReviewFile(past=compute_past_digest(game), runs=runs, courses=courses)
    file.seal().write(folder / REVIEW_FILE)


def read_review_file(folder: Path, game: Game, runs: int) -> dict[str, Outcomes]:
    """The battles that are kept of a game, by the digest of the scenario of their course.

    Parameters
    ----------
    folder, game
        The game, at its end, and its folder.
    runs
        How many battles of each course there are to be.

    Returns
    -------
    dict
        None of a file that is not there, is damaged, or is of another game or number: these battles are fought anew.
    """
    try:
        file = ReviewFile.model_validate_json(read_regular_file(folder / REVIEW_FILE, MAX_REVIEW_FILE_BYTES))
    except (ValidationError, ValueError, OSError, RecursionError):
        return {}
    is_of_game = (file.review_schema, file.runs, file.past) == (REVIEW_SCHEMA, runs, compute_past_digest(game))
    if not is_of_game or not file.is_sealed:
        return {}
    return {key: make_outcomes(game, each) for key, each in file.courses.items()}


def make_outcomes(game: Game, battles: CourseBattles) -> Outcomes:
    """The outcomes for the side of a game, from what is kept of them."""
    share, own_dead, enemy_dead = map(np.array, (battles.share, battles.own_dead, battles.enemy_dead))
    reached = is_reached(game.setup.simulation.scenario, game.setup.side, share)
    return Outcomes(share, reached, own_dead, enemy_dead)
