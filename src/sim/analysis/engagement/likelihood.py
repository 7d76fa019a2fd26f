"""The likelihood of recorded engagements: who won, what fractions both lost, how long it took, given the odds.

The loser's recorded fraction F holds his break point b and what the rout took of those left: F = b + (1 - b) rho, so
b is integrated out; the logit of rho is normal. A draw is censored: neither side had reached its break point.
"""

from collections.abc import Mapping

import numpy as np
from scipy.special import expit, log_ndtr, logsumexp

from sim.analysis.engagement.closed_form import compute_power_loss, compute_scaled_duration
from sim.analysis.engagement.record import RecordedEngagements
from sim.battle.rules.assault_draws import MAX_BREAK_POINT

HALF_LOG_TAU = 0.5 * np.log(2 * np.pi)
ATTACKER, DEFENDER = 0, 1
SIDES = ("attack", "defend")
# The loser's break point is c * expit(t), c being the most that it can be: its logarithm and that of the rout's share
# are both near linear in t where they are small, so that the trapezium rule of this step is exact to some six digits.
QUADRATURE_STEP = 0.5
QUADRATURE_POINTS = np.arange(-10.0, 14.01, QUADRATURE_STEP)
QUADRATURE_LOG_WEIGHTS = np.log(QUADRATURE_STEP * expit(QUADRATURE_POINTS) * expit(-QUADRATURE_POINTS))


def compute_log_likelihoods(parameters: Mapping[str, np.ndarray], data: RecordedEngagements) -> np.ndarray:
    """The logarithm of the likelihood of each battle.

    Parameters
    ----------
    parameters : Mapping[str, np.ndarray]
        By name, as in `parameters.PARAMETERS`: numbers, or one for each battle.
    data : RecordedEngagements
        The battles.

    Returns
    -------
    np.ndarray
        The density is that of the fractions lost and of the logarithm of the days. Where these are only bounded it is
        a probability, and a draw's is up to a constant, as nothing says what ends a fight that neither side breaks off.
    """
    n = len(data)
    columns = {name: np.broadcast_to(value, n) for name, value in parameters.items()}
    result = np.empty(n)
    for outcome, winner in ((1, ATTACKER), (-1, DEFENDER), (0, None)):
        mask = data.won == outcome
        if not mask.any():
            continue
        chosen, battles = {name: value[mask] for name, value in columns.items()}, data.select(mask)
        result[mask] = (
            compute_draw_log_likelihoods(chosen, battles)
            if winner is None
            else compute_victory_log_likelihoods(chosen, battles, winner)
        )
    return result


def compute_normal_log_density(z: np.ndarray) -> np.ndarray:
    """Logarithm of the standard normal density."""
    return np.asarray(-0.5 * z * z - HALF_LOG_TAU)


