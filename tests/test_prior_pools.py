"""Pools of battles as priors: a scenario that names one has its own priors moved, and never by its own record."""

import json
import tempfile
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim import paths
from sim.inference.pool_tables import summarize_moments
from sim.inference.pooling import BattleEvidence, pool_evidence
from sim.random_streams import make_generator
from sim.scenario import Edit, ScenarioError, load, prior_pools
from sim.scenario.prior_correlations import PriorCorrelation, correlate_normals
from sim.scenario.prior_pools import PooledMoments, PoolTeacher, PriorPool, move_priors
from sim.scenario.priors import Beta, Fixed, LogNormal, LogUniform, Normal, Pooled, Triangular, Uniform
from sim.storage.manifest import PoolManifest
from sim.storage.reader import open_output

STANDARD_NORMAL = NormalDist()
SAID = {"unit": "1", "reason": "for a test"}
OWN = [
    Uniform(distribution="uniform", low=2, high=5, **SAID),
    LogUniform(distribution="loguniform", low=0.1, high=5, **SAID),
    Triangular(distribution="triangular", low=1, mode=2, high=4, **SAID),
    Normal(distribution="normal", mean=1, sd=2, low=0, **SAID),
    LogNormal(distribution="lognormal", median=3, sigma=0.7, high=40, **SAID),
    Beta(distribution="beta", a=2, b=5, **SAID),
    Fixed(distribution="fixed", value=4, **SAID),
]
NAMES = ("killing_rate_amber", "amber_host")


def make_moments(means=(0.5, -1.0), sds=(0.8, 0.6), correlation=0.25) -> PooledMoments:
    return PooledMoments(means=means, sds=sds, below_diagonal=((correlation,),))


def make_pool(parameters=NAMES, battles=("mill", "ford"), **moments: PooledMoments) -> PriorPool:
    """A pool of two battles; the moments without one of them are those of all unless they are given."""
    all_of_them = moments.pop("all_battles", make_moments())
    teachers = {name: PoolTeacher(title=name, scenario_digest="", posterior_digest="") for name in battles}
    by_left_out = {"": all_of_them} | {name: moments.get(name, all_of_them) for name in battles}
    about = {"title": "two battles", "law": "helmbold", "results_digest": ""}
    return PriorPool(**about, battles=teachers, parameters=parameters, moments=by_left_out)


