"""Losses by one's own numbers: each side loses a fixed share of itself, as from hazards that all its people run."""


def rates(
    own: float, enemy: float, own_loss_rate: float, enemy_loss_rate: float, reference: float, hours: float
) -> tuple[float, float]:
    """Losses an hour of both sides by the logarithmic law: x' = -b x, y' = -a y; nobody is lost without an enemy.

    Source: Peterson1967.

    Parameters
    ----------
    own, enemy
        People engaged on both sides.
    own_loss_rate, enemy_loss_rate
        b and a, 1/h.
    reference, hours
        n, people; and t, hours since the engagement began.

    Returns
    -------
    tuple of float
        Own losses and the enemy's, people an hour.

    Examples
    --------
    >>> rates(100.0, 50.0, 0.1, 0.2, 100.0, 0.0)
    (10.0, 10.0)
    """
    if own <= 0.0 or enemy <= 0.0:
        return 0.0, 0.0
    return own_loss_rate * own, enemy_loss_rate * enemy
