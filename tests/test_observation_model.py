"""The observation model: simulated parameters as often as their likelihood says, and no claim used twice."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from support.claims import build_model, draw_values, list_scored_claims, make_count_tree

from sim.likelihood import observation_model, simulated_reports
from sim.likelihood.binning import UNIT_BINS, Bin, make_binning
from sim.likelihood.count_tree import CountTree
from sim.likelihood.observation_model import build_observation_model, log_likelihood, with_bins
from sim.likelihood.simulated_reports import simulate_reports
from sim.likelihood.terms import BinaryReport, BinnedShare
from sim.scenario import Edit, ScenarioError, load


def test_a_claim_is_true_or_it_was_misreported():
    term = BinaryReport(
        "taken", ("taken",), (Bin(1, 1),), (UNIT_BINS,), observable_column=0, low=0.85, high=math.inf, flip_column=0
    )
    found = np.exp(term.log_likelihood(np.array([[0.85], [0.84]]), np.array([[0.1], [0.1]])))
    assert found == pytest.approx([0.9, 0.1])
    denied = term.with_bins([Bin(0, 0)])
    assert np.exp(denied.log_likelihood(np.array([[0.85]]), np.array([[0.1]]))) == pytest.approx([0.1])


def test_a_share_is_reported_near_the_truth_or_at_random():
    term = BinnedShare("part", ("part",), (Bin(14, 14),), (UNIT_BINS,), observable_column=0, sd_column=0, flip_column=1)

    def likelihood(step, truth, wrong):
        reported = term.with_bins([Bin(step, step)])
        return math.exp(reported.log_likelihood(np.array([[truth]]), np.array([[0.1, wrong]]))[0])

    normal = stats.norm(0.6, 0.1)
    assert likelihood(14, 0.6, 0.0) == pytest.approx(normal.cdf(0.725) - normal.cdf(0.675))
    assert likelihood(14, 0.6, 0.05) == pytest.approx(0.95 * (normal.cdf(0.725) - normal.cdf(0.675)) + 0.05 / 21)
    assert likelihood(0, 0.0, 0.0) == pytest.approx(stats.norm(0, 0.1).cdf(0.025))
    for truth in (0.0, 0.33, 1.0):
        assert sum(likelihood(step, truth, 0.07) for step in range(21)) == pytest.approx(1.0)


def test_a_share_is_reported_as_often_as_its_likelihood_says():
    """Each step over evenly spread random numbers: without misreports, and with them beside a sure step."""
    term = BinnedShare("part", ("part",), (Bin(14, 14),), (UNIT_BINS,), observable_column=0, sd_column=0, flip_column=1)
    n = 21_000
    spread = (np.arange(n) + 0.5) / n

    def often(truth, sd, wrong, luck, error):
        values, parameters = np.full((n, 1), truth), np.tile([sd, wrong], (n, 1))
        steps = term.simulate_reports(
            values, parameters, np.stack(np.broadcast_arrays(luck, error), axis=-1)[:, None, :]
        )
        return np.bincount(steps[:, 0].astype(int), minlength=21) / n

    def likely(truth, sd, wrong):
        each = [term.with_bins([Bin(step, step)]) for step in range(21)]
        return [math.exp(one.log_likelihood(np.array([[truth]]), np.array([[sd, wrong]]))[0]) for one in each]

    for truth, sd in ((0.6, 0.1), (0.02, 0.1), (0.97, 0.3)):
        assert often(truth, sd, 0.0, spread, 0.5) == pytest.approx(likely(truth, sd, 0.0), abs=2 / n)
    assert often(0.6, 1e-6, 0.21, 0.5, spread) == pytest.approx(likely(0.6, 1e-6, 0.21), abs=2 / n)


@pytest.fixture(scope="module", params=["teaching", "dec2014"])
def scenario(request):
    return load(request.param)


def draw_parameters(scenario, model, rows, seed=3):
    return observation_model.draw_priors(scenario, model.parameter_names, seed, np.arange(rows))


def test_every_scored_claim_is_in_one_term(scenario):
    model = build_model(scenario, list_scored_claims(scenario))
    assert sorted(model.claims) == sorted(list_scored_claims(scenario))
    assert len(set(model.observables)) == len(model.observables)
    assert set(model.parameter_names) == set(scenario.source_model_priors) & set(model.parameter_names)
    by_default = build_model(scenario)
    assert sorted(by_default.claims) == sorted(
        id for id in scenario.claims if scenario.claims[id].role == "calibration"
    )


def test_a_claim_outside_the_period_is_left_out(scenario):
    early = build_observation_model(scenario, 24.0, list_scored_claims(scenario))
    assert early.claims
    assert all(scenario.hours_since_start(observable.until) <= 24.0 for observable in early.observables)


def test_deleting_a_claim_changes_only_the_term_that_it_is_in(scenario):
    claims = list_scored_claims(scenario)
    whole = build_model(scenario, claims)
    values, parameters = draw_values(whole, 50), draw_parameters(scenario, whole, 50)
    before = dict(zip([each.name for each in whole.terms], log_likelihood(whole, values, parameters).T, strict=True))
    term_by_claim = {claim: each.name for each in whole.terms for claim in each.claims}
    for deleted in claims:
        reduced = build_model(scenario, [id for id in claims if id != deleted])
        columns = [whole.observables.index(observable) for observable in reduced.observables]
        names = [whole.parameter_names.index(name) for name in reduced.parameter_names]
        after = log_likelihood(reduced, values[:, columns], parameters[:, names])
        for each, column in zip(reduced.terms, after.T, strict=True):
            if each.name in before and term_by_claim[each.claims[0]] != term_by_claim[deleted]:
                assert (column == before[each.name]).all(), (deleted, each.name)
        assert deleted not in reduced.claims
        assert {id for each in reduced.terms for id in each.claims} == set(claims) - {deleted}


def compute_largest_deviation(scenario, wrong=False):
    """The largest distance, in standard errors, between how often a term's claims are reported in their bins and its
    likelihood, for one battle reported many times; `wrong` scores each claim by itself, sums and parts alike.
    """
    rows = 20_000
    model = build_model(scenario, list_scored_claims(scenario))
    values, parameters = draw_values(model, 1, seed=8), draw_parameters(scenario, model, 1)
    model = coarsen_bins(model, values[0], parameters[0])
    values, parameters = np.tile(values, (rows, 1)), np.tile(parameters, (rows, 1))
    simulated = simulate_reports(model, values, parameters, 11, np.arange(rows))
    # the first of these parameters is the record, so that nothing is too rare to be counted
    again = with_bins(model, simulated.bins[0])
    often = []
    first = 0
    for number, each in enumerate(again.terms):
        columns = slice(first, first + len(each.claims))
        same = (simulated.bins[:, columns] == simulated.bins[0, columns]).all(axis=(1, 2))
        share = same.mean()
        if wrong and isinstance(each, CountTree):
            alone = [
                make_count_tree([observed_bin], [(node.column, ())])
                for observed_bin, node in zip(each.observed_bins, each.nodes, strict=True)
            ]
            three = parameters[:1][:, [each.bias_column, each.size_column, each.background_column]]
            likelihood = math.exp(sum(one.log_likelihood(values[:1], three)[0] for one in alone))
        else:
            likelihood = math.exp(log_likelihood(again, values[:1], parameters[:1])[0, number])
        often.append(abs(share - likelihood) / math.sqrt(max(likelihood * (1 - likelihood), 1e-9) / rows))
        first += len(each.claims)
    return max(often)


@pytest.mark.slow
def test_claims_are_reported_as_often_as_their_likelihood_says(scenario):
    # 5.3 standard errors: one in a million and a half for each of some sixty terms, by the normal approximation; a term
    # that is reported by chance once in 20,000 would be off by more, so the bins are those of a likely report
    assert compute_largest_deviation(scenario) < 5.3


@pytest.mark.slow
def test_a_claim_that_is_used_twice_is_noticed():
    scenario = load("dec2014")
    assert compute_largest_deviation(scenario, wrong=True) > 20


def coarsen_bins(model, values, parameters):
    """The model as if every count had been reported as more or less than expected, so that no bin is rare."""
    terms = []
    for term in model.terms:
        if isinstance(term, CountTree):
            bias, background = parameters[term.bias_column], parameters[term.background_column]
            means = [bias * values[node.column] + background for node in term.nodes]
            term = replace(term, binnings=tuple(make_binning([max(round(mean), 1)]) for mean in means))
        terms.append(term)
    return replace(model, terms=tuple(terms))


def test_reports_of_a_replication_are_the_same_whatever_else_is_simulated(scenario):
    model = build_model(scenario, list_scored_claims(scenario))
    values, parameters = draw_values(model, 6), draw_parameters(scenario, model, 6)
    all_of_them = simulate_reports(model, values, parameters, 4, np.arange(6))
    alone = simulate_reports(model, values[[4]], parameters[[4]], 4, [4])
    assert (alone.values == all_of_them.values[[4]]).all()
    assert (alone.bins == all_of_them.bins[[4]]).all()
    assert (simulate_reports(model, values, parameters, 5, np.arange(6)).values != all_of_them.values).any()
    reduced = build_model(scenario, list_scored_claims(scenario)[1:])
    columns = [model.observables.index(observable) for observable in reduced.observables]
    names = [model.parameter_names.index(name) for name in reduced.parameter_names]
    fewer = simulate_reports(reduced, values[:, columns], parameters[:, names], 4, np.arange(6))
    for number, id in enumerate(reduced.claims):
        if id != list_scored_claims(scenario)[0] and not isinstance(reduced.terms[0], CountTree):
            assert (fewer.values[:, number] == all_of_them.values[:, model.claims.index(id)]).all()


def test_simulated_reports_can_be_scored(scenario):
    model = build_model(scenario, list_scored_claims(scenario))
    values, parameters = draw_values(model, 200), draw_parameters(scenario, model, 200)
    simulated = simulate_reports(model, values, parameters, 9, np.arange(200))
    for row in range(0, 200, 20):
        again = with_bins(model, simulated.bins[row])
        assert (again.observed_bins == simulated.bins[row]).all()
        assert np.isfinite(log_likelihood(again, values, parameters)).all()
    assert (with_bins(model, model.observed_bins).observed_bins == model.observed_bins).all()
    with pytest.raises(ValueError, match="2 bins"):
        with_bins(model, model.observed_bins[:2])


def test_priors_of_reporting_are_drawn_by_their_names():
    scenario = load("dec2014")
    names = ["sohr_on_isil", "masdar_on_isil", "text_misreport"]
    some = observation_model.draw_priors(scenario, names, 1, np.arange(2000))
    assert (observation_model.draw_priors(scenario, names[::-1], 1, [7])[0] == some[7, ::-1]).all()
    low, high = np.quantile(some[:, 0], [0.4, 0.6])
    assert low < 0.9 < high
    assert 0.03 < some[:, 2].mean() < 0.07


def test_totals_after_each_day_are_reported_as_their_source_counts():
    """On average its bias times the dead, and the background; a day's total is never below that of the day before."""
    scenario, rows = load("teaching"), 4000
    dead = np.tile([0.0, 20.0, 50.0], (rows, 1))
    totals = simulated_reports.simulate_running_totals(scenario, "herald", "amber", dead, 3)
    error_model = scenario.source_model.sources["herald"].sides["amber"]
    names = [error_model.bias, error_model.size, scenario.source_model.background_rate]
    bias, size, stray = observation_model.draw_priors(scenario, names, 3, np.arange(rows)).T[:, :, None]
    means = bias * dead + stray
    sd = np.sqrt((means + means**2 / size).mean(axis=0) / rows)
    assert (abs((totals - means).mean(axis=0)) < 4.9 * sd).all()  # a correct program fails once in 300,000
    assert (abs((totals - 1.1 * means).mean(axis=0)[1:]) > 4.9 * sd[1:]).all()
    assert (np.diff(totals, axis=1) >= 0).all()
    assert (totals.var(axis=0) > 2 * totals.mean(axis=0))[1:].all()
    assert (simulated_reports.simulate_running_totals(scenario, "gazette", "amber", dead, 3) != totals).any()
    assert (simulated_reports.simulate_running_totals(scenario, "herald", "amber", dead, 4) != totals).any()


