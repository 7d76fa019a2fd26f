"""Two outputs beside each other: what came of each, and the differences, with intervals."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sim.analysis.setting_differences import SettingDifference, list_setting_differences
from sim.outputs.formatting import format_level
from sim.runs.outcome_measures import OutcomeMeasure, list_outcome_measures, measures_from_facts
from sim.runs.paired import BASE_CASE, compute_difference
from sim.runs.sweep import compute_mean_interval
from sim.scenario.model import Scenario
from sim.scoring.intervals import Z95, IntervalEstimate
from sim.storage.manifest import BattleManifest, RunManifest, SweepManifest, WhatifManifest
from sim.storage.reader import StoredOutput
from sim.storage.seal import StoredError

ALL_BATTLES = "all battles"  # the one case of a run


@dataclass(frozen=True)
class CaseOutcomes:
    """The battles of one case: their numbers, shape (n,), and every measure, shape (n, measures)."""

    replications: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class OutcomeDifference:
    """A measure of one case in both outputs, and the difference, second less first, with its 95% interval."""

    case: str
    measure: OutcomeMeasure
    first: IntervalEstimate
    second: IntervalEstimate
    difference: IntervalEstimate
    n_first: int
    n_second: int
    n_pairs: int  # 0: the battles are not paired

    @property
    def is_significant(self) -> bool:
        """Whether the interval excludes no difference."""
        return self.difference.is_significant


@dataclass(frozen=True)
class OutputComparison:
    """Two outputs of one command about one battle."""

    first: StoredOutput
    second: StoredOutput
    settings: list[SettingDifference]
    outcomes: list[OutcomeDifference]
    is_paired: bool
    is_identical: bool


def compare_outputs(first: StoredOutput, second: StoredOutput) -> OutputComparison:
    """Hold two outputs of one command beside each other.

    Battles of one seed are paired: the same number has the same luck in both. Only pairs that both have are then
    compared; otherwise the two samples are independent.

    Parameters
    ----------
    first, second
        Outputs of `sim run`, `sim whatif` or `sim sweep`, both of the same.

    Returns
    -------
    OutputComparison
        The settings that differ, and every outcome that both have.

    Raises
    ------
    StoredError
        They are of different commands or battles, of a command that has no outcomes by battle, or have no case or
        measure in common.

    Examples
    --------
    >>> import sim
    >>> square, linear = (sim.run("teaching", runs=20, seed=1, law=law) for law in ("square", "linear"))
    >>> comparison = compare_outputs(square.stored, linear.stored)
    >>> comparison.is_paired, [each.name for each in comparison.settings if each.name == "law"]
    (True, ['law'])
    """
    check_comparable(first, second)
    (first_measures, first_cases), (second_measures, second_cases) = read_outcomes(first), read_outcomes(second)
    units = {measure.id: (measure.unit, measure.is_event) for measure in second_measures}
    common = [measure for measure in first_measures if units.get(measure.id) == (measure.unit, measure.is_event)]
    cases = [case for case in first_cases if case in second_cases]
    if not common or not cases:
        what = "measure" if not common else "change" if first.command == "whatif" else "design point"
        raise StoredError(f"{second.folder}: has no {what} in common with {first.folder}: nothing can be compared")
    manifests = first.require(BattleManifest), second.require(BattleManifest)
    is_paired = manifests[0].seed == manifests[1].seed
    columns = tuple([[each.id for each in measures] for measures in (first_measures, second_measures)])
    outcomes = [
        difference
        for case in cases
        for difference in compare_cases(case, common, first_cases[case], second_cases[case], columns, is_paired)
    ]
    return OutputComparison(
        first,
        second,
        list_setting_differences(first, second),
        outcomes,
        any(each.n_pairs for each in outcomes),
        manifests[0].results_digest == manifests[1].results_digest,
    )


def check_comparable(first: StoredOutput, second: StoredOutput) -> None:
    """Raise StoredError for outputs that can't be compared."""
    for output in (first, second):
        if output.command not in READERS:
            allowed = ", ".join(READERS)
            raise StoredError(
                f"{output.folder}: outputs of sim {output.command} can't be compared (allowed: of sim {allowed})"
            )
    if first.command != second.command:
        raise StoredError(
            f"{second.folder}: the output of sim {second.command} can't be compared with that of sim {first.command} "
            f"in {first.folder} (allowed: two of one command)"
        )
    battles = [output.require(BattleManifest).scenario for output in (first, second)]
    if battles[0] != battles[1]:
        raise StoredError(
            f"{second.folder}: battles of {battles[1]} can't be compared with those of {battles[0]} in {first.folder} "
            "(allowed: two outputs of one scenario)"
        )


def read_outcomes(output: StoredOutput) -> tuple[tuple[OutcomeMeasure, ...], dict[str, CaseOutcomes]]:
    """The measures of an output, and their values in every battle of each case."""
    try:
        return READERS[output.command](output)
    except (KeyError, IndexError, ValueError) as error:
        raise StoredError(f"{output.folder}: damaged: its tables do not fit together: run it again") from error


