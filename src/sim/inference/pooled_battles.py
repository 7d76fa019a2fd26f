"""Several calibrated battles pooled: with all of them, and with each left out, for that battle itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.battle.supplied_draws import SuppliedDraws
from sim.inference.pooling import (
    BattleEvidence,
    PooledPosterior,
    average_correlations,
    expand_directions,
    extract_evidence,
    list_shared_parameters,
    pool_evidence,
)
from sim.inference.posterior import Posterior
from sim.likelihood.observation_model import build_observation_model
from sim.random_streams import make_generator
from sim.scenario.model import Scenario
from sim.scenario.prior_correlations import compute_correlations
from sim.scenario.prior_pools import NONE_LEFT_OUT
from sim.scenario.rule_parameters import LAW_PREFIX, RULE_PARAMETERS


@dataclass(frozen=True, eq=False)
class CalibratedBattle:
    """A scenario as it was calibrated, and its posterior."""

    scenario: Scenario
    posterior: Posterior

    def list_candidates(self) -> list[str]:
        """Its unknowns that another battle may have too: of the rules and of how sources report, nobody's own."""
        model = build_observation_model(self.scenario, self.scenario.hours_since_start(self.scenario.horizon))
        reporting = set(model.parameter_names)
        return [
            name
            for name in self.posterior.parameter_names
            if name in RULE_PARAMETERS or name.startswith(LAW_PREFIX) or name in reporting
        ]

    def extract_evidence(self, names: Sequence[str], correlations: np.ndarray) -> BattleEvidence:
        """What its claims say of some of its unknowns, which have these correlations under its prior."""
        columns = [self.posterior.parameter_names.index(name) for name in names]
        normals = self.posterior.parameter_normals[:, columns]
        return extract_evidence(self.scenario.name, normals, correlations, self.posterior.ess)


@dataclass(frozen=True, eq=False)
class BattlePool:
    """Calibrated battles pooled.

    Parameters
    ----------
    battles
        By the names of their scenarios.
    parameters
        The unknowns that two of them or more have.
    evidence
        What each battle says of them.
    posteriors
        Of a battle that taught nothing: from all (`NONE_LEFT_OUT`), and from all but the one named.
    draws
        Draws of each, standard normal under the prior of whatever scenario takes them, shape (draws, parameters).
    """

    battles: Mapping[str, CalibratedBattle]
    parameters: tuple[str, ...]
    evidence: Mapping[str, BattleEvidence]
    posteriors: Mapping[str, PooledPosterior]
    draws: Mapping[str, np.ndarray]

    def count_battles(self, parameter: str, left_out: str = NONE_LEFT_OUT) -> int:
        """How many battles have an unknown, but for the one that is left out."""
        return sum(
            parameter in each.posterior.parameter_names for name, each in self.battles.items() if name != left_out
        )

    def find_scenario(self, parameter: str) -> Scenario:
        """The first battle that has an unknown: its names stand behind the ids in it."""
        return next(each.scenario for each in self.battles.values() if parameter in each.posterior.parameter_names)


def pool_battles(battles: Sequence[CalibratedBattle], n_draws: int, seed: int) -> BattlePool:
    """Pool calibrated battles, all of them and with each left out.

    Parameters
    ----------
    battles
        Of different scenarios, under one law.
    n_draws
        How many draws of each.
    seed
        Of the draws.

    Returns
    -------
    BattlePool
        The draws of a left-out battle hold nothing of its record.
    """
    candidates = {each.scenario.name: each.list_candidates() for each in battles}
    everything = list(dict.fromkeys(name for own in candidates.values() for name in own))
    parameters = list_shared_parameters(candidates, everything)
    matrices, evidence = {}, {}
    for each in battles:
        name = each.scenario.name
        own_names = [parameter for parameter in parameters if parameter in candidates[name]]
        matrices[name] = own_names, compute_correlations(each.scenario.prior_correlations, own_names)
        evidence[name] = expand_directions(each.extract_evidence(*matrices[name]), own_names, parameters)
    correlations = average_correlations(list(matrices.values()), parameters)
    posteriors, draws = {}, {}
    for left_out in (NONE_LEFT_OUT, *evidence):
        posteriors[left_out] = pool_evidence(
            [each for name, each in evidence.items() if name != left_out], correlations
        )
        draws[left_out] = posteriors[left_out].sample(n_draws, make_generator(f"pool without {left_out}", seed))
    return BattlePool({each.scenario.name: each for each in battles}, parameters, evidence, posteriors, draws)


def supply_pooled_draws(
    scenario: Scenario, normals: Mapping[str, np.ndarray], digest: str = "", teachers: tuple[str, ...] = ()
) -> SuppliedDraws:
    """Draws of a pool in the units of a scenario's own priors.

    Parameters
    ----------
    scenario
        The battle, which has some of the unknowns.
    normals
        By unknown, standard normal numbers under the prior of whatever scenario takes them, shape (draws,) each.
    digest, teachers
        Of the pool, and the titles of the battles that taught.

    Returns
    -------
    SuppliedDraws
        Of the unknowns that the battle has.
    """
    priors = {name: scenario.priors[name] for name in normals if name in scenario.priors}
    stacked = np.empty((len(next(iter(normals.values()))), len(priors)))
    values = np.empty_like(stacked)
    for n, (name, prior) in enumerate(priors.items()):
        stacked[:, n] = normals[name]
        values[:, n] = prior.transform_normals(stacked[:, n])
    return SuppliedDraws(priors, values, stacked, None, digest, "pooled from other battles", 0.0, teachers)
