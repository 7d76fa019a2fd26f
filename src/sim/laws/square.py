"""Aimed fire: each side loses in proportion to the enemy's numbers."""


def rates(
    own: float, enemy: float, own_harm: float, enemy_harm: float, reference: float, hours: float
) -> tuple[float, float]:
    """Losses an hour of both sides by Lanchester's square law: x' = -b y, y' = -a x.

    Source: Lanchester1916.
    """
    return own_harm * enemy, enemy_harm * own
