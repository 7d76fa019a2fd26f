"""The order of entries in a file is how things are shown; no battle and no report hangs on it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.battles import validated
from support.random_scenarios import scenarios

from sim.battle.compile_scenario import make_labels
from sim.battle.simulation import Simulation
from sim.events.arrangement import arrange_log
from sim.events.daily import compute_daily_series
from sim.likelihood.observation_model import build_observation_model
from sim.likelihood.simulated_reports import simulate_reports
from sim.random_streams import Generator, make_generator
from sim.runs.replicate import Study, run_batch
from sim.scenario import load
from sim.scenario.migration import SCHEMA
from sim.scenario.model import Scenario

SCENARIOS = ("teaching", "dec2014", "goose_green")
SEQUENCES = {"axis", "alternative_targets"}  # lists whose order says something: the next place, the next target


def permute(entries: list, rng: Generator) -> list:
    """The same entries in another order."""
    return [entries[n] for n in rng.permutation(len(entries))]


def shuffle_entries(data: dict, rng: Generator) -> dict:
    """The same data with every mapping, and every list of ids that is no sequence, in another order."""
    result = {}
    for key, value in permute(list(data.items()), rng):
        if isinstance(value, dict):
            value = shuffle_entries(value, rng)
        elif isinstance(value, list) and key in ("forces", "covered_places", "places", "orders"):
            value = permute(value, rng)
        result[key] = value
    return result


def reverse_entries(data: dict) -> dict:
    """The same data with every mapping in the opposite order."""
    return {
        key: reverse_entries(value) if isinstance(value, dict) else value for key, value in reversed(list(data.items()))
    }


def dump(scenario: Scenario) -> dict:
    """A scenario as plain data."""
    return {"schema": SCHEMA} | scenario.model_dump(mode="json", exclude_unset=True)


def fight(scenario: Scenario, seed: int, **form) -> list[tuple]:
    """Two battles, to the bit."""
    simulation = replace(Simulation(scenario), **form)
    runs = [simulation.run(seed, replication) for replication in range(2)]
    return [(run.log.tobytes(), run.forces.tobytes(), run.n_phases, sorted(run.parameters.items())) for run in runs]


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_battle_hangs_on_the_order_of_entries(name):
    scenario = load(name)
    changed = [reverse_entries(dump(scenario)), shuffle_entries(dump(scenario), make_generator("entries", 5))]
    for each in map(validated, changed):
        assert list(each.forces) != list(scenario.forces)
        assert fight(each, 4) == fight(scenario, 4)


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(scenarios(), st.integers(0, 10**6))
def test_no_legal_battle_hangs_on_the_order_of_entries(data, seed):
    expected = fight(validated(data), seed)
    other = validated(shuffle_entries(data, make_generator("entries", seed)))
    assert fight(other, seed) == expected
    assert fight(other, seed, scheduler="compiled") == expected


def test_the_order_of_what_is_a_sequence_still_counts():
    data = dump(load("dec2014"))
    order = next(id for id, each in data["orders"].items() if len(each.get("axis", ())) > 1)
    data["orders"][order]["axis"].reverse()
    rows = Simulation(validated(data)).compiled_scenario.rows["axis_steps"]
    assert rows != Simulation(load("dec2014")).compiled_scenario.rows["axis_steps"]


def test_an_order_that_is_not_sorted_is_noticed(monkeypatch):
    """The check seen to fail: with the labels of the file who falls is another one."""
    scenario = load("teaching")
    other = validated(reverse_entries(dump(scenario)))
    assert fight(other, 4) == fight(scenario, 4)
    monkeypatch.setattr("sim.events.log.Labels.sort", lambda labels: labels)
    assert fight(other, 4) != fight(scenario, 4)


def test_reports_do_not_hang_on_the_order_of_claims():
    scenario = load("dec2014")
    other = validated(shuffle_entries(dump(scenario), make_generator("entries", 3)))
    reports = []
    for each in (scenario, other):
        model = build_observation_model(each, ends=each.hours_since_start(each.ends))
        run = Simulation(each).run(4)
        values = np.array([[observable.observe(run.event_log) for observable in model.observables]])
        parameters = np.array([[each.priors[name].quantile(0.5) for name in model.parameter_names]])
        simulated = simulate_reports(model, values, parameters, seed=2, replications=[0])
        reports.append(dict(zip(model.claims, simulated.values[0].tolist(), strict=True)))
    assert reports[0] == reports[1]


@pytest.mark.parametrize("name", SCENARIOS)
def test_results_are_shown_in_the_order_of_the_file(name):
    scenario = load(name)
    other = validated(reverse_entries(dump(scenario)))
    batches = [run_batch(Study(Simulation(each), 4, 2, 1), range(2)) for each in (scenario, other)]
    for series in batches[0].daily:
        assert np.array_equal(batches[0].daily[series], batches[1].daily[series][..., ::-1, ::-1])


def test_a_log_is_shown_in_the_order_of_the_file():
    scenario = load("teaching")
    run = Simulation(scenario).run(4)
    shown = make_labels(scenario)
    assert shown.sides != run.event_log.labels.sides
    before, after = compute_daily_series(run.event_log), compute_daily_series(arrange_log(run.event_log, shown))
    places = [run.event_log.labels.places.index(place) for place in shown.places]
    assert np.array_equal(before.killed[:, places][..., ::-1], after.killed)
    np.testing.assert_allclose(before.control[:, places][..., ::-1], after.control, atol=1e-12)
    again = arrange_log(arrange_log(run.event_log, shown), run.event_log.labels)
    for column in ("order", "side", "place", "force", "code"):
        assert np.array_equal(again.rows[column], run.log[column])
