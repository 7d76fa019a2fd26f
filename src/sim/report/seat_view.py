"""A stop of a game in the terminal: hour and sky, why it stops, what came in, where one stands, what one can do."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import numpy as np
from rich.table import Table

from sim.events.log import EventKind
from sim.report.agreement import agree
from sim.report.commander_rule import describe_rule
from sim.scenario.descriptions import capitalize, describe_kind_and_target, format_short_moment, join_words
from sim.scenario.model import Scenario
from sim.scenario.orders import Attack, FireSupport, ScheduledOrder
from sim.seat.choices import Choice, describe_order
from sim.seat.game import Game
from sim.seat.knowledge import PlaceStatus, Situation
from sim.seat.stops import Cause

HOLD_WORDS, DELAY_WORDS = "hold it back", "delay it "
ORDER_VERBS = ("hold", "delay")  # choices on due orders


def format_heading(game: Game) -> str:
    """The day, the hour, the light and the weather."""
    return f"{format_moment(game, game.hours)}: {format_sky(game)}; {format_progress(game)}"


def format_sky(game: Game) -> str:
    """The light and the weather."""
    situation = game.situation
    sky = ["daylight" if situation.daylight else "darkness"]
    return ", ".join(sky + ["fog"] * situation.fog + ["rain"] * situation.rain)


def format_progress(game: Game) -> str:
    """How far the battle has come: which day of how many, or hours of a battle of a day or two."""
    end_hours = game.run.event_log.end_hours
    steps = game.battle.scenario.make_time_steps(end_hours)
    if steps.is_daily:
        return f"day {int(steps.find_steps(np.array([game.hours]))[0]) + 1} of {steps.count}"
    return f"{game.hours:.0f} of {end_hours:.0f} hours"


def format_moment(game: Game, hours: float) -> str:
    """A local time as it stands in a heading."""
    moment: datetime = game.run.event_log.labels.local_time(hours)
    return f"{moment:%A}, {moment.day} {moment:%B %Y}, {moment:%H:%M}"


def format_briefing(game: Game) -> Iterator[str]:
    """What a commander is told before the first order, besides where he stands."""
    scenario, side = game.battle.scenario, game.side
    objective = scenario.objective
    place, holder = scenario.places[objective.place].name, scenario.sides[objective.side]
    yield f"{scenario.title}: you command {scenario.sides[side].name}."
    if scenario.fictional:
        yield "The battle is an invented one."
    aim = "hold" if side == objective.side else f"take from {holder.name}"
    yield f"What counts in the end is {place}: you are to {aim} it. After that, your own dead count."
    yield f"The battle ends on {format_moment(game, game.run.event_log.end_hours)}."
    if game.setup.other != "person":
        rule = describe_rule(scenario, game.setup.other_side)
        how = "the recorded orders" if game.setup.other == "record" else "a fixed rule" + (f": {rule}" if rule else "")
        yield f"The other side follows {how}."
        yield "Your own recorded orders are given unless you delay them, or hold them back for good."
    number = game.setup.replication
    yield f"Luck, number {number}, also decides what nobody knows, such as how many men you have and how they fight."
    yield "Reports say what the sources of the record would have said of this battle: late, and not always true."


def format_causes(game: Game) -> Iterator[str]:
    """Why the battle stops, a line for each reason but reports, which are printed themselves."""
    assert game.stop is not None
    scenario = game.battle.scenario
    for cause in game.stop.causes:
        if (line := format_cause(scenario, cause)) is not None:
            yield line


def format_cause(scenario: Scenario, cause: Cause) -> str | None:
    """One reason; None for what needs no words."""
    what_happened = {"attack": "attacked", "lost": "lost", "gained": "in your hands"}.get(cause.kind)
    if what_happened is None:
        return None
    name = scenario.places[cause.id].name
    return f"{capitalize(name)} {agree(name, 'is', 'are')} {what_happened}."


def format_losses(game: Game) -> str:
    """The side's own losses so far."""
    killed, wounded, captured = (
        game.situation.losses[kind] for kind in (EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED)
    )
    return f"Your losses so far: {killed:,.0f} killed, {wounded:,.0f} wounded, {captured:,.0f} captured."


def build_position_table(game: Game, everything: bool) -> Table | None:
    """Places and the forces there, the objective first: all that the side holds, held or stands at, or only those that
    are attacked or partly lost; None if none.
    """
    situation, scenario = game.situation, game.battle.scenario
    places = [
        place
        for place in sorted(situation.places.values(), key=lambda each: each.place != scenario.objective.place)
        if place.is_threatened or (everything and max(place.people, place.share, place.initial_share) > 0.0)
    ]
    on_march = [force for force in situation.forces.values() if force.place is None and force.people > 0.0]
    if not places and not on_march:
        return None
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("place")
    table.add_column("yours", justify="right")
    table.add_column("your forces there")
    for place in places:
        name = scenario.places[place.place].name
        table.add_row(
            f"{name} (attacked)" if place.is_attacked else name,
            f"{100 * place.share:.0f} %",
            format_forces(scenario, situation, place),
        )
    for force in on_march:
        table.add_row("on the march", "", f"{scenario.forces[force.force].name} {force.people:,.0f}")
    return table


def format_forces(scenario: Scenario, situation: Situation, place: PlaceStatus) -> str:
    """The side's forces at a place: how many, and which of them are carrying out an order."""
    return "; ".join(
        f"{scenario.forces[force.force].name} {force.people:,.0f}" + ("" if force.order is None else " (under orders)")
        for force in situation.forces.values()
        if force.place == place.place and force.people > 0.0
    )


