"""A unit or a commander named in two forces at once."""

from collections.abc import Iterator
from typing import Any

from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.problems import DataPath

LEVEL = "WARNING"


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """A unit is in one force, and a commander with one. `unit_hierarchy` goes from the largest to the smallest; the
    last is the unit itself, and those before it are what it belongs to. One named in two forces is counted twice, or
    divided.
    """
    name_entries: dict[tuple[str, str], list[tuple[DataPath, str, str]]] = {}
    for id, force in scenario.forces.items():
        names = [("unit_hierarchy", number, name) for number, name in enumerate(force.unit_hierarchy)][-1:]
        names += [("commanders", number, name) for number, name in enumerate(force.commanders)]
        for part, number, name in names:
            entry = (("forces", id, part, number), f"{id} at {force.location}", name)
            name_entries.setdefault((part, name.lower()), []).append(entry)
    for entries in name_entries.values():
        if len(entries) > 1:
            path, _, name = entries[1]
            yield LintFinding(path, f"is in {', '.join(force for _, force, _ in entries)}", name, "one force")
