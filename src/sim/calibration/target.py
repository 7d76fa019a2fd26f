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

    @property
    def width(self) -> int:
        """How many outcomes each particle has."""

    @property
    def fights(self) -> int:
        """How many battles are fought for each particle."""

    def outcomes(self, cloud: Cloud) -> np.ndarray:
        """What comes of each particle, shape (particles, outcomes): costly, and no reporting slot changes it."""

    def log_likelihood(self, cloud: Cloud, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of each factor of the likelihood, shape (particles, terms)."""

    def begun(self, cloud: Cloud, outcomes: np.ndarray) -> np.ndarray:
        """The logarithm of the likelihood at temperature 0, shape (particles,): nought, if it begins with the prior."""


@dataclass(frozen=True)
class Fought:
    """Particles with what came of them; the logarithm of the likelihood at temperature t is `begun` + t `gain`."""

    cloud: Cloud
    outcomes: np.ndarray
    begun: np.ndarray
    gain: np.ndarray

    def __len__(self) -> int:
        return len(self.cloud)

    def take(self, rows: np.ndarray | slice) -> "Fought":
        """Some of the particles."""
        return Fought(self.cloud.take(rows), self.outcomes[rows], self.begun[rows], self.gain[rows])

    def above(self, other: "Fought", temperature: float) -> np.ndarray:
        """The logarithm of the ratio of its likelihood to the other's."""
        found: np.ndarray = self.begun - other.begun + temperature * (self.gain - other.gain)
        return found

    def where(self, taken: np.ndarray, other: "Fought") -> "Fought":
        """Its particles where `taken`, else those of the other."""
        rows = taken[:, None]
        cloud = self.cloud.where(rows, other.cloud)
        outcomes = np.where(rows, self.outcomes, other.outcomes)
        begun, gain = np.where(taken, self.begun, other.begun), np.where(taken, self.gain, other.gain)
        return Fought(cloud, outcomes, begun, gain)


def total(terms: np.ndarray) -> np.ndarray:
    """The logarithm of the whole likelihood; what is not a number counts as impossible."""
    summed: np.ndarray = terms.sum(axis=1)
    return np.where(np.isnan(summed), -np.inf, summed)


def held(target: Target, cloud: Cloud, outcomes: np.ndarray) -> Fought:
    """Particles of which it is known what came of them, held against the record."""
    begun = target.begun(cloud, outcomes)
    return Fought(cloud, outcomes, begun, total(target.log_likelihood(cloud, outcomes)) - begun)


def fought(target: Target, cloud: Cloud) -> Fought:
    """Particles as they come out."""
    return held(target, cloud, target.outcomes(cloud))
