"""Calibration of the teaching battle: reproducibility, acceptance, and the posterior wherever it is used."""

import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.manifests import leave_posterior, reseal

from sim.battle.simulation import Simulation
from sim.cli.calibrate import select_claims
from sim.cli.main import main
from sim.cli.smc import SMCProgress
from sim.inference.battle_target import BattleTarget, simulate_observables
from sim.inference.chains import SMCResult, run_smc
from sim.inference.diagnostics import diagnose_calibration, find_correlated_pairs, predict_claims, summarize_parameters
from sim.inference.fit import describe_fit
from sim.inference.history_matching import IMPLAUSIBILITY_CUTOFF, compute_implausibility, run_history_matching
from sim.inference.importance import run_importance_sampling
from sim.inference.model_comparison import (
    ModelComparison,
    compute_probabilities,
    estimate_model_confusion,
    find_incomparable,
)
from sim.inference.negative_controls import CONTROL_NAMES
from sim.inference.netcdf import POSTERIOR_FILE, PosteriorError, read_posterior
from sim.inference.particles import sample_prior
from sim.inference.posterior import Posterior, build_posterior
from sim.inference.posterior_metadata import PosteriorMetadata
from sim.inference.sbc import N_RANKED_DRAWS, SBCResult, run_sbc
from sim.inference.smc import SMCSettings
from sim.inference.workers import Workers
from sim.likelihood.observation_model import build_observation_model
from sim.outputs.run_results import read_reporting_parameters
from sim.plots.figure_data import rescore_run
from sim.report.skill import PRIOR_REPORTING_NOTE
from sim.runs.backends import WorkerPool
from sim.scenario import Edit, load
from sim.storage.reader import open_output

SETTINGS = SMCSettings(n_particles=300, sweeps=2, final_sweeps=3, ess_fraction=0.5, max_simulations=10**9)
TWO_WORKERS = Workers("threads", WorkerPool(2))


def make_target(*edits: Edit, form: str = "compiled", law: str = "helmbold") -> BattleTarget:
    scenario = load("teaching", edits)
    simulation = Simulation(
        scenario, law=law, execution_mode=form, scheduler="compiled" if form == "compiled" else "simpy"
    )
    return BattleTarget(simulation, build_observation_model(scenario, simulation.end_hours))


@pytest.fixture(scope="module")
def target() -> BattleTarget:
    return make_target()


@pytest.fixture(scope="module")
def smc_result(target) -> SMCResult:
    return run_smc(target, SETTINGS, 7, TWO_WORKERS)


def make_metadata(target: BattleTarget) -> PosteriorMetadata:
    return describe_fit(target, 7)


@pytest.fixture(scope="module")
def posterior(target, smc_result) -> Posterior:
    return build_posterior(target, smc_result, make_metadata(target), 7)


@pytest.fixture(scope="module")
def output(posterior, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("calibrated")
    return leave_posterior(folder, posterior)


# --- Particles


def test_a_particle_is_the_same_battle_under_both_clocks(target):
    particles = sample_prior(target.space, 3, np.arange(8, dtype=np.uint64))
    plain = make_target(form="plain")
    np.testing.assert_array_equal(target.simulate_outcomes(particles), plain.simulate_outcomes(particles))


@pytest.mark.slow
def test_a_particle_simulated_again_is_the_same_in_whatever_company(target, smc_result):
    population = smc_result.chains[1].population
    np.testing.assert_array_equal(target.simulate_outcomes(population.particles), population.outcomes)
    rows = np.array([17, 3, 250])
    np.testing.assert_array_equal(target.simulate_outcomes(population.particles.take(rows)), population.outcomes[rows])
    again = target.compute_log_likelihood(population.particles, population.outcomes).sum(axis=1)
    np.testing.assert_allclose(again, population.log_likelihood_ratio, rtol=1e-12)


def test_blocks_hold_each_coordinate_once(target):
    space = target.space
    assert len(space.parameter_block_index) == len(space.parameter_names) - sum(space.is_reporting)
    assert len(space.input_block_index) == len(space.input_names)
    stream, moment = space.stream_names.index("order:gate_bomb:dice"), space.input_names.index("order:gate_bomb:moment")
    assert space.block_names[space.stream_block_index[stream]] == "order:gate_bomb"
    assert space.block_names[space.input_block_index[moment]] == "order:gate_bomb"
    reporting_names = {name for name, is_in in zip(space.parameter_names, space.is_reporting, strict=True) if is_in}
    assert set(target.observation_model.parameter_names) >= reporting_names


def test_no_battle_reads_a_negative_control(target):
    particles = sample_prior(target.space, 1, np.arange(20, dtype=np.uint64))
    columns = [target.space.input_names.index(name) for name in CONTROL_NAMES]
    inputs = particles.normal_inputs.copy()
    inputs[:, columns] += 3.0
    changed = replace(particles, normal_inputs=inputs)
    assert (target.simulate_outcomes(changed) == target.simulate_outcomes(particles)).all()


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 5])  # a chain each; two for the chunks of each chain
def test_the_same_bits_for_any_number_of_workers(target, workers):
    settings = replace(SETTINGS, n_particles=210, sweeps=1, final_sweeps=1)
    serial = run_smc(target, settings, 5, Workers())
    parallel = run_smc(target, settings, 5, Workers("threads", WorkerPool(workers)))
    for one, other in zip(serial.chains, parallel.chains, strict=True):
        np.testing.assert_array_equal(one.population.log_likelihood_ratio, other.population.log_likelihood_ratio)
        np.testing.assert_array_equal(one.population.particles.salts, other.population.particles.salts)
    assert serial.log_evidences == parallel.log_evidences


