"""Priors of rules for a side, a force or one order: naval guns are no mortars, and conscripts no guards."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from support.battles import teaching_data, validated

from sim import paths
from sim.battle.simulation import Simulation
from sim.events.log import AssaultEnding, EventKind
from sim.scenario import Scenario, ScenarioError, load
from sim.scenario.lint import run_rules
from sim.scenario.loading import build_scenario
from sim.scenario.prior_requirements import PriorReader, find_parameter, list_required_priors
from sim.scenario.prior_suffixes import describe_suffixes, list_owner_ids
from sim.scenario.rule_parameters import DEFAULT_RANGE, PARAMETER_RANGES, RULE_PARAMETERS
from sim.scenario.yaml_parser import read_document


def fix(value):
    """A prior that is a number."""
    return {"distribution": "fixed", "value": value, "unit": "1", "reason": "for a test, and invented"}


@pytest.fixture
def build(tmp_path):
    """Builds the teaching scenario with more priors."""

    def build(**more) -> Scenario:
        data = YAML(typ="safe", pure=True).load((paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8"))
        data["priors"] |= {name: fix(value) for name, value in more.items()}
        with (tmp_path / "more.yaml").open("w", encoding="utf-8") as file:
            YAML(typ="safe", pure=True).dump(data, file)
        document = read_document(tmp_path / "more.yaml")
        return build_scenario(document.data, document)

    return build


def row_of(scenario: Scenario, order: str):
    """An order's row as a battle begins with the medians of all priors."""
    simulation = Simulation(scenario, draw="median")
    parameters = simulation.draw_parameters(1, 0, simulation_overrides())
    compiled = simulation.compiled_scenario
    state = simulation.state_factory.make_battle(
        list(parameters.values()),
        [0.0] * len(compiled.input_names),
        np.zeros((len(compiled.stream_names), 4), np.uint64),
    )
    return state.orders[compiled.labels.orders.index(order)]


def simulation_overrides():
    """No overrides."""
    from sim.battle.supplied_draws import RandomOverrides

    return RandomOverrides()


def test_an_order_takes_its_own_prior_before_that_of_its_side_and_that_of_all(build):
    assert row_of(build(), "fort_guns").deaths_mean == pytest.approx(0.6)  # the median of 0.2 to 1.0
    assert row_of(build(shell_deaths_mean_teal=3.0), "fort_guns").deaths_mean == 3.0
    both = build(shell_deaths_mean_teal=3.0, shell_deaths_mean_fort_guns=7.0)
    assert row_of(both, "fort_guns").deaths_mean == 7.0
    assert row_of(both, "afternoon_strikes").deaths_mean == pytest.approx(1.25)


def test_two_air_strikes_of_one_side_may_differ(build):
    scenario = build(strike_deaths_mean_free_strikes=9.0)
    assert row_of(scenario, "free_strikes").deaths_mean == 9.0
    assert row_of(scenario, "afternoon_strikes").deaths_mean == pytest.approx(1.25)
    names = Simulation(scenario).parameter_names
    assert {"strike_deaths_mean", "strike_deaths_mean_free_strikes"} <= {*names}


def test_a_prior_that_every_order_of_the_kind_overrides_is_no_unknown(build):
    names = Simulation(build(shell_deaths_mean_fort_guns=7.0)).parameter_names
    assert "shell_deaths_mean" not in names
    assert "shell_deaths_mean_fort_guns" in names


@pytest.mark.slow
def test_the_dead_follow_the_orders_own_prior(build):
    def count(scenario):
        """Dead and sorties."""
        simulation = Simulation(scenario)
        order = simulation.compiled_scenario.labels.orders.index("afternoon_strikes")
        logs = [simulation.run(2, number).log for number in range(40)]
        values = [log["value"][(log["event"] == EventKind.SORTIE) & (log["order"] == order)] for log in logs]
        return np.concatenate(values)

    few, many = (count(build(strike_deaths_mean_afternoon_strikes=mean)) for mean in (0.01, 6.0))
    # A negative binomial of size 0.3 and mean m has the variance m + m^2 / 0.3: for 6 a deviation of 11.2 a sortie.
    assert few.sum() <= 0.01 * len(few) + 5 * np.sqrt(0.0104 * len(few))
    assert many.mean() > 6 - 5 * 11.2 / np.sqrt(len(many)) > 0.5
    assert many.sum() > few.sum()


