"""What figures are drawn from: one class for each kind of output, and how it is read from a stored one."""

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim import laws
from sim.outputs.provenance import format_origin, format_title
from sim.outputs.run_results import RunTables, load_run_tables
from sim.scenario.model import Scenario
from sim.storage.manifest import (
    RunManifest,
    ScoreManifest,
    SensitivityManifest,
    SweepManifest,
    TippingPointManifest,
    ValidateManifest,
    WhatifManifest,
)
from sim.storage.seal import StoredError

if TYPE_CHECKING:  # a command loads what its own figures are drawn from, and nothing of the others
    from sim.analysis.cross_validation.scores import CrossValidation
    from sim.analysis.forecast import SealedForecast
    from sim.analysis.posterior_analysis import PosteriorAnalysis
    from sim.analysis.robustness import AnalysisVariant
    from sim.analysis.sensitivity import SensitivityResult
    from sim.analysis.tipping_point import TippingFactor, TippingPointResult
    from sim.analysis.validation.results import ValidationResult
    from sim.inference.diagnostics import CalibrationResult
    from sim.inference.model_comparison import ModelComparison, ModelConfusion
    from sim.inference.pooled_battles import BattlePool
    from sim.inference.sbc import SBCResult
    from sim.runs.outcome_measures import OutcomeMeasure
    from sim.runs.paired import LabelledChange, PairedComparison
    from sim.runs.sweep import SweepResult
    from sim.scoring.evaluate import SplitEvaluation
    from sim.storage.reader import StoredOutput

Options = Mapping[str, str]  # the settings of `sim plot`, as they were written


# --- sim run


@dataclass(frozen=True)
class RunData:
    """A run: its tables, and the scenario that was simulated."""

    scenario: Scenario
    results: RunTables


def load_run_data(output: "StoredOutput", options: Options) -> RunData:
    """Read the tables of a run."""
    return RunData(output.scenario, load_run_tables(output))


# --- sim score


@dataclass(frozen=True)
class ScoreData:
    """A run held against the reports: its tables, and what was found for each split of the claims."""

    scenario: Scenario
    results: RunTables
    splits: "Sequence[SplitEvaluation]"
    caption: str


def load_score_data(output: "StoredOutput", options: Options) -> ScoreData:
    """Score the run once more; nothing is simulated."""
    manifest = output.require(ScoreManifest)
    run = open_scored_run(output, manifest)
    caption = format_origin(manifest.caption_parts, manifest)
    return ScoreData(output.scenario, load_run_tables(run), rescore_run(run, manifest.battles), caption)


def open_scored_run(output: "StoredOutput", manifest: ScoreManifest) -> "StoredOutput":
    """The run that was scored; raise StoredError if it is not there any more, or another one is."""
    from sim.storage.reader import open_output

    folder = Path(manifest.scored_run)
    try:
        run = open_output(folder)
        digest = run.require(RunManifest).results_digest
    except StoredError as error:
        raise StoredError(f"{output.folder}: the run that it scores can't be read: {error}") from error
    if digest != manifest.scored_run_digest:
        raise StoredError(f"{output.folder}: {folder} is not the run that it scores")
    return run


def rescore_run(run: "StoredOutput", max_battles: int) -> "list[SplitEvaluation]":
    """The scores of the first battles of a run."""
    from sim.outputs.run_results import read_claim_values, read_reporting_parameters
    from sim.scoring.evaluate import SimulatedValues, evaluate_splits

    manifest, scenario = run.require(RunManifest), run.scenario
    ends = scenario.hours_since_start(manifest.settings.until or scenario.ends)
    replications, values = read_claim_values(run, max_battles)
    reporting = read_reporting_parameters(run, replications)
    return evaluate_splits(SimulatedValues(scenario, ends, values, manifest.seed, replications, reporting))


# --- sim whatif


@dataclass(frozen=True)
class WhatifData:
    """Changes, and what every measure of every battle was with and without each."""

    scenario: Scenario
    changes: "Sequence[LabelledChange]"
    comparison: "PairedComparison"
    caption: str


@dataclass(frozen=True)
class StoredChange:
    """A change by its name, and in words."""

    name: str
    description: str


def load_whatif_data(output: "StoredOutput", options: Options) -> WhatifData:
    """Read changes and battles."""
    manifest = output.require(WhatifManifest)
    caption = format_origin(manifest.caption_parts, manifest)
    return WhatifData(output.scenario, load_changes(output), load_paired_comparison(output, manifest), caption)


