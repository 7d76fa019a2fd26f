"""A measure at the levels of a factor, over design points that share their random inputs: means and differences.

Replications of one number have the same random inputs at every design point (common random numbers), so that battles at
several points are no independent sample: what is independent are the replications. Source: Woodruff1971.
"""

import numpy as np

from sim.analysis.cluster_intervals import ClusteredProportion, estimate_mean
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.sweep import SweepResult, compute_mean_interval
from sim.scoring.intervals import IntervalEstimate, wilson_interval


def compute_level_interval(sweep: SweepResult, measure: OutcomeMeasure, points: list[int]) -> IntervalEstimate:
    """The mean of a measure over some design points, with its 95% interval over replications.

    Parameters
    ----------
    sweep
        The battles at every design point.
    measure
        The measure; of an event the interval is Wilson's, for the effective number of battles.
    points
        The numbers of the design points.

    Returns
    -------
    IntervalEstimate
        In the unit of the measure; an event as a share of the battles.
    """
    chosen = np.isin(sweep.point_index, points)
    values, replication = sweep.find_column(measure.id)[chosen], sweep.replication[chosen]
    n_replications = len(np.unique(replication))
    if len(points) == 1 or n_replications == 1:
        return IntervalEstimate(*compute_mean_interval(measure, values))
    if measure.is_event and values.min() == values.max():  # nothing varies: what is counted are the replications
        value = float(values[0])
        return IntervalEstimate(value, *wilson_interval(value * n_replications, n_replications))
    if measure.is_event:
        return ClusteredProportion(values > 0, np.ones(len(values), dtype=bool), replication).interval_estimate
    return estimate_mean(values, replication)


def compute_level_difference(
    sweep: SweepResult, measure: OutcomeMeasure, first: list[int], last: list[int]
) -> IntervalEstimate:
    """How much more of a measure there is at some design points than at others, over pairs of one replication each.

    Parameters
    ----------
    sweep
        The battles at every design point.
    measure
        The measure.
    first, last
        The numbers of the design points that are compared.

    Returns
    -------
    IntervalEstimate
        The mean over the last less that over the first, with its 95% interval over the replications that both have; a
        single replication leaves it open.
    """
    column = sweep.find_column(measure.id)
    means = []
    for points in (first, last):
        chosen = np.isin(sweep.point_index, points)
        sizes = np.bincount(sweep.replication[chosen], minlength=int(sweep.replication.max()) + 1)
        sums = np.bincount(sweep.replication[chosen], weights=column[chosen], minlength=len(sizes))
        means.append(np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan))
    differences = means[1] - means[0]
    differences = differences[np.isfinite(differences)]
    return estimate_mean(differences, np.arange(len(differences)))
