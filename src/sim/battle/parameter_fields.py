"""The fields of the battle's rows that parameters of the rules fill.

A field is called as its parameter, but for those of air strikes, fire missions, bombs and ambushes, which share fields.
A parameter that an order or a force may have alone has a field in both rows; the order's is below 0 where it has none.
"""

from collections.abc import Mapping

from sim.battle.records import ForceState, OrderState, SideState
from sim.scenario.rule_parameters import RULE_PARAMETERS, Owner

FIRE_PREFIXES = ("strike_", "shell_", "bomb_", "ambush_")
ORDER_FIELDS = {  # the fields for the parameters with these prefixes, by their names without it
    "deaths_mean": "deaths_mean",
    "deaths_size": "deaths_size",
    "suppression": "suppression",
    "suppression_hours": "suppression_hours",
    "shock": "suppression",
    "shock_hours": "suppression_hours",
    "arrives": "arrival_chance",
    "reaches": "reach_chance",
    "no_deaths": "no_deaths_chance",
    "wounded_per_killed": "wounded_per_killed",
}


def name_field(parameter: str) -> str:
    """The field of a row that a parameter of the rules fills.

    >>> name_field("shell_suppression_hours"), name_field("muster_hours")
    ('suppression_hours', 'muster_hours')
    """
    return ORDER_FIELDS[parameter.partition("_")[2]] if parameter.startswith(FIRE_PREFIXES) else parameter


def list_fields(owner: Owner) -> set[str]:
    """The fields that are parameters in the row of an owner.

    >>> sorted(list_fields("order") & list_fields("force"))
    ['consolidate_hours', 'fog_march', 'march_kmh', 'muster_hours', 'night_march', 'wounded_per_killed']
    """
    return {name_field(name) for name, row in RULE_PARAMETERS.items() if owner in row.owners}


def set_parameters(row: SideState | ForceState | OrderState, owner: Owner, values: Mapping[str, float]) -> None:
    """Fill the fields of a row that are parameters of the rules; where an order or a force may own one, the force's."""
    for name, value in values.items():
        owners = RULE_PARAMETERS[name].owners
        if owner == ("force" if "force" in owners else owners[0]):
            setattr(row, name_field(name), value)
