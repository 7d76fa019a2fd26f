"""Which battles are shown, out of all that were fought: each for a reason that anyone can check.

Battles are put in order by the objective: the share of its place that the objective's side holds at the end, then its
own dead (fewer is better), then the number of the replication. The luckiest is the first, the unluckiest the last, the
median the one in the middle (of an even number, the better of the two). The one closest to the record is that in which
the bounds of most scored claims hold; among equals, that whose simulated counts miss the bounds by least, each miss in
middle halves (the range of the middle 50 % of all battles) of what the claim is about.
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from sim.experiment.store import Results
from sim.plots.arrays import simulated
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Choice:
    """One replication, the names under which it is shown, and why it was chosen."""

    replication: int
    names: tuple[str, ...]
    says: tuple[str, ...]


def choices(scenario: Scenario, results: Results) -> list[Choice]:
    """The battles to show; one that is chosen for two reasons comes once, with both names."""
    numbers = results.runs["replication"].to_numpy()
    count = len(numbers)
    if count == 1:
        return [Choice(int(numbers[0]), ("the only battle",), ("only one battle was fought",))]
    order = by_luck(scenario, results)
    found = [("median", order[(count - 1) // 2], f"the middle one of {count} in the order of luck")]
    found += [("luckiest", order[0], f"the best of {count} for {lucky(scenario)}")]
    found += [("unluckiest", order[-1], f"the worst of {count} for {lucky(scenario)}")]
    if (closest := by_record(scenario, results)) is not None:
        row, held, scored = closest
        found.append(
            ("closest to the record", row, f"{held} of {scored} scored claims hold in it, the most of {count}")
        )
    rows = list(dict.fromkeys(row for _, row, _ in found))
    return [
        Choice(
            int(numbers[row]),
            tuple(name for name, each, _ in found if each == row),
            tuple(says for _, each, says in found if each == row),
        )
        for row in rows
    ]


def lucky(scenario: Scenario) -> str:
    """Whose luck is meant, and how it is told."""
    goal = scenario.objective
    return f"{scenario.sides[goal.side].short}: share held of {scenario.places[goal.place].name}, then own dead"


def by_luck(scenario: Scenario, results: Results) -> list[int]:
    """The rows of the runs, the luckiest first."""
    held = results.runs["objective_share"].to_numpy()
    dead = results.runs[f"killed_{scenario.objective.side}"].to_numpy()
    order: list[int] = np.lexsort((results.runs["replication"].to_numpy(), dead, -held)).tolist()
    return order


def by_record(scenario: Scenario, results: Results) -> tuple[int, int, int] | None:
    """The row that comes closest to the record, how many scored claims hold in it, and how many there are."""
    values = simulated(results)
    scored = [id for id in values if scenario.claims[id].scored != "carried"]
    if not scored:
        return None
    held = np.zeros(results.runs.num_rows, dtype=np.int64)
    missed = np.zeros(results.runs.num_rows)
    for id in scored:
        bound = scenario.claims[id].value
        assert bound is not None
        short = np.maximum(np.maximum(bound.low - values[id], values[id] - bound.high), 0.0)
        half = float(np.subtract(*np.quantile(values[id], [0.75, 0.25])))
        held += short == 0
        missed += short / (half if half > 0 and isfinite(half) else 1.0)
    row = int(np.lexsort((np.arange(len(held)), missed, -held))[0])
    return row, int(held[row]), len(scored)
