"""Vehicle bombs, as draws from historical frequencies and nothing else: stopped, short of the target, or on it."""

from sim.battle.codes import Driver, Phase
from sim.battle.rows import Battle, Order
from sim.battle.rules.chance import negative_binomial, share_below, uniform
from sim.battle.rules.harm import harm, recover, shaken, suppress
from sim.battle.rules.intent import done, drop, enemy_at, precondition_holds, wait_for_moment
from sim.battle.rules.journal import log_begun, log_bomb
from sim.battle.rules.presence import enemy_near
from sim.battle.rules.rates import rounded
from sim.events import NOBODY, Outcome, Why


def step_bomb(battle: Battle, order: Order, now: float) -> float:
    """The next step of a vehicle bomb; returns the hours until the one after it."""
    if order.phase == Phase.WAITING:
        return wait_for_moment(battle, order, now)
    if order.phase == Phase.BEGINNING:
        log_begun(battle, order, now)
        order.goal = order.target
        if not precondition_holds(battle, order):
            return drop(battle, order, Why.PRECONDITION, now)
        if enemy_at(battle, order.target, order.side) <= 0.0:
            return drop(battle, order, Why.NO_ENEMY, now)
        if not own_near(battle, order):
            return drop(battle, order, Why.UNREACHABLE, now)
        detonate(battle, order, now)
        order.phase = Phase.RECOVERING
        if order.next_at > now:
            return min(battle.model[0].bomb_shock_hours, battle.model[0].breach_hours)
    recover(battle, now)
    return order.next_at - now if now < order.next_at else done(battle, order, now)


def own_near(battle: Battle, order: Order) -> bool:
    """Whether people of the order's side stand at its target or beside it."""
    return enemy_near(battle, order.target, 1 - order.side)


def drawn_fate(battle: Battle, order: Order) -> int:
    """What becomes of a bomb on its way: an `Outcome`."""
    model = battle.model[0]
    if share_below(battle.drivers[order.drivers + Driver.ARRIVES]) >= model.bomb_arrives:
        return Outcome.STOPPED
    if share_below(battle.drivers[order.drivers + Driver.REACHES]) >= model.bomb_reaches:
        return Outcome.SHORT
    return Outcome.ON_TARGET


def detonate(battle: Battle, order: Order, now: float) -> None:
    """Draw what becomes of the bomb; on target it kills, breaches and shocks. Sources: CPOST2020 for the deaths."""
    model = battle.model[0]
    outcome = order.fate if order.fate != NOBODY else drawn_fate(battle, order)
    killed = 0.0
    order.next_at = now
    if outcome == Outcome.ON_TARGET:
        dice = battle.streams[order.stream]
        deaths = negative_binomial(dice, model.bomb_deaths_mean, model.bomb_deaths_size)
        if uniform(dice) < model.bomb_no_deaths:
            deaths = 0.0
        place = battle.places[order.target]
        place.breached_until = max(place.breached_until, rounded(now + model.breach_hours))
        suppress(battle, order.target, 1 - order.side, model.bomb_shock, model.bomb_shock_hours, now)
        killed = harm(battle, order, order.target, deaths, model.bomb_wounded_per_killed, now)
        order.next_at = max(place.breached_until, rounded(now + model.bomb_shock_hours))
    log_bomb(battle, order, outcome, killed, now)
    shaken(battle, order.target, now)
