"""The explorer in a real browser, as a person would use it: keys, a phone, a reload, two tabs, a server that is killed.

Where there is no Chromium these tests are skipped, and say so; with NEEDS_BROWSER=1 in the environment they fail.
"""

import signal

import pytest
from support.browsers import ADD_STYLE, PAGE_PATIENCE, SCREENS
from support.explorers import ServingProgram

STRENGTH = "[id='lever-strength.amber']"
PHONE = dict(zip(("width", "height"), SCREENS["phone"], strict=True))
ALL_PAIRS = "html[data-pairs='2000']"


def wait_for_odds(page):
    page.wait_for_selector("#odds b:not(:empty)")


@pytest.mark.slow
def test_a_page_shows_the_battle_and_its_levers_and_hides_the_token(program, open_page, screen):
    page = open_page(program.link, screen)
    wait_for_odds(page)
    assert program.token not in page.url
    assert "Move a lever" in page.text_content("#sentence")
    assert page.locator(".lever").count() > 10
    page.wait_for_selector("#playback-data", state="attached")
    page.wait_for_selector("#player:visible")
    assert page.evaluate_handle("document.documentElement").get_property("scrollWidth").json_value() <= screen["width"]


def test_a_lever_moves_odds_by_keys_alone_and_a_reload_and_a_link_keep_it(program, open_page):
    page = open_page(program.link)
    wait_for_odds(page)
    page.focus(STRENGTH)
    page.keyboard.press("End")
    page.wait_for_selector("#sentence:has-text('200 per cent')")
    assert "strength.amber=200" in page.url
    page.wait_for_selector(ALL_PAIRS, state="attached")
    assert page.text_content("#count").startswith("2,000 pairs")
    sentence = page.text_content("#sentence")
    page.reload()
    page.wait_for_selector(ALL_PAIRS, state="attached")
    assert page.text_content("#sentence") == sentence
    assert page.input_value(STRENGTH) == "200"
    other = open_page(page.url, context=page.context)
    other.wait_for_selector(ALL_PAIRS, state="attached")
    assert other.text_content("#sentence") == sentence
    page.focus("#reset")
    page.keyboard.press("Enter")
    page.wait_for_selector("#sentence:has-text('Move a lever')")
    assert "strength" not in page.url


def test_a_position_has_the_words_of_the_note_on_the_ends_of_its_slider(program, open_page):
    page = open_page(program.link)
    wait_for_odds(page)
    lever = page.locator(".lever", has=page.locator("[id='lever-shift.relief_arrives']"))
    for key, words in {"Home": "1 day 18 h earlier", "End": "1 day 3 h later"}.items():
        lever.locator("input").press(key)
        assert lever.locator("output").text_content() == words
        assert words in lever.locator("small").text_content()


def test_pairs_are_explained_beside_the_odds(program, open_page, screen):
    page = open_page(program.link, screen)
    wait_for_odds(page)
    assert page.is_visible("#pairs-note")
    assert page.text_content("#pairs-note").startswith("A pair is the same battle fought twice with the same dice")


def test_a_change_sets_in_in_mid_battle_and_a_reload_keeps_the_moment(program, open_page):
    page = open_page(program.link)
    wait_for_odds(page)
    page.evaluate("document.querySelectorAll('.lever-group').forEach((each) => { each.open = true; })")
    page.focus(STRENGTH)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#sentence:has-text('105 per cent')")
    page.focus("#lever-since")
    page.keyboard.press("End")
    page.wait_for_selector("#fault:has-text('how the battle begins')")
    assert page.is_enabled(STRENGTH)  # so that it can be put back
    assert page.is_disabled("[id='lever-strength.teal']")
    page.focus(STRENGTH)
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(f"{STRENGTH}:disabled")
    reason = page.get_attribute(STRENGTH, "aria-describedby")
    assert "can't change in its midst" in page.inner_text(f"[id='{reason}']")  # beside the levers that rest
    page.focus("[id='lever-sorties.teal.airstrike']")
    page.keyboard.press("Home")
    page.wait_for_selector("#sentence:has-text(', from 23:00 on 3 June on')")
    assert page.is_hidden("#fault")
    page.reload()
    page.wait_for_selector("#sentence:has-text(', from 23:00 on 3 June on')")
    assert page.is_disabled(STRENGTH)
    page.focus("#lever-since")
    page.keyboard.press("Home")
    page.wait_for_selector(f"{STRENGTH}:enabled")
    assert page.is_hidden(f"[id='{reason}']")


