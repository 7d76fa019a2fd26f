"""The record types of a battle's state: named fields of numbers, a table for each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.events.log import NONE


@dataclass(slots=True)
class LogEntry:
    """A row of the log: `LOG_DTYPE`."""

    time: float = 0.0
    event: int = 0
    order: int = NONE
    side: int = NONE
    place: int = NONE
    force: int = NONE
    value: float = 0.0
    code: int = NONE


@dataclass(slots=True)
class BattleCounters:
    """How much of the log is written, how much there is room for, and how many interrupts wait."""

    n_logged: int = 0
    log_capacity: int = 0
    n_interrupts: int = 0
    n_equipment_kinds: int = 0


@dataclass(slots=True)
class Interrupt:
    """An order that takes its next step now, before its time."""

    order: int = 0


NEVER = float("inf")
UNSIGNED = {"bits": 64}  # marks a field that is an unsigned number


@dataclass(slots=True)
class ModelState:
    """What holds for the whole battle: the rules' parameters that nobody has alone, those of the law, the weather."""

    reference_strength: float = 0.0
    size_exponent: float = 0.0
    size_reference: float = 1.0
    reference_cover: float = 0.0
    fog_chance: float = 0.0
    rain_chance: float = 0.0
    law: int = 0  # the number of the law: `sim.laws.find_law_number`
    law_parameter_1: float = 0.0  # the law's own parameters, if it has any
    law_parameter_2: float = 0.0
    daylight: int = 1
    fog: int = 0
    rain: int = 0
    moon: float = 0.0  # lit share of the Moon, 0 while it is down
    search_start: int = NONE  # from where ways were sought last (`distance_km`); NONE if a way has opened or closed
    search_side: int = NONE  # for which side
    first_reached: int = NONE  # of the places that the search has reached, but whose distance is not final yet
    first_day: int = 0  # the first day with a change of light or weather left
    next_place: int = NONE  # where the fighting has its next event (`combat_calendar.py`)
    next_at: float = -NEVER  # when; before all times while that is not known
    others_at: float = NEVER  # no event at another place is due before that


@dataclass(slots=True)
class SideState:
    """One of the two sides: the parameters that neither an order nor a force has alone (`RULE_PARAMETERS`)."""

    replacements_per_day: float = 0.0
    reserve_at_share: float = 0.0
    stream: int = 0  # for its replacements
    is_mixed: int = 0  # whether its forces differ in a parameter of which contingents have the mean


@dataclass(slots=True)
class PlaceState:
    """A place, its front line, the assault on it if there is one, and when the fighting there has its next event."""

    index: int = 0
    blocks: float = 1.0
    frontage: float = 0.0
    cover: float = 0.0
    depth_km: float = 0.0
    is_prepared: int = 0  # whether its defenders give it up for losses alone
    airstrip: int = NONE  # side that it is supplied by air while it holds enough of it
    airstrip_share: float = 1.0  # how much that is
    is_refuge: int = 1  # whether a side that holds it falls back to it
    mined_share: float = 0.0  # of an attacker's people, lost to mines and obstacles when an assault opens
    equipment_owner: int = NONE  # side whose the equipment of the place is
    depot: int = NONE  # side that is supplied from here
    first_road: int = 0
    roads: int = 0  # that lead from here, in the sequence of the places they lead to
    second_side_blocks: float = 0.0  # blocks held by the second side
    initial_second_side_blocks: float = 0.0  # the same when the battle began
    breached_until: float = 0.0
    breach_cover: float = 1.0  # the share of its cover that is left until then
    assault_order: int = NONE  # the order that opened the assault under way
    attacker: int = NONE  # its side
    assault_start: float = 0.0
    attacker_intensity: float = 1.0  # the factor of the attacker's losses in this assault
    defender_intensity: float = 1.0  # the same for the defender's
    blocks_at_start: float = 0.0  # that the attacker held when it opened
    last_assault_order: int = NONE  # the order that opened the last assault here
    last_assault_start: float = NEVER
    shared_normal: float = 0.0  # the standard normal behind that assault's intensity, as both sides share it
    opposed_normal: float = 0.0  # and as it is opposite on the two
    stop_reason: int = 0  # why the fighting stands still: a `StopReason`
    contact_stream: int = 0
    stream: int = 0  # that waits are drawn from: the assault's, or the place's own for contact
    rate_since: float = 0.0  # when the rate last changed
    units_left: float = 0.0  # exponential units left then
    rate: float = 0.0  # events an hour; never less than the true rate until the next event
    next_event_at: float = NEVER  # when the next event is due
    distance_km: float = NEVER  # for the search of a way: km from its start
    visited: int = 0  # for the same: whether they are final
    next_reached: int = NONE  # for the same: the next of those that are not
    first_force: int = NONE  # of the forces that stand here, in the order of their numbers
    tempo: float = 1.0  # of its assault: the share of the fire that fatigue leaves
    tempo_at: float = NEVER  # when that was worked out
    supply: int = 0  # whether its side can supply it, 2 if so can those beside it


