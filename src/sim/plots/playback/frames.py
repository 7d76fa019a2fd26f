"""The event log of one replication as frames: strengths, movements, control, losses at each time."""

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

MAX_FRAMES = 120  # so that a slide does not outlast a talk
FRAME_HOURS = (1, 2, 3, 4, 6, 12, 24, 48)  # hours between frames
ARRIVAL_EVENTS = ("placed", "joined", "arrived")
REMOVAL_EVENTS = ("departed", "killed", "wounded", "captured")
LOSS_EVENTS = ("killed", "wounded", "captured")
FIRE_EVENTS = {"sortie": "strikes", "bomb": "bombs", "ambush": "ambushes"}

EventRow = dict[str, Any]


@dataclass(frozen=True)
class Movement:
    """People of a side between two places, and how far they have come (0 to 1)."""

    side: str
    people: float
    origin: str
    destination: str
    progress: float


@dataclass(frozen=True)
class FrameState:
    """What a frame shows. `share_of_second` is the share of each place that the second side holds."""

    time: datetime
    people: dict[tuple[str, str], float]  # by place and side
    share_of_second: dict[str, float]
    movements: tuple[Movement, ...]
    assaults: tuple[str, ...]  # places where an assault is under way
    fire_events: tuple[tuple[str, str, str, bool], ...]  # kind, place, side, whether it hit; since the last frame
    losses: dict[tuple[str, str], float]  # by kind of loss and side, so far
    night: bool
    fog: bool
    rain: bool


@dataclass(frozen=True)
class Timeline:
    """The events of one replication in order of time."""

    scenario: Scenario
    replication: int
    events: tuple[EventRow, ...]
    end_time: datetime

    @property
    def frame_interval(self) -> timedelta:
        """The time between two frames: so many hours that the playback stays short."""
        hours = (self.end_time - self.scenario.begins) / timedelta(hours=1)
        return timedelta(
            hours=next((each for each in FRAME_HOURS if hours / each <= MAX_FRAMES), ceil(hours / MAX_FRAMES))
        )

    @property
    def frame_times(self) -> list[datetime]:
        """The times of the frames, the beginning and the end among them."""
        count = ceil((self.end_time - self.scenario.begins) / self.frame_interval)
        return [*(self.scenario.begins + number * self.frame_interval for number in range(count)), self.end_time]

    @property
    def active_places(self) -> list[str]:
        """The places where people are or something happens at any time, in the scenario's order."""
        mentioned = {
            event["place"]
            for event in self.events
            if event["event"] in (*ARRIVAL_EVENTS, *REMOVAL_EVENTS, *FIRE_EVENTS, "assault")
        }
        return [id for id in self.scenario.places if id in mentioned or id == self.scenario.objective.place]

    @property
    def contested_places(self) -> list[str]:
        """The places of assaults, fire and deaths, and the objective."""
        mentioned = {event["place"] for event in self.events if event["event"] in ("assault", "killed", *FIRE_EVENTS)}
        return [id for id in self.active_places if id in mentioned or id == self.scenario.objective.place]

    @cached_property
    def total_losses(self) -> dict[tuple[str, str], float]:
        """All losses by the end, by kind and side."""
        totals = {(kind, side): 0.0 for kind in LOSS_EVENTS for side in self.scenario.sides}
        for event in self.events:
            if event["event"] in LOSS_EVENTS:
                totals[event["event"], event["side"]] += event["value"]
        return totals

    def list_deaths(self, side: str) -> list[tuple[datetime, float]]:
        """Cumulative deaths of a side at every time at which somebody dies, and at both ends."""
        deaths = [(self.scenario.begins, 0.0)]
        for event in self.events:
            if event["event"] == "killed" and event["side"] == side:
                deaths.append((event["time"], deaths[-1][1] + event["value"]))
        return [*deaths, (self.end_time, deaths[-1][1])]

    def build_frames(self, frame_times: Sequence[datetime]) -> list[FrameState]:
        """What each frame shows; their times are in order."""
        event_times = [event["time"] for event in self.events]
        replay = TimelineReplay(self.scenario)
        states, first = [], 0
        for time in frame_times:
            last = bisect_right(event_times, time)
            states.append(replay.advance(self.events[first:last], time, self.find_movements(time)))
            first = last
        return states

    def find_movements(self, time: datetime) -> tuple[Movement, ...]:
        """The movements under way at a time."""
        return tuple(
            Movement(departure["side"], departure["value"], departure["place"], arrival["place"], progress)
            for departure, arrival in self.journeys
            if 0 <= (progress := compute_progress(departure["time"], arrival["time"], time)) < 1
        )

    @cached_property
    def journeys(self) -> list[tuple[EventRow, EventRow]]:
        """Departures with their arrivals; one that never arrives is not drawn."""
        under_way: dict[str, EventRow] = {}
        pairs = []
        for event in self.events:
            if event["event"] == "departed":
                under_way[event["force"]] = event
            elif event["event"] == "arrived" and (departure := under_way.pop(event["force"], None)) is not None:
                pairs.append((departure, event))
        return pairs


