"""Simulated reports and the likelihood of the record: exact answers, frequencies, and no claim used twice."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from support.record import observed

from sim.claims import reporting
from sim.claims.cells import EACH, Cell, partition
from sim.claims.control import State
from sim.claims.kinds import found, kind_of
from sim.claims.kinds.over import ROUND
from sim.claims.negative_binomial import log_masses, log_tail, quantiles
from sim.claims.questions import Question, Standing, standings, states_told
from sim.claims.terms.counted import Counted, Node
from sim.claims.terms.graded import Graded
from sim.claims.terms.judged import Judged
from sim.claims.testimony import log_likelihood, recorded, told, with_cells
from sim.scenario import ScenarioError, load
from sim.scenario.bounds import FORMS, Bound
from sim.scenario.model import Edit

WORDS = {
    "exactly": ["exactly 19", "exactly 0"],
    "over": ["over 20", "over 100", "over 35", "over 0"],
    "at least": ["at least 30", "at least 0"],
    "under": ["under 5"],
    "at most": ["at most 5"],
    "range": ["43 to 51", "0 to 3"],
    "about": ["about 70", "about 3", "about 1000"],
    "dozens": ["dozens"],
    "some": ["some"],
    "part": ["part"],
    "most": ["most"],
    "all": ["all"],
    "none": ["none"],
    "happened": ["happened"],
    "did not happen": ["did not happen"],
}
SORTS = ("people", "pieces", "sorties", "presence", "share", "events", "rank")


def bound(said):
    return Bound.model_validate(said)


def term(cells, nodes=None, claims=None):
    """Counts of one source: nodes as (column, parts), factor, size and stray from slots 0, 1 and 2."""
    nodes = nodes or [(0, ())]
    claims = claims or tuple(f"claim_{n}" for n in range(len(nodes)))
    return Counted(
        "term",
        claims,
        tuple(cells),
        (EACH,) * len(nodes),
        nodes=tuple(Node(column, parts) for column, parts in nodes),
        bias=0,
        size=1,
        stray=2,
    )


def chance(which, truth, factor, size, stray=0.0):
    """The chance of a term for one battle."""
    values = np.atleast_2d(np.asarray(truth, dtype=float))
    reports = np.array([[factor, size, stray]])
    return math.exp(which.log_likelihood(values, reports)[0])


def kind_cell(said, sort="people"):
    return found()[kind_of(sort, bound(said).kind)].said(bound(said))


# --- Kinds


def test_every_word_is_tried():
    assert set(WORDS) == set(FORMS)


def test_about_a_number_has_neighbours_as_vague_as_itself_on_both_sides():
    kind = found()[kind_of("people", "about")]
    own = kind_cell("about 200")
    among = kind.partition(bound("about 200"))
    ratio = bound("about 200").high / bound("about 200").low
    for count in (own.low - 1, int(own.high) + 1, 20_000):
        low, high = among.cells(np.array([count]))[0]
        assert 0 < low <= count <= high
        assert (high + 1) / low == pytest.approx(ratio, rel=2 / low)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("said", [said for words in WORDS.values() for said in words])
def test_a_claim_is_one_cell_of_all_that_could_have_been_said(sort, said):
    counts = np.arange(2001)
    if sort in ("people", "pieces", "sorties", "presence") and said in ("part", "most", "all"):
        with pytest.raises(LookupError):
            kind_of(sort, bound(said).kind)
        return
    kind = found()[kind_of(sort, bound(said).kind)]
    cells = kind.partition(bound(said)).cells(counts)
    assert ((cells[:, 0] <= counts) & (counts <= cells[:, 1])).all()
    ends = np.unique(cells, axis=0)
    assert ends[0, 0] == 0
    assert (ends[1:, 0] == ends[:-1, 1] + 1).all()  # side by side, without gaps
    cell = kind.said(bound(said))
    assert [cell.low, cell.high] in ends.tolist()
    if kind.channel == "counted":
        held = [count for count in counts.tolist() if bound(said).holds(count)]
        inside = [count for count in counts.tolist() if cell.low <= count <= cell.high]
        assert set(inside) <= set(held)
        if bound(said).kind != "over":  # whoever says `over` leaves out what lies above the next round number
            assert inside == held


def test_every_file_of_a_kind_is_of_use():
    used = {kind_of(sort, form) for sort in SORTS for form in FORMS if (sort, form) not in impossible_pairs()}
    assert used == set(found())


def impossible_pairs():
    return set(product(("people", "pieces", "sorties", "presence"), ("part", "most", "all")))


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("over 20", 21, 30),
        ("over 35", 36, 40),
        ("over 40", 41, 50),
        ("over 70", 71, 80),
        ("over 90", 91, 100),
        ("over 100", 101, 150),
        ("over 150", 151, 200),
        ("over 200", 201, 300),
        ("over 1000", 1001, 1500),
        ("over 9", 10, 10),
    ],
)
def test_over_a_round_number_is_up_to_the_next(said, low, high):
    assert kind_cell(said) == Cell(low, high)


def test_the_round_numbers_are_those_written_down():
    assert ROUND[:23] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 150, 200, 300]


def test_dozens_are_two_dozen_and_more_but_no_hundred():
    assert kind_cell("dozens") == Cell(24, 99)
    assert bound("dozens").holds(24)
    assert not bound("dozens").holds(100)


@pytest.mark.parametrize(("said", "step"), [("about 0.7", 14), ("about 0.75", 15), ("about 0.3", 6), ("exactly 1", 20)])
def test_a_share_is_told_in_steps_of_five_per_cent(said, step):
    assert kind_cell(said, "share") == Cell(step, step)


@pytest.mark.parametrize("among", [EACH, partition([3, 7, 20])])
def test_cells_have_the_shape_of_the_counts(among):
    counts = np.arange(30).reshape(2, 3, 5)
    cells = among.cells(counts)
    assert cells.shape == (2, 3, 5, 2)
    assert ((cells[..., 0] <= counts) & (counts <= cells[..., 1])).all()


# --- Exact answers


@pytest.mark.parametrize(
    ("cell", "truth", "factor", "expected"),
    [
        (Cell(100, 100), 45, 2.5, 0.011221),
        (Cell(101, math.inf), 45, 2.5, 0.590294),
        (Cell(100, math.inf), 45, 2.5, 0.601515),
        (Cell(101, 150), 45, 2.5, 0.439576),
        (Cell(43, 51), 45, 1.0, 0.213890),
        (Cell(1, math.inf), 2, 1.0, 0.838494),
        (Cell(0, math.inf), 2, 1.0, 1.0),
    ],
)
def test_chances_worked_elsewhere(cell, truth, factor, expected):
    assert chance(term([cell]), truth, factor, 10.0) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(("truth", "expected"), [(45, 0.544095), (90, 0.893689)])
def test_a_factor_that_is_not_known_is_averaged_over(truth, expected):
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    factors = 2.5 * np.exp(0.5 * nodes)
    tails = np.exp(log_tail(101, factors * truth, np.full(40, 10.0)))
    assert (weights / weights.sum() * tails).sum() == pytest.approx(expected, abs=5e-7)


def test_a_vague_source_hardly_moves_the_answer():
    truths = np.arange(1, 401).astype(float)
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)

    def likelihood(cell, median, sigma, size):
        values, factors = np.repeat(truths, 40)[:, None], np.tile(median * np.exp(sigma * nodes), 400)
        reports = np.stack([factors, np.full(16000, size), np.zeros(16000)], axis=1)
        chances = np.exp(term([cell]).log_likelihood(values, reports)).reshape(400, 40)
        return chances @ (weights / weights.sum())

    def summary(posterior):
        below = np.cumsum(posterior / posterior.sum())
        return [int(truths[np.searchsorted(below, share)]) for share in (0.5, 0.05, 0.95)]

    monitor = likelihood(Cell(68, 68), 0.95, 0.25, 30.0)
    press = likelihood(Cell(201, 300), 2.5, 0.5, 10.0)
    assert summary(monitor) == [81, 47, 141]
    assert summary(press) == [143, 54, 327]
    assert summary(monitor * press) == [85, 53, 138]


@given(
    first=st.integers(0, 40),
    width=st.integers(0, 60),
    mean=st.floats(1e-3, 400),
    size=st.floats(0.3, 200),
)
def test_the_negative_binomial_is_that_of_scipy(first, width, mean, size):
    exact = stats.nbinom(size, size / (size + mean))
    masses = log_masses(first, first + width, np.array([mean]), np.array([size]))[0]
    assert masses == pytest.approx(exact.logpmf(np.arange(first, first + width + 1)), rel=1e-9, abs=1e-9)
    assert log_tail(first, np.array([mean]), np.array([size]))[0] == pytest.approx(
        exact.logsf(first - 1), rel=1e-7, abs=1e-7
    )


def test_a_tail_beyond_all_numbers_still_has_an_order():
    tails = log_tail(301, np.array([0.01, 0.02, 0.5, 5.0]), np.full(4, 10.0))
    assert np.isfinite(tails).all()
    assert (np.diff(tails) > 0).all()
    for mean, tail in zip([0.01, 0.02, 0.5, 5.0], tails.tolist(), strict=True):
        share = mean / (mean + 10.0)
        logs = [
            math.lgamma(n + 10.0) - math.lgamma(10.0) - math.lgamma(n + 1.0) + n * math.log(share)
            for n in range(301, 600)
        ]
        most = max(logs)
        exact = most + math.log(sum(math.exp(each - most) for each in logs)) + 10.0 * math.log1p(-share)
        assert tail == pytest.approx(exact, abs=0.01)


@given(share=st.floats(1e-9, 1 - 1e-9), mean=st.floats(0.01, 300), size=st.floats(0.3, 100))
def test_a_drawn_count_lies_where_its_share_does(share, mean, size):
    count = quantiles(np.array([share]), np.array([mean]), np.array([size]))[0]
    exact = stats.nbinom(size, size / (size + mean))
    assert exact.cdf(count) >= share * (1 - 1e-9)
    assert count == 0 or exact.cdf(count - 1) <= share * (1 + 1e-9)


# --- Counts within counts


def by_hand(nodes, cells, truths, factor, size, stray, most):
    """The joint chance of a tree by going through every combination of rests."""
    rests = [truths[column] - sum(truths[nodes[part][0]] for part in parts) for column, parts in nodes]
    laws = [stats.nbinom(size, size / (size + factor * rest + stray)) for rest in rests]
    masses = [[*law.pmf(np.arange(most)), law.sf(most - 1)] for law in laws]  # beyond the last cell all are alike
    total = 0.0
    for drawn in product(range(most + 1), repeat=len(nodes)):
        counts: list[int] = []
        for number, (_, parts) in enumerate(nodes):
            counts.append(drawn[number] + sum(counts[part] for part in parts))
        if all(cell.low <= count <= cell.high for cell, count in zip(cells, counts, strict=True)):
            total += math.prod(masses[number][count] for number, count in enumerate(drawn))
    return total


TREES = [
    [(0, ()), (1, (0,))],
    [(0, ()), (1, (0,)), (2, (1,))],
    [(0, ()), (1, ()), (2, (0, 1))],
]


@given(
    tree=st.sampled_from(TREES),
    data=st.data(),
    factor=st.floats(0.3, 2.0),
    size=st.floats(1.0, 20.0),
)
def test_nested_counts_have_the_joint_chance_of_every_combination(tree, data, factor, size):
    cells = []
    for _ in tree:
        low = data.draw(st.integers(0, 4))
        cells.append(Cell(low, data.draw(st.one_of(st.just(math.inf), st.integers(low, low + 4)))))
    truths = [1, 1, 3] if len(tree[-1][1]) == 2 else [1, 2, 4][: len(tree)]
    most = 9  # above every cell that ends
    try:
        which = term(cells, tree)
    except ValueError:
        assert by_hand(tree, cells, truths, factor, size, 0.3, most) == 0.0
        return
    exact = by_hand(tree, cells, truths, factor, size, 0.3, most)
    assert chance(which, truths, factor, size, 0.3) == pytest.approx(exact, rel=1e-8, abs=1e-12)


def test_nested_bounds_are_told_by_their_increments():
    # over 100 by one day and over 200 by the next: 45 and then 40 more of them were so
    nodes, cells = [(0, ()), (1, (0,))], [Cell(101, 150), Cell(201, 300)]
    factor, size = 2.5, 10.0
    laws = [stats.nbinom(size, size / (size + factor * truth)) for truth in (45, 40)]
    exact = sum(laws[0].pmf(first) * (laws[1].cdf(300 - first) - laws[1].cdf(200 - first)) for first in range(101, 151))
    assert chance(term(cells, nodes), [45, 85], factor, size) == pytest.approx(exact, rel=1e-10)
    alone = chance(term([cells[0]]), 45, factor, size) * chance(term([cells[1]]), 85, factor, size)
    assert abs(alone - exact) > 0.02  # the second bound is no second witness of the first 45


def test_the_parts_of_an_exact_total_are_a_product():
    nodes, cells = [(0, ()), (1, ()), (2, (0, 1))], [Cell(7, 7), Cell(37, 37), Cell(45, 45)]
    exact = math.prod(
        stats.nbinom(30, 30 / (30 + 0.9 * truth + 0.5)).pmf(count) for truth, count in ((9, 7), (30, 37), (4, 1))
    )
    assert chance(term(cells, nodes), [9, 30, 43], 0.9, 30.0, 0.5) == pytest.approx(exact, rel=1e-10)


def test_a_total_below_its_parts_is_refused_and_a_part_above_its_whole_is_told():
    with pytest.raises(ValueError, match="claim_2: less than what it contains"):
        term([Cell(7, 7), Cell(37, 37), Cell(40, 40)], [(0, ()), (1, ()), (2, (0, 1))])
    with pytest.raises(ValueError, match="a part is more than the whole"):
        chance(term([Cell(7, 7), Cell(45, 45)], [(0, ()), (1, (0,))]), [9, 8], 1.0, 30.0)


def test_what_is_next_to_impossible_is_finite_and_in_order():
    cells, nodes = [Cell(21, 30), Cell(101, 150)], [(0, ()), (1, (0,))]
    values = np.array([[0.0, 0.0], [0.0, 5.0], [5.0, 5.0], [20.0, 60.0]])
    reports = np.tile([0.01, 80.0, 1e-3], (4, 1))
    found = term(cells, nodes).log_likelihood(values, reports)
    assert np.isfinite(found).all()
    assert found[0] < found[1] < found[3]
    assert found[0] < -900


# --- What is so or not so, and shares


def test_a_bound_holds_or_it_was_misreported():
    which = Judged("taken", ("taken",), (Cell(1, 1),), (EACH,), column=0, low=0.85, high=math.inf, misreport=0)
    found = np.exp(which.log_likelihood(np.array([[0.85], [0.84]]), np.array([[0.1], [0.1]])))
    assert found == pytest.approx([0.9, 0.1])
    denied = which.with_cells([Cell(0, 0)])
    assert np.exp(denied.log_likelihood(np.array([[0.85]]), np.array([[0.1]]))) == pytest.approx([0.1])


def test_a_share_is_told_near_what_it_was_or_anyhow():
    which = Graded("part", ("part",), (Cell(14, 14),), (EACH,), column=0, sd=0, misreport=1)

    def likelihood(step, seen, wrong):
        told_so = which.with_cells([Cell(step, step)])
        return math.exp(told_so.log_likelihood(np.array([[seen]]), np.array([[0.1, wrong]]))[0])

    normal = stats.norm(0.6, 0.1)
    assert likelihood(14, 0.6, 0.0) == pytest.approx(normal.cdf(0.725) - normal.cdf(0.675))
    assert likelihood(14, 0.6, 0.05) == pytest.approx(0.95 * (normal.cdf(0.725) - normal.cdf(0.675)) + 0.05 / 21)
    assert likelihood(0, 0.0, 0.0) == pytest.approx(stats.norm(0, 0.1).cdf(0.025))
    for seen in (0.0, 0.33, 1.0):
        assert sum(likelihood(step, seen, 0.07) for step in range(21)) == pytest.approx(1.0)


def test_a_share_is_told_as_often_as_its_likelihood_says():
    """Each step over evenly spread dice: once without errors, once with errors alone beside a sure step."""
    which = Graded("part", ("part",), (Cell(14, 14),), (EACH,), column=0, sd=0, misreport=1)
    n = 21_000
    spread = (np.arange(n) + 0.5) / n

    def often(seen, sd, wrong, luck, error):
        values, reports = np.full((n, 1), seen), np.tile([sd, wrong], (n, 1))
        steps = which.told(values, reports, np.stack(np.broadcast_arrays(luck, error), axis=-1)[:, None, :])
        return np.bincount(steps[:, 0].astype(int), minlength=21) / n

    def likely(seen, sd, wrong):
        each = [which.with_cells([Cell(step, step)]) for step in range(21)]
        return [math.exp(one.log_likelihood(np.array([[seen]]), np.array([[sd, wrong]]))[0]) for one in each]

    for seen, sd in ((0.6, 0.1), (0.02, 0.1), (0.97, 0.3)):
        assert often(seen, sd, 0.0, spread, 0.5) == pytest.approx(likely(seen, sd, 0.0), abs=2 / n)
    assert often(0.6, 1e-6, 0.21, 0.5, spread) == pytest.approx(likely(0.6, 1e-6, 0.21), abs=2 / n)


@pytest.mark.parametrize(("share", "so"), [(0.0, State.FIRST), (0.5, State.CONTESTED), (1.0, State.SECOND)])
def test_a_source_that_errs_about_a_place_tells_either_of_the_other_states(share, so):
    """Three in ten err, half of them in each way; the share may be either side's."""
    scenario = load("teaching")
    luck = np.array([[one, other] for one in np.arange(0.05, 1, 0.1) for other in np.arange(0.05, 1, 0.1)])
    for side, held in ((1, share), (0, 1.0 - share)):
        asked = Standing(Question("claim", "state", "term", EACH, Cell(0, 0)), side, misreport=1, column=2)
        values, reports = np.full((100, 3), [9.0, 9.0, held]), np.full((100, 2), [1.0, 0.3])
        told_so = states_told(scenario, asked, values, reports, luck)
        assert [int((told_so == state).sum()) for state in State] == [70 if state == so else 15 for state in State]


