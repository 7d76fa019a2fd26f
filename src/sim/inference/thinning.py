"""A posterior with fewer draws, to be shipped: evenly spaced in each chain, with all that belongs to them."""

from dataclasses import replace

import numpy as np

from sim.battle.supplied_draws import SuppliedRandomness
from sim.inference.posterior import Posterior


def thin_posterior(posterior: Posterior, n_draws: int) -> Posterior:
    """A posterior with some of its draws, as many of each chain.

    Parameters
    ----------
    posterior
        The whole.
    n_draws
        How many draws to keep at most; all of them are kept if there are no more.

    Returns
    -------
    Posterior
        With draws that are to the bit those of the whole. What the metadata says of effective sizes is of the whole.
    """
    chains, counts = np.unique(posterior.chains, return_counts=True)
    kept_each = min(n_draws // len(chains), int(counts.min()))
    kept = np.concatenate(
        [
            np.flatnonzero(posterior.chains == chain)[np.linspace(0, count - 1, kept_each).round().astype(int)]
            for chain, count in zip(chains, counts, strict=True)
        ]
    )
    randomness = posterior.randomness
    return replace(
        posterior,
        chains=posterior.chains[kept],
        lineages=posterior.lineages[kept],
        parameter_normals=posterior.parameter_normals[kept],
        parameter_values=posterior.parameter_values[kept],
        prior_values=posterior.prior_values[kept],
        randomness=SuppliedRandomness(
            randomness.input_names,
            randomness.normal_inputs[kept],
            randomness.stream_names,
            randomness.salts[kept],
            randomness.seeds[kept],
            randomness.replication_numbers[kept],
        ),
        outcomes=posterior.outcomes[kept],
        log_likelihood=posterior.log_likelihood[kept],
        predicted_reports=posterior.predicted_reports[kept],
    )