def test_the_same_number_for_one_order_changes_no_battle(build):
    plain, own = build(shell_deaths_mean=0.5), build(shell_deaths_mean=0.5, shell_deaths_mean_fort_guns=0.5)
    for number in range(4):
        assert np.array_equal(Simulation(plain).run(3, number).log, Simulation(own).run(3, number).log)


@pytest.mark.slow
def test_a_force_that_is_twice_as_steady_breaks_later(build):
    def count_broken(scenario):
        simulation = Simulation(scenario)
        logs = [simulation.run(4, number).log for number in range(60)]
        return sum(
            int(((log["event"] == EventKind.ENDED) & (log["code"] == AssaultEnding.DEFENCE_BROKE)).sum())
            for log in logs
        )

    garrisons = [id for id, force in load("teaching").forces.items() if force.role != "mobile"]
    weak, strong = (count_broken(build(**{f"steadiness_{id}": value for id in garrisons})) for value in (0.2, 5.0))
    assert weak - strong > 4 * np.sqrt(weak + strong)  # counts that differ by chance do so by their root


def test_a_steadiness_of_one_changes_no_battle(build):
    forces = [*load("teaching").forces]
    plain, steady = Simulation(build()), Simulation(build(**{f"steadiness_{id}": 1.0 for id in forces}))
    for number in range(4):
        assert np.array_equal(plain.run(3, number).log, steady.run(3, number).log)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("fog_chance_teal", "no side has a fog_chance of its own"),
        ("killing_rate_fort_guns", "no order has a killing_rate of its own"),
        ("muster_hours_fort_guns", "fort_guns is a shelling, which does not use it"),
        ("strike_deaths_mean_nobody", "no order, force or side is called nobody"),
        ("quality_nobody", "no order, force or side is called nobody"),
        ("steadiness", "steadiness is of force or side alone"),
    ],
)
def test_a_suffix_that_nothing_can_read_is_refused_with_the_reason(build, name, reason):
    with pytest.raises(ScenarioError) as error:
        build(**{name: 1.0})
    allowed = describe_suffixes(find_parameter(name))
    assert f"priors.{name}: nothing reads it: {reason} (got {name}; allowed {allowed}" in str(error.value)


def test_the_nearest_legal_name_is_given(build):
    with pytest.raises(ScenarioError, match="did you mean strike_deaths_mean_free_strikes"):
        build(strike_deaths_mean_free_strike=1.0)
    finding = find_unused(build(strik_deaths_mean_teal=1.0), "strik_deaths_mean_teal")
    assert finding.endswith("nothing uses it; did you mean strike_deaths_mean_teal? (got strik_deaths_mean_teal)")


def find_unused(scenario, name):
    """The finding about a prior that nothing uses."""
    (rule,) = (one for one in run_rules(scenario, {}) if one.rule.name == "unused_entry")
    (finding,) = (it for it in rule.findings if it.path == ("priors", name))
    return str(finding)


def test_a_suffix_without_effect_is_reported_with_the_reason(build):
    guns = [id for id, order in load("teaching").orders.items() if order.kind == "shelling"]
    own = {f"shell_deaths_mean_{id}": 1.0 for id in guns}
    sides = {load("teaching").orders[id].side for id in guns}
    (side,) = sides
    finding = find_unused(build(**own, **{f"shell_deaths_mean_{side}": 2.0}), f"shell_deaths_mean_{side}")
    assert f"has no effect: every order or force of {side} has its own" in finding
    idle = next(id for id in load("teaching").sides if id not in sides)
    finding = find_unused(build(**{f"shell_deaths_mean_{idle}": 2.0}), f"shell_deaths_mean_{idle}")
    assert f"has no effect: no order of {idle} uses it" in finding


def test_requirements_name_the_order_that_they_are_for():
    required = list_required_priors(load("teaching"))
    assert required[PriorReader("shell_deaths_mean", "order", "fort_guns")] == (
        "shell_deaths_mean_fort_guns",
        "shell_deaths_mean_teal",
        "shell_deaths_mean",
    )
    assert {reader.parameter for reader in required if reader.id == "fort_guns"} == {
        "shell_deaths_mean",
        "shell_deaths_size",
        "shell_suppression",
        "shell_suppression_hours",
    }


