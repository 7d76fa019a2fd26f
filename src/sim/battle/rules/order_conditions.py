"""What an order waits for once its moment has come: another order, its forces, its requirement, its hour of assault.

- An order that follows another one is given so many hours after that one was carried out, took its goal, was thrown
  back or was dropped; if that can't come any more, or has not by the end of its window and `wait_hours`, it is dropped.
- An order whose moment is that of its assault sets out earlier, by muster and march from where its forces then stand.
  If the march is shorter by then, since who stands farthest off is not free or the night is over, it waits.
- An order with `wait_hours` waits so long for what hinders it: forces that other orders use, a way that is closed, a
  requirement that is not met, an enemy who is not there. Then the rule of its kind decides.
"""

from sim.battle.enums import FollowedEvent, OrderKind, OrderPhase, OrderResult
from sim.battle.records import NEVER, BattleState, ForceState, OrderState
from sim.battle.rules.attack import is_spent
from sim.battle.rules.movement import find_path_km, free_strength, is_busy, is_reachable, march_hours, muster_hours
from sim.battle.rules.occupancy import PASSABLE_SHARE, share_held
from sim.battle.rules.order_lifecycle import cancel_order, enemy_strength, is_precondition_met, start_time
from sim.events.log import NONE, CancelReason

RECHECK_HOURS = 0.25  # h after which an order that waits looks again
NEGLIGIBLE_HOURS = 1e-6  # h; shorter waits are none
IMPOSSIBLE = -1.0  # instead of a time: what an order waits for can't come any more


def hours_to_wait(battle: BattleState, order: OrderState, now: float) -> float:
    """The hours that an order waits although its moment has come: 0 if it goes on, below 0 if it was dropped."""
    if order.followed_order != NONE or order.begins_assault == 1:
        lead = lead_hours(battle, order) if order.begins_assault == 1 else 0.0
        hours = start_time(battle, order) - lead - now
        if hours > NEGLIGIBLE_HOURS:  # the order that it follows has interrupted it, or its forces stand nearer now
            return half_way(hours) if order.begins_assault == 1 else hours
    if order.followed_order != NONE:
        hours = hours_until_followed(battle, order, now)
        if hours != 0.0:
            return hours
    if order.wait_hours > 0.0 and is_hindered(battle, order):
        if order.waits_until == NEVER:
            order.waits_until = now + order.wait_hours
        if order.waits_until - now > NEGLIGIBLE_HOURS:
            return min(RECHECK_HOURS, order.waits_until - now)
    return 0.0


def hours_until_followed(battle: BattleState, order: OrderState, now: float) -> float:
    """The hours until the moment after another order; 0 if it has come, below 0 if the order was dropped."""
    event_time = find_event_time(battle, order)
    deadline = order.latest + max(order.wait_hours, 0.0)
    if event_time == IMPOSSIBLE or (event_time == NEVER and deadline - now <= NEGLIGIBLE_HOURS):
        return cancel_order(battle, order, CancelReason.FOLLOWED, now)
    if event_time == NEVER:
        return deadline - now
    hours = event_time + order.followed_delay - now
    return hours if hours > NEGLIGIBLE_HOURS else 0.0


def find_event_time(battle: BattleState, order: OrderState) -> float:
    """When that came about for which an order waits; NEVER if it has not, IMPOSSIBLE if it can't any more."""
    followed = battle.orders[order.followed_order]
    is_over = followed.phase == OrderPhase.OVER
    if order.followed_event == FollowedEvent.ENDED:
        if not is_over:
            return NEVER
        return IMPOSSIBLE if followed.result == OrderResult.DROPPED else followed.ended_at
    awaited: int = OrderResult.DROPPED
    if order.followed_event == FollowedEvent.TAKEN:
        awaited = OrderResult.TAKEN
    elif order.followed_event == FollowedEvent.REPELLED:
        awaited = OrderResult.REPELLED
    if followed.result == awaited:
        return followed.result_at
    return IMPOSSIBLE if is_over else NEVER


def hours_to_departure(battle: BattleState, order: OrderState, now: float) -> float:
    """The hours that an order whose moment is that of its assault keeps its forces, mustered, before they set out."""
    longest = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        if force.order == NONE:  # another order's will not march with them
            longest = max(longest, hours_to_goal(battle, order, force, order.goal))
    hours = start_time(battle, order) - longest - now
    return half_way(hours) if hours > NEGLIGIBLE_HOURS else 0.0


def half_way(hours: float) -> float:
    """Half of a wait, if that is worth while: the march is reckoned anew on the way, since light and weather change."""
    return 0.5 * hours if hours > 2.0 * RECHECK_HOURS else hours


def wait_for_departure(order: OrderState) -> float:
    """The hours until an order first reckons when to muster: none, but the sky has its step before that."""
    order.phase = OrderPhase.BEGINNING
    return 0.0


def lead_hours(battle: BattleState, order: OrderState) -> float:
    """The hours of muster and of the longest march to an order's target, from where its forces stand now."""
    longest = 0.0
    for i in range(order.first_member, order.first_member + order.members):
        force = battle.forces[battle.members[i].force]
        longest = max(longest, hours_to_goal(battle, order, force, order.target))
    return muster_hours(battle, order) + longest


def hours_to_goal(battle: BattleState, order: OrderState, force: ForceState, goal: int) -> float:
    """The hours of a force's march from where it stands now; none if it stands nowhere, or no way is open."""
    if force.place == NONE or force.strength <= 0.0:
        return 0.0
    km = find_path_km(battle, order.side, force.place, goal)
    return march_hours(battle, order, force, km) if km < NEVER else 0.0


def is_hindered(battle: BattleState, order: OrderState) -> bool:
    """Whether an order would be dropped now for something that may pass."""
    if not is_precondition_met(battle, order):
        return True
    if order.kind == OrderKind.ATTACK:
        has_enemy = enemy_strength(battle, order.target, order.side) > 0.0
        is_wanted = has_enemy or share_held(battle, order.target, order.side) < 1.0
        return is_wanted and (
            (is_spent(battle, order) and is_busy(battle, order)) or not is_reachable(battle, order, order.target)
        )
    if order.kind == OrderKind.INFILTRATE:
        return is_busy(battle, order) and free_strength(battle, order) <= 0.0
    if order.kind == OrderKind.REINFORCE:
        return share_held(battle, order.target, order.side) < PASSABLE_SHARE
    if (
        order.kind == OrderKind.VEHICLE_BOMB
        or order.kind == OrderKind.AMBUSH
        or order.kind == OrderKind.SURRENDER_DEMAND
    ):
        return enemy_strength(battle, order.target, order.side) <= 0.0
    return False
