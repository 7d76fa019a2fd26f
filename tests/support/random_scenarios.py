"""Random legal scenarios: small ones, of everything that a scenario may have, at the edge of what is allowed too.

What is drawn is plain data, as a file has it; `checked` reads it, and whatever it refuses is a fault of this file or
of the checks.
"""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from sim.scenario.claim_kinds import CLAIM_KINDS
from sim.scenario.migration import SCHEMA
from sim.scenario.orders import OUTCOMES_BY_ORDER_KIND
from sim.scenario.rule_parameters import DEFAULT_RANGE, PARAMETER_RANGES, RULE_PARAMETERS
from support.battles import teaching_data

FIRST = datetime(2001, 6, 1)
SIDES = ("red", "blue")
REQUIRED = tuple(name for name, row in RULE_PARAMETERS.items() if not row.is_optional)
KINDS = ("attack", "counterattack", "withdraw", "reinforce", "airstrike", "shelling", "vehicle_bomb", "ambush",
         "reserve", "command", "surrender_demand", "leave", "infiltrate", "detach")  # fmt: skip
WITHOUT_FORCES = ("airstrike", "shelling", "vehicle_bomb", "surrender_demand")
MOST_PEOPLE = 250.0  # a force; more only takes longer
OUTCOMES = ("on_target", "short", "stopped", "not_on_target", "taken", "thrown_back", "launched", "sprung", "void",
            "surrendered", "refused", "infiltrated", "found")  # fmt: skip
PHRASES = [kind.example for kind in CLAIM_KINDS.values() if not kind.has_time]  # times must lie in the battle
COORDINATES = st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
COMMON = st.booleans()


USUALLY = st.sampled_from([True] * 5 + [False])
STEPS = st.sampled_from(range(65))  # evenly: hypothesis itself is fond of the ends


@st.composite
def number(draw: DrawFn, low: float, high: float) -> float:
    """A number of a range: now and then an end, or any float; else evenly spread, over a wide range the small ones."""
    kind = draw(st.sampled_from(range(12)))
    if kind == 0:
        return draw(st.sampled_from([low, high]))
    if kind == 1:
        return draw(st.floats(low, high))
    step = draw(STEPS) / 64
    return low + (high - low) * step if high - low <= 500.0 else max(low, min(10.0 ** (3.5 * step - 2.0), high))


def origin(value: float) -> dict[str, Any]:
    """A number with its origin."""
    return {"value": value, "assumption": "for a test"}


@st.composite
def prior(draw: DrawFn, low: float, high: float) -> dict[str, Any]:
    """A prior of any kind that never leaves a range."""
    about = {"unit": "any", "reason": "for a test"}
    kinds = ["fixed", "uniform", "triangular", "normal"] + ["loguniform", "lognormal"] * (high > 1e-3)
    kind = draw(st.sampled_from(kinds + ["beta"] * (low <= 0.0 and high >= 1.0)))
    if kind == "fixed":
        return {"distribution": kind, "value": draw(number(low, high))} | about
    if kind == "beta":
        return {"distribution": kind, "a": draw(st.floats(0.05, 9)), "b": draw(st.floats(0.05, 9))} | about
    floor = max(low, 1e-6) if kind.startswith("log") else low
    high = min(high, max(30.0, low + 1.0)) if draw(USUALLY) else high
    ends = sorted([draw(number(floor, high)), draw(number(floor, high))])
    if not ends[0] < ends[1]:
        ends = [floor, min(high, floor + 10.0)]
    span = {"distribution": kind, "low": ends[0], "high": ends[1]} | about
    if kind == "triangular":
        span["mode"] = draw(st.floats(*ends))
    if kind == "normal":
        span |= {"mean": draw(number(*ends)), "sd": draw(number(1e-3, 5)) * (1.0 + abs(ends[1]))}
    if kind == "lognormal":
        span |= {"median": draw(number(*ends)), "sigma": draw(number(0.01, 3))}
    return span


@st.composite
def quantity(draw: DrawFn, priors: dict[str, Any], low: float, high: float) -> dict[str, Any]:
    """A number, or one of the priors made for it."""
    if draw(USUALLY):
        return origin(draw(number(low, high)))
    name = f"own_{len(priors)}"
    priors[name] = draw(prior(low, high))
    if low > 0 or draw(COMMON):
        return {"prior": name}
    return {"prior": name, "share": draw(st.floats(0.1, 1)), "assumption": "for a test"}


