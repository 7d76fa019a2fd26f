"""Odds while a lever moves: the numbers of `sim whatif`, in whatever steps they are fought."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.explorers import make_explorer

import sim
from sim.battle.simulation import Simulation
from sim.runs.paired import BASE_CASE, CounterfactualChange, make_paired_studies, run_paired_comparison
from sim.runs.replicate import iterate_batches
from sim.scenario.problems import ScenarioError
from sim.serve.battle_values import MAX_PAIRS, FoughtCase, fight_on
from sim.serve.explorer import MAX_CASES, list_steps
from sim.serve.levers import PositionError, find_moment, make_perturbation_settings
from sim.serve.questions import QuestionFolder
from sim.storage.reader import open_output


@pytest.fixture(scope="module")
def explorer():
    return make_explorer()


@pytest.fixture
def base(explorer):
    return explorer.find_base(explorer.settings)


def choose_positions(explorer, base):
    """Some positions that change the battle."""
    cancelled = next(id for id in base.levers if id.startswith("order."))
    return explorer.parse_positions(base, {"strength.amber": 150, cancelled: False})


def test_odds_are_those_of_a_what_if_of_as_many_pairs(explorer, base):
    positions = choose_positions(explorer, base)
    odds = explorer.compute_odds(base, positions, 20)
    changed = sim.load("teaching", base.build_edits(positions))
    change = CounterfactualChange("change", "changed", Simulation(changed))
    studies = make_paired_studies(base.simulation, [change], 7, 20)
    comparison = run_paired_comparison(studies, lambda name, study: iterate_batches(study, workers=1))
    wanted = {each.measure.id: each for each in comparison.compute_differences("change")}
    labels = base.table.make_labels()["rows"]
    assert len(labels) == len(odds["rows"]) >= 6
    for label, row in zip(labels, odds["rows"], strict=True):
        expected = wanted[label["id"]]
        assert row["difference"] == [expected.difference, expected.low, expected.high]
        assert row["base"][0] == expected.base_mean
        assert row["changed"][0] == expected.changed_mean
        assert row["moved"] == [expected.n_increased, expected.n_decreased]
    assert BASE_CASE in studies
    assert any(row["moved"] != [0, 0] for row in odds["rows"])


def test_odds_in_mid_battle_are_those_of_a_saved_question_to_the_bit(explorer, base, call, tmp_path):
    positions = explorer.parse_positions(base, {"order.fort_assault": False, "sorties.teal.airstrike": 0, "since": 27})
    odds = explorer.compute_odds(base, positions, 20)
    assert "Without the Teal air strikes and without the attack on the fort" in odds["sentences"][0]
    assert ", from 03:00 on 2 June on, the fort is still held" in odds["sentences"][0]
    folder = QuestionFolder(tmp_path / "conf")
    perturb = make_perturbation_settings(base.levers, positions)
    arguments = ("scenario=teaching", "seed=7", "workers=1")
    state = {"levers": positions, "settings": {}}
    question = folder.save(
        "What if it had ended there?",
        "teaching",
        perturb,
        arguments,
        state,
        find_moment(base.scenario, positions),
    )
    code, out, err = call(*question.list_arguments(20), f"outputs={tmp_path}")
    assert code == 0, err
    rows = {
        each["measure"]: each for each in open_output(Path(out.splitlines()[-1])).read_table("differences").to_pylist()
    }
    for label, row in zip(base.table.make_labels()["rows"], odds["rows"], strict=True):
        found = rows[label["id"]]
        assert row["difference"] == [found["difference"], found["low"], found["high"]]
    assert any(row["moved"] != [0, 0] for row in odds["rows"])
    from_the_beginning = {id: value for id, value in positions.items() if id != "since"}
    assert explorer.compute_odds(base, from_the_beginning, 20)["rows"] != odds["rows"]


def test_a_moment_alone_changes_nothing(explorer, base):
    assert base.find_case(explorer.parse_positions(base, {"since": 27})) is base.case
    assert explorer.compute_odds(base, {"since": 27}, 20)["sentences"] == []


@settings(max_examples=4, deadline=None)
@given(steps=st.lists(st.integers(1, 6), min_size=1, max_size=3), workers=st.integers(1, 3))
def test_battles_are_the_same_in_whatever_steps_they_are_fought(steps, workers):
    simulation = Simulation(sim.load("teaching"))
    stepwise, at_once = FoughtCase(simulation, 3), FoughtCase(simulation, 3)
    with ThreadPoolExecutor(workers) as executor:
        for count in np.cumsum(steps):
            fight_on([stepwise], int(count), executor, workers)
        fight_on([at_once], sum(steps), executor, 1)
    for name in ("outcomes", "holds", "control"):
        first, second = (getattr(case.get_values(sum(steps)), name) for case in (stepwise, at_once))
        assert np.array_equal(first, second)


@pytest.mark.slow
def test_few_pairs_are_called_preliminary_and_more_are_not(explorer, base):
    positions = choose_positions(explorer, base)
    assert explorer.compute_odds(base, positions, 20)["is_preliminary"]
    assert not explorer.compute_odds(base, positions, 200)["is_preliminary"]


def test_nothing_moved_is_no_difference_and_no_sentence(explorer, base):
    odds = explorer.compute_odds(base, {}, 20)
    assert odds["sentences"] == []
    assert all(row["difference"] == [0.0, 0.0, 0.0] for row in odds["rows"])
    assert odds["control"]["base"] == odds["control"]["changed"]
    assert odds["claims"] == []


@pytest.mark.slow
def test_claims_that_fit_worse_are_those_that_hold_in_fewer_battles(explorer, base):
    positions = explorer.parse_positions(base, {"strength.amber": 200})
    odds = explorer.compute_odds(base, positions, 200)
    claims = dict(base.table.claims)
    column = {id: n for n, id in enumerate(claims)}
    before, after = base.case.get_values(200).holds, base.find_case(positions).get_values(200).holds
    assert odds["claims"]
    for claim in odds["claims"]:
        n = column[claim["id"]]
        assert claim["base"] == before[:, n].mean()
        assert claim["changed"] == after[:, n].mean()
        assert (claim["high"] < 0) == (claim["changed"] < claim["base"])


def test_a_battle_that_cannot_be_is_withdrawn(explorer, base, monkeypatch):
    positions = explorer.parse_positions(base, {"strength.teal": 55})
    explorer.compute_odds(base, positions, 20)
    assert repr(positions) in base.cases

    def refuse(edits):
        raise ScenarioError(["forces.garrison: too few"])

    monkeypatch.setattr(base.scenarios, "check", refuse)
    with pytest.raises(PositionError, match=r"forces\.garrison: too few"):
        explorer.check(base, positions)
    assert repr(positions) not in base.cases


def test_only_so_many_changes_are_kept(explorer, base):
    for percent in range(50, 201, 5):
        base.find_case(explorer.parse_positions(base, {"strength.teal": percent}))
    assert len(base.cases) <= MAX_CASES


@given(st.integers(1, 10**9))
def test_steps_begin_small_grow_and_are_bounded(count):
    steps = list_steps(count)
    assert steps == sorted(set(steps))
    assert steps[-1] == min(count, MAX_PAIRS)
    assert steps[0] <= 20
