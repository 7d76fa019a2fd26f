"""Supplied draws: the same bits by every way, other draws only where salts are others, and changed scenarios."""

from dataclasses import replace

import numpy as np
import pytest

from sim.battle.batch import simulate_batch, simulate_one
from sim.battle.simulation import Simulation
from sim.battle.supplied_draws import RandomOverrides, SuppliedDraws, SuppliedRandomness
from sim.scenario import Edit, load
from sim.scenario.priors import LogNormal

ROWS = 6


@pytest.fixture(scope="module")
def plain() -> Simulation:
    return Simulation(load("teaching"))


@pytest.fixture(scope="module")
def given(plain) -> SuppliedDraws:
    """Some rows with parameters, drivers and salts of no particular origin."""
    free = {slot: prior for slot, prior in plain.priors.items() if prior.distribution != "fixed"}
    waves = np.sin(np.arange(ROWS * 2_000, dtype=np.float64) * 12.9898)
    normals = 2 * waves[: ROWS * len(free)].reshape(ROWS, -1)
    values = np.stack([prior.transform_normals(normals[:, n]) for n, prior in enumerate(free.values())], axis=1)
    inputs, streams = plain.compiled_scenario.input_names, plain.compiled_scenario.stream_names
    randomness = SuppliedRandomness(
        inputs,
        2 * waves[-ROWS * len(inputs) :].reshape(ROWS, -1),
        streams,
        np.arange(ROWS * len(streams), dtype=np.uint64).reshape(ROWS, -1) % np.uint64(7),
        np.array([3, 3, 5, 5, 2**62, 0], dtype=np.uint64),
        np.arange(ROWS, dtype=np.uint64) * np.uint64(11),
    )
    return SuppliedDraws(free, values, normals, randomness, "digest", "calibrated on nothing")


def forms(stage: Simulation) -> list[Simulation]:
    return [
        replace(stage, execution_mode=form, scheduler=clock)
        for form in ("plain", "compiled")
        for clock in ("simpy", "compiled")
    ]


@pytest.mark.parametrize("row", range(ROWS))
def test_a_row_is_the_battle_of_its_parameters_drivers_and_salts(plain, given, row):
    # The independent way: parameters fixed by name, drivers and salts as a caller's luck.
    randomness = given.randomness
    fixed = dict(zip(given.priors, given.values[row].tolist(), strict=True))
    luck = RandomOverrides(
        dict(zip(randomness.input_names, randomness.normal_inputs[row].tolist(), strict=True)),
        {name: int(salt) for name, salt in zip(randomness.stream_names, randomness.salts[row], strict=True) if salt},
    )
    expected = replace(plain, parameters=fixed).run(
        int(randomness.seeds[row]), int(randomness.replication_numbers[row]), luck
    )
    for stage in forms(replace(plain, supplied=given)):
        run = stage.run(seed=99, replication=row)
        assert run.log.tobytes() == expected.log.tobytes()
        assert run.parameters == expected.parameters
        assert run.normal_inputs == expected.normal_inputs


def test_rows_fought_together_are_the_rows_fought_alone(plain, given):
    stage = replace(plain, supplied=given, execution_mode="compiled", scheduler="compiled")
    for row in range(ROWS + 3):
        assert simulate_one(stage, 1, row)[0].tobytes() == stage.run(2, row % ROWS).log.tobytes()
    asked = [
        output.observable.make_statistic(stage.compiled_scenario.labels) for output in stage.scenario.headline_outputs
    ]
    whole = simulate_batch(stage, 1, range(ROWS), asked)
    parts = [simulate_batch(stage, 7, range(row, row + 1), asked) for row in range(ROWS)]
    np.testing.assert_array_equal(whole.values, np.concatenate([part.values for part in parts]))
    np.testing.assert_array_equal(whole.daily, np.concatenate([part.daily for part in parts]))


def test_rows_come_round_again(plain, given):
    stage = replace(plain, supplied=given)
    assert stage.run(1, 2).log.tobytes() == stage.run(1, 2 + ROWS).log.tobytes()


