"""How far a drawn quantity may go: what the rules of battle can take, for priors by name and for numbers by place."""

from collections.abc import Iterator

from pydantic import BaseModel

from sim.scenario import rule_priors
from sim.scenario.model import Scenario
from sim.scenario.priors import Prior
from sim.scenario.problems import Path, Problem
from sim.scenario.quantities import MOST, Quantity

Range = tuple[float, float]
SHARE: Range = (0.0, 1.0)
PACE: Range = (0.01, 1.0)  # a march that never arrives is no march
MOST_RATE: Range = (0.0, MOST)

# Those of `rule_priors` that are not just anything from nothing to a million.
LIMITS: dict[str, Range] = {
    **dict.fromkeys(
        (
            *("night_fire", "moonlight", "fog_fire", "rain_fire", "fog_chance", "rain_chance"),
            *("strike_suppression", "shell_suppression", "bomb_arrives", "bomb_reaches", "bomb_no_deaths"),
            *("bomb_shock", "breach_cover", "prisoners_share", "cut_off_prisoners_share", "seized_share"),
            *("unsupplied_fire", "reserve_at_share"),
        ),
        SHARE,
    ),
    **dict.fromkeys(("night_march", "fog_march"), PACE),
    **dict.fromkeys(("intensity_sigma", "break_attack_sigma", "break_defend_sigma"), (0.0, 5.0)),
    **dict.fromkeys(
        ("strike_deaths_size", "shell_deaths_size", "bomb_deaths_size", "ambush_deaths_size"), (0.01, MOST)
    ),
    "reference_strength": (1.0, MOST),
    "march_kmh": (0.01, 1000.0),
    "advance_km_per_day": (0.0, 1000.0),
}


def beyond(scenario: Scenario) -> Iterator[Problem]:
    """Priors, and shares of them, from which something could be drawn that the rules of battle can't take."""
    asked = {}
    for names in rule_priors.needed(list(scenario.sides)).values():
        name = next((name for name in names if name in scenario.priors), None)
        if name is not None:
            asked[name] = LIMITS.get(names[-1], MOST_RATE)
    for name, limits in asked.items():
        yield from outside(("priors", name), scenario.priors[name], 1.0, limits)
    for path, quantity in quantities(scenario, ()):
        if quantity.prior in scenario.priors:
            yield from outside((*path, "prior"), scenario.priors[quantity.prior], quantity.share, quantity.limits)


def outside(path: Path, prior: Prior, factor: float, limits: Range) -> Iterator[Problem]:
    """One problem if a prior times a factor goes beyond limits."""
    lowest, highest = (factor * end for end in prior.reach())
    if not limits[0] <= lowest <= highest <= limits[1]:
        message = "values beyond what the rules can take could be drawn"
        yield Problem(path, message, f"{lowest:g} to {highest:g}", f"{limits[0]:g} to {limits[1]:g}")


def quantities(node: object, path: Path) -> Iterator[tuple[Path, Quantity]]:
    """Every quantity of a scenario with its path."""
    if isinstance(node, Quantity):
        yield path, node
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from quantities(getattr(node, name), (*path, name))
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from quantities(value, (*path, key))
