"""Calibration of the teaching battle: the same bits again, what may be shown, and the posterior wherever it is used."""

import json
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.battle.fight import Stage
from sim.calibration.battles import Battles, observed
from sim.calibration.calibration import Cooled, cool
from sim.calibration.cloud import from_prior
from sim.calibration.identified import known, together
from sim.calibration.importance import weighted
from sim.calibration.island import Plan
from sim.calibration.netcdf import FILE, PosteriorError, read_posterior, write_posterior
from sim.calibration.posterior import Posterior, posterior_of
from sim.calibration.predictive import predicted
from sim.calibration.rehearsal import DRAWS, Rehearsed, rehearse
from sim.calibration.rivals import Compared, chances, comparable, confuse
from sim.calibration.verdict import verdict
from sim.calibration.wave import IMPLAUSIBLE, implausible, wave
from sim.calibration.workers import Workers
from sim.claims.testimony import recorded
from sim.cli.calibrate import chosen
from sim.cli.cooling import Cooling
from sim.experiment.backends import Place
from sim.scenario import Edit, load

PLAN = Plan(particles=300, sweeps=2, last=3, share=0.5, budget=10**9)
TWO = Workers("threads", Place(2))


def target_of(*edits: Edit, form: str = "compiled", law: str = "square") -> Battles:
    scenario = load("teaching", edits)
    stage = Stage(scenario, law=law, form=form, clock="compiled" if form == "compiled" else "simpy")
    return Battles(stage, recorded(scenario, stage.ends))


@pytest.fixture(scope="module")
def target() -> Battles:
    return target_of()


@pytest.fixture(scope="module")
def cooled(target) -> Cooled:
    return cool(target, PLAN, 7, TWO)


def about(target: Battles) -> dict:
    scenario = target.stage.scenario
    return {
        "scenario": scenario.name, "scenario_digest": scenario.digest(), "law": target.stage.law, "law_params": {},
        "cut": None, "claims": list(target.testimony.claims),
    }  # fmt: skip


@pytest.fixture(scope="module")
def posterior(target, cooled) -> Posterior:
    return posterior_of(target, cooled, about(target), 7)


