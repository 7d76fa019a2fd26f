"""The tables of a run as arrays, and reported counts with their limits, ready to be drawn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sim.events.observable import Observable
from sim.events.time_steps import TimeSteps
from sim.outputs.run_results import RunTables
from sim.outputs.tables import decode_steps
from sim.scenario.claim_kinds import CLAIM_KINDS
from sim.scenario.descriptions import capitalize
from sim.scenario.evidence import Claim, ReportedInterval
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import claim_observable as observable_of


def read_time_steps(results: RunTables, scenario: Scenario) -> TimeSteps:
    """The steps of time of the stored run."""
    return decode_steps(scenario, max(pc.unique(results.daily["day"]).to_pylist()))


def build_daily_arrays(results: RunTables, scenario: Scenario, *series: str) -> list[np.ndarray]:
    """Series of the daily table: shape (replications, steps, places, sides) each, in the scenario's order."""
    table = results.daily
    replications, steps = (sorted(pc.unique(table[name]).drop_null().to_pylist()) for name in ("replication", "day"))
    axes = {"replication": replications, "day": steps, "place": list(scenario.places), "side": list(scenario.sides)}
    cells = tuple(encode_column(table[name], labels) for name, labels in axes.items())
    arrays = [np.full(tuple(map(len, axes.values())), np.nan) for _ in series]
    for values, name in zip(arrays, series, strict=True):
        values[cells] = table[name].to_numpy()
    return arrays


def group_simulated_values(results: RunTables) -> dict[str, np.ndarray]:
    """The simulated value of each observable claim in every replication."""
    ids = pc.unique(results.claims["claim"]).to_pylist()
    claim, values = encode_column(results.claims["claim"], ids), results.claims["simulated"].to_numpy()
    return {id: values[claim == number] for number, id in enumerate(ids)}


def encode_column(column: pa.ChunkedArray, names: Sequence[Any]) -> np.ndarray:
    """A column as indices into the names, or other values, that occur in it."""
    encoded = column.dictionary_encode().unify_dictionaries().combine_chunks()
    index_by_name = {name: index for index, name in enumerate(names)}
    name_indices = np.array([index_by_name[word] for word in encoded.dictionary.to_pylist()], dtype=np.int64)
    indices: np.ndarray = name_indices[encoded.indices.to_numpy()]
    return indices


COUNT_MEASURES = ("killed", "wounded", "captured", "equipment_captured")  # in the order in which they are drawn


@dataclass(frozen=True)
class ReportedCount:
    """One source's number as it is marked on an axis: from `low` to `high`, either of which may be open."""

    claim: str
    source: str
    phrase: str
    kind: str  # of claim
    low: float
    high: float
    is_scored: bool

    @property
    def label(self) -> str:
        """Source and phrase."""
        return f"{capitalize(self.source)}: {self.phrase}" + ("" if self.is_scored else " (not scored)")

    @property
    def mark_start(self) -> float:
        """The number where the mark begins."""
        return self.low if math.isfinite(self.low) and not self.is_open_below else self.high

    @property
    def is_open_above(self) -> bool:
        """Whether the source gave a lower limit only."""
        return math.isinf(self.high)

    @property
    def is_open_below(self) -> bool:
        """Whether the source gave an upper limit only."""
        return self.low == 0 < self.high and CLAIM_KINDS[self.kind].reported_number == "high"


@dataclass(frozen=True)
class ReportedQuantity:
    """Something that was counted, and all reports of it."""

    observable: Observable
    measure: str
    since: datetime
    until: datetime
    reports: tuple[ReportedCount, ...]


def group_reported_counts(scenario: Scenario, observed: set[str]) -> list[ReportedQuantity]:
    """Counts of which there is a scored claim, with all reports of each; the most informative first."""
    grouped: dict[Observable, list[tuple[str, Claim]]] = {}
    claims = [(id, claim) for id, claim in scenario.claims.items() if id in observed and is_count(claim)]
    for id, claim in sorted(claims, key=lambda pair: pair[1].role == "context"):
        observable = make_dated_observable(scenario, claim)
        if claim.role != "context":
            grouped.setdefault(observable, []).append((id, claim))
        elif observable in grouped:
            grouped[observable].append((id, claim))
    quantities = [make_reported_quantity(scenario, about, members) for about, members in grouped.items()]
    return sorted(quantities, key=lambda each: make_sort_key(scenario, each))


def is_count(claim: Claim) -> bool:
    """Whether a claim gives a number of people or pieces."""
    return claim.observable is not None and claim.value is not None and claim.observable.measure in COUNT_MEASURES


def make_dated_observable(scenario: Scenario, claim: Claim) -> Observable:
    """What a claim is about; a period without a beginning is counted from that of the battle."""
    observable = observable_of(claim)
    return observable.model_copy(update={"since": observable.since or scenario.begins})


def make_reported_quantity(
    scenario: Scenario, observable: Observable, claims: list[tuple[str, Claim]]
) -> ReportedQuantity:
    """Everything that was reported of one count."""
    assert observable.since is not None
    reports = tuple(
        sorted((make_reported_count(scenario, id, claim) for id, claim in claims), key=lambda each: each.mark_start)
    )
    measure = str(observable.model_dump()["measure"])
    return ReportedQuantity(observable, measure, observable.since, observable.until, reports)


def make_reported_count(scenario: Scenario, id: str, claim: Claim) -> ReportedCount:
    """A claim as it is drawn."""
    assert claim.value is not None
    low, high = compute_drawn_limits(claim.value)
    source, interval = scenario.sources[claim.source].name, claim.value
    return ReportedCount(id, source, interval.phrase, interval.kind, low, high, claim.role != "context")


def compute_drawn_limits(bound: ReportedInterval) -> tuple[float, float]:
    """The limits of a bound as numbers to draw: without the last bit that tells `over` from `at least`; some are 1."""
    low = round(bound.low, 9) if CLAIM_KINDS[bound.kind].has_number else float(math.ceil(bound.low))
    return low, bound.high if math.isinf(bound.high) else round(bound.high, 9)


def make_sort_key(scenario: Scenario, quantity: ReportedQuantity) -> tuple[int, bool, float, int, datetime]:
    """What comes first: deaths, then whole periods, then long ones, then those with more reports."""
    length = (quantity.until - quantity.since).total_seconds()
    return (
        COUNT_MEASURES.index(quantity.measure),
        quantity.since != scenario.begins,
        -length,
        -len(quantity.reports),
        quantity.since,
    )
