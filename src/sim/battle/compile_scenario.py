"""Compiling a scenario, once: flat tables of records, and the fields that a parameter vector fills in.

The tables are in the order of ids, whatever the order in the file: rules walk them, and who falls, who moves first and
which of two equal ways is taken must not hang on where an entry stands. A replication copies the tables and fills those
fields from its own vector; nothing else of the scenario is read again.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

from sim import laws
from sim.battle import records
from sim.battle.day_states import build_day_states, list_record_days
from sim.battle.enums import FallbackAction, FollowedEvent, OrderInput, OrderKind, WeatherInput
from sim.battle.parameter_fields import name_field
from sim.battle.records import BattleCounters, Interrupt
from sim.events.log import NONE, BombOutcome, Labels
from sim.scenario.model import Scenario
from sim.scenario.orders import (
    Attack,
    CommanderRule,
    Detachment,
    FireSupport,
    Infiltration,
    Reserve,
    ScheduledOrder,
    SurrenderDemand,
    VehicleBomb,
    Withdrawal,
)
from sim.scenario.prior_requirements import RequiredPriors, find_prior, list_required_priors, select_idle_priors
from sim.scenario.quantities import Quantity
from sim.scenario.rule_parameters import LAW_PREFIX, Owner

NEVER_GIVEN_HOURS = 2.0**20  # h; the moment of an order that is never given: a century on, and on a whole tick
STANDING_ORDERS = ("sky", "daily_round")  # that every battle has, after those of its scenario
SPARE_INTERRUPTS = 64  # room for orders that wait to be interrupted at one moment


@dataclass(frozen=True)
class ParameterBinding:
    """A field that a parameter fills: offset + factor * parameter."""

    table: str
    row: int
    field: str
    parameter: str
    factor: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class CompiledScenario:
    """A scenario compiled: template rows for each table, the bindings of parameters, and the labels behind indices."""

    rows: dict[str, list[Any]]
    bindings: tuple[ParameterBinding, ...]
    parameter_names: tuple[str, ...]  # of the parameter vector: every prior of the battle
    labels: Labels
    stream_names: tuple[str, ...]
    input_names: tuple[str, ...]


@dataclass
class ScenarioCompiler:
    """Collects rows and bindings; `set_field` sets a field from a quantity, be it a number or a prior."""

    scenario: Scenario
    required: RequiredPriors  # as `list_required_priors` has them
    rows: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in records.BattleState._fields})
    bindings: list[ParameterBinding] = field(default_factory=list)
    stream_names: list[str] = field(default_factory=list)
    input_names: list[str] = field(default_factory=list)
    readers: dict[tuple[Owner | None, str], dict[str, str]] = field(init=False)  # a prior by parameter, by who reads it

    def __post_init__(self) -> None:
        self.readers = {}
        for reader, names in self.required.items():
            if (prior := find_prior(names, self.scenario.priors)) is not None:
                self.readers.setdefault((reader.owner, reader.id), {})[reader.parameter] = prior

    def bind_parameters(self, table: str, owner: Owner | None = None, id: str = "") -> None:
        """Fill the fields of the newest row of a table that its owner reads from priors."""
        for parameter, prior in self.readers.get((owner, id), {}).items():
            self.bind_field(table, name_field(parameter), prior)

    def set_field(self, table: str, name: str, quantity: Quantity, factor: float = 1.0, offset: float = 0.0) -> None:
        """Set a field of the newest row of a table."""
        newest = len(self.rows[table]) - 1
        if quantity.prior is not None:
            self.bindings.append(ParameterBinding(table, newest, name, quantity.prior, factor * quantity.share, offset))
        else:
            setattr(self.rows[table][newest], name, offset + factor * float(quantity.value or 0.0))

    def bind_field(self, table: str, name: str, prior: str) -> None:
        """Fill a field of the newest row of a table from a prior, as it is."""
        self.bindings.append(ParameterBinding(table, len(self.rows[table]) - 1, name, prior))

    def add_stream(self, name: str) -> int:
        """The index of a new stream."""
        self.stream_names.append(name)
        return len(self.stream_names) - 1


def make_labels(scenario: Scenario) -> Labels:
    """The labels of a scenario's battles, as its file has them; a battle itself has them sorted."""
    return Labels(
        start=scenario.begins,
        sides=tuple(scenario.sides),
        places=tuple(scenario.places),
        forces=tuple(scenario.forces),
        orders=(*scenario.orders, *STANDING_ORDERS),
        equipment=tuple(scenario.equipment),
        battle_hours=scenario.hours_since_start(scenario.ends),
        time_zone=scenario.astronomy.time_zone,
    )


