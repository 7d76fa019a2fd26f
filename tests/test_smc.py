"""Tempered SMC against models whose evidence and posterior are known, and against damaged copies of the algorithm."""

from dataclasses import dataclass, replace
from threading import Barrier, Event

import numpy as np
import pytest
from support.claims import ConjugateNormal, ControlledNormal, ThreeDice

from sim.inference import moves, smc
from sim.inference.chains import SMCResult
from sim.inference.checkpoint import state_from_arrays, state_to_arrays
from sim.inference.ess import (
    MIN_LINEAGES,
    LineageSample,
    LogEvidence,
    compute_between_chain_z,
    compute_clustered_variance,
    compute_ess,
    compute_kish_ess,
    estimate_log_evidence,
    estimate_weight_error,
)
from sim.inference.negative_controls import N_CONTROLS
from sim.inference.particles import sample_prior
from sim.inference.smc import (
    SMCSettings,
    compute_log_mean_weight,
    compute_weights,
    find_next_increment,
    initialize_chain,
    resample_systematic,
    run_chain,
)
from sim.inference.workers import Workers
from sim.runs.backends import WorkerPool

SETTINGS = SMCSettings(n_particles=2_000, sweeps=4, final_sweeps=8, ess_fraction=0.6, max_simulations=10**9)
SIGMAS = 4.0  # one correct program in 16,000 is further off


def run_two_chains(target, seed=1, settings=SETTINGS, workers=None):
    return [
        run_chain(
            target,
            initialize_chain(target, settings, chain_id, seed, workers or Workers()),
            settings,
            workers or Workers(),
            lambda _: None,
        )
        for chain_id in (1, 2)
    ]


def pool_evidence(chains):
    return SMCResult(tuple(chains)).log_evidence


def make_samples(chains, quantities):
    return [LineageSample(quantities(chain.population), chain.ancestors) for chain in chains]


@pytest.fixture(scope="module")
def normal_chains():
    return run_two_chains(ConjugateNormal())


def coordinates(population):
    return np.concatenate([population.particles.parameter_normals, population.particles.normal_inputs], axis=1)


def test_evidence_of_a_conjugate_model(normal_chains):
    log_evidence = pool_evidence(normal_chains)
    assert log_evidence.error < 0.15
    assert abs(log_evidence.value - ConjugateNormal().log_evidence) < SIGMAS * log_evidence.error


def test_posterior_of_a_conjugate_model(normal_chains):
    samples = make_samples(normal_chains, coordinates)
    ess = compute_ess(samples)
    assert (ess > 400).all()
    pooled = np.concatenate([sample.values for sample in samples])
    means, variance = ConjugateNormal().posterior
    variances = np.array([variance] * 4 + [1.0])
    assert (np.abs(pooled.mean(axis=0) - means) < SIGMAS * np.sqrt(variances / ess)).all()
    # The variance of a sample variance of normal numbers is 2 v^2 / n.
    ess_of_squares = compute_ess(make_samples(normal_chains, lambda population: (coordinates(population) - means) ** 2))
    bound = SIGMAS * variances * np.sqrt(2 / ess_of_squares)
    assert (np.abs(((pooled - means) ** 2).mean(axis=0) - variances) < bound).all()


def test_two_chains_agree(normal_chains):
    z = compute_between_chain_z(*make_samples(normal_chains, coordinates))
    assert (np.abs(z) < SIGMAS).all()
    first, second = (chain.population.particles.parameter_normals for chain in normal_chains)
    assert np.abs(first - second).min() > 0


@pytest.mark.slow
def test_posterior_and_evidence_of_a_discrete_model():
    target = ThreeDice()
    chains = run_two_chains(target)
    true_log_evidence, probabilities = target.enumerate_states()
    log_evidence = pool_evidence(chains)
    assert abs(log_evidence.value - true_log_evidence) < SIGMAS * log_evidence.error

    def events(population):
        pips = population.outcomes[:, :1] == np.arange(1, 7)
        return np.concatenate([pips, population.particles.parameter_normals > 0], axis=1).astype(float)

    samples = make_samples(chains, events)
    ess = compute_ess(samples)
    share = np.concatenate([sample.values for sample in samples]).mean(axis=0)
    varies = ess == ess
    ess_of_outcomes = compute_ess(make_samples(chains, lambda population: population.outcomes))
    assert (ess_of_outcomes > sum(len(sample.values) for sample in samples) / 2).all()
    bound = SIGMAS * np.sqrt(probabilities * (1 - probabilities) / ess)
    assert (np.abs(share - probabilities)[varies] < bound[varies]).all()
    assert (probabilities[~varies] < 0.002).all()