@pytest.fixture(scope="module")
def output(posterior, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("calibrated")
    write_posterior(folder / FILE, posterior)
    return folder


# --- Particles


def test_a_particle_is_the_same_battle_under_both_clocks(target):
    cloud = from_prior(target.space, 3, np.arange(8, dtype=np.uint64))
    np.testing.assert_array_equal(target.outcomes(cloud), target_of(form="plain").outcomes(cloud))


def test_a_particle_fought_again_is_the_same_in_whatever_company(target, cooled):
    island = cooled.islands[1].fought
    np.testing.assert_array_equal(target.outcomes(island.cloud), island.outcomes)
    rows = np.array([17, 3, 250])
    np.testing.assert_array_equal(target.outcomes(island.cloud.take(rows)), island.outcomes[rows])
    again = target.log_likelihood(island.cloud, island.outcomes).sum(axis=1)
    np.testing.assert_allclose(again, island.gain, rtol=1e-12)


def test_blocks_hold_each_coordinate_once(target):
    space = target.space
    assert len(space.slot_blocks) == len(space.slots) - sum(space.reporting)
    assert len(space.driver_blocks) == len(space.drivers)
    assert space.blocks[space.stream_blocks[space.streams.index("order:gate_bomb:dice")]] == "order:gate_bomb"
    assert space.blocks[space.driver_blocks[space.drivers.index("order:gate_bomb:moment")]] == "order:gate_bomb"
    assert set(target.testimony.slots) >= {s for s, told in zip(space.slots, space.reporting, strict=True) if told}


@pytest.mark.parametrize("workers", [2, 5])  # an island each; two for the pieces of each island
def test_the_same_bits_for_any_number_of_workers(target, workers):
    plan = replace(PLAN, particles=210, sweeps=1, last=1)
    alone = cool(target, plan, 5, Workers())
    several = cool(target, plan, 5, Workers("threads", Place(workers)))
    for one, other in zip(alone.islands, several.islands, strict=True):
        np.testing.assert_array_equal(one.fought.gain, other.fought.gain)
        np.testing.assert_array_equal(one.fought.cloud.salts, other.fought.cloud.salts)
    assert alone.evidences == several.evidences


# --- The posterior


def test_plain_weights_agree_with_the_islands_on_the_evidence(target, cooled):
    # The one claim of the method that can be had without it: the mean likelihood over the prior.
    plain = weighted(target, 20_000, 7, TWO)
    apart = cooled.evidence.log - plain.evidence.log
    assert abs(apart) < 4 * np.hypot(cooled.evidence.error, plain.evidence.error)
    assert cooled.evidence.error < 0.5


def test_what_the_posterior_knows_of_the_claims(posterior):
    told = {each.claim: each for each in predicted(posterior)}
    assert told["amber_dead_herald"].low == 41
    assert not any(each.missed for each in told.values())
    contracted = {each.slot: each for each in known(posterior)}
    # Two sources on one count: the ratio of their factors is what the record knows best.
    assert contracted["herald_on_amber"].contraction > 0.3
    assert known(posterior)[0].slot == "herald_on_amber"


def test_contraction_of_draws_from_the_prior_is_nothing(target):
    plain = replace(PLAN, particles=400)
    cloud = [from_prior(target.space, seed, np.arange(400, dtype=np.uint64)) for seed in (1, 2)]
    islands = tuple(
        replace(island, fought=replace(island.fought, cloud=each), lines=np.arange(400)[:, None])
        for island, each in zip(cool(target, replace(plain, sweeps=1, last=1), 1, TWO).islands, cloud, strict=True)
    )
    found = known(posterior_of(target, Cooled(islands), {}, 1))
    # The most extreme of 38 independent ones lies within 4 standard errors.
    assert max(abs(each.contraction) / each.error for each in found) < 4
    assert together(posterior_of(target, Cooled(islands), {}, 1)) == []


def test_a_posterior_comes_back_from_its_file(posterior, output):
    back = read_posterior(output)
    assert back.digest == posterior.digest
    assert back.priors == dict(posterior.priors)
    assert back.about == posterior.about
    np.testing.assert_array_equal(back.dice.salts, posterior.dice.salts)
    np.testing.assert_array_equal(back.effective(back.values), posterior.effective(posterior.values))


def test_a_file_that_was_changed_is_refused(posterior, tmp_path):
    import h5py

    path = tmp_path / FILE
    write_posterior(path, posterior)
    with h5py.File(path, "r+") as file:
        file["posterior/teal_garrison"][0, 0] *= 1.01
    with pytest.raises(PosteriorError, match="was changed"):
        read_posterior(path)
    path.write_bytes(path.read_bytes()[:5_000])
    with pytest.raises(PosteriorError, match="can't be read"):
        read_posterior(path)
    path.write_text("no file of that kind")
    with pytest.raises(PosteriorError, match="can't be read"):
        read_posterior(path)


@pytest.mark.slow
def test_arviz_opens_it(output):
    arviz = pytest.importorskip("arviz")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = arviz.from_netcdf(output / FILE)
        table = arviz.summary(data, var_names=["teal_garrison", "herald_on_amber"])
    assert set(data.groups()) >= {"posterior", "prior", "log_likelihood", "posterior_predictive", "observed_data"}
    assert data.posterior.sizes["chain"] == 2
    assert table.shape[0] == 2


# --- The posterior as parameters


def test_own_dice_fight_each_draw_as_it_was(posterior, target):
    stage = replace(target.stage, given=posterior.as_fought)
    again = observed(stage, 123, len(posterior), target.testimony.asked)
    np.testing.assert_array_equal(again, posterior.outcomes)
    plain = replace(stage, form="plain", clock="simpy")
    np.testing.assert_array_equal(observed(plain, 4, 5, target.testimony.asked), posterior.outcomes[:5])


def test_fresh_dice_fight_the_same_parameters(posterior, target):
    stage = replace(target.stage, given=posterior.with_fresh_dice)
    other = observed(stage, 123, 50, target.testimony.asked)
    assert (other != posterior.outcomes[:50]).any(axis=1).mean() > 0.5


def test_a_run_plays_the_draws_and_says_so(call, output, posterior, tmp_path):
    code, out, _ = call(
        "run", "scenario=teaching", f"params=posterior:{output}", "runs=6", f"outputs={tmp_path}", "workers=1"
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
    column = posterior.slots.index("teal_garrison")
    assert runs["p_teal_garrison"].to_pylist() == posterior.values[:6, column].tolist()
    claims = pq.read_table(folder / "claims.parquet").to_pylist()
    killed = [row["simulated"] for row in claims if row["claim"] == "amber_dead_herald"]
    asked = [each for each in load("teaching").claims["amber_dead_herald"].observable.__dict__.items()]
    assert asked
    assert set(killed) <= set(posterior.outcomes[:6].reshape(-1).tolist())


def test_what_if_under_the_posterior_keeps_everything_else(call, output, tmp_path):
    code, out, _ = call(
        "whatif", "scenario=teaching", f"params=posterior:{output}", "perturb=[no_airstrikes]", "runs=8", "workers=1",
        f"outputs={tmp_path}",
    )  # fmt: skip
    assert code == 0
    assert "Calibrated on 6 claims" in " ".join(out.split())
    assert "Uncalibrated" not in out
    import pyarrow.parquet as pq

    rows = pq.read_table(Path(out.splitlines()[-1]) / "pairs.parquet").to_pylist()
    assert len(rows) == 16


def test_a_diary_tells_a_draw(call, output):
    code, own, _ = call("diary", "scenario=teaching", f"params=posterior:{output}", "replication=2")
    assert code == 0
    _, again, _ = call("diary", "scenario=teaching", f"params=posterior:{output}", "replication=2", "seed=99")
    assert own.splitlines()[1:] == again.splitlines()[1:]
    _, fresh, _ = call("diary", "scenario=teaching", f"params=posterior:{output}", "replication=2", "dice=fresh")
    assert fresh.splitlines()[4] == own.splitlines()[4]  # the same forces
    assert fresh != own


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["law=linear"], "a posterior under the square law (got law=linear)"),
        (["scenario=dec2014"], "a posterior of teaching (got scenario=dec2014)"),
        (["+set.forces.watch.strength=70"], "the scenario was another one when calibrated"),
    ],
)
def test_a_posterior_of_something_else_is_refused(call, output, words, message):
    given = {word.split("=")[0]: word for word in ("scenario=teaching", f"params=posterior:{output}", *words)}
    code, _, err = call("run", *given.values(), "runs=2")
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "params=posterior:/no/where"], "params: /no/where holds no posterior"),
        (["run", "params=later"], "params: not a way of coming by parameters"),
        (["run", "params=posterior:"], "of which calibration?"),
        (["calibrate", "params=median"], "params: a calibration begins with the prior"),
        (["calibrate", "perturb=[no_airstrikes]"], "what really happened is calibrated"),
        (["calibrate", "claims=[nobody]"], "claims: no claim that is scored (got 'nobody'"),
        (["calibrate", "cut=1999-01-01"], "cut: outside the battle"),
        (["calibrate", "share=1.5"], "share:"),
        (["calibrate", "particels=9"], "particels"),
        (["compare-models", "over=square"], "over: needs two rivals"),
        (["compare-models", "over=lanchester"], "neither a law nor a reading"),
        (["compare-models", "over=reading.moon"], "over: unknown reading"),
        (["sbc", "battles=1"], "battles:"),
        (["sensitivity", "params=posterior:x"], "params: the unknowns are what varies"),
    ],
)
def test_bad_settings_are_told_in_one_line(call, words, message, tmp_path):
    code, _, err = call(*words, "scenario=teaching", f"outputs={tmp_path}")
    assert code == 2
    assert message in err
    assert len(err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


# --- Which claims


def test_a_cut_leaves_what_was_over_by_then():
    scenario = load("teaching")
    assert set(chosen(scenario, "calibration", scenario.begins.replace(day=2))) == {
        id for id, claim in scenario.claims.items()
        if claim.scored == "calibration" and claim.observable.until <= scenario.begins.replace(day=2)
    }  # fmt: skip
    everything = chosen(scenario, "scored", None)
    assert "hill_regained" in everything
    assert "hill_regained" not in chosen(scenario, "calibration", None)
    assert "relief_came" not in everything


# --- Where there is no posterior


def test_claims_that_contradict_the_model_leave_no_posterior():
    damaged = target_of(Edit(path="claims.first_day_dead_gazette.value", value="exactly 5000"))
    found = cool(damaged, PLAN, 7, TWO)
    told = predicted(posterior_of(damaged, found, {}, 7)) if found.reached else []
    judged = verdict(found, PLAN, told)
    assert not judged.stands
    assert any("contradict" in line or "temperature" in line or "effective" in line for line in judged.against)
    if found.reached:
        assert next(each for each in told if each.claim == "first_day_dead_gazette").missed


def test_a_budget_that_is_too_small_is_told(call, tmp_path):
    code, out, err = call(
        "calibrate", "scenario=teaching", "particles=100", "sweeps=1", "last=1", "budget=1500", "draws=10", "repeats=2",
        "weighted=100", f"outputs={tmp_path}", "clock=compiled",
    )  # fmt: skip
    assert code == 0, err
    assert "No posterior." in out
    assert "not to 1" in out
    folder = Path(out.splitlines()[-1])
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["stands"] is False
    assert not (folder / FILE).exists()
    code, _, err = call("run", "scenario=teaching", f"params=posterior:{folder}", "runs=2")
    assert code == 2
    assert "holds no posterior: Island 1" in err


SMALL = (
    *("particles=120", "sweeps=1", "last=1", "wanted=50", "budget=20000"),
    *("draws=10", "repeats=2", "weighted=100", "clock=compiled"),
)


def test_an_interrupted_calibration_goes_on_to_the_same_bits(call, tmp_path, monkeypatch):
    whole = call("calibrate", "scenario=teaching", *SMALL, f"outputs={tmp_path}")[1].splitlines()[-1]
    before, heard = [], []

    def stopped(self, island):
        before.append((island.number, island.temperature))
        if island.number == 2 and island.temperature > 0.2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Cooling, "told", stopped)
        code, _, err = call("calibrate", "scenario=teaching", *SMALL, f"outputs={tmp_path}")
    assert code == 130
    folder = next(path for path in tmp_path.glob("calibrate/*") if str(path) != whole)
    assert str(folder) in err
    monkeypatch.setattr(Cooling, "told", lambda self, island: heard.append((island.number, island.temperature)))
    assert call("resume", str(folder), "workers=1")[0] == 0
    assert 2 in {number for number, _ in heard}
    assert min(temperature for number, temperature in heard if number == 2) > 0.2
    assert not {each for each in heard if each[1] < 1} & set(before)
    digests = [json.loads((Path(each) / "run.json").read_text())["results_digest"] for each in (whole, folder)]
    assert digests[0] == digests[1]