def compile_scenario(scenario: Scenario, law: str) -> CompiledScenario:
    """The flat tables of a scenario that is simulated with a law."""
    required = list_required_priors(scenario)
    compiler = ScenarioCompiler(scenario, required)
    labels = make_labels(scenario).sort()
    add_model(compiler, law)
    for side in labels.sides:
        add_side(compiler, side)
    for place in labels.places:
        add_place(compiler, place, labels)
    add_roads(compiler, labels)
    for force in labels.forces:
        add_force(compiler, force, labels)
    for order in sorted(scenario.orders):
        add_order(compiler, order, labels)
    for row in compiler.rows["orders"]:
        if row.followed_order != NONE:
            compiler.rows["orders"][row.followed_order].is_followed = 1
    add_standing_orders(compiler)
    compiler.rows["interrupts"] = [Interrupt() for _ in range(SPARE_INTERRUPTS + len(labels.orders))]
    compiler.rows["counters"] = [BattleCounters(n_equipment_kinds=len(labels.equipment))]
    return CompiledScenario(
        rows=compiler.rows,
        bindings=tuple(compiler.bindings),
        parameter_names=list_parameter_names(scenario, law, required),
        labels=labels,
        stream_names=tuple(compiler.stream_names),
        input_names=tuple(compiler.input_names),
    )


def list_parameter_names(scenario: Scenario, law: str, required: RequiredPriors) -> tuple[str, ...]:
    """The names of the parameter vector: the scenario's priors but those of reports and those of rules that nothing in
    this battle uses, then the law's own that it does not give.
    """
    left_out = scenario.source_model_priors | select_idle_priors(scenario, required)
    law_names = [LAW_PREFIX + name for name in laws.load_priors(law)]
    return (
        *(name for name in scenario.priors if name not in left_out),
        *(name for name in law_names if name not in scenario.priors),
    )


def add_model(compiler: ScenarioCompiler, law: str) -> None:
    """The one row of battle-wide quantities, all of them priors: the scenario's, and the law's own."""
    compiler.rows["model"].append(records.ModelState(law=laws.find_law_number(law)))
    compiler.bind_parameters("model")
    for column, parameter in zip(("law_parameter_1", "law_parameter_2"), laws.load_priors(law), strict=False):
        compiler.bind_field("model", column, LAW_PREFIX + parameter)


def add_side(compiler: ScenarioCompiler, side: str) -> None:
    """A side: its own prior of each name, or the one that both share."""
    compiler.rows["sides"].append(records.SideState(stream=compiler.add_stream(f"side:{side}:replacements")))
    compiler.bind_parameters("sides", "side", side)


def add_place(compiler: ScenarioCompiler, id: str, labels: Labels) -> None:
    """A place, with the two contingents that can stand there."""
    place = compiler.scenario.places[id]
    terrain = compiler.scenario.terrains[place.terrain]
    contact = compiler.add_stream(f"place:{id}:contact")
    compiler.rows["places"].append(
        records.PlaceState(
            index=labels.places.index(id),
            blocks=float(terrain.blocks),
            is_prepared=int(terrain.prepared),
            airstrip=index_or_none(labels.sides, place.airstrip),
            depot=index_or_none(labels.sides, place.depot),
            contact_stream=contact,
            stream=contact,
        )
    )
    compiler.set_field("places", "cover", place.cover or terrain.cover)
    compiler.set_field("places", "frontage", terrain.max_engaged)
    compiler.set_field("places", "depth_km", terrain.depth_km)
    share = place.initial_control.share or Quantity(value=1.0, assumption="whole")
    if labels.sides.index(place.initial_control.side) == 1:
        compiler.set_field("places", "second_side_blocks", share, terrain.blocks)
    else:
        compiler.set_field("places", "second_side_blocks", share, -terrain.blocks, terrain.blocks)
    if place.airstrip_share is not None:
        compiler.set_field("places", "airstrip_share", place.airstrip_share)
    if place.mined is not None:
        compiler.set_field("places", "mined_share", place.mined)
    compiler.rows["places"][-1].is_refuge = int(place.refuge)
    if place.equipment:
        compiler.rows["places"][-1].equipment_owner = labels.sides.index(place.initial_control.side)
    for kind in labels.equipment:
        compiler.rows["place_equipment"].append(records.PlaceStock())
        if kind in place.equipment:
            compiler.set_field("place_equipment", "pieces", place.equipment[kind].pieces)
            destroyed = place.equipment[kind].destroyed
            if destroyed is not None:
                compiler.set_field("place_equipment", "destroyed_share", destroyed)
    compiler.rows["contingents"] += [records.Contingent(), records.Contingent()]


