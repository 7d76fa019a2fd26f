"""Day, dusk and night over a battle, and the Moon, as the model has them."""

from dataclasses import dataclass
from datetime import timedelta, timezone

from astral import LocationInfo
from astral.sun import sunrise, sunset

from sim.battle.sky_table import calendar, sky_table
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Day:
    """Hours since the beginning: civil dawn, sunrise, sunset, civil dusk; the Moon's lit share in the night after."""

    dawn: float
    rise: float
    fall: float
    dusk: float
    moon: float


def light(scenario: Scenario, ends: float) -> list[Day]:
    """Every day that a battle of so many hours touches, and the night before it."""
    zone = timezone(timedelta(hours=scenario.sky.utc_offset))
    observer = LocationInfo(latitude=scenario.sky.latitude, longitude=scenario.sky.longitude).observer
    found = []
    for day, row in zip(calendar(scenario), sky_table(scenario, 0), strict=True):
        if row.dawn > ends:
            break
        try:
            sun = [scenario.hours(each(observer, day, tzinfo=zone).replace(tzinfo=None)) for each in (sunrise, sunset)]
        except ValueError:  # it never rises, or never sets
            sun = [row.dawn, row.dusk]
        found.append(Day(*(round(each, 3) for each in (row.dawn, *sun, row.dusk, row.moon))))
    return found
