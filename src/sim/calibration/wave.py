"""History matching: which parameters are impossible, before any Bayes. It informs, and cuts nothing off.

A draw from the prior is fought several times with other dice and other reporters; a count is implausible if what was
told lies further from the mean of those reports than three times the spread of simulation, reporting and model
discrepancy together. Sources: Andrianakis2015, Vernon2010, Pukelsheim1994.
"""

from dataclasses import dataclass, replace

import numpy as np

from sim import dice
from sim.calibration.battles import Battles
from sim.calibration.cloud import Cloud, from_prior
from sim.calibration.workers import Workers
from sim.claims.testimony import told

IMPLAUSIBLE = 3.0  # at most one in twenty of any distribution with one peak lies further out
DISCREPANCY = 0.2  # ASSUMPTION: the model itself is off by a fifth of a count
AT_A_TIME = 10  # draws sent to a worker


@dataclass(frozen=True)
class Wave:
    """What some draws from the prior could have told."""

    slots: np.ndarray  # (draws, slots), as normal numbers
    implausibility: np.ndarray  # (draws, claims); NaN for claims that are no counts
    matched: np.ndarray  # (draws, claims): in how many of its battles the claim was told as it was
    repeats: int

    @property
    def second(self) -> np.ndarray:
        """The second largest implausibility of each draw: one claim alone, which may be wrong, condemns nothing."""
        ordered = np.sort(np.where(np.isnan(self.implausibility), -np.inf, self.implausibility), axis=1)
        found: np.ndarray = ordered[:, -2] if ordered.shape[1] > 1 else ordered[:, -1]
        return found

    @property
    def plausible(self) -> np.ndarray:
        """Which draws are not implausible."""
        return self.second <= IMPLAUSIBLE


def wave(target: Battles, draws: int, repeats: int, seed: int, workers: Workers) -> Wave:
    """Fight each of some draws of the battle's parameters several times."""
    own = int(dice.words(dice.keys(["wave"]), seed, 0, np.zeros(1, dtype=np.uint64), 1)[0, 0] >> np.uint64(1))
    low, high = target.testimony.cells.T
    counted = counts_of(target)

    def match(rows: range) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        parameters, cloud = repeated(target, own, rows, repeats)
        outcomes = target.outcomes(cloud)
        reports = told(target.testimony, outcomes, target.reporting(cloud), own, cloud.numbers).counts
        shaped = reports.reshape(len(rows), repeats, -1)
        found = np.where(counted, implausible(shaped, low, high), np.nan)
        return parameters, found, ((low <= shaped) & (shaped <= high)).sum(axis=1)

    pieces = [range(first, min(first + AT_A_TIME, draws)) for first in range(0, draws, AT_A_TIME)]
    found = workers.work(match, pieces, "wave")
    slots, implausibility, matched = (np.concatenate(each) for each in zip(*found, strict=True))
    return Wave(slots, implausibility, matched, repeats)


def repeated(target: Battles, seed: int, rows: range, repeats: int) -> tuple[np.ndarray, Cloud]:
    """Some draws of the battle's parameters, and each of them several times with other dice and reporters."""
    space = target.space
    parameters = from_prior(space, seed, np.arange(rows.start, rows.stop, dtype=np.uint64)).slots
    numbers = np.arange(rows.start * repeats, rows.stop * repeats, dtype=np.uint64)
    others = from_prior(space, seed + 1, numbers)
    slots = np.where(space.reports, others.slots, np.repeat(parameters, repeats, axis=0))
    return parameters, replace(others, slots=slots)


def counts_of(target: Battles) -> np.ndarray:
    """Which claims are numbers of people or things, and not events."""
    testimony = target.testimony
    endless = [among.starts is None or len(among.starts) > 2 for term in testimony.terms for among in term.partitions]
    return np.array(endless, dtype=bool)


def implausible(reports: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """How far what was told lies from the reports, (draws, repeats, claims), in spreads; shape (draws, claims)."""
    mean, spread = reports.mean(axis=1), reports.var(axis=1, ddof=1)
    away = np.maximum(np.maximum(low - mean, mean - high), 0.0)
    nearest = np.where(mean < low, low, np.where(np.isfinite(high), high, low))
    found: np.ndarray = away / np.sqrt(spread + (DISCREPANCY * nearest) ** 2 + 1e-12)
    return found