def index_or_none(ids: tuple[str, ...], id: str | None) -> int:
    """The index of an id, NONE for none."""
    return NONE if id is None else ids.index(id)


def add_roads(compiler: ScenarioCompiler, labels: Labels) -> None:
    """The roads from each place, both ways along each link; kilometres made good as on a road."""
    scenario = compiler.scenario
    kilometres: dict[tuple[int, int], float] = {}
    for link in scenario.roads.values():
        way = scenario.road_types[link.road_type]
        pace = way.speed_factor.value or 1.0
        for start, end in (link.between, link.between[::-1]):
            km = scenario.compute_road_km(link)
            pair = labels.places.index(start), labels.places.index(end)
            kilometres[pair] = min(kilometres.get(pair, records.NEVER), km / pace)
    for origin, to in sorted(kilometres):
        place = compiler.rows["places"][origin]
        if place.roads == 0:
            place.first_road = len(compiler.rows["roads"])
        place.roads += 1
        compiler.rows["roads"].append(records.RoadSegment(to, kilometres[origin, to]))


def add_force(compiler: ScenarioCompiler, id: str, labels: Labels) -> None:
    """A force and its equipment."""
    force = compiler.scenario.forces[id]
    compiler.rows["forces"].append(
        records.ForceState(
            index=labels.forces.index(id),
            side=labels.sides.index(force.side),
            present=int(force.initially_present),
            entry_place=labels.places.index(force.location),
            receives_replacements=int(force.receives_replacements),
        )
    )
    compiler.set_field("forces", "strength", force.strength)
    compiler.bind_parameters("forces", "force", id)
    for kind in labels.equipment:
        compiler.rows["equipment"].append(records.EquipmentStock())
        if kind in force.equipment:
            compiler.set_field("equipment", "pieces", force.equipment[kind])


ORDER_KINDS = {
    "attack": OrderKind.ATTACK,
    "counterattack": OrderKind.ATTACK,
    "withdraw": OrderKind.WITHDRAW,
    "reinforce": OrderKind.REINFORCE,
    "airstrike": OrderKind.AIRSTRIKE,
    "shelling": OrderKind.SHELLING,
    "vehicle_bomb": OrderKind.VEHICLE_BOMB,
    "ambush": OrderKind.AMBUSH,
    "reserve": OrderKind.RESERVE,
    "command": OrderKind.COMMAND,
    "surrender_demand": OrderKind.SURRENDER_DEMAND,
    "leave": OrderKind.LEAVE,
    "detach": OrderKind.DETACH,
    "infiltrate": OrderKind.INFILTRATE,
}
FOLLOWED_EVENTS = {each.name.lower(): each for each in FollowedEvent}
DEMAND_FIELDS = {
    "log_odds": "demand_log_odds",
    "per_share_lost": "demand_per_share_lost",
    "if_surrounded": "demand_if_surrounded",
    "per_unsupplied": "demand_per_unsupplied",
}