def load_changes(output: "StoredOutput") -> list[StoredChange]:
    """The changes in the order in which they were asked for."""
    rows = output.read_table("differences").select(["change", "description"]).to_pylist()
    return [StoredChange(*pair) for pair in dict.fromkeys((row["change"], row["description"]) for row in rows)]


def load_paired_comparison(output: "StoredOutput", manifest: WhatifManifest) -> "PairedComparison":
    """Every measure of every battle."""
    import pyarrow.compute as pc

    from sim.runs.outcome_measures import measures_from_facts
    from sim.runs.paired import BASE_CASE, PairedComparison

    table = output.read_table("pairs")
    measures = measures_from_facts(manifest.measures)
    cases = {}
    for case in [BASE_CASE, *manifest.changes]:
        rows = table.filter(pc.equal(table["case"].cast("string"), case))
        cases[case] = np.column_stack([rows[each.id].to_numpy() for each in measures])
    return PairedComparison(measures, cases.pop(BASE_CASE), cases, manifest.results_digest)


# --- sim sweep


@dataclass(frozen=True)
class SweepData:
    """A sweep, and the measures to be drawn."""

    sweep: "SweepResult"
    outputs: Sequence[str]
    caption: str


def load_sweep_data(output: "StoredOutput", options: Options) -> SweepData:
    """Read points and battles; a level that stands in a column of mixed kinds is text."""
    from sim.runs.outcome_measures import measures_from_facts
    from sim.runs.sweep import SweepResult

    manifest = output.require(SweepManifest)
    factors, measures = tuple(manifest.factors), measures_from_facts(manifest.measures)
    points = output.read_table("points").select(factors).to_pylist()
    outcomes = output.read_table("outcomes")
    values = np.column_stack([outcomes[each.id].to_numpy() for each in measures])
    point_index, replications = outcomes["point"].to_numpy(), outcomes["replication"].to_numpy()
    sweep = SweepResult(factors, points, measures, point_index, replications, values)
    return SweepData(sweep, manifest.selected_measures, format_origin(manifest.caption_parts, manifest))


# --- sim sensitivity


@dataclass(frozen=True)
class SensitivityData:
    """A sensitivity analysis, and the measures to be drawn."""

    sensitivity: "SensitivityResult"
    outputs: Sequence[str]
    caption: str


def load_sensitivity_data(output: "StoredOutput", options: Options) -> SensitivityData:
    """Read indices and effects, with the battles behind them."""
    from sim.analysis.sensitivity import MorrisEffect, SensitivityResult, SobolIndex
    from sim.runs.outcome_measures import measures_from_facts

    manifest = output.require(SensitivityManifest)
    runs = output.read_table("sensitivity_runs")
    measures = measures_from_facts(manifest.measures)
    indices: dict[str, list[SobolIndex] | None] = dict.fromkeys(manifest.selected_measures)
    for row in output.read_table("sobol_indices").to_pylist():
        numbers = (row["first_order"], row["first_order_conf"], row["total_order"], row["total_order_conf"])
        indices[row["measure"]] = [*(indices[row["measure"]] or []), SobolIndex(row["factor"], *numbers)]
    effects: dict[str, list[MorrisEffect]] = {}
    for row in output.read_table("morris_effects").to_pylist():
        effect = MorrisEffect(row["factor"], row["mu_star"], row["mu_star_conf"], row["sigma"])
        effects.setdefault(row["measure"], []).append(effect)
    parameters = {name[2:]: runs[name].to_numpy() for name in runs.column_names if name.startswith("p_")}
    outcomes = np.column_stack([runs[each.id].to_numpy() for each in measures])
    sensitivity = SensitivityResult(
        measures,
        tuple(manifest.factors),
        effects,
        indices,
        parameters,
        outcomes,
        manifest.screened,
    )
    caption = format_origin(manifest.caption_parts, manifest)
    return SensitivityData(sensitivity, manifest.selected_measures, caption)


# --- sim tipping-point


@dataclass(frozen=True)
class TippingPointData:
    """A search for the smallest change that turns an event, and the factor that was changed."""

    search: "TippingPointResult"
    factor: "TippingFactor"
    output: "OutcomeMeasure"
    caption: str


