"""The report as a file: one page with everything in it, asking nothing of any network, whatever the scenario says."""

import base64
import hashlib
import json
import re

import pytest
from support.pages import (
    HOSTILE,
    PageReader,
    add_forty_places,
    add_texts,
    cancel_orders,
    find_outside_addresses,
    make_hostile,
    write_scenario_file,
)

from sim.report.html import sections
from sim.report.html.render import embed_json, inline_svg

LARGEST = 5_000_000


def write_report(call, folder, *words):
    """The page that a command writes."""
    code, out, err = call(*words, f"outputs={folder}")
    assert code == 0, err
    path = next(folder.rglob("report.html"))
    assert out.strip().endswith(str(path.parent))
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages():
    return {}


CASES = {
    "run": (None, ("run", "runs=40")),
    "one": (None, ("run", "runs=1")),
    "hostile": (make_hostile, ("run", "runs=5")),
    "texts": (add_texts, ("run", "runs=5")),
    "forty": (add_forty_places, ("run", "runs=5")),
    "nothing": (cancel_orders, ("run", "runs=5")),
    "whatif": (None, ("whatif", "perturb=[no_reserves]", "runs=20")),
    "sweep": (None, ("sweep", "factors={teal_garrison: [200, 400], law: [square, linear]}", "runs=5")),
    "long": ("dec2014", ("run", "until=2015-03-31", "runs=3")),
}


@pytest.fixture
def make_page(pages, call, tmp_path):
    """The text of a page by its name, made once."""

    def make(name):
        change, words = CASES[name]
        if name not in pages:
            scenario = change if isinstance(change, str) else "teaching"
            if callable(change):
                scenario = write_scenario_file(tmp_path / "scenario", change)
            pages[name] = write_report(call, tmp_path / "out", *words, f"scenario={scenario}", "seed=7")
        return pages[name]

    return make


@pytest.fixture(params=CASES)
def page(request, make_page):
    """Each kind of page: its name and its text."""
    return request.param, make_page(request.param)


NAMED = ("2001-06-02 to 2001-06-04", "shelf 7", "shelf 8", "page 7, paragraph 2", "reported by the end of 4 June")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "is_named"), [("run", False), ("texts", True)])
def test_texts_sources_and_when_priors_were_set_are_told_as_far_as_the_scenario_tells_them(name, is_named, make_page):
    page = make_page(name)
    assert [words for words in NAMED if (words in page) != is_named] == []
    assert ("that was set before the first battle was compared with the record." in page) == (not is_named)
    assert ("from a range." in page) == is_named


@pytest.mark.slow
def test_a_page_is_one_small_file_that_asks_no_network(page):
    _, text = page
    assert len(text.encode()) < LARGEST
    assert find_outside_addresses(text) == []
    read = PageReader(text)
    assert all(address.startswith(("#", "data:image/png;base64,")) for address in read.addresses)
    (policy,) = [each["content"] for each in read.attributes["meta"] if each.get("http-equiv")]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")


@pytest.mark.parametrize("text", ['<img src="https://a.example/x.png">', "@import 'x.css'", "url(//a.example/x)"])
def test_the_check_sees_an_address(text):
    assert find_outside_addresses(text)


def test_a_page_is_well_formed_and_no_id_comes_twice(page):
    _, text = page
    read = PageReader(text)
    assert read.faults == []
    assert read.open == []
    assert [id for id, count in read.ids.items() if count > 1] == []
    asked = set(re.findall(r"url\(#([\w-]+)\)", text)) | {each[1:] for each in read.addresses if each[0] == "#"}
    assert asked <= set(read.ids)


def test_only_our_scripts_may_run(page):
    _, text = page
    read = PageReader(text)
    (policy,) = [each["content"] for each in read.attributes["meta"] if each.get("http-equiv")]
    run = [body for attributes, body in read.scripts if attributes.get("type") != "application/json"]
    digests = [base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in run]
    assert digests == re.findall(r"'sha256-([^']+)'", policy)
    assert len(digests) == 1 + ("claims" in read.ids) + ("playback" in read.ids) + 2 * ("sliders" in read.ids)
    assert not [
        each for attributes in read.attributes.values() for one in attributes for each in one if each[:2] == "on"
    ]


def test_every_section_has_a_heading_and_a_link(page):
    _, text = page
    read = PageReader(text)
    shown = [name for name in sections.list_sections() if name in read.ids]
    assert {"assumptions", "reproduce"} <= set(shown)
    assert {f"#{name}" for name in shown} <= set(read.addresses)
    assert all(f"{name}-title" in read.ids for name in shown)


def test_each_kind_of_page_has_the_sections_that_it_can_fill(page):
    name, text = page
    shown = {each for each in sections.list_sections() if f'<section id="{each}"' in text}
    everything = set(sections.list_sections()) - {"results", "ground", "sliders"}
    wanted = {
        "whatif": everything | {"results"},
        "sweep": {"results", "sliders", "ground", "assumptions", "glossary", "reproduce"},
    }
    if name != "nothing":
        assert shown == wanted.get(name, everything)