def add_order(compiler: ScenarioCompiler, id: str, labels: Labels) -> None:
    """An order with its forces, its axis, its normal inputs and its stream."""
    order = compiler.scenario.orders[id]
    places = order.axis if isinstance(order, Attack) else order.covered_places if isinstance(order, Reserve) else ()
    places = order.alternative_targets if isinstance(order, FireSupport) else places
    row = records.OrderState(
        index=labels.orders.index(id),
        kind=ORDER_KINDS[order.kind],
        side=labels.sides.index(order.side),
        target=labels.places.index(order.target),
        first_member=len(compiler.rows["members"]),
        first_step=len(compiler.rows["axis_steps"]),
        steps=len(places),
        first_input=len(compiler.input_names),
        stream=compiler.add_stream(f"order:{id}:dice"),
    )
    compiler.rows["orders"].append(row)
    compiler.rows["axis_steps"] += [records.AxisStep(labels.places.index(place)) for place in places]
    members = (*sorted(getattr(order, "forces", ())), *([order.into] if isinstance(order, Detachment) else []))
    row.members = len(members)
    compiler.rows["members"] += [records.OrderMember(labels.forces.index(force)) for force in members]
    compiler.input_names += [f"order:{id}:{each.name.lower()}" for each in list(OrderInput)[: OrderInput.COUNT]]
    add_timing(compiler, row, order, labels)
    compiler.bind_parameters("orders", "order", id)
    if isinstance(order, Attack):
        row.if_held = FallbackAction[order.on_already_held.upper()]
        row.if_unreachable = FallbackAction[order.on_unreachable.upper()]
        row.if_spent = FallbackAction[order.on_spent.upper()]
        row.if_repelled = FallbackAction[order.on_repelled.upper()]
        row.daylight_only = int(order.daylight_only)
        row.begins_assault = int(order.window_marks == "assault")
        if order.within_hours is not None:
            compiler.set_field("orders", "within_hours", order.within_hours)
        if order.press_on_days is not None:
            compiler.set_field("orders", "press_on_days", order.press_on_days)
    if isinstance(order, FireSupport):
        compiler.set_field("orders", "sorties", order.sorties)
        compiler.set_field("orders", "over_hours", order.duration_hours)
        if order.every_hours is not None:
            compiler.set_field("orders", "every_hours", order.every_hours)
        if order.shot_down is not None:
            compiler.set_field("orders", "lost_share", order.shot_down)
    if isinstance(order, Detachment):
        compiler.set_field("orders", "detached_share", order.share)
    if isinstance(order, CommanderRule):
        row.recaptures_only = int(order.aim == "restore")
        compiler.set_field("orders", "min_force_ratio", order.min_force_ratio)
        compiler.set_field("orders", "every_hours", order.every_hours)
    if isinstance(order, Withdrawal):
        row.through_enemy = int(order.break_out)
    if isinstance(order, Infiltration):
        compiler.set_field("orders", "arrival_chance", order.gets_through)
    if isinstance(order, SurrenderDemand):
        row.free_passage = int(order.terms == "free_passage")
        for name, column in DEMAND_FIELDS.items():
            compiler.set_field("orders", column, getattr(order, name))
    if isinstance(order, VehicleBomb) and order.outcome != "random":
        row.fixed_outcome = BombOutcome[order.outcome.upper()]


def add_timing(compiler: ScenarioCompiler, row: records.OrderState, order: Any, labels: Labels) -> None:
    """The window of an order and what must be so when its moment comes; or when a reserve is available."""
    scenario = compiler.scenario
    if isinstance(order, ScheduledOrder):
        row.earliest = scenario.hours_since_start(order.window.earliest)
        row.latest = scenario.hours_since_start(order.window.latest)
        if order.requires is not None:
            row.required_place = labels.places.index(order.requires.place)
            row.required_side = labels.sides.index(order.requires.held_by)
            row.required_share = order.requires.at_least
        if order.wait_hours is not None:
            compiler.set_field("orders", "wait_hours", order.wait_hours)
        if order.after is not None:
            row.followed_order = labels.orders.index(order.after.order)
            row.followed_event = FOLLOWED_EVENTS[order.after.event]
            if order.after.delay_hours is not None:
                compiler.set_field("orders", "followed_delay", order.after.delay_hours)
    elif isinstance(order, Reserve):
        row.earliest = 0.0 if order.available_from is None else scenario.hours_since_start(order.available_from)
        row.latest = scenario.hours_since_start(scenario.horizon if order.until is None else order.until)
    if order.cancelled:
        row.earliest = row.latest = NEVER_GIVEN_HOURS


def add_standing_orders(compiler: ScenarioCompiler) -> None:
    """The sky and the daily round, which every battle has; the round comes at midnight."""
    days = list_record_days(compiler.scenario)
    compiler.rows["days"] = build_day_states(compiler.scenario, len(compiler.input_names))
    weather = list(WeatherInput)[: WeatherInput.COUNT]
    compiler.input_names += [f"day:{day}:{each.name.lower()}" for day, each in product(days, weather)]
    midnight = compiler.scenario.begins.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    for kind, first in (
        (OrderKind.ENVIRONMENT, 0.0),
        (OrderKind.LOGISTICS, compiler.scenario.hours_since_start(midnight)),
    ):
        compiler.rows["orders"].append(
            records.OrderState(index=len(compiler.rows["orders"]), kind=kind, earliest=first)
        )
