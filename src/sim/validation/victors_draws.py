"""Draws of four laws for the 1,079 battles: what each simulates, how far it lies off, what held-out battles say."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from sim.validation import rejection
from sim.validation.chance import normals, uniforms
from sim.validation.whole_battles import lost, stopped

CHUNK = 250
KEPT = 0.01  # the share of all draws that counts as near
FOLDS = 10


@dataclass(frozen=True)
class Battles:
    """Strengths and fractions lost of victors (X) and vanquished (Y)."""

    x0: np.ndarray
    y0: np.ndarray
    x_lost: np.ndarray
    y_lost: np.ndarray

    def of(self, chosen: np.ndarray) -> "Battles":
        """Some of the battles."""
        return Battles(self.x0[chosen], self.y0[chosen], self.x_lost[chosen], self.y_lost[chosen])


@dataclass(frozen=True)
class Draws:
    """What draws from one law's prior come to for one period: rows are draws."""

    errors: np.ndarray  # (draws, sides, folds): sums of relative errors
    with_stop: np.ndarray  # (draws, sides): mean relative errors if the battle stops at the recorded losses
    summaries: np.ndarray


def prior(name: str, seed: int, draws: np.ndarray) -> tuple[np.ndarray, ...]:
    """Rate, spread of lengths, typical ratio, spread of ratios; columns of shape (draws, 1).

    ASSUMPTION: rate 0.01 to 1 and ratio 0.3 to 10 of any order of magnitude, spreads of the logarithm 0 to 1.2.
    """
    u = uniforms(f"{name}:prior", seed, draws, 4)
    columns = (0.01 * 100 ** u[:, 0], 1.2 * u[:, 1], 0.3 * (10 / 0.3) ** u[:, 2], 1.2 * u[:, 3])
    return tuple(column[:, None] for column in columns)


def simulated(
    battles: Battles, name: str, law: str, seed: int, draws: np.ndarray, stop: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Fractions lost in each battle by each draw, shape (draws, battles)."""
    rate, length_spread, ratio, ratio_spread = prior(name, seed, draws)
    z = normals(f"{name}:battles", seed, draws, 2 * len(battles.x0))
    lengths = np.exp(length_spread * z[:, ::2])
    ratios = ratio * np.exp(ratio_spread * z[:, 1::2])
    if stop:
        return stopped(law, battles.x0, battles.y0, battles.x_lost, battles.y_lost, ratios)
    return lost(law, battles.x0, battles.y0, rate, ratios, lengths)


def summarised(battles: Battles, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean, spread and skewness of the logarithm of both fractions, their correlation, slopes on the force ratio."""
    ratio = np.log(battles.x0 / battles.y0)
    ratio = (ratio - ratio.mean()) / ratio.var()
    logs = [np.log(np.clip(side, 1e-5, 1.0)) for side in (x, y)]
    centred = [log - log.mean(axis=-1, keepdims=True) for log in logs]
    spreads = [np.maximum(side.std(axis=-1), 1e-9) for side in centred]
    both = (centred[0] * centred[1]).mean(axis=-1) / (spreads[0] * spreads[1])
    found = [log.mean(axis=-1) for log in logs] + spreads + [both]
    found += [(side * ratio).mean(axis=-1) for side in centred]
    found += [(side**3).mean(axis=-1) / spread**3 for side, spread in zip(centred, spreads, strict=True)]
    return np.stack(found, axis=-1)


def relative(x: np.ndarray, y: np.ndarray, battles: Battles) -> np.ndarray:
    """Relative errors, the sides on the first axis."""
    return np.stack([np.abs(x / battles.x_lost - 1), np.abs(y / battles.y_lost - 1)])


def draw_all(data: dict[str, Battles], seed: int, count: int, unit: tuple[str, str]) -> Draws:
    """Every draw of one law for one period."""
    period, law = unit
    battles, name = data[period], f"victors:{period}:{law}"
    folds = folds_of(period, seed, len(battles.x0))
    member = np.eye(FOLDS)[folds]
    errors, with_stop, summaries = [], [], []
    for start in range(0, count, CHUNK):
        draws = np.arange(start, min(start + CHUNK, count))
        x, y = simulated(battles, name, law, seed, draws)
        errors.append((relative(x, y, battles) @ member).transpose(1, 0, 2))
        summaries.append(summarised(battles, x, y))
        given = simulated(battles, name, law, seed, draws, stop=True)
        with_stop.append(relative(*given, battles).mean(axis=-1).T)
    return Draws(*(np.concatenate(parts) for parts in (errors, with_stop, summaries)))


def folds_of(period: str, seed: int, count: int) -> np.ndarray:
    """The tenth that each battle is held out with."""
    order = np.argsort(uniforms(f"victors:{period}:folds", seed, [0], count)[0])
    found = np.empty(count, dtype=int)
    found[order] = np.arange(count) % FOLDS
    return found


def held_out(battles: Battles, period: str, law: str, seed: int, errors: np.ndarray) -> np.ndarray:
    """Mean relative error of both sides where each battle is predicted by the draws that fit the others best."""
    folds = folds_of(period, seed, len(battles.x0))
    total = errors.sum(axis=1)
    found = np.zeros((2, len(battles.x0)))
    for fold in range(FOLDS):
        kept = rejection.nearest(total.sum(axis=1) - total[:, fold], KEPT)
        x, y = simulated(battles, f"victors:{period}:{law}", law, seed, kept)
        out = folds == fold
        found[:, out] = relative(np.median(x, axis=0), np.median(y, axis=0), battles)[:, out]
    means: np.ndarray = found.mean(axis=1)
    return means


def constant_share(battles: Battles, period: str, seed: int) -> np.ndarray:
    """The same for the simplest rival: each side always loses the fraction that errs least on the other battles."""
    folds = folds_of(period, seed, len(battles.x0))
    found = np.zeros((2, len(battles.x0)))
    for fold, (side, fractions) in product(range(FOLDS), enumerate((battles.x_lost, battles.y_lost))):
        seen, out = fractions[folds != fold], folds == fold
        candidates = np.quantile(seen, np.linspace(0.02, 0.98, 97))
        best = min(candidates, key=lambda share: float(np.abs(share / seen - 1).mean()))
        found[side, out] = np.abs(best / fractions[out] - 1)
    means: np.ndarray = found.mean(axis=1)
    return means