@pytest.mark.slow
def test_on_a_phone_the_odds_are_seen_while_any_lever_moves_and_it_stays_under_the_thumb(program, open_page):
    page = open_page(program.link, PHONE)
    page.wait_for_selector(ALL_PAIRS, state="attached")
    page.evaluate("document.querySelectorAll('.lever-group').forEach((each) => { each.open = true; })")
    for lever in page.locator("#levers input[type=range]:enabled").all():
        lever.scroll_into_view_if_needed()
        lever.focus()
        before = lever.bounding_box()["y"]
        page.keyboard.press("ArrowLeft")
        page.wait_for_selector(ALL_PAIRS, state="attached")
        odds = page.locator("#odds tbody tr").first.bounding_box()
        assert 0 <= odds["y"] < odds["y"] + odds["height"] <= PHONE["height"]
        assert abs(lever.bounding_box()["y"] - before) <= 2
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(ALL_PAIRS, state="attached")


LIST_BLANK_SECTIONS = """() => [...document.querySelectorAll("main section")]
    .filter((each) => ![...each.children].some((child) => child.checkVisibility({ contentVisibilityAuto: true })))
    .map((each) => each.id)"""
MEASURE_HIDDEN_ODDS = """() => {
    const odds = document.querySelector(".odds-now");
    return odds.scrollHeight - odds.clientHeight;
}"""


@pytest.mark.slow
def test_neither_a_page_nor_a_printed_one_has_a_blank_section(program, open_page):
    page = open_page(program.link)
    page.wait_for_selector(ALL_PAIRS, state="attached")
    assert page.evaluate(LIST_BLANK_SECTIONS) == []
    page.emulate_media(media="print")
    page.wait_for_timeout(200)
    assert page.evaluate(LIST_BLANK_SECTIONS) == []
    assert page.evaluate(MEASURE_HIDDEN_ODDS) <= 1
    page.evaluate(
        ADD_STYLE, ".as-written { content-visibility: auto; } .odds-now { max-height: 9rem; overflow: auto; }"
    )
    page.wait_for_timeout(200)
    assert page.evaluate(LIST_BLANK_SECTIONS)  # damaged: it is noticed
    assert page.evaluate(MEASURE_HIDDEN_ODDS) > 1


@pytest.mark.slow
def test_a_first_look_is_marked_as_one_before_more_pairs_come(program, open_page):
    page = open_page(program.link)
    wait_for_odds(page)
    page.evaluate(
        """() => { window.seen = []; new MutationObserver(() => window.seen.push([
        document.documentElement.dataset.pairs,
        document.querySelector('.odds-table').classList.contains('preliminary')
        ])).observe(document.documentElement, {attributes: true, attributeFilter: ['data-pairs']}); }"""
    )
    page.focus(STRENGTH)
    page.keyboard.press("Home")
    page.wait_for_selector("#sentence:has-text('50 per cent')")
    page.wait_for_selector(ALL_PAIRS, state="attached")
    seen = dict(map(tuple, page.evaluate("() => window.seen.filter(([pairs]) => pairs)")))
    assert seen["20"] is True
    assert seen["2000"] is False


@pytest.mark.slow
def test_a_drag_ends_at_the_odds_of_its_last_position_without_a_fault(program, open_page):
    page = open_page(program.link)
    page.wait_for_selector(ALL_PAIRS, state="attached")
    page.focus(STRENGTH)
    for _ in range(12):  # some while nothing of the move before is shown, some after: those end its request
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    page.wait_for_selector(ALL_PAIRS, state="attached")
    assert "at 160 per cent" in page.text_content("#sentence")
    assert page.is_hidden("#fault")


@pytest.mark.slow
def test_two_tabs_get_their_own_answers_and_a_closed_one_disturbs_nobody(program, open_page):
    first = open_page(program.link)
    wait_for_odds(first)
    second = open_page(first.url, context=first.context)
    wait_for_odds(second)
    for page, key in ((first, "Home"), (second, "End")):
        page.focus(STRENGTH)
        page.keyboard.press(key)
    first.wait_for_selector("#sentence:has-text('50 per cent')")
    second.close()
    first.wait_for_selector(ALL_PAIRS, state="attached")
    assert "50 per cent" in first.text_content("#sentence")


