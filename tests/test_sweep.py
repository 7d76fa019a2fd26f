"""Sweeps: designs, factors of every kind, equal luck at every point, replications until known, one message a fault."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.battle.designed_simulation import make_designed_simulation
from sim.battle.simulation import Simulation
from sim.cli.groups import list_choices
from sim.cli.settings import SettingsError, compose_settings
from sim.cli.sweep import compose_sweep
from sim.cli.sweep_factors import build_cells, parse_factors
from sim.outputs.formatting import format_to_precision
from sim.plots import registry
from sim.plots.figure_data import SweepData
from sim.runs.backends import WorkerPool
from sim.runs.cached_runner import CachedRunner
from sim.runs.design import LevelFactor, PriorFactor, RangeFactor, make_design_points
from sim.runs.outcome_measures import compute_outcomes
from sim.runs.replicate import Study, run_study
from sim.runs.sweep import INITIAL_RUNS, DesignBlock, Precision, compute_half_width, run_sweep
from sim.scenario import Edit, load
from sim.scoring.intervals import Z95

FACTORS = "factors={killing_rate_teal: [0.2,1.0], law: [square,linear]}"


@pytest.fixture(scope="module")
def stage() -> Simulation:
    return Simulation(load("teaching"))


# --- Designs


def test_a_grid_has_every_combination():
    points = make_design_points({"a": LevelFactor((1, 2, 3)), "b": RangeFactor(0, 1, 2)}, "grid", 0, 1)
    assert [tuple(point.values()) for point in points] == [(a, b) for a in (1, 2, 3) for b in (0.0, 1.0)]


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_a_design_spreads_each_factor_evenly_and_again_with_its_seed(design, stage):
    prior = stage.scenario.priors["bomb_arrives"]
    factors = {"a": RangeFactor(2, 4), "b": LevelFactor(("x", "y")), "c": PriorFactor(prior)}
    points = make_design_points(factors, design, 16, 7)
    assert points == make_design_points(factors, design, 16, 7)
    assert points != make_design_points(factors, design, 16, 8)
    # Both designs have exactly one point in each sixteenth of a factor.
    assert sorted(int((point["a"] - 2) * 8) for point in points) == list(range(16))
    assert [point["b"] for point in points].count("x") == 8
    assert sorted(int(16 * share(prior, point["c"])) for point in points) == list(range(16))


def share(prior, value: float) -> float:
    """The share of a prior that lies below a value, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if prior.quantile(middle) < value else (low, middle)
    return low


# --- Rows of a design


def test_a_row_is_the_battle_that_its_levels_and_numbers_name(stage):
    levels = {"assault_hours": np.array([7.0, 7.0, 12.0]), "killing_rate_teal": np.array([0.3, 0.9, 0.9])}
    numbers = np.array([4, 0, 1])
    rows = Study(make_designed_simulation(stage, levels, numbers, numbers), 7, 3, n_saved_logs=0)
    found = compute_outcomes(rows, run_study(rows, workers=1))
    for row, number in enumerate(numbers):
        fixed = {slot: float(column[row]) for slot, column in levels.items()}
        alone = Study(Simulation(stage.scenario, parameters=fixed), 7, 5, n_saved_logs=0)
        assert (compute_outcomes(alone, run_study(alone, workers=1))[number] == found[row]).all()


def test_a_level_of_a_prior_is_what_an_edit_would_make_of_it(stage):
    numbers = np.arange(3)
    rows = Study(
        make_designed_simulation(stage, {"killing_rate_teal": np.full(3, 0.9)}, numbers, numbers), 7, 3, n_saved_logs=0
    )
    edited = Study(
        Simulation(load("teaching", (Edit(path="priors.killing_rate_teal", value=0.9),))), 7, 3, n_saved_logs=0
    )
    assert (run_study(rows, 1).claims == run_study(edited, 1).claims).all()


