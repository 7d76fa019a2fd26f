"""The state of a battle: named rows of numbers, one table for each kind of thing.

Each row class is used twice: plain, as a Python object with slots, and compiled, as a structured dtype made
from its fields. A rule writes `battle.places[p].held` and runs as either. Every field is a float, an int or, in
streams, 64 bits, so that every column is eight bytes wide. Times are hours since the battle began.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.battle.written_rows import Call, Entry, Tally
from sim.events import NOBODY

NEVER = float("inf")
BITS = {"bits": 64}  # marks a field that is an unsigned number


@dataclass(slots=True)
class Model:
    """What holds for the whole battle: the priors of `rule_priors.BATTLE` and of the law, and the sky of the moment."""

    reference_strength: float = 0.0
    intensity_sigma: float = 0.0
    fatigue_per_hour: float = 0.0
    advance_km_per_day: float = 0.0
    assault_hours: float = 0.0
    consolidate_hours: float = 0.0
    muster_hours: float = 0.0
    night_fire: float = 0.0
    moonlight: float = 0.0
    fog_fire: float = 0.0
    rain_fire: float = 0.0
    night_march: float = 0.0
    fog_march: float = 0.0
    fog_chance: float = 0.0
    rain_chance: float = 0.0
    contact_per_1000_day: float = 0.0
    strike_deaths_mean: float = 0.0
    strike_deaths_size: float = 0.0
    strike_suppression: float = 0.0
    strike_suppression_hours: float = 0.0
    shell_deaths_mean: float = 0.0
    shell_deaths_size: float = 0.0
    shell_suppression: float = 0.0
    shell_suppression_hours: float = 0.0
    bomb_arrives: float = 0.0
    bomb_reaches: float = 0.0
    bomb_no_deaths: float = 0.0
    bomb_deaths_mean: float = 0.0
    bomb_deaths_size: float = 0.0
    bomb_wounded_per_killed: float = 0.0
    bomb_shock: float = 0.0
    bomb_shock_hours: float = 0.0
    breach_cover: float = 0.0
    breach_hours: float = 0.0
    ambush_deaths_mean: float = 0.0
    ambush_deaths_size: float = 0.0
    prisoners_share: float = 0.0
    cut_off_prisoners_share: float = 0.0
    seized_share: float = 0.0
    supply_days: float = 0.0
    unsupplied_fire: float = 0.0
    reserve_at_share: float = 0.0
    reserve_delay_hours: float = 0.0
    law: int = 0  # the number of the law: `sim.laws.number`
    law_first: float = 0.0  # the law's own parameters, if it has any
    law_second: float = 0.0
    daylight: int = 1
    fog: int = 0
    rain: int = 0
    moon: float = 0.0  # lit share of the Moon, if it is up


@dataclass(slots=True)
class Side:
    """One of the two sides: the priors of `rule_priors.SIDE`."""

    killing_rate: float = 0.0
    break_attack_median: float = 0.0
    break_attack_sigma: float = 0.0
    break_defend_median: float = 0.0
    break_defend_sigma: float = 0.0
    wounded_per_killed: float = 0.0
    replacements_per_day: float = 0.0
    march_kmh: float = 0.0
    stream: int = 0  # for its replacements


@dataclass(slots=True)
class Place:
    """A place, its line, the assault on it if there is one, and the clock of the fighting there."""

    index: int = 0
    blocks: float = 1.0
    frontage: float = 0.0
    cover: float = 0.0
    depth_km: float = 0.0
    airstrip: int = NOBODY  # side that it is supplied by air while it holds all of it
    depot: int = NOBODY  # side that is supplied from here
    first_road: int = 0
    roads: int = 0  # that lead from here, in the sequence of the places they lead to
    held: float = 0.0  # blocks held by the second side
    held_first: float = 0.0  # the same when the battle began
    breached_until: float = 0.0
    assault: int = NOBODY  # the order that opened the assault under way
    attacker: int = NOBODY  # its side
    opened: float = 0.0
    intensity: float = 1.0
    stop: int = 0  # why the fighting stands still: a `Stop`
    contact_stream: int = 0
    stream: int = 0  # that the clock draws from: the assault's, or the place's own for contact
    since: float = 0.0  # when the rate last changed
    units: float = 0.0  # exponential units left then
    rate: float = 0.0  # events an hour; never less than the true rate until the next event
    fires: float = NEVER  # when the next event is due
    way_km: float = NEVER  # for the search of a way: km from its start
    way_known: int = 0  # for the same: whether they are final; for supply: whether it is reached


@dataclass(slots=True)
class Front:
    """One side at one place: row `2 * place + side`."""

    strength: float = 0.0
    supplied: float = 0.0  # of these, people with supplies
    here: int = 0  # whether there is anybody, as the places around know it
    in_contact: int = 0
    start: float = 0.0  # people who took part in the assault under way
    lost: float = 0.0  # of these, killed and wounded
    breaks_at: float = NEVER  # fraction lost at which they call it off or give way
    suppression: float = 0.0  # share of the fire that is lost
    recovers_at: float = NEVER
    alarmed: int = 0


@dataclass(slots=True)
class Road:
    """From a place to one beside it: rows `place.first_road` and on; `km` is the distance made good on a road."""

    to: int = 0
    km: float = NEVER


@dataclass(slots=True)
class Force:
    """A body of people at a place, or on its way (`place` is then NOBODY)."""

    index: int = 0
    side: int = 0
    place: int = NOBODY
    present: int = 1  # 0: not in the battle yet
    entry: int = 0  # where it stands at first, or comes in
    replaced: int = 0
    strength: float = 0.0
    initial: float = 0.0
    killed: float = 0.0
    wounded: float = 0.0
    captured: float = 0.0
    joined: float = 0.0  # replacements that came
    supplies: float = 0.0  # days
    order: int = NOBODY  # that it is carrying out
    home: int = NOBODY  # where it came from to do so


@dataclass(slots=True)
class Gear:
    """Pieces of one kind of equipment with one force: row `force * kinds + kind`."""

    pieces: float = 0.0
    seized: float = 0.0  # taken from the enemy, held by this force's side


@dataclass(slots=True)
class Order:
    """What is to be done, and how far it has got."""

    index: int = 0
    kind: int = 0
    side: int = NOBODY
    target: int = NOBODY
    earliest: float = NEVER
    latest: float = NEVER
    first_member: int = 0
    members: int = 0
    first_step: int = 0  # of its axis
    steps: int = 0
    drivers: int = 0  # the first of its drivers
    stream: int = 0
    if_held: int = 0
    if_unreachable: int = 0
    if_spent: int = 0
    if_repelled: int = 0
    daylight_only: int = 0
    within_hours: float = 0.0  # 0: the prior
    sorties: float = 0.0
    over_hours: float = 0.0
    required_place: int = NOBODY
    required_side: int = NOBODY
    required_share: float = 0.0
    every_hours: float = 0.0  # above 0: it comes again so long after its end
    odds: float = 0.0  # of a commander's free people for each of the enemy, below which he does not attack
    restores: int = 0  # whether he only takes back what was his side's at first
    fate: int = NOBODY  # what becomes of a bomb, an `Outcome`, if that is decided and not drawn
    phase: int = 0
    goal: int = NOBODY  # where it is going now
    step: int = 0  # how far along its axis
    tries: int = 0
    attacking: int = 0  # whether its side attacks in the assault that it takes part in
    ending: int = NOBODY  # of that assault, once it is over
    recalled: int = 0
    fired: float = 0.0  # sorties flown, or fire missions
    next_at: float = NEVER


@dataclass(slots=True)
class Member:
    """A force of an order: rows `order.first_member` and on."""

    force: int = 0


@dataclass(slots=True)
class Step:
    """A place on an order's axis, or one that a reserve covers: rows `order.first_step` and on."""

    place: int = 0


