"""A battle forecast before its outcome is read: frozen with what it was made from, scored once there is a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.cross_validation.baselines import AnsweredBattle, predict_lanchester, predict_persistence
from sim.analysis.cross_validation.battle_forecasts import BattleForecast, compute_chances
from sim.analysis.cross_validation.battle_questions import compute_questions_digest, enumerate_battle_questions
from sim.analysis.cross_validation.record_answers import answer_battle_questions
from sim.analysis.question_scores import SCORE_NAMES, score_probability
from sim.battle.simulation import Simulation
from sim.scenario.model import Scenario
from sim.storage.fingerprint import compute_digest

MODEL = "model"
# What a scenario may gain when the outcome is read; nothing that a battle is fought from.
EVIDENCE_FIELDS = frozenset(
    {
        "text",
        "texts",
        "summary",
        "bibliography",
        "sources",
        "claims",
        "headline_outputs",
        "contested_share_range",
        "readings",
        "source_model",
        "priors_set",
        "splits",
        "turning_points",
        "suppress",
        "to_read",
    }
)


@dataclass(frozen=True)
class OpenedForecast:
    """A frozen forecast with the answers of the record, and the mean scores of all who have a chance to give.

    Parameters
    ----------
    battle
        With the answers.
    chances
        By forecaster, of the questions that it has a chance for: by their numbers.
    """

    battle: AnsweredBattle
    chances: dict[str, dict[int, float]]

    def compute_score(self, forecaster: str, score: Any) -> tuple[int, float]:
        """How many decided questions a forecaster has a chance for, and its mean score over them."""
        values = [
            score_probability(score, self.chances[forecaster][n], is_yes)
            for n, _, is_yes in self.battle.iterate_decided()
            if n in self.chances[forecaster]
        ]
        return len(values), float(np.mean(values)) if values else float("nan")

    def list_scores(self) -> list[dict[str, Any]]:
        """A row for each forecaster and score."""
        rows = []
        for forecaster in self.chances:
            for score in SCORE_NAMES:
                count, value = self.compute_score(forecaster, score)
                rows.append({"forecaster": forecaster, "score": score, "n_questions": count, "value": value})
        return rows


def forecast_unread_battle(simulation: Simulation, runs: int, seed: int) -> BattleForecast:
    """The chance of a yes to each question about a battle; no claim of its scenario is read."""
    questions = enumerate_battle_questions(simulation.scenario)
    chances = compute_chances(simulation, questions, runs, seed)
    return BattleForecast(simulation.scenario, questions, {MODEL: chances})


def make_sealed_statement(
    simulation: Simulation, forecast: BattleForecast, runs: int, seed: int, parameters: str
) -> dict[str, Any]:
    """What is published: digests of the battle as it is fought, of the questions and the chances, and the settings."""
    return {
        "scenario": simulation.scenario.name,
        "battle": compute_battle_digest(simulation.scenario, simulation.parameter_names),
        "law": simulation.law,
        "parameters": parameters,
        "runs": runs,
        "seed": seed,
        "n_questions": len(forecast.questions),
        "questions": compute_questions_digest(forecast.questions),
        "chances": compute_digest(forecast.probabilities[MODEL].tolist()),
    }


def compute_battle_digest(scenario: Scenario, parameters: Sequence[str]) -> str:
    """SHA-256 of what a battle is fought from: the scenario without its evidence, the priors of these parameters."""
    data = scenario.model_dump(mode="json", exclude_defaults=True, exclude=set(EVIDENCE_FIELDS))
    data["priors"] = {name: prior for name, prior in data["priors"].items() if name in parameters}
    return compute_digest(data)


def open_forecast(scenario: Scenario, forecast: BattleForecast) -> OpenedForecast:
    """Answer the questions of a frozen forecast from a scenario that has the record, beside two baselines."""
    answered = AnsweredBattle(forecast, answer_battle_questions(scenario, forecast.questions))
    return OpenedForecast(
        answered,
        {
            MODEL: dict(enumerate(forecast.probabilities[MODEL].tolist())),
            "persistence": predict_persistence(answered, ()),
            "lanchester": predict_lanchester(answered, ()),
        },
    )
