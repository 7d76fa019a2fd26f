"""One assault alone, without a scenario: from two strengths, parameters and random inputs to an outcome.

It runs by the same rule book and scheduler as a whole battle: an attack order on the first of three places in a row,
by day, with both sides supplied. The defenders' place lies between the attackers' camp and their own rear.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim import random_streams
from sim.battle.enums import OrderInput, OrderKind
from sim.battle.parameter_fields import set_parameters
from sim.battle.records import (
    BattleCounters,
    BattleState,
    Contingent,
    ForceState,
    Interrupt,
    ModelState,
    OrderMember,
    OrderState,
    PlaceState,
    RoadSegment,
    SideState,
    StreamState,
)
from sim.battle.rulebook import RuleBook
from sim.battle.schedulers import SimpyScheduler
from sim.battle.state import GrowingLog
from sim.events.log import AssaultEnding, EventKind

GOAL, CAMP, REAR = 0, 1, 2
ATTACKER, DEFENDER = 0, 1
STREAM_NAMES = ("goal", "camp", "rear", "attackers", "defenders", "assault")
INPUT_NAMES = tuple(f"assault:{each.name.lower()}" for each in list(OrderInput)[: OrderInput.COUNT])
STEP_KM = 0.01  # from one place to the next: the march does not matter here


@dataclass(frozen=True)
class AssaultSite:
    """The place that is assaulted."""

    cover: float
    depth_km: float
    blocks: float
    frontage: float = math.inf
    is_prepared: bool = True


@dataclass(frozen=True)
class AssaultOutcome:
    """The outcome of an assault: how its last try ended, who was lost (killed, wounded) and taken, how long it took."""

    ending: int
    attackers_lost: float
    defenders_lost: float
    defenders_taken: float
    hours: float  # of fighting, over all tries
    tries: int  # on as many days

    @property
    def is_victory(self) -> bool:
        """Whether the attackers have the place."""
        return self.ending in (AssaultEnding.TAKEN, AssaultEnding.DEFENCE_BROKE)


def simulate_assault(
    rules: RuleBook,
    strengths: tuple[float, float],
    model: ModelState,
    parameters: tuple[Mapping[str, float], Mapping[str, float]],
    site: AssaultSite,
    name: str,
    seed: int,
    replication: int,
) -> AssaultOutcome:
    """Simulate one assault, attackers first, with plain rules; random inputs are keyed as in a battle.

    The parameters of each side are those of the rules by name; what an order has is the attackers'.
    It is a whole order: what time or fatigue breaks off is tried again on the next day, for as long as the model lets
    it. The moment after the last try is simulated too.
    """
    battle = build_assault_state(strengths, model, parameters, site, name, seed, replication)
    order = battle.orders[0]
    SimpyScheduler(rules, battle, 24.0 * (order.press_on_days + 1.0) + order.assault_hours + 2.0).run()
    starts = [row.time for row in battle.log if row.event == EventKind.ASSAULT]
    ends = [row for row in battle.log if row.event == EventKind.ENDED]
    attackers, defenders = battle.forces
    return AssaultOutcome(
        ending=ends[-1].code,
        attackers_lost=attackers.killed + attackers.wounded,
        defenders_lost=defenders.killed + defenders.wounded,
        defenders_taken=defenders.captured,
        hours=sum(end.time - start for start, end in zip(starts, ends, strict=True)),
        tries=len(starts),
    )


def build_assault_state(
    strengths: tuple[float, float],
    model: ModelState,
    parameters: tuple[Mapping[str, float], Mapping[str, float]],
    site: AssaultSite,
    name: str,
    seed: int,
    replication: int,
) -> BattleState:
    """The tables of a battle that is this assault alone."""
    salts = np.zeros(len(STREAM_NAMES), dtype=np.uint64)
    stream_bits = random_streams.random_bits(
        random_streams.stream_keys([f"{name}:{stream}" for stream in STREAM_NAMES]), seed, replication, salts, 4
    )
    normal_inputs = random_streams.draw_normals(
        random_streams.stream_keys([f"{name}:{each}" for each in INPUT_NAMES]),
        seed,
        replication,
        np.zeros(len(INPUT_NAMES), dtype=np.uint64),
    )
    second_side_blocks = (site.blocks, 0.0, 1.0)  # by the second side, the defenders
    places = [
        PlaceState(
            index=p,
            blocks=site.blocks if p == GOAL else 1.0,
            frontage=site.frontage,
            cover=site.cover if p == GOAL else 0.0,
            depth_km=site.depth_km,
            is_prepared=int(site.is_prepared),
            second_side_blocks=second_side_blocks[p],
            contact_stream=p,
            stream=p,
        )
        for p in (GOAL, CAMP, REAR)
    ]
    roads: list[RoadSegment] = []
    for start, ends in ((GOAL, (CAMP, REAR)), (CAMP, (GOAL,)), (REAR, (GOAL,))):
        places[start].first_road, places[start].roads = len(roads), len(ends)
        roads += [RoadSegment(end, STEP_KM) for end in ends]
    sides = [SideState(), SideState()]
    forces = [
        ForceState(index=ATTACKER, side=ATTACKER, entry_place=CAMP, strength=strengths[ATTACKER]),
        ForceState(index=DEFENDER, side=DEFENDER, entry_place=GOAL, strength=strengths[DEFENDER]),
    ]
    order = OrderState(
        index=0,
        kind=OrderKind.ATTACK,
        side=ATTACKER,
        target=GOAL,
        earliest=0.0,
        latest=0.0,
        members=1,
        stream=STREAM_NAMES.index("assault"),
    )
    for side, force, own in zip(sides, forces, parameters, strict=True):
        set_parameters(side, "side", own)
        set_parameters(force, "force", own)
    set_parameters(order, "order", parameters[ATTACKER])
    return BattleState(
        model=[model],
        sides=sides,
        places=places,
        contingents=[Contingent() for _ in range(6)],
        roads=roads,
        forces=forces,
        place_equipment=[],
        equipment=[],
        orders=[order],
        members=[OrderMember(ATTACKER)],
        axis_steps=[],
        days=[],
        streams=[StreamState(*four) for four in stream_bits.tolist()],
        normal_inputs=normal_inputs,
        log=GrowingLog(),
        interrupts=[Interrupt() for _ in range(8)],
        counters=[BattleCounters(log_capacity=2**62)],
    )
