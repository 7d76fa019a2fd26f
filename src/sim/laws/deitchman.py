"""Ambush: whoever lies hidden is fired at as an area, whoever stands in the open is fired at as a person."""

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
    own_harm: float,
    enemy_harm: float,
    reference: float,
    hours: float,
    own_hidden: float,
    enemy_hidden: float,
) -> tuple[float, float]:
    """Losses an hour of both sides by the mixed law: x' = -b y, y' = -a x y / n if y alone is hidden, n the reference.

    With both hidden it is the linear law, with neither the square law; in an assault `own` is the attacker.
    Source: Deitchman1962.
    """
    own_found = 1.0 - own_hidden + own_hidden * own / reference
    enemy_found = 1.0 - enemy_hidden + enemy_hidden * enemy / reference
    return own_harm * enemy * own_found, enemy_harm * own * enemy_found
