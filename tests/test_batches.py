"""Batches of a study: joined as they come and sliced, they are the same battles to the bit."""

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.battle.simulation import Simulation
from sim.runs.replicate import Batch, Study, collect_batches, run_study, slice_batch
from sim.runs.results_digest import compute_results_digest
from sim.scenario import load

RUNS = 12
TYPES = [np.dtype("int64"), *[np.dtype("float64")] * 3, np.dtype("int64"), *[np.dtype("float64")] * 5]


@pytest.fixture(scope="module")
def battles() -> Batch:
    return run_study(Study(Simulation(load("teaching")), seed=3, runs=RUNS, n_saved_logs=4), workers=1)


@given(lengths=st.lists(st.integers(1, 6), min_size=1, max_size=6))
def test_batches_joined_as_they_come_are_the_battles_of_one_batch(battles, lengths):
    ends = [min(end, RUNS) for end in accumulate(lengths)]
    parts = (slice_batch(battles, first, last) for first, last in pairwise([0, *ends]) if first < last)
    joined, expected = collect_batches(parts, ends[-1]), slice_batch(battles, 0, ends[-1])
    assert compute_results_digest(joined) == compute_results_digest(expected)
    assert [run.replication for run in joined.saved_logs] == [run.replication for run in expected.saved_logs]


@pytest.mark.parametrize("number", range(RUNS))
def test_every_array_has_its_type_whatever_came_about(number):
    # Counts of what never happened once came as whole numbers, so that batches of one study were of several types.
    study = Study(Simulation(load("teaching")), seed=number, runs=1)
    assert [array.dtype for array in run_study(study, 1).list_arrays()] == TYPES
