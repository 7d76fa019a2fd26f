"""Forecasts of claims after a cut-off: calibrated on what was known, simulated onward, sealed, and only then scored."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np

from sim.analysis.forecast_cutoffs import ForecastCutoff, ForecastMode
from sim.analysis.forecast_questions import QuestionForecast, enumerate_questions, forecast_questions
from sim.analysis.question_scores import QuestionEvaluation, evaluate_questions
from sim.battle.simulation import Simulation
from sim.events.observables import Killed as Killed
from sim.events.time_steps import TimeSteps
from sim.inference.battle_target import simulate_observables
from sim.inference.fit import Fit
from sim.inference.posterior import Posterior, draw_reporting_parameters
from sim.likelihood.count_tree import CountTree
from sim.likelihood.observation_model import ObservationModel, build_observation_model, log_likelihood
from sim.likelihood.simulated_reports import simulate_reports
from sim.scenario.as_of import find_known_claims
from sim.scenario.model import Scenario
from sim.scenario.references import list_references
from sim.scoring.baseline_inputs import ForecastTask
from sim.scoring.evaluate import SplitEvaluation, evaluate_forecast
from sim.scoring.forecast import Forecast, draw_uniform_pairs
from sim.scoring.report_selection import ReportSelection, SelectedScore, score_selected_count, score_selected_term
from sim.scoring.scores import compute_ess, compute_log_scores
from sim.scoring.targets import build_control_targets, build_targets, simulate_control_reports
from sim.storage.fingerprint import compute_digest

FAN_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class QuantileFan:
    """Quantiles of the dead of a side so far, at the end of each step of time: FAN_QUANTILES, shape (steps, 5)."""

    side: str
    steps: TimeSteps
    quantiles: np.ndarray


def simulate_fans(simulation: Simulation, posterior: Posterior, until: datetime, seed: int) -> tuple[QuantileFan, ...]:
    """A fan for each side, from the battles of a posterior, continued with their own random inputs."""
    scenario = simulation.scenario
    steps = scenario.make_time_steps(scenario.hours_since_start(until))
    if steps.end(steps.count - 1) > until:  # the day does not end before the forecast does
        steps = replace(steps, end_hours=scenario.hours_since_start(steps.start(steps.count - 1)))
    if not steps.count:
        return ()
    forecast_simulation = replace(simulation, until=until).with_draws(posterior.matched_draws)
    fans = []
    for side in scenario.sides:
        observables = [Killed(measure="killed", side=side, until=end) for end in steps.ends]
        deaths = simulate_observables(forecast_simulation, seed, len(posterior), observables)
        fans.append(QuantileFan(side, steps, np.quantile(deaths, FAN_QUANTILES, axis=0).T))
    return tuple(fans)


@dataclass(frozen=True)
class PosteriorForecast:
    """Simulated reports of the claims after a cut-off, and the outcomes of the battles behind them.

    `observation_model` has the claims before the cut-off too, since later totals contain them; `skipped_claims` are
    about something of which nothing was known at the cut-off.
    """

    observation_model: ObservationModel
    forecast_claims: tuple[str, ...]
    skipped_claims: tuple[str, ...]
    outcomes: np.ndarray  # (draws, observables)
    reporting_parameters: np.ndarray  # (draws, parameters)
    reports: np.ndarray  # (draws, claims of the observation model)


def list_held_out_claims(scenario: Scenario, known: Collection[str], cutoff: datetime, until: datetime) -> list[str]:
    """The claims that can be scored, were not known at the cut-off, and are about nothing after `until`."""
    return [
        id
        for id, claim in scenario.scored_claims.items()
        if id not in known
        and (observable := claim.observable) is not None
        and (since := claim.known_since) is not None
        and cutoff < since
        and observable.until <= until
    ]


def simulate_forecast(
    truth: Scenario, simulation: Simulation, posterior: Posterior, claims: Collection[str], until: datetime, seed: int
) -> PosteriorForecast:
    """Continue every draw of a posterior, and simulate the reports of the sources of the whole scenario (`truth`).

    A source that was calibrated reports by the draw's parameters, any other by its prior. Reports before the cut-off
    stay as they are: a later total is the earlier one and what has been added since.
    """
    forecast_simulation = replace(simulation, until=until)
    possible = [id for id in claims if can_simulate_claim(truth, id, forecast_simulation.scenario)]
    fitted_claims = [id for id in posterior.claims if id in truth.claims]
    observation_model = build_observation_model(truth, truth.hours_since_start(until), [*fitted_claims, *possible])
    outcomes = simulate_observables(
        forecast_simulation.with_draws(posterior.matched_draws), seed, len(posterior), observation_model.observables
    )
    reporting_parameters = draw_reporting_parameters(truth, observation_model, posterior, seed)
    drawn_reports = simulate_reports(
        observation_model, outcomes, reporting_parameters, seed, np.arange(len(posterior), dtype=np.uint64)
    ).values
    return PosteriorForecast(
        observation_model=observation_model,
        forecast_claims=tuple(possible),
        skipped_claims=tuple(id for id in claims if id not in possible),
        outcomes=outcomes,
        reporting_parameters=reporting_parameters,
        reports=condition_on_known_reports(observation_model, drawn_reports, set(fitted_claims)),
    )


def can_simulate_claim(truth: Scenario, claim: str, known: Scenario) -> bool:
    """Whether the scenario that is simulated has everything that a claim is about."""
    observable = truth.claims[claim].observable
    if observable is None:
        return True
    references = list_references(type(observable), observable.model_dump(mode="json"))
    return all(
        id in (known.active_orders if section == "orders" else getattr(known, section)) for _, section, id in references
    )


def condition_on_known_reports(
    observation_model: ObservationModel, reports: np.ndarray, known_claims: Collection[str]
) -> np.ndarray:
    """Simulated reports, given the known ones: a total is the sum of its parts, conditioned themselves, and of the
    simulated remainder; a known one is clipped to what was reported.
    """
    conditioned = reports.copy()
    first = 0
    for term in observation_model.terms:
        if isinstance(term, CountTree):
            for number, node in enumerate(term.nodes):
                column = first + number
                children = [first + child for child in node.parts]
                remainder = reports[:, column] - reports[:, children].sum(axis=1)
                conditioned[:, column] = remainder + conditioned[:, children].sum(axis=1)
                if term.claims[number] in known_claims:
                    conditioned[:, column] = np.clip(
                        conditioned[:, column], term.observed_bins[number].low, term.observed_bins[number].high
                    )
        first += len(term.claims)
    return conditioned


def score_forecast(
    name: str, truth: Scenario, cutoff: datetime, until: datetime, posterior_forecast: PosteriorForecast, seed: int
) -> SplitEvaluation:
    """The scores of a forecast, claim by claim, and against every baseline that knows the reports until the cut-off."""
    end_hours = truth.hours_since_start(until)
    task = ForecastTask(
        truth,
        posterior_forecast.forecast_claims,
        seed,
        np.arange(len(posterior_forecast.outcomes), dtype=np.uint64),
        cutoff,
    )
    return evaluate_forecast(
        name,
        to_scored_forecast(truth, end_hours, posterior_forecast, seed),
        task,
        end_hours,
        partial(compute_term_log_scores, truth, end_hours, posterior_forecast),
    )


def to_scored_forecast(truth: Scenario, end_hours: float, posterior_forecast: PosteriorForecast, seed: int) -> Forecast:
    """The forecast of the later claims alone, in the form that is scored."""
    forecast_claims = set(posterior_forecast.forecast_claims)
    targets = [
        (n, target)
        for n, target in enumerate(build_targets(posterior_forecast.observation_model))
        if target.claim in forecast_claims
    ]
    control_targets = [
        each
        for each in build_control_targets(truth, posterior_forecast.observation_model)
        if each.target.claim in forecast_claims
    ]
    replication_numbers = np.arange(len(posterior_forecast.outcomes), dtype=np.uint64)
    uniforms = draw_uniform_pairs([f"state:{each.target.claim}" for each in control_targets], seed, replication_numbers)
    states = [
        simulate_control_reports(
            truth, each, posterior_forecast.outcomes, posterior_forecast.reporting_parameters, uniforms[:, n]
        )
        for n, each in enumerate(control_targets)
    ]
    columns = [*(posterior_forecast.reports[:, n] for n, _ in targets), *states]
    terms, likelihood = compute_conditional_log_likelihood(
        truth, end_hours, posterior_forecast, posterior_forecast.forecast_claims
    )
    return Forecast(
        name="forecast",
        targets=(*(target for _, target in targets), *(each.target for each in control_targets)),
        sample=np.column_stack(columns) if columns else np.empty((len(replication_numbers), 0)),
        log_scores=dict(zip(terms, compute_log_scores(likelihood).tolist(), strict=True)),
        ess=dict(zip(terms, compute_ess(likelihood).tolist(), strict=True)),
        unscored=dict.fromkeys(
            posterior_forecast.skipped_claims, "it is about something of which nothing was known at the cut"
        ),
    )


def compute_term_log_scores(
    truth: Scenario, end_hours: float, posterior_forecast: PosteriorForecast, claims: Sequence[str]
) -> dict[str, float]:
    """The logarithmic score of each term of some later claims, given the reports before the cut-off."""
    terms, likelihood = compute_conditional_log_likelihood(truth, end_hours, posterior_forecast, claims)
    return dict(zip(terms, compute_log_scores(likelihood).tolist(), strict=True))


def compute_conditional_log_likelihood(
    truth: Scenario, end_hours: float, posterior_forecast: PosteriorForecast, claims: Sequence[str]
) -> tuple[list[str], np.ndarray]:
    """The terms of some later claims, and the log likelihood of each in each draw, given the reports before the
    cut-off: shape (draws, terms).

    The draws are of a posterior given the earlier claims y, so a term with earlier claims y and later ones z counts by
    p(z | y, draw) = p(z, y | draw) / p(y | draw).
    """
    known_claims = [
        claim
        for claim in posterior_forecast.observation_model.claims
        if claim not in posterior_forecast.forecast_claims
    ]
    known_terms = compute_term_log_likelihoods(truth, end_hours, posterior_forecast, known_claims)
    by_term = {}
    for term, (members, joint_log_likelihood) in compute_term_log_likelihoods(
        truth, end_hours, posterior_forecast, [*known_claims, *claims]
    ).items():
        if set(members) & set(claims):
            known_log_likelihood = sum(
                (part for claims_of_part, part in known_terms.values() if set(claims_of_part) <= set(members)),
                np.zeros(1),
            )
            by_term[term] = joint_log_likelihood - known_log_likelihood
    columns = list(by_term.values())
    return list(by_term), np.stack(columns, axis=1) if columns else np.empty((len(posterior_forecast.outcomes), 0))


def compute_term_log_likelihoods(
    truth: Scenario, end_hours: float, posterior_forecast: PosteriorForecast, claims: Sequence[str]
) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Each term that some claims make: its claims, and its log likelihood in each draw."""
    observation_model = build_observation_model(truth, end_hours, claims)
    columns = [posterior_forecast.observation_model.observables.index(each) for each in observation_model.observables]
    parameter_columns = [
        posterior_forecast.observation_model.parameter_names.index(each) for each in observation_model.parameter_names
    ]
    log_likelihoods = log_likelihood(
        observation_model,
        posterior_forecast.outcomes[:, columns],
        posterior_forecast.reporting_parameters[:, parameter_columns],
    )
    return {term.name: (term.claims, log_likelihoods[:, n]) for n, term in enumerate(observation_model.terms)}


