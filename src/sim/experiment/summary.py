"""What a study adds up to, in the same room for ten replications as for a million."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.claims.control import State, counts
from sim.claims.distribution import Distribution
from sim.experiment.replicate import SERIES, Batch, Study


@dataclass
class Summary:
    """Over all replications so far: what each claim and sentence is about, control and losses of each day.

    `control` counts replications by (day, place, state); `totals` are sums by (day, place, side).
    """

    study: Study
    days: tuple[date, ...]
    claims: list[Distribution]
    sentences: list[Distribution]
    control: np.ndarray
    totals: dict[str, np.ndarray]
    runs: int = 0

    def add(self, batch: Batch) -> None:
        """Take in more replications."""
        self.runs += len(batch.replications)
        for values, found in ((batch.claims, self.claims), (batch.sentences, self.sentences)):
            for number, distribution in enumerate(found):
                distribution.add(values[:, number])
        self.control += counts(batch.daily["control"][..., 1], self.study.stage.scenario.contested_between)
        for name, series in batch.daily.items():
            self.totals[name] += series.sum(axis=0)


def summary_of(study: Study, batch: Batch) -> Summary:
    """The summary of some replications of a study."""
    shape = batch.daily["control"].shape[1:]
    summary = Summary(
        study=study,
        days=batch.days,
        claims=[Distribution() for _ in range(batch.claims.shape[1])],
        sentences=[Distribution() for _ in range(batch.sentences.shape[1])],
        control=np.zeros((*shape[:2], len(State)), dtype=np.int64),
        totals={name: np.zeros(shape) for name in SERIES},
    )
    summary.add(batch)
    return summary
