"""The Moon: when it is up, how much of it is lit, and that its light counts only then."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from astral import Observer, moon
from astral.sun import elevation
from hypothesis import given
from hypothesis import strategies as st
from support.battles import battle

from sim.battle import day_states
from sim.battle.day_states import build_day_states
from sim.battle.moon import compute_moon_illumination, find_moon_spans
from sim.battle.records import NEVER, DayState
from sim.battle.rules.mean_parameters import refresh_mean_parameters
from sim.battle.rules.rates import visibility_factor
from sim.battle.rules.weather import draw_weather, is_moon_up, step_environment
from sim.battle.simulation import Simulation
from sim.scenario import load

# At 35.28528 N, 40.17583 E, in local time (UTC+2): rising, setting, and the lit share (per cent) at the midnight after.
# From a table of this place made with a full ephemeris, which astral's formulae are not.
EPHEMERIS = [
    ("2014-12-01", "12:48", "00:34", 76.9),
    ("2014-12-02", "13:26", "01:38", 85.5),
    ("2014-12-06", "16:22", "05:46", 99.7),
    ("2014-12-09", "19:02", "08:17", 88.4),
    ("2014-12-12", "21:44", "10:10", 65.1),
    ("2014-12-14", "23:32", "11:13", 46.5),
]
LOCAL = timedelta(hours=2)

moments = st.datetimes(datetime(1805, 1, 1), datetime(2029, 12, 1)).map(
    lambda each: each.replace(microsecond=0, tzinfo=UTC)
)
latitudes, longitudes = st.floats(-89, 89), st.floats(-180, 180)


@pytest.mark.parametrize(("day", "rises", "sets", "lit"), EPHEMERIS)
def test_rising_setting_and_the_lit_share_are_those_of_an_ephemeris(day, rises, sets, lit):
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC) - LOCAL
    spans = find_moon_spans(35.28528, 40.17583, midnight, midnight + timedelta(days=1))
    found = [each for span in spans for each in span if midnight < each < midnight + timedelta(days=1)]
    expected = [midnight + timedelta(hours=int(each[:2]), minutes=int(each[3:])) for each in (rises, sets)]
    assert len(found) == 2
    for a, b in zip(sorted(found), sorted(expected), strict=True):
        assert abs(a - b) <= timedelta(minutes=2)
    assert 100 * compute_moon_illumination(midnight + timedelta(days=1)) == pytest.approx(lit, abs=0.2)


@given(latitudes, longitudes, moments, st.floats(0, 48))
def test_the_moon_is_up_where_its_altitude_says_so(latitude, longitude, begins, hours):
    at = (begins + timedelta(hours=hours)).replace(microsecond=0)
    spans = find_moon_spans(latitude, longitude, begins, begins + timedelta(days=2))
    altitude = moon.elevation(Observer(latitude, longitude), at)
    if abs(altitude - 0.125) > 0.4:  # degrees: a minute of its course, and what the spline may be out by
        assert any(rise <= at < fall for rise, fall in spans) == (altitude > 0.125)
    assert all(rise < fall for rise, fall in spans)


def place_battle(latitude, longitude, day, utc_offset, **priors):
    """A battle without orders and reported weather, of three days from a day on, anywhere."""
    scenario = battle({}, **priors)
    begins = datetime.combine(day, datetime.min.time())
    astronomy = scenario.astronomy.model_copy(
        update={"latitude": latitude, "longitude": longitude, "utc_offset": utc_offset}
    )
    ends = begins + timedelta(days=3)
    return scenario.model_copy(
        update={"begins": begins, "ends": ends, "record_ends": None, "weather": {}, "astronomy": astronomy}
    )


days = st.dates(date(1805, 1, 2), date(2029, 1, 1))


@pytest.mark.slow
@given(latitudes, longitudes, days, st.floats(-3, 3))
def test_it_is_light_where_the_sun_is_up_whatever_the_clocks_show(latitude, longitude, day, ahead):
    """A dusk after midnight by the clocks once left the day without light."""
    scenario = place_battle(latitude, longitude, day, min(max(longitude / 15 + ahead, -12), 14))
    rows = build_day_states(scenario, 0)
    assert all(row.dawn <= row.dusk for row in rows)
    start = scenario.begins.replace(tzinfo=scenario.astronomy.zone)
    for hour in range(0, 72, 2):
        altitude = elevation(Observer(latitude, longitude), start + timedelta(hours=hour), with_refraction=False)
        if abs(altitude + 6) > 1 and abs(latitude) < 55:  # nearer to a pole a day may have no dusk, and no night
            assert any(row.dawn <= hour < row.dusk for row in rows) == (altitude > -6), hour


def test_a_dusk_after_midnight_ends_the_day_before():
    rows = build_day_states(place_battle(59.9, 30.3, date(1942, 6, 5), 4), 0)
    assert all(0.5 < row.dusk % 24 < 1 for row in rows)
    assert all(21 < row.dusk - row.dawn < 22 for row in rows)


@pytest.mark.slow
@given(latitudes, longitudes, days)
def test_moonlight_counts_while_the_moon_is_up_and_at_no_other_time(latitude, longitude, day):
    scenario = place_battle(latitude, longitude, day, longitude / 15, night_fire=0.5, moonlight=0.6)
    simulation = Simulation(scenario)
    compiled = simulation.compiled_scenario
    parameters = list(simulation.run().parameters.values())
    streams = np.ones((len(compiled.stream_names), 4), dtype=np.uint64)
    state = simulation.state_factory.make_battle(parameters, [0.0] * len(compiled.input_names), streams)
    draw_weather(state)
    refresh_mean_parameters(state)
    start = scenario.begins.replace(tzinfo=scenario.astronomy.zone)
    spans = find_moon_spans(latitude, longitude, start - timedelta(days=2), start + timedelta(days=5))
    now, model = 0.0, state.model[0]
    while now < 72.0:
        change = step_environment(state, now)
        length = min(change, 72.0 - now)
        middle = start + timedelta(hours=now + length / 2)
        is_up = any(rise <= middle < fall for rise, fall in spans)
        lit = [row.moon for row in state.days if row.dusk <= now][-1]
        if model.daylight == 0 and length > 0.1:  # h; spans are known to the minute
            assert visibility_factor(state, 0, 0) == pytest.approx(0.5 + 0.5 * 0.6 * lit * is_up)
        now += change


@pytest.mark.parametrize(
    ("rises", "sets", "up"),
    [
        (NEVER, -NEVER, []),
        (-NEVER, NEVER, [0, 1, 2, 3, 4]),
        (-NEVER, 2.0, [0, 1]),
        (2.0, NEVER, [2, 3, 4]),
        (1.0, 3.0, [1, 2]),
        (3.0, 1.0, [0, 3, 4]),
    ],
)
def test_the_moon_may_set_and_rise_again_in_one_night(rises, sets, up):
    assert [hour for hour in range(5) if is_moon_up(DayState(moon_rises=rises, moon_sets=sets), hour)] == up


def test_the_nights_of_battles_here():
    """Goose Green: the Moon, five days old, had set some hours before the first assault; Khafji's was full, and up."""
    goose_green = build_day_states(load("goose_green"), 0)[1]
    assert goose_green.moon == pytest.approx(0.32, abs=0.03)
    assert goose_green.moon_sets == pytest.approx(3 - 5 / 60, abs=0.1)  # 20:55 by the clocks of the scenario
    khafji = load("khafji")
    first_night = build_day_states(khafji, 0)[1]
    assert khafji.begins.date() == date(1991, 1, 29)
    assert first_night.moon > 0.98
    assert is_moon_up(first_night, khafji.hours_since_start(datetime(1991, 1, 29, 22)))


@pytest.mark.parametrize("name", ["goose_green", "dec2014", "teaching"])
def test_lights_that_are_recalled_are_those_that_are_worked_out(name, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    scenario = load(name)
    dates = day_states.list_record_days(scenario)
    worked_out = day_states.compute_lights(scenario, dates)
    assert [day_states.recall_lights(scenario, dates) for _ in range(2)] == [worked_out] * 2
    monkeypatch.setattr(day_states, "compute_lights", lambda *given: [])
    assert day_states.recall_lights(scenario, dates) == worked_out
    assert day_states.recall_lights(scenario, dates[1:]) == []
    elsewhere = scenario.model_copy(update={"astronomy": scenario.astronomy.model_copy(update={"latitude": 1.0})})
    assert day_states.recall_lights(elsewhere, dates) == []
    later = scenario.model_copy(update={"begins": scenario.begins.replace(minute=1)})
    assert day_states.recall_lights(later, dates) == []