@st.composite
def instant(draw: DrawFn, hours: int) -> float:
    """An hour of the battle: often a whole one, so that much happens at the same moment."""
    parts = draw(st.sampled_from([1, 1, 4, 60]))
    return draw(st.sampled_from(range(parts * hours + 1))) / parts


def written(begins: datetime, hour: float) -> str:
    """A moment as a file has it."""
    return (begins + timedelta(minutes=round(60 * hour))).isoformat(timespec="minutes")


@st.composite
def rule_priors(draw: DrawFn) -> dict[str, Any]:
    """What the rules ask for: as in the teaching scenario, but for some that are drawn, for both sides or for each."""
    usual = teaching_data()["priors"]
    found = {name: usual.get(name) or usual[f"{name}_teal"] for name in REQUIRED}
    for name in draw(st.lists(st.sampled_from(sorted(found)), max_size=10, unique=True)):
        limits = PARAMETER_RANGES.get(name, DEFAULT_RANGE)
        if RULE_PARAMETERS[name].owners and draw(COMMON):
            del found[name]
            found |= {f"{name}_{side}": draw(prior(*limits)) for side in SIDES}
        else:
            found[name] = draw(prior(*limits))
    return found


@st.composite
def scenarios(draw: DrawFn) -> dict[str, Any]:
    """A legal scenario as plain data."""
    hours = draw(st.sampled_from(range(3, 73)))
    begins = FIRST + timedelta(hours=draw(st.sampled_from([0, 0, 5, 23])))
    priors = draw(rule_priors())
    places = [f"p{n}" for n in range(draw(st.sampled_from([2, 3, 4, 5, 6])))]
    data: dict[str, Any] = {
        "name": "any",
        "title": "Any battle",
        "schema": SCHEMA,
        "fictional": True,
        "begins": written(begins, 0),
        "ends": written(begins, hours),
        "text": {"title": "no text", "retrieved": "never", "source": "nobody", "sections": ["battle"]},
        "sources": {"nobody": {"name": "nobody", "kind": "text", "reference": "Nobody"}},
        "sides": {
            side: {"name": f"the {side} side", "short_name": side, "member_noun": "people", "colour": colour}
            for side, colour in zip(SIDES, ("#cc0000", "#0000cc"), strict=True)
        },
        "objective": {"side": draw(st.sampled_from(SIDES)), "place": draw(st.sampled_from(places))},
        "astronomy": {
            "latitude": draw(st.floats(-90, 90)),
            "longitude": draw(st.floats(-180, 180)),
            "utc_offset": draw(st.integers(-12, 14)),
            "source": "nobody",
        },
        "weather": draw(weather(begins, hours)),
        "equipment": {"guns": {"name": "gun", "plural": "guns"}} if draw(COMMON) else {},
        "road_types": {"road": {"name": "road", "speed_factor": origin(draw(number(0.05, 1)))}},
        "terrains": {"ground": draw(terrain(priors)), "works": draw(terrain(priors))},
        "readings": {},
    }
    border = draw(st.sampled_from(range(1, len(places))))  # most often one side has what is before, the other the rest
    data["places"] = {place: draw(ground(priors, SIDES[n >= border])) for n, place in enumerate(places)}
    for place in data["places"].values() if data["equipment"] else ():
        if not draw(USUALLY):
            stock = {"pieces": draw(quantity(priors, 0, 12)), "destroyed": draw(quantity(priors, 0, 1))}
            place["equipment"] = {"guns": stock}
    data["roads"] = draw(links(places))
    data["forces"] = draw(forces(data, priors))
    data["orders"] = draw(orders(data, begins, hours, priors))
    if draw(COMMON):
        data["orders"] |= draw(meeting(data, begins, hours))
    if draw(COMMON):  # supplies that are soon used up and come again, reserves that are soon called
        priors |= {"supply_days": draw(prior(0, 1)), "reserve_at_share": draw(prior(0.5, 1))}
    data["claims"] = draw(claims(data, begins, hours))
    data["headline_outputs"] = [{"text": "{median} died", "observable": draw(observable(data, begins, hours))}]
    data["priors"] = priors
    return data


@st.composite
def weather(draw: DrawFn, begins: datetime, hours: int) -> dict[str, Any]:
    """Some reported weather."""
    found: dict[str, Any] = {}
    for n in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(["fog", "rain", "clear", "moon"]))
        first = draw(instant(hours))
        last = first + draw(st.integers(1, 30))
        found[f"w{n}"] = {"kind": kind, "begins": written(begins, first), "ends": written(begins, last)}
        found[f"w{n}"] |= {"assumption": "for a test"} | (
            {"illuminated_fraction": draw(number(0, 1))} if kind == "moon" else {}
        )
    return found


