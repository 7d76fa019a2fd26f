"""One replication as the playback shows it: control, positions, marches, assaults, incidents and losses over time."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from sim.battle.run_result import RunResult
from sim.events.log import ARRIVAL_KINDS, DEPARTURE_KINDS, ENTRY_KINDS, NONE, AssaultEnding, BombOutcome, EventKind
from sim.report.diary import ENDING_PHRASES, DiaryState, DiaryWriter, arrange_run
from sim.report.playback.selection import SelectedReplication
from sim.scenario.descriptions import capitalize
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import claim_observable, select_observable_claims

TimedValue = tuple[float, float]  # an hour, and the value from then on
TimedPosition = tuple[float, int, int]  # an hour, and from then on the place (NOBODY: on the march) and the people
LOSS_EVENTS = (EventKind.KILLED, EventKind.WOUNDED)
FIRE_KINDS = {"airstrike": "strike", "shelling": "shells"}
HOUR_DIGITS = 3  # of an hour


@dataclass(frozen=True)
class ReplayMarch:
    """A force on its way: when it departs and arrives (h), with how many people, and by which places (indices)."""

    departs: float
    arrives: float
    side: int
    people: int
    force: int
    route: list[int]


@dataclass(frozen=True)
class ReplayAssault:
    """An assault: when it starts and ends (h), at which place, by which side, and how it ended."""

    start_hour: float
    end_hour: float
    place: int
    side: int
    outcome: str


@dataclass(frozen=True)
class ReplayIncident:
    """A momentary incident: a strike, shells, a bomb or an ambush; only a bomb can fail (`succeeded`)."""

    hour: float
    kind: str
    place: int
    side: int
    killed: int
    succeeded: bool


@dataclass(frozen=True)
class Replay:
    """One replication; `control_steps` has the second side's share of each place."""

    replication: int
    labels: tuple[str, ...]
    reasons: tuple[str, ...]
    control_steps: list[list[TimedValue]]
    positions: list[list[TimedPosition]]  # by force
    marches: list[ReplayMarch]
    assaults: list[ReplayAssault]
    incidents: list[ReplayIncident]
    killed: list[list[int]]  # by side: by the end of each hour
    wounded: list[list[int]]
    fog: list[TimedValue]
    rain: list[TimedValue]
    diary: list[tuple[float, str]]
    true_claims: list[str]  # the claims whose bounds hold in it


def build_replay(scenario: Scenario, run: RunResult, selected: SelectedReplication) -> Replay:
    """A simulated battle as a replay."""
    claims = select_observable_claims(scenario, run.event_log.end_hours)
    run = arrange_run(scenario, run)
    names, end_hours = run.event_log.labels, run.event_log.end_hours
    hours = int(np.ceil(end_hours))
    return Replay(
        replication=run.replication,
        labels=selected.labels,
        reasons=selected.reasons,
        control_steps=[extract_control_steps(run, place) for place in range(len(names.places))],
        positions=extract_positions(run),
        marches=list(extract_marches(scenario, run)),
        assaults=list(extract_assaults(run)),
        incidents=list(extract_incidents(scenario, run)),
        killed=[count_losses_by_hour(run, EventKind.KILLED, side, hours) for side in range(2)],
        wounded=[count_losses_by_hour(run, EventKind.WOUNDED, side, hours) for side in range(2)],
        fog=extract_weather_steps(run, EventKind.FOG),
        rain=extract_weather_steps(run, EventKind.RAIN),
        diary=list(extract_diary(scenario, run)),
        true_claims=[id for id, claim in claims.items() if is_claim_true(claim, run)],
    )


def is_claim_true(claim: Claim, run: RunResult) -> bool:
    """Whether a claim is true in a battle: what is simulated lies within its bounds."""
    assert claim.value is not None
    return claim.value.low <= claim_observable(claim).observe(run.event_log) <= claim.value.high


