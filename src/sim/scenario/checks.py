"""Checks across a whole scenario: ids that must exist, times, sides, roads, priors that fit together."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sim.scenario import citations, edits
from sim.scenario.model import Scenario
from sim.scenario.order_checks import check_followed_orders, check_order_outcomes, check_timed_claims
from sim.scenario.orders import (
    AnyOrder,
    Detachment,
    FireSupport,
    Reserve,
    ScheduledOrder,
    SurrenderDemand,
    VehicleBomb,
)
from sim.scenario.prior_requirements import (
    find_prior,
    iter_parameter_meanings,
    list_order_kinds,
    list_required_priors,
)
from sim.scenario.prior_suffixes import check_ambiguous_priors, check_prior_suffixes
from sim.scenario.priors import Prior
from sim.scenario.problems import DataPath, Problem, shorten
from sim.scenario.quantities import iter_quantities
from sim.scenario.references import list_references
from sim.scenario.rule_parameters import DEFAULT_RANGE, PARAMETER_RANGES, RULE_PARAMETERS, ValueRange
from sim.types import Window


def find_unknown_ids(data: dict[str, Any]) -> list[Problem]:
    """Every id in the data that refers to something the data does not have."""
    problems = []
    for path, section, id in list_references(Scenario, data):
        section_data = data.get(section)
        known = section_data if isinstance(section_data, dict) else {}
        if id not in known:
            ids = list(known)
            allowed = (
                ", ".join(map(str, ids[:12])) + (", ..." if len(ids) > 12 else "") or f"none: there are no {section}"
            )
            problems.append(Problem(path, f"unknown id, not in `{section}`", shorten(id), allowed))
    return problems


def check_consistency(
    scenario: Scenario, data: dict[str, Any], incomplete_sections: frozenset[str] = frozenset()
) -> list[Problem]:
    """Every problem that only shows when the parts are seen together.

    `scenario` is the sound part of `data`; it lacks some entries of the sections in `incomplete_sections`, and no
    problem is reported that may come from their absence.
    """
    missing = find_missing_parameters(scenario, data)
    problems = [
        *describe_missing_parameters(missing),
        *check_claim_citations(scenario, incomplete_sections),
        *check_dates(scenario),
        *check_timed_claims(scenario),
        *check_order_outcomes(scenario),
        *check_force_sides(scenario),
        *check_reading_edits(scenario, data),
        *check_prior_ranges(scenario),
        *check_prior_correlations(scenario, incomplete_sections),
        *check_splits(scenario),
        *check_turning_points(scenario, data),
        *check_prior_uses(scenario, data),
        *check_prior_suffixes(scenario, frozenset(missing)),
        *check_ambiguous_priors(scenario),
    ]
    if not incomplete_sections & {"places", "roads"}:
        problems += check_connectivity(scenario)
    if "orders" not in incomplete_sections:
        problems += check_entering_forces(scenario)
        problems += check_followed_orders(scenario)
    return problems


def describe_missing_parameters(missing: dict[str, list[tuple[str, ...]]]) -> Iterator[Problem]:
    """The rules of battle require priors by name, those of an order only where there is such an order."""
    meanings = dict(iter_parameter_meanings())
    for parameter, lacking in missing.items():
        common, own = lacking[0][-1], [names[0] for names in lacking if len(names) > 1]
        allowed = f"{own[0]} or {common}" if len(own) == 1 else f"{common}, or {' and '.join(own)}" if own else common
        if kinds := list_order_kinds(parameter):
            allowed += f", or no {' or '.join(kinds)} among the orders"
        yield Problem(("priors",), f"{parameter} is missing: {meanings[parameter]}", None, allowed)


def find_missing_parameters(scenario: Scenario, data: dict[str, Any]) -> dict[str, list[tuple[str, ...]]]:
    """The parameters of the rules that no prior sets for some reader; the names that would do, once for each side."""
    missing: dict[str, dict[tuple[str, ...], None]] = {}
    for reader, names in list_required_priors(scenario).items():
        if find_prior(names, data["priors"]) is None and not RULE_PARAMETERS[reader.parameter].is_optional:
            missing.setdefault(reader.parameter, {})[names[-2:]] = None  # once for all orders of a side
    return {parameter: list(names) for parameter, names in missing.items()}


def check_claim_citations(scenario: Scenario, incomplete_sections: frozenset[str]) -> Iterator[Problem]:
    """A claim cites a text, a section of it, and a reading that exist."""
    for id, claim in scenario.claims.items():
        if (fault := citations.find_citation_fault(scenario, claim.citation)) is not None:
            yield Problem(("claims", id, "citation"), *fault)
        if claim.reading is not None and "readings" not in incomplete_sections:
            reading, option = claim.reading.split("=")
            if reading not in scenario.readings or option not in scenario.readings[reading].options:
                yield Problem(("claims", id, "reading"), "no such reading", claim.reading)


def check_dates(scenario: Scenario) -> Iterator[Problem]:
    """What is to happen in the battle happens between its beginning and the end of the record."""
    allowed = f"{scenario.begins:%Y-%m-%dT%H:%M} to {scenario.horizon:%Y-%m-%dT%H:%M}"

    def is_outside(moment: datetime) -> bool:
        return not scenario.begins <= moment <= scenario.horizon

    for id, order in scenario.orders.items():
        for part, moment in iter_order_times(order):
            if is_outside(moment):
                yield Problem(("orders", id, *part), "outside the battle", f"{moment:%Y-%m-%dT%H:%M}", allowed)
    for id, claim in scenario.claims.items():
        if claim.observable is None:
            continue
        since, until = claim.observable.since, claim.observable.until
        if claim.role != "context" and is_outside(until):
            yield Problem(
                ("claims", id, "observable", "until"),
                "outside the battle",
                f"{until:%Y-%m-%dT%H:%M}",
                allowed,
            )
        if since is not None and since >= until:
            yield Problem(("claims", id, "observable", "since"), "not before `until`", f"{since:%Y-%m-%dT%H:%M}")
        begins = since or scenario.begins
        if claim.reported is not None and claim.reported < begins:
            yield Problem(
                ("claims", id, "reported"),
                "reported before what it is about began",
                f"{claim.reported:%Y-%m-%dT%H:%M}",
                f"from {begins:%Y-%m-%dT%H:%M} on",
            )


def iter_order_times(order: AnyOrder) -> Iterator[tuple[tuple[str, ...], datetime]]:
    """The times that an order names, with where they stand in it."""
    if isinstance(order, ScheduledOrder):
        window: Window = order.window
        yield ("window", "earliest"), window.earliest
        yield ("window", "latest"), window.latest


def check_force_sides(scenario: Scenario) -> Iterator[Problem]:
    """The forces of an order are of its side."""
    for id, order in scenario.orders.items():
        if isinstance(order, Detachment) and order.into in scenario.forces:
            if scenario.forces[order.into].side != order.side:
                yield Problem(("orders", id, "into"), "a force of the other side", order.into, order.side)
            if scenario.forces[order.into].initially_present:
                yield Problem(("orders", id, "into"), "a force that is there from the beginning", order.into)
        for number, force in enumerate(getattr(order, "forces", ())):
            if force in scenario.forces and scenario.forces[force].side != order.side in scenario.sides:
                got = f"{force} of side {scenario.forces[force].side}"
                yield Problem(("orders", id, "forces", number), "a force of the other side", got, order.side)


def check_connectivity(scenario: Scenario) -> Iterator[Problem]:
    """There is a way from each force of an order to every place that it may go to."""
    neighbours: dict[str, set[str]] = {place: set() for place in scenario.places}
    for id, link in scenario.roads.items():
        one, other = link.between
        if not {one, other} <= scenario.places.keys():
            return  # reported as unknown ids already; what they cut off is not another fault
        if one == other:
            yield Problem(("roads", id, "between"), "a road of a place with itself", shorten(one))
        neighbours.setdefault(one, set()).add(other)
        neighbours.setdefault(other, set()).add(one)
    for id, order in scenario.orders.items():
        if isinstance(order, FireSupport | VehicleBomb | SurrenderDemand):
            continue
        destinations = (
            order.covered_places if isinstance(order, Reserve) else (order.target, *getattr(order, "axis", ()))
        )
        for number, name in enumerate(order.forces):
            force = scenario.forces.get(name)
            if force is None or (not force.initially_present and order.kind == "reinforce"):
                continue
            reached = find_connected_places(neighbours, force.location)
            if force.location not in scenario.places:
                continue
            for destination in destinations:
                if destination in scenario.places and destination not in reached:
                    path = ("orders", id, "forces", number)
                    yield Problem(
                        path,
                        f"no way from {force.location} to {destination}",
                        name,
                        f"a force that can reach {destination}",
                    )


def find_connected_places(neighbours: dict[str, set[str]], start: str) -> set[str]:
    """Every place that can be reached by links from a place, itself included."""
    reached, frontier = {start}, [start]
    while frontier:
        new = neighbours.get(frontier.pop(), set()) - reached
        reached |= new
        frontier += new
    return reached


def check_entering_forces(scenario: Scenario) -> Iterator[Problem]:
    """A force that is not there at first comes in with a `reinforce` order."""
    entering = {force for order in scenario.orders.values() if order.kind == "reinforce" for force in order.forces}
    entering |= {order.into for order in scenario.orders.values() if isinstance(order, Detachment)}
    for id, force in scenario.forces.items():
        if not force.initially_present and id not in entering:
            yield Problem(
                ("forces", id, "initially_present"),
                "never comes into the battle: no `reinforce` or `detach` order brings it",
            )


def check_reading_edits(scenario: Scenario, data: dict[str, Any]) -> Iterator[Problem]:
    """The edits of every reading name things that the scenario has."""
    for id, reading in scenario.readings.items():
        for name, option in reading.options.items():
            for problem in [*edits.find_conflicts(option.edits), *edits.find_unresolved_edits(data, option.edits)]:
                yield Problem(("readings", id, "options", name, "edits"), str(problem))


def check_splits(scenario: Scenario) -> Iterator[Problem]:
    """A temporal split lies within the record."""
    allowed = f"{scenario.begins:%Y-%m-%dT%H:%M} to {scenario.horizon:%Y-%m-%dT%H:%M}"
    for id, split in scenario.splits.items():
        for name, moment in (("cutoff", split.cutoff), ("until", split.until)):
            if not scenario.begins < moment <= scenario.horizon:
                yield Problem(("splits", id, name), "outside the record", f"{moment:%Y-%m-%dT%H:%M}", allowed)


def check_turning_points(scenario: Scenario, data: dict[str, Any]) -> Iterator[Problem]:
    """A turning point is made of claims that can be observed, or of edits that name things that the scenario has."""
    for id, turning_point in scenario.turning_points.items():
        for number, name in enumerate(turning_point.claims):
            claim = scenario.claims.get(name)
            if claim is not None and claim.observable is None:
                yield Problem(("turning_points", id, "claims", number), "a claim of nothing that can be observed", name)
        for problem in [
            *edits.find_conflicts(turning_point.counterfactual_edits),
            *edits.find_unresolved_edits(data, turning_point.counterfactual_edits),
        ]:
            yield Problem(("turning_points", id, "counterfactual_edits"), str(problem))


def check_prior_uses(scenario: Scenario, data: dict[str, Any]) -> Iterator[Problem]:
    """How a source reports has no part in the battle: a prior serves either the one or the other."""
    prior_references = [(path, id) for path, section, id in list_references(Scenario, data) if section == "priors"]
    of_battle = {id for path, id in prior_references if path[0] != "source_model"}
    of_battle |= {name for names in list_required_priors(scenario).values() for name in names}
    for id in sorted(scenario.source_model_priors & of_battle):
        yield Problem(("priors", id), "used by the battle and by reports alike", id, "one prior for each")


def check_prior_ranges(scenario: Scenario) -> Iterator[Problem]:
    """No prior, and no share of one, reaches beyond what the rules of battle can take."""
    required = {}
    for reader, names in list_required_priors(scenario).items():
        name = find_prior(names, scenario.priors)
        if name is not None:
            required[name] = PARAMETER_RANGES.get(reader.parameter, DEFAULT_RANGE)
    for name, limits in required.items():
        yield from check_prior_range(("priors", name), scenario.priors[name], 1.0, limits)
    for path, quantity in iter_quantities(scenario):
        if quantity.prior in scenario.priors:
            yield from check_prior_range(
                (*path, "prior"), scenario.priors[quantity.prior], quantity.share, quantity.limits
            )


def check_prior_correlations(scenario: Scenario, incomplete_sections: frozenset[str]) -> Iterator[Problem]:
    """Correlations are of priors that exist, each in one group, and none of them of reports."""
    seen: set[str] = set()
    for n, group in enumerate(scenario.prior_correlations):
        for name in group.priors:
            path: DataPath = ("prior_correlations", n, "priors")
            if name not in scenario.priors and "priors" not in incomplete_sections:
                yield Problem(path, "no such prior", name)
            if name in seen:
                yield Problem(path, "stands in two groups", name)
            if name in scenario.source_model_priors:
                yield Problem(path, "is a prior of reports, which are drawn one by one", name)
            seen.add(name)


def check_prior_range(path: DataPath, prior: Prior, factor: float, limits: ValueRange) -> Iterator[Problem]:
    """A problem if a prior times a factor goes beyond the limits."""
    lowest, highest = (factor * end for end in prior.support())
    if not limits[0] <= lowest <= highest <= limits[1]:
        message = "values beyond what the rules can take could be drawn"
        yield Problem(path, message, f"{lowest:g} to {highest:g}", f"{limits[0]:g} to {limits[1]:g}")
