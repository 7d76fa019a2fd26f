"""The error of settings that can't be used, and the words that name what is allowed instead."""

from collections.abc import Collection

from sim.errors import SimError
from sim.nearest_name import find_nearest


class SettingsError(SimError):
    """Settings that can't be used; `messages` has one line for each fault."""


def make_choice_error(setting: str, kind: str, name: str, allowed: Collection[str]) -> SettingsError:
    """The error of a name that does not exist, with the nearest name and all that do."""
    return SettingsError(
        [f"{setting}: unknown {kind} (got {name!r}; {suggest_name(name, allowed)}allowed: {', '.join(allowed)})"]
    )


def suggest_name(name: str, names: Collection[str]) -> str:
    """The nearest name as a part of a message; empty if none is near."""
    nearest = find_nearest(name, names)
    return f"did you mean {nearest}? " if nearest else ""