def compute_progress(start: datetime, end: datetime, time: datetime) -> float:
    """How far a time lies between two others: below 0 before them, 1 or more after."""
    return (time - start) / (end - start) if end > start else (1.0 if time >= end else -1.0)


class TimelineReplay:
    """The state of the battle, advanced from event to event."""

    def __init__(self, scenario: Scenario):
        self.people: dict[tuple[str, str], float] = {}
        self.share_of_second: dict[str, float] = {}
        self.losses = {(kind, side): 0.0 for kind in LOSS_EVENTS for side in scenario.sides}
        self.assaults: dict[str, str] = {}  # order to place
        self.environment = {"light": "1", "fog": "0", "rain": "0"}

    def advance(self, events: Sequence[EventRow], time: datetime, movements: tuple[Movement, ...]) -> FrameState:
        """The state after some more events."""
        fire_events = []
        for event in events:
            self.apply_event(event)
            if event["event"] in FIRE_EVENTS:
                hit = event["event"] != "bomb" or event["code"] == "on_target"
                fire_events.append((event["event"], event["place"], event["side"], hit))
        return FrameState(
            time=time,
            people={key: people for key, people in self.people.items() if people >= 0.5},
            share_of_second=dict(self.share_of_second),
            movements=movements,
            assaults=tuple(dict.fromkeys(self.assaults.values())),
            fire_events=tuple(dict.fromkeys(fire_events)),
            losses=dict(self.losses),
            night=self.environment["light"] == "0",
            fog=self.environment["fog"] == "1",
            rain=self.environment["rain"] == "1",
        )

    def apply_event(self, event: EventRow) -> None:
        """Apply one event to the state."""
        kind, key = event["event"], (event["place"], event["side"])
        if kind in ARRIVAL_EVENTS:
            self.people[key] = self.people.get(key, 0.0) + event["value"]
        elif kind in REMOVAL_EVENTS:
            self.people[key] = self.people.get(key, 0.0) - event["value"]
        elif kind == "front_moved":
            self.share_of_second[event["place"]] = event["value"]
        elif kind == "assault":
            self.assaults[event["order"]] = event["place"]
        elif kind == "ended":
            self.assaults.pop(event["order"], None)
        elif kind in self.environment:
            self.environment[kind] = event["code"]
        if kind in LOSS_EVENTS:
            self.losses[kind, event["side"]] += event["value"]


def build_timeline(scenario: Scenario, events: pa.Table, replication: int, end_time: datetime) -> Timeline:
    """The timeline of one replication, from the table of events."""
    replication_events = events.filter(pc.equal(events["replication"], replication)).sort_by("time")
    return Timeline(scenario, replication, tuple(replication_events.to_pylist()), end_time)
