"""How the battle ends where a claim is true and where it is not: battles counted on both sides of each claim."""

from dataclasses import dataclass

import numpy as np

from sim.outputs.run_results import RunTables
from sim.plots.run_data import group_simulated_values
from sim.scenario.model import Scenario
from sim.scoring.intervals import wilson_interval

HELD_SHARE = 0.5  # of the objective's place, from which on its side is counted as holding it


@dataclass(frozen=True)
class OutcomeCount:
    """Outcomes of a group of battles: how many hold the objective, with a 95% interval, and median deaths by side."""

    n_battles: int
    n_held: int
    interval: tuple[float, float]
    median_deaths: tuple[float, ...]


@dataclass(frozen=True)
class OutcomeSplit:
    """Outcomes where a claim is true and where it is not; None for a group without battles."""

    where_true: OutcomeCount | None
    where_false: OutcomeCount | None


def split_outcomes(scenario: Scenario, results: RunTables) -> dict[str, OutcomeSplit]:
    """For each observable claim, outcomes of the battles where it is true and of those where it is not.

    Parameters
    ----------
    scenario
        The documented battle: its claims and its objective.
    results
        The tables of a run; claims and runs have the same replications in the same order.

    Returns
    -------
    dict of str to OutcomeSplit
        By the id of the claim. The two groups differ in more than the claim: a difference is no effect of it.
    """
    held = results.runs["objective_share"].to_numpy() >= HELD_SHARE
    deaths = np.column_stack([results.runs[f"killed_{side}"].to_numpy() for side in scenario.sides])
    splits = {}
    for id, values in group_simulated_values(results).items():
        interval = scenario.claims[id].value
        assert interval is not None
        is_true = (values >= interval.low) & (values <= interval.high)
        splits[id] = OutcomeSplit(count_outcomes(held, deaths, is_true), count_outcomes(held, deaths, ~is_true))
    return splits


def count_outcomes(held: np.ndarray, deaths: np.ndarray, chosen: np.ndarray) -> OutcomeCount | None:
    """Outcomes of the chosen battles: `held` of shape (battles,), `deaths` of shape (battles, sides)."""
    n_battles = int(chosen.sum())
    if not n_battles:
        return None
    n_held = int(held[chosen].sum())
    medians = np.median(deaths[chosen], axis=0)
    return OutcomeCount(n_battles, n_held, wilson_interval(n_held, n_battles), tuple(float(each) for each in medians))
