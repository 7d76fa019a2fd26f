"""Texts are quoted before Hydra sees them: what is written is what the setting is."""

import string
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cli.analyse import AnalyseCommandSettings
from sim.cli.calibrate import CalibrateCommandSettings
from sim.cli.compare_models import CompareModelsCommandSettings
from sim.cli.errors import SettingsError
from sim.cli.forecast import ForecastCommandSettings
from sim.cli.groups import find_config_folders
from sim.cli.multirun import MAX_JOBS, split_jobs
from sim.cli.overrides import check_overrides
from sim.cli.quoting import TEXT_SETTINGS, quote_texts, quote_words_of_all
from sim.cli.sbc import SBCCommandSettings
from sim.cli.sensitivity import SensitivityCommandSettings
from sim.cli.settings import BackendSettings, Settings, compose_settings
from sim.cli.sweep import SweepCommandSettings
from sim.cli.tipping_point import TippingPointCommandSettings

MODELS = (Settings, AnalyseCommandSettings, CalibrateCommandSettings, CompareModelsCommandSettings,
          ForecastCommandSettings, SBCCommandSettings, SensitivityCommandSettings, SweepCommandSettings,
          TippingPointCommandSettings)  # fmt: skip
NAMES = {"law"}  # a text that is one of a few names


def is_text(annotation: Any) -> bool:
    """Whether a setting is one text or path, or nothing."""
    if get_origin(annotation) in (Union, UnionType):
        return all(is_text(each) or each is type(None) for each in get_args(annotation))
    return annotation in (str, Path)


def test_the_settings_that_are_texts_are_known():
    fields = {name for model in MODELS for name, field in model.model_fields.items() if is_text(field.annotation)}
    fields |= {f"backend.{name}" for name, field in BackendSettings.model_fields.items() if is_text(field.annotation)}
    assert fields - NAMES - {"backend.name"} == TEXT_SETTINGS


# Hydra refuses control characters; what has quotes at both ends, or is a word for nothing, is not taken as it is.
texts = st.text(
    st.one_of(st.sampled_from(string.printable[:95]), st.characters(exclude_categories=["C", "Z"])), min_size=1
).filter(
    lambda text: (
        text.strip() == text
        and text[0] not in "'\""
        and "\\" not in text
        and "${" not in text
        and "_target_" not in text
        and text.lower() != "null"
        and text.isprintable()
    )
)


@pytest.mark.slow
@settings(max_examples=25)
@given(texts)
def test_a_text_is_what_was_written(text):
    assert compose_settings(["scenario=teaching", f"question_text={text}"]).question_text == text


@pytest.mark.parametrize(
    "text", ["Was wäre, wenn?", "a=b", "5", "true", "1e3", "[a]", "{a: b}", "range(1,2)", "it's", "a;b"]
)
def test_a_folder_is_what_was_written(text):
    assert compose_settings(["scenario=teaching", f"outputs={text}"]).outputs == Path(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("'a, b'", "a, b"), ('"a"', "a"), ("a\\,b", "a,b"), ("null", None), ("", "")],
)
def test_what_hydra_takes_for_a_text_stays_so(written, meant):
    assert compose_settings(["scenario=teaching", f"question_text={written}"]).question_text == meant


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(texts.filter(lambda text: not set(text) & set("[]{}(),")), min_size=1, max_size=3))
def test_words_of_lists_are_what_was_written(words):
    (argument,) = quote_words_of_all([f"+override.title=[{','.join(words)}]"])
    title = compose_settings(["scenario=teaching", argument]).override["title"]
    assert [str(each) for each in title if isinstance(each, str)] == [
        word for word, each in zip(words, title, strict=True) if isinstance(each, str)
    ]


def test_quoting_twice_is_quoting_once():
    once = quote_texts(["question_text=Was wäre, wenn?", "perturb=[ä,b]", "+override={title: ä}"])
    assert quote_texts(once) == once


# --- several jobs


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("seed=range(1,100000000)", "-m: too many jobs (got 99,999,999; allowed: at most 1,000)"),
        ("seed=range(0,1,1e-12)", "-m: too many jobs (got 1,000,000,000,000"),
        ("seed=shuffle(range(1,100000000))", "-m: too many jobs"),
        (f"seed=range(0,{MAX_JOBS + 1})", "-m: too many jobs (got 1,001;"),
        ("seed=range(3,1)", "seed: a range without a value"),
        ("seed=range(1,3,0)", "seed: a range without a value"),
        ("seed=interval(1,3)", "seed: an interval has no end of values"),
        ("seed=1,2,1", "seed: has a value twice (got 1)"),
        ("preset=glob(nosuch*)", "preset: no name fits"),
    ],
)
def test_jobs_that_can_not_be_are_refused_before_they_are_listed(argument, message):
    with pytest.raises(SettingsError) as caught:
        split_jobs([argument], find_config_folders())
    assert message in str(caught.value)


SWEEPS = ("choice(1,2)", "range(1,3)", "glob(*)", "shuffle()", "interval(0,1)", "sort(2,1)", "tag(a,choice(1,2))")


@given(st.data())
@settings(max_examples=60)
def test_several_values_inside_a_value_are_refused(data):
    """Whatever gives several values is taken alone only, and in nothing else, however deep."""
    text = data.draw(st.sampled_from(SWEEPS))
    for _ in range(data.draw(st.integers(1, 3))):
        around = data.draw(st.sampled_from(("[1,{}]", "{{a: {}}}", "choice(1,{})", "1,{}", "shuffle(1,{})")))
        if around == "1,{}" and text.startswith(("1,", "[")):
            continue
        text = around.format(text)
    with pytest.raises(SettingsError, match=r"several values inside a value|can't be read"):
        check_overrides([f"seed={text}"], find_config_folders())


def test_as_many_jobs_as_may_be_are_listed():
    jobs = split_jobs(["seed=range(0,500)", "law=square,linear"], find_config_folders())
    assert len(jobs) == MAX_JOBS
    assert jobs[:3] == [["seed=0", "law=square"], ["seed=0", "law=linear"], ["seed=1", "law=square"]]


@pytest.mark.parametrize("words", [["seed=1,-1,3"], ["law=square,linear", "+override.forces.watch.strength=5,-5"]])
def test_no_job_begins_if_one_can_not(words, call, tmp_path):
    code, out, err = call("run", "-m", "preset=teaching", "runs=1", f"outputs={tmp_path / 'o'}", *words)
    assert (code, out) == (2, "")
    assert err.startswith("sim: ")
    assert not (tmp_path / "o").exists()
