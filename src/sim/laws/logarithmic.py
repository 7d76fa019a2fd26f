"""Losses by one's own numbers: each side loses a fixed share of itself, as from hazards that all its people run."""


def rates(
    own: float, enemy: float, own_harm: float, enemy_harm: float, reference: float, hours: float
) -> tuple[float, float]:
    """Losses an hour of both sides by the logarithmic law: x' = -b x, y' = -a y; nobody is lost without an enemy.

    Source: Peterson1967.
    """
    if own <= 0.0 or enemy <= 0.0:
        return 0.0, 0.0
    return own_harm * own, enemy_harm * enemy
