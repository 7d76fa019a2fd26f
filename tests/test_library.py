"""The library: the same battles as the commands to the bit, outputs as objects, and one class of errors."""

import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.cli.errors import SettingsError
from sim.library import progress
from sim.library.call_settings import name_perturbations, read_call, store_scenario
from sim.library.output import Output
from sim.library.temporary_folder import TemporaryFolder
from sim.paths import CacheError
from sim.perturbations import PERTURBATIONS
from sim.perturbations.strength import ChangeStrength
from sim.scenario import ScenarioError
from sim.storage.reader import open_output
from sim.storage.seal import StoredError

SMALL = {"runs": 12, "seed": 3, "workers": 1}
WORDS = ("runs=12", "seed=3", "workers=1")


@pytest.fixture(scope="module")
def run_output():
    return sim.run("teaching", **SMALL)


@pytest.fixture(scope="module")
def whatif_output():
    return sim.whatif("teaching", perturb=["no_airstrikes"], **SMALL)


def call_command(call, folder: Path, *words: str) -> Output:
    """The output of a command."""
    code, out, err = call(*words, f"outputs={folder}")
    assert code == 0, err
    return sim.open(out.strip().splitlines()[-1])


def test_a_run_is_that_of_the_command_to_the_bit(run_output, call, tmp_path):
    command = call_command(call, tmp_path, "run", "scenario=teaching", *WORDS)
    assert run_output.digest == command.digest
    assert run_output.summary == command.summary
    assert run_output.tables == command.tables
    assert {name: value for name, value in run_output.settings.items() if name != "outputs"} == {
        name: value for name, value in command.settings.items() if name != "outputs"
    }
    assert sim.run("teaching", **SMALL | {"seed": 4}).digest != command.digest


@pytest.mark.slow
def test_a_whatif_is_that_of_the_command_to_the_bit(whatif_output, call, tmp_path):
    command = call_command(call, tmp_path, "whatif", "scenario=teaching", "perturb=[no_airstrikes]", *WORDS)
    assert whatif_output.digest == command.digest
    assert whatif_output.summary == command.summary
    assert whatif_output.changes == {"no_airstrikes": "without air strikes"}


@pytest.mark.slow
def test_a_sweep_is_that_of_the_command_to_the_bit(call, tmp_path):
    ours = sim.sweep("teaching", factors={"killing_rate_teal": [0.2, 0.8]}, **SMALL | {"runs": 4})
    words = ("sweep", "scenario=teaching", "factors={killing_rate_teal: [0.2, 0.8]}", "runs=4", *WORDS[1:])
    command = call_command(call, tmp_path, *words)
    assert (ours.digest, ours.summary) == (command.digest, command.summary)


@pytest.mark.slow
def test_scores_are_those_of_the_command_to_the_bit(run_output, call, tmp_path):
    saved = run_output.save(tmp_path / "saved")
    assert (saved / "report.html").is_file()
    command = call_command(call, tmp_path, "score", str(saved))
    assert sim.score(run_output).digest == sim.score(saved).digest == command.digest
    assert sim.score(sim.open(saved)).summary == command.summary


@pytest.mark.slow
def test_a_calibration_is_that_of_the_command_to_the_bit(call, tmp_path):
    sizes: dict[str, float] = {
        "particles": 50,
        "sweeps": 1,
        "final_sweeps": 1,
        "max_simulations": 1000,
        "target_ess": 0,
    }
    sizes |= {"ess_fraction": 0.05, "hm_draws": 10, "hm_repeats": 2, "importance_draws": 100}
    ours = sim.calibrate("teaching", workers=1, engine="compiled", **sizes)
    words = [f"{name}={value}" for name, value in sizes.items()]
    command = call_command(call, tmp_path, "calibrate", "scenario=teaching", "workers=1", "engine=compiled", *words)
    assert (ours.digest, ours.summary, ours.tables) == (command.digest, command.summary, command.tables)
    assert "prior_to_posterior" in ours.figures or not ours.is_accepted
    fitted = "calibrated on " if ours.is_accepted else "no posterior (of "
    assert f", {fitted}{len(ours.stored.manifest.claims)} claims" in repr(ours)
    assert "not calibrated" not in repr(ours) + ours._repr_html_()
    with pytest.raises(sim.SimError, match="sim calibrate has no figures"):
        assert command.figures


def test_a_saved_output_is_the_same_when_it_is_opened(run_output, tmp_path):
    opened = sim.open(run_output.save(tmp_path / "one" / "two"))
    assert repr(opened) == repr(run_output)
    assert opened.table("runs").equals(run_output.table("runs"))
    assert opened._repr_html_() == run_output._repr_html_()
    with pytest.raises(sim.SimError, match=r"save: .* exists \(allowed: a folder that is not there yet\)"):
        run_output.save(tmp_path / "one")


