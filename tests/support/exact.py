"""The exact answer of a duel: the Markov chain of two strengths, worked out state by state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from support.duel import Sample

RARE = 1e-6  # how often a correct program fails one check
SIGMAS = float(stats.norm.isf(RARE / 2))  # 4.892
FEWEST = 5  # expected in a bin of a chi-square test

Rates = Callable[[int, int], tuple[float, float]]


@dataclass(frozen=True)
class Answer:
    """Chance that X wins, what is left of the winners by number, mean and deviation of the duration."""

    chance: float
    left_of_x: dict[int, float]
    left_of_y: dict[int, float]
    hours: float
    hours_sd: float
    first_is_y: float
    first_rate: float


def square(a: float, b: float) -> Rates:
    """Y loses a for each X, X loses b for each Y, an hour."""
    return lambda x, y: (a * x, b * y)


def linear(a: float, b: float) -> Rates:
    """Y loses a, X loses b for each pair of an X and a Y, an hour."""
    return lambda x, y: (a * x * y, b * x * y)


def logarithmic(a: float, b: float) -> Rates:
    """Y loses a for each Y, X loses b for each X, an hour."""
    return lambda x, y: (a * y, b * x)


def mixed(a: float, b: float) -> Rates:
    """Y, hidden, loses a for each pair; X, in the open, loses b for each Y, an hour."""
    return lambda x, y: (a * x * y, b * y)


def power(a: float, b: float, q: float, p: float) -> Rates:
    """Y loses a y^q x^p, X loses b x^q y^p, an hour."""
    return lambda x, y: (a * y**q * x**p, b * x**q * y**p)


def solve_duel(x0: int, y0: int, rates: Rates, x_breaks: int = 0, y_breaks: int = 0) -> Answer:
    """The duel until X has only `x_breaks` left or Y `y_breaks`; `rates` gives the losses an hour of Y and of X."""
    reached = {(x0, y0): 1.0}
    first, second = 0.0, 0.0
    moments: dict[tuple[int, int], tuple[float, float]] = {}
    states = [(x, y) for x in range(x0, x_breaks, -1) for y in range(y0, y_breaks, -1)]
    for x, y in states:
        of_y, of_x = rates(x, y)
        here = reached.get((x, y), 0.0)
        for state, rate in (((x, y - 1), of_y), ((x - 1, y), of_x)):
            reached[state] = reached.get(state, 0.0) + here * rate / (of_y + of_x)
    for x, y in reversed(states):
        of_y, of_x = rates(x, y)
        total = of_y + of_x
        after_y, after_x = moments.get((x, y - 1), (0.0, 0.0)), moments.get((x - 1, y), (0.0, 0.0))
        after = [(of_y * after_y[k] + of_x * after_x[k]) / total for k in range(2)]
        moments[(x, y)] = (1 / total + after[0], 2 / total**2 + 2 * after[0] / total + after[1])
    first, second = moments[(x0, y0)]
    left_of_x = {x: reached[(x, y_breaks)] for x in range(x_breaks + 1, x0 + 1)}
    left_of_y = {y: reached[(x_breaks, y)] for y in range(y_breaks + 1, y0 + 1)}
    of_y, of_x = rates(x0, y0)
    return Answer(
        chance=sum(left_of_x.values()),
        left_of_x=left_of_x,
        left_of_y=left_of_y,
        hours=first,
        hours_sd=float(np.sqrt(second - first**2)),
        first_is_y=of_y / (of_y + of_x),
        first_rate=of_y + of_x,
    )


def mixture(x0: int, y0: int, rates: Rates, weights: Mapping[tuple[int, int], float]) -> Answer:
    """The duel with drawn break points: the average over pairs of what X and Y have left when they break."""
    parts = [(weight, solve_duel(x0, y0, rates, *breaks)) for breaks, weight in weights.items() if weight > 0.0]
    first = sum(weight * part.hours for weight, part in parts)
    second = sum(weight * (part.hours_sd**2 + part.hours**2) for weight, part in parts)
    left_of_x = {x: sum(w * part.left_of_x.get(x, 0.0) for w, part in parts) for x in range(1, x0 + 1)}
    left_of_y = {y: sum(w * part.left_of_y.get(y, 0.0) for w, part in parts) for y in range(1, y0 + 1)}
    return replace(
        parts[0][1],
        chance=sum(left_of_x.values()),
        left_of_x=left_of_x,
        left_of_y=left_of_y,
        hours=first,
        hours_sd=float(np.sqrt(second - first**2)),
    )


def distribute_break_points(start: int, median: float, sigma: float, most: float) -> dict[int, float]:
    """How many are left when a side breaks whose fraction lost is lognormal, cut at `most`, with its chances."""
    steps = np.arange(1, int(np.ceil(most * start)) + 1)
    below = stats.lognorm.cdf(steps / start, sigma, scale=median)
    below[-1] = 1.0
    return dict(zip((start - steps).tolist(), np.diff(below, prepend=0.0).tolist(), strict=True))


@dataclass(frozen=True)
class Check:
    """One comparison of a sample with an answer: what it should be, what it is, and how far off it may be."""

    quantity: str
    exact: float
    seen: float
    bound: float
    holds: bool


def checks(sample: Sample, answer: Answer) -> list[Check]:
    """A sample of duels, X attacking, beside an answer; each check fails a right program once in 1/RARE."""
    n = len(sample)
    seen = [np.sum(sample.won & (sample.attackers == left)) for left in answer.left_of_x]
    seen += [np.sum(~sample.won & (sample.defenders == left)) for left in answer.left_of_y]
    expected = n * np.array([*answer.left_of_x.values(), *answer.left_of_y.values()])
    likely = chi_square_p_value(np.array(seen), expected) if sum(seen) == n else 0.0
    hours = SIGMAS * answer.hours_sd / np.sqrt(n)
    return [
        check_share("chance", answer.chance, sample.won.mean(), n),
        Check("survivors", 1.0, likely, 1.0 - RARE, likely >= RARE),
        Check("hours", answer.hours, sample.hours.mean(), hours, abs(sample.hours.mean() - answer.hours) <= hours),
        check_share("first loss", answer.first_is_y, sample.first_is_defender.mean(), n),
    ]


def check_share(quantity: str, chance: float, share: float, n: int) -> Check:
    """A share seen in n cases beside a chance."""
    return Check(quantity, chance, float(share), SIGMAS * np.sqrt(chance * (1 - chance) / n), agrees(share, chance, n))


def faults(sample: Sample, answer: Answer) -> list[str]:
    """What a sample of duels has against an answer."""
    return [check.quantity for check in checks(sample, answer) if not check.holds]


def agrees(share: float, chance: float, n: int) -> bool:
    """Whether a share seen in n cases may come from a chance."""
    return bool(abs(share - chance) <= SIGMAS * np.sqrt(chance * (1 - chance) / n))


def chi_square_p_value(seen: np.ndarray, expected: np.ndarray) -> float:
    """The chance of counts that lie as far from what is expected; rare bins are put together."""
    rare = expected < FEWEST
    seen = np.append(seen[~rare], seen[rare].sum())
    expected = np.append(expected[~rare], expected[rare].sum())
    if expected[-1] < FEWEST:  # too few even together: put them to the largest
        largest = int(np.argmax(expected[:-1]))
        seen[largest] += seen[-1]
        expected[largest] += expected[-1]
        seen, expected = seen[:-1], expected[:-1]
    distance = float(((seen - expected) ** 2 / expected).sum())
    return float(stats.chi2.sf(distance, len(seen) - 1))


def ks_bound(n: int) -> float:
    """How far an empirical distribution function of n draws lies from the true one but RARE of the time.

    The inequality of Dvoretzky, Kiefer and Wolfowitz with Massart's constant.
    """
    return float(np.sqrt(np.log(2 / RARE) / (2 * n)))


def ks_distance(draws: np.ndarray, cumulative: Callable[[np.ndarray], np.ndarray]) -> float:
    """The largest distance between the empirical distribution function and a continuous one."""
    x = np.sort(draws)
    n = len(x)
    below = cumulative(x)
    return float(max(np.max(np.arange(1, n + 1) / n - below), np.max(below - np.arange(n) / n)))
