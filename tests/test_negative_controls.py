"""Random inputs that nothing reads: they tell a sample that is as large as it claims from one that is not."""

import numpy as np
import pytest

from sim import random_streams
from sim.inference.diagnostics import MIN_ESS, check_controls, compute_family_bound
from sim.inference.negative_controls import (
    CONFIDENCE,
    CONTROL_NAMES,
    N_CONTROLS,
    compute_control_ess,
    estimate_control_ess,
    find_failed_controls,
    select_controls,
)

TRIALS = 400


def draw_controls(seed, n_independent, n_copies=1):
    """Independent draws, each of them copied."""
    return np.repeat(
        random_streams.make_generator("controls", seed).standard_normal((n_independent, N_CONTROLS)), n_copies, axis=0
    )


@pytest.mark.parametrize(("n_independent", "n_copies"), [(20, 20), (100, 4), (400, 1)])
def test_the_interval_holds_the_number_of_independent_draws(n_independent, n_copies):
    estimates = [estimate_control_ess(1, draw_controls(seed, n_independent, n_copies)) for seed in range(TRIALS)]
    share = np.mean([each.low <= n_independent <= each.high for each in estimates])
    bound = 4 * np.sqrt(CONFIDENCE * (1 - CONFIDENCE) / TRIALS)
    assert abs(share - CONFIDENCE) < bound


def test_independent_draws_are_accepted_and_copies_of_few_refused():
    sound = [estimate_control_ess(chain, draw_controls(chain, 400)) for chain in (1, 2)]
    assert not check_controls(sound)
    copied = [estimate_control_ess(chain, draw_controls(chain, 20, 20)) for chain in (1, 2)]
    messages = check_controls(copied)
    assert len(messages) == 2
    assert "Island 1" in messages[0]
    assert "no battle reads" in messages[0]


def test_one_island_that_is_too_alike_is_named_alone():
    estimates = [estimate_control_ess(1, draw_controls(1, 400)), estimate_control_ess(2, draw_controls(2, 20, 20))]
    assert [each.chain_id for each in find_failed_controls(estimates, MIN_ESS)] == [2]


def test_controls_are_the_inputs_of_their_block_wherever_they_stand():
    names = ("order:control:1", *CONTROL_NAMES[:2], "controls:3", CONTROL_NAMES[-1])
    inputs = np.arange(10.0).reshape(2, 5)
    np.testing.assert_array_equal(select_controls(inputs, names), inputs[:, [1, 2, 4]])
    assert compute_control_ess(select_controls(inputs, names[:1])) == np.inf


def test_controls_that_drifted_are_refused():
    shifted = draw_controls(3, 400) + 0.4
    assert check_controls([estimate_control_ess(1, shifted), estimate_control_ess(2, shifted)])


def test_the_family_bound_is_exceeded_by_any_of_many_in_five_of_a_hundred_cases():
    assert compute_family_bound(1) == pytest.approx(1.96, abs=0.001)
    assert compute_family_bound(75) == pytest.approx(3.4, abs=0.05)
    z = np.abs(random_streams.make_generator("controls", 1).standard_normal((4_000, 75))).max(axis=1)
    share = (z > compute_family_bound(75)).mean()
    assert abs(share - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 4_000)