# --- History matching, rehearsal, rivals


def test_implausibility_by_hand():
    # 68 told; mean 50 and variance 120 + (0.25 * 68)^2 of simulation and reports; discrepancy a fifth of 68.
    spread = np.sqrt(120 + 17.0**2)
    reports = np.array([50 - spread, 50 + spread] * 2)[None, :, None] * 1.0
    variance = reports.var(axis=1, ddof=1)[0, 0]
    found = implausible(reports, np.array([68.0]), np.array([68.0]))[0, 0]
    assert found == pytest.approx(18 / np.sqrt(variance + 13.6**2))
    assert implausible(reports, np.array([40.0]), np.array([np.inf]))[0, 0] == 0.0
    assert 18 / np.sqrt(120 + 289 + 13.6**2) == pytest.approx(0.7386, abs=5e-5)


def test_history_matching_informs_and_cuts_nothing(target):
    found = wave(target, 30, 4, 1, TWO)
    assert found.slots.shape == (30, len(target.space.slots))
    assert found.implausibility.shape == found.matched.shape == (30, len(target.testimony.claims))
    assert found.plausible.sum() > 20
    damaged = target_of(Edit(path="claims.first_day_dead_gazette.value", value="exactly 5000"))
    far = wave(damaged, 30, 4, 1, TWO)
    column = damaged.testimony.claims.index("first_day_dead_gazette")
    assert (far.implausibility[:, column] > IMPLAUSIBLE).all()
    assert (far.matched[:, column] == 0).all()


