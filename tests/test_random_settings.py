"""Random settings of the whole grammar of overrides, on every command: refused in plain words, or a sound job."""

import pkgutil
from importlib import import_module

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from support.random_settings import COMMANDS, Call, calls, list_complaints

from sim import cli
from sim.battle.simulation import Simulation
from sim.cli import diary, job, tipping_point, validate
from sim.cli.build import build_scenario
from sim.cli.job import check_job
from sim.cli.main import run_safely

QUICK = 5  # calls of each command
MANY = 10_000  # calls of all commands, in the long trial
PHASES = (Phase.generate, Phase.shrink)


class Begun(Exception):
    """A call was found sound, and would begin its work now."""


def begin(*_: object, **__: object) -> None:
    """In the place of the work."""
    raise Begun


def check_effect(checked: job.Job) -> None:
    """A job whose settings change the scenario has another scenario; one that nothing changes is not asked to."""
    check_job(checked)
    chosen = checked.settings
    if chosen.override:
        plain = build_scenario(chosen.model_copy(update={"override": {}}))
        assert build_scenario(chosen).compute_digest() != plain.compute_digest(), chosen.override
    assert chosen.backend.address is None or chosen.backend.name == "dask"
    assert chosen.randomness == "matched" or chosen.posterior_path is not None


@pytest.fixture(scope="module", autouse=True)
def no_work(tmp_path_factory):
    """Every command stops where its work would begin; it is called in a folder of its own.

    All commands are loaded before: one that is first loaded here would keep what stands in for its work.
    """
    for module in pkgutil.iter_modules(cli.__path__, "sim.cli."):
        import_module(module.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("work"))
        patch.setattr(job, "make_output_folder", begin)
        patch.setattr(job, "check_job", check_effect)
        patch.setattr(tipping_point, "find_tipping_points", begin)
        patch.setattr(validate, "load_data_sets", begin)
        patch.setattr(diary, "find_effective_scenario", begin)
        patch.setattr(Simulation, "run", begin)
        yield


def outcome(call: Call, capfd: pytest.CaptureFixture[str]) -> str:
    """Whether a call was refused or would have begun; anything else fails the test."""
    capfd.readouterr()
    try:
        code = run_safely(call.argv)
    except Begun:
        return "begun"
    _, errors = capfd.readouterr()
    assert code == 2, (code, call.argv, errors)
    assert not (complaints := list_complaints(errors, call.words)), (complaints, call.argv)
    return "refused"


def try_settings(command: str, count: int, capfd: pytest.CaptureFixture[str]) -> dict[str, int]:
    """How many calls of a command were refused and begun."""
    counts = {"refused": 0, "begun": 0}

    @settings(max_examples=count, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(calls(command))
    def try_one(call: Call) -> None:
        counts[outcome(call, capfd)] += 1

    try_one()
    return counts


@pytest.mark.parametrize("command", COMMANDS)
def test_random_settings_are_refused_in_words_or_sound(command, capfd):
    counts = try_settings(command, QUICK, capfd)
    assert counts["refused"] > 0


@pytest.mark.hard
@pytest.mark.parametrize("command", COMMANDS)
def test_many_random_settings_are_refused_in_words_or_sound(command, capfd, tried, share):
    counts = try_settings(command, share(-(-MANY // len(COMMANDS))), capfd)
    tried.note("random settings", f"`sim {command}`", sum(counts.values()), counts["refused"], counts["begun"], 0)
