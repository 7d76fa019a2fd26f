"""The posterior of the engagement's coefficients, and how good its normal approximation is.

Battles of one war are not independent (the same armies, the same historians), so that the plain likelihood is too sure
of itself. Its curvature H is therefore replaced by H J^-1 H, in which J adds up the scores war by war, before it is
joined with the prior. Source: Ribatet2012.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from sim.analysis.engagement.likelihood import compute_log_likelihoods
from sim.analysis.engagement.parameters import Specification
from sim.analysis.engagement.record import RecordedEngagements
from sim.inference.ess import compute_kish_ess
from sim.random_streams import make_generator

GRADIENT_STEP = 1e-4
HESSIAN_STEP = 2e-3
STARTS = (0.0, 0.7, -0.7)  # prior standard deviations from the prior mean
MODE_TOLERANCE = 0.05  # starts that end within this of the best have found the same mode
LEAST_CURVATURE = 1e-3  # of the likelihood beside the prior's 1: what the data do not tell at all
LOWEST = -1e6


@dataclass(frozen=True)
class EngagementFit:
    """The mode of the plain posterior, and mean and covariance of the one that knows of wars."""

    specification: Specification
    mode: np.ndarray
    mode_covariance: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray
    log_likelihood: float  # at the mode
    n_battles: int
    n_wars: int
    n_agreeing_starts: int

    def draw_coefficients(self, seed: int, count: int) -> np.ndarray:
        """Coefficients from the posterior, shape (count, coefficients)."""
        normals = make_generator("engagement:coefficients", seed).standard_normal((count, len(self.mean)))
        return np.asarray(self.mean + normals @ np.linalg.cholesky(self.covariance).T)

    def compute_parameters(self, coefficients: np.ndarray, data: RecordedEngagements) -> dict[str, np.ndarray]:
        """Each parameter for each battle and draw, shape (battles, draws), each battle with its own year and size.

        Parameters
        ----------
        coefficients : np.ndarray
            Shape (draws, coefficients), or (battles, draws, coefficients).
        data : RecordedEngagements
            The battles, of which none need have been fitted.

        Returns
        -------
        dict[str, np.ndarray]
            By the name of the parameter.
        """
        covariates = {name: values[:, None] for name, values in data.covariates.items()}
        shape = (len(data), coefficients.shape[-2])
        parameters = self.specification.compute_parameters(coefficients, covariates)
        return {name: np.broadcast_to(values, shape) for name, values in parameters.items()}


@dataclass(frozen=True)
class EngagementTarget:
    """The plain posterior of the coefficients, up to a constant."""

    specification: Specification
    data: RecordedEngagements

    def compute_terms(self, values: np.ndarray) -> np.ndarray:
        """The log likelihood of each battle, kept finite."""
        parameters = self.specification.compute_parameters(values, self.data.covariates)
        with np.errstate(all="ignore"):  # far from the mode there are overflows, which LOWEST takes in
            terms = compute_log_likelihoods(parameters, self.data)
        return np.asarray(np.nan_to_num(np.maximum(terms, LOWEST), nan=LOWEST))

    def compute_deviations(self, values: np.ndarray) -> np.ndarray:
        """Coefficients in prior standard deviations from the prior mean."""
        return np.asarray((values - self.specification.prior_means) / self.specification.prior_sds)

    def compute_log_density(self, values: np.ndarray) -> float:
        """The logarithm of the posterior density."""
        z = self.compute_deviations(values)
        return float(self.compute_terms(values).sum() - 0.5 * z @ z)

    def compute_scores(self, values: np.ndarray) -> np.ndarray:
        """The gradient of each battle's log likelihood, shape (battles, coefficients), by central differences."""
        steps = GRADIENT_STEP * np.eye(len(values))
        columns = [self.compute_terms(values + step) - self.compute_terms(values - step) for step in steps]
        return np.stack(columns, axis=1) / (2 * GRADIENT_STEP)

    def compute_gradient(self, values: np.ndarray) -> np.ndarray:
        """The gradient of the log density."""
        of_prior = self.compute_deviations(values) / self.specification.prior_sds
        return np.asarray(self.compute_scores(values).sum(axis=0) - of_prior)

    def compute_information(self, values: np.ndarray) -> np.ndarray:
        """The curvature of the log likelihood, positive at a maximum, by central differences of the gradient."""
        steps = HESSIAN_STEP * np.eye(len(values))
        rows = [
            self.compute_scores(values - step).sum(axis=0) - self.compute_scores(values + step).sum(axis=0)
            for step in steps
        ]
        information = np.stack(rows) / (2 * HESSIAN_STEP)
        return np.asarray((information + information.T) / 2)