def score_selected_counts(
    truth: Scenario, end_hours: float, posterior_forecast: PosteriorForecast, selection: ReportSelection
) -> tuple[SelectedScore, ...]:
    """The scores of later counts, without weights and with draws weighted by the chance that the count is reported.

    What counts for that chance is what was so in the draw, not what its source makes of it.
    """
    model, scores = posterior_forecast.observation_model, []
    targets = {target.claim: (n, target) for n, target in enumerate(build_targets(model))}
    term_names, log_likelihoods = compute_conditional_log_likelihood(
        truth, end_hours, posterior_forecast, posterior_forecast.forecast_claims
    )
    for term in model.terms:
        if not isinstance(term, CountTree):
            continue
        true_counts = {
            claim: posterior_forecast.outcomes[:, [column]]
            for claim, column in zip(term.claims, term.observable_columns, strict=True)
            if claim in posterior_forecast.forecast_claims
        }
        for claim, counts in true_counts.items():
            n, target = targets[claim]
            scores += score_selected_count(target, posterior_forecast.reports[:, n], selection.compute_weights(counts))
        if true_counts:
            weights = selection.compute_weights(np.concatenate(list(true_counts.values()), axis=1))
            scores.append(score_selected_term(term.name, log_likelihoods[:, term_names.index(term.name)], weights))
    return tuple(scores)


