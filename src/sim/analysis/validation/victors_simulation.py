"""1,079 battles under four closed-form attrition laws: draws from the priors, rejection ABC and cross-validation.

Sources: Lanchester1916, Peterson1967, RubioCampillo2016, Robert2011.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import expi, ndtri

from sim import random_streams

CLOSED_FORM_LAWS = ("linear", "square", "logarithmic", "fatigue")
# ASSUMPTION: steps of the source's fatigue in a typical battle, which has 10% losses, 1/200 in each step.
FATIGUE_STEPS = 20.0
DRAWS_PER_CHUNK = 250
NEAREST_SHARE = 0.01  # the share of all draws that counts as near
N_FOLDS = 10


def draw_uniforms(name: str, seed: int, draws: Sequence[int] | np.ndarray, n: int) -> np.ndarray:
    """Uniform numbers in (0, 1), a row for each draw: from the random stream of that name and draw."""
    salts = np.asarray(draws, dtype=np.uint64)
    bits = random_streams.random_bits(
        np.full(len(salts), random_streams.stream_key(name), dtype=np.uint64), seed, 0, salts, n
    )
    result: np.ndarray = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return result


def draw_normals(name: str, seed: int, draws: Sequence[int] | np.ndarray, n: int) -> np.ndarray:
    """Standard normal numbers, likewise."""
    result: np.ndarray = ndtri(draw_uniforms(name, seed, draws, n))
    return result


def select_nearest(distances: np.ndarray, share: float) -> np.ndarray:
    """The indices of the nearest share of all draws, the nearest first; ties in their order."""
    count = max(1, round(share * len(distances)))
    result: np.ndarray = np.argsort(distances, kind="stable")[:count]
    return result


def compute_model_shares(labels: np.ndarray, selected: np.ndarray, models: int) -> np.ndarray:
    """The share of each model among the selected draws: its probability, if all were equally likely before."""
    result: np.ndarray = np.bincount(labels[selected], minlength=models) / len(selected)
    return result


def compute_distances(summaries: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Distances of rows of summaries from one, each column scaled by its median absolute deviation."""
    scale = np.median(np.abs(summaries - np.median(summaries, axis=0)), axis=0)
    result: np.ndarray = np.sqrt((((summaries - observed) / np.maximum(scale, 1e-12)) ** 2).sum(axis=1))
    return result


def estimate_confusion_matrix(
    summaries: np.ndarray, labels: np.ndarray, trials: np.ndarray, share: float, models: int
) -> np.ndarray:
    """The mean share of each model (column) when a trial draw of some model (row) is taken for the observed data.

    Without this test a choice between models by summaries can't be trusted. Source: Robert2011.
    """
    matrix = np.zeros((models, models))
    for trial in trials:
        trial_distances = compute_distances(summaries, summaries[trial])
        trial_distances[trial] = np.inf
        matrix[labels[trial]] += compute_model_shares(labels, select_nearest(trial_distances, share), models)
    matrix /= np.maximum(np.bincount(labels[trials], minlength=models), 1)[:, None]
    return matrix


