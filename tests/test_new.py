"""`sim new`: a skeleton that passes every check and runs, and stays so as the rules grow."""

import json
import re
import sys
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from sim import paths
from sim.scenario import load
from sim.scenario.lint import run_rules
from sim.scenario.loading import build_scenario
from sim.scenario.prior_packs import load_pack
from sim.scenario.prior_requirements import iter_parameter_meanings
from sim.scenario.yaml_parser import read_document

FOLDER = paths.scenario_folder()
TEMPLATE = FOLDER / "templates" / "skeleton.yaml"


def missing_from(text: str) -> list[str]:
    """The priors that rules ask for and neither a text nor its pack gives, or the text without their meaning."""
    meanings = dict(iter_parameter_meanings())
    packed = load_pack("engagement").parameters if "prior_packs: [{file: engagement," in text else {}
    stated = [name for name in meanings if name not in packed]
    return [name for name in stated if f"  # {meanings[name]}\n  {name}: " not in text]


def test_the_template_has_every_prior_of_the_rules_and_what_it_means():
    assert missing_from(TEMPLATE.read_text(encoding="utf-8")) == []


def test_a_prior_that_the_template_lacks_is_seen():
    text = TEMPLATE.read_text(encoding="utf-8")
    assert missing_from(text.replace("  supply_days: ", "  suply_days: ")) == ["supply_days"]
    assert missing_from(text.replace("# days that a force can fight", "# days that it can fight")) == ["supply_days"]


def test_the_template_keeps_to_the_schema_and_to_every_rule():
    document = read_document(TEMPLATE)
    schema = json.loads((FOLDER / "scenario.schema.json").read_text(encoding="utf-8"))
    assert list(Draft7Validator(schema).iter_errors(document.data)) == []
    assert [one for one in run_rules(build_scenario(document.data, document), document.data) if one.findings] == []


@pytest.mark.slow
def test_a_new_scenario_passes_the_check_and_runs(call, tmp_path):
    path = tmp_path / "my_battle.yaml"
    code, out, err = call("new", "my_battle", f"folder={tmp_path}")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{path}: written. Now fill it in, and check it after each step:",
        f"  sim check {path}",
        f"  sim run scenario={path}",
    ]
    assert load(path).name == "my_battle"
    assert call("check", str(path))[0] == 0
    code, out, err = call("run", f"scenario={path}", "runs=5", "workers=1", f"outputs={tmp_path / 'outputs'}")
    assert (code, err) == (0, "")
    assert (Path(out.splitlines()[-1]) / "run.json").is_file()


def test_a_new_scenario_names_the_schema_that_there_is(call, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert call("new", "a")[0] == 0
    first = (tmp_path / "here" / "a.yaml").read_text(encoding="utf-8").splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", first)
    assert named
    assert (tmp_path / "here" / named[1]).resolve() == (FOLDER / "scenario.schema.json").resolve()


def test_nothing_is_overwritten(call, tmp_path):
    (tmp_path / "a.yaml").write_text("mine", encoding="utf-8")
    code, out, err = call("new", "a", f"folder={tmp_path}")
    assert (code, out) == (2, "")
    assert err == f"sim: {tmp_path}/a.yaml: exists already; nothing is overwritten\n"
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], "new takes one name (got 0)"),
        (["a", "b"], "new takes one name (got 2)"),
        (["A"], "name: not an id (got 'A'; allowed: small letters, digits, underscores)"),
        (["1a"], "name: not an id"),
        (["a.yaml"], "name: not an id"),
        (["../a"], "name: not an id"),
        (["a\n"], "name: not an id"),
        ([""], "name: not an id"),
        (["a", "folder=nosuch"], "folder: no such folder (got 'nosuch')"),
        (["a", "folder="], "folder: no such folder (got '')"),
        (["a", "folder=.", "folder=.."], "folder: is set twice (got . and ..)"),
        (["a", "--force"], "no such option '--force'"),
    ],
)
def test_bad_words_are_told_and_nothing_is_written(call, tmp_path, monkeypatch, words, wanted):
    monkeypatch.chdir(tmp_path)
    code, out, err = call("new", *words)
    assert (code, out) == (2, "")
    assert wanted in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="folders are always writable there")
def test_a_file_that_cannot_be_made_is_told(call, tmp_path):
    code, _, err = call("new", "a" * 300, f"folder={tmp_path}")
    assert code == 2
    assert "can't be written: File name too long" in err


def list_unknown_keys(text: str) -> list[str]:
    """Words of the comments that look like keys, in backticks or with an underscore, and are none of the schema."""
    known = set(re.findall(r'"(\w+)"', (FOLDER / "scenario.schema.json").read_text(encoding="utf-8")))
    known |= {name for name, _ in iter_parameter_meanings()}
    comments = " ".join(re.findall(r"#(.*)", text))
    named = re.findall(r"`(\w+)[`:]", comments) + re.findall(r"\b[a-z]+_[a-z_]+\b", comments)
    rootless = {word for word in named if word not in known and f" {word}:" not in text}
    return sorted(word for word in rootless if word.removesuffix("_red").removesuffix("_blue") not in known)


def test_the_comments_of_the_template_name_keys_that_there_are():
    assert list_unknown_keys(TEMPLATE.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("former", ["`says` is your own", "counts in `at: battle 1.2`", "see if_held, and more"])
def test_a_former_key_in_a_comment_is_seen(former):
    assert list_unknown_keys(f"begins: 2001-06-01  # {former}\n") != []