def format_due_orders(game: Game, numbers: Mapping[str, int]) -> Iterator[str]:
    """The orders that are due: what and when, and below each the numbers by which it is held back or delayed.

    Below one that is held back already stand none. Those that come to nothing as things stand share one line.
    """
    assert game.stop is not None
    orders = game.battle.scenario.orders
    idle = [id for id in game.stop.due_orders if not orders[id].cancelled and is_idle(game, id)]
    for id in game.stop.due_orders:
        if id in idle:
            continue
        yield format_due_order(game, id)
        choices = [each for each in game.choices if each.subject == id] if not orders[id].cancelled else []
        texts = abridge_delays(format_order_choice(each) for each in choices)
        if choices:
            yield "    " + "   ".join(f"{numbers[each.id]}  {text}" for each, text in zip(choices, texts, strict=True))
    if idle:
        names = [describe_kind_and_target(game.battle.scenario, orders[id]) for id in idle]
        yield f"Without effect while the place is yours and nobody attacks it: {join_words(names)}."


def format_due_order(game: Game, id: str) -> str:
    """A due order: what, by whom and when, or that it is held back."""
    scenario = game.battle.scenario
    order = scenario.orders[id]
    assert isinstance(order, ScheduledOrder)
    name = capitalize(describe_order(scenario, id))
    if order.cancelled:
        return f"{name}: held back."
    earliest, latest = order.window.earliest, order.window.latest
    end = f"{latest:%H:%M}" if latest.date() == earliest.date() else format_short_moment(latest)
    return f"{name}: between {format_short_moment(earliest)} and {end}.{format_prospect(game, id)}"


def format_order_choice(choice: Choice) -> str:
    """What can be done with a due order, in a few words."""
    verb, _, *hours = choice.id.split()
    return HOLD_WORDS if verb == "hold" else f"{DELAY_WORDS}by {hours[0]} hours"


def abridge_delays(texts: Iterable[str]) -> Iterator[str]:
    """The same choices in one line, where "delay it" is said once.

    >>> list(abridge_delays(["hold it back", "delay it by 6 hours", "delay it by 12 hours"]))
    ['hold it back', 'delay it by 6 hours', 'by 12 hours']
    """
    before = ""
    for text in texts:
        yield text.removeprefix(DELAY_WORDS) if before.startswith(DELAY_WORDS) else text
        before = text


def is_idle(game: Game, id: str) -> bool:
    """Whether an order would come to nothing as things stand, as far as the side knows: there is nobody to fight."""
    order = game.battle.scenario.orders[id]
    assert isinstance(order, ScheduledOrder)
    if isinstance(order, FireSupport):
        place = game.situation.places[order.target]
        return place.share >= 1.0 and not place.is_attacked
    return isinstance(order, Attack) and order.on_already_held != "hold" and find_goal(game, order) is None


def find_goal(game: Game, order: Attack) -> str | None:
    """The first goal of an attack that the side does not hold, as far as it knows; None if it holds all."""
    goals = (order.target, *(order.axis if order.on_already_held == "redirect" else ()))
    return next((place for place in goals if game.situation.places[place].share < 1.0), None)


def format_prospect(game: Game, id: str) -> str:
    """What comes of an order whose goal the side holds already, as far as it knows; nothing for other orders."""
    order = game.battle.scenario.orders[id]
    assert isinstance(order, ScheduledOrder)
    if is_idle(game, id):
        is_fire = isinstance(order, FireSupport)
        return (
            " No enemy is known to be there." if is_fire else " You hold that: nothing comes of it unless it is lost."
        )
    if not isinstance(order, Attack) or game.situation.places[order.target].share < 1.0:
        return ""
    if order.on_already_held == "hold":
        return " You hold that: its forces go there and stay."
    goal = find_goal(game, order)
    return "" if goal is None else f" You hold that, so it goes on to {game.battle.scenario.places[goal].name}."


def list_other_choices(game: Game) -> list[Choice]:
    """The choices that do not stand below an order that is due."""
    assert game.stop is not None
    shown = {id for id in game.stop.due_orders if not is_idle(game, id)}
    return [each for each in game.choices if each.id.split()[0] not in ORDER_VERBS or each.subject not in shown]


def number_choices(choices: Iterable[Choice], numbers: Mapping[str, int]) -> dict[str, int]:
    """The numbers of choices by id: those that have one keep it while the battle stands, others come after them."""
    new = [choice.id for choice in choices if choice.id not in numbers]
    return {**numbers, **{id: len(numbers) + place for place, id in enumerate(new, start=1)}}


def group_choices(choices: Iterable[Choice]) -> dict[str, list[Choice]]:
    """The choices by what they do: hold, delay, send, sorties, withdraw."""
    groups: dict[str, list[Choice]] = {}
    for choice in choices:
        groups.setdefault(choice.id.split()[0], []).append(choice)
    return groups


def format_choices(choices: Iterable[Choice], numbers: Mapping[str, int]) -> Iterator[str]:
    """Choices with their numbers."""
    for choice in choices:
        yield f"{numbers[choice.id]:4d}  {capitalize(choice.description)}"


def format_group_hint(groups: Mapping[str, list[Choice]]) -> str | None:
    """Which words show more choices; None if there are no more."""
    words = [f"{verb} ({len(choices)})" for verb, choices in groups.items()]
    return f"More to choose from, by a word: {join_words(words)}." if words else None
