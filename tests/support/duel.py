"""A duel: one assault on two places without cover, lines, weather or fatigue, which has an exact answer."""

from dataclasses import dataclass

import numpy as np

from sim import laws
from sim.battle.simulation import ExecutionMode, Simulation
from sim.events.log import AssaultEnding, EventKind
from sim.scenario.model import Scenario
from support.battles import CALM, attack, fixed, number, teaching_data, untold, validated

PLACES = ("village", "camp")
FORCES = {"vanguard": "camp", "outpost": "village"}
HUGE = 1e6


def make_duel(
    attackers: float,
    defenders: float,
    attackers_kill: float,
    defenders_kill: float,
    *,
    attack_breaks: float = 1.0,
    defence_breaks: float = 1.0,
    fatigue: float = 0.0,
    reference: float = 1.0,
    days: int = 4,
    **more: float,
) -> Scenario:
    """Two sides in one assault; the killing rates are an hour's, the break points shares that are lost.

    `more` are other priors by name.
    """
    data = untold(teaching_data()) | {"readings": {}, "weather": {}, "equipment": {}, "ends": f"2001-06-{days:02d}"}
    data["places"] = {place: data["places"][place] for place in PLACES}
    data["roads"] = {"village_camp": data["roads"]["village_camp"]}
    data["objective"] = {"side": "teal", "place": "village"}
    data["headline_outputs"] = data["headline_outputs"][1:]
    terrain = {"cover": number(0), "max_engaged": number(HUGE), "depth_km": number(1), "blocks": 4}
    data["terrains"]["houses"] |= terrain
    data["forces"] = {
        force: data["forces"][force] | {"strength": number(people), "equipment": {}, "receives_replacements": False}
        for force, people in (("vanguard", attackers), ("outpost", defenders))
    }
    data["orders"] = {"assault": attack("amber", "village", "vanguard", hour=1)}
    priors = CALM | {
        "reference_strength": reference,
        "assault_hours": HUGE,
        "muster_hours": 0,
        "fatigue_per_hour": fatigue,
        "reserve_at_share": 0,
        "killing_rate_amber": 24 * attackers_kill,
        "killing_rate_teal": 24 * defenders_kill,
        "break_attack_median": attack_breaks,
        "break_defend_median": defence_breaks,
        **more,
    }
    data["priors"] |= {name: fixed(value) for name, value in priors.items()}
    return validated(data)


@dataclass(frozen=True)
class Sample:
    """Outcomes of many duels: who won, how many were left, how long it took, when the first one fell (inf: nobody)."""

    attackers: np.ndarray
    defenders: np.ndarray
    hours: np.ndarray
    first: np.ndarray
    first_is_defender: np.ndarray
    won: np.ndarray  # by the attackers
    falls: tuple[tuple[np.ndarray, np.ndarray], ...]  # hours after the beginning, and whether a defender fell

    def __len__(self) -> int:
        return len(self.hours)


def simulate_duel(
    scenario: Scenario,
    runs: int,
    law: str = "square",
    seed: int = 1,
    form: ExecutionMode = "plain",
    **parameters: float,
) -> Sample:
    """Simulate a duel many times by the whole battle model; `parameters` are those of the law."""
    law_parameters = {laws.PARAMETER_PREFIX + name: value for name, value in parameters.items()}
    stage = Simulation(scenario, law=law, execution_mode=form, parameters=law_parameters)
    vanguard, outpost = (list(scenario.forces).index(force) for force in FORCES)
    outcomes, falls_by_duel = [], []
    for replication in range(runs):
        run = stage.run(seed, replication)
        log = run.log
        (opened,) = log["time"][log["event"] == EventKind.ASSAULT]
        (ended,) = log[log["event"] == EventKind.ENDED]
        falls = log[(log["event"] == EventKind.KILLED) | (log["event"] == EventKind.WOUNDED)]
        lost = [int((falls["force"] == force).sum()) for force in (vanguard, outpost)]
        first = falls["time"][0] - opened if len(falls) else np.inf
        of_defender = len(falls) > 0 and falls["force"][0] == outpost
        won = ended["code"] in (AssaultEnding.TAKEN, AssaultEnding.DEFENCE_BROKE)
        outcomes.append((*lost, ended["time"] - opened, first, of_defender, won))
        falls_by_duel.append((falls["time"] - opened, falls["force"] == outpost))
    lost_attackers, lost_defenders, *rest = (np.array(column) for column in zip(*outcomes, strict=True))
    initial = [force["initial_strength"] for force in run.forces]
    return Sample(initial[vanguard] - lost_attackers, initial[outpost] - lost_defenders, *rest, tuple(falls_by_duel))
