"""Outcome measures: the events and numbers by which studies are compared, and their values in every replication."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.runs.replicate import Batch, Study
from sim.runs.results_digest import ResultsDigest
from sim.scenario.descriptions import describe_observable
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import claim_observable, select_headline_outputs, select_observable_claims
from sim.storage.manifest import MeasureFacts


@dataclass(frozen=True)
class OutcomeMeasure:
    """An outcome by which studies are compared: an event, 0 or 1 in a battle, or a number with a unit."""

    id: str
    text: str
    unit: str
    is_event: bool


def measures_to_facts(measures: tuple[OutcomeMeasure, ...]) -> dict[str, MeasureFacts]:
    """Measures as a manifest has them."""
    return {each.id: MeasureFacts(text=each.text, unit=each.unit, event=each.is_event) for each in measures}


def measures_from_facts(facts: Mapping[str, MeasureFacts]) -> tuple[OutcomeMeasure, ...]:
    """Measures from a manifest."""
    return tuple(OutcomeMeasure(id, each.text, each.unit, each.event) for id, each in facts.items())


def list_outcome_measures(scenario: Scenario, ends: float) -> tuple[OutcomeMeasure, ...]:
    """Every outcome measure: headline outputs, the losses of each side, and the observables of claims."""
    result = [
        OutcomeMeasure(f"headline_{number}", output.text, output.observable.unit, output.at_least is not None)
        for number, output in select_headline_outputs(scenario, ends).items()
    ]
    for series in LOSS_SERIES:
        result += [
            OutcomeMeasure(f"{series}_{id}", f"{side.short_name} {side.member_noun} {series}", "people", False)
            for id, side in scenario.sides.items()
        ]
    for id, claim in select_distinct_claims(scenario, ends).items():
        result.append(
            OutcomeMeasure(
                id,
                describe_observable(scenario, claim_observable(claim)) or claim.statement,
                claim_observable(claim).unit,
                False,
            )
        )
    return tuple(result)


def select_distinct_claims(scenario: Scenario, ends: float) -> dict[str, Claim]:
    """The observable claims whose observable is not that of an earlier one or of a headline output."""
    observables = {output.observable for output in select_headline_outputs(scenario, ends).values()}
    claims = {}
    for id, claim in select_observable_claims(scenario, ends).items():
        if claim_observable(claim) not in observables:
            observables.add(claim_observable(claim))
            claims[id] = claim
    return claims


LOSS_SERIES = ("killed", "wounded", "captured")


def compute_outcomes(study: Study, batch: Batch) -> np.ndarray:
    """The measures of some replications, shape (replications, measures), in the order of `list_outcome_measures`."""
    headline_outputs = select_headline_outputs(study.simulation.scenario, study.simulation.end_hours).values()
    columns = [
        batch.headline_outputs[:, n]
        if output.at_least is None
        else (batch.headline_outputs[:, n] >= output.at_least).astype(float)
        for n, output in enumerate(headline_outputs)
    ]
    for series in LOSS_SERIES:
        columns += list(batch.daily[series].sum(axis=(1, 2)).T)
    observable_claims = select_observable_claims(study.simulation.scenario, study.simulation.end_hours)
    positions = {id: n for n, id in enumerate(observable_claims)}
    columns += [
        batch.claims[:, positions[id]]
        for id in select_distinct_claims(study.simulation.scenario, study.simulation.end_hours)
    ]
    return np.column_stack(columns)


@dataclass
class OutcomeCollector:
    """Keeps the measures of the batches of a study, and drops the rest."""

    study: Study
    digest: ResultsDigest = field(default_factory=ResultsDigest)
    outcomes: list[np.ndarray] = field(default_factory=list)

    def collect(self, batches: Iterable[Batch]) -> np.ndarray:
        """The measures of all replications, shape (replications, measures)."""
        for batch in batches:
            self.digest.add(batch)
            self.outcomes.append(compute_outcomes(self.study, batch))
        return np.concatenate(self.outcomes)
