"""What inference needs to know of a model: what a particle is, what comes of it, how likely that makes the record."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.calibration.cloud import Cloud, Space


class Target(Protocol):
    """A model with a record to be held against."""

    @property
    def space(self) -> Space:
        """What a particle consists of."""

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of the factors of the likelihood."""

    def outcomes(self, cloud: Cloud) -> np.ndarray:
        """What comes of each particle, shape (particles, outcomes): costly, and no reporting slot changes it."""

    def log_likelihood(self, cloud: Cloud, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of each factor of the likelihood, shape (particles, terms)."""


@dataclass(frozen=True)
class Fought:
    """Particles with what came of them, and the logarithm of the whole likelihood."""

    cloud: Cloud
    outcomes: np.ndarray
    likelihood: np.ndarray

    def __len__(self) -> int:
        return len(self.cloud)

    def take(self, rows: np.ndarray | slice) -> "Fought":
        """Some of the particles."""
        return Fought(self.cloud.take(rows), self.outcomes[rows], self.likelihood[rows])


def total(terms: np.ndarray) -> np.ndarray:
    """The logarithm of the whole likelihood; what is not a number counts as impossible."""
    summed: np.ndarray = terms.sum(axis=1)
    return np.where(np.isnan(summed), -np.inf, summed)


def fought(target: Target, cloud: Cloud) -> Fought:
    """Particles as they come out."""
    outcomes = target.outcomes(cloud)
    return Fought(cloud, outcomes, total(target.log_likelihood(cloud, outcomes)))