@dataclass(slots=True)
class CombatParameters:
    """The parameters of a force of which a contingent has the mean of its forces (`mean_parameters`)."""

    killing_rate: float = 0.0
    advance_km_per_day: float = 0.0
    ground_price: float = 0.0
    night_fire: float = 0.0
    moonlight: float = 0.0
    fog_fire: float = 0.0
    rain_fire: float = 0.0
    contact_per_1000_day: float = 0.0
    unsupplied_fire: float = 0.0
    break_defend_median: float = 0.0
    break_defend_sigma: float = 0.0
    wounded_per_killed: float = 0.0


@dataclass(slots=True)
class Contingent(CombatParameters):
    """One side at one place: row `2 * place + side`."""

    losses_per_hour: float = 0.0  # `killing_rate` in an hour
    blocks_per_hour: float = 0.0  # of its place: `advance_km_per_day` in an hour
    contact_per_hour: float = 0.0  # `contact_per_1000_day` for each of its people in an hour
    strength: float = 0.0
    supplied_strength: float = 0.0  # of these, people with supplies
    is_present: int = 0  # whether there is anybody, as the places around know it
    in_contact: int = 0
    assault_strength: float = 0.0  # people who took part in the assault under way
    assault_losses: float = 0.0  # of these, killed and wounded
    break_point: float = NEVER  # fraction lost at which they call it off or give way
    suppression: float = 0.0  # share of the fire that is lost
    suppressed_until: float = NEVER
    reserve_called: int = 0


@dataclass(slots=True)
class RoadSegment:
    """From a place to one beside it: rows `place.first_road` and on; `km` is the distance made good on a road."""

    destination: int = 0
    km: float = NEVER


@dataclass(slots=True)
class ForceState(CombatParameters):
    """A body of people at a place, or on its way (`place` is then NONE)."""

    index: int = 0
    side: int = 0
    place: int = NONE
    next_force: int = NONE  # of those that stand at its place
    present: int = 1  # 0: not in the battle yet
    entry_place: int = 0  # where it stands at first, or comes in
    receives_replacements: int = 0
    quality: float = 1.0  # combat power of each of its people
    steadiness: float = 1.0  # fraction lost at which it breaks over that of an average force
    march_kmh: float = 0.0
    night_march: float = 0.0
    fog_march: float = 0.0
    muster_hours: float = 0.0
    consolidate_hours: float = 0.0
    supply_days: float = 0.0
    rout_loss_median: float = 0.0
    rout_loss_sigma: float = 0.0
    rout_killed_fraction: float = 0.0
    cut_off_loss_median: float = 0.0
    withdrawal_killed_median: float = 0.0
    withdrawal_killed_sigma: float = 0.0
    seized_share: float = 0.0
    strength: float = 0.0
    initial_strength: float = 0.0
    killed: float = 0.0
    wounded: float = 0.0
    captured: float = 0.0
    replacements: float = 0.0  # replacements that came
    supplies: float = 0.0  # days
    order: int = NONE  # that it is carrying out
    origin: int = NONE  # where it came from to do so


@dataclass(slots=True)
class EquipmentStock:
    """Pieces of one kind of equipment with one force: row `force * kinds + kind`."""

    pieces: float = 0.0
    captured: float = 0.0  # taken from the enemy, held by this force's side


@dataclass(slots=True)
class PlaceStock:
    """Pieces of one kind of equipment that stand at a place: row `place * kinds + kind`."""

    pieces: float = 0.0
    destroyed_share: float = 0.0  # destroyed each time that the place changes hands


