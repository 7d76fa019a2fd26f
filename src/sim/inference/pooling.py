"""Pooled inference: what the posteriors of several battles say together of a battle that none of them is.

A battle's parameters are standard normal numbers z_b under the prior of its scenario, with correlations C. Part of that
prior's variance is common to all battles, part is each battle's own:

    z_b = sqrt(rho) m + sqrt(1 - rho) e_b,    m, e_b ~ N(0, C),    rho ~ Uniform(0, MAX_SHARED).

So each battle alone has the prior of its scenario, and a battle teaches others as much as rho lets it (a random-effects
model, Higgins2009; here with the share of variance as the unknown). Posteriors enter as normal likelihoods in those
directions of z in which they are narrower than chance explains; in all others nothing was learnt and nothing is
passed on. Given rho everything is normal, so that the posterior is exact: rho on a grid, the rest in closed form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from sim.random_streams import Generator

MAX_SHARED = 0.95  # of the prior's variance; at 1 all battles would have the same parameters
GRID_STEPS = 96
CHANCE_ERRORS = 3.0  # standard errors of a variance by which it may be smaller by chance
SMALLEST_VARIANCE = 1e-9


@dataclass(frozen=True, eq=False)
class BattleEvidence:
    """What one battle's claims say of the shared parameters, as independent normal observations y = G z + noise.

    Parameters
    ----------
    battle
        The name of its scenario.
    directions
        G, shape (observations, parameters), on the scale of standard normal numbers under the prior.
    values, variances
        y and the variance of its noise, shape (observations,).
    """

    battle: str
    directions: np.ndarray
    values: np.ndarray
    variances: np.ndarray


@dataclass(frozen=True, eq=False)
class PooledPosterior:
    """The shared parameters of a battle that taught nothing, given those that did.

    Parameters
    ----------
    battles
        Those that taught.
    shared
        Grid of rho, the share of the prior's variance that all battles have in common, shape (steps,).
    weights
        Posterior probability of each, shape (steps,).
    means
        Of the new battle's standard normal numbers given each rho, shape (steps, parameters).
    covariances
        The same, shape (steps, parameters, parameters).
    """

    battles: tuple[str, ...]
    shared: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Posterior mean of each parameter, in standard deviations of the prior."""
        mean: np.ndarray = self.weights @ self.means
        return mean

    @property
    def sd(self) -> np.ndarray:
        """Posterior standard deviation of each parameter, the prior's being 1."""
        variances = np.diagonal(self.covariances, axis1=1, axis2=2) + (self.means - self.mean) ** 2
        sd: np.ndarray = np.sqrt(self.weights @ variances)
        return sd

    @property
    def covariance(self) -> np.ndarray:
        """Posterior covariance of the parameters, shape (parameters, parameters), over all rho."""
        shifts = self.means - self.mean
        within = np.einsum("k,kij->ij", self.weights, self.covariances)
        covariance: np.ndarray = within + np.einsum("k,ki,kj->ij", self.weights, shifts, shifts)
        return covariance

    @property
    def movement(self) -> np.ndarray:
        """How far each parameter moved or narrowed, whichever is more, in standard deviations of the prior."""
        movement: np.ndarray = np.maximum(np.abs(self.mean), 1.0 - self.sd)
        return movement

    def compute_shared_quantiles(self, probabilities: Sequence[float]) -> list[float]:
        """Quantiles of rho."""
        cumulative = np.cumsum(self.weights)
        last = len(self.shared) - 1
        return [float(self.shared[min(int(np.searchsorted(cumulative, p)), last)]) for p in probabilities]

    def sample(self, n_draws: int, rng: Generator) -> np.ndarray:
        """Draws of the new battle's standard normal numbers, shape (n_draws, parameters)."""
        steps = rng.choice(len(self.shared), size=n_draws, p=self.weights)
        noise = rng.standard_normal((n_draws, self.means.shape[1]))
        draws = np.empty_like(noise)
        for step in np.unique(steps):
            chosen = steps == step
            factor = np.linalg.cholesky(self.covariances[step])
            draws[chosen] = self.means[step] + noise[chosen] @ factor.T
        return draws


def extract_evidence(battle: str, draws: np.ndarray, correlations: np.ndarray, ess: float) -> BattleEvidence:
    """The directions in which draws of a posterior are narrower than chance explains, as normal observations.

    Looked at are the parameters whose own variance fell by more than `CHANCE_ERRORS` standard errors, sqrt(2 / draws).
    Whitened by the prior's correlations, w = L^-1 z, they are N(0, I) under the prior. An eigenvector of their
    posterior covariance with variance v < 1 and mean a is as one observation of value a / (1 - v) with noise of
    variance v / (1 - v). Of as many draws from the prior the smallest eigenvalue is about
    (1 - sqrt(parameters / draws))^2 (Marchenko1967): what is not below it is taken for chance.

    Parameters
    ----------
    battle
        The name of the scenario.
    draws
        Of the posterior, standard normal under the prior, shape (draws, parameters).
    correlations
        Of the parameters under the prior, shape (parameters, parameters).
    ess
        How many independent draws they are worth.

    Returns
    -------
    BattleEvidence
        With as many observations as there are such directions; none if the claims taught nothing.

    Examples
    --------
    >>> from sim.random_streams import make_generator
    >>> rng = make_generator("example", 1)
    >>> draws = rng.standard_normal((2_000, 3)) * [1.0, 0.5, 1.0] + [0.0, 0.8, 0.0]
    >>> found = extract_evidence("hill", draws, np.eye(3), 2_000)
    >>> len(found.values), int(np.abs(found.directions).argmax())
    (1, 1)
    """
    n_parameters = draws.shape[1]
    narrowed = np.flatnonzero(draws.var(axis=0, ddof=1) < 1.0 - CHANCE_ERRORS * np.sqrt(2.0 / max(ess, 1.0)))
    if len(narrowed) == 0:
        return BattleEvidence(battle, np.empty((0, n_parameters)), np.empty(0), np.empty(0))
    factor = np.linalg.cholesky(correlations[np.ix_(narrowed, narrowed)])
    whitened = solve_triangular(factor, draws[:, narrowed].T, lower=True).T
    variances, vectors = np.linalg.eigh(np.cov(whitened, rowvar=False).reshape(len(narrowed), len(narrowed)))
    edge = max(1.0 - np.sqrt(len(narrowed) / max(ess, 1.0)), 0.0) ** 2
    kept = np.flatnonzero(variances < edge)
    variances = np.maximum(variances[kept], SMALLEST_VARIANCE)
    centres = whitened.mean(axis=0) @ vectors[:, kept]
    directions = np.zeros((len(kept), n_parameters))
    directions[:, narrowed] = solve_triangular(factor, vectors[:, kept], lower=True, trans="T").T
    return BattleEvidence(battle, directions, centres / (1.0 - variances), variances / (1.0 - variances))