@pytest.mark.slow
def test_anybody_can_use_it(program, open_page, screen):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_page(program.link, screen)
    wait_for_odds(page)
    page.evaluate("document.querySelectorAll('.lever-group').forEach((each) => { each.open = true; })")
    page.focus(STRENGTH)
    page.keyboard.press("End")
    page.wait_for_selector(ALL_PAIRS, state="attached")
    page.evaluate("document.querySelector('header').style.position = 'static'")  # over text, it hides contrast from axe
    found = axe.Axe().run(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == []


def test_without_the_token_the_page_says_what_to_do(program, open_page):
    page = open_page(program.link.partition("#")[0])
    page.wait_for_selector("#waiting:has-text('open the link that `sim serve` printed')")


@pytest.mark.slow
def test_a_question_is_saved_asked_at_length_and_opened(program, program_folder, open_page):
    page = open_page(program.link)
    wait_for_odds(page)
    page.focus(STRENGTH)
    page.keyboard.press("End")
    page.fill(".question-form input[type=text]", "What if Amber had been twice as strong?")
    page.fill(".question-form input[type=number]", "100")
    page.click("text=Save the question")
    page.click("text=Ask at length")
    page.wait_for_selector(".long-run:has-text('Done')", timeout=4 * PAGE_PATIENCE)
    with page.context.expect_page() as opened:
        page.click("#question-board table button")
    opened.value.wait_for_selector("h1")
    assert "What if Amber had been twice as strong?" in opened.value.content()
    assert opened.value.evaluate("() => { try { return localStorage.length } catch { return 'none' } }") == "none"
    assert (program_folder / "serve/conf/question/explorer/what_if_amber_had_been_twice_as_strong.yaml").is_file()


@pytest.mark.slow
def test_two_stored_outputs_stand_side_by_side(program, program_folder, call, open_page):
    for seed in (1, 2):
        words = ("run", "scenario=teaching", "runs=5", f"seed={seed}", "name=beside", "workers=1")
        assert call(*words, f"outputs={program_folder}")[0] == 0
    page = open_page(program.link)
    wait_for_odds(page)
    page.wait_for_selector("#compare button")
    assert page.is_disabled("#compare button")
    boxes = page.locator("#question-board input[type=checkbox]:enabled[value^='beside/']")
    boxes.first.focus()
    page.keyboard.press("Space")
    assert page.locator("input[value*='twice']:enabled").count() == 0  # a what-if is none of them
    page.locator("#question-board input[type=checkbox][value^='beside/']:not(:checked)").first.focus()
    page.keyboard.press("Space")
    with page.context.expect_page() as opened:
        page.focus("#compare button")
        page.keyboard.press("Enter")
    opened.value.wait_for_selector("h2:has-text('Two outputs beside each other')")
    page.wait_for_selector("#question-board td:has-text('sim diff')")


@pytest.mark.slow
def test_a_change_of_law_refreshes_what_depends_on_it_and_a_reload_keeps_it(program, open_page):
    page = open_page(program.link)
    page.wait_for_selector(ALL_PAIRS, state="attached")
    page.wait_for_selector("#player:visible")
    before, law = page.text_content("#playback-data"), page.input_value("#setting-law")
    page.evaluate("document.querySelectorAll('.lever-group').forEach((each) => { each.open = true; })")
    page.select_option("#setting-law", "linear")
    page.wait_for_selector("html[data-refreshed='1']", state="attached")
    changed = page.text_content("#playback-data")
    assert changed != before
    page.wait_for_function("() => document.querySelectorAll('#which option').length > 1")  # the playback is of the new
    assert page.locator("nav [data-section=playback]").count() == 1
    page.select_option("#setting-law", law)
    page.wait_for_selector("html[data-refreshed='2']", state="attached")
    assert page.text_content("#playback-data") == before
    page.select_option("#setting-law", "linear")
    page.wait_for_selector("html[data-refreshed='3']", state="attached")
    assert "law=linear" in page.url
    page.reload()
    wait_for_odds(page)
    assert page.text_content("#playback-data") == changed
    assert page.input_value("#setting-law") == "linear"


@pytest.mark.slow
def test_a_killed_server_is_told_and_one_begun_again_is_found(program_folder, program, open_page):
    page = open_page(program.link)
    wait_for_odds(page)
    program.end(signal.SIGKILL)
    page.focus(STRENGTH)
    page.keyboard.press("End")
    page.wait_for_selector("#fault:has-text('is `sim serve` still running?')")
    again = ServingProgram(program_folder)
    assert again.link == program.link
    page.reload()
    page.wait_for_selector("#sentence:has-text('200 per cent')")
    page.wait_for_selector("text=What if Amber had been twice as strong?")
    assert again.end() == 130
