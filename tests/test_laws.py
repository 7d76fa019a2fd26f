"""Every law keeps the promises of `sim.laws`; a law in a new file is tested here without further ado."""

import ast
import dataclasses
import importlib
import inspect
import itertools
import math
import re
from functools import partial

import pytest
from support.battles import fixed, teaching_data, validated

from sim import laws, paths
from sim.battle import jit, kernels, rules
from sim.battle.records import ModelState
from sim.battle.simulation import Simulation
from sim.cli.build import build_scenario
from sim.cli.settings import SettingsError, compose_settings
from sim.events.log import EventKind
from sim.scenario import load
from sim.scenario.rule_parameters import LAW_PREFIX

NUMBERS = (0.5, 1.0, 7.0, 240.0, 5000.0)
HARMS = (0.0, 0.004, 0.03)
REFERENCES = (50.0, 300.0)
HOURS = (0.0, 0.3, 4.0, 60.0)
CASES = list(itertools.product(NUMBERS, NUMBERS, HARMS, HARMS, REFERENCES))
ARGUMENTS = ["own", "enemy", "own_loss_rate", "enemy_loss_rate", "reference", "hours"]


def settings_of(limits) -> list[dict[str, float]]:
    """Values of a law's own parameters, lowest, middling and highest, in every combination; one empty one for none."""
    values = [(low, 0.3 * low + 0.7 * high, high) for low, high in limits.values()]
    return [dict(zip(limits, each, strict=True)) for each in itertools.product(*values)]


def mirrored(own_parameters: dict[str, float]) -> dict[str, float]:
    """The same with the sides changed: what was `own_` is `enemy_`."""
    turned = {"own_": "enemy_", "enemy_": "own_"}
    found = dict(own_parameters)
    for name, value in own_parameters.items():
        for begin, other in turned.items():
            if name.startswith(begin):
                found[other + name.removeprefix(begin)] = value
    return found


def faults(rates, limits=None) -> set[str]:
    """What a law does otherwise than laws promise; `limits` are those of its own parameters."""
    if list(inspect.signature(rates).parameters) != [*ARGUMENTS, *(limits or {})]:
        return {"arguments"}
    return set().union(*(faults_with(rates, given) for given in settings_of(limits or {})))


def faults_with(rates, given: dict[str, float]) -> set[str]:
    """The same for one setting of its own parameters."""
    law, turned = partial(rates, **given), partial(rates, **mirrored(given))
    found = set()
    for own, enemy, own_loss_rate, enemy_loss_rate, reference in CASES:
        over_time = [law(own, enemy, own_loss_rate, enemy_loss_rate, reference, hours) for hours in HOURS]
        if not all(math.isfinite(rate) and rate >= 0.0 for pair in over_time for rate in pair):
            found.add("finite and not negative")
        if any(later > sooner for pairs in itertools.pairwise(over_time) for sooner, later in zip(*pairs, strict=True)):
            found.add("never rising")
        if over_time[0][::-1] != pytest.approx(turned(enemy, own, enemy_loss_rate, own_loss_rate, reference, 0.0)):
            found.add("symmetric")
        by_nobody = law(own, 0.0, own_loss_rate, enemy_loss_rate, reference, 0.0)[0]
        by_no_one = law(0.0, enemy, own_loss_rate, enemy_loss_rate, reference, 0.0)[1]
        if by_nobody != 0.0 or by_no_one != 0.0:
            found.add("an absent side harms nobody")
        harmless = law(own, enemy, 0.0, 0.0, reference, 0.0)
        if harmless != (0.0, 0.0):
            found.add("no harm, no losses")
        parity = law(reference, reference, own_loss_rate, enemy_loss_rate, reference, 0.0)
        if parity != pytest.approx((own_loss_rate * reference, enemy_loss_rate * reference)):
            found.add("agree at the reference strength")
    return found


def bibliography() -> set[str]:
    """The keys of every source that the project names."""
    return set(re.findall(r"^@\w+\{([^,\s]+),", (paths.scenario_folder() / "sources.bib").read_text(), re.MULTILINE))


