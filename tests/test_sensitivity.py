"""Sensitivity: known shares of a known function, chance as a factor, the teaching battle, one message a fault."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.battle.fight import Stage
from sim.experiment.backends import Place
from sim.experiment.crew import Crew
from sim.experiment.paired import values
from sim.experiment.replicate import Study, carry_out
from sim.scenario import load
from sim.sensitivity.battles import CHANCE, OTHERS, Plan, decisive, numbered, screening_stage, stage_at, varying
from sim.sensitivity.indices import Share, effects, screening_rows, share_rows, shares

FACTORS = ("a", "b", "c")
# Ishigami's function with 7 and 0.1: its shares in closed form.
ALONE = {"a": 0.3139, "b": 0.4424, "c": 0.0}
IN_ALL = {"a": 0.5576, "b": 0.4424, "c": 0.2437}


def ishigami(rows: np.ndarray) -> np.ndarray:
    """Ishigami's function of the unit cube."""
    x = np.pi * (2 * rows - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


@pytest.fixture(scope="module")
def found() -> dict[str, Share]:
    rows = share_rows(FACTORS, 2048, seed=7)
    assert rows.shape == (2048 * 5, 3)
    each = shares(FACTORS, ishigami(rows), seed=7)
    assert each is not None
    assert [share.factor for share in each] == ["a", "b", "c"]
    return {share.factor: share for share in each}


@pytest.mark.parametrize("factor", FACTORS)
def test_the_shares_of_a_function_whose_shares_are_known(found, factor):
    # Twice half the 95% interval: four standard errors, of which a correct program would leave one in 10,000.
    share = found[factor]
    assert abs(share.first - ALONE[factor]) < 2 * share.first_half
    assert abs(share.total - IN_ALL[factor]) < 2 * share.total_half
    assert share.total_half < 0.07


def test_another_function_has_other_shares(found):
    rows = share_rows(FACTORS, 2048, seed=7)
    damaged = shares(FACTORS, ishigami(rows[:, [0, 2, 1]]), seed=7)
    assert damaged is not None
    share = next(each for each in damaged if each.factor == "b")
    assert abs(share.total - IN_ALL["b"]) > 2 * share.total_half


def test_what_never_varies_has_no_shares():
    assert shares(FACTORS, np.ones(16 * 5), seed=7) is None


def test_screening_ranks_a_linear_function_and_finds_no_spread():
    rows = screening_rows(FACTORS, 10, seed=7)
    ranked = effects(FACTORS, rows, rows @ np.array([3.0, 10.0, 1.0]), seed=7)
    assert [effect.factor for effect in ranked] == ["b", "a", "c"]
    # In units of the whole range that is looked at, which is nine tenths of the cube.
    assert [effect.size for effect in ranked] == pytest.approx([9.0, 2.7, 0.9])
    assert [effect.spread for effect in ranked] == pytest.approx([0, 0, 0], abs=1e-9)


# --- Battles


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage(load("teaching"))


def test_a_point_of_the_cube_is_a_battle_with_those_quantiles_and_dice(stage):
    cube = np.array([[0.25, 0.5]])
    ready = stage_at(stage, ("assault_hours", "killing_rate_teal"), cube, np.array([5]), np.array([9]))
    run = ready.fight(7, 0)
    assert run.parameters["assault_hours"] == 8.0
    assert run.parameters["killing_rate_teal"] == pytest.approx(0.35)
    assert run.parameters["night_fire"] == stage.fight(7, 5).parameters["night_fire"]
    assert run.drivers == stage.fight(7, 9).drivers


def test_in_a_screening_every_trajectory_has_dice_of_its_own_and_changes_them_once(stage):
    priors = ("assault_hours", "killing_rate_teal")
    rows = screening_rows((*priors, CHANCE), 6, seed=7)
    dice = screening_stage(stage, priors, rows).dice_by.reshape(6, 4)
    assert [len(set(row)) for row in dice.tolist()] == [2] * 6
    assert len(set(dice.ravel().tolist())) == 12


def test_every_row_of_the_shares_has_dice_of_its_own():
    rows = share_rows(("a", CHANCE), 256, seed=7)
    assert len(set(numbered(rows[:, -1]).tolist())) == 2 * 256


@pytest.mark.slow
def test_what_decides_the_teaching_battle_is_the_same_for_any_workers(stage):
    of = ["sentence_1", "wounded_amber"]
    found = decisive(stage, varying(stage), of, Plan(4, 3, 32), 7, Crew(Place(1)), "auto")
    again = decisive(stage, varying(stage), of, Plan(4, 3, 32), 7, Crew(Place(2)), "auto")
    assert found.shares == again.shares
    assert (found.outcomes == again.outcomes).all()
    assert found.screened == 4 * (len(varying(stage)) + 2)
    assert len(found.factors) == 5
    assert found.factors[-2:] == (OTHERS, CHANCE)
    assert found.outcomes.shape[0] == 32 * 7


@pytest.mark.slow
def test_chance_is_all_where_nothing_else_can_matter_and_nothing_where_it_can_not(stage):
    """The share of chance against the spread of battles that differ in their dice alone."""
    found = decisive(stage, ("killing_rate_amber",), ["killed_amber"], Plan(2, 1, 256), 7, Crew(Place(2)), "auto")
    shares_of = {share.factor: share for share in found.shares["killed_amber"] or []}
    # The mean variance over priors by hand: 60 points of the priors, 20 dice at each.
    points, dice = 60, 20
    numbers = np.repeat(np.arange(points), dice)
    cube = np.repeat((np.arange(points)[:, None] + 0.5) / points, dice, axis=0)
    ready = stage_at(stage, ("killing_rate_amber",), cube, numbers, np.arange(points * dice) + 10**6)
    study = Study(ready, 7, points * dice, keep=0)
    column = [each.id for each in found.measures].index("killed_amber")
    deaths = values(study, carry_out(study, 2))[:, column].reshape(points, dice)
    by_hand = deaths.var(axis=1, ddof=1).mean() / deaths.var()
    # The standard error of the mean variance, from its spread over the points, beside that of the index.
    error = deaths.var(axis=1, ddof=1).std(ddof=1) / np.sqrt(points) / deaths.var()
    chance = shares_of[CHANCE]
    assert abs(chance.total - by_hand) < 4 * np.hypot(error, chance.total_half / 1.96)
    assert chance.total > shares_of["killing_rate_amber"].total


def test_the_command_tells_and_leaves_its_tables(call, tmp_path):
    words = ["scenario=teaching", "priors=[killing_rate_amber,amber_host]", "base=16", "workers=1"]
    code, out, err = call("sensitivity", *words, f"outputs={tmp_path}")
    assert (code, err) == (0, "")
    assert out.lstrip().startswith("What decides whether the fort is still held on the evening of 3 June: ")
    assert "pure chance" in out
    assert "Uncalibrated" in out
    folder = Path(out.splitlines()[-1])
    rows = pq.read_table(folder / "shares.parquet").to_pylist()
    assert {row["factor"] for row in rows} == {"killing_rate_amber", "amber_host", OTHERS, CHANCE}
    assert pq.read_table(folder / "battles.parquet").num_rows == 16 * 6
    assert json.loads((folder / "run.json").read_text())["calibrated"] is False
    assert {path.name for path in (folder / "figures").iterdir()} == {"shares.png", "shares.svg"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["priors=[wind]"], "priors: no prior that varies (got 'wind'; allowed: teal_garrison, "),
        (["priors=[supply_days]"], "priors: no prior that varies (got 'supply_days'"),
        (["base=100"], "base: not a power of two (got 100; allowed: 16, 32, 64, ...)"),
        (["of=[luck]"], "of: unknown measure (got 'luck'"),
        (["params=median"], "params: the unknowns are what varies (allowed: params=prior)"),
        (["trajectories=1"], "trajectories: Input should be greater than or equal to 2 (got 1)"),
    ],
)
def test_what_can_not_be_is_told_in_one_message(call, words, message, tmp_path):
    code, out, err = call("sensitivity", "scenario=teaching", f"outputs={tmp_path / 'o'}", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "o").exists()
