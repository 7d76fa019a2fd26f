"""`sim tipping-point`: the smallest change of one documented lever that turns the outcome."""

import os
import time
from pathlib import Path

import numpy as np

from sim.cli.arguments import settings_command
from sim.cli.folder import check_folder, make_folder
from sim.cli.progress import watching
from sim.cli.screen import screen
from sim.cli.settings import Own, Settings, SettingsError, compose_with, ready_made
from sim.cli.stage import base_edits, scenario_of, staged
from sim.experiment.paired import Gatherer, Measured, as_plain, measures
from sim.experiment.replicate import Study, finished, with_clock
from sim.reversal.lever import Lever, LeverError
from sim.reversal.search import Reversal, reversal
from sim.scenario import load

USAGE = (
    "usage: sim tipping-point lever=NAME [lever.high=NUMBER] [of=MEASURE] [setting=value ...]\n\n"
    "Moves one lever (the people of a reinforcement, sorties, or when either comes) away from the record, with the\n"
    "same luck at every value, and says where the event becomes more likely than not, or less, with an interval."
)


class Reversing(Own):
    """The lever and the event; see conf/tipping_point.yaml."""

    lever: Lever | None
    of: str | None


@settings_command(USAGE, "tipping_point", groups=("lever",))
def command(words: list[str]) -> int:
    """Search and tell."""
    settings, own = compose_with(words, "tipping_point", Reversing)
    if own.lever is None:
        raise SettingsError([f"lever: is missing (allowed: {', '.join(ready_made('lever'))})"])
    answer(settings, own.lever, own.of)
    return 0


def answer(settings: Settings, lever: Lever, of: str | None) -> Path:
    """Search, write and tell; the folder that was written, which is also the last line printed."""
    from sim.experiment.provenance import standing as facts_of
    from sim.report.reversal import UNCALIBRATED, answers
    from sim.report.standing import standing

    if settings.perturb:
        raise SettingsError(["perturb: one lever is moved at a time (allowed: no perturbations)"])
    scenario = scenario_of(settings)
    check_folder(settings.outputs)
    known = measures(scenario, staged(settings, scenario).ends)
    events = [each for each in known if each.event]
    if not events or (of is not None and of not in [each.id for each in events]):
        raise SettingsError([f"of: no event (got {of!r}; allowed: {', '.join(each.id for each in events) or 'none'})"])
    measured = next(each for each in events if of in (None, each.id))
    try:
        base = lever.base(scenario)
        for end in (lever.low, lever.high):
            lever.edits(scenario, end)
    except LeverError as error:
        raise SettingsError([str(error)]) from error
    if not lever.low <= base <= lever.high:
        raise SettingsError([f"lever: the record's {base:g} lies outside {lever.low:g} to {lever.high:g}"])
    begun = time.perf_counter()
    column = [each.id for each in known].index(measured.id)
    found = reversal(
        base, lever.low, lever.high, lever.step, lambda value: fought(settings, lever, value, base)[:, column]
    )
    seconds = time.perf_counter() - begun
    folder = write(settings, lever, measured, found)
    console = screen()
    console.print()
    for sentence in answers(found, lever, measured):
        console.print(sentence, highlight=False)
    console.print(f"The range: {lever.reason}.", highlight=False)
    console.print(standing(facts_of(staged(settings, scenario)), UNCALIBRATED), highlight=False)
    battles = settings.runs * len(found.curve.found)
    console.print(f"{battles} battles in {seconds:.1f} s ({battles / seconds:.0f} a second).", highlight=False)
    print(folder)
    return folder


def fought(settings: Settings, lever: Lever, value: float, base: float) -> np.ndarray:
    """The measures of every battle with the lever at a value; the base case is left as it is."""
    scenario = scenario_of(settings)
    if value != base:
        scenario = load(settings.scenario, (*base_edits(settings), *lever.edits(scenario, value)))
    stage = with_clock(staged(settings, scenario), settings.clock, settings.runs)
    gatherer = Gatherer(Study(stage, settings.seed, settings.runs, keep=0))
    watch = watching(f"{lever.says}: {value:g}")
    return gatherer.gather(finished(gatherer.study, settings.workers or os.cpu_count() or 1, watch))


def write(settings: Settings, lever: Lever, measured: Measured, found: Reversal) -> Path:
    """Write the curve, the figure and, last, the manifest; the folder."""
    import pyarrow as pa

    from sim.experiment import store
    from sim.experiment.provenance import describe, digest_of, origin, titled
    from sim.plots import reversal as figures

    scenario = scenario_of(settings)
    curve = found.curve
    rows = [
        {
            "value": curve.value(steps),
            "battles": len(curve.at(steps)),
            "events": int(curve.at(steps).sum()),
            "low": curve.ends(steps)[0],
            "high": curve.ends(steps)[1],
        }
        for steps in sorted(curve.found)
    ]
    digest = digest_of({str(steps): curve.at(steps).tolist() for steps in sorted(curve.found)})
    folder = make_folder(settings.outputs, settings.name, digest)
    study = Study(staged(settings, scenario), settings.seed, settings.runs, 0)
    manifest = describe(study, digest, settings.model_dump(mode="json") | {"lever": lever.model_dump(mode="json")})
    manifest["command"] = "tipping-point"
    manifest["of"] = measured.id
    manifest["measures"] = as_plain((measured,))
    manifest["base"] = curve.base
    each = f"{settings.runs} pairs at each value"
    manifest["fought"] = [titled(scenario), each, f"seed {settings.seed}", f"law: {settings.law}"]
    store.write_scenario(folder, scenario)
    store.write_table(folder / "curve.parquet", pa.Table.from_pylist(rows))
    caption = origin(manifest["fought"], manifest)
    figures.save_all(found, lever, measured, caption, folder / "figures")
    store.write_manifest(folder, manifest)
    return folder
