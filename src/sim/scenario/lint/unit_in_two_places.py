"""A unit or a commander named in two forces at once."""

from collections.abc import Iterator
from typing import Any

from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario
from sim.scenario.problems import Path

LEVEL = "WARNING"


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """A unit is in one force, and a commander with one. `units` go from the largest to the smallest; the last is the
    unit itself, and those before it are what it belongs to. One named in two forces is counted twice, or divided.
    """
    named: dict[tuple[str, str], list[tuple[Path, str, str]]] = {}
    for id, force in scenario.forces.items():
        names = [("units", number, name) for number, name in enumerate(force.units)][-1:]
        names += [("commanders", number, name) for number, name in enumerate(force.commanders)]
        for part, number, name in names:
            entry = (("forces", id, part, number), f"{id} at {force.at}", name)
            named.setdefault((part, name.lower()), []).append(entry)
    for entries in named.values():
        if len(entries) > 1:
            path, _, name = entries[1]
            yield Finding(path, f"is in {', '.join(force for _, force, _ in entries)}", name, "one force")
