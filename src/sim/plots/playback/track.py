"""One replication as a playback has it: at any hour who stands where, who is on the way, who holds what, and losses."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sim.scenario.model import Scenario

MOST_FRAMES = 120  # so that a slide does not last longer than a talk
STEPS = (1, 2, 3, 4, 6, 12, 24, 48)  # hours between frames
COME = ("placed", "joined", "arrived")
GO = ("departed", "killed", "wounded", "captured")
LOSSES = ("killed", "wounded", "captured")
FIRES = {"sortie": "strikes", "bomb": "bombs", "ambush": "ambushes"}

Event = dict[str, Any]


@dataclass(frozen=True)
class March:
    """People of a side between two places, and how far they have come (0 to 1)."""

    side: str
    people: float
    since: str
    until: str
    done: float


@dataclass(frozen=True)
class Moment:
    """What a frame shows. `held` is the share of each place that the second side holds."""

    when: datetime
    people: dict[tuple[str, str], float]  # by place and side
    held: dict[str, float]
    marches: tuple[March, ...]
    fights: tuple[str, ...]  # places where an assault is under way
    fires: tuple[tuple[str, str, str, bool], ...]  # kind, place, side, whether it hit; since the last frame
    lost: dict[tuple[str, str], float]  # by kind of loss and side, so far
    night: bool
    fog: bool
    rain: bool


@dataclass(frozen=True)
class Track:
    """The events of one replication in order of time."""

    scenario: Scenario
    replication: int
    events: tuple[Event, ...]
    ends: datetime

    @property
    def step(self) -> timedelta:
        """The time between two frames: as many hours as keep the playback short."""
        hours = (self.ends - self.scenario.begins) / timedelta(hours=1)
        return timedelta(hours=next((each for each in STEPS if hours / each <= MOST_FRAMES), ceil(hours / MOST_FRAMES)))

    @property
    def frames(self) -> list[datetime]:
        """The moments that are drawn, the beginning and the end among them."""
        count = ceil((self.ends - self.scenario.begins) / self.step)
        return [*(self.scenario.begins + number * self.step for number in range(count)), self.ends]

    @property
    def active(self) -> list[str]:
        """The places where anybody ever stands or anything happens, in the scenario's order."""
        known = {event["place"] for event in self.events if event["what"] in (*COME, *GO, *FIRES, "assault")}
        return [id for id in self.scenario.places if id in known or id == self.scenario.objective.place]

    @property
    def fought_over(self) -> list[str]:
        """The places where somebody falls or an assault opens; all that are active if there are none."""
        known = {event["place"] for event in self.events if event["what"] in ("assault", "killed", *FIRES)}
        return [id for id in self.active if id in known or id == self.scenario.objective.place]

    @cached_property
    def lost(self) -> dict[tuple[str, str], float]:
        """All losses by the end, by kind and side."""
        found = {(kind, side): 0.0 for kind in LOSSES for side in self.scenario.sides}
        for event in self.events:
            if event["what"] in LOSSES:
                found[event["what"], event["side"]] += event["amount"]
        return found

    def killed(self, side: str) -> list[tuple[datetime, float]]:
        """Deaths of a side since the beginning, at each moment at which somebody dies, and at both ends."""
        found = [(self.scenario.begins, 0.0)]
        for event in self.events:
            if event["what"] == "killed" and event["side"] == side:
                found.append((event["time"], found[-1][1] + event["amount"]))
        return [*found, (self.ends, found[-1][1])]

    def moments(self, frames: Sequence[datetime]) -> list[Moment]:
        """What is to be seen at each of some moments, which are in order."""
        times = [event["time"] for event in self.events]
        teller = Teller(self.scenario)
        found, first = [], 0
        for when in frames:
            last = bisect_right(times, when)
            found.append(teller.after(self.events[first:last], when, self.marches(when)))
            first = last
        return found

    def marches(self, when: datetime) -> tuple[March, ...]:
        """Who is on the way."""
        return tuple(
            March(leaves["side"], leaves["amount"], leaves["place"], arrives["place"], done)
            for leaves, arrives in self.journeys
            if 0 <= (done := share_of(leaves["time"], arrives["time"], when)) < 1
        )

    @cached_property
    def journeys(self) -> list[tuple[Event, Event]]:
        """Departures with their arrivals; one that never arrives is not drawn."""
        under_way: dict[str, Event] = {}
        found = []
        for event in self.events:
            if event["what"] == "departed":
                under_way[event["force"]] = event
            elif event["what"] == "arrived" and (left := under_way.pop(event["force"], None)) is not None:
                found.append((left, event))
        return found


def share_of(begins: datetime, ends: datetime, when: datetime) -> float:
    """How far a moment lies between two others; below 0 before, 1 or more after."""
    return (when - begins) / (ends - begins) if ends > begins else (1.0 if when >= ends else -1.0)


class Teller:
    """Goes through the events once, and remembers what stands."""

    def __init__(self, scenario: Scenario):
        self.people: dict[tuple[str, str], float] = {}
        self.held: dict[str, float] = {}
        self.lost = {(kind, side): 0.0 for kind in LOSSES for side in scenario.sides}
        self.fights: dict[str, str] = {}  # order to place
        self.sky = {"light": "1", "fog": "0", "rain": "0"}

    def after(self, events: Sequence[Event], when: datetime, marches: tuple[March, ...]) -> Moment:
        """What is to be seen after some more events."""
        fires = []
        for event in events:
            self.take(event)
            if event["what"] in FIRES:
                hit = event["what"] != "bomb" or event["detail"] == "on_target"
                fires.append((event["what"], event["place"], event["side"], hit))
        return Moment(
            when=when,
            people={key: people for key, people in self.people.items() if people >= 0.5},
            held=dict(self.held),
            marches=marches,
            fights=tuple(dict.fromkeys(self.fights.values())),
            fires=tuple(dict.fromkeys(fires)),
            lost=dict(self.lost),
            night=self.sky["light"] == "0",
            fog=self.sky["fog"] == "1",
            rain=self.sky["rain"] == "1",
        )

    def take(self, event: Event) -> None:
        """Take in one event."""
        what, key = event["what"], (event["place"], event["side"])
        if what in COME:
            self.people[key] = self.people.get(key, 0.0) + event["amount"]
        elif what in GO:
            self.people[key] = self.people.get(key, 0.0) - event["amount"]
        elif what == "line":
            self.held[event["place"]] = event["amount"]
        elif what == "assault":
            self.fights[event["order"]] = event["place"]
        elif what == "ended":
            self.fights.pop(event["order"], None)
        elif what in self.sky:
            self.sky[what] = event["detail"]
        if what in LOSSES:
            self.lost[what, event["side"]] += event["amount"]


def track_of(scenario: Scenario, events: pa.Table, replication: int, ends: datetime) -> Track:
    """The track of one replication, from the table of events."""
    mine = events.filter(pc.equal(events["replication"], replication)).sort_by("time")
    return Track(scenario, replication, tuple(mine.to_pylist()), ends)
