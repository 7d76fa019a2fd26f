"""A change that sets in at a moment: what of the tables it sets, and which orders then look at their moment anew.

Before the moment the battle is the base case, to the bit. At it every field that the changed scenario has otherwise
is set; what was drawn or begun by then stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any

from sim.battle.codes import Kind
from sim.battle.rows import Battle
from sim.battle.tables import Tables
from sim.scenario.model import Scenario
from sim.schema import Edit

# What a change may set in the middle of a battle; everything else is the state itself, or the shape of the tables.
SETTABLE: Mapping[str, set[str]] = {
    "places": {"cover", "frontage", "airstrip", "depot"},
    "orders": {
        *("earliest", "latest", "target", "within_hours", "sorties", "over_hours", "every_hours", "odds", "restores"),
        *("if_held", "if_unreachable", "if_spent", "if_repelled", "daylight_only", "fate"),
        *("required_place", "required_side", "required_share"),
    },
    "days": {"moon", "fog_reported", "fog_begins", "fog_ends", "rain_reported", "rain_begins", "rain_ends"},
}
ALL_SETTABLE = ("model", "sides")  # tables that hold nothing but quantities
MOMENTS = frozenset({"earliest", "latest"})


class BranchError(Exception):
    """A change that can't set in during a battle."""


@dataclass(frozen=True)
class Setting:
    """A field of a row and what it becomes: offset + factor * slot, or the offset alone."""

    table: str
    row: int
    field: str
    offset: float
    factor: float = 0.0
    slot: str | None = None

    def value(self, parameters: Mapping[str, float]) -> float:
        """What the field becomes in a battle with these parameters."""
        return self.offset + (self.factor * parameters[self.slot] if self.slot is not None else 0.0)


@dataclass(frozen=True)
class Branch:
    """The scenario as it is from a local time on."""

    scenario: Scenario
    since: datetime

    @cached_property
    def at(self) -> float:
        """The moment, in hours."""
        return self.scenario.hours(self.since)


def settings_of(base: Tables, later: Tables, unlike: frozenset[str]) -> tuple[Setting, ...]:
    """All in which later tables differ from those of the base case, `unlike` being the slots whose priors do; raise
    BranchError for a difference that can't come about in a battle.
    """
    if base.names != later.names:
        raise BranchError("it brings in or takes out forces, places or orders: cancel them instead")
    return tuple(setting for setting in differing(base, later, unlike) if allowed(setting))


def differing(base: Tables, later: Tables, unlike: frozenset[str]) -> Sequence[Setting]:
    """Every field that the two have otherwise."""
    before, after = specified(base), specified(later)
    if before.keys() != after.keys():
        raise BranchError("it changes how many members, roads or steps there are")
    return [to for key, to in after.items() if to != before[key] or to.slot in unlike]


def waking(later: Tables, settings: Sequence[Setting]) -> tuple[int, ...]:
    """The orders that look at their moment anew: those whose window is another, and the sky if it changes."""
    moved = [setting.row for setting in settings if setting.table == "orders" and setting.field in MOMENTS]
    sky = [row.index for row in later.rows["orders"] if row.kind == Kind.SKY]
    return tuple(dict.fromkeys([*moved, *(sky if any(setting.table == "days" for setting in settings) else [])]))


def allowed(setting: Setting) -> bool:
    """Whether a field can be set in the middle of a battle; raise BranchError if it is the state itself."""
    if setting.table in ALL_SETTABLE or setting.field in SETTABLE.get(setting.table, ()):
        return True
    raise BranchError(
        f"it changes {setting.table}.{setting.field}, which is how the battle begins: at a later moment, add an order "
        "that brings in or takes away people, or changes who holds a place"
    )


def specified(tables: Tables) -> dict[tuple[str, int, str], Setting]:
    """What every field of the rows is before the first rule."""
    found: dict[tuple[str, int, str], Setting] = {}
    for table, rows in tables.rows.items():
        for number, row in enumerate(rows):
            for column in fields(row):
                value = getattr(row, column.name)
                found[table, number, column.name] = Setting(table, number, column.name, value)
    for bound in tables.bindings:
        key = (bound.table, bound.row, bound.field)
        found[key] = Setting(*key, bound.offset, bound.factor, bound.slot)
    return found


def set_in(battle: Battle, settings: Sequence[Setting], parameters: Mapping[str, float]) -> None:
    """Set what a change sets, whatever form the rows have."""
    for setting in settings:
        rows: Any = getattr(battle, setting.table)
        value = setting.value(parameters)
        if isinstance(rows, list):
            row = rows[setting.row]
            setattr(row, setting.field, type(getattr(row, setting.field))(value))
        else:
            rows[setting.field][setting.row] = value


def with_orders_of(scenario: Scenario, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits that give the base case the orders that a change adds, cancelled: nothing of a battle changes."""
    return tuple(
        Edit(path=edit.path, value=edit.value | {"cancelled": True})
        for edit in edits
        if edit.path.startswith("orders.") and edit.path.count(".") == 1
        and edit.path.split(".")[1] not in scenario.orders and isinstance(edit.value, dict)
    )  # fmt: skip