# --- Damage


@dataclass(frozen=True)
class LikelihoodTwice(ConjugateNormal):
    """The likelihood is used twice."""

    def compute_log_likelihood(self, particles, outcomes):
        return 2 * super().compute_log_likelihood(particles, outcomes)


def standardized_errors(chains):
    """How far evidence and means are from the truth of the sound model, in standard errors."""
    samples = make_samples(chains, coordinates)
    means, variance = ConjugateNormal().posterior
    values = np.concatenate([sample.values for sample in samples])
    variances = np.array([variance] * 4 + [1.0])
    distance = np.abs(values.mean(axis=0) - means) / np.sqrt(variances / compute_ess(samples))
    log_evidence = pool_evidence(chains)
    evidence_error = abs(log_evidence.value - ConjugateNormal().log_evidence) / log_evidence.error
    return evidence_error, float(distance.max())


@pytest.mark.slow
def test_a_likelihood_that_is_used_twice_is_detected():
    evidence_error, means_error = standardized_errors(run_two_chains(LikelihoodTwice()))
    assert evidence_error > 2 * SIGMAS
    assert means_error > 2 * SIGMAS


@pytest.mark.slow
def test_a_prior_that_is_counted_twice_is_detected(monkeypatch):
    # Proposals leave the prior as it is; a ratio of prior densities on top of that shrinks everything towards nought.
    sound = moves.move_with_simulation

    def damaged(target, kind, current, *rest):
        @dataclass(frozen=True)
        class Shrunk(type(target)):
            def compute_log_likelihood(self, particles, outcomes):
                log_prior_ratio = -0.125 * (particles.parameter_normals**2).sum(axis=1)[:, None]
                return super().compute_log_likelihood(particles, outcomes) + log_prior_ratio

        shrunk = Shrunk()
        shrunk_ratio = shrunk.compute_log_likelihood(current.particles, current.outcomes).sum(axis=1)
        moved = sound(shrunk, kind, replace(current, log_likelihood_ratio=shrunk_ratio), *rest)
        population = moved.population
        true_ratio = target.compute_log_likelihood(population.particles, population.outcomes).sum(axis=1)
        return replace(moved, population=replace(population, log_likelihood_ratio=true_ratio))

    monkeypatch.setattr(moves, "move_with_simulation", damaged)
    assert standardized_errors(run_two_chains(ConjugateNormal()))[1] > 2 * SIGMAS


def test_copies_that_never_move_are_no_sample(monkeypatch):
    monkeypatch.setattr(smc, "run_sweeps", lambda target, state, sweeps, chunk_size, workers: (state, {}))
    chains = run_two_chains(ConjugateNormal())
    assert (compute_ess(make_samples(chains, coordinates)) < 400).all()
    n_distinct = len(np.unique(chains[0].population.particles.replication_numbers))
    assert n_distinct < 400


@pytest.mark.slow
def test_streams_that_keep_their_salts_are_detected(monkeypatch):
    sound = moves.refresh_blocks

    def damaged(space, eligible, particles, *rest):
        return replace(sound(space, eligible, particles, *rest), salts=particles.salts)

    monkeypatch.setattr(moves, "refresh_blocks", damaged)
    samples = make_samples(run_two_chains(ThreeDice()), lambda population: population.outcomes)
    assert (compute_ess(samples) < sum(len(sample.values) for sample in samples) / 4).all()


# --- Increments of beta, and weights


def test_an_increment_leaves_the_fraction_of_the_sample_that_is_asked_for():
    log_likelihood = -np.arange(1_000.0)
    increment = find_next_increment(log_likelihood, 1.0, 0.6)
    assert compute_kish_ess(compute_weights(log_likelihood, increment)) == pytest.approx(600, rel=1e-6)
    assert find_next_increment(np.zeros(10), 0.25, 0.9) == 0.25


