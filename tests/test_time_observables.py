"""Times, lengths of time, ratios and both sides together: by both clocks alike, by hand, scored, and refused."""

import copy
import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from support.claims import build_model

from sim.battle.batch import simulate_batch
from sim.battle.simulation import Simulation
from sim.events.log import LOG_DTYPE, NONE, EventKind, EventLog, Labels
from sim.events.observables import AnyObservable
from sim.likelihood.binning import Bin, make_binning
from sim.likelihood.terms import TimedReport
from sim.scenario import Scenario, ScenarioError, find_scenario_file, load
from sim.scenario.descriptions import describe_observable
from sim.scenario.lint import run_rules
from sim.scenario.loading import build_scenario
from sim.scenario.yaml_parser import read_document
from sim.scoring.targets import build_targets

DOCUMENT = read_document(find_scenario_file("teaching"))
ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyObservable)
SPANS = (("2001-06-01T00:00", "2001-06-02T05:30"), (None, "2001-06-03"), ("2001-06-02", "2001-06-02T12:00"))


def observables() -> list[Any]:
    """Every new kind of observable over several periods of the teaching scenario."""
    scenario, found = load("teaching"), []
    for since, until in SPANS:
        period = {"until": until} | ({} if since is None else {"since": since})
        for measure in ("killed", "wounded", "captured"):
            found.append({"measure": measure, "sides": ["amber", "teal"], **period})
        for side, place, share in itertools.product(scenario.sides, scenario.places, (0.3, 0.85)):
            found.append({"measure": "when", "side": side, "place": place, "share": share, **period})
        for force, place in itertools.product(scenario.forces, (None, *scenario.places)):
            at = {} if place is None else {"place": place}
            found.append({"measure": "arrival", "force": force, **at, **period})
        for side, losses in itertools.product(scenario.sides, ("killed", "casualties")):
            found.append({"measure": "loss_ratio", "side": side, "losses": losses, **period})
        for side, force in itertools.product(scenario.sides, scenario.forces):
            found.append({"measure": "strength", "side": side, "forces": [force, "relief"], "until": until})
        for order in scenario.orders:
            found.append({"measure": "duration", "order": order, "until": until})
    return [ADAPTER.validate_python(each) for each in found]


@pytest.mark.slow
def test_the_plain_and_the_compiled_clock_give_the_same_bits():
    plain, rows = Simulation(load("teaching")), 30
    machine = replace(plain, execution_mode="compiled", scheduler="compiled")
    wanted = observables()
    statistics = [each.make_statistic(machine.compiled_scenario.labels) for each in wanted]
    fought = simulate_batch(machine, 4, range(rows), statistics).values
    by_hand = np.array([[each.observe(plain.run(4, n).event_log) for each in wanted] for n in range(3)])
    logs = [replace(machine, execution_mode="plain").run(4, n).event_log for n in range(rows)]
    observed = np.array([[each.observe(log) for each in wanted] for log in logs])
    assert observed.tobytes() == fought.tobytes()
    assert by_hand.tobytes() == fought[:3].tobytes()
    spread = {each.measure: np.ptp(fought[:, n]) for n, each in enumerate(wanted) if np.ptp(fought[:, n])}
    assert set(spread) >= {"killed", "wounded", "captured", "when", "arrival", "loss_ratio", "strength", "duration"}


LABELS = Labels(
    start=load("teaching").begins,
    sides=("teal", "amber"),
    places=("fort", "hill"),
    forces=("garrison", "riders"),
    orders=("raid", "siege"),
    equipment=(),
)
TIMES = st.integers(0, 40).map(lambda quarter: quarter / 4)
MOVES = st.tuples(TIMES, st.integers(0, 1), st.integers(0, 4).map(lambda quarter: quarter / 4))


def make_log(rows: list[tuple]) -> EventLog:
    return EventLog(np.array(sorted(rows, key=lambda row: row[0]), dtype=LOG_DTYPE), LABELS, 12.0)


@settings(max_examples=200, deadline=None)
@given(st.lists(MOVES, max_size=12), TIMES, st.sampled_from(["teal", "amber"]), st.sampled_from([0.25, 0.5, 1.0]))
def test_when_a_share_is_first_held_is_what_a_walk_through_the_moves_finds(moves, since, side, share):
    begins = [(0.0, 0, 0.0), (0.0, 1, 1.0)]
    rows = [(time, EventKind.FRONT_MOVED, NONE, 0, place, NONE, held, 0) for time, place, held in begins + moves]
    log = make_log(rows)
    observable = ADAPTER.validate_python(
        {"measure": "when", "side": side, "place": "hill", "share": share, "until": "2001-06-01T10:00"}
    ).model_copy(update={"since": LABELS.local_time(since)})
    held, found = False, None
    for row in log.rows:
        if row["place"] != 1 or row["time"] >= 10.0:
            continue
        own = row["value"] if side == "amber" else 1.0 - row["value"]
        if row["time"] > since and held and found is None:
            found = since
        held = own >= share
        if row["time"] > since and held and found is None:
            found = row["time"]
    if found is None and held:
        found = since
    value = observable.observe(log)
    assert value == (math.nextafter(10.0, math.inf) if found is None else found)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(TIMES, st.integers(0, 2)), max_size=10))
