"""A unit or a commander named in two forces at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.problems import DataPath

LEVEL = "WARNING"


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """A unit is in one force, and a commander with one. `unit_hierarchy` goes from the largest to the smallest; the
    last is the unit itself, and those before it are what it belongs to. One named in two forces of a side is counted
    twice, or divided; units of two sides, or of two larger units, may have one name.
    """
    entries = list(iter_entries(scenario))
    for number, entry in enumerate(entries):
        others = [each for each in entries if each is not entry and is_same(each, entry)]
        earlier = [each for each in others if each in entries[:number]]
        if earlier and not any(is_same(*pair) for pair in combinations(earlier, 2)):  # once, at the second of them
            forces = [each.force for each in entries if each is entry or each in others]
            yield LintFinding(entry.path, f"is in {', '.join(forces)}", entry.names[-1], "one force")


@dataclass(frozen=True)
class NamedEntry:
    """A unit with the units that it belongs to, or a commander, and the force that has it."""

    path: DataPath
    side: str
    part: str
    names: tuple[str, ...]
    force: str


def iter_entries(scenario: Scenario) -> Iterator[NamedEntry]:
    """The unit and the commanders of each force."""
    for id, force in scenario.forces.items():
        place = f"{id} at {force.location}"
        if force.unit_hierarchy:
            path: DataPath = ("forces", id, "unit_hierarchy", len(force.unit_hierarchy) - 1)
            yield NamedEntry(path, force.side, "unit_hierarchy", force.unit_hierarchy, place)
        for number, name in enumerate(force.commanders):
            yield NamedEntry(("forces", id, "commanders", number), force.side, "commanders", (name,), place)


def is_same(one: NamedEntry, other: NamedEntry) -> bool:
    """Whether two entries of a side name the same, as far as both say what it belongs to."""
    count = min(len(one.names), len(other.names))
    tails = [[name.casefold() for name in each.names[-count:]] for each in (one, other)]
    return (one.side, one.part) == (other.side, other.part) and tails[0] == tails[1]
