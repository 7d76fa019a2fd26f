"""What was drafted from a file and nobody has read yet."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario

LEVEL = "WARNING"


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """What a program drafted from a table or a map is a beginning and no record: somebody has to read it against its
    source. `to_read` lists what is left; a line is taken out when its item has been read.
    """
    for path in scenario.to_read:
        if not is_there(data, path):
            yield LintFinding(("to_read", path), "names nothing that is there", path)
    if scenario.to_read:
        yield LintFinding(("to_read",), describe_unread(scenario.to_read).rstrip("."), None)


def describe_unread(to_read: Mapping[str, str]) -> str:
    """How many items are still to be read, as a sentence."""
    return f"{len(to_read)} drafted item{' is' if len(to_read) == 1 else 's are'} still to be read."


def is_there(data: Any, path: str) -> bool:
    """Whether a dotted path names something in plain data."""
    for step in path.split("."):
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True
