"""Cut-offs of a forecast: where the record is cut, the scenario as it was known then, and when it is fitted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal

from sim.battle.simulation import Simulation
from sim.perturbations.base import PerturbationError
from sim.perturbations.free import FreeCommanders as Free
from sim.scenario import edits
from sim.scenario.as_of import TruncationError, find_known_claims, truncate_at
from sim.scenario.model import Scenario

ForecastMode = Literal["free", "given_orders"]


@dataclass(frozen=True)
class ForecastCutoff:
    """Where the record is cut, and until when a forecast made there is scored."""

    name: str
    label: str
    time: datetime
    scored_until: datetime
    is_daily: bool = False


def list_declared_cutoffs(scenario: Scenario) -> list[ForecastCutoff]:
    """The cut-offs that the scenario declares."""
    return [ForecastCutoff(id, split.description, split.cutoff, split.until) for id, split in scenario.splits.items()]


def list_daily_cutoffs(scenario: Scenario) -> list[ForecastCutoff]:
    """A cut-off at each midnight of the battle, each scored on the day that follows."""
    cutoffs, day = [], datetime.combine(scenario.begins.date(), time()) + timedelta(days=1)
    while day < scenario.ends:
        eve = day - timedelta(days=1)
        label = f"calibrated on all until {eve.day} {eve:%B}, held against {day.day} {day:%B}"
        until = min(day + timedelta(days=1), scenario.ends)
        cutoffs.append(ForecastCutoff(f"day_{day:%m_%d}", label, day, until, is_daily=True))
        day += timedelta(days=1)
    return cutoffs


def build_forecast_scenario(scenario: Scenario, cutoff: datetime, mode: ForecastMode) -> Scenario:
    """The scenario to forecast with.

    `given_orders` is the scenario itself: a hindcast, which knows the orders that were recorded after the cut-off.
    `free` knows nothing of later text, and after the cut-off both sides' commanders follow their fixed rule. Raise
    TruncationError if no battle is left, or PerturbationError if there are no such commanders.
    """
    if mode == "given_orders":
        return scenario
    known_scenario = truncate_at(scenario, cutoff)
    commander_rule = Free(kind="free", since=cutoff, keep_kinds=("reserve",))
    data, problems = edits.apply_edits(
        known_scenario.model_dump(mode="json", exclude_unset=True), commander_rule.edits(known_scenario)
    )
    if problems:
        raise TruncationError("; ".join(str(problem) for problem in problems))
    return Scenario.model_validate(data)


def can_forecast_from(scenario: Scenario, time: datetime, mode: ForecastMode) -> bool:
    """Whether what was known at a time is enough for a battle."""
    try:
        build_forecast_scenario(scenario, time, mode)
    except (TruncationError, PerturbationError):
        return False
    return True


def restrict_to_known(simulation: Simulation, time: datetime, mode: ForecastMode) -> tuple[Simulation, list[str]]:
    """The simulation as it was known at a time, and the claims about it that had been reported by then."""
    truth = simulation.scenario
    known_simulation = replace(simulation, scenario=build_forecast_scenario(truth, time, mode), until=time)
    known = find_known_claims(truth, time) & set(known_simulation.scenario.claims)
    return known_simulation, [id for id in truth.scored_claims if id in known]


def list_fit_times(scenario: Scenario, cutoffs: Sequence[ForecastCutoff], mode: ForecastMode) -> list[datetime]:
    """When the record is fitted: at the cut-offs, and at each midnight before the last of them, if a forecast can begin
    there. What is known at a cut-off thus does not depend on any later one.
    """
    last = max(cutoff.time for cutoff in cutoffs)
    days = [
        day.time
        for day in list_daily_cutoffs(scenario)
        if day.time < last and can_forecast_from(scenario, day.time, mode)
    ]
    return sorted({*days, *(cutoff.time for cutoff in cutoffs)})