# --- The posterior


@pytest.mark.slow
def test_importance_sampling_agrees_with_smc_on_the_evidence(target, smc_result):
    # The one result of the method that can be had without it: the mean likelihood over the prior.
    baseline = run_importance_sampling(target, 20_000, 7, TWO_WORKERS)
    difference = smc_result.log_evidence.value - baseline.log_evidence.value
    assert abs(difference) < 4 * np.hypot(smc_result.log_evidence.error, baseline.log_evidence.error)
    assert smc_result.log_evidence.error < 0.5


def test_the_posterior_predicts_the_claims(posterior):
    predictions = {each.claim: each for each in predict_claims(posterior)}
    assert predictions["amber_dead_herald"].low == 41
    assert not any(each.is_misfit for each in predictions.values())
    summaries = {each.parameter: each for each in summarize_parameters(posterior)}
    # Two sources on one count: the ratio of their biases is what the record determines best.
    assert summaries["herald_on_amber"].contraction > 0.3
    assert summarize_parameters(posterior)[0].parameter == "herald_on_amber"


@pytest.mark.slow
def test_contraction_of_draws_from_the_prior_is_nothing(target):
    settings = replace(SETTINGS, n_particles=400, sweeps=1, final_sweeps=1)
    prior_draws = [sample_prior(target.space, seed, np.arange(400, dtype=np.uint64)) for seed in (1, 2)]
    chains = tuple(
        replace(chain, population=replace(chain.population, particles=particles), ancestors=np.arange(400)[:, None])
        for chain, particles in zip(run_smc(target, settings, 1, TWO_WORKERS).chains, prior_draws, strict=True)
    )
    posterior = build_posterior(target, SMCResult(chains), make_metadata(target), 1)
    # The most extreme of 38 independent ones lies within 4 standard errors.
    assert max(abs(each.contraction) / each.contraction_error for each in summarize_parameters(posterior)) < 4
    assert find_correlated_pairs(posterior) == []


@pytest.mark.slow
def test_a_posterior_comes_back_from_its_file(posterior, output):
    stored = read_posterior(output)
    assert stored.digest == posterior.digest
    assert stored.priors == dict(posterior.priors)
    assert stored.metadata == posterior.metadata
    np.testing.assert_array_equal(stored.randomness.salts, posterior.randomness.salts)
    ess = posterior.compute_ess(posterior.parameter_values)
    np.testing.assert_array_equal(stored.compute_ess(stored.parameter_values), ess)


@pytest.mark.slow
def test_a_file_of_an_earlier_version_is_refused(posterior, tmp_path):
    import h5py

    with h5py.File(leave_posterior(tmp_path, posterior) / POSTERIOR_FILE, "r+") as file:
        file.attrs["schema"] = 1
    reseal(tmp_path)
    with pytest.raises(
        PosteriorError, match="with posterior schema 1, and this version reads schema 5 only: calibrate"
    ):
        read_posterior(tmp_path)


