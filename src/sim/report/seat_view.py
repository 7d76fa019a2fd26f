"""A stop of a game in the terminal: hour and sky, why it stops, what came in, where one stands, what one can do."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.table import Table

from sim.events.log import EventKind
from sim.report.seat_news import NewsWriter, format_report
from sim.scenario.descriptions import capitalize, join_words
from sim.scenario.model import Scenario
from sim.scenario.orders import ScheduledOrder
from sim.seat.choices import Choice, describe_order
from sim.seat.game import Game
from sim.seat.knowledge import PlaceStatus, Situation
from sim.seat.stops import Cause

ORDER_VERBS = ("hold", "delay")  # choices on due orders, which are always shown


def format_heading(game: Game) -> str:
    """The day, the hour, the light and the weather."""
    situation = game.situation
    sky = ["daylight" if situation.daylight else "darkness"]
    sky += ["fog"] * situation.fog + ["rain"] * situation.rain
    return f"{format_moment(game, game.hours)}: {', '.join(sky)}"


def format_moment(game: Game, hours: float) -> str:
    """A local time as it stands in a heading."""
    moment: datetime = game.run.event_log.labels.local_time(hours)
    return f"{moment:%A}, {moment.day} {moment:%B %Y}, {moment:%H:%M}"


def format_briefing(game: Game) -> Iterator[str]:
    """What a commander is told before the first order, besides where he stands."""
    scenario, side = game.battle.scenario, game.side
    objective = scenario.objective
    place, holder = scenario.places[objective.place].name, scenario.sides[objective.side]
    yield f"You command {scenario.sides[side].name} in: {scenario.title}."
    if scenario.fictional:
        yield "The battle is an invented one."
    aim = "hold" if side == objective.side else f"take from {holder.name}"
    yield f"What counts in the end is {place}: you are to {aim} it. After that, count your own dead."
    yield f"The battle ends at {format_moment(game, game.run.event_log.end_hours)}."
    if game.setup.other != "person":
        how = "the recorded orders" if game.setup.other == "record" else "a fixed rule"
        yield f"The other side follows {how}. Your own recorded orders are given unless you hold or delay them."


def format_causes(game: Game) -> Iterator[str]:
    """Why the battle stops, a line for each reason but reports, which are printed themselves."""
    assert game.stop is not None
    scenario = game.battle.scenario
    for cause in game.stop.causes:
        if (line := format_cause(scenario, cause)) is not None:
            yield line


def format_cause(scenario: Scenario, cause: Cause) -> str | None:
    """One reason; None for what needs no words."""
    match cause.kind:
        case "attack":
            return f"{capitalize(scenario.places[cause.id].name)} is attacked."
        case "lost":
            return f"{capitalize(scenario.places[cause.id].name)} is lost."
        case "gained":
            return f"{capitalize(scenario.places[cause.id].name)} is in your hands."
        case _:
            return None


def list_news(game: Game) -> list[str]:
    """What happened since the side decided last, as far as its people saw it."""
    return list(NewsWriter(game).list_news())


def list_new_reports(game: Game) -> list[str]:
    """The reports that came in since the side decided last."""
    scenario = game.battle.scenario
    return [format_report(scenario, each) for each in game.reports if each.hours > game.last_stop_hours]


def format_losses(game: Game) -> str:
    """The side's own losses so far."""
    killed, wounded, captured = (
        game.situation.losses[kind] for kind in (EventKind.KILLED, EventKind.WOUNDED, EventKind.CAPTURED)
    )
    return f"Your losses so far: {killed:.0f} killed, {wounded:.0f} wounded, {captured:.0f} captured."


def build_position_table(game: Game, everything: bool) -> Table | None:
    """Places and the forces there: all where the side stands, or only those attacked or partly lost; None if none."""
    situation, scenario = game.situation, game.battle.scenario
    places = [
        place
        for place in situation.places.values()
        if place.is_threatened or (everything and (place.people > 0 or 0.0 < place.share < place.initial_share))
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
        table.add_row("on the march", "", f"{scenario.forces[force.force].name} {force.people:.0f}")
    return table


def format_forces(scenario: Scenario, situation: Situation, place: PlaceStatus) -> str:
    """The side's forces at a place: how many, and which of them are carrying out an order."""
    return "; ".join(
        f"{scenario.forces[force.force].name} {force.people:.0f}" + ("" if force.order is None else " (under orders)")
        for force in situation.forces.values()
        if force.place == place.place and force.people > 0.0
    )


def format_due_orders(game: Game) -> Iterator[str]:
    """The orders that are due: what, when, and that they are given if nothing is decided."""
    assert game.stop is not None
    scenario = game.battle.scenario
    for id in game.stop.due_orders:
        order = scenario.orders[id]
        assert isinstance(order, ScheduledOrder)
        if order.cancelled:
            yield f"{capitalize(describe_order(scenario, id))}: held back."
            continue
        earliest, latest = order.window.earliest, order.window.latest
        end = f"{latest:%H:%M}" if latest.date() == earliest.date() else f"{latest.day} {latest:%b %H:%M}"
        yield f"{capitalize(describe_order(scenario, id))}: between {earliest.day} {earliest:%b %H:%M} and {end}."


def group_choices(choices: Iterable[Choice]) -> dict[str, list[tuple[int, Choice]]]:
    """The choices with their numbers, by what they do: hold, delay, send, sorties, withdraw."""
    groups: dict[str, list[tuple[int, Choice]]] = {}
    for number, choice in enumerate(choices, start=1):
        groups.setdefault(choice.id.split()[0], []).append((number, choice))
    return groups


def format_choices(choices: Iterable[tuple[int, Choice]]) -> Iterator[str]:
    """Choices with their numbers."""
    for number, choice in choices:
        yield f"{number:4d}  {capitalize(choice.description)}"


def format_group_hint(groups: dict[str, list[tuple[int, Choice]]]) -> str | None:
    """Which words show more choices; None if there are no more."""
    words = [f"{verb} ({len(choices)})" for verb, choices in groups.items() if verb not in ORDER_VERBS]
    return f"More to choose from, by a word: {join_words(words)}." if words else None