def test_the_claims_of_who_holds_a_place_stand_for_states():
    scenario = load("teaching")
    record = record_of(scenario, scored(scenario))
    found_now = {each.question.claim: each for each in standings(scenario, record)}
    assert {id: each.question.cell for id, each in found_now.items()} == {
        "village_taken": Cell(State.CONTESTED, State.CONTESTED),
        "hill_regained": Cell(State.CONTESTED, State.CONTESTED),
    }
    assert {id: list(scenario.sides)[each.side] for id, each in found_now.items()} == {
        "village_taken": "amber",
        "hill_regained": "teal",
    }
    for id, each in found_now.items():
        assert record.asked[each.column] == scenario.claims[id].observable
        assert record.slots[each.misreport] == "misreport"
        assert each.question.term == id


# --- The record of the scenarios


@pytest.fixture(scope="module", params=["teaching", "dec2014"])
def scenario(request):
    return load(request.param)


def record_of(scenario, claims=None):
    return recorded(scenario, scenario.hours(scenario.last), claims)


def scored(scenario):
    return [id for id, claim in scenario.claims.items() if claim.scored != "carried"]


def drawn(scenario, record, rows, seed=3):
    return reporting.drawn(scenario, record.slots, seed, np.arange(rows))


def test_every_scored_claim_is_in_one_term(scenario):
    record = record_of(scenario, scored(scenario))
    assert sorted(record.claims) == sorted(scored(scenario))
    assert len(set(record.asked)) == len(record.asked)
    assert set(record.slots) == set(scenario.report_priors) & set(record.slots)
    by_default = record_of(scenario)
    assert sorted(by_default.claims) == sorted(
        id for id in scenario.claims if scenario.claims[id].scored == "calibration"
    )


