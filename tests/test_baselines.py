"""Baselines: predictions worked by hand, and that none of them knows what it can't."""

import math
import re
from datetime import datetime
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import paths
from sim.likelihood.observation_model import select_scorable_claims
from sim.scenario import load
from sim.scenario.claim_overlap import make_count_scopes
from sim.scenario.evidence import ReportedInterval
from sim.scoring import baselines
from sim.scoring.baseline_inputs import (
    ForecastTask,
    compute_period_days,
    draw_prior,
    draw_strength,
    list_past_periods,
    split_into_periods,
    sum_already_reported,
)
from sim.scoring.baselines import BASELINES, forecast_baseline, linear_law_survivors, square_law_survivors
from sim.scoring.forecast import build_claim_model
from sim.scoring.targets import build_targets


def make_task(scenario, rows=60, until=None):
    ends = scenario.hours_since_start(until or scenario.horizon)
    chosen = [id for id, claim in scenario.claims.items() if claim.role != "context"]
    return ForecastTask(scenario, tuple(select_scorable_claims(scenario, ends, chosen)), 3, np.arange(rows)), ends


@pytest.fixture(scope="module", params=["teaching", "dec2014"])
def scenario(request):
    return load(request.param)


@pytest.fixture(scope="module")
def dec2014():
    return load("dec2014")


def test_the_baselines_are_those_that_are_meant():
    assert list(BASELINES) == [
        "base_rate",
        "constant_rate",
        "copy_last",
        "day_bootstrap",
        "lanchester_linear",
        "lanchester_square",
        "persistence",
    ]


def test_a_baseline_says_what_it_is_and_names_its_source():
    bibliography = set(
        re.findall(r"^@\w+\{([^,\s]+),", (paths.scenario_folder() / "sources.bib").read_text("utf-8"), re.M)
    )
    assert all(each.description.endswith(".") for each in BASELINES.values())
    assert {each.source for each in BASELINES.values()} - {None} <= bibliography
    assert {name for name, each in BASELINES.items() if each.source is None} == {
        "base_rate",
        "copy_last",
        "persistence",
    }


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_scores_a_claim_or_says_why_not(name, scenario):
    task, ends = make_task(scenario)
    found = forecast_baseline(name, task, ends)
    assert set(found.claims) | set(found.unscored) == set(task.claims)
    assert not set(found.claims) & set(found.unscored)
    assert found.sample.shape == (60, len(found.targets))
    assert np.isfinite(found.sample).all()
    assert all(math.isfinite(score) for score in found.log_scores.values())
    terms = {target.term for target in found.targets}
    assert terms == set(found.log_scores) == set(found.ess)
    again = forecast_baseline(name, task, ends)
    assert (again.sample == found.sample).all()
    assert again.log_scores == found.log_scores


@pytest.mark.parametrize("name", BASELINES)
def test_a_draw_of_a_baseline_does_not_depend_on_the_others(name, scenario):
    task, ends = make_task(scenario)
    fewer = ForecastTask(scenario, task.claims, 3, np.arange(20, 30))
    assert (forecast_baseline(name, fewer, ends).sample == forecast_baseline(name, task, ends).sample[20:30]).all()


# --- Nothing leaks


def alter_later_reports(scenario, id, cutoff):
    """The scenario with every report after a cutoff, that of the claim itself among them, turned into another."""
    claims = dict(scenario.claims)
    for other, claim in scenario.claims.items():
        if claim.observable is None or claim.value is None or claim.observable.until <= cutoff:
            continue
        if claim.observable.quantity in ("people", "pieces", "sorties"):
            said = "exactly 77" if other != id else "exactly 99"
        elif claim.observable.quantity == "share":
            said = "none" if claim.value.low > 0.0 else "all"
        else:
            continue
        claims[other] = claim.model_copy(update={"value": ReportedInterval.model_validate(said)})
    return scenario.model_copy(update={"claims": claims})


def list_leaks(scenario, name):
    """The claims that a baseline predicts otherwise once later reports are others."""
    task, _ = make_task(scenario)
    now = BASELINES[name].predict(task)
    found = []
    for id in task.claims:
        if id not in now.reported_means and id not in now.true_values:
            continue
        changed = ForecastTask(
            alter_later_reports(scenario, id, task.find_claim_cutoff(id)), (id,), task.seed, task.replications
        )
        then = BASELINES[name].predict(changed)
        same = all(
            np.array_equal(getattr(now, part).get(id, math.nan), getattr(then, part).get(id, math.nan), equal_nan=True)
            for part in ("true_values", "reported_means", "already_reported")
        )
        found += [] if same else [id]
    return found


