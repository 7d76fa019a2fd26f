"""Small battles on the ground of the teaching scenario: the orders of a test, and no chance but what it asks for.

The plain rules stand at the end, in a namespace where a test may put another function in the place of one.
"""

import copy
import importlib
import pkgutil
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np

from sim.battle import kernels, rules
from sim.battle.rulebook import RuleBook
from sim.battle.run_result import RunResult
from sim.battle.simulation import Simulation
from sim.battle.supplied_draws import RandomOverrides
from sim.events.log import EventKind
from sim.scenario.loading import build_scenario, find_scenario_file
from sim.scenario.model import Scenario
from sim.scenario.yaml_parser import ScenarioDocument, read_document, to_plain_data

# Nobody is killed, no line moves, the sky does nothing: a test switches on what it is about.
CALM = {
    "reference_strength": 300,
    "combat_power_mean": 0,
    "combat_power_sigma": 0,
    "break_odds_exponent": 0,
    "size_exponent": 0,
    "size_reference": 300,
    "reference_cover": 0,
    "intensity_sigma": 0,
    "intensity_shared": 1,
    "intensity_persistence": 0,
    "fatigue_per_hour": 0,
    "advance_km_per_day": 0,
    "ground_price": 0,
    "assault_hours": 10,
    "press_on_days": 0,
    "consolidate_hours": 1,
    "muster_hours": 0.5,
    "night_fire": 1,
    "moonlight": 0,
    "fog_fire": 1,
    "rain_fire": 1,
    "night_march": 1,
    "fog_march": 1,
    "fog_chance": 0,
    "rain_chance": 0,
    "contact_per_1000_day": 0,
    "strike_deaths_mean": 0,
    "shell_deaths_mean": 0,
    "bomb_arrives": 0.5,
    "bomb_reaches": 0.5,
    "ambush_deaths_mean": 0,
    "rout_loss_median": 0.2,
    "rout_loss_sigma": 0,
    "rout_killed_fraction": 0,
    "cut_off_loss_median": 0.5,
    "withdrawal_killed_median": 0,
    "withdrawal_killed_sigma": 0,
    "seized_share": 0.5,
    "unsupplied_fire": 1,
    "reserve_at_share": 0.5,
    "reserve_delay_hours": 0.5,
    "killing_rate_teal": 0,
    "killing_rate_amber": 0,
    "break_attack_median": 0.2,
    "break_attack_sigma": 0,
    "break_defend_median": 0.3,
    "break_defend_sigma": 0,
    "wounded_per_killed": 2,
    "replacements_per_day": 0,
    "march_kmh": 4,
    "teal_garrison": 300,
    "amber_host": 600,
}


def at(hour: float, day: int = 1) -> dict[str, str]:
    """A window that is one moment."""
    moment = f"2001-06-{day:02d}T{int(hour):02d}:{round(hour % 1 * 60):02d}"
    return {"earliest": moment, "latest": moment}


def order(kind: str, side: str, target: str, *forces: str, hour: float = 5, day: int = 1, **more: Any) -> dict:
    """An order of any kind, at one moment unless it is a reserve."""
    plain_order = {"kind": kind, "side": side, "target": target, "rationale": "for a test"} | more
    if kind != "reserve":
        plain_order.setdefault("window", at(hour, day))
    if forces:
        plain_order["forces"] = list(forces)
    return plain_order


def attack(side: str, target: str, *forces: str, **more: Any) -> dict:
    """An attack."""
    return order("attack", side, target, *forces, **more)


def fires(kind: str, side: str, target: str, sorties: float = 2, duration_hours: float = 2, **more: Any) -> dict:
    """Air strikes or shelling."""
    return order(kind, side, target, sorties=number(sorties), duration_hours=number(duration_hours), **more)


def number(value: float) -> dict:
    """A number of the scenario."""
    return {"value": value, "assumption": "for a test"}


def fixed(value: float) -> dict:
    """A prior that is no unknown."""
    return {"distribution": "fixed", "value": value, "unit": "any", "reason": "for a test"}