def test_a_claim_outside_the_period_is_left_out(scenario):
    early = recorded(scenario, 24.0, scored(scenario))
    assert early.claims
    assert all(scenario.hours(seen.until) <= 24.0 for seen in early.asked)


def test_deleting_a_claim_changes_only_the_term_that_it_is_in(scenario):
    chosen = scored(scenario)
    whole = record_of(scenario, chosen)
    values, reports = observed(whole, 50), drawn(scenario, whole, 50)
    before = dict(zip([each.name for each in whole.terms], log_likelihood(whole, values, reports).T, strict=True))
    home = {claim: each.name for each in whole.terms for claim in each.claims}
    for gone in chosen:
        less = record_of(scenario, [id for id in chosen if id != gone])
        columns = [whole.asked.index(seen) for seen in less.asked]
        slots = [whole.slots.index(slot) for slot in less.slots]
        after = log_likelihood(less, values[:, columns], reports[:, slots])
        for each, found_now in zip(less.terms, after.T, strict=True):
            if each.name in before and home[each.claims[0]] != home[gone]:
                assert (found_now == before[each.name]).all(), (gone, each.name)
        assert gone not in less.claims
        assert {id for each in less.terms for id in each.claims} == set(chosen) - {gone}


def farthest(scenario, wrong=False):
    """The largest distance, in standard errors, between how often a term's claims are told as in the record's cells and
    its likelihood, for one battle told many times; `wrong` scores each claim by itself, sums and parts alike.
    """
    rows = 20_000
    record = record_of(scenario, scored(scenario))
    values, reports = observed(record, 1, seed=8), drawn(scenario, record, 1)
    record = halved(record, values[0], reports[0])
    values, reports = np.tile(values, (rows, 1)), np.tile(reports, (rows, 1))
    simulated = told(record, values, reports, 11, np.arange(rows))
    # what was told in the first of them is the record, so that nothing is too rare to be counted
    again = with_cells(record, simulated.cells[0])
    often = []
    first = 0
    for number, each in enumerate(again.terms):
        columns = slice(first, first + len(each.claims))
        same = (simulated.cells[:, columns] == simulated.cells[0, columns]).all(axis=(1, 2))
        share = same.mean()
        if wrong and isinstance(each, Counted):
            alone = [term([cell], [(node.column, ())]) for cell, node in zip(each.cells, each.nodes, strict=True)]
            three = reports[:1][:, [each.bias, each.size, each.stray]]
            likelihood = math.exp(sum(one.log_likelihood(values[:1], three)[0] for one in alone))
        else:
            likelihood = math.exp(log_likelihood(again, values[:1], reports[:1])[0, number])
        often.append(abs(share - likelihood) / math.sqrt(max(likelihood * (1 - likelihood), 1e-9) / rows))
        first += len(each.claims)
    return max(often)