def test_a_slot_that_there_is_not_is_refused(stage):
    with pytest.raises(KeyError, match="no such prior: wind"):
        make_designed_simulation(stage, {"wind": np.zeros(1)}, np.zeros(1), np.zeros(1))


# --- Sweeps


@pytest.mark.slow
def test_factors_of_every_kind_change_what_they_name():
    settings = compose_settings(["preset=teaching", "perturb=[twice_the_airstrikes]"])
    written = {
        "killing_rate_teal": [0.2, 0.4],
        "law": ["square", "linear"],
        "override.forces.watch.strength": [30, 90],
        "perturb.twice_the_airstrikes.factor": [0, 3],
        "reading.hill_distance": ["winding", "straight"],
    }
    factors = parse_factors(written, settings, "grid")
    points = make_design_points(factors, "grid", 0, 7)
    cells = build_cells(points, settings)
    assert len(points) == 32
    assert len(cells) == 16  # the prior needs no stage of its own
    assert sorted(number for cell in cells for number in cell.points) == list(range(32))
    cell = next(cell for cell in cells if 31 in cell.points)
    scenario = cell.simulation.scenario
    assert cell.simulation.law == "linear"
    assert scenario.forces["watch"].strength.value == 90
    assert scenario.orders["afternoon_strikes"].sorties.value == 12
    assert scenario.roads["hill_camp"].km.value == 4.2
    assert list(cell.levels["killing_rate_teal"]) == [0.2, 0.4]


def test_the_luck_is_the_same_at_every_point(stage):
    points = [{"killing_rate_teal": level} for level in (0.3, 0.3, 0.9)]
    cell = DesignBlock(stage, (0, 1, 2), {"killing_rate_teal": np.array([0.3, 0.3, 0.9])})
    swept = run_sweep(("killing_rate_teal",), points, [cell], 7, 4, CachedRunner(WorkerPool(1)))
    first, second, third = (swept.outcomes[swept.point_index == number] for number in range(3))
    assert (first == second).all()
    assert (first != third).any()
    assert list(swept.replication) == [0, 1, 2, 3] * 3


@pytest.mark.slow
def test_a_sweep_is_the_same_to_the_bit_for_any_workers_and_either_clock(stage):
    points = [{"killing_rate_teal": level} for level in (0.2, 0.6, 1.0)]
    cell = DesignBlock(stage, (0, 1, 2), {"killing_rate_teal": np.array([0.2, 0.6, 1.0])})
    usual = run_sweep(("killing_rate_teal",), points, [cell], 7, 20, CachedRunner(WorkerPool(1)), "simpy").digest
    assert (
        run_sweep(("killing_rate_teal",), points, [cell], 7, 20, CachedRunner(WorkerPool(2)), "simpy").digest == usual
    )
    assert (
        run_sweep(("killing_rate_teal",), points, [cell], 7, 20, CachedRunner(WorkerPool(2)), "compiled").digest
        == usual
    )
    assert (
        run_sweep(("killing_rate_teal",), points, [cell], 8, 20, CachedRunner(WorkerPool(1)), "simpy").digest != usual
    )


@pytest.mark.slow
def test_replications_go_on_until_each_measure_is_known_as_well_as_asked(stage):
    points = [{"killing_rate_teal": level} for level in (0.1, 1.0)]
    cell = DesignBlock(stage, (0, 1), {"killing_rate_teal": np.array([0.1, 1.0])})
    # Losses of the other side spread with the killing rate: the second point needs more battles than the first.
    start = run_sweep(("killing_rate_teal",), points, [cell], 7, INITIAL_RUNS, CachedRunner(WorkerPool(1)))
    about = start.find_measure("killed_amber")
    widths = [
        compute_half_width(about, start.find_column("killed_amber")[start.point_index == number]) for number in (0, 1)
    ]
    assert widths[0] < widths[1]
    wanted = sum(widths) / 2
    swept = run_sweep(
        ("killing_rate_teal",),
        points,
        [cell],
        7,
        Precision({"killed_amber": wanted}, 4000),
        CachedRunner(WorkerPool(1)),
    )
    samples = [swept.find_column("killed_amber")[swept.point_index == number] for number in (0, 1)]
    assert len(samples[0]) == INITIAL_RUNS
    assert len(samples[1]) > INITIAL_RUNS
    assert all(Z95 * sample.std(ddof=1) / np.sqrt(len(sample)) <= wanted for sample in samples)
    same = (start.outcomes == swept.outcomes[swept.replication < INITIAL_RUNS]).all()
    assert same
    most = run_sweep(
        ("killing_rate_teal",), points, [cell], 7, Precision({"killed_amber": 1e-9}, 60), CachedRunner(WorkerPool(1))
    )
    assert np.bincount(most.point_index).tolist() == [60, 60]  # it gives up there


