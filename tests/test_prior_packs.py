"""Packs of priors: what a scenario gets from one, that it varies together, and that nothing else changes by it."""

import hashlib
import json
import math

import numpy as np
import pytest
from ruamel.yaml import YAML

from sim import paths
from sim.battle.simulation import Simulation
from sim.inference.battle_target import BattleTarget
from sim.inference.particles import sample_prior
from sim.likelihood.observation_model import build_observation_model
from sim.scenario import Edit, ScenarioError, load, prior_packs
from sim.scenario.model import Scenario
from sim.scenario.prior_correlations import PriorCorrelation, correlate_normals, correlate_uniforms
from sim.scenario.prior_packs import PriorPackUse, load_pack

USE = {"file": "engagement", "year": 2014, "size": 400}
GIVEN = ("killing_rate", "break_attack_median", "break_attack_sigma", "break_defend_median", "break_defend_sigma")
READ = (*GIVEN, "intensity_sigma")  # the parameters of the pack that the teaching scenario gives itself


def write_scenario(path, use=USE, own=()):
    """The teaching scenario with a pack in the place of its own priors, but for some."""
    text = (paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8")
    data = YAML(typ="safe", pure=True).load(text)
    for name in list(data["priors"]):
        base = next((each for each in READ if name == each or name.startswith(f"{each}_")), None)
        if base is not None and name not in own and base not in own:
            del data["priors"][name]
    data["prior_packs"] = [use]
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(data, file)
    return path


@pytest.fixture(scope="module")
def scenario(tmp_path_factory) -> Scenario:
    return load(write_scenario(tmp_path_factory.mktemp("packs") / "with_pack.yaml"))


@pytest.fixture(scope="module")
def pack():
    return load_pack("engagement")


# Moments


def test_at_the_reference_a_parameter_has_the_coefficient_alone(pack):
    means, covariance = pack.compute_moments(pack.year.reference, pack.size.large)
    factor = np.zeros((len(pack.coefficients),) * 2)
    for n, row in enumerate(pack.cholesky):
        factor[n, : n + 1] = row
    intercepts = [n for n, each in enumerate(pack.coefficients) if not each.covariate]
    order = [list(pack.parameters).index(pack.coefficients[n].parameters[0]) for n in intercepts]
    assert means[order] == pytest.approx([pack.coefficients[n].mean for n in intercepts])
    expected = (factor @ factor.T)[np.ix_(intercepts, intercepts)]
    assert covariance[np.ix_(order, order)] == pytest.approx(expected)


def test_beyond_the_years_of_the_fit_the_drift_goes_on_and_widens(pack):
    at = list(pack.parameters).index("break_attack_median")
    drift = next(each for each in pack.coefficients if each.name == "break_medians_by_year")
    last, later = pack.compute_moments(1982, 11_000), pack.compute_moments(2082, 11_000)
    assert later[0][at] - last[0][at] == pytest.approx(drift.mean)
    inside = pack.compute_moments(1882, 11_000)
    assert later[1][at, at] > last[1][at, at] + 0.9 * drift.walk_sd**2
    assert abs(inside[1][at, at] - last[1][at, at]) < drift.walk_sd**2


def test_below_the_smallest_battle_it_widens_with_the_logarithm_of_size(pack):
    at = list(pack.parameters).index("break_defend_median")
    variances = [pack.compute_moments(1950, pack.size.low / factor)[1][at, at] for factor in (1, math.e)]
    assert variances[1] - variances[0] > 0.8 * 0.5**2


def test_a_factor_of_another_shape_is_refused(pack):
    data = pack.model_dump()
    with pytest.raises(ValueError, match="cholesky wants rows"):
        prior_packs.PriorPack.model_validate(data | {"cholesky": data["cholesky"][:-1]})
    odd = [data["coefficients"][0] | {"parameters": ["nothing"]}, *data["coefficients"][1:]]
    with pytest.raises(ValueError, match="unknown parameters: nothing"):
        prior_packs.PriorPack.model_validate(data | {"coefficients": odd})


# What a scenario gets


def test_a_scenario_gets_the_priors_that_the_rules_read_with_their_correlations(scenario, pack):
    assert set(READ) <= set(scenario.priors)
    (group,) = scenario.prior_correlations
    assert set(READ) <= set(group.priors) <= set(pack.parameters)
    means, covariance = pack.compute_moments(2014, 400)
    names = list(pack.parameters)
    at, other = names.index("break_attack_median"), names.index("break_defend_median")
    prior = scenario.priors["break_attack_median"]
    assert (prior.median, prior.sigma) == pytest.approx((math.exp(means[at]), math.sqrt(covariance[at, at])))
    assert "2014" in prior.reason
    assert prior.reference == ("CDB90",)
    matrix = group.compute_matrix()
    correlation = covariance[at, other] / math.sqrt(covariance[at, at] * covariance[other, other])
    positions = [group.priors.index(name) for name in ("break_attack_median", "break_defend_median")]
    assert matrix[positions[0], positions[1]] == pytest.approx(correlation)


def test_what_the_scenario_gives_itself_stays(tmp_path):
    own = load(write_scenario(tmp_path / "own.yaml", own=("intensity_sigma",)))
    assert own.priors["intensity_sigma"] == load("teaching").priors["intensity_sigma"]
    assert "intensity_sigma" not in own.prior_correlations[0].priors


def test_a_scenario_without_packs_is_what_it_was():
    teaching = load("teaching")
    assert (teaching.prior_packs, teaching.prior_correlations) == ((), ())
    data = teaching.model_dump(
        mode="json", exclude_defaults=True, exclude={"prior_packs", "prior_correlations", "priors_set"}
    )
    assert hashlib.sha256(json.dumps(data).encode()).hexdigest() == teaching.compute_digest()


def test_a_scenario_as_it_was_fought_needs_no_pack_any_more(scenario):
    again = Scenario.model_validate(scenario.model_dump(mode="json", exclude_defaults=True))
    assert again == scenario


def test_a_prior_of_a_pack_is_edited_like_any_other(tmp_path):
    path = write_scenario(tmp_path / "edited.yaml")
    edited = load(path, (Edit(path="priors.killing_rate", value=0.3),))
    plain, fixed = Simulation(load(path)), Simulation(edited)
    numbers = np.arange(20, dtype=np.uint64)
    before, after = (each.draw_parameter_matrix(3, numbers) for each in (plain, fixed))
    column = plain.parameter_names.index("killing_rate")
    assert np.all(after[:, column] == 0.3)
    assert np.array_equal(np.delete(after, column, axis=1), np.delete(before, column, axis=1))


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (
            USE | {"file": "nothing"},
            "prior_packs.0.file: unknown pack (got nothing; allowed battalion, brigade, company, engagement, ",
        ),
        (USE | {"size": 0}, "prior_packs.0.size"),
        (USE | {"place": "hill"}, "prior_packs.0.place: is not a key known here"),
        ({"file": "engagement", "year": 2014}, "prior_packs.0.size: is missing"),
    ],
)
def test_a_pack_that_cannot_be_read_is_reported_where_it_stands(use, message, tmp_path):
    with pytest.raises(ScenarioError) as error:
        load(write_scenario(tmp_path / "broken.yaml", use))
    assert any(message in each for each in error.value.messages), error.value.messages


