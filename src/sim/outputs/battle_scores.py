"""What the model's forecasts of whole battles were worth, each forecast from the others: shipped for every run to say.

`python -m tools.battle_scores OUTPUT` writes `scenarios/battle_scores.json` from an output of `sim cross-validate`.
"""

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from sim import paths
from sim.scoring.intervals import IntervalEstimate
from sim.storage.sealed_model import SealedModel


class Lead(BaseModel):
    """How much larger a baseline's Brier score is than the model's over the same questions, with its 95% interval."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    baseline: str
    difference: float
    low: float
    high: float

    @property
    def estimate(self) -> IntervalEstimate:
        """The difference with its interval, above 0 where the model is better."""
        return IntervalEstimate(self.difference, self.low, self.high)


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
    path = find_scores_file()
    stored = read_scores_file(path, path.stat().st_mtime_ns) if path.is_file() else None
    return stored if stored is not None and stored.law == law else None


@lru_cache(maxsize=4)
def read_scores_file(path: Path, modified: int) -> BattleScores | None:
    """What a file holds; None if it is damaged. What is `modified` at another time is read anew."""
    try:
        stored = BattleScores.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return stored if stored.is_sealed else None
