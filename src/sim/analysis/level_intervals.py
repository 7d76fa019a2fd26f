"""A measure at one level of a factor, over design points that share their random inputs: its mean with an interval.

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
