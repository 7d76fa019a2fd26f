"""Random streams by name: the generators are the published ones, and what one stream gives depends on no other."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from support.battles import attack, order, rows, teaching_data, validated
from support.exact import RARE, chi_square_p_value, ks_bound, ks_distance

from sim import random_streams, scenario
from sim.battle.records import StreamState
from sim.battle.rules import sampling
from sim.battle.rules.sampling import draw_uniform
from sim.battle.simulation import Simulation
from sim.battle.supplied_draws import RandomOverrides
from sim.events.log import BombOutcome, CancelReason, EventKind

MASK = 2**64 - 1


def turned(x: int, by: int) -> int:
    return (x << by | x >> (64 - by)) & MASK


def xoshiro(s: list[int]) -> int:
    """The next word of xoshiro256++, as its authors print it (Blackman2021)."""
    result = (turned((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
    t = (s[1] << 17) & MASK
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = turned(s[3], 45)
    return result


def splitmix(x: int) -> int:
    """The word that SplitMix64 makes of a state (Steele2014)."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def test_the_reference_generators_give_their_known_answers():
    state = [1, 2, 3, 4]
    assert [xoshiro(state) for _ in range(4)] == [41943041, 58720359, 3588806011781223, 3591011842654386]
    words = [splitmix((1234567 + k * 0x9E3779B97F4A7C15) & MASK) for k in (1, 2, 3)]
    assert words == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, MASK), min_size=4, max_size=4).filter(any))
def test_a_stream_is_xoshiro(state):
    stream, reference = StreamState(*state), list(state)
    for _ in range(20):
        assert draw_uniform(stream) == ((xoshiro(reference) >> 11) + 0.5) * 2.0**-53


@settings(max_examples=30, deadline=None)
@given(st.integers(0, MASK))
def test_the_hash_is_splitmix(x):
    assert int(random_streams.mix_bits(np.array([x], dtype=np.uint64))[0]) == splitmix(x)


def test_the_words_of_a_name_are_these_for_ever():
    """A keyed hash of name, seed, replication and salt, worked out here with whole numbers."""
    golden = 0x9E3779B97F4A7C15
    state = splitmix((random_streams.stream_key("order:a:dice") + golden) & MASK)
    for part in (7, 11, 3):
        state = splitmix(state ^ splitmix((part + golden) & MASK))
    expected = [splitmix((state + k * golden) & MASK) for k in range(1, 5)]
    found = random_streams.random_bits(
        random_streams.stream_keys(["order:a:dice"]), 7, 11, np.array([3], dtype=np.uint64), 4
    )
    assert found.tolist() == [expected]


NAMES = [f"order:{n}:dice" for n in range(40)]


def drawn(names, seed=1, replication=0, salts=None):
    found = random_streams.random_bits(
        random_streams.stream_keys(names), seed, replication, random_streams.make_salt_array(names, salts or {}), 4
    )
    return dict(zip(names, found.tolist(), strict=True))


def test_a_stream_does_not_depend_on_the_order_of_asking_or_on_other_names():
    everything = drawn(NAMES)
    assert drawn(NAMES[::-1]) == everything
    assert all(drawn([name]) == {name: everything[name]} for name in NAMES)


def test_a_salt_changes_its_own_stream_alone():
    plain, salted = drawn(NAMES), drawn(NAMES, salts={NAMES[5]: 1})
    assert {name for name in NAMES if plain[name] != salted[name]} == {NAMES[5]}


def test_a_salt_of_an_unknown_stream_is_refused():
    with pytest.raises(KeyError, match="no such stream: sea"):
        random_streams.make_salt_array(NAMES, {"sea": 1})


def test_seed_and_replication_change_every_stream_and_are_not_exchangeable():
    some = [drawn(NAMES), drawn(NAMES, seed=2), drawn(NAMES, replication=2), drawn(NAMES, seed=0, replication=1)]
    assert all(a[name] != b[name] for a, b in pairwise(some) for name in NAMES)


def uniforms(n, replications=1):
    named = random_streams.stream_keys([f"prior:{k}" for k in range(n)])
    salts = np.zeros(n, dtype=np.uint64)
    return np.array([random_streams.draw_uniforms(named, 1, replication, salts) for replication in range(replications)])


