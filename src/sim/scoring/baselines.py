"""Baselines in one table: forecasts of the claims that need no simulation, and know only what was reported before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite
from statistics import NormalDist

import numpy as np

from sim.likelihood import observation_model
from sim.likelihood.binning import Bin
from sim.likelihood.control import ControlState, make_control_report
from sim.likelihood.negative_binomial import nb_quantiles
from sim.likelihood.observation_model import ObservationModel, log_likelihood
from sim.likelihood.simulated_reports import simulate_reports
from sim.scenario.evidence import ReportedInterval
from sim.scoring.baseline_inputs import (
    ForecastTask,
    Prediction,
    ReportedPeriod,
    compute_period_days,
    draw_prior,
    draw_strength,
    find_enemy_side,
    predict_from_periods,
    select_theatre_deaths,
)
from sim.scoring.forecast import Forecast, build_claim_model, make_forecast
from sim.scoring.scores import compute_ess, compute_log_scores
from sim.scoring.targets import build_targets

# ASSUMPTION: a place that is contested counts as held by half.
SECOND_SIDE_SHARE = {ControlState.FIRST: 0.0, ControlState.CONTESTED: 0.5, ControlState.SECOND: 1.0}


def predict_persistence(task: ForecastTask) -> Prediction:
    """Control of places: as last reported, or, if nothing was reported of a place, as the scenario begins."""
    true_values, unscored = {}, {}
    for id in task.claims:
        observable = task.find_observable(id)
        if observable.quantity != "share":
            unscored[id] = "says nothing but who holds a place"
            continue
        first = next(iter(task.scenario.sides))
        second = find_last_share(task, id)
        true_values[id] = task.repeat_value(1.0 - second if observable.side == first else second)
    return Prediction(true_values=true_values, unscored=unscored)


def find_last_share(task: ForecastTask, id: str) -> float:
    """The second side's share of the place of a claim at the midnight before its day."""
    place = task.find_observable(id).place
    reports = [make_control_report(task.scenario, name, claim) for name, claim in task.list_earlier_claims(id).items()]
    place_reports = [report for report in reports if report is not None and report.place == place]
    if place_reports:
        return SECOND_SIDE_SHARE[place_reports[-1].state]
    initial_holder = task.scenario.places[place].initial_control
    share = 1.0 if initial_holder.share is None or initial_holder.share.value is None else initial_holder.share.value
    return share if initial_holder.side == list(task.scenario.sides)[1] else 1.0 - share


def predict_base_rate(task: ForecastTask) -> Prediction:
    """Control of places and events, as often as such reports were made: states by their shares, events by how many.

    One more of each is added, so that nothing is impossible. Sources seldom report what did not happen, so that this
    comes near to "whatever is reported, happened": hard to beat for an event, and no knowledge of the battle.
    """
    true_values, unscored = {}, {}
    for id in task.claims:
        observable = task.find_observable(id)
        uniforms = task.draw_uniforms(f"base_rate:{id}", 1)[:, 0]
        if observable.quantity == "share":
            second_shares = np.array(list(SECOND_SIDE_SHARE.values()))[
                np.searchsorted(np.cumsum(estimate_state_frequencies(task, id)), uniforms)
            ]
            true_values[id] = (
                1.0 - second_shares if observable.side == next(iter(task.scenario.sides)) else second_shares
            )
        elif observable.quantity in ("events", "presence", "rank"):
            similar_claims = [
                name
                for name in task.list_earlier_claims(id)
                if task.find_observable(name).quantity == observable.quantity
            ]
            interval = task.scenario.claims[id].value
            assert interval is not None
            holds, fails = choose_values(interval)
            true_values[id] = np.where(
                uniforms < (len(similar_claims) + 1.0) / (len(similar_claims) + 2.0), holds, fails
            )
        else:
            unscored[id] = "says nothing of counts"
    return Prediction(true_values=true_values, unscored=unscored)