def test_claims_are_told_as_often_as_their_likelihood_says(scenario):
    # 5.3 standard errors: one in a million and a half for each of some sixty terms, by the normal approximation; a term
    # that is told by chance once in 20,000 would be off by more, so the cells are those of a likely report
    assert farthest(scenario) < 5.3


def test_a_claim_that_is_used_twice_is_noticed():
    scenario = load("dec2014")
    assert farthest(scenario, wrong=True) > 20


def halved(record, values, reports):
    """The record as if every count had been told as more or less than was to be expected, so that no cell is rare."""
    terms = []
    for each in record.terms:
        if isinstance(each, Counted):
            means = [reports[each.bias] * values[node.column] + reports[each.stray] for node in each.nodes]
            each = replace(each, partitions=tuple(partition([max(round(mean), 1)]) for mean in means))
        terms.append(each)
    return replace(record, terms=tuple(terms))


def test_what_is_told_is_the_same_for_a_replication_whoever_else_is_told(scenario):
    record = record_of(scenario, scored(scenario))
    values, reports = observed(record, 6), drawn(scenario, record, 6)
    all_of_them = told(record, values, reports, 4, np.arange(6))
    alone = told(record, values[[4]], reports[[4]], 4, [4])
    assert (alone.counts == all_of_them.counts[[4]]).all()
    assert (alone.cells == all_of_them.cells[[4]]).all()
    assert (told(record, values, reports, 5, np.arange(6)).counts != all_of_them.counts).any()
    less = record_of(scenario, scored(scenario)[1:])
    columns, slots = [record.asked.index(s) for s in less.asked], [record.slots.index(s) for s in less.slots]
    fewer = told(less, values[:, columns], reports[:, slots], 4, np.arange(6))
    for number, id in enumerate(less.claims):
        if id != scored(scenario)[0] and not isinstance(less.terms[0], Counted):
            assert (fewer.counts[:, number] == all_of_them.counts[:, record.claims.index(id)]).all()


