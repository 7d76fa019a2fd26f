"""The command line as a user calls it: what it writes, what it prints, and one clear message for bad input."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from support.corruption import damaged, position

from sim import laws, paths
from sim.cli.choices import CHOICES
from sim.cli.commands import COMMANDS, FORMER_NAMES
from sim.cli.diary import UNUSED_SETTINGS
from sim.cli.settings import Settings
from sim.scenario import load
from sim.scenario.lint import load_rules

SIM = Path(sys.executable).with_name("sim")
RUNS = 30
FOLDER = re.compile(r"^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d-[0-9a-f]{8}(-\d+)?$")
SHIPPED = "dec2014, dienbienphu, goose_green, khafji, rorkes_drift, shaer, shiloh, teaching"  # scenarios
STEPS, SIDES, PLACES = 12, 2, 5  # three days in steps of six hours


def call_script(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`sim` in a process of its own."""
    return subprocess.run([SIM, *words], capture_output=True, text=True, timeout=120, env=os.environ | env)


def make_run_arguments(outputs: Path, *words: str) -> list[str]:
    """The words of a small study."""
    chosen = {word.split("=")[0] for word in words}
    usual = {"runs": "2", "workers": "1", "outputs": str(outputs)}
    settings = [f"{name}={value}" for name, value in usual.items() if name not in chosen]
    return ["run", "preset=teaching", *settings, *words]


def list_outputs(outputs: Path) -> list[str]:
    """Every file and folder below the outputs."""
    return sorted(str(path.relative_to(outputs)) for path in outputs.rglob("*")) if outputs.is_dir() else []


# --- What every command says of itself


def test_sim_alone_says_what_there_is_and_that_something_is_missing(call):
    code, out, err = call()
    assert code == 2
    assert [name for name in COMMANDS if not re.search(rf"^  {name} +\S", out, re.MULTILINE)] == []
    assert err == ""


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_says_what_there_is(call, word):
    code, out, _ = call(word)
    assert code == 0
    assert [name for name in COMMANDS if name not in out] == []


def test_the_version_is_that_of_the_package(call):
    from importlib.metadata import version

    assert call("--version") == (0, f"sim {version('sim')}\n", "")


def test_an_unknown_command_is_told(call):
    code, out, err = call("fly")
    assert (code, out) == (2, "")
    assert err == f"sim: unknown command (got 'fly'; allowed: {', '.join(COMMANDS)})\n"


@pytest.mark.parametrize(("written", "meant"), [("rnu", "run"), ("sbcc", "sbc"), ("evidenc", "compare-models")])
def test_an_unknown_command_names_the_nearest(call, written, meant):
    code, out, err = call(written)
    assert (code, out) == (2, "")
    assert err.startswith(f"sim: unknown command (got {written!r}; did you mean {meant}? allowed: ")


@pytest.mark.parametrize(("former", "name"), FORMER_NAMES.items())
def test_a_former_name_of_a_command_says_what_it_is_called_now(call, former, name):
    assert call(former, "x=1") == (2, "", f"sim: sim {former} is now called sim {name}\n")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("word", ["-h", "--help"])
def test_every_command_has_a_help_and_refuses_an_unknown_option_by_the_nearest(call, command, word):
    code, out, err = call(command, word)
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: sim {command}")
    code, out, err = call(command, "--hlep")
    assert (code, out) == (2, "")
    assert "no such option '--hlep'" in err
    assert "'--help'" in err
    assert f"(see sim {command} --help)" in err


def test_the_module_is_the_command():
    ended = subprocess.run([sys.executable, "-m", "sim", "--version"], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.fullmatch(r"sim \d+\.\d+\.\d+\n", ended.stdout)


def test_the_help_of_all_commands_loads_none_of_them():
    code = (
        "import sys\nfrom sim.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pydantic', 'hydra', 'rich', 'simpy', 'numba', 'matplotlib', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")


# --- list


def test_there_is_a_list_of_everything_one_can_choose(call):
    code, out, err = call("list")
    assert (code, err) == (0, "")
    for kind in CHOICES:
        assert re.search(rf"^{kind.name}( \({kind.setting}=NAME\))?$", out, re.MULTILINE)
        entries = kind.read_entries()
        assert entries
        for name, sentence in entries.items():
            assert sentence
            assert re.search(rf"^  {re.escape(name)} +{re.escape(sentence)}$", out, re.MULTILINE)


def test_a_list_of_one_kind_and_of_none(call):
    code, out, _ = call("list", "laws")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:]] == laws.list_names()
    code, out, err = call("list", "lavs")
    assert (code, out) == (2, "")
    assert "unknown kind (got 'lavs'; did you mean laws? allowed: commands, scenarios" in err


