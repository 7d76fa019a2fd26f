"""Casualties: of ground combat, event by event, and of bombs, strikes and ambushes at once, with their suppression."""

from sim.battle.enums import StopReason
from sim.battle.records import NEVER, BattleState, OrderState
from sim.battle.rules.assault import resolve_stop
from sim.battle.rules.combat_calendar import find_next_place, set_next_event
from sim.battle.rules.occupancy import (
    apply_casualty,
    choose_force,
    claim_uncontested_place,
    lose_person,
    move_front,
    share_held,
    update_occupancy,
)
from sim.battle.rules.rates import event_rates, is_paid_for, round_to_tick, start_waiting, update_rate, worn_share
from sim.battle.rules.sampling import draw_poisson, draw_uniform
from sim.events.log import NONE


def advance_combat(battle: BattleState, until: float) -> tuple[float, int]:
    """Let everything happen that is due before `until`; return early where the scheduler must see to a stop.

    Returns the time and the place of the stop, or when the next event is due and NONE. Due times are kept, so that
    a stop for nothing changes no bit.
    """
    while True:
        p = find_next_place(battle)
        now = battle.model[0].next_at
        if now >= until:
            return now, NONE
        execute_event(battle, p, now)
        if battle.places[p].stop_reason != StopReason.NONE:
            return now, p


def execute_event(battle: BattleState, p: int, now: float) -> None:
    """The event that is due at a place: one side loses a person, the front line moves, or, by thinning, nothing."""
    place = battle.places[p]
    order = place.assault_order
    first_losses, second_losses, forward, back = event_rates(battle, p, now)
    u = draw_uniform(battle.streams[place.stream]) * place.rate
    if u < first_losses + second_losses:
        apply_combat_casualty(battle, p, 0 if u < first_losses else 1, place.stream, order, now)
    elif u < first_losses + second_losses + forward:
        move_front(battle, p, min(place.second_side_blocks + 1.0, place.blocks), order, now)
    elif u < first_losses + second_losses + forward + back:
        move_front(battle, p, max(place.second_side_blocks - 1.0, 0.0), order, now)
    start_waiting(battle, p, place.stream, now)
    place.stop_reason = find_stop_reason(battle, p)
    if place.stop_reason != StopReason.NONE:
        set_next_event(battle, p, NEVER)


def apply_combat_casualty(battle: BattleState, p: int, side: int, stream: int, order: int, now: float) -> None:
    """One person of a side is lost in ground fighting, killed or wounded in the proportion of his force."""
    u = draw_uniform(battle.streams[stream])
    force = battle.forces[choose_force(battle, p, side, stream)]
    lose_person(battle, p, force, u * (1.0 + force.wounded_per_killed) < 1.0, order, now)


def find_stop_reason(battle: BattleState, p: int) -> int:
    """Why the fighting at a place stops after its last event: a `StopReason`, `NONE` if it goes on."""
    place = battle.places[p]
    if place.assault_order == NONE:
        for side in range(2):
            contingent = battle.contingents[2 * p + side]
            if contingent.in_contact == 1 and contingent.strength <= 0.0:
                return StopReason.EMPTIED
        return StopReason.NONE
    attackers = battle.contingents[2 * p + place.attacker]
    defenders = battle.contingents[2 * p + 1 - place.attacker]
    if attackers.strength <= 0.0 or worn_share(battle, p, place.attacker) >= 1.0:
        return StopReason.ATTACK_BROKE
    if defenders.strength <= 0.0 or worn_share(battle, p, 1 - place.attacker) >= 1.0:
        return StopReason.DEFENCE_BROKE
    if share_held(battle, p, place.attacker) >= 1.0 and is_paid_for(battle, p):
        return StopReason.TAKEN
    if defenders.reserve_called == 0 and is_in_need(battle, p):
        return StopReason.ALARM
    return StopReason.NONE


def is_in_need(battle: BattleState, p: int) -> bool:
    """Whether the defenders call for the reserve: so little of the place, or of what they can bear, is left."""
    side = 1 - battle.places[p].attacker
    left = min(share_held(battle, p, side), 1.0 - worn_share(battle, p, side))
    return left <= battle.sides[side].reserve_at_share


def inflict_losses(
    battle: BattleState, order: OrderState, p: int, deaths: float, wounded_per_killed: float, now: float
) -> float:
    """So many of the enemy at a place are killed, if there are so many, and others wounded; the number killed."""
    enemy = 1 - order.side
    contingent = battle.contingents[2 * p + enemy]
    killed = 0.0
    while killed < deaths and contingent.strength > 0.0:
        apply_casualty(battle, p, enemy, order.stream, True, order.index, now)
        killed += 1.0
    wounded = draw_poisson(battle.streams[order.stream], killed * wounded_per_killed)
    while wounded > 0.0 and contingent.strength > 0.0:
        apply_casualty(battle, p, enemy, order.stream, False, order.index, now)
        wounded -= 1.0
    return killed


def apply_suppression(battle: BattleState, p: int, side: int, share: float, hours: float, now: float) -> None:
    """A side at a place loses a share of its fire for some hours; the stronger and the longer effect counts."""
    contingent = battle.contingents[2 * p + side]
    contingent.suppression = max(contingent.suppression, share)
    until = round_to_tick(now + hours)
    contingent.suppressed_until = (
        until if contingent.suppressed_until == NEVER else max(contingent.suppressed_until, until)
    )


def check_break(battle: BattleState, p: int, now: float) -> None:
    """After losses from outside the fighting: count again, and see whether a side breaks."""
    update_occupancy(battle, p, now)
    if battle.places[p].assault_order == NONE:
        claim_uncontested_place(battle, p, NONE, now)
        return
    stop = find_stop_reason(battle, p)
    battle.places[p].stop_reason = stop
    if stop != StopReason.NONE:
        resolve_stop(battle, p, now)


def clear_expired_effects(battle: BattleState, now: float) -> None:
    """End every suppression and close every breach whose time is over."""
    for p in range(len(battle.places)):
        changed = False
        for side in range(2):
            contingent = battle.contingents[2 * p + side]
            if contingent.suppressed_until <= now:
                contingent.suppression = 0.0
                contingent.suppressed_until = NEVER
                changed = True
        if 0.0 < battle.places[p].breached_until <= now:
            battle.places[p].breached_until = 0.0
            changed = True
        if changed:
            update_rate(battle, p, now)
