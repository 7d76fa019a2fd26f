"""Summaries of a study, batch by batch, in the same memory for ten replications as for a million."""

from dataclasses import dataclass, field

import numpy as np

from sim.events.time_steps import TimeSteps
from sim.likelihood.control import ControlState, count_control_states
from sim.runs.replicate import SERIES_NAMES, Batch, Study, concatenate_batches, slice_batch
from sim.scenario.model import Scenario
from sim.scoring.intervals import EmpiricalDistribution

MAX_DAILY_RUNS = 2_000  # replications whose days are kept


@dataclass
class StudySummary:
    """Over all replications so far: claims, headline outputs, control and losses of each step of time."""

    study: Study
    steps: TimeSteps
    claims: list[EmpiricalDistribution]
    headline_outputs: list[EmpiricalDistribution]
    control_counts: np.ndarray  # (steps, places, states): replications
    totals: dict[str, np.ndarray]  # each (steps, places, sides): sums over replications
    runs: int = 0

    def add(self, batch: Batch) -> None:
        """Add more replications."""
        self.runs += len(batch.replications)
        for values, distributions in ((batch.claims, self.claims), (batch.headline_outputs, self.headline_outputs)):
            for column, distribution in enumerate(distributions):
                distribution.add(values[:, column])
        self.control_counts += count_control_states(
            batch.daily["control"][..., 1], self.study.simulation.scenario.contested_share_range
        )
        for name, series in batch.daily.items():
            self.totals[name] += series.sum(axis=0)


def make_summary(study: Study, batch: Batch) -> StudySummary:
    """The summary of some replications of a study."""
    shape = batch.daily["control"].shape[1:]
    summary = StudySummary(
        study=study,
        steps=batch.steps,
        claims=[EmpiricalDistribution() for _ in range(batch.claims.shape[1])],
        headline_outputs=[EmpiricalDistribution() for _ in range(batch.headline_outputs.shape[1])],
        control_counts=np.zeros((*shape[:2], len(ControlState)), dtype=np.int64),
        totals={name: np.zeros(shape) for name in SERIES_NAMES},
    )
    summary.add(batch)
    return summary


@dataclass
class FinalControl:
    """How many replications end with each place in each state; `counts` has shape (places, states)."""

    contested_share_range: tuple[float, float]
    counts: np.ndarray | None = None
    runs: int = 0

    def add(self, batch: Batch) -> None:
        """Add more replications."""
        counts = count_control_states(batch.daily["control"][:, -1:, :, 1], self.contested_share_range)[0]
        self.counts = counts if self.counts is None else self.counts + counts
        self.runs += len(batch.replications)

    def compute_shares(self, scenario: Scenario) -> dict[str, tuple[float, ...]]:
        """The share of replications that end in each state, by place."""
        assert self.counts is not None
        shares = self.counts / self.runs
        return {id: tuple(map(float, shares[number])) for number, id in enumerate(scenario.places)}


@dataclass
class StudyOverview:
    """Summarizes the batches of a study; of these only the first ones stay in memory."""

    study: Study
    first_batches: list[Batch] = field(default_factory=list)
    summary: StudySummary | None = None

    def add(self, batch: Batch) -> None:
        """Add the next batch."""
        room = MAX_DAILY_RUNS - sum(len(each.replications) for each in self.first_batches)
        if room > 0:
            self.first_batches.append(slice_batch(batch, 0, room))
        if self.summary is None:
            self.summary = make_summary(self.study, batch)
        else:
            self.summary.add(batch)

    def close(self) -> tuple[Batch, StudySummary]:
        """The replications kept, and the summary of all."""
        assert self.summary is not None
        return concatenate_batches(self.first_batches), self.summary
