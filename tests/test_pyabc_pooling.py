"""Pooled inference against pyABC, which knows neither the algebra of normal distributions nor a grid.

Two battles, three parameters of which two are correlated. pyABC draws what all battles share, each battle's own part
and a new battle, from the priors of the model as it is written down, and accepts with the chance of what each battle
said: exact but for the number of draws (StochasticAcceptor).
"""

import numpy as np
import pytest

from sim.inference.pooling import MAX_SHARED, BattleEvidence, pool_evidence

pytestmark = pytest.mark.verify
CORRELATIONS = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, 0.0], [0.0, 0.0, 1.0]])
FACTOR = np.linalg.cholesky(CORRELATIONS)
N_PARAMETERS = len(CORRELATIONS)
EVIDENCE = [
    BattleEvidence("hill", np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]), np.array([1.4, -0.8]), np.array([0.3, 0.5])),
    BattleEvidence("mill", np.array([[0.7, 0.7, 0.0]]), np.array([1.9]), np.array([0.4])),
]
BATTLES = (*(each.battle for each in EVIDENCE), "new")
DRAWS = 2_500
SEED = 11
SIGMA = 4.5  # for eleven comparisons


def list_normals(part: str) -> list[str]:
    """The names of the standard normal numbers of one part: what is common, or a battle's own."""
    return [f"{part}_{number}" for number in range(N_PARAMETERS)]


def compute_parameters(drawn, battle: str) -> np.ndarray:
    """A battle's parameters, z = sqrt(rho) m + sqrt(1 - rho) e, shape (..., parameters)."""
    common, own = (
        np.stack([np.asarray(drawn[name]) for name in list_normals(part)], axis=-1) for part in ("common", battle)
    )
    rho = np.asarray(drawn["rho"])[..., None]
    return (np.sqrt(rho) * common + np.sqrt(1.0 - rho) * own) @ FACTOR.T


def simulate(drawn) -> dict[str, float]:
    """What each battle would say without noise, an observation each."""
    said = [each.directions @ compute_parameters(drawn, each.battle) for each in EVIDENCE]
    return {f"y{number}": value for number, value in enumerate(np.concatenate(said))}


def test_pyabc_pools_battles_to_the_same_posterior(tmp_path):
    pyabc = pytest.importorskip("pyabc")
    np.random.seed(SEED)  # noqa: NPY002, TID251 (the only dice that pyABC knows)
    normals = [name for part in ("common", *BATTLES) for name in list_normals(part)]
    prior = {"rho": pyabc.RV("uniform", 0.0, MAX_SHARED)} | {name: pyabc.RV("norm", 0, 1) for name in normals}
    values, variances = (np.concatenate([getattr(each, name) for each in EVIDENCE]) for name in ("values", "variances"))
    keys = [f"y{number}" for number in range(len(values))]
    study = pyabc.ABCSMC(
        simulate,
        pyabc.Distribution(**prior),
        pyabc.IndependentNormalKernel(var=list(variances), keys=keys),
        population_size=DRAWS,
        eps=pyabc.ListTemperature([1.0]),
        acceptor=pyabc.StochasticAcceptor(pdf_norm_method=pyabc.pdf_norm_from_kernel),
        sampler=pyabc.SingleCoreSampler(),
    )
    study.new(f"sqlite:///{tmp_path / 'abc.db'}", dict(zip(keys, values, strict=True)))
    frame, weights = study.run(max_nr_populations=1).get_distribution()
    np.testing.assert_allclose(weights, 1 / DRAWS)

    pooled = pool_evidence(EVIDENCE, CORRELATIONS)
    draws = compute_parameters(frame, "new")
    centred = draws - draws.mean(axis=0)
    products = centred[:, :, None] * centred[:, None, :]
    upper = np.triu_indices(N_PARAMETERS)
    rho = frame["rho"].to_numpy()
    compared = [
        (draws.T, pooled.mean),
        (products[:, upper[0], upper[1]].T, pooled.covariance[upper]),
        (rho[None], [pooled.weights @ pooled.shared]),
        (rho[None] ** 2, [pooled.weights @ pooled.shared**2]),
    ]
    for rows, expected in compared:
        error = rows.std(axis=1) / np.sqrt(DRAWS)
        assert (np.abs(rows.mean(axis=1) - expected) < SIGMA * error).all(), (rows.mean(axis=1), expected, error)
