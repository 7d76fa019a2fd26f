"""Steps of time follow from the length of a battle, and every table, page and figure has them.

A battle of 14 hours, squeezed from the teaching scenario, goes through the commands.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from support.battles import teaching_data, validated
from support.short_battles import squeeze

from sim.battle.simulation import Simulation
from sim.events.daily import compute_daily_series
from sim.events.observables import ControlShare, Killed
from sim.events.time_steps import TimeSteps, choose_step_hours, make_time_steps
from sim.likelihood.control import ControlState, list_control_reports
from sim.report.control_reports import compare_between_ends, compute_state_shares, select_steps
from sim.runs.replicate import Study, run_batch
from sim.scoring.intervals import EmpiricalDistribution

BEGINS = datetime(2001, 6, 1, 2, 30)
LENGTHS = {14.0: 1, 36.0: 1, 36.5: 6, 100.0: 6, 120.0: 6, 121.0: 24, 288.0: 24}
moments = st.datetimes(datetime(1800, 1, 1), datetime(2100, 1, 1)).map(
    lambda each: each.replace(second=0, microsecond=0)
)


@pytest.fixture(scope="module")
def short():
    """The teaching battle within 14 hours, with a claim of half past nine."""
    data = squeeze(teaching_data(), BEGINS, 14.0)
    data["claims"]["village_at_half_past_nine"] = {
        "statement": "Teal held the village at half past nine",
        "citation": "battle 1.1",
        "source": "gazette",
        "observable": {"measure": "control", "side": "teal", "place": "village", "until": "2001-06-01T09:30"},
        "value": "all",
        "role": "context",
        "reason": "for a test",
    }
    return validated(data)


@pytest.mark.parametrize(("battle_hours", "step_hours"), LENGTHS.items())
def test_the_step_follows_from_the_length_of_the_battle(battle_hours, step_hours):
    assert choose_step_hours(battle_hours) == step_hours
    assert make_time_steps(BEGINS, battle_hours, 1.0).hours == step_hours  # also of a run that ends before its battle
    assert make_time_steps(BEGINS, 1.0, battle_hours).hours == step_hours  # and of one that goes on after it


@given(moments, st.sampled_from([1, 6, 24]), st.integers(1, 60 * 24 * 20), st.data())
def test_steps_follow_one_another_and_hold_every_moment_of_the_run(begins, hours, minutes, data):
    steps = TimeSteps(begins, hours, minutes / 60)
    run_end = begins + timedelta(minutes=minutes)
    assert steps.first <= begins < steps.start(1)
    assert steps.end(steps.count - 1) >= run_end > steps.start(steps.count - 1)
    assert (steps.start(0).hour % hours, steps.start(0).minute) == (0, 0)
    assert [steps.end(n) for n in range(steps.count - 1)] == [steps.start(n) for n in range(1, steps.count)]
    moment = begins + timedelta(minutes=data.draw(st.integers(1, minutes)))
    number = steps.find(moment)
    assert 0 <= number < steps.count
    assert steps.start(number) < moment <= steps.end(number)
    assert steps.is_end(moment) == (moment in steps.ends)
    assert number < steps.find_position(moment) <= number + 1


@pytest.mark.parametrize("hours", [14.0, 60.0, 150.0])
def test_the_series_has_at_the_end_of_each_step_what_is_measured_then(hours):
    scenario = validated(squeeze(teaching_data(), BEGINS, hours))
    for replication in range(3):
        log = Simulation(scenario).run(4, replication).event_log
        series = compute_daily_series(log)
        assert series.steps.hours == choose_step_hours(hours)
        dead = np.cumsum(series.killed.sum(axis=1), axis=0)
        for number, end in enumerate(series.steps.ends[:-1]):
            before = end - timedelta(microseconds=1)  # what happens at the very end belongs to the next step
            for side, name in enumerate(log.labels.sides):
                assert Killed(measure="killed", side=name, until=before).observe(log) == dead[number, side]
            share = ControlShare(measure="control", side="amber", place="village", until=before).observe(log)
            assert share == series.control[number, log.labels.places.index("village"), log.labels.sides.index("amber")]


def test_machine_code_counts_the_same_hours(short):
    plain = Study(Simulation(short, execution_mode="plain"), 5, 6)
    compiled = Study(Simulation(short, scheduler="compiled", execution_mode="compiled"), 5, 6)
    one, other = (run_batch(study, range(6)) for study in (plain, compiled))
    assert one.daily["killed"].shape[1] == 15 == one.steps.count
    assert all(np.array_equal(one.daily[name], other.daily[name]) for name in one.daily)


def test_a_claim_of_half_past_nine_is_compared_at_half_past_nine(short):
    batch = run_batch(Study(Simulation(short), 5, 60), range(60))
    steps = batch.steps
    reports = list_control_reports(short, steps)
    claims = [id for id in short.claims if short.claims[id].observable is not None]
    simulated = {id: EmpiricalDistribution() for id in claims}
    for column, id in enumerate(claims):
        simulated[id].add(batch.claims[:, column])
    found = {each.when: each for each in compare_between_ends(short, steps, reports, simulated)}
    mine = found["1 June 09:30"]
    share = batch.claims[:, claims.index("village_at_half_past_nine")]
    assert mine.reported == ControlState.FIRST
    assert mine.probabilities[ControlState.FIRST] == np.mean(share > 0.85)
    assert mine.probabilities.sum() == pytest.approx(1)
    village, teal = list(short.places).index("village"), list(short.sides).index("teal")
    at_the_hour = np.mean(batch.daily["control"][:, steps.find(datetime(2001, 6, 1, 9, 30)), village, teal] > 0.85)
    assert mine.probabilities[ControlState.FIRST] != at_the_hour  # within half an hour some villages change hands


@given(st.lists(st.sampled_from([0.0, 0.1, 0.15, 0.5, 0.85, 0.9, 1.0]), min_size=1), st.sampled_from(["teal", "amber"]))
def test_states_are_counted_from_either_side(shares, side):
    scenario = SimpleNamespace(sides={"teal": None, "amber": None}, contested_share_range=(0.15, 0.85))
    distribution = EmpiricalDistribution()
    distribution.add(np.array(shares))
    counts = [sum(share < 0.15 for share in shares), 0, sum(share > 0.85 for share in shares)]
    counts[1] = len(shares) - sum(counts)
    expected = counts if side == "amber" else counts[::-1]
    assert compute_state_shares(scenario, side, distribution).tolist() == [each / len(shares) for each in expected]


@given(st.sampled_from([1, 6, 24]), st.integers(1, 60), st.integers(1, 20))
def test_no_more_steps_are_shown_than_fit_and_the_last_is_one_of_them(hours, count, most):
    steps = TimeSteps(datetime(2001, 6, 1), hours, float(hours * count))
    shown = select_steps(steps, [], most)
    assert len(shown) == min(count, most)
    assert shown[-1] == count - 1
    assert shown == sorted(set(shown))


def write_scenario(scenario, folder: Path) -> Path:
    """The scenario as a file."""
    path = folder / "short.yaml"
    YAML().dump({"schema": 2} | scenario.model_dump(mode="json", exclude_unset=True), path)
    return path


@pytest.mark.slow
def test_a_battle_of_fourteen_hours_goes_through_the_commands(short, call, tmp_path):
    path = write_scenario(short, tmp_path)
    code, out, err = call("run", "--full", f"scenario={path}", "runs=40", f"outputs={tmp_path}")
    assert code == 0, err
    assert "Control at the end of each hour, the record in brackets" in out
    assert "1 June 09:30" in out
    folder = next((tmp_path / "base").iterdir())
    ends = sorted(set(pq.read_table(folder / "days.parquet")["day"].to_pylist()))
    assert (ends[0], ends[-1], len(ends)) == (datetime(2001, 6, 1, 3), datetime(2001, 6, 1, 16, 30), 15)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Who held what, hour by hour" in page
    assert "1 June 09:30" in page
    for words in (("score", str(folder)), ("plot", str(folder), "figure=all"), ("diary", f"scenario={path}")):
        code, out, err = call(*words, *([f"outputs={tmp_path}"] if words[0] == "score" else []))
        assert code == 0, err
    assert "Friday, 1 June 2001, 05:00 to 06:00" in out
    for name in ("csv", "ged", "geojson", "views"):
        assert call("export", str(folder), f"format={name}")[0] == 0


def test_a_run_that_ends_within_an_hour_ends_there(short):
    run = replace(Simulation(short), until=datetime(2001, 6, 1, 7, 40)).run(3)
    steps = compute_daily_series(run.event_log).steps
    assert steps.format_end(steps.count - 1) == "07:40"
