"""The steps of time in which a battle is told: hours of a short battle, six hours of a longer one, else days.

Every table, figure and page that follows a battle through time has these steps.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

import numpy as np

from sim.events.local_time import count_hours, find_local_time
from sim.events.log import Labels

HOURLY_LIMIT = 36.0  # h: a battle no longer than this is told by the hour
SIX_HOURLY_LIMIT = 120.0  # h: and one no longer than this by six hours
DAY_HOURS = 24
INSTANT = timedelta(microseconds=1)


def choose_step_hours(battle_hours: float) -> int:
    """The hours of a step, by the length of a battle.

    Parameters
    ----------
    battle_hours
        Hours from the beginning of a battle to its end.

    Returns
    -------
    int
        1, 6 or 24.

    Examples
    --------
    >>> choose_step_hours(14), choose_step_hours(72), choose_step_hours(12 * 24)
    (1, 6, 24)
    """
    if battle_hours <= HOURLY_LIMIT:
        return 1
    return 6 if battle_hours <= SIX_HOURLY_LIMIT else DAY_HOURS


@dataclass(frozen=True)
class TimeSteps:
    """Steps of equal length by the clock, counted from 0; the first may begin before the battle does.

    Parameters
    ----------
    begins
        When the battle begins, local time.
    hours
        Hours of a step: 1, 6 or 24. The first begins at a whole number of steps after midnight.
    end_hours
        Elapsed hours from the beginning to the end of the run: the last step ends then, unless it is a day, which ends
        at midnight.
    time_zone
        Of the clocks, if they are put forward or back: a day has 23 or 25 hours then, and an hour none or two.

    Examples
    --------
    >>> steps = TimeSteps(datetime(1982, 5, 28, 2, 30), 1, 13.0)
    >>> steps.count, steps.find(datetime(1982, 5, 28, 9, 30)), steps.format_end(7), steps.format_end(13)
    (14, 7, '10:00', '15:30')
    """

    begins: datetime
    hours: int
    end_hours: float
    time_zone: str | None = None

    @cached_property
    def first(self) -> datetime:
        """When the first step begins."""
        midnight = self.begins.replace(hour=0, minute=0, second=0, microsecond=0)
        length = timedelta(hours=self.hours)
        return midnight + (self.begins - midnight) // length * length

    @cached_property
    def run_end(self) -> datetime:
        """The local time at which the run ends."""
        return find_local_time(self.begins, self.end_hours, self.time_zone)

    @cached_property
    def count(self) -> int:
        """How many steps the run touches."""
        return -((self.first - self.run_end) // timedelta(hours=self.hours))

    @cached_property
    def end_hours_of_steps(self) -> np.ndarray:
        """Elapsed hours from the beginning of the battle to the end of each step by the clock."""
        return np.array([count_hours(self.begins, self.start(n + 1), self.time_zone) for n in range(self.count)])

    def find_steps(self, hours: np.ndarray) -> np.ndarray:
        """The step of each event, by its elapsed hours; what happens at the end of one belongs to the next, if any."""
        return np.minimum(np.searchsorted(self.end_hours_of_steps, hours, side="right"), self.count - 1)

    @property
    def is_daily(self) -> bool:
        """Whether a step is a day."""
        return self.hours == DAY_HOURS

    @property
    def noun(self) -> str:
        """What a step is called: day, hour, six hours."""
        return {1: "hour", DAY_HOURS: "day"}.get(self.hours, "six hours")

    @property
    def each(self) -> str:
        """All of them, as a title has it: each day, each hour, every six hours."""
        return f"{'every' if self.hours == 6 else 'each'} {self.noun}"

    @property
    def dates(self) -> tuple[date, ...]:
        """The date of each step."""
        return tuple(self.start(n).date() for n in range(self.count))

    @property
    def ends(self) -> tuple[datetime, ...]:
        """The end of each step."""
        return tuple(self.end(n) for n in range(self.count))

    def start(self, number: int) -> datetime:
        """When a step begins."""
        return self.first + timedelta(hours=self.hours * number)

    def end(self, number: int) -> datetime:
        """When a step ends."""
        end = self.start(number + 1)
        return end if self.is_daily else min(end, self.run_end)

    def find(self, moment: datetime) -> int:
        """The step that ends at a moment, or in which it falls; below 0 or from `count` on if there is none."""
        return (moment - INSTANT - self.first) // timedelta(hours=self.hours)

    def find_position(self, moment: datetime) -> float:
        """Steps from the beginning of the first to a moment: where it stands on an axis of steps."""
        return (moment - self.first) / timedelta(hours=self.hours)

    @property
    def axis_positions(self) -> tuple[float, ...]:
        """Where the beginning of the battle and the end of each step stand on an axis of steps."""
        return tuple(self.find_position(moment) for moment in (self.begins, *self.ends))

    def is_end(self, moment: datetime) -> bool:
        """Whether a step ends at a moment."""
        number = self.find(moment)
        return 0 <= number < self.count and self.end(number) == moment

    def format_end(self, number: int) -> str:
        """The end of a step on the clock; midnight is 24:00 of the day that ends then."""
        return format_clock_end(self.end(number))

    def format_label(self, number: int) -> str:
        """A step in a heading: the day, or the day and below it the hour at which the step ends."""
        day = self.start(number).date()
        name = f"{day.day} {day:%b}"
        return name if self.is_daily else f"{name}\n{self.format_end(number)}"

    def format_name(self, number: int) -> str:
        """The end of a step in a sentence: 2 June; 2 June 06:00."""
        day = self.start(number).date()
        name = f"{day.day} {day:%B}"
        return name if self.is_daily else f"{name} {self.format_end(number)}"

    def find_day_starts(self) -> list[int]:
        """The steps with which a day begins, the first among them."""
        return [n for n in range(self.count) if n == 0 or self.start(n).time() == time()]


def format_clock_end(moment: datetime) -> str:
    """The hour of a moment at which something ends: midnight is 24:00."""
    return "24:00" if moment.time() == time() else f"{moment:%H:%M}"


def make_time_steps(begins: datetime, battle_hours: float, end_hours: float, time_zone: str | None = None) -> TimeSteps:
    """The steps of a run of so many hours: a run longer than its battle has the steps of a battle of that length.

    Parameters
    ----------
    begins
        When the battle begins, local time.
    battle_hours, end_hours
        Elapsed hours from then to the end of the battle, and to the end of the run.
    time_zone
        Of the clocks, if they are put forward or back.

    Returns
    -------
    TimeSteps
        From the beginning to the end of the run.

    Examples
    --------
    >>> make_time_steps(datetime(2001, 6, 1), 14.0, 14.0).count
    14
    """
    return TimeSteps(begins, choose_step_hours(max(battle_hours, end_hours)), end_hours, time_zone)


def find_time_steps(labels: Labels, end_hours: float) -> TimeSteps:
    """The steps of a run that ends so many hours after the beginning."""
    return make_time_steps(labels.start, labels.battle_hours, end_hours, labels.time_zone)