# --- completion, --cfg, --info


def complete(words: str, number: int) -> list[str]:
    """What bash is offered for the last of some words."""
    env = os.environ | {"_SIM_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(number)}
    ended = subprocess.run([SIM], capture_output=True, text=True, timeout=60, env=env)
    assert ended.returncode == 0, ended.stderr
    return [line.partition(",")[2] for line in ended.stdout.splitlines()]


@pytest.mark.slow
def test_a_shell_completes_commands_settings_and_their_values():
    assert complete("sim sc", 1) == ["score", "scenario-discovery", "schema"]
    assert complete("sim run sce", 2) == ["scenario="]
    assert complete("sim run law=lo", 2) == ["law=logarithmic"]
    assert complete("sim run perturb=[no_air", 2) == ["perturb=[no_airstrikes"]
    assert complete("sim run scenario=t", 2) == ["scenario=teaching"]


def test_settings_are_printed_as_they_would_hold_and_nothing_is_done(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = call("run", "--cfg", "job", "preset=teaching", "seed=5")
    assert (code, err) == (0, "")
    assert {"scenario: teaching", "seed: 5", "runs: 200"} <= set(out.splitlines())
    code, out, err = call("sweep", "--info")
    assert (code, err) == (0, "")
    assert "perturb: " in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["run", "diary"])
def test_the_help_of_a_command_shows_every_setting_and_every_choice(call, command):
    code, out, _ = call(command, "--help")
    assert code == 0
    presets = [path.stem for path in (paths.conf_folder() / "preset").glob("*.yaml")]
    scenarios = [path.stem for path in paths.scenario_folder().glob("*.yaml")]
    shown = set(re.findall(r"^  ([a-z_]+): ", out, re.MULTILINE))
    used = set(Settings.model_fields) - {"perturb", "backend"}  # which are groups
    assert shown == (used - set(UNUSED_SETTINGS) if command == "diary" else used)
    assert [word for word in (*presets, *scenarios, *laws.list_names()) if word not in out] == []


# --- check


def test_check_of_a_sound_scenario(call):
    code, out, err = call("check", "teaching")
    assert (code, err) == (0, "")
    *rules, last = out.splitlines()
    assert rules == [f"PASS {name}" for name in load_rules()]
    assert last.startswith("teaching: sound. 3 sources, 8 claims, 5 places, 6 roads, 7 forces, 15 orders, 1 readings, ")
    assert load("teaching").compute_digest()[:12] in last


@pytest.fixture
def damaged_file(tmp_path):
    """A file of the teaching scenario with passages replaced."""

    def of(*damage: tuple[str, str]) -> str:
        (tmp_path / "t.yaml").write_text(damaged(*damage), encoding="utf-8")
        return str(tmp_path / "t.yaml")

    return of


BOAST = ("value: over 40", "value: over 4000")
NOBODY = ("    alternative_targets: [hill, camp]", "    alternative_targets: [mill]")
MISSED = ("kind: airstrike\n    side: teal\n    target: village", "kind: airstrike\n    side: teal\n    target: mill")
PRIORS = "\npriors:\n"


def test_a_warning_is_told_with_its_place_and_why_and_the_scenario_is_sound(call, damaged_file):
    path = damaged_file(BOAST)
    code, out, err = call("check", path)
    assert (code, err) == (0, "")
    line = position(damaged(BOAST), BOAST[1]).removeprefix("t.yaml:")
    start = (
        f"WARNING {path}:{line} claims.amber_dead_herald.value: more people killed than Amber can have had (got over 4"
    )
    assert start in out
    assert "    losses_above_strength: Nobody loses more people than they have." in out
    assert "\nteaching: sound, 1 warning. 3 sources, " in out


def test_an_error_makes_a_scenario_unsound(call, damaged_file):
    code, out, _ = call("check", damaged_file(NOBODY, MISSED, BOAST))
    assert code == 2
    assert re.search(r"^ERROR .*t\.yaml:\d+:\d+: orders\.afternoon_strikes\.target: no enemy can ever be", out, re.M)
    assert "\nteaching: not sound, 1 error, 1 warning. 3 sources, " in out


def test_what_a_scenario_suppresses_is_told_with_its_reason(call, damaged_file):
    reason = "suppress: {losses_above_strength.claims.amber_dead_herald.value: the herald boasts}"
    code, out, _ = call("check", damaged_file(BOAST, (PRIORS, f"\n{reason}\n{PRIORS}")))
    assert code == 0
    assert re.search(r"^SUPPRESSED .* than Amber can have had .*: the herald boasts$", out, re.M)
    assert "PASS losses_above_strength" in out
    assert "\nteaching: sound. 3 sources, " in out


FINDING = ["level", "path", "file", "line", "column", "message", "got", "allowed", "suppressed"]


def test_the_check_for_programs_says_the_same(call, damaged_file):
    path = damaged_file(NOBODY, MISSED, BOAST)
    code, out, err = call("check", path, "--json")
    assert (code, err) == (2, "")
    told = json.loads(out)
    assert list(told) == ["scenario", "digest", "rules"]
    assert told["scenario"] == "teaching"
    assert told["digest"] == load(path).compute_digest()
    assert [rule["name"] for rule in told["rules"]] == ["schema", *load_rules()]
    assert {tuple(rule) for rule in told["rules"]} == {("name", "level", "explanation", "findings")}
    by_name = {rule["name"]: rule["findings"] for rule in told["rules"]}
    (boast,), (strikes,) = by_name["losses_above_strength"], by_name["infeasible_order"]
    assert list(boast) == list(strikes) == FINDING
    assert (boast["level"], strikes["level"]) == ("WARNING", "ERROR")
    assert boast["file"] == path
    assert f"t.yaml:{boast['line']}:{boast['column']}:" == position(damaged(NOBODY, MISSED, BOAST), BOAST[1])
    assert sum(len(findings) for findings in by_name.values()) == 2


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("value: 60", "value: -60", "forces.watch.strength.value"),
        ("sides:\n", "sides: [\n", "(whole file)"),
    ],
)
def test_faults_of_the_schema_are_told_to_programs_too(call, damaged_file, old, new, path):
    file = damaged_file((old, new))
    code, out, err = call("check", "--json", file)
    assert (code, err) == (2, "")
    told = json.loads(out)
    assert (told["scenario"], told["digest"]) == (file, None)
    (rule,) = told["rules"]
    (finding,) = rule["findings"]
    assert (rule["name"], finding["path"], finding["file"]) == ("schema", path, file)
    assert finding["line"] > 1
    assert list(finding) == FINDING