def fit_engagements(
    specification: Specification, data: RecordedEngagements, starts: Sequence[float] = STARTS
) -> EngagementFit:
    """The posterior of the coefficients, as a normal.

    Parameters
    ----------
    specification : Specification
        The coefficients to fit.
    data : RecordedEngagements
        The battles.
    starts : Sequence[float], optional
        Where to look for the mode, in prior standard deviations from the prior mean.

    Returns
    -------
    EngagementFit
        With the number of starts that ended at the mode, the best of all ends.
    """
    target = EngagementTarget(specification, data)
    optima = [
        minimize(
            lambda values: -target.compute_log_density(values),
            specification.prior_means + start * specification.prior_sds,
            jac=lambda values: -target.compute_gradient(values),
            method="BFGS",
            options={"gtol": 1e-2, "maxiter": 300},
        )
        for start in starts
    ]
    best = min(optima, key=lambda optimum: float(optimum.fun))
    mode: np.ndarray = best.x
    sds = specification.prior_sds
    curvature = clip_eigenvalues(sds[:, None] * target.compute_information(mode) * sds, LEAST_CURVATURE)
    scores = target.compute_scores(mode) * sds
    wars, war_numbers = np.unique(data.war, return_inverse=True)
    variability = compute_score_variability(scores, war_numbers, curvature)
    inverse = np.linalg.inv(curvature)
    likelihood_covariance = inverse @ variability @ inverse
    deviations = target.compute_deviations(mode)
    likelihood_mode = deviations + inverse @ deviations  # a Newton step: at the mode the score balances the prior
    weight = np.linalg.inv(np.eye(len(mode)) + likelihood_covariance)
    covariance = weight @ likelihood_covariance
    return EngagementFit(
        specification,
        mode,
        sds[:, None] * np.linalg.inv(curvature + np.eye(len(mode))) * sds,
        specification.prior_means + sds * (weight @ likelihood_mode),
        sds[:, None] * (covariance + covariance.T) / 2 * sds,
        float(target.compute_terms(mode).sum()),
        len(data),
        len(wars),
        sum(float(optimum.fun) < float(best.fun) + MODE_TOLERANCE for optimum in optima),
    )


def clip_eigenvalues(matrix: np.ndarray, low: float) -> np.ndarray:
    """A symmetric matrix whose eigenvalues are at least `low`."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, low)) @ vectors.T)


def compute_score_variability(scores: np.ndarray, clusters: np.ndarray, curvature: np.ndarray) -> np.ndarray:
    """The covariance of the total score, with clusters as the units that are independent.

    There are not many clusters, so it is shrunk towards the curvature, to which it would be equal if each battle stood
    alone: one cluster of that for each coefficient.
    """
    n_clusters, n_coefficients = int(clusters.max()) + 1, scores.shape[1]
    by_cluster = np.zeros((n_clusters, n_coefficients))
    np.add.at(by_cluster, clusters, scores)
    centred = by_cluster - by_cluster.mean(axis=0)
    empirical = centred.T @ centred * n_clusters / max(n_clusters - 1, 1)
    return np.asarray((n_clusters * empirical + n_coefficients * curvature) / (n_clusters + n_coefficients))


def compute_importance_ess(fit: EngagementFit, data: RecordedEngagements, seed: int, count: int) -> float:
    """The share of draws from the normal at the mode that are effective, were they weighted by the plain posterior.

    Near 1 the posterior is that normal; near 0 it is none.
    """
    target = EngagementTarget(fit.specification, data)
    normals = make_generator("engagement:importance", seed).standard_normal((count, len(fit.mode)))
    draws = fit.mode + normals @ np.linalg.cholesky(fit.mode_covariance).T
    log_density = np.array([target.compute_log_density(each) for each in draws])
    log_weights = log_density + 0.5 * (normals**2).sum(axis=1)
    return compute_kish_ess(np.exp(log_weights - log_weights.max())) / count
