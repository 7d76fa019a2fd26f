"""1,079 battles from 1620 to 1905: four attrition laws compared by approximate Bayesian computation.

Battles end at the recorded losses of one side, or after a drawn time.
"""

from collections.abc import Mapping
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from sim.analysis.validation.csv_tables import parse_column, read_rows
from sim.analysis.validation.results import ReproductionCheck, ResultTable, ValidationResult, ValidationSettings
from sim.analysis.validation.victors_simulation import (
    CLOSED_FORM_LAWS,
    NEAREST_SHARE,
    HistoricalBattles,
    LawDraws,
    compute_distances,
    compute_model_shares,
    compute_summaries,
    cross_validate_constant,
    cross_validate_law,
    estimate_confusion_matrix,
    select_nearest,
    simulate_draws,
)
from sim.runs.parallel import map_with_workers

TITLE = "1,079 battles, 1620 to 1905"
FOLDER = "rubio_battles"
CSV_COLUMNS = ("R0", "Rc", "B0", "Bc")
PERIODS = {"01.csv": "1620-1701", "02.csv": "1702-1792", "03.csv": "1793-1860", "04.csv": "1861-1905"}
DRAWS_PER_LAW = 10_000  # from the prior of each law, for each period
EXPECTED_COUNTS = (112, 251, 556, 160)  # battles in each period
TRIALS_PER_LAW = 25  # simulated data sets of each law, by which the choice between laws is tested
# Mean relative errors by the published code, which ends battles at recorded losses: over both sides, and of the side
# whose losses are not given.
PUBLISHED_CODE_ERRORS = (0.216, 0.192)
FREE_SIDE_ERROR = 0.4
DrawsByLaw = Mapping[tuple[str, str], LawDraws]
DECISIVE_SHARE = 100 / 103  # the share of one law of four at a Bayes factor of 100 over each of the others


def analyse_law_draws(
    title: str, data: Mapping[str, HistoricalBattles], draws_by_law: DrawsByLaw, settings: ValidationSettings
) -> ValidationResult:
    """The checks, tables and curves from the draws of each law in each period."""
    law_shares = {period: compute_law_shares(draws_by_law, data[period], period) for period in data}
    errors = {
        (period, law): cross_validate_law(data[period], period, law, settings.seed, draws_by_law[period, law].errors)
        for period, law in draws_by_law
    }
    errors |= {(period, "constant"): cross_validate_constant(data[period], period, settings.seed) for period in data}
    sizes = np.array([len(data[period].x0) for period in data], dtype=float)
    means = {
        law: sum(size * errors[period, law] for period, size in zip(data, sizes, strict=True)) / sizes.sum()
        for law in (*CLOSED_FORM_LAWS, "constant")
    }
    confusion_matrix = np.mean([estimate_law_confusion(draws_by_law, period, settings) for period in data], axis=0)
    curves = {f"shares {period}": law_shares[period][1] for period in data}
    curves |= {f"errors {law}": mean for law, mean in means.items()}
    return ValidationResult(
        "victors",
        title,
        check_law_results(data, draws_by_law, law_shares, means, confusion_matrix),
        (
            build_law_shares_table(law_shares),
            build_errors_table(errors, means, list(data)),
            build_law_confusion_table(confusion_matrix),
        ),
        curves,
    )


def compute_law_shares(draws_by_law: DrawsByLaw, battles: HistoricalBattles, period: str) -> np.ndarray:
    """Shares of the laws by three distances, in rows: ending at recorded losses, after a drawn time, and that by
    summaries.
    """
    labels = np.repeat(
        np.arange(len(CLOSED_FORM_LAWS)), [len(draws_by_law[period, law].errors) for law in CLOSED_FORM_LAWS]
    )
    with_stop = np.concatenate([draws_by_law[period, law].with_stop.sum(axis=1) for law in CLOSED_FORM_LAWS])
    without_stop = np.concatenate([draws_by_law[period, law].errors.sum(axis=(1, 2)) for law in CLOSED_FORM_LAWS])
    summaries = np.concatenate([draws_by_law[period, law].summaries for law in CLOSED_FORM_LAWS])
    observed_summaries = compute_summaries(battles, battles.x_lost, battles.y_lost)
    distances = (with_stop, without_stop, compute_distances(summaries, observed_summaries))
    return np.array(
        [compute_model_shares(labels, select_nearest(each, NEAREST_SHARE), len(CLOSED_FORM_LAWS)) for each in distances]
    )


