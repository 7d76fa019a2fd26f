"""How many a source reports for each one that there was: the factors of all battles, before and after their reports."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.inference.pooled_battles import CalibratedBattle

LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class SourceFactor:
    """The factor by which some sources of a battle multiply the losses of a side.

    Parameters
    ----------
    battle
        The name of the scenario.
    parameter
        The name of the prior.
    side
        The short name of the side whose people are counted.
    sources
        The names of the sources that have this factor.
    prior, posterior
        The 5%, 50% and 95% quantiles: reported for each one that there was.
    """

    battle: str
    parameter: str
    side: str
    sources: tuple[str, ...]
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]


def list_source_factors(battles: Sequence[CalibratedBattle]) -> list[SourceFactor]:
    """The factors of counts of people of every battle, in the order of its sources.

    Parameters
    ----------
    battles
        Calibrated; the record tells ratios between factors better than the factors themselves.

    Returns
    -------
    list of SourceFactor
        Those that some scored claim bears on.
    """
    return [factor for battle in battles for factor in list_factors_of_battle(battle)]


def list_factors_of_battle(battle: CalibratedBattle) -> list[SourceFactor]:
    """The factors of one battle."""
    model = battle.scenario.source_model
    if model is None:
        return []
    sources: dict[tuple[str, str], list[str]] = {}
    for id, error_model in model.sources.items():
        for side, counts in error_model.sides.items():
            sources.setdefault((counts.bias, side), []).append(battle.scenario.sources[id].name)
    posterior = battle.posterior
    factors = []
    for (parameter, side), names in sources.items():
        if parameter not in posterior.priors:
            continue
        prior = posterior.priors[parameter]
        values = posterior.parameter_values[:, posterior.parameter_names.index(parameter)]
        low, middle, high = np.quantile(values, LEVELS).tolist()
        factors.append(
            SourceFactor(
                battle.scenario.name,
                parameter,
                battle.scenario.sides[side].short_name,
                tuple(dict.fromkeys(names)),
                (prior.quantile(LEVELS[0]), prior.quantile(LEVELS[1]), prior.quantile(LEVELS[2])),
                (low, middle, high),
            )
        )
    return factors
