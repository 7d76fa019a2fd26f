"""Closed forms of duels, written without the laws: deterministic strengths and chances of victory."""

from fractions import Fraction
from math import atan, atanh, cosh, exp, log, sinh, sqrt, tan, tanh

import numpy as np
from scipy import special, stats


def square(x0, y0, a, b, t):
    """x' = -b y, y' = -a x."""
    lam = sqrt(a * b)
    x = x0 * cosh(lam * t) - sqrt(b / a) * y0 * sinh(lam * t)
    return x, y0 * cosh(lam * t) - sqrt(a / b) * x0 * sinh(lam * t)


def square_ends(x0, y0, a, b):
    """When Y is gone, and what is left of X."""
    return atanh(y0 / x0 * sqrt(b / a)) / sqrt(a * b), sqrt(x0 * x0 - b / a * y0 * y0)


def square_reaches(x0, y0, a, b, share):
    """When Y is down to a share of its start."""
    slope = sqrt(a / b) * x0 / y0
    u = (share - sqrt(share * share - (1 - slope * slope))) / (1 - slope)
    return log(u) / sqrt(a * b)


def linear(x0, y0, a, b, t):
    """x' = -b x y, y' = -a x y."""
    d = a * x0 - b * y0
    if d == 0:
        return x0 / (1 + a * x0 * t), y0 / (1 + b * y0 * t)
    return x0 * d / (a * x0 - b * y0 * exp(-d * t)), y0 * d / (a * x0 * exp(d * t) - b * y0)


def mixed(x0, y0, a, b, t):
    """x' = -b y, y' = -a x y: Y lies hidden."""
    k = a / 2 * x0 * x0 - b * y0
    kap = sqrt(abs(2 * k / a))
    if k > 0:
        x = kap / tanh(a * kap * t / 2 + atanh(kap / x0))
    elif k < 0:
        x = kap * tan(atan(x0 / kap) - a * kap * t / 2)
    else:
        x = x0 / (1 + a * x0 * t / 2)
    return x, (a / 2 * x * x - k) / b


def logarithmic(x0, y0, a, b, t):
    """x' = -b x, y' = -a y."""
    return x0 * exp(-b * t), y0 * exp(-a * t)


def fatigue_time(t, tiring_hours):
    """Fatigue time: the integral of 1 / ln(e + s / u) ds from 0 to t."""
    return tiring_hours * (special.expi(np.log(np.e + np.asarray(t) / tiring_hours)) - special.expi(1.0))


def fatigue(x0, y0, a, b, t, tiring_hours):
    """x' = -b x / ln(e + t / u), y' = -a y / ln(e + t / u)."""
    return logarithmic(x0, y0, a, b, float(fatigue_time(t, tiring_hours)))


def power_invariant(x, y, a, b, q, p):
    """The invariant of x' = -b x^q y^p, y' = -a y^q x^p."""
    k = 1 + p - q
    return a * log(x) - b * log(y) if k == 0 else a * x**k - b * y**k


def race_probability(rates_x, rates_y) -> Fraction:
    """The chance that a sum of exponential times with `rates_y` is over before one with `rates_x`: Y broke first.

    The rates of X must differ from one another.
    """
    total = Fraction(0)
    for r in rates_x:
        term = Fraction(1)
        for other in rates_x:
            if other != r:
                term *= Fraction(other) / (Fraction(other) - Fraction(r))
        for s in rates_y:
            term *= Fraction(s) / (Fraction(s) + Fraction(r))
        total += term
    return total


def win_probability(x0, y0, a, b, slope, xb=0, yb=0):
    """The chance that X wins if Y loses a i^p j^q and X loses b j^p i^q, slope = p - q a whole number."""
    a, b = Fraction(a), Fraction(b)
    if slope == 0:
        pi = float(a / (a + b))
        return float(stats.binom.sf(y0 - yb - 1, x0 - xb + y0 - yb - 1, pi))
    xs = [b / Fraction(i) ** slope for i in range(xb + 1, x0 + 1)]
    ys = [a / Fraction(j) ** slope for j in range(yb + 1, y0 + 1)]
    return float(race_probability(xs, ys))


def mixed_win_probability(x0, y0, a, b):
    """The same if Y lies hidden: X loses b j, Y loses a i j."""
    a, b = Fraction(a), Fraction(b)
    return float(race_probability([b / i for i in range(1, x0 + 1)], [a] * y0))


def square_normal(x0, y0, a, b):
    """The normal approximation of the chance that X wins by the square law."""
    i, j = np.arange(1, x0 + 1), np.arange(1, y0 + 1)
    gap = i.sum() / b - j.sum() / a
    return float(stats.norm.cdf(gap / sqrt((i**2).sum() / b**2 + (j**2).sum() / a**2)))


def bomb_deaths(attempts, reach, mean, size, most):
    """Distribution of the deaths of so many bombs, each on target by a chance, then negative binomial."""
    one = reach * stats.nbinom.pmf(np.arange(most + 1), size, size / (size + mean))
    one[0] += 1 - reach
    total = np.array([1.0])
    for _ in range(attempts):
        total = np.convolve(total, one)[: most + 1]
    return total
