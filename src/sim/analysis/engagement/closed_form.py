"""The engagement in closed form, by Helmbold's law with break points and a rout.

With fractions left X and Y, x' = -b x (y/x)^(s/2) and y' = -a y (x/y)^(s/2). The powers P = X^(s/2) and Q = Y^(s/2)
then obey P' = -(s/2) B Q and Q' = -(s/2) A P, so that A (1 - P^2) = B (1 - Q^2) at every moment. Hence, whoever wins,
(1 - (1 - F_D)^s) / (1 - (1 - F_A)^s) = A / B = v r^s, where F_A and F_D are the fractions lost at the end of the
fight: who breaks first decides when it ends, and this ratio how much the other has lost by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from sim.battle.rules.assault_draws import MAX_BREAK_POINT

N_NORMALS = 5  # standard normal numbers that an engagement takes


@dataclass(frozen=True)
class EngagementOutcomes:
    """Simulated engagements: whether the attacker won, fractions lost with the rout, and days of fighting."""

    won: np.ndarray
    attackers_lost: np.ndarray
    defenders_lost: np.ndarray
    days: np.ndarray


def compute_power_loss(fraction_lost: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    """1 - (1 - F)^s of a fraction lost."""
    return np.asarray(-np.expm1(exponent * np.log1p(-fraction_lost)))


def invert_power_loss(power_loss: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    """The fraction lost that has this power loss."""
    return np.asarray(-np.expm1(np.log1p(-power_loss) / exponent))


def compute_scaled_duration(
    attacker_power_loss: np.ndarray, defender_power_loss: np.ndarray, exponent: np.ndarray
) -> np.ndarray:
    """The length of the fight times sqrt(A B): as P sqrt(g) + Q falls as exp(-(s/2) sqrt(A B) t)."""
    root = np.sqrt(defender_power_loss / attacker_power_loss)
    left = root * np.sqrt(1 - attacker_power_loss) + np.sqrt(1 - defender_power_loss)
    return np.asarray(2 / exponent * np.log((1 + root) / left))


def compute_engagements(
    parameters: Mapping[str, np.ndarray], log_ratio: np.ndarray, log_size: np.ndarray, normals: np.ndarray
) -> EngagementOutcomes:
    """Engagements from standard normal numbers: of the power, both break points, the rout and the intensity.

    Parameters
    ----------
    parameters : Mapping[str, np.ndarray]
        By name, as in `parameters.PARAMETERS`; of any shape that goes with the ratio.
    log_ratio : np.ndarray
        Logarithm of attackers for each defender.
    log_size : np.ndarray
        Logarithm of the geometric mean of both strengths over the reference size.
    normals : np.ndarray
        Shape (N_NORMALS, ...).

    Returns
    -------
    EngagementOutcomes
    """
    power, attack, defend, rout, intensity = normals
    exponent = parameters["law_ratio_exponent"]
    attacker_break = np.exp(
        np.log(parameters["break_attack_median"])
        - parameters["break_odds_exponent"] * log_ratio
        + parameters["break_attack_sigma"] * attack
    )
    defender_break = parameters["break_defend_median"] * np.exp(parameters["break_defend_sigma"] * defend)
    attacker_limit = compute_power_loss(np.minimum(attacker_break, MAX_BREAK_POINT), exponent)
    defender_limit = compute_power_loss(np.minimum(defender_break, MAX_BREAK_POINT), exponent)
    log_power = parameters["combat_power_mean"] + parameters["combat_power_sigma"] * power
    loss_ratio = np.exp(log_power + exponent * log_ratio)
    won = defender_limit < loss_ratio * attacker_limit
    attacker_loss = np.where(won, defender_limit / loss_ratio, attacker_limit)
    defender_loss = np.where(won, defender_limit, attacker_limit * loss_ratio)
    sigma = parameters["intensity_sigma"]
    log_rate = np.log(parameters["killing_rate"]) - parameters["size_exponent"] * log_size
    log_rate = log_rate - sigma**2 / 2 + sigma * intensity
    days = compute_scaled_duration(attacker_loss, defender_loss, exponent) / np.exp(log_rate)
    median = parameters["rout_loss_median"]
    rout_loss = expit(np.log(median / (1 - median)) + parameters["rout_loss_sigma"] * rout)
    attackers_lost = invert_power_loss(attacker_loss, exponent)
    defenders_lost = invert_power_loss(defender_loss, exponent)
    return EngagementOutcomes(
        won,
        np.where(won, attackers_lost, attackers_lost + (1 - attackers_lost) * rout_loss),
        np.where(won, defenders_lost + (1 - defenders_lost) * rout_loss, defenders_lost),
        days,
    )
