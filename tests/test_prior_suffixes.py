"""Priors of rules for a side, a force or one order: naval guns are no mortars, and conscripts no guards."""

import numpy as np
import pytest
from ruamel.yaml import YAML

from sim import paths
from sim.battle.simulation import Simulation
from sim.events.log import AssaultEnding, EventKind
from sim.scenario import Scenario, load
from sim.scenario.lint import run_rules
from sim.scenario.loading import build_scenario
from sim.scenario.prior_requirements import iter_order_priors, list_required_priors
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
    ("name", "allowed"),
    [
        ("muster_hours_teal", "muster_hours with nothing after it, for both sides alike"),
        ("killing_rate_fort_guns", "killing_rate with nothing after it, or with the id of a side"),
        (
            "strike_deaths_mean_nobody",
            "strike_deaths_mean with nothing after it, with the id of a side, or of an order",
        ),
        ("quality_nobody", "quality with the id of a force after it"),
    ],
)
def test_a_suffix_that_nothing_reads_is_told_with_what_may_stand_there(build, name, allowed):
    scenario = build(**{name: 1.0})
    (rule,) = (one for one in run_rules(scenario, {}) if one.rule.name == "unused_entry")
    (finding,) = (it for it in rule.findings if it.path == ("priors", name))
    assert str(finding).startswith(f"priors.{name}: nothing uses it (got {name}; allowed {allowed}")


def test_requirements_name_the_order_that_they_are_for():
    scenario = load("teaching")
    required = list_required_priors(scenario)
    assert required["shell_deaths_mean", "fort_guns"] == (
        "shell_deaths_mean_fort_guns",
        "shell_deaths_mean_teal",
        "shell_deaths_mean",
    )
    assert [name for name, _ in iter_order_priors("village_attack", scenario.orders["fort_guns"])] == [
        "shell_deaths_mean",
        "shell_deaths_size",
        "shell_suppression",
        "shell_suppression_hours",
    ]
