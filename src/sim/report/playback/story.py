"""One battle as a page plays it: where the line runs, who stands where, who marches, fights, strikes and dies, when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from sim.battle.fight import Run
from sim.claims.comparison import about, observed_claims
from sim.events import COME, GO, NOBODY, Ending, Outcome, What
from sim.report.diary import Teller, Telling
from sim.report.phrases import ENDINGS
from sim.report.playback.choice import Choice
from sim.report.playback.routes import Ways
from sim.scenario.model import Scenario
from sim.scenario.record import Claim

Step = tuple[float, float]  # an hour, and the value from then on
Stand = tuple[float, int, int]  # an hour, and from then on the place (NOBODY: on the march) and the people
LOST = (What.KILLED, What.WOUNDED)
FIRES = {"airstrike": "strike", "shelling": "shells"}
DIGITS = 3  # of an hour


@dataclass(frozen=True)
class March:
    """People on their way: when they leave and arrive (h), by which places (indices), of which side and force."""

    leaves: float
    arrives: float
    side: int
    people: int
    force: int
    way: list[int]


@dataclass(frozen=True)
class Fight:
    """An assault: from when to when (h), at which place, of which side, and how it ended."""

    begins: float
    ends: float
    place: int
    side: int
    end: str


@dataclass(frozen=True)
class Flash:
    """Something that is over in a moment: a strike, shells, a bomb or an ambush; not `hit`: a bomb that failed."""

    at: float
    kind: str
    place: int
    side: int
    killed: int
    hit: bool


@dataclass(frozen=True)
class Story:
    """One battle. `line` has the second side's share by place."""

    replication: int
    names: tuple[str, ...]
    says: tuple[str, ...]
    line: list[list[Step]]
    stands: list[list[Stand]]  # by force
    marches: list[March]
    fights: list[Fight]
    flashes: list[Flash]
    killed: list[list[int]]  # by side: by the end of each hour
    wounded: list[list[int]]
    fog: list[Step]
    rain: list[Step]
    diary: list[tuple[float, str]]
    holds: list[str]  # the claims whose bounds hold in it


def story(scenario: Scenario, run: Run, choice: Choice) -> Story:
    """A battle that was fought, as a story."""
    claims = observed_claims(scenario, run.history.ends)
    names, ends = run.history.names, run.history.ends
    hours = int(np.ceil(ends))
    return Story(
        replication=run.replication,
        names=choice.names,
        says=choice.says,
        line=[line(run, place) for place in range(len(names.places))],
        stands=stands(run),
        marches=list(marches(scenario, run)),
        fights=list(fights(run)),
        flashes=list(flashes(scenario, run)),
        killed=[total(run, What.KILLED, side, hours) for side in range(2)],
        wounded=[total(run, What.WOUNDED, side, hours) for side in range(2)],
        fog=weather(run, What.FOG),
        rain=weather(run, What.RAIN),
        diary=list(diary(scenario, run)),
        holds=[id for id, claim in claims.items() if holds(claim, run)],
    )


def holds(claim: Claim, run: Run) -> bool:
    """Whether a claim's bound holds in a battle."""
    assert claim.value is not None
    return claim.value.low <= about(claim).observe(run.history) <= claim.value.high


def hour(value: float) -> float:
    """An hour with no more digits than a page needs."""
    return round(float(value), DIGITS)


def line(run: Run, place: int) -> list[Step]:
    """The share of a place that the second side holds."""
    log = run.log[(run.log["what"] == What.LINE) & (run.log["place"] == place)]
    return [(hour(row["time"]), round(float(row["amount"]), 4)) for row in log]


def stands(run: Run) -> list[list[Stand]]:
    """Where each force stands and how strong it is: exact when it comes and goes, losses once an hour."""
    steps: list[list[Stand]] = [[] for _ in run.history.names.forces]
    lost_last = [False] * len(steps)
    for row in run.log[run.history.of_kind(*COME, *GO)]:
        force, what, at = int(row["force"]), What(row["what"]), hour(row["time"])
        here, amount = steps[force], round(float(row["amount"]))
        before = here[-1][2] if here else 0
        lost = what in LOST
        if what == What.DEPARTED:
            step = (at, NOBODY, before)
        elif what in (What.PLACED, What.ARRIVED):
            step = (at, int(row["place"]), amount)
        else:
            step = (at, int(row["place"]), before + (amount if what == What.JOINED else -amount))
        if here and (here[-1][0] == at or (lost and lost_last[force] and int(here[-1][0]) == int(at))):
            here.pop()
        here.append(step)
        lost_last[force] = lost
    return steps


