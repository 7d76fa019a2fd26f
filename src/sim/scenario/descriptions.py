"""Scenario data in the words of a title: periods, who was counted, where."""

from datetime import date, datetime, time, timedelta

from sim.events.observables import Observable
from sim.scenario.model import Scenario


def format_day(day: date) -> str:
    """A date without its year."""
    return f"{day.day} {day:%B}"


def find_last_day(until: datetime) -> date:
    """The day that ends with a deadline, or in which it falls."""
    return (until - timedelta(microseconds=1)).date()


def format_period(since: datetime, until: datetime) -> str:
    """A period in words: `1 to 3 June`, `2 June from 15:00`."""
    first, last = since.date(), find_last_day(until)
    if first == last:
        text = format_day(first)
    elif (first.year, first.month) == (last.year, last.month):
        text = f"{first.day} to {format_day(last)}"
    else:
        text = f"{format_day(first)} to {format_day(last)}"
    if since.time() != time():
        text += f" from {since:%H:%M}"
    if until.time() != time():
        text += f" until {until:%H:%M}"
    return text


def format_moment(moment: datetime) -> str:
    """A moment at which something ends: `2 June`, `2 June 09:30`."""
    hour = f" {moment:%H:%M}" if moment.time() != time() else ""
    return format_day(find_last_day(moment)) + hour


def capitalize(text: str) -> str:
    """A sentence or heading with its first letter in upper case, and the rest as it is."""
    return text[:1].upper() + text[1:]


def format_possessive(name: str) -> str:
    """A name before what it has: Teal's, the Zulus', and British as it is, since names of peoples are adjectives."""
    if name.casefold().endswith(ADJECTIVE_ENDINGS):
        return name
    return f"{name}'" if name.casefold().endswith("s") else f"{name}'s"


ADJECTIVE_ENDINGS = ("sh", "ch", "ese")  # British, French, Japanese


# In a sentence, where that is not the name of the measure.
PARTICIPLES = {"equipment_captured": "seized", "reinforcements": "joined"}


def describe_measure(measure: str) -> str:
    """What happened to those that a measure counts: killed, seized."""
    return PARTICIPLES.get(measure, measure)


def describe_count(scenario: Scenario, observable: Observable) -> str:
    """Who or what an observable counts: `Amber fighters killed`, `Guns seized by Teal`."""
    side = scenario.sides[getattr(observable, "side")]  # noqa: B009 - every measure that counts has a side
    measure = str(getattr(observable, "measure"))  # noqa: B009
    participle = describe_measure(measure)
    if equipment := getattr(observable, "equipment", None):
        plural = scenario.equipment[equipment].plural
        return f"{capitalize(plural)} {participle} by {side.short_name}"
    return f"{capitalize(side.short_name)} {side.member_noun} {participle}"


def describe_places(scenario: Scenario, observable: Observable) -> str:
    """The places to which an observable is confined."""
    places = [scenario.places[place].name for place in getattr(observable, "places", ())]
    if not places:
        return "All places"
    return ("Place: " if len(places) == 1 else "Places: ") + ", ".join(places)


def describe_observable(scenario: Scenario, observable: Observable) -> str | None:
    """What an observable is of, as the name of a number: who, where and when; None where only a claim's words tell."""
    measure = str(getattr(observable, "measure"))  # noqa: B009 - every observable has one
    side = scenario.sides.get(getattr(observable, "side", ""))
    if measure == "outcome" or side is None:
        return None
    name, owner = capitalize(side.short_name), capitalize(format_possessive(side.short_name))
    moment = f"by {observable.until:%H:%M on }" if observable.until.time() != time() else "at the end of "
    moment += format_day(find_last_day(observable.until))
    if measure == "capture_rank":
        place = scenario.places[getattr(observable, "place")].name  # noqa: B009
        among = join_words([scenario.places[each].name for each in getattr(observable, "places")])  # noqa: B009
        period = format_period(scenario.begins, observable.until)
        return f"Which in turn of {among} came to {side.short_name}: {place}, {period}"
    if measure == "control":
        return f"{owner} share of {scenario.places[getattr(observable, 'place')].name} {moment}"  # noqa: B009
    during = format_period(observable.since or scenario.begins, observable.until)
    if measure == "peak_control":
        return f"{owner} largest share of {scenario.places[getattr(observable, 'place')].name}, {during}"  # noqa: B009
    places = join_words([scenario.places[place].name for place in getattr(observable, "places", ())])
    at_places = f" at {places}" if places else ""
    if measure == "strength":
        return f"{name} {side.member_noun}{at_places} {moment}"
    return f"{describe_count(scenario, observable)}{at_places}, {during}"


def join_words(items: list[str]) -> str:
    """Words as a list in a sentence."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