# --- The command


@pytest.mark.slow
def test_a_sweep_leaves_one_store_and_its_figures(call, tmp_path):
    words = ["scenario=teaching", FACTORS, "runs=4", "workers=1", f"outputs={tmp_path}", "name=two"]
    code, out, err = call("sweep", *words)
    assert (code, err) == (0, "")
    assert "Uncalibrated" in out
    folder = Path(out.splitlines()[-1])
    points, outcomes = (pq.read_table(folder / f"{name}.parquet") for name in ("points", "outcomes"))
    assert points.to_pylist()[3] == {"point": 3, "killing_rate_teal": 1.0, "law": "linear"}
    assert outcomes.num_rows == 16
    assert {"point", "replication", "headline_1", "killed_amber", "village_taken"} <= set(outcomes.column_names)
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["calibrated"] is False
    assert manifest["factors"] == ["killing_rate_teal", "law"]
    drawn = {path.name for path in (folder / "figures").iterdir()}
    assert drawn == {
        f"{name}.{kind}" for name in ("heat_map", "parallel_coordinates", "response") for kind in ("png", "svg")
    }
    assert not list(folder.rglob("*.partial"))
    two = ["workers=2" if word == "workers=1" else word for word in words]
    other = Path(call("sweep", *two)[1].splitlines()[-1])
    assert json.loads((other / "run.json").read_text())["results_digest"] == manifest["results_digest"]