def test_a_file_that_is_not_there_is_told_to_programs_too(call):
    code, out, _ = call("check", "--json", "nosuch.yaml")
    assert code == 2
    (finding,) = json.loads(out)["rules"][0]["findings"]
    assert (finding["message"], finding["line"]) == ("nosuch.yaml: no such file", None)


def test_check_of_a_broken_scenario_tells_every_fault_and_its_place(tmp_path, monkeypatch, call):
    text = (paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8")
    path = tmp_path / "broken.yaml"
    path.write_text(
        text.replace("value: 60", "value: -60").replace("location: mill\n", "location: mil\n"), encoding="utf-8"
    )
    code, out, err = call("check", str(path))
    assert (code, out) == (2, "")
    lines = err.splitlines()
    assert len(lines) == 2
    assert all(re.match(rf"^sim: {re.escape(str(path))}:\d+:\d+: forces\.\w+\.", line) for line in lines)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], "check takes one scenario (got 0 arguments"),
        (["--jsn"], "no such option '--jsn'. Did you mean '--json'? (see sim check --help)"),
        (["a", "b"], "check takes one scenario (got 2 arguments"),
        (
            ["nosuch"],
            f"unknown scenario (got 'nosuch'; allowed: {SHIPPED}, or a path)",
        ),
        (["nosuch.yaml"], "nosuch.yaml: no such file"),
    ],
)
def test_check_of_nothing_is_told(call, words, wanted):
    code, out, err = call("check", *words)
    assert (code, out) == (2, "")
    assert wanted in err