def test_names_of_a_scenario_are_text_and_nothing_else(make_page):
    text = make_page("hostile")
    read = PageReader(text)
    assert "img" not in read.tags
    assert "b" not in read.tags
    assert len(read.scripts) == 4
    assert "document.title='taken'" not in "".join(body for a, body in read.scripts if a.get("type") is None)
    assert f"Title {HOSTILE}" in "".join(read.texts)
    assert "49" not in re.findall(r"Title [^<]*", text)[0]
    data = json.loads(next(body for attributes, body in read.scripts if attributes.get("type") == "application/json"))
    assert data["sides"][0]["name"] == f"teal {HOSTILE}"


QUESTIONS = {
    "whatif": "What would have happened without reserves?",
    "sweep": "What changes with Teal garrison and law?",
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_page_opens_with_the_question_of_its_command(make_page, name):
    text = make_page(name)
    assert re.search(r'<h1 id="title">([^<]*)</h1>', text)[1] == QUESTIONS[name]
    assert f"<title>{QUESTIONS[name]} The crossing at Millbrook" in text


def test_a_whatif_shows_maps_of_both_battles_labelled(make_page):
    text = make_page("whatif")
    labels = re.findall(r"<figcaption><strong>([^<]*)\.</strong>", text)
    assert labels == ["As it was", "Without reserves (1 order of the Teal army)"]
    assert re.search(r'id="pair1-narrow-title">Map: as it was: who holds', text)


def test_a_sweep_names_no_best_point(make_page):
    text = make_page("sweep")
    answer = re.search(r'<p class="answer[^"]*">(.*?)</p>', text)[1]
    assert "By Teal garrison: " in answer
    assert re.findall(r" at (\d+)", answer) == ["200", "400"]


def test_every_page_explains_its_words(page):
    _, text = page
    glossary = text[text.index('<section id="glossary"') :]
    assert glossary.index("<dt>claim</dt>") < glossary.index("</section>")


def test_the_first_screen_has_a_sentence_and_numbers(page):
    name, text = page
    read = PageReader(text)
    end = '<section id="claims"' if name not in ("sweep", "whatif") else '<section id="results"'
    first = text[text.index('<section class="first"') : text.index(end)]
    # Where the playback leads, the first stands above it on phones; on desks all stand beside it.
    assert first.count('<span class="value">') == 3 * (1 + ('<ul class="numbers early">' in first))
    assert first.count('<span class="interval">') == first.count('<span class="value">')
    assert ('class="sheet wide"' in first) == ('class="sheet narrow"' in first) == (name not in QUESTIONS)
    assert ('<figure class="map drawn"' in first) == (name in QUESTIONS)
    assert len(re.search(r'<p class="answer[^"]*">([^<]*)<', first)[1]) > 10
    assert read.tags["h1"] == 1


def test_what_can_be_seen_only_is_told_in_words_too(page):
    _, text = page
    read = PageReader(text)
    for drawn in read.attributes["svg"]:
        hidden = drawn.get("aria-hidden") == "true"
        assert hidden or (drawn.get("role") == "img" and (drawn.get("aria-label") or drawn.get("aria-labelledby")))
    assert all(each.get("aria-label") for each in read.attributes.get("canvas", []))


def test_a_whatif_shows_a_battle_that_it_turned_with_and_without(make_page):
    read = PageReader(make_page("whatif"))
    data = json.loads(next(body for attributes, body in read.scripts if attributes.get("type") == "application/json"))
    before, after = data["replays"][-2:]
    assert before["replication"] == after["replication"]
    assert "before" in before["labels"][0]
    assert "after" in after["labels"][0]
    fort = [each["name"] for each in data["places"]].index("the fort")
    held = [1 - replay["control_steps"][fort][-1][1] >= 0.5 for replay in (before, after)]
    assert held[0] != held[1]


def test_data_in_a_script_block_can_not_end_it():
    text = embed_json({"name": "</script><!--<script>\u2028&"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"name": "</script><!--<script>\u2028&"}


def test_numbers_that_json_does_not_have_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        embed_json(float("nan"))


def test_two_figures_on_one_page_share_no_id():
    figure = '<?xml version="1.0"?><svg width="9pt" xmlns="x"><metadata>when</metadata><g id="axes_1"/><path id="p1"/>'
    one = inline_svg(f'{figure}<use xlink:href="#p1" clip-path="url(#p1)"/>1</svg>', 'a "b" <c>')
    two = inline_svg(f'{figure}<use xlink:href="#p1" clip-path="url(#p1)"/>2</svg>', "")
    ids = [set(re.findall(r'id="([^"]+)"', each)) for each in (one, two)]
    assert not ids[0] & ids[1]
    assert {*re.findall(r'href="#([^"]+)"', one), *re.findall(r"url\(#([^)]+)\)", one)} <= ids[0]
    assert "metadata" not in one
    assert 'aria-label="a &#34;b&#34; &lt;c&gt;"' in one
    assert "width" not in one


@pytest.mark.slow
def test_the_same_run_gives_the_same_page(call, tmp_path):
    words = ("run", "scenario=teaching", "runs=5", "seed=7")
    one, two = (write_report(call, tmp_path / name, *words) for name in ("a", "b"))

    def strip_times(text):
        text = re.sub(r"<dt>written</dt><dd>[^<]*", "", text)
        text = re.sub(r"<dt>digest of the settings</dt><dd>[^<]*", "", text)  # they name the folder
        return re.sub(r"outputs=\S*", "", text)

    assert strip_times(one) == strip_times(two)
