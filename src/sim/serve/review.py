"""Looking back on a game: many battles in steps, so that its progress is seen, and so that it can be stopped."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sim.battle.simulation import Simulation
from sim.runs.replicate import Batch, Study, concatenate_batches
from sim.seat.after_action import MAX_COURSES, AfterAction, list_own_decisions
from sim.serve.battle_values import MAX_STEP, submit_battles
from sim.serve.games import PlayedGame


class ReviewStoppedError(Exception):
    """Nobody waits for the review any more."""


@dataclass
class Review:
    """A game that is over, compared with many battles.

    Parameters
    ----------
    stored
        The game.
    executor, workers
        The threads that fight, and how many of them are to be busy.
    """

    stored: PlayedGame
    executor: ThreadPoolExecutor
    workers: int
    n_done: int = 0  # battles
    n_battles: int = 0  # in all, as far as is known
    course: str = ""  # that is fought
    is_stopped: bool = False

    def run(self) -> AfterAction | None:
        """What comes out; None if it was stopped."""
        n_courses = MAX_COURSES + len(list_own_decisions(self.stored.game))

        def simulate_many(name: str, simulation: Simulation) -> Iterator[Batch]:
            study = self.stored.make_study(simulation, n_courses)
            self.n_battles, self.course = n_courses * study.runs, name
            yield from self.simulate_steps(study)

        try:
            return self.stored.review(simulate_many)
        except ReviewStoppedError:
            return None

    def simulate_steps(self, study: Study) -> Iterator[Batch]:
        """The battles of one course, a step after the other on all threads; raise ReviewStoppedError between two."""
        for first in range(0, study.runs, MAX_STEP):
            if self.is_stopped:
                raise ReviewStoppedError
            step = range(first, min(first + MAX_STEP, study.runs))
            futures = submit_battles(study, step, self.executor, self.workers)
            yield concatenate_batches([future.result() for future in futures])
            self.n_done += len(step)