def test_uniforms_are_uniform_over_names_and_over_replications():
    over_names, over_replications = uniforms(20_000)[0], uniforms(1, 5000)[:, 0]
    for draws in (over_names, over_replications):
        assert ks_distance(draws, stats.uniform.cdf) < ks_bound(len(draws))
        assert draws.min() > 0.0
        assert draws.max() < 1.0
    assert ks_distance(over_names**1.1, stats.uniform.cdf) > ks_bound(len(over_names))


def test_neighbouring_replications_and_names_are_independent():
    """Pairs fall evenly into the cells of a grid of 16 by 16."""
    table = uniforms(100, 100)
    for pairs in ((table[:, :-1], table[:, 1:]), (table[:-1], table[1:])):
        cells = np.floor(pairs[0] * 16) * 16 + np.floor(pairs[1] * 16)
        seen = np.bincount(cells.astype(int).ravel(), minlength=256)
        assert chi_square_p_value(seen, np.full(256, cells.size / 256)) > RARE


def test_normals_are_normal():
    names = random_streams.stream_keys([f"order:{k}:moment" for k in range(20_000)])
    draws = np.array(random_streams.draw_normals(names, 1, 0, np.zeros(len(names), dtype=np.uint64)))
    assert ks_distance(draws, stats.norm.cdf) < ks_bound(len(draws))


# In a battle


@pytest.fixture(scope="module")
def teaching() -> Simulation:
    return Simulation(scenario.load("teaching"))


@pytest.mark.parametrize(
    ("salted", "order_of_it"),
    [("order:gate_bomb:dice", "gate_bomb"), ("order:fort_assault:intensity", "fort_assault")],
)
def test_a_salt_in_a_battle_leaves_the_past_as_it_was(teaching, salted, order_of_it):
    """Until the order's moment both battles are one; parameters and other drivers are the same."""
    differ = 0
    for replication in range(15):
        plain, changed = (teaching.run(1, replication, RandomOverrides(salts=salts)) for salts in ({}, {salted: 1}))
        assert plain.parameters == changed.parameters
        assert {n for n in plain.normal_inputs if plain.normal_inputs[n] != changed.normal_inputs[n]} <= {salted}
        (moment,) = rows(plain, EventKind.ORDER_STARTED, order=order_of_it)["time"]
        past, same_past = (run.log[run.log["time"] < moment].tobytes() for run in (plain, changed))
        assert past == same_past
        differ += plain.log.tobytes() != changed.log.tobytes()
    assert differ


def test_a_salted_prior_changes_no_other(teaching):
    plain = teaching.run(1, 3)
    changed = teaching.run(1, 3, RandomOverrides(salts={"prior:fire_missions": 9}))
    assert {n for n in plain.parameters if plain.parameters[n] != changed.parameters[n]} == {"fire_missions"}
    assert plain.normal_inputs == changed.normal_inputs


IMPOSSIBLE = {"requires": {"place": "camp", "held_by": "teal", "at_least": 1.0}}
EXTRA = {
    "strike": order(
        "airstrike",
        "teal",
        "camp",
        hour=10,
        sorties={"value": 3, "assumption": "for a test"},
        duration_hours={"value": 1, "assumption": "for a test"},
        **IMPOSSIBLE,
    ),
    "raid": attack("amber", "mill", "flank", hour=10, **IMPOSSIBLE),
    "march": order("reinforce", "teal", "mill", "riders", hour=10, **IMPOSSIBLE),
}


def without(run, name):
    """A log with names for orders, but for the rows of one."""
    orders = (*run.event_log.labels.orders, "nobody")
    named = [(orders[row["order"]], *row.tolist()) for row in run.log]
    return [(whose, *row[:2], *row[3:]) for whose, *row in named if whose != name]


@pytest.mark.parametrize("first", [True, False], ids=["put first", "put last"])
@pytest.mark.parametrize("name", EXTRA)
def test_an_order_that_comes_to_nothing_changes_nothing_else(teaching, name, first):
    data = teaching_data()
    data["orders"] = {name: EXTRA[name]} | data["orders"] if first else data["orders"] | {name: EXTRA[name]}
    changed = Simulation(validated(data))
    for replication in range(15):
        base, more = teaching.run(5, replication), changed.run(5, replication)
        assert rows(more, order=name)["event"].tolist() == [EventKind.ORDER_STARTED, EventKind.ORDER_CANCELLED]
        assert without(more, name) == without(base, "no order")
        assert {n: more.normal_inputs[n] for n in base.normal_inputs} == base.normal_inputs
        assert more.parameters == base.parameters


