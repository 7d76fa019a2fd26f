"""Assaults: how they open and close, and what follows: routs, pursuit, prisoners and seized equipment."""

from sim.battle.enums import OrderKind, OrderPhase, OrderResult, StopReason
from sim.battle.records import NEVER, BattleState, ForceState, OrderState
from sim.battle.rules.assault_draws import draw_assault
from sim.battle.rules.event_log import (
    log_alarm,
    log_assault,
    log_capture_of_equipment,
    log_ended,
    log_place_equipment,
    request_interrupt,
)
from sim.battle.rules.mean_parameters import update_mean_parameters
from sim.battle.rules.movement import find_distant_retreat_place, find_retreat_place
from sim.battle.rules.occupancy import (
    assign_place,
    claim_uncontested_place,
    enter_place,
    leave_place,
    update_occupancy,
)
from sim.battle.rules.order_lifecycle import record_result
from sim.battle.rules.pursuit import draw_rout_share, rout_force, take_prisoners
from sim.battle.rules.rates import blocks_held, engaged_strength, start_waiting
from sim.battle.rules.sampling import draw_binomial
from sim.events.log import NONE, AssaultEnding, EventKind


def open_assault(battle: BattleState, order: OrderState, now: float) -> None:
    """An order opens an assault on its goal; one that presses on keeps the losses and blocks of the day before."""
    place = battle.places[order.goal]
    is_resumed = order.tries > 0 and place.last_assault_order == order.index
    place.assault_order = order.index
    place.attacker = order.side
    place.assault_start = now
    place.tempo_at = NEVER
    for side in range(2):
        update_mean_parameters(battle, order.goal, side)
    draw_assault(battle, order, is_resumed, now)
    attackers = battle.contingents[2 * order.goal + order.side]
    for side in range(2):
        contingent = battle.contingents[2 * order.goal + side]
        if not is_resumed:
            contingent.assault_losses = 0.0
        contingent.assault_strength = contingent.strength + contingent.assault_losses
        contingent.reserve_called = 0
    if not is_resumed:
        place.blocks_at_start = blocks_held(place, order.side)
    log_assault(battle, order, attackers.strength, now)
    start_waiting(battle, order.goal, order.stream, now)


def resolve_stop(battle: BattleState, p: int, now: float) -> int:
    """Apply what follows where the fighting has stopped, and let it go on; returns how many interrupts wait."""
    place = battle.places[p]
    reason = place.stop_reason
    place.stop_reason = StopReason.NONE
    if reason == StopReason.ALARM:
        battle.contingents[2 * p + 1 - place.attacker].reserve_called = 1
        call_reserve(battle, p, 1 - place.attacker, now)
        start_waiting(battle, p, place.stream, now)
    elif reason == StopReason.EMPTIED:
        update_occupancy(battle, p, now)
        claim_uncontested_place(battle, p, NONE, now)
        start_waiting(battle, p, place.contact_stream, now)
    elif reason == StopReason.TAKEN:
        close_assault(battle, p, AssaultEnding.TAKEN, now)
    elif reason == StopReason.DEFENCE_BROKE:
        close_assault(battle, p, AssaultEnding.DEFENCE_BROKE, now)
    elif battle.contingents[2 * p + place.attacker].strength <= 0.0:
        close_assault(battle, p, AssaultEnding.NOBODY_LEFT, now)
    else:
        close_assault(battle, p, AssaultEnding.CALLED_OFF, now)
    return battle.counters[0].n_interrupts


def close_assault(battle: BattleState, p: int, ending: int, now: float) -> None:
    """An assault ends: apply what that means for both sides, and interrupt every order that took part."""
    place = battle.places[p]
    order = battle.orders[place.assault_order]
    attacker = place.attacker
    log_ended(battle, order, ending, now)
    place.assault_order = NONE
    place.attacker = NONE
    update_occupancy(battle, p, now)
    if ending == AssaultEnding.TAKEN or ending == AssaultEnding.DEFENCE_BROKE:  # not if the garrison gave in
        rout_side(battle, p, 1 - attacker, order, now)
        assign_place(battle, p, attacker, order.index, now)
    elif ending == AssaultEnding.CALLED_OFF or ending == AssaultEnding.NOBODY_LEFT:
        seize_equipment(battle, p, 1 - attacker, order, now)
    claim_uncontested_place(battle, p, order.index, now)
    for other in battle.orders:
        if other.goal == p and other.phase == OrderPhase.FIGHTING:
            other.ending = ending
            if other.side == attacker and is_won(ending):
                record_result(battle, other, OrderResult.TAKEN, now)
            request_interrupt(battle, other.index)
    start_waiting(battle, p, place.contact_stream, now)


