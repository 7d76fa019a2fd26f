"""Baselines: what each expects by hand, and that none of them knows what it can't."""

import math
from datetime import datetime
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from sim import baselines
from sim.baselines import constant_rate, lanchester, lanchester_linear, lanchester_square, prior_draws
from sim.baselines.base import Asked
from sim.baselines.days import cut, known_of, pieces
from sim.baselines.forecasts import forecast_of
from sim.claims.questions import questions
from sim.claims.testimony import scorable
from sim.scenario import load
from sim.scenario.bounds import Bound
from sim.scenario.extent import extents

BY_THE_RECORD = ("copy_last", "day_bootstrap", "persistence", "base_rate")


def asked_of(scenario, rows=60, until=None):
    ends = scenario.hours(until or scenario.last)
    chosen = [id for id, claim in scenario.claims.items() if claim.scored != "carried"]
    return Asked(scenario, tuple(scorable(scenario, ends, chosen)), 3, np.arange(rows)), ends


@pytest.fixture(scope="module", params=["teaching", "dec2014"])
def scenario(request):
    return load(request.param)


@pytest.fixture(scope="module")
def dec2014():
    return load("dec2014")


def test_the_baselines_are_those_that_are_meant():
    assert set(baselines.names()) == {
        "base_rate",
        "constant_rate",
        "copy_last",
        "day_bootstrap",
        "lanchester_linear",
        "lanchester_square",
        "persistence",
    }


@pytest.mark.parametrize("name", baselines.names())
def test_a_baseline_speaks_of_a_claim_or_says_why_not(name, scenario):
    asked, ends = asked_of(scenario)
    found = forecast_of(name, asked, ends)
    assert set(found.claims) | set(found.silent) == set(asked.claims)
    assert not set(found.claims) & set(found.silent)
    assert found.sample.shape == (60, len(found.questions))
    assert np.isfinite(found.sample).all()
    assert all(math.isfinite(score) for score in found.log_scores.values())
    assert baselines.meaning(name)
    terms = {question.term for question in found.questions}
    assert terms == set(found.log_scores) == set(found.effective)
    again = forecast_of(name, asked, ends)
    assert (again.sample == found.sample).all()
    assert again.log_scores == found.log_scores


@pytest.mark.parametrize("name", baselines.names())
def test_a_draw_of_a_baseline_does_not_depend_on_the_others(name, scenario):
    asked, ends = asked_of(scenario)
    fewer = Asked(scenario, asked.claims, 3, np.arange(20, 30))
    assert (forecast_of(name, fewer, ends).sample == forecast_of(name, asked, ends).sample[20:30]).all()


# --- Nothing leaks


def retold(scenario, id, eve):
    """The scenario with every claim told after the eve of a claim, itself among them, turned into another."""
    claims = dict(scenario.claims)
    for other, claim in scenario.claims.items():
        if claim.observable is None or claim.value is None or claim.observable.until <= eve:
            continue
        if claim.observable.sort in ("people", "pieces", "sorties"):
            said = "exactly 77" if other != id else "exactly 99"
        elif claim.observable.sort == "share":
            said = "none" if claim.value.low > 0.0 else "all"
        else:
            continue
        claims[other] = claim.model_copy(update={"value": Bound.model_validate(said)})
    return scenario.model_copy(update={"claims": claims})


def leaks(scenario, name):
    """The claims of which a baseline expects something else once what is told later is another thing."""
    asked, _ = asked_of(scenario)
    now = baselines.guess(name, asked)
    found = []
    for id in asked.claims:
        if id not in now.told and id not in now.so:
            continue
        changed = Asked(retold(scenario, id, asked.eve(id)), (id,), asked.seed, asked.replications)
        then = baselines.guess(name, changed)
        same = all(
            np.array_equal(getattr(now, part).get(id, math.nan), getattr(then, part).get(id, math.nan), equal_nan=True)
            for part in ("so", "told", "known")
        )
        found += [] if same else [id]
    return found


@pytest.mark.parametrize("name", ["copy_last", "day_bootstrap", "persistence"])
def test_nothing_told_on_the_day_of_a_claim_or_later_is_used(name, dec2014):
    assert leaks(dec2014, name) == []


def test_a_leak_is_noticed(dec2014, monkeypatch):
    monkeypatch.setattr(Asked, "eve", lambda asked, id: datetime(2016, 1, 1))
    assert len(baselines.guess("copy_last", asked_of(dec2014)[0]).told) > 3
    honest = Asked.__dict__["eve"]
    assert honest(None, "x") == datetime(2016, 1, 1)
    asked, _ = asked_of(dec2014)
    now = baselines.guess("copy_last", asked)
    changed = retold(dec2014, "sohr_isil_dead_by_6", datetime(2014, 12, 6))
    then = baselines.guess("copy_last", Asked(changed, ("sohr_isil_dead_by_6",), 3, asked.replications))
    assert (then.told["sohr_isil_dead_by_6"] != now.told["sohr_isil_dead_by_6"]).any() or (
        then.known["sohr_isil_dead_by_6"] != now.known["sohr_isil_dead_by_6"]
    )


