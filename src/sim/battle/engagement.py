"""One assault alone, without a scenario: two strengths, the priors' values and dice to an outcome.

It is the same rule book and the same clock as a whole battle: an attack order on the first of three places in a row,
by day, with both sides supplied. The defenders' place lies between the attackers' camp and their own rear.
"""

import math
from dataclasses import dataclass

import numpy as np

from sim import dice
from sim.battle.codes import Driver, Kind
from sim.battle.rows import Battle, Force, Front, Member, Model, Order, Place, Road, Side, Stream
from sim.battle.rulebook import RuleBook
from sim.battle.simpy_clock import SimpyClock
from sim.battle.state import LogBook
from sim.battle.written_rows import Call, Tally
from sim.events import Ending, What

GOAL, CAMP, REAR = 0, 1, 2
ATTACKER, DEFENDER = 0, 1
STREAMS = ("goal", "camp", "rear", "attackers", "defenders", "assault")
DRIVERS = tuple(f"assault:{driver.name.lower()}" for driver in list(Driver)[: Driver.SPAN])
STEP_KM = 0.01  # from one place to the next: the march does not matter here


@dataclass(frozen=True)
class Ground:
    """The place that is fought for."""

    cover: float
    depth_km: float
    blocks: float
    frontage: float = math.inf


@dataclass(frozen=True)
class Outcome:
    """What came of an assault: how it ended, who was lost (killed and wounded) and taken, and how long it took."""

    ending: int
    attackers_lost: float
    defenders_lost: float
    defenders_taken: float
    hours: float

    @property
    def won(self) -> bool:
        """Whether the attackers have the place."""
        return self.ending in (Ending.TAKEN, Ending.DEFENCE_BROKE)


def engage(
    rules: RuleBook,
    strengths: tuple[float, float],
    model: Model,
    sides: tuple[Side, Side],
    ground: Ground,
    name: str,
    seed: int,
    replication: int,
) -> Outcome:
    """Fight one assault, attackers first, with plain rules; dice by name, seed and replication as in a battle."""
    battle = set_up(strengths, model, sides, ground, name, seed, replication)
    SimpyClock(rules, battle, model.assault_hours + 2.0).play()
    opened = next(row.time for row in battle.log if row.what == What.ASSAULT)
    ended = next(row for row in battle.log if row.what == What.ENDED)
    attackers, defenders = battle.forces
    return Outcome(
        ending=ended.detail,
        attackers_lost=attackers.killed + attackers.wounded,
        defenders_lost=defenders.killed + defenders.wounded,
        defenders_taken=defenders.captured,
        hours=ended.time - opened,
    )


def set_up(
    strengths: tuple[float, float],
    model: Model,
    sides: tuple[Side, Side],
    ground: Ground,
    name: str,
    seed: int,
    replication: int,
) -> Battle:
    """The rows of that battle."""
    none = np.zeros(len(STREAMS), dtype=np.uint64)
    words = dice.words(dice.keys([f"{name}:{stream}" for stream in STREAMS]), seed, replication, none, 4)
    drivers = dice.normals(
        dice.keys([f"{name}:{driver}" for driver in DRIVERS]),
        seed,
        replication,
        np.zeros(len(DRIVERS), dtype=np.uint64),
    )
    held = (ground.blocks, 0.0, 1.0)  # by the second side, the defenders
    places = [
        Place(
            index=p,
            blocks=ground.blocks if p == GOAL else 1.0,
            frontage=ground.frontage,
            cover=ground.cover if p == GOAL else 0.0,
            depth_km=ground.depth_km,
            held=held[p],
            contact_stream=p,
            stream=p,
        )
        for p in (GOAL, CAMP, REAR)
    ]
    roads: list[Road] = []
    for start, ends in ((GOAL, (CAMP, REAR)), (CAMP, (GOAL,)), (REAR, (GOAL,))):
        places[start].first_road, places[start].roads = len(roads), len(ends)
        roads += [Road(end, STEP_KM) for end in ends]
    forces = [
        Force(index=ATTACKER, side=ATTACKER, entry=CAMP, strength=strengths[ATTACKER]),
        Force(index=DEFENDER, side=DEFENDER, entry=GOAL, strength=strengths[DEFENDER]),
    ]
    order = Order(
        index=0,
        kind=Kind.ATTACK,
        side=ATTACKER,
        target=GOAL,
        earliest=0.0,
        latest=0.0,
        members=1,
        stream=STREAMS.index("assault"),
    )
    return Battle(
        model=[model],
        sides=list(sides),
        places=places,
        fronts=[Front() for _ in range(6)],
        roads=roads,
        forces=forces,
        gear=[],
        orders=[order],
        members=[Member(ATTACKER)],
        steps=[],
        days=[],
        streams=[Stream(*four) for four in words.tolist()],
        drivers=drivers,
        log=LogBook(),
        calls=[Call() for _ in range(8)],
        tally=[Tally(room=2**62)],
    )
