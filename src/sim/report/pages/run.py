"""The page of a run: its content, and the selected replications simulated again for the playback."""

from collections.abc import Sequence
from dataclasses import replace

from sim.battle.run_result import RunResult
from sim.likelihood.control import ControlState
from sim.outputs.formatting import strip_placeholders
from sim.outputs.run_results import RunTables
from sim.report.after_reports import describe_uncalibrated, find_after_reports
from sim.report.diary import find_effective_scenario
from sim.report.documented_changes import describe_documented_changes
from sim.report.headline import format_chance, format_headline_outputs
from sim.report.html.content import KeyFigure, PageContent
from sim.report.model_trust import describe_trust
from sim.report.outcome_association import describe_association
from sim.report.playback.replay import Replay, build_replay
from sim.report.playback.selection import select_replications
from sim.runs.accumulators import StudySummary
from sim.runs.replicate import Study, is_vectorised
from sim.scenario import Scenario
from sim.scenario.basemap import Basemap
from sim.scoring.claim_comparison import compare_claims, select_headline_outputs, select_observable_claims
from sim.scoring.intervals import EmpiricalDistribution

MAX_KEY_FIGURES = 3  # numbers on the first screen


def build_run_content(
    command: str,
    argv: Sequence[str],
    basemap: Basemap,
    study: Study,
    results: RunTables,
    summary: StudySummary,
    losses_svg: str | None = None,
) -> PageContent:
    """Everything that the page of a study shows; the battles of its playback are simulated again here."""
    scenario = study.simulation.scenario
    claims = select_observable_claims(scenario, study.simulation.end_hours)
    return PageContent(
        command=command,
        argv=tuple(argv),
        scenario=scenario,
        basemap=basemap,
        end_hours=study.simulation.end_hours,
        manifest=results.manifest,
        headlines=tuple(format_headline_outputs(scenario, study, summary)),
        key_figures=tuple(build_key_figures(scenario, study, summary)),
        association=describe_association(scenario, study.simulation.end_hours, results) if command == "run" else "",
        changes=describe_documented_changes(study) if command == "run" else "",
        trust=describe_trust(study.simulation.law) if command == "run" else "",
        warning="" if results.manifest.calibrated else describe_uncalibrated(study),
        results=results,
        final_control=compute_final_control(scenario, summary),
        claim_comparisons=tuple(compare_claims(claims, summary.claims)),
        replays=tuple(build_replays(study, results)),
        losses_svg=losses_svg,
    )


def build_replays(study: Study, results: RunTables) -> list[Replay]:
    """The selected replications, simulated again: bit for bit the same as the first time."""
    effective_scenario = find_effective_scenario(study.simulation)
    return [
        build_replay(effective_scenario, run_again(study, each.replication), each)
        for each in select_replications(study.simulation.scenario, results)
    ]


def run_again(study: Study, replication: int) -> RunResult:
    """A replication of a study, by its machine code if there is some, else by its plain rules."""
    if not is_vectorised(study.simulation):
        return study.simulation.run(study.seed, replication)
    from sim.battle.batch import run_alone  # here, since it needs numba

    return run_alone(study.simulation, study.seed, replication)


def compute_final_control(scenario: Scenario, summary: StudySummary) -> dict[str, tuple[float, ...]]:
    """The probability of each state of control at the end by place, over all replications."""
    last = summary.control_counts[-1] / summary.runs
    return {
        id: tuple(float(last[number, state]) for state in ControlState) for number, id in enumerate(scenario.places)
    }


def build_key_figures(scenario: Scenario, study: Study, summary: StudySummary) -> list[KeyFigure]:
    """The numbers of the scenario's headline outputs, and deaths of both sides if those are too few."""
    outputs, after = select_headline_outputs(scenario, study.simulation.end_hours), find_after_reports(study)
    key_figures = [
        replace(
            build_key_figure(sentence.text, values, sentence.at_least),
            after_reports="" if after is None else after.describe_number(number),
        )
        for (number, sentence), values in zip(outputs.items(), summary.headline_outputs, strict=True)
    ]
    if len(key_figures) < MAX_KEY_FIGURES:
        key_figures += [build_deaths_figure(scenario, side, study, summary) for side in range(2)]
    return key_figures[:MAX_KEY_FIGURES]


def build_deaths_figure(scenario: Scenario, side: int, study: Study, summary: StudySummary) -> KeyFigure:
    """The mean number of deaths of a side in a battle."""
    side_model = list(scenario.sides.values())[side]
    mean = float(summary.totals["killed"][:, :, side].sum()) / summary.runs
    return KeyFigure(
        f"{mean:.0f}",
        f"on average over {summary.runs:,} battles",
        f"{side_model.short_name} {side_model.member_noun} die",
    )


def build_key_figure(text: str, values: EmpiricalDistribution, at_least: float | None) -> KeyFigure:
    """One number: a probability with its confidence interval, or a median with its interquartile range."""
    if at_least is None:
        low, median, high = values.compute_quantiles([0.25, 0.5, 0.75])
        return KeyFigure(f"{median:.0f}", f"in half of all battles {low:.0f} to {high:.0f}", strip_placeholders(text))
    share, interval = format_chance(at_least, values)
    return KeyFigure(f"{share} in 100", f"95% interval {interval}", strip_placeholders(text))
