"""Words for a reader, from any command: those from right to left are isolated, and any encoding takes them."""

import sys
from contextlib import redirect_stderr, suppress
from functools import reduce
from io import BytesIO, StringIO, TextIOWrapper
from operator import getitem

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.battles import teaching_data, validated
from support.field_extremes import change, iterate_fields
from support.pages import write_scenario_file
from support.scripts import RIGHT_TO_LEFT, draw_name

from sim.cli.main import print_errors, run_safely
from sim.report.text_direction import FIRST_STRONG_ISOLATE, isolate_runs
from sim.scenario import ScenarioError

ENCODINGS = ("ascii", "latin-1", "cp437", "cp1256", "koi8-r", "shift_jis", "utf-8")
INVISIBLE = st.text(st.characters(categories=["Zs", "Mn"]), min_size=3, max_size=8)


def is_written(path, data):
    """Whether plain data have a field in the form of the model."""
    with suppress(KeyError, IndexError, TypeError):
        return isinstance(reduce(getitem, path, data), str)
    return False


# Whether a source is in the bibliography is a rule of `sim check`.
TEACHING = teaching_data()
TEXTS = [
    path
    for path, value, _ in iterate_fields(validated(TEACHING))
    if isinstance(value, str) and path[-1] != "reference" and is_written(path, TEACHING)
]


@pytest.mark.parametrize("script", RIGHT_TO_LEFT)
@settings(max_examples=20)
@given(data=st.data())
def test_messages_isolate_what_is_written_from_right_to_left(script, data):
    name = data.draw(draw_name(script))
    with redirect_stderr(StringIO()) as stream:
        print_errors([f"scenario: unknown scenario (got {name!r}; allowed: teaching)"])
    said = stream.getvalue()
    assert said == isolate_runs(said)
    assert (FIRST_STRONG_ISOLATE in said) == (FIRST_STRONG_ISOLATE in isolate_runs(name))


@pytest.mark.parametrize("name", ["القلعة", "דרך 12"])
def test_check_list_and_new_isolate_what_is_written_from_right_to_left(name, call, tmp_path):
    def rename(plain):
        plain["title"] = name
        plain["forces"]["watch"]["name"] = name
        plain["unheard_of"] = name

    path = write_scenario_file(tmp_path / "scenarios", rename)
    table = tmp_path / "places.csv"
    table.write_text(f"name,latitude,longitude\n{name},50,10\n{name} b,50.1,10.1\n", encoding="utf-8")
    for words in (
        ["check", str(path)],
        ["check", name],
        ["list", "scenarios", "--scenarios", str(path.parent)],
        ["new", "drawn", f"from={table}", f"folder={tmp_path}"],
        ["run", f"scenario={name}"],
        ["run", f"law={name}"],
    ):
        _, out, err = call(*words)
        assert (out, err) == (isolate_runs(out), isolate_runs(err)), words
    assert name.split()[0] in err


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_stream_of_any_encoding_takes_every_name(encoding, monkeypatch, tmp_path):
    path = write_scenario_file(tmp_path / "scenario", lambda plain: plain.update(title="Übung القلعة 漢"))
    for words in (["diary", f"scenario={path}"], ["check", str(path), "--json"]):
        stream = TextIOWrapper(BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        assert run_safely(words) == 0
        stream.flush()
        assert stream.buffer.getvalue()  # type: ignore[attr-defined]


@settings(max_examples=60)
@given(st.sampled_from(TEXTS), INVISIBLE)
def test_a_text_in_which_nothing_can_be_seen_is_refused(path, blank):
    with pytest.raises(ScenarioError):
        validated(change(teaching_data(), path, blank))


def test_what_is_said_of_a_blank_reason_is_where_it_stands_and_what_is_missing():
    with pytest.raises(ScenarioError, match=r"places\.fort\.rationale: nothing in it can be seen: write it in words"):
        validated(change(teaching_data(), ("places", "fort", "rationale"), " \u00a0 \u0301"))
