"""Where a battle is not the documented one: at the head of what is printed, on the page, in captions and exports."""

import json
import re

import pytest

from sim.cli.settings import Settings, compose_settings
from sim.inference import diagnostics
from sim.outputs.deviations import find_deviations, format_deviations, list_deviations
from sim.outputs.provenance import format_origin
from sim.storage.manifest import RunManifest
from sim.storage.reader import open_output

# How a setting that changes the battle is set, and what is said of it.
DEVIATING = {
    "law": (["law=square"], "fought under the square law, not Helmbold's law"),
    "law_parameters": (["+law_parameters.ratio_exponent=0.5"], "the law's ratio exponent is fixed at 0.5"),
    "parameters": (["parameters=median"], "every unknown is at its median"),
    "until": (["until=2001-06-02T14:00"], "only until 2 June 14:00"),
    "perturb": (["perturb=[no_airstrikes]"], "without air strikes"),
    "intervene_at": (
        ["perturb=[no_airstrikes]", "intervene_at=2001-06-02T09:30"],
        "without air strikes, from 09:30 on 2 June on",
    ),
    "override": (["+override.forces.relief.strength=100"], "forces.relief.strength is set to 100"),
    "reading": (["+reading.hill=low"], "“hill” is read as “low”"),
}
# Settings that choose how battles are simulated, which of them, and where they are kept.
NEUTRAL = {"name", "scenario", "engine", "randomness", "runs", "seed", "backend", "workers", "save_logs", "outputs"}
QUESTIONS = {"question_text"}
TAG = re.compile(r"<[^>]*>|<!--.*?-->", re.DOTALL)


def find_phrases(*arguments: str) -> list[str]:
    """The deviations of a run with these arguments."""
    return list_deviations("run", compose_settings(["scenario=teaching", *arguments]).model_dump(mode="json"))


def test_every_setting_that_changes_the_battle_is_among_the_deviations():
    """A new setting has to be put on one of both sides."""
    assert set(Settings.model_fields) == DEVIATING.keys() | NEUTRAL | QUESTIONS
    assert find_phrases() == []


@pytest.mark.parametrize("name", DEVIATING)
def test_a_deviation_is_a_phrase(name):
    arguments, phrase = DEVIATING[name]
    assert find_phrases(*arguments) == [phrase]


def test_a_whatif_asks_its_perturbations_and_deviates_by_the_rest():
    settings = compose_settings(["perturb=[no_airstrikes]", "law=linear"]).model_dump(mode="json")
    assert list_deviations("whatif", settings) == ["fought under the linear law, not Helmbold's law"]
    assert len(list_deviations("run", settings)) == 2


@pytest.fixture(scope="module")
def deviating(tmp_path_factory):
    """The output of a run that is not of the documented battle."""
    from sim.cli.run import run_study

    folder = tmp_path_factory.mktemp("deviating")
    arguments = ["scenario=teaching", "runs=10", "until=2001-06-02", "law=square", f"outputs={folder}"]
    return run_study(compose_settings([*arguments, "question_text=What if nobody came?"]), None)


PHRASE = "Not the documented battle: fought under the square law, not Helmbold's law; only until the end of 2 June."


@pytest.mark.slow
def test_all_that_an_output_shows_says_so(deviating, call, tmp_path):
    manifest = open_output(deviating).require(RunManifest)
    assert format_deviations(find_deviations(manifest)) == PHRASE
    page = (deviating / "report.html").read_text(encoding="utf-8").replace("&#39;", "'")
    assert PHRASE in page
    assert "What if nobody came?" in page
    assert PHRASE.rstrip(".") in format_origin([], manifest)
    figures = [path.read_text(encoding="utf-8") for path in (deviating / "figures").glob("*.svg")]
    assert figures
    assert all("Not the documented battle" in text for text in figures)
    for name in ("csv", "geojson"):
        assert call("export", str(deviating), f"format={name}", f"to={tmp_path / name}")[0] == 0
        assert PHRASE in json.loads((tmp_path / name / "datapackage.json").read_text())["description"]


FEW_PARTICLES = ["particles=50", "sweeps=1", "final_sweeps=1", "ess_fraction=0.05"]
OF_ANY_SIZE = [*FEW_PARTICLES, "target_ess=0"]
COMMANDS_WITH_FIGURES = {
    "calibrate": [*OF_ANY_SIZE, "hm_draws=10", "hm_repeats=2", "importance_draws=100"],
    "forecast": [*OF_ANY_SIZE, "split=first_day"],
    "compare-models": ["models=reading.hill_distance", *FEW_PARTICLES],
    "sbc": [*FEW_PARTICLES, "datasets=20"],
    "whatif": ["perturb=[no_airstrikes]", "runs=20"],
    "sweep": ["sweep=teaching", "runs=4"],
    "sensitivity": ["priors=[killing_rate_amber,amber_host]", "saltelli_n=32"],
}


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS_WITH_FIGURES)
def test_all_figures_of_a_command_say_so(command, call, tmp_path, monkeypatch):
    monkeypatch.setattr(diagnostics, "MIN_ESS", 0)  # so few draws are never shown: these are
    monkeypatch.setattr(diagnostics, "MAX_MISFIT_SHARE", 1.0)
    deviation = ["+override.forces.relief.strength=100", "scenario=teaching", "workers=1", f"outputs={tmp_path}"]
    assert call(command, *COMMANDS_WITH_FIGURES[command], *deviation)[0] == 0
    captions = [" ".join(TAG.sub(" ", path.read_text(encoding="utf-8")).split()) for path in tmp_path.rglob("*.svg")]
    assert captions
    assert [
        text for text in captions if "Not the documented battle: forces.relief.strength is set to 100" not in text
    ] == []
    assert [text for text in captions if "calibrated on" in text and "not calibrated" in text] == []


@pytest.mark.parametrize("command", ["run", "diary", "sweep"])
def test_what_is_printed_begins_with_it(command, call, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    few = {"run": ["runs=5"], "diary": [], "sweep": ["sweep=teaching", "runs=2"]}[command]
    elsewhere = [] if command == "diary" else [f"outputs={tmp_path}"]
    code, out, err = call(command, "scenario=teaching", "law=square", "until=2001-06-02", *few, *elsewhere)
    assert (code, err) == (0, "")
    assert re.sub(r"\s+", " ", out).strip().startswith(PHRASE)


def test_nothing_is_said_of_the_documented_battle(call, tmp_path):
    code, out, _ = call("run", "scenario=teaching", "runs=5", f"outputs={tmp_path}")
    assert code == 0
    assert "the documented battle" not in out
    (page,) = tmp_path.glob("*/*/report.html")
    assert "Not the documented battle" not in page.read_text(encoding="utf-8")
