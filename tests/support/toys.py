"""Models with a record whose evidence and posterior are known exactly."""

from dataclasses import dataclass, field
from itertools import product

import numpy as np

from sim import dice
from sim.calibration.cloud import Cloud, Space


class FromThePrior:
    """What toys have in common: a particle takes one battle, and begins with the prior."""

    fights = 1

    def begun(self, cloud: Cloud, outcomes: np.ndarray) -> np.ndarray:
        return np.zeros(len(cloud))


@dataclass(frozen=True)
class Line(FromThePrior):
    """Normal numbers seen with normal noise, each once: conjugate in every coordinate.

    Half of the slots are reporting ones; the last coordinate, a driver, is not seen at all.
    """

    seen: tuple[float, ...] = (1.5, -0.5, 0.8, 2.0)
    noise: float = 0.5
    space: Space = field(
        default=Space(("a", "b", "c"), (False, False, True), ("order:x:one", "order:y:two"), ("order:x:dice",))
    )
    terms: tuple[str, ...] = ("a", "b", "c", "one")
    width = 4

    def outcomes(self, cloud: Cloud) -> np.ndarray:
        return np.concatenate([cloud.slots[:, :2], cloud.drivers], axis=1)

    def log_likelihood(self, cloud: Cloud, outcomes: np.ndarray) -> np.ndarray:
        told = np.stack([outcomes[:, 0], outcomes[:, 1], cloud.slots[:, 2], outcomes[:, 2]], axis=1)
        return -0.5 * ((told - self.seen) / self.noise) ** 2 - np.log(self.noise * np.sqrt(2 * np.pi))

    @property
    def evidence(self) -> float:
        variance = 1 + self.noise**2
        return float(sum(-0.5 * y * y / variance - 0.5 * np.log(2 * np.pi * variance) for y in self.seen))

    @property
    def posterior(self) -> tuple[np.ndarray, float]:
        """The means of a, b, c and the drivers, and the variance of all but the last."""
        shrunk = 1 / (1 + self.noise**2)
        return np.array([*(y * shrunk for y in self.seen), 0.0]), self.noise**2 * shrunk


STREAMS = ("order:first:dice", "order:second:dice", "order:third:dice")


@dataclass(frozen=True)
class Throws(FromThePrior):
    """Three dice from three streams; how many pips they show together is reported, too high by a bias of two values.

    The state space is small enough to be counted: 6 x 6 x 6 x 2.
    """

    told: int = 16
    space: Space = field(default=Space(("bias",), (True,), (), STREAMS))
    terms: tuple[str, ...] = ("pips",)
    width = 3

    def outcomes(self, cloud: Cloud) -> np.ndarray:
        words = dice.words(dice.keys(STREAMS), cloud.seed, cloud.numbers, cloud.salts, 1)[..., 0]
        return np.floor(6 * dice.shares(words)) + 1

    def log_likelihood(self, cloud: Cloud, outcomes: np.ndarray) -> np.ndarray:
        bias = (cloud.slots[:, 0] > 0).astype(float)
        return near(outcomes.sum(axis=1) + 2 * bias, self.told)[:, None]

    def counted(self) -> tuple[float, np.ndarray]:
        """The evidence, and the posterior chances of 1 to 6 on the first die and of the bias."""
        states = np.array(list(product(range(1, 7), range(1, 7), range(1, 7), (0, 1))), dtype=float)
        chances = np.exp(near(states[:, :3].sum(axis=1) + 2 * states[:, 3], self.told)) / len(states)
        first = [chances[states[:, 0] == pips].sum() for pips in range(1, 7)]
        whole = chances.sum()
        return float(np.log(whole)), np.array([*first, chances[states[:, 3] == 1].sum()]) / whole


def near(pips: np.ndarray, told: int) -> np.ndarray:
    """The logarithm of the chance of being told a number, which falls off to both sides."""
    return -2.0 * np.abs(pips - told) - np.log((1 + np.exp(-2.0)) / (1 - np.exp(-2.0)))
