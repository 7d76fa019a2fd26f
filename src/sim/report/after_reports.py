"""The same headline outputs after the reports, beside those of a run that has heard none: in clauses and a note."""

from dataclasses import dataclass

from sim.battle.simulation import Simulation
from sim.outputs.calibrated_headlines import CalibratedHeadline, CalibratedHeadlines, read_calibrated_headlines
from sim.runs.replicate import Study

UNCALIBRATED_NOTE = (
    "Nothing is calibrated yet: the priors are wide and take nothing from this battle, so these are the outcomes that "
    "the model thinks possible before it has heard a single report."
)


@dataclass(frozen=True)
class AfterReports:
    """The headline outputs of the battles that fit the reports, ready to stand beside others."""

    calibrated: CalibratedHeadlines

    def describe_headline(self, number: int) -> str:
        """A clause that ends the sentence of a headline output, by its number from 1; a full stop if there is none."""
        headline = self.calibrated.find(number)
        if headline is None:
            return "."
        variants = self.calibrated.list_variants(number) if headline.is_chance else []
        readings = "".join(f", {100 * each.value:.0f} under the reading {each.variant}" for each in variants)
        return f"; {describe_calibrated_value(headline)}{readings}."

    def describe_number(self, number: int) -> str:
        """The same in few words, to stand below the number before the reports; empty if there is none."""
        headline = self.calibrated.find(number)
        if headline is None:
            return ""
        scale, unit = (100, " in 100") if headline.is_chance else (1, "")
        value, low, high = (f"{scale * each:.0f}" for each in (headline.value, headline.low, headline.high))
        return f"after the reports {value}{unit} ({low} to {high})"

    def describe_note(self) -> str:
        """How far to trust both numbers."""
        beware = ""
        if self.calibrated.warnings:
            beware = " Its two independent runs do not agree within their errors: take the second number as rough."
        return (
            "Of each pair of numbers, the first is what the model thinks possible before it has heard any report, the "
            f"second that of battles fitted to {self.calibrated.n_claims} reports, from the calibration that is "
            f"shipped with the scenario (worth {self.calibrated.ess:,.0f} independent draws).{beware}"
        )


def describe_calibrated_value(headline: CalibratedHeadline) -> str:
    """One headline output of the battles that fit the reports, as the last part of a sentence."""
    if headline.is_chance:
        value, low, high = (f"{100 * each:.0f}" for each in (headline.value, headline.low, headline.high))
        return f"of those that fit the reports, in {value} of 100 ({low} to {high})"
    return (
        f"in half of those that fit the reports {headline.low:.0f} to {headline.high:.0f}, the median being "
        f"{headline.value:.0f}"
    )


def is_documented_battle(simulation: Simulation) -> bool:
    """Whether a battle is simulated to its end, from its priors, without a change beside those of its scenario."""
    scenario = simulation.scenario
    is_changed = simulation.intervention is not None or simulation.parameters or simulation.draw != "prior"
    is_shorter = simulation.end_hours < scenario.hours_since_start(scenario.ends)
    return simulation.supplied is None and not is_changed and not is_shorter


def find_after_reports(study: Study) -> AfterReports | None:
    """What is shipped of the battle that was simulated, if it is the documented one and has heard no report.

    Parameters
    ----------
    study
        Of a run.

    Returns
    -------
    AfterReports or None
        None for battles that are changed, calibrated already, or have no posterior shipped.
    """
    simulation = study.simulation
    if not is_documented_battle(simulation):
        return None
    calibrated = read_calibrated_headlines(simulation.scenario, simulation.law)
    return None if calibrated is None else AfterReports(calibrated)


def describe_uncalibrated(study: Study) -> str:
    """How far to trust battles that have heard no report, and those that have, where both are shown."""
    after = find_after_reports(study)
    return UNCALIBRATED_NOTE if after is None else after.describe_note()