def round_hour(value: float) -> float:
    """An hour with no more digits than a page needs."""
    return round(float(value), HOUR_DIGITS)


def extract_control_steps(run: RunResult, place: int) -> list[TimedValue]:
    """The share of a place that the second side holds, over time."""
    log = run.log[(run.log["event"] == EventKind.FRONT_MOVED) & (run.log["place"] == place)]
    return [(round_hour(row["time"]), round(float(row["value"]), 4)) for row in log]


def extract_positions(run: RunResult) -> list[list[TimedPosition]]:
    """Where each force stands and how strong it is: exact when it comes and goes, losses once an hour."""
    steps: list[list[TimedPosition]] = [[] for _ in run.event_log.labels.forces]
    last_was_loss = [False] * len(steps)
    for row in run.log[run.event_log.select_kinds(*ARRIVAL_KINDS, *DEPARTURE_KINDS)]:
        force, kind, hour = int(row["force"]), EventKind(row["event"]), round_hour(row["time"])
        force_steps, amount = steps[force], round(float(row["value"]))
        people = force_steps[-1][2] if force_steps else 0
        is_loss = kind in LOSS_EVENTS
        if kind in (EventKind.DEPARTED, EventKind.LEFT):
            step = (hour, NONE, people)
        elif kind in (EventKind.PLACED, EventKind.ARRIVED):
            step = (hour, int(row["place"]), amount)
        else:
            step = (hour, int(row["place"]), people + (amount if kind in ENTRY_KINDS else -amount))
        if force_steps and (
            force_steps[-1][0] == hour or (is_loss and last_was_loss[force] and int(force_steps[-1][0]) == int(hour))
        ):
            force_steps.pop()
        force_steps.append(step)
        last_was_loss[force] = is_loss
    return steps


def extract_marches(scenario: Scenario, run: RunResult) -> Iterator[ReplayMarch]:
    """Every march; one that is under way at the end leads to the target of its order."""
    routes = RouteFinder(scenario)
    names = run.event_log.labels
    departures: dict[int, np.void] = {}
    for row in run.log[run.event_log.select_kinds(EventKind.DEPARTED, EventKind.ARRIVED)]:
        force = int(row["force"])
        if row["event"] == EventKind.DEPARTED:
            departures[force] = row
            continue
        departure = departures.pop(force, None)
        if departure is not None and row["time"] > departure["time"] and row["place"] != departure["place"]:
            yield make_march(
                departure, float(row["time"]), routes.find_route(int(departure["place"]), int(row["place"]))
            )
    for departure in departures.values():
        if departure["order"] >= 0:
            goal = names.places.index(scenario.orders[names.orders[departure["order"]]].target)
            if goal != departure["place"]:
                yield make_march(
                    departure, run.event_log.end_hours + 1.0, routes.find_route(int(departure["place"]), goal)
                )


def make_march(departure: np.void, arrives: float, route: list[int]) -> ReplayMarch:
    """A march from the row of its departure."""
    return ReplayMarch(
        round_hour(departure["time"]),
        round_hour(arrives),
        int(departure["side"]),
        round(float(departure["value"])),
        int(departure["force"]),
        route,
    )


def extract_assaults(run: RunResult) -> Iterator[ReplayAssault]:
    """Every assault."""
    started: dict[int, np.void] = {}
    for row in run.log[run.event_log.select_kinds(EventKind.ASSAULT, EventKind.ENDED)]:
        order = int(row["order"])
        if row["event"] == EventKind.ASSAULT:
            started[order] = row
        elif order in started:
            start = started.pop(order)
            end = ENDING_PHRASES[AssaultEnding(row["code"])]
            yield ReplayAssault(
                round_hour(start["time"]), round_hour(row["time"]), int(row["place"]), int(start["side"]), end
            )
    for start in started.values():
        yield ReplayAssault(
            round_hour(start["time"]),
            round_hour(run.event_log.end_hours),
            int(start["place"]),
            int(start["side"]),
            "is under way",
        )