def unsourced(docstring: str | None) -> list[str]:
    """What is wrong with the source that a docstring names: nothing named, or keys that the bibliography lacks."""
    named = re.findall(r"Sources?:\s*([\w, ]+)", docstring or "")
    keys = [key.strip() for part in named for key in part.split(",") if key.strip()]
    return [key for key in keys if key not in bibliography()] if keys else ["no source"]


@pytest.fixture(params=laws.list_names())
def law(request) -> str:
    return request.param


def of(law: str):
    return importlib.import_module(f"sim.laws.{law}").rates


def test_there_are_laws():
    assert {"deitchman", "fatigue", "linear", "logarithmic", "power", "square"} <= set(laws.list_names())


def test_a_law_keeps_its_promises(law):
    assert faults(of(law), laws.load_limits(law)) == set()


def test_a_law_has_no_more_parameters_than_the_rules_pass_and_a_prior_within_limits_of_each(law):
    priors, limits = laws.load_priors(law), laws.load_limits(law)
    assert list(priors) == list(limits)
    assert len(priors) <= laws.MAX_PARAMETERS
    for name, (low, high) in limits.items():
        assert low <= priors[name].quantile(1e-9) <= priors[name].quantile(1 - 1e-9) <= high


# The parameters of the laws: between which values most of each lies, and which it can take. A change of them changes
# results.
MIDDLE = {
    "deitchman": {"own_hidden": (0.0, 0.0), "enemy_hidden": (1.0, 1.0)},
    "fatigue": {"tiring_hours": (0.5, 2.0)},
    "linear": {},
    "logarithmic": {},
    "power": {"target_exponent": (0.25, 0.75), "firer_exponent": (0.25, 0.75)},
    "square": {},
}
TAKEN = {
    "deitchman": {"own_hidden": (0.0, 1.0), "enemy_hidden": (0.0, 1.0)},
    "fatigue": {"tiring_hours": (0.01, 1000.0)},
    "linear": {},
    "logarithmic": {},
    "power": {"target_exponent": (0.0, 5.0), "firer_exponent": (0.0, 5.0)},
    "square": {},
}


@pytest.mark.parametrize("law", MIDDLE)
def test_the_parameters_of_a_law_are_those_written_down(law):
    half = {name: (prior.quantile(0.25), prior.quantile(0.75)) for name, prior in laws.load_priors(law).items()}
    assert half.keys() == MIDDLE[law].keys()
    for name, between in half.items():
        assert between == pytest.approx(MIDDLE[law][name])
    assert laws.load_limits(law) == TAKEN[law]


def test_the_rules_pass_as_many_parameters_as_a_law_may_have():
    assert len([field for field in dataclasses.fields(ModelState) if field.name.startswith(LAW_PREFIX)]) == (
        laws.MAX_PARAMETERS
    )


def test_the_number_of_those_who_fire_never_saves_anybody(law):
    """More enemies or a deadlier one never cost fewer people; of whom there are more, no fewer fall."""
    for given in settings_of(laws.load_limits(law)):
        rates = partial(of(law), **given)
        for own, enemy, own_loss_rate, enemy_loss_rate, reference in CASES:
            lost = rates(own, enemy, own_loss_rate, enemy_loss_rate, reference, 1.0)[0]
            assert rates(own, 1.5 * enemy, own_loss_rate, enemy_loss_rate, reference, 1.0)[0] >= lost
            assert rates(1.5 * own, enemy, own_loss_rate, enemy_loss_rate, reference, 1.0)[0] >= lost
            assert rates(own, enemy, 1.5 * own_loss_rate, enemy_loss_rate, reference, 1.0)[0] == pytest.approx(
                1.5 * lost
            )


def test_a_law_names_a_source_that_the_bibliography_has(law):
    assert unsourced(of(law).__doc__) == []


def test_a_law_is_one_pure_function(law):
    """One function, no import but `math`, none of the operators that don't compile alike everywhere."""
    tree = ast.parse(laws.find_source(law).read_text())
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["rates"]
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert {ast.unparse(node) for node in imports} <= {"import math"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Pow | ast.Global)]