def compute_losses(
    law: str, x0: np.ndarray, y0: np.ndarray, rate: np.ndarray, ratio: np.ndarray, length: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fractions of X and Y lost. Sources: Lanchester1916, Peterson1967, RubioCampillo2016.

    By the logarithmic law x' = -b x, y' = -a y with a = ratio * b, and by fatigue the same in fatigue time.
    """
    if law == "linear":
        return solve_linear_law(x0, y0, rate * length, ratio)
    if law == "square":
        return solve_square_law(x0, y0, rate * length, ratio)
    exposure = rate * (compute_fatigue_time(length) if law == "fatigue" else length)
    return -np.expm1(-exposure), -np.expm1(-exposure * ratio)


def compute_fatigue_time(length: np.ndarray) -> np.ndarray:
    """Fatigue time: the integral of 1 / ln(e + s) ds, scaled so that a typical battle has length 1."""
    typical_time = expi(np.log(math.e + FATIGUE_STEPS)) - expi(1.0)
    result: np.ndarray = (expi(np.log(math.e + FATIGUE_STEPS * length)) - expi(1.0)) / typical_time
    return result


def solve_linear_law(
    x0: np.ndarray, y0: np.ndarray, exposure: np.ndarray, ratio: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The law x' = -b x y / n, y' = -a x y / n for a time 1; b = exposure, a = ratio * exposure, n mean strength."""
    reference = (x0 + y0) / 2
    a, b = ratio * exposure / reference, exposure / reference
    d = a * x0 - b * y0
    d = np.where(np.abs(d) < 1e-9, 1e-9, d)
    decay = np.exp(-np.clip(np.abs(d), 0, 600))
    # Written with exp(-|d|), which can't overflow; the stronger side's form for each sign of d.
    x = np.where(d > 0, d / (a * x0 - b * y0 * decay), -d * decay / (b * y0 - a * x0 * decay))
    y = np.where(d > 0, d * decay / (a * x0 - b * y0 * decay), -d / (b * y0 - a * x0 * decay))
    return 1 - x, 1 - y


def solve_square_law(
    x0: np.ndarray, y0: np.ndarray, exposure: np.ndarray, ratio: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The law x' = -b y, y' = -a x for a time 1, until a side is gone; b = exposure, a = ratio * exposure."""
    root = np.sqrt(ratio)
    angle = np.clip(exposure * root, 0, 300)
    cosh, sinh = np.cosh(angle), np.sinh(angle)
    x = x0 * cosh - y0 / root * sinh
    y = y0 * cosh - x0 * root * sinh
    x_left = np.sqrt(np.maximum(x0 * x0 - y0 * y0 / ratio, 0.0))
    y_left = np.sqrt(np.maximum(y0 * y0 - x0 * x0 * ratio, 0.0))
    x, y = np.where(y > 0, x, x_left), np.where(x > 0, y, y_left)  # once a side is gone, the other stays
    return 1 - np.maximum(x, 0.0) / x0, 1 - np.maximum(y, 0.0) / y0


def compute_losses_until_stop(
    law: str, x0: np.ndarray, y0: np.ndarray, x_lost: np.ndarray, y_lost: np.ndarray, ratio: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fractions lost if the battle stops as soon as one side has lost as many as recorded.

    The time cancels out, so that the logarithmic law and fatigue are one model. Source: RubioCampillo2016.
    """
    if law == "linear":
        y_loss_if_x_stops, x_loss_if_y_stops = x_lost * x0 * ratio / y0, y_lost * y0 / ratio / x0
    elif law == "square":
        y_loss_if_x_stops = 1 - np.sqrt(np.maximum(1 - ratio * (x0 / y0) ** 2 * (1 - (1 - x_lost) ** 2), 0.0))
        x_loss_if_y_stops = 1 - np.sqrt(np.maximum(1 - (y0 / x0) ** 2 / ratio * (1 - (1 - y_lost) ** 2), 0.0))
    else:
        y_loss_if_x_stops, x_loss_if_y_stops = 1 - (1 - x_lost) ** ratio, 1 - (1 - y_lost) ** (1 / ratio)
    x_first = y_loss_if_x_stops <= y_lost
    return np.where(x_first, x_lost, x_loss_if_y_stops), np.where(x_first, y_loss_if_x_stops, y_lost)


@dataclass(frozen=True)
class HistoricalBattles:
    """Strengths and fractions lost of victors (X) and vanquished (Y)."""

    x0: np.ndarray
    y0: np.ndarray
    x_lost: np.ndarray
    y_lost: np.ndarray

    def select(self, mask: np.ndarray) -> "HistoricalBattles":
        """Some of the battles."""
        return HistoricalBattles(self.x0[mask], self.y0[mask], self.x_lost[mask], self.y_lost[mask])


@dataclass(frozen=True)
class LawDraws:
    """Draws from the prior of one law for one period, compared with its battles: rows are draws."""

    errors: np.ndarray  # (draws, sides, folds): sums of relative errors
    with_stop: np.ndarray  # (draws, sides): mean relative errors if battles stop at the recorded losses
    summaries: np.ndarray


def sample_law_prior(name: str, seed: int, draws: np.ndarray) -> tuple[np.ndarray, ...]:
    """Rate, spread of lengths, typical ratio, spread of ratios; columns of shape (draws, 1).

    ASSUMPTION: rate 0.01 to 1 and ratio 0.3 to 10 of any order of magnitude, spreads of the logarithm 0 to 1.2.
    """
    u = draw_uniforms(f"{name}:prior", seed, draws, 4)
    columns = (0.01 * 100 ** u[:, 0], 1.2 * u[:, 1], 0.3 * (10 / 0.3) ** u[:, 2], 1.2 * u[:, 3])
    return tuple(column[:, None] for column in columns)


def simulate_losses(
    battles: HistoricalBattles, name: str, law: str, seed: int, draws: np.ndarray, stop: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Fractions lost in each battle by each draw, shape (draws, battles)."""
    rate, length_spread, ratio, ratio_spread = sample_law_prior(name, seed, draws)
    z = draw_normals(f"{name}:battles", seed, draws, 2 * len(battles.x0))
    lengths = np.exp(length_spread * z[:, ::2])
    ratios = ratio * np.exp(ratio_spread * z[:, 1::2])
    if stop:
        return compute_losses_until_stop(law, battles.x0, battles.y0, battles.x_lost, battles.y_lost, ratios)
    return compute_losses(law, battles.x0, battles.y0, rate, ratios, lengths)


def compute_summaries(battles: HistoricalBattles, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean, spread and skewness of the logarithms of both fractions, their correlation, slopes on the force ratio."""
    ratio = np.log(battles.x0 / battles.y0)
    ratio = (ratio - ratio.mean()) / ratio.var()
    logs = [np.log(np.clip(side, 1e-5, 1.0)) for side in (x, y)]
    centred = [log - log.mean(axis=-1, keepdims=True) for log in logs]
    spreads = [np.maximum(side.std(axis=-1), 1e-9) for side in centred]
    correlation = (centred[0] * centred[1]).mean(axis=-1) / (spreads[0] * spreads[1])
    summaries = [log.mean(axis=-1) for log in logs] + spreads + [correlation]
    summaries += [(side * ratio).mean(axis=-1) for side in centred]
    summaries += [(side**3).mean(axis=-1) / spread**3 for side, spread in zip(centred, spreads, strict=True)]
    return np.stack(summaries, axis=-1)


def compute_relative_errors(x: np.ndarray, y: np.ndarray, battles: HistoricalBattles) -> np.ndarray:
    """Relative errors, the sides on the first axis."""
    return np.stack([np.abs(x / battles.x_lost - 1), np.abs(y / battles.y_lost - 1)])


def simulate_draws(data: dict[str, HistoricalBattles], seed: int, count: int, unit: tuple[str, str]) -> LawDraws:
    """Every draw of one law for one period."""
    period, law = unit
    battles, name = data[period], f"victors:{period}:{law}"
    folds = assign_folds(period, seed, len(battles.x0))
    fold_membership = np.eye(N_FOLDS)[folds]
    errors, with_stop, summaries = [], [], []
    for start in range(0, count, DRAWS_PER_CHUNK):
        draws = np.arange(start, min(start + DRAWS_PER_CHUNK, count))
        x, y = simulate_losses(battles, name, law, seed, draws)
        errors.append((compute_relative_errors(x, y, battles) @ fold_membership).transpose(1, 0, 2))
        summaries.append(compute_summaries(battles, x, y))
        losses_until_stop = simulate_losses(battles, name, law, seed, draws, stop=True)
        with_stop.append(compute_relative_errors(*losses_until_stop, battles).mean(axis=-1).T)
    return LawDraws(*(np.concatenate(parts) for parts in (errors, with_stop, summaries)))


def assign_folds(period: str, seed: int, count: int) -> np.ndarray:
    """The fold that each battle is held out with."""
    order = np.argsort(draw_uniforms(f"victors:{period}:folds", seed, [0], count)[0])
    folds = np.empty(count, dtype=int)
    folds[order] = np.arange(count) % N_FOLDS
    return folds


def cross_validate_law(battles: HistoricalBattles, period: str, law: str, seed: int, errors: np.ndarray) -> np.ndarray:
    """Mean relative error of both sides where each battle is predicted by the draws that fit the others best."""
    folds = assign_folds(period, seed, len(battles.x0))
    total = errors.sum(axis=1)
    errors_by_battle = np.zeros((2, len(battles.x0)))
    for fold in range(N_FOLDS):
        nearest_draws = select_nearest(total.sum(axis=1) - total[:, fold], NEAREST_SHARE)
        x, y = simulate_losses(battles, f"victors:{period}:{law}", law, seed, nearest_draws)
        is_held_out = folds == fold
        errors_by_battle[:, is_held_out] = compute_relative_errors(np.median(x, axis=0), np.median(y, axis=0), battles)[
            :, is_held_out
        ]
    means: np.ndarray = errors_by_battle.mean(axis=1)
    return means


def cross_validate_constant(battles: HistoricalBattles, period: str, seed: int) -> np.ndarray:
    """The same for a baseline: each side always loses the fraction that has the least error on the other battles."""
    folds = assign_folds(period, seed, len(battles.x0))
    errors_by_battle = np.zeros((2, len(battles.x0)))
    for fold, (side, fractions) in product(range(N_FOLDS), enumerate((battles.x_lost, battles.y_lost))):
        training, is_held_out = fractions[folds != fold], folds == fold
        candidates = np.quantile(training, np.linspace(0.02, 0.98, 97))
        best = min(candidates, key=lambda share: float(np.abs(share / training - 1).mean()))
        errors_by_battle[side, is_held_out] = np.abs(best / fractions[is_held_out] - 1)
    means: np.ndarray = errors_by_battle.mean(axis=1)
    return means