def use_pools(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Let a folder be that of the scenarios, with an empty one of pools."""
    (folder / "pools").mkdir()
    for path in paths.scenario_folder().iterdir():
        if path.name != "pools":
            (folder / path.name).symlink_to(path)
    patch.setattr(paths, "scenario_folder", lambda: folder)
    prior_pools.load_pool.cache_clear()


@pytest.fixture
def pools(tmp_path, monkeypatch):
    """A folder of pools, into which a test puts its own."""
    use_pools(tmp_path, monkeypatch)
    yield tmp_path / "pools"
    prior_pools.load_pool.cache_clear()


# --- One prior


@pytest.mark.parametrize("own", OWN, ids=lambda own: own.distribution)
@given(u=st.floats(1e-6, 1 - 1e-6), mean=st.floats(-3, 3), sd=st.floats(0.05, 2))
def test_a_quantile_is_that_of_its_own_prior_at_the_moved_share(own, u, mean, sd):
    pooled = Pooled(distribution="pooled", own=own, mean=mean, sd=sd, **SAID)
    z = mean + sd * STANDARD_NORMAL.inv_cdf(u)
    assume(abs(z) < 7)  # beyond, shares are cut off
    assert pooled.quantile(u) == pytest.approx(own.quantile(STANDARD_NORMAL.cdf(z)))
    assert pooled.quantiles(np.array([u])).tolist() == [pooled.quantile(u)]
    normals = np.array([STANDARD_NORMAL.inv_cdf(u)])
    assert pooled.transform_normals(normals)[0] == pytest.approx(pooled.quantile(u), rel=1e-4)


@pytest.mark.parametrize("own", OWN, ids=lambda own: own.distribution)
def test_a_mean_of_0_and_an_sd_of_1_leave_a_prior_as_it_was(own):
    pooled = Pooled(distribution="pooled", own=own, mean=0, sd=1, **SAID)
    shares = np.linspace(0.001, 0.999, 50)
    assert pooled.quantiles(shares) == pytest.approx(own.quantiles(shares))
    assert pooled.support() == pytest.approx(own.support())


# --- All priors of a scenario


def test_named_priors_move_and_others_stay():
    scenario = load("teaching")
    moved = move_priors(scenario, make_pool())
    assert {name for name in moved.priors if moved.priors[name] != scenario.priors[name]} == set(NAMES)
    first = moved.priors[NAMES[0]]
    assert (first.own, first.mean, first.sd) == (scenario.priors[NAMES[0]], 0.5, 0.8)
    (group,) = (each for each in moved.prior_correlations if set(each.priors) == set(NAMES))
    assert group.compute_matrix()[0, 1] == pytest.approx(0.25)
    assert moved.compute_digest() != scenario.compute_digest()


def test_what_varies_together_with_a_moved_prior_moves_with_it_by_regression():
    # Own correlation .6; the pool moves the first to mean 1 and sd .5. Then, by hand, the second is
    # .6 * 1 in the mean, its variance 1 - .36 + .36 * .25 = .73, and their covariance .6 * .25 = .15.
    group = PriorCorrelation(reason="for a test", priors=NAMES, below_diagonal=((0.6,),))
    scenario = load("teaching").model_copy(update={"prior_correlations": (group,)})
    moments = PooledMoments(means=(1.0,), sds=(0.5,), below_diagonal=())
    moved = move_priors(scenario, make_pool(NAMES[:1], all_battles=moments))
    second = moved.priors[NAMES[1]]
    assert (second.mean, second.sd**2) == pytest.approx((0.6, 0.73))
    (correlation,) = moved.prior_correlations
    assert correlation.priors == NAMES
    assert correlation.compute_matrix()[0, 1] == pytest.approx(0.15 / np.sqrt(0.25 * 0.73))


def test_a_battle_that_is_in_the_pool_takes_what_the_others_say():
    without = make_moments(means=(-2.0, 0.0))
    pool = make_pool(battles=("teaching", "ford"), teaching=without)
    assert move_priors(load("teaching"), pool).priors[NAMES[0]].mean == -2.0
    assert move_priors(load("teaching").model_copy(update={"name": "other"}), pool).priors[NAMES[0]].mean == 0.5


def test_a_prior_that_is_fixed_stays_fixed():
    scenario = load("teaching", (Edit(path=f"priors.{NAMES[0]}", value=0.3),))
    assert move_priors(scenario, make_pool()).priors[NAMES[0]].quantile(0.9) == 0.3


def test_moments_are_those_of_draws_of_the_pool():
    correlations = np.array([[1.0, 0.4], [0.4, 1.0]])
    evidence = [
        BattleEvidence("mill", np.array([[1.0, 0.0]]), np.array([1.5]), np.array([0.2])),
        BattleEvidence("ford", np.array([[0.6, 0.8]]), np.array([-0.5]), np.array([0.1])),
    ]
    pooled = pool_evidence(evidence, correlations)
    moments, n_draws = summarize_moments(pooled), 40_000
    draws = pooled.sample(n_draws, make_generator("moments of a pool", 1))
    # 5 standard errors of a mean, of a variance (kurtosis near that of a normal one) and of a covariance.
    assert draws.mean(axis=0) == pytest.approx(moments.means, abs=5 * max(moments.sds) / np.sqrt(n_draws))
    assert np.cov(draws, rowvar=False) == pytest.approx(moments.compute_covariance(), abs=5 * 2 / np.sqrt(n_draws))


def test_draws_of_a_moved_scenario_have_the_moments_of_the_pool():
    moved = move_priors(load("teaching"), make_pool())
    normals = correlate_normals(
        moved.prior_correlations, NAMES, make_generator("draws", 2).standard_normal((20_000, 2))
    )
    values = np.column_stack([moved.priors[name].transform_normals(normals[:, n]) for n, name in enumerate(NAMES)])
    own = [load("teaching").priors[name] for name in NAMES]
    below = [(values[:, n] <= own[n].quantile(0.5)).mean() for n in range(2)]
    wanted = [STANDARD_NORMAL.cdf((0 - mean) / sd) for mean, sd in ((0.5, 0.8), (-1.0, 0.6))]
    assert below == pytest.approx(wanted, abs=5 * 0.5 / np.sqrt(20_000))


# --- As a user meets it


def write_pool(folder, name="both", pool=None):
    (folder / f"{name}.json").write_text((pool or make_pool()).seal().model_dump_json(), encoding="utf-8")


def test_a_scenario_that_names_a_pool_begins_from_it(pools, call):
    write_pool(pools)
    scenario = load("teaching", (Edit(path="prior_pool", value="both"),))
    assert isinstance(scenario.priors[NAMES[0]], Pooled)
    code, out, err = call("run", "scenario=teaching", "runs=8", "workers=1", "+override.prior_pool=both",
                          f"outputs={pools.parent / 'outputs'}")  # fmt: skip
    assert (code, "prior_pool" in out or "prior pool" in out) == (0, True), err


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("bothh", "prior_pool: unknown pool; did you mean both? (got bothh; allowed both, of_others)"),
        ("of_others", "prior_pool: says nothing of the unknowns of this scenario (got of_others)"),
        (5, "prior_pool: "),
    ],
)
def test_a_pool_that_is_not_there_or_says_nothing_is_refused(pools, name, wanted):
    write_pool(pools)
    write_pool(pools, "of_others", make_pool(("nobodys_rate", "nobodys_host")))
    with pytest.raises(ScenarioError, match="prior_pool") as error:
        load("teaching", (Edit(path="prior_pool", value=name),))
    assert wanted in str(error.value)


@given(data=st.data())
def test_a_damaged_pool_is_refused_in_one_line(data):
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        use_pools(Path(folder), patch)
        path = Path(folder) / "pools" / "both.json"
        write_pool(path.parent)
        content = bytearray(path.read_bytes())
        match data.draw(st.sampled_from(["cut", "changed", "folder", "digit"])):
            case "cut":
                path.write_bytes(content[: data.draw(st.integers(0, len(content) - 2))])
            case "changed":
                content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
                path.write_bytes(content)
            case "digit":
                path.write_bytes(bytes(content).replace(b"0.25", b"0.75"))
            case "folder":
                path.unlink()
                path.mkdir()
        prior_pools.load_pool.cache_clear()
        with pytest.raises(ScenarioError) as error:
            load("teaching", (Edit(path="prior_pool", value="both"),))
    (line,) = str(error.value).splitlines()
    assert "prior_pool: the pool is damaged (got both; allowed pools/both.json as" in line


def test_a_pool_of_another_law_than_is_fought_is_refused(pools, call):
    write_pool(pools)
    words = ("run", "scenario=teaching", "runs=8", "+override.prior_pool=both", f"outputs={pools.parent / 'outputs'}")
    code, _, err = call(*words, "law=square")
    assert (code, err) == (2, "sim: law: both is pooled under another (got square; allowed: helmbold)\n")
    assert not (pools.parent / "outputs").exists()


def test_every_pool_that_is_shipped_is_as_it_was_written():
    for name in prior_pools.list_pools():
        assert prior_pools.load_pool(name).battles


@pytest.mark.parametrize(
    "damage",
    [
        lambda pool: {"means": (0.5,)},
        lambda pool: {"below_diagonal": ((0.2,), (0.1, 0.1))},
        lambda pool: {"sds": (0.5, 0.4, 0.3)},
    ],
)
def test_moments_of_another_shape_are_refused(damage):
    with pytest.raises(ValueError, match="wants moments of 2 unknowns"):
        make_pool(all_battles=make_moments().model_copy(update=damage(None)))


def test_moments_of_other_battles_are_refused():
    data = make_pool().model_dump()
    del data["moments"]["ford"]
    with pytest.raises(ValueError, match="wants moments of all battles, and without each of them"):
        PriorPool.model_validate(data)


def test_a_perturbation_scales_what_the_file_says(pools):
    from sim.perturbations.prior import SetPrior

    write_pool(pools)
    edits = (Edit(path="prior_pool", value="both"),)
    scenario = load("teaching", edits)
    changes = SetPrior(kind="prior", prior=NAMES[0], factor=2).edits(scenario)
    doubled = load("teaching", (*edits, *changes)).priors[NAMES[0]]
    assert doubled.own.quantile(0.5) == pytest.approx(2 * scenario.priors[NAMES[0]].own.quantile(0.5))
    assert doubled.mean == scenario.priors[NAMES[0]].mean


@pytest.mark.slow
def test_sim_pool_writes_what_a_scenario_takes(pools, call, inferred, tmp_path):
    calibrated = json.loads((inferred["pool"] / "run.json").read_text(encoding="utf-8"))["settings"]["posteriors"]
    words = ["pool", *calibrated, "draws=100", f"outputs={tmp_path / 'outputs'}"]
    assert call(*words, "priors=two_crossings")[0] == 0
    pool = prior_pools.load_pool("two_crossings")
    draws = open_output(inferred["pool"]).require(PoolManifest)
    assert list(pool.battles) == list(draws.battles)
    assert pool.parameters == tuple(draws.parameters)
    moved = load("teaching", (Edit(path="prior_pool", value="two_crossings"),))
    (table,) = (open_output(inferred["pool"]).read_table("pooled_parameters").to_pylist(),)
    own = {row["parameter"]: row for row in table if row["left_out"] == "teaching"}
    for name in prior_pools.list_moved(load("teaching"), pool):
        assert (moved.priors[name].mean, moved.priors[name].sd) == pytest.approx(
            (own[name]["mean"], own[name]["sd"]), abs=1e-5
        )
    code, _, err = call(*words, "priors=two_crossings")
    assert (code, "is there already" in err) == (2, True)
    code, _, err = call(*words, "priors=Two/Crossings")
    assert (code, "priors: not a name (got 'Two/Crossings'" in err) == (2, True)