def test_an_output_says_what_it_is_in_few_words(run_output, whatif_output):
    assert 0 < len(repr(run_output)) < 300
    assert "12 battles" in repr(run_output)
    assert "seed 3" in repr(run_output)
    assert "not as documented" not in repr(run_output)
    changed = sim.run("teaching", perturb="no_airstrikes", law="square", runs=2, workers=1)
    assert "not as documented without air strikes; fought under the square law" in repr(changed)
    assert "Without air strikes" in whatif_output._repr_html_()
    assert len(run_output._repr_html_()) < 4_000
    assert "<script" not in run_output._repr_html_()


def test_a_batch_and_a_battle_say_what_they_are_in_few_words():
    batch = sim.replicate(sim.load("teaching"), runs=2)
    assert repr(batch).startswith("<Batch: 2 battles")
    assert len(repr(batch)) < 300
    battle = sim.fight(sim.load("teaching"))
    assert len(repr(battle)) < 300
    events = battle.events
    assert len(events) == len(battle.log)
    assert events[-1]["time"] <= battle.event_log.labels.local_time(battle.event_log.end_hours)
    assert {"killed", "order_started"} <= {event["event"] for event in events}
    assert {event["side"] for event in events} == {None, "teal", "amber"}


def test_tables_have_units_and_meanings(run_output):
    losses = run_output.table("runs")
    assert losses.attrs["units"]["killed_teal"] == "people" == run_output.units("runs")["killed_teal"]
    assert "Teal" in losses.attrs["descriptions"]["killed_teal"]
    arrow = open_output(run_output.folder).read_table("runs")
    assert losses["killed_teal"].tolist() == arrow["killed_teal"].to_pylist()
    with pytest.raises(sim.SimError, match=r"table: unknown table \(got 'run'; did you mean runs\?"):
        run_output.table("run")
    with pytest.raises(sim.SimError, match="table: unknown table"):
        run_output.units("run")
    with pytest.raises(sim.SimError, match="library: unknown library"):
        run_output.table("runs", library="dask")


def test_tables_for_polars(run_output):
    polars = pytest.importorskip("polars")
    frame = run_output.table("runs", library="polars")
    assert isinstance(frame, polars.DataFrame)
    assert frame["killed_teal"].to_list() == run_output.table("runs")["killed_teal"].tolist()


def test_a_library_that_is_not_installed_is_named(run_output, monkeypatch):
    monkeypatch.setattr("sim.library.tables.find_spec", lambda name: None)
    with pytest.raises(sim.SimError, match=r"needs polars: pip install 'sim\[library\]'"):
        run_output.table("runs", library="polars")
    with pytest.raises(sim.SimError, match="control needs xarray"):
        run_output.control()


def test_events_are_in_words(run_output):
    log = run_output.log
    assert {"killed", "order_started"} <= set(log["event"])
    assert set(log["side"].dropna()) <= {"teal", "amber"}
    assert log["time"].min() >= np.datetime64("2001-06-01")


def test_control_has_times_places_and_units(run_output):
    control = run_output.control()
    assert dict(control.sizes) == {"time": 12, "place": 5, "side": 2}
    assert control["control"].attrs["units"] == "share"
    assert control["place_name"].sel(place="fort").item() == "the fort"
    days = run_output.table("days").set_index(["day", "place", "side"])["control"]
    for day, place, side in [*days.index][::7]:
        assert control["control"].sel(time=day, place=place, side=side).item() == days[day, place, side]
    battles = run_output.battle_control()
    assert np.allclose(battles["control"].mean("battle"), control["control"], rtol=1e-6, atol=0)
    assert np.allclose(battles["control"].sum("side"), 1.0, rtol=1e-6, atol=0)


def test_figures_by_name(run_output):
    assert run_output.figures == ["control", "losses", "outcomes"]
    assert run_output.plot().get_axes()
    with pytest.raises(sim.SimError, match=r"figure: unknown figure \(got 'loss'; did you mean losses\?"):
        run_output.plot("loss")


def test_perturbations_as_objects_are_those_of_files(whatif_output):
    no_strikes = PERTURBATIONS.load("sorties")(factor=0, description="without air strikes")
    ours = sim.whatif("teaching", perturb={"no_airstrikes": no_strikes}, **SMALL)
    assert ours.digest == whatif_output.digest
    twice = [ChangeStrength(side="teal", factor=2), ChangeStrength(side="amber", factor=2)]
    assert list(name_perturbations(twice)) == ["strength", "strength 2"]
    assert list(name_perturbations("no_airstrikes")) == ["no_airstrikes"]


@pytest.mark.parametrize("kind", PERTURBATIONS.load_all())
def test_every_perturbation_knows_its_kind(kind):
    assert PERTURBATIONS.load(kind).model_fields["kind"].default == kind


@pytest.mark.parametrize("name", ["teaching", "dec2014", "khafji"])
def test_a_scenario_as_a_model_is_the_file_that_it_came_from(name):
    scenario = sim.load(name)
    assert store_scenario(scenario) == (name, None)
    other = scenario.model_copy(update={"title": "Another title"})
    path, folder = store_scenario(other)
    assert folder is not None
    assert sim.load(path).compute_digest() == other.compute_digest() != scenario.compute_digest()


