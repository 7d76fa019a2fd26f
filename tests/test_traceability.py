"""Nothing of the text is lost: each number, date, place, unit, person and source became something, or is excused."""

from dataclasses import replace

import pytest

from sim.cli.main import main
from sim.report.trace import format_trace_page
from sim.scenario import ScenarioError, find_scenario_file, load
from sim.scenario.traceability import ITEM_CHECKS, IndexItem, check_item, find_coverage_faults, find_index, read_index

MOST_EXCUSED = 3
HEAD = "section,paragraph,sentence,kind,item,covered_by,excuse"


@pytest.fixture(scope="module")
def scenario():
    return load("dec2014")


@pytest.fixture(scope="module")
def items(scenario) -> list[IndexItem]:
    return read_index(find_index(find_scenario_file("dec2014")))


def item(items, at: str, text: str) -> IndexItem:
    """The item of a sentence that begins with these words."""
    return next(item for item in items if item.position == at and item.item.startswith(text))


def faults_with(scenario, items, changed: IndexItem) -> list[str]:
    """What is said of the index with one item changed."""
    return find_coverage_faults(scenario, [changed if item.line == changed.line else item for item in items])


def test_everything_in_the_text_became_something_or_is_excused(scenario, items):
    assert len(items) > 350
    assert {item.kind for item in items} == set(ITEM_CHECKS)
    assert find_coverage_faults(scenario, items) == []


@pytest.mark.parametrize("name", ["dienbienphu", "goose_green", "khafji", "rorkes_drift", "shaer", "shiloh"])
def test_everything_that_the_index_of_another_battle_names_became_something(name):
    scenario, items = load(name), read_index(find_index(find_scenario_file(name)))
    assert find_coverage_faults(scenario, items) == []
    without = [item for item in items if item.position != items[0].position]
    assert any(items[0].position in fault for fault in find_coverage_faults(scenario, without))


@pytest.mark.parametrize("kind", ITEM_CHECKS)
def test_an_item_may_be_covered_by_an_entry_of_any_section(scenario, kind):
    """Whatever an id names, the check answers in words."""
    sections = ("claims", "sources", "sides", "places", "roads", "forces", "orders", "weather", "priors", "readings")
    for section in sections:
        for id in list(getattr(scenario, section))[:3]:
            one = IndexItem(2, "lead 1.1", kind, "Third Battalion, 3 December", (f"{section}.{id}",), "")
            assert all(isinstance(fault, str) for fault in check_item(scenario, one))


def test_hardly_anything_is_excused_and_each_time_for_a_reason(items):
    excused = [item for item in items if item.excuse]
    assert 0 < len(excused) <= MOST_EXCUSED
    assert all(len(item.excuse.split()) > 4 for item in excused)


def test_no_sentence_between_the_first_and_the_last_of_a_paragraph_is_missing_from_the_index(items):
    places = {tuple(item.position.replace(".", " ").split()) for item in items}
    last = {}
    for section, paragraph, sentence in places:
        last[section, paragraph] = max(int(sentence), last.get((section, paragraph), 0))
    missing = {
        (section, paragraph, n)
        for (section, paragraph), count in last.items()
        for n in range(1, count + 1)
        if (section, paragraph, str(n)) not in places
    }
    assert missing == set()


def test_the_page_is_fresh(scenario, items):
    page = find_scenario_file("dec2014").parent / "coverage.md"
    assert page.read_text(encoding="utf-8") == "\n".join(format_trace_page(scenario, items)) + "\n", "run `make trace`"


def test_the_page_goes_stale_with_a_claim(scenario, items):
    claim = scenario.claims["gate_bombed"].model_copy(update={"statement": "a car bomb went off somewhere"})
    changed = scenario.model_copy(update={"claims": scenario.claims | {"gate_bombed": claim}})
    assert list(format_trace_page(changed, items)) != list(format_trace_page(scenario, items))


def test_every_sentence_with_a_claim_stands_on_the_page(scenario, items):
    page = "\n".join(format_trace_page(scenario, items))
    assert all(f"`{id}`" in page for id in scenario.claims)