def test_impossible_particles_are_never_resampled():
    log_likelihood = np.array([-np.inf, 0.0, -np.inf, -1.0])
    increment = find_next_increment(log_likelihood, 1.0, 0.99)
    parents = resample_systematic(compute_weights(log_likelihood, increment), 0.999999)
    assert set(parents) <= {1, 3}
    assert compute_log_mean_weight(log_likelihood, 1.0) == pytest.approx(np.log((1 + np.exp(-1)) / 4))
    assert compute_log_mean_weight(np.full(3, -np.inf), 1.0) == -np.inf


def test_systematic_resampling_gives_each_its_share_to_within_one():
    weights = np.array([0.5, 3.2, 0.0, 1.3])
    for uniform in (0.0, 0.3, 0.999):
        counts = np.bincount(resample_systematic(np.repeat(weights, 1), uniform), minlength=4)
        assert (np.abs(counts - 4 * weights / weights.sum()) < 1).all()


# --- Effective samples


def test_independent_particles_count_in_full_and_copies_once():
    draw = np.arange(4_000)
    values = np.sin(draw * 12.9898)[:, None] * 43758.5453 % 1.0
    independent = LineageSample(values, draw[:, None])
    # With as many lineages as particles the estimate is exact but for its correction.
    assert compute_ess([independent])[0] == pytest.approx(4_000, rel=0.001)
    copies = LineageSample(np.repeat(values[:400], 10, axis=0), np.repeat(np.arange(400), 10)[:, None])
    # The spread of a variance estimate from k lineages is sqrt(2 / k) at most, for values as even as these.
    assert compute_ess([copies])[0] == pytest.approx(400, rel=SIGMAS * np.sqrt(2 / 400))


def test_too_few_lineages_have_no_effective_sample_size():
    values = np.linspace(0, 1, 100)[:, None]
    few = LineageSample(values, (np.arange(100) % (MIN_LINEAGES - 1))[:, None])
    assert few.root_step is None
    assert compute_ess([few])[0] == 0.0


def test_the_error_of_an_evidence_counts_copies_once():
    assert estimate_weight_error(np.arange(1.0, 1_001.0), np.zeros((1_000, 0), dtype=int)) == pytest.approx(
        np.std(np.arange(1.0, 1_001.0)) / 500.5 / np.sqrt(999), rel=1e-6
    )
    # Copies count once: ten of each of a hundred.
    copies = estimate_weight_error(np.repeat(np.arange(1.0, 101.0), 10), np.repeat(np.arange(100), 10)[:, None])
    assert copies == pytest.approx(np.std(np.arange(1.0, 101.0)) / 50.5 / np.sqrt(99), rel=1e-6)
    assert estimate_log_evidence(-3.0, np.arange(1_000)[:, None], [0.03, 0.04]).error == pytest.approx(0.05)


# --- The same bits, and going on


def assert_same_state(first, second):
    arrays, others = state_to_arrays(first), state_to_arrays(second)
    assert arrays.keys() == others.keys()
    for name in arrays:
        np.testing.assert_array_equal(arrays[name], others[name], err_msg=name)


SMALL = replace(SETTINGS, n_particles=450, sweeps=2, final_sweeps=2)


@pytest.mark.slow
def test_the_same_bits_for_any_number_of_workers():
    serial = run_two_chains(ConjugateNormal(), settings=SMALL)
    for count in (2, 3):
        workers = Workers("threads", WorkerPool(count))
        for one, other in zip(serial, run_two_chains(ConjugateNormal(), settings=SMALL, workers=workers), strict=True):
            assert_same_state(one, other)


def test_two_items_are_worked_on_at_once_each_with_half_of_the_workers():
    meeting = Barrier(2, timeout=30)

    def meet(item, workers):
        meeting.wait()  # nobody else would come if one item waited for the other
        return item, workers.pool.workers

    assert Workers("threads", WorkerPool(5)).map_parallel(meet, ["a", "b"]) == [("a", 2), ("b", 2)]


