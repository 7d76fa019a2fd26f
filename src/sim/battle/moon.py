"""The Moon over a place: when it stands above the horizon, and how much of its disc is lit.

Directions to the Moon are astral's (the low-precision formulae of VanFlandern1979), one for each quarter of a day; its
altitude by the minute lies on the arc between them, which is off by .003 degrees at most. Rising and setting are those
of almanacs, of the upper limb on a level horizon, good to some two minutes.
"""

import math
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
from astral.julian import julianday, julianday_2000, julianday_to_juliancentury
from astral.moon import moon_position
from astral.sidereal import lmst
from astral.sun import sun_declination, sun_rt_ascension

QUARTER = timedelta(hours=6)
SIDEREAL_DEGREES_PER_HOUR = 15.04106864  # the Earth's turning, against the stars
# Degrees of the Moon's centre as seen from the Earth's: 57' of parallax less 34' of refraction and a radius of 16'.
RISING_ALTITUDE = 0.125


def find_moon_spans(
    latitude: float, longitude: float, begins: datetime, ends: datetime
) -> list[tuple[datetime, datetime]]:
    """When the Moon stands above the horizon of a place.

    Parameters
    ----------
    latitude, longitude
        Degrees north and east.
    begins, ends
        The period, with time zones.

    Returns
    -------
    list of tuple
        From when until when, in universal time and to the minute, in their sequence; cut off where the period ends.

    Examples
    --------
    >>> period = datetime(2001, 6, 2, tzinfo=UTC), datetime(2001, 6, 4, tzinfo=UTC)
    >>> for rises, sets in find_moon_spans(50.0, 10.0, *period):
    ...     print(f"{rises:%d %H:%M} to {sets:%d %H:%M}")
    02 00:00 to 02 01:49
    02 15:09 to 03 02:10
    03 16:24 to 04 00:00
    """
    first = begins.astimezone(UTC)
    minutes = np.arange(math.ceil((ends - begins) / timedelta(minutes=1)) + 1)
    is_up = compute_moon_altitudes(latitude, longitude, first, minutes / 60.0) > RISING_ALTITUDE
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_up, [False]]).astype(int)))
    last = first + (ends - begins)
    return [
        (first + timedelta(minutes=int(rise)), min(first + timedelta(minutes=int(fall)), last))
        for rise, fall in edges.reshape(-1, 2)
    ]


def compute_moon_altitudes(latitude: float, longitude: float, begins: datetime, hours: np.ndarray) -> np.ndarray:
    """Degrees of the Moon's centre above the horizon, as from the Earth's centre, so many hours after a moment."""
    knot = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    knots = [knot + n * QUARTER for n in range(math.ceil((begins - knot) / QUARTER + hours[-1] / 6.0) + 2)]
    hours_since_knot = (begins - knot) / timedelta(hours=1) + hours
    knot_hours = 6.0 * np.arange(len(knots))
    x, y, z = (np.interp(hours_since_knot, knot_hours, axis) for axis in np.array([locate_moon(k) for k in knots]).T)
    sidereal = np.radians(lmst(begins, longitude) + SIDEREAL_DEGREES_PER_HOUR * hours)
    towards_meridian = x * np.cos(sidereal) + y * np.sin(sidereal)
    sine = math.cos(math.radians(latitude)) * towards_meridian + math.sin(math.radians(latitude)) * z
    altitudes: np.ndarray = np.degrees(np.arcsin(sine / np.sqrt(x * x + y * y + z * z)))
    return altitudes


@cache
def locate_moon(moment: datetime) -> tuple[float, float, float]:
    """The direction to the Moon at a moment of universal time, x to the vernal equinox, z to the north pole."""
    position = moon_position(julianday_2000(moment))
    return make_direction(position.right_ascension, position.declination)


def make_direction(right_ascension: float, declination: float) -> tuple[float, float, float]:
    """A unit vector from angles in radians."""
    across = math.cos(declination)
    return across * math.cos(right_ascension), across * math.sin(right_ascension), math.sin(declination)


def compute_moon_illumination(moment: datetime) -> float:
    """The lit share of the Moon's disc at a moment, 0 to 1.

    Parameters
    ----------
    moment
        A moment, with its time zone.

    Returns
    -------
    float
        (1 - cosine of the angle between Moon and Sun) / 2.

    Examples
    --------
    >>> round(compute_moon_illumination(datetime(2001, 6, 6, 1, 39, tzinfo=UTC)), 2)  # full Moon
    1.0
    """
    at = moment.astimezone(UTC)
    century = julianday_to_juliancentury(julianday(at))
    sun = make_direction(math.radians(sun_rt_ascension(century)), math.radians(sun_declination(century)))
    return (1.0 - math.fsum(a * b for a, b in zip(locate_moon(at), sun, strict=True))) / 2.0
