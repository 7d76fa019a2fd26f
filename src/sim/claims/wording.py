"""Scenario data in the words of a title: periods, who was counted, where."""

from datetime import date, datetime, time, timedelta

from sim.measures.base import Observable
from sim.scenario.model import Scenario


def day_and_month(day: date) -> str:
    """A date without its year."""
    return f"{day.day} {day:%B}"


def last_day(until: datetime) -> date:
    """The day that ends with a deadline, or in which it falls."""
    return (until - timedelta(microseconds=1)).date()


def period(since: datetime, until: datetime) -> str:
    """A period in words: `1 to 3 June`, `2 June from 15:00`."""
    first, last = since.date(), last_day(until)
    if first == last:
        words = day_and_month(first)
    elif (first.year, first.month) == (last.year, last.month):
        words = f"{first.day} to {day_and_month(last)}"
    else:
        words = f"{day_and_month(first)} to {day_and_month(last)}"
    if since.time() != time():
        words += f" from {since:%H:%M}"
    if until.time() != time():
        words += f" until {until:%H:%M}"
    return words


def counted(scenario: Scenario, about: Observable) -> str:
    """Who or what an observable counts: `Amber fighters killed`, `Guns seized by Teal`."""
    side = scenario.sides[getattr(about, "side")]  # noqa: B009 - every measure that counts has a side
    measure = str(getattr(about, "measure"))  # noqa: B009
    if equipment := getattr(about, "equipment", None):
        plural = scenario.equipment[equipment].plural
        return f"{plural[0].upper()}{plural[1:]} {measure} by {side.short}"
    return f"{side.short} {side.people} {measure}"


def where(scenario: Scenario, about: Observable) -> str:
    """The places to which an observable is confined."""
    places = [scenario.places[place].name for place in getattr(about, "places", ())]
    if not places:
        return "All places"
    return ("Place: " if len(places) == 1 else "Places: ") + ", ".join(places)


def observed(scenario: Scenario, about: Observable) -> str | None:
    """What an observable is of, as the name of a number: who, where and when; None where only a claim's words tell."""
    measure = str(getattr(about, "measure"))  # noqa: B009 - every observable has one
    side = scenario.sides.get(getattr(about, "side", ""))
    if measure == "outcome" or side is None:
        return None
    moment = f"by {about.until:%H:%M on }" if about.until.time() != time() else "at the end of "
    moment += day_and_month(last_day(about.until))
    if measure == "sequence":
        place = scenario.places[getattr(about, "place")].name  # noqa: B009
        among = listed([scenario.places[each].name for each in getattr(about, "places")])  # noqa: B009
        return f"Which in turn of {among} came to {side.short}: {place}, {period(scenario.begins, about.until)}"
    if measure == "control":
        return f"{side.short}'s share of {scenario.places[getattr(about, 'place')].name} {moment}"  # noqa: B009
    during = period(about.since or scenario.begins, about.until)
    if measure == "peak_control":
        return f"{side.short}'s largest share of {scenario.places[getattr(about, 'place')].name}, {during}"  # noqa: B009
    places = listed([scenario.places[place].name for place in getattr(about, "places", ())])
    there = f" at {places}" if places else ""
    if measure == "strength":
        return f"{side.short} {side.people}{there} {moment}"
    return f"{counted(scenario, about)}{there}, {during}"


def listed(words: list[str]) -> str:
    """Words as a list in a sentence."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
