"""The posterior that is shipped with a scenario: it fits scenario and rules, and stands beside an uncalibrated run."""

import json
import shutil

import numpy as np
import pytest

from sim import paths
from sim.battle.simulation import Simulation
from sim.inference.battle_target import make_battle_target, simulate_observables
from sim.inference.netcdf import read_posterior
from sim.inference.thinning import thin_posterior
from sim.likelihood.observation_model import build_observation_model
from sim.outputs.calibrated_headlines import CalibratedHeadline, CalibratedHeadlines, read_calibrated_headlines
from sim.outputs.provenance import describe_environment
from sim.report.after_reports import AfterReports
from sim.scenario import load
from sim.storage.reader import open_output

SHIPPED = sorted(each.name for each in paths.posterior_folder().iterdir())
MAX_BYTES = 8_000_000
REPEATED = 8  # draws that are fought again


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_posterior_is_of_its_scenario(name):
    scenario, posterior = load(name), read_posterior(paths.posterior_folder() / name)
    assert posterior.metadata.scenario_digest == scenario.compute_digest()
    found = read_calibrated_headlines(scenario, posterior.metadata.law)
    assert found is not None
    assert found.n_claims == len(posterior.claims)
    numbers = [each.headline for each in found.headlines if not each.variant]
    assert numbers == [
        n for n, each in enumerate(scenario.headline_outputs, 1) if each.observable.until <= scenario.ends
    ]
    size = sum(path.stat().st_size for path in (paths.posterior_folder() / name).iterdir())
    assert size < MAX_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_posterior_is_of_these_rules(name):
    """Its draws, fought again, come to what is stored of them, to the bit: `make posterior` after a change of rules."""
    made_by, here = open_output(paths.posterior_folder() / name).manifest, describe_environment()
    if (made_by.machine, made_by.libraries) != (here["machine"], here["libraries"]):
        pytest.skip(f"the posterior was written on {made_by.machine} with {made_by.libraries}")
    scenario = load(name)
    posterior = thin_posterior(read_posterior(paths.posterior_folder() / name), REPEATED)
    model = build_observation_model(
        scenario, scenario.hours_since_start(posterior.metadata.until or scenario.ends), posterior.claims
    )
    simulation = make_battle_target(Simulation(scenario, law=posterior.metadata.law), model).simulation
    values = simulate_observables(
        simulation.with_draws(posterior.matched_draws), posterior.metadata.seed, len(posterior), model.observables
    )
    np.testing.assert_array_equal(values, posterior.outcomes)


def identify(posterior, row: int) -> tuple[object, ...]:
    """All of a draw, in a form that can be looked up."""
    arrays = [posterior.parameter_values, posterior.outcomes, posterior.log_likelihood, posterior.randomness.salts]
    return int(posterior.chains[row]), int(posterior.lineages[row]), *(each[row].tobytes() for each in arrays)


@pytest.mark.slow
def test_thinning_keeps_draws_as_they_are_and_as_many_of_each_chain(inferred):
    whole = read_posterior(inferred["calibrate"])
    thinned = thin_posterior(whole, 20)
    assert len(thinned) == 20
    assert [int((thinned.chains == chain).sum()) for chain in np.unique(whole.chains)] == [10, 10]
    assert {identify(thinned, n) for n in range(20)} <= {identify(whole, n) for n in range(len(whole))}
    assert len(thin_posterior(whole, 10**6)) == len(whole)


def test_another_scenario_law_or_a_damaged_folder_has_no_headlines(tmp_path, monkeypatch):
    name = SHIPPED[0]
    scenario = load(name)
    law = open_output(paths.posterior_folder() / name).manifest.law
    assert read_calibrated_headlines(scenario, "linear") is None
    assert read_calibrated_headlines(scenario.model_copy(update={"title": "another"}), law) is None
    copy = shutil.copytree(paths.posterior_folder() / name, tmp_path / name)
    monkeypatch.setattr(paths, "posterior_folder", lambda: tmp_path)
    assert read_calibrated_headlines(scenario, law) is not None
    (copy / "headlines.parquet").write_bytes(b"nothing")
    assert read_calibrated_headlines(scenario, law) is None
    assert read_calibrated_headlines(load("teaching"), law) is None


def test_a_sentence_has_both_numbers_and_what_it_hangs_on():
    headlines = (
        CalibratedHeadline("", 1, True, 0.93, 0.90, 0.95),
        CalibratedHeadline("scope=both_days", 1, True, 0.86, 0.8, 0.9),
        CalibratedHeadline("", 2, False, 60.0, 50.0, 72.0),
    )
    after = AfterReports(CalibratedHeadlines("0" * 64, "helmbold", headlines, 36, 958.2, ("islands",)))
    assert after.describe_headline(1) == (
        "; of those that fit the reports, in 93 of 100 (90 to 95), 86 under the reading scope=both_days."
    )
    assert after.describe_headline(2) == "; in half of those that fit the reports 50 to 72, the median being 60."
    assert after.describe_headline(3) == "."
    assert [after.describe_number(number) for number in (1, 2, 3)] == [
        "after the reports 93 in 100 (90 to 95)",
        "after the reports 60 (50 to 72)",
        "",
    ]
    assert "36 reports" in after.describe_note()
    assert "do not agree" in after.describe_note()


@pytest.mark.slow
def test_a_run_shows_the_battles_before_and_after_the_reports(call, tmp_path):
    code, out, err = call("run", f"scenario={SHIPPED[0]}", "runs=2", "workers=1", f"outputs={tmp_path}")
    assert code == 0, err
    assert "of those that fit the reports" in " ".join(out.split())
    (page,) = tmp_path.rglob("report.html")
    for place in (' early">', '">'):  # above the playback on a phone, beside it on a desk
        shown = page.read_text(encoding="utf-8").split(f'<ul class="numbers{place}', 1)[1].split("</ul>", 1)[0]
        assert shown.count('<strong class="after">after the reports ') == 3
    code, out, err = call(
        "run", f"scenario={SHIPPED[0]}", "runs=2", "workers=1", "perturb=[no_airstrikes]", f"outputs={tmp_path}"
    )
    assert code == 0, err
    assert "that fit the reports" not in " ".join(out.split())


@pytest.mark.slow
def test_battles_are_fought_from_a_shipped_posterior(call, tmp_path):
    words = ["run", f"scenario={SHIPPED[0]}", "parameters=calibrated", "runs=2", "workers=1", f"outputs={tmp_path}"]
    code, _, err = call(*words)
    assert code == 0, err
    (file,) = tmp_path.rglob("run.json")
    assert json.loads(file.read_text(encoding="utf-8"))["calibrated"] is True


def test_a_scenario_without_a_posterior_says_which_have_one(call, tmp_path):
    code, _, err = call("run", "scenario=teaching", "parameters=calibrated", f"outputs={tmp_path}")
    assert code == 2
    assert f"no posterior is shipped with teaching (shipped with: {', '.join(SHIPPED)}" in err
