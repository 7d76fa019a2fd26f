"""Scenario data in the words of a title: periods, who was counted, where."""

from datetime import date, datetime, time, timedelta

from sim.events.observable import Observable
from sim.events.time_observables import Arrival, AssaultDuration, FirstHeld, LossRatio
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder


def format_day(day: date) -> str:
    """A date without its year."""
    return f"{day.day} {day:%B}"


def find_last_day(until: datetime) -> date:
    """The day that ends with a deadline, or in which it falls."""
    return (until - timedelta(microseconds=1)).date()


def format_moment(moment: datetime) -> str:
    """A moment in words: `15:00 on 2 June`; midnight is `the end of 1 June`."""
    clock = f"{moment:%H:%M on }" if moment.time() != time() else "the end of "
    return clock + format_day(find_last_day(moment))


def format_short_moment(moment: datetime) -> str:
    """A moment before a line or in a cell: `2 Jun 15:00`."""
    return f"{moment.day} {moment:%b %H:%M}"


def format_period(since: datetime, until: datetime) -> str:
    """A period in words: `1 to 3 June`, `2 June from 15:00`, `18:00 on 1 June to the end of 3 June`."""
    first, last = since.date(), find_last_day(until)
    has_clocks = since.time() != time() or until.time() != time()
    if has_clocks and first != last:
        start = f"{since:%H:%M} on {format_day(first)}" if since.time() != time() else format_day(first)
        return f"{start} to {format_moment(until)}"
    if since.time() != time() and until.time() != time():
        return f"{since:%H:%M} to {until:%H:%M} on {format_day(first)}"
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


def format_end(moment: datetime) -> str:
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


def format_attributive(name: str) -> str:
    """A side before what it does, with the article: the Teal attack, the Zulus' attack.

    >>> [format_attributive(name) for name in ("Teal", "British", "Zulus")]
    ['the Teal', 'the British', "the Zulus'"]
    """
    return f"the {format_possessive(name) if name.casefold().endswith('s') else name}"


def format_order_phrase(kind: str) -> str:
    """An order of a kind before the place where it is carried out: `attack on`, `vehicle bomb at`."""
    return f"{ORDER_NOUNS[kind]} {ORDER_PREPOSITIONS.get(kind, 'on')}"


def describe_kind_and_target(scenario: Scenario, order: AnyOrder) -> str:
    """An order by its kind and target, without an article.

    >>> from sim.scenario.loading import load
    >>> scenario = load("teaching")
    >>> describe_kind_and_target(scenario, scenario.orders["fort_assault"])
    'attack on the fort'
    """
    return f"{format_order_phrase(order.kind)} {scenario.places[order.target].name}"


def describe_order(scenario: Scenario, order: AnyOrder) -> str:
    """An order by its side, kind and target.

    >>> from sim.scenario.loading import load
    >>> scenario = load("teaching")
    >>> describe_order(scenario, scenario.orders["fort_assault"])
    'the Amber attack on the fort'
    """
    side = format_attributive(scenario.sides[order.side].short_name)
    return f"{side} {describe_kind_and_target(scenario, order)}"


def describe_order_of_forces(scenario: Scenario, order: AnyOrder, max_named: int) -> str:
    """An order by its kind, target and forces, where its side is known from what stands around it.

    Parameters
    ----------
    scenario, order
        The battle, and one of its orders.
    max_named
        So many of its forces are named, the others counted.

    Examples
    --------
    >>> from sim.scenario.loading import load
    >>> scenario = load("teaching")
    >>> describe_order_of_forces(scenario, scenario.orders["fort_assault"], 1)
    'attack on the fort by the vanguard and 1 more'
    """
    text = describe_kind_and_target(scenario, order)
    forces = [scenario.forces[id].name for id in getattr(order, "forces", ())]
    return f"{text} by {join_first(forces, max_named)}" if forces else text


# In a sentence, where that is not the name of the measure.
PARTICIPLES = {
    "aircraft_lost": "shot down",
    "equipment_captured": "seized",
    "equipment_destroyed": "destroyed",
    "reinforcements": "brought in",
}


def describe_measure(measure: str) -> str:
    """What happened to those that a measure counts: killed, seized."""
    return PARTICIPLES.get(measure, measure)


def describe_count(scenario: Scenario, observable: Observable) -> str:
    """Who or what an observable counts: `Amber fighters killed`, `Guns seized by Teal`."""
    if sides := getattr(observable, "sides", ()):
        people = join_words([f"{scenario.sides[each].short_name} {scenario.sides[each].member_noun}" for each in sides])
        return f"{people} {describe_measure(str(getattr(observable, 'measure')))}"  # noqa: B009
    side = scenario.sides[getattr(observable, "side")]  # noqa: B009 - every measure that counts has a side, or both
    measure = str(getattr(observable, "measure"))  # noqa: B009
    participle = describe_measure(measure)
    if equipment := getattr(observable, "equipment", None):
        plural = scenario.equipment[equipment].plural
        whose = "of" if measure == "equipment_destroyed" else "by"
        return f"{capitalize(plural)} {participle} {whose} {side.short_name}"
    if measure == "reinforcements":
        return f"{capitalize(side.short_name)} reinforcements"
    if measure == "sorties":
        return f"{capitalize(side.short_name)} {describe_fires(scenario, observable)}"
    if measure == "aircraft_lost":
        return f"Aircraft of {side.short_name} {participle}"
    return f"{capitalize(side.short_name)} {side.member_noun} {participle}"


