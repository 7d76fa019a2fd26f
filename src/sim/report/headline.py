"""The first sentences of an answer: each with its numbers, its threshold and what the model had heard by then."""

from collections.abc import Sequence
from math import inf, log10

from sim.events.observables import ControlShare, OrderOutcome, PeakControl
from sim.outputs.provenance import describe_posterior
from sim.report.after_reports import find_after_reports
from sim.report.text import lower_common
from sim.runs.accumulators import StudySummary
from sim.runs.replicate import Study
from sim.scenario.model import HeadlineOutput, Scenario
from sim.scoring.claim_comparison import select_headline_outputs
from sim.scoring.intervals import EmpiricalDistribution, wilson_interval
from sim.storage.manifest import PosteriorFacts

BEFORE_REPORTS = "Before the model has heard any report"
AFTER_REPORTS = "In the battles that fit the reports"
AS_OTHERS_TEACH = "As other battles teach, before any report of this one"


def format_headline_outputs(scenario: Scenario, study: Study, summary: StudySummary) -> list[str]:
    """The scenario's headline outputs, as far as the battle is simulated, as sentences.

    Where a posterior is shipped with the battle, each is followed by the same of the battles that fit the reports.

    Parameters
    ----------
    scenario, study, summary
        The battle, how it was simulated and what came of it.

    Returns
    -------
    list[str]
        A sentence for each.
    """
    return format_distributions(scenario, study, summary.headline_outputs)


def format_distributions(scenario: Scenario, study: Study, distributions: Sequence[EmpiricalDistribution]) -> list[str]:
    """The same of the distribution of each output over some battles of a study."""
    posterior = describe_posterior(study.simulation)
    outputs, after = select_headline_outputs(scenario, study.simulation.end_hours), find_after_reports(study)
    return [
        format_headline(posterior, output, values) + ("." if after is None else after.describe_headline(number))
        for (number, output), values in zip(outputs.items(), distributions, strict=True)
    ]


def format_headline(posterior: PosteriorFacts | None, output: HeadlineOutput, values: EmpiricalDistribution) -> str:
    """The sentence of one output, without its full stop."""
    return f"{describe_knowledge(posterior)}, {lower_common(fill_in(output, values)).removesuffix('.')}"


def describe_knowledge(posterior: PosteriorFacts | None) -> str:
    """What battles know of the reports, as the beginning of a sentence."""
    if posterior is None:
        return BEFORE_REPORTS
    return AS_OTHERS_TEACH if posterior.teachers else AFTER_REPORTS


def fill_in(output: HeadlineOutput, values: EmpiricalDistribution) -> str:
    """The sentence of an output with its threshold, its numbers and, of a probability, the 95% interval."""
    if output.at_least is None:
        low, median, high = values.compute_quantiles([0.25, 0.5, 0.75])
        text = output.text.replace("{low}", f"{low:,.0f}").replace("{high}", f"{high:,.0f}")
        return text.replace("{median}", f"{median:,.0f}")
    share, interval = format_chance(output.at_least, values)
    threshold = describe_threshold(output)
    text = output.text.replace(" in {chance}", f" ({threshold}) in {{chance}}") if threshold else output.text
    return f"{text.replace('{chance}', share).rstrip('.')} (95% interval {interval})"


def format_chance(at_least: float, values: EmpiricalDistribution) -> tuple[str, str]:
    """A probability as battles in 100 and its 95% interval, with no more digits than the sample supports."""
    n_reached = values.count_between(at_least, inf)
    digits = max(0, round(log10(values.size) / 2) - 2)
    interval = " to ".join(f"{100 * bound:.{digits}f}" for bound in wilson_interval(n_reached, values.size))
    return f"{100 * n_reached / values.size:.{digits}f}", interval


def describe_threshold(output: HeadlineOutput) -> str:
    """From which value on an output counts as so; empty if it is so or not."""
    if output.at_least is None or isinstance(output.observable, OrderOutcome):
        return ""
    if isinstance(output.observable, ControlShare | PeakControl):
        words = {0.5: "at least half of it", 1.0: "all of it"}
        return words.get(output.at_least, f"at least {100 * output.at_least:.0f} % of it")
    return f"at least {output.at_least:g} {output.observable.unit}"