@st.composite
def terrain(draw: DrawFn, priors: dict[str, Any]) -> dict[str, Any]:
    """The ground of some places."""
    return {
        "name": "ground",
        "cover": draw(quantity(priors, 0, 1)),
        "max_engaged": draw(quantity(priors, 0, 2 * MOST_PEOPLE)),
        "depth_km": draw(quantity(priors, 0.05, 5)),
        "blocks": draw(st.integers(1, 6)),
    }


@st.composite
def ground(draw: DrawFn, priors: dict[str, Any], holder: str) -> dict[str, Any]:
    """A place, and who most often holds it; where it lies is near the others."""
    north, east = draw(COORDINATES)
    holder = holder if draw(USUALLY) else draw(st.sampled_from(SIDES))
    held: dict[str, Any] = {"side": holder, "assumption": "for a test"}
    if not draw(USUALLY):
        held["share"] = draw(quantity(priors, 0, 1))
    side = st.one_of(st.none(), st.sampled_from(SIDES))
    found = {
        "name": "place",
        "terrain": draw(st.sampled_from(["ground", "works"])),
        "coordinates": {"lat": 50 + north, "lon": 10 + east, "source": "nobody"},
        "initial_control": held,
        "airstrip": draw(side),
        "depot": draw(side),
        "rationale": "for a test",
    }
    if draw(COMMON):
        found["cover"] = draw(quantity(priors, 0, 1))
    if not draw(USUALLY):
        found |= {"refuge": draw(COMMON), "airstrip_share": draw(quantity(priors, 0, 1))}
    if not draw(USUALLY):
        found["mined"] = draw(quantity(priors, 0, 1))
    return found


@st.composite
def links(draw: DrawFn, places: list[str]) -> dict[str, Any]:
    """Ways between places, most often from each place to one before it, so that all are joined; some twice."""
    pairs = []
    for n in range(1, len(places)):
        if draw(USUALLY) or draw(USUALLY):
            pairs.append((places[draw(st.integers(0, n - 1))], places[n]))
    for _ in range(draw(st.integers(0, 4))):
        one, other = draw(st.permutations(places))[:2]
        pairs.append((one, other))
    found: dict[str, Any] = {}
    for n, pair in enumerate(pairs):
        found[f"l{n}"] = {"between": list(pair), "road_type": "road", "rationale": "for a test"}
        if draw(COMMON):
            found[f"l{n}"]["km"] = origin(draw(number(0, 30)))
    return found


@st.composite
def forces(draw: DrawFn, data: dict[str, Any], priors: dict[str, Any]) -> dict[str, Any]:
    """Forces of both sides, most often at a place of their own, some not in the battle yet."""
    found = {}
    equipment = list(data["equipment"])
    held = {place: about["initial_control"]["side"] for place, about in data["places"].items()}
    for n in range(draw(st.sampled_from([2, 2, 3, 3, 4, 5, 6] if draw(USUALLY) else [1]))):
        own = SIDES[n % 2] if SIDES[n % 2] in held.values() else SIDES[1 - n % 2]
        at = draw(st.sampled_from([place for place in held if held[place] == own]))
        found[f"f{n}"] = {
            "name": f"force {n}",
            "side": own if draw(USUALLY) else draw(st.sampled_from(SIDES)),
            "location": at,
            "strength": draw(quantity(priors, 0, MOST_PEOPLE)),
            "role": draw(st.sampled_from(["mobile", "garrison", "reserve"])),
            "initially_present": draw(USUALLY),
            "receives_replacements": draw(COMMON),
            "equipment": {kind: draw(quantity(priors, 0, 12)) for kind in equipment if draw(COMMON)},
            "rationale": "for a test",
        }
    return found


def joined(data: dict[str, Any], start: str) -> list[str]:
    """The places that a force at a place can reach by any link, in the order of the scenario."""
    known = {start}
    while more := {
        place
        for link in data["roads"].values()
        for place in link["between"]
        if place not in known and known & set(link["between"])
    }:
        known |= more
    return [place for place in data["places"] if place in known]


