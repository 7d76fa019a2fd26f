"""What the what-if questions of a documented battle come to: fought beforehand, and shipped beside its scenario.

`conf/question/NAME/` has the questions of the scenario NAME; `python -m tools.documented_changes` fights each with the
same luck as the base case, and writes `scenarios/changes/NAME.json`. So a single run shows what would have changed.
"""

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from sim import paths
from sim.scenario.model import Scenario
from sim.scoring.intervals import IntervalEstimate
from sim.storage.sealed_model import SealedModel


class DocumentedChange(BaseModel):
    """One question: how often an event comes about with and without the change, and the paired difference.

    Parameters
    ----------
    name, question, description
        Its name in `conf/question/`, the question, and the change in words.
    base, changed
        Shares of the battles, from 0 to 1.
    difference, low, high
        What the change does to this share, with its 95% interval.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    question: str
    description: str
    base: float
    changed: float
    difference: float
    low: float
    high: float

    @property
    def estimate(self) -> IntervalEstimate:
        """The difference with its interval."""
        return IntervalEstimate(self.difference, self.low, self.high)


class DocumentedChanges(SealedModel):
    """All questions of a battle.

    Parameters
    ----------
    scenario, scenario_digest, law
        The battle that was fought, and the law of attrition.
    posterior_digest : str
        Of the shipped posterior whose draws were fought; empty if the battles have heard no report.
    headline : int
        The number of the headline output that is the event, from 1.
    seed, pairs : int
        The seed, and how many battles were fought with and without each change.
    machine, libraries
        On which the numbers are the same to the bit.
    changes : tuple of DocumentedChange
        In the order of their names.
    """

    scenario: str
    scenario_digest: str
    law: str
    posterior_digest: str
    headline: int
    seed: int
    pairs: int
    machine: str
    libraries: dict[str, str]
    changes: tuple[DocumentedChange, ...]
    digest: str = ""


def find_changes_file(scenario_name: str) -> Path:
    """Where the changes of a scenario are."""
    return paths.scenario_folder() / "changes" / f"{scenario_name}.json"


def read_documented_changes(scenario: Scenario, law: str) -> DocumentedChanges | None:
    """The changes of a battle; None if none are shipped of this very scenario and law, or the file is damaged.

    Parameters
    ----------
    scenario
        As it is fought: any change of it has another digest.
    law
        The law of attrition.

    Examples
    --------
    >>> import sim
    >>> read_documented_changes(sim.load("teaching"), "square") is None
    True
    """
    path = find_changes_file(scenario.name)
    if not path.is_file():
        return None
    stored = read_changes_file(path, path.stat().st_mtime_ns)
    if stored is None or (stored.scenario_digest, stored.law) != (scenario.compute_digest(), law):
        return None
    return stored


@lru_cache(maxsize=4)
def read_changes_file(path: Path, modified: int) -> DocumentedChanges | None:
    """What a file holds; None if it is damaged. What is `modified` at another time is read anew."""
    try:
        stored = DocumentedChanges.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return stored if stored.is_sealed else None