@pytest.mark.parametrize("name", ["copy_last", "day_bootstrap", "persistence"])
def test_nothing_reported_on_the_day_of_a_claim_or_later_is_used(name, dec2014):
    assert list_leaks(dec2014, name) == []


def test_a_leak_is_noticed(dec2014, monkeypatch):
    monkeypatch.setattr(ForecastTask, "find_claim_cutoff", lambda task, id: datetime(2016, 1, 1))
    assert len(BASELINES["copy_last"].predict(make_task(dec2014)[0]).reported_means) > 3
    patched = ForecastTask.__dict__["find_claim_cutoff"]
    assert patched(None, "x") == datetime(2016, 1, 1)
    task, _ = make_task(dec2014)
    now = BASELINES["copy_last"].predict(task)
    changed = alter_later_reports(dec2014, "sohr_isil_dead_by_6", datetime(2014, 12, 6))
    then = BASELINES["copy_last"].predict(ForecastTask(changed, ("sohr_isil_dead_by_6",), 3, task.replications))
    assert (then.reported_means["sohr_isil_dead_by_6"] != now.reported_means["sohr_isil_dead_by_6"]).any() or (
        then.already_reported["sohr_isil_dead_by_6"] != now.already_reported["sohr_isil_dead_by_6"]
    )


def test_the_cutoff_of_a_claim_is_the_midnight_before_its_day(dec2014):
    task, _ = make_task(dec2014)
    assert task.find_claim_cutoff("sohr_isil_dead_by_6") == datetime(2014, 12, 6)
    assert task.find_claim_cutoff("east_attack_launched") == datetime(2014, 12, 7)  # until the next morning at six
    assert task.find_claim_cutoff("isil_retreat_south") == datetime(
        2014, 12, 6
    )  # until the afternoon: what was told that day is not known
    assert "sohr_isil_dead_by_5" in task.list_earlier_claims("sohr_isil_dead_by_6")
    assert "battalion_captured" not in task.list_earlier_claims("sohr_isil_dead_by_6")


# --- By hand


def test_the_days_that_were_reported(dec2014):
    task, _ = make_task(dec2014)
    # the 3rd: 7, the 5th: 37, and 45 in all by then, so 1 on the 4th
    days = [(piece.count, piece.days) for piece in list_past_periods(task, "sohr_isil_dead_by_6")]
    assert sorted(days) == [(1.0, 1.0), (7.0, 1.0), (37.0, 1.0)]
    assert list_past_periods(task, "sohr_isil_dead_by_6")[-1].count == 37.0
    assert sum_already_reported(task, "sohr_isil_dead_by_6") == (45.0, 1.0)
    assert sum_already_reported(task, "sohr_isil_dead_by_5") == (7.0, 2.0)
    assert sum_already_reported(task, "masdar_isil_dead_by_6") == (0.0, 4.0)  # it had told nothing itself
    assert [piece.count for piece in list_past_periods(task, "masemekeh_isil_dead")] == []


def test_the_last_day_is_copied(dec2014):
    task, _ = make_task(dec2014)
    found = BASELINES["copy_last"].predict(task)
    assert found.reported_means["sohr_isil_dead_by_6"][0] == 37.0
    assert found.already_reported["sohr_isil_dead_by_6"] == 45.0
    assert found.reported_means["sohr_isil_dead_by_5"][0] == 14.0
    assert found.reported_means["jafra_isil_dead"][0] == 7.0
    assert "masemekeh_isil_dead" in found.unscored
    forecast = forecast_baseline("copy_last", task, 24.0 * 30)
    number = [target.claim for target in forecast.targets].index("sohr_isil_dead_by_6")
    sample = forecast.sample[:, number]
    assert sample.min() >= 45
    assert abs(sample.mean() - 82) < 5 * sample.std() / math.sqrt(len(sample))