# Every legal suffix: it is read by its owner and by nobody else, and as a prior without a suffix would be.

WHOLE = load("teaching")
OWNED = [(parameter, owner) for parameter, row in RULE_PARAMETERS.items() for owner in row.owners]
REQUIRED = [parameter for parameter, row in RULE_PARAMETERS.items() if row.owners and not row.is_optional]


def give(**more: float) -> Scenario:
    """The teaching scenario with more priors, from plain data."""
    data = teaching_data()
    data["priors"] |= {name: fix(value) for name, value in more.items()}
    return validated(data)


def find_values(scenario: Scenario) -> dict[tuple[str, str, str], float]:
    """The value of every field that a prior of the rules fills, by table, by row and by parameter."""
    compiled = Simulation(scenario).compiled_scenario
    medians = {name: prior.quantile(0.5) for name, prior in Simulation(scenario).priors.items()}
    ids = {"sides": compiled.labels.sides, "forces": compiled.labels.forces, "orders": compiled.labels.orders}
    return {
        (each.table, ids[each.table][each.row], each.field): each.offset + each.factor * medians[each.parameter]
        for each in compiled.bindings
        if each.table in ids
    }


def has_owner(scenario: Scenario, table: str, row: str, owner: str, id: str) -> bool:
    """Whether a row is an owner's: its own, or one of its side."""
    if owner != "side":
        return (table, row) == (f"{owner}s", id)
    return row == id if table == "sides" else getattr(scenario, table)[row].side == id


@pytest.mark.slow
@settings(max_examples=60)
@given(st.data())
def test_a_suffix_fills_the_fields_of_its_owner_as_no_suffix_would_and_no_other(data):
    parameter, owner = data.draw(st.sampled_from(OWNED))
    id = data.draw(st.sampled_from(list_owner_ids(WHOLE, parameter)[owner]))
    low, high = PARAMETER_RANGES.get(parameter, DEFAULT_RANGE)
    value = low + 0.37 * (min(high, 10.0) - low)
    before, own = find_values(WHOLE), find_values(give(**{f"{parameter}_{id}": value}))
    changed = {key for key in own if own[key] != before.get(key)}
    assert all(own[key] == value and has_owner(WHOLE, *key[:2], owner, id) for key in changed)
    common = find_values(give_all(parameter, value))
    of_owner = {key for key in common if common[key] != before.get(key) and has_owner(WHOLE, *key[:2], owner, id)}
    assert of_owner <= changed
    if not (RULE_PARAMETERS[parameter].is_optional or owner == "order"):
        assert changed == of_owner


def give_all(parameter: str, value: float) -> Scenario:
    """The teaching scenario with one number of a parameter for everybody."""
    if RULE_PARAMETERS[parameter].is_optional:
        return give(**{f"{parameter}_{side}": value for side in WHOLE.sides})
    sides = {f"{parameter}_{side}": value for side in WHOLE.sides if f"{parameter}_{side}" in WHOLE.priors}
    return give(**{parameter: value}, **sides)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.data())
def test_all_owners_with_the_same_prior_fight_as_with_one_for_all(data):
    """Whatever parameter, whatever value: the battles are equal to the bit, by either clock's tables."""
    parameter = data.draw(st.sampled_from(REQUIRED))
    owner = data.draw(st.sampled_from(RULE_PARAMETERS[parameter].owners))
    low, high = PARAMETER_RANGES.get(parameter, DEFAULT_RANGE)
    value = data.draw(st.floats(low, min(high, 6.0)))
    own = give(**{f"{parameter}_{id}": value for id in list_owner_ids(WHOLE, parameter)[owner]})
    seed = data.draw(st.integers(1, 50))
    assert np.array_equal(Simulation(give_all(parameter, value)).run(seed).log, Simulation(own).run(seed).log)


# A name of a prior has one meaning: ids that make two of it are refused, whatever they are.