def change_priors(tree) -> None:
    priors = json.loads(tree.attrs["priors"])
    priors["teal_garrison"]["high"] = 900
    tree.attrs["priors"] = json.dumps(priors)


def add_to_evidence(tree) -> None:
    tree["tempering/log_evidence"][:] += 100


def add_to_stored_evidence(tree) -> None:
    about = json.loads(tree.attrs["about"])
    tree.attrs["about"] = json.dumps(about | {"log_evidence": [[1.0, 0.1]]})


def swap_inputs(tree) -> None:
    tree["random_inputs/stream"][:] = tree["random_inputs/stream"][:][::-1]


def change_a_draw(tree) -> None:
    tree["posterior/teal_garrison"][0, 0] *= 1.01


CHANGES = (change_priors, add_to_evidence, add_to_stored_evidence, swap_inputs, change_a_draw)


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_one_digest_is_over_all_of_a_posterior(change, posterior, tmp_path):
    """Even where the file is sealed again, since the manifest has the digest of what was calibrated."""
    import h5py

    with h5py.File(leave_posterior(tmp_path, posterior) / POSTERIOR_FILE, "r+") as file:
        change(file)
    with pytest.raises(PosteriorError, match=r"posterior\.nc was changed or cut short"):
        read_posterior(tmp_path)
    reseal(tmp_path)
    with pytest.raises(PosteriorError, match=r"is not the posterior of its run\.json"):
        read_posterior(tmp_path)


@pytest.mark.slow
def test_a_log_density_that_is_not_the_sum_of_its_terms_breaks_the_seal(posterior, tmp_path):
    import h5py

    with h5py.File(leave_posterior(tmp_path, posterior) / POSTERIOR_FILE, "r+") as file:
        file["sample_stats/lp"][:] = 0
    with pytest.raises(PosteriorError, match=r"posterior\.nc was changed or cut short"):
        read_posterior(tmp_path / POSTERIOR_FILE)


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"no file of that kind", b"", b"\x89HDF\r\n\x1a\n" + bytes(5000)])
def test_what_is_no_posterior_is_refused_even_if_it_is_sealed(content, posterior, tmp_path):
    (leave_posterior(tmp_path, posterior) / POSTERIOR_FILE).write_bytes(content)
    reseal(tmp_path)
    with pytest.raises(PosteriorError, match="can't be read"):
        read_posterior(tmp_path)


@pytest.mark.slow
def test_a_posterior_without_its_manifest_is_none(posterior, tmp_path):
    (leave_posterior(tmp_path, posterior) / "run.json").unlink()
    with pytest.raises(PosteriorError, match=r"there is no run\.json"):
        read_posterior(tmp_path)


@pytest.mark.slow
def test_a_posterior_of_more_numbers_than_there_is_room_for_is_refused(posterior, tmp_path):
    """Compressed, a kilobyte of it can stand for very many."""
    import h5py

    with h5py.File(leave_posterior(tmp_path, posterior) / POSTERIOR_FILE, "r+") as file:
        file["prior"].create_dataset("huge", (2, 10**9), "f8", chunks=(1, 10**6), compression="gzip")
    reseal(tmp_path)
    with pytest.raises(PosteriorError, match="too large"):
        read_posterior(tmp_path)


@pytest.mark.slow
def test_arviz_opens_it(output):
    arviz = pytest.importorskip("arviz")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = arviz.from_netcdf(output / POSTERIOR_FILE)
        table = arviz.summary(data, var_names=["teal_garrison", "herald_on_amber"])
    assert set(data.groups()) >= {"posterior", "prior", "log_likelihood", "posterior_predictive", "observed_data"}
    assert data.posterior.sizes["chain"] == 2
    assert table.shape[0] == 2


# --- The posterior as parameters


def test_matched_draws_simulate_each_draw_as_it_was(posterior, target):
    observables = target.observation_model.observables
    simulation = replace(target.simulation, supplied=posterior.matched_draws)
    again = simulate_observables(simulation, 123, len(posterior), observables)
    np.testing.assert_array_equal(again, posterior.outcomes)
    plain = replace(simulation, execution_mode="plain", scheduler="simpy")
    np.testing.assert_array_equal(simulate_observables(plain, 4, 5, observables), posterior.outcomes[:5])


