"""Area fire: each side loses in proportion to the enemy's numbers and to its own."""


def rates(
    own: float, enemy: float, own_harm: float, enemy_harm: float, reference: float, hours: float
) -> tuple[float, float]:
    """Losses an hour of both sides by Lanchester's linear law: x' = -b x y / n, y' = -a x y / n, n the reference.

    Source: Lanchester1916.
    """
    density = own * enemy / reference
    return own_harm * density, enemy_harm * density