@cache
def teaching() -> ScenarioDocument:
    """The file of the teaching scenario, parsed once: that takes half a second, for the place of each fault."""
    return read_document(find_scenario_file("teaching"))


def teaching_data() -> dict[str, Any]:
    """The teaching scenario as plain data, to be changed."""
    return copy.deepcopy(to_plain_data(teaching().data))


def untold(data: dict[str, Any]) -> dict[str, Any]:
    """The data without claims, and without what is asked of them."""
    return data | {"claims": {}, "summary": None, "splits": {}, "turning_points": {}}


def validated(data: dict[str, Any]) -> Scenario:
    """The scenario of plain data, with every check that a file gets."""
    return build_scenario(data, teaching())


def battle(
    orders: dict[str, dict],
    *,
    stand: dict[str, str] | None = None,
    strengths: dict[str, float] | None = None,
    held: dict[str, str] | None = None,
    mist: tuple[str, str] | None = None,
    ends: str | None = None,
    **priors: float,
) -> Scenario:
    """The ground and forces of the teaching scenario with other orders, all priors fixed.

    `stand` puts forces elsewhere, `held` gives places to a side, `mist` has a beginning and an end.
    """
    data = untold(teaching_data())
    data["forces"]["relief"] |= {"strength": number(80), "based_on": []}
    data["orders"] = dict(orders)
    brought = {force for one in orders.values() if one["kind"] == "reinforce" for force in one["forces"]}
    if "relief" not in brought:
        del data["forces"]["relief"]
    for force, place in (stand or {}).items():
        data["forces"][force]["location"] = place
    for force, people in (strengths or {}).items():
        data["forces"][force]["strength"] = number(people)
    for place, side in (held or {}).items():
        data["places"][place]["initial_control"] = {"side": side, "assumption": "for a test"}
    if mist:
        data["weather"]["mist"] |= {"begins": mist[0], "ends": mist[1]}
    if ends:
        data["ends"] = ends
    for name, value in (CALM | priors).items():
        data["priors"][name] = fixed(value)
    return validated(data)


def fought(scenario: Scenario, seed: int = 1, replication: int = 0, **drivers: float) -> RunResult:
    """One fight with plain rules; drivers by name, with two underscores for a colon (`order__bomb__reaches`)."""
    given = {name.replace("__", ":"): value for name, value in drivers.items()}
    return Simulation(scenario).run(seed, replication, RandomOverrides(normal_inputs=given))


def rows(run: RunResult, *kinds: EventKind, **columns: str | int) -> np.ndarray:
    """The rows of some kinds of event; columns by id (`order="siege"`, `place="fort"`) or number (`code=1`)."""
    names = run.event_log.labels
    ids = {"order": names.orders, "side": names.sides, "place": names.places, "force": names.forces}
    log = run.log
    chosen = np.isin(log["event"], kinds) if kinds else np.ones(len(log), dtype=bool)
    for column, wanted in columns.items():
        index = ids[column].index(wanted) if isinstance(wanted, str) else int(wanted)
        chosen = chosen & (log[column] == index)
    return log[chosen]


def codes(run: RunResult, what: EventKind, **columns: str | int) -> list[int]:
    """The codes of the rows of one kind of event, in order of time."""
    return rows(run, what, **columns)["code"].tolist()


def kinds(run: RunResult, order: str) -> list[EventKind]:
    """What an order did, in order of time."""
    return [EventKind(what) for what in rows(run, order=order)["event"]]


MODULES = [
    importlib.import_module(found.name)
    for package in (rules, kernels)
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
]


def copy_rules() -> dict[str, Any]:
    """Copies of all rules that look one another up in the dictionary returned."""
    names = {name: value for module in MODULES for name, value in vars(module).items()}
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, FunctionType) and value.__module__ == module.__name__:
                assert names[name] is value, f"two rules are called {name}"
                names[name] = FunctionType(value.__code__, names, name, value.__defaults__)
    return names


def bind(names: dict[str, Any]) -> RuleBook:
    """The entry points of such copies."""
    return RuleBook(*(names[name] for name in RuleBook._fields))