def test_days_are_drawn_again(dec2014):
    task, _ = make_task(dec2014, rows=3000)
    found = BASELINES["day_bootstrap"].predict(task)
    one_day = found.reported_means["sohr_isil_dead_by_6"]
    assert set(one_day.tolist()) == {1.0, 7.0, 37.0}
    for each in (1.0, 7.0, 37.0):
        share = float((one_day == each).mean())
        assert abs(share - 1 / 3) < 4.9 * math.sqrt(2 / 9 / 3000)
    two_days = found.reported_means["sohr_isil_dead_by_5"]
    assert set(two_days.tolist()) == {14.0}


def test_who_held_a_place_holds_it(dec2014):
    task, _ = make_task(dec2014)
    found = BASELINES["persistence"].predict(task)
    assert found.true_values["masemekeh_captured"][0] == 0.0  # ISIL's share: it was the government's
    assert found.true_values["jafra_captured"][0] == 0.5  # parts of it were told the day before
    assert found.true_values["jafra_regained"][0] == 0.0  # the government's share: ISIL had it
    assert found.true_values["jafra_advance"][0] == 1.0
    assert "sohr_isil_dead_by_6" in found.unscored


@given(st.floats(0, 1e6), st.one_of(st.floats(0, 1e6), st.just(math.inf)))
def test_whatever_is_said_has_a_number_that_agrees_and_one_that_does_not(low, width):
    """A claim of more than a thousand people had none, and was a traceback."""
    interval = ReportedInterval.model_construct(low=low, high=low + width)
    holds, fails = baselines.choose_values(interval)
    assert interval.contains(holds)
    assert not interval.contains(fails) or (low == 0 and math.isinf(width))


def test_the_base_rate_is_that_of_earlier_reports(dec2014):
    task, _ = make_task(dec2014, rows=4000)
    found = BASELINES["base_rate"].predict(task)
    first, second = found.true_values["masemekeh_bombed"], found.true_values["gate_bombed"]
    assert abs(first.mean() - 1 / 2) < 4.9 * math.sqrt(1 / 4 / 4000)  # nothing told before
    assert abs(second.mean() - 2 / 3) < 4.9 * math.sqrt(2 / 9 / 4000)  # one event told before, and it happened
    shares, often = np.unique(found.true_values["masemekeh_captured"], return_counts=True)
    assert shares.tolist() == [0.0, 0.5, 1.0]
    assert (abs(often / 4000 - 1 / 3) < 4.9 * math.sqrt(2 / 9 / 4000)).all()
    gone = found.true_values["mountain_left"]
    assert set(gone.tolist()) == {0.0, 1.0}


def make_scenario(scenario, **claims):
    """The scenario with these claims alone: each a copy of one of its own, with some of it changed."""
    found = {}
    for id, (like, said, about) in claims.items():
        old = scenario.claims[like]
        seen = old.observable.model_copy(update={name: value for name, value in about.items() if name != "source"})
        more = {"source": about["source"]} if "source" in about else {}
        value = ReportedInterval.model_validate(said)
        found[id] = old.model_copy(
            update={"observable": seen, "value": value, "population": None, "includes": []} | more
        )
    return scenario.model_copy(update={"claims": found})


def june(day, hour=0):
    return datetime(2001, 6, day, hour)


def test_days_that_overlap_are_counted_once():
    """The shortest first; of a longer one what is left; one that only overlaps is left out."""
    dead = "amber_dead_gazette"
    scenario = make_scenario(
        load("teaching"),
        first=(dead, "exactly 10", {"since": june(1), "until": june(2)}),
        astride=(dead, "exactly 99", {"since": june(1, 12), "until": june(3)}),
        two=(dead, "exactly 30", {"since": june(1), "until": june(3)}),
        beside=(dead, "exactly 7", {"since": june(3), "until": june(4)}),
        less=(dead, "exactly 20", {"since": june(1), "until": june(5)}),
        words=(dead, "some", {"since": june(4), "until": june(5)}),
        again=(dead, "exactly 12", {"since": june(1), "until": june(2)}),
    )
    found = split_into_periods(scenario.claims, make_count_scopes(scenario))
    assert [(piece.count, piece.days, piece.since.day) for piece in found] == [
        (10.0, 1.0, 1),  # told twice: the first is taken
        (20.0, 1.0, 1),  # of the 30, what is left
        (7.0, 1.0, 3),
        (0.0, 1.0, 1),  # no fewer than nobody on the fourth day
    ]
    assert [piece.daily_rate for piece in found] == [10.0, 20.0, 7.0, 0.0]