def is_won(ending: int) -> bool:
    """Whether an assault that ended so took its goal."""
    return ending == AssaultEnding.TAKEN or ending == AssaultEnding.DEFENCE_BROKE or ending == AssaultEnding.YIELDED


def rout_side(battle: BattleState, p: int, side: int, order: OrderState, now: float) -> None:
    """A side gives way: some are killed or taken, with equipment; the rest is counted at its refuge at once.

    The hours of the retreat are not modelled. From a place that is cut off more are lost, and the rest slips through to
    the nearest place that is still theirs; if none is, everybody who is not killed surrenders.
    """
    seize_equipment(battle, p, 1 - side, order, now)
    goal = find_retreat_place(battle, side, p)
    is_cut_off = goal == NONE
    if is_cut_off:
        goal = find_distant_retreat_place(battle, side, p)
    pursuers = engaged_strength(battle, p, 1 - side)
    for force in battle.forces:
        if force.place == p and force.side == side:
            median = force.cut_off_loss_median if is_cut_off else force.rout_loss_median
            share = draw_rout_share(battle, order, median, force.rout_loss_sigma)
            pursuers -= rout_force(battle, force, share, pursuers, order, now)
            give_up_place(battle, force, goal, order, now)
    update_occupancy(battle, p, now)


def give_up_place(battle: BattleState, force: ForceState, refuge: int, order: OrderState, now: float) -> None:
    """A force gives its place up to an order: it is counted at its refuge at once, or surrenders if it has none."""
    if refuge == NONE:
        lay_down_equipment(battle, force, order, now)
        take_prisoners(battle, force, force.strength, order, now)
    else:
        leave_place(battle, force, EventKind.DEPARTED, order.index, now)
        enter_place(battle, force, refuge, EventKind.ARRIVED, order.index, now)


def seize_equipment(battle: BattleState, p: int, victor: int, order: OrderState, now: float) -> None:
    """The side that prevails at a place takes some of the other side's equipment there."""
    owner = find_any_force(battle, p, victor)
    if owner == NONE:
        return
    kinds = battle.counters[0].n_equipment_kinds
    for force in battle.forces:
        if force.place == p and force.side != victor:
            for kind in range(kinds):
                stock = battle.equipment[force.index * kinds + kind]
                pieces = draw_binomial(battle.streams[order.stream], stock.pieces, force.seized_share)
                if pieces > 0.0:
                    stock.pieces -= pieces
                    battle.equipment[owner * kinds + kind].captured += pieces
                    log_capture_of_equipment(battle, battle.forces[owner], kind, pieces, order.index, now)


def lay_down_equipment(battle: BattleState, force: ForceState, order: OrderState, now: float) -> None:
    """A force that surrenders leaves all its equipment to the side of the order to which it does."""
    kinds = battle.counters[0].n_equipment_kinds
    for kind in range(kinds):
        stock = battle.equipment[force.index * kinds + kind]
        if stock.pieces > 0.0:
            place = battle.places[force.place]
            log_place_equipment(battle, EventKind.SEIZED, 1 - force.side, place, kind, stock.pieces, order.index, now)
            stock.pieces = 0.0


def find_any_force(battle: BattleState, p: int, side: int) -> int:
    """A force of a side that stands at a place with people in it; NONE if there is none."""
    f = battle.places[p].first_force
    while f != NONE and (battle.forces[f].side != side or battle.forces[f].strength <= 0.0):
        f = battle.forces[f].next_force
    return f


def call_reserve(battle: BattleState, p: int, side: int, now: float) -> None:
    """Call the first reserve of a side that covers the place and is free."""
    for order in battle.orders:
        if (
            order.side == side
            and now >= order.earliest
            and order.kind == OrderKind.RESERVE
            and order.phase == OrderPhase.WAITING
        ):
            for i in range(order.first_step, order.first_step + order.steps):
                if battle.axis_steps[i].place == p and now < order.latest:
                    order.goal = p
                    order.phase = OrderPhase.BEGINNING
                    log_alarm(battle, order, now)
                    request_interrupt(battle, order.index)
                    return
