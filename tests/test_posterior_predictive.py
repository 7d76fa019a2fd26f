"""Posterior predictive checks: a record simulated from these very battles passes them, a damaged one does not."""

import numpy as np
import pytest

from sim.analysis.posterior_predictive import compute_pit_values, compute_predictive_p_value
from sim.battle.simulation import Simulation
from sim.inference.battle_target import simulate_observables
from sim.likelihood.observation_model import build_observation_model, draw_priors, with_bins
from sim.likelihood.simulated_reports import simulate_reports
from sim.scenario import load

COUNT = 150


@pytest.fixture(scope="module")
def simulated():
    """The observation model of the teaching battle, simulated outcomes, and how sources report in each of them."""
    scenario = load("teaching")
    simulation = Simulation(scenario)
    observation_model = build_observation_model(scenario, simulation.end_hours)
    outcomes = simulate_observables(simulation, 1, COUNT, observation_model.observables)
    numbers = np.arange(COUNT, dtype=np.uint64)
    return observation_model, outcomes, draw_priors(scenario, observation_model.parameter_names, 1, numbers)


def draw_reports(simulated, seed):
    return simulate_reports(*simulated, seed, np.arange(COUNT, dtype=np.uint64))


@pytest.mark.slow
def test_p_values_of_records_of_the_battles_themselves_are_uniform(simulated):
    observation_model, outcomes, reporting_parameters = simulated
    bins = draw_reports(simulated, 7).bins
    p_values = []
    for number in range(40):
        row = slice(number, number + 1)
        repeated = np.repeat(outcomes[row], 30, axis=0), np.repeat(reporting_parameters[row], 30, axis=0)
        record = with_bins(observation_model, bins[number])
        p_values.append(compute_predictive_p_value(record, *repeated, np.arange(30), 11).value)
    # Uniform between 0 and 1, but for ties: the mean of 40 lies within five standard errors of a half.
    assert abs(np.mean(p_values) - 0.5) < 5 * np.sqrt(1 / 12 / 40) + 0.1
    assert min(p_values) < 0.3
    assert max(p_values) > 0.7


def test_a_damaged_record_is_detected(simulated):
    observation_model, outcomes, reporting_parameters = simulated
    bins = observation_model.observed_bins.copy()
    bins[observation_model.claims.index("first_day_dead_gazette")] = 900, 900
    damaged = with_bins(observation_model, bins)
    p_value = compute_predictive_p_value(damaged, outcomes, reporting_parameters, np.arange(COUNT), 3)
    assert p_value.value < 0.02
    pit_values = {each.claim: each for each in compute_pit_values(damaged, draw_reports(simulated, 5).values, 3)}
    assert pit_values["first_day_dead_gazette"].pit > 0.99
    assert pit_values["first_day_dead_gazette"].p_tail < 0.02


def test_pit_values_of_simulated_records_are_uniform(simulated):
    observation_model, *_ = simulated
    bins = draw_reports(simulated, 9).bins
    reports = draw_reports(simulated, 5).values
    pit_values = [
        each.pit
        for row in range(60)
        for each in compute_pit_values(with_bins(observation_model, bins[row]), reports, row)
    ]
    # Claims of one battle depend on one another: the bound is that of 60 independent ones.
    assert abs(np.mean(pit_values) - 0.5) < 5 * np.sqrt(1 / 12 / 60)