@pytest.mark.parametrize("workers", [Workers(), Workers("threads", WorkerPool(1)), Workers("loky", WorkerPool(4))])
def test_one_item_after_the_other_has_all_workers(workers):
    results = workers.map_parallel(lambda item, inner_workers: (item, inner_workers), ["a", "b"])
    assert results == [("a", workers), ("b", workers)]


def test_where_one_item_fails_the_other_ends_at_its_next_chunk():
    ended = Event()

    def fail(item, workers):
        if item == "a":
            raise ArithmeticError(item)
        try:
            while True:
                workers.map_chunks(lambda chunk: chunk, [1, 2], "chunk")
        except InterruptedError:
            ended.set()

    with pytest.raises(ArithmeticError):
        Workers("threads", WorkerPool(2)).map_parallel(fail, ["a", "b"])
    assert ended.wait(timeout=30)


@pytest.mark.slow
def test_a_chain_resumed_from_its_state_gives_the_same_bits():
    whole = run_two_chains(ConjugateNormal(), settings=SMALL)[0]
    states = []
    run_chain(
        ConjugateNormal(),
        initialize_chain(ConjugateNormal(), SMALL, 1, 1, Workers()),
        SMALL,
        Workers(),
        lambda state: states.append(state_to_arrays(state)),
    )
    for state in (states[0], states[len(states) // 2]):
        resumed = run_chain(ConjugateNormal(), state_from_arrays(state), SMALL, Workers(), lambda _: None)
        assert_same_state(resumed, whole)


def run_one_chain(target, settings, seed=1):
    state = initialize_chain(target, settings, 1, seed, Workers())
    return run_chain(target, state, settings, Workers(), lambda _: None)


def test_a_budget_ends_it_before_the_posterior():
    chain = run_one_chain(ConjugateNormal(), replace(SMALL, max_simulations=5_000))
    assert chain.is_finished
    assert not chain.is_at_posterior
    assert chain.n_simulations <= 5_000


def test_an_impossible_record_leaves_a_degenerate_chain():
    @dataclass(frozen=True)
    class Impossible(ConjugateNormal):
        def compute_log_likelihood(self, particles, outcomes):
            return np.full((len(particles), 4), -np.inf)

    chain = run_one_chain(Impossible(), SMALL)
    assert chain.is_degenerate
    assert chain.is_finished
    assert not chain.is_at_posterior


def test_a_particle_from_the_prior_does_not_depend_on_the_others():
    space = ConjugateNormal().space
    many = sample_prior(space, 5, np.arange(50, dtype=np.uint64))
    few = sample_prior(space, 5, np.array([17], dtype=np.uint64))
    np.testing.assert_array_equal(many.parameter_normals[17], few.parameter_normals[0])
    np.testing.assert_array_equal(many.normal_inputs[17], few.normal_inputs[0])


@pytest.mark.slow
def test_rounds_at_the_posterior_go_on_until_the_effective_sample_is_large_enough():
    settings = replace(SMALL, n_particles=1_000, target_ess=300.0, final_sweeps=1)
    for chain in run_two_chains(ConjugateNormal(), settings=settings):
        assert smc.measure_sample(ConjugateNormal().space, chain).lineage_ess >= 300
    limited = replace(settings, target_ess=10**9, max_simulations=60_000)
    short = run_two_chains(ConjugateNormal(), settings=limited)
    assert all(chain.n_simulations > 60_000 - 8_000 for chain in short)
    assert all(chain.is_finished and chain.is_at_posterior for chain in short)


# One sweep at each beta: by lineages the sample is large at once, by controls it is not.
HURRIED = replace(SETTINGS, n_particles=400, sweeps=1, final_sweeps=1, ess_fraction=0.5, target_ess=100.0)


@pytest.mark.slow
def test_rounds_at_the_posterior_wait_for_the_controls():
    target = ControlledNormal()
    for seed in range(1, 4):
        early = run_one_chain(target, HURRIED, seed)
        size = smc.measure_sample(target.space, early)
        assert size.lineage_ess >= HURRIED.target_ess
        assert size.control_ess < 200  # what fails is the controls alone
        late = run_one_chain(target, replace(HURRIED, target_control_ess=200.0), seed)
        assert smc.measure_sample(target.space, late).is_sufficient(HURRIED.target_ess, 200.0)
        assert late.n_simulations > early.n_simulations
        assert late.tempering_steps[: len(early.tempering_steps)] == early.tempering_steps  # the same rounds, and more
        # It ends at the first round that is enough: none before it was.
        rounds = [step for step in late.tempering_steps if step.beta == 1.0][1:]
        assert [step.ess >= HURRIED.target_ess and step.control_ess >= 200 for step in rounds] == [
            *([False] * (len(rounds) - 1)),
            True,
        ]


def test_controls_that_never_move_end_with_the_budget(monkeypatch):
    sound = moves.refresh_blocks

    def damaged(space, eligible, particles, *rest):
        moved = sound(space, eligible, particles, *rest)
        inputs = moved.normal_inputs.copy()
        inputs[:, -N_CONTROLS:] = particles.normal_inputs[:, -N_CONTROLS:]
        return replace(moved, normal_inputs=inputs)

    monkeypatch.setattr(moves, "refresh_blocks", damaged)
    chain = run_one_chain(ControlledNormal(), replace(HURRIED, target_control_ess=200.0, max_simulations=40_000))
    assert chain.is_finished
    assert chain.is_at_posterior
    assert 40_000 - 1_600 < chain.n_simulations <= 40_000
    assert smc.measure_sample(ControlledNormal().space, chain).control_ess < 200


@pytest.mark.slow
def test_posterior_of_a_model_with_controls_is_that_without():
    target = ControlledNormal()
    chains = run_two_chains(target, settings=replace(SETTINGS, sweeps=2, final_sweeps=2, target_control_ess=1_000.0))
    log_evidence = pool_evidence(chains)
    assert abs(log_evidence.value - target.log_evidence) < SIGMAS * log_evidence.error

    def observed(population):
        return coordinates(population)[:, :5]

    samples = make_samples(chains, observed)
    means, variance = target.posterior
    values = np.concatenate([sample.values for sample in samples])
    bound = SIGMAS * np.sqrt(np.array([variance] * 4 + [1.0]) / compute_ess(samples))
    assert (np.abs(values.mean(axis=0) - means) < bound).all()


def test_evidences_that_are_equal_but_for_rounding_are_not_apart():
    assert LogEvidence(-1.0, 1e-17).compute_z_distance(LogEvidence(-1.0 + 1e-14, 1e-17)) == 0.0
    assert LogEvidence(-1.0, 0.0).compute_z_distance(LogEvidence(-1.1, 0.0)) == np.inf
    assert LogEvidence(-1.0, 0.3).compute_z_distance(LogEvidence(-2.0, 0.4)) == pytest.approx(2.0)


@pytest.mark.slow
def test_the_variance_of_means_is_as_estimated_from_lineages():
    # Over many seeds the variance of the posterior mean is what a single run estimates, within its chi-squared error.
    runs, settings = 40, replace(SETTINGS, n_particles=300, sweeps=2, final_sweeps=2, ess_fraction=0.5)
    means, estimates = [], []
    for seed in range(runs):
        chain = run_one_chain(ConjugateNormal(), settings, 100 + seed)
        values = coordinates(chain.population)
        means.append(values.mean(axis=0))
        estimates.append(LineageSample(values, chain.ancestors).compute_variances(values.mean(axis=0)))
    ratio = np.var(means, axis=0, ddof=1) / np.mean(estimates, axis=0)
    bound = SIGMAS * np.sqrt(2 / (runs - 1))
    assert (ratio < 1 + bound).all()
    assert (ratio > 1 / (1 + bound)).all()


@pytest.mark.filterwarnings("error")
def test_one_lineage_has_infinite_variance_of_what_varies_and_none_of_what_does_not():
    deviations = np.array([[1.0, 0.0], [-2.0, 0.0], [3.0, 0.0]])
    np.testing.assert_array_equal(compute_clustered_variance(deviations, np.zeros(3, dtype=np.int64)), [np.inf, 0.0])
