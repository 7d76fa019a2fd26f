"""Sealed forecasts: what is published, that only the record may be added, and how they are opened."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from support.manifests import reseal

from sim import paths
from sim.analysis.cross_validation.sealed_battle import EVIDENCE_FIELDS, compute_battle_digest
from sim.battle.simulation import Simulation
from sim.scenario import load
from sim.scenario.model import Scenario
from sim.storage.fingerprint import compute_digest

TEACHING = (paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8")


@pytest.fixture
def seal(call, tmp_path):
    """Seal a forecast of a scenario: its folder."""

    def inside(scenario: str = "teaching", *words: str) -> Path:
        code, out, err = call(
            "forecast", "--sealed", f"scenario={scenario}", "runs=20", f"outputs={tmp_path / 'out'}", *words
        )
        assert code == 0, err
        return Path(out.splitlines()[-1])

    return inside


def digest_of(scenario: Scenario) -> str:
    """The digest of what a battle is fought from."""
    return compute_battle_digest(scenario, Simulation(load("teaching")).parameter_names)


def test_the_digest_that_is_published_is_of_questions_chances_and_battle(seal):
    folder = seal()
    sealed = json.loads((folder / "sealed.json").read_text(encoding="utf-8"))
    statement = {name: value for name, value in sealed.items() if name not in ("sha256", "written")}
    assert sealed["sha256"] == compute_digest(statement)
    chances = pq.read_table(folder / "questions.parquet")["chance"].to_pylist()
    assert statement["chances"] == compute_digest(chances)
    assert statement["battle"] == digest_of(load("teaching"))
    assert statement["n_questions"] == len(chances)


def test_the_same_settings_seal_the_same_digest_whatever_the_claims_say(seal, tmp_path):
    first = json.loads((seal() / "sealed.json").read_text(encoding="utf-8"))
    other = tmp_path / "teaching.yaml"
    assert "exactly 12" in TEACHING
    other.write_text(TEACHING.replace("exactly 12", "exactly 11"), encoding="utf-8")
    second = json.loads((seal(str(other)) / "sealed.json").read_text(encoding="utf-8"))
    assert first["sha256"] == second["sha256"]


@pytest.mark.parametrize("field", sorted(EVIDENCE_FIELDS & set(Scenario.model_fields)))
def test_evidence_is_no_part_of_the_battle(field):
    scenario = load("teaching")
    changed = scenario.model_copy(update={field: Scenario.model_fields[field].get_default(call_default_factory=True)})
    assert digest_of(changed) == digest_of(scenario)


@pytest.mark.parametrize("field", ["forces", "orders", "places", "roads", "weather", "sides", "ends", "terrains"])
def test_whatever_is_fought_is_part_of_the_battle(field):
    scenario = load("teaching")
    value = getattr(scenario, field)
    changed = dict(list(value.items())[:-1]) if isinstance(value, dict) and value else None
    if not value:
        pytest.skip(f"the invented battle has no {field}")
    assert digest_of(scenario.model_copy(update={field: changed})) != digest_of(scenario)


def test_priors_of_the_battle_count_and_those_of_sources_do_not():
    scenario = load("teaching")
    own = Simulation(scenario).parameter_names[0]
    reporting = next(iter(scenario.source_model_priors))
    for name, is_part in ((own, True), (reporting, False)):
        priors = {key: prior for key, prior in scenario.priors.items() if key != name}
        changed = scenario.model_copy(update={"priors": priors})
        assert (digest_of(changed) != digest_of(scenario)) is is_part


def test_a_sealed_forecast_is_opened_and_scored(call, seal, tmp_path):
    folder = seal()
    code, out, err = call("score", str(folder), "answers=teaching", f"outputs={tmp_path / 'scored'}")
    assert code == 0, err
    text = " ".join(out.split())
    assert "the sealed forecast has a Brier score of" in text
    assert json.loads((folder / "sealed.json").read_text(encoding="utf-8"))["sha256"] in text.replace(" ", "")
    opened = Path(out.splitlines()[-1])
    answers = pq.read_table(opened / "answers.parquet").to_pandas()
    decided = answers[answers["answer"].notna()]
    brier = ((decided["model"] - decided["answer"].astype(float)) ** 2).mean()
    scores = pq.read_table(opened / "scores.parquet").to_pandas().set_index(["forecaster", "score"])
    assert scores.loc[("model", "brier"), "value"] == pytest.approx(brier)
    assert scores.loc[("model", "brier"), "n_questions"] == len(decided)


def test_another_battle_is_no_answer(call, seal, tmp_path):
    folder = seal()
    changed = tmp_path / "teaching.yaml"
    assert "max_engaged: {value: 400" in TEACHING
    changed.write_text(TEACHING.replace("max_engaged: {value: 400", "max_engaged: {value: 401"), encoding="utf-8")
    for answers, complaint in (
        ("khafji", "is another battle"),
        ("nowhere", "answers: "),
        (str(changed), "is another battle"),
    ):
        code, _, err = call("score", str(folder), f"answers={answers}", f"outputs={tmp_path / 'none'}")
        assert code == 2, answers
        assert complaint in err
        assert not (tmp_path / "none").exists()


def test_chances_that_were_changed_after_the_sealing_are_refused_even_if_the_folder_is_sealed_again(call, seal):
    folder = seal()
    table = pq.read_table(folder / "questions.parquet")
    chances = table["chance"].to_pylist()
    chances[0] = 1.0 - chances[0]
    names = table.schema.names
    position = names.index("chance")
    pq.write_table(table.set_column(position, table.schema.field(position), [chances]), folder / "questions.parquet")
    reseal(folder)
    code, _, err = call("score", str(folder), "answers=teaching")
    assert code == 2
    assert "its chances are not those that were sealed" in err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["perturb=[no_airstrikes]"], "a sealed forecast is of the battle as it is"),
        (["parameters=calibrated"], "has read the battle's own record"),
        (["split=first_day"], "split"),
    ],
)
def test_what_a_sealed_forecast_can_not_be_is_refused(call, tmp_path, words, complaint):
    code, _, err = call("forecast", "--sealed", "scenario=teaching", f"outputs={tmp_path / 'none'}", *words)
    assert code == 2
    assert complaint in err
    assert not (tmp_path / "none").exists()


def test_a_sealed_forecast_needs_answers_to_be_scored(call, seal):
    code, _, err = call("score", str(seal()))
    assert code == 2
    assert "answers=" in err