def test_a_number_stands_for_a_law(law):
    number = laws.find_law_number(law)
    for given in settings_of(laws.load_limits(law)):
        values = list(given.values())
        spare = [math.nan] * (laws.MAX_PARAMETERS - len(values))
        assert [laws.rates(number, *case, 1.0, *values, *spare) for case in CASES] == [
            of(law)(*case, 1.0, *values) for case in CASES
        ]


# The forms of one another: what a law is at some values of its parameters.

SAME = [
    ("power", {"target_exponent": 0.0, "firer_exponent": 1.0}, "square"),
    ("power", {"target_exponent": 1.0, "firer_exponent": 1.0}, "linear"),
    ("power", {"target_exponent": 1.0, "firer_exponent": 0.0}, "logarithmic"),
    ("deitchman", {"own_hidden": 0.0, "enemy_hidden": 0.0}, "square"),
    ("deitchman", {"own_hidden": 1.0, "enemy_hidden": 1.0}, "linear"),
]


@pytest.mark.parametrize(("law", "given", "other"), SAME)
def test_a_law_with_parameters_holds_the_simpler_ones(law, given, other):
    for case in CASES:
        assert of(law)(*case, 1.0, **given) == pytest.approx(of(other)(*case, 1.0))


def test_fatigue_begins_as_the_logarithmic_law():
    for case in CASES:
        assert of("fatigue")(*case, 0.0, tiring_hours=1.0) == pytest.approx(of("logarithmic")(*case, 0.0))
        early, late = (of("fatigue")(*case, hours, tiring_hours=1.0)[0] for hours in (0.0, math.e * (math.e - 1)))
        assert late == pytest.approx(early / 2)  # ln(e + e**2 - e) = 2


def drawn(law, **fixed):
    return Simulation(load("teaching"), law=law, parameters=fixed)


def test_the_parameters_of_a_law_join_the_vector_and_can_be_fixed():
    parameters = drawn("power").run(1, 0).parameters
    assert list(parameters)[-2:] == ["law_target_exponent", "law_firer_exponent"]
    assert parameters["law_target_exponent"] != drawn("power").run(1, 1).parameters["law_target_exponent"]
    assert drawn("power", law_firer_exponent=0.25).run(1, 0).parameters["law_firer_exponent"] == 0.25
    assert not [slot for slot in drawn("square").run(1, 0).parameters if slot.startswith("law_")]
    with pytest.raises(KeyError, match="law_firer_exponent"):
        drawn("square", law_firer_exponent=0.25).run(1, 0)


def test_the_parameters_of_a_law_reach_the_rates():
    """A power law with the exponents of the square law fights the battle of the square law, to the person."""
    plain = drawn("square").run(1, 0).log
    same = drawn("power", law_target_exponent=0.0, law_firer_exponent=1.0).run(1, 0).log
    assert [row.tolist()[1:] for row in same] == [row.tolist()[1:] for row in plain]
    assert len(drawn("power", law_target_exponent=1.0, law_firer_exponent=1.0).run(1, 0).log) != len(plain)


def test_a_scenario_may_give_a_law_its_own_prior():
    data = teaching_data()
    data["priors"]["law_firer_exponent"] = fixed(0.75)
    run = Simulation(validated(data), law="power").run(1, 0)
    assert run.parameters["law_firer_exponent"] == 0.75