def test_independent_draws_have_the_same_parameters_and_other_random_inputs(posterior, target):
    simulation = replace(target.simulation, supplied=posterior.independent_draws)
    other = simulate_observables(simulation, 123, 50, target.observation_model.observables)
    assert (other != posterior.outcomes[:50]).any(axis=1).mean() > 0.5


@pytest.mark.slow
def test_a_run_simulates_the_draws_and_says_so(call, output, posterior, tmp_path):
    code, out, _ = call(
        "run", "scenario=teaching", f"parameters=posterior:{output}", "runs=6", f"outputs={tmp_path}", "workers=1"
    )  # fmt: skip
    assert code == 0
    assert "Calibrated on 6 claims" in " ".join(out.split())
    assert "Nothing is calibrated" not in out
    import pyarrow.parquet as pq

    folder = Path(out.splitlines()[-1])
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["calibrated"] is True
    assert manifest["posterior"]["digest"] == posterior.digest
    runs = pq.read_table(folder / "runs.parquet")
    column = posterior.parameter_names.index("teal_garrison")
    assert runs["p_teal_garrison"].to_pylist() == posterior.parameter_values[:6, column].tolist()
    claims = pq.read_table(folder / "claims.parquet").to_pylist()
    killed = [row["simulated"] for row in claims if row["claim"] == "amber_dead_herald"]
    assert set(killed) <= set(posterior.outcomes[:6].reshape(-1).tolist())


@pytest.fixture(scope="module")
def fought(output, tmp_path_factory) -> Path:
    """A run of the posterior's battles, more than it has draws, whose folder is gone since."""
    folder = tmp_path_factory.mktemp("fought")
    moved = shutil.copytree(output, folder / "calibration")
    with pytest.raises(SystemExit) as left:
        main(
            ["run", "scenario=teaching", f"parameters=posterior:{moved}", "runs=900", f"outputs={folder}", "workers=1"]
        )
    assert not left.value.code
    shutil.rmtree(moved)
    (run,) = (folder / "base").iterdir()
    return run


@pytest.mark.slow
def test_calibrated_battles_are_reported_as_their_own_draw_of_the_posterior_reports(call, fought, posterior, tmp_path):
    assert not (fought.parent.parent / "calibration").exists()
    code, out, _ = call("score", str(fought), f"outputs={tmp_path}")
    assert code == 0
    assert PRIOR_REPORTING_NOTE not in " ".join(out.split())
    scores = open_output(Path(out.splitlines()[-1]))
    assert scores.manifest.reporting == "posterior"
    replications = np.arange(900)
    reporting = read_reporting_parameters(open_output(fought), replications)
    assert set(reporting) == set(posterior.parameter_names) - set(make_target().simulation.parameter_names)
    for name, values in reporting.items():
        of_draws = posterior.parameter_values[:, posterior.parameter_names.index(name)]
        np.testing.assert_array_equal(values, of_draws[replications % len(posterior)])
    again = rescore_run(open_output(fought), 900)
    by_posterior = [each.probability for split in again for each in split.claim_forecasts]
    assert scores.read_table("claim_forecasts")["probability"].to_pylist() == by_posterior


@pytest.mark.slow
def test_a_run_without_reporting_parameters_says_that_they_are_the_prior(call, fought, tmp_path):
    old = shutil.copytree(fought, tmp_path / "old")
    (old / "reporting.parquet").unlink()
    reseal(old)
    code, out, _ = call("score", str(old), f"outputs={tmp_path}")
    assert code == 0
    assert PRIOR_REPORTING_NOTE in " ".join(out.split())
    page = Path(out.splitlines()[-1]) / "report.html"
    assert PRIOR_REPORTING_NOTE in page.read_text(encoding="utf-8")
    scores = open_output(page.parent)
    assert scores.manifest.reporting == "prior"
    by_posterior = [
        each.probability for split in rescore_run(open_output(fought), 900) for each in split.claim_forecasts
    ]
    assert scores.read_table("claim_forecasts")["probability"].to_pylist() != by_posterior


