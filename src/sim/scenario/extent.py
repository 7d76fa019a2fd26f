"""What a claim's count covers: of what, when and where; whether one covers another or overlaps with it."""

from dataclasses import dataclass
from datetime import datetime

from sim.scenario.model import Scenario
from sim.scenario.record import Claim


@dataclass(frozen=True)
class Extent:
    """One kind of count over a period and some places; None stands for every place, or every order."""

    kind: tuple[str, ...]  # measure, side, equipment: only counts of one kind can be compared
    since: datetime
    until: datetime
    places: frozenset[str] | None
    orders: frozenset[str] | None

    def covers(self, other: "Extent") -> bool:
        """Whether all that the other counts is counted here too."""
        within = self.since <= other.since and other.until <= self.until
        return (
            within and self.kind == other.kind and holds(self.places, other.places) and holds(self.orders, other.orders)
        )

    def overlaps(self, other: "Extent") -> bool:
        """Whether something may be counted in both."""
        together = self.since < other.until and other.since < self.until
        return (
            together and self.kind == other.kind and meet(self.places, other.places) and meet(self.orders, other.orders)
        )


def extent(scenario: Scenario, claim: Claim) -> Extent | None:
    """What a claim counts; None if it is no count that adds up."""
    seen = claim.observable
    if seen is None or not seen.adds_up:
        return None
    parts = (seen.measure, getattr(seen, "side", ""), getattr(seen, "equipment", ""))
    places, orders = (frozenset(getattr(seen, name, ())) or None for name in ("places", "orders"))
    return Extent(parts, seen.since or scenario.begins, seen.until, places, orders)


def extents(scenario: Scenario) -> dict[str, Extent]:
    """The extent of every claim that has one."""
    found = {id: extent(scenario, claim) for id, claim in scenario.claims.items()}
    return {id: covered for id, covered in found.items() if covered is not None}


def holds(outer: frozenset[str] | None, inner: frozenset[str] | None) -> bool:
    """Whether one set, None for all, has every member of another."""
    return outer is None or (inner is not None and inner <= outer)


def meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    """Whether two sets, None for all, have a member in common."""
    return one is None or other is None or bool(one & other)
