"""Random legal scenarios that become others at a moment: other parameters, ground, orders and weather.

What is drawn changes nothing of how the battle begins, which no change may do in its midst.
"""

import math
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from sim.battle.intervention import Intervention
from sim.battle.simulation import Simulation
from sim.events.log import NONE, EventKind
from sim.scenario.rule_parameters import DEFAULT_RANGE, PARAMETER_RANGES, RULE_PARAMETERS
from support.battles import validated
from support.random_scenarios import COMMON, SIDES, USUALLY, meeting, number, origin, prior, scenarios, weather
from support.schedulers import LOSSES

# Numbers of an order that a change may set, and their ranges.
PACES = ("killing_rate", "contact_per_1000_day", "advance_km_per_day", "fatigue_per_hour")  # of the fighting
ORDER_NUMBERS = {"sorties": (0, 9), "within_hours": (0, 20), "min_force_ratio": (0, 5), "every_hours": (1, 30)}


@dataclass(frozen=True)
class Change:
    """A scenario as plain data, what it becomes, and after which share of its assaults and losses."""

    before: dict[str, Any]
    after: dict[str, Any]
    share: float

    def make_simulation(self, law: str, seed: int) -> Simulation:
        """The simulation of the scenario that becomes the other one, a minute at most after an assault or a loss."""
        before, after = validated(self.before), validated(self.after)
        log = Simulation(before, law=law).run(seed).log
        fought = log[np.isin(log["event"], (*LOSSES, EventKind.ASSAULT)) & (log["order"] != NONE)]
        hours = fought["time"] if len(fought) else log["time"]
        at = hours[int(self.share * len(hours))]
        since = before.begins + timedelta(minutes=math.ceil(60 * at))
        return Simulation(before, law=law, intervention=Intervention(after, min(since, before.ends)))


@st.composite
def changes(draw: DrawFn) -> Change:
    """A change of up to a dozen things at a moment of a random scenario."""
    before = draw(scenarios())
    begins, hours = datetime.fromisoformat(before["begins"]), count_hours(before)
    before["orders"] |= draw(meeting(before, begins, hours))  # there is fighting in most of them
    after = deepcopy(before)
    ruling = [name for name in after["priors"] if find_parameter(name) is not None]
    chosen = draw(st.lists(st.sampled_from(ruling), max_size=8, unique=True))
    chosen += [name for name in ruling if find_parameter(name) in PACES and name not in chosen and draw(COMMON)]
    for name in chosen:
        after["priors"][name] = draw(prior(*PARAMETER_RANGES.get(find_parameter(name), DEFAULT_RANGE)))
    for name in draw(st.lists(st.sampled_from(list(after["places"])), max_size=3, unique=True)):
        after["places"][name]["cover"] = origin(draw(number(0, 1)))
    for order in after["orders"].values():
        for name, limits in ORDER_NUMBERS.items():
            if name in order and draw(COMMON):
                order[name] = origin(draw(number(*limits)))
    if not draw(USUALLY):
        after["weather"] = draw(weather(begins, hours))
    return Change(before, after, draw(st.floats(0, 1, exclude_max=True)))


def count_hours(data: dict[str, Any]) -> int:
    """The hours from the beginning of a scenario to its end."""
    begins, ends = (datetime.fromisoformat(data[name]) for name in ("begins", "ends"))
    return round((ends - begins).total_seconds() / 3600)


def find_parameter(name: str) -> str | None:
    """The parameter of the rules that a prior is about, for both sides or for one; None if it is about none."""
    for end in ("", *(f"_{side}" for side in SIDES)):
        if name.removesuffix(end) in RULE_PARAMETERS:
            return name.removesuffix(end)
    return None
