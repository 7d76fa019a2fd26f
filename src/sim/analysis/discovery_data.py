"""The data of a scenario discovery: factors, measures and the chosen outcome of each replication, read from a stored
run, sweep or sensitivity study.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from sim.analysis.scenario_discovery import MIN_BATTLES
from sim.outputs.formatting import format_measure_title
from sim.runs.outcome_measures import OutcomeMeasure, list_outcome_measures, measures_to_facts
from sim.scenario.model import Scenario
from sim.scenario.unknown_names import describe_unknown
from sim.storage.manifest import MeasureFacts, RunManifest, SensitivityManifest, StudyManifest, SweepManifest
from sim.storage.reader import StoredOutput
from sim.storage.seal import StoredError

COMPARISONS = {"above": "more than", "below": "less than"}


@dataclass(frozen=True)
class DiscoveryData:
    """Battles as columns. A categorical factor has one column for each category, 1 where it is that: `law is linear`.

    `groups` numbers the battles that belong together: of a design point or, if these are few, of a replication.
    """

    factors: dict[str, np.ndarray]
    measures: dict[str, np.ndarray]
    measure_facts: Mapping[str, MeasureFacts]  # of those measures that have words
    groups: np.ndarray
    manifest: StudyManifest


def read_discovery_data(output: StoredOutput) -> DiscoveryData:
    """Read what a run, sweep or sensitivity study left; raise StoredError for anything else."""
    manifest = output.require(RunManifest, SweepManifest, SensitivityManifest)
    try:
        if isinstance(manifest, SweepManifest):
            return build_from_sweep(
                output.scenario, manifest, output.read_table("points"), output.read_table("outcomes")
            )
        table = "sensitivity_runs" if isinstance(manifest, SensitivityManifest) else "runs"
        return build_from_runs(output.scenario, manifest, output.read_table(table))
    except (ValueError, LookupError, TypeError, pa.ArrowException) as error:
        raise StoredError(f"{output.folder}: damaged: {' '.join(str(error).split())[:200]}") from error


def build_from_sweep(
    scenario: Scenario, manifest: SweepManifest, points: pa.Table, outcomes: pa.Table
) -> DiscoveryData:
    """The data of a sweep: its levels are the factors, and its design points the groups."""
    point = outcomes["point"].to_numpy()
    factors: dict[str, np.ndarray] = {}
    for name, words in name_factors(scenario, points.column_names[1:]).items():
        column = points[name].to_numpy(zero_copy_only=False)
        factors |= {label: values[point] for label, values in encode_factor(words, column).items()}
    measures = {name: outcomes[name].to_numpy() for name in outcomes.column_names[2:]}
    is_small = len(points) < 20  # too few for one half to grow a tree: then replications are the groups
    groups = outcomes["replication"].to_numpy() if is_small else point
    return DiscoveryData(factors, measures, manifest.measures, groups, manifest)


def build_from_runs(scenario: Scenario, manifest: StudyManifest, runs: pa.Table) -> DiscoveryData:
    """The data of a run or of the battles of a sensitivity study: the parameters are the factors."""
    columns = {name: runs[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in runs.column_names}
    varied = [name[2:] for name, column in columns.items() if name.startswith("p_") and np.ptp(column) > 0]
    factors = {words: columns[f"p_{name}"] for name, words in name_factors(scenario, varied).items()}
    bookkeeping = ("replication", "seed", "n_phases")
    measures = {
        name: column for name, column in columns.items() if not name.startswith("p_") and name not in bookkeeping
    }
    facts = measures_to_facts(list_outcome_measures(scenario, scenario.hours_since_start(scenario.horizon)))
    return DiscoveryData(factors, measures, facts, np.arange(len(runs)), manifest)


def name_factors(scenario: Scenario, names: Sequence[str]) -> dict[str, str]:
    """Each factor in words: an unknown by what it is of, the path of an edit as it was written.

    Examples
    --------
    >>> from sim import load
    >>> name_factors(load("teaching"), ["killing_rate_teal", "law", "reading.hill_distance"])
    {'killing_rate_teal': 'killing rate (Teal)', 'law': 'law', 'reading.hill_distance': 'reading.hill_distance'}
    """
    words = {name: name if "." in name else describe_unknown(scenario, name) for name in names}
    is_unique = len(set(words.values())) == len(words)
    return words if is_unique else {name: name for name in names}


def encode_factor(name: str, column: np.ndarray) -> dict[str, np.ndarray]:
    """A factor as columns of numbers: itself, or for a categorical one a column for each category."""
    if column.dtype.kind == "f":
        return {name: column}
    return {
        f"{name} is {category}": (column == category).astype(np.float64) for category in sorted(set(column.tolist()))
    }


def select_outcome(data: DiscoveryData, request: Mapping[str, str]) -> tuple[np.ndarray, str]:
    """The outcome to look for, 1 or 0 in each battle, and its name; raise StoredError if there is no such measure.

    `request` may name a `measure` and a number that it is to be `above` or `below`.
    """
    known = data.measure_facts
    events = [name for name, each in known.items() if each.event]
    default_measure = "objective_held" if "objective_held" in data.measures else events[0] if events else None
    name = request.get("measure", default_measure)
    if name not in data.measures:
        allowed = ", ".join(data.measures)
        raise StoredError(f"measure: unknown measure (got {name!r}; allowed: {allowed})")
    values = data.measures[name]
    facts = known.get(name, MeasureFacts(text=name.replace("_", " "), unit="", event=False))
    text = format_measure_title(OutcomeMeasure(name, facts.text, facts.unit, facts.event))
    for side in COMPARISONS:
        if side in request:
            try:
                bound = float(request[side])
            except ValueError:
                raise StoredError(f"{side}: not a number (got {request[side]!r})") from None
            is_so = values > bound if side == "above" else values < bound
            return is_so.astype(float), f"{text}: {COMPARISONS[side]} {bound:g},"
    if not set(np.unique(values)) <= {0.0, 1.0}:
        raise StoredError(f"measure: {name} is a number (allowed: with above=NUMBER or below=NUMBER)")
    return 1 - values, "The objective is lost" if name == "objective_held" else f"“{text}” does not come true"


def check_data(folder: Path, data: DiscoveryData) -> None:
    """Raise StoredError for an output in which nothing varies, or that has too few battles."""
    if not data.factors:
        raise StoredError(f"{folder}: nothing varies in it (allowed: parameters=prior, or a sweep)")
    if len(data.groups) < MIN_BATTLES:
        raise StoredError(f"{folder}: too few battles (got {len(data.groups)}; allowed: {MIN_BATTLES} or more)")
