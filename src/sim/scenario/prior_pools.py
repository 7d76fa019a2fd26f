"""Pools of battles as priors: a scenario names one (`prior_pool: NAME`), and what others taught moves its priors.

A pool is a file of `scenarios/pools/`, written by `sim pool`. It holds a normal distribution of the unknowns that
several battles share, in standard deviations of the prior of whatever scenario takes them: from all its battles, and
from all but each of them. A scenario that is one of them takes the one without its own record.
"""

import hashlib
import json
from collections.abc import Container
from functools import cache
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from sim import paths
from sim.regular_files import read_regular_file
from sim.scenario.model import Scenario
from sim.scenario.prior_correlations import (
    PriorCorrelation,
    compute_correlations,
    fill_correlations,
    list_rounded_below_diagonal,
    round_decimals,
)
from sim.scenario.priors import Fixed, Pooled
from sim.scenario.problems import Problem, name_nearest
from sim.types import Id, StrictModel, Text

FOLDER = "pools"
MAX_BYTES = 10_000_000  # more than a pool of fifty battles takes
NONE_LEFT_OUT = ""  # the key of what all battles say together


def find_left_out(scenario: str, battles: Container[str]) -> str:
    """The battle that is left out of a pool for a scenario: itself, if it is in there."""
    return scenario if scenario in battles else NONE_LEFT_OUT


class PoolTeacher(StrictModel):
    """A battle that taught, as it was calibrated."""

    title: Text
    scenario_digest: str
    posterior_digest: str


class PooledMoments(StrictModel):
    """Means and standard deviations of the unknowns, and their correlations below the diagonal, row by row."""

    means: tuple[float, ...]
    sds: tuple[Annotated[float, Field(gt=0)], ...]
    below_diagonal: tuple[tuple[Annotated[float, Field(ge=-1, le=1)], ...], ...]

    def compute_covariance(self) -> np.ndarray:
        """The covariance of the unknowns, shape (parameters, parameters)."""
        covariance: np.ndarray = fill_correlations(self.below_diagonal) * np.outer(self.sds, self.sds)
        return covariance


class PriorPool(StrictModel):
    """What calibrated battles say of a battle that taught nothing."""

    title: Text
    law: Id  # under which they were calibrated
    battles: Annotated[dict[Id, PoolTeacher], Field(min_length=2)]
    results_digest: str  # of the draws of `sim pool`
    parameters: Annotated[tuple[Id, ...], Field(min_length=1)]
    moments: dict[str, PooledMoments]  # by the battle that is left out
    digest: str = ""  # of all the others

    @model_validator(mode="after")
    def check_shape(self) -> "PriorPool":
        """Refuse moments of other battles or of other unknowns than are named."""
        if set(self.moments) != {NONE_LEFT_OUT, *self.battles}:
            raise ValueError("wants moments of all battles, and without each of them")
        n = len(self.parameters)
        for each in self.moments.values():
            if [len(each.means), len(each.sds)] != [n, n] or [*map(len, each.below_diagonal)] != list(range(1, n)):
                raise ValueError(f"wants moments of {n} unknowns")
        return self

    def compute_digest(self) -> str:
        """SHA-256 of everything but itself, which shows a change by hand."""
        return hashlib.sha256(json.dumps(self.model_dump(exclude={"digest"})).encode()).hexdigest()

    def seal(self) -> "PriorPool":
        """The same with its digest."""
        return self.model_copy(update={"digest": self.compute_digest()})


def list_pools() -> list[str]:
    """The names of the pools that there are."""
    return sorted(path.stem for path in (paths.scenario_folder() / FOLDER).glob("*.json"))


@cache
def load_pool(name: str) -> PriorPool:
    """The pool of a name; raise OSError or ValueError for one that can't be read, or is not as it was written."""
    pool = PriorPool.model_validate_json(
        read_regular_file(paths.scenario_folder() / FOLDER / f"{name}.json", MAX_BYTES)
    )
    if pool.digest != pool.compute_digest():
        raise ValueError("its content is not what its digest says")
    return pool


