"""What can become of an order follows from its kind: a claim that can never hold is refused, with what can be said."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.battles import teaching_data, validated
from support.random_scenarios import KINDS, OUTCOMES, scenarios

from sim.battle.simulation import Simulation
from sim.events.observables import OUTCOME_EVENTS
from sim.paths import scenario_folder
from sim.scenario import ScenarioError
from sim.scenario.orders import OUTCOMES_BY_ORDER_KIND


def test_every_kind_of_order_is_in_the_table_and_every_outcome():
    assert set(OUTCOMES_BY_ORDER_KIND) == {*KINDS}
    assert {name for outcomes in OUTCOMES_BY_ORDER_KIND.values() for name in outcomes} == set(OUTCOME_EVENTS)
    guide = (scenario_folder().parent / "docs" / "scenario.md").read_text(encoding="utf-8")
    for kind, outcomes in OUTCOMES_BY_ORDER_KIND.items():
        line = next(line for line in guide.splitlines() if line.startswith("| ") and f"`{kind}`" in line.split("|")[1])
        assert [name.strip(" `") for name in line.split("|")[2].split(",")] == list(outcomes)


@pytest.mark.slow
@given(scenarios())
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_no_battle_has_an_outcome_that_is_not_in_the_table(data):
    scenario = validated(data)
    log = Simulation(scenario).run(1).event_log
    for row in log.rows:
        if not 0 <= row["order"] < len(scenario.orders):
            continue
        order = scenario.orders[log.labels.orders[row["order"]]]
        for name, (kind, codes) in OUTCOME_EVENTS.items():
            if row["event"] == kind and (not codes or row["code"] in codes):
                assert name in OUTCOMES_BY_ORDER_KIND[order.kind]


@pytest.mark.slow
@given(st.sampled_from(list(teaching_data()["orders"])), st.sampled_from(OUTCOMES), st.sampled_from("cht"))
@settings(deadline=None)
def test_an_outcome_is_taken_or_refused_by_the_kind_of_its_order(order, outcome, where):
    data = teaching_data()
    observable = {"measure": "outcome", "orders": [order], "outcome": outcome, "until": "2001-06-03"}
    if where == "c":
        data["claims"]["cart_at_gate"]["observable"], path = observable, "claims.cart_at_gate.observable.outcome"
    elif where == "h":
        data["headline_outputs"][0]["observable"], path = observable, "headline_outputs.0.observable.outcome"
    else:
        data["turning_points"]["cart"]["alternative"]["observable"] = observable
        path = "turning_points.cart.alternative.observable.outcome"
    kind = data["orders"][order]["kind"]
    if outcome in OUTCOMES_BY_ORDER_KIND[kind]:
        validated(data)
        return
    with pytest.raises(ScenarioError) as raised:
        validated(data)
    message = str(raised.value)
    assert f"{path}: can never be so: {order} is an order of kind {kind}" in message
    assert f"allowed {', '.join(OUTCOMES_BY_ORDER_KIND[kind])}" in message