def test_cells_that_were_told_can_be_scored(scenario):
    record = record_of(scenario, scored(scenario))
    values, reports = observed(record, 200), drawn(scenario, record, 200)
    simulated = told(record, values, reports, 9, np.arange(200))
    for row in range(0, 200, 20):
        again = with_cells(record, simulated.cells[row])
        assert (again.cells == simulated.cells[row]).all()
        assert np.isfinite(log_likelihood(again, values, reports)).all()
    assert (with_cells(record, record.cells).cells == record.cells).all()
    with pytest.raises(ValueError, match="2 cells"):
        with_cells(record, record.cells[:2])


def test_priors_of_reporting_are_drawn_by_their_names():
    scenario = load("dec2014")
    slots = ["sohr_on_isil", "masdar_on_isil", "text_misreport"]
    some = reporting.drawn(scenario, slots, 1, np.arange(2000))
    assert (reporting.drawn(scenario, slots[::-1], 1, [7])[0] == some[7, ::-1]).all()
    low, high = np.quantile(some[:, 0], [0.4, 0.6])
    assert low < 0.9 < high
    assert 0.03 < some[:, 2].mean() < 0.07


def test_totals_after_each_day_are_told_as_their_source_counts():
    """On average its factor times the dead, and what is astray; a day's total is never below that of the day before."""
    scenario, rows = load("teaching"), 4000
    dead = np.tile([0.0, 20.0, 50.0], (rows, 1))
    totals = reporting.so_far(scenario, "herald", "amber", dead, 3)
    counting = scenario.reports.sources["herald"].sides["amber"]
    slots = [counting.bias, counting.size, scenario.reports.stray]
    bias, size, stray = reporting.drawn(scenario, slots, 3, np.arange(rows)).T[:, :, None]
    means = bias * dead + stray
    sd = np.sqrt((means + means**2 / size).mean(axis=0) / rows)
    assert (abs((totals - means).mean(axis=0)) < 4.9 * sd).all()  # a correct program fails once in 300,000
    assert (abs((totals - 1.1 * means).mean(axis=0)[1:]) > 4.9 * sd[1:]).all()
    assert (np.diff(totals, axis=1) >= 0).all()
    assert (totals.var(axis=0) > 2 * totals.mean(axis=0))[1:].all()
    assert (reporting.so_far(scenario, "gazette", "amber", dead, 3) != totals).any()
    assert (reporting.so_far(scenario, "herald", "amber", dead, 4) != totals).any()