def test_reports_of_others_are_taken_where_a_source_had_none():
    dead = "amber_dead_gazette"
    scenario = make_scenario(
        load("teaching"),
        own=(dead, "exactly 10", {"since": june(1), "until": june(2)}),
        other=(dead, "exactly 50", {"since": june(2), "until": june(3), "source": "account"}),
        third=(dead, "exactly 60", {"since": june(1), "until": june(1, 12), "source": "herald"}),
        teals=("first_day_dead_gazette", "exactly 70", {"since": june(1), "until": june(2)}),
        late=(dead, "exactly 1", {"since": june(1), "until": june(4)}),
        nobody=(dead, "exactly 1", {"since": june(3), "until": june(4), "source": "text"}),
    )
    task = ForecastTask(scenario, ("late", "nobody"), 3, np.arange(2))
    assert [piece.count for piece in list_past_periods(task, "late")] == [10.0]
    assert [piece.count for piece in list_past_periods(task, "nobody")] == [
        60.0,
        0.0,
        50.0,
    ]  # 10 on a day, 60 by its noon
    assert sum_already_reported(task, "late") == (10.0, 2.0)
    assert sum_already_reported(task, "nobody") == (0.0, 1.0)


@pytest.mark.parametrize("like", ["village_before_hill", "cart_at_gate"])
def test_the_base_rate_of_what_is_no_share_goes_by_its_own_kind(like):
    """Two such things told before, and three of the other kind, which do not count: three to one."""
    others = {"village_before_hill", "cart_at_gate"} - {like}
    said = {"village_before_hill": "exactly 1", "cart_at_gate": "happened"}
    scenario = make_scenario(
        load("teaching"),
        one=(like, said[like], {"until": june(1, 6)}),
        two=(like, said[like], {"until": june(1, 12)}),
        **{f"other_{n}": (other, said[other], {"until": june(1, 12)}) for other in others for n in range(3)},
        late=(like, said[like], {"until": june(3)}),
    )
    rows = 4000
    found = BASELINES["base_rate"].predict(ForecastTask(scenario, ("late",), 3, np.arange(rows))).true_values["late"]
    assert set(found.tolist()) == {0.0, 1.0}
    assert abs(found.mean() - 3 / 4) < 4.9 * math.sqrt(3 / 16 / rows)


def test_a_day_that_began_before_the_battle_counts_from_its_beginning():
    day = SimpleNamespace(since=datetime(2001, 6, 1), until=datetime(2001, 6, 2))
    task = SimpleNamespace(find_observable=lambda id: day, scenario=SimpleNamespace(begins=datetime(2001, 6, 1, 6)))
    assert compute_period_days(task, "any") == (0.0, 0.75)


def test_who_is_there_at_first_is_counted():
    """By the priors of the battle itself; who comes later is not there."""
    task, _ = make_task(load("teaching"))
    drawn = {name: draw_prior(task, name, "nobody") for name in ("teal_garrison", "amber_host")}
    assert draw_strength(task, "teal") == pytest.approx(1.35 * drawn["teal_garrison"] + 60 + 120)
    assert draw_strength(task, "amber") == pytest.approx(drawn["amber_host"])


@pytest.mark.parametrize(
    ("like", "deviations", "a_day"),
    [
        # of 2,000 attackers 34 are lost a day, 10 of them dead if 2.4 are wounded for each: on half the days 7 or fewer
        ("amber_dead_gazette", 0.0, 7.0),
        ("amber_dead_gazette", 1.0, 19.0),  # e times as many: 27.2
        ("first_day_dead_gazette", 0.0, 30.0),  # 150 of 2,000 defenders, 44.1 of them dead
        ("first_day_dead_gazette", 1.0, 124.0),  # e to the power of 1.4 times as many: 178.9
    ],
)
def test_the_constant_rate_by_hand(monkeypatch, like, deviations, a_day):
    monkeypatch.setattr(baselines, "draw_strength", lambda task, side: np.array([2000.0]))
    monkeypatch.setattr(baselines, "draw_prior", lambda task, name, side: np.array([2.4]))
    share = {True: 0.5, False: float(stats.norm.cdf(deviations))}
    monkeypatch.setattr(
        ForecastTask, "draw_uniforms", lambda task, name, n: np.full((1, n), share[name.endswith(":days")])
    )
    scenario = make_scenario(
        load("teaching"),
        whole=(like, "exactly 1", {"since": None, "until": june(3)}),
        late=(like, "exactly 1", {"since": june(2), "until": june(4)}),
        half=(like, "exactly 1", {"since": june(2, 12), "until": june(3)}),
    )
    found = (
        BASELINES["constant_rate"].predict(ForecastTask(scenario, tuple(scenario.claims), 3, np.arange(1))).true_values
    )
    assert {id: each.tolist() for id, each in found.items()} == {
        "whole": [2 * a_day],
        "late": [2 * a_day],
        "half": [pytest.approx(a_day / 2)],
    }