@pytest.mark.slow
def test_a_scenario_as_a_model_is_fought_and_scored():
    scenario = sim.load("teaching").model_copy(update={"title": "Another title"})
    output = sim.run(scenario, **SMALL)
    assert output.scenario.title == "Another title"
    gc.collect()
    assert "skill" in sim.score(output).tables  # its file is there as long as the output is


def test_results_that_nobody_saved_are_removed():
    output = sim.run("teaching", runs=1)
    folder = output.folder
    assert folder.is_dir()
    del output
    gc.collect()
    assert not folder.exists()


def test_nothing_is_printed_or_drawn(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    output = sim.run("teaching", runs=2, workers=1, perturb="no_airstrikes")
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []
    assert not (output.folder / "figures").exists()


FAULTS = (
    (lambda: sim.run("nowhere"), "scenario: unknown scenario"),
    (lambda: sim.run("teaching", runs=0), r"runs: .*got 0"),
    (lambda: sim.run("teaching", law="nosuch"), "law: unknown law"),
    (lambda: sim.run("teaching", perturb="no_airstrike"), "did you mean no_airstrikes"),
    (lambda: sim.run("teaching", perturb=ChangeStrength(force="nobody", factor=2)), "perturb.strength.force: unknown"),
    (lambda: sim.run("teaching", override={"forces.nobody.strength": 2}), "forces.nobody"),
    (lambda: sim.run("teaching", reading={"nosuch": "one"}), "reading.nosuch: unknown reading"),
    (lambda: sim.run("teaching", parameters=Path("nowhere")), "parameters: nowhere"),
    (lambda: sim.run("teaching", backend="nosuch"), "backend"),
    (lambda: sim.run(question="nosuch"), "nosuch"),
    (lambda: sim.whatif("teaching"), "perturb: nothing changes"),
    (lambda: sim.whatif("teaching", question=["nosuch"]), "question: unknown question"),
    (lambda: sim.sweep("teaching"), "factors: nothing varies"),
    (lambda: sim.sweep("teaching", factors={"nosuch": [1, 2]}), "factors.nosuch: unknown factor"),
    (lambda: sim.calibrate("teaching", claims=["nosuch"]), "claims: no claim that is scored"),
    (lambda: sim.calibrate("teaching", particles=3), "particles"),
    (lambda: sim.score("nowhere"), "nowhere: no such folder"),
    (lambda: sim.score("nowhere", battles=1), "battles: not a number of battles"),
    (lambda: sim.open("nowhere"), "nowhere: no such folder"),
)


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_what_can_not_be_used_is_refused_by_one_class_in_the_words_of_the_commands(number):
    function, message = FAULTS[number]
    with pytest.raises(sim.SimError, match=message):
        function()


def test_every_error_of_input_is_of_one_class():
    for error in (SettingsError, ScenarioError, StoredError, CacheError):
        assert issubclass(error, sim.SimError)
        assert str(error(["one", "two"])) == "one\ntwo"
    assert StoredError("one").messages == ["one"]


def test_what_is_left_out_is_as_the_files_have_it():
    assert read_call(None, None, {"runs": None}).compose() == read_call(None, None, {}).compose()
    settings = read_call("teaching", None, {"backend": "serial"}, question=None).compose()
    assert (settings.scenario, settings.backend.name, settings.seed) == ("teaching", "serial", 7)


def test_progress_is_shown_where_somebody_sees_it(monkeypatch):
    assert progress.choose_display().show_bar is progress.show_no_bar
    monkeypatch.setattr(progress, "find_shell", lambda: object())
    assert progress.choose_display().show_bar is progress.show_notebook_bar
    monkeypatch.setattr(progress, "find_shell", lambda: None)
    monkeypatch.setenv("FORCE_COLOR", "1")  # what rich takes for a terminal
    assert progress.choose_display().show_bar is progress.show_bar


def test_a_bar_counts_every_piece_of_work():
    counted = []

    class Bar:
        def __enter__(self):
            return counted.append

        def __exit__(self, *_):
            counted.append(None)

    display = progress.ProgressDisplay(lambda name, total: Bar(), progress.show_no_smc)
    assert list(display.make_tracker("x")("abc", 3)) == ["a", "b", "c"]
    assert counted == [1, 1, 1, None]


def test_a_temporary_folder_goes_with_its_last_owner(tmp_path):
    folder = TemporaryFolder(tmp_path)
    (folder.path / "file").write_text("x")
    path = folder.path
    del folder
    gc.collect()
    assert not path.exists()


LOADED = (
    "import sys, sim; sim.__version__; print(sorted({'numpy', 'hydra', 'pyarrow', 'matplotlib'} & set(sys.modules)))"
)


def test_import_sim_loads_nothing():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_public_names_are_there():
    assert set(sim.__all__) <= set(dir(sim))
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nosuch'"):
        sim.nosuch  # noqa: B018
