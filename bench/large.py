"""Large scenarios: so many places, claims and orders.

Invented battles on the ground of the teaching scenario: a grid of places whose columns belong to one side and the other
in turn. Each has a garrison, orders send garrisons to the next column, and sources count the dead of each place and day
and say who held it.
"""

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.processes import ProcessCost, run_sim
from sim.drafts.yaml_text import format_block
from sim.scenario.loading import find_scenario_file
from sim.scenario.yaml_parser import read_document

BEGIN = date(2001, 6, 1)
DAYS = 10
ASSUMPTION = "for a benchmark"
SPACING = 0.03  # degrees
SIZES = ((100, 1_250, 75), (200, 2_500, 150), (400, 5_000, 300))  # places, claims, orders
BATTLES = 2
CHECK_SECONDS, RUN_SECONDS = 5, 60  # of CPU, at most, for the largest


@dataclass(frozen=True)
class LargeScenarioCost:
    """What `sim check` and a short `sim run`, with its report, take for a scenario of some size."""

    places: int
    claims: int
    orders: int
    check: ProcessCost
    run: ProcessCost


def measure_large_scenarios() -> list[LargeScenarioCost]:
    """Check scenarios of growing size, and fight two battles of each."""
    costs = []
    for places, claims, orders in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "teaching.yaml")  # the name that the scenario has kept
            path.write_text(make_large_text(places, claims, orders), encoding="utf-8")
            check = run_sim("check", str(path))
            run = run_sim("run", f"scenario={path}", f"runs={BATTLES}", "workers=1", f"outputs={folder}")
        costs.append(LargeScenarioCost(places, claims, orders, check, run))
    return costs


def make_large_text(places: int, claims: int, orders: int) -> str:
    """The text of a scenario of so many places, claims and orders."""
    return "\n".join(format_block(make_large_data(places, claims, orders))) + "\n"


def make_large_data(places: int, claims: int, orders: int) -> dict[str, Any]:
    """The plain data of such a scenario."""
    data: dict[str, Any] = read_document(find_scenario_file("teaching")).data
    width = max(2, round(places**0.5))
    ids = [f"p{n}" for n in range(places)]
    sides = list(data["sides"])
    side_of = {id: sides[n % width % 2] for n, id in enumerate(ids)}
    pairs = [(n, n + 1) for n in range(places - 1) if (n + 1) % width]
    pairs += [(n, n + width) for n in range(places - width)]
    village = {key: value for key, value in data["places"]["village"].items() if key not in ("airstrip", "depot")}
    force = data["forces"]["outpost"]
    data["places"] = {
        id: village
        | {
            "name": f"place {id}",
            "initial_control": {"side": side_of[id], "assumption": ASSUMPTION},
            "coordinates": {
                "lat": round(50 + SPACING * (n // width), 4),
                "lon": round(10 + SPACING * (n % width), 4),
                "source": "account",
            },
        }
        for n, id in enumerate(ids)
    }
    data["roads"] = {
        f"{ids[one]}_{ids[other]}": {"between": [ids[one], ids[other]], "road_type": "road", "rationale": ASSUMPTION}
        for one, other in pairs
    }
    data["forces"] = {
        f"f{n}": force
        | {"name": f"force {n}", "side": side_of[id], "location": id, "rationale": ASSUMPTION}
        | {"strength": {"value": 100, "assumption": ASSUMPTION}, "equipment": {}}
        for n, id in enumerate(ids)
    }
    attacks = [(one, other) for one, other in pairs if side_of[ids[one]] != side_of[ids[other]]]
    data["orders"] = {f"o{n}": make_attack(n, *attacks[n % len(attacks)], side_of) for n in range(orders)}
    sources = {f"s{n}": data["sources"]["gazette"] | {"name": f"source {n}"} for n in range(1 + claims // 500)}
    data["sources"] = sources | data["sources"]
    reporting = data["source_model"]["sources"]
    data["source_model"]["sources"] = dict.fromkeys(sources, reporting["gazette"]) | reporting
    data["claims"] = {f"c{n}": make_claim(n, ids, side_of, len(sources)) for n in range(claims)}
    data |= {"readings": {}, "turning_points": {}, "weather": {}, "ends": (BEGIN + timedelta(DAYS - 1)).isoformat()}
    data["objective"] = {"side": sides[0], "place": ids[0]}
    data["headline_outputs"] = [one for one in data["headline_outputs"] if "place" not in one["observable"]]
    for key in ("summary", "suppress", "to_read"):
        data.pop(key, None)
    return data


def make_attack(number: int, start: int, target: int, side_of: dict[str, str]) -> dict[str, Any]:
    """One place's garrison attacks the next place, in the morning of one of the days."""
    day = BEGIN + timedelta(number % (DAYS - 2))
    return {
        "kind": "attack",
        "side": side_of[f"p{start}"],
        "target": f"p{target}",
        "forces": [f"f{start}"],
        "window": {"earliest": f"{day}T04:00", "latest": f"{day}T08:00"},
        "rationale": ASSUMPTION,
    }


def make_claim(number: int, ids: list[str], side_of: dict[str, str], sources: int) -> dict[str, Any]:
    """The dead of one place and day, or who held the place on that evening; each source tells of a thing once."""
    source, rest = number % sources, number // sources
    is_count, rest = rest % 2 == 0, rest // 2
    place, day = ids[(rest * 7 + source) % len(ids)], BEGIN + timedelta(rest // len(ids) % DAYS)
    common = {
        "source": f"s{source}",
        "citation": f"battle 1.{number + 1}",
        "role": "calibration" if number % 3 else "holdout",
    }
    common |= {"reason": ASSUMPTION} if common["role"] == "holdout" else {}
    if is_count:
        return common | {
            "statement": f"dead at {place} on {day}",
            "observable": {"measure": "killed", "side": side_of[place], "places": [place]}
            | {"since": day.isoformat(), "until": day.isoformat()},
            "value": "2 to 30",
            "population": place,
        }
    return common | {
        "statement": f"who held {place} on {day}",
        "observable": {"measure": "control", "side": side_of[place], "place": place, "until": day.isoformat()},
        "value": "most",
    }