def uniform(battles: int, quantities: int) -> np.ndarray:
    return (np.arange(battles)[:, None] * 7 + np.arange(quantities) * 3) % (DRAWS + 1)


def test_even_ranks_pass_and_shifted_ones_do_not():
    ranks = uniform(200, 5)
    inside = np.ones((200, 5, 2), dtype=bool)
    even = Rehearsed(tuple("abcde"), ranks, inside, np.ones(200, dtype=bool))
    assert even.smallest > 0.5
    assert (np.abs(even.distributions()) <= even.band()).all()
    shifted = replace(even, ranks=np.minimum(ranks + 3, DRAWS))
    assert shifted.smallest < 0.001
    assert (np.abs(shifted.distributions()) > shifted.band()).any()


def test_the_band_holds_what_it_says():
    # Of uniform ranks that the band has not seen, 95 of 100 lines stay within it all along: 4 sigma of 500 trials.
    from sim import dice

    band = Rehearsed(("a",), uniform(100, 1), np.ones((100, 1, 2), dtype=bool), np.ones(100, dtype=bool)).band()
    ranks = dice.generator("test", 1).integers(0, DRAWS + 1, (100, 500))
    trial = Rehearsed(tuple(map(str, range(500))), ranks, np.ones((100, 500, 2), dtype=bool), np.ones(100, dtype=bool))
    within = (np.abs(trial.distributions()) <= band + 1e-12).all(axis=1).mean()
    assert abs(within - 0.95) < 4 * np.sqrt(0.05 * 0.95 / 500)


