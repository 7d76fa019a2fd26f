"""Tempered Monte Carlo against models whose evidence and posterior are known, and against copies that are damaged."""

from dataclasses import dataclass, replace
from threading import Barrier, Event

import numpy as np
import pytest
from support.toys import Line, Throws

from sim.calibration import island as islands
from sim.calibration import moves
from sim.calibration.calibration import Cooled
from sim.calibration.cloud import from_prior
from sim.calibration.effective import (
    FEWEST,
    Evidence,
    Sample,
    clustered,
    disagreement,
    effective_sizes,
    evidence_of,
    weight_error,
)
from sim.calibration.island import Plan, run, settled
from sim.calibration.state import arrays_of, island_of
from sim.calibration.temper import kish, log_mean, rise_of, survivors, weights_of
from sim.calibration.workers import Workers
from sim.experiment.backends import Place

PLAN = Plan(particles=2_000, sweeps=4, last=8, share=0.6, budget=10**9)
SIGMAS = 4.0  # one correct program in 16,000 is further off


def cooled(target, seed=1, plan=PLAN, workers=None):
    return [
        run(
            target,
            settled(target, plan, number, seed, workers or Workers()),
            plan,
            workers or Workers(),
            lambda _: None,
        )
        for number in (1, 2)
    ]


def evidence(found):
    return Cooled(tuple(found)).evidence


def samples(found, quantities):
    return [Sample(quantities(each.fought), each.lines) for each in found]


@pytest.fixture(scope="module")
def line():
    return cooled(Line())


def coordinates(fought):
    return np.concatenate([fought.cloud.slots, fought.cloud.drivers], axis=1)


def test_evidence_of_a_conjugate_model(line):
    found = evidence(line)
    assert found.error < 0.15
    assert abs(found.log - Line().evidence) < SIGMAS * found.error


def test_posterior_of_a_conjugate_model(line):
    told = samples(line, coordinates)
    sizes = effective_sizes(told)
    assert (sizes > 400).all()
    together = np.concatenate([each.values for each in told])
    means, variance = Line().posterior
    spread = np.array([variance] * 4 + [1.0])
    assert (np.abs(together.mean(axis=0) - means) < SIGMAS * np.sqrt(spread / sizes)).all()
    # The variance of a sample variance of normal numbers is 2 v^2 / n.
    squares = effective_sizes(samples(line, lambda fought: (coordinates(fought) - means) ** 2))
    assert (np.abs(((together - means) ** 2).mean(axis=0) - spread) < SIGMAS * spread * np.sqrt(2 / squares)).all()


def test_islands_of_two_seeds_agree(line):
    apart = disagreement(*samples(line, coordinates))
    assert (np.abs(apart) < SIGMAS).all()
    assert np.abs(line[0].fought.cloud.slots - line[1].fought.cloud.slots).min() > 0


def test_a_discrete_model_is_counted():
    target = Throws()
    found = cooled(target)
    log, chances = target.counted()
    told = evidence(found)
    assert abs(told.log - log) < SIGMAS * told.error

    def events(fought):
        pips = fought.outcomes[:, :1] == np.arange(1, 7)
        return np.concatenate([pips, fought.cloud.slots > 0], axis=1).astype(float)

    each = samples(found, events)
    sizes = effective_sizes(each)
    share = np.concatenate([one.values for one in each]).mean(axis=0)
    possible = sizes == sizes
    whole = effective_sizes(samples(found, lambda fought: fought.outcomes))
    assert (whole > sum(len(one.values) for one in each) / 2).all()
    assert (np.abs(share - chances)[possible] < SIGMAS * np.sqrt(chances * (1 - chances) / sizes)[possible]).all()
    assert (chances[~possible] < 0.002).all()


# --- Damage


@dataclass(frozen=True)
class Twice(Line):
    """The likelihood is used twice."""

    def log_likelihood(self, cloud, outcomes):
        return 2 * super().log_likelihood(cloud, outcomes)


def off(found):
    """How far evidence and means are from the truth of the sound model, in standard errors."""
    told = samples(found, coordinates)
    means, variance = Line().posterior
    values = np.concatenate([each.values for each in told])
    spread = np.array([variance] * 4 + [1.0])
    away = np.abs(values.mean(axis=0) - means) / np.sqrt(spread / effective_sizes(told))
    known = evidence(found)
    return abs(known.log - Line().evidence) / known.error, float(away.max())


def test_a_likelihood_that_is_used_twice_is_seen():
    evidence_off, means_off = off(cooled(Twice()))
    assert evidence_off > 2 * SIGMAS
    assert means_off > 2 * SIGMAS