def test_a_scenario_s_prior_beyond_what_the_law_can_take_is_refused(tmp_path):
    text = (paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8")
    prior = "law_tiring_hours: {distribution: fixed, value: 0, unit: h, reason: for a test}"
    path = tmp_path / "tired.yaml"
    path.write_text(text.replace("\npriors:\n", f"\npriors:\n  {prior}\n"), encoding="utf-8")
    assert build_scenario(compose_settings([f"scenario={path}"])).priors["law_tiring_hours"].quantile(0.5) == 0
    with pytest.raises(SettingsError, match="law_tiring_hours goes beyond what the law can take"):
        build_scenario(compose_settings([f"scenario={path}", "law=fatigue"]))


def test_no_two_functions_of_machine_code_bear_one_name():
    """Else code from the cache that was compiled in two processes may run the one for the other."""
    choices = [jit.make_law_choice(number) for number in range(len(laws.list_names()))]
    functions = [
        *choices,
        *(function for package in (rules, kernels, laws) for function in jit.iterate_functions(package)),
    ]
    assert len({(each.__module__, each.__qualname__) for each in functions}) == len(functions) > 100


@pytest.mark.slow
def test_every_law_fights_the_whole_battle_in_its_own_way():
    """Forty battles each with the same dice: what differs is the law."""
    fell = {}
    for name in laws.list_names():
        logs = [drawn(name).run(1, replication).log for replication in range(40)]
        fell[name] = [
            int(((log["event"] == EventKind.KILLED) | (log["event"] == EventKind.WOUNDED)).sum()) for log in logs
        ]
    for one, other in itertools.combinations(fell, 2):
        assert sum(a != b for a, b in zip(fell[one], fell[other], strict=True)) > 20, (one, other)


def test_an_unknown_law_is_refused():
    with pytest.raises(KeyError):
        laws.find_source("cubic")


def square(own, enemy, own_loss_rate, enemy_loss_rate, reference, hours):
    return own_loss_rate * enemy, enemy_loss_rate * own


DAMAGED = {
    "no harm, no losses": lambda own, enemy, own_loss_rate, enemy_loss_rate, reference, hours: (
        own_loss_rate * enemy + 0.01 * enemy,
        enemy_loss_rate * own + 0.01 * own,
    ),
    "finite and not negative": lambda own, enemy, own_loss_rate, enemy_loss_rate, reference, hours: (
        own_loss_rate * (enemy - own),
        enemy_loss_rate * (own - enemy),
    ),
    "never rising": lambda own, enemy, own_loss_rate, enemy_loss_rate, reference, hours: (
        own_loss_rate * enemy * (1 + hours),
        enemy_loss_rate * own * (1 + hours),
    ),
    "symmetric": lambda own, enemy, own_loss_rate, enemy_loss_rate, reference, hours: (
        own_loss_rate * enemy,
        enemy_loss_rate * own * enemy / reference,
    ),
    "an absent side harms nobody": lambda own, enemy, own_loss_rate, enemy_loss_rate, reference, hours: (
        own_loss_rate * reference,
        enemy_loss_rate * reference,
    ),
    "agree at the reference strength": lambda own, enemy, own_loss_rate, enemy_loss_rate, reference, hours: (
        own_loss_rate * enemy * 1.01,
        enemy_loss_rate * own * 1.01,
    ),
    "arguments": lambda own, enemy, own_loss_rate, enemy_loss_rate, reference, time: (
        own_loss_rate * enemy,
        enemy_loss_rate * own,
    ),
}


@pytest.mark.parametrize("promise", DAMAGED)
def test_a_damaged_law_is_found_out(promise):
    assert faults(square) == set()
    assert promise in faults(DAMAGED[promise])


def test_a_law_that_forgets_whose_parameter_it_is_is_found_out():
    limits = laws.load_limits("deitchman")

    def turned(own, enemy, own_loss_rate, enemy_loss_rate, reference, hours, own_hidden, enemy_hidden):
        return of("deitchman")(own, enemy, own_loss_rate, enemy_loss_rate, reference, hours, own_hidden, own_hidden)

    def skewed(own, enemy, own_loss_rate, enemy_loss_rate, reference, hours, own_hidden, enemy_hidden):
        return own_loss_rate * enemy, enemy_loss_rate * own * enemy / reference

    assert faults(turned, limits) == {"symmetric"}
    assert faults(skewed, limits) == {"symmetric"}
    assert faults(square, limits) == {"arguments"}


@pytest.mark.parametrize("docstring", [None, "Losses.", "Losses. Source: Nobody1900."])
def test_a_law_without_a_source_is_found_out(docstring):
    assert unsourced(docstring)