def pool_evidence(evidence: Sequence[BattleEvidence], correlations: np.ndarray) -> PooledPosterior:
    """The posterior of a new battle's shared parameters given what others taught.

    With K = G C G^T within a battle and across, the observations are N(0, Y) with Y = K + noise within a battle and
    rho K across battles; the new battle's z has covariance rho C G^T with them.

    Parameters
    ----------
    evidence
        Of each battle; none at all gives the prior.
    correlations
        Of the parameters under the prior, shape (parameters, parameters).

    Returns
    -------
    PooledPosterior
        Exact but for the grid of rho.

    Examples
    --------
    >>> one = BattleEvidence("hill", np.array([[1.0]]), np.array([2.0]), np.array([0.1]))
    >>> pooled = pool_evidence([one], np.eye(1))
    >>> 0.0 < float(pooled.mean[0]) < 2.0
    True
    """
    shared = (np.arange(GRID_STEPS) + 0.5) / GRID_STEPS * MAX_SHARED
    n_parameters = len(correlations)
    directions = np.concatenate([np.empty((0, n_parameters)), *(each.directions for each in evidence)])
    values = np.concatenate([np.empty(0), *(each.values for each in evidence)])
    noise = np.concatenate([np.empty(0), *(each.variances for each in evidence)])
    battle_numbers = np.repeat(np.arange(len(evidence)), [len(each.values) for each in evidence])
    if len(values) == 0:
        means = np.zeros((GRID_STEPS, n_parameters))
        covariances = np.repeat(correlations[None], GRID_STEPS, axis=0)
        weights = np.full(GRID_STEPS, 1.0 / GRID_STEPS)
        return PooledPosterior(tuple(each.battle for each in evidence), shared, weights, means, covariances)
    projected = directions @ correlations  # G C
    kernel = projected @ directions.T
    is_same_battle = battle_numbers[:, None] == battle_numbers
    log_weights, mean_rows, covariance_rows = [], [], []
    for rho in shared:
        covariance = kernel * np.where(is_same_battle, 1.0, rho) + np.diag(noise)
        solver = cho_factor(covariance, lower=True)
        residual = cho_solve(solver, values)
        log_weights.append(-0.5 * values @ residual - np.log(np.diag(solver[0])).sum())
        mean_rows.append(rho * residual @ projected)
        covariance_rows.append(correlations - rho**2 * projected.T @ cho_solve(solver, projected))
    weights = np.exp(np.array(log_weights) - max(log_weights))
    return PooledPosterior(
        tuple(each.battle for each in evidence),
        shared,
        weights / weights.sum(),
        np.array(mean_rows),
        np.array(covariance_rows),
    )


def expand_directions(evidence: BattleEvidence, names: Sequence[str], all_names: Sequence[str]) -> BattleEvidence:
    """The same observations among more parameters: those that the battle does not have are not observed."""
    columns = [list(all_names).index(name) for name in names]
    directions = np.zeros((len(evidence.values), len(all_names)))
    directions[:, columns] = evidence.directions
    return BattleEvidence(evidence.battle, directions, evidence.values, evidence.variances)


def average_correlations(matrices: Sequence[tuple[Sequence[str], np.ndarray]], all_names: Sequence[str]) -> np.ndarray:
    """The mean correlation of each pair of parameters over the battles that have both, 0 for a pair that none has.

    What is not positive definite then is drawn towards independence until it is.
    """
    total = np.zeros((len(all_names), len(all_names)))
    count = np.zeros_like(total)
    for names, matrix in matrices:
        rows = np.array([list(all_names).index(name) for name in names], dtype=np.int64)
        total[np.ix_(rows, rows)] += matrix
        count[np.ix_(rows, rows)] += 1.0
    mean = total / np.maximum(count, 1.0)
    np.fill_diagonal(mean, 1.0)
    share = 1.0
    while np.linalg.eigvalsh(share * mean + (1.0 - share) * np.eye(len(mean))).min() < 1e-6:
        share *= 0.95
    result: np.ndarray = share * mean + (1.0 - share) * np.eye(len(mean))
    return result


def list_shared_parameters(parameters: Mapping[str, Sequence[str]], candidates: Sequence[str]) -> tuple[str, ...]:
    """Those of the candidates that two battles or more have, in the order of the candidates.

    Examples
    --------
    >>> list_shared_parameters({"hill": ["rate", "garrison"], "mill": ["rate"]}, ["rate", "garrison"])
    ('rate',)
    """
    return tuple(name for name in candidates if sum(name in own for own in parameters.values()) >= 2)