@pytest.mark.slow
def test_what_if_under_the_posterior_keeps_everything_else(call, output, tmp_path):
    code, out, _ = call(
        "whatif", "scenario=teaching", f"parameters=posterior:{output}", "perturb=[no_airstrikes]", "runs=8",
        "workers=1",         f"outputs={tmp_path}",
    )  # fmt: skip
    assert code == 0
    assert "Calibrated on 6 claims" in " ".join(out.split())
    assert "Uncalibrated" not in out
    import pyarrow.parquet as pq

    rows = pq.read_table(Path(out.splitlines()[-1]) / "pairs.parquet").to_pylist()
    assert len(rows) == 16


def test_a_diary_narrates_a_draw(call, output):
    code, matched, _ = call("diary", "scenario=teaching", f"parameters=posterior:{output}", "replication=2")
    assert code == 0
    _, again, _ = call("diary", "scenario=teaching", f"parameters=posterior:{output}", "replication=2", "seed=99")
    assert matched.splitlines()[1:] == again.splitlines()[1:]
    _, fresh, _ = call(
        "diary", "scenario=teaching", f"parameters=posterior:{output}", "replication=2", "randomness=independent"
    )
    assert fresh.splitlines()[4] == matched.splitlines()[4]  # the same forces
    assert fresh != matched


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["law=linear"], "a posterior under Helmbold's law (got law=linear)"),
        (["scenario=dec2014"], "a posterior of teaching (got scenario=dec2014)"),
        (["+override.forces.watch.strength=70"], "the scenario was another one when calibrated"),
    ],
)
def test_a_posterior_of_something_else_is_refused(call, output, words, message):
    arguments = {word.split("=")[0]: word for word in ("scenario=teaching", f"parameters=posterior:{output}", *words)}
    code, _, err = call("run", *arguments.values(), "runs=2")
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "parameters=posterior:/no/where"], "parameters: /no/where: no such folder"),
        (["run", "parameters=later"], "parameters: not a way of coming by parameters"),
        (["run", "parameters=posterior:"], "of which calibration?"),
        (["calibrate", "parameters=median"], "parameters: a calibration begins with the prior"),
        (["calibrate", "perturb=[no_airstrikes]"], "what really happened is calibrated"),
        (["calibrate", "claims=[nobody]"], "claims: no claim that is scored (got 'nobody'"),
        (["calibrate", "cutoff=1999-01-01"], "cutoff: outside the battle"),
        (["calibrate", "ess_fraction=1.5"], "ess_fraction:"),
        (["calibrate", "particels=9"], "particels"),
        (["compare-models", "models=square"], "models: needs two rivals"),
        (["compare-models", "models=lanchester"], "neither a law nor a reading"),
        (["compare-models", "models=reading.moon"], "models: unknown reading"),
        (["sbc", "battles=1"], "battles:"),
        (["sensitivity", "parameters=posterior:x"], "parameters: the unknowns are what varies"),
    ],
)
def test_bad_settings_are_reported_in_one_line(call, words, message, tmp_path):
    code, _, err = call(*words, "scenario=teaching", f"outputs={tmp_path}")
    assert code == 2
    assert message in err
    assert len(err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


# --- Which claims


def test_a_cutoff_leaves_the_claims_about_earlier_times():
    scenario = load("teaching")
    assert set(select_claims(scenario, "calibration", scenario.begins.replace(day=2))) == {
        id for id, claim in scenario.claims.items()
        if claim.role == "calibration" and claim.observable.until <= scenario.begins.replace(day=2)
    }  # fmt: skip
    everything = select_claims(scenario, "scored", None)
    assert "hill_regained" in everything
    assert "hill_regained" not in select_claims(scenario, "calibration", None)
    assert "relief_came" not in everything


# --- Where there is no posterior


@pytest.mark.slow
def test_claims_that_contradict_the_model_leave_no_posterior():
    damaged = make_target(Edit(path="claims.first_day_dead_gazette.value", value="exactly 5000"))
    result = run_smc(damaged, SETTINGS, 7, TWO_WORKERS)
    predictions = (
        predict_claims(build_posterior(damaged, result, make_metadata(damaged), 7)) if result.is_at_posterior else []
    )
    diagnostics = diagnose_calibration(result, SETTINGS, predictions, damaged.space)
    assert not diagnostics.is_accepted
    assert any("contradict" in line or "temperature" in line or "effective" in line for line in diagnostics.failures)
    if result.is_at_posterior:
        assert next(each for each in predictions if each.claim == "first_day_dead_gazette").is_misfit


def test_a_budget_that_is_too_small_is_reported(call, tmp_path):
    code, out, err = call(
        "calibrate", "scenario=teaching", "particles=200", "target_ess=400", "sweeps=1", "final_sweeps=1",
        "max_simulations=1500", "hm_draws=10", "hm_repeats=2", "importance_draws=100", "engine=compiled",
        f"outputs={tmp_path}",
    )  # fmt: skip
    assert code == 0, err
    assert "No posterior could be accepted from 6 claims." in out
    assert "not to 1" in out
    folder = Path(out.splitlines()[-1])
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["accepted"] is False
    assert not (folder / POSTERIOR_FILE).exists()
    code, _, err = call("run", "scenario=teaching", f"parameters=posterior:{folder}", "runs=2")
    assert code == 2
    assert "holds no posterior: Island 1" in err


SMALL = (
    *("particles=120", "sweeps=1", "final_sweeps=1", "target_ess=50", "max_simulations=20000"),
    *("hm_draws=10", "hm_repeats=2", "importance_draws=100", "engine=compiled"),
)


@pytest.mark.slow
def test_an_interrupted_calibration_resumes_to_the_same_bits(call, tmp_path, monkeypatch):
    whole = call("calibrate", "scenario=teaching", *SMALL, f"outputs={tmp_path}")[1].splitlines()[-1]
    before, after = [], []

    def interrupt(self, state):
        before.append((state.chain_id, state.beta))
        if state.chain_id == 2 and state.beta > 0.2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SMCProgress, "on_temperature", interrupt)
        code, _, err = call("calibrate", "scenario=teaching", *SMALL, f"outputs={tmp_path}")
    assert code == 130
    folder = next(path for path in tmp_path.glob("calibrate/*") if str(path) != whole)
    assert str(folder) in err
    monkeypatch.setattr(SMCProgress, "on_temperature", lambda self, state: after.append((state.chain_id, state.beta)))
    assert call("resume", str(folder), "workers=1")[0] == 0
    assert 2 in {chain_id for chain_id, _ in after}
    assert min(beta for chain_id, beta in after if chain_id == 2) > 0.2
    assert not {each for each in after if each[1] < 1} & set(before)
    digests = [json.loads((Path(each) / "run.json").read_text())["results_digest"] for each in (whole, folder)]
    assert digests[0] == digests[1]