def test_a_source_that_counts_no_such_dead_reports_no_totals():
    scenario = load("teaching")
    dead = np.ones((3, 2))
    assert simulated_reports.simulate_running_totals(scenario, "nobody", "amber", dead, 3) is None
    assert simulated_reports.simulate_running_totals(scenario, "herald", "crimson", dead, 3) is None
    assert (
        simulated_reports.simulate_running_totals(
            scenario.model_copy(update={"source_model": None}), "herald", "amber", dead, 3
        )
        is None
    )


def test_a_source_without_an_error_model_is_named():
    scenario = load("teaching")
    reduced = scenario.model_copy(update={"source_model": None})
    with pytest.raises(ScenarioError) as error:
        build_model(reduced)
    assert any(
        "source_model.sources.gazette: is missing, and first_day_dead_gazette" in line for line in error.value.messages
    )


def test_two_counts_that_overlap_and_are_not_nested_are_refused():
    edits = (
        Edit(path="claims.island_isil_dead.observable.since", value="2014-12-05"),
        Edit(path="claims.island_isil_dead.observable.until", value="2014-12-07"),
    )
    with pytest.raises(ScenarioError, match="counts some of what"):
        build_model(load("dec2014", edits))


def test_two_counts_of_one_thing_by_one_source_are_refused():
    scenario = load("teaching")
    twice = scenario.claims | {"again": scenario.claims["amber_dead_gazette"].model_copy(deep=True)}
    with pytest.raises(ScenarioError, match="again: counts some of what amber_dead_gazette counts"):
        build_model(scenario.model_copy(update={"claims": twice}))


def test_a_prior_serves_the_battle_or_the_reports():
    with pytest.raises(ScenarioError, match="by the battle and by reports alike"):
        load("teaching", (Edit(path="source_model.background_rate", value="fog_chance"),))


def test_the_battle_does_not_read_how_sources_report():
    from sim.battle.simulation import Simulation

    scenario = load("teaching")
    assert not set(Simulation(scenario).parameter_names) & scenario.source_model_priors
    assert scenario.source_model_priors <= set(scenario.priors)


def test_no_source_is_scored_twice_for_one_thing():
    edit = Edit(path="claims.village_taken.includes", value=[])
    scenario = load("teaching", (edit,))
    claims = dict(scenario.claims)
    claims["again"] = claims["village_taken"]
    with pytest.raises(ScenarioError, match="is about the same as village_taken"):
        build_model(scenario.model_copy(update={"claims": claims}))
