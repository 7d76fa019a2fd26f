"""Aimed fire: each side loses in proportion to the enemy's numbers."""


def rates(
    own: float, enemy: float, own_loss_rate: float, enemy_loss_rate: float, reference: float, hours: float
) -> tuple[float, float]:
    """Losses an hour of both sides by Lanchester's square law: x' = -b y, y' = -a x.

    Source: Lanchester1916.

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
    (5.0, 20.0)
    """
    return own_loss_rate * enemy, enemy_loss_rate * own