def test_a_prior_that_is_counted_twice_is_seen(monkeypatch):
    # Proposals leave the prior as it is; a ratio of prior densities on top of that shrinks everything towards nought.
    sound = moves.costly

    def damaged(target, kind, before, *rest):
        @dataclass(frozen=True)
        class Shrunk(type(target)):
            def log_likelihood(self, cloud, outcomes):
                return super().log_likelihood(cloud, outcomes) - 0.125 * (cloud.slots**2).sum(axis=1)[:, None]

        shrunk = Shrunk()
        likelihood = shrunk.log_likelihood(before.cloud, before.outcomes).sum(axis=1)
        moved = sound(shrunk, kind, replace(before, gain=likelihood), *rest)
        true = target.log_likelihood(moved.fought.cloud, moved.fought.outcomes).sum(axis=1)
        return replace(moved, fought=replace(moved.fought, gain=true))

    monkeypatch.setattr(moves, "costly", damaged)
    assert off(cooled(Line()))[1] > 2 * SIGMAS


def test_copies_that_never_move_are_no_sample(monkeypatch):
    monkeypatch.setattr(islands, "swept", lambda target, island, sweeps, piece, workers: (island, {}))
    found = cooled(Line())
    sizes = effective_sizes(samples(found, coordinates))
    assert (sizes < 400).all()
    distinct = len(np.unique(found[0].fought.cloud.numbers))
    assert distinct < 400


def test_streams_that_keep_their_salts_are_seen(monkeypatch):
    sound = moves.chosen

    def damaged(space, among, cloud, *rest):
        return replace(sound(space, among, cloud, *rest), salts=cloud.salts)

    monkeypatch.setattr(moves, "chosen", damaged)
    told = samples(cooled(Throws()), lambda fought: fought.outcomes)
    assert (effective_sizes(told) < sum(len(each.values) for each in told) / 4).all()


# --- Temperatures and weights


def test_a_rise_leaves_the_share_of_the_sample_that_is_wanted():
    likelihood = -np.arange(1_000.0)
    rise = rise_of(likelihood, 1.0, 0.6)
    assert kish(weights_of(likelihood, rise)) == pytest.approx(600, rel=1e-6)
    assert rise_of(np.zeros(10), 0.25, 0.9) == 0.25


def test_impossible_particles_never_go_on():
    likelihood = np.array([-np.inf, 0.0, -np.inf, -1.0])
    rise = rise_of(likelihood, 1.0, 0.99)
    kept = survivors(weights_of(likelihood, rise), 0.999999)
    assert set(kept) <= {1, 3}
    assert log_mean(likelihood, 1.0) == pytest.approx(np.log((1 + np.exp(-1)) / 4))
    assert log_mean(np.full(3, -np.inf), 1.0) == -np.inf


def test_systematic_resampling_gives_each_its_share_to_within_one():
    weights = np.array([0.5, 3.2, 0.0, 1.3])
    for uniform in (0.0, 0.3, 0.999):
        counts = np.bincount(survivors(np.repeat(weights, 1), uniform), minlength=4)
        assert (np.abs(counts - 4 * weights / weights.sum()) < 1).all()


# --- Effective samples


def test_independent_particles_count_in_full_and_copies_once():
    draw = np.arange(4_000)
    values = np.sin(draw * 12.9898)[:, None] * 43758.5453 % 1.0
    alone = Sample(values, draw[:, None])
    size = effective_sizes([alone])[0]
    # With as many families as particles the estimate is exact but for its correction.
    assert size == pytest.approx(4_000, rel=0.001)
    copies = Sample(np.repeat(values[:400], 10, axis=0), np.repeat(np.arange(400), 10)[:, None])
    # The spread of a variance estimate from k families is sqrt(2 / k) at most, for values as even as these.
    assert effective_sizes([copies])[0] == pytest.approx(400, rel=SIGMAS * np.sqrt(2 / 400))


def test_too_few_families_say_nothing():
    values = np.linspace(0, 1, 100)[:, None]
    few = Sample(values, (np.arange(100) % (FEWEST - 1))[:, None])
    assert few.back is None
    assert effective_sizes([few])[0] == 0.0


def test_the_error_of_an_evidence_counts_copies_once():
    assert weight_error(np.arange(1.0, 1_001.0), np.zeros((1_000, 0), dtype=int)) == pytest.approx(
        np.std(np.arange(1.0, 1_001.0)) / 500.5 / np.sqrt(999), rel=1e-6
    )
    # Copies count once: ten of each of a hundred.
    copies = weight_error(np.repeat(np.arange(1.0, 101.0), 10), np.repeat(np.arange(100), 10)[:, None])
    assert copies == pytest.approx(np.std(np.arange(1.0, 101.0)) / 50.5 / np.sqrt(99), rel=1e-6)
    assert evidence_of(-3.0, np.arange(1_000)[:, None], [0.03, 0.04]).error == pytest.approx(0.05)


# --- The same bits, and going on


def same(first, second):
    found, other = arrays_of(first), arrays_of(second)
    assert found.keys() == other.keys()
    for name in found:
        np.testing.assert_array_equal(found[name], other[name], err_msg=name)


SMALL = replace(PLAN, particles=450, sweeps=2, last=2)


def test_the_same_bits_for_any_number_of_workers():
    alone = cooled(Line(), plan=SMALL)
    for workers in (2, 3):
        for one, other in zip(
            alone, cooled(Line(), plan=SMALL, workers=Workers("threads", Place(workers))), strict=True
        ):
            same(one, other)