# --- History matching, simulation-based calibration, model comparison


def test_implausibility_by_hand():
    # 68 reported; mean 50 and variance 120 + (0.25 * 68)^2 of simulation and reports; discrepancy a fifth of 68.
    spread = np.sqrt(120 + 17.0**2)
    reports = np.array([50 - spread, 50 + spread] * 2)[None, :, None] * 1.0
    variance = reports.var(axis=1, ddof=1)[0, 0]
    implausibility = compute_implausibility(reports, np.array([68.0]), np.array([68.0]))[0, 0]
    assert implausibility == pytest.approx(18 / np.sqrt(variance + 13.6**2))
    assert compute_implausibility(reports, np.array([40.0]), np.array([np.inf]))[0, 0] == 0.0
    assert 18 / np.sqrt(120 + 289 + 13.6**2) == pytest.approx(0.7386, abs=5e-5)


def test_history_matching_informs_and_cuts_nothing(target):
    wave = run_history_matching(target, 30, 4, 1, TWO_WORKERS)
    assert wave.parameter_normals.shape == (30, len(target.space.parameter_names))
    assert wave.implausibility.shape == wave.n_matches.shape == (30, len(target.observation_model.claims))
    assert wave.is_plausible.sum() > 20
    damaged = make_target(Edit(path="claims.first_day_dead_gazette.value", value="exactly 5000"))
    far = run_history_matching(damaged, 30, 4, 1, TWO_WORKERS)
    column = damaged.observation_model.claims.index("first_day_dead_gazette")
    assert (far.implausibility[:, column] > IMPLAUSIBILITY_CUTOFF).all()
    assert (far.n_matches[:, column] == 0).all()


