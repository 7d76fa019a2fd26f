"""The long tail of the record: a hundred days after the battle, with contact, replacement and supply between orders."""

from dataclasses import replace
from datetime import datetime
from io import StringIO

import numpy as np
import pytest
from rich.console import Console
from support.battles import teaching_data, validated
from support.manifests import make_run_manifest
from support.schedulers import faults

from sim.battle.simulation import Simulation
from sim.events.daily import compute_daily_series
from sim.events.log import EventKind
from sim.outputs import run_results
from sim.plots.figure_data import RunData
from sim.plots.registry import draw_figure, find_figures
from sim.report.terminal import show_whole_run
from sim.runs.accumulators import make_summary
from sim.runs.replicate import Study, run_study
from sim.scenario import ScenarioError, load
from sim.scoring.claim_comparison import claim_observable, select_headline_outputs, select_observable_claims

RUNS = 12
QUIET = (datetime(2015, 2, 11), datetime(2015, 3, 10))  # no order of the record has its moment between these days
SLOWEST_BATTLE_DAYS = 3.3  # casualties per 1,000 and day: the slowest tenth of attackers in CDB90 since 1937


@pytest.fixture(scope="module")
def stage() -> Simulation:
    scenario = load("dec2014")
    return Simulation(scenario, until=scenario.horizon)


@pytest.fixture(scope="module")
def runs(stage):
    return [stage.run(seed=5, replication=replication) for replication in range(RUNS)]


@pytest.mark.slow
def test_people_are_conserved_for_a_hundred_days(runs):
    assert [fault for run in runs for fault in faults(run)] == []
    assert all(run.event_log.end_hours > 100 * 24 for run in runs)


def test_the_battle_is_the_beginning_of_its_aftermath_to_the_bit(stage, runs):
    battle = replace(stage, until=None)
    for run in runs[:4]:
        alone = battle.run(seed=5, replication=run.replication)
        assert alone.log.tobytes() == run.log[run.log["time"] < battle.end_hours].tobytes()


def test_every_order_of_the_aftermath_has_its_moment_and_says_what_became_of_it(stage, runs):
    late = [
        id for id, order in stage.scenario.orders.items() if id.endswith(("_0127", "_0128", "_march", "_25", "_20"))
    ]
    assert len(late) > 8
    for run in runs:
        log, names = run.log, run.event_log.labels
        for id in late:
            mine = log[log["order"] == names.orders.index(id)]
            assert EventKind.ORDER_STARTED in mine["event"], id
            assert set(mine["event"]) & {EventKind.DONE, EventKind.ORDER_CANCELLED, EventKind.ORDER_MOOT}, id


def quiet_days(run) -> tuple[np.ndarray, np.ndarray]:
    """Losses and strengths of both sides on the days without orders: (days, sides) each."""
    day = compute_daily_series(run.event_log)
    first, last = ((moment.date() - day.steps.dates[0]).days for moment in QUIET)
    lost = (day.killed + day.wounded + day.captured).sum(axis=1)[first:last]
    return lost, day.strength.sum(axis=1)[first:last]


def test_between_orders_there_is_contact_but_no_battle(stage, runs):
    begins = [order.window.earliest for order in stage.scenario.orders.values() if hasattr(order, "window")]
    assert not any(QUIET[0] <= moment < QUIET[1] for moment in begins)
    rates = []
    for run in runs:
        lost, there = quiet_days(run)
        assert lost.sum() > 0
        rates.append(1000 * lost.sum(axis=0) / there.sum(axis=0))
    assert np.median(rates, axis=0).max() < SLOWEST_BATTLE_DAYS
    assert np.max(rates) < 2 * SLOWEST_BATTLE_DAYS  # the prior of contact reaches to 6 per 1,000 and day


def test_replacements_come_between_orders_and_never_make_a_force_larger_than_it_was(runs):
    joined = 0.0
    for run in runs:
        forces = run.forces
        joined += forces["replacements"].sum()
        assert (forces["strength"] <= forces["initial_strength"] + 1e-9).all()
        came = forces["initial_strength"] + forces["replacements"]
        lost = forces["killed"] + forces["wounded"] + forces["captured"]
        assert np.allclose(came - lost, forces["strength"], rtol=0, atol=1e-6)
    assert joined > 0


def test_after_a_hundred_days_both_sides_are_still_there(runs):
    """No side melts away, since no source has either gone by the end of March."""
    ends = np.array([compute_daily_series(run.event_log).strength.sum(axis=1)[-1] for run in runs])
    starts = np.array([compute_daily_series(run.event_log).strength.sum(axis=1)[0] for run in runs])
    assert (ends > 0.15 * starts).all()


def test_claims_and_sentences_are_observed_as_far_as_the_run_goes(stage, runs):
    battle, whole = stage.scenario.hours_since_start(stage.scenario.ends), stage.end_hours
    short, long = (select_observable_claims(stage.scenario, ends) for ends in (battle, whole))
    assert short.keys() < long.keys()
    assert {"sinaa_isil_dead", "malha_captured"} <= long.keys() - short.keys()
    assert np.isfinite([claim_observable(claim).observe(runs[0].event_log) for claim in long.values()]).all()
    said = [set(select_headline_outputs(stage.scenario, ends)) for ends in (battle, whole)]
    assert said[0] < said[1] == set(range(1, len(stage.scenario.headline_outputs) + 1))


def test_a_record_that_ends_before_the_battle_is_refused():
    data = teaching_data()
    data["record_ends"] = "2001-06-02"
    with pytest.raises(ScenarioError, match="record_ends lies before the end of the battle"):
        validated(data)


@pytest.fixture(scope="module")
def study(stage) -> Study:
    return Study(stage, seed=5, runs=4)


@pytest.fixture(scope="module")
def batch(study):
    return run_study(study, workers=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", find_figures("run"))
def test_a_figure_of_a_hundred_days_is_no_wider_than_two_pages(name, stage, study, batch):
    manifest = make_run_manifest(study, batch)
    data = RunData(stage.scenario, run_results.make_run_tables(study, batch, manifest))
    figure = draw_figure(find_figures("run")[name], data)
    assert figure is not None
    assert figure.get_figwidth() < 2 * 11.7
    labels = [text.get_text() for axes in figure.axes for text in axes.get_xticklabels()]
    assert len(labels) < 60 * len(figure.axes)


@pytest.mark.parametrize("width", [80, 120, 140])
def test_the_tables_of_a_hundred_days_fit_the_screen(width, stage, study, batch):
    screen = Console(width=width, file=StringIO(), legacy_windows=False)
    show_whole_run(screen, stage.scenario, study, make_summary(study, batch), association="")
    said = screen.file.getvalue()
    lines = said.splitlines()
    assert max(len(line) for line in lines) <= width
    assert "counted as" in said
    assert not set(said) & set("│┃┏╇")  # no boxes
    assert "…" not in said  # nothing is cropped
    heads = [line for line in lines if "place" in line and " Dec" in line]
    assert [line for line in heads if "31 Mar" in line] == heads != []