def compute_error_with_stop(draws_by_law: DrawsByLaw, period: str) -> float:
    """The mean relative error of the nearest draws over both sides, of which one is as recorded in each battle."""
    errors = np.concatenate([draws_by_law[period, law].with_stop.mean(axis=1) for law in CLOSED_FORM_LAWS])
    return float(errors[select_nearest(errors, NEAREST_SHARE)].mean())


def estimate_law_confusion(draws_by_law: DrawsByLaw, period: str, settings: ValidationSettings) -> np.ndarray:
    """The mean share of each law (column) on data simulated by a law (row), with draws near the recorded battles."""
    labels = np.repeat(
        np.arange(len(CLOSED_FORM_LAWS)), [len(draws_by_law[period, law].errors) for law in CLOSED_FORM_LAWS]
    )
    summaries = np.concatenate([draws_by_law[period, law].summaries for law in CLOSED_FORM_LAWS])
    without_stop = np.concatenate([draws_by_law[period, law].errors.sum(axis=(1, 2)) for law in CLOSED_FORM_LAWS])
    trials = []
    for number in range(len(CLOSED_FORM_LAWS)):
        of_law = np.flatnonzero(labels == number)
        nearest_draws = of_law[np.argsort(without_stop[of_law], kind="stable")[: len(of_law) // 5]]
        n_trials = settings.scale_count(TRIALS_PER_LAW)
        trials.append(nearest_draws[:: max(1, len(nearest_draws) // n_trials)][:n_trials])
    return estimate_confusion_matrix(summaries, labels, np.concatenate(trials), NEAREST_SHARE, len(CLOSED_FORM_LAWS))


def check_law_results(
    data: Mapping[str, HistoricalBattles],
    draws_by_law: DrawsByLaw,
    law_shares: Mapping[str, np.ndarray],
    means: Mapping[str, np.ndarray],
    confusion_matrix: np.ndarray,
) -> tuple[ReproductionCheck, ...]:
    """Checks of the published results."""
    counts = tuple(len(battles.x0) for battles in data.values())
    fatigue = [float(law_shares[period][1][CLOSED_FORM_LAWS.index("fatigue")]) for period in data]
    by_summaries = [float(law_shares[period][2][CLOSED_FORM_LAWS.index("fatigue")]) for period in data]
    best = min(CLOSED_FORM_LAWS, key=lambda law: float(means[law].sum()))
    held_out_error = float(means[best].mean())
    error_with_stop_mean = np.average(
        [compute_error_with_stop(draws_by_law, period) for period in data], weights=counts
    )
    gap = [abs(float(np.diff(law_shares[period][0][[2, 3]])[0])) for period in data]
    gain = 1 - held_out_error / float(means["constant"].mean())
    return (
        ReproductionCheck(
            "battles in each period",
            ", ".join(map(str, EXPECTED_COUNTS)),
            ", ".join(map(str, counts)),
            counts == EXPECTED_COUNTS,
            is_golden=True,
        ),
        ReproductionCheck(
            "published: decisive evidence for fatigue",
            f"a share above {DECISIVE_SHARE:.2f} in each period",
            "without the stop " + ", ".join(f"{share:.2f}" for share in fatigue),
            min(fatigue) > DECISIVE_SHARE,
        ),
        ReproductionCheck(
            "the same by summaries of the losses",
            f"a share above {DECISIVE_SHARE:.2f} in each period",
            ", ".join(f"{share:.2f}" for share in by_summaries),
            min(by_summaries) > DECISIVE_SHARE,
        ),
        ReproductionCheck(
            "with the stop in continuous time, logarithmic law and fatigue are one model",
            "shares alike within 0.15",
            "differ by " + ", ".join(f"{each:.2f}" for each in gap),
            max(gap) < 0.15,
        ),
        ReproductionCheck(
            "measured with the published code: relative error averaged over both sides",
            " and ".join(f"{each:.3f}" for each in PUBLISHED_CODE_ERRORS)
            + f", about {FREE_SIDE_ERROR} for the free side",
            f"with the stop {error_with_stop_mean:.3f}, {2 * error_with_stop_mean:.2f} for the free side",
            bool(abs(error_with_stop_mean - np.mean(PUBLISHED_CODE_ERRORS)) < 0.03),
        ),
        ReproductionCheck(
            "the same error without the stop, on held-out battles",
            f"at most {FREE_SIDE_ERROR} for each side",
            f"victors {means[best][0]:.2f}, vanquished {means[best][1]:.2f} ({best} law)",
            float(means[best].max()) <= FREE_SIDE_ERROR,
        ),
        ReproductionCheck(
            "a law predicts better than a constant fraction of each side",
            "a smaller error by a tenth or more",
            f"smaller by {100 * gain:.0f}%",
            gain >= 0.1,
        ),
        ReproductionCheck(
            "the choice tells linear and square law on data that they themselves made",
            "the right law gets more than 0.9",
            f"{confusion_matrix[0, 0]:.2f} and {confusion_matrix[1, 1]:.2f}",
            bool(min(confusion_matrix[0, 0], confusion_matrix[1, 1]) > 0.9),
        ),
        ReproductionCheck(
            "the choice tells logarithmic law and fatigue apart, likewise",
            "the right law gets more than 0.9",
            f"{confusion_matrix[2, 2]:.2f} and {confusion_matrix[3, 3]:.2f}",
            bool(min(confusion_matrix[2, 2], confusion_matrix[3, 3]) > 0.9),
        ),
    )


def build_law_shares_table(law_shares: Mapping[str, np.ndarray]) -> ResultTable:
    """The share of each law by period and distance."""
    kinds = ("stops at the recorded losses", "a drawn time", "a drawn time, by summaries")
    rows = [
        (period, kind, *(f"{share:.2f}" for share in shares[n]))
        for period, shares in law_shares.items()
        for n, kind in enumerate(kinds)
    ]
    return ResultTable(
        "shares",
        "Share of each law among the nearest 1% of draws",
        ("period", "a battle ends after", *CLOSED_FORM_LAWS),
        rows,
    )


def build_errors_table(
    errors: Mapping[tuple[str, str], np.ndarray], means: Mapping[str, np.ndarray], periods: list[str]
) -> ResultTable:
    """The relative errors on held-out battles by law and side."""
    rows = [
        (law, side, *(f"{errors[period, law][n]:.2f}" for period in periods), f"{means[law][n]:.2f}")
        for law in (*CLOSED_FORM_LAWS, "constant")
        for n, side in enumerate(("victors", "vanquished"))
    ]
    return ResultTable(
        "errors", "Mean relative error on battles held out by tenths", ("law", "side", *periods, "all"), rows
    )


def build_law_confusion_table(confusion_matrix: np.ndarray) -> ResultTable:
    """The share of each law on data made by each law."""
    rows = [
        (law, *(f"{share:.2f}" for share in row)) for law, row in zip(CLOSED_FORM_LAWS, confusion_matrix, strict=True)
    ]
    return ResultTable(
        "confusion", "Share of each law (column) on data made by a law (row)", ("made by", *CLOSED_FORM_LAWS), rows
    )


def load(root: Path) -> dict[str, HistoricalBattles]:
    """Read the four periods."""
    battles = {}
    for file, period in PERIODS.items():
        path = root / FOLDER / file
        rows = read_rows(path, CSV_COLUMNS, delimiter=";")
        x0, x_lost, y0, y_lost = (np.array(parse_column(path, rows, column, 1)) for column in CSV_COLUMNS)
        battles[period] = HistoricalBattles(x0, y0, x_lost / x0, y_lost / y0)
    return battles


def validate(data: dict[str, HistoricalBattles], settings: ValidationSettings) -> ValidationResult:
    """Simulate every law in every period and compare the draws with the data."""
    units = list(product(data, CLOSED_FORM_LAWS))
    simulate_unit = partial(simulate_draws, data, settings.seed, settings.scale_count(DRAWS_PER_LAW))
    draws = settings.progress(map_with_workers(simulate_unit, units, settings.workers), len(units), TITLE)
    return analyse_law_draws(TITLE, data, dict(zip(units, draws, strict=True)), settings)
