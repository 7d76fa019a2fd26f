"""Clocks that are put forward or back within a battle: hours are elapsed ones, and days have 23 or 25 of them."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from support.battles import teaching_data, validated
from support.short_battles import squeeze

from sim.battle.simulation import Simulation
from sim.events.daily import compute_daily_series
from sim.events.local_time import count_hours, find_local_time, list_clock_changes
from sim.events.log import EventKind
from sim.events.time_steps import TimeSteps
from sim.runs.replicate import Study, run_batch
from sim.scenario.geography import Astronomy

PLACE = {"latitude": 48.9, "longitude": 2.4, "source": "account"}
SPRING, AUTUMN = datetime(2001, 3, 25), datetime(2001, 10, 28)  # summer time begins and ends at 02:00 and 03:00
ZONES = ["Europe/Paris", "Asia/Damascus", "Atlantic/Stanley", "Australia/Lord_Howe", "UTC"]


def change_clocks(begins: datetime, hours: float):
    """The teaching battle about a time of Paris."""
    data = squeeze(teaching_data(), begins, hours)
    data["astronomy"] = {"latitude": 50.0, "longitude": 10.0, "time_zone": "Europe/Paris", "source": "account"}
    return validated(data)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23.0), (AUTUMN, 25.0), (datetime(2001, 6, 1), 24.0)])
def test_the_day_of_a_change_has_an_hour_less_or_more(day, hours):
    assert count_hours(day, day + timedelta(days=1), "Europe/Paris") == hours
    assert count_hours(day, day + timedelta(days=1), None) == 24.0
    changes = list_clock_changes(day, 30.0, "Europe/Paris")
    assert sum(shift for _, shift in changes) == 24.0 - hours


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(1980, 1, 1), datetime(2030, 1, 1)).map(lambda each: each.replace(microsecond=0)),
    st.integers(0, 60 * 24 * 400),
)
def test_hours_and_local_times_are_each_other_s_inverse(zone, begins, minutes):
    begins = find_local_time(begins, 0.0, zone)  # a time that the clock shows
    local = find_local_time(begins, minutes / 60, zone)
    back = count_hours(begins, local, zone)
    doubled = find_local_time(begins, minutes / 60 - 1.0, zone) == local  # the second time of an hour shown twice
    assert back == pytest.approx(minutes / 60) or doubled or minutes / 60 - back <= 1.0
    shift = sum(change for at, change in list_clock_changes(begins, minutes / 60, zone) if at <= minutes / 60)
    assert local == begins + timedelta(minutes=minutes) + timedelta(hours=shift)


@given(st.sampled_from([SPRING, AUTUMN]), st.sampled_from([1, 6, 24]), st.integers(0, 1000), st.integers(1, 80))
def test_steps_by_the_clock_hold_all_the_hours_that_pass(day, hours, before, length):
    steps = TimeSteps(day - timedelta(minutes=before), hours, float(length), "Europe/Paris")
    ends = steps.end_hours_of_steps
    assert (np.diff(ends) >= 0).all()
    assert ends[-1] >= length > (ends[-2] if len(ends) > 1 else 0)
    lengths = np.diff(ends)
    assert set(np.round(lengths, 9)) <= {float(hours), hours - 1.0, hours + 1.0}


@pytest.mark.parametrize(
    ("begins", "elapsed"), [(SPRING - timedelta(hours=4), 13.0), (AUTUMN - timedelta(hours=4), 15.0)]
)
def test_a_battle_lasts_as_long_as_it_takes_and_not_as_the_clock_says(begins, elapsed):
    scenario = change_clocks(begins, 14.0)
    simulation = Simulation(scenario)
    assert simulation.end_hours == elapsed
    run = simulation.run(3)
    series = compute_daily_series(run.event_log)
    assert series.steps.count == 14
    assert run.log["time"].max() <= elapsed
    killed = run.log["event"] == EventKind.KILLED
    assert series.killed.sum() == run.log["value"][killed].sum()
    plain, compiled = (
        run_batch(Study(Simulation(scenario, scheduler=clock, execution_mode=form), 5, 4), range(4))
        for clock, form in (("simpy", "plain"), ("compiled", "compiled"))
    )
    assert all(np.array_equal(plain.daily[name], compiled.daily[name]) for name in plain.daily)


def test_clocks_are_given_once_and_by_a_known_name():
    assert str(Astronomy(**PLACE, time_zone="Europe/Paris").zone) == "Europe/Paris"
    assert Astronomy(**PLACE, utc_offset=2).zone.utcoffset(None) == timedelta(hours=2)
    with pytest.raises(ValidationError, match="either utc_offset, in hours, or time_zone"):
        Astronomy(**PLACE)
    with pytest.raises(ValidationError, match="either utc_offset, in hours, or time_zone"):
        Astronomy(**PLACE, utc_offset=1, time_zone="Europe/Paris")
    with pytest.raises(ValidationError, match="Europe/Paris"):
        Astronomy(**PLACE, time_zone="Europe/Pariss")
