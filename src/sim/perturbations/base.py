"""What all perturbations share: settings that are checked, and ids that the scenario must have."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import model_validator

from sim.scenario.descriptions import join_words
from sim.scenario.model import Scenario
from sim.scenario.quantities import Quantity
from sim.types import Edit, Id, StrictModel

ASSUMPTION_TEXT = "set by a perturbation"
OrderKindName = Literal[
    "attack",
    "counterattack",
    "withdraw",
    "leave",
    "reinforce",
    "detach",
    "infiltrate",
    "surrender_demand",
    "airstrike",
    "shelling",
    "vehicle_bomb",
    "ambush",
    "reserve",
    "command",
]


class PerturbationError(Exception):
    """A perturbation that this scenario can't have; `setting` is the one at fault."""

    def __init__(self, setting: str, message: str):
        super().__init__(f"{setting}: {message}")
        self.setting = setting
        self.message = message


class Perturbation(StrictModel):
    """A change of a scenario, as settings; `description` is the change as half a sentence."""

    description: str | None = None

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        """The change as edits of the scenario; raise PerturbationError for what the scenario does not have."""
        raise NotImplementedError

    def describe(self, scenario: Scenario, name: str) -> str:
        """The change of this scenario as half a sentence; the name stands in for a description that is not given."""
        return self.description or name.replace("_", " ")


class OrderSelection(Perturbation):
    """A change of some orders: those named, or all of a kind or side (both, if both are given)."""

    orders: tuple[Id, ...] = ()
    order_kind: OrderKindName | None = None
    order_side: Id | None = None

    @model_validator(mode="after")
    def check_selection(self) -> "OrderSelection":
        """Refuse a choice of nothing, or of names and a class at once."""
        if bool(self.orders) == (self.order_kind is not None or self.order_side is not None):
            raise ValueError("choose orders either by name, or by order_kind and order_side")
        return self

    def select_orders(self, scenario: Scenario) -> list[str]:
        """The ids of the orders that are meant; raise PerturbationError if there are none."""
        if self.orders:
            for order in self.orders:
                require_id("orders", order, scenario.orders)
            return list(self.orders)
        if self.order_side is not None:
            require_id("order_side", self.order_side, scenario.sides)
        selected = [
            id
            for id, order in scenario.orders.items()
            if order.kind == (self.order_kind or order.kind) and order.side == (self.order_side or order.side)
        ]
        if not selected:
            raise PerturbationError(
                "order_kind", f"the scenario has no such order (got {self.order_kind}, {self.order_side})"
            )
        return selected

    def describe(self, scenario: Scenario, name: str) -> str:
        """The change, and of a class of orders how many of each side it means."""
        description = super().describe(scenario, name)
        if self.orders:
            return description
        sides = Counter(scenario.orders[id].side for id in self.select_orders(scenario))
        counts = [f"{count} of {scenario.sides[side].name}" for side, count in sides.items()]
        noun = "order" if next(iter(sides.values())) == 1 else "orders"
        counts[0] = counts[0].replace(" ", f" {noun} ", 1)
        return f"{description} ({join_words(counts)})"


def require_id(setting: str, id: str, section: Mapping[str, Any]) -> None:
    """Refuse an id that is not in a section of the scenario."""
    if id not in section:
        raise PerturbationError(setting, f"unknown id (got {id}; allowed: {format_ids(section)})")


def format_ids(ids: Iterable[str]) -> str:
    """A few ids, as a message shows them."""
    all_ids = list(ids)
    return ", ".join(all_ids[:12]) + (", ..." if len(all_ids) > 12 else "")


def scale_quantity(quantity: Quantity, factor: float) -> dict[str, Any]:
    """A quantity times a factor, as plain data: a number loses its source, a prior keeps its spread."""
    if quantity.prior is None:
        return {"value": (quantity.value or 0.0) * factor, "assumption": ASSUMPTION_TEXT}
    return {"prior": quantity.prior, "share": quantity.share * factor, "assumption": ASSUMPTION_TEXT}
