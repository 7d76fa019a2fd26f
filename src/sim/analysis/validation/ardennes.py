"""Ardennes, day by day: least-squares fits of Bracken's form, and how uneven the days are."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from sim.analysis.engagement.persistence import PersistenceFit, fit_persistence
from sim.analysis.validation.csv_tables import parse_column, read_rows
from sim.analysis.validation.results import ReproductionCheck, ResultTable, ValidationResult, ValidationSettings

TITLE = "Ardennes, daily losses"
FOLDER = "ardennes"
DAILY_TABLE = "Ardennes.csv"
CSV_COLUMNS = ("Day", "ForcesAllies", "CasualtiesAllies", "ForcesGermans", "CasualtiesGermans")
COUNTEROFFENSIVE_DAY = 6  # before this day the second side was the attacker
N_FREE_PARAMETERS = {"free p q": 2, "free p q d (d on day<6)": 3}
LEAST_PERSISTENCE_R2 = 0.4
STARTS = [(p, q) for p in (0.0, 1.5, 3.0) for q in (0.5, 2.0, 4.0)]


@dataclass(frozen=True)
class ArdennesData:
    """Strengths and losses by day, and the fits to be reproduced: name, p, q, d, sum of squares, R2."""

    days: np.ndarray
    strengths: np.ndarray  # (2, days)
    losses: np.ndarray
    reference_fits: tuple[tuple[str, float, float, float, float, float], ...]


@dataclass(frozen=True)
class BrackenFit:
    """A fit of Bracken's form: exponents of the enemy's (p) and of the own numbers (q), the tactical factor d, both
    rates, the sum of squares, and R2.
    """

    p: float
    q: float
    d: float
    rates: tuple[float, float]
    sum_of_squares: float
    r2: float


def load(root: Path) -> ArdennesData:
    """Read the tables from their folder below a root."""
    return load_folder(root / FOLDER)


def load_folder(folder: Path) -> ArdennesData:
    """Read the daily table and the reference fits."""
    path = folder / DAILY_TABLE
    rows = read_rows(path, CSV_COLUMNS, delimiter=" ")
    days, *columns = (np.array(parse_column(path, rows, column, 0)) for column in CSV_COLUMNS)
    path = folder / "golden_fits.csv"
    rows = read_rows(path, ("model", "p_enemy", "q_own", "d", "SSR", "R2"))
    fit_columns = [parse_column(path, rows, column) for column in ("p_enemy", "q_own", "d", "SSR", "R2")]
    reference_fits = tuple((row["model"], *values) for row, *values in zip(rows, *fit_columns, strict=True))
    return ArdennesData(days, np.array(columns[::2]), np.array(columns[1::2]), reference_fits)


def fit_bracken_rates(data: ArdennesData, p: float, q: float, d: float = 1.0) -> BrackenFit:
    """Losses of each side as rate * f * enemy^p * own^q, f being 1/d or d by who attacks; the rates by least squares.

    Source: Bracken1995.
    """
    early = data.days < COUNTEROFFENSIVE_DAY
    tempo = np.array([np.where(early, 1 / d, d), np.where(early, d, 1 / d)])
    friendly, enemy = data.strengths / 1e6, data.strengths[::-1] / 1e6
    shape = tempo * enemy**p * friendly**q
    rates = (data.losses * shape).sum(axis=1) / (shape * shape).sum(axis=1)
    squares = float(((data.losses - rates[:, None] * shape) ** 2).sum())
    total = float(((data.losses - data.losses.mean(axis=1, keepdims=True)) ** 2).sum())
    unscaled = rates / 1e6 ** (p + q)
    return BrackenFit(p, q, d, (float(unscaled[0]), float(unscaled[1])), squares, 1 - squares / total)


def fit_bracken(data: ArdennesData, n_free: int) -> BrackenFit:
    """The fit with the best p and q, and d if three parameters are free."""

    def fit_at(values: np.ndarray) -> BrackenFit:
        return fit_bracken_rates(data, values[0], values[1], float(np.exp(values[2])) if n_free == 3 else 1.0)

    def scaled_squares(values: np.ndarray) -> float:
        return fit_at(values).sum_of_squares / 1e6

    starts = [np.array([p, q, -0.1][:n_free]) for p, q in STARTS]
    options = {"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000, "maxfev": 8000}
    best = min(
        (minimize(scaled_squares, start, method="Nelder-Mead", options=options) for start in starts),
        key=lambda optimum: optimum.fun,
    )
    return fit_at(best.x)


def validate(data: ArdennesData, settings: ValidationSettings) -> ValidationResult:
    """Every reference fit again; then how far days vary beyond chance, beside the intensity prior of the scenario."""
    fits: dict[str, BrackenFit] = {}
    for name, p, q, d, _, _ in settings.progress(data.reference_fits, len(data.reference_fits), TITLE):
        fits[name] = (
            fit_bracken(data, N_FREE_PARAMETERS[name])
            if name in N_FREE_PARAMETERS
            else fit_bracken_rates(data, p, q, d)
        )
    checks = [
        ReproductionCheck(
            f"fit `{name}`",
            f"squares {squares:,.0f}, R2 {r2:.3f}",
            f"squares {fits[name].sum_of_squares:,.0f}, R2 {fits[name].r2:.3f}",
            bool(abs(fits[name].sum_of_squares - squares) < 1e-5 * squares + 1 and abs(fits[name].r2 - r2) < 1e-4),
            is_golden=True,
        )
        for name, _, _, _, squares, r2 in data.reference_fits
    ]
    best = max(fit.r2 for fit in fits.values())
    checks.append(
        ReproductionCheck("a law that explains the days", "R2 of at least 0.8", f"R2 {best:.2f} at best", best >= 0.8)
    )
    persistence = fit_persistence(data.losses)
    checks.append(
        ReproductionCheck(
            "persistence of intensity: losses from those of the day before",
            f"R2 of at least {LEAST_PERSISTENCE_R2:.2f}, to two digits",
            f"{persistence.r2:.2f} (one coefficient, {persistence.persistence:.2f})",
            round(persistence.r2, 2) >= LEAST_PERSISTENCE_R2,
        )
    )
    mean, spread = data.losses.mean(axis=1), data.losses.std(axis=1, ddof=1)
    sigma = np.log(data.losses).std(axis=1, ddof=1)
    prior = settings.scenario.priors["intensity_sigma"]
    low, high = prior.quantile(0.01), prior.quantile(0.99)
    checks.append(
        ReproductionCheck(
            "deviation of the logarithm of a day's losses",
            f"not above an assault's in the scenario, {low:.2f} to {high:.2f}: a campaign's day adds up many assaults",
            f"{sigma[0]:.2f} and {sigma[1]:.2f}",
            bool((sigma < high).all()),
        )
    )
    autocorrelations = [float(np.corrcoef(side[:-1], side[1:])[0, 1]) for side in data.losses]
    unevenness_rows = [
        (
            side,
            f"{mean[n]:,.0f}",
            f"{spread[n] / mean[n]:.2f}",
            f"{autocorrelations[n]:.2f}",
            f"{spread[n] ** 2 / mean[n]:,.0f}",
            f"{sigma[n]:.2f}",
        )
        for n, side in enumerate(("Allied", "German"))
    ]
    rows = [
        (name, f"{f.p:.3f}", f"{f.q:.3f}", f"{f.d:.3f}", f"{f.sum_of_squares:,.0f}", f"{f.r2:.3f}")
        for name, f in fits.items()
    ]
    curves = {"days": data.days, "losses": data.losses}
    for name, label in (("square", "square"), ("linear", "linear"), ("free p q d (d on day<6)", "free")):
        if name in fits:
            curves[label] = compute_fitted_losses(data, fits[name])
    headings = (
        "side",
        "mean a day",
        "deviation / mean",
        "correlation of neighbouring days",
        "variance / mean",
        "deviation of the logarithm",
    )
    return ValidationResult(
        "ardennes",
        TITLE,
        tuple(checks),
        (
            ResultTable(
                "fits",
                "Fits of both sides together",
                ("model", "p (enemy)", "q (own)", "d", "sum of squares", "R2"),
                rows,
            ),
            build_persistence_table(persistence),
            ResultTable(
                "days", "How uneven the days are (a Poisson day has variance / mean 1)", headings, unevenness_rows
            ),
        ),
        curves,
    )


def build_persistence_table(fit: PersistenceFit) -> ResultTable:
    """The autoregression of daily losses, which the pack of priors takes over."""
    rows = [
        ("persistence a day", f"{fit.persistence:.2f}", f"{fit.persistence_error:.2f}"),
        ("correlation of both sides' innovations", f"{fit.shared:.2f}", f"{fit.shared_error:.2f}"),
    ]
    return ResultTable(
        "persistence", "Logarithm of daily losses from that of the day before", ("what", "estimate", "error"), rows
    )


def compute_fitted_losses(data: ArdennesData, bracken_fit: BrackenFit) -> np.ndarray:
    """The losses that a fit gives for each day, both sides."""
    early = data.days < COUNTEROFFENSIVE_DAY
    tempo = np.array(
        [np.where(early, 1 / bracken_fit.d, bracken_fit.d), np.where(early, bracken_fit.d, 1 / bracken_fit.d)]
    )
    shape: np.ndarray = tempo * data.strengths[::-1] ** bracken_fit.p * data.strengths**bracken_fit.q
    shape *= np.array(bracken_fit.rates)[:, None]
    return shape