def load_tipping_point_data(output: "StoredOutput", options: Options) -> TippingPointData:
    """Search once more in the stored battles: it asks for the same values, and all are there."""
    from sim.analysis.tipping_point import TippingFactor
    from sim.runs.outcome_measures import measures_from_facts

    manifest = output.require(TippingPointManifest)
    factor = TippingFactor.model_validate(manifest.settings.factor)
    (measure,) = measures_from_facts(manifest.measures)
    caption = format_origin(manifest.caption_parts, manifest)
    return TippingPointData(repeat_search(output, manifest.base, factor), factor, measure, caption)


def repeat_search(output: "StoredOutput", base: float, factor: "TippingFactor") -> "TippingPointResult":
    """The search with the battles that were simulated."""
    from sim.analysis.tipping_point import find_tipping_points

    counts = {row["value"]: (row["n_events"], row["n_runs"]) for row in output.read_table("tipping_curve").to_pylist()}

    def stored_events(value: float) -> np.ndarray:
        n_events, n_battles = counts[value]
        return np.repeat([1.0, 0.0], [n_events, n_battles - n_events])

    return find_tipping_points(base, factor.low, factor.high, factor.step, stored_events)


# --- sim validate


@dataclass(frozen=True)
class ValidationData:
    """What came out for each historical data set, by its name; `provenance` says by which law, seed and version."""

    findings: "Mapping[str, ValidationResult]"
    provenance: str


def load_validation_data(output: "StoredOutput", options: Options) -> ValidationData:
    """Read the curves of each data set."""
    from sim.analysis.validation.curves import make_figure_input, parse_curves

    curves = parse_curves(output.read_table("validation_curves"))
    manifest = output.require(ValidateManifest)
    findings = {name: make_figure_input(name, title, curves[name]) for name, title in manifest.results.items()}
    return ValidationData(findings, manifest.made)


# --- sim run, sweep and sensitivity


@dataclass(frozen=True)
class ConditionsData:
    """Battles in which an outcome came about (1) or not (0), and the factors that may decide it.

    `groups` numbers what belongs together, as `discover_conditions` wants it.
    """

    factors: dict[str, np.ndarray]
    outcome: np.ndarray
    groups: np.ndarray
    description: str
    caption: str


CONDITION_OPTIONS = ("measure", "above", "below")  # what the conditions may be about


def load_conditions_data(output: "StoredOutput", options: Options) -> ConditionsData:
    """Read factors and outcome; raise StoredError if scikit-learn is missing or nothing can be discovered."""
    from sim.analysis.discovery_data import check_data, read_discovery_data, select_outcome

    if importlib.util.find_spec("sklearn") is None:
        raise StoredError("conditions needs sklearn: pip install 'sim[sensitivity]'")
    stored = read_discovery_data(output)
    chosen = {name: value for name, value in options.items() if name in CONDITION_OPTIONS}
    outcome, description = select_outcome(stored, chosen)
    check_data(output.folder, stored)
    facts = [format_title(output.scenario), f"{len(outcome):,} battles", f"seed {stored.manifest.seed}"]
    caption = format_origin([*facts, f"under {laws.find_display_name(stored.manifest.law)}"], stored.manifest)
    return ConditionsData(stored.factors, outcome, stored.groups, description, caption)


# --- Drawn by their commands only: these outputs are not read again


@dataclass(frozen=True)
class CalibrationData:
    """What came of `sim calibrate`."""

    calibration: "CalibrationResult"
    caption: str


@dataclass(frozen=True)
class PoolData:
    """What came of `sim pool`."""

    pool: "BattlePool"
    caption: str


@dataclass(frozen=True)
class CrossValidationData:
    """What came of `sim cross-validate`."""

    result: "CrossValidation"
    caption: str


@dataclass(frozen=True)
class SbcData:
    """What came of `sim sbc`."""

    sbc: "SBCResult"
    names: tuple[str, ...]  # of its quantities, in words
    caption: str


@dataclass(frozen=True)
class ModelComparisonData:
    """What came of `sim compare-models`; `confusion` is None unless synthetic battles were inferred too."""

    comparison: "ModelComparison"
    confusion: "ModelConfusion | None"
    caption: str


@dataclass(frozen=True)
class ForecastData:
    """What came of `sim forecast`: a forecast for each cutoff."""

    scenario: Scenario
    forecasts: "Sequence[SealedForecast]"
    caption: str


@dataclass(frozen=True)
class AnalysisData:
    """What came of `sim analyse`: the analysis of a posterior, and the headline outputs under each variant."""

    scenario: Scenario
    analysis: "PosteriorAnalysis"
    variants: "Sequence[AnalysisVariant]"
    caption: str
