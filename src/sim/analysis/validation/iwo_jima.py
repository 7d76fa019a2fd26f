"""Iwo Jima by Engel's equations: the square law with landings, beside five rounded strengths."""

import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import least_squares

from sim.analysis.validation.csv_tables import parse_column, read_rows, require_names
from sim.analysis.validation.results import ReproductionCheck, ResultTable, ValidationResult, ValidationSettings
from sim.laws import linear, logarithmic, square

TITLE = "Iwo Jima by Engel's equations"
FOLDER = "iwo_jima"
# Strengths of both sides by day that these equations give, and the losses of the landed side: computed elsewhere.
REFERENCE_STRENGTHS = {
    1: (52835, 21220),
    6: (66454, 18274),
    12: (61159, 14223),
    28: (53042, 4656),
    36: (51985, 217),
}
REFERENCE_LOSSES = 21015
RATE_FUNCTIONS = {"square": square.rates, "linear": linear.rates, "logarithmic": logarithmic.rates}


PARAMETERS = ("A", "B", "J0", "duration")  # as Engel calls them


@dataclass(frozen=True)
class IwoJimaData:
    """Engel's coefficients and landings, and the five recorded strengths."""

    landed_lost: float  # casualties of the landed side per defender and day
    defence_lost: float
    defenders: float
    days: float
    landings: np.ndarray  # rows: from day, to day, people a day
    points: np.ndarray  # rows: day, strength of the landed side


def load(root: Path) -> IwoJimaData:
    """Read parameters, landings and points."""
    folder = root / FOLDER
    parameter_rows = read_rows(folder / "parameters.csv", ("name", "value"))
    names = [row["name"] for row in parameter_rows]
    values = dict(zip(names, parse_column(folder / "parameters.csv", parameter_rows, "value", 0), strict=True))
    require_names(folder / "parameters.csv", "name", names, PARAMETERS)
    landings, points = (
        np.array([parse_column(folder / file, read_rows(folder / file, columns), column, 0) for column in columns]).T
        for file, columns in (
            ("us_arrivals.csv", ("t_from_day", "t_to_day", "arrivals_per_day")),
            ("us_strength_rounded.csv", ("day", "us_troops")),
        )
    )
    return IwoJimaData(
        landed_lost=values["A"],
        defence_lost=values["B"],
        defenders=values["J0"],
        days=values["duration"],
        landings=landings,
        points=points,
    )


def solve_strengths(
    data: IwoJimaData, law: str, landed_lost: float, defence_lost: float, days: np.ndarray
) -> np.ndarray:
    """Strengths of both sides at some days, rows (landed, defenders).

    By the square law x' = arrivals - a y, y' = -b x. Source: Engel1954.
    """
    rates = RATE_FUNCTIONS[law]
    edges = sorted({0.0, data.days, *data.landings[:, :2].ravel().tolist()})
    values = np.zeros((2, len(days)))
    state = np.array([0.0, data.defenders])
    for start, end in pairwise(edges):
        middle = (start + end) / 2
        arrivals = sum(people for since, until, people in data.landings if since <= middle < until)

        def compute_derivatives(day: float, current: np.ndarray, arrivals: float = arrivals) -> list[float]:
            landed, defenders = (max(float(people), 0.0) for people in current)
            lost = rates(landed, defenders, landed_lost, defence_lost, data.defenders, day)
            return [arrivals - lost[0], -lost[1]]

        inside = (days >= start) & (days <= end)
        run = solve_ivp(compute_derivatives, (start, end), state, rtol=1e-8, atol=1e-4, dense_output=True)
        if inside.any():
            values[:, inside] = run.sol(days[inside])
        state = run.y[:, -1]
    return values


