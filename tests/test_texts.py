"""Several texts: what a citation means, what is refused, what is known at a cut, where texts and sources are named."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.cli.main import main
from sim.report.html.sections.claims import list_origins
from sim.report.trace import format_trace_page
from sim.scenario import Scenario, ScenarioError, find_scenario_file, load
from sim.scenario.as_of import find_known_claims
from sim.scenario.citations import find_cited_text, format_citation
from sim.types import RecordDates, TextPosition

TEXTS = """texts:
  gazette_file: {title: The file of the Gazette, address: "https://example.org/gazette", date: 2001-06-05,
    language: English, sections: [front, back], summary_sections: [back]}
  memoir: {title: A memoir, date: 1999, licence: in copyright, pages: true}
"""
SOURCE = "gazette: {name: the Gazette, kind: press, reference: invented}"
DATED_SOURCE = SOURCE.replace("invented", 'invented, address: "https://example.org", dates: 2001-06-02 to 2001-06-03')
DATES: TypeAdapter[str] = TypeAdapter(RecordDates)


def write(folder, *changes: tuple[str, str]) -> str:
    """The teaching scenario with several texts and these changes, as a file of its own."""
    text = find_scenario_file("teaching").read_text(encoding="utf-8")
    for old, new in (("\nsummary:\n", f"\n{TEXTS}\nsummary:\n"), (SOURCE, DATED_SOURCE), *changes):
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "several.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def cite(folder, citation: str) -> Scenario:
    """The scenario with another citation of the claim that the hill was regained."""
    return load(write(folder, ("citation: battle 3.1", f"citation: {citation}")))


@pytest.mark.parametrize(
    ("citation", "text", "words"),
    [
        ("battle 3.1", "", "A made-up account of a made-up battle, battle, paragraph 3, sentence 1"),
        ("gazette_file front 2.4", "gazette_file", "The file of the Gazette, front, paragraph 2, sentence 4"),
        ("memoir 212.3", "memoir", "A memoir, page 212, paragraph 3"),
    ],
)
def test_a_citation_names_its_text(tmp_path, citation, text, words):
    scenario = cite(tmp_path, citation)
    found = next(claim.citation for claim in scenario.claims.values() if str(claim.citation) == citation)
    assert find_cited_text(scenario, found) == text
    assert format_citation(scenario, found) == words


@pytest.mark.parametrize(
    ("citation", "said"),
    [
        ("gazete_file front 1.1", "no such text; did you mean gazette_file? (got gazete_file; allowed gazette_file"),
        ("gazette_file frnt 1.1", "no such section of the text; did you mean front? (got frnt; allowed front, back)"),
        ("gazette_file 1.1", "names a text without its section (got gazette_file; allowed gazette_file front"),
        ("memoir front 1.1", "no such section of the text (got front; allowed none: cite it as `memoir 1.1`)"),
        ("memoirs 1.1", "no such section or text; did you mean memoir? (got memoirs; allowed battle, gazette_file"),
        ("a b c 1.1", "not a position in the text"),
    ],
)
def test_a_citation_of_nothing_is_refused_with_the_nearest_name(tmp_path, citation, said):
    with pytest.raises(ScenarioError) as error:
        cite(tmp_path, citation)
    assert said in str(error.value)
    assert "claims.hill_regained.citation" in str(error.value)


def test_a_scenario_has_a_text(tmp_path):
    text = find_scenario_file("teaching").read_text(encoding="utf-8")
    head, _, rest = text.partition("text:\n")
    (tmp_path / "none.yaml").write_text(head + rest[rest.index("\nsummary:") :], encoding="utf-8")
    with pytest.raises(ScenarioError, match="there is no text: give `text`, or several under `texts`"):
        load(tmp_path / "none.yaml")


def test_texts_alone_will_do(tmp_path):
    """Every citation then names one of them, and the one without its name is refused."""
    text = find_scenario_file("teaching").read_text(encoding="utf-8")
    head, _, rest = text.partition("text:\n")
    bare = head + "texts:\n  account: {title: An account, sections: [battle]}\n" + rest[rest.index("\nsummary:") :]
    (tmp_path / "named.yaml").write_text(bare.replace("citation: battle", "citation: account battle"), encoding="utf-8")
    assert set(load(tmp_path / "named.yaml").claims) == set(load("teaching").claims)
    (tmp_path / "bare.yaml").write_text(bare, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"no such text .*got battle; allowed account"):
        load(tmp_path / "bare.yaml")


def test_without_texts_nothing_is_new():
    """The digest of a scenario of one text is what it was before there could be several."""
    data = load("teaching").model_dump(mode="json")
    assert "texts" not in data
    assert set(data["text"]) == {"title", "retrieved", "source", "sections", "summary_sections"}
    assert set(data["sources"]["gazette"]) == {"name", "kind", "side", "reference", "note"}
    assert set(data["claims"]["hill_regained"]["citation"]) == {"section", "paragraph", "sentence"}


def test_a_file_comes_back_as_it_was(tmp_path):
    scenario = cite(tmp_path, "memoir 212.3")
    again = Scenario.model_validate(scenario.model_dump(mode="json", exclude_unset=True))
    assert again == scenario
    assert again.compute_digest() == scenario.compute_digest() != load("teaching").compute_digest()


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), st.integers(1, 999), st.integers(1, 99))
def test_a_position_is_written_as_it_was_read(name, paragraph, sentence):
    for written in (f"{name} {paragraph}.{sentence}", f"{name} battle {paragraph}.{sentence}"):
        position = TextPosition.model_validate(written)
        assert str(position) == written
        assert TextPosition.model_validate(position.model_dump(mode="json")) == position


@settings(max_examples=60)
@given(st.dates(), st.dates())
def test_dates_are_one_or_two_in_order(one, other):
    first, last = sorted((one, other))
    for text in (str(first), str(first)[:7], str(first)[:4], f"{first} to {last}", f"{str(first)[:4]} to {last}"):
        assert DATES.validate_python(text) == text
    if first != last:
        with pytest.raises(ValidationError, match="before it begins"):
            DATES.validate_python(f"{last} to {first}")


@pytest.mark.parametrize("written", ["June 1982", "1982-13", "1982-02-30", "1982-5-2", "", "1982 to", True, 1.5, None])
def test_what_is_no_date_is_refused(written):
    with pytest.raises(ValidationError):
        DATES.validate_python(written)


def test_an_undated_claim_is_known_by_its_place_in_its_own_text(tmp_path):
    """In the account it stands after what was still to come; in another text nothing is open before it."""
    cut = datetime(2001, 6, 2)
    remark = "{statement: a remark, citation: CITED, source: account, role: context, reason: a remark}"
    added = f"\nclaims:\n  later_remark:\n    {remark}\n"
    known = {}
    for cited in ("battle 1.1", "battle 9.9", "memoir 9.9", "gazette_file back 1.1"):
        scenario = load(write(tmp_path, ("\nclaims:\n", added.replace("CITED", cited))))
        known[cited] = find_known_claims(scenario, cut)
    assert {cited for cited, ids in known.items() if "later_remark" in ids} == {"battle 1.1", "memoir 9.9"}


def test_the_page_of_the_texts_has_a_table_for_each(tmp_path):
    page = "\n".join(format_trace_page(cite(tmp_path, "memoir 212.3"), []))
    for words in ("*The file of the Gazette*, 2001-06-05, https://example.org/gazette", "## A memoir\n", "| 212.3 | "):
        assert words in page
    assert "## The file of the Gazette: front" in page
    assert "| page.paragraph | in our words" in page


def test_dates_and_addresses_are_listed_if_there_are_any(tmp_path):
    origins = dict(list_origins(cite(tmp_path, "memoir 212.3")))
    assert origins["A memoir"] == ("1999", "in copyright")
    assert origins["the Gazette"] == ("2001-06-02 to 2001-06-03", "press", "https://example.org")
    assert list_origins(load("teaching")) == []


INDEX = "section,paragraph,sentence,kind,item,covered_by,excuse\n"
ROW = "battle,1,1,place,the village,places.village claims.village_taken,\n"


def index_rows(scenario: Scenario) -> str:
    """A row for each position that a claim cites, with its text."""
    rows = {}
    for id, claim in scenario.claims.items():
        text, at = claim.citation.text or "", claim.citation
        section = "" if str(at).startswith("memoir") else at.section
        name = "memoir" if not section else text
        rows[str(at)] = f"{name},{section},{at.paragraph},{at.sentence},number_word,a,claims.{id},\n"
    return "text," + INDEX + "".join(rows.values())


def run(*words: Any) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    return int(end.value.code or 0)


@pytest.mark.parametrize("place", ["several.csv", "index/several.csv"])
def test_the_index_may_lie_beside_the_scenario(tmp_path, capsys, place):
    scenario = cite(tmp_path, "memoir 212.3")
    path = tmp_path / place
    path.parent.mkdir(exist_ok=True)
    path.write_text(index_rows(scenario), encoding="utf-8")
    assert run("trace", tmp_path / "several.yaml") == 0
    assert "## A memoir" in capsys.readouterr().out
    path.write_text(index_rows(scenario).replace("memoir,,212,3", "memoir,,213,3"), encoding="utf-8")
    assert run("trace", tmp_path / "several.yaml") == 2
    assert "claims.hill_regained: at memoir 212.3, of which the index has nothing" in capsys.readouterr().err


def test_without_an_index_both_places_are_named(tmp_path, capsys):
    cite(tmp_path, "memoir 212.3")
    assert run("trace", tmp_path / "several.yaml") == 2
    told = capsys.readouterr().err
    assert "has no index of its text" in told
    assert "index/several.csv or " in told
