"""Priors that vary together: their standard normal numbers are correlated, each prior's own quantiles are as they were.

The parameters of one fit are known together or not at all. A group of priors that comes of a fit therefore has a matrix
of correlations. With L its Cholesky factor, the numbers z that the priors' own streams give become L z, which are
standard normal each, and each prior takes its quantile there (a Gaussian copula). So streams and names keep their
meaning, and whoever reads one prior alone (a page, a range, a design) reads its marginal distribution.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from sim.types import Id, StrictModel, Text

TOLERANCE = 1e-9
DECIMALS = 9  # of numbers that are computed: by those beyond, processors differ


class PriorCorrelation(StrictModel):
    """Correlations of priors on the scale on which they are normal: below the diagonal, row by row."""

    reason: Text
    priors: Annotated[tuple[Id, ...], Field(min_length=2)]
    below_diagonal: tuple[tuple[Annotated[float, Field(ge=-1, le=1)], ...], ...]

    @model_validator(mode="after")
    def check_matrix(self) -> "PriorCorrelation":
        """Refuse a matrix of another shape, and one that no distribution has."""
        if len(set(self.priors)) < len(self.priors):
            raise ValueError("names a prior twice")
        if [len(row) for row in self.below_diagonal] != list(range(1, len(self.priors))):
            raise ValueError(f"wants rows of 1 to {len(self.priors) - 1} numbers")
        if np.linalg.eigvalsh(self.compute_matrix()).min() < TOLERANCE:
            raise ValueError("is no matrix of correlations: it is not positive definite")
        return self

    def compute_matrix(self) -> np.ndarray:
        """The whole matrix."""
        return fill_correlations(self.below_diagonal)


def fill_correlations(below_diagonal: Sequence[Sequence[float]]) -> np.ndarray:
    """The whole matrix of correlations that are given below the diagonal, row by row."""
    matrix = np.eye(len(below_diagonal) + 1)
    for n, row in enumerate(below_diagonal, 1):
        matrix[n, :n] = matrix[:n, n] = row
    return matrix


def list_below_diagonal(matrix: np.ndarray) -> tuple[tuple[float, ...], ...]:
    """What stands below the diagonal of a matrix, row by row.

    Examples
    --------
    >>> list_below_diagonal(fill_correlations(((0.5,), (0.1, 0.2))))
    ((0.5,), (0.1, 0.2))
    """
    return tuple(tuple(matrix[n, :n].tolist()) for n in range(1, len(matrix)))


def round_decimals(values: np.ndarray) -> np.ndarray:
    """Computed numbers of about 1, same shape, the same on every processor.

    Linear algebra adds up in an order that depends on the processor. What is derived by it becomes part of a scenario,
    whose digest would tell a laptop's from a server's.

    Examples
    --------
    >>> round_decimals(np.array([0.1 + 0.2, -1e-16])).tolist()
    [0.3, 0.0]
    """
    return np.asarray(np.round(values, DECIMALS) + 0.0)  # and no -0.0


def list_rounded_below_diagonal(matrix: np.ndarray) -> tuple[tuple[float, ...], ...]:
    """What stands below the diagonal of a computed matrix, row by row, the same on every processor.

    Examples
    --------
    >>> list_rounded_below_diagonal(np.array([[1.0, 0.1], [0.1 + 1e-16, 1.0]]))
    ((0.1,),)
    """
    return list_below_diagonal(round_decimals(matrix))


@lru_cache(maxsize=64)
def factorise(group: PriorCorrelation, members: tuple[int, ...]) -> np.ndarray:
    """The Cholesky factor of the correlations of some priors of a group, by their numbers in it."""
    factor = compute_cholesky_factor(group.compute_matrix()[np.ix_(members, members)])
    factor.setflags(write=False)
    return factor


def compute_cholesky_factor(matrix: np.ndarray) -> np.ndarray:
    """The lower triangular L with L L^T = matrix, to the same bits on every processor.

    It is computed column by column, one term after the other, since the libraries' own rounds by the processor, and
    battles would end otherwise: L_jj = sqrt(M_jj - sum_k L_jk^2), L_ij = (M_ij - sum_k L_ik L_jk) / L_jj, k < j < i.

    Parameters
    ----------
    matrix
        Symmetric and positive definite, shape (n, n).

    Returns
    -------
    np.ndarray
        Shape (n, n).

    Examples
    --------
    >>> compute_cholesky_factor(np.array([[4.0, 2.0], [2.0, 5.0]])).tolist()
    [[2.0, 0.0], [1.0, 2.0]]
    """
    rows = matrix.tolist()
    factor = [[0.0] * len(rows) for _ in rows]
    for j in range(len(rows)):
        for i in range(j, len(rows)):
            rest = rows[i][j]
            for k in range(j):
                rest -= factor[i][k] * factor[j][k]
            factor[i][j] = math.sqrt(rest) if i == j else rest / factor[j][j]
    return np.array(factor)


def correlate_normals(
    correlations: Sequence[PriorCorrelation], names: Sequence[str], normals: np.ndarray
) -> np.ndarray:
    """Independent standard normal numbers as those of priors that vary together.

    Parameters
    ----------
    correlations : Sequence[PriorCorrelation]
        The groups; priors of a group that are not among the names are left out of it.
    names : Sequence[str]
        The prior of each column.
    normals : np.ndarray
        Shape (rows, names).

    Returns
    -------
    np.ndarray
        The same, but for the columns of the groups.
    """
    result = normals.copy()
    columns = {name: n for n, name in enumerate(names)}
    for group in correlations:
        members = sorted((n for n, name in enumerate(group.priors) if name in columns), key=group.priors.__getitem__)
        factor = factorise(group, tuple(members))
        numbers = [columns[group.priors[n]] for n in members]  # in the order of names, whatever that of the file
        for n, number in enumerate(numbers):
            # Added one by one, so that a row has the same bits whether it comes alone or with others.
            sums = np.cumsum(factor[n, : n + 1] * normals[:, numbers[: n + 1]], axis=1)
            result[:, number] = sums[:, n]
    return result


def compute_correlations(correlations: Sequence[PriorCorrelation], names: Sequence[str]) -> np.ndarray:
    """Correlations of some priors, whatever groups they are in, shape (names, names)."""
    factor = correlate_normals(correlations, names, np.eye(len(names)))
    matrix: np.ndarray = factor.T @ factor
    return matrix


def correlate_uniforms(
    correlations: Sequence[PriorCorrelation], names: Sequence[str], uniforms: np.ndarray
) -> np.ndarray:
    """The same for numbers that are uniform in (0, 1); columns of no group keep their bits."""
    grouped = {name for group in correlations for name in group.priors}
    columns = [n for n, name in enumerate(names) if name in grouped]
    if not columns:
        return uniforms
    from scipy.special import ndtr, ndtri  # here, since it takes long to import

    result = uniforms.copy()
    normals = ndtri(uniforms[:, columns])
    result[:, columns] = ndtr(correlate_normals(correlations, [names[n] for n in columns], normals))
    return result