@dataclass(slots=True)
class OrderState:
    """What is to be done, and how far it has got."""

    index: int = 0
    kind: int = 0
    side: int = NONE
    target: int = NONE
    earliest: float = NEVER
    latest: float = NEVER
    first_member: int = 0
    members: int = 0
    first_step: int = 0  # of its axis
    steps: int = 0
    first_input: int = 0  # the first of its normal inputs
    stream: int = 0
    if_held: int = 0
    if_unreachable: int = 0
    if_spent: int = 0
    if_repelled: int = 0
    daylight_only: int = 0
    within_hours: float = 0.0  # of its assault at most; 0: `assault_hours`
    press_on_days: float = 0.0
    assault_hours: float = 0.0
    combat_power_mean: float = 0.0
    combat_power_sigma: float = 0.0
    break_attack_median: float = 0.0
    break_attack_sigma: float = 0.0
    break_odds_exponent: float = 0.0
    intensity_sigma: float = 0.0
    intensity_shared: float = 1.0
    intensity_persistence: float = 0.0
    fatigue_per_hour: float = 0.0
    reserve_delay_hours: float = 0.0
    breach_cover: float = 0.0
    breach_hours: float = 0.0
    # These five are below 0 where the order has none of its own: then those of its forces count.
    march_kmh: float = -1.0
    night_march: float = -1.0
    fog_march: float = -1.0
    muster_hours: float = -1.0
    consolidate_hours: float = -1.0
    sorties: float = 0.0
    over_hours: float = 0.0
    lost_share: float = 0.0  # chance that a sortie is shot down before it strikes
    detached_share: float = 0.0  # of its first force's people, who become its second force
    required_place: int = NONE
    required_side: int = NONE
    required_share: float = 0.0
    wait_hours: float = -1.0  # that it waits for what hinders it; below 0: as its kind does
    begins_assault: int = 0  # whether its moment is that of its assault, with muster and march before it
    followed_order: int = NONE  # the order after which it is given
    followed_event: int = 0  # what of that order it waits for: a `FollowedEvent`
    followed_delay: float = 0.0  # h after that
    is_followed: int = 0  # whether another order waits for this one
    through_enemy: int = 0  # whether a withdrawal breaks out where no way is open
    free_passage: int = 0  # whether a garrison that accepts a demand marches off instead of laying down arms
    demand_log_odds: float = 0.0  # that a demand to surrender is accepted, by a garrison that is whole and not cut off
    demand_per_share_lost: float = 0.0  # added to it if all of the garrison were lost
    demand_if_surrounded: float = 0.0  # added to it if no way of retreat is open
    demand_per_unsupplied: float = 0.0  # added to it if nobody there has supplies
    every_hours: float = 0.0  # above 0: it comes again so long after its end
    min_force_ratio: float = 0.0  # of a commander's free people for each of the enemy, below which he does not attack
    recaptures_only: int = 0  # whether he only takes back what was his side's at first
    # Of strikes, fire missions, bombs and ambushes: deaths by each, and the fire that the enemy loses for some hours.
    deaths_mean: float = 0.0
    deaths_size: float = 0.0
    suppression: float = 0.0
    suppression_hours: float = 0.0
    arrival_chance: float = 0.0  # of a bomb: not stopped on its way; of infiltrators: not found
    reach_chance: float = 0.0  # of one that is not stopped: on target
    no_deaths_chance: float = 0.0  # of one on target: nobody killed, whatever is drawn
    wounded_per_killed: float = 0.0  # by a bomb
    fixed_outcome: int = NONE  # what becomes of a bomb, a `BombOutcome`, if that is decided and not drawn
    phase: int = 0
    result: int = NONE  # an `OrderResult`, once it is known
    result_at: float = NEVER  # when that was known
    ended_at: float = NEVER  # when it was over
    waits_until: float = NEVER  # until when it waits for what hinders it
    goal: int = NONE  # where it is going now
    axis_step: int = 0  # how far along its axis
    tries: int = 0
    is_attacking: int = 0  # whether its side attacks in the assault that it takes part in
    ending: int = NONE  # of that assault, once it is over
    press_on_until: float = NEVER  # until when the order tries again if its assault is broken off
    recalled: int = 0
    n_strikes: float = 0.0  # sorties flown, or fire missions
    next_at: float = NEVER


@dataclass(slots=True)
class OrderMember:
    """A force of an order: rows `order.first_member` and on."""

    force: int = 0


@dataclass(slots=True)
class AxisStep:
    """A place on an order's axis, or one that a reserve covers: rows `order.first_step` and on."""

    place: int = 0


@dataclass(slots=True)
class DayState:
    """The light and weather of one day; reported fog and rain are not drawn."""

    dawn: float = 0.0
    dusk: float = 0.0
    moon: float = 0.0  # lit share of the Moon in the night that follows
    moon_rises: float = NEVER  # from this dusk to the next; `is_moon_up` reads the two
    moon_sets: float = -NEVER
    fog_reported: int = 0
    fog_begins: float = NEVER
    fog_ends: float = NEVER
    rain_reported: int = 0
    rain_begins: float = NEVER
    rain_ends: float = NEVER
    first_input: int = 0


@dataclass(slots=True)
class StreamState:
    """The state of one stream of random numbers."""

    s0: int = field(default=0, metadata=UNSIGNED)
    s1: int = field(default=0, metadata=UNSIGNED)
    s2: int = field(default=0, metadata=UNSIGNED)
    s3: int = field(default=0, metadata=UNSIGNED)


class BattleState(NamedTuple):
    """Everything that a rule can see or change: lists of row objects, or structured arrays."""

    model: Sequence[ModelState]
    sides: Sequence[SideState]
    places: Sequence[PlaceState]
    contingents: Sequence[Contingent]
    roads: Sequence[RoadSegment]
    forces: Sequence[ForceState]
    equipment: Sequence[EquipmentStock]
    place_equipment: Sequence[PlaceStock]
    orders: Sequence[OrderState]
    members: Sequence[OrderMember]
    axis_steps: Sequence[AxisStep]
    days: Sequence[DayState]
    streams: Sequence[StreamState]
    normal_inputs: Sequence[float]
    log: Sequence[LogEntry]
    interrupts: Sequence[Interrupt]
    counters: Sequence[BattleCounters]
