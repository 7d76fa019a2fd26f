"""A scenario and its battles are the same on every processor, although linear algebra rounds by the processor."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import random_streams
from sim.scenario.prior_correlations import compute_cholesky_factor, list_rounded_below_diagonal
from sim.scenario.prior_packs import round_computed
from tools.battles import BATTLES

# OpenBLAS takes the processor for one without any of the newer instructions; another library takes no notice.
OLD_PROCESSOR = {"OPENBLAS_CORETYPE": "Prescott"}

BATTLES_AND_POOLS = f"""
from sim.battle.simulation import Simulation
from sim.runs.results_digest import compute_results_digest
from sim.runs.replicate import Study, make_batch_task
from sim.scenario import load
from sim.scenario.prior_pools import load_pool, move_priors

for name in {BATTLES}:
    scenario = load(name)
    print(name, scenario.compute_digest(), move_priors(scenario, load_pool("seven_battles")).compute_digest())
print(compute_results_digest(make_batch_task(Study(Simulation(load("dec2014")), seed=3, runs=3))(range(3))))
"""
ANY_YEAR_AND_SIZE = """
import random

from sim.scenario.prior_packs import PriorPack, PriorPackUse, list_packs, load_any_pack

draw = random.Random(5)
for name in list_packs():
    pack = load_any_pack(name)
    for _ in range(20 if isinstance(pack, PriorPack) else 0):
        year = draw.randint(int(pack.year.low), int(pack.year.high))
        size = draw.uniform(pack.size.low, pack.size.high)
        use = PriorPackUse.model_validate({"file": name, "year": year, "size": size})
        print(name, pack.make_priors(use, set()))
"""


def run_python(program, environment):
    """What a program prints in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", program], env=os.environ | environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.slow
@pytest.mark.parametrize("program", [BATTLES_AND_POOLS, ANY_YEAR_AND_SIZE], ids=["battles", "any year and size"])
def test_another_processor_writes_the_same(program):
    here = run_python(program, {})
    assert len(here.splitlines()) > len(BATTLES)
    assert run_python(program, OLD_PROCESSOR) == here


@given(st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_the_factor_is_that_of_the_matrix(size, seed):
    loadings = random_streams.make_generator("matrix", seed).standard_normal((size, size + 3))
    matrix = loadings @ loadings.T
    factor = compute_cholesky_factor(matrix)
    assert (factor == np.tril(factor)).all()
    np.testing.assert_allclose(factor, np.linalg.cholesky(matrix), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(factor @ factor.T, matrix, rtol=1e-12, atol=1e-12)


@given(st.integers(2, 8), st.integers(0, 2**32 - 1))
def test_the_last_bits_of_a_computed_matrix_do_not_count(size, seed):
    rng = random_streams.make_generator("matrix", seed)
    matrix = rng.uniform(-1, 1, (size, size)).round(6)
    others = np.nextafter(matrix, rng.choice([-np.inf, np.inf], matrix.shape))
    assert list_rounded_below_diagonal(others) == list_rounded_below_diagonal(matrix)
    assert str(list_rounded_below_diagonal(-0.0 * np.ones((2, 2)))) == "((0.0,),)"
    value = float(matrix[0, 0]) * 10.0 ** int(rng.integers(-8, 8))
    assert round_computed(float(np.nextafter(value, np.inf))) == round_computed(value)