@pytest.mark.slow
def test_one_factor_is_drawn_as_distributions(stage, tmp_path):
    points = [{"killing_rate_teal": 0.2}, {"killing_rate_teal": 1.0}]
    cell = DesignBlock(stage, (0, 1), {"killing_rate_teal": np.array([0.2, 1.0])})
    swept = run_sweep(("killing_rate_teal",), points, [cell], 7, 3, CachedRunner(WorkerPool(1)))
    data = SweepData(swept, ["headline_1", "killed_amber"], "caption")
    written = registry.save_figures("sweep", data, tmp_path)
    assert {path.stem for path in written} == {"distributions", "parallel_coordinates", "response"}
    again = registry.save_figures("sweep", data, tmp_path / "again")
    assert [path.read_bytes() for path in written] == [path.read_bytes() for path in again]
    drawn = registry.draw_figure(registry.find_figures("sweep")["distributions"], data)
    assert drawn is not None
    assert "caption" in "".join(text.get_text() for text in drawn.texts)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "factors: nothing varies (allowed: a prior, law, reading.NAME, override.PATH, perturb.NAME.SETTING)"),
        (["factors={wind: [1,2]}"], "factors.wind: unknown factor (allowed: a prior, law, "),
        (["factors={law: [square]}"], "factors.law: needs two levels or more, each once (got ['square'])"),
        (["factors={law: [square,square]}"], "factors.law: needs two levels or more, each once"),
        (["factors={law: [square,cubic]}"], "factors.law: unknown law (got 'cubic'; allowed: "),
        (["factors={assault_hours: [5,much]}"], "factors.assault_hours: not a number (got 'much')"),
        (["factors={assault_hours: 5}"], "factors.assault_hours: "),
        (["factors={assault_hours: {low: 9, high: 5}}"], "factors.assault_hours: low is not below high"),
        (["factors={assault_hours: {prior: true, low: 1, high: 2}}"], "factors.assault_hours: give low and high, or"),
        (["factors={supply_days: prior}"], "factors.supply_days: is fixed, and has no range of its own"),
        (["factors={law: prior}"], "factors.law: is no prior"),
        (["factors={perturb.x.factor: [1,2]}"], "factors.perturb.x.factor: no such perturbation (allowed: none is"),
        (
            ["perturb=[no_shelling]", "factors={perturb.no_shelling.hours: [1,2]}"],
            "factors.perturb.no_shelling.hours: no such setting (allowed: order_kind, side, factor, days)",
        ),
        (
            ["perturb=[no_shelling]", "factors={perturb.no_shelling.factor: [1,-2]}"],
            "factors.perturb.no_shelling: too small (got factor: -2; allowed: at least 0)",
        ),
        (["factors={override.forces.nobody.strength: [1,2]}"], "forces.nobody.strength"),
        (["factors={reading.mountain: [a,b]}"], "reading.mountain: unknown reading"),
        (
            ["law=power", "factors={law_firer_exponent: [0.5,0.9], law: [power,square]}"],
            "the square law has no such prior",
        ),
        (["factors={night_fire: [0.5,-2]}"], "factors.night_fire: can't be (got -2; allowed: 0 to 1)"),
        (["factors={march_kmh: [-1,3]}"], "factors.march_kmh: can't be (got -1; allowed: 0 or more)"),
        ([FACTORS, "points=8"], "points: a grid has as many as its levels give"),
        ([FACTORS, "design=sobol", "points=12"], "points: a Sobol design has a power of two (got 12; allowed: 2, 4, 8"),
        ([FACTORS, "design=cube"], "design: unknown value (got 'cube'; allowed: grid, latin, sobol)"),
        ([FACTORS, "measures=[luck]"], "measures: unknown measure (got 'luck'; allowed: headline_1, "),
        ([FACTORS, "runs=auto"], "runs: auto needs half_width=NUMBER, or half_width={MEASURE: NUMBER, ...}"),
        ([FACTORS, "half_width=2"], "half_width: goes with runs=auto (got runs=50)"),
        ([FACTORS, "runs=auto", "++half_width={luck: 1}"], "half_width.luck: unknown measure (allowed: headline_1"),
        ([FACTORS, "colour=red"], "colour: unknown option (allowed: factors, design, points, measures, "),
        (["sweep=nothing"], "sweep: unknown sweep (got 'nothing'; allowed: dec2014/"),
    ],
)
def test_a_sweep_that_can_not_be_is_told_in_one_message(call, words, message, tmp_path):
    code, out, err = call("sweep", "scenario=teaching", f"outputs={tmp_path / 'o'}", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert not (tmp_path / "o").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", list_choices("sweep"))
def test_a_ready_made_sweep_is_sound(name):
    settings, own = compose_sweep([f"sweep={name}"])
    assert settings.name == name.split("/")[-1]
    assert settings.scenario == name.split("/")[0]
    factors = parse_factors(own.factors, settings, own.design)
    points = make_design_points(factors, own.design, own.points or 64, settings.seed)
    assert sum(len(cell.points) for cell in build_cells(points[:3], settings)) == 3


def test_what_is_no_ready_made_sweep_is_refused():
    with pytest.raises(SettingsError, match="unknown sweep"):
        compose_sweep(["sweep=teach"])


@pytest.mark.parametrize(
    ("value", "half", "wanted"),
    [(343.7, 52, "340"), (343.7, 12, "344"), (0.1234, 0.04, "0.12"), (-0.004, 0.1, "0.00"), (5.0, 0.0, "5")],
)
def test_no_digit_is_printed_that_the_replications_do_not_support(value, half, wanted):
    assert format_to_precision(value, half) == wanted