def fit_rates(data: IwoJimaData, law: str) -> tuple[float, float, float]:
    """The two rates of a law that fit the five points best, and the root mean square of the residuals."""

    def residuals(logs: np.ndarray) -> np.ndarray:
        a, b = np.exp(logs).tolist()
        result: np.ndarray = solve_strengths(data, law, a, b, data.points[:, 0])[0] - data.points[:, 1]
        return result

    starts = [(math.log(a), math.log(b)) for a in (0.003, 0.02, 0.06) for b in (0.005, 0.03)]
    fits = [least_squares(residuals, start, bounds=(-12, 1), x_scale=1.0) for start in starts]
    best = min(fits, key=lambda fit: float(fit.cost))
    rms = math.sqrt(2 * float(best.cost) / len(data.points))
    return float(np.exp(best.x[0])), float(np.exp(best.x[1])), rms


def validate(data: IwoJimaData, settings: ValidationSettings) -> ValidationResult:
    """Engel's own coefficients by the square law of this model; then how well other laws fit the five points."""
    days = np.array(sorted(REFERENCE_STRENGTHS), dtype=float)
    simulated = solve_strengths(data, "square", data.landed_lost, data.defence_lost, days)
    landed = float(data.landings[:, 2] @ (data.landings[:, 1] - data.landings[:, 0]))
    lost = landed - simulated[0, -1]
    reference = np.array([REFERENCE_STRENGTHS[int(day)] for day in days]).T
    max_deviation = float(np.abs(simulated - reference).max())
    at_points = solve_strengths(data, "square", data.landed_lost, data.defence_lost, data.points[:, 0])[0]
    gaps = at_points - data.points[:, 1]
    max_relative_deviation = float(np.abs(gaps / data.points[:, 1]).max())
    fits = {law: fit_rates(data, law) for law in settings.progress(list(RATE_FUNCTIONS), len(RATE_FUNCTIONS), TITLE)}
    spread = max(fit[2] for fit in fits.values()) / max(min(fit[2] for fit in fits.values()), 1e-9)
    grid = np.linspace(0, data.days, 361)
    curves = solve_strengths(data, "square", data.landed_lost, data.defence_lost, grid)
    checks = (
        ReproductionCheck(
            "strengths by Engel's coefficients on five days",
            "as worked out elsewhere",
            f"off by {max_deviation:.0f} at most",
            max_deviation < 1,
            is_golden=True,
        ),
        ReproductionCheck(
            "losses of the landed side",
            f"{REFERENCE_LOSSES:,}",
            f"{lost:,.0f}",
            bool(abs(lost - REFERENCE_LOSSES) < 1),
            is_golden=True,
        ),
        ReproductionCheck(
            "the five rounded strengths",
            "within 5%",
            f"within {100 * max_relative_deviation:.1f}%",
            max_relative_deviation < 0.05,
        ),
        ReproductionCheck(
            "the square law told apart from the others",
            "another law fits the five points at least twice as badly",
            f"root mean squares differ by a factor of {spread:.1f}",
            fits["square"][2] * 2 <= min(fits["linear"][2], fits["logarithmic"][2]),
        ),
    )
    points = [
        (f"{day:.0f}", f"{recorded:,.0f}", f"{computed:,.0f}", f"{computed - recorded:+,.0f}")
        for (day, recorded), computed in zip(data.points, at_points, strict=True)
    ]
    laws = [(law, f"{a:.4f}", f"{b:.4f}", f"{rms:,.0f}") for law, (a, b, rms) in fits.items()]
    return ValidationResult(
        "iwo_jima",
        TITLE,
        checks,
        (
            ResultTable(
                "points", "Strength of the landed side", ("day", "recorded, rounded", "equations", "difference"), points
            ),
            ResultTable(
                "fits",
                "Two free rates fitted to the five points (reference strength: the defenders' first)",
                ("law", "rate against the landed, a day", "rate against the defence, a day", "root mean square"),
                laws,
            ),
        ),
        {"days": grid, "landed": curves[0], "defenders": curves[1], "points": data.points},
    )
