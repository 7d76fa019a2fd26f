"""Recorded engagements as the fit reads them, and the halves into which they are parted."""

import zlib
from dataclasses import dataclass, fields, replace

import numpy as np

from sim.analysis.engagement.parameters import LARGE_SIZE, REFERENCE_SIZE, SMALL_SIZE, compute_year_covariate
from sim.scenario.prior_packs import compute_smallness

ERAS = {  # first and last year
    "1600_1799": (1600, 1799),
    "1800_1913": (1800, 1913),
    "1914_1938": (1914, 1938),
    "1939_1945": (1939, 1945),
    "1946_1982": (1946, 1982),
}
FIRST_LATE_YEAR = 1939  # from then on small battles may differ otherwise than before


@dataclass(frozen=True)
class RecordedEngagements:
    """Battles by row: odds, size, result for the attacker (1, 0, -1), fractions lost, bounds of the active days.

    Equal bounds mean that the time is known to the hour; NaN that nothing is known.
    """

    log_ratio: np.ndarray
    log_size: np.ndarray  # of the geometric mean of both strengths over the reference size
    year: np.ndarray
    war: np.ndarray
    won: np.ndarray
    attackers_lost: np.ndarray
    defenders_lost: np.ndarray
    shortest_days: np.ndarray
    longest_days: np.ndarray

    def __len__(self) -> int:
        return len(self.won)

    @property
    def covariates(self) -> dict[str, np.ndarray]:
        """The covariates that parameters drift with."""
        size = REFERENCE_SIZE * np.exp(self.log_size)
        whole_days = (self.shortest_days < self.longest_days).astype(float)
        smallness = compute_smallness(size, SMALL_SIZE, LARGE_SIZE)
        return {
            "year": compute_year_covariate(self.year),
            "smallness": smallness,
            "late_smallness": smallness * (self.year >= FIRST_LATE_YEAR),
            "whole_days": whole_days,
        } | {f"era_{era}": self.is_in_era(era).astype(float) for era in ERAS}

    def is_in_era(self, era: str) -> np.ndarray:
        """Which battles are of an era."""
        first, last = ERAS[era]
        return np.asarray((self.year >= first) & (self.year <= last))

    def select(self, mask: np.ndarray) -> "RecordedEngagements":
        """Some of the battles."""
        return replace(self, **{each.name: getattr(self, each.name)[mask] for each in fields(self)})


def split_by_war(wars: np.ndarray) -> np.ndarray:
    """Which battles are in the first half: whole wars, the largest first, each to the half that has fewer battles.

    Wars of one size go by the check sum of their names, so that neither alphabet nor order of the table decides.
    """
    names, counts = np.unique(wars, return_counts=True)
    order = sorted(
        zip(names.tolist(), counts.tolist(), strict=True), key=lambda each: (-each[1], zlib.crc32(each[0].encode()))
    )
    first: set[str] = set()
    balance = 0
    for name, count in order:
        if balance <= 0:
            first.add(name)
            balance += count
        else:
            balance -= count
    return np.isin(wars, sorted(first))


def split_by_date(years: np.ndarray) -> np.ndarray:
    """Which battles are in the first half: those before the median year."""
    return np.asarray(years < np.median(years))
