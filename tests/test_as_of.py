"""What was known at a moment: nothing that only later text tells is left, and nothing in later text can change it."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.forecast import list_held_out_claims
from sim.cli.calibrate import select_claims
from sim.scenario import Edit, Scenario, ScenarioError, load
from sim.scenario.as_of import TruncationError, find_known_claims, truncate_at
from sim.scoring.baseline_inputs import ForecastTask

CUTS = [
    ("teaching", datetime(2001, 6, 2)),
    ("teaching", datetime(2001, 6, 3)),
    ("dec2014", datetime(2014, 12, 6)),
    ("dec2014", datetime(2014, 12, 9)),
    ("dec2014", datetime(2014, 12, 15)),
]


@pytest.mark.parametrize(("name", "cut"), CUTS)
def test_nothing_in_it_is_later_than_the_cut(name, cut):
    known = truncate_at(load(name), cut)
    for claim in known.claims.values():
        assert claim.observable is None or claim.observable.until <= cut
    for order in known.orders.values():
        assert order.simulated_commander or not hasattr(order, "window") or order.window.earliest < cut
    assert all(told.begins < cut for told in known.weather.values())
    assert not [
        name for name in ("summary", "readings", "turning_points", "splits", "suppress") if getattr(known, name)
    ]


@pytest.mark.parametrize(("name", "cut"), CUTS)
def test_deleting_all_later_text_changes_nothing(name, cut):
    scenario = load(name)
    known = find_known_claims(scenario, cut)
    data = scenario.model_dump(mode="json", exclude_unset=True)
    data["claims"] = {id: claim for id, claim in data["claims"].items() if id in known}
    for section in ("summary", "readings", "turning_points", "splits", "suppress", "weather"):
        data.pop(section, None)
    data["weather"] = {
        id: told
        for id, told in scenario.model_dump(mode="json", exclude_unset=True).get("weather", {}).items()
        if datetime.fromisoformat(told["begins"]) < cut
    }
    data["orders"] = {
        id: order
        for id, order in data["orders"].items()
        if not order.get("based_on") or order.get("rationale") or set(order["based_on"]) & known
    }
    shorter = Scenario.model_validate(data)
    assert truncate_at(shorter, cut).compute_digest() == truncate_at(scenario, cut).compute_digest()


@pytest.mark.slow
@settings(max_examples=40)
@given(number=st.integers(0, 10_000), value=st.integers(1, 900))
def test_no_figure_of_a_later_claim_leaks(number, value):
    scenario, cut = load("dec2014"), datetime(2014, 12, 9)
    later = sorted(
        id
        for id in set(scenario.claims) - find_known_claims(scenario, cut)
        if (said := scenario.claims[id].value) is not None and said.kind in ("exactly", "over", "at least")
        if scenario.claims[id].observable is not None and scenario.claims[id].observable.additive
    )
    chosen = later[number % len(later)]
    changed = load("dec2014", (Edit(path=f"claims.{chosen}.value", value=f"exactly {value}"),))
    assert truncate_at(changed, cut).compute_digest() == truncate_at(scenario, cut).compute_digest()


def test_a_figure_of_an_earlier_claim_is_known():
    scenario, cut = load("dec2014"), datetime(2014, 12, 9)
    changed = load("dec2014", (Edit(path="claims.masemekeh_soldiers_dead.value", value="exactly 20"),))
    assert truncate_at(changed, cut).compute_digest() != truncate_at(scenario, cut).compute_digest()


def test_a_leak_would_be_seen():
    """A force whose strength comes from later text, and which is kept, would show: it is not kept."""
    scenario = load("dec2014")
    assert "tribal_200" in scenario.forces
    assert "tribal_200" not in truncate_at(scenario, datetime(2014, 12, 9)).forces


def test_the_end_knows_all_but_the_summaries():
    scenario = load("dec2014")
    known = find_known_claims(scenario, scenario.horizon)
    unknown = set(scenario.claims) - known
    assert {scenario.claims[id].citation.section for id in unknown} == set(scenario.text.summary_sections)


@pytest.mark.parametrize("day", range(1, 13))
def test_later_knowledge_contains_earlier_knowledge(day):
    scenario = load("dec2014")
    cut = scenario.begins + timedelta(days=day)
    before, after = truncate_at(scenario, cut), truncate_at(scenario, cut + timedelta(days=1))
    for section in ("claims", "forces", "orders", "weather", "places"):
        assert set(getattr(before, section)) <= set(getattr(after, section))


def test_what_is_asked_must_be_known():
    """An objective that can't do without later text leaves no battle."""
    changed = load(
        "teaching", (Edit(path="places.fort.initial_control", value={"side": "teal", "claim": "hill_regained"}),)
    )
    with pytest.raises(TruncationError, match=r"not known at 2001-06-02T00:00, and yet asked for: .*fort"):
        truncate_at(changed, datetime(2001, 6, 2))


def with_reported(told: dict[str, str]) -> Scenario:
    """The teaching scenario with the days on which some claims were told."""
    return load("teaching", tuple(Edit(path=f"claims.{id}.reported", value=day) for id, day in told.items()))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(load("teaching").claims)), st.integers(4, 9)), st.integers(1, 10))
def test_what_was_told_after_the_cut_is_not_known_and_all_else_is_as_before(told, day):
    cut = datetime(2001, 6, day + 1)
    late = {id for id, number in told.items() if number > day}
    scenario = with_reported({id: f"2001-06-{number:02}" for id, number in told.items()})
    assert find_known_claims(scenario, cut) == find_known_claims(load("teaching"), cut) - late


def test_a_claim_told_at_noon_is_known_from_then_on():
    scenario = with_reported({"village_taken": "2001-06-02T12:00"})
    assert "village_taken" in find_known_claims(load("teaching"), datetime(2001, 6, 2))
    assert "village_taken" not in find_known_claims(scenario, datetime(2001, 6, 2, 11, 59))
    assert "village_taken" in find_known_claims(scenario, datetime(2001, 6, 2, 12))


def test_no_figure_told_after_the_cut_leaks():
    scenario, cut = load("dec2014"), datetime(2014, 12, 9)
    id = "masemekeh_soldiers_dead"
    late = Edit(path=f"claims.{id}.reported", value="2014-12-24")
    digests = {
        truncate_at(load("dec2014", (late, Edit(path=f"claims.{id}.value", value=value))), cut).compute_digest()
        for value in ("exactly 20", "exactly 400")
    }
    assert len(digests) == 1
    assert id in find_known_claims(scenario, cut)


def test_a_claim_is_not_told_before_what_it_tells_of():
    with pytest.raises(ScenarioError, match=r"claims.village_taken.reported: reported before what it is about began"):
        with_reported({"village_taken": "2001-05-30"})


def test_a_late_claim_is_held_out_at_the_cut_and_unknown_to_a_calibration_and_a_baseline():
    cut, until = datetime(2001, 6, 3), datetime(2001, 6, 4)
    told, late = load("teaching"), with_reported({"village_taken": "2001-06-09"})
    for scenario, is_late in ((told, False), (late, True)):
        known = find_known_claims(scenario, cut)
        assert ("village_taken" in list_held_out_claims(scenario, known, cut, until)) == is_late
        assert ("village_taken" not in select_claims(scenario, "calibration", cut)) == is_late
        task = ForecastTask(scenario, ("hill_regained",), 1, np.arange(2), cut)
        assert ("village_taken" not in task.list_earlier_claims("hill_regained")) == is_late