def test_two_parts_are_worked_on_at_once_each_with_half_of_the_workers():
    meeting = Barrier(2, timeout=30)

    def meet(part, workers):
        meeting.wait()  # nobody else would come if one part waited for the other
        return part, workers.place.workers

    assert Workers("threads", Place(5)).side_by_side(meet, ["a", "b"]) == [("a", 2), ("b", 2)]


@pytest.mark.parametrize("workers", [Workers(), Workers("threads", Place(1)), Workers("loky", Place(4))])
def test_one_part_after_the_other_has_all_workers(workers):
    assert workers.side_by_side(lambda part, own: (part, own), ["a", "b"]) == [("a", workers), ("b", workers)]


def test_where_one_part_fails_the_other_ends_at_its_next_piece():
    ended = Event()

    def fail(part, workers):
        if part == "a":
            raise ArithmeticError(part)
        try:
            while True:
                workers.work(lambda piece: piece, [1, 2], "piece")
        except InterruptedError:
            ended.set()

    with pytest.raises(ArithmeticError):
        Workers("threads", Place(2)).side_by_side(fail, ["a", "b"])
    assert ended.wait(timeout=30)


def test_an_island_goes_on_from_its_state_to_the_same_bits():
    whole = cooled(Line(), plan=SMALL)[0]
    states = []
    run(Line(), settled(Line(), SMALL, 1, 1, Workers()), SMALL, Workers(), lambda each: states.append(arrays_of(each)))
    for state in (states[0], states[len(states) // 2]):
        same(run(Line(), island_of(state), SMALL, Workers(), lambda _: None), whole)


def test_a_budget_ends_it_before_the_posterior():
    plan = replace(SMALL, budget=5_000)
    found = run(Line(), settled(Line(), plan, 1, 1, Workers()), plan, Workers(), lambda _: None)
    assert found.finished
    assert not found.reached
    assert found.battles <= 5_000


def test_a_record_that_is_impossible_leaves_nothing():
    @dataclass(frozen=True)
    class Never(Line):
        def log_likelihood(self, cloud, outcomes):
            return np.full((len(cloud), 4), -np.inf)

    found = run(Never(), settled(Never(), SMALL, 1, 1, Workers()), SMALL, Workers(), lambda _: None)
    assert found.stuck
    assert found.finished
    assert not found.reached


def test_a_particle_from_the_prior_knows_nothing_of_the_others():
    space = Line().space
    many = from_prior(space, 5, np.arange(50, dtype=np.uint64))
    few = from_prior(space, 5, np.array([17], dtype=np.uint64))
    np.testing.assert_array_equal(many.slots[17], few.slots[0])
    np.testing.assert_array_equal(many.drivers[17], few.drivers[0])


def test_rounds_at_the_posterior_go_on_until_enough_is_told():
    plan = replace(SMALL, particles=1_000, wanted=300.0, last=1)
    found = cooled(Line(), plan=plan)
    for island in found:
        assert islands.told_by(island) >= 300
    short = cooled(Line(), plan=replace(plan, wanted=10**9, budget=60_000))
    assert all(island.battles > 60_000 - 8_000 for island in short)
    assert all(island.finished and island.reached for island in short)


def test_evidences_that_are_equal_but_for_rounding_are_not_apart():
    assert Evidence(-1.0, 1e-17).apart(Evidence(-1.0 + 1e-14, 1e-17)) == 0.0
    assert Evidence(-1.0, 0.0).apart(Evidence(-1.1, 0.0)) == np.inf
    assert Evidence(-1.0, 0.3).apart(Evidence(-2.0, 0.4)) == pytest.approx(2.0)


@pytest.mark.slow
def test_the_variance_of_means_is_what_families_say():
    # Over many seeds the variance of the posterior mean is what a single run says of it, within its chi-squared error.
    runs, plan = 40, replace(PLAN, particles=300, sweeps=2, last=2, share=0.5)
    means, told = [], []
    for seed in range(runs):
        island = run(Line(), settled(Line(), plan, 1, 100 + seed, Workers()), plan, Workers(), lambda _: None)
        values = coordinates(island.fought)
        means.append(values.mean(axis=0))
        told.append(Sample(values, island.lines).variances(values.mean(axis=0)))
    seen = np.var(means, axis=0, ddof=1)
    ratio = seen / np.mean(told, axis=0)
    bound = SIGMAS * np.sqrt(2 / (runs - 1))
    assert (ratio < 1 + bound).all()
    assert (ratio > 1 / (1 + bound)).all()


@pytest.mark.filterwarnings("error")
def test_one_family_tells_nothing_of_what_varies_and_all_of_what_does_not():
    deviations = np.array([[1.0, 0.0], [-2.0, 0.0], [3.0, 0.0]])
    np.testing.assert_array_equal(clustered(deviations, np.zeros(3, dtype=np.int64)), [np.inf, 0.0])