def extract_incidents(scenario: Scenario, run: RunResult) -> Iterator[ReplayIncident]:
    """Strikes, shells, bombs and ambushes."""
    orders = run.event_log.labels.orders
    for row in run.log[run.event_log.select_kinds(EventKind.SORTIE, EventKind.BOMB, EventKind.AMBUSH)]:
        event = EventKind(row["event"])
        if event == EventKind.SORTIE:
            kind = FIRE_KINDS.get(scenario.orders[orders[row["order"]]].kind, "strike")
        else:
            kind = event.name.lower()
        succeeded = event != EventKind.BOMB or row["code"] == BombOutcome.ON_TARGET
        place, side, killed = int(row["place"]), int(row["side"]), round(float(row["value"]))
        yield ReplayIncident(round_hour(row["time"]), kind, place, side, killed, bool(succeeded))


def count_losses_by_hour(run: RunResult, event_kind: EventKind, side: int, hours: int) -> list[int]:
    """Cumulative losses of a side by the end of each hour, from the beginning (0) on."""
    rows = run.event_log.select_kinds(event_kind) & (run.log["side"] == side)
    hour = np.minimum(np.ceil(run.log["time"][rows]).astype(np.int64), hours)
    losses: list[int] = (
        np.cumsum(np.bincount(hour, weights=run.log["value"][rows], minlength=hours + 1)).astype(int).tolist()
    )
    return losses


def extract_weather_steps(run: RunResult, event_kind: EventKind) -> list[TimedValue]:
    """When fog or rain begins (1) and ends (0)."""
    return [(round_hour(row["time"]), float(row["code"])) for row in run.log[run.log["event"] == event_kind]]


def extract_diary(scenario: Scenario, run: RunResult) -> Iterator[tuple[float, str]]:
    """The sentences of the diary with their hours; a step of time is summed up at its end."""
    writer = DiaryWriter(scenario, run, DiaryState())
    names = run.event_log.labels
    yield 0.0, " ".join(each.strip() for each in writer.describe_opening() if each.startswith("  "))
    for step, rows in writer.group_by_step():
        for row in rows:
            if sentence := writer.describe_event(run.log[row]):
                yield round_hour(run.log[row]["time"]), capitalize(sentence)
        end_hour = min(names.hours_since_start(writer.steps.end(step)), run.event_log.end_hours)
        yield round_hour(end_hour), " ".join(each.strip() for each in writer.describe_step_end(step, rows))


class RouteFinder:
    """Shortest routes between places, by their index in the scenario; cached."""

    def __init__(self, scenario: Scenario):
        places = list(scenario.places)
        self.roads: dict[int, list[tuple[int, float]]] = {number: [] for number in range(len(places))}
        for link in scenario.roads.values():
            start, end = (places.index(place) for place in link.between)
            km = scenario.compute_road_km(link)
            self.roads[start].append((end, km))
            self.roads[end].append((start, km))
        self.cache: dict[tuple[int, int], list[int]] = {}

    def find_route(self, start: int, goal: int) -> list[int]:
        """The places on the route, both ends included; only the two ends if no links join them."""
        if (start, goal) not in self.cache:
            self.cache[start, goal] = self.compute_route(start, goal)
        return self.cache[start, goal]

    def compute_route(self, start: int, goal: int) -> list[int]:
        """The shortest route, by Dijkstra's algorithm."""
        previous: dict[int, int] = {}
        distance_km = {start: 0.0}
        queue = [(0.0, start)]
        while queue:
            km, here = heappop(queue)
            if here == goal:
                route = [goal]
                while route[-1] != start:
                    route.append(previous[route[-1]])
                return route[::-1]
            if km > distance_km[here]:
                continue
            for there, step_km in self.roads[here]:
                if km + step_km < distance_km.get(there, float("inf")):
                    distance_km[there], previous[there] = km + step_km, here
                    heappush(queue, (km + step_km, there))
        return [start, goal]