def test_the_eve_of_a_claim_is_the_midnight_before_its_day(dec2014):
    asked, _ = asked_of(dec2014)
    assert asked.eve("sohr_isil_dead_by_6") == datetime(2014, 12, 6)
    assert asked.eve("east_attack_launched") == datetime(2014, 12, 7)  # until the next morning at six
    assert asked.eve("isil_retreat_south") == datetime(
        2014, 12, 6
    )  # until the afternoon: what was told that day is not known
    assert "sohr_isil_dead_by_5" in asked.before("sohr_isil_dead_by_6")
    assert "battalion_captured" not in asked.before("sohr_isil_dead_by_6")


# --- By hand


def test_the_days_that_were_told_of(dec2014):
    asked, _ = asked_of(dec2014)
    # the 3rd: 7, the 5th: 37, and 45 in all by then, so 1 on the 4th
    days = [(piece.number, piece.days) for piece in pieces(asked, "sohr_isil_dead_by_6")]
    assert sorted(days) == [(1.0, 1.0), (7.0, 1.0), (37.0, 1.0)]
    assert pieces(asked, "sohr_isil_dead_by_6")[-1].number == 37.0
    assert known_of(asked, "sohr_isil_dead_by_6") == (45.0, 1.0)
    assert known_of(asked, "sohr_isil_dead_by_5") == (7.0, 2.0)
    assert known_of(asked, "masdar_isil_dead_by_6") == (0.0, 4.0)  # it had told nothing itself
    assert [piece.number for piece in pieces(asked, "masemekeh_isil_dead")] == []


def test_the_last_day_is_copied(dec2014):
    asked, _ = asked_of(dec2014)
    found = baselines.guess("copy_last", asked)
    assert found.told["sohr_isil_dead_by_6"][0] == 37.0
    assert found.known["sohr_isil_dead_by_6"] == 45.0
    assert found.told["sohr_isil_dead_by_5"][0] == 14.0
    assert found.told["jafra_isil_dead"][0] == 7.0
    assert "masemekeh_isil_dead" in found.silent
    forecast = forecast_of("copy_last", asked, 24.0 * 30)
    number = [question.claim for question in forecast.questions].index("sohr_isil_dead_by_6")
    sample = forecast.sample[:, number]
    assert sample.min() >= 45
    assert abs(sample.mean() - 82) < 5 * sample.std() / math.sqrt(len(sample))


def test_days_come_again(dec2014):
    asked, _ = asked_of(dec2014, rows=3000)
    found = baselines.guess("day_bootstrap", asked)
    one_day = found.told["sohr_isil_dead_by_6"]
    assert set(one_day.tolist()) == {1.0, 7.0, 37.0}
    for each in (1.0, 7.0, 37.0):
        share = float((one_day == each).mean())
        assert abs(share - 1 / 3) < 4.9 * math.sqrt(2 / 9 / 3000)
    two_days = found.told["sohr_isil_dead_by_5"]
    assert set(two_days.tolist()) == {14.0}


def test_who_held_a_place_holds_it(dec2014):
    asked, _ = asked_of(dec2014)
    found = baselines.guess("persistence", asked)
    assert found.so["masemekeh_captured"][0] == 0.0  # ISIL's share: it was the government's
    assert found.so["jafra_captured"][0] == 0.5  # parts of it were told the day before
    assert found.so["jafra_regained"][0] == 0.0  # the government's share: ISIL had it
    assert found.so["jafra_advance"][0] == 1.0
    assert "sohr_isil_dead_by_6" in found.silent


def test_the_base_rate_is_that_of_what_was_told(dec2014):
    asked, _ = asked_of(dec2014, rows=4000)
    found = baselines.guess("base_rate", asked)
    first, second = found.so["masemekeh_bombed"], found.so["gate_bombed"]
    assert abs(first.mean() - 1 / 2) < 4.9 * math.sqrt(1 / 4 / 4000)  # nothing told before
    assert abs(second.mean() - 2 / 3) < 4.9 * math.sqrt(2 / 9 / 4000)  # one event told before, and it happened
    shares, often = np.unique(found.so["masemekeh_captured"], return_counts=True)
    assert shares.tolist() == [0.0, 0.5, 1.0]
    assert (abs(often / 4000 - 1 / 3) < 4.9 * math.sqrt(2 / 9 / 4000)).all()
    gone = found.so["mountain_left"]
    assert set(gone.tolist()) == {0.0, 1.0}