def choose_values(interval: ReportedInterval) -> tuple[float, float]:
    """The least number that agrees with what was said, and the least that does not; the former twice if all agree."""
    holds = float(max(ceil(interval.low), 0))
    if holds > interval.high:  # no whole number agrees
        holds = (interval.low + interval.high) / 2.0
    if interval.low > 0.0:
        return holds, 0.0
    return holds, floor(interval.high) + 1.0 if isfinite(interval.high) else holds


def estimate_state_frequencies(task: ForecastTask, id: str) -> np.ndarray:
    """The shares of the three states among all earlier reports of any place, with one more of each."""
    state_counts = np.ones(len(ControlState))
    for name, claim in task.list_earlier_claims(id).items():
        if (report := make_control_report(task.scenario, name, claim)) is not None:
            state_counts[report.state] += 1.0
    frequencies: np.ndarray = state_counts / state_counts.sum()
    return frequencies


def predict_copy_last(task: ForecastTask) -> Prediction:
    """Counts: the last period of which its source reported, at the same daily rate for each day that is left.

    For a total since the beginning that is what the source had reported of it so far, and the rest at that rate; if it
    had reported nothing, at the rate that any source did.
    """
    return predict_from_periods(task, lambda id, past, days: task.repeat_value(past[-1].daily_rate * days))


def predict_day_bootstrap(task: ForecastTask) -> Prediction:
    """Counts: each day that is left of a claim's period is one of the days of which its source had reported.

    Days are drawn with replacement; if the source had reported none, from those of any source.
    """

    def resample_days(id: str, past: list[ReportedPeriod], days: float) -> np.ndarray:
        cumulative_days = np.cumsum([period.days for period in past])
        n_days = max(ceil(days), 1)
        period_index = np.searchsorted(
            cumulative_days, task.draw_uniforms(f"day_bootstrap:{id}", n_days) * cumulative_days[-1], side="right"
        )
        rates = np.array([period.daily_rate for period in past])[period_index]
        total: np.ndarray = rates.sum(axis=1) * days / n_days
        return total

    return predict_from_periods(task, resample_days)


# Casualties per 1,000 people and day in battles since 1937 against 1,000 to 5,000 defenders: the median, and the
# standard deviation of the logarithm. Source: CDB90.
ATTACKER_RATE, DEFENDER_RATE = (17.0, 1.0), (75.0, 1.4)
DAILY_DISPERSION = 1.0  # ASSUMPTION: from day to day the dead vary like a negative binomial of this dispersion


def predict_constant_rate(task: ForecastTask) -> Prediction:
    """The dead of both sides: the same expected number on every day, by the strength at the beginning.

    Whoever holds the objective defends. Casualties are killed or wounded in the proportion of the scenario's prior.
    """
    scored_claims, unscored = select_theatre_deaths(task)
    true_values = {}
    for id in scored_claims:
        side = task.find_observable(id).side
        since, until = compute_period_days(task, id)
        median, sigma = DEFENDER_RATE if side == task.scenario.objective.side else ATTACKER_RATE
        normal = np.array(
            [NormalDist().inv_cdf(u) for u in task.draw_uniforms(f"constant_rate:{side}", 1)[:, 0].tolist()]
        )
        daily_casualties = draw_strength(task, side) / 1000.0 * median * np.exp(sigma * normal)
        daily_deaths = daily_casualties / (1.0 + draw_prior(task, "wounded_per_killed", side))
        first_day, last_day = int(np.floor(since)), int(np.ceil(until))
        n_days = last_day - first_day
        day_shares = [min(until, day + 1.0) - max(since, float(day)) for day in range(first_day, last_day)]
        uniforms = task.draw_uniforms(f"constant_rate:{side}:days", last_day)[:, first_day:]
        daily = [
            nb_quantiles(uniforms[:, n], daily_deaths, np.full(len(daily_deaths), DAILY_DISPERSION))
            for n in range(n_days)
        ]
        true_values[id] = np.sum([share * dead for share, dead in zip(day_shares, daily, strict=True)], axis=0)
    return Prediction(true_values=true_values, unscored=unscored)