# --- schema


def test_the_schema_that_is_printed_is_that_of_the_folder(call):
    text = (paths.scenario_folder() / "scenario.schema.json").read_text(encoding="utf-8")
    assert call("schema") == (0, text, "")
    assert call("schema", "x") == (2, "", "sim: schema takes no arguments (got 'x'; see sim schema --help)\n")


# --- run


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> tuple[subprocess.CompletedProcess[str], Path, Path]:
    """A study in a process of its own: what it said, its folder, and where it was told to write."""
    outputs = tmp_path_factory.mktemp("outputs")
    done = call_script(*make_run_arguments(outputs, f"runs={RUNS}", "workers=2"), COLUMNS="160")
    return done, Path(done.stdout.splitlines()[-1]), outputs


@pytest.mark.slow
def test_a_study_ends_well_and_its_last_line_is_its_folder(study):
    done, folder, outputs = study
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert folder.parent == outputs / "teaching"
    assert FOLDER.match(folder.name)
    assert list(folder.parent.iterdir()) == [folder]


def test_a_study_says_the_answer_first_with_its_interval(study):
    done, *_ = study
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    assert lines[0] == f"The crossing at Millbrook, fought {RUNS} times under Helmbold's law"
    answer = (
        r"- Before the model has heard any report, the fort is still held .* \(at least half of it\) in \d+ of 100 "
    )
    assert re.match(answer + r"battles \(95% interval \d+ to \d+\)\.", " ".join(" ".join(lines[1:4]).split()))
    assert "{" not in done.stdout
    assert "Nothing is calibrated yet" in done.stdout


def test_a_study_leaves_tables_figures_and_a_manifest_and_nothing_half_written(study):
    _, folder, _ = study
    names = {path.name for path in folder.iterdir()}
    tables = {f"{name}.parquet" for name in ("runs", "daily", "claims", "event_log", "days", "reporting")}
    assert names == tables | {"run.json", "scenario.json", "figures", "report.html"}
    figures = {path.name for path in (folder / "figures").iterdir()}
    assert figures == {"control.svg", "losses.svg", "outcomes.svg"}


def test_the_tables_have_a_row_for_each_thing(study):
    _, folder, _ = study
    runs, daily, claims, events = (
        pq.read_table(folder / f"{name}.parquet") for name in ("runs", "daily", "claims", "event_log")
    )
    assert runs.num_rows == RUNS
    assert runs["replication"].to_pylist() == list(range(RUNS))
    assert daily.num_rows == RUNS * STEPS * SIDES * PLACES
    assert claims.num_rows == RUNS * 8
    assert sorted(set(events["replication"].to_pylist())) == [0, 1, 2]  # keep: 3
    for side in ("teal", "amber"):
        of_side = daily.filter(pc.equal(pc.cast(daily["side"], "string"), side))
        assert pc.sum(of_side["killed"]).as_py() == pc.sum(runs[f"killed_{side}"]).as_py() > 0
    assert np.ptp(runs["p_amber_host"].to_numpy()) > 0


def test_the_manifest_says_what_it_takes_to_make_the_results_again(study):
    _, folder, outputs = study
    manifest = json.loads((folder / "run.json").read_text())
    assert (manifest["seed"], manifest["runs"], manifest["law"], manifest["scenario"]) == (
        7,
        RUNS,
        "helmbold",
        "teaching",
    )
    assert manifest["version"] in call_version()
    assert manifest["scenario_digest"] == load("teaching").compute_digest()
    assert manifest["settings"]["outputs"] == str(outputs)
    assert all(re.match(r"^[0-9a-f]{64}$", manifest[name]) for name in ("settings_digest", "results_digest"))
    assert set(manifest["libraries"]) >= {"numpy", "simpy", "pyarrow"}


