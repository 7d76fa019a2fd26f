"""Settings, groups, fields and keys by the names that they had before: each is answered with its present name."""

import pytest

from sim.cli.commands import COMMANDS
from sim.cli.former_settings import FORMER_FIELDS, FORMER_SETTINGS, FORMER_SETTINGS_OF_COMMANDS


@pytest.mark.parametrize("former", FORMER_SETTINGS)
def test_a_setting_by_its_former_name_is_answered_with_the_present_one(call, former, tmp_path):
    for word in (f"{former}=1", f"+{former}.more=1", f"{former}/dec2014=x"):
        code, out, err = call("run", f"outputs={tmp_path}", "scenario=teaching", "runs=2", word)
        assert (code, out) == (2, "")
        assert err == f"sim: {former}: now called {FORMER_SETTINGS[former]}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "former", "present"),
    [(command, *pair) for command, names in FORMER_SETTINGS_OF_COMMANDS.items() for pair in names.items()],
)
def test_a_name_that_stood_for_something_else_in_one_command_is_answered_for_it(call, command, former, present):
    code, out, err = call(command, "outputs", f"{former}=1")
    assert (code, out, err) == (2, "", f"sim: {former}: now called {present}\n")


def test_no_former_name_is_a_setting_of_today(call):
    for command in COMMANDS:
        known = {line.split(":")[0].strip() for line in call(command, "--help")[1].splitlines() if ": " in line}
        former = FORMER_SETTINGS | FORMER_SETTINGS_OF_COMMANDS.get(command, {})
        assert not known & set(former), command


@pytest.mark.parametrize("former", FORMER_FIELDS)
def test_a_field_of_a_perturbation_by_its_former_name_is_answered_with_the_present_one(call, former, tmp_path):
    word = f"+perturb.x={{kind: sorties, factor: 0, {former}: 1}}"
    code, out, err = call("run", f"outputs={tmp_path}", "scenario=teaching", "runs=2", word)
    assert (code, out) == (2, "")
    assert f"perturb.x.sorties.{former}: now called {FORMER_FIELDS[former]}\n" in err


def test_a_change_by_a_former_key_of_scenarios_is_answered_with_the_present_one(call, tmp_path):
    code, out, err = call("run", f"outputs={tmp_path}", "scenario=teaching", "runs=2", "+override.links.hill_camp.km=5")
    assert (code, out) == (2, "")
    assert err == "sim: edit links.hill_camp.km: now called roads.hill_camp.km\n"


def test_a_file_of_settings_by_a_former_name_is_answered_with_the_present_one(call, tmp_path):
    (tmp_path / "preset").mkdir()
    (tmp_path / "preset" / "mine.yaml").write_text("# @package _global_\nclock: simpy\n")
    code, out, err = call("run", f"--config-dir={tmp_path}", "preset=mine", f"outputs={tmp_path / 'out'}")
    assert (code, out, err) == (2, "", "sim: clock: now called engine\n")


@pytest.mark.parametrize("argument", ["--cfg=job", "-m"])
def test_it_is_answered_whatever_else_is_asked(call, argument, tmp_path):
    code, out, err = call("run", argument, "params=median", f"outputs={tmp_path / 'out'}")
    assert (code, out, err) == (2, "", "sim: params: now called parameters\n")
