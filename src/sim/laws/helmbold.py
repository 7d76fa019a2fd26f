"""Losses whose fractions stand in a power of the ratio of numbers, whatever the size of the fight."""

import math

NAME = "Helmbold's law"
PARAMETERS = {
    "ratio_exponent": {
        "distribution": "normal",
        "mean": 0.8,
        "sd": 0.2,
        "low": 0.0,
        "high": 2.0,
        "unit": "1",
        "basis": "literature",
        "reference": ["Helmbold1965", "CDB90"],
        "reason": "fractions lost in recorded battles go with the ratio of numbers to the power .75 (.56 to .94)",
    },
}
LIMITS = {"ratio_exponent": (0.0, 2.0)}


def rates(
    own: float,
    enemy: float,
    own_loss_rate: float,
    enemy_loss_rate: float,
    reference: float,
    hours: float,
    ratio_exponent: float,
) -> tuple[float, float]:
    """Losses an hour of both sides by Helmbold's law: x' = -b x (y/x)^(s/2), y' = -a y (x/y)^(s/2).

    The fraction that a side loses in an hour goes with the enemy's numbers over its own to the power s/2, so that both
    fractions stand in the ratio of numbers to the power s: s = 2 is the square law, s = 0 the logarithmic. With
    P = x^(s/2) and Q = y^(s/2) the equations are linear: P' = -(s/2) b Q, Q' = -(s/2) a P. Source: Helmbold1965.

    Parameters
    ----------
    own, enemy
        People engaged on both sides.
    own_loss_rate, enemy_loss_rate
        b and a, 1/h.
    reference, hours
        Not used: the law has no scale, and no memory.
    ratio_exponent
        s, no unit.

    Returns
    -------
    tuple of float
        Own losses and the enemy's, people an hour.

    Examples
    --------
    >>> rates(100.0, 25.0, 0.1, 0.2, 100.0, 0.0, 1.0)
    (5.0, 10.0)
    """
    if own <= 0.0 or enemy <= 0.0:
        return 0.0, 0.0
    ratio = math.pow(enemy / own, 0.5 * ratio_exponent)
    return own_loss_rate * own * ratio, enemy_loss_rate * enemy / ratio
