"""A scenario's own bibliography: its keys count beside the shipped ones, and any other is an error of `sim check`."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.cli.main import main
from sim.scenario import ScenarioError, find_scenario_file, load
from sim.scenario.bibliography import find_unknown_references, iter_cited_keys, read_keys, read_shipped_keys

GAZETTE = "gazette: {name: the Gazette, kind: press, reference: invented}"
ENTRY = "@misc{Gazette2001,\n  title = {The Gazette}\n}\n"


def write(folder, reference: str, own: str | None = None, more: str = "") -> str:
    """The teaching scenario with another reference of the Gazette and a bibliography of its own."""
    text = (
        find_scenario_file("teaching")
        .read_text(encoding="utf-8")
        .replace(GAZETTE, GAZETTE.replace("invented", reference))
    )
    path = folder / "own.yaml"
    path.write_text(text.replace("\nsources:\n", f"\n{more}\nsources:\n", 1), encoding="utf-8")
    if own is not None:
        (folder / "own.bib").write_text(own, encoding="utf-8")
    return str(path)


def check(capsys, *words: str) -> tuple[int, str]:
    """The exit code of `sim check`, and all that it prints."""
    with pytest.raises(SystemExit) as end:
        main(["check", *words])
    captured = capsys.readouterr()
    return int(end.value.code or 0), captured.out + captured.err


@pytest.mark.parametrize("name", ["teaching", "dec2014"])
def test_what_is_shipped_cites_what_is_shipped(name):
    assert find_unknown_references(load(name), find_scenario_file(name)) == []
    assert len(list(iter_cited_keys(load(name)))) >= 3


def test_a_key_of_ones_own_is_sound(tmp_path, capsys):
    assert check(capsys, write(tmp_path, "Gazette2001", ENTRY))[0] == 0


def test_an_unknown_key_is_an_error_with_its_place_and_the_nearest_key(tmp_path, capsys):
    path = write(tmp_path, "Gazete2001", ENTRY)
    code, told = check(capsys, path)
    assert code == 2
    assert "sources.gazette.reference: no such entry of the bibliography; did you mean Gazette2001?" in told
    assert "(got Gazete2001; allowed a key of own.bib or of the shipped sources.bib)" in told
    line = next(
        n for n, text in enumerate((tmp_path / "own.yaml").read_text().splitlines(), start=1) if "Gazete2001" in text
    )
    assert f"own.yaml:{line}:" in told
    code, told = check(capsys, path, "--json")
    assert code == 2
    assert "did you mean Gazette2001?" in json.dumps(json.loads(told))


def test_a_prior_cites_too(tmp_path, capsys):
    path = write(tmp_path, "invented")
    text = (tmp_path / "own.yaml").read_text(encoding="utf-8")
    cited = text.replace("bomb_arrives: {", "bomb_arrives: {reference: [Radfrod2023], ", 1)
    (tmp_path / "own.yaml").write_text(cited, encoding="utf-8")
    code, told = check(capsys, path)
    assert code == 2
    assert "did you mean Radford2023?" in told


def test_the_bibliography_may_be_named(tmp_path, capsys):
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "all.bib").write_text(ENTRY, encoding="utf-8")
    path = write(tmp_path, "Gazette2001", None, "bibliography: books/all.bib")
    assert check(capsys, path)[0] == 0
    (tmp_path / "books" / "all.bib").unlink()
    code, told = check(capsys, path)
    assert (code, "bibliography: no such file" in told) == (2, True)


def test_a_bibliography_outside_the_folder_is_refused(tmp_path, capsys):
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "all.bib").write_text(ENTRY, encoding="utf-8")
    code, told = check(capsys, write(inner, "Gazette2001", None, "bibliography: ../all.bib"))
    assert (code, "outside the scenario's folder" in told) == (2, True)


@settings(max_examples=60, deadline=None)
@given(keys=st.lists(st.from_regex(r"[A-Za-z][A-Za-z0-9:_.-]{0,12}", fullmatch=True), unique=True, max_size=8))
def test_every_key_of_a_file_is_found_and_a_comment_is_none(tmp_path_factory, keys):
    path = tmp_path_factory.mktemp("bib") / "x.bib"
    entries = [f"@book{{{key},\n  title = {{A title, with @signs{{}}}}\n}}\n" for key in keys]
    path.write_text("% @misc{hidden, x}\n@comment{no,}\n@string{abbr = {x}}\n" + "".join(entries), encoding="utf-8")
    assert read_keys(path) == frozenset(keys)


def test_a_key_twice_and_what_is_no_text_are_refused(tmp_path):
    (tmp_path / "twice.bib").write_text(ENTRY * 2, encoding="utf-8")
    (tmp_path / "bytes.bib").write_bytes(b"@misc{a,\xff}")
    with pytest.raises(ScenarioError, match=r"has a key twice \(got Gazette2001\)"):
        read_keys(tmp_path / "twice.bib")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        read_keys(tmp_path / "bytes.bib")


def test_the_shipped_keys_are_all_there():
    assert {"CDB90", "Radford2023", "invented"} <= read_shipped_keys()