def read_run_outcomes(output: StoredOutput) -> tuple[tuple[OutcomeMeasure, ...], dict[str, CaseOutcomes]]:
    """Those of a run, whose battles are all of one case."""
    manifest, scenario = output.require(RunManifest), output.scenario
    ends = scenario.hours_since_start(manifest.settings.until or scenario.ends)
    measures = list_outcome_measures(scenario, ends)
    runs, claims = output.read_table("runs"), output.read_table("claims", ["claim", "simulated"])
    claim_ids = claims["claim"].unique().to_pylist()
    claim_values = claims["simulated"].to_numpy().reshape(len(runs), len(claim_ids))
    columns = []
    for measure in measures:
        if measure.id in claim_ids:
            columns.append(claim_values[:, claim_ids.index(measure.id)])
            continue
        column = runs[measure.id].to_numpy()
        columns.append(reach_threshold(scenario, measure.id, column) if measure.is_event else column)
    values = np.column_stack(columns).astype(float)
    return measures, {ALL_BATTLES: CaseOutcomes(runs["replication"].to_numpy(), values)}


def reach_threshold(scenario: Scenario, id: str, values: np.ndarray) -> np.ndarray:
    """Whether a headline output reaches what makes it an event: 0 or 1 in each battle."""
    at_least = scenario.headline_outputs[int(id.removeprefix("headline_")) - 1].at_least
    return (values >= at_least).astype(float)


def read_whatif_outcomes(output: StoredOutput) -> tuple[tuple[OutcomeMeasure, ...], dict[str, CaseOutcomes]]:
    """Those of a what-if: the base case and each change."""
    manifest = output.require(WhatifManifest)
    measures, table = measures_from_facts(manifest.measures), output.read_table("pairs")
    rows = {case: pc.equal(table["case"].cast("string"), case) for case in (BASE_CASE, *manifest.changes)}
    return measures, {case: select_case(table.filter(mask), measures) for case, mask in rows.items()}


def read_sweep_outcomes(output: StoredOutput) -> tuple[tuple[OutcomeMeasure, ...], dict[str, CaseOutcomes]]:
    """Those of a sweep: each design point by its levels, and the measures that it was made for."""
    manifest = output.require(SweepManifest)
    measures = tuple(each for each in measures_from_facts(manifest.measures) if each.id in manifest.selected_measures)
    outcomes, cases = output.read_table("outcomes"), {}
    for point in output.read_table("points").to_pylist():
        label = ", ".join(f"{factor} = {format_level(point[factor])}" for factor in sorted(manifest.factors))
        cases[label] = select_case(outcomes.filter(pc.equal(outcomes["point"], point["point"])), measures)
    return measures, cases


def select_case(table: pa.Table, measures: tuple[OutcomeMeasure, ...]) -> CaseOutcomes:
    """The battles of one case from its rows."""
    values = np.column_stack([table[each.id].to_numpy() for each in measures]).astype(float)
    return CaseOutcomes(table["replication"].to_numpy(), values)


READERS = {"run": read_run_outcomes, "whatif": read_whatif_outcomes, "sweep": read_sweep_outcomes}


def compare_cases(
    case: str,
    measures: list[OutcomeMeasure],
    first: CaseOutcomes,
    second: CaseOutcomes,
    columns: tuple[list[str], ...],
    is_paired: bool,
) -> Iterator[OutcomeDifference]:
    """Every common measure of one case; `columns` are the ids of the columns of both."""
    rows: tuple[Any, Any] = (slice(None), slice(None))
    n_pairs = 0
    if is_paired:
        common, *rows_of_both = np.intersect1d(first.replications, second.replications, return_indices=True)
        if len(common):
            rows, n_pairs = (rows_of_both[0], rows_of_both[1]), len(common)
    for measure in measures:
        before = first.values[rows[0], columns[0].index(measure.id)]
        after = second.values[rows[1], columns[1].index(measure.id)]
        yield OutcomeDifference(
            case,
            measure,
            IntervalEstimate(*compute_mean_interval(measure, before)),
            IntervalEstimate(*compute_mean_interval(measure, after)),
            compute_paired(measure, before, after) if n_pairs else compute_unpaired(before, after),
            len(before),
            len(after),
            n_pairs,
        )


def compute_paired(measure: OutcomeMeasure, first: np.ndarray, second: np.ndarray) -> IntervalEstimate:
    """The mean of the paired differences, with its interval from their variance."""
    difference = compute_difference(measure, first, second)
    return IntervalEstimate(difference.difference, difference.low, difference.high)


def compute_unpaired(first: np.ndarray, second: np.ndarray) -> IntervalEstimate:
    """The difference of the means of two independent samples, with a normal interval from both variances.

    Examples
    --------
    >>> compute_unpaired(np.array([0.0, 2.0]), np.array([1.0, 3.0, 2.0])).value
    1.0
    """
    difference = float(second.mean() - first.mean())
    variance = sum(float(each.var(ddof=1)) / len(each) for each in (first, second) if len(each) > 1)
    half_width = Z95 * sqrt(variance)
    return IntervalEstimate(difference, difference - half_width, difference + half_width)
