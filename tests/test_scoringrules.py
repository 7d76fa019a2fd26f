"""Our scores held against those of the library scoringrules, on random ensembles with ties."""

import numpy as np
import pytest
import scoringrules

from sim.likelihood.binning import BINARY_BINS, SHARE_STEPS, UNIT_BINS, Bin, make_claim_bins
from sim.scenario.evidence import ReportedInterval
from sim.scoring import scores
from sim.scoring.scores import SCORES, compute_log_scores, snap_to_bins
from sim.scoring.targets import ForecastTarget

N_ENSEMBLES = 200
TOLERANCE = 1e-12  # of the largest difference, relative to the largest score
PHRASES = ("exactly 7", "over 10", "at least 8", "5 to 12", "about 9", "dozens", "some", "none")


def draw_ensembles(largest):
    """Ensembles of whole numbers from 0 to the largest, of 2 to 60 members, each with an observation."""
    rng = np.random.default_rng(8)  # noqa: TID251 (a test's own random numbers)
    for _ in range(N_ENSEMBLES):
        spread = rng.uniform(0.1, 1.0) * largest
        members = rng.integers(0, 1 + int(spread), size=rng.integers(2, 61)).astype(float)
        yield members, int(rng.integers(0, largest + 1))


def score_all(name, kind, binning, largest):
    """Our scores of the ensembles, shape (ensembles,)."""
    return np.array(
        [
            SCORES[name].compute(members, ForecastTarget("claim", kind, "term", binning, Bin(seen, float(seen))))
            for members, seen in draw_ensembles(largest)
        ]
    )


def crps(estimator, transform=lambda numbers: numbers, largest=300):
    """The CRPS of the same ensembles by scoringrules, shape (ensembles,)."""
    return np.array(
        [
            scoringrules.crps_ensemble(transform(float(seen)), transform(members), estimator=estimator, backend="numpy")
            for members, seen in draw_ensembles(largest)
        ]
    )


def brier():
    """Brier scores by scoringrules."""
    return np.array([scoringrules.brier_score(seen, members.mean()) for members, seen in draw_ensembles(1)])


def rps():
    """Ranked probability scores of three states by scoringrules: a sum over two thresholds, where ours is a mean."""
    return np.array(
        [
            scoringrules.rps_score(1 + seen, np.bincount(members.astype(int), minlength=3) / len(members)) / 2
            for members, seen in draw_ensembles(2)
        ]
    )


CASES = {  # name of a score: kind of target, bins, largest number, and the same by scoringrules
    "crps": ("count", UNIT_BINS, 300, lambda: crps("nrg")),
    "fair_crps": ("count", UNIT_BINS, 300, lambda: crps("fair")),
    "log_crps": ("count", UNIT_BINS, 300, lambda: crps("fair", np.log1p)),
    "brier": ("event", BINARY_BINS, 1, brier),
    "rps": ("state", UNIT_BINS, 2, rps),
}


def differs(ours, theirs):
    """Whether scores differ by more than rounding does."""
    return bool(np.abs(ours - theirs).max() > TOLERANCE * np.abs(theirs).max())


def score_differs(name):
    """Whether one of our scores differs from that of scoringrules."""
    kind, binning, largest, score_by_scoringrules = CASES[name]
    return differs(score_all(name, kind, binning, largest), score_by_scoringrules())


def test_every_score_is_compared():
    assert set(CASES) == set(SCORES)


@pytest.mark.parametrize("name", SCORES)
def test_a_score_is_that_of_scoringrules(name):
    assert not score_differs(name)


@pytest.mark.parametrize(("name", "estimator"), [("crps", "nrg"), ("fair_crps", "fair")])
def test_a_share_is_scored_in_shares(name, estimator):
    ours = score_all(name, "share", UNIT_BINS, SHARE_STEPS)
    assert not differs(ours, crps(estimator, lambda steps: steps / SHARE_STEPS, SHARE_STEPS))


@pytest.mark.parametrize("phrase", PHRASES)
def test_the_score_of_an_interval_is_the_threshold_weighted_one(phrase):
    """With the lower edge of its bin as the chaining function of a number."""
    binning, _ = make_claim_bins(ReportedInterval.model_validate(phrase), "count")
    ours, theirs = [], []
    for members, seen in draw_ensembles(300):
        low, high = binning.find_bins(np.array([seen]))[0]
        target = ForecastTarget("claim", "count", "term", binning, Bin(int(low), float(high)))
        ours.append(SCORES["crps"].compute(members, target))
        theirs.append(
            scoringrules.twcrps_ensemble(
                float(seen),
                members,
                v_func=lambda numbers: binning.find_bins(np.asarray(numbers))[..., 0],
                estimator="nrg",
                backend="numpy",
            )
        )
    assert not differs(np.array(ours), np.array(theirs))


def draw_log_likelihoods():
    """Probabilities of an event in samples, shape (ensembles, n), whether it happened, and the log-likelihoods."""
    rng = np.random.default_rng(9)  # noqa: TID251 (a test's own random numbers)
    probabilities, happened = rng.uniform(0.01, 0.99, size=(N_ENSEMBLES, 50)), rng.random(N_ENSEMBLES) < 0.5
    return probabilities, happened, np.log(np.where(happened[:, None], probabilities, 1.0 - probabilities)).T


def test_the_logarithmic_score_of_a_yes_or_no_is_that_of_scoringrules():
    probabilities, happened, log_likelihood = draw_log_likelihoods()
    theirs = scoringrules.log_score(happened.astype(float), probabilities.mean(axis=1))
    assert not differs(compute_log_scores(log_likelihood), theirs)
    assert differs(-log_likelihood.mean(axis=0), theirs)  # the mean of logarithms is another score


# --- A damaged score is noticed


def without_pairs(sample, observation):
    return float(np.abs(sample - observation).mean())


def unbiased_for_one_more(sample, observation):
    n = len(sample)
    return scores.mean_distance(sample, observation) - scores.mean_pair_distance(sample) / 2 * (n + 1) / n


def of_unsorted(sample):
    n = len(sample)
    return float(2.0 * ((2.0 * np.arange(1, n + 1) - n - 1.0) * sample).sum() / (n * n))


@pytest.mark.parametrize(
    ("name", "function", "damaged"),
    [
        ("crps", "compute_crps", without_pairs),
        ("crps", "compute_crps", scores.compute_fair_crps),
        ("crps", "mean_pair_distance", of_unsorted),
        ("crps", "snap_to_bins", lambda sample, target: (sample, target.observed_bin.low + 1.0)),
        ("fair_crps", "compute_fair_crps", scores.compute_crps),
        ("fair_crps", "compute_fair_crps", unbiased_for_one_more),
        ("log_crps", "compute_fair_crps", scores.compute_crps),
        (
            "log_crps",
            "snap_to_bins",
            lambda sample, target: tuple(10.0 * each for each in snap_to_bins(sample, target)),
        ),
        ("rps", "ControlState", range(2)),
    ],
)
def test_a_damaged_part_of_a_score_is_noticed(name, function, damaged, monkeypatch):
    monkeypatch.setattr(scores, function, damaged)
    assert score_differs(name)


@pytest.mark.parametrize("name", SCORES)
def test_a_score_of_another_observation_is_noticed(name, monkeypatch):
    kind, binning, largest, score_by_scoringrules = CASES[name]
    theirs = score_by_scoringrules()
    others = [(members, (seen + 1) % (largest + 1)) for members, seen in draw_ensembles(largest)]
    monkeypatch.setitem(globals(), "draw_ensembles", lambda largest: others)
    assert differs(score_all(name, kind, binning, largest), theirs)
