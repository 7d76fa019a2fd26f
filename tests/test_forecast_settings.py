"""Settings of `sim forecast` that can't succeed are refused before anything is fought, and say what would do."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from support.battles import teaching_data, validated
from support.short_battles import squeeze

from sim.analysis.forecast_cutoffs import list_daily_cutoffs
from sim.cli import smc
from sim.cli.errors import SettingsError
from sim.inference.ess import compute_typical_ess

sizes = st.lists(st.one_of(st.floats(0, 1e6), st.just(np.nan)), max_size=6).map(np.array)


def write(data, folder):
    """Plain data as a scenario file."""
    path = folder / "battle.yaml"
    YAML().dump(data, path)
    return path


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            ["target_ess=60"],
            "target_ess: no posterior of fewer than 400 effective draws is shown (got 60; ",
        ),
        (["particles=250", "target_ess=501"], "target_ess: both islands together have 500 particles"),
        (["particles=150", "target_ess=0"], "particles: both islands together have 300"),
        (["cutoff=2001-05-31"], "allowed: after 2001-06-01T00:00"),
    ],
)
def test_what_can_not_succeed_is_refused_at_once(call, tmp_path, words, complaint):
    code, out, err = call("forecast", "scenario=teaching", f"outputs={tmp_path}", *words)
    assert (code, out) == (2, "")
    assert complaint in err
    assert not list(tmp_path.iterdir())


@given(st.integers(50, 5_000), st.integers(0, 5_000))
def test_only_settings_that_may_come_to_enough_draws_are_taken(particles, target_ess):
    options = smc.SMCCommandSettings.model_construct(particles=particles, target_ess=target_ess)
    if 2 * particles >= 400 and target_ess >= 400:
        smc.check_posterior_settings(options)
    else:
        with pytest.raises(SettingsError, match="400 effective draws"):
            smc.check_posterior_settings(options)


@given(st.integers(50, 5_000), st.data())
def test_a_target_beyond_the_particles_is_refused(particles, data):
    target_ess = data.draw(st.one_of(st.integers(0, 12_000), st.sampled_from([2 * particles, 2 * particles + 1])))
    options = smc.SMCCommandSettings.model_construct(particles=particles, target_ess=target_ess, max_simulations=10**6)
    if target_ess <= 2 * particles:
        assert options.validate_budget() is options
    else:
        with pytest.raises(ValueError, match=f"target_ess: .* {2 * particles} particles"):
            options.validate_budget()


def test_a_forecast_without_commanders_says_that_it_needs_them(call, tmp_path):
    data = teaching_data()
    data["orders"] = {id: order for id, order in data["orders"].items() if not order.get("simulated_commander")}
    code, _, err = call("forecast", f"scenario={write(data, tmp_path)}", f"outputs={tmp_path / 'out'}")
    assert code == 2
    assert "no orders with `simulated_commander: true` (allowed: mode=given_orders, a hindcast)" in err


def test_a_battle_within_a_day_needs_a_cut(call, tmp_path):
    data = squeeze(teaching_data(), datetime(2001, 6, 1, 2, 30), 14.0) | {"splits": {}}
    path = write(data, tmp_path)
    for words in ([], ["cutoff=daily"]):
        code, _, err = call("forecast", f"scenario={path}", f"outputs={tmp_path / 'out'}", *words)
        assert code == 2
        assert "no midnight lies within the battle" in err
        assert "allowed: cutoff=TIME" in err


@given(st.integers(0, 24 * 60 - 1), st.integers(2 * 24 * 60, 9 * 24 * 60))
def test_every_next_day_is_cut_at_midnight_and_ends_with_the_battle(minute, length):
    begins = datetime(2001, 6, 1) + timedelta(minutes=minute)
    scenario = validated(teaching_data()).model_copy(
        update={"begins": begins, "ends": begins + timedelta(minutes=length)}
    )
    cutoffs = list_daily_cutoffs(scenario)
    assert all(cutoff.time == datetime.combine(cutoff.time.date(), datetime.min.time()) for cutoff in cutoffs)
    assert all(begins < cutoff.time < cutoff.scored_until <= scenario.ends for cutoff in cutoffs)
    assert cutoffs[-1].scored_until == scenario.ends


@given(sizes, sizes)
def test_outcomes_that_do_not_vary_say_nothing_of_the_sample(parameter_ess, outcome_ess):
    """Before the first claim there are no outcomes: no budget is spent on waiting for what never comes."""
    found = compute_typical_ess(parameter_ess, outcome_ess)
    varying = [each[np.isfinite(each)] for each in (parameter_ess, outcome_ess)]
    medians = [float(np.median(each)) for each in varying if each.size]
    if parameter_ess.size and not varying[0].size:
        assert found == 0.0  # all particles are alike
    else:
        assert found == min(medians, default=np.inf)