def marches(scenario: Scenario, run: Run) -> Iterator[March]:
    """Every march; one that is under way at the end leads to where its order sent it."""
    ways = Ways(scenario)
    names = run.history.names
    under_way: dict[int, np.void] = {}
    for row in run.log[run.history.of_kind(What.DEPARTED, What.ARRIVED)]:
        force = int(row["force"])
        if row["what"] == What.DEPARTED:
            under_way[force] = row
            continue
        left = under_way.pop(force, None)
        if left is not None and row["time"] > left["time"] and row["place"] != left["place"]:
            yield march(left, float(row["time"]), ways.between(int(left["place"]), int(row["place"])))
    for left in under_way.values():
        if left["order"] >= 0:
            goal = names.places.index(scenario.orders[names.orders[left["order"]]].target)
            if goal != left["place"]:
                yield march(left, run.history.ends + 1.0, ways.between(int(left["place"]), goal))


def march(left: np.void, arrives: float, way: list[int]) -> March:
    """A march from the row in which it begins."""
    return March(
        hour(left["time"]), hour(arrives), int(left["side"]), round(float(left["amount"])), int(left["force"]), way
    )


def fights(run: Run) -> Iterator[Fight]:
    """Every assault."""
    opened: dict[int, np.void] = {}
    for row in run.log[run.history.of_kind(What.ASSAULT, What.ENDED)]:
        order = int(row["order"])
        if row["what"] == What.ASSAULT:
            opened[order] = row
        elif order in opened:
            begun = opened.pop(order)
            end = ENDINGS[Ending(row["detail"])]
            yield Fight(hour(begun["time"]), hour(row["time"]), int(row["place"]), int(begun["side"]), end)
    for begun in opened.values():
        yield Fight(
            hour(begun["time"]), hour(run.history.ends), int(begun["place"]), int(begun["side"]), "is under way"
        )


def flashes(scenario: Scenario, run: Run) -> Iterator[Flash]:
    """Strikes, shells, bombs and ambushes."""
    orders = run.history.names.orders
    for row in run.log[run.history.of_kind(What.SORTIE, What.BOMB, What.AMBUSH)]:
        what = What(row["what"])
        if what == What.SORTIE:
            kind = FIRES.get(scenario.orders[orders[row["order"]]].kind, "strike")
        else:
            kind = what.name.lower()
        hit = what != What.BOMB or row["detail"] == Outcome.ON_TARGET
        place, side, killed = int(row["place"]), int(row["side"]), round(float(row["amount"]))
        yield Flash(hour(row["time"]), kind, place, side, killed, bool(hit))


def total(run: Run, what: What, side: int, hours: int) -> list[int]:
    """People of a side lost by the end of each hour, from the beginning (0) on."""
    chosen = run.history.of_kind(what) & (run.log["side"] == side)
    when = np.minimum(np.ceil(run.log["time"][chosen]).astype(np.int64), hours)
    lost: list[int] = (
        np.cumsum(np.bincount(when, weights=run.log["amount"][chosen], minlength=hours + 1)).astype(int).tolist()
    )
    return lost


def weather(run: Run, what: What) -> list[Step]:
    """When fog or rain comes (1) and goes (0)."""
    return [(hour(row["time"]), float(row["detail"])) for row in run.log[run.log["what"] == what]]


def diary(scenario: Scenario, run: Run) -> Iterator[tuple[float, str]]:
    """The sentences of the diary with their hours; a day is summed up at its end."""
    teller = Teller(scenario, run, Telling())
    names = run.history.names
    days = [names.moment(float(row["time"])).date() for row in run.log]
    yield 0.0, " ".join(each.strip() for each in teller.opening() if each.startswith("  "))
    for day in dict.fromkeys(days):
        rows = np.flatnonzero([each == day for each in days])
        for row in rows:
            if sentence := teller.sentence(run.log[row]):
                yield hour(run.log[row]["time"]), sentence[0].upper() + sentence[1:]
        midnight = names.moment(0).replace(hour=0, minute=0, second=0) + (day - names.start.date() + timedelta(days=1))
        evening = min(names.hours(midnight), run.history.ends)
        yield hour(evening), " ".join(each.strip() for each in teller.evening(day, rows))
