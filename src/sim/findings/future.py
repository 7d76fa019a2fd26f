"""The battle that a forecast fights: what was known at the cut, and who decides after it."""

from datetime import datetime
from typing import Literal

from sim.perturbations.free import Perturbation as Free
from sim.scenario import edits
from sim.scenario.known import UnknownError, known_at
from sim.scenario.model import Scenario

Mode = Literal["free", "given_orders"]


def future(scenario: Scenario, cut: datetime, mode: Mode) -> Scenario:
    """The scenario to forecast with.

    `given_orders` is the scenario itself: a hindcast, which knows the orders that were recorded after the cut. `free`
    knows nothing of later text, and after the cut both sides' commanders follow their fixed rule. Raise UnknownError if
    no battle is left, or PerturbationError if there are no such commanders.
    """
    if mode == "given_orders":
        return scenario
    known = known_at(scenario, cut)
    rule = Free(kind="free", since=cut, keep=("reserve",))
    data, refused = edits.applied(known.model_dump(mode="json", exclude_unset=True), rule.edits(known))
    if refused:
        raise UnknownError("; ".join(str(problem) for problem in refused))
    return Scenario.model_validate(data)
