"""Bins of possible reports: a claim is one bin of all that its source could have reported."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.scenario.claim_kinds import CLAIM_KINDS, ObservationModelName
from sim.scenario.evidence import ReportedInterval

UNBOUNDED = math.inf
TIME_STEPS = 4  # in an hour. ASSUMPTION: sources report times in quarters of an hour
SHARE_STEPS = 20  # in the whole. ASSUMPTION: sources report a share in steps of five per cent


@dataclass(frozen=True)
class Bin:
    """The whole numbers from `low` to `high`, both included; `high` may be infinite."""

    low: int
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError(f"no bin of counts: {self.low} to {self.high}")


@dataclass(frozen=True)
class Binning:
    """All whole numbers from 0 on, in bins by their first members, the last one unbounded; None: each by itself."""

    lower_edges: tuple[int, ...] | None

    def find_bins(self, counts: np.ndarray) -> np.ndarray:
        """The bin of each count, as low and high: shape of the counts, and a last axis of two."""
        if self.lower_edges is None:
            return np.stack([counts, counts], axis=-1).astype(np.float64)
        edges = np.array([*self.lower_edges, UNBOUNDED])
        index = np.searchsorted(edges, counts, side="right") - 1
        return np.stack([edges[index], edges[index + 1] - 1.0], axis=-1)


UNIT_BINS = Binning(None)


def make_binning(lower_edges: Iterable[float]) -> Binning:
    """The bins that begin at these numbers, and at 0 in any case."""
    return Binning(tuple(sorted({0, *(int(edge) for edge in lower_edges if edge > 0)})))


def find_bin(binning: Binning, count: int) -> Bin:
    """The bin of one count."""
    low, high = binning.find_bins(np.array([count]))[0]
    return Bin(int(low), float(high))


BINARY_BINS = make_binning([1, 2])  # of no, 0, and yes, 1
YES_BIN = Bin(1, 1)


def make_claim_bins(interval: ReportedInterval, model: ObservationModelName) -> tuple[Binning, Bin]:
    """All that a source could have reported, and what it did report, in the terms of an observation model.

    A count that is not whole is taken as the nearest that is; a share or a time as the nearest step. Raise ValueError
    if no count agrees with what was said.
    """
    if model == "binary":
        return BINARY_BINS, YES_BIN
    if model == "share":
        step = min(max(round((interval.low + interval.high) / 2 * SHARE_STEPS), 0), SHARE_STEPS)
        return UNIT_BINS, Bin(step, float(step))
    if model == "time":
        low_step = max(0, round(max(interval.low, 0.0) * TIME_STEPS))
        high_step = interval.high if math.isinf(interval.high) else max(low_step, round(interval.high * TIME_STEPS))
        return make_binning([low_step, *([] if math.isinf(high_step) else [high_step + 1])]), Bin(low_step, high_step)
    find_lower_edges = CLAIM_KINDS[interval.kind].bins
    if find_lower_edges is None:
        raise ValueError(f"{interval.phrase!r} is never said of a count")
    lower_edges = find_lower_edges(interval.low, interval.high)
    if lower_edges is None:
        return UNIT_BINS, find_bin(UNIT_BINS, round(interval.low))
    lowest_count = math.ceil(interval.low)
    if lowest_count > interval.high:
        raise ValueError(f"no whole number is {interval.phrase!r}")
    binning = make_binning(lower_edges)
    return binning, find_bin(binning, lowest_count)