@st.composite
def orders(draw: DrawFn, data: dict[str, Any], begins: datetime, hours: int, priors: dict[str, Any]) -> dict[str, Any]:
    """Orders of every kind; whoever is not in the battle yet is brought into it."""
    found: dict[str, Any] = {}
    for name, force in data["forces"].items():
        if not force["initially_present"]:
            parents = [id for id, other in data["forces"].items() if other["side"] == force["side"] and id != name]
            if parents and draw(COMMON):
                parent = draw(st.sampled_from(parents))
                found[f"o{len(found)}"] = draw(order("detach", [parent], data, begins, hours, priors)) | {"into": name}
                if draw(COMMON):
                    continue  # else it may come twice: whichever is first, the other comes to nothing or moves it
            found[f"o{len(found)}"] = draw(order("reinforce", [name], data, begins, hours, priors))
    for _ in range(draw(st.sampled_from(range(9)))):
        kind = draw(st.sampled_from([each for each in KINDS if each != "detach"]))
        side = draw(st.sampled_from(SIDES))
        own = [name for name, force in data["forces"].items() if force["side"] == side]
        if own or kind in WITHOUT_FORCES:
            chosen = draw(st.lists(st.sampled_from(own), min_size=1, max_size=3, unique=True)) if own else []
            found[f"o{len(found)}"] = draw(order(kind, chosen, data, begins, hours, priors, side))
            followed = draw(st.sampled_from(list(found)))
            if not draw(USUALLY) and kind != "reserve" and can_be_followed(found, followed, f"o{len(found) - 1}"):
                found[f"o{len(found) - 1}"]["after"] = draw(following(followed, found[followed]["kind"], priors))
    return found


def can_be_followed(orders: dict[str, Any], followed: str, follower: str) -> bool:
    """Whether an order has an end that another one can wait for."""
    return followed != follower and orders[followed]["kind"] not in ("reserve", "command")


@st.composite
def following(draw: DrawFn, followed: str, kind: str, priors: dict[str, Any]) -> dict[str, Any]:
    """What comes of another order, and how long after it."""
    events = ["ended", "dropped", *(["taken", "repelled"] if kind in ("attack", "counterattack") else [])]
    found = {"order": followed, "event": draw(st.sampled_from(events))}
    return found | ({"delay_hours": draw(quantity(priors, 0, 9))} if draw(COMMON) else {})


@st.composite
def meeting(draw: DrawFn, data: dict[str, Any], begins: datetime, hours: int) -> dict[str, Any]:
    """Orders for one place: attacks on it, one after the other, and reserves that are called to it."""
    target, moment = draw(st.sampled_from(list(data["places"]))), draw(instant(hours))
    found = {}
    for name, force in data["forces"].items():
        if not force["initially_present"] or target not in joined(data, force["location"]):
            continue
        own = {"side": force["side"], "target": target, "forces": [name], "rationale": "for a test"}
        if force["side"] == data["places"][target]["initial_control"]["side"] and draw(COMMON):
            found[f"m_{name}"] = own | {"kind": "reserve", "covered_places": [target]}
            continue
        at = written(begins, min(moment + draw(st.integers(0, 6)), hours))
        found[f"m_{name}"] = own | {"kind": "attack", "window": {"earliest": at, "latest": at}}
    return found


