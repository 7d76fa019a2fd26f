"""The light and weather of each day of a scenario: dawn and dusk, the Moon, and what sources report of fog and rain."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from importlib.metadata import version
from pathlib import Path

from astral import LocationInfo
from astral.sun import dawn, dusk, elevation, noon

from sim import sealed_cache
from sim.battle.enums import WeatherInput
from sim.battle.moon import compute_moon_illumination, find_moon_spans
from sim.battle.records import NEVER, DayState
from sim.battle.rules.rates import round_to_tick
from sim.scenario.geography import Weather
from sim.scenario.model import Scenario

KIND = "lights"  # a folder of the cache
Lights = tuple[float, float, float, float, float]  # dawn, dusk, lit share of the Moon, when it rises and sets
TIMES_OF_DAY = ("dawn", "dusk", "moon_rises", "moon_sets", "fog_begins", "fog_ends", "rain_begins", "rain_ends")
CIVIL_TWILIGHT_DEGREES = 6.0  # degrees below the horizon: civil twilight still counts as day


def list_record_days(scenario: Scenario) -> list[date]:
    """The days of the record, one before and one after, since night and fog cross midnight."""
    first = scenario.begins.date() - timedelta(days=1)
    return [first + timedelta(days=n) for n in range((scenario.horizon.date() - first).days + 2)]


def build_day_states(scenario: Scenario, first_input: int) -> list[DayState]:
    """A row for each day, times in hours since the battle began, all of them whole ticks."""
    dates = list_record_days(scenario)
    days = [
        DayState(*numbers, first_input=first_input + number * WeatherInput.COUNT)
        for number, numbers in enumerate(recall_lights(scenario, dates))
    ]
    for day, row in zip(dates, days, strict=True):
        for _, weather in sorted(scenario.weather.items(), key=lambda each: (each[1].begins, each[0])):
            if weather.begins.date() <= day <= (weather.ends - timedelta(microseconds=1)).date():
                apply_reported_weather(row, weather, scenario, day)
        put_on_ticks(row)
    return days


def put_on_ticks(row: DayState) -> None:
    """Round every change of a day's light and weather to a whole tick: an order would step for ever just before it."""
    for name in TIMES_OF_DAY:
        hours = getattr(row, name)
        if -NEVER < hours < NEVER:
            setattr(row, name, round_to_tick(hours))


def recall_lights(scenario: Scenario, dates: list[date]) -> list[Lights]:
    """The lights of each day, worked out before or now: the Moon of three months takes a tenth of a second."""
    key = make_lights_key(scenario, dates)
    entry = sealed_cache.read_entry(KIND, key)
    if entry is None:
        lights = compute_lights(scenario, dates)
        sealed_cache.write_entry(KIND, key, [[number.hex() for number in row] for row in lights])
        return lights
    return [tuple(float.fromhex(number) for number in row) for row in entry]  # type: ignore[misc]


def make_lights_key(scenario: Scenario, dates: list[date]) -> str:
    """A digest of all that decides the lights: place, days, clocks (the rules of a zone change), program and astral."""
    sources = [(Path(__file__).parent / name).read_bytes() for name in ("day_states.py", "moon.py")]
    midnights = [scenario.hours_since_start(datetime.combine(day, time())) for day in dates]
    start = scenario.begins.replace(tzinfo=scenario.astronomy.zone)
    place = (scenario.astronomy.latitude, scenario.astronomy.longitude)
    return sealed_cache.make_key(
        *sources, version("astral"), repr(place), start.isoformat(), repr(list(map(str, dates))), repr(midnights)
    )


def compute_lights(scenario: Scenario, dates: list[date]) -> list[Lights]:
    """The lights of each day, by astronomy alone."""
    days = []
    for day in dates:
        dawns, dusks = find_daylight_span(scenario, day)
        midnight = datetime.combine(day + timedelta(days=1), time(), scenario.astronomy.zone)
        days.append(DayState(dawn=dawns, dusk=dusks, moon=compute_moon_illumination(midnight)))
    set_moon_hours(days, scenario)
    return [(row.dawn, row.dusk, row.moon, row.moon_rises, row.moon_sets) for row in days]


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