def call_version() -> str:
    """What `sim --version` says."""
    return call_script("--version").stdout


def read_results_digest(folder: Path) -> str:
    """The digest of a study's results."""
    return str(json.loads((folder / "run.json").read_text())["results_digest"])


def run_to_folder(call, outputs: Path, *words: str) -> Path:
    """The folder of a study that went well."""
    code, out, err = call(*make_run_arguments(outputs, *words))
    assert (code, err) == (0, "")
    return Path(out.splitlines()[-1])


@pytest.mark.slow
def test_the_same_settings_give_the_same_results_on_any_number_of_processes(study, call, tmp_path):
    again = run_to_folder(call, tmp_path, f"runs={RUNS}", "workers=1")
    assert read_results_digest(again) == read_results_digest(study[1])
    assert again.name.split("-")[5] == study[1].name.split("-")[5]  # the digest in the folder's name


def test_another_seed_and_another_law_give_other_results(call, tmp_path):
    folders = [
        run_to_folder(call, tmp_path, *words) for words in ((), ("seed=8",), ("law=linear",), ("parameters=median",))
    ]
    assert (
        len({read_results_digest(folder) for folder in folders}) == len({folder.name[-8:] for folder in folders}) == 4
    )


def test_a_change_of_the_scenario_shows_in_the_results(call, tmp_path):
    folder = run_to_folder(call, tmp_path, "+override.forces.vanguard.strength=250", "+reading.hill_distance=straight")
    events = pq.read_table(folder / "event_log.parquet").to_pylist()
    placed = [row["value"] for row in events if (row["event"], row["force"]) == ("placed", "vanguard")]
    assert placed == [250, 250]
    manifest = json.loads((folder / "run.json").read_text())
    assert manifest["settings"]["override"] == {"forces": {"vanguard": {"strength": 250}}}
    assert manifest["scenario_digest"] != load("teaching").compute_digest()


def test_a_study_may_end_before_the_battle_does(call, tmp_path):
    folder = run_to_folder(call, tmp_path, "until=2001-06-02")
    assert pq.read_table(folder / "daily.parquet").num_rows == 2 * 8 * SIDES * PLACES
    assert set(pq.read_table(folder / "claims.parquet")["claim"].to_pylist()) == set(load("teaching").claims) - {
        "hill_regained"
    }


