"""The fixed rule of commanders who decide for themselves, in a sentence."""

from sim.scenario.descriptions import join_words
from sim.scenario.model import Scenario
from sim.scenario.orders import CommanderRule

RULE_IN_SHORT = "free forces attack the nearest place where they are strong enough, and otherwise stay"
DEEDS = {
    "advance": "attack the nearest place on the way to their goal",
    "restore": "take back the nearest place that was their own at first",
}


def describe_rule(scenario: Scenario, side: str) -> str:
    """What the commanders of a side do by their fixed rule; empty if it has none.

    Parameters
    ----------
    scenario
        The battle.
    side
        Id of the side.

    Returns
    -------
    str
        A clause, without a full stop.

    Examples
    --------
    >>> import sim
    >>> describe_rule(sim.load("teaching"), "amber")
    'its free forces attack the nearest place on the way to their goal where they are strong enough, and otherwise stay'
    """
    orders = [order for order in scenario.orders.values() if isinstance(order, CommanderRule) and order.side == side]
    deeds = [deed for aim, deed in DEEDS.items() if any(order.aim == aim for order in orders)]
    if not deeds:
        return ""
    return f"its free forces {join_words(deeds)} where they are strong enough, and otherwise stay"
