"""Which claims count the same thing: scope of each count, inclusion, overlap, sources of one text."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario


def find_included_claims(scenario: Scenario, id: str) -> set[str]:
    """Every claim that a claim contains, directly or by way of others."""
    included: set[str] = set()
    pending = [id]
    while pending:
        new = set(scenario.claims[pending.pop()].includes) - included
        included |= new
        pending += new
    return included


def is_same_text(scenario: Scenario, one: str, other: str) -> bool:
    """Whether two sources are parts of one text: both of kind `text`, with one key."""
    first, second = scenario.sources[one], scenario.sources[other]
    return first.kind == second.kind == "text" and first.reference == second.reference


def identify_text(scenario: Scenario, source: str) -> tuple[str, str]:
    """The same for two sources if they are one, or parts of one text."""
    entry = scenario.sources[source]
    return ("text", entry.reference) if entry.kind == "text" else ("source", source)


@dataclass(frozen=True)
class CountScope:
    """One kind of count over a period and some places; None stands for every place, or every order."""

    kind: tuple[str, ...]  # measure, side, equipment: only counts of one kind can be compared
    since: datetime
    until: datetime
    places: frozenset[str] | None
    orders: frozenset[str] | None

    def covers(self, other: "CountScope") -> bool:
        """Whether all that the other counts is counted here too."""
        is_within_period = self.since <= other.since and other.until <= self.until
        return (
            is_within_period
            and self.kind == other.kind
            and includes_all(self.places, other.places)
            and includes_all(self.orders, other.orders)
        )

    def overlaps(self, other: "CountScope") -> bool:
        """Whether something may be counted in both."""
        periods_overlap = self.since < other.until and other.since < self.until
        return (
            periods_overlap
            and self.kind == other.kind
            and intersects(self.places, other.places)
            and intersects(self.orders, other.orders)
        )


def make_count_scope(scenario: Scenario, claim: Claim) -> CountScope | None:
    """What a claim counts; None if it is no count that adds up."""
    observable = claim.observable
    if observable is None or not observable.additive:
        return None
    kind = (observable.measure, getattr(observable, "side", ""), getattr(observable, "equipment", ""))
    places, orders = (frozenset(getattr(observable, name, ())) or None for name in ("places", "orders"))
    return CountScope(kind, observable.since or scenario.begins, observable.until, places, orders)


def make_count_scopes(scenario: Scenario) -> dict[str, CountScope]:
    """The extent of every claim that has one."""
    scopes = {id: make_count_scope(scenario, claim) for id, claim in scenario.claims.items()}
    return {id: covered for id, covered in scopes.items() if covered is not None}


class ScopeIndex:
    """Finds the counts that may have to do with a count by their group, kind and places, without a look at all of them.

    Counts of different groups are never compared: a group is a source, or a text.
    """

    def __init__(self, scopes: Mapping[str, CountScope], groups: Mapping[str, Hashable]):
        self.ranks = {id: rank for rank, id in enumerate(scopes)}
        self.everywhere: dict[Hashable, list[str]] = {}
        self.all: dict[Hashable, list[str]] = {}
        self.by_place: dict[Hashable, list[str]] = {}
        for id, scope in scopes.items():
            key = (groups[id], scope.kind)
            self.all.setdefault(key, []).append(id)
            if scope.places is None:
                self.everywhere.setdefault(key, []).append(id)
            for place in scope.places or ():
                self.by_place.setdefault((*key, place), []).append(id)

    def list_meeting(self, scope: CountScope, group: Hashable) -> list[str]:
        """The counts of a group and of a scope's kind that have a place in common with it, in their order."""
        key = (group, scope.kind)
        if scope.places is None:
            return self.all.get(key, [])
        return self.sort(self.everywhere.get(key, []), *(self.by_place.get((*key, each), []) for each in scope.places))

    def list_surrounding(self, scope: CountScope, group: Hashable) -> list[str]:
        """The counts of a group and of a scope's kind among which are all that cover its places, in their order."""
        key = (group, scope.kind)
        if scope.places is None:
            return self.everywhere.get(key, [])
        rarest = min((self.by_place.get((*key, each), []) for each in scope.places), key=len)
        return self.sort(self.everywhere.get(key, []), rarest)

    def sort(self, *lists: list[str]) -> list[str]:
        """Ids without repetition, in the order of the scopes."""
        return sorted({id for each in lists for id in each}, key=self.ranks.__getitem__)


def includes_all(outer: frozenset[str] | None, inner: frozenset[str] | None) -> bool:
    """Whether one set, None for all, has every member of another."""
    return outer is None or (inner is not None and inner <= outer)


def intersects(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    """Whether two sets, None for all, have a member in common."""
    return one is None or other is None or bool(one & other)
