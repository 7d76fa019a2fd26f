"""Iwo Jima by Engel's equations: the square law with landings, beside five rounded strengths."""

import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import least_squares

from sim.laws import linear, logarithmic, square
from sim.validation.finding import Finding, Plan, Table, Verdict
from sim.validation.reading import numbers, read_rows

TITLE = "Iwo Jima by Engel's equations"
FOLDER = "iwo_jima"
# Strengths of both sides by day that these equations give, and the losses of the landed side: worked out elsewhere.
GOLDEN = {
    1: (52835, 21220),
    6: (66454, 18274),
    12: (61159, 14223),
    28: (53042, 4656),
    36: (51985, 217),
}
GOLDEN_LOSSES = 21015
LAWS = {"square": square.rates, "linear": linear.rates, "logarithmic": logarithmic.rates}


@dataclass(frozen=True)
class Data:
    """Engel's coefficients and landings, and the five strengths that could be had."""

    landed_lost: float  # casualties of the landed side per defender and day
    defence_lost: float
    defenders: float
    days: float
    landings: np.ndarray  # rows: from day, to day, people a day
    points: np.ndarray  # rows: day, strength of the landed side


def load(root: Path) -> Data:
    """Read parameters, landings and points."""
    folder = root / FOLDER
    given = read_rows(folder / "parameters.csv", ("name", "value"))
    names = [row["name"] for row in given]
    values = dict(zip(names, numbers(folder / "parameters.csv", given, "value", 0), strict=True))
    landings, points = (
        np.array([numbers(folder / file, read_rows(folder / file, columns), column, 0) for column in columns]).T
        for file, columns in (
            ("us_arrivals.csv", ("t_from_day", "t_to_day", "arrivals_per_day")),
            ("us_strength_rounded.csv", ("day", "us_troops")),
        )
    )
    return Data(values["A"], values["B"], values["J0"], values["duration"], landings, points)


def strengths(data: Data, law: str, landed_lost: float, defence_lost: float, days: np.ndarray) -> np.ndarray:
    """Strengths of both sides at days, rows (landed, defenders). Source: Engel1954."""
    rates = LAWS[law]
    edges = sorted({0.0, data.days, *data.landings[:, :2].ravel().tolist()})
    found = np.zeros((2, len(days)))
    state = np.array([0.0, data.defenders])
    for start, end in pairwise(edges):
        middle = (start + end) / 2
        coming = sum(people for since, until, people in data.landings if since <= middle < until)

        def slope(day: float, both: np.ndarray, coming: float = coming) -> list[float]:
            landed, defenders = (max(float(people), 0.0) for people in both)
            lost = rates(landed, defenders, landed_lost, defence_lost, data.defenders, day)
            return [coming - lost[0], -lost[1]]

        inside = (days >= start) & (days <= end)
        run = solve_ivp(slope, (start, end), state, rtol=1e-8, atol=1e-4, dense_output=True)
        if inside.any():
            found[:, inside] = run.sol(days[inside])
        state = run.y[:, -1]
    return found


def fitted(data: Data, law: str) -> tuple[float, float, float]:
    """The two rates of a law that come closest to the five points, and their root mean square distance."""

    def residuals(logs: np.ndarray) -> np.ndarray:
        a, b = np.exp(logs).tolist()
        found: np.ndarray = strengths(data, law, a, b, data.points[:, 0])[0] - data.points[:, 1]
        return found

    starts = [(math.log(a), math.log(b)) for a in (0.003, 0.02, 0.06) for b in (0.005, 0.03)]
    fits = [least_squares(residuals, start, bounds=(-12, 1), x_scale=1.0) for start in starts]
    best = min(fits, key=lambda fit: float(fit.cost))
    rms = math.sqrt(2 * float(best.cost) / len(data.points))
    return float(np.exp(best.x[0])), float(np.exp(best.x[1])), rms


def hold(data: Data, plan: Plan) -> Finding:
    """Engel's own coefficients by our square law; then what five points can say of other laws."""
    days = np.array(sorted(GOLDEN), dtype=float)
    ours = strengths(data, "square", data.landed_lost, data.defence_lost, days)
    landed = float(data.landings[:, 2] @ (data.landings[:, 1] - data.landings[:, 0]))
    lost = landed - ours[0, -1]
    golden = np.array([GOLDEN[int(day)] for day in days]).T
    off = float(np.abs(ours - golden).max())
    at_points = strengths(data, "square", data.landed_lost, data.defence_lost, data.points[:, 0])[0]
    gaps = at_points - data.points[:, 1]
    worst = float(np.abs(gaps / data.points[:, 1]).max())
    fits = {law: fitted(data, law) for law in plan.watch(list(LAWS), len(LAWS), TITLE)}
    spread = max(fit[2] for fit in fits.values()) / max(min(fit[2] for fit in fits.values()), 1e-9)
    grid = np.linspace(0, data.days, 361)
    curves = strengths(data, "square", data.landed_lost, data.defence_lost, grid)
    verdicts = (
        Verdict(
            "strengths by Engel's coefficients on five days",
            "as worked out elsewhere",
            f"off by {off:.0f} at most",
            off < 1,
        ),
        Verdict("losses of the landed side", f"{GOLDEN_LOSSES:,}", f"{lost:,.0f}", bool(abs(lost - GOLDEN_LOSSES) < 1)),
        Verdict("the five rounded strengths", "within 5%", f"within {100 * worst:.1f}%", worst < 0.05),
        Verdict(
            "the square law told apart from the others",
            "another law fits the five points at least twice as badly",
            f"root mean squares differ by a factor of {spread:.1f}",
            fits["square"][2] * 2 <= min(fits["linear"][2], fits["logarithmic"][2]),
        ),
    )
    points = [
        (f"{day:.0f}", f"{seen:,.0f}", f"{found:,.0f}", f"{found - seen:+,.0f}")
        for (day, seen), found in zip(data.points, at_points, strict=True)
    ]
    laws = [(law, f"{a:.4f}", f"{b:.4f}", f"{rms:,.0f}") for law, (a, b, rms) in fits.items()]
    return Finding(
        "iwo_jima",
        TITLE,
        verdicts,
        (
            Table(
                "points", "Strength of the landed side", ("day", "recorded, rounded", "equations", "difference"), points
            ),
            Table(
                "fits",
                "Two free rates fitted to the five points (reference strength: the defenders' first)",
                ("law", "rate against the landed, a day", "rate against the defence, a day", "root mean square"),
                laws,
            ),
        ),
        {"days": grid, "landed": curves[0], "defenders": curves[1], "points": data.points},
    )
