"""The field of a row of the battle that a parameter of the rules fills."""

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
