"""A duel and its exact answer: the Markov chain of two strengths, worked out state by state.

A duel is one assault on two places without cover, lines, weather or fatigue. The sharpest test of a rate is the losses
that it lets expect along each duel, beside those simulated. The number who fell less the rate integrated over the time
is a martingale, whatever the law, with the expected number who fell as its variance (the theorem of Doob and Meyer). So
a rate that is off by a share d is seen with n people fallen if d * sqrt(n) lies well above the bound.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from sim.battle.simulation import ExecutionMode, Simulation
from sim.events.log import AssaultEnding, EventKind
from sim.scenario.model import Scenario
from sim.scenario.rule_parameters import LAW_PREFIX
from support.battles import CALM, attack, fixed, number, teaching_data, untold, validated

PLACES = ("village", "camp")
FORCES = {"vanguard": "camp", "outpost": "village"}
HUGE = 1e6


def make_duel(
    attackers: float,
    defenders: float,
    attackers_kill: float,
    defenders_kill: float,
    *,
    attack_breaks: float = 1.0,
    defence_breaks: float = 1.0,
    fatigue: float = 0.0,
    reference: float = 1.0,
    days: int = 4,
    **more: float,
) -> Scenario:
    """Two sides in one assault; the killing rates are an hour's, the break points shares that are lost.

    `more` are other priors by name.
    """
    data = untold(teaching_data()) | {"readings": {}, "weather": {}, "equipment": {}, "ends": f"2001-06-{days:02d}"}
    data["places"] = {place: data["places"][place] for place in PLACES}
    data["roads"] = {"village_camp": data["roads"]["village_camp"]}
    data["objective"] = {"side": "teal", "place": "village"}
    data["headline_outputs"] = data["headline_outputs"][1:]
    terrain = {"cover": number(0), "max_engaged": number(HUGE), "depth_km": number(1), "blocks": 4}
    data["terrains"]["houses"] |= terrain
    data["forces"] = {
        force: data["forces"][force] | {"strength": number(people), "equipment": {}, "receives_replacements": False}
        for force, people in (("vanguard", attackers), ("outpost", defenders))
    }
    data["orders"] = {"assault": attack("amber", "village", "vanguard", hour=1)}
    priors = CALM | {
        "reference_strength": reference,
        "assault_hours": HUGE,
        "muster_hours": 0,
        "fatigue_per_hour": fatigue,
        "reserve_at_share": 0,
        "killing_rate_amber": 24 * attackers_kill,
        "killing_rate_teal": 24 * defenders_kill,
        "break_attack_median": attack_breaks,
        "break_defend_median": defence_breaks,
        **more,
    }
    data["priors"] |= {name: fixed(value) for name, value in priors.items()}
    return validated(data)


@dataclass(frozen=True)
class Sample:
    """Outcomes of many duels: who won, how many were left, how long it took, when the first one fell (inf: nobody)."""

    attackers: np.ndarray
    defenders: np.ndarray
    hours: np.ndarray
    first: np.ndarray
    first_is_defender: np.ndarray
    won: np.ndarray  # by the attackers
    falls: tuple[tuple[np.ndarray, np.ndarray], ...]  # hours after the beginning, and whether a defender fell

    def __len__(self) -> int:
        return len(self.hours)


def simulate_duel(
    scenario: Scenario,
    runs: int,
    law: str = "square",
    seed: int = 1,
    form: ExecutionMode = "plain",
    **parameters: float,
) -> Sample:
    """Simulate a duel many times by the whole battle model; `parameters` are those of the law."""
    law_parameters = {LAW_PREFIX + name: value for name, value in parameters.items()}
    stage = Simulation(scenario, law=law, execution_mode=form, parameters=law_parameters)
    vanguard, outpost = (sorted(scenario.forces).index(force) for force in FORCES)
    outcomes, falls_by_duel = [], []
    for replication in range(runs):
        run = stage.run(seed, replication)
        log = run.log
        (opened,) = log["time"][log["event"] == EventKind.ASSAULT]
        (ended,) = log[log["event"] == EventKind.ENDED]
        falls = log[(log["event"] == EventKind.KILLED) | (log["event"] == EventKind.WOUNDED)]
        lost = [int((falls["force"] == force).sum()) for force in (vanguard, outpost)]
        first = falls["time"][0] - opened if len(falls) else np.inf
        of_defender = len(falls) > 0 and falls["force"][0] == outpost
        won = ended["code"] in (AssaultEnding.TAKEN, AssaultEnding.DEFENCE_BROKE)
        outcomes.append((*lost, ended["time"] - opened, first, of_defender, won))
        falls_by_duel.append((falls["time"] - opened, falls["force"] == outpost))
    lost_attackers, lost_defenders, *rest = (np.array(column) for column in zip(*outcomes, strict=True))
    initial = [force["initial_strength"] for force in run.forces]
    return Sample(initial[vanguard] - lost_attackers, initial[outpost] - lost_defenders, *rest, tuple(falls_by_duel))


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


Losses = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]  # of X and Y, people an hour


def compute_excess(
    sample: Sample,
    start: tuple[int, int],
    losses: Losses,
    clock: Callable[[np.ndarray], np.ndarray] = lambda hours: hours,
) -> tuple[float, float]:
    """How many standard deviations more of X and of Y fell than the rates let expect; `clock` is their time scale.

    `losses` are the rates of X, who attacks, and of Y for arrays of strengths.
    """
    fell, expected = np.zeros(2), np.zeros(2)
    for (times, of_defender), hours in zip(sample.falls, sample.hours, strict=True):
        x = start[0] - np.concatenate([[0], np.cumsum(~of_defender)])
        y = start[1] - np.concatenate([[0], np.cumsum(of_defender)])
        spans = np.diff(clock(np.concatenate([[0.0], times, [hours]])))
        rates = losses(x, y)
        expected += [float(rate @ spans) for rate in rates]
        fell += [float((~of_defender).sum()), float(of_defender.sum())]
    return tuple(((fell - expected) / np.sqrt(expected)).tolist())