@dataclass(frozen=True)
class SealedForecast:
    """A forecast, the statement that was sealed before it was scored, and its score; None without a posterior."""

    cutoff: ForecastCutoff
    mode: ForecastMode
    fit: Fit
    statement: dict[str, Any]
    forecast: PosteriorForecast | None
    score: SplitEvaluation | None
    fans: tuple[QuantileFan, ...] = ()
    questions: QuestionForecast | None = None
    question_evaluation: QuestionEvaluation | None = None
    selected_scores: tuple[SelectedScore, ...] = ()


SealCallback = Callable[[dict[str, Any], QuestionForecast], None]


def make_sealed_forecast(
    truth: Scenario,
    cutoff: ForecastCutoff,
    mode: ForecastMode,
    fit: Fit,
    selection: ReportSelection,
    seed: int,
    seal: SealCallback,
) -> SealedForecast:
    """A forecast from the fit at a cut-off; `seal` gets the statement of what will be scored, and the chances given to
    the questions, before anything is scored.
    """
    claims = list_held_out_claims(truth, find_known_claims(truth, cutoff.time), cutoff.time, cutoff.scored_until)
    if fit.posterior is None:
        return SealedForecast(cutoff, mode, fit, {}, None, None)
    simulation = fit.target.simulation
    posterior_forecast = simulate_forecast(truth, simulation, fit.posterior, claims, cutoff.scored_until, seed)
    questions = forecast_questions(
        enumerate_questions(truth, cutoff.time, cutoff.scored_until),
        simulation,
        fit.posterior,
        cutoff.scored_until,
        seed,
    )
    sealed_statement = build_statement(truth, cutoff, mode, fit, selection, posterior_forecast, questions)
    seal(sealed_statement, questions)
    end_hours = truth.hours_since_start(cutoff.scored_until)
    return SealedForecast(
        cutoff,
        mode,
        fit,
        sealed_statement,
        posterior_forecast,
        score_forecast(cutoff.name, truth, cutoff.time, cutoff.scored_until, posterior_forecast, seed),
        () if cutoff.is_daily else simulate_fans(simulation, fit.posterior, cutoff.scored_until, seed),
        questions,
        evaluate_questions(truth, cutoff.time, questions),
        score_selected_counts(truth, end_hours, posterior_forecast, selection) if selection.is_on else (),
    )


def build_statement(
    truth: Scenario,
    cutoff: ForecastCutoff,
    mode: ForecastMode,
    fit: Fit,
    selection: ReportSelection,
    posterior_forecast: PosteriorForecast,
    questions: QuestionForecast,
) -> dict[str, Any]:
    """What is settled before anything is scored: cut-off, fitted claims, and the digests of the forecast itself and of
    the questions.
    """
    assert fit.posterior is not None
    facts = {
        "split": cutoff.name,
        "cutoff": cutoff.time.isoformat(),
        "until": cutoff.scored_until.isoformat(),
        "mode": mode,
        "scenario": truth.compute_digest(),
        "known_scenario": fit.target.simulation.digest,
        "fitted_claims": list(fit.claims),
        "forecast_claims": list(posterior_forecast.forecast_claims),
        "skipped_claims": list(posterior_forecast.skipped_claims),
        "posterior": fit.posterior.digest,
        "reports": compute_digest(np.ascontiguousarray(posterior_forecast.reports).tobytes().hex()),
        "reporting_intercept": selection.intercept,
        "reporting_slope": selection.slope,
    } | questions.build_statement()
    return facts | {"sha256": compute_digest(facts)}