def find_pool_problems(scenario: Scenario) -> list[Problem]:
    """What is wrong with the pool that a scenario names: there is none, it is damaged, or it says nothing of its
    unknowns.
    """
    name = scenario.prior_pool
    if name is None:
        return []
    if name not in (known := list_pools()):
        message = name_nearest("unknown pool", name, known)
        return [Problem(("prior_pool",), message, name, ", ".join(known) or "none: there are no pools")]
    try:
        pool = load_pool(name)
    except (OSError, ValueError):
        advice = f"{FOLDER}/{name}.json as `sim pool priors={name}` wrote it"
        return [Problem(("prior_pool",), "the pool is damaged", name, advice)]
    if not list_moved(scenario, pool):
        return [Problem(("prior_pool",), "says nothing of the unknowns of this scenario", name)]
    return []


def list_moved(scenario: Scenario, pool: PriorPool) -> list[str]:
    """The unknowns of a scenario that a pool says something of."""
    return [
        name for name in pool.parameters if name in scenario.priors and not isinstance(scenario.priors[name], Fixed)
    ]


def move_priors(scenario: Scenario, pool: PriorPool) -> Scenario:
    """The scenario with the priors that a pool leaves of its own.

    Priors that vary together with one that is moved, and that the pool says nothing of, move with it. With C the
    correlations of a scenario's own priors, and m and V the pool's mean and covariance of some of them (s), the rest
    (r) given these stays as it was:

        B = C_rs C_ss^-1,    mean_r = B m,    cov_rs = B V,    cov_rr = C_rr - B C_sr + B V B^T.

    Parameters
    ----------
    scenario
        With its own priors.
    pool
        Says something of one of them at least.

    Returns
    -------
    Scenario
        The same battle; each moved prior keeps its own inside.

    Examples
    --------
    >>> import sim
    >>> names = ("killing_rate_amber", "amber_host")
    >>> moments = PooledMoments(means=(0.5, 0.0), sds=(0.8, 1.0), below_diagonal=((0.0,),))
    >>> teachers = {name: PoolTeacher(title=name, scenario_digest="", posterior_digest="") for name in ("mill", "ford")}
    >>> pool = PriorPool(title="two battles", law="helmbold", battles=teachers, results_digest="", parameters=names,
    ...     moments={"": moments, "mill": moments, "ford": moments})
    >>> scenario = sim.load("teaching")
    >>> before, after = scenario.priors["killing_rate_amber"], move_priors(scenario, pool).priors["killing_rate_amber"]
    >>> before.quantile(0.5) < after.quantile(0.5)
    True
    """
    moments = pool.moments[find_left_out(scenario.name, pool.battles)]
    named = list_moved(scenario, pool)
    groups = [group for group in scenario.prior_correlations if not set(named).isdisjoint(group.priors)]
    carried = [name for group in groups for name in group.priors if name not in named and name in scenario.priors]
    names = [*named, *dict.fromkeys(carried)]
    rows = [pool.parameters.index(name) for name in named]
    means, covariance = carry_moments(
        compute_correlations(groups, names),
        np.array(moments.means)[rows],
        moments.compute_covariance()[np.ix_(rows, rows)],
    )
    sds = np.sqrt(np.diag(covariance))
    matrix = covariance / np.outer(sds, sds)
    reason = f"the scenario's own, moved by what the reports of other battles taught: {pool.title}"
    moved = {}
    for name, mean, sd in zip(names, round_decimals(means).tolist(), round_decimals(sds).tolist(), strict=True):
        own = scenario.priors[name]
        moved[name] = Pooled(distribution="pooled", own=own, mean=mean, sd=sd, unit=own.unit, reason=reason)
    correlations = [group for group in scenario.prior_correlations if group not in groups]
    if len(names) > 1:
        below_diagonal = list_rounded_below_diagonal(matrix)
        correlations.append(PriorCorrelation(reason=reason, priors=tuple(names), below_diagonal=below_diagonal))
    return scenario.model_copy(
        update={"priors": scenario.priors | moved, "prior_correlations": tuple(correlations)},
    )


def carry_moments(own: np.ndarray, means: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of all unknowns, given those of the first ones and the correlations of all before."""
    n = len(means)
    slopes = np.linalg.solve(own[:n, :n], own[:n, n:]).T  # B
    across = slopes @ covariance
    rest = own[n:, n:] - slopes @ own[:n, n:] + across @ slopes.T
    return np.concatenate([means, slopes @ means]), np.block([[covariance, across.T], [across, rest]])
