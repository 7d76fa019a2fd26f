"""CDB90 in halves: the engagement fitted to one half, and held against the other, by war and by date, both ways."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from sim.analysis.engagement.closed_form import N_NORMALS, EngagementOutcomes, compute_engagements
from sim.analysis.engagement.parameters import make_specification
from sim.analysis.engagement.posterior import EngagementFit, fit_engagements
from sim.analysis.engagement.record import RecordedEngagements, split_by_date, split_by_war
from sim.analysis.validation.cdb90_orders import simulate_orders
from sim.analysis.validation.cdb90_simulation import EngagementData
from sim.analysis.validation.cdb90_tables import make_record
from sim.analysis.validation.forecast_measures import (
    ForecastMeasures,
    compute_slope_interval,
    fit_logit_line,
    list_classes,
    measure_chances,
    measure_outcomes,
)
from sim.analysis.validation.results import ReproductionCheck, ResultTable, ValidationSettings
from sim.random_streams import make_generator

DRAWS_PER_ENGAGEMENT = 200
REFITTED, ORDERS = "engagement refitted", "whole orders"
COPIED, LOGISTIC, BEFORE = "other half copied", "logistic regression", "square law"
LARGEST_RMSE = 0.10
LARGEST_SHARE_ERROR = 0.05
SLACK = 0.0005  # of scores that must be no worse: half a unit of their last printed digit
MEDIAN_DAYS_FACTOR, LONG_DAYS_FACTOR = 1.5, 2.0


@dataclass(frozen=True)
class Split:
    """A half that is fitted and one that is tested, and how much of it is asked for."""

    name: str
    by: str  # war or date
    least_classes: int
    largest_quantile_error: float


WARS_FORTH, WARS_BACK = Split("wars 1 to 2", "war", 6, 0.40), Split("wars 2 to 1", "war", 6, 0.40)
DATES_FORTH, DATES_BACK = Split("earlier to later", "date", 5, 0.60), Split("later to earlier", "date", 5, 0.60)
# The assault of the square law with a clock and a line, as it was on 28 November 2026, on the same halves: emulated
# person by person, 40 fights of each battle. Kept as numbers, so that what came after can be held against it.
MEASURES_BEFORE = {
    WARS_FORTH.name: ForecastMeasures(0.308, 3, 1.91, 0.36, 0.334, 0.59, 0.731, 0.938, 0.29, 0.65),
    WARS_BACK.name: ForecastMeasures(0.317, 3, 1.98, 0.35, 0.331, 0.64, 0.829, 0.739, 0.30, 0.65),
    DATES_FORTH.name: ForecastMeasures(0.294, 3, 1.91, 0.44, 0.318, 0.56, 0.792, 0.849, 0.28, 0.63),
    DATES_BACK.name: ForecastMeasures(0.338, 3, 2.06, 0.27, 0.361, 0.80, 0.762, 0.841, 0.33, 0.65),
}


def list_splits(record: RecordedEngagements) -> list[tuple[Split, np.ndarray]]:
    """Each split, and which battles are fitted."""
    by_war, by_date = split_by_war(record.war), split_by_date(record.year)
    return [(WARS_FORTH, by_war), (WARS_BACK, ~by_war), (DATES_FORTH, by_date), (DATES_BACK, ~by_date)]


def simulate_posterior(fit: EngagementFit, record: RecordedEngagements, seed: int, n_draws: int) -> EngagementOutcomes:
    """Engagements in closed form, shape (battles, draws), each draw with coefficients of its own from the posterior."""
    parameters = fit.compute_parameters(fit.draw_coefficients(seed, n_draws), record)
    normals = make_generator("engagement:outcomes", seed).standard_normal((N_NORMALS, len(record), n_draws))
    return compute_engagements(parameters, record.log_ratio[:, None], record.log_size[:, None], normals)


def copy_outcomes(fitted: RecordedEngagements, n_battles: int, seed: int, n_draws: int) -> EngagementOutcomes:
    """The outcomes of battles of the other half, drawn at random for each battle."""
    rows = make_generator("engagement:copies", seed).integers(len(fitted), size=(n_battles, n_draws))
    return EngagementOutcomes(
        fitted.won[rows] > 0, fitted.attackers_lost[rows], fitted.defenders_lost[rows], fitted.longest_days[rows]
    )


def measure_regression(fitted: RecordedEngagements, tested: RecordedEngagements) -> ForecastMeasures:
    """A logistic regression on the logarithm of the ratio, fitted to the other half; it says nothing of losses."""
    intercept, slope = fit_logit_line(fitted.log_ratio, fitted.won > 0)
    return measure_chances(tested, expit(intercept + slope * tested.log_ratio), float(slope))


def analyse_halves(
    data: EngagementData, settings: ValidationSettings
) -> tuple[list[ReproductionCheck], list[ResultTable], np.ndarray]:
    """Fit and test every half; the checks, tables of measures and of coefficients, and the curve of victories when each
    war is foretold from the other half.
    """
    record = make_record(data)
    checks: list[ReproductionCheck] = []
    measure_rows: list[tuple[object, ...]] = []
    fits: dict[str, EngagementFit] = {"all": fit_engagements(make_specification(), record)}
    splits = list_splits(record)
    n_draws = settings.scale_count(DRAWS_PER_ENGAGEMENT)
    chances = np.empty(len(record))
    for split, mask in settings.progress(splits, len(splits), "CDB90: halves"):
        fitted, tested = record.select(mask), record.select(~mask)
        fits[split.name] = fit_engagements(make_specification(), fitted)
        simulated = simulate_posterior(fits[split.name], tested, settings.seed, n_draws)
        if split.by == "war":
            chances[~mask] = simulated.won.mean(axis=1)
        copied = copy_outcomes(fitted, len(tested), settings.seed, n_draws)
        measures = {
            BEFORE: MEASURES_BEFORE[split.name],
            REFITTED: measure_outcomes(tested, simulated),
            ORDERS: measure_outcomes(
                tested, simulate_orders(settings, data.select(~mask), fits[split.name], settings.seed)
            ),
            COPIED: measure_outcomes(tested, copied),
            LOGISTIC: measure_regression(fitted, tested),
        }
        recorded = measure_record(tested)
        for name in (REFITTED, ORDERS):
            checks += check_forecast(f"{split.name}, {name}", split, tested, recorded, measures[name], measures[COPIED])
        measure_rows += [
            format_measures(split, name, each) for name, each in ({"recorded": recorded} | measures).items()
        ]
    headings = (
        *("half fitted and tested", "which", "RMSE of the win curve", "classes inside", "slope", "won", "Brier"),
        *("ln quantile error", "CRPS attackers", "CRPS defenders", "days, median", "days, 90%"),
    )
    title = "The engagement on battles that it has not seen"
    tables = [ResultTable("held_out", title, headings, measure_rows), build_coefficients_table(fits)]
    classes = list_classes(np.exp(record.log_ratio))
    curve = np.array([chances[each].mean() if each.any() else np.nan for each in classes])
    return checks, tables, curve


def measure_record(record: RecordedEngagements) -> ForecastMeasures:
    """What can be said of the record itself."""
    known = record.longest_days[~np.isnan(record.longest_days)]
    slope = float(fit_logit_line(record.log_ratio, record.won > 0)[1])
    return ForecastMeasures(
        win_curve_rmse=np.nan,
        classes_inside=np.nan,
        slope=slope,
        share_won=float(np.mean(record.won > 0)),
        brier=np.nan,
        median_days=float(np.median(known)) if len(known) else np.nan,
        long_days=float(np.quantile(known, 0.9)) if len(known) else np.nan,
    )


def check_forecast(
    label: str,
    split: Split,
    tested: RecordedEngagements,
    recorded: ForecastMeasures,
    found: ForecastMeasures,
    copied: ForecastMeasures,
) -> list[ReproductionCheck]:
    """The checks of a forecast of one half."""
    slope, error = compute_slope_interval(tested)
    return [
        ReproductionCheck(f"{label}: {quantity}", expected, obtained, bool(is_reproduced))
        for quantity, expected, obtained, is_reproduced in (
            (
                "root mean square error of the win curve",
                f"at most {LARGEST_RMSE:.2f}",
                f"{found.win_curve_rmse:.3f}",
                found.win_curve_rmse <= LARGEST_RMSE,
            ),
            (
                "share won by force ratio",
                f"inside the 95% interval in at least {split.least_classes} classes",
                f"in {found.classes_inside:.0f}",
                found.classes_inside >= split.least_classes,
            ),
            (
                "rise of the log-odds with the logarithm of the force ratio",
                f"{slope:.2f} ± {error:.2f}",
                f"{found.slope:.2f}",
                abs(found.slope - slope) <= error,
            ),
            (
                "share won by the attacker",
                f"{recorded.share_won:.2f}, within {LARGEST_SHARE_ERROR}",
                f"{found.share_won:.2f}",
                abs(found.share_won - recorded.share_won) <= LARGEST_SHARE_ERROR,
            ),
            (
                "Brier score of who wins",
                f"no worse than the other half copied, {copied.brier:.3f}",
                f"{found.brier:.3f}",
                found.brier <= copied.brier + SLACK,
            ),
            (
                "mean error of the logarithm of quantiles of losses",
                f"at most {split.largest_quantile_error:.2f}",
                f"{found.log_quantile_error:.2f}",
                found.log_quantile_error <= split.largest_quantile_error,
            ),
            (
                "CRPS of the logarithm of attackers' losses",
                f"better than the other half copied, {copied.crps_attackers:.3f}",
                f"{found.crps_attackers:.3f}",
                found.crps_attackers < copied.crps_attackers,
            ),
            (
                "CRPS of the logarithm of defenders' losses",
                f"no worse than the other half copied, {copied.crps_defenders:.3f}",
                f"{found.crps_defenders:.3f}",
                found.crps_defenders <= copied.crps_defenders + SLACK,
            ),
            check_days("median of the active days", recorded.median_days, found.median_days, MEDIAN_DAYS_FACTOR),
            check_days("90% point of the active days", recorded.long_days, found.long_days, LONG_DAYS_FACTOR),
        )
    ]


def check_days(quantity: str, recorded: float, found: float, factor: float) -> tuple[str, str, str, bool]:
    """The terms of a check of durations."""
    is_near = 1 / factor <= found / recorded <= factor
    return quantity, f"{recorded:.2f}, within a factor of {factor:g}", f"{found:.2f}", is_near


def format_measures(split: Split, name: str, measures: ForecastMeasures) -> tuple[object, ...]:
    """A row of the table of measures."""

    def show(value: float, digits: int) -> str:
        return "-" if np.isnan(value) else f"{value:.{digits}f}"

    return (
        split.name,
        name,
        show(measures.win_curve_rmse, 3),
        show(measures.classes_inside, 0),
        show(measures.slope, 2),
        show(measures.share_won, 2),
        show(measures.brier, 3),
        show(measures.log_quantile_error, 2),
        show(measures.crps_attackers, 3),
        show(measures.crps_defenders, 3),
        show(measures.median_days, 2),
        show(measures.long_days, 2),
    )


def build_coefficients_table(fits: Mapping[str, EngagementFit]) -> ResultTable:
    """Mean and standard deviation of each coefficient, from all battles and from each half."""
    specification = next(iter(fits.values())).specification
    rows = [
        (each.name, *(f"{fit.mean[n]:.2f} ± {np.sqrt(fit.covariance[n, n]):.2f}" for fit in fits.values()))
        for n, each in enumerate(specification.coefficients)
    ]
    rows.append(("battles (wars)", *(f"{fit.n_battles} ({fit.n_wars})" for fit in fits.values())))
    fitted_halves = [name if name == "all" else f"fitted: {name}" for name in fits]
    title = "Coefficients of the engagement, on the scales on which they are normal"
    return ResultTable("coefficients", title, ("coefficient", *fitted_halves), rows)