PREFIXES = {
    (short, long.removeprefix(f"{short}_"))
    for short in RULE_PARAMETERS
    for long in RULE_PARAMETERS
    if long.startswith(f"{short}_")
}
ORDERS_BY_KIND = {order.kind: id for id, order in WHOLE.orders.items()}


def rename(section: str, old: str, new: str) -> dict:
    """The teaching scenario as plain data, with another id for an order, a force or a side."""

    def replace_ids(value):
        if isinstance(value, dict):
            return {replace_ids(key): each if key == "role" else replace_ids(each) for key, each in value.items()}
        if isinstance(value, list):
            return [replace_ids(each) for each in value]
        return ".".join(new if part == old else part for part in value.split(".")) if isinstance(value, str) else value

    data = replace_ids(teaching_data())
    assert new in data[section]
    return data


@given(st.data())
@settings(deadline=None, max_examples=30)
def test_an_order_whose_id_makes_one_name_of_two_priors_is_refused_in_words(data):
    short, ending = data.draw(st.sampled_from(sorted(PREFIXES)))
    kind = data.draw(st.sampled_from(RULE_PARAMETERS[short].kinds))
    more = data.draw(st.sampled_from(["", "_of_may", "_teal"]))  # the last as an own prior of a side's, too
    plain = rename("orders", ORDERS_BY_KIND[kind], f"{ending}{more}")
    name = f"{short}_{ending}{more}"
    with pytest.raises(ScenarioError) as raised:
        validated(plain | {"priors": plain["priors"] | {name: fix(0.5)}})
    other = f"{short}_{ending} of {more.removeprefix('_') or 'all'}".replace("of teal", "of the side teal")
    message = str(raised.value)
    assert f"priors.{name}: may mean " in message
    assert f"{short} of the order {ending}{more}" in message
    assert other in message
    assert f"allowed another id for the order {ending}{more}" in message


@given(st.data())
@settings(deadline=None, max_examples=30)
def test_an_id_that_two_owners_share_is_refused_where_either_may_be_meant(data):
    parameter = data.draw(st.sampled_from([name for name, row in RULE_PARAMETERS.items() if len(row.owners) > 1]))
    owners = list_owner_ids(WHOLE, parameter)
    first, second = (
        RULE_PARAMETERS[parameter].owners[:2]
        if data.draw(st.booleans())
        else (RULE_PARAMETERS[parameter].owners[0], "side")
    )
    one, other = data.draw(st.sampled_from(owners[first])), data.draw(st.sampled_from(owners[second]))
    plain = rename(f"{first}s", one, other)
    for name in [each for each in plain["priors"] if find_parameter(each) and each.endswith(f"_{other}")]:
        plain["priors"][find_parameter(name)] = plain["priors"].pop(name)
    validated(plain)  # nothing is ambiguous as long as no prior has the id
    low, high = PARAMETER_RANGES.get(parameter, DEFAULT_RANGE)
    value = fix(low + 0.37 * (min(high, 10.0) - low))
    with pytest.raises(ScenarioError) as raised:
        validated(plain | {"priors": plain["priors"] | {f"{parameter}_{other}": value}})
    assert f"may mean {parameter} of the {first} {other} or {parameter} of the {second} {other}" in str(raised.value)


@given(st.data())
@settings(deadline=None, max_examples=30)
def test_every_legal_prior_of_the_teaching_scenario_has_one_meaning(data):
    parameter, owner = data.draw(st.sampled_from(OWNED))
    id = data.draw(st.sampled_from(list_owner_ids(WHOLE, parameter)[owner]))
    low, high = PARAMETER_RANGES.get(parameter, DEFAULT_RANGE)
    give(**{f"{parameter}_{id}": low + 0.37 * (min(high, 10.0) - low)})


@given(st.data())
@settings(deadline=None, max_examples=20)
def test_a_force_that_is_at_fault_is_told_of_whatever_order_has_it(data):
    """What is at fault is left out before the priors are looked at, and orders still name it."""
    force = data.draw(st.sampled_from(list(WHOLE.forces)))
    field, value = data.draw(st.sampled_from([("role", "cook"), ("strength", "many"), ("side", 3)]))
    plain = teaching_data()
    plain["forces"][force][field] = value
    with pytest.raises(ScenarioError, match=f"forces.{force}.{field}"):
        validated(plain)
