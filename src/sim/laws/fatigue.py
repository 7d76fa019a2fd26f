"""Losses by one's own numbers, at a rate that falls off with the logarithm of the time engaged."""

import math

PARAMETERS = {
    "tiring_hours": {
        "distribution": "loguniform",
        "low": 0.25,
        "high": 4.0,
        "unit": "h",
        "reason": "ASSUMPTION: the source counts steps of no stated length; an hour, give or take a factor of four",
    },
}
LIMITS = {"tiring_hours": (0.01, 1000.0)}


def rates(
    own: float,
    enemy: float,
    own_loss_rate: float,
    enemy_loss_rate: float,
    reference: float,
    hours: float,
    tiring_hours: float,
) -> tuple[float, float]:
    """Losses an hour of both sides with fatigue: x' = -b x / ln(e + t / u), y' = -a y / ln(e + t / u), u in hours.

    It holds the same losses as the logarithmic law, only later. Source: RubioCampillo2016.

    Parameters
    ----------
    own, enemy
        People engaged on both sides.
    own_loss_rate, enemy_loss_rate
        b and a, 1/h.
    reference, hours
        n, people; and t, hours since the engagement began.
    tiring_hours
        u, in hours: the smaller, the sooner losses fall off.

    Returns
    -------
    tuple of float
        Own losses and the enemy's, people an hour.

    Examples
    --------
    >>> rates(100.0, 50.0, 0.1, 0.2, 100.0, 0.0, 1.0)
    (10.0, 10.0)
    """
    if own <= 0.0 or enemy <= 0.0:
        return 0.0, 0.0
    slowdown = 1.0 / math.log(math.e + hours / tiring_hours)
    return own_loss_rate * own * slowdown, enemy_loss_rate * enemy * slowdown
