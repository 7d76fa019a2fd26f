"""Ambush: whoever lies hidden is fired at as an area, whoever stands in the open is fired at as a person."""

NAME = "Deitchman's law"
PARAMETERS = {
    "own_hidden": {
        "distribution": "fixed",
        "value": 0.0,
        "unit": "share of the fire at an area",
        "reason": "ASSUMPTION: who comes is seen",
    },
    "enemy_hidden": {
        "distribution": "fixed",
        "value": 1.0,
        "unit": "share of the fire at an area",
        "reason": "ASSUMPTION: who waits is not",
    },
}
LIMITS = {"own_hidden": (0.0, 1.0), "enemy_hidden": (0.0, 1.0)}


def rates(
    own: float,
    enemy: float,
    own_loss_rate: float,
    enemy_loss_rate: float,
    reference: float,
    hours: float,
    own_hidden: float,
    enemy_hidden: float,
) -> tuple[float, float]:
    """Losses an hour of both sides by the mixed law: x' = -b y, y' = -a x y / n if y alone is hidden, n the reference.

    With both hidden it is the linear law, with neither the square law; in an assault `own` is the attacker.
    Source: Deitchman1962.

    Parameters
    ----------
    own, enemy
        People engaged on both sides.
    own_loss_rate, enemy_loss_rate
        b and a, 1/h.
    reference, hours
        n, people; and t, hours since the engagement began.
    own_hidden, enemy_hidden
        Share of the fire at that side that falls on an area, 0 to 1.

    Returns
    -------
    tuple of float
        Own losses and the enemy's, people an hour.

    Examples
    --------
    >>> rates(100.0, 50.0, 0.1, 0.2, 100.0, 0.0, 0.0, 1.0)
    (5.0, 10.0)
    """
    own_exposure = 1.0 - own_hidden + own_hidden * own / reference
    enemy_exposure = 1.0 - enemy_hidden + enemy_hidden * enemy / reference
    return own_loss_rate * enemy * own_exposure, enemy_loss_rate * own * enemy_exposure
