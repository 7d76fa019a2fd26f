"""From a scenario to flat rows, once; and which fields of them a parameter vector fills in for each replication."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

from sim import laws
from sim.battle import rows
from sim.battle.codes import Driver, Fallback, Kind, SkyDriver
from sim.battle.sky_table import calendar, sky_table
from sim.battle.written_rows import Call, Tally
from sim.events import NOBODY, Outcome
from sim.history import Names
from sim.scenario import rule_priors
from sim.scenario.distances import link_km
from sim.scenario.model import Scenario
from sim.scenario.orders import Attack, Command, Fires, Reserve, Scheduled, VehicleBomb
from sim.scenario.quantities import Quantity

NOT_IN_THIS_BATTLE = 2.0**20  # h; the moment of an order that is never given: a century on, and on a whole tick
CALLS = 64  # room for orders that wait to be called at one moment


@dataclass(frozen=True)
class Binding:
    """A field that a prior fills: offset + factor * slot."""

    table: str
    row: int
    field: str
    slot: str
    factor: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Tables:
    """A scenario compiled: template rows for each table, the bindings of priors, and the names behind indices."""

    rows: dict[str, list[Any]]
    bindings: tuple[Binding, ...]
    slots: tuple[str, ...]  # of the parameter vector: every prior of the battle
    names: Names
    streams: tuple[str, ...]
    drivers: tuple[str, ...]


@dataclass
class Builder:
    """Collects rows and bindings; `put` sets a field from a quantity, be it a number or a prior."""

    scenario: Scenario
    rows: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in rows.Battle._fields})
    bindings: list[Binding] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)
    drivers: list[str] = field(default_factory=list)

    def put(self, table: str, name: str, quantity: Quantity, factor: float = 1.0, offset: float = 0.0) -> None:
        """Set a field of the newest row of a table."""
        newest = len(self.rows[table]) - 1
        if quantity.prior is not None:
            self.bindings.append(Binding(table, newest, name, quantity.prior, factor * quantity.share, offset))
        else:
            setattr(self.rows[table][newest], name, offset + factor * float(quantity.value or 0.0))

    def bind(self, table: str, name: str, slot: str) -> None:
        """Fill a field of the newest row of a table from a prior, as it is."""
        self.bindings.append(Binding(table, len(self.rows[table]) - 1, name, slot))

    def stream(self, name: str) -> int:
        """The index of a new stream."""
        self.streams.append(name)
        return len(self.streams) - 1


def compile_tables(scenario: Scenario, law: str) -> Tables:
    """The flat rows of a scenario that is fought by a law."""
    build = Builder(scenario)
    names = Names(
        start=scenario.begins,
        sides=tuple(scenario.sides),
        places=tuple(scenario.places),
        forces=tuple(scenario.forces),
        orders=(*scenario.orders, "sky", "daily_round"),
        equipment=tuple(scenario.equipment),
    )
    add_model(build, law)
    for side in names.sides:
        add_side(build, side)
    for place in names.places:
        add_place(build, place, names)
    add_roads(build, names)
    for force in names.forces:
        add_force(build, force, names)
    for order in scenario.orders:
        add_order(build, order, names)
    add_standing_orders(build)
    build.rows["calls"] = [Call() for _ in range(CALLS + len(names.orders))]
    build.rows["tally"] = [Tally(kinds=len(names.equipment))]
    return Tables(
        rows=build.rows,
        bindings=tuple(build.bindings),
        slots=slots_of(scenario, law),
        names=names,
        streams=tuple(build.streams),
        drivers=tuple(build.drivers),
    )


def slots_of(scenario: Scenario, law: str) -> tuple[str, ...]:
    """The names of the parameter vector: the scenario's priors but those of reports, then the law's own that it does
    not give.
    """
    given = [name for name in scenario.priors if name not in scenario.report_priors]
    own = [laws.SLOT + name for name in laws.parameters(law)]
    return (*given, *(slot for slot in own if slot not in scenario.priors))


def add_model(build: Builder, law: str) -> None:
    """The one row of battle-wide quantities, all of them priors: the scenario's, and the law's own."""
    build.rows["model"].append(rows.Model(law=laws.number(law)))
    for name in rule_priors.BATTLE:
        build.bind("model", name, name)
    for place, parameter in zip(("law_first", "law_second"), laws.parameters(law), strict=False):
        build.bind("model", place, laws.SLOT + parameter)


def add_side(build: Builder, side: str) -> None:
    """A side: its own prior of each name, or the one that both share."""
    build.rows["sides"].append(rows.Side(stream=build.stream(f"side:{side}:replacements")))
    for name in rule_priors.SIDE:
        own = f"{name}_{side}"
        build.bind("sides", name, own if own in build.scenario.priors else name)


def add_place(build: Builder, id: str, names: Names) -> None:
    """A place, with the two fronts that can stand there."""
    place = build.scenario.places[id]
    terrain = build.scenario.terrains[place.terrain]
    contact = build.stream(f"place:{id}:contact")
    build.rows["places"].append(
        rows.Place(
            index=names.places.index(id),
            blocks=float(terrain.blocks),
            airstrip=index_or_nobody(names.sides, place.airstrip),
            depot=index_or_nobody(names.sides, place.depot),
            contact_stream=contact,
            stream=contact,
        )
    )
    build.put("places", "cover", place.cover or terrain.cover)
    build.put("places", "frontage", terrain.frontage)
    build.put("places", "depth_km", terrain.depth_km)
    share = place.held_by.share or Quantity(value=1.0, assumption="whole")
    if names.sides.index(place.held_by.side) == 1:
        build.put("places", "held", share, terrain.blocks)
    else:
        build.put("places", "held", share, -terrain.blocks, terrain.blocks)
    build.rows["fronts"] += [rows.Front(), rows.Front()]


def index_or_nobody(ids: tuple[str, ...], id: str | None) -> int:
    """The index of an id, NOBODY for none."""
    return NOBODY if id is None else ids.index(id)


def add_roads(build: Builder, names: Names) -> None:
    """The roads from each place, both ways along each link; kilometres made good as on a road."""
    scenario = build.scenario
    kilometres: dict[tuple[int, int], float] = {}
    for link in scenario.links.values():
        way = scenario.ways[link.way]
        pace = way.pace.value or 1.0
        for start, end in (link.between, link.between[::-1]):
            km = link_km(scenario, link)
            pair = names.places.index(start), names.places.index(end)
            kilometres[pair] = min(kilometres.get(pair, rows.NEVER), km / pace)
    for origin, to in sorted(kilometres):
        place = build.rows["places"][origin]
        if place.roads == 0:
            place.first_road = len(build.rows["roads"])
        place.roads += 1
        build.rows["roads"].append(rows.Road(to, kilometres[origin, to]))


def add_force(build: Builder, id: str, names: Names) -> None:
    """A force and its equipment."""
    force = build.scenario.forces[id]
    build.rows["forces"].append(
        rows.Force(
            index=names.forces.index(id),
            side=names.sides.index(force.side),
            present=int(force.present),
            entry=names.places.index(force.at),
            replaced=int(force.replaced),
        )
    )
    build.put("forces", "strength", force.strength)
    for kind in names.equipment:
        build.rows["gear"].append(rows.Gear())
        if kind in force.equipment:
            build.put("gear", "pieces", force.equipment[kind])


KINDS = {
    "attack": Kind.ATTACK,
    "counterattack": Kind.ATTACK,
    "withdraw": Kind.WITHDRAW,
    "reinforce": Kind.REINFORCE,
    "airstrike": Kind.AIRSTRIKE,
    "shelling": Kind.SHELLING,
    "vehicle_bomb": Kind.VEHICLE_BOMB,
    "ambush": Kind.AMBUSH,
    "reserve": Kind.RESERVE,
    "command": Kind.COMMAND,
}


def add_order(build: Builder, id: str, names: Names) -> None:
    """An order with its forces, its axis, its drivers and its stream."""
    order = build.scenario.orders[id]
    places = order.axis if isinstance(order, Attack) else order.covers if isinstance(order, Reserve) else ()
    places = order.otherwise if isinstance(order, Fires) else places
    row = rows.Order(
        index=names.orders.index(id),
        kind=KINDS[order.kind],
        side=names.sides.index(order.side),
        target=names.places.index(order.target),
        first_member=len(build.rows["members"]),
        first_step=len(build.rows["steps"]),
        steps=len(places),
        drivers=len(build.drivers),
        stream=build.stream(f"order:{id}:dice"),
    )
    build.rows["orders"].append(row)
    build.rows["steps"] += [rows.Step(names.places.index(place)) for place in places]
    members = getattr(order, "forces", ())
    row.members = len(members)
    build.rows["members"] += [rows.Member(names.forces.index(force)) for force in members]
    build.drivers += [f"order:{id}:{driver.name.lower()}" for driver in list(Driver)[: Driver.SPAN]]
    add_timing(build, row, order)
    if isinstance(order, Attack):
        row.if_held = Fallback[order.if_held.upper()]
        row.if_unreachable = Fallback[order.if_unreachable.upper()]
        row.if_spent = Fallback[order.if_spent.upper()]
        row.if_repelled = Fallback[order.if_repelled.upper()]
        row.daylight_only = int(order.daylight_only)
        if order.within_hours is not None:
            build.put("orders", "within_hours", order.within_hours)
    if isinstance(order, Fires):
        build.put("orders", "sorties", order.sorties)
        build.put("orders", "over_hours", order.over_hours)
        if order.every_hours is not None:
            build.put("orders", "every_hours", order.every_hours)
    if isinstance(order, Command):
        row.restores = int(order.aim == "restore")
        build.put("orders", "odds", order.odds)
        build.put("orders", "every_hours", order.every_hours)
    if isinstance(order, VehicleBomb) and order.fate != "drawn":
        row.fate = Outcome[order.fate.upper()]


def add_timing(build: Builder, row: rows.Order, order: Any) -> None:
    """The window of an order and what must be so when its moment comes; or when a reserve is available."""
    scenario = build.scenario
    if isinstance(order, Scheduled):
        row.earliest = scenario.hours(order.window.earliest)
        row.latest = scenario.hours(order.window.latest)
        if order.requires is not None:
            row.required_place = list(scenario.places).index(order.requires.place)
            row.required_side = list(scenario.sides).index(order.requires.held_by)
            row.required_share = order.requires.at_least
    elif isinstance(order, Reserve):
        row.earliest = 0.0 if order.available is None else scenario.hours(order.available)
        row.latest = scenario.hours(scenario.last if order.until is None else order.until)
    if order.cancelled:
        row.earliest = row.latest = NOT_IN_THIS_BATTLE


def add_standing_orders(build: Builder) -> None:
    """The sky and the daily round, which every battle has; the round comes at midnight."""
    days = calendar(build.scenario)
    build.rows["days"] = sky_table(build.scenario, len(build.drivers))
    weather = list(SkyDriver)[: SkyDriver.SPAN]
    build.drivers += [f"day:{day}:{driver.name.lower()}" for day, driver in product(days, weather)]
    midnight = build.scenario.begins.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    for kind, first in ((Kind.SKY, 0.0), (Kind.ROUND, build.scenario.hours(midnight))):
        build.rows["orders"].append(rows.Order(index=len(build.rows["orders"]), kind=kind, earliest=first))
