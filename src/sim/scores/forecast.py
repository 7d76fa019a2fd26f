"""A forecast of the record, whosever it is: a sample of what would be told, and how likely it makes what was told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim import dice
from sim.claims import reporting
from sim.claims.questions import Question, questions, standings, states_told
from sim.claims.testimony import Testimony, by_claim, log_likelihood, recorded, told
from sim.scenario.model import Scenario
from sim.scores.likelihood import effective, log_scores


@dataclass(frozen=True)
class Forecast:
    """A sample of shape (n, questions), the logarithmic score of each term, and the claims of which it says nothing."""

    name: str
    questions: tuple[Question, ...]
    sample: np.ndarray
    log_scores: dict[str, float]
    effective: dict[str, float]  # on how many of the sample each of them rests
    silent: dict[str, str] = field(default_factory=dict)  # claim: why

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims of which it speaks."""
        return tuple(dict.fromkeys(question.claim for question in self.questions))


def record_of(scenario: Scenario, ends: float, claims: Sequence[str]) -> Testimony:
    """The record of these claims, each with a column of its own."""
    return by_claim(recorded(scenario, ends, claims))


def forecast(
    name: str, scenario: Scenario, record: Testimony, values: np.ndarray, seed: int, replications: np.ndarray
) -> Forecast:
    """The forecast of somebody who expects these values to be so, shape (n, claims of the record), and that the sources
    then tell of them as the scenario's priors have it: of a prior, of a posterior, of any model.
    """
    reports = reporting.drawn(scenario, record.slots, seed, replications)
    return told_by(name, scenario, record, values, reports, seed, replications)


def told_by(
    name: str,
    scenario: Scenario,
    record: Testimony,
    values: np.ndarray,
    reports: np.ndarray,
    seed: int,
    replications: np.ndarray,
) -> Forecast:
    """The same with a way to report for each of the values, shape (n, slots): such as a posterior has."""
    counts = told(record, values, reports, seed, replications).counts
    held = standings(scenario, record)
    luck = fortune([f"state:{each.question.claim}" for each in held], seed, replications)
    states = [states_told(scenario, each, values, reports, luck[:, n]) for n, each in enumerate(held)]
    asked = (*questions(record), *(each.question for each in held))
    likelihood, terms = log_likelihood(record, values, reports), [term.name for term in record.terms]
    return Forecast(
        name=name,
        questions=asked,
        sample=np.column_stack([counts, *states]) if asked else np.empty((len(values), 0)),
        log_scores=dict(zip(terms, log_scores(likelihood).tolist(), strict=True)),
        effective=dict(zip(terms, effective(likelihood).tolist(), strict=True)),
    )


def fortune(names: Sequence[str], seed: int, replications: np.ndarray) -> np.ndarray:
    """Two numbers in (0, 1) for each name and replication, shape (n, names, 2)."""
    nothing = np.zeros(len(names), dtype=np.uint64)
    return dice.shares(dice.words(dice.keys(list(names)), seed, np.asarray(replications), nothing, 2))
