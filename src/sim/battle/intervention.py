"""An intervention: a change that sets in at a moment, the fields that it sets, and the orders it reschedules.

Before the moment the battle is the base case, to the bit. At it every field that the changed scenario has otherwise
is set; what was drawn or begun by then stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any

from sim.battle.compile_scenario import CompiledScenario
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
) -> Sequence[StateOverride]:
    """Every field that the two have otherwise."""
    before, after = collect_fields(base), collect_fields(changed)
    if before.keys() != after.keys():
        raise InterventionError("it changes how many members, roads or steps there are")
    return [
        override for key, override in after.items() if override != before[key] or override.parameter in changed_priors
    ]


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


def collect_fields(tables: CompiledScenario) -> dict[tuple[str, int, str], StateOverride]:
    """What every field of the rows is before the first rule."""
    overrides: dict[tuple[str, int, str], StateOverride] = {}
    for table, rows in tables.rows.items():
        for number, row in enumerate(rows):
            for column in fields(row):
                value = getattr(row, column.name)
                overrides[table, number, column.name] = StateOverride(table, number, column.name, value)
    for binding in tables.bindings:
        key = (binding.table, binding.row, binding.field)
        overrides[key] = StateOverride(*key, binding.offset, binding.factor, binding.parameter)
    return overrides


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