def told_of(scenario, **claims):
    """The scenario with these claims alone: what of the first one's plain copy is other in each."""
    found = {}
    for id, (like, said, about) in claims.items():
        old = scenario.claims[like]
        seen = old.observable.model_copy(update={name: value for name, value in about.items() if name != "source"})
        more = {"source": about["source"]} if "source" in about else {}
        value = Bound.model_validate(said)
        found[id] = old.model_copy(update={"observable": seen, "value": value, "group": None, "contains": []} | more)
    return scenario.model_copy(update={"claims": found})


def june(day, hour=0):
    return datetime(2001, 6, day, hour)


def test_days_that_overlap_are_told_of_once():
    """The shortest first; of a longer one what is left; one that only overlaps is left out."""
    dead = "amber_dead_gazette"
    scenario = told_of(
        load("teaching"),
        first=(dead, "exactly 10", {"since": june(1), "until": june(2)}),
        astride=(dead, "exactly 99", {"since": june(1, 12), "until": june(3)}),
        two=(dead, "exactly 30", {"since": june(1), "until": june(3)}),
        beside=(dead, "exactly 7", {"since": june(3), "until": june(4)}),
        less=(dead, "exactly 20", {"since": june(1), "until": june(5)}),
        words=(dead, "some", {"since": june(4), "until": june(5)}),
        again=(dead, "exactly 12", {"since": june(1), "until": june(2)}),
    )
    found = cut(scenario.claims, extents(scenario))
    assert [(piece.number, piece.days, piece.since.day) for piece in found] == [
        (10.0, 1.0, 1),  # told twice: the first is taken
        (20.0, 1.0, 1),  # of the 30, what is left
        (7.0, 1.0, 3),
        (0.0, 1.0, 1),  # no fewer than nobody on the fourth day
    ]
    assert [piece.a_day for piece in found] == [10.0, 20.0, 7.0, 0.0]


def test_what_others_told_is_taken_where_a_source_told_nothing():
    dead = "amber_dead_gazette"
    scenario = told_of(
        load("teaching"),
        own=(dead, "exactly 10", {"since": june(1), "until": june(2)}),
        other=(dead, "exactly 50", {"since": june(2), "until": june(3), "source": "account"}),
        third=(dead, "exactly 60", {"since": june(1), "until": june(1, 12), "source": "herald"}),
        teals=("first_day_dead_gazette", "exactly 70", {"since": june(1), "until": june(2)}),
        late=(dead, "exactly 1", {"since": june(1), "until": june(4)}),
        nobody=(dead, "exactly 1", {"since": june(3), "until": june(4), "source": "text"}),
    )
    asked = Asked(scenario, ("late", "nobody"), 3, np.arange(2))
    assert [piece.number for piece in pieces(asked, "late")] == [10.0]
    assert [piece.number for piece in pieces(asked, "nobody")] == [60.0, 0.0, 50.0]  # 10 on a day, 60 by its noon
    assert known_of(asked, "late") == (10.0, 2.0)
    assert known_of(asked, "nobody") == (0.0, 1.0)


@pytest.mark.parametrize("like", ["village_before_hill", "cart_at_gate"])
def test_the_base_rate_of_what_is_no_share_goes_by_its_own_kind(like):
    """Two such things told before, and three of the other kind, which do not count: three to one."""
    others = {"village_before_hill", "cart_at_gate"} - {like}
    said = {"village_before_hill": "exactly 1", "cart_at_gate": "happened"}
    scenario = told_of(
        load("teaching"),
        one=(like, said[like], {"until": june(1, 6)}),
        two=(like, said[like], {"until": june(1, 12)}),
        **{f"other_{n}": (other, said[other], {"until": june(1, 12)}) for other in others for n in range(3)},
        late=(like, said[like], {"until": june(3)}),
    )
    rows = 4000
    found = baselines.guess("base_rate", Asked(scenario, ("late",), 3, np.arange(rows))).so["late"]
    assert set(found.tolist()) == {0.0, 1.0}
    assert abs(found.mean() - 3 / 4) < 4.9 * math.sqrt(3 / 16 / rows)


def test_a_day_that_began_before_the_battle_counts_from_its_beginning():
    day = SimpleNamespace(since=datetime(2001, 6, 1), until=datetime(2001, 6, 2))
    asked = SimpleNamespace(about=lambda id: day, scenario=SimpleNamespace(begins=datetime(2001, 6, 1, 6)))
    assert prior_draws.span(asked, "any") == (0.0, 0.75)


