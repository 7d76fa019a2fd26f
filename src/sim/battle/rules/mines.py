"""Mines and obstacles as ground: an attacker who comes to them loses people before a shot is fired.

Of the attackers who can take part a binomial number is lost, killed or wounded as in the fighting; once an order, and
only while the place is not the attacker's already. Then either side may break.
"""

from sim.battle.records import BattleState, OrderState
from sim.battle.rules.casualties import apply_combat_casualty, check_break
from sim.battle.rules.rates import engaged_strength
from sim.battle.rules.sampling import draw_binomial


def cross_mines(battle: BattleState, order: OrderState, now: float) -> None:
    """The losses of an order's assault, which has just opened, on mined ground."""
    place = battle.places[order.goal]
    if place.mined_share <= 0.0 or order.tries > 0 or place.blocks_at_start >= place.blocks:
        return
    stream = battle.streams[order.stream]
    losses = draw_binomial(stream, engaged_strength(battle, order.goal, order.side), place.mined_share)
    while losses > 0.0:
        apply_combat_casualty(battle, order.goal, order.side, order.stream, order.index, now)
        losses -= 1.0
    check_break(battle, order.goal, now)