def test_an_order_that_does_something_would_be_seen(teaching):
    data = teaching_data()
    data["orders"]["strike"] = {key: value for key, value in EXTRA["strike"].items() if key != "requires"}
    changed = Simulation(validated(data))
    assert any(
        without(changed.run(5, replication), "strike") != without(teaching.run(5, replication), "no order")
        for replication in range(15)
    )


@pytest.mark.parametrize(
    ("arrives", "reaches", "outcome"),
    [(3, 0, BombOutcome.STOPPED), (-3, 3, BombOutcome.SHORT), (-3, -3, BombOutcome.ON_TARGET)],
)
def test_a_driver_that_is_given_is_used(teaching, arrives, reaches, outcome):
    """Low drivers are lucky: the share of the normal distribution below them is compared with the chance."""
    given_drivers = {"order:gate_bomb:arrives": float(arrives), "order:gate_bomb:reaches": float(reaches)}
    outcomes = set()
    for replication in range(20):
        run = teaching.run(1, replication, RandomOverrides(normal_inputs=given_drivers))
        assert {name: run.normal_inputs[name] for name in given_drivers} == given_drivers
        outcomes |= set(rows(run, EventKind.BOMB)["code"].tolist())
        assert len(rows(run, EventKind.BOMB)) + len(rows(run, EventKind.ORDER_CANCELLED, order="gate_bomb")) == 1
        assert set(rows(run, EventKind.ORDER_CANCELLED, order="gate_bomb")["code"]) <= {
            CancelReason.UNREACHABLE,
            CancelReason.NO_ENEMY,
        }
    assert outcomes == {outcome}


def test_an_unknown_driver_is_refused(teaching):
    with pytest.raises(KeyError, match="no such normal input: order:siege:moment"):
        teaching.run(random_overrides=RandomOverrides(normal_inputs={"order:siege:moment": 0.0}))


def test_a_salt_of_nothing_in_the_battle_is_refused(teaching):
    with pytest.raises(KeyError, match="nothing to salt: order:siege:dice"):
        teaching.run(random_overrides=RandomOverrides(salts={"order:siege:dice": 1, "order:gate_bomb:dice": 1}))


# Many at once


def test_words_of_many_replications_are_those_of_each():
    named = random_streams.stream_keys([f"stream:{n}" for n in range(7)])
    salts = np.arange(7, dtype=np.uint64)
    numbers = np.array([0, 1, 5, 2**40], dtype=np.uint64)
    together = random_streams.random_bits(named, 11, numbers, salts, 4)
    assert together.shape == (4, 7, 4)
    for row, number in enumerate(numbers.tolist()):
        assert together[row].tobytes() == random_streams.random_bits(named, 11, number, salts, 4).tobytes()


def test_machine_code_draws_the_normals_of_python():
    """In the middle of the distribution, in both tails and at their seams; and a polynomial that is off is seen."""
    near = [2.0**-53, 1e-12, 0.5 - 0.425, 0.5 + 0.425, 1 - 2.0**-53, 1e-300]
    seams = [np.nextafter(u, end) for u in near[2:4] for end in (0.0, 1.0)]
    shares = random_streams.uniforms_from_bits(
        random_streams.random_bits(
            random_streams.stream_keys(["normals"]),
            1,
            np.arange(20_000, dtype=np.uint64),
            np.zeros(1, dtype=np.uint64),
            1,
        )
    )
    for u in [*near, *seams, *shares.ravel().tolist(), *(shares.ravel()[:2000] ** 9).tolist()]:
        assert sampling.normal_quantile(u) == random_streams.STANDARD_NORMAL.inv_cdf(u), u
    assert sampling.evaluate_polynomial((1.0, 2.0, 3.0), 10.0) == 123.0
    assert sampling.evaluate_polynomial(sampling.NEAR_TAIL_NUMERATOR[1:], 0.7) != sampling.evaluate_polynomial(
        sampling.NEAR_TAIL_NUMERATOR, 0.7
    )