def test_who_is_there_at_first_is_counted():
    """By the priors of the battle itself; who comes later is not there."""
    asked, _ = asked_of(load("teaching"))
    drawn = {name: prior_draws.prior(asked, name, "nobody") for name in ("teal_garrison", "amber_host")}
    assert prior_draws.strength(asked, "teal") == pytest.approx(1.35 * drawn["teal_garrison"] + 60 + 120)
    assert prior_draws.strength(asked, "amber") == pytest.approx(drawn["amber_host"])


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
    monkeypatch.setattr(constant_rate, "strength", lambda asked, side: np.array([2000.0]))
    monkeypatch.setattr(constant_rate, "prior", lambda asked, name, side: np.array([2.4]))
    share = {True: 0.5, False: float(stats.norm.cdf(deviations))}
    monkeypatch.setattr(Asked, "luck", lambda asked, name, n: np.full((1, n), share[name.endswith(":days")]))
    scenario = told_of(
        load("teaching"),
        whole=(like, "exactly 1", {"since": None, "until": june(3)}),
        late=(like, "exactly 1", {"since": june(2), "until": june(4)}),
        half=(like, "exactly 1", {"since": june(2, 12), "until": june(3)}),
    )
    found = baselines.guess("constant_rate", Asked(scenario, tuple(scenario.claims), 3, np.arange(1))).so
    assert {id: each.tolist() for id, each in found.items()} == {
        "whole": [2 * a_day],
        "late": [2 * a_day],
        "half": [pytest.approx(a_day / 2)],
    }


@pytest.fixture
def duel(monkeypatch):
    """Two sides of given strengths and killing rates, whatever the scenario's priors."""

    def set_up(module, x0, y0, a, b):
        both = {"teal": (x0, y0, a, b), "amber": (y0, x0, b, a)}
        matched = lambda asked, side: tuple(np.array([each]) for each in both[side])  # noqa: E731
        monkeypatch.setattr(module, "matched", matched)
        monkeypatch.setattr(module, "prior", lambda asked, name, side: np.ones(1), raising=False)

    return set_up


def test_the_square_law_is_exact(duel):
    duel(lanchester_square, 1000.0, 1200.0, 0.02, 0.01)
    left = lanchester_square.left
    assert left(None, "teal", 10.0)[0] == pytest.approx(889.61628, abs=1e-5)
    assert left(None, "amber", 10.0)[0] == pytest.approx(1011.35268, abs=1e-5)
    assert left(None, "teal", 50.0)[0] == pytest.approx(609.32685, abs=1e-5)
    assert left(None, "teal", 500.0)[0] == pytest.approx(529.150262, abs=1e-5)
    assert left(None, "amber", 500.0)[0] == pytest.approx(0.0, abs=1e-6)


def test_the_linear_law_is_exact(duel):
    duel(lanchester_linear, 1000.0, 1200.0, 2e-5, 1e-5)
    left = lanchester_linear.left
    assert left(None, "teal", 50.0)[0] == pytest.approx(669.111184, abs=1e-5)
    assert left(None, "amber", 50.0)[0] == pytest.approx(538.222367, abs=1e-5)
    assert left(None, "teal", 1e9)[0] == pytest.approx(400.0, abs=1e-5)
    duel(lanchester_linear, 1000.0, 1000.0, 1e-5, 1e-5)
    assert left(None, "teal", 50.0)[0] == pytest.approx(1000 / 1.5, rel=1e-6)


def test_who_is_lost_is_killed_or_wounded():
    scenario = load("teaching")
    asked, _ = asked_of(scenario)
    for name, law in (("lanchester_square", lanchester_square), ("lanchester_linear", lanchester_linear)):
        found = baselines.guess(name, asked).so["amber_dead_herald"]
        lost = law.left(asked, "amber", 0.0) - law.left(asked, "amber", 2.0)
        wounded = lanchester.prior(asked, "wounded_per_killed", "amber")
        assert found == pytest.approx(lost / (1 + wounded))
        assert (found > 0).all()


def test_the_constant_rate_is_that_of_other_battles(dec2014):
    asked, _ = asked_of(dec2014, rows=4000)
    found = baselines.guess("constant_rate", asked)
    by_5, by_6 = found.so["sohr_isil_dead_by_5"], found.so["sohr_isil_dead_by_6"]
    assert (by_6 >= by_5).all()
    # ISIL's 1,600 or so, more with those who came, at 17 casualties per 1,000 and day, one in 3.2 of them dead, 4 days
    assert 0.4 < np.median(by_6) / (4 * 1600 * 0.017 / 3.2) < 2.5
    assert "jafra_isil_dead" in found.silent


def test_a_forecast_of_a_baseline_has_the_questions_of_the_record(scenario):
    asked, ends = asked_of(scenario)
    found = forecast_of("copy_last", asked, ends)
    from sim.scores.forecast import record_of

    assert found.questions == questions(record_of(scenario, ends, found.claims))