# Draws


def test_draws_have_the_moments_of_the_pack(scenario, pack):
    n = 4000
    simulation = Simulation(scenario)
    (group,) = scenario.prior_correlations
    columns = [simulation.parameter_names.index(name) for name in group.priors]
    values = simulation.draw_parameter_matrix(5, np.arange(n, dtype=np.uint64))[:, columns]
    scales = [pack.parameters[name].scale for name in group.priors]
    forward = {"normal": np.asarray, "lognormal": np.log, "logitnormal": lambda p: np.log(p / (1 - p))}
    on_scale = np.stack([forward[scale](values[:, k]) for k, scale in enumerate(scales)], axis=1)
    names = list(pack.parameters)
    at = [names.index(name) for name in group.priors]
    means, covariance = (
        part[np.ix_(at, at)] if part.ndim == 2 else part[at] for part in pack.compute_moments(2014, 400)
    )
    sds = np.sqrt(np.diag(covariance))
    assert np.abs((on_scale.mean(axis=0) - means) / sds).max() < 5 / math.sqrt(n)
    found = np.corrcoef(on_scale.T)
    assert np.abs(found - covariance / np.outer(sds, sds)).max() < 5 / math.sqrt(n)
    assert np.abs(on_scale.std(axis=0) / sds - 1).max() < 0.06


def test_one_replication_alone_has_the_bits_that_it_has_among_others(scenario):
    simulation = Simulation(scenario)
    matrix = simulation.draw_parameter_matrix(5, np.arange(12, dtype=np.uint64))
    from sim.battle.supplied_draws import RandomOverrides

    for number in (0, 7, 11):
        alone = simulation.draw_parameters(5, number, RandomOverrides())
        assert list(alone.values()) == matrix[number].tolist()


