"""Unknowns in words: whose parameter a prior is, or which source's reporting it is about."""

from sim.scenario.model import Scenario
from sim.scenario.prior_requirements import find_parameter

# Names that are no words; a table gives the unit beside them.
PARAMETER_WORDS = {"march_kmh": "march speed", "advance_km_per_day": "rate of advance"}


def describe_unknown(scenario: Scenario, name: str) -> str:
    """The name of a prior as a reader meets it, without underscores and with the names that stand behind ids.

    Parameters
    ----------
    scenario
        The battle whose prior it is.
    name
        The name of a prior, or of a parameter of a law.

    Examples
    --------
    >>> from sim.scenario import load
    >>> teaching = load("teaching")
    >>> describe_unknown(teaching, "killing_rate_teal"), describe_unknown(teaching, "march_kmh")
    ('killing rate (Teal)', 'march speed')
    >>> describe_unknown(teaching, "teal_garrison")
    'Teal garrison'
    >>> describe_unknown(teaching, "herald_on_amber")
    "reporting factor of the teal army's herald (Amber losses)"
    """
    return (
        describe_reporting(scenario, name)
        or describe_misreport(scenario, name)
        or describe_owned(scenario, name)
        or PARAMETER_WORDS.get(name)
        or name_sides(scenario, name)
    )


def name_sides(scenario: Scenario, name: str) -> str:
    """A name without underscores, in which an id of a side is the side's short name.

    Examples
    --------
    >>> from sim.scenario import load
    >>> name_sides(load("teaching"), "host_of_amber")
    'host of Amber'
    """
    words = f"_{name}_"
    for id, side in scenario.sides.items():
        words = words.replace(f"_{id}_", f"_{side.short_name}_")
    return words[1:-1].replace("_", " ")


def describe_owned(scenario: Scenario, name: str) -> str | None:
    """A parameter of one side or force; None for a prior that is nobody's own."""
    parameter = find_parameter(name)
    owner = name.removeprefix(f"{parameter}_")
    if parameter is None or owner == name:
        return None
    words = PARAMETER_WORDS.get(parameter, parameter.replace("_", " "))
    if owner in scenario.sides:
        return f"{words} ({scenario.sides[owner].short_name})"
    return f"{words} ({scenario.forces[owner].name})" if owner in scenario.forces else None


def describe_reporting(scenario: Scenario, name: str) -> str | None:
    """The factor by which one source reports the losses of one side, or equipment; None for any other prior."""
    sources = {} if scenario.source_model is None else scenario.source_model.sources
    factors = [
        (source, f"{scenario.sides[side].short_name} losses")
        for source, errors in sources.items()
        for side, counts in errors.sides.items()
        if counts.bias == name
    ]
    factors += [
        (source, "equipment")
        for source, errors in sources.items()
        if errors.equipment is not None and errors.equipment.bias == name
    ]
    if len(factors) != 1:
        return None
    ((source, counted),) = factors
    return f"reporting factor of {scenario.sources[source].name} ({counted})"


def describe_misreport(scenario: Scenario, name: str) -> str | None:
    """The chance that a source, or any of several, says of an event the opposite of what was so; else None.

    Examples
    --------
    >>> from sim.scenario import load
    >>> describe_misreport(load("teaching"), "misreport")
    'chance of a misreport'
    """
    model = scenario.source_model
    sources = [
        source for source, errors in ({} if model is None else model.sources).items() if errors.flip_probability == name
    ]
    if not sources:
        return None
    whose = f" of {scenario.sources[sources[0]].name}" if len(sources) == 1 else ""
    return f"chance of a misreport{whose}"
