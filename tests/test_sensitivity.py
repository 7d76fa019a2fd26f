"""Sensitivity: known indices of a known function, chance as a factor, the teaching battle, one message a fault."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.analysis.sensitivity import (
    CHANCE_FACTOR,
    OTHER_PRIORS_FACTOR,
    SensitivitySettings,
    SobolIndex,
    analyse_morris,
    analyse_sobol,
    build_screening_design,
    list_variable_priors,
    run_sensitivity,
    sample_morris,
    sample_saltelli,
    simulate_at_design,
    to_replication_numbers,
)
from sim.battle.simulation import Simulation
from sim.runs.backends import WorkerPool
from sim.runs.cached_runner import CachedRunner
from sim.runs.outcome_measures import compute_outcomes
from sim.runs.replicate import Study, run_study
from sim.scenario import load

FACTORS = ("a", "b", "c")
# Ishigami's function with 7 and 0.1: its Sobol indices in closed form.
FIRST_ORDER = {"a": 0.3139, "b": 0.4424, "c": 0.0}
TOTAL_ORDER = {"a": 0.5576, "b": 0.4424, "c": 0.2437}


def ishigami(rows: np.ndarray) -> np.ndarray:
    """Ishigami's function of the unit cube."""
    x = np.pi * (2 * rows - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


@pytest.fixture(scope="module")
def indices() -> dict[str, SobolIndex]:
    rows = sample_saltelli(FACTORS, 2048, seed=7)
    assert rows.shape == (2048 * 5, 3)
    ranked = analyse_sobol(FACTORS, ishigami(rows), seed=7)
    assert ranked is not None
    assert [index.factor for index in ranked] == ["a", "b", "c"]
    return {index.factor: index for index in ranked}


@pytest.mark.parametrize("factor", FACTORS)
def test_the_indices_of_a_function_whose_indices_are_known(indices, factor):
    # Twice half the 95% interval: four standard errors, of which a correct program would leave one in 10,000.
    index = indices[factor]
    assert abs(index.first_order - FIRST_ORDER[factor]) < 2 * index.first_order_conf
    assert abs(index.total_order - TOTAL_ORDER[factor]) < 2 * index.total_order_conf
    assert index.total_order_conf < 0.07


def test_another_function_has_other_indices():
    rows = sample_saltelli(FACTORS, 2048, seed=7)
    damaged = analyse_sobol(FACTORS, ishigami(rows[:, [0, 2, 1]]), seed=7)
    assert damaged is not None
    index = next(each for each in damaged if each.factor == "b")
    assert abs(index.total_order - TOTAL_ORDER["b"]) > 2 * index.total_order_conf


def test_what_never_varies_has_no_indices():
    assert analyse_sobol(FACTORS, np.ones(16 * 5), seed=7) is None


def test_screening_ranks_a_linear_function_and_finds_no_spread():
    rows = sample_morris(FACTORS, 10, seed=7)
    ranked = analyse_morris(FACTORS, rows, rows @ np.array([3.0, 10.0, 1.0]), seed=7)
    assert [effect.factor for effect in ranked] == ["b", "a", "c"]
    # In units of the whole range that is looked at, which is nine tenths of the cube.
    assert [effect.mu_star for effect in ranked] == pytest.approx([9.0, 2.7, 0.9])
    assert [effect.sigma for effect in ranked] == pytest.approx([0, 0, 0], abs=1e-9)


# --- Battles


@pytest.fixture(scope="module")
def stage() -> Simulation:
    return Simulation(load("teaching"))


def test_a_point_of_the_cube_is_a_battle_with_those_quantiles_and_random_numbers(stage):
    cube = np.array([[0.25, 0.5]])
    design = simulate_at_design(stage, ("assault_hours", "killing_rate_teal"), cube, np.array([5]), np.array([9]))
    run = design.run(7, 0)
    assert run.parameters["assault_hours"] == 8.0
    assert run.parameters["killing_rate_teal"] == pytest.approx(0.35)
    assert run.parameters["night_fire"] == stage.run(7, 5).parameters["night_fire"]
    assert run.normal_inputs == stage.run(7, 9).normal_inputs


def test_in_a_screening_every_trajectory_has_its_own_random_numbers_and_changes_them_once(stage):
    priors = ("assault_hours", "killing_rate_teal")
    rows = sample_morris((*priors, CHANCE_FACTOR), 6, seed=7)
    numbers = build_screening_design(stage, priors, rows).rng_indices.reshape(6, 4)
    assert [len(set(row)) for row in numbers.tolist()] == [2] * 6
    assert len(set(numbers.ravel().tolist())) == 12


def test_every_row_of_a_saltelli_design_has_its_own_random_numbers():
    rows = sample_saltelli(("a", CHANCE_FACTOR), 256, seed=7)
    assert len(set(to_replication_numbers(rows[:, -1]).tolist())) == 2 * 256


@pytest.mark.slow
def test_the_sensitivity_of_the_teaching_battle_is_the_same_for_any_workers(stage):
    measures, settings = ["headline_1", "wounded_amber"], SensitivitySettings(4, 3, 32)
    priors = list_variable_priors(stage)
    one, two = (
        run_sensitivity(stage, priors, measures, settings, 7, CachedRunner(WorkerPool(workers)), "auto")
        for workers in (1, 2)
    )
    assert one.sobol_indices == two.sobol_indices
    assert (one.outcomes == two.outcomes).all()
    assert one.n_screening_runs == 4 * (len(priors) + 2)
    assert len(one.factors) == 5
    assert one.factors[-2:] == (OTHER_PRIORS_FACTOR, CHANCE_FACTOR)
    assert one.outcomes.shape[0] == 32 * 7


@pytest.mark.slow
def test_chance_is_all_where_nothing_else_can_matter_and_nothing_where_it_can_not(stage):
    """The index of chance against the spread of battles that differ in their random numbers alone."""
    result = run_sensitivity(
        stage,
        ("killing_rate_amber",),
        ["killed_amber"],
        SensitivitySettings(2, 1, 256),
        7,
        CachedRunner(WorkerPool(2)),
        "auto",
    )
    index_of = {index.factor: index for index in result.sobol_indices["killed_amber"] or []}
    # The mean variance over priors by hand: 60 points of the priors, 20 battles at each.
    points, repeats = 60, 20
    numbers = np.repeat(np.arange(points), repeats)
    cube = np.repeat((np.arange(points)[:, None] + 0.5) / points, repeats, axis=0)
    design = simulate_at_design(stage, ("killing_rate_amber",), cube, numbers, np.arange(points * repeats) + 10**6)
    study = Study(design, 7, points * repeats, n_saved_logs=0)
    column = [each.id for each in result.measures].index("killed_amber")
    deaths = compute_outcomes(study, run_study(study, 2))[:, column].reshape(points, repeats)
    by_hand = deaths.var(axis=1, ddof=1).mean() / deaths.var()
    # The standard error of the mean variance, from its spread over the points, beside that of the index.
    error = deaths.var(axis=1, ddof=1).std(ddof=1) / np.sqrt(points) / deaths.var()
    chance = index_of[CHANCE_FACTOR]
    assert abs(chance.total_order - by_hand) < 4 * np.hypot(error, chance.total_order_conf / 1.96)
    assert chance.total_order > index_of["killing_rate_amber"].total_order


@pytest.mark.slow
def test_the_command_prints_and_writes_its_tables(call, tmp_path):
    words = ["scenario=teaching", "priors=[killing_rate_amber,amber_host]", "saltelli_n=16", "workers=1"]
    code, out, err = call("sensitivity", *words, f"outputs={tmp_path}")
    assert (code, err) == (0, "")
    assert out.lstrip().startswith("- Whether the fort is still held on the evening of 3 June: luck is involved in ")
    assert "What decides whether the fort is still held" in out
    assert "Uncalibrated" in out
    folder = Path(out.splitlines()[-1])
    rows = pq.read_table(folder / "sobol_indices.parquet").to_pylist()
    assert {row["factor"] for row in rows} == {"killing_rate_amber", "amber_host", OTHER_PRIORS_FACTOR, CHANCE_FACTOR}
    assert pq.read_table(folder / "sensitivity_runs.parquet").num_rows == 16 * 6
    assert json.loads((folder / "run.json").read_text())["calibrated"] is False
    assert {path.name for path in (folder / "figures").iterdir()} == {"sobol_indices.png", "sobol_indices.svg"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["priors=[wind]"], "priors: no prior that varies (got 'wind'; allowed: teal_garrison, "),
        (["priors=[supply_days]"], "priors: no prior that varies (got 'supply_days'"),
        (["saltelli_n=100"], "saltelli_n: not a power of two (got 100; allowed: 16, 32, 64, ...)"),
        (["measures=[luck]"], "measures: unknown measure (got 'luck'"),
        (["parameters=median"], "parameters: the unknowns are what varies (allowed: parameters=prior)"),
        (["trajectories=1"], "trajectories: too small (got 1; allowed: at least 2)"),
    ],
)
def test_bad_settings_are_reported_in_one_message(call, words, message, tmp_path):
    code, out, err = call("sensitivity", "scenario=teaching", f"outputs={tmp_path / 'o'}", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("n", [8, 64])
def test_a_factor_that_changed_nothing_is_not_said_to_be_nothing_for_certain(n):
    """Of n pairs none differed: the exact bound of a count of 0 in n, as a share of the variance of a fair coin."""
    rows = sample_saltelli(("all", "nothing"), n, 3)
    by_factor = {each.factor: each for each in analyse_sobol(("all", "nothing"), (rows[:, 0] > 0.5) * 1.0, 3)}
    nothing = by_factor["nothing"]
    assert (nothing.total_order, nothing.first_order) == (0, 0)
    unseen = 1 - 0.05 ** (1 / n)
    assert (1 - unseen) ** n == pytest.approx(0.05)
    assert nothing.total_order_conf == pytest.approx(min(1, unseen / (2 * 0.25)), rel=0.05)
    assert by_factor["all"].total_order > 0.8