def test_a_rehearsal_goes_on_and_is_the_same_for_any_workers(target, tmp_path):
    plan = replace(PLAN, particles=60, sweeps=1, last=1)
    alone = rehearse(target, plan, 3, 1, Workers(), tmp_path, "inputs")
    kept = sorted(path.stat().st_mtime_ns for path in tmp_path.iterdir())
    assert len(kept) == 3
    several = rehearse(target, plan, 4, 1, TWO, tmp_path, "inputs")
    np.testing.assert_array_equal(several.ranks[:3], alone.ranks)
    assert sorted(path.stat().st_mtime_ns for path in tmp_path.iterdir())[:3] == kept
    assert (rehearse(target, plan, 4, 1, Workers()).ranks == several.ranks).all()


def test_rivals_by_evidence():
    from sim.calibration.effective import Evidence

    given = chances({"a": Evidence(-3.0, 0.0), "b": Evidence(-3.0 - np.log(3), 0.0)}, 1)
    assert given["a"][0] == pytest.approx(0.75)
    assert given["a"][1:] == pytest.approx((0.75, 0.75))
    wide = chances({"a": Evidence(-3.0, 1.0), "b": Evidence(-3.0, 1.0)}, 1)
    assert wide["a"][1] < 0.2 < 0.8 < wide["a"][2]
    assert not Compared({}, {}).clear


def test_rivals_to_whom_other_things_were_told_do_not_compare(target):
    other = target_of(Edit(path="claims.first_day_dead_gazette.value", value="exactly 13"))
    assert comparable({"one": target, "other": other}) == ["other"]
    assert comparable({"one": target, "linear": target_of(law="linear")}) == []


def test_synthetic_battles_of_each_rival_are_given_to_one(target):
    plan = replace(PLAN, particles=60, sweeps=1, last=1)
    few = target_of(Edit(path="priors.killing_rate_teal.median", value=0.02))
    many = target_of(Edit(path="priors.killing_rate_teal.median", value=1.5))
    found = confuse({"few": few, "many": many}, plan, 4, 1, TWO)
    assert found.counts.sum() == 8
    assert found.right >= 6  # twice four battles that differ by a factor of 75 in what one side does