@pytest.fixture
def duel(monkeypatch):
    """Two sides of given strengths and killing rates, whatever the scenario's priors."""

    def set_up(x0, y0, a, b):
        coefficients = {"teal": (x0, y0, a, b), "amber": (y0, x0, b, a)}

        def draw(task, side):
            return tuple(np.array([each]) for each in coefficients[side])

        monkeypatch.setattr(baselines, "draw_lanchester_coefficients", draw)
        monkeypatch.setattr(baselines, "draw_prior", lambda task, name, side: np.ones(1))

    return set_up


def test_the_square_law_is_exact(duel):
    duel(1000.0, 1200.0, 0.02, 0.01)
    assert square_law_survivors(None, "teal", 10.0)[0] == pytest.approx(889.61628, abs=1e-5)
    assert square_law_survivors(None, "amber", 10.0)[0] == pytest.approx(1011.35268, abs=1e-5)
    assert square_law_survivors(None, "teal", 50.0)[0] == pytest.approx(609.32685, abs=1e-5)
    assert square_law_survivors(None, "teal", 500.0)[0] == pytest.approx(529.150262, abs=1e-5)
    assert square_law_survivors(None, "amber", 500.0)[0] == pytest.approx(0.0, abs=1e-6)


def test_the_linear_law_is_exact(duel):
    duel(1000.0, 1200.0, 2e-5, 1e-5)
    assert linear_law_survivors(None, "teal", 50.0)[0] == pytest.approx(669.111184, abs=1e-5)
    assert linear_law_survivors(None, "amber", 50.0)[0] == pytest.approx(538.222367, abs=1e-5)
    assert linear_law_survivors(None, "teal", 1e9)[0] == pytest.approx(400.0, abs=1e-5)
    duel(1000.0, 1000.0, 1e-5, 1e-5)
    assert linear_law_survivors(None, "teal", 50.0)[0] == pytest.approx(1000 / 1.5, rel=1e-6)


def test_who_is_lost_is_killed_or_wounded():
    scenario = load("teaching")
    task, _ = make_task(scenario)
    for name, survivors in (("lanchester_square", square_law_survivors), ("lanchester_linear", linear_law_survivors)):
        found = BASELINES[name].predict(task).true_values["amber_dead_herald"]
        lost = survivors(task, "amber", 0.0) - survivors(task, "amber", 2.0)
        wounded = draw_prior(task, "wounded_per_killed", "amber")
        assert found == pytest.approx(lost / (1 + wounded))
        assert (found > 0).all()


def test_the_constant_rate_is_that_of_other_battles(dec2014):
    task, _ = make_task(dec2014, rows=4000)
    found = BASELINES["constant_rate"].predict(task)
    by_5, by_6 = found.true_values["sohr_isil_dead_by_5"], found.true_values["sohr_isil_dead_by_6"]
    assert (by_6 >= by_5).all()
    # ISIL's 1,600 or so, more with those who came, at 17 casualties per 1,000 and day, one in 3.2 of them dead, 4 days
    assert 0.4 < np.median(by_6) / (4 * 1600 * 0.017 / 3.2) < 2.5
    assert "jafra_isil_dead" in found.unscored


def test_a_forecast_of_a_baseline_has_the_targets_of_the_claims(scenario):
    task, ends = make_task(scenario)
    found = forecast_baseline("copy_last", task, ends)
    assert found.targets == build_targets(build_claim_model(scenario, ends, found.claims))
