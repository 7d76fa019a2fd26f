"""Which replications the playback shows, out of all that were simulated: each for a reason that anyone can check.

Replications are ranked by the objective: the share of its place that the objective's side holds at the end, then its
own deaths (fewer is better), then the number of the replication. The best is the first, the worst the last,
the median the one in the middle (of an even number, the better of the two). The one closest to the record is that in
which most scored claims are true; among equals, that whose simulated values miss the bounds by least, each miss in
interquartile ranges (over all replications) of what the claim is about.
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from sim.outputs.run_results import RunTables
from sim.plots.run_data import group_simulated_values
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class SelectedReplication:
    """One replication, the labels under which it is shown, and the reasons why."""

    replication: int
    labels: tuple[str, ...]
    reasons: tuple[str, ...]


def select_replications(scenario: Scenario, results: RunTables) -> list[SelectedReplication]:
    """The replications to show; one that is selected for two reasons comes once, with both labels."""
    numbers = results.runs["replication"].to_numpy()
    count = len(numbers)
    if count == 1:
        return [SelectedReplication(int(numbers[0]), ("the only battle",), ("only one battle was fought",))]
    order = rank_by_objective(scenario, results)
    candidates = [("median", order[(count - 1) // 2], f"the middle one of {count} in the order of luck")]
    side = scenario.sides[scenario.objective.side].short_name
    candidates += [(f"best for {side}", order[0], f"the best of {count} for {describe_objective(scenario)}")]
    candidates += [(f"worst for {side}", order[-1], f"the worst of {count} for {describe_objective(scenario)}")]
    if (closest := find_closest_to_record(scenario, results)) is not None:
        row, n_true, n_scored = closest
        candidates.append(
            ("closest to the record", row, f"{n_true} of {n_scored} scored claims hold in it, the most of {count}")
        )
    rows = list(dict.fromkeys(row for _, row, _ in candidates))
    return [
        SelectedReplication(
            int(numbers[row]),
            tuple(name for name, each, _ in candidates if each == row),
            tuple(reason for _, each, reason in candidates if each == row),
        )
        for row in rows
    ]


def describe_objective(scenario: Scenario) -> str:
    """Whose luck is meant, and how it is measured."""
    objective = scenario.objective
    side_name, place_name = scenario.sides[objective.side].short_name, scenario.places[objective.place].name
    return f"{side_name}: share held of {place_name}, then own dead"


def rank_by_objective(scenario: Scenario, results: RunTables) -> list[int]:
    """The rows of the runs, the best first."""
    objective_shares = results.runs["objective_share"].to_numpy()
    deaths = results.runs[f"killed_{scenario.objective.side}"].to_numpy()
    order: list[int] = np.lexsort((results.runs["replication"].to_numpy(), deaths, -objective_shares)).tolist()
    return order


def find_closest_to_record(scenario: Scenario, results: RunTables) -> tuple[int, int, int] | None:
    """The row closest to the record, how many scored claims are true in it, and how many there are."""
    values = group_simulated_values(results)
    scored_claims = [id for id in scenario.scored_claims if id in values]
    if not scored_claims:
        return None
    n_true = np.zeros(results.runs.num_rows, dtype=np.int64)
    total_miss = np.zeros(results.runs.num_rows)
    for id in scored_claims:
        bound = scenario.claims[id].value
        assert bound is not None
        miss = np.maximum(np.maximum(bound.low - values[id], values[id] - bound.high), 0.0)
        iqr = float(np.subtract(*np.quantile(values[id], [0.75, 0.25])))
        n_true += miss == 0
        total_miss += miss / (iqr if iqr > 0 and isfinite(iqr) else 1.0)
    row = int(np.lexsort((np.arange(len(n_true)), total_miss, -n_true))[0])
    return row, int(n_true[row]), len(scored_claims)
