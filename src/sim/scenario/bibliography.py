"""The bibliography: the keys of the shipped one and of a scenario's own, and what a scenario cites of neither."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sim import paths
from sim.regular_files import read_regular_file
from sim.scenario.model import Scenario
from sim.scenario.problems import Problem, ScenarioError, name_nearest

SHIPPED_FILE = "sources.bib"  # in the folder of scenarios
ENTRY_KEY = re.compile(r"^\s*@(?!comment|preamble|string)\w+\s*[{(]\s*([^,\s}]+)\s*,", re.MULTILINE | re.IGNORECASE)
MAX_BYTES = 5_000_000  # of a bibliography: tens of thousands of entries
MAX_NAMED = 8  # keys that a message names


def find_unknown_references(scenario: Scenario, scenario_file: Path) -> list[Problem]:
    """Every key that a scenario cites, and neither the shipped bibliography nor its own has.

    Raise ScenarioError if its own can't be read.
    """
    own_keys = read_own_keys(scenario, scenario_file)
    known = read_shipped_keys() | own_keys
    own_file = locate_own_bibliography(scenario, scenario_file)
    allowed = f"a key of {own_file.name} or of the shipped {SHIPPED_FILE}"
    return [
        Problem(path, name_nearest("no such entry of the bibliography", key, sorted(known)), key, allowed)
        for path, key in iter_cited_keys(scenario)
        if key not in known
    ]


def iter_cited_keys(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every key that a scenario cites, with its path."""
    for id, source in scenario.sources.items():
        yield ("sources", id, "reference"), source.reference
    for id, prior in scenario.priors.items():
        for number, key in enumerate(prior.reference):
            yield ("priors", id, "reference", number), key


def locate_own_bibliography(scenario: Scenario, scenario_file: Path) -> Path:
    """Where a scenario's own bibliography is, or would be: the file that it names, else the one of its name."""
    if scenario.bibliography is None:
        return scenario_file.with_suffix(".bib")
    return scenario_file.parent / scenario.bibliography


def read_own_keys(scenario: Scenario, scenario_file: Path) -> frozenset[str]:
    """The keys of a scenario's own bibliography, none if it has none; raise ScenarioError if it can't be read."""
    path = locate_own_bibliography(scenario, scenario_file)
    if scenario.bibliography is not None and not path.resolve().is_relative_to(scenario_file.parent.resolve()):
        raise ScenarioError([f"{scenario_file}: bibliography: outside the scenario's folder (got {path})"])
    if not path.is_file():
        if scenario.bibliography is None:
            return frozenset()
        raise ScenarioError([f"{scenario_file}: bibliography: no such file (got {path})"])
    return read_keys(path)


@cache
def read_shipped_keys() -> frozenset[str]:
    """The keys of the bibliography that comes with the program."""
    return read_keys(paths.scenario_folder() / SHIPPED_FILE)


def read_keys(path: Path) -> frozenset[str]:
    """The keys of a BibTeX file; raise ScenarioError if it can't be read, or has a key twice."""
    try:
        keys = ENTRY_KEY.findall(read_regular_file(path, MAX_BYTES).decode("utf-8"))
    except OSError as error:
        raise ScenarioError([f"{path}: can't be read: {error.strerror or error}"]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{path}: not UTF-8: {error.reason} at byte {error.start}"]) from error
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ScenarioError([f"{path}: has a key twice (got {', '.join(twice[:MAX_NAMED])})"])
    return frozenset(keys)