def test_an_assault_lasts_from_its_opening_to_its_ending_or_the_end_of_the_period(steps):
    """The order opens an assault if it has none, else ends it; an ending without an opening counts for nothing."""
    rows, spans, opened = [], 0.0, None
    for time, choice in sorted(steps):
        if choice == 0 and opened is None:
            rows.append((time, EventKind.ASSAULT, 1, 1, 0, NONE, 10, 0))
            opened = time
        elif choice == 1:
            rows.append((time, EventKind.ENDED, 1, 1, 0, NONE, 0, 0))
            spans += 0.0 if opened is None else min(time, 8.0) - min(opened, 8.0)
            opened = None
        else:
            rows.append((time, EventKind.ASSAULT, 0, 1, 0, NONE, 10, 0))  # of another order
    spans += 0.0 if opened is None else 8.0 - min(opened, 8.0)
    observable = ADAPTER.validate_python({"measure": "duration", "order": "siege", "until": "2001-06-01T08:00"})
    assert observable.observe(make_log(rows)) == pytest.approx(spans, abs=1e-12)


@settings(max_examples=100)
@given(
    st.lists(st.tuples(TIMES, st.integers(0, 1), st.sampled_from([EventKind.KILLED, EventKind.WOUNDED])), max_size=20)
)
def test_both_sides_are_the_sum_of_each_and_the_ratio_is_of_the_two(losses):
    log = make_log([(time, kind, NONE, side, 0, NONE, 1, 0) for time, side, kind in losses])
    until = {"until": "2001-06-01T09:00"}

    def count(**fields: Any) -> float:
        return ADAPTER.validate_python(fields | until).observe(log)

    teal, amber = (count(measure="killed", side=side) for side in LABELS.sides)
    assert count(measure="killed", sides=["teal", "amber"]) == teal + amber
    assert count(measure="loss_ratio", side="amber") == amber / max(teal, 1.0)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"measure": "killed"}, "give a side, or both together"),
        ({"measure": "killed", "side": "teal", "sides": ["teal", "amber"]}, "give a side, or both together"),
        ({"measure": "wounded", "sides": ["teal", "teal"]}, "sides are both sides, each once"),
        ({"measure": "captured", "sides": ["teal"]}, "sides are both sides, each once"),
        ({"measure": "duration", "order": "raid", "since": "2001-06-01"}, "leave `since` out"),
        ({"measure": "when", "side": "teal", "place": "fort"}, "share"),
        ({"measure": "when", "side": "teal", "place": "fort", "share": 0}, "share"),
    ],
)
def test_what_can_not_be_observed_is_refused(fields, said):
    with pytest.raises(ValidationError, match=said):
        ADAPTER.validate_python(fields | {"until": "2001-06-01"})


def with_claim(observable: dict[str, Any], value: str, **source_model: Any) -> Any:
    """The data of the teaching scenario with one more claim of the Gazette, and more in its source model."""
    data = copy.deepcopy(DOCUMENT.data)
    data["claims"]["told"] = {
        "statement": "it is said", "citation": "battle 1.9", "source": "gazette", "role": "calibration",
        "observable": observable, "value": value,
    }  # fmt: skip
    if "time_sd" in source_model:
        data["priors"][source_model["time_sd"]] = TIME_PRIOR
    data["source_model"] |= source_model
    return data


def build(data: dict[str, Any]) -> Scenario:
    return build_scenario(data, DOCUMENT)


def find_errors(data: dict[str, Any]) -> list[str]:
    """The paths of what the rules of `sim check` refuse."""
    results = [result for result in run_rules(build(data), data) if result.status == "ERROR"]
    return [".".join(map(str, each.path)) for result in results for each in result.findings]


FELL = {"measure": "when", "side": "amber", "place": "village", "share": 0.85, "until": "2001-06-02"}
TIME_SD = {"time_sd": "time_error"}
TIME_PRIOR = {"distribution": "uniform", "low": 0.25, "high": 2, "unit": "hours", "reason": "ASSUMPTION: by the watch"}
MORNING = "2001-06-01T06:00 to 2001-06-01T12:00"


@pytest.mark.parametrize("value", [MORNING, "by 2001-06-01T12:00", "about 8", "at least 3"])
def test_a_time_is_scored(value):
    data = with_claim(FELL, value, **TIME_SD)
    model = build_model(build(data), ["told"])
    assert isinstance(model.terms[0], TimedReport)
    assert [target.kind for target in build_targets(model)] == ["time"]
    assert "time_error" in build(data).source_model_priors
    assert find_errors(data) == []


