"""The light and weather of each day of a scenario: dawn and dusk, the Moon, and what sources report of fog and rain."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from astral import LocationInfo
from astral.sun import dawn, dusk, elevation, noon

from sim.battle.enums import WeatherInput
from sim.battle.moon import compute_moon_illumination, find_moon_spans
from sim.battle.records import NEVER, DayState
from sim.scenario.geography import Weather
from sim.scenario.model import Scenario

CIVIL_TWILIGHT_DEGREES = 6.0  # degrees below the horizon: civil twilight still counts as day


def list_record_days(scenario: Scenario) -> list[date]:
    """The days of the record, one before and one after, since night and fog cross midnight."""
    first = scenario.begins.date() - timedelta(days=1)
    return [first + timedelta(days=n) for n in range((scenario.horizon.date() - first).days + 2)]


def build_day_states(scenario: Scenario, first_input: int) -> list[DayState]:
    """A row for each day, times in hours since the battle began."""
    dates = list_record_days(scenario)
    days = []
    for number, day in enumerate(dates):
        dawns, dusks = find_daylight_span(scenario, day)
        midnight = datetime.combine(day + timedelta(days=1), time(), scenario.astronomy.zone)
        days.append(
            DayState(
                dawn=dawns,
                dusk=dusks,
                moon=compute_moon_illumination(midnight),
                first_input=first_input + number * WeatherInput.COUNT,
            )
        )
    set_moon_hours(days, scenario)
    for day, row in zip(dates, days, strict=True):
        for _, weather in sorted(scenario.weather.items(), key=lambda each: (each[1].begins, each[0])):
            if weather.begins.date() <= day <= (weather.ends - timedelta(microseconds=1)).date():
                apply_reported_weather(row, weather, scenario, day)
    return days


def find_daylight_span(scenario: Scenario, day: date) -> tuple[float, float]:
    """From when until when it is light, in hours; near a pole all day long, or not at all."""
    observer = LocationInfo(latitude=scenario.astronomy.latitude, longitude=scenario.astronomy.longitude).observer
    zone = make_solar_zone(scenario)
    try:
        return convert_to_hours(scenario, dawn(observer, day, CIVIL_TWILIGHT_DEGREES, tzinfo=zone)), convert_to_hours(
            scenario, dusk(observer, day, CIVIL_TWILIGHT_DEGREES, tzinfo=zone)
        )
    except ValueError:  # the sun does not come to that height
        midnight = scenario.hours_since_start(datetime.combine(day, time()))
        lit = elevation(observer, noon(observer, day, tzinfo=zone)) > -CIVIL_TWILIGHT_DEGREES
        return midnight, midnight + 24.0 * lit


def make_solar_zone(scenario: Scenario) -> timezone:
    """The zone of mean solar time, in which no day's dusk comes after midnight, whatever the clocks show."""
    return timezone(timedelta(hours=scenario.astronomy.longitude / 15.0))


def convert_to_hours(scenario: Scenario, moment: datetime) -> float:
    """Hours since the battle began."""
    return scenario.hours_since_start(moment.astimezone(scenario.astronomy.zone).replace(tzinfo=None))


def set_moon_hours(days: list[DayState], scenario: Scenario) -> None:
    """Put into each day when the Moon rises and sets between its dusk and that of the next day."""
    astronomy = scenario.astronomy
    start = scenario.begins.replace(tzinfo=astronomy.zone).astimezone(UTC)
    dusks = [*(row.dusk for row in days), days[-1].dusk + 24.0]
    spans = [
        ((rise - start) / timedelta(hours=1), (fall - start) / timedelta(hours=1))
        for rise, fall in find_moon_spans(
            astronomy.latitude,
            astronomy.longitude,
            start + timedelta(hours=dusks[0]),
            start + timedelta(hours=dusks[-1]),
        )
    ]
    for row, next_dusk in zip(days, dusks[1:], strict=True):
        is_up = any(rise <= row.dusk < fall for rise, fall in spans)
        rises = [rise for rise, _ in spans if row.dusk < rise < next_dusk]
        falls = [fall for _, fall in spans if row.dusk < fall < next_dusk]
        row.moon_rises = rises[0] if rises else -NEVER if is_up else NEVER
        row.moon_sets = falls[0] if falls else NEVER if is_up or rises else -NEVER


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