def compute_break_terms(
    parameters: Mapping[str, np.ndarray], log_ratio: np.ndarray, side: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the logarithm of a side's break point."""
    mean = np.log(parameters[f"break_{SIDES[side]}_median"])
    if side == ATTACKER:
        mean = mean - parameters["break_odds_exponent"] * log_ratio
    return mean, parameters[f"break_{SIDES[side]}_sigma"]


def compute_survival_log_probability(
    parameters: Mapping[str, np.ndarray], data: RecordedEngagements, side: int
) -> np.ndarray:
    """The probability that a side's break point lies beyond what it lost."""
    lost = (data.attackers_lost, data.defenders_lost)[side]
    mean, sigma = compute_break_terms(parameters, data.log_ratio, side)
    return np.where(lost < MAX_BREAK_POINT, log_ndtr((mean - np.log(lost)) / sigma), -np.inf)


def compute_ratio_log_density(
    parameters: Mapping[str, np.ndarray],
    log_ratio: np.ndarray,
    losses: tuple[np.ndarray, np.ndarray],
    fraction: np.ndarray,
    side: int,
) -> np.ndarray:
    """The density of the fraction that one side lost, given the other's.

    The logarithm of the ratio of power losses is normal; the Jacobian is s (1 - F)^(s - 1) / (1 - (1 - F)^s).
    """
    s, tau = parameters["law_ratio_exponent"], parameters["combat_power_sigma"]
    mean = parameters["combat_power_mean"] + s * log_ratio
    z = (np.log(losses[DEFENDER]) - np.log(losses[ATTACKER]) - mean) / tau
    log_jacobian = np.log(s) + (s - 1) * np.log1p(-fraction) - np.log(losses[side])
    return np.asarray(compute_normal_log_density(z) - np.log(tau) + log_jacobian)


def compute_duration_log_density(
    parameters: Mapping[str, np.ndarray], data: RecordedEngagements, losses: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """The density of the logarithm of the days, or the probability of their bounds; all arrays are columns of rows."""
    sigma = parameters["intensity_sigma"]
    scaled = compute_scaled_duration(*losses, parameters["law_ratio_exponent"])
    log_rate = np.log(parameters["killing_rate"]) - parameters["size_exponent"] * data.log_size[:, None]
    mean = np.log(scaled) - log_rate + sigma**2 / 2
    shortest, longest = data.shortest_days[:, None], data.longest_days[:, None]
    low, high = (np.log(shortest) - mean) / sigma, (np.log(longest) - mean) / sigma
    # By symmetry, the difference of two probabilities is taken in the tail where both are small.
    above = log_ndtr(np.where(low > 0, -low, high))
    below = log_ndtr(np.where(low > 0, -high, low))
    interval = above + np.log1p(-np.exp(np.minimum(below - above, -1e-12)))
    density = np.where(shortest == longest, compute_normal_log_density(high) - np.log(sigma), interval)
    return np.where(np.isnan(longest), 0.0, density)


def compute_draw_log_likelihoods(parameters: Mapping[str, np.ndarray], data: RecordedEngagements) -> np.ndarray:
    """Draws: the ratio of losses is seen, and that both break points lie beyond them."""
    columns = {name: value[:, None] for name, value in parameters.items()}
    fractions = data.attackers_lost[:, None], data.defenders_lost[:, None]
    attackers_loss, defenders_loss = (compute_power_loss(each, columns["law_ratio_exponent"]) for each in fractions)
    losses = attackers_loss, defenders_loss
    of_ratio = compute_ratio_log_density(columns, data.log_ratio[:, None], losses, fractions[ATTACKER], ATTACKER)
    of_days = compute_duration_log_density(columns, data, losses)
    survival = sum(compute_survival_log_probability(parameters, data, side) for side in (ATTACKER, DEFENDER))
    return np.asarray((of_ratio + of_days)[:, 0] + survival)


def compute_victory_log_likelihoods(
    parameters: Mapping[str, np.ndarray], data: RecordedEngagements, winner: int
) -> np.ndarray:
    """Battles that one side won: the loser's break point is integrated out, the winner's was not reached."""
    loser = 1 - winner
    columns = {name: value[:, None] for name, value in parameters.items()}
    fractions = data.attackers_lost[:, None], data.defenders_lost[:, None]
    break_points, of_loser = compute_loser_terms(columns, data.log_ratio[:, None], fractions[loser], loser)
    s = columns["law_ratio_exponent"]
    loss_by_side = {
        winner: compute_power_loss(fractions[winner], s),
        loser: compute_power_loss(break_points, s),
    }
    losses = loss_by_side[ATTACKER], loss_by_side[DEFENDER]
    of_ratio = compute_ratio_log_density(columns, data.log_ratio[:, None], losses, fractions[winner], winner)
    of_days = compute_duration_log_density(columns, data, losses)
    survival = compute_survival_log_probability(parameters, data, winner)
    return np.asarray(logsumexp(of_loser + of_ratio + of_days, axis=1) + survival)


def compute_loser_terms(
    columns: Mapping[str, np.ndarray], log_ratio: np.ndarray, lost: np.ndarray, side: int
) -> tuple[np.ndarray, np.ndarray]:
    """The loser's possible break points, and the logarithm of the weight of each times the density of the rout.

    The last point stands for all break points beyond the highest, which count only where more than that was lost.
    """
    ceiling = np.minimum(lost, MAX_BREAK_POINT)
    points = np.append(expit(QUADRATURE_POINTS), 1.0)
    break_points = np.minimum(ceiling * points, MAX_BREAK_POINT)
    beyond = (lost - ceiling) + ceiling * np.append(expit(-QUADRATURE_POINTS), 0.0)  # F - b, without cancellation
    mean, sigma = compute_break_terms(columns, log_ratio, side)
    z = (np.log(break_points) - mean) / sigma
    of_break = compute_normal_log_density(z) - np.log(sigma) - np.log(break_points) + np.log(ceiling)
    of_break = of_break + np.append(QUADRATURE_LOG_WEIGHTS, 0.0)
    of_break[:, -1] = np.where(lost > MAX_BREAK_POINT, log_ndtr(-z[:, -1:]), -np.inf)[:, 0]
    median, spread = columns["rout_loss_median"], columns["rout_loss_sigma"]
    with np.errstate(divide="ignore", invalid="ignore"):
        # rho = (F - b) / (1 - b), so that d logit(rho) / dF = (1 - b) / ((F - b) (1 - F))
        log_odds = np.log(beyond) - np.log1p(-lost)
        of_rout = compute_normal_log_density((log_odds - np.log(median / (1 - median))) / spread) - np.log(spread)
        of_rout = np.where(beyond > 0, of_rout + np.log1p(-break_points) - np.log(beyond) - np.log1p(-lost), -np.inf)
    return break_points, of_break + of_rout
