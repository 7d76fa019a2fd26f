"""One battle of a run over time, as its stored events have it: where each force is, how strong, and who holds what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sim.scenario.model import Scenario
from sim.storage.reader import StoredOutput
from sim.storage.seal import StoredError

ARRIVALS = ("placed", "arrived")  # with all people of the force
CHANGES = {"joined": 1, "detached": 1, "killed": -1, "wounded": -1, "captured": -1}  # `detached` has its own sign
DEPARTURES = ("departed", "left")


@dataclass(frozen=True)
class StationedForce:
    """A force from a local time on: its place, and its people fit to fight.

    On the march it has no place; once it has left the battle, it has neither place nor people.
    """

    time: datetime
    place: str | None
    people: int


@dataclass(frozen=True)
class ForceMarch:
    """A march of a force from place to place."""

    force: str
    origin: str
    destination: str
    departs: datetime
    arrives: datetime
    people: int


@dataclass
class BattleStates:
    """One battle: the states of each force, marches, and the shares of each place that the second side holds."""

    replication: int
    forces: dict[str, list[StationedForce]] = field(default_factory=dict)
    marches: list[ForceMarch] = field(default_factory=list)
    second_shares: dict[str, list[tuple[datetime, float]]] = field(default_factory=dict)

    def add_event(self, event: dict[str, Any]) -> None:
        """Follow one event of the log."""
        kind, force, amount = event["event"], event["force"], round(event["value"])
        if kind == "front_moved":
            self.second_shares.setdefault(event["place"], []).append((event["time"], float(event["value"])))
            return
        if kind not in (*ARRIVALS, *CHANGES, *DEPARTURES):
            return
        states = self.forces.setdefault(force, [])
        people = states[-1].people if states else 0
        if kind in ARRIVALS:
            people = amount
        elif kind == "left":
            people = 0
        else:
            people += CHANGES.get(kind, 0) * amount
        place = None if kind in DEPARTURES else event["place"]
        self.set_state(states, StationedForce(event["time"], place, people))

    def iterate_stays(self, ends: datetime) -> Iterator[tuple[str, str, StationedForce, datetime]]:
        """Each state of a force at a place: both ids, the state, and until when it lasts."""
        for force, states in self.forces.items():
            times = [*(each.time for each in states[1:]), ends]
            for state, after in zip(states, times, strict=True):
                if state.place is not None and after > state.time:
                    yield force, state.place, state, after

    def set_state(self, states: list[StationedForce], state: StationedForce) -> None:
        """Add a state; losses at one place are told once an hour."""
        hour = {"minute": 0, "second": 0, "microsecond": 0}
        if len(states) > 1 and states[-1].place == state.place == states[-2].place:
            if states[-1].time.replace(**hour) == state.time.replace(**hour):  # type: ignore[arg-type]
                states.pop()
        elif states and states[-1].time == state.time:
            states.pop()
        states.append(state)


def read_battle_states(output: StoredOutput) -> BattleStates:
    """The first battle whose events are stored; raise StoredError if there is none."""
    log = output.read_table("event_log")
    if not log.num_rows:
        raise StoredError(f"{output.folder}: no events were kept (sim run keeps them with save_logs=1 or more)")
    return follow_first_battle(log)


def follow_first_battle(log: pa.Table) -> BattleStates:
    """The first battle of a table of events."""
    replication = int(pc.min(log["replication"]).as_py())
    battle = BattleStates(replication)
    departures: dict[str, dict[str, Any]] = {}
    for event in log.filter(pc.equal(log["replication"], replication)).sort_by("time").to_pylist():
        battle.add_event(event)
        if event["event"] == "departed":
            departures[event["force"]] = event
        elif event["event"] == "arrived" and (start := departures.pop(event["force"], None)) is not None:
            ends = (start["place"], event["place"], start["time"], event["time"])
            if start["place"] != event["place"]:
                battle.marches.append(ForceMarch(event["force"], *ends, round(event["value"])))
    return battle


def find_holder(scenario: Scenario, second_share: float) -> str:
    """The side that holds a place, or `contested`."""
    low, high = scenario.contested_share_range
    first, second = scenario.sides
    return "contested" if low < second_share < high else (second if second_share >= high else first)


def iterate_holders(scenario: Scenario, battle: BattleStates, place: str) -> Iterator[tuple[datetime, str]]:
    """Who holds a place, from when on; one entry for each change."""
    last = None
    for time, share in battle.second_shares.get(place, []):
        holder = find_holder(scenario, share)
        if holder != last:
            yield time, holder
        last = holder
