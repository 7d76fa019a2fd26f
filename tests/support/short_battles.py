"""Scenarios squeezed in time: every date and hour of a file moved towards the beginning, in the same order."""

import re
from datetime import datetime, timedelta
from typing import Any

DATE = re.compile(r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$")
ENDS = ("until", "ends", "record_ends", "cutoff")  # keys of which a bare date is the end of the day


def squeeze(data: dict[str, Any], begins: datetime, hours: float) -> dict[str, Any]:
    """The data of a scenario as a battle of so many hours from that beginning, its moments in whole minutes."""
    first, last = read_moment("begins", data["begins"]), read_moment("ends", data["ends"])
    factor = timedelta(hours=hours) / (last - first)

    def move(key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: move(name, each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [move(key, each) for each in value]
        if isinstance(value, str) and DATE.match(value):
            minutes = round((read_moment(key, value) - first) * factor / timedelta(minutes=1))
            return (begins + timedelta(minutes=minutes)).isoformat(timespec="minutes")
        return value

    moved: dict[str, Any] = move("", data)
    return moved


def read_moment(key: str, value: str) -> datetime:
    """A date or hour as a scenario has it: a bare date is the beginning of the day, or its end."""
    moment = datetime.fromisoformat(value)
    return moment + timedelta(days=1) if len(value) == 10 and key in ENDS else moment
