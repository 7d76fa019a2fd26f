"""The light and weather of each day of a scenario: dawn and dusk, the Moon, and what sources report of fog and rain."""

import math
from datetime import date, datetime, time, timedelta

from astral import LocationInfo, moon
from astral.sun import dawn, dusk, elevation, noon

from sim.battle.enums import WeatherInput
from sim.battle.records import DayState
from sim.scenario.geography import Weather
from sim.scenario.model import Scenario

LUNATION_DAYS = 28.0  # astral counts the Moon's phase from 0 (new) to 28
CIVIL_TWILIGHT_DEGREES = 6.0  # degrees below the horizon: civil twilight still counts as day


def list_record_days(scenario: Scenario) -> list[date]:
    """The days of the record, one before and one after, since night and fog cross midnight."""
    first = scenario.begins.date() - timedelta(days=1)
    return [first + timedelta(days=n) for n in range((scenario.horizon.date() - first).days + 2)]


def build_day_states(scenario: Scenario, first_input: int) -> list[DayState]:
    """A row for each day, times in hours since the battle began."""
    zone = scenario.astronomy.zone
    observer = LocationInfo(latitude=scenario.astronomy.latitude, longitude=scenario.astronomy.longitude).observer

    def hours(moment: datetime) -> float:
        return scenario.hours_since_start(moment.astimezone(zone).replace(tzinfo=None))

    def daylight_span(day: date) -> tuple[float, float]:
        """From when until when it is light; near a pole all day long, or not at all."""
        try:
            return hours(dawn(observer, day, CIVIL_TWILIGHT_DEGREES, tzinfo=zone)), hours(
                dusk(observer, day, CIVIL_TWILIGHT_DEGREES, tzinfo=zone)
            )
        except ValueError:  # the sun does not come to that height
            midnight = scenario.hours_since_start(datetime.combine(day, time()))
            lit = elevation(observer, noon(observer, day, tzinfo=zone)) > -CIVIL_TWILIGHT_DEGREES
            return midnight, midnight + 24.0 * lit

    days = []
    for number, day in enumerate(list_record_days(scenario)):
        dawns, dusks = daylight_span(day)
        row = DayState(
            dawn=dawns,
            dusk=dusks,
            moon=compute_moon_illumination(day),
            first_input=first_input + number * WeatherInput.COUNT,
        )
        for _, weather in sorted(scenario.weather.items(), key=lambda each: (each[1].begins, each[0])):
            if weather.begins.date() <= day <= (weather.ends - timedelta(microseconds=1)).date():
                apply_reported_weather(row, weather, scenario, day)
        days.append(row)
    return days


def compute_moon_illumination(day: date) -> float:
    """The lit share of the Moon's disc in the night that follows a day, 0 to 1."""
    return (1.0 - math.cos(2.0 * math.pi * moon.phase(day) / LUNATION_DAYS)) / 2.0


def apply_reported_weather(row: DayState, weather: Weather, scenario: Scenario, day: date) -> None:
    """Put reported weather into the day on which it begins; on every day that it touches none is drawn."""
    begins, ends = scenario.hours_since_start(weather.begins), scenario.hours_since_start(weather.ends)
    starts_today = weather.begins.date() == day
    if weather.kind == "moon":
        row.moon = weather.illuminated_fraction or 0.0
    elif weather.kind == "clear":
        row.fog_reported = row.rain_reported = 1
    elif weather.kind == "fog":
        row.fog_reported = 1
        if starts_today:
            row.fog_begins, row.fog_ends = begins, ends
    else:
        row.rain_reported = 1
        if starts_today:
            row.rain_begins, row.rain_ends = begins, ends
