"""Forecast reports: known reports stay, totals grow by what has been added since; which claims are forecast."""

from datetime import datetime

import numpy as np
import pytest

from sim.analysis.forecast import can_simulate_claim, condition_on_known_reports, list_held_out_claims
from sim.analysis.forecast_cutoffs import build_forecast_scenario
from sim.events.time_observables import Arrival, AssaultDuration, FirstHeld
from sim.likelihood.observation_model import build_observation_model
from sim.scenario import load
from sim.scenario.as_of import find_known_claims

CUTOFF = datetime(2014, 12, 6)
UNTIL = datetime(2014, 12, 9)


@pytest.fixture(scope="module")
def scenario():
    return load("dec2014")


def test_known_reports_stay_and_totals_grow(scenario):
    fitted_claims = ["masemekeh_isil_dead", "jafra_isil_dead", "sohr_isil_dead_by_5"]
    end_hours = scenario.hours_since_start(UNTIL)
    observation_model = build_observation_model(scenario, end_hours, [*fitted_claims, "sohr_isil_dead_by_6"])
    columns = {claim: number for number, claim in enumerate(observation_model.claims)}
    reports = np.zeros((2, len(observation_model.claims)))
    reports[:, columns["masemekeh_isil_dead"]] = 10, 20
    reports[:, columns["jafra_isil_dead"]] = 5, 90
    reports[:, columns["sohr_isil_dead_by_5"]] = 18, 115  # 3 and 5 elsewhere
    reports[:, columns["sohr_isil_dead_by_6"]] = 48, 135  # 30 and 20 more on the 6th
    conditioned = condition_on_known_reports(observation_model, reports, set(fitted_claims))
    assert conditioned[:, columns["sohr_isil_dead_by_5"]].tolist() == [45, 45]
    assert conditioned[:, columns["sohr_isil_dead_by_6"]].tolist() == [75, 65]
    unconditioned = condition_on_known_reports(observation_model, reports, set())
    assert unconditioned.tolist() == reports.tolist()


def test_claims_after_the_cutoff_are_held_out(scenario):
    known = find_known_claims(scenario, CUTOFF)
    held_out = list_held_out_claims(scenario, known, CUTOFF, UNTIL)
    assert "sohr_isil_dead_by_6" in held_out
    assert "sohr_isil_dead_by_5" not in held_out
    assert "jafra_regained" not in held_out  # after the end
    assert all(scenario.claims[id].role != "context" for id in held_out)


def test_claims_about_what_nobody_knew_of_are_not_forecast(scenario):
    known = build_forecast_scenario(scenario, CUTOFF, "free")
    assert not can_simulate_claim(scenario, "east_attack_launched", known)  # of an order that is given two days later
    assert can_simulate_claim(scenario, "battalion_captured", known)  # of a place, and places are on the map
    assert can_simulate_claim(
        scenario, "east_attack_launched", build_forecast_scenario(scenario, CUTOFF, "given_orders")
    )


@pytest.mark.parametrize(
    ("observable", "section", "id"),
    [
        (Arrival(measure="arrival", force="relief", until="2001-06-03"), "forces", "relief"),
        (AssaultDuration(measure="duration", order="fort_assault", until="2001-06-03"), "orders", "fort_assault"),
        (FirstHeld(measure="when", side="amber", place="hill", share=0.5, until="2001-06-03"), "places", "hill"),
    ],
)
def test_a_claim_of_anything_that_was_not_known_is_not_forecast(observable, section, id):
    """Whatever a claim is about: a place, an order, or a force that nobody had heard of at the cut."""
    whole = load("teaching")
    claim = next(iter(whole.claims.values())).model_copy(update={"observable": observable})
    truth = whole.model_copy(update={"claims": {"any": claim}})
    without = whole.model_copy(
        update={section: {name: one for name, one in getattr(whole, section).items() if name != id}}
    )
    assert can_simulate_claim(truth, "any", whole)
    assert not can_simulate_claim(truth, "any", without)
