"""Suffixes of the priors of rules: which id may stand at the end of a name, and why one has no effect."""

from collections import defaultdict
from collections.abc import Iterator

from sim.scenario.model import Scenario
from sim.scenario.prior_requirements import (
    PriorReader,
    find_parameter,
    list_required_priors,
    select_orders,
    select_read_priors,
)
from sim.scenario.problems import Problem, name_nearest
from sim.scenario.quantities import iter_quantities
from sim.scenario.rule_parameters import RULE_PARAMETERS, Owner


def describe_suffixes(parameter: str) -> str:
    """What may stand after a parameter of the rules.

    >>> describe_suffixes("reserve_at_share")
    'reserve_at_share with nothing after it, or with the id of a side'
    >>> describe_suffixes("shell_suppression")
    'shell_suppression with nothing after it, or with the id of an order (shelling) or a side'
    >>> describe_suffixes("fog_chance")
    'fog_chance with nothing after it, for the whole battle'
    """
    row = RULE_PARAMETERS[parameter]
    if not row.owners:
        return f"{parameter} with nothing after it, for the whole battle"
    words = {"order": f"an order ({', '.join(row.kinds)})", "force": "a force", "side": "a side"}
    *first, last = [words[owner] for owner in row.owners]
    owners = f"{', '.join(first)} or {last}" if first else last
    return f"{parameter} with {'' if row.is_optional else 'nothing after it, or with '}the id of {owners}"


def list_owner_ids(scenario: Scenario, parameter: str) -> dict[Owner, list[str]]:
    """The ids of those who may have their own prior of a parameter, by what they are."""
    row = RULE_PARAMETERS[parameter]
    ids: dict[Owner, list[str]] = {
        "order": list(select_orders(scenario, row.kinds)),
        "force": list(scenario.forces),
        "side": list(scenario.sides),
    }
    return {owner: ids[owner] for owner in row.owners}


def index_legal_names(scenario: Scenario) -> dict[str, list[PriorReader]]:
    """Every name of a prior that the rules know in a scenario, with all that it may mean."""
    meanings: dict[str, list[PriorReader]] = defaultdict(list)
    for parameter, row in RULE_PARAMETERS.items():
        if not row.is_optional:
            meanings[parameter].append(PriorReader(parameter))
        for owner, ids in list_owner_ids(scenario, parameter).items():
            for id in ids:
                meanings[f"{parameter}_{id}"].append(PriorReader(parameter, owner, id))
    return meanings


def check_prior_suffixes(scenario: Scenario, missing: frozenset[str]) -> Iterator[Problem]:
    """A prior whose name begins with a parameter of the rules ends with nothing, or with the id of an owner.

    What a quantity or a source model names is the scenario's own, whatever it is called. Of a missing parameter, which
    is a problem already, no other is made.
    """
    named = {quantity.prior for _, quantity in iter_quantities(scenario)} | scenario.source_model_priors
    legal = index_legal_names(scenario)
    for name in scenario.priors:
        parameter = find_parameter(name)
        if parameter is None or parameter in missing or name in legal or name in named:
            continue
        reason = describe_misplaced_suffix(scenario, parameter, name.removeprefix(parameter).removeprefix("_"))
        nearest = name_nearest("", name, legal).removeprefix("; ")
        allowed = describe_suffixes(parameter) + (f"; {nearest}" if nearest else "")
        yield Problem(("priors", name), f"nothing reads it: {reason}", name, allowed)


def check_ambiguous_priors(scenario: Scenario) -> Iterator[Problem]:
    """A prior's name has one meaning: an order called `hours` makes two of `strike_suppression_hours`.

    So does an id that an order shares with a force or a side.
    """
    legal = index_legal_names(scenario)
    for name in scenario.priors:
        readers = legal.get(name, [])
        meanings = [describe_reader(each) for each in readers]
        parameter = find_parameter(name)
        if readers and parameter not in {each.parameter for each in readers}:
            meanings.append(f"{parameter} of {name.removeprefix(f'{parameter}_')}")
        if len(meanings) > 1:
            ids = dict.fromkeys(f"the {each.owner} {each.id}" for each in readers if each.owner)
            yield Problem(
                ("priors", name), f"may mean {' or '.join(meanings)}", name, f"another id for {' or '.join(ids)}"
            )


def describe_reader(reader: PriorReader) -> str:
    """What a prior is of, in words.

    >>> describe_reader(PriorReader("muster_hours", "force", "guard"))
    'muster_hours of the force guard'
    >>> describe_reader(PriorReader("fog_chance"))
    'fog_chance of all'
    """
    return f"{reader.parameter} of {f'the {reader.owner} {reader.id}' if reader.owner else 'all'}"


def describe_misplaced_suffix(scenario: Scenario, parameter: str, suffix: str) -> str:
    """Why nobody of that id may have their own prior of a parameter."""
    row = RULE_PARAMETERS[parameter]
    if not suffix:
        return f"{parameter} is of {' or '.join(row.owners)} alone"
    for owner, section in (("order", scenario.orders), ("force", scenario.forces), ("side", scenario.sides)):
        if suffix in section and owner not in row.owners:
            return f"no {owner} has a {parameter} of its own"
    if suffix in scenario.orders:
        kind = scenario.orders[suffix].kind
        return f"{suffix} is {'an' if kind[0] in 'aeiou' else 'a'} {kind}, which does not use it"
    return f"no {'order, force or side' if row.owners else 'other'} is called {suffix}"


def describe_disused_priors(scenario: Scenario) -> dict[str, str]:
    """Why a prior with a legal suffix has no effect in a scenario, for each that has none."""
    required = list_required_priors(scenario).values()
    read = select_read_priors(scenario, required) | scenario.source_model_priors
    known = {name for names in required for name in names}
    reasons = {}
    for name in scenario.priors:
        parameter = find_parameter(name)
        if parameter is None or name == parameter or name in read:
            continue
        suffix = name.removeprefix(f"{parameter}_")
        reasons[name] = (
            f"every order or force of {suffix} has its own"
            if name in known
            else f"no order of {suffix} uses it, or each has its own"
        )
    return reasons
