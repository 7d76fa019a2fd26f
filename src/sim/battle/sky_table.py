"""Dawn, dusk and the Moon for each day of a battle, computed; and the weather that sources report."""

import math
from datetime import date, datetime, time, timedelta, timezone

from astral import LocationInfo, moon
from astral.sun import dawn, dusk, elevation, noon

from sim.battle.codes import SkyDriver
from sim.battle.rows import Day
from sim.scenario.ground import Weather
from sim.scenario.model import Scenario

LUNATION = 28.0  # astral counts the Moon's phase from 0 (new) to 28
CIVIL = 6.0  # degrees below the horizon: civil twilight still counts as day


def calendar(scenario: Scenario) -> list[date]:
    """The days of the record, one before and one after, since night and fog cross midnight."""
    first = scenario.begins.date() - timedelta(days=1)
    return [first + timedelta(days=n) for n in range((scenario.last.date() - first).days + 2)]


def sky_table(scenario: Scenario, first_driver: int) -> list[Day]:
    """A row for each day of the calendar, times in hours since the battle began."""
    zone = timezone(timedelta(hours=scenario.sky.utc_offset))
    observer = LocationInfo(latitude=scenario.sky.latitude, longitude=scenario.sky.longitude).observer

    def hours(moment: datetime) -> float:
        return scenario.hours(moment.astimezone(zone).replace(tzinfo=None))

    def light(day: date) -> tuple[float, float]:
        """From when until when it is light; near a pole all day long, or not at all."""
        try:
            return hours(dawn(observer, day, CIVIL, tzinfo=zone)), hours(dusk(observer, day, CIVIL, tzinfo=zone))
        except ValueError:  # the sun does not come to that height
            midnight = scenario.hours(datetime.combine(day, time()))
            lit = elevation(observer, noon(observer, day, tzinfo=zone)) > -CIVIL
            return midnight, midnight + 24.0 * lit

    days = []
    for number, day in enumerate(calendar(scenario)):
        dawns, dusks = light(day)
        row = Day(
            dawn=dawns,
            dusk=dusks,
            moon=lit_share(day),
            drivers=first_driver + number * SkyDriver.SPAN,
        )
        for weather in scenario.weather.values():
            if weather.begins.date() <= day <= (weather.ends - timedelta(microseconds=1)).date():
                report(row, weather, scenario, day)
        days.append(row)
    return days


def lit_share(day: date) -> float:
    """The lit share of the Moon's disc in the night that follows a day, 0 to 1."""
    return (1.0 - math.cos(2.0 * math.pi * moon.phase(day) / LUNATION)) / 2.0


def report(row: Day, weather: Weather, scenario: Scenario, day: date) -> None:
    """Put reported weather into the day on which it begins; on every day that it touches none is drawn."""
    begins, ends = scenario.hours(weather.begins), scenario.hours(weather.ends)
    starts_today = weather.begins.date() == day
    if weather.kind == "moon":
        row.moon = weather.lit or 0.0
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
