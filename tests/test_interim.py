"""What `sim run` says while it is under way: the headline outputs of the battles that are there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.battle.simulation import Simulation
from sim.report.headline import format_headline_outputs
from sim.report.interim import FIRST_BATTLES, MIN_SECONDS_LEFT, InterimAnswers
from sim.runs.accumulators import make_summary
from sim.runs.replicate import Study, concatenate_batches, run_study, slice_batch
from sim.scenario import load

RUNS = 20


@pytest.fixture(scope="module")
def study():
    return Study(Simulation(load("teaching")), seed=3, runs=RUNS, n_saved_logs=0)


@pytest.fixture(scope="module")
def battles(study):
    return run_study(study, workers=1)


def give_batches(study, battles, lengths, seconds_a_battle):
    """What is said after each batch, by the number of battles."""
    answers = InterimAnswers(study, began_at=0.0, next_at=4)
    said, first = {}, 0
    for length in lengths:
        last = min(first + length, RUNS)
        if lines := answers.add(slice_batch(battles, first, last), last * seconds_a_battle):
            said[last] = lines
        first = last
    return said


def test_an_answer_comes_with_the_first_battles_and_each_time_there_are_twice_as_many(study, battles):
    assert list(give_batches(study, battles, [1] * RUNS, 10.0)) == [4, 8, 16]
    assert list(give_batches(study, battles, [6, 6, 6, 2], 10.0)) == [6, 12]


@given(lengths=st.lists(st.integers(1, 7), min_size=3, max_size=8))
def test_an_answer_is_that_of_a_study_of_so_many_battles(study, battles, lengths):
    for count, lines in give_batches(study, battles, lengths, 10.0).items():
        first = concatenate_batches([slice_batch(battles, 0, count)])
        sentences = format_headline_outputs(study.simulation.scenario, study, make_summary(study, first))
        assert lines == [f"After {count} of {RUNS} battles:", *(f"  {sentence}" for sentence in sentences)]


def test_who_does_not_wait_is_told_nothing(study, battles):
    seconds = MIN_SECONDS_LEFT / RUNS
    assert give_batches(study, battles, [1] * RUNS, seconds) == {}
    assert InterimAnswers(study, 0.0).add(battles, 1000.0) == []  # nothing is left
    assert RUNS < FIRST_BATTLES
