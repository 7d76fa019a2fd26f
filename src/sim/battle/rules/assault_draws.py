"""What an assault draws when it opens: its intensity, the combat power of both sides, and their break points.

With r = attackers for each defender, both as they can take part, and standard normals z that are the order's own:

    ln I_A = sigma (sqrt((1 + c) / 2) z_s + sqrt((1 - c) / 2) z_o) - sigma^2 / 2     intensity of the attacker's losses
    ln I_D = sigma (sqrt((1 + c) / 2) z_s - sqrt((1 - c) / 2) z_o) - sigma^2 / 2     of the defender's: correlation c
    z(day) = rho^days z(before) + sqrt(1 - rho^(2 days)) z                          where an assault was fought before
    v      = mu + tau z + ln(q_A / q_D)                                             log ratio of combat power
    size   = (sqrt(attackers defenders) / n)^-nu                                    small fights are quicker
    loss factors: I_A size exp(-v / 2) and I_D size exp(v / 2) / (1 - c_0), c_0 the cover that mu already holds
    ln b_A = ln(m_A g_A) - kappa ln r + s_A z,  ln b_D = ln(m_D g_D) + s_D z        break points; g: steadiness

Sources: the ratio of combat power is drawn since the ratio of numbers explains little of who wins (CDB90); intensity
persists from day to day (the Ardennes, Bracken1995); small forces lose a greater share a day (Helmbold1990, CDB90).
"""

import math

from sim.battle.enums import OrderInput
from sim.battle.records import NEVER, BattleState, OrderState, PlaceState
from sim.battle.rules.rates import engaged_strength
from sim.battle.rules.sampling import draw_uniform, normal_quantile
from sim.events.log import NONE

MAX_BREAK_POINT = 0.95  # a drawn break point is cut here: beyond it there is hardly anybody left to break


def normal_input(battle: BattleState, order: OrderState, input: int) -> float:
    """One of an order's normal inputs: a standard normal number."""
    return battle.normal_inputs[order.first_input + input]


def draw_assault(battle: BattleState, order: OrderState, is_resumed: bool, now: float) -> None:
    """Draw what an assault is fought with; one that is resumed keeps its combat power and its break points."""
    place = battle.places[order.goal]
    draw_intensity(battle, order, is_resumed, now)
    attackers = max(engaged_strength(battle, order.goal, order.side), 1.0)
    defenders = max(engaged_strength(battle, order.goal, 1 - order.side), 1.0)
    set_loss_factors(battle, order, attackers, defenders)
    if not is_resumed:
        draw_break_points(battle, order, attackers / defenders)
    place.last_assault_order = order.index
    place.last_assault_start = now


def draw_intensity(battle: BattleState, order: OrderState, is_resumed: bool, now: float) -> None:
    """The two standard normals behind an assault's intensity, which remember those of the last assault on the place."""
    place = battle.places[order.goal]
    if is_resumed:  # the order's own normals are spent
        shared = normal_quantile(draw_uniform(battle.streams[order.stream]))
        opposed = normal_quantile(draw_uniform(battle.streams[order.stream]))
    else:
        shared = normal_input(battle, order, OrderInput.INTENSITY)
        opposed = normal_input(battle, order, OrderInput.INTENSITY_DIFFERENCE)
    memory = remembered_share(order, place, now)
    innovation = math.sqrt(1.0 - memory * memory)
    place.shared_normal = memory * place.shared_normal + innovation * shared
    place.opposed_normal = memory * place.opposed_normal + innovation * opposed


def remembered_share(order: OrderState, place: PlaceState, now: float) -> float:
    """The correlation of an assault's log intensity with that of the last one on the same place: rho^days."""
    persistence = order.intensity_persistence
    if persistence <= 0.0 or place.last_assault_start == NEVER:
        return 0.0
    return math.exp(math.log(persistence) * (now - place.last_assault_start) / 24.0)


def set_loss_factors(battle: BattleState, order: OrderState, attackers: float, defenders: float) -> None:
    """The factors of both sides' losses in an assault, from its intensity, combat power and size."""
    place = battle.places[order.goal]
    model = battle.model[0]
    sigma = order.intensity_sigma
    shared = math.sqrt(0.5 + 0.5 * order.intensity_shared) * place.shared_normal
    opposed = math.sqrt(0.5 - 0.5 * order.intensity_shared) * place.opposed_normal
    size = math.sqrt(attackers * defenders) / model.size_reference
    level = -model.size_exponent * math.log(size) - 0.5 * sigma * sigma
    power = compute_power_ratio(battle, order)
    place.attacker_intensity = math.exp(level + sigma * (shared + opposed) - 0.5 * power)
    place.defender_intensity = math.exp(level + sigma * (shared - opposed) + 0.5 * power) / (
        1.0 - model.reference_cover
    )


def compute_power_ratio(battle: BattleState, order: OrderState) -> float:
    """The logarithm of the attacker's combat power for each of his people, over the defender's."""
    drawn = order.combat_power_mean + order.combat_power_sigma * normal_input(battle, order, OrderInput.COMBAT_POWER)
    own = mean_quality(battle, order.goal, order.side)
    return drawn + math.log(own / mean_quality(battle, order.goal, 1 - order.side))


def mean_quality(battle: BattleState, p: int, side: int) -> float:
    """The quality of a side's forces at a place, by their people; 1 where there is nobody."""
    people, power = 0.0, 0.0
    f = battle.places[p].first_force
    while f != NONE:
        force = battle.forces[f]
        if force.side == side:
            people += force.strength
            power += force.strength * force.quality
        f = force.next_force
    return power / people if power > 0.0 else 1.0


def mean_steadiness(battle: BattleState, p: int, side: int) -> float:
    """The steadiness of a side's forces at a place, by their people; 1 where there is nobody."""
    people, total = 0.0, 0.0
    f = battle.places[p].first_force
    while f != NONE:
        force = battle.forces[f]
        if force.side == side:
            people += force.strength
            total += force.strength * force.steadiness
        f = force.next_force
    return total / people if people > 0.0 else 1.0


def draw_break_points(battle: BattleState, order: OrderState, odds: float) -> None:
    """The fractions lost at which both sides break; an attacker who has accepted worse odds bears more."""
    defending = battle.contingents[2 * order.goal + 1 - order.side]
    steadiness = mean_steadiness(battle, order.goal, order.side)
    battle.contingents[2 * order.goal + order.side].break_point = compute_break_point(
        order.break_attack_median * steadiness * math.exp(-order.break_odds_exponent * math.log(odds)),
        order.break_attack_sigma,
        normal_input(battle, order, OrderInput.BREAK_ATTACK),
    )
    battle.contingents[2 * order.goal + 1 - order.side].break_point = compute_break_point(
        defending.break_defend_median * mean_steadiness(battle, order.goal, 1 - order.side),
        defending.break_defend_sigma,
        normal_input(battle, order, OrderInput.BREAK_DEFEND),
    )


def compute_break_point(median: float, sigma: float, z: float) -> float:
    """The fraction lost at which a side breaks in this assault, lognormal."""
    return min(median * math.exp(sigma * z), MAX_BREAK_POINT)
