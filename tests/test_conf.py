"""Every preset and question in conf/ composes to sound settings, and its scenario loads."""

import shutil

import pytest

from sim import paths
from sim.cli.build import build_simulation
from sim.cli.groups import list_choices, list_questions
from sim.cli.settings import Settings, SettingsError, compose_settings

QUESTIONS = list_questions()
PRESETS = list_choices("preset")
CHOSEN = [*(f"preset={name}" for name in PRESETS), *(f"question={name}" for name in QUESTIONS)]
PERTURBATIONS = sorted(path.stem for path in (paths.conf_folder() / "perturb").glob("*.yaml"))


def test_the_settings_alone_are_sound_and_are_the_ones_that_the_code_knows():
    settings = compose_settings([])
    assert isinstance(settings, Settings)
    assert build_simulation(settings).scenario.name == settings.scenario


def test_there_are_presets_and_questions():
    assert "teaching" in PRESETS
    assert "dec2014/no_airstrikes" in QUESTIONS
    assert all("/" in name for name in QUESTIONS)


@pytest.mark.slow
@pytest.mark.parametrize("chosen", CHOSEN)
def test_what_is_chosen_composes_bears_its_own_name_and_its_scenario_loads(chosen):
    settings = compose_settings([chosen])
    assert settings.name == chosen.partition("=")[2].split("/")[-1]
    assert settings != compose_settings([f"name={settings.name}"])  # it sets something
    assert build_simulation(settings).scenario.name == settings.scenario


@pytest.mark.slow
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_asked_of_one_battle_and_changes_something(name):
    settings = compose_settings([f"question={name}"])
    assert settings.scenario == name.split("/")[0]
    assert settings.question_text
    assert settings.question_text.startswith("What if ")
    assert settings.question_text.endswith("?")
    assert all(perturbation.description for perturbation in settings.perturb.values())
    assert build_simulation(settings).digest != build_simulation(compose_settings([])).digest


@pytest.mark.slow
@pytest.mark.parametrize("name", PERTURBATIONS)
def test_a_ready_made_perturbation_is_one_instance_under_its_own_key(name):
    settings = compose_settings([f"perturb=[{name}]"])
    assert list(settings.perturb) == [name]
    assert settings.perturb[name].description
    assert build_simulation(settings).digest != build_simulation(compose_settings([])).digest


def test_two_perturbations_of_one_kind_compose_and_take_settings():
    settings = compose_settings(["perturb=[no_shelling,no_airstrikes]", "perturb.no_airstrikes.factor=0.5"])
    assert (settings.perturb["no_airstrikes"].factor, settings.perturb["no_shelling"].factor) == (0.5, 0)
    more = compose_settings(["+perturb.more={kind: strength, side: isil, factor: 2}"])
    assert more.perturb["more"].factor == 2


def test_the_command_line_goes_before_the_preset():
    assert compose_settings(["preset=teaching", "runs=3"]).runs == 3
    assert compose_settings(["runs=3", "preset=teaching"]).runs == 3


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("colour: red", "colour: unknown option (allowed: name, scenario, law"),
        ("runs: many", "runs: not a whole number (got 'many')"),
        ("clock: simpy", "clock: now called engine"),
        ("law: cubic", "law: unknown law (got 'cubic'; allowed: deitchman, fatigue, helmbold, linear"),
    ],
)
def test_a_preset_that_is_wrong_is_told(written, wanted, tmp_path, monkeypatch):
    shutil.copytree(paths.conf_folder(), tmp_path, dirs_exist_ok=True)
    (tmp_path / "preset" / "wrong.yaml").write_text(f"# @package _global_\n{written}\n")
    monkeypatch.setattr(paths, "conf_folder", lambda: tmp_path)
    with pytest.raises(SettingsError) as caught:
        compose_settings(["preset=wrong"])
    assert wanted in str(caught.value)
