"""Invented tables in the form of the real ones, which are not ours to carry."""

import csv
from pathlib import Path

import numpy as np

from sim.analysis.validation.victors_simulation import compute_losses, draw_normals, draw_uniforms

PERIODS = ("01.csv", "02.csv", "03.csv", "04.csv")


def write(path: Path, headings, rows, delimiter=",") -> None:
    """Write a table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows([headings, *rows])


def invent(root: Path) -> Path:
    """Every table, small, of battles that never were."""
    iwo_jima(root / "iwo_jima")
    ardennes(root / "ardennes")
    victors(root / "rubio_battles", 30)
    cdb90(root / "cdb90", 20)
    return root


def iwo_jima(folder: Path) -> None:
    """Coefficients, landings and points."""
    values = [("A", 0.05), ("B", 0.01), ("J0", 2000), ("duration", 20)]
    write(folder / "parameters.csv", ("name", "value"), values)
    write(folder / "us_arrivals.csv", ("t_from_day", "t_to_day", "arrivals_per_day"), [(0, 1, 3000), (2, 3, 500)])
    write(folder / "us_strength_rounded.csv", ("day", "us_troops"), [(4, 3200), (9, 2900), (15, 2700)])


def ardennes(folder: Path, p: float = 0.7, q: float = 1.4, d: float = 0.8) -> None:
    """Losses that follow Bracken's form to the last person, and the fits that should come out."""
    days = np.arange(2, 30)
    x, y = 800_000 - 2500 * days * (1 + 0.02 * np.sin(days)), 600_000 - 3000 * days * (1 + 0.05 * np.cos(days))
    f = np.where(days < 6, 1 / d, d)
    of_x, of_y = 3e-6 * f * y**p * x**q / 1e3, 4e-6 / f * x**p * y**q / 1e3
    columns = ("Day", "ForcesAllies", "CasualtiesAllies", "ForcesGermans", "CasualtiesGermans")
    rows = [(int(day), *each) for day, *each in zip(days, x, of_x, y, of_y, strict=True)]
    write(folder / "Ardennes.csv", columns, rows, " ")
    golden = [("square", 1, 0, 1, 1.0, 0.5), ("free p q d (d on day<6)", p, q, d, 0.0, 1.0)]
    write(folder / "golden_fits.csv", ("model", "p_enemy", "q_own", "d", "SSR", "R2"), golden)


def victors(folder: Path, count: int, law: str = "linear") -> None:
    """Battles that follow one law."""
    for period in PERIODS:
        u, z = draw_uniforms(f"test:{period}", 5, [0, 1], count), draw_normals(f"test:{period}", 5, [2, 3], count)
        x0, y0 = (np.round(2000 * 30**share) for share in u)
        x, y = compute_losses(law, x0, y0, np.full(count, 0.08), 2.0 * np.exp(0.2 * z[0]), np.exp(0.3 * z[1]))
        rows = zip([1700] * count, x0, np.ceil(x * x0), y0, np.ceil(y * y0), strict=True)
        write(folder / period, ("year", "R0", "Rc", "B0", "Bc"), rows, ";")


def cdb90(folder: Path, count: int) -> None:
    """Battles with results, and fits of break points."""
    u = draw_uniforms("test:cdb90", 5, [0, 1, 2, 3], count)
    results = np.where(np.arange(count) % 3 == 2, -1.0, 1.0)
    strengths = np.round(1000 * 20 ** u[:2])
    casualties = np.ceil(strengths * (0.02 + 0.3 * u[2:]))
    names = (
        "isqno",
        "war",
        "name",
        "year",
        "str_a",
        "cas_a",
        "str_d",
        "cas_d",
        "wina",
        "duration_days",
        "duplicate_of",
    )
    rows = [
        (
            n + 1,
            f"War {n % 7}",
            f"Battle {n}",
            1800 + 10 * (n % 18),
            strengths[0, n],
            casualties[0, n],
            strengths[1, n],
            casualties[1, n],
            results[n],
            1,
            "",
        )
        for n in range(count)
    ]
    write(folder / "derived_engagements.csv", names, rows)
    period = [f"ATP{end}{part}1" for end in "BE" for part in ("YR", "MN", "DA", "HR")]
    hours = [(600, 1800), (9999, 9999), (2000, 400)]  # an afternoon, unknown, a night
    patched = [
        (n + 1, int(results[n]), 1, 1800, 5, 1, hours[n % 3][0], 1800, 5, 1 + (n % 3 == 2), hours[n % 3][1])
        for n in range(count)
    ]
    write(folder / "CDB90-patched.csv", ("ISQNO", "WINA", "NOATP", *period), patched)
    fits = [("all 1600-1982", role, count, 7, 0.2, 1.2) for role in ("attacker", "defender")]
    write(
        folder / "derived_breakpoint_survival.csv",
        ("subset", "role", "n", "n_broke", "lognorm_median", "lognorm_sigma"),
        fits,
    )