@st.composite
def order(
    draw: DrawFn,
    kind: str,
    members: list[str],
    data: dict[str, Any],
    begins: datetime,
    hours: int,
    priors: dict[str, Any],
    side: str = "",
) -> dict[str, Any]:
    """One order; what it aims at can be reached by each of its forces."""
    side = side or data["forces"][members[0]]["side"]
    reach = list(data["places"])
    if kind not in WITHOUT_FORCES:
        for member in members:
            here = data["forces"][member]
            if here["initially_present"] or kind != "reinforce":
                reach = [place for place in reach if place in joined(data, here["location"])]
        if not reach:  # forces that nothing joins can't act together
            members = members[:1]
            reach = joined(data, data["forces"][members[0]]["location"])
    places = st.lists(st.sampled_from(reach), max_size=3)
    window = sorted([draw(instant(hours)), draw(instant(hours))])
    if draw(COMMON):
        window = [window[0], window[0]]
    found: dict[str, Any] = {
        "kind": kind,
        "side": side,
        "target": draw(st.sampled_from(reach)),
        "window": {"earliest": written(begins, window[0]), "latest": written(begins, window[1])},
        "cancelled": not draw(USUALLY) and not draw(USUALLY),
        "rationale": "for a test",
    }
    if kind not in WITHOUT_FORCES:
        found["forces"] = members
    if kind != "reserve" and not draw(USUALLY):
        found["requires"] = {
            "place": draw(st.sampled_from(list(data["places"]))),
            "held_by": draw(st.sampled_from(SIDES)),
            "at_least": draw(st.floats(0.01, 1)),
        }
    if kind != "reserve" and not draw(USUALLY):
        found["wait_hours"] = draw(quantity(priors, 0, 20))
    if kind == "withdraw":
        found["break_out"] = draw(COMMON)
    if kind == "detach":
        found["share"] = draw(quantity(priors, 0, 1))
        if draw(USUALLY):
            found["target"] = data["forces"][members[0]]["location"]
    if kind == "infiltrate":
        found["gets_through"] = draw(quantity(priors, 0, 1))
    if kind == "surrender_demand":
        found["terms"] = draw(st.sampled_from(["lay_down_arms", "free_passage"]))
        for name in ("log_odds", "per_share_lost", "if_surrounded", "per_unsupplied"):
            found[name] = draw(quantity(priors, -3, 3))
    if kind in ("attack", "counterattack"):
        found |= {
            "window_marks": draw(st.sampled_from(["order", "assault"])),
            "axis": draw(places),
            "on_already_held": draw(st.sampled_from(["hold", "redirect", "cancel"])),
            "on_unreachable": draw(st.sampled_from(["redirect", "cancel"])),
            "on_spent": draw(st.sampled_from(["hold", "cancel"])),
            "on_repelled": draw(st.sampled_from(["fall_back", "hold"])),
            "daylight_only": draw(COMMON),
        }
        if draw(COMMON):
            found["within_hours"] = draw(quantity(priors, 0, 20))
    if kind in ("airstrike", "shelling"):
        found |= {"sorties": draw(quantity(priors, 0, 9)), "duration_hours": draw(quantity(priors, 0, 9))}
        found["alternative_targets"] = draw(places)
        if draw(COMMON):
            found["every_hours"] = draw(quantity(priors, 1, 30))
        if draw(COMMON):
            found["shot_down"] = draw(quantity(priors, 0, 1))
    if kind == "vehicle_bomb":
        found["outcome"] = draw(st.sampled_from(["random", "on_target", "short", "stopped"]))
    if kind == "reserve":
        del found["window"]
        found["covered_places"] = draw(st.lists(st.sampled_from(reach), min_size=1, max_size=3))
    if kind == "command":
        found |= {"aim": draw(st.sampled_from(["advance", "restore"])), "min_force_ratio": draw(quantity(priors, 0, 5))}
        found["every_hours"] = draw(quantity(priors, 1, 30))
    return found


@st.composite
def observable(draw: DrawFn, data: dict[str, Any], begins: datetime, hours: int) -> dict[str, Any]:
    """Something to look at."""
    kinds = ["killed", "wounded", "captured", "reinforcements", "strength", "sorties", "control", "peak_control",
             "casualties"]  # fmt: skip
    kinds += ["equipment_captured", "equipment_destroyed"] * bool(data["equipment"]) + ["aircraft_lost"]
    kinds += ["outcome"] * bool(data["orders"])
    kind = draw(st.sampled_from(kinds))
    until = 1 + draw(st.integers(0, hours - 1))
    found: dict[str, Any] = {"measure": kind, "until": written(begins, until)}
    if draw(COMMON):
        found["since"] = written(begins, draw(st.integers(0, until - 1)))
    if kind not in ("casualties", "outcome"):
        found["side"] = draw(st.sampled_from(SIDES))
    where = st.lists(st.sampled_from(list(data["places"])), min_size=1, max_size=2, unique=True)
    if kind in ("control", "peak_control"):
        found["place"] = draw(where)[0]
    elif kind == "casualties" or (kind != "outcome" and draw(COMMON)):
        found["places"] = draw(where)
    if kind in ("equipment_captured", "equipment_destroyed"):
        found["equipment"] = draw(st.sampled_from(list(data["equipment"])))
    if kind == "outcome":
        found["outcome"] = draw(st.sampled_from(OUTCOMES))
        able = [id for id, one in data["orders"].items() if found["outcome"] in OUTCOMES_BY_ORDER_KIND[one["kind"]]]
        if not able:
            found["outcome"], able = "void", list(data["orders"])
        found["orders"] = draw(st.lists(st.sampled_from(able), min_size=1, unique=True))
    return found


@st.composite
def claims(draw: DrawFn, data: dict[str, Any], begins: datetime, hours: int) -> dict[str, Any]:
    """What somebody reported."""
    return {
        f"c{n}": {
            "statement": "something",
            "citation": f"battle 1.{n + 1}",
            "source": "nobody",
            "observable": draw(observable(data, begins, hours)),
            "value": draw(st.sampled_from(PHRASES)),
            "role": "calibration",
        }
        for n in range(draw(st.integers(0, 3)))
    }
