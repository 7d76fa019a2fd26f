"""An intervention: a change that sets in at a moment, the fields that it sets, and the orders it reschedules.

Before the moment the battle is the base case, to the bit. At it every field that the changed scenario has otherwise
is set; what was drawn or begun by then stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any

from sim.battle.compile_scenario import CompiledScenario, ParameterBinding
from sim.battle.enums import OrderKind
from sim.battle.parameter_fields import list_fields
from sim.battle.records import BattleState
from sim.battle.rules.rates import round_to_tick
from sim.scenario.model import Scenario
from sim.types import Edit

# What a change may set in the middle of a battle; everything else is the state itself, or the shape of the tables.
OVERRIDABLE_FIELDS: Mapping[str, set[str]] = {
    "places": {"cover", "frontage", "airstrip", "depot"},
    "orders": {
        *("earliest", "latest", "target", "within_hours", "sorties", "over_hours", "every_hours"),
        *("min_force_ratio", "recaptures_only"),
        *("if_held", "if_unreachable", "if_spent", "if_repelled", "daylight_only", "fixed_outcome"),
        *("required_place", "required_side", "required_share"),
        *list_fields("order"),
    },
    "forces": list_fields("force"),
    "days": {"moon", "fog_reported", "fog_begins", "fog_ends", "rain_reported", "rain_begins", "rain_ends"},
}
OVERRIDABLE_TABLES = ("model", "sides")  # tables that hold nothing but quantities
WINDOW_FIELDS = frozenset({"earliest", "latest"})


class InterventionError(Exception):
    """A change that can't set in during a battle."""


@dataclass(frozen=True)
class StateOverride:
    """A field of a row and what it becomes: offset + factor * parameter, or the offset alone."""

    table: str
    row: int
    field: str
    offset: float
    factor: float = 0.0
    parameter: str | None = None

    def evaluate(self, parameters: Mapping[str, float]) -> float:
        """What the field becomes in a battle with these parameters."""
        return self.offset + (self.factor * parameters[self.parameter] if self.parameter is not None else 0.0)


@dataclass(frozen=True)
class Intervention:
    """The scenario as it is from a local time on."""

    scenario: Scenario
    since: datetime

    @cached_property
    def at_hours(self) -> float:
        """The moment, in hours: a whole number of ticks, as every time of a battle is."""
        return round_to_tick(self.scenario.hours_since_start(self.since))


def find_overrides(
    base: CompiledScenario, changed: CompiledScenario, changed_priors: frozenset[str]
) -> tuple[StateOverride, ...]:
    """Every field that the changed scenario has otherwise than the base case, or whose prior is another; raise
    InterventionError for a difference that can't come about in a battle.
    """
    if base.labels != changed.labels:
        raise InterventionError("it brings in or takes out forces, places or orders: cancel them instead")
    return tuple(each for each in find_differences(base, changed, changed_priors) if check_overridable(each))


def find_differences(
    base: CompiledScenario, changed: CompiledScenario, changed_priors: frozenset[str]
) -> Iterator[StateOverride]:
    """Every field that the two have otherwise; rows that are equal are looked at no further."""
    if any(len(rows) != len(changed.rows[table]) for table, rows in base.rows.items()):
        raise InterventionError("it changes how many members, roads or steps there are")
    bindings_before, bindings = index_bindings(base), index_bindings(changed)
    for table, rows in changed.rows.items():
        for number, (old, new) in enumerate(zip(base.rows[table], rows, strict=True)):
            were, are = bindings_before.get((table, number), {}), bindings.get((table, number), {})
            if old == new and were == are and changed_priors.isdisjoint(each.parameter for each in are.values()):
                continue
            for column in fields(new):
                before, after = (
                    make_override(table, number, column.name, row, bound) for row, bound in ((old, were), (new, are))
                )
                if after != before or after.parameter in changed_priors:
                    yield after


def index_bindings(tables: CompiledScenario) -> dict[tuple[str, int], dict[str, ParameterBinding]]:
    """The parameters that fill the fields of each row, by table, number and field."""
    found: dict[tuple[str, int], dict[str, ParameterBinding]] = {}
    for each in tables.bindings:
        found.setdefault((each.table, each.row), {})[each.field] = each
    return found


def make_override(
    table: str, number: int, field: str, row: object, bindings: Mapping[str, ParameterBinding]
) -> StateOverride:
    """What a field of a row is before the first rule."""
    if field not in bindings:
        return StateOverride(table, number, field, getattr(row, field))
    binding = bindings[field]
    return StateOverride(table, number, field, binding.offset, binding.factor, binding.parameter)


def find_affected_orders(changed: CompiledScenario, overrides: Sequence[StateOverride]) -> tuple[int, ...]:
    """The orders that look at their moment anew: those whose window is another, and the sky if it changes."""
    moved = [each.row for each in overrides if each.table == "orders" and each.field in WINDOW_FIELDS]
    sky = [row.index for row in changed.rows["orders"] if row.kind == OrderKind.ENVIRONMENT]
    return tuple(dict.fromkeys([*moved, *(sky if any(each.table == "days" for each in overrides) else [])]))


def check_overridable(override: StateOverride) -> bool:
    """Whether a field can be set in the middle of a battle; raise InterventionError if it is the state itself."""
    if override.table in OVERRIDABLE_TABLES or override.field in OVERRIDABLE_FIELDS.get(override.table, ()):
        return True
    raise InterventionError(
        f"it changes {override.table}.{override.field}, which is how the battle begins: at a later moment, add an "
        "order that brings in or takes away people, or changes who holds a place"
    )


def apply_overrides(battle: BattleState, overrides: Sequence[StateOverride], parameters: Mapping[str, float]) -> None:
    """Set what a change sets, whatever form the rows have."""
    for override in overrides:
        rows: Any = getattr(battle, override.table)
        value = override.evaluate(parameters)
        if isinstance(rows, list):
            row = rows[override.row]
            setattr(row, override.field, type(getattr(row, override.field))(value))
        else:
            rows[override.field][override.row] = value


def add_cancelled_orders(scenario: Scenario, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits that give the base case the orders that a change adds, cancelled: nothing of a battle changes."""
    return tuple(
        Edit(path=edit.path, value=edit.value | {"cancelled": True})
        for edit in edits
        if edit.path.startswith("orders.") and edit.path.count(".") == 1
        and edit.path.split(".")[1] not in scenario.orders and isinstance(edit.value, dict)
    )  # fmt: skip
