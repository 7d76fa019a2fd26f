"""What sources report of the battle that is played: late and biased, by the scenario's own model of its sources."""

from dataclasses import dataclass
from math import log2
from typing import Literal

import numpy as np

from sim.battle.run_result import RunResult
from sim.battle.supplied_draws import SuppliedDraws
from sim.likelihood.binning import SHARE_STEPS, TIME_STEPS
from sim.likelihood.count_tree import CountTree
from sim.likelihood.observation_model import ObservationModel, build_observation_model, complete_with_priors
from sim.likelihood.simulated_reports import simulate_reports
from sim.likelihood.terms import BinaryReport, BinnedShare, LikelihoodTerm, TimedReport
from sim.scenario.citations import is_summary
from sim.scenario.model import Scenario

ReportKind = Literal["count", "share", "time", "statement"]


@dataclass(frozen=True)
class BattleReport:
    """What a source reports of the battle: `low` to `high` in the unit of `kind`; a statement is 1, its denial 0.

    Shares are in whole steps of `SHARE_STEPS`, times in those of `TIME_STEPS`; `truth` is in the observable's own unit.
    """

    claim: str
    hours: float  # when it arrives
    kind: ReportKind
    low: float
    high: float
    truth: float

    @property
    def true_value(self) -> float:
        """What was so, in the unit of the report."""
        return self.truth * {"share": SHARE_STEPS, "time": TIME_STEPS}.get(self.kind, 1)

    @property
    def error(self) -> float:
        """How far the report is from what was so: 0 if it is right, 1 if it is twice or half as much."""
        if self.low <= self.true_value <= self.high:
            return 0.0
        if self.kind == "statement":
            return 1.0
        nearest = self.low if self.true_value < self.low else self.high
        return abs(log2(max(nearest, 1.0) / max(self.true_value, 1.0)))

    @property
    def is_wrong(self) -> bool:
        """Whether something else was so, by more than the step in which sources report."""
        return self.error > 0.0 and (self.kind == "statement" or abs(self.low - self.true_value) >= 1.0)

    @property
    def is_published(self) -> bool:
        """Whether there is a report at all: a statement that a source would deny is not reported."""
        return self.kind != "statement" or self.low >= 1.0


def select_reported_claims(scenario: Scenario) -> list[str]:
    """The claims of whose like sources report while a battle lasts: no summary, which is written afterwards."""
    return [id for id, claim in scenario.scored_claims.items() if not is_summary(scenario, claim.citation)]


def build_report_model(scenario: Scenario, ends: float) -> ObservationModel | None:
    """The observation model of all that is reported by the end of a battle; None for a scenario without sources."""
    if scenario.source_model is None:
        return None
    return build_observation_model(scenario, ends, select_reported_claims(scenario))


def simulate_battle_reports(
    scenario: Scenario, run: RunResult, seed: int, supplied: SuppliedDraws | None = None
) -> tuple[BattleReport, ...]:
    """All reports of a battle, in the order in which they arrive; each depends on nothing later than what it is about.

    Parameters
    ----------
    scenario
        The scenario that was simulated.
    run
        The battle.
    seed
        With the number of the battle it determines how the sources err.
    supplied
        Draws of a posterior or a pool, if any: how the sources report by what they have taught.

    Returns
    -------
    tuple of BattleReport
        All of them, those that are not published too.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load("teaching")
    >>> reports = simulate_battle_reports(scenario, sim.fight(scenario, seed=1), seed=1)
    >>> [each.hours for each in reports] == sorted(each.hours for each in reports)
    True
    """
    model = build_report_model(scenario, run.event_log.end_hours)
    if model is None or not model.claims:
        return ()
    numbers = np.array([run.replication], dtype=np.uint64)
    known = {} if supplied is None else find_reporting_parameters(scenario, model, supplied, numbers)
    reporting_parameters = complete_with_priors(scenario, model.parameter_names, seed, numbers, known)
    values = np.array([[observable.observe(run.event_log) for observable in model.observables]], dtype=np.float64)
    bins = simulate_reports(model, values, reporting_parameters, seed, numbers).bins[0]
    columns = [(term, column) for term in model.terms for column in term.observable_columns]
    reports = [
        BattleReport(
            claim=claim,
            hours=find_arrival(scenario, claim),
            kind=find_kind(term),
            low=float(low),
            high=float(high),
            truth=find_truth(term, float(values[0, column])),
        )
        for claim, (term, column), (low, high) in zip(model.claims, columns, bins.tolist(), strict=True)
    ]
    return tuple(sorted(reports, key=lambda report: report.hours))


def find_reporting_parameters(
    scenario: Scenario, model: ObservationModel, supplied: SuppliedDraws, replications: np.ndarray
) -> dict[str, np.ndarray]:
    """How the sources report in some replications, as far as draws of it are supplied."""
    return {
        name: supplied.compute_column(name, scenario.priors[name], replications)
        for name in model.parameter_names
        if name in supplied.priors
    }


def find_arrival(scenario: Scenario, claim: str) -> float:
    """The hours from the beginning to when a claim was told, and what it tells of was over."""
    known_since = scenario.claims[claim].known_since
    assert known_since is not None  # it has an observable
    return scenario.hours_since_start(known_since)


def find_truth(term: LikelihoodTerm, value: float) -> float:
    """What was so: the observable's own value or, of a statement, 1 if it is true and else 0."""
    return float(term.low <= value <= term.high) if isinstance(term, BinaryReport) else value


def find_kind(term: LikelihoodTerm) -> ReportKind:
    """What the reports of a term say: a count, a share, a time, or that something is so."""
    match term:
        case CountTree():
            return "count"
        case BinnedShare():
            return "share"
        case TimedReport():
            return "time"
        case _:
            return "statement"
