"""What a commander reads at a stop: events that his people saw, and reports, without what he can't know."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isinf

import numpy as np

from sim.events.log import AssaultEnding, BombOutcome, EventKind
from sim.likelihood.binning import SHARE_STEPS, TIME_STEPS
from sim.report.agreement import agree
from sim.report.diary import BOMB_PHRASES, ENDING_PHRASES, DiaryState, DiaryWriter
from sim.report.text import format_count
from sim.scenario.descriptions import capitalize, describe_observable, format_short_moment, join_words
from sim.scenario.model import Scenario
from sim.seat.battle_reports import BattleReport
from sim.seat.game import Game

SKY = (EventKind.FOG, EventKind.RAIN)
ORDER_TURNS = (EventKind.REDIRECTED, EventKind.ORDER_CANCELLED, EventKind.ORDER_MOOT, EventKind.ASSAULT)
FIRE_NOUNS = {"airstrike": "air strikes", "shelling": "fire missions"}


@dataclass(frozen=True)
class NewsLine:
    """What happened, with its moment, as a line; the kind of its event and the number of its order are for sorting."""

    text: str
    kind: EventKind
    order: int


@dataclass(frozen=True)
class NewsWriter:
    """Writes what a side has learnt of a battle; sentences that tell nothing of the enemy are the diary's own."""

    game: Game

    @cached_property
    def diary(self) -> DiaryWriter:
        """The writer of the sentences of both."""
        return DiaryWriter(self.game.battle.scenario, self.game.run, DiaryState())

    def list_news(self) -> Iterator[NewsLine]:
        """A line for each event since the side decided last, by time; what other lines say is left out."""
        log, since = self.game.run.log, self.game.last_stop_hours
        rows = [number for number in self.game.situation.news if log["time"][number] > since]
        rows = [number for place, number in enumerate(rows) if not self.is_implied(log[number], log[rows[place + 1 :]])]
        groups: dict[tuple[object, ...], list[np.void]] = {}
        for number in rows:
            groups.setdefault(self.find_group(number), []).append(log[number])
        for events in groups.values():
            if sentence := self.describe_events(events):
                moment = self.game.run.event_log.labels.local_time(float(events[0]["time"]))
                text = f"{format_short_moment(moment)}  {capitalize(sentence)}"
                yield NewsLine(text, EventKind(events[0]["event"]), int(events[0]["order"]))

    def is_implied(self, event: np.void, later: np.ndarray) -> bool:
        """Whether other lines say it: who has arrived has left, the last turn of an order is the one that counts, the
        heading has the sky, and the reason of the stop the attack that has begun.
        """
        kind = EventKind(event["event"])
        if kind == EventKind.DEPARTED:
            return bool(np.any((later["event"] == EventKind.ARRIVED) & (later["force"] == event["force"])))
        if kind == EventKind.REDIRECTED:
            return bool(np.any(np.isin(later["event"], ORDER_TURNS) & (later["order"] == event["order"])))
        return kind in SKY or (kind == EventKind.ASSAULT and float(event["time"]) == self.game.hours)

    def find_group(self, number: int) -> tuple[object, ...]:
        """What is told in one line: the sorties of one mission, what or who is taken at one moment, else one event."""
        event = self.game.run.log[number]
        if event["event"] == EventKind.SORTIE:
            return EventKind.SORTIE, int(event["order"]), int(event["place"])
        if event["event"] in (EventKind.SEIZED, EventKind.CAPTURED):
            return int(event["event"]), float(event["time"]), int(event["place"]), int(event["side"])
        return (number,)

    def describe_events(self, events: list[np.void]) -> str | None:
        """Events of one group as a sentence; None if they have none."""
        if events[0]["event"] == EventKind.CAPTURED:
            together = events[0].copy()
            together["value"] = sum(float(event["value"]) for event in events)
            return self.describe_event(together, 1)
        if events[0]["event"] != EventKind.SEIZED:
            return self.describe_event(events[0], len(events))
        writer, counts = self.diary, Counter[str]()
        for event in events:
            equipment = self.game.run.event_log.labels.equipment[event["code"]]
            counts[writer.scenario.equipment[equipment].plural] += int(event["value"])
        loot = join_words([format_count(count, plural) for plural, count in counts.items()])
        return f"{writer.member_phrase(events[0]['side'])} seize {loot} at {writer.place_name(events[0]['place'])}."

    def describe_event(self, event: np.void, count: int) -> str | None:
        """One event as a sentence; None if it has none."""
        kind, writer = EventKind(event["event"]), self.diary
        is_own = int(event["side"]) == self.game.situation.side_index
        if kind == EventKind.SORTIE:
            order = writer.scenario.orders[self.game.run.event_log.labels.orders[event["order"]]]
            missions = format_count(count, FIRE_NOUNS[order.kind])
            place = writer.place_name(event["place"])
            if is_own:
                return f"{missions} of yours against {place}."
            return f"{place} {agree(place, 'comes', 'come')} under fire: {missions}."
        if kind == EventKind.ASSAULT and not is_own:
            return f"{writer.side_name(event['side'])} attacks {writer.place_name(event['place'])}."
        if kind == EventKind.ENDED:
            ending = ENDING_PHRASES[AssaultEnding(event["code"])]
            whose = "your attack" if is_own else f"the attack of {writer.side_name(event['side'])}"
            return f"{whose} on {writer.place_name(event['place'])} {ending}."
        if kind == EventKind.BOMB and is_own:
            return f"A vehicle bomb of yours at {writer.place_name(event['place'])} {self.describe_bomb(event)}."
        if kind == EventKind.AMBUSH and is_own:
            return f"Your people spring an ambush at {writer.place_name(event['place'])}."
        return writer.describe_event(event)

    def describe_bomb(self, event: np.void) -> str:
        """What became of a vehicle bomb."""
        return BOMB_PHRASES[BombOutcome(event["code"])]


