"""The exact answer of a duel: the Markov chain of two strengths, worked out state by state."""

from collections.abc import Callable
from dataclasses import dataclass

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


def exact(x0: int, y0: int, rates: Rates, x_breaks: int = 0, y_breaks: int = 0) -> Answer:
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


def faults(sample: Sample, answer: Answer, x_breaks: int = 0, y_breaks: int = 0) -> list[str]:
    """What a sample of duels, X attacking, has against an answer; each check fails a right program once in 1/RARE."""
    n = len(sample)
    won = sample.defenders <= y_breaks
    found = []
    if not agrees(won.mean(), answer.chance, n):
        found.append("chance")
    seen = [np.sum(won & (sample.attackers == left)) for left in answer.left_of_x]
    seen += [np.sum(~won & (sample.defenders == left)) for left in answer.left_of_y]
    expected = n * np.array([*answer.left_of_x.values(), *answer.left_of_y.values()])
    if sum(seen) != n or chi_square_chance(np.array(seen), expected) < RARE:
        found.append("survivors")
    if abs(sample.hours.mean() - answer.hours) > SIGMAS * answer.hours_sd / np.sqrt(n):
        found.append("hours")
    if not agrees(sample.first_is_defender.mean(), answer.first_is_y, n):
        found.append("first loss")
    return found


def agrees(share: float, chance: float, n: int) -> bool:
    """Whether a share seen in n cases may come from a chance."""
    return bool(abs(share - chance) <= SIGMAS * np.sqrt(chance * (1 - chance) / n))


def chi_square_chance(seen: np.ndarray, expected: np.ndarray) -> float:
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


def distance_bound(n: int) -> float:
    """How far an empirical distribution function of n draws lies from the true one but RARE of the time.

    The inequality of Dvoretzky, Kiefer and Wolfowitz with Massart's constant.
    """
    return float(np.sqrt(np.log(2 / RARE) / (2 * n)))


def distance(draws: np.ndarray, cumulative: Callable[[np.ndarray], np.ndarray]) -> float:
    """The largest distance between the empirical distribution function and a continuous one."""
    x = np.sort(draws)
    n = len(x)
    below = cumulative(x)
    return float(max(np.max(np.arange(1, n + 1) / n - below), np.max(below - np.arange(n) / n)))
