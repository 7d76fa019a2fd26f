"""A pool of battles as Arrow tables, and its draws read again for one scenario."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from sim.battle.supplied_draws import SuppliedDraws
from sim.inference.pooled_battles import BattlePool, supply_pooled_draws
from sim.inference.pooling import PooledPosterior
from sim.scenario.model import Scenario
from sim.scenario.prior_correlations import list_below_diagonal
from sim.scenario.prior_pools import NONE_LEFT_OUT, PooledMoments, PoolTeacher, PriorPool, find_left_out
from sim.storage.manifest import PoolManifest
from sim.storage.reader import StoredOutput

DECIMALS = 6  # of what a file of priors holds
N_LEADING = 3  # parameters that an observation is named after


def build_pool_tables(pool: BattlePool) -> dict[str, pa.Table]:
    """Every table by name."""
    return {
        "draws": build_draws_table(pool),
        "pooled_parameters": pa.Table.from_pylist(list(iter_parameter_rows(pool))),
        "evidence": build_evidence_table(pool),
    }


def build_draws_table(pool: BattlePool) -> pa.Table:
    """A row for each draw, with all battles and with each left out: a column for each parameter."""
    n_draws = len(pool.draws[NONE_LEFT_OUT])
    stacked = np.concatenate(list(pool.draws.values()))
    columns: dict[str, Any] = {
        "left_out": np.repeat(list(pool.draws), n_draws),
        "draw": np.tile(np.arange(n_draws), len(pool.draws)),
    }
    return pa.table(columns | {f"z_{name}": stacked[:, n] for n, name in enumerate(pool.parameters)})


def build_prior_pool(pool: BattlePool, title: str, law: str, results_digest: str) -> PriorPool:
    """A pool as scenarios take it for their priors: the mixture over rho by its mean and covariance."""
    teachers = {
        name: PoolTeacher(
            title=each.scenario.title,
            scenario_digest=each.posterior.metadata.scenario_digest,
            posterior_digest=each.posterior.digest,
        )
        for name, each in pool.battles.items()
    }
    return PriorPool(
        title=title,
        law=law,
        battles=teachers,
        results_digest=results_digest,
        parameters=pool.parameters,
        moments={left_out: summarize_moments(posterior) for left_out, posterior in pool.posteriors.items()},
    )


def summarize_moments(posterior: PooledPosterior) -> PooledMoments:
    """Means, standard deviations and correlations of a pooled posterior."""
    matrix = np.round(posterior.covariance / np.outer(posterior.sd, posterior.sd), DECIMALS)
    return PooledMoments(
        means=tuple(np.round(posterior.mean, DECIMALS).tolist()),
        sds=tuple(np.round(posterior.sd, DECIMALS).tolist()),
        below_diagonal=list_below_diagonal(matrix),
    )


def iter_parameter_rows(pool: BattlePool) -> Iterator[dict[str, Any]]:
    """A row for each parameter and left-out battle."""
    for left_out, posterior in pool.posteriors.items():
        for n, name in enumerate(pool.parameters):
            yield {
                "parameter": name,
                "left_out": left_out,
                "n_battles": pool.count_battles(name, left_out),
                "mean": float(posterior.mean[n]),
                "sd": float(posterior.sd[n]),
            }


def build_evidence_table(pool: BattlePool) -> pa.Table:
    """A row for each observation, the most exact of each battle first; none for a battle that taught nothing."""
    schema = pa.schema(
        [("battle", pa.string()), ("value", pa.float64()), ("variance", pa.float64()), ("leading", pa.string())]
    )
    rows = []
    for battle, evidence in pool.evidence.items():
        for n in np.argsort(evidence.variances):
            order = np.argsort(-np.abs(evidence.directions[n]))[:N_LEADING]
            leading = ", ".join(pool.parameters[k] for k in order if abs(evidence.directions[n, k]) > 0.1)
            value, variance = float(evidence.values[n]), float(evidence.variances[n])
            rows.append({"battle": battle, "value": value, "variance": variance, "leading": leading})
    return pa.Table.from_pylist(rows, schema=schema)


def read_pooled_draws(output: StoredOutput, scenario: Scenario) -> SuppliedDraws:
    """The draws of a stored pool for a scenario: from all its battles, but from the others if it is one of them.

    Raises
    ------
    StoredError
        It is no pool, or its table can't be read.
    """
    manifest = output.require(PoolManifest)
    left_out = find_left_out(scenario.name, manifest.battles)
    table = output.read_table("draws", filters=[("left_out", "=", left_out)])
    teachers = tuple(facts.title for name, facts in manifest.battles.items() if name != left_out)
    normals = {name: table[f"z_{name}"].to_numpy() for name in manifest.parameters}
    return supply_pooled_draws(scenario, normals, manifest.results_digest, teachers)