@dataclass(slots=True)
class Day:
    """The sky of one day; `reported` ones are not drawn."""

    dawn: float = 0.0
    dusk: float = 0.0
    moon: float = 0.0
    fog_reported: int = 0
    fog_begins: float = NEVER
    fog_ends: float = NEVER
    rain_reported: int = 0
    rain_begins: float = NEVER
    rain_ends: float = NEVER
    drivers: int = 0


@dataclass(slots=True)
class Stream:
    """The state of one stream of random numbers."""

    s0: int = field(default=0, metadata=BITS)
    s1: int = field(default=0, metadata=BITS)
    s2: int = field(default=0, metadata=BITS)
    s3: int = field(default=0, metadata=BITS)


class Battle(NamedTuple):
    """Everything that a rule can see or change: lists of row objects, or structured arrays."""

    model: Sequence[Model]
    sides: Sequence[Side]
    places: Sequence[Place]
    fronts: Sequence[Front]
    roads: Sequence[Road]
    forces: Sequence[Force]
    gear: Sequence[Gear]
    orders: Sequence[Order]
    members: Sequence[Member]
    steps: Sequence[Step]
    days: Sequence[Day]
    streams: Sequence[Stream]
    drivers: Sequence[float]
    log: Sequence[Entry]
    calls: Sequence[Call]
    tally: Sequence[Tally]
