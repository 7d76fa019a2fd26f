"""The slot for the attrition law: the rule book is loaded with one law's own `rates` in place of this one."""


def rates(
    own: float,
    enemy: float,
    own_harm: float,
    enemy_harm: float,
    reference: float,
    hours: float,
    first: float,
    second: float,
) -> tuple[float, float]:
    """Losses an hour of both sides; the promises are those of `sim.laws`.

    Rules pass every parameter that a law may have; the rule book strikes out those that the law does not take.
    """
    raise NotImplementedError("the rule book is loaded with a law: see sim.battle.rulebook")
