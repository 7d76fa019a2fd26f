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
    own_harm: float,
    enemy_harm: float,
    reference: float,
    hours: float,
    target_exponent: float,
    firer_exponent: float,
) -> tuple[float, float]:
    """Losses an hour of both sides by a power law: x' = -b n (x/n)^q (y/n)^p, y' = -a n (y/n)^q (x/n)^p.

    n is the reference, q `target_exponent`, p `firer_exponent`; by Helmbold1965 q = 1 - W and p = W for a weight W.
    Source: Bracken1995.
    """
    if own <= 0.0 or enemy <= 0.0:
        return 0.0, 0.0
    own_share, enemy_share = own / reference, enemy / reference
    to_own = math.pow(own_share, target_exponent) * math.pow(enemy_share, firer_exponent)
    to_enemy = math.pow(enemy_share, target_exponent) * math.pow(own_share, firer_exponent)
    return own_harm * reference * to_own, enemy_harm * reference * to_enemy
