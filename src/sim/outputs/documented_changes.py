"""What the what-if questions of a documented battle come to: fought beforehand, and shipped beside its scenario.

`conf/question/NAME/` has the questions of the scenario NAME; `python -m tools.documented_changes` fights each with the
same luck as the base case, and writes `scenarios/changes/NAME.json`. So a single run shows what would have changed.
"""

from pathlib import Path

from sim import paths
from sim.outputs.shipped_difference import ShippedDifference
from sim.scenario.model import Scenario
from sim.storage.sealed_model import SealedModel, read_shipped


class DocumentedChange(ShippedDifference):
    """One question: how often an event comes about with and without the change, and the paired difference of both.

    Parameters
    ----------
    name, question, description
        Its name in `conf/question/`, the question, and the change in words.
    base, changed
        Shares of the battles, from 0 to 1.
    """

    name: str
    question: str
    description: str
    base: float
    changed: float


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
    stored = read_shipped(DocumentedChanges, find_changes_file(scenario.name))
    if stored is None or (stored.scenario_digest, stored.law) != (scenario.compute_digest(), law):
        return None
    return stored
