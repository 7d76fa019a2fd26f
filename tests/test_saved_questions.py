"""Questions that the explorer saves: `sim whatif` asks them; nothing is overwritten, nothing elsewhere is read."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.explorers import make_explorer

from sim.serve import questions
from sim.serve.levers import PositionError, make_perturbation_settings
from sim.serve.long_runs import Archive
from sim.serve.question_service import QuestionService
from sim.serve.questions import MAX_NAME, QuestionFolder, make_name

TEXT = "What if Amber had been twice as strong?"
STATE = {"levers": {"strength.amber": 200}, "settings": {}}


@pytest.fixture
def folder(tmp_path):
    return QuestionFolder(tmp_path / "serve" / "conf")


@pytest.fixture
def archive(tmp_path, folder):
    return Archive(tmp_path, folder)


def save(folder, text=TEXT, percent=200):
    explorer = make_explorer()
    base = explorer.find_base(explorer.settings)
    positions = {"strength.amber": percent}
    perturb = make_perturbation_settings(base.levers, positions)
    return folder.save(text, "teaching", perturb, ("scenario=teaching", "seed=7"), {**STATE, "levers": positions})


def test_a_saved_question_is_one_of_sim_whatif_and_stands_among_the_outputs(folder, archive, call, tmp_path):
    question = save(folder)
    code, out, err = call(*question.list_arguments(3), f"outputs={tmp_path}")
    assert code == 0, err
    assert TEXT in out
    [found] = archive.list_outputs(archive.list_questions())
    assert tmp_path / found["folder"] == Path(out.splitlines()[-1])
    assert (found["question"], found["command"], found["runs"]) == (TEXT, "whatif", 3)
    assert TEXT in archive.read_page(found["folder"]).decode()
    assert archive.count_done(question.name) == 0.0  # it is not under way


def test_the_question_of_a_game_is_one_of_the_list_and_is_asked_as_any_other(archive, call, tmp_path):
    script = tmp_path / "answers.txt"
    script.write_text("send riders fort\nrest\n")
    words = ("scenario=teaching", "side=teal", "law=linear", "runs=4", "workers=1", f"script={script}")
    assert call("play", *words, f"outputs={tmp_path}")[0] == 0
    [question] = archive.list_questions()
    assert question.text == "A game as Teal: what does it do to send the riders to the fort?"
    assert (tmp_path / question.game / "report.html").is_file()
    assert "runs=4" not in question.arguments
    code, _, err = call(*question.list_arguments(3), f"outputs={tmp_path}")
    assert code == 0, err
    [found] = [each for each in archive.list_outputs(archive.list_questions()) if each["command"] == "whatif"]
    assert (found["question"], found["runs"]) == (question.text, 3)
    assert question.text in archive.read_page(found["folder"]).decode()
    assert "law=linear" in question.arguments
    file = tmp_path / question.game / "game.json"
    file.write_text(file.read_text().replace("linear", "square"))
    assert archive.list_questions() == []  # of a game that can't be trusted nothing is asked


def test_a_refresh_of_the_page_reads_each_file_once(folder, archive, monkeypatch):
    for percent in (150, 200):
        save(folder, percent=percent)
    reads = Counter()
    monkeypatch.setattr(questions, "read_regular_file", lambda path, limit: reads.update([path]) or path.read_bytes())
    shown = QuestionService(None, None, archive, "teaching").describe()
    assert len(shown["questions"]) == len(reads) == 2
    assert set(reads.values()) == {1}


def test_what_is_saved_is_listed_and_the_same_again_is_no_other(folder, archive):
    first, again, other = save(folder), save(folder), save(folder, percent=150)
    assert first == again
    assert other.name == f"{first.name}_2"
    assert {each.name: each for each in folder.list_all()} == {each.name: each for each in (first, other)}
    assert archive.find_question(other.name) == other


@pytest.mark.parametrize("text", ["", "   ", "???", "a" * 301])
def test_a_question_without_words_is_refused(folder, text):
    with pytest.raises(PositionError, match="not a question in words"):
        save(folder, text)


def test_nothing_moved_is_nothing_to_ask(folder):
    with pytest.raises(PositionError, match="nothing is moved"):
        folder.save(TEXT, "teaching", {}, (), STATE)
    assert not folder.folder.exists()


@pytest.mark.parametrize(
    "content", ["", "question_text: no", "# explorer: []\nquestion_text: 1", "\x00", "# explorer: {"]
)
def test_files_of_others_are_left_out(folder, content):
    save(folder)
    (folder.group_folder / "other.yaml").write_text(content)
    assert [each.text for each in folder.list_all()] == [TEXT]


@given(st.text(max_size=400))
def test_no_text_makes_a_name_that_leads_elsewhere(text):
    name = make_name(text)
    assert len(name) <= MAX_NAME
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


@pytest.mark.parametrize("runs", [99, 100_001, True, "100", None, 1e3])
def test_battles_at_length_are_bounded(archive, folder, runs):
    name = save(folder).name
    with pytest.raises(PositionError, match="100 to 100000"):
        archive.start(name, runs)


@pytest.mark.parametrize("name", ["", "../elsewhere", "nowhere"])
def test_no_other_question_is_asked(archive, name):
    with pytest.raises(PositionError, match="no such question"):
        archive.start(name, 100)


@pytest.mark.parametrize("folder_name", ["..", "../..", "base/../..", "", "/etc", "base/none"])
def test_no_page_from_elsewhere_is_shown(archive, folder_name):
    (archive.outputs.parent / "report.html").write_text("elsewhere")
    with pytest.raises(PositionError, match="no such output"):
        archive.read_page(folder_name)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"command": 1}', "[" * 20_000])
def test_spoilt_outputs_are_left_out_of_the_list(archive, content):
    spoilt = archive.outputs / "base" / "2026-01-01"
    spoilt.mkdir(parents=True)
    (spoilt / "run.json").write_text(content)
    assert archive.list_outputs(archive.list_questions()) == []


@pytest.mark.slow
def test_two_outputs_stand_side_by_side_once(archive, call, tmp_path):
    for seed in (1, 2):
        assert call("run", "scenario=teaching", "runs=3", f"seed={seed}", "workers=1", f"outputs={tmp_path}")[0] == 0
    second, first = [each["folder"] for each in archive.list_outputs(archive.list_questions())]
    page = archive.compare(first, second).decode()
    assert "Two outputs beside each other" in page
    assert archive.compare(first, second).decode() == page
    assert [each["command"] for each in archive.list_outputs(archive.list_questions())].count("diff") == 1


@pytest.mark.slow
def test_what_can_not_be_compared_is_refused_in_a_sentence(archive, folder, call, tmp_path):
    question = save(folder)
    assert call(*question.list_arguments(3), f"outputs={tmp_path}")[0] == 0
    assert call("run", "scenario=teaching", "runs=3", "workers=1", f"outputs={tmp_path}")[0] == 0
    first, second = [each["folder"] for each in archive.list_outputs(archive.list_questions())]
    with pytest.raises(PositionError, match="diff: ") as refused:
        archive.compare(first, second)
    assert "\n" not in str(refused.value)
    for other in ("", "..", "/etc", "diff/nothing"):
        with pytest.raises(PositionError, match="no such output"):
            archive.compare(first, other)
