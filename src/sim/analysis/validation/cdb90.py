"""CDB90: do simulated engagements, with their break points, end as land battles from 1600 to 1982 did?

Casualties include prisoners.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from sim.analysis.validation.cdb90_held_out import analyse_halves
from sim.analysis.validation.cdb90_simulation import (
    AssaultResults,
    EngagementData,
    fit_break_points,
    list_assault_variants,
    simulate_engagements,
)
from sim.analysis.validation.cdb90_tables import FOLDER as FOLDER
from sim.analysis.validation.cdb90_tables import load as load
from sim.analysis.validation.cdb90_tables import make_record
from sim.analysis.validation.forecast_measures import (
    FORCE_RATIO_EDGES,
    LOSS_QUANTILES,
    compute_slope_interval,
    fit_logit_line,
    list_classes,
)
from sim.analysis.validation.results import ReproductionCheck, ResultTable, ValidationResult, ValidationSettings
from sim.scoring.intervals import wilson_interval

HELD_OUT_CURVE = "won engagement refitted"
TITLE = "CDB90, land battles 1600 to 1982"
# Shares of the battles won by the attacker, and drawn, among the 660 of the table without duplicates, as patched.
EXPECTED_WON, EXPECTED_DRAWN = 0.595, 0.0625
ROLES = (("attacker", "winning"), ("attacker", "losing"), ("defender", "winning"), ("defender", "losing"))
MODERN_SINCE = 1900
SMALL_STRENGTH = 5000.0
N_MAIN_VARIANTS = 2  # variants by the chosen law; of the others only the slope is checked


def analyse_engagements(title: str, data: EngagementData, results: Mapping[str, AssaultResults]) -> ValidationResult:
    """The checks, tables and curves from the simulated engagements of each variant."""
    bins = np.array(list_classes(data.force_ratio))
    recorded = np.array([np.average(data.won[each] > 0) for each in bins])
    intervals = np.array([wilson_interval(int((data.won[each] > 0).sum()), int(each.sum())) for each in bins])
    simulated = {name: np.array([result.won[each].mean() for each in bins]) for name, result in results.items()}
    fractions = {("recorded", *role): compute_recorded_fractions(data, role) for role in ROLES}
    fractions |= {
        (name, *role): compute_simulated_fractions(result, role) for name, result in results.items() for role in ROLES
    }
    curves = {"recorded": recorded, "intervals": intervals, "counts": bins.sum(axis=1)}
    curves |= {f"won {name}": share for name, share in simulated.items()}
    curves |= {" ".join(key): np.quantile(values, np.linspace(0.01, 0.99, 99)) for key, values in fractions.items()}
    return ValidationResult(
        "cdb90",
        title,
        (*check_break_points(data), *check_outcomes(data, results, recorded, intervals, simulated, fractions)),
        (
            build_wins_table(bins, recorded, intervals, simulated, data),
            build_losses_table(fractions),
            build_break_points_table(data),
        ),
        curves,
    )


def compute_recorded_fractions(data: EngagementData, role: tuple[str, str]) -> np.ndarray:
    """Recorded fractions lost in one role: of attacker or defender, winning or losing."""
    side, fate = role
    lost = data.attackers_lost if side == "attacker" else data.defenders_lost
    has_won = data.won > 0 if side == "attacker" else data.won < 0
    has_lost = data.won < 0 if side == "attacker" else data.won > 0  # a draw is neither
    fractions: np.ndarray = lost[has_won if fate == "winning" else has_lost]
    return fractions


def compute_simulated_fractions(results: AssaultResults, role: tuple[str, str]) -> np.ndarray:
    """Simulated fractions lost in one role."""
    side, fate = role
    lost = results.attackers_lost if side == "attacker" else results.defenders_lost
    has_won = results.won if side == "attacker" else ~results.won
    fractions: np.ndarray = lost[has_won if fate == "winning" else ~has_won]
    return fractions


def check_break_points(data: EngagementData) -> list[ReproductionCheck]:
    """Checks of the data, and of the censored fits from which the priors of break points were taken."""
    shares = (np.mean(data.won > 0), np.mean(data.won == 0))
    checks = [
        ReproductionCheck(
            "share of battles won by the attacker, and drawn",
            f"{EXPECTED_WON:.1%}, {EXPECTED_DRAWN:.1%}",
            f"{shares[0]:.1%}, {shares[1]:.1%} of {len(data.won)}",
            bool(abs(shares[0] - EXPECTED_WON) < 5e-4 and abs(shares[1] - EXPECTED_DRAWN) < 5e-4),
            is_golden=True,
        )
    ]
    for (subset, role), (n, broke, median, sigma) in data.reference_fits.items():
        mask = define_subsets(data).get(subset)
        if mask is None:
            continue
        lost, has_broken = select_role(data.select(mask), role)
        fitted = fit_break_points(lost, has_broken)
        is_same_sample = len(lost) == n and has_broken.sum() == broke
        checks.append(
            ReproductionCheck(
                f"break points of the {role}, {subset}",
                f"n {n}, {broke} broke, median {median:.3f}, sigma {sigma:.2f}",
                f"n {len(lost)}, {has_broken.sum()} broke, median {fitted[0]:.3f}, sigma {fitted[1]:.2f}",
                bool(is_same_sample and abs(fitted[0] - median) < 2e-3 and abs(fitted[1] - sigma) < 1e-2),
                is_golden=True,
            )
        )
    return checks


def define_subsets(data: EngagementData) -> dict[str, np.ndarray]:
    """Subsets of the data by their names in the reference fits."""
    return {
        "all 1600-1982": data.won == data.won,
        "1937+": data.year >= 1937,
        "both<5000 strength": (data.attackers < SMALL_STRENGTH) & (data.defenders < SMALL_STRENGTH),
    }


def select_role(data: EngagementData, role: str) -> tuple[np.ndarray, np.ndarray]:
    """Fractions lost by attacker or defender, and whether that side lost the battle."""
    if role == "attacker":
        return data.attackers_lost, data.won < 0
    return data.defenders_lost, data.won > 0


def check_outcomes(
    data: EngagementData,
    results: Mapping[str, AssaultResults],
    recorded: np.ndarray,
    intervals: np.ndarray,
    simulated: Mapping[str, np.ndarray],
    fractions: Mapping[tuple[str, str, str], np.ndarray],
) -> list[ReproductionCheck]:
    """Checks of the simulated engagements against the recorded ones."""
    checks = []
    for name, result in list(results.items())[:N_MAIN_VARIANTS]:
        inside = int(((simulated[name] >= intervals[:, 0]) & (simulated[name] <= intervals[:, 1])).sum())
        share, low, high = result.won.mean(), *wilson_interval(int((data.won > 0).sum()), len(data.won))
        checks += [
            ReproductionCheck(
                f"{name}: share won by the attacker",
                f"{np.mean(data.won > 0):.2f} (95% interval {low:.2f} to {high:.2f})",
                f"{share:.2f}",
                bool(low <= share <= high),
            ),
            ReproductionCheck(
                f"{name}: the same by force ratio",
                f"inside the 95% interval in at least 6 of {len(recorded)} classes",
                f"in {inside}",
                inside >= 6,
            ),
            check_slope(name, data, result),
        ]
        for side, fate in ROLES:
            recorded_median, simulated_median = (
                float(np.median(fractions[which, side, fate])) for which in ("recorded", name)
            )
            checks.append(
                ReproductionCheck(
                    f"{name}: median fraction lost by a {fate} {side}",
                    f"{recorded_median:.3f}, within a factor of 1.5",
                    f"{simulated_median:.3f}",
                    bool(2 / 3 <= simulated_median / recorded_median <= 1.5),
                )
            )
    return checks + [check_slope(name, data, result) for name, result in list(results.items())[N_MAIN_VARIANTS:]]


def check_slope(name: str, data: EngagementData, results: AssaultResults) -> ReproductionCheck:
    """The slope on the force ratio, beside the recorded one with its error."""
    recorded_slope, error = compute_slope_interval(make_record(data))
    log_ratio = np.repeat(np.log(data.force_ratio), results.won.shape[1])
    simulated_slope = float(fit_logit_line(log_ratio, results.won.ravel())[1])
    return ReproductionCheck(
        f"{name}: rise of the log-odds with the logarithm of the force ratio",
        f"{recorded_slope:.2f} ± {error:.2f}",
        f"{simulated_slope:.2f}",
        bool(abs(simulated_slope - recorded_slope) <= error),
    )


def build_wins_table(
    bins: np.ndarray,
    recorded: np.ndarray,
    intervals: np.ndarray,
    simulated: Mapping[str, np.ndarray],
    data: EngagementData,
) -> ResultTable:
    """The attacker's share of victories by force ratio."""
    rows = []
    for n, (low, high) in enumerate(pairwise(FORCE_RATIO_EDGES)):
        name = f"over {low:g}" if high == np.inf else f"{low:g} to {high:g}"
        modern = bins[n] & (data.year >= MODERN_SINCE)
        rows.append(
            (
                name,
                int(bins[n].sum()),
                f"{recorded[n]:.2f}",
                f"{intervals[n][0]:.2f} to {intervals[n][1]:.2f}",
                f"{np.mean(data.won[modern] > 0):.2f}" if modern.any() else "-",
                *(f"{share[n]:.2f}" for share in simulated.values()),
            )
        )
    headings = (
        "attackers for each defender",
        "battles",
        "recorded",
        "95% interval",
        f"since {MODERN_SINCE}",
        *simulated,
    )
    return ResultTable("wins", "Share of battles that the attacker wins", headings, rows)


