"""What was known at a moment of the battle: the scenario without anything that only later text tells."""

from datetime import datetime
from typing import Any

from sim.scenario import rule_priors
from sim.scenario.model import Scenario
from sim.scenario.orders import Scheduled
from sim.scenario.problems import Path
from sim.scenario.references import references
from sim.schema import TextPosition

Data = dict[str, Any]

LISTS = {  # that can lose a member, and what their members are
    "drawn_from": "claims",
    "contains": "claims",
    "forces": "forces",
    "covers": "places",
    "axis": "places",
    "otherwise": "places",
}
NEEDED = {"forces", "covers"}  # those that can't lose the last
PRUNED = ("claims", "places", "links", "forces", "orders", "weather")
LEFTOVERS = ("sources", "equipment", "terrains", "ways", "priors")
HINDSIGHT = ("summary", "readings", "accepted", "splits", "turns")  # they speak of the whole text


class UnknownError(Exception):
    """A scenario that can't be fought with what was known at a moment."""


def known_claims(scenario: Scenario, cut: datetime) -> set[str]:
    """The claims known at a moment: those whose observation was over by then; of the others, which no observation
    dates, those that the text tells before the first observation that was still to come.

    A summary of the whole is written afterwards, so that nothing in it is ever known.
    """
    told = {
        id: order_in_text(scenario, claim.at)
        for id, claim in scenario.claims.items()
        if claim.at.section not in scenario.text.summaries
    }
    over = {id: about.until <= cut for id in told if (about := scenario.claims[id].observable) is not None}
    first = min((told[id] for id in over if not over[id]), default=(len(scenario.text.sections), 0, 0))
    return {id for id, place in told.items() if over.get(id, place < first)}


def order_in_text(scenario: Scenario, at: TextPosition) -> tuple[int, int, int]:
    """A position as something that can be compared."""
    return scenario.text.sections.index(at.section), at.paragraph, at.sentence


def known_at(scenario: Scenario, cut: datetime) -> Scenario:
    """The scenario as somebody could have written it at a moment; raise UnknownError if no battle is left.

    Claims that came later are gone, with the forces and orders that were drawn from nothing else and for which no
    other reason is given (`decided`); so are orders and weather that begin later, and all that these alone made use of.
    The ground stays. Nothing makes up for what is gone.
    """
    data = scenario.model_dump(mode="json", exclude_unset=True)
    keep(data, "claims", known_claims(scenario, cut))
    keep(data, "orders", {id for id in scenario.orders if given_by(scenario, id, cut)})
    keep(data, "weather", {id for id, told in scenario.weather.items() if told.begins < cut})
    for section in HINDSIGHT:
        data.pop(section, None)
    while prune(data):
        pass
    sweep_out(data, list(scenario.sides))
    if lost := sorted({id for _, _, id in missing(data)}):
        raise UnknownError(f"not known at {cut:%Y-%m-%dT%H:%M}, and yet asked for: {', '.join(lost)}")
    return Scenario.model_validate(data)


def keep(data: Data, section: str, known: set[str]) -> None:
    """Leave only some entries of a section."""
    data[section] = {id: entry for id, entry in data.get(section, {}).items() if id in known}


def given_by(scenario: Scenario, id: str, cut: datetime) -> bool:
    """Whether an order's window begins by a moment; a free commander's is a rule and not a report."""
    order = scenario.orders[id]
    return order.free or not isinstance(order, Scheduled) or order.window.earliest < cut


def prune(data: Data) -> bool:
    """Take out one generation of entries that can't do without something that is gone; whether there were any."""
    doomed = set()
    for section in PRUNED:
        for id, entry in data[section].items():
            for name in [name for name in LISTS if entry.get(name)]:
                entry[name] = [member for member in entry[name] if member in data[LISTS[name]]]
                if not entry[name] and (name in NEEDED or without_reason(section, entry)):
                    doomed.add((section, id))
    doomed |= {(path[0], path[1]) for path, section, id in missing(data) if path[0] in (*PRUNED, "sentences")}
    doomed |= {("forces", id) for id, force in data["forces"].items() if not force.get("present", True)} - {
        ("forces", id) for order in data["orders"].values() if order["kind"] == "reinforce" for id in order["forces"]
    }
    for section in PRUNED:
        keep(data, section, {id for id in data[section] if (section, id) not in doomed})
    data["sentences"] = [each for n, each in enumerate(data["sentences"]) if ("sentences", n) not in doomed]
    return bool(doomed)


def without_reason(section: str, entry: Data) -> bool:
    """Whether what lost its claims has nothing left to rest on; the ground needs none, being on any map."""
    return section != "places" and "decided" not in entry


def sweep_out(data: Data, sides: list[str]) -> None:
    """Take out what nothing uses any more."""
    before = -1
    while before != (before := sum(len(data.get(section, {})) for section in LEFTOVERS)):
        used = {(section, id) for _, section, id in references(Scenario, data, ())}
        used |= {("priors", name) for names in rule_priors.needed(sides).values() for name in names}
        for section in LEFTOVERS:
            keep(data, section, {id for name, id in used if name == section})


def missing(data: Data) -> list[tuple[Path, str, str]]:
    """Path, section and id of every reference to something that the data does not have."""
    return [each for each in references(Scenario, data, ()) if each[2] not in data.get(each[1], {})]
