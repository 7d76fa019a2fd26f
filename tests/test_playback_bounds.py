"""The playback of any battle, however large, is bounded, says what it leaves out, and ends as the battle does."""

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.battle.simulation import Simulation
from sim.report.playback import bounds
from sim.report.playback.bounds import bound_ensemble, bound_replay, bound_timeline
from sim.report.playback.replay import ReplayAssault, ReplayIncident, ReplayMarch, build_replay
from sim.report.playback.selection import SelectedReplication
from sim.report.playback.timeline import EnsembleSeries, build_claim_timeline
from sim.scenario import load

HOURS = st.floats(0, 2_000, allow_subnormal=False)
LIMITS = {"MAX_CLAIMS": 5, "MAX_STEPS": 60, "MAX_DRAWN": 7, "MAX_SENTENCES": 40, "MAX_PROBABILITIES": 50}
marches = st.builds(ReplayMarch, HOURS, HOURS, st.integers(0, 1), st.integers(0, 900), st.just(0), st.just([0]))
assaults = st.builds(ReplayAssault, HOURS, HOURS, st.just(0), st.just(0), st.just("won"))
incidents = st.builds(ReplayIncident, HOURS, st.just("bomb"), st.just(0), st.just(0), st.integers(0, 99), st.just(True))


def sorted_lists(items, key=lambda item: item[0], max_size=40):
    """Lists of things in the order of time."""
    return st.lists(items, max_size=max_size).map(lambda found: sorted(found, key=key))


series = st.lists(sorted_lists(st.tuples(HOURS, st.integers(0, 9))), max_size=8)


@pytest.fixture(scope="module")
def scenario():
    return load("teaching")


@pytest.fixture(scope="module")
def whole(scenario):
    return build_replay(scenario, Simulation(scenario).run(7), SelectedReplication(0, ("x",), ("y",)))


@pytest.fixture(scope="module")
def timeline(scenario):
    return build_claim_timeline(scenario, 72.0, [])


@pytest.fixture(scope="module", autouse=True)
def small():
    """Small bounds: a test can draw battles that are larger."""
    with pytest.MonkeyPatch.context() as patch:
        for name, limit in LIMITS.items():
            patch.setattr(bounds, name, limit)
        yield


@settings(max_examples=60, phases=[Phase.generate])
@given(st.data())
def test_a_replay_of_any_size_is_bounded_and_ends_as_it_did(whole, timeline, data):
    large = replace(
        whole,
        positions=data.draw(series),
        control_steps=data.draw(series),
        marches=data.draw(st.lists(marches, max_size=20)),
        assaults=data.draw(st.lists(assaults, max_size=20)),
        incidents=data.draw(st.lists(incidents, max_size=20)),
        diary=data.draw(sorted_lists(st.tuples(st.floats(0, 72), st.text(max_size=3)), max_size=90)),
    )
    kept, omissions = bound_replay(large, timeline[:2])
    for before, after in ((large.positions, kept.positions), (large.control_steps, kept.control_steps)):
        assert [(steps[:1], steps[-1:]) for steps in after] == [(steps[:1], steps[-1:]) for steps in before]
        windows = 2_000 // bounds.WINDOW_HOURS[-1] + 2  # and the first
        assert sum(map(len, after)) <= max(LIMITS["MAX_STEPS"], len(before) * windows)
        assert all(step in steps for steps, fewer in zip(before, after, strict=True) for step in fewer)
    for name in ("marches", "assaults", "incidents"):
        before, after = getattr(large, name), getattr(kept, name)
        assert len(after) == min(len(before), LIMITS["MAX_DRAWN"])
        rest = iter(before)
        assert all(each in rest for each in after), "in the order that they had"
    assert len(kept.diary) <= LIMITS["MAX_SENTENCES"]
    assert [hour for hour, _ in kept.diary] == sorted(hour for hour, _ in kept.diary)
    assert set(kept.true_claims) <= {claim.claim for claim in timeline[:2]}
    assert bool(omissions) == (replace(kept, true_claims=large.true_claims) != large)


def test_a_battle_within_the_bounds_is_shown_whole(whole, timeline, monkeypatch):
    for name in LIMITS:
        monkeypatch.setattr(bounds, name, 10_000)
    assert bound_timeline(timeline) == (timeline, [])
    kept, omissions = bound_replay(whole, timeline)
    assert omissions == []
    assert replace(kept, true_claims=whole.true_claims) == whole


def test_the_claims_of_fewest_battles_are_kept_in_the_order_of_time(timeline):
    rated = [replace(claim, percent_true=str(number)) for number, claim in enumerate(timeline)]
    kept, (said,) = bound_timeline(rated[::-1])
    assert kept == rated[: LIMITS["MAX_CLAIMS"]][::-1]
    assert said == f"of {len(rated)} dated claims, the 500 that hold in the fewest battles".replace("500", "5")


@given(st.integers(1, 60), st.integers(1, 30))
def test_probabilities_are_bounded_and_have_the_last_moment(n_steps, n_places):
    hours = [float(n) for n in range(n_steps)]
    whole = EnsembleSeries(3, "each day", hours, [[[1, 0, 0]] * n_places] * n_steps, [[[0, 0, 0]] * 2] * n_steps)
    kept, omissions = bound_ensemble(whole)
    assert kept.hours[-1] == hours[-1]
    assert len(kept.hours) == len(kept.control_probabilities) == len(kept.killed_quantiles)
    assert len(kept.hours) * n_places <= max(LIMITS["MAX_PROBABILITIES"], n_places)
    assert bool(omissions) == (kept != whole)
