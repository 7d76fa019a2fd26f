"""What would have changed a documented battle, and what the model's forecasts were worth: shipped, and shown."""

import json

import pytest

from sim import paths
from sim.battle.simulation import Simulation
from sim.inference.netcdf import read_posterior
from sim.outputs.battle_scores import BattleScores, Lead, QuestionKindScore, find_scores_file, read_battle_scores
from sim.outputs.calibrated_headlines import find_shipped_posterior
from sim.outputs.documented_changes import (
    DocumentedChange,
    DocumentedChanges,
    find_changes_file,
    read_documented_changes,
)
from sim.outputs.provenance import describe_environment
from sim.report.documented_changes import describe_documented_changes, format_changes
from sim.report.model_trust import describe_trust, format_scores
from sim.runs.replicate import Study
from sim.scenario import load
from tools import battle_scores, documented_changes

LAW = "helmbold"
NAMES = documented_changes.list_scenarios()


def make_change(name, base, changed, half=0.01):
    difference = changed - base
    return DocumentedChange(
        name=name,
        question="",
        description=f"without {name}",
        base=base,
        changed=changed,
        difference=difference,
        low=difference - half,
        high=difference + half,
    )


def make_changes(*changes, posterior_digest=""):
    return DocumentedChanges(
        scenario="teaching",
        scenario_digest="",
        law="square",
        posterior_digest=posterior_digest,
        headline=1,
        seed=1,
        pairs=2000,
        machine="",
        libraries={},
        changes=changes,
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shipped_is_of_its_scenario_and_of_all_its_questions(name):
    stored = read_documented_changes(load(name), LAW)
    assert stored is not None, f"python -m tools.documented_changes {name}"
    folder = paths.conf_folder() / "question" / name
    assert [each.name for each in stored.changes] == sorted(path.stem for path in folder.glob("*.yaml"))
    posterior = find_shipped_posterior(name)
    assert stored.posterior_digest == ("" if posterior is None else read_posterior(posterior).digest)
    for each in stored.changes:
        assert each.low <= each.difference <= each.high
        assert each.difference == pytest.approx(each.changed - each.base)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_is_shipped_is_of_these_rules(name):
    """The first question, fought again, comes to what is stored of it: `tools.documented_changes` after new rules."""
    stored, here = read_documented_changes(load(name), LAW), describe_environment()
    assert stored is not None
    if (stored.machine, stored.libraries) != (here["machine"], here["libraries"]):
        pytest.skip(f"it was fought on {stored.machine} with {stored.libraries}")
    (again,) = documented_changes.fight_changes(name, [f"{name}/{stored.changes[0].name}"]).changes
    assert again == stored.changes[0]


def test_the_largest_clear_change_comes_first_and_unclear_ones_are_counted():
    changes = make_changes(
        make_change("bread", 0.6, 0.605, half=0.02),
        make_change("gates", 0.6, 0.4, half=0.03),
        make_change("horses", 0.6, 0.7),
    )
    assert format_changes(load("teaching"), changes) == (
        "Without gates, the fort is still held on the evening of 3 June in 40 of 100 battles instead of 60 (20 fewer; "
        "95% interval 17 to 23). Next: without horses (10 more). 2 of 3 changes make a clear difference (2,000 pairs "
        "of battles each, before any report, with new luck that is the same for both of a pair)."
    )


def test_without_a_clear_change_none_is_named():
    bread, salt = (make_change(name, 0.6, 0.605, half=0.02) for name in ("bread", "salt"))
    changes = make_changes(bread, salt, posterior_digest="0" * 64)
    assert format_changes(load("teaching"), changes) == (
        "None of 2 changes makes a clear difference to whether the fort is still held on the evening of 3 June (2,000 "
        "pairs of battles each, as the reports leave the unknowns, with new luck that is the same for both of a pair)."
    )


@pytest.fixture
def scenario_folder(tmp_path, monkeypatch):
    """A folder of scenarios with what is shipped of one."""
    monkeypatch.setattr(paths, "scenario_folder", lambda: tmp_path)
    (tmp_path / "changes").mkdir()
    return tmp_path


def test_another_scenario_or_law_or_a_damaged_file_says_nothing(scenario_folder):
    scenario = load(str(paths.conf_folder().parent / "scenarios" / "teaching.yaml"))
    assert read_documented_changes(scenario, "square") is None
    path = find_changes_file("teaching")
    changes = make_changes(make_change("gates", 0.6, 0.4))
    changes.model_copy(update={"scenario_digest": scenario.compute_digest()}).seal().write(path)
    assert read_documented_changes(scenario, "square") is not None
    assert read_documented_changes(scenario, "linear") is None
    assert read_documented_changes(scenario.model_copy(update={"title": "another"}), "square") is None
    whole = json.loads(path.read_text(encoding="utf-8"))
    for damage in (whole | {"pairs": 2001}, whole | {"digest": ""}, {"scenario": "teaching"}):
        path.write_text(json.dumps(damage), encoding="utf-8")
        assert read_documented_changes(scenario, "square") is None


def test_a_changed_battle_says_nothing_of_the_documented_one():
    scenario = load(NAMES[0])
    assert describe_documented_changes(Study(Simulation(scenario, law=LAW), 1, 1, 0))
    assert not describe_documented_changes(Study(Simulation(scenario, law=LAW, draw="median"), 1, 1, 0))
    assert not describe_documented_changes(Study(Simulation(load("teaching"), law=LAW), 1, 1, 0))


def test_the_scores_are_those_of_the_page_and_of_the_scenarios_as_they_are():
    scores = read_battle_scores(LAW)
    assert scores is not None
    page = (paths.scenario_folder().parent / "docs" / "battles.md").read_text(encoding="utf-8")
    assert f"frozen forecasts {scores.results_digest[:8]}" in page
    assert f"a Brier score of {scores.overall.brier:.3f} over {len(scores.battles)} battles" in page
    assert scores.battles == {name: load(name).compute_digest() for name in scores.battles}


def test_the_scores_are_taken_from_an_output(inferred):
    from sim.storage.reader import open_output

    output = open_output(inferred["cross-validate"])
    scores = battle_scores.collect_scores(output)
    rows = [row for row in output.read_table("scores").to_pylist() if row["score"] == "brier"]
    (pooled,) = [row for row in rows if row["kind"] == "all" and row["forecaster"] == "pooled"]
    assert (scores.overall.brier, scores.overall.questions) == (pooled["value"], pooled["n_questions"])
    assert [each.about for each in scores.by_kind] == ["who holds a place", "what an order brings", "losses"][
        : len(scores.by_kind)
    ]


def test_leads_are_counted_by_their_intervals(scenario_folder):
    def score(about, *intervals):
        leads = tuple(
            Lead(baseline=str(n), difference=(low + high) / 2, low=low, high=high)
            for n, (low, high) in enumerate(intervals)
        )
        return QuestionKindScore(about=about, questions=30, brier=0.2, leads=leads)

    by_kind = (score("places", (0.1, 0.2), (0.01, 0.3)), score("losses", (-0.1, 0.2), (-0.3, -0.1)))
    scores = BattleScores(
        results_digest="", law="square", battles={"a": "", "b": ""}, overall=score("all"), by_kind=by_kind
    )
    assert format_scores(scores) == (
        "Each of 2 documented battles was forecast from the others, its recorded orders and strengths given: over 30 "
        "recorded answers the Brier score is 0.20 (0 is perfect, a coin toss scores 0.25). Set beside simple "
        "baselines, the model is clearly ahead of 2 of 2 on places and of none of 2 on losses (and behind 1)."
    )
    assert describe_trust("square") == ""
    scores.seal().write(find_scores_file())
    assert describe_trust("square") == format_scores(scores)
    assert describe_trust("linear") == ""
    find_scores_file().write_text(scores.model_dump_json(), encoding="utf-8")  # without its seal
    assert describe_trust("square") == ""
