"""The words of the diary, for what every battle has."""

from sim.events import Ending, Outcome, Why

ORDERS = {
    "attack": "attack",
    "counterattack": "counterattack",
    "withdraw": "withdrawal",
    "reinforce": "reinforcement",
    "airstrike": "air strike",
    "shelling": "shelling",
    "vehicle_bomb": "vehicle bomb",
    "ambush": "ambush",
    "reserve": "counterattack by the reserve",
    "command": "attack, freely decided,",
}

REASONS = {
    Why.ALREADY_HELD: "the place is theirs already",
    Why.UNREACHABLE: "there is no way to get there",
    Why.SPENT: "too few are left to do it",
    Why.PRECONDITION: "what it depended on has not come about",
    Why.NO_ENEMY: "no enemy is there",
    Why.WEATHER: "the fog does not lift",
    Why.BUSY: "its forces are needed elsewhere",
}

REDIRECTIONS = {
    Why.ALREADY_HELD: "its goal so far being theirs already",
    Why.UNREACHABLE: "its goal so far being out of reach",
}

ENDINGS = {
    Ending.TAKEN: "succeeds",
    Ending.CALLED_OFF: "is called off",
    Ending.DEFENCE_BROKE: "breaks the defence",
    Ending.TIME: "runs out of time",
    Ending.DARK: "ends with the light",
    Ending.FOG: "ends in the fog",
    Ending.EXHAUSTED: "dies away",
    Ending.RECALLED: "is recalled",
    Ending.NOBODY_LEFT: "ends with nobody left to attack",
}

BOMBS = {
    Outcome.ON_TARGET: "reaches its target",
    Outcome.SHORT: "goes off short of its target",
    Outcome.STOPPED: "is stopped on its way",
}


def joined_words(parts: list[str]) -> str:
    """Parts of a sentence joined by commas and `and`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def counted(number: float, plural: str) -> str:
    """A number with the thing counted; one of them in the singular."""
    return f"1 {plural.removesuffix('s')}" if number == 1 else f"{number:.0f} {plural}"