def build_losses_table(fractions: Mapping[tuple[str, str, str], np.ndarray]) -> ResultTable:
    """Quantiles of the fractions lost."""
    kinds = list(dict.fromkeys(which for which, _, _ in fractions))
    rows = [
        (
            f"{fate} {side}",
            which,
            *(f"{value:.3f}" for value in np.quantile(fractions[which, side, fate], LOSS_QUANTILES)),
        )
        for side, fate in ROLES
        for which in kinds
    ]
    headings = ("who", "which", *(f"{100 * share:.0f}%" for share in LOSS_QUANTILES))
    return ResultTable("losses", "Fractions lost (killed, wounded and taken), quantiles", headings, rows)


def build_break_points_table(data: EngagementData) -> ResultTable:
    """The censored fits of break points, done again."""
    rows = []
    for subset, mask in define_subsets(data).items():
        for role in ("attacker", "defender"):
            lost, has_broken = select_role(data.select(mask), role)
            median, sigma = fit_break_points(lost, has_broken)
            rows.append((subset, role, len(lost), int(has_broken.sum()), f"{median:.3f}", f"{sigma:.2f}"))
    return ResultTable(
        "breaks",
        "Break points, losers broken and all others censored: lognormal",
        ("battles", "side", "n", "broke", "median", "sigma"),
        rows,
    )


def validate(data: EngagementData, settings: ValidationSettings) -> ValidationResult:
    """Simulate all engagements in every variant and compare them with the data; then fit halves and test the others."""
    variants = list_assault_variants(settings.law)
    results = {variant.name: simulate_engagements(settings, data, variant) for variant in variants}
    of_assault = analyse_engagements(TITLE, data, results)
    checks, tables, won = analyse_halves(data, settings)
    return replace(
        of_assault,
        checks=(*checks, *of_assault.checks),
        tables=(*tables, *of_assault.tables),
        curves={HELD_OUT_CURVE: won, **of_assault.curves},
    )
