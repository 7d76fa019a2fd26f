"""Targets of a forecast: for each claim a whole number, and the bin in which it was reported."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.likelihood.binning import SHARE_STEPS, TIME_STEPS, UNIT_BINS, Bin, Binning
from sim.likelihood.control import ControlState, classify_control, make_control_report
from sim.likelihood.count_tree import CountTree
from sim.likelihood.observation_model import ObservationModel
from sim.likelihood.terms import BinaryReport, BinnedShare, LikelihoodTerm, TimedReport
from sim.scenario.model import Scenario

TargetKind = Literal["count", "share", "time", "event", "state"]
TARGET_KINDS: dict[type[LikelihoodTerm], TargetKind] = {CountTree: "count", BinnedShare: "share", TimedReport: "time"}
STEPS: dict[TargetKind, int] = {"share": SHARE_STEPS, "time": TIME_STEPS}  # in the whole, or an hour


@dataclass(frozen=True)
class ForecastTarget:
    """One claim, and the bin that was reported among all that could have been.

    Claims of one likelihood term depend on each other.
    """

    claim: str
    kind: TargetKind
    term: str
    binning: Binning
    observed_bin: Bin


def build_targets(model: ObservationModel) -> tuple[ForecastTarget, ...]:
    """A target for each claim, in the order of `ObservationModel.claims`."""
    targets = []
    for term in model.terms:
        kind: TargetKind = TARGET_KINDS.get(type(term), "event")
        for claim, observed_bin, binning in zip(term.claims, term.observed_bins, term.binnings, strict=True):
            targets.append(ForecastTarget(claim, kind, term.name, binning, observed_bin))
    return tuple(targets)


@dataclass(frozen=True)
class ControlTarget:
    """A claim of who holds a place: its target in three ordered states, and what its reports depend on."""

    target: ForecastTarget
    side_index: int  # of the side whose share is observed
    flip_column: int  # of the parameters: the probability of a misreport
    observable_column: int  # of the simulated values


def build_control_targets(scenario: Scenario, model: ObservationModel) -> tuple[ControlTarget, ...]:
    """A target for each claim that says who holds a place, in three ordered states."""
    targets = []
    for term in model.terms:
        for claim in term.claims:
            report = make_control_report(scenario, claim, scenario.claims[claim])
            if report is None or not isinstance(term, BinaryReport | BinnedShare):
                continue
            side_index = list(scenario.sides).index(getattr(scenario.claims[claim].observable, "side"))  # noqa: B009
            observed_bin = Bin(int(report.state), float(report.state))
            targets.append(
                ControlTarget(
                    ForecastTarget(claim, "state", term.name, UNIT_BINS, observed_bin),
                    side_index,
                    term.flip_column,
                    term.observable_column,
                )
            )
    return tuple(targets)


def simulate_control_reports(
    scenario: Scenario,
    target: ControlTarget,
    values: np.ndarray,
    reporting_parameters: np.ndarray,
    uniforms: np.ndarray,
) -> np.ndarray:
    """The states of a place that the source would report, shape (n,), by uniform numbers of shape (n, 2).

    A misreport is one of the two other states, both equally likely.
    """
    share = values[:, target.observable_column]
    second_share = share if target.side_index == 1 else 1.0 - share
    state = classify_control(second_share, scenario.contested_share_range)
    other_state = (state + np.where(uniforms[:, 1] < 0.5, 1, 2)) % len(ControlState)
    return np.where(uniforms[:, 0] < reporting_parameters[:, target.flip_column], other_state, state).astype(np.float64)
