"""What baselines may know: the forecast task, earlier reports cut into periods, draws from the scenario's priors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from sim import random_streams
from sim.events.observable import Observable
from sim.likelihood.observation_model import draw_priors
from sim.scenario.claim_overlap import CountScope, make_count_scopes
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class ForecastTask:
    """The claims to be forecast, the numbers of the draws, and the cutoff, if there is one: nothing later is known."""

    scenario: Scenario
    claims: tuple[str, ...]
    seed: int
    replications: np.ndarray
    cutoff: datetime | None = None

    def find_observable(self, id: str) -> Any:
        """The observable of a claim."""
        observable: Observable | None = self.scenario.claims[id].observable
        assert observable is not None
        return observable

    def find_claim_cutoff(self, id: str) -> datetime:
        """The midnight before the day of a claim, or the cutoff if earlier: reports until then are known."""
        day = self.find_observable(id).until - timedelta(days=1)
        midnight = datetime(day.year, day.month, day.day)
        return midnight if self.cutoff is None else min(midnight, self.cutoff)

    def list_earlier_claims(self, id: str) -> dict[str, Claim]:
        """The scored claims that were reported before the day of a claim, in the order of their periods' ends."""
        cutoff = self.find_claim_cutoff(id)
        earlier = [
            (claim.observable.until, name, claim)
            for name, claim in self.scenario.scored_claims.items()
            if claim.observable is not None
            if (since := claim.known_since) is not None and since <= cutoff
        ]
        return {name: claim for _, name, claim in sorted(earlier, key=lambda each: each[0])}

    def draw_uniforms(self, name: str, count: int) -> np.ndarray:
        """Uniform numbers in (0, 1) of a stream of this name, shape (n, count)."""
        keys = random_streams.stream_keys([f"baseline:{name}"])
        random_bits = random_streams.random_bits(
            keys, self.seed, self.replications, np.zeros(1, dtype=np.uint64), count
        )
        return random_streams.uniforms_from_bits(random_bits[:, 0])

    def repeat_value(self, value: float) -> np.ndarray:
        """The same number in each draw."""
        return np.full(len(self.replications), value)


@dataclass(frozen=True)
class Prediction:
    """What a baseline predicts of each claim that it can score, shape (n,) each.

    Either true values, as of a battle, which the source then reports with its bias; or the means of what the source
    would report beyond what it reported already, by a baseline that copies earlier reports.

    Parameters
    ----------
    true_values
        Values as of a battle by claim, in the units of the observables.
    reported_means
        Means of what the source would report further, in people or pieces.
    already_reported
        What the source had reported of a claim's period already, in the same unit.
    unscored
        Why a claim has no prediction.

    Examples
    --------
    >>> import sim
    >>> from sim.scoring.baselines import predict_persistence
    >>> task = ForecastTask(sim.load("teaching"), ("hill_regained",), seed=1, replications=np.arange(3))
    >>> predict_persistence(task).true_values["hill_regained"].shape
    (3,)
    """

    true_values: Mapping[str, np.ndarray] = field(default_factory=dict)
    reported_means: Mapping[str, np.ndarray] = field(default_factory=dict)
    already_reported: Mapping[str, float] = field(default_factory=dict)
    unscored: Mapping[str, str] = field(default_factory=dict)  # claim: why


ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ReportedPeriod:
    """A period of the past, and how many were reported in it; `days` leaves out shorter periods within it."""

    count: float
    days: float
    since: datetime
    until: datetime

    @property
    def daily_rate(self) -> float:
        """How many were reported a day."""
        return self.count / self.days


def predict_from_periods(
    task: ForecastTask, predict_rest: Callable[[str, list[ReportedPeriod], float], np.ndarray]
) -> Prediction:
    """Predict each claim as what was reported of its period already, and the rest by a function.

    The function is given the claim, the past periods of its kind and the days that are left.
    """
    reported_means, already_reported, unscored = {}, {}, {}
    for id in task.claims:
        periods = list_past_periods(task, id)
        if not periods:
            unscored[id] = "nothing of its kind had been reported"
            continue
        already_reported[id], days = sum_already_reported(task, id)
        reported_means[id] = predict_rest(id, periods, days)
    return Prediction(reported_means=reported_means, already_reported=already_reported, unscored=unscored)


def find_reported_number(claim: Claim) -> float | None:
    """The number that a claim gives, of a bound the bound itself; None if it gives none."""
    return None if claim.value is None else claim.value.reported_number