def test_priors_of_no_group_keep_their_bits(scenario, tmp_path):
    uncorrelated = Simulation(scenario.model_copy(update={"prior_correlations": ()}))
    numbers = np.arange(9, dtype=np.uint64)
    both = [each.draw_parameter_matrix(5, numbers) for each in (Simulation(scenario), uncorrelated)]
    grouped = np.isin(uncorrelated.parameter_names, scenario.prior_correlations[0].priors)
    assert np.array_equal(both[0][:, ~grouped], both[1][:, ~grouped])
    assert not np.array_equal(both[0][:, grouped], both[1][:, grouped])


def test_a_calibration_moves_in_independent_numbers_and_fights_with_correlated_ones(scenario):
    simulation = Simulation(scenario)
    target = BattleTarget(simulation, build_observation_model(scenario, simulation.end_hours))
    particles = sample_prior(target.space, 3, np.arange(3000, dtype=np.uint64))
    normals = target.correlate_normals(particles)
    names = list(target.priors)
    pair = [names.index(name) for name in ("break_attack_median", "break_defend_median")]
    independent, correlated = (np.corrcoef(each[:, pair].T)[0, 1] for each in (particles.parameter_normals, normals))
    (group,) = scenario.prior_correlations
    wanted = group.compute_matrix()[tuple(group.priors.index(names[n]) for n in pair)]
    assert abs(independent) < 0.08
    assert correlated == pytest.approx(wanted, abs=0.08)
    draws = target.make_supplied_draws(particles)
    prior = scenario.priors["break_defend_median"]
    assert draws.values[:, pair[1]] == pytest.approx(prior.transform_normals(normals[:, pair[1]]))
    assert np.array_equal(draws.normal_values, normals)


# Correlations


def test_a_group_of_some_of_its_priors_is_their_own_part_of_it():
    group = PriorCorrelation(reason="for a test", priors=("a", "b", "c"), below_diagonal=((0.5,), (-0.3, 0.6)))
    z = np.random.default_rng(1).standard_normal((20_000, 3))  # noqa: TID251
    whole = correlate_normals((group,), ("a", "b", "c"), z)
    assert np.corrcoef(whole.T) == pytest.approx(group.compute_matrix(), abs=0.03)
    part = correlate_normals((group,), ("c", "x", "a"), z)
    assert np.corrcoef(part.T)[0, 2] == pytest.approx(-0.3, abs=0.03)
    assert np.array_equal(part[:, 1], z[:, 1])
    assert correlate_normals((group,), ("x", "y", "z"), z).tolist() == z.tolist()


def test_uniform_numbers_stay_uniform():
    group = PriorCorrelation(reason="for a test", priors=("a", "b"), below_diagonal=((0.8,),))
    u = np.random.default_rng(2).random((20_000, 3))  # noqa: TID251
    result = correlate_uniforms((group,), ("a", "b", "c"), u)
    assert np.array_equal(result[:, 2], u[:, 2])
    assert result[:, 0] == pytest.approx(u[:, 0], abs=1e-12)
    assert np.abs(np.sort(result[:, 1]) - np.linspace(0, 1, len(u))).max() < 0.015


@pytest.mark.parametrize(
    ("names", "rows", "message"),
    [
        (("a", "b"), ((0.5, 0.5),), "wants rows of 1 to 1 numbers"),
        (("a", "b", "c"), ((0.9,), (0.9, -0.9)), "positive definite"),
        (("a", "b"), ((1.0,),), "positive definite"),
        (("a", "a"), ((0.5,),), "names a prior twice"),
    ],
)
def test_what_is_no_matrix_of_correlations_is_refused(names, rows, message):
    with pytest.raises(ValueError, match=message):
        PriorCorrelation(reason="for a test", priors=names, below_diagonal=rows)


def test_correlations_of_unknown_priors_are_reported(tmp_path):
    path = write_scenario(tmp_path / "unknown.yaml")
    group = {"reason": "for a test", "priors": ["nothing", "killing_rate"], "below_diagonal": [[0.1]]}
    with pytest.raises(ScenarioError) as error:
        load(path, (Edit(path="prior_correlations", value=[group]),))
    assert "prior_correlations.0.priors: no such prior (got nothing)" in str(error.value)


def test_a_use_names_year_and_size():
    assert PriorPackUse.model_validate(USE).size == 400
