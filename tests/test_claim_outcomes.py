"""Battles where a claim is true beside those where it is not: counted against a plain loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.html.claim_outcomes import count_outcomes


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=40)
)
def test_both_groups_count_every_battle_once(battles):
    held = np.array([battle[0] for battle in battles])
    chosen = np.array([battle[1] for battle in battles])
    deaths = np.array([battle[2:] for battle in battles], dtype=float)
    groups = [count_outcomes(held, deaths, each) for each in (chosen, ~chosen)]
    assert sum(group.n_battles for group in groups if group) == len(battles)
    assert sum(group.n_held for group in groups if group) == sum(battle[0] for battle in battles)
    for group, flag in zip(groups, (True, False), strict=True):
        mine = [battle for battle in battles if battle[1] == flag]
        assert (group is None) == (not mine)
        if group is not None:
            assert group.n_held == sum(battle[0] for battle in mine)
            assert group.median_deaths == tuple(np.median([battle[2 + side] for battle in mine]) for side in range(2))
            low, high = group.interval
            assert low - 1e-12 <= group.n_held / group.n_battles <= high + 1e-12


def test_the_interval_is_wilsons():
    held, deaths = np.array([True] * 9 + [False]), np.zeros((10, 2))
    group = count_outcomes(held, deaths, np.ones(10, dtype=bool))
    assert group.interval == pytest.approx((0.596, 0.982), abs=0.001)
