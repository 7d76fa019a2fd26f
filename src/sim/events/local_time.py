"""Local time and elapsed hours: the clock of a place may be put forward or back while a battle lasts.

Every time of a scenario is the local time of its clocks, without a zone. The hours of a battle are elapsed ones, so
that the day on which summer time begins has 23, and the day on which it ends 25. Of an hour that the clock shows twice
the first is meant.
"""

from datetime import UTC, datetime, timedelta, timezone
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


@cache
def find_zone(name: str) -> ZoneInfo:
    """The rules of a time zone by its name of the IANA database; raise ValueError with the nearest names."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        nearest = ", ".join(get_close_matches(name, sorted(available_timezones()), 3, 0.4)) or "Europe/Paris, UTC"
        raise ValueError(f"no such time zone (allowed: a name such as {nearest})") from error


def count_hours(start: datetime, moment: datetime, zone: str | None) -> float:
    """Elapsed hours from one local time to another.

    Parameters
    ----------
    start, moment
        Local times, without a time zone.
    zone
        The time zone of the clocks, a name of the IANA database; None if they are never put forward or back.

    Returns
    -------
    float
        Hours, negative if the moment lies before the start.

    Examples
    --------
    >>> count_hours(datetime(2001, 3, 25), datetime(2001, 3, 26), "Europe/Paris")
    23.0
    """
    if zone is None:
        return (moment - start).total_seconds() / 3600
    return (to_utc(moment, zone) - to_utc(start, zone)).total_seconds() / 3600


def find_local_time(start: datetime, hours: float, zone: str | None) -> datetime:
    """The local time so many elapsed hours after another, without a time zone."""
    if zone is None:
        return start + timedelta(hours=hours)
    local = (to_utc(start, zone) + timedelta(hours=hours)).astimezone(find_zone(zone))
    return local.replace(tzinfo=None, fold=0)


def to_utc(moment: datetime, zone: str) -> datetime:
    """A local time as universal time."""
    return moment.replace(tzinfo=find_zone(zone)).astimezone(UTC)


def list_clock_changes(start: datetime, end_hours: float, zone: str | None) -> list[tuple[float, float]]:
    """When the clock is put forward or back in so many hours from a start: elapsed hours, and by how many hours."""
    changes: list[tuple[float, float]] = []
    if zone is None:
        return changes
    rules, first = find_zone(zone), to_utc(start, zone)
    before = first.astimezone(rules).utcoffset() or timedelta()
    for quarter in range(1, int(4 * end_hours) + 2):  # zones change at quarters of an hour
        now = (first + timedelta(minutes=15 * quarter)).astimezone(rules).utcoffset() or timedelta()
        if now != before:
            changes.append((quarter / 4, (now - before) / timedelta(hours=1)))
        before = now
    return changes


def make_fixed_zone(utc_offset: float) -> timezone:
    """The zone of clocks that are so many hours ahead of universal time all the year round."""
    return timezone(timedelta(hours=utc_offset))
