"""The information cutoff: the scenario as it could have been written at a moment of the battle."""

from datetime import datetime
from typing import Any

from sim.scenario.citations import PositionKey, find_cited_text, is_summary, make_position_key
from sim.scenario.model import Scenario
from sim.scenario.orders import ScheduledOrder
from sim.scenario.prior_requirements import list_priors_of_rules
from sim.scenario.problems import DataPath
from sim.scenario.references import list_references

Data = dict[str, Any]

LIST_FIELDS = {  # lists that can lose a member, and the section of their members
    "based_on": "claims",
    "includes": "claims",
    "forces": "forces",
    "covered_places": "places",
    "axis": "places",
    "alternative_targets": "places",
}
NONEMPTY_LISTS = {"forces", "covered_places"}  # lists that can't lose their last member
PRUNED_SECTIONS = ("claims", "places", "roads", "forces", "orders", "weather")
AUXILIARY_SECTIONS = ("sources", "equipment", "terrains", "road_types", "priors")
HINDSIGHT_SECTIONS = ("summary", "readings", "suppress", "splits", "turning_points")  # they speak of the whole text


class TruncationError(Exception):
    """A scenario of which too little was known at a moment to simulate a battle."""


def find_known_claims(scenario: Scenario, cutoff: datetime) -> set[str]:
    """The claims known at a moment: those that had been told, and whose observation was over, by then; of the others,
    which nothing dates, those that their text mentions before the first observation that was still to come.

    A summary of the whole is written afterwards, so that nothing in it is ever known.
    """
    claims = {id: claim for id, claim in scenario.claims.items() if not is_summary(scenario, claim.citation)}
    texts = {id: find_cited_text(scenario, claim.citation) for id, claim in claims.items()}
    positions = {id: make_position_key(scenario, claim.citation) for id, claim in claims.items()}
    first_open: dict[str, PositionKey] = {}  # by text: the first position of what was still to come
    for id, claim in claims.items():
        if claim.observable is not None and claim.observable.until > cutoff:
            first_open[texts[id]] = min(first_open.get(texts[id], positions[id]), positions[id])
    known = set()
    for id, claim in claims.items():
        since = claim.known_since
        is_before_open = texts[id] not in first_open or positions[id] < first_open[texts[id]]
        if is_before_open if since is None else since <= cutoff:
            known.add(id)
    return known


def truncate_at(scenario: Scenario, cutoff: datetime) -> Scenario:
    """The scenario as somebody could have written it at a moment; raise TruncationError if no battle is left.

    Claims that came later are gone, with the forces and orders that were drawn from nothing else and for which no
    other reason is given (`rationale`); so are orders and weather that begin later, and all that these alone made use
    of. The ground stays. Nothing replaces what is gone.
    """
    data = scenario.model_dump(mode="json", exclude_unset=True)
    keep_entries(data, "claims", find_known_claims(scenario, cutoff))
    keep_entries(data, "orders", {id for id in scenario.orders if is_given_by(scenario, id, cutoff)})
    keep_entries(data, "weather", {id for id, report in scenario.weather.items() if report.begins < cutoff})
    for section in HINDSIGHT_SECTIONS:
        data.pop(section, None)
    forget_unknown_predecessors(data)
    while prune_dependents(data):
        pass
    remove_unused(data)
    if missing_ids := sorted({id for _, _, id in find_missing_references(data)}):
        raise TruncationError(f"not known at {cutoff:%Y-%m-%dT%H:%M}, and yet asked for: {', '.join(missing_ids)}")
    if not data["headline_outputs"]:
        raise TruncationError(f"nothing that the headline outputs are about was known at {cutoff:%Y-%m-%dT%H:%M}")
    return Scenario.model_validate(data)


def keep_entries(data: Data, section: str, known: set[str]) -> None:
    """Keep only some entries of a section."""
    data[section] = {id: entry for id, entry in data.get(section, {}).items() if id in known}


def forget_unknown_predecessors(data: Data) -> None:
    """An order that follows one of which nothing was known is given at its own moment."""
    for order in data["orders"].values():
        if "after" in order and order["after"]["order"] not in data["orders"]:
            del order["after"]


def is_given_by(scenario: Scenario, id: str, cutoff: datetime) -> bool:
    """Whether an order's window begins by a moment; a free commander's is a rule and not a report."""
    order = scenario.orders[id]
    return order.simulated_commander or not isinstance(order, ScheduledOrder) or order.window.earliest < cutoff


def prune_dependents(data: Data) -> bool:
    """Remove one generation of entries that depend on something that is gone; return whether there were any."""
    dependents = set()
    for section in PRUNED_SECTIONS:
        for id, entry in data[section].items():
            for name in [name for name in LIST_FIELDS if entry.get(name)]:
                entry[name] = [member for member in entry[name] if member in data[LIST_FIELDS[name]]]
                if not entry[name] and (name in NONEMPTY_LISTS or lacks_rationale(section, entry)):
                    dependents.add((section, id))
    dependents |= {
        (path[0], path[1])
        for path, section, id in find_missing_references(data)
        if path[0] in (*PRUNED_SECTIONS, "headline_outputs")
    }
    entering = {id for order in data["orders"].values() if order["kind"] == "reinforce" for id in order["forces"]}
    entering |= {order["into"] for order in data["orders"].values() if order["kind"] == "detach"}
    absent = {id for id, force in data["forces"].items() if not force.get("initially_present", True)}
    dependents |= {("forces", id) for id in absent - entering}
    for section in PRUNED_SECTIONS:
        keep_entries(data, section, {id for id in data[section] if (section, id) not in dependents})
    data["headline_outputs"] = [
        each for n, each in enumerate(data["headline_outputs"]) if ("headline_outputs", n) not in dependents
    ]
    return bool(dependents)


def lacks_rationale(section: str, entry: Data) -> bool:
    """Whether an entry that lost its claims has no other reason; places need none, being on any map."""
    return section != "places" and "rationale" not in entry


def remove_unused(data: Data) -> None:
    """Remove what nothing uses any more."""
    n_before = -1
    while n_before != (n_before := sum(len(data.get(section, {})) for section in AUXILIARY_SECTIONS)):
        used = {(section, id) for _, section, id in list_references(Scenario, data)}
        used |= {("priors", name) for name in list_priors_of_rules(data)}
        for section in AUXILIARY_SECTIONS:
            keep_entries(data, section, {id for name, id in used if name == section})


def find_missing_references(data: Data) -> list[tuple[DataPath, str, str]]:
    """Path, section and id of every reference to something that the data does not have."""
    return [each for each in list_references(Scenario, data) if each[2] not in data.get(each[1], {})]