BAD = {
    "unknown engine": (["engine=fast"], "engine: unknown value (got 'fast'; allowed: auto, simpy, compiled)"),
    "unknown scenario": (
        ["scenario=nosuch"],
        f"unknown scenario (got 'nosuch'; allowed: {SHIPPED}, or a path)",
    ),
    "unknown file": (["scenario=nosuch.yaml"], "nosuch.yaml: no such file"),
    "no scenario": (["scenario="], "scenario: empty (got ''; allowed: a text)"),
    "unknown law": (
        ["law=cubic"],
        "law: unknown law (got 'cubic'; allowed: deitchman, fatigue, helmbold, linear, logarithmic, power, square)",
    ),
    "unknown parameter of a law": (
        ["law=power", "+law_parameters.weight=0.5"],
        "law_parameters.weight: the power law takes no such parameter (allowed: target_exponent, firer_exponent)",
    ),
    "parameter of a law that has none": (
        ["law=square", "+law_parameters.weight=0.5"],
        "law_parameters.weight: the square law takes no such parameter (allowed: none)",
    ),
    "parameter of a law out of range": (
        ["law=fatigue", "+law_parameters.tiring_hours=0"],
        "law_parameters.tiring_hours: out of range (got 0; allowed: 0.01 to 1000)",
    ),
    "parameter of a law without a plus": (
        ["law=power", "law_parameters.firer_exponent=0.5"],
        "law_parameters.firer_exponent: a parameter of the law is set with a plus",
    ),
    "unknown option": (
        ["colour=red"],
        "colour: unknown option (allowed: name, scenario, law, engine, parameters, randomness, runs, seed",
    ),
    "unknown option with a plus": (["+colour=red"], "colour: unknown option (allowed: name, scenario, law"),
    "unknown preset": (["preset=nosuch"], "preset: unknown preset (got 'nosuch'; allowed: fatigue_law, "),
    "unknown question": (["question=nosuch"], "question: unknown question (got 'nosuch'; allowed: "),
    "no value": (["seed"], "seed: has no value (allowed: seed=VALUE, without spaces)"),
    "no option": (["--fast"], "--fast"),
    "no runs": (["runs=0"], "runs: too small (got 0; allowed: at least 1)"),
    "fewer than no runs": (["runs=-1"], "runs: too small (got -1; allowed: at least 1)"),
    "runs in words": (["runs=abc"], "runs: not a whole number (got 'abc')"),
    "half a run": (["runs=1.5"], "runs: not a whole number (got 1.5)"),
    "negative seed": (["seed=-1"], "seed: too small (got -1; allowed: at least 0)"),
    "workers of one process": (
        ["backend=serial", "workers=2"],
        "workers: backend=serial has one (got 2; allowed: null or 1)",
    ),
    "no workers": (["workers=0"], "workers: too small (got 0; allowed: at least 1)"),
    "unknown params": (
        ["parameters=mean"],
        "not a way of coming by parameters (got 'mean'; did you mean median? allowed: prior, median, ",
    ),
    "a missing setting": (["~seed"], "seed: can't be left out (allowed: seed=VALUE)"),
    "before the start": (["until=2000-01-01"], "until: outside the battle (got 2000-01-01; allowed: after "),
    "at the start": (["until=2001-06-01T00:00"], "until: outside the battle (got 2001-05-31"),
    "after the end": (["until=2001-06-04"], "until: outside the battle (got 2001-06-04"),
    "nonsense for a time": (["until=soon"], "until: not a date or time (got 'soon'; allowed: 2001-06-02, or "),
    "no such day": (["until=2001-02-30"], "until: "),
    "a number for a time": (["until=5"], "until: not a date or time"),
    "a time with a zone": (["until=2001-06-02T00:00Z"], "until: times are local"),
    "the end of the calendar": (["until=9999-12-31"], "until: the calendar ends there"),
    "no outputs": (["outputs="], "outputs: not a folder"),
    "a name that leads elsewhere": (
        ["name=../x"],
        "name: not a name for a folder (got '../x'; allowed: letters, digits, ",
    ),
    "unknown force": (
        ["+override.forces.nosuch.strength=5"],
        "edit forces.nosuch: does not exist (got 'forces.nosuch.strength'; allowed flank, garrison",
    ),
    "negative strength": (
        ["+override.forces.vanguard.strength=-5"],
        "edit forces.vanguard.strength.value: too small (got -5; allowed at least 0)",
    ),
    "endless strength": (
        ["+override.forces.vanguard.strength=inf"],
        "forces.vanguard.strength.value: not a ",
    ),
    "strength in words": (["+override.forces.vanguard.strength=many"], "forces.vanguard.strength: not a "),
    "a strength that would not end": (
        ["+override.forces.vanguard.strength=1e12"],
        "too large (got 1",
    ),
    "no changes": (["override=5"], "override: not a mapping (got 5; allowed: {NAME: VALUE})"),
    "unknown reading": (["+reading.nosuch=x"], "reading.nosuch: unknown reading (allowed: hill_distance)"),
    "unknown option of a reading": (
        ["+reading.hill_distance=bent"],
        "reading.hill_distance: unknown option (got 'bent'; allowed: winding, straight)",
    ),
    "two values": (["seed=1", "seed=2"], "seed: is set twice (got 1 and 2)"),
    "two strengths": (
        ["+override.forces.watch.strength=1", "++override.forces.watch.strength=2"],
        "override.forces.watch.strength: is set twice (got 1 and 2)",
    ),
    "a strength and its value": (
        ["+override.forces.watch.strength=1", "+override.forces.watch.strength.value=2"],
        "override.forces.watch.strength.value: is set inside override.forces.watch.strength, which is set too",
    ),
    "a reading and a change that contradict": (
        ["+reading.hill_distance=straight", "+override.roads.hill_camp.km.value=3"],
        "edit roads.hill_camp.km.value: is set twice (got 4.2 and 3)",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_in_one_line_and_nothing_is_written(call, name, tmp_path, monkeypatch):
    words, wanted = BAD[name]
    monkeypatch.chdir(tmp_path)
    plain = make_run_arguments(tmp_path / "outputs", *words)
    if "preset" in words[0]:
        plain.remove("preset=teaching")
    code, out, err = call(*plain)
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert line.startswith("sim: ")
    assert wanted in line
    assert list_outputs(tmp_path) == []


def test_outputs_below_a_file_are_told(call, tmp_path):
    (tmp_path / "file").touch()
    code, out, err = call(*make_run_arguments(tmp_path / "file" / "below"))
    assert (code, out) == (2, "")
    assert err == f"sim: outputs: {tmp_path}/file is a file (allowed: a folder, or a path that does not exist)\n"
    assert list_outputs(tmp_path) == ["file"]


def test_two_faults_of_the_settings_are_told_together(call, tmp_path):
    code, _, err = call(*make_run_arguments(tmp_path, "runs=0", "save_logs=-1"))
    assert (code, len(err.splitlines())) == (2, 2)


@pytest.mark.slow
def test_bad_input_leaves_no_traceback_in_a_process_of_its_own(tmp_path):
    done = call_script(*make_run_arguments(tmp_path, "+override.forces.vanguard.strength=-5"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert list_outputs(tmp_path) == []


# --- run -m


@pytest.mark.slow
def test_a_multirun_makes_a_folder_for_each_combination(tmp_path):
    done = call_script(*make_run_arguments(tmp_path, "-m", "seed=1,2"))
    assert (done.returncode, done.stderr) == (0, "")
    folders = sorted((tmp_path / "teaching").iterdir())
    assert sorted(json.loads((folder / "run.json").read_text())["seed"] for folder in folders) == [1, 2]
    assert len({read_results_digest(folder) for folder in folders}) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["seed=-1,-2"], "sim: seed: too small (got -1; allowed: at least 0)"),
        (["preset=teaching,nosuch"], "sim: preset: unknown preset (got 'nosuch'"),
        (["colour=red,blue"], "sim: colour: unknown option (allowed: "),
        (["seed=1,2", "outputs={file}/below"], "sim: outputs: "),
    ],
)
def test_a_bad_value_in_a_multirun_is_told_without_a_traceback(words, wanted, tmp_path):
    (tmp_path / "file").touch()
    words = [word.format(file=tmp_path / "file") for word in words]
    plain = make_run_arguments(tmp_path / "outputs", "-m", *words)
    if words[0].startswith("preset"):
        plain.remove("preset=teaching")
    done = call_script(*plain)
    assert done.returncode == 2
    assert wanted in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("run.json"))


# --- diary


def test_a_diary_is_that_of_the_replication_of_a_study(call, study):
    code, out, err = call("diary", "scenario=teaching", "replication=2")
    assert (code, err) == (0, "")
    runs = pq.read_table(study[1] / "runs.parquet").to_pylist()[2]
    days = re.findall(r"Teal (\d+) killed, \d+ wounded; Amber (\d+) killed, .*\n", out)
    evenings = re.findall(r"Losses until \d\d:\d\d: Teal (\d+) killed, \d+ wounded; Amber (\d+) killed", out)
    assert days
    assert sum(int(teal) for teal, _ in evenings) == runs["killed_teal"]
    assert sum(int(amber) for _, amber in evenings) == runs["killed_amber"]


@pytest.mark.parametrize("number", ["-1", "x", "1.5", "", "²", str(2**63)])
def test_a_replication_that_is_no_number_is_told(call, number):
    code, out, err = call("diary", "scenario=teaching", f"replication={number}")
    assert (code, out) == (2, "")
    assert err == f"sim: replication: not a whole number from 0 (got {number!r})\n"


def test_a_reader_that_has_had_enough_ends_no_diary_in_a_traceback():
    line = f"{SIM} diary scenario=teaching | head -1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stderr == ""
