"""Whether the parts of a scenario fit together: times, sides, ways, priors, positions in the text."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sim.scenario import edits, prior_limits, rule_priors
from sim.scenario.model import Scenario
from sim.scenario.orders import AnyOrder, Fires, Reserve, Scheduled, VehicleBomb
from sim.scenario.problems import Problem, shorten
from sim.scenario.references import references
from sim.schema import Window


def check(scenario: Scenario, data: dict[str, Any], lost: frozenset[str] = frozenset()) -> list[Problem]:
    """Every problem that only shows when the parts are seen together.

    `scenario` is the healthy part of `data`; of the sections in `lost` some entries are not in it, so that nothing
    is said here that may come from their absence.
    """
    problems = [
        *missing_priors(scenario, data),
        *claims_out_of_place(scenario, lost),
        *impossible_dates(scenario),
        *wrong_sides(scenario),
        *unusable_readings(scenario, data),
        *prior_limits.beyond(scenario),
        *splits_outside(scenario),
        *unusable_turns(scenario, data),
        *priors_of_two_kinds(scenario, data),
    ]
    if not lost & {"places", "links"}:
        problems += out_of_reach(scenario)
    if "orders" not in lost:
        problems += absent_forces(scenario)
    return problems


def missing_priors(scenario: Scenario, data: dict[str, Any]) -> Iterator[Problem]:
    """The rules ask for priors by name."""
    for slot, names in rule_priors.needed(list(scenario.sides)).items():
        if not any(name in data["priors"] for name in names):
            meaning = rule_priors.BATTLE.get(slot) or rule_priors.SIDE[names[-1]]
            yield Problem(("priors",), f"{names[-1]} is missing: {meaning}", None, " or ".join(names))


def claims_out_of_place(scenario: Scenario, lost: frozenset[str]) -> Iterator[Problem]:
    """A claim stands in a section of the text, and in a reading that exists."""
    for id, claim in scenario.claims.items():
        if claim.at.section not in scenario.text.sections:
            allowed = ", ".join(scenario.text.sections)
            yield Problem(("claims", id, "at"), "no such section of the text", claim.at.section, allowed)
        if claim.reading is not None and "readings" not in lost:
            reading, option = claim.reading.split("=")
            if reading not in scenario.readings or option not in scenario.readings[reading].options:
                yield Problem(("claims", id, "reading"), "no such reading", claim.reading)


def impossible_dates(scenario: Scenario) -> Iterator[Problem]:
    """What is to happen in the battle happens between its beginning and the end of the record."""
    allowed = f"{scenario.begins:%Y-%m-%dT%H:%M} to {scenario.last:%Y-%m-%dT%H:%M}"

    def outside(moment: datetime) -> bool:
        return not scenario.begins <= moment <= scenario.last

    for id, order in scenario.orders.items():
        for part, moment in moments(order):
            if outside(moment):
                yield Problem(("orders", id, *part), "outside the battle", f"{moment:%Y-%m-%dT%H:%M}", allowed)
    for id, claim in scenario.claims.items():
        if claim.observable is None:
            continue
        since, until = claim.observable.since, claim.observable.until
        if claim.scored != "carried" and outside(until):
            yield Problem(
                ("claims", id, "observable", "until"),
                "outside the battle",
                f"{until:%Y-%m-%dT%H:%M}",
                allowed,
            )
        if since is not None and since >= until:
            yield Problem(("claims", id, "observable", "since"), "not before `until`", f"{since:%Y-%m-%dT%H:%M}")


def moments(order: AnyOrder) -> Iterator[tuple[tuple[str, ...], datetime]]:
    """The times that an order names, with where they stand in it."""
    if isinstance(order, Scheduled):
        window: Window = order.window
        yield ("window", "earliest"), window.earliest
        yield ("window", "latest"), window.latest


def wrong_sides(scenario: Scenario) -> Iterator[Problem]:
    """The forces of an order are of its side, and the two sides of the text are told apart."""
    for id, order in scenario.orders.items():
        for number, force in enumerate(getattr(order, "forces", ())):
            if force in scenario.forces and scenario.forces[force].side != order.side in scenario.sides:
                got = f"{force} of side {scenario.forces[force].side}"
                yield Problem(("orders", id, "forces", number), "a force of the other side", got, order.side)


def out_of_reach(scenario: Scenario) -> Iterator[Problem]:
    """There is a way from each force of an order to every place that it may go to."""
    neighbours: dict[str, set[str]] = {place: set() for place in scenario.places}
    for id, link in scenario.links.items():
        one, other = link.between
        if not {one, other} <= scenario.places.keys():
            return  # told as unknown ids; what they cut off is not another fault
        if one == other:
            yield Problem(("links", id, "between"), "a link of a place with itself", shorten(one))
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    for id, order in scenario.orders.items():
        if isinstance(order, Fires | VehicleBomb):
            continue
        goals = order.covers if isinstance(order, Reserve) else (order.target, *getattr(order, "axis", ()))
        for number, name in enumerate(order.forces):
            force = scenario.forces.get(name)
            if force is None or (not force.present and order.kind == "reinforce"):
                continue
            reached = connected(neighbours, force.at)
            if force.at not in scenario.places:
                continue
            for goal in goals:
                if goal in scenario.places and goal not in reached:
                    path = ("orders", id, "forces", number)
                    yield Problem(path, f"no way from {force.at} to {goal}", name, f"a force that can reach {goal}")


def connected(neighbours: dict[str, set[str]], start: str) -> set[str]:
    """Every place that links lead to from a place, itself included."""
    reached, frontier = {start}, [start]
    while frontier:
        new = neighbours.get(frontier.pop(), set()) - reached
        reached |= new
        frontier += new
    return reached


def absent_forces(scenario: Scenario) -> Iterator[Problem]:
    """A force that is not there at first comes in with a `reinforce` order."""
    brought = {force for order in scenario.orders.values() if order.kind == "reinforce" for force in order.forces}
    for id, force in scenario.forces.items():
        if not force.present and id not in brought:
            yield Problem(("forces", id, "present"), "never comes into the battle: no `reinforce` order brings it")


def unusable_readings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Problem]:
    """The edits of every reading name things that the scenario has."""
    for id, reading in scenario.readings.items():
        for name, option in reading.options.items():
            for problem in [*edits.conflicts(option.edits), *edits.misdirected(data, option.edits)]:
                yield Problem(("readings", id, "options", name, "edits"), str(problem))


def splits_outside(scenario: Scenario) -> Iterator[Problem]:
    """The record is cut within itself."""
    allowed = f"{scenario.begins:%Y-%m-%dT%H:%M} to {scenario.last:%Y-%m-%dT%H:%M}"
    for id, split in scenario.splits.items():
        for name, moment in (("cut", split.cut), ("until", split.until)):
            if not scenario.begins < moment <= scenario.last:
                yield Problem(("splits", id, name), "outside the record", f"{moment:%Y-%m-%dT%H:%M}", allowed)


def unusable_turns(scenario: Scenario, data: dict[str, Any]) -> Iterator[Problem]:
    """A turn is made of claims that can be observed, or of edits that name things that the scenario has."""
    for id, turn in scenario.turns.items():
        for number, name in enumerate(turn.happened):
            claim = scenario.claims.get(name)
            if claim is not None and claim.observable is None:
                yield Problem(("turns", id, "happened", number), "a claim of nothing that can be observed", name)
        for problem in [*edits.conflicts(turn.without), *edits.misdirected(data, turn.without)]:
            yield Problem(("turns", id, "without"), str(problem))


def priors_of_two_kinds(scenario: Scenario, data: dict[str, Any]) -> Iterator[Problem]:
    """How a source reports has no part in the battle: a prior serves the one or the other."""
    named = [(path, id) for path, section, id in references(Scenario, data, ()) if section == "priors"]
    of_battle = {id for path, id in named if path[0] != "reports"}
    of_battle |= {name for names in rule_priors.needed(list(scenario.sides)).values() for name in names}
    for id in sorted(scenario.report_priors & of_battle):
        yield Problem(("priors", id), "used by the battle and by reports alike", id, "one prior for each")
