"""What the model's forecasts of whole battles were worth, each forecast from the others: shipped for every run to say.

`python -m tools.battle_scores OUTPUT` writes `scenarios/battle_scores.json` from an output of `sim cross-validate`.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from sim import paths
from sim.outputs.shipped_difference import ShippedDifference
from sim.storage.sealed_model import SealedModel, read_shipped


class Lead(ShippedDifference):
    """How much larger a baseline's Brier score is than the model's over the same questions."""

    baseline: str


class QuestionKindScore(BaseModel):
    """The model's Brier score over the questions of one kind, and its lead over each baseline that answers them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str  # what is asked: "who holds a place"
    questions: int
    brier: float
    leads: tuple[Lead, ...]


class BattleScores(SealedModel):
    """The scores of forecasts of some battles.

    Parameters
    ----------
    results_digest : str
        Of the frozen forecasts of `sim cross-validate`.
    law : str
        The law of attrition under which they were made.
    battles : dict of str to str
        The digest of each scenario by its name.
    overall, by_kind : QuestionKindScore, tuple of QuestionKindScore
        Over all questions, and over those of each kind.
    """

    results_digest: str
    law: str
    battles: dict[str, str]
    overall: QuestionKindScore
    by_kind: tuple[QuestionKindScore, ...]
    digest: str = ""


def find_scores_file() -> Path:
    """Where they are."""
    return paths.scenario_folder() / "battle_scores.json"


def read_battle_scores(law: str) -> BattleScores | None:
    """The scores under a law of attrition; None if there are none, or the file is damaged.

    Examples
    --------
    >>> read_battle_scores("a law that nobody scored") is None
    True
    """
    stored = read_shipped(BattleScores, find_scores_file())
    return stored if stored is not None and stored.law == law else None
