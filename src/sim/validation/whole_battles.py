"""Four laws for whole battles: fractions of both sides lost when a drawn time is over, in closed form.

With n = (x0 + y0) / 2 the reference, all four agree at equal strengths. X loses at `rate` an hour of a typical battle,
Y at `rate * ratio`; the battle's length is `length` times the typical one. Nothing is told of the recorded losses.
"""

import numpy as np
from scipy.special import expi

STEPS = 20.0  # ASSUMPTION: the steps that the source's fatigue counts in a typical battle: it loses 10% by 1/200 each
LAWS = ("linear", "square", "logarithmic", "fatigue")


def lost(
    law: str, x0: np.ndarray, y0: np.ndarray, rate: np.ndarray, ratio: np.ndarray, length: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fractions of X and Y lost. Sources: Lanchester1916, Peterson1967, RubioCampillo2016."""
    if law == "linear":
        return by_linear(x0, y0, rate * length, ratio)
    if law == "square":
        return by_square(x0, y0, rate * length, ratio)
    spent = rate * (tired(length) if law == "fatigue" else length)
    return -np.expm1(-spent), -np.expm1(-spent * ratio)


def tired(length: np.ndarray) -> np.ndarray:
    """The time that counts under fatigue: the integral of 1 / ln(e + s), scaled so that a typical battle counts 1."""
    whole = expi(np.log(np.e + STEPS)) - expi(1.0)
    found: np.ndarray = (expi(np.log(np.e + STEPS * length)) - expi(1.0)) / whole
    return found


def by_linear(x0: np.ndarray, y0: np.ndarray, spent: np.ndarray, ratio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x' = -b x y / n, y' = -a x y / n for a time 1, b = spent, a = ratio * spent."""
    reference = (x0 + y0) / 2
    a, b = ratio * spent / reference, spent / reference
    d = a * x0 - b * y0
    d = np.where(np.abs(d) < 1e-9, 1e-9, d)
    fade = np.exp(-np.clip(np.abs(d), 0, 600))
    # Written with exp(-|d|), which can't overflow; the stronger side's form for each sign of d.
    x = np.where(d > 0, d / (a * x0 - b * y0 * fade), -d * fade / (b * y0 - a * x0 * fade))
    y = np.where(d > 0, d * fade / (a * x0 - b * y0 * fade), -d / (b * y0 - a * x0 * fade))
    return 1 - x, 1 - y


def by_square(x0: np.ndarray, y0: np.ndarray, spent: np.ndarray, ratio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x' = -b y, y' = -a x for a time 1, b = spent, a = ratio * spent; nobody falls when a side is gone."""
    root = np.sqrt(ratio)
    turn = np.clip(spent * root, 0, 300)
    grow, sink = np.cosh(turn), np.sinh(turn)
    x = x0 * grow - y0 / root * sink
    y = y0 * grow - x0 * root * sink
    x_left = np.sqrt(np.maximum(x0 * x0 - y0 * y0 / ratio, 0.0))
    y_left = np.sqrt(np.maximum(y0 * y0 - x0 * x0 * ratio, 0.0))
    x, y = np.where(y > 0, x, x_left), np.where(x > 0, y, y_left)  # after a side is gone, what was left then
    return 1 - np.maximum(x, 0.0) / x0, 1 - np.maximum(y, 0.0) / y0


def stopped(
    law: str, x0: np.ndarray, y0: np.ndarray, x_lost: np.ndarray, y_lost: np.ndarray, ratio: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fractions lost if the battle stops as soon as one side has lost what is recorded of it: its losses are given.

    The time cancels out, so that the logarithmic law and fatigue give the same. Source: RubioCampillo2016.
    """
    if law == "linear":
        forth, back = x_lost * x0 * ratio / y0, y_lost * y0 / ratio / x0
    elif law == "square":
        forth = 1 - np.sqrt(np.maximum(1 - ratio * (x0 / y0) ** 2 * (1 - (1 - x_lost) ** 2), 0.0))
        back = 1 - np.sqrt(np.maximum(1 - (y0 / x0) ** 2 / ratio * (1 - (1 - y_lost) ** 2), 0.0))
    else:
        forth, back = 1 - (1 - x_lost) ** ratio, 1 - (1 - y_lost) ** (1 / ratio)
    x_first = forth <= y_lost
    return np.where(x_first, x_lost, back), np.where(x_first, forth, y_lost)
