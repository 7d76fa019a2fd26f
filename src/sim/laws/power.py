"""The laws' common form, with free exponents for the numbers of those who are hit and of those who fire."""

import math

PARAMETERS = {
    "target_exponent": {
        "distribution": "uniform",
        "low": 0.0,
        "high": 1.0,
        "unit": "1",
        "reason": "ASSUMPTION: from the square law (0) to the linear and the logarithmic law (1)",
    },
    "firer_exponent": {
        "distribution": "uniform",
        "low": 0.0,
        "high": 1.0,
        "unit": "1",
        "reason": "ASSUMPTION: from the logarithmic law (0) to the square and the linear law (1)",
    },
}
LIMITS = {"target_exponent": (0.0, 5.0), "firer_exponent": (0.0, 5.0)}


def rates(
    own: float,
    enemy: float,
    own_loss_rate: float,
    enemy_loss_rate: float,
    reference: float,
    hours: float,
    target_exponent: float,
    firer_exponent: float,
) -> tuple[float, float]:
    """Losses an hour of both sides by a power law: x' = -b n (x/n)^q (y/n)^p, y' = -a n (y/n)^q (x/n)^p.

    n is the reference, q `target_exponent`, p `firer_exponent`; by Helmbold1965 q = 1 - W and p = W for a weight W.
    Source: Bracken1995.

    Parameters
    ----------
    own, enemy
        People engaged on both sides.
    own_loss_rate, enemy_loss_rate
        b and a, 1/h.
    reference, hours
        n, people; and t, hours since the engagement began.
    target_exponent, firer_exponent
        q and p, no units.

    Returns
    -------
    tuple of float
        Own losses and the enemy's, people an hour.

    Examples
    --------
    >>> rates(100.0, 50.0, 0.1, 0.2, 100.0, 0.0, 0.0, 1.0)
    (5.0, 20.0)
    """
    if own <= 0.0 or enemy <= 0.0:
        return 0.0, 0.0
    own_share, enemy_share = own / reference, enemy / reference
    own_factor = math.pow(own_share, target_exponent) * math.pow(enemy_share, firer_exponent)
    enemy_factor = math.pow(enemy_share, target_exponent) * math.pow(own_share, firer_exponent)
    return own_loss_rate * reference * own_factor, enemy_loss_rate * reference * enemy_factor