SurvivorLaw = Callable[[ForecastTask, str, float], np.ndarray]


def predict_deaths(task: ForecastTask, survivor_law: SurvivorLaw) -> Prediction:
    """The dead of both sides, by a law that says how many of a side are left after so many days, shape (n,).

    Plain Lanchester: both sides whole, day and night, from the first hour until one of them is gone; deterministic,
    with strengths and killing rates drawn from the scenario's priors. Casualties are killed or wounded in the
    proportion of its prior. Source: Lanchester1916.
    """
    scored_claims, unscored = select_theatre_deaths(task)
    true_values = {}
    for id in scored_claims:
        side = task.find_observable(id).side
        since, until = compute_period_days(task, id)
        losses = survivor_law(task, side, since) - survivor_law(task, side, until)
        true_values[id] = losses / (1.0 + draw_prior(task, "wounded_per_killed", side))
    return Prediction(true_values=true_values, unscored=unscored)


def draw_lanchester_coefficients(
    task: ForecastTask, side: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The strength of a side and of its enemy, and how many of the other each of them puts out of action in a day."""
    enemy = find_enemy_side(task, side)
    strength, enemy_strength = draw_strength(task, side), draw_strength(task, enemy)
    return strength, enemy_strength, draw_prior(task, "killing_rate", side), draw_prior(task, "killing_rate", enemy)


def predict_lanchester_linear(task: ForecastTask) -> Prediction:
    """The dead of both sides by the linear law: each side loses by the product of both numbers."""
    return predict_deaths(task, linear_law_survivors)


def linear_law_survivors(task: ForecastTask, side: str, days: float) -> np.ndarray:
    """How many of a side are left, shape (n,): x' = -b x y / s, y' = -a x y / s, with the reference strength s."""
    x0, y0, a, b = draw_lanchester_coefficients(task, side)
    scale = draw_prior(task, "reference_strength", side)
    advantage = (a * x0 - b * y0) / scale
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        time = np.where(advantage == 0.0, days, -np.expm1(-advantage * days) / advantage)
    survivors: np.ndarray = x0 / (1.0 + b * y0 / scale * time)
    return survivors


def predict_lanchester_square(task: ForecastTask) -> Prediction:
    """The dead of both sides by the square law: each side loses by the number of the other."""
    return predict_deaths(task, square_law_survivors)


def square_law_survivors(task: ForecastTask, side: str, days: float) -> np.ndarray:
    """How many of a side are left, shape (n,): x' = -b y, y' = -a x, until one is gone."""
    x0, y0, a, b = draw_lanchester_coefficients(task, side)
    rate, ratio = np.sqrt(a * b), np.sqrt(b / a) * y0 / x0
    with np.errstate(divide="ignore"):
        ends = np.arctanh(np.minimum(ratio, 1.0 / ratio)) / rate
    scaled_time = np.minimum(days, ends) * rate
    survivors: np.ndarray = np.maximum(x0 * (np.cosh(scaled_time) - ratio * np.sinh(scaled_time)), 0.0)
    return survivors


@dataclass(frozen=True)
class Baseline:
    """A forecast that needs no simulation: its name in code and in words, what it is, how it predicts, its source."""

    name: str
    display_name: str
    description: str
    predict: Callable[[ForecastTask], Prediction]
    source: str | None = None


BASELINES = {
    each.name: each
    for each in (
        Baseline(
            "base_rate",
            "the base rate",
            "As often as such reports had been made: states of places by their shares, events by how many happened.",
            predict_base_rate,
        ),
        Baseline(
            "constant_rate",
            "a constant rate of losses",
            "The same expected number of dead on every day: what battles of its time cost a force of its strength.",
            predict_constant_rate,
            "CDB90",
        ),
        Baseline(
            "copy_last",
            "the last reported day again",
            "The last day reported, once more for each day that is left.",
            predict_copy_last,
        ),
        Baseline(
            "day_bootstrap",
            "days drawn from those reported",
            "Days drawn from those reported, with replacement: any may come again, and nothing else.",
            predict_day_bootstrap,
            "Fagan2020",
        ),
        Baseline(
            "lanchester_linear",
            "Lanchester's linear law",
            "The plain linear law: each side loses by both numbers, one battle without places.",
            predict_lanchester_linear,
            "Lanchester1916",
        ),
        Baseline(
            "lanchester_square",
            "Lanchester's square law",
            "The plain square law: each side loses by the other's numbers, one battle without places.",
            predict_lanchester_square,
            "Lanchester1916",
        ),
        Baseline(
            "persistence",
            "persistence",
            "Whoever held a place holds it: as last reported, or, if nothing was reported, as the scenario begins.",
            predict_persistence,
        ),
    )
}


def find_display_name(name: str) -> str:
    """What a baseline is called in a sentence.

    >>> find_display_name("lanchester_square"), find_display_name("copy_last")
    ("Lanchester's square law", 'the last reported day again')
    """
    return BASELINES[name].display_name if name in BASELINES else name.replace("_", " ")


def forecast_baseline(name: str, task: ForecastTask, ends: float) -> Forecast:
    """The forecast of a baseline, of the claims that it can score."""
    prediction = BASELINES[name].predict(task)
    scored_claims = [id for id in task.claims if id in prediction.true_values or id in prediction.reported_means]
    model = build_claim_model(task.scenario, ends, scored_claims)
    if prediction.reported_means:
        result = forecast_from_reports(name, task, model, prediction.reported_means, prediction.already_reported)
    else:
        values = (
            np.column_stack([prediction.true_values[id] for id in model.claims])
            if scored_claims
            else make_empty_sample(task)
        )
        result = make_forecast(name, task.scenario, model, values, task.seed, task.replications)
    return replace(result, unscored=dict(prediction.unscored))


def forecast_from_reports(
    name: str,
    task: ForecastTask,
    model: ObservationModel,
    means: Mapping[str, np.ndarray],
    already_reported: Mapping[str, float],
) -> Forecast:
    """The forecast of a baseline that copies reports: each claim by itself, given all that was reported before its day.

    Since each is given the reports before it, the logarithmic score of a term is the sum over its claims.
    """
    targets = build_targets(model)
    sample, scores = make_empty_sample(task), {term.name: 0.0 for term in model.terms}
    ess_by_term = {term.name: float(len(task.replications)) for term in model.terms}
    columns = []
    for target in targets:
        claim_model = build_claim_model(task.scenario, float("inf"), [target.claim])
        reporting_parameters = observation_model.draw_priors(
            task.scenario, claim_model.parameter_names, task.seed, task.replications
        )
        reporting_parameters = observation_model.remove_count_errors(claim_model, reporting_parameters)
        already_count = round(already_reported.get(target.claim, 0.0))
        rest_model = subtract_reported(claim_model, already_count)
        values = means[target.claim][:, None]
        columns.append(
            already_count
            + simulate_reports(rest_model, values, reporting_parameters, task.seed, task.replications).values[:, 0]
        )
        likelihood = log_likelihood(rest_model, values, reporting_parameters)
        scores[target.term] += float(compute_log_scores(likelihood)[0])
        ess_by_term[target.term] = min(ess_by_term[target.term], float(compute_ess(likelihood)[0]))
    return Forecast(name, targets, np.column_stack([sample, *columns]), scores, ess_by_term)


def subtract_reported(model: ObservationModel, already_count: int) -> ObservationModel:
    """The observation model of one claim as one of what is added to the count reported already."""
    (term,) = model.terms
    (observed_bin,) = term.observed_bins
    return replace(
        model,
        terms=(
            term.with_bins(
                [Bin(max(observed_bin.low - already_count, 0), max(observed_bin.high - already_count, 0.0))]
            ),
        ),
    )


def make_empty_sample(task: ForecastTask) -> np.ndarray:
    """A sample of no claims."""
    return np.empty((len(task.replications), 0))
