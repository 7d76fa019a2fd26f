"""Simulated reports: what the sources would have said of simulated battles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim import random_streams
from sim.likelihood.count_tree import MIN_MEAN
from sim.likelihood.negative_binomial import nb_quantiles
from sim.likelihood.observation_model import ObservationModel, draw_priors
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class SimulatedReports:
    """Simulated reports, in the order of `ObservationModel.claims`."""

    values: np.ndarray  # (n, claims): the number that each source came by
    bins: np.ndarray  # (n, claims, 2): the bin that it then reported, as low and high


def simulate_reports(
    model: ObservationModel,
    values: np.ndarray,
    reporting_parameters: np.ndarray,
    seed: int,
    replications: Sequence[int] | np.ndarray,
) -> SimulatedReports:
    """What the sources would have reported of these battles, by the random streams of the replications' numbers.

    Parameters
    ----------
    model
        The observation model.
    values, reporting_parameters
        Shapes (n, observables), in the units of the observables, and (n, parameters).
    seed, replications
        The seed, and the numbers of the n replications; both together determine the reports.

    Returns
    -------
    SimulatedReports
        Numbers, shape (n, claims), and the bins that the sources report, shape (n, claims, 2).

    Examples
    --------
    >>> import sim
    >>> from sim.likelihood.observation_model import build_observation_model
    >>> model = build_observation_model(sim.load("teaching"), ends=72.0)
    >>> reporting_parameters = np.full((2, len(model.parameter_names)), 0.5)
    >>> reports = simulate_reports(model, np.ones((2, 5)), reporting_parameters, seed=1, replications=[0, 1])
    >>> reports.values.shape == (2, len(model.claims)), reports.bins.shape == (2, len(model.claims), 2)
    (True, True)
    """
    names = [f"report:{claim}" for claim in model.claims]
    counters = np.zeros(len(names), dtype=np.uint64)
    uniforms = random_streams.uniforms_from_bits(
        random_streams.random_bits(random_streams.stream_keys(names), seed, np.asarray(replications), counters, 2)
    )
    value_columns, bins, first = [], [], 0
    for term in model.terms:
        term_values = term.simulate_reports(values, reporting_parameters, uniforms[:, first : first + len(term.claims)])
        value_columns.append(term_values)
        bins += [binning.find_bins(term_values[:, number]) for number, binning in enumerate(term.binnings)]
        first += len(term.claims)
    if not value_columns:
        return SimulatedReports(np.empty((len(values), 0)), np.empty((len(values), 0, 2)))
    return SimulatedReports(np.concatenate(value_columns, axis=1), np.stack(bins, axis=1))


def simulate_running_totals(
    scenario: Scenario, source: str, side: str, deaths: np.ndarray, seed: int
) -> np.ndarray | None:
    """The totals of a side's dead that a source would report after each day, shape (n, days) like the dead so far.

    None if the scenario does not say how it counts them.
    """
    source_error_model = None if scenario.source_model is None else scenario.source_model.sources.get(source)
    count_error_model = None if source_error_model is None else source_error_model.sides.get(side)
    if scenario.source_model is None or count_error_model is None:
        return None
    replications = np.arange(len(deaths))
    names = [count_error_model.bias, count_error_model.size, scenario.source_model.background_rate]
    parameters = draw_priors(scenario, names, seed, replications)
    keys = random_streams.stream_keys([f"report:{source}:{side}:so_far"])
    uniforms = random_streams.uniforms_from_bits(
        random_streams.random_bits(keys, seed, replications, np.zeros(1, dtype=np.uint64), 1)[:, 0]
    )
    means = np.maximum(parameters[:, [0]] * deaths + parameters[:, [2]], MIN_MEAN)
    sizes = np.broadcast_to(parameters[:, [1]], means.shape)
    return nb_quantiles(np.broadcast_to(uniforms, means.shape), means, sizes)
