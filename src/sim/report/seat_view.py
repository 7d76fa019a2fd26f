"""A stop of a game in the terminal: hour and sky, why it stops, what came in, where one stands, what one can do."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import numpy as np
from rich.table import Table

from sim.events.log import EventKind
from sim.report.agreement import agree
from sim.report.commander_rule import describe_rule
from sim.scenario.descriptions import capitalize, format_short_moment, join_words
from sim.scenario.model import Scenario
from sim.scenario.orders import Attack, ScheduledOrder
from sim.seat.choices import Choice, describe_order
from sim.seat.game import Game
from sim.seat.knowledge import PlaceStatus, Situation
from sim.seat.stops import Cause

HOLD_WORDS, DELAY_WORDS = "hold it back", "delay it "
ORDER_VERBS = ("hold", "delay")  # choices on due orders, which are always shown


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
        yield "Your own recorded orders are given unless you hold them back or delay them."


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
    """Places and the forces there: all where the side stands, or only those attacked or partly lost; None if none."""
    situation, scenario = game.situation, game.battle.scenario
    places = [
        place
        for place in situation.places.values()
        if place.is_threatened or (everything and (place.people > 0.0 or place.share < place.initial_share))
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
    """The orders that are due: what and when, and below each the numbers by which it is held back or delayed."""
    assert game.stop is not None
    for id in game.stop.due_orders:
        yield format_due_order(game, id)
        if not game.battle.scenario.orders[id].cancelled:
            choices = [each for each in game.choices if each.subject == id]
            texts = abridge_delays(format_order_choice(each) for each in choices)
            yield "    " + "   ".join(f"{numbers[each.id]}  {text}" for each, text in zip(choices, texts, strict=True))


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
    return f"{name}: between {format_short_moment(earliest)} and {end}.{format_redirection(scenario, order)}"


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


def format_redirection(scenario: Scenario, order: ScheduledOrder) -> str:
    """Where an attack goes instead if its goal needs none; nothing for other orders."""
    if not isinstance(order, Attack) or not order.axis or order.on_already_held != "redirect":
        return ""
    return f" If that is yours, on to {join_words([scenario.places[place].name for place in order.axis])}."


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
    words = [f"{verb} ({len(choices)})" for verb, choices in groups.items() if verb not in ORDER_VERBS]
    return f"More to choose from, by a word: {join_words(words)}." if words else None