def test_a_local_time_is_counted_from_the_beginning_and_written_as_it_was_read():
    scenario = build(with_claim(FELL, MORNING, **TIME_SD))
    value = scenario.claims["told"].value
    assert (value.low, value.high) == (6.0, 12.0)
    assert scenario.model_dump(mode="json")["claims"]["told"]["value"] == MORNING
    assert Scenario.model_validate(scenario.model_dump(mode="json", exclude_unset=True)) == scenario


BOTH = {"measure": "killed", "sides": ["teal", "amber"], "until": "2001-06-02"}


@pytest.mark.parametrize(
    ("observable", "path"), [(FELL, "source_model.time_sd"), (BOTH, "source_model.sources.gazette.both_sides")]
)
def test_what_is_missing_from_the_source_model_is_said(observable, path):
    data = with_claim(observable, "about 40")
    with pytest.raises(ScenarioError, match=f"{path}: is missing, and told is to be scored"):
        build_model(build(data), ["told"])
    assert path in find_errors(data)


def test_a_count_of_both_sides_is_scored_by_how_the_source_counts_both():
    data = with_claim(BOTH, "about 40")
    gazette = data["source_model"]["sources"]["gazette"]
    gazette["both_sides"] = gazette["sides"]["amber"]
    assert build_model(build(data), ["told"]).claims == ("told",)
    assert find_errors(data) == []


@pytest.mark.parametrize(
    ("observable", "value", "said"),
    [
        (FELL, "2001-05-30 to 2001-05-31T12:00", "claims.told.value: before the battle begins"),
        ({"measure": "arrival", "force": "garrison", "until": "2001-06-02"}, "about 8",
         "is at fort from the beginning"),
        ({"measure": "duration", "order": "relief_arrives", "until": "2001-06-02"}, "about 8", "opens no assault"),
        ({"measure": "when", "side": "amber", "place": "vilage", "share": 0.5, "until": "2001-06-02"}, "about 8",
         "unknown id"),
    ],
)  # fmt: skip
def test_a_claim_that_can_not_be_is_refused(observable, value, said):
    with pytest.raises(ScenarioError, match=said):
        build(with_claim(observable, value))


def make_term(low: int, high: float, until: float = 6.0) -> TimedReport:
    edges = [low] if math.isinf(high) else [low, high + 1]
    return TimedReport("t", ("t",), (Bin(low, high),), (make_binning(edges),), 0, 0, 1, until)


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 7), st.floats(0.1, 3), st.floats(0.001, 0.5), st.integers(0, 26), st.integers(0, 26))
def test_the_probabilities_of_all_that_can_be_told_add_up(truth, sd, flip, one, other):
    low, high = sorted((one, other))
    values, parameters = np.array([[truth]]), np.array([[sd, flip]])
    bins = [(0, low - 1)] * (low > 0) + [(low, high), (high + 1, math.inf)]
    total = sum(math.exp(make_term(*each).log_likelihood(values, parameters)[0]) for each in bins)
    assert total == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("truth", [2.0, 5.9, 6.001])
def test_times_are_told_as_often_as_their_likelihood_says(truth):
    rows, random = 40_000, np.random.default_rng(3)  # noqa: TID251 (a test's own random numbers)
    values, parameters = np.full((rows, 1), truth), np.tile([0.7, 0.2], (rows, 1))
    for low, high in ((0, 7), (8, 11), (12, 24), (23, 24), (25, math.inf)):
        term = make_term(low, high)
        steps = term.simulate_reports(values, parameters, random.uniform(size=(rows, 1, 2)))[:, 0]
        share = ((low <= steps) & (steps <= high)).mean()
        expected = math.exp(term.log_likelihood(values[:1], parameters[:1])[0])
        assert abs(share - expected) < 5 * math.sqrt(expected * (1 - expected) / rows) + 1e-9  # 1 in 2 million each


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (FELL, "Hours until Amber first holds 85 % of the village, by the end of 2 June"),
        ({"measure": "loss_ratio", "side": "amber", "until": "2001-06-02"},
         "Amber's killed for each of Teal, 1 to 2 June"),
        ({"measure": "arrival", "force": "relief", "place": "fort", "until": "2001-06-02T12:00"},
         "Hours until the relief arrives at the fort, by 12:00 on 2 June"),
        ({"measure": "killed", "sides": ["teal", "amber"], "until": "2001-06-02"},
         "Teal soldiers and Amber fighters killed, 1 to 2 June"),
        ({"measure": "strength", "side": "teal", "forces": ["relief"], "until": "2001-06-02"},
         "Teal soldiers of the relief at the end of 2 June"),
    ],
)  # fmt: skip
def test_each_is_named_in_words(fields, words):
    assert describe_observable(load("teaching"), ADAPTER.validate_python(fields)) == words
