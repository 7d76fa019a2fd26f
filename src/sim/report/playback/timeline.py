"""What the playback shows beside a replay: dated claims, daylight, and probabilities over all replications."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from astral import LocationInfo
from astral.sun import sunrise, sunset

from sim.battle.day_states import build_day_states, convert_to_hours, list_record_days, make_solar_zone
from sim.likelihood.control import compute_control_probabilities
from sim.outputs.run_results import RunTables
from sim.plots.run_data import build_daily_arrays, read_time_steps
from sim.scenario.citations import format_citation
from sim.scenario.descriptions import capitalize
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import ClaimComparison

TIMELINE_KINDS = {"killed": "loss", "wounded": "loss", "captured": "loss", "equipment_captured": "loss"}
TIMELINE_KINDS |= {"control": "control", "peak_control": "control"}

FAR_HOURS = 1e6  # h; stands for never, which JSON has no number for


@dataclass(frozen=True)
class TimelineClaim:
    """A claim on the timeline: its period (h), statement, source and citation, and how often it is true.

    `places` are those that it names, as indices; `measure`, `side` and `phrase` say what it counts, of whom, and what
    was said of that, and are empty where it counts nothing.
    """

    claim: str
    start_hour: float
    end_hour: float
    kind: str  # loss, control or event
    statement: str
    source: str
    citation: str
    percent_true: str  # in how many of 100 battles; empty if it is not observable
    places: list[int]
    measure: str
    side: int | None
    phrase: str


def build_claim_timeline(
    scenario: Scenario, end_hours: float, comparisons: list[ClaimComparison]
) -> list[TimelineClaim]:
    """Every claim that can be dated within a battle of this length, in the order of time."""
    percent_true = {each.id: f"{100 * each.probability:.0f}" for each in comparisons}
    timeline = []
    for id, claim in scenario.claims.items():
        period = find_claim_period(scenario, id, claim)
        if period is not None and 0 <= period[0] <= end_hours and period[1] <= end_hours:
            timeline.append(make_timeline_claim(scenario, id, claim, period, percent_true.get(id, "")))
    return sorted(timeline, key=lambda each: (each.end_hour, each.start_hour))


def make_timeline_claim(
    scenario: Scenario, id: str, claim: Claim, period: tuple[float, float], percent_true: str
) -> TimelineClaim:
    """A claim as an entry of the timeline."""
    observable, places, sides = claim.observable, list(scenario.places), list(scenario.sides)
    measure = getattr(observable, "measure", "")
    side = getattr(observable, "side", None)
    return TimelineClaim(
        claim=id,
        start_hour=round(period[0], 2),
        end_hour=round(period[1], 2),
        kind=TIMELINE_KINDS.get(measure, "event"),
        statement=capitalize(claim.statement),
        source=scenario.sources[claim.source].name,
        citation=format_citation(scenario, claim.citation),
        percent_true=percent_true,
        places=[places.index(place) for place in list_claim_places(claim)],
        measure=measure,
        side=None if side is None else sides.index(side),
        phrase="" if claim.value is None else claim.value.phrase,
    )


def list_claim_places(claim: Claim) -> list[str]:
    """The places that a claim names: those of its observable, else its own."""
    observable = claim.observable
    place = getattr(observable, "place", None)
    return list(dict.fromkeys([*([place] if place else ()), *getattr(observable, "places", ()), *claim.places]))


def find_claim_period(scenario: Scenario, id: str, claim: Claim) -> tuple[float, float] | None:
    """The period of a claim (h): its own, else that of orders and weather derived from it; None if undated."""
    if claim.observable is not None:
        until = scenario.hours_since_start(claim.observable.until)
        since = until if claim.observable.since is None else scenario.hours_since_start(claim.observable.since)
        return max(since, 0.0), until
    windows = list(find_derived_windows(scenario, id))
    return (min(begin for begin, _ in windows), max(end for _, end in windows)) if windows else None


def find_derived_windows(scenario: Scenario, id: str) -> Iterator[tuple[float, float]]:
    """The windows of orders, if no longer than a day, and the periods of weather derived from a claim."""
    for order in scenario.active_orders.values():
        window = getattr(order, "window", None)
        if window is not None and id in order.based_on:
            begin, end = scenario.hours_since_start(window.earliest), scenario.hours_since_start(window.latest)
            if end - begin <= 24:
                yield begin, end
    for weather in scenario.weather.values():
        if weather.claim == id:
            yield scenario.hours_since_start(weather.begins), scenario.hours_since_start(weather.ends)


@dataclass(frozen=True)
class Daylight:
    """Hours since the beginning: civil dawn, sunrise, sunset, civil dusk; after it the Moon: lit share, rise, set."""

    dawn: float
    sunrise_hour: float
    sunset_hour: float
    dusk: float
    moon_fraction: float
    moonrise_hour: float
    moonset_hour: float


def build_daylight(scenario: Scenario, end_hours: float) -> list[Daylight]:
    """Every day of a battle of this length, and the night before it."""
    zone = make_solar_zone(scenario)
    observer = LocationInfo(latitude=scenario.astronomy.latitude, longitude=scenario.astronomy.longitude).observer
    days = []
    for day, row in zip(list_record_days(scenario), build_day_states(scenario, 0), strict=True):
        if row.dawn > end_hours:
            break
        try:
            sun = [convert_to_hours(scenario, each(observer, day, tzinfo=zone)) for each in (sunrise, sunset)]
        except ValueError:  # it never rises, or never sets
            sun = [row.dawn, row.dusk]
        moonlight = (row.moon, *(min(max(each, -FAR_HOURS), FAR_HOURS) for each in (row.moon_rises, row.moon_sets)))
        days.append(Daylight(*(round(each, 3) for each in (row.dawn, *sun, row.dusk, *moonlight))))
    return days


@dataclass(frozen=True)
class EnsembleSeries:
    """At the end of each step (h): probabilities of states by place, and quantiles (5, 50, 95%) of deaths by side."""

    n_battles: int
    each_step: str  # what the steps are called: each day
    hours: list[float]
    control_probabilities: list[list[list[float]]]  # step, place, state
    killed_quantiles: list[list[list[int]]]  # step, side, quantile


def compute_ensemble_series(scenario: Scenario, results: RunTables, end_hours: float) -> EnsembleSeries:
    """The series over the replications whose values by steps are stored."""
    control, killed = build_daily_arrays(results, scenario, "control", "killed")
    control_shares, deaths = control[..., 1], np.cumsum(killed.sum(axis=2), axis=1)
    steps = read_time_steps(results, scenario)
    return EnsembleSeries(
        n_battles=len(control_shares),
        each_step=steps.each,
        hours=[round(min(scenario.hours_since_start(each), end_hours), 3) for each in steps.ends],
        control_probabilities=compute_control_probabilities(control_shares, scenario.contested_share_range)
        .round(4)
        .tolist(),
        killed_quantiles=np.moveaxis(np.quantile(deaths, [0.05, 0.5, 0.95], axis=0), 0, -1)
        .round()
        .astype(int)
        .tolist(),
    )
