"""Which of many conditions goes with an outcome most: picked in one half of the battles and counted in the other.

An association among battles, not an effect: what leads to a condition may lead to the outcome too. Battles are counted
apart from those in which the condition was picked, so that the best of many is not taken at its luck (Bryant2010).
"""

from collections.abc import Mapping

import numpy as np

from sim.analysis.turning_points import Association, estimate_association

MIN_BATTLES = 100  # below, nothing is said
MIN_GROUP_SHARE = 0.1  # of the battles, that a condition must hold for, and must not hold for


def select_association(
    is_outcome: np.ndarray, conditions: Mapping[str, np.ndarray], draw_index: np.ndarray
) -> tuple[str, Association] | None:
    """The condition with the largest correlation with an outcome, and how the outcome goes with it.

    Parameters
    ----------
    is_outcome
        Whether each battle has the outcome, shape (battles,) of bool.
    conditions
        By name, whether each battle meets the condition, shape (battles,) of bool each.
    draw_index
        The number of the draw that each battle comes from, shape (battles,): draws with even numbers pick the
        condition, those with odd ones are counted.

    Returns
    -------
    tuple of str and Association, or None
        None with fewer than `MIN_BATTLES` battles, without a condition that is neither rare nor common, or where the
        95% interval of the difference covers 0.

    Examples
    --------
    >>> number = np.arange(400)
    >>> conditions = {"late": number >= 200, "every third": number % 3 == 0}
    >>> name, found = select_association(number >= 220, conditions, number)
    >>> name, found.p_hold_with.value, found.p_hold_without.value, found.n_with
    ('late', 0.9, 0.0, 100)
    """
    if len(is_outcome) < MIN_BATTLES:
        return None
    picking, counted = draw_index % 2 == 0, draw_index % 2 == 1
    names, matrix = list(conditions), np.array(list(conditions.values()), dtype=bool).reshape(-1, len(is_outcome))
    shares = matrix.mean(axis=1)
    is_eligible = (shares >= MIN_GROUP_SHARE) & (shares <= 1 - MIN_GROUP_SHARE)
    if not is_eligible.any():
        return None
    strengths = np.abs(compute_correlations(is_outcome[picking], matrix[:, picking]))
    name = names[int(np.where(is_eligible, strengths, -1.0).argmax())]
    is_met = conditions[name]
    found = estimate_association(is_outcome, is_met & counted, ~is_met & counted, draw_index)
    if not found.n_with or not found.n_without or not found.difference.is_significant:
        return None
    return name, found


def compute_correlations(is_outcome: np.ndarray, conditions: np.ndarray) -> np.ndarray:
    """The correlation of an outcome with each condition; 0 where one of the two never varies.

    Parameters
    ----------
    is_outcome
        Whether each battle has the outcome, shape (battles,) of bool.
    conditions
        Whether each battle meets each condition, shape (conditions, battles) of bool.

    Returns
    -------
    np.ndarray
        Shape (conditions,).

    Examples
    --------
    >>> compute_correlations(np.array([True, True, False]), np.array([[False, False, True], [True, True, True]]))
    array([-1.,  0.])
    """
    if not len(is_outcome):
        return np.zeros(len(conditions))
    outcome, met = is_outcome.mean(), conditions.mean(axis=1)
    covariances = (conditions & is_outcome).mean(axis=1) - outcome * met
    spreads = np.sqrt(outcome * (1 - outcome) * met * (1 - met))
    correlations: np.ndarray = np.divide(covariances, spreads, out=np.zeros(len(conditions)), where=spreads > 0)
    return correlations
