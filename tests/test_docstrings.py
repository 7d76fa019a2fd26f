"""The public functions say what they take and what they return, and their examples are true."""

import doctest
import inspect
import re
from importlib import import_module
from typing import Any

import pytest

PUBLIC = (
    "sim.battle.supplied_draws:RandomOverrides",
    "sim.battle.run_result:RunResult",
    "sim.battle.simulation:Simulation",
    "sim.battle.simulation:Simulation.run",
    "sim.battle.simulation:Simulation.with_draws",
    "sim.battle.simulation:fight",
    "sim.battle.supplied_draws:SuppliedDraws",
    "sim.events.daily:compute_daily_series",
    "sim.events.log:Labels.local_time",
    "sim.events.observable:Observable.observe",
    "sim.events.statistics:LogStatistic",
    "sim.inference.chains:run_chains",
    "sim.inference.chains:run_smc",
    "sim.inference.netcdf:read_posterior",
    "sim.inference.particles:Particles",
    "sim.inference.posterior:Posterior",
    "sim.laws.deitchman:rates",
    "sim.laws.fatigue:rates",
    "sim.laws.linear:rates",
    "sim.laws.logarithmic:rates",
    "sim.laws.power:rates",
    "sim.laws.square:rates",
    "sim.likelihood.observation_model:build_observation_model",
    "sim.likelihood.observation_model:log_likelihood",
    "sim.likelihood.simulated_reports:simulate_reports",
    "sim.registry:PluginRegistry",
    "sim.registry:PluginRegistry.load",
    "sim.runs.design:make_design_points",
    "sim.runs.design:sample_unit_cube",
    "sim.runs.paired:run_paired_comparison",
    "sim.runs.replicate:Batch",
    "sim.runs.replicate:Study",
    "sim.runs.replicate:choose_engine",
    "sim.runs.replicate:replicate",
    "sim.runs.replicate:run_study",
    "sim.runs.sweep:run_sweep",
    "sim.scenario.claim_kinds:ClaimKind",
    "sim.scenario.evidence:ReportedInterval",
    "sim.scenario.loading:load",
    "sim.scenario.model:Scenario.compute_digest",
    "sim.scoring.baseline_inputs:Prediction",
    "sim.scoring.evaluate:evaluate_splits",
    "sim.scoring.scores:compute_crps",
    "sim.scoring.scores:compute_fair_crps",
    "sim.scoring.scores:score_brier",
    "sim.scoring.scores:score_crps",
    "sim.scoring.scores:score_fair_crps",
    "sim.scoring.scores:score_log_crps",
    "sim.scoring.scores:score_rps",
    "sim.scoring.skill:compute_skill_score",
)
SECTION = re.compile(r"^(\w+)\n-+$", re.MULTILINE)


def find_public(name: str) -> Any:
    """A function, class or method by its dotted name, with a colon after that of the module."""
    module, _, rest = name.partition(":")
    found: Any = import_module(module)
    for part in rest.split("."):
        found = getattr(found, part)
    return found


def list_missing_sections(found: Any) -> list[str]:
    """The sections that a docstring should have and has not."""
    sections = SECTION.findall(inspect.getdoc(found) or "")
    signature = inspect.signature(found)
    takes = [name for name in signature.parameters if name != "self"]
    returns = not inspect.isclass(found) and signature.return_annotation not in (None, "None", inspect.Signature.empty)
    wanted = [*(["Parameters"] if takes else []), *(["Returns"] if returns else [])]
    return [section for section in wanted if section not in sections]


def count_false_examples(found: Any) -> int:
    """How many of the examples of a docstring give something else than it says."""
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner(verbose=False)
    globs = vars(import_module(found.__module__)).copy()
    tests = finder.find(found, found.__qualname__, globs=globs)
    return sum(runner.run(test, out=lambda _: None).failed for test in tests)


def add(first: int, second: int) -> int:
    """The sum of two numbers.

    Parameters
    ----------
    first, second
        Whole numbers.

    Returns
    -------
    int
        Their sum.

    Examples
    --------
    >>> add(1, 2)
    3
    """
    return first + second


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_function_says_what_it_takes_and_returns(name):
    assert list_missing_sections(find_public(name)) == []


@pytest.mark.parametrize("name", PUBLIC)
def test_the_examples_of_a_public_function_are_true(name):
    assert count_false_examples(find_public(name)) == 0


def test_a_whole_docstring_passes():
    assert (list_missing_sections(add), count_false_examples(add)) == ([], 0)


@pytest.mark.parametrize(
    ("old", "new", "missing", "n_false"),
    [
        ("Parameters\n", "Arguments\n", ["Parameters"], 0),
        ("Returns\n", "Gives\n", ["Returns"], 0),
        ("    3\n", "    4\n", [], 1),
    ],
)
def test_a_damaged_docstring_is_found(monkeypatch, old, new, missing, n_false):
    monkeypatch.setattr(add, "__doc__", add.__doc__.replace(old, new))
    assert (list_missing_sections(add), count_false_examples(add)) == (missing, n_false)
