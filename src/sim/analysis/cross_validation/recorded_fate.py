"""How likely what happened was: the fate of the objective, and of all that the record answers, by each forecaster."""

from dataclasses import dataclass

import numpy as np

from sim.analysis.cross_validation.baselines import AnsweredBattle
from sim.analysis.cross_validation.battle_forecasts import POOLED, PRIOR, Engine, compute_chances
from sim.analysis.cross_validation.battle_questions import HELD
from sim.analysis.question_scores import score_probability
from sim.battle.simulation import Simulation
from sim.inference.pooled_battles import CalibratedBattle
from sim.runs.replicate import choose_engine

CALIBRATED = "calibrated"  # on the battle's own reports: no forecast
VIEWS = (PRIOR, POOLED, CALIBRATED)


@dataclass(frozen=True)
class RecordedFate:
    """What became of a battle, and the chance that was given to it.

    Parameters
    ----------
    battle
        The name of the scenario.
    n_decided
        How many questions the record answers.
    is_taken
        Whether the attacker held the objective by its last answer; None if the record says nothing of that.
    fate_chances
        The chance of that, by view; empty where nothing is said.
    mean_chances
        The geometric mean of the chances given to the recorded answers, by view.
    """

    battle: str
    n_decided: int
    is_taken: bool | None
    fate_chances: dict[str, float]
    mean_chances: dict[str, float]


def find_recorded_fate(battle: AnsweredBattle, calibrated: CalibratedBattle, engine: Engine, seed: int) -> RecordedFate:
    """The recorded fate of a battle by its prior, by the other battles, and after its own reports."""
    simulation = Simulation(battle.scenario, law=calibrated.posterior.metadata.law)
    simulation = simulation.with_draws(calibrated.posterior.matched_draws)
    runs = len(calibrated.posterior)
    questions = battle.forecast.questions
    chances = battle.forecast.probabilities | {
        CALIBRATED: compute_chances(choose_engine(simulation, engine, runs), questions, runs, seed)
    }
    decided = battle.iterate_decided()
    place = battle.scenario.objective.place
    fates = [each for each in decided if each[1].kind == HELD and each[1].question.place == place]
    number, _, is_taken = max(fates, key=lambda each: each[1].moment) if fates else (None, None, None)
    return RecordedFate(
        battle.scenario.name,
        len(decided),
        is_taken,
        {}
        if number is None
        else {view: float(chances[view][number] if is_taken else 1.0 - chances[view][number]) for view in VIEWS},
        {
            view: float(
                np.exp(
                    -np.mean([score_probability("log_score", float(chances[view][n]), yes) for n, _, yes in decided])
                )
            )
            for view in VIEWS
            if decided
        },
    )
