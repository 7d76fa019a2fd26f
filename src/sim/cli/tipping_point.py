"""`sim tipping-point`: the smallest change of one documented factor that turns the outcome."""

import os
import time
from pathlib import Path

import numpy as np

from sim import laws
from sim.analysis.tipping_point import TippingFactor, TippingFactorError, TippingPointResult, find_tipping_points
from sim.cli.arguments import settings_command
from sim.cli.build import build_base_edits, build_scenario, make_simulation
from sim.cli.console import make_console, make_tracker
from sim.cli.errors import SettingsError
from sim.cli.groups import list_choices
from sim.cli.job import check_output_folder, explain_display_failure, make_output_folder
from sim.cli.settings import CommandSettings, Settings, compose_command_settings
from sim.outputs.described_tables import DescribedTables
from sim.runs.outcome_measures import OutcomeCollector, OutcomeMeasure, list_outcome_measures, measures_to_facts
from sim.runs.replicate import Study, choose_engine, iterate_batches
from sim.scenario import load
from sim.storage.fingerprint import compute_digest
from sim.storage.manifest import TippingPointManifest
from sim.storage.writer import write_manifest, write_scenario

USAGE = (
    "usage: sim tipping-point factor=NAME [factor.high=NUMBER] [event=MEASURE] [setting=value ...]\n\n"
    "Moves one factor (the people of a reinforcement, sorties, or when either comes) away from the record, with the\n"
    "same luck at every value, and says where the event becomes more likely than not, or less, with an interval."
)


class TippingPointCommandSettings(CommandSettings):
    """The factor and the event; see conf/tipping_point.yaml."""

    factor: TippingFactor | None
    event: str | None


@settings_command(USAGE, "tipping_point", groups=("factor",), unused=("backend", "save_logs"))
def command(argv: list[str]) -> int:
    """Search the tipping points of one factor."""
    settings, options = compose_command_settings(argv, "tipping_point", TippingPointCommandSettings)
    if options.factor is None:
        raise SettingsError([f"factor: is missing (allowed: {', '.join(list_choices('factor'))})"])
    run_tipping_point(settings, options.factor, options.event)
    return 0


def run_tipping_point(settings: Settings, factor: TippingFactor, event_id: str | None) -> Path:
    """Search, write and print the results; the output folder, which is also the last line printed."""
    from sim.outputs.provenance import describe_posterior
    from sim.report.text import format_caveat
    from sim.report.tipping_point import UNCALIBRATED_NOTE, describe_tipping_point

    if settings.perturb:
        raise SettingsError(["perturb: one factor is moved at a time (allowed: no perturbations)"])
    scenario = build_scenario(settings)
    check_output_folder(settings.outputs)
    all_measures = list_outcome_measures(scenario, make_simulation(settings, scenario).end_hours)
    events = [each for each in all_measures if each.is_event]
    if not events or (event_id is not None and event_id not in [each.id for each in events]):
        raise SettingsError(
            [f"event: no event (got {event_id!r}; allowed: {', '.join(each.id for each in events) or 'none'})"]
        )
    measured = next(each for each in events if event_id in (None, each.id))
    try:
        base = factor.compute_base_value(scenario)
        for end in (factor.low, factor.high):
            factor.make_edits(scenario, end)
    except TippingFactorError as error:
        raise SettingsError([str(error)]) from error
    if not factor.low <= base <= factor.high:
        raise SettingsError([f"factor: the record's {base:g} lies outside {factor.low:g} to {factor.high:g}"])
    start_time = time.perf_counter()
    column = [each.id for each in all_measures].index(measured.id)
    result = find_tipping_points(
        base,
        factor.low,
        factor.high,
        factor.step,
        lambda value: simulate_factor_value(settings, factor, value, base)[:, column],
    )
    seconds = time.perf_counter() - start_time
    folder = write_results(settings, factor, measured, result)
    console = make_console()
    console.print()
    for sentence in describe_tipping_point(result, factor, measured):
        console.print(sentence, highlight=False)
    console.print(f"The range: {factor.reason}.", highlight=False)
    console.print(
        format_caveat(describe_posterior(make_simulation(settings, scenario)), UNCALIBRATED_NOTE), highlight=False
    )
    battles = settings.runs * len(result.curve.events_by_step)
    console.print(f"{battles:,} battles in {seconds:.1f} s ({battles / seconds:.0f} a second).", highlight=False)
    print(folder)
    return folder


def simulate_factor_value(settings: Settings, factor: TippingFactor, value: float, base: float) -> np.ndarray:
    """The measures of every battle with the factor at a value; the base value leaves the scenario as it is."""
    scenario = build_scenario(settings)
    if value != base:
        scenario = load(settings.scenario, (*build_base_edits(settings), *factor.make_edits(scenario, value)))
    simulation = choose_engine(make_simulation(settings, scenario), settings.engine, settings.runs)
    collector = OutcomeCollector(Study(simulation, settings.seed, settings.runs, n_saved_logs=0))
    tracker = make_tracker(f"{factor.description}: {value:g}")
    return collector.collect(iterate_batches(collector.study, settings.workers or os.cpu_count() or 1, tracker))


def write_results(
    settings: Settings, factor: TippingFactor, measured: OutcomeMeasure, result: TippingPointResult
) -> Path:
    """Write the curve, the manifest, and then the figure; the folder."""
    import pyarrow as pa

    from sim.outputs.provenance import collect_study_facts, format_origin, format_title
    from sim.plots import registry
    from sim.plots.figure_data import TippingPointData

    scenario = build_scenario(settings)
    curve = result.curve
    rows = [
        {
            "value": curve.compute_factor_value(steps),
            "n_runs": len(curve.get_events(steps)),
            "n_events": int(curve.get_events(steps).sum()),
            "low": curve.compute_interval(steps)[0],
            "high": curve.compute_interval(steps)[1],
        }
        for steps in sorted(curve.events_by_step)
    ]
    digest = compute_digest({str(steps): curve.get_events(steps).tolist() for steps in sorted(curve.events_by_step)})
    folder = make_output_folder(settings.outputs, settings.name, digest)
    study = Study(make_simulation(settings, scenario), settings.seed, settings.runs, 0)
    all_settings = settings.model_dump(mode="json") | {"factor": factor.model_dump(mode="json")}
    manifest = TippingPointManifest(
        **collect_study_facts(study, digest, all_settings),
        event=measured.id,
        measures=measures_to_facts((measured,)),
        base=curve.base,
        caption_parts=[
            format_title(scenario),
            f"{settings.runs:,} pairs at each value",
            f"seed {settings.seed}",
            f"under {laws.find_display_name(settings.law)}",
        ],
    )
    write_scenario(folder, scenario)
    DescribedTables("tipping-point", scenario, manifest.measures).write(
        folder, "tipping_curve", pa.Table.from_pylist(rows)
    )
    caption = format_origin(manifest.caption_parts, manifest)
    write_manifest(folder, manifest)
    with explain_display_failure(folder):
        registry.save_figures("tipping-point", TippingPointData(result, factor, measured, caption), folder / "figures")
    return folder