def make_even_ranks(battles: int, quantities: int) -> np.ndarray:
    return (np.arange(battles)[:, None] * 7 + np.arange(quantities) * 3) % (N_RANKED_DRAWS + 1)


def test_even_ranks_pass_and_shifted_ones_do_not():
    ranks = make_even_ranks(200, 5)
    inside = np.ones((200, 5, 2), dtype=bool)
    even = SBCResult(tuple("abcde"), ranks, inside, np.ones(200, dtype=bool))
    assert even.bonferroni_p_value > 0.5
    assert (np.abs(even.compute_ecdf_differences()) <= even.compute_ecdf_band()).all()
    shifted = replace(even, ranks=np.minimum(ranks + 3, N_RANKED_DRAWS))
    assert shifted.bonferroni_p_value < 0.001
    assert (np.abs(shifted.compute_ecdf_differences()) > shifted.compute_ecdf_band()).any()


def test_the_band_covers_as_often_as_it_says():
    # Of uniform ranks that the band has not seen, 95 of 100 lines stay within it all along: 4 sigma of 500 trials.
    from sim import random_streams

    band = SBCResult(
        ("a",), make_even_ranks(100, 1), np.ones((100, 1, 2), dtype=bool), np.ones(100, dtype=bool)
    ).compute_ecdf_band()
    ranks = random_streams.make_generator("test", 1).integers(0, N_RANKED_DRAWS + 1, (100, 500))
    trial = SBCResult(tuple(map(str, range(500))), ranks, np.ones((100, 500, 2), dtype=bool), np.ones(100, dtype=bool))
    within = (np.abs(trial.compute_ecdf_differences()) <= band + 1e-12).all(axis=1).mean()
    assert abs(within - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 500)


@pytest.mark.slow
def test_sbc_resumes_and_is_the_same_for_any_workers(target, tmp_path):
    settings = replace(SETTINGS, n_particles=60, sweeps=1, final_sweeps=1)
    three = run_sbc(target, settings, 3, 1, Workers(), tmp_path, "inputs")
    saved_times = sorted(path.stat().st_mtime_ns for path in tmp_path.iterdir())
    assert len(saved_times) == 3
    four = run_sbc(target, settings, 4, 1, TWO_WORKERS, tmp_path, "inputs")
    np.testing.assert_array_equal(four.ranks[:3], three.ranks)
    assert sorted(path.stat().st_mtime_ns for path in tmp_path.iterdir())[:3] == saved_times
    assert (run_sbc(target, settings, 4, 1, Workers()).ranks == four.ranks).all()


def test_probabilities_of_models_by_evidence():
    from sim.inference.ess import LogEvidence

    exact = compute_probabilities({"a": [LogEvidence(-3.0, 0.0)] * 2, "b": [LogEvidence(-3.0 - np.log(3), 0.0)] * 2}, 1)
    assert exact["a"][0] == pytest.approx(0.75)
    assert exact["a"][1:] == pytest.approx((0.75, 0.75))
    uncertain = compute_probabilities({"a": [LogEvidence(-3.0, 1.0)] * 2, "b": [LogEvidence(-3.0, 1.0)] * 2}, 1)
    assert uncertain["a"][1] < 0.2 < 0.8 < uncertain["a"][2]
    assert not ModelComparison({}, {}).is_decisive


def test_models_fitted_to_other_claims_are_not_compared(target):
    other = make_target(Edit(path="claims.first_day_dead_gazette.value", value="exactly 13"))
    assert find_incomparable({"one": target, "other": other}) == ["other"]
    assert find_incomparable({"one": target, "linear": make_target(law="linear")}) == []


@pytest.mark.slow
def test_synthetic_battles_are_assigned_to_the_model_that_made_them(target):
    settings = replace(SETTINGS, n_particles=60, sweeps=1, final_sweeps=1)
    few = make_target(Edit(path="priors.killing_rate_teal.median", value=0.02))
    many = make_target(Edit(path="priors.killing_rate_teal.median", value=1.5))
    confusion = estimate_model_confusion({"few": few, "many": many}, settings, 4, 1, TWO_WORKERS)
    assert confusion.counts.sum() == 8
    assert confusion.n_correct >= 6  # twice four battles that differ by a factor of 75 in what one side does