def group_reports(scenario: Scenario, reports: Iterable[BattleReport]) -> Iterator[str]:
    """Reports in a line for each source, in the sequence in which sources are first heard."""
    by_source: dict[str, list[str]] = {}
    for each in reports:
        by_source.setdefault(format_source(scenario, each.claim), []).append(format_content(scenario, each).rstrip("."))
    for source, contents in by_source.items():
        yield f"{source}: {'; '.join(contents)}."


def format_report(scenario: Scenario, report: BattleReport) -> str:
    """A report with its source: what is said, and of what."""
    return f"{format_source(scenario, report.claim)}: {format_content(scenario, report)}"


def format_source(scenario: Scenario, claim: str) -> str:
    """Who reports: the source of a claim, or nobody in particular where a text names none."""
    source = scenario.sources[scenario.claims[claim].source]
    return "Unnamed source" if source.kind == "text" else capitalize(source.name)


def format_content(scenario: Scenario, report: BattleReport) -> str:
    """What a report says."""
    claim = scenario.claims[report.claim]
    assert claim.observable is not None
    subject = describe_observable(scenario, claim.observable)
    if report.kind == "statement" or subject is None:
        return f"{claim.statement.rstrip('.')}."
    return f"{subject}: {format_range(report.low, report.high, report.kind)}."


def format_range(low: float, high: float, kind: str) -> str:
    """The numbers of a report, or one of them, with their unit."""
    scale, unit = {"share": (100.0 / SHARE_STEPS, " %"), "time": (1.0 / TIME_STEPS, " hours")}.get(kind, (1.0, ""))
    first, last = f"{low * scale:g}", f"{high * scale:g}"
    if isinf(high):
        return f"at least {first}{unit}"
    return f"{first}{unit}" if low == high else f"{first} to {last}{unit}"


def format_truth(truth: float, kind: str) -> str:
    """What was so, in the unit of a report."""
    if kind == "statement":
        return "it was so" if truth else "it was not so"
    scale, unit = {"share": (100.0, " %"), "time": (1.0, " hours")}.get(kind, (1.0, ""))
    return f"{truth * scale:.0f}{unit}"