def test_a_source_that_counts_no_such_dead_tells_no_totals():
    scenario = load("teaching")
    dead = np.ones((3, 2))
    assert reporting.so_far(scenario, "nobody", "amber", dead, 3) is None
    assert reporting.so_far(scenario, "herald", "crimson", dead, 3) is None
    assert reporting.so_far(scenario.model_copy(update={"reports": None}), "herald", "amber", dead, 3) is None


# --- What can't be scored


def test_a_source_of_which_nothing_is_assumed_is_named():
    scenario = load("teaching")
    less = scenario.model_copy(update={"reports": None})
    with pytest.raises(ScenarioError) as error:
        record_of(less)
    assert any("reports.sources.gazette: is missing, and first_day_dead_gazette" in line for line in error.value.lines)


def test_two_counts_that_overlap_and_are_not_nested_are_refused():
    edits = (
        Edit(path="claims.island_isil_dead.observable.since", value="2014-12-05"),
        Edit(path="claims.island_isil_dead.observable.until", value="2014-12-07"),
    )
    with pytest.raises(ScenarioError, match="counts some of what"):
        record_of(load("dec2014", edits))


def test_two_counts_of_one_thing_by_one_source_are_refused():
    scenario = load("teaching")
    twice = scenario.claims | {"again": scenario.claims["amber_dead_gazette"].model_copy(deep=True)}
    with pytest.raises(ScenarioError, match="again: counts some of what amber_dead_gazette counts"):
        record_of(scenario.model_copy(update={"claims": twice}))


def test_a_prior_serves_the_battle_or_the_reports():
    with pytest.raises(ScenarioError, match="by the battle and by reports alike"):
        load("teaching", (Edit(path="reports.stray", value="fog_chance"),))


def test_the_battle_does_not_read_how_sources_report():
    from sim.battle.fight import Stage

    scenario = load("teaching")
    assert not set(Stage(scenario).slots) & scenario.report_priors
    assert scenario.report_priors <= set(scenario.priors)


def test_no_source_is_scored_twice_for_one_thing():
    edit = Edit(path="claims.village_taken.contains", value=[])
    scenario = load("teaching", (edit,))
    claims = dict(scenario.claims)
    claims["again"] = claims["village_taken"]
    with pytest.raises(ScenarioError, match="is about the same as village_taken"):
        record_of(scenario.model_copy(update={"claims": claims}))
