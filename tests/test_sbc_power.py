"""The power of simulation-based calibration, by exact binomial and chi-squared distributions and drawn posteriors."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, chi2, ncx2, norm

from sim import random_streams
from sim.inference.sbc import LOG_LIKELIHOOD, N_RANKED_DRAWS, OBSERVED, SBCResult
from sim.inference.sbc_power import (
    FAULTS,
    POWER_TRIALS,
    SIGNIFICANCE,
    PosteriorFault,
    compute_power,
    compute_power_table,
    compute_rank_distribution,
)
from sim.likelihood.observation_model import build_observation_model
from sim.report.sbc import describe_power, describe_quantities, describe_sbc
from sim.scenario import load

ROOT = Path(__file__).parents[1]
DATASETS = (20, 50, 100, 200)
N_QUANTITIES_OF_TEACHING = 57


def compute_bound(power, n_trials=POWER_TRIALS):
    return 4 * np.sqrt(max(power * (1 - power), 1e-3) / n_trials)


def test_ranks_without_a_fault_are_uniform():
    assert compute_rank_distribution(PosteriorFault()) == pytest.approx(np.full(20, 0.05), abs=1e-6)


@pytest.mark.parametrize("fault", [*FAULTS, PosteriorFault(narrowing=1.5, shift=0.5)])
def test_the_distribution_of_ranks_is_exact_for_one_draw(fault):
    expected = norm.cdf(-fault.shift / np.sqrt(1 + fault.narrowing**-2))
    assert compute_rank_distribution(fault, 1) == pytest.approx([1 - expected, expected], abs=1e-6)
    assert compute_rank_distribution(fault).sum() == pytest.approx(1.0)
    assert compute_rank_distribution(fault) @ np.arange(20) == pytest.approx(19 * expected, abs=1e-5)


@pytest.mark.parametrize("n_datasets", DATASETS)
@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0])
def test_the_power_of_one_draw_is_that_of_the_exact_binomial_distribution(n_datasets, shift):
    above = np.arange(n_datasets + 1)
    is_found = chi2.sf((2 * above - n_datasets) ** 2 / n_datasets, 1) * 3 < SIGNIFICANCE
    exact = binom.pmf(above, n_datasets, norm.cdf(-shift / np.sqrt(2)))[is_found].sum()
    power = compute_power(PosteriorFault(shift=shift), n_datasets, 3, n_draws=1)
    assert abs(power - exact) < compute_bound(exact)


@pytest.mark.parametrize("n_quantities", [1, 57])
def test_the_power_of_many_data_sets_is_that_of_the_noncentral_chi_squared_distribution(n_quantities):
    n_datasets, fault = 4_000, PosteriorFault(narrowing=1.06)
    p = compute_rank_distribution(fault)
    noncentrality = n_datasets * float(((p - 0.05) ** 2 / 0.05).sum())
    expected = ncx2.sf(chi2.isf(SIGNIFICANCE / n_quantities, 19), 19, noncentrality)
    assert 0.1 < expected < 0.9
    assert abs(compute_power(fault, n_datasets, n_quantities) - expected) < compute_bound(expected) + 0.02


def test_without_a_fault_a_fault_is_found_as_often_as_the_level_says():
    found = compute_power(PosteriorFault(), 200, 1)
    assert abs(found - SIGNIFICANCE) < compute_bound(SIGNIFICANCE) + 0.003  # chi-squared is a limit
    assert compute_power(PosteriorFault(), 20, 1) < SIGNIFICANCE + compute_bound(SIGNIFICANCE)


@pytest.mark.parametrize(("fault", "n_datasets"), [(FAULTS[0], 200), (FAULTS[1], 50), (FAULTS[4], 100)])
def test_posteriors_that_are_drawn_with_a_fault_are_found_as_often(fault, n_datasets):
    n_trials = 1_000
    rng = random_streams.make_generator("faulty posteriors", n_datasets)
    truths = rng.standard_normal((n_datasets, n_trials))
    draws = fault.shift + rng.standard_normal((N_RANKED_DRAWS, n_datasets, n_trials)) / fault.narrowing
    ranks = (draws < truths).sum(axis=0)
    covered = np.ones((n_datasets, n_trials, 2), dtype=bool)
    result = SBCResult(tuple(map(str, range(n_trials))), ranks, covered, np.ones(n_datasets, dtype=bool))
    found = (result.p_values * 10 < SIGNIFICANCE).mean()
    power = compute_power(fault, n_datasets, 10)
    assert abs(found - power) < compute_bound(power, n_trials) + compute_bound(power)


def test_more_data_sets_and_larger_faults_are_found_more_often():
    table = compute_power_table(DATASETS, N_QUANTITIES_OF_TEACHING)
    assert (np.diff(table, axis=1) >= 0).all()
    assert (np.diff(table[:3], axis=0) >= 0).all()
    assert (np.diff(table[3:], axis=0) >= 0).all()


def test_the_command_says_what_it_finds_and_how_often():
    text = describe_power(200, N_QUANTITIES_OF_TEACHING)
    for fault in FAULTS:
        assert f"{100 * compute_power(fault, 200, N_QUANTITIES_OF_TEACHING):.0f}" in text
    ranks = np.arange(20)[:, None].repeat(2, axis=1)
    few = SBCResult(("a", "b"), ranks, np.ones((20, 2, 2), dtype=bool), np.ones(20, dtype=bool))
    assert list(describe_sbc(few, ("a", "b")))[-1] == describe_power(20, 2)


def test_the_table_in_the_docs_is_what_is_computed():
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    one, many = (100 * compute_power_table(DATASETS, count) for count in (1, N_QUANTITIES_OF_TEACHING))
    for n, fault in enumerate(FAULTS):
        (row,) = re.findall(rf"^\| {re.escape(fault.label)} \|(.*)\|$", text, re.MULTILINE)
        assert [float(cell) for cell in row.split("|")] == [float(f"{each:.0f}") for each in (*one[n], *many[n])]


def test_what_is_ranked_has_a_name_of_its_own():
    scenario = load("teaching")
    model = build_observation_model(scenario, scenario.hours_since_start(scenario.ends))
    observed = [f"{OBSERVED}{number}" for number in range(len(model.observables))]
    names = describe_quantities(scenario, model.observables, ("teal_garrison", *observed, LOG_LIKELIHOOD))
    assert (names[0], names[-1]) == ("Teal garrison", "log likelihood of the reports")
    assert len(set(names)) == len(names)
    assert [name for name in names if "_" in name or name.startswith("observed")] == []
    assert "whether the Amber vehicle bomb at the fort reaches its target" in names