@pytest.mark.parametrize(
    ("at", "text", "change", "said"),
    [
        ("battle 1.2", "19 soldiers", {"item": "20 soldiers and NDF fighters"}, "20 stands in none of them"),
        ("battle 9.2", "70 percent", {"item": "71 percent of al-Mari'iyah"}, "71 stands in none of them"),
        ("aftermath 2.1", "1.5 km", {"item": "1.6 km of land"}, "1.6 stands in none of them"),
        ("infobox 12.1", "3,000+", {"item": "30,000+ militants"}, "30,000 stands in none of them"),
        ("battle 1.6", "ten airstrikes", {"item": "eight airstrikes"}, "eight stands in none of them"),
        ("battle 1.6", "ten airstrikes", {"covered_by": ("orders.airstrikes_4",)}, "no claim among them"),
        ("battle 10.1", "13 December", {"item": "16 December"}, "16 December lies in the time of none of them"),
        ("aftermath 4.1", "27 January", {"item": "29 January"}, "29 January lies in the time of none of them"),
        ("battle 9.1", "al-Jbeila", {"covered_by": ("orders.ambush_jbeila",)}, "no place among them"),
        ("battle 2.3", "coalition", {"item": "alliance"}, "no side or force"),
        ("infobox 9.1", "Mudar", {"covered_by": ("claims.box_units_government",)}, "comes from this sentence"),
        ("infobox 9.1", "Mudar", {"item": "Mudar Somebody"}, "no commander and no claim of that name"),
        ("battle 8.1", "a suicide", {"covered_by": ("orders.tank_bomb",)}, "no claim among them"),
        ("battle 3.5", "Al-Masdar", {"covered_by": ("claims.masdar_isil_dead_by_6", "sources.sohr")}, "of that source"),
        ("battle 3.3", "reportedly", {"covered_by": ("claims.mountain_left",)}, "no hedged claim among them"),
        ("battle 3.1", "airport", {"covered_by": ("claims.gate_bombed", "places.city")}, "comes from this sentence"),
        ("battle 3.1", "airport", {"covered_by": ("claims.nothing",)}, "the scenario does not have: claims.nothing"),
        ("battle 3.1", "airport", {"covered_by": ("nothing.at_all",)}, "the scenario does not have: nothing.at_all"),
        ("battle 3.1", "airport", {"covered_by": ()}, "neither covered nor excused"),
        ("battle 3.1", "airport", {"excuse": "it is only an airport"}, "both covered and excused"),
    ],
)  # fmt: skip
def test_damage_to_the_index_is_seen(scenario, items, at, text, change, said):
    found = faults_with(scenario, items, replace(item(items, at, text), **change))
    assert any(said in fault for fault in found)
    assert all(item(items, at, text).position in fault for fault in found)


def test_every_number_of_the_index_is_seen_when_it_is_one_more(scenario, items):
    blind = []
    for each in items:
        if each.kind == "number" and not each.excuse:
            figure = next(word for word in each.item.replace("–", " ").split() if any(c.isdigit() for c in word))
            more = "".join(str((int(c) + 1) % 10) if c.isdigit() else c for c in figure)
            if not faults_with(scenario, items, replace(each, item=each.item.replace(figure, more, 1))):
                blind.append((each.position, each.item))
    assert blind == []


def test_a_claim_at_a_sentence_that_the_index_does_not_have_is_seen(scenario, items):
    without = [item for item in items if item.position != "battle 2.3"]
    assert any("claims.convoy_dead: at battle 2.3" in fault for fault in find_coverage_faults(scenario, without))


def test_a_claim_taken_out_uncovers_what_it_stood_for(scenario, items):
    for id in ("soldiers_captured", "ten_airstrikes", "march_isil_dead", "box_strength_isil"):
        claims = {name: claim for name, claim in scenario.claims.items() if name != id}
        assert find_coverage_faults(scenario.model_copy(update={"claims": claims}), items), id


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", ":1: not the columns of an index"),
        (f"{HEAD}\nbattle,1,1,number\n", ":2: not 7 columns"),
        (f"{HEAD}\nbattle,1,1,fish,x,y,\n", ":2: unknown kind (got 'fish'"),
    ],
)
def test_a_table_that_is_no_index_is_refused(tmp_path, text, said):
    (tmp_path / "index.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        read_index(tmp_path / "index.csv")
    assert said in str(error.value)


def test_the_command_prints_the_page(scenario, items, capsys):
    with pytest.raises(SystemExit) as end:
        main(["trace", "dec2014"])
    assert end.value.code == 0
    assert capsys.readouterr().out == "\n".join(format_trace_page(scenario, items)) + "\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [(["teaching"], "has no index"), ([], "takes one scenario (got 0"), (["nowhere"], "unknown scenario")],
)
def test_the_command_refuses_what_it_can_not_tell(words, said, capsys):
    with pytest.raises(SystemExit) as end:
        main(["trace", *words])
    assert end.value.code == 2
    assert said in capsys.readouterr().err