def describe_fires(scenario: Scenario, observable: Observable) -> str:
    """What a count of strikes is of, by the orders that it counts: `air strikes`, `fire missions`, or both."""
    orders = getattr(observable, "orders", ()) or scenario.orders
    side = getattr(observable, "side")  # noqa: B009 - strikes are of one side
    kinds = {scenario.orders[order].kind for order in orders if scenario.orders[order].side == side}
    nouns = [noun for kind, noun in FIRE_NOUNS.items() if kind in kinds]
    return join_words(nouns or list(FIRE_NOUNS.values()))


FIRE_NOUNS = {"airstrike": "air strikes", "shelling": "fire missions"}


def describe_places(scenario: Scenario, observable: Observable) -> str:
    """The places to which an observable is confined."""
    places = [scenario.places[place].name for place in getattr(observable, "places", ())]
    if not places:
        return "All places"
    return ("Place: " if len(places) == 1 else "Places: ") + ", ".join(places)


def describe_observable(scenario: Scenario, observable: Observable) -> str | None:
    """What an observable is of, as the name of a number: who, where and when; None where only a claim's words tell."""
    measure = str(getattr(observable, "measure"))  # noqa: B009 - every observable has one
    if isinstance(observable, Arrival | AssaultDuration | FirstHeld | LossRatio):
        return describe_time(scenario, observable)
    side = scenario.sides.get(getattr(observable, "side", None) or "", None)
    if getattr(observable, "sides", ()):
        return describe_losses(scenario, observable)
    if measure == "casualties":
        places, period = (
            format_places(scenario, observable),
            format_period(observable.since or scenario.begins, observable.until),
        )
        return f"Killed and wounded of both sides{places}, {period}"
    if measure == "outcome" or side is None:
        return None
    name, owner = capitalize(side.short_name), capitalize(format_possessive(side.short_name))
    moment = f"at {format_moment(observable.until)}"
    if measure == "capture_rank":
        place = scenario.places[getattr(observable, "place")].name  # noqa: B009
        among = join_words([scenario.places[each].name for each in getattr(observable, "places")])  # noqa: B009
        period = format_period(scenario.begins, observable.until)
        return f"Turn in which {place} came to {side.short_name}, among {among}, {period}"
    if measure == "control":
        return f"{owner} share of {scenario.places[getattr(observable, 'place')].name} {moment}"  # noqa: B009
    if measure == "peak_control":
        during = format_period(observable.since or scenario.begins, observable.until)
        return f"{owner} largest share of {scenario.places[getattr(observable, 'place')].name}, {during}"  # noqa: B009
    if measure == "strength":
        forces = join_words([scenario.forces[force].name for force in getattr(observable, "forces", ())])
        of_forces = f" of {forces}" if forces else ""
        return f"{name} {side.member_noun}{of_forces}{format_places(scenario, observable)} {moment}"
    return describe_losses(scenario, observable)


def describe_losses(scenario: Scenario, observable: Observable) -> str:
    """What a count of a period is of: who, where and when."""
    during = format_period(observable.since or scenario.begins, observable.until)
    return f"{describe_count(scenario, observable)}{format_places(scenario, observable)}, {during}"


def format_places(scenario: Scenario, observable: Observable) -> str:
    """Where an observable counts, to be added to a phrase; nothing if it counts everywhere."""
    places = join_words([scenario.places[place].name for place in getattr(observable, "places", ())])
    return f" at {places}" if places else ""


def describe_time(scenario: Scenario, observable: Arrival | AssaultDuration | FirstHeld | LossRatio) -> str:
    """What a time, a length of time or a ratio is of."""
    by = format_moment(observable.until)
    match observable:
        case FirstHeld():
            holder, place = scenario.sides[observable.side].short_name, scenario.places[observable.place].name
            return f"Hours until {holder} first holds {100 * observable.share:g} % of {place}, by {by}"
        case Arrival():
            at = "" if observable.place is None else f" at {scenario.places[observable.place].name}"
            return f"Hours until {scenario.forces[observable.force].name} arrives{at}, by {by}"
        case AssaultDuration():
            return f"Hours of the assaults of {observable.order.replace('_', ' ')}, by {by}"
        case LossRatio():
            own, other = (
                scenario.sides[observable.side],
                next(each for id, each in scenario.sides.items() if id != observable.side),
            )
            at = format_places(scenario, observable)
            during = format_period(observable.since or scenario.begins, observable.until)
            owner = capitalize(format_possessive(own.short_name))
            return f"{owner} {observable.losses} for each of {other.short_name}{at}, {during}"


def join_words(items: list[str]) -> str:
    """Words as a list in a sentence."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def join_first(items: list[str], limit: int) -> str:
    """The first words as a list in a sentence, and how many more there are.

    >>> join_first(["the fort", "the hill", "the mill"], 1)
    'the fort and 2 more'
    """
    return join_words(items[:limit] + ([f"{len(items) - limit} more"] if len(items) > limit else []))


ORDER_NOUNS = {
    "attack": "attack",
    "counterattack": "counterattack",
    "withdraw": "withdrawal",
    "reinforce": "reinforcement",
    "airstrike": "air strike",
    "shelling": "shelling",
    "vehicle_bomb": "vehicle bomb",
    "ambush": "ambush",
    "reserve": "counterattack by the reserve",
    "command": "attack, freely decided,",
    "surrender_demand": "demand for the surrender",
    "leave": "departure",
    "detach": "detachment",
    "infiltrate": "infiltration",
}

# Before the place of an order; `on` for the other kinds.
ORDER_PREPOSITIONS = {
    "withdraw": "to",
    "reinforce": "of",
    "shelling": "of",
    "vehicle_bomb": "at",
    "ambush": "at",
    "surrender_demand": "of",
    "leave": "from",
    "detach": "at",
    "infiltrate": "of",
}
