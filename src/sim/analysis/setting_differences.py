"""What differs between two outputs: settings, values of their scenarios, and what they were made by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.model import Scenario
from sim.storage.manifest import BattleManifest
from sim.storage.reader import StoredOutput

UNREAD_SETTINGS = {"name", "outputs", "workers", "backend", "engine"}  # they change no result
MAX_SCENARIO_DIFFERENCES = 40  # values of the scenario that are listed
ABSENT = "not there"


@dataclass(frozen=True)
class SettingDifference:
    """A setting, a value of the scenario or a version that is not the same in both outputs, as text."""

    name: str
    first: str
    second: str


def list_setting_differences(first: StoredOutput, second: StoredOutput) -> list[SettingDifference]:
    """The settings that differ, then values of the scenarios, then versions and digests.

    Parameters
    ----------
    first, second
        Outputs of simulated battles.

    Returns
    -------
    list of SettingDifference
        Empty only for two outputs of one program, machine and call.
    """
    differences = [
        SettingDifference(name, *pair)
        for name, pair in pair_values(flatten_settings(first), flatten_settings(second)).items()
    ]
    values = pair_values(flatten_values(dump(first.scenario)), flatten_values(dump(second.scenario)))
    differences += [
        SettingDifference(f"scenario: {path}", *pair) for path, pair in list(values.items())[:MAX_SCENARIO_DIFFERENCES]
    ]
    if (more := len(values) - MAX_SCENARIO_DIFFERENCES) > 0:
        differences.append(SettingDifference("scenario: more", f"{more:,} more values differ", ""))
    facts = pair_values(collect_facts(first), collect_facts(second))
    return [*differences, *(SettingDifference(name, *pair) for name, pair in facts.items())]


def flatten_settings(output: StoredOutput) -> dict[str, str]:
    """The settings that decide results, by dotted names."""
    settings = output.manifest.settings.model_dump(mode="json", exclude_unset=True)
    return flatten_values({name: value for name, value in settings.items() if name not in UNREAD_SETTINGS})


def dump(scenario: Scenario) -> dict[str, Any]:
    """A scenario as plain data, without what is as it always is."""
    return scenario.model_dump(mode="json", exclude_defaults=True)


def collect_facts(output: StoredOutput) -> dict[str, str]:
    """What an output says of how it was made."""
    manifest = output.require(BattleManifest)
    posterior = "prior" if manifest.posterior is None else manifest.posterior.description
    return {
        "posterior": posterior,
        "scenario's digest": manifest.scenario_digest[:12],
        "digest of the results": manifest.results_digest[:12],
        "version": manifest.version,
        "commit": manifest.commit or ABSENT,
        "Python": manifest.python,
        "machine": manifest.machine,
        **{f"version of {name}": version for name, version in manifest.libraries.items()},
    }


def flatten_values(data: Any, prefix: str = "") -> dict[str, str]:
    """Plain data as texts by dotted paths; a list is one value, and what is empty is left out.

    Examples
    --------
    >>> flatten_values({"a": {"b": 1, "c": [1, 2]}, "d": None, "e": {}})
    {'a.b': '1', 'a.c': '[1, 2]'}
    """
    if data in (None, [], {}):
        return {}
    if isinstance(data, Mapping):
        values: dict[str, str] = {}
        for name, value in data.items():
            values |= flatten_values(value, f"{prefix}.{name}" if prefix else str(name))
        return values
    return {prefix: str(data)}


def pair_values(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The values that are not the same in both, by name."""
    return {
        name: (first.get(name, ABSENT), second.get(name, ABSENT))
        for name in dict.fromkeys([*first, *second])
        if first.get(name) != second.get(name)
    }