def test_fresh_dice_keep_the_parameters_and_nothing_else(plain, given):
    fresh = replace(plain, supplied=replace(given, randomness=None))
    run, own = fresh.run(8, 3), replace(plain, supplied=given).run(8, 3)
    assert run.parameters == own.parameters
    assert run.normal_inputs == plain.run(8, 3).normal_inputs
    assert run.log.tobytes() != own.log.tobytes()
    compiled = replace(fresh, execution_mode="compiled", scheduler="compiled")
    assert compiled.run(8, 3).log.tobytes() == run.log.tobytes()
    assert simulate_one(compiled, 8, 3)[0].tobytes() == run.log.tobytes()


def test_another_salt_changes_its_stream_alone(plain, given):
    stream = plain.compiled_scenario.stream_names.index("order:lane_ambush:dice")
    salts = given.randomness.salts.copy()
    salts[:, stream] += np.uint64(1)
    changed = replace(plain, supplied=replace(given, randomness=replace(given.randomness, salts=salts)))
    before, after = (
        stage.draw_stream_bits(1, np.arange(ROWS), RandomOverrides())
        for stage in (replace(plain, supplied=given), changed)
    )
    other = (before != after).any(axis=(0, 2))
    assert other.tolist() == [n == stream for n in range(len(plain.compiled_scenario.stream_names))]


def test_a_changed_scenario_plays_the_rows_by_name(plain, given):
    added = {
        "kind": "airstrike", "side": "amber", "target": "hill", "sorties": {"value": 3, "assumption": "invented"},
        "duration_hours": {"value": 2, "assumption": "invented"},
        "window": {"earliest": "2001-06-03T20:00", "latest": "2001-06-03T21:00"}, "rationale": "invented",
    }  # fmt: skip
    scenario = load("teaching", (Edit(path="orders.evening_strikes", value=added),))
    changed = replace(plain, scenario=scenario, supplied=given)
    base = replace(plain, supplied=given).run(1, 0)
    run = changed.run(1, 0)
    assert {name: run.normal_inputs[name] for name in base.normal_inputs} == base.normal_inputs
    new = set(run.normal_inputs) - set(base.normal_inputs)
    assert new
    alone = replace(plain, scenario=scenario).run(
        int(given.randomness.seeds[0]), int(given.randomness.replication_numbers[0])
    )
    assert {name: run.normal_inputs[name] for name in new} == {name: alone.normal_inputs[name] for name in new}
    # Until the new order comes, the battle is the same to the bit.
    early = [log[log["time"] < 67.0] for log in (base.log, run.log)]
    names = [changed.compiled_scenario.labels.orders, plain.compiled_scenario.labels.orders]
    assert len(early[0]) == len(early[1])
    assert early[0]["time"].tolist() == early[1]["time"].tolist()
    assert names[0] != names[1]
    compiled = replace(changed, execution_mode="compiled", scheduler="compiled")
    assert simulate_one(compiled, 1, 0)[0].tobytes() == run.log.tobytes()


def test_a_prior_that_is_another_one_takes_the_same_share_of_it(plain, given):
    scaled = load("teaching", (Edit(path="priors.killing_rate_teal.median", value=0.7),))
    column = tuple(given.priors).index("killing_rate_teal")
    for replication in range(ROWS):
        vector = replace(plain, scenario=scaled, supplied=given).draw_parameters(1, replication, RandomOverrides())
        assert vector["killing_rate_teal"] == pytest.approx(2 * given.values[replication, column], rel=1e-9)
    fixed = load("teaching", (Edit(path="priors.killing_rate_teal", value=0.5),))
    assert (
        replace(plain, scenario=fixed, supplied=given).draw_parameters(1, 0, RandomOverrides())["killing_rate_teal"]
        == 0.5
    )


def test_one_vector_is_a_row_of_many(plain, given):
    stage = replace(plain, supplied=given)
    many = stage.draw_parameter_matrix(4, np.arange(2 * ROWS, dtype=np.uint64))
    for replication in range(2 * ROWS):
        assert list(stage.draw_parameters(4, replication, RandomOverrides()).values()) == many[replication].tolist()


def test_normal_numbers_stand_for_the_values_at_their_shares(plain):
    from scipy.special import ndtr

    normals = np.linspace(-4, 4, 81)
    cut = LogNormal(distribution="lognormal", median=3, sigma=0.7, low=1, high=9, unit="1", reason="ASSUMPTION: x")
    for prior in [*plain.priors.values(), cut]:
        expected = [prior.quantile(share) for share in ndtr(normals).tolist()]
        np.testing.assert_allclose(prior.transform_normals(normals), expected, rtol=1e-9)
