"""Ardennes, day by day: least-squares fits of Bracken's form, and how uneven the days are."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from sim.validation.finding import Finding, Plan, Table, Verdict
from sim.validation.reading import numbers, read_rows

TITLE = "Ardennes, daily losses"
FOLDER = "ardennes"
COLUMNS = ("Day", "ForcesAllies", "CasualtiesAllies", "ForcesGermans", "CasualtiesGermans")
TURN = 6  # before this day the second side attacked
FREE = {"free p q": 2, "free p q d (d on day<6)": 3}
STARTS = [(p, q) for p in (0.0, 1.5, 3.0) for q in (0.5, 2.0, 4.0)]


@dataclass(frozen=True)
class Data:
    """Strengths and losses by day, and the fits to be reproduced: name, p, q, d, sum of squares, R2."""

    days: np.ndarray
    strengths: np.ndarray  # (2, days)
    losses: np.ndarray
    golden: tuple[tuple[str, float, float, float, float, float], ...]


@dataclass(frozen=True)
class Fit:
    """A fit: exponents of the enemy (p) and of the own numbers (q), the tempo d, both rates, squares, R2."""

    p: float
    q: float
    d: float
    rates: tuple[float, float]
    squares: float
    r2: float


def load(root: Path) -> Data:
    """Read the daily table and the fits."""
    path = root / FOLDER / "Ardennes.csv"
    rows = read_rows(path, COLUMNS, delimiter=" ")
    days, *columns = (np.array(numbers(path, rows, column, 0)) for column in COLUMNS)
    path = root / FOLDER / "golden_fits.csv"
    rows = read_rows(path, ("model", "p_enemy", "q_own", "d", "SSR", "R2"))
    given = [numbers(path, rows, column) for column in ("p_enemy", "q_own", "d", "SSR", "R2")]
    golden = tuple((row["model"], *values) for row, *values in zip(rows, *given, strict=True))
    return Data(days, np.array(columns[::2]), np.array(columns[1::2]), golden)


def fit(data: Data, p: float, q: float, d: float = 1.0) -> Fit:
    """Losses of each side as rate * f * enemy^p * own^q, f = 1/d or d by who attacks; the rates by least squares.

    Source: Bracken1995.
    """
    early = data.days < TURN
    tempo = np.array([np.where(early, 1 / d, d), np.where(early, d, 1 / d)])
    own, enemy = data.strengths / 1e6, data.strengths[::-1] / 1e6
    shape = tempo * enemy**p * own**q
    rates = (data.losses * shape).sum(axis=1) / (shape * shape).sum(axis=1)
    squares = float(((data.losses - rates[:, None] * shape) ** 2).sum())
    total = float(((data.losses - data.losses.mean(axis=1, keepdims=True)) ** 2).sum())
    unscaled = rates / 1e6 ** (p + q)
    return Fit(p, q, d, (float(unscaled[0]), float(unscaled[1])), squares, 1 - squares / total)


def free_fit(data: Data, unknowns: int) -> Fit:
    """The best p and q, and d if it is free too."""

    def squares(values: np.ndarray) -> float:
        return fit(data, values[0], values[1], float(np.exp(values[2])) if unknowns == 3 else 1.0).squares / 1e6

    starts = [np.array([p, q, -0.1][:unknowns]) for p, q in STARTS]
    options = {"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000, "maxfev": 8000}
    best = min(
        (minimize(squares, start, method="Nelder-Mead", options=options) for start in starts), key=lambda r: r.fun
    )
    return fit(data, best.x[0], best.x[1], float(np.exp(best.x[2])) if unknowns == 3 else 1.0)


def hold(data: Data, plan: Plan) -> Finding:
    """Every golden fit again; then how far days vary beyond chance, beside the intensity of the scenario."""
    fits: dict[str, Fit] = {}
    for name, p, q, d, _, _ in plan.watch(data.golden, len(data.golden), TITLE):
        fits[name] = free_fit(data, FREE[name]) if name in FREE else fit(data, p, q, d)
    verdicts = [
        Verdict(
            f"fit `{name}`",
            f"squares {squares:,.0f}, R2 {r2:.3f}",
            f"squares {fits[name].squares:,.0f}, R2 {fits[name].r2:.3f}",
            bool(abs(fits[name].squares - squares) < 1e-5 * squares + 1 and abs(fits[name].r2 - r2) < 1e-4),
        )
        for name, _, _, _, squares, r2 in data.golden
    ]
    best = max(found.r2 for found in fits.values())
    verdicts.append(
        Verdict("a law that explains the days", "R2 of at least 0.8", f"R2 {best:.2f} at best", best >= 0.8)
    )
    mean, spread = data.losses.mean(axis=1), data.losses.std(axis=1, ddof=1)
    sigma = np.log(data.losses).std(axis=1, ddof=1)
    prior = plan.scenario.priors["intensity_sigma"]
    low, high = prior.quantile(0.01), prior.quantile(0.99)
    verdicts.append(
        Verdict(
            "deviation of the logarithm of a day's losses",
            f"not above an assault's in the scenario, {low:.2f} to {high:.2f}: a campaign's day adds up many assaults",
            f"{sigma[0]:.2f} and {sigma[1]:.2f}",
            bool((sigma < high).all()),
        )
    )
    lagged = [float(np.corrcoef(side[:-1], side[1:])[0, 1]) for side in data.losses]
    uneven = [
        (
            side,
            f"{mean[n]:,.0f}",
            f"{spread[n] / mean[n]:.2f}",
            f"{lagged[n]:.2f}",
            f"{spread[n] ** 2 / mean[n]:,.0f}",
            f"{sigma[n]:.2f}",
        )
        for n, side in enumerate(("Allied", "German"))
    ]
    rows = [
        (name, f"{f.p:.3f}", f"{f.q:.3f}", f"{f.d:.3f}", f"{f.squares:,.0f}", f"{f.r2:.3f}") for name, f in fits.items()
    ]
    curves = {"days": data.days, "losses": data.losses}
    for name, label in (("square", "square"), ("linear", "linear"), ("free p q d (d on day<6)", "free")):
        if name in fits:
            curves[label] = fitted_losses(data, fits[name])
    headings = (
        "side",
        "mean a day",
        "deviation / mean",
        "correlation of neighbouring days",
        "variance / mean",
        "deviation of the logarithm",
    )
    return Finding(
        "ardennes",
        TITLE,
        tuple(verdicts),
        (
            Table(
                "fits",
                "Fits of both sides together",
                ("model", "p (enemy)", "q (own)", "d", "sum of squares", "R2"),
                rows,
            ),
            Table("days", "How uneven the days are (a Poisson day has variance / mean 1)", headings, uneven),
        ),
        curves,
    )


def fitted_losses(data: Data, found: Fit) -> np.ndarray:
    """The losses that a fit gives for each day, both sides."""
    early = data.days < TURN
    tempo = np.array([np.where(early, 1 / found.d, found.d), np.where(early, found.d, 1 / found.d)])
    shape: np.ndarray = tempo * data.strengths[::-1] ** found.p * data.strengths**found.q
    shape *= np.array(found.rates)[:, None]
    return shape
