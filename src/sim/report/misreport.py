"""How often each source's reports of events and places are wrong: prior beside posterior, as Markdown."""

from collections.abc import Iterator

from sim.inference.diagnostics import MIN_ESS
from sim.outputs.formatting import format_sample_size
from sim.report.report_inputs import ReportInputs
from sim.report.text import format_markdown_table
from sim.scenario.descriptions import join_words
from sim.scenario.model import Scenario
from sim.storage.manifest import CalibrateManifest


def format_misreport_section(inputs: ReportInputs) -> Iterator[str]:
    """The chance of a false report under the prior and the posterior, for each source that the posterior speaks of.

    It is shown even where few effective draws are behind it, and marked: it takes in what the model can't explain.
    """
    if not inputs.calibration.require(CalibrateManifest).accepted:
        return
    scenario = inputs.calibration.scenario
    rows = {row["parameter"]: row for row in inputs.calibration.read_table("parameters").to_pylist()}
    sources = {name: ids for name, ids in list_sources_by_misreport(scenario).items() if name in rows}
    if not sources:
        return
    yield "### How often a report is false\n"
    yield "The chance that a report of who holds a place, or of what happened, says the contrary of what was so. A rise"
    yield "from prior to posterior says that the model explains some of these reports by error.\n"
    yield from format_markdown_table(
        ("reports of",),
        ("prior, in 100: median (90 %)", "posterior, in 100: median (90 %)", "effective draws"),
        (
            [
                join_words([scenario.sources[id].name for id in ids]),
                format_chance(rows[name], "prior"),
                format_chance(rows[name], "posterior"),
                format_sample_size(rows[name]["ess"]) + ("" if rows[name]["ess_sufficient"] else ", too few"),
            ]
            for name, ids in sources.items()
        ),
    )
    yield f"Too few: fewer than {MIN_ESS} effective draws, so that the interval is rough.\n"


def list_sources_by_misreport(scenario: Scenario) -> dict[str, list[str]]:
    """The sources by the name of their misreport probability, which several may share."""
    sources_by_prior: dict[str, list[str]] = {}
    for id, reporter in {} if scenario.source_model is None else scenario.source_model.sources.items():
        if reporter.flip_probability is not None:
            sources_by_prior.setdefault(reporter.flip_probability, []).append(id)
    return sources_by_prior


def format_chance(row: dict[str, float], prefix: str) -> str:
    """The median and the 90% interval of a chance, in 100."""
    median, low, high = (f"{100 * row[f'{prefix}_{end}']:.1f}" for end in ("median", "q05", "q95"))
    return f"{median} ({low} to {high})"