def list_past_periods(task: ForecastTask, id: str) -> list[ReportedPeriod]:
    """Earlier counts of the same kind by the source of a claim; if there are none, those of any source."""
    scope_by_claim = make_count_scopes(task.scenario)
    if id not in scope_by_claim:
        return []
    earlier_claims = {name: claim for name, claim in task.list_earlier_claims(id).items() if name in scope_by_claim}
    similar_claims = {
        name: claim for name, claim in earlier_claims.items() if scope_by_claim[name].kind == scope_by_claim[id].kind
    }
    same_source_claims = {
        name: claim for name, claim in similar_claims.items() if claim.source == task.scenario.claims[id].source
    }
    return split_into_periods(same_source_claims, scope_by_claim) or split_into_periods(similar_claims, scope_by_claim)


def split_into_periods(claims: Mapping[str, Claim], scope_by_claim: Mapping[str, CountScope]) -> list[ReportedPeriod]:
    """Reported counts as periods that do not overlap, in the order of their ends.

    The shortest come first; of a longer one only what is left after those within it; one that overlaps is left out.
    """
    periods: list[ReportedPeriod] = []
    by_length = sorted(
        claims,
        key=lambda name: (scope_by_claim[name].until - scope_by_claim[name].since, scope_by_claim[name].until),
    )
    for name in by_length:
        number, scope = find_reported_number(claims[name]), scope_by_claim[name]
        if number is None:
            continue
        inner_periods = [each for each in periods if scope.since <= each.since and each.until <= scope.until]
        if any(each not in inner_periods and scope.since < each.until and each.since < scope.until for each in periods):
            continue
        days = (scope.until - scope.since) / ONE_DAY - sum(each.days for each in inner_periods)
        if days > 0.0:
            remaining = max(number - sum(each.count for each in inner_periods), 0.0)
            periods.append(ReportedPeriod(remaining, days, scope.since, scope.until))
    return sorted(periods, key=lambda period: (period.until, period.since))


def sum_already_reported(task: ForecastTask, id: str) -> tuple[float, float]:
    """How many the source itself had reported of a claim's period before, and how many days of the period are left."""
    scope_by_claim = make_count_scopes(task.scenario)
    scope = scope_by_claim[id]
    source = task.scenario.claims[id].source
    inner_claims = {
        name: claim
        for name, claim in task.list_earlier_claims(id).items()
        if claim.source == source and name in scope_by_claim and scope.covers(scope_by_claim[name])
    }
    periods = split_into_periods(inner_claims, scope_by_claim)
    days = (scope.until - scope.since) / ONE_DAY - sum(period.days for period in periods)
    return sum(period.count for period in periods), max(days, 0.0)


def draw_prior(task: ForecastTask, name: str, side: str) -> np.ndarray:
    """Draws from a prior of the rules, the side's own if it has one, shape (n,): the same that the battles have.

    Where each force of the side has its own instead, and the side none, it is their mean.
    """
    given = task.scenario.priors
    names = [each for each in (f"{name}_{side}", name) if each in given][:1] or [
        f"{name}_{id}" for id, force in task.scenario.forces.items() if force.side == side and f"{name}_{id}" in given
    ]
    if not names:  # a side without forces
        return np.zeros(len(task.replications))
    mean: np.ndarray = draw_priors(task.scenario, names, task.seed, task.replications).mean(axis=1)
    return mean


def draw_strength(task: ForecastTask, side: str) -> np.ndarray:
    """The strength of a side at the beginning, shape (n,)."""
    total = np.zeros(len(task.replications))
    for force in task.scenario.forces.values():
        if force.side != side or not force.initially_present:
            continue
        if force.strength.prior is not None:
            parameter = draw_priors(task.scenario, [force.strength.prior], task.seed, task.replications)[:, 0]
            total += force.strength.share * parameter
        else:
            total += float(force.strength.value or 0.0)
    return total


def find_enemy_side(task: ForecastTask, side: str) -> str:
    """The other side."""
    return next(each for each in task.scenario.sides if each != side)


def select_theatre_deaths(task: ForecastTask) -> tuple[list[str], dict[str, str]]:
    """The claims of a side's dead at all places, and why the others are not scored."""
    scored_claims, unscored = [], {}
    for id in task.claims:
        observable = task.find_observable(id)
        if observable.measure != "killed":
            unscored[id] = "says nothing but how many are killed"
        elif observable.side is None:
            unscored[id] = "says nothing of both sides together"
        elif observable.places:
            unscored[id] = "says nothing of single places"
        else:
            scored_claims.append(id)
    return scored_claims, unscored


def compute_period_days(task: ForecastTask, id: str) -> tuple[float, float]:
    """The period of a claim, from and to, in days since the beginning."""
    observable, begins = task.find_observable(id), task.scenario.begins
    since = 0.0 if observable.since is None else (observable.since - begins).total_seconds() / 86400
    return max(since, 0.0), (observable.until - begins).total_seconds() / 86400
