"""The commander's seat in a real browser, as a person would use it: keys alone, a phone, a reload, two tabs, a killed
server, another person at the same machine.

Where there is no Chromium these tests are skipped, and say so; with NEEDS_BROWSER=1 in the environment they fail.
"""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from support.browsers import ADD_STYLE, SCREENS
from support.explorers import PATIENCE, ServingProgram

from sim.seat.game_file import read_game_file

IDLE_SECONDS = 0.05  # of CPU time in a second, for which a server that does nothing may be awake
PHONE = dict(zip(("width", "height"), SCREENS["phone"], strict=True))
MAX_STOPS = 60  # of a game of the teaching battle, and of presses of Tab from one button to another


def find_seat(program):
    """The link to the seat."""
    return program.link.replace("/#", "/seat#")


def begin_game(page, **choices):
    page.wait_for_selector("#begin")
    for name, value in choices.items():
        page.check(f"input[name={name}][value={value}]")
    page.click("#begin button")
    page.wait_for_selector("html[data-moves='0']", state="attached")


def count_moves(page):
    return page.evaluate("document.documentElement.dataset.moves")


def make_move(page, move):
    before = count_moves(page)
    page.click(f"[data-move='{move}']")
    page.wait_for_selector(f"html:not([data-moves='{before}'])", state="attached")


def press(page, selector):
    """Reach something by Tab alone, and press it."""
    for _ in range(MAX_STOPS):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    pytest.fail(f"never reached: {selector}")


def check_width(page, screen):
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


def check_access(page):
    """No violation of the rules that axe knows."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.evaluate("document.querySelectorAll('header, .go').forEach((each) => { each.style.position = 'static'; })")
    found = axe.Axe().run(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == []


@pytest.mark.slow
def test_a_game_is_played_by_keys_alone_to_what_it_came_to(program, program_folder, open_page):
    page = open_page(find_seat(program))
    page.wait_for_selector("#begin")
    assert program.token not in page.url
    press(page, "#begin button")
    page.wait_for_selector("#moment")
    decided = ""
    for _ in range(MAX_STOPS):
        before = count_moves(page)
        if not decided and page.locator(".order [data-move]").count():
            decided = page.locator(".order [data-move]").first.get_attribute("data-move")
            press(page, ".order [data-move]")
            page.wait_for_selector(".decided")
            assert page.evaluate("document.activeElement.id") == "decide-title"  # the next Tab is the next choice
        else:
            press(page, "[data-move=next]")
        page.wait_for_selector(f"html:not([data-moves='{before}'])", state="attached")
        if not page.locator("#moment").count():
            break
        assert page.evaluate("document.activeElement.matches('h1, h2')")
    page.wait_for_selector("html[data-review=shown]", state="attached")
    text = page.text_content("#game")
    for words in ("Which decisions mattered", "Your orders beside others", "Where reports misled", "Your luck"):
        assert words in text
    game = page.url.partition("#game=")[2].replace("%2F", "/")
    assert decided in read_game_file(program_folder / game).moves
    page.wait_for_selector("#player:visible")
    with page.context.expect_page() as opened:
        page.click("text=Open the saved page")
    opened.value.wait_for_selector("h1")
    assert "You reached your aim" in opened.value.content() or "You missed your aim" in opened.value.content()


@pytest.mark.slow
def test_anybody_can_play_and_nothing_is_wider_than_the_screen(program, program_folder, open_page, screen):
    page = open_page(find_seat(program), screen)
    page.wait_for_selector("#begin")
    check_width(page, screen)
    check_access(page)
    begin_game(page)
    check_access(page)
    for _ in range(4):
        make_move(page, "next")
        check_width(page, screen)
    check_access(page)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    check_width(page, screen)
    make_move(page, "rest")
    page.wait_for_selector("html[data-review=shown]", state="attached")
    page.wait_for_selector("#player:visible")
    check_width(page, screen)
    check_access(page)
    game = page.url.partition("#game=")[2].replace("%2F", "/")
    saved = open_page((program_folder / game / "report.html").as_uri(), screen)
    saved.wait_for_selector("#player:visible")
    check_width(saved, screen)
    check_access(saved)


@pytest.mark.slow
def test_a_reload_and_a_second_tab_bring_the_same_state(program, open_page):
    page = open_page(find_seat(program))
    begin_game(page)
    make_move(page, "next")
    make_move(page, "next")
    shown = page.inner_text("#game")
    page.reload()
    page.wait_for_selector("#moment")
    assert page.inner_text("#game") == shown
    other = open_page(page.url, context=page.context)
    other.wait_for_selector("#moment")
    assert other.inner_text("#game") == shown
    make_move(other, "next")
    page.click("[data-move=next]")  # of a stop that is over: the other tab went on
    page.wait_for_selector("#fault:has-text('went on elsewhere')")
    assert page.inner_text("#game") == other.inner_text("#game")
    page.go_back()
    page.wait_for_selector("#begin")


@pytest.mark.slow
def test_a_decision_is_taken_back(program, open_page):
    page = open_page(find_seat(program))
    begin_game(page)
    while not page.locator(".order [data-move]").count():
        make_move(page, "next")
    choices = page.locator("[data-move]").evaluate_all("(all) => all.map((each) => each.dataset.move)")
    page.locator(".order [data-move]").first.click()
    page.wait_for_selector(".decided")
    assert page.text_content("#announcement").startswith("Decided: ")
    page.click("[data-move=undo]")
    page.wait_for_selector(".decided", state="detached")
    assert page.locator("[data-move]").evaluate_all("(all) => all.map((each) => each.dataset.move)") == choices


@pytest.mark.slow
def test_number_keys_decide_and_go_on_and_can_be_turned_off(program, program_folder, open_page):
    page = open_page(find_seat(program))
    begin_game(page)
    while not page.locator(".order [data-move]").count():
        before = count_moves(page)
        page.keyboard.press("0")
        page.wait_for_selector(f"html:not([data-moves='{before}'])", state="attached")
    seen = page.locator(".decide .choices button:visible")
    shown = [text[0] for text in seen.locator("kbd").all_inner_texts()]
    assert shown == [str(number) for number in range(1, min(seen.count(), 9) + 1)]
    wanted = seen.nth(1).get_attribute("data-move")
    page.keyboard.press("2")
    page.wait_for_selector(".decided")
    game = page.url.partition("#game=")[2].replace("%2F", "/")
    assert read_game_file(program_folder / game).moves[-1] == wanted
    page.uncheck("#number-keys")
    assert page.locator("kbd").count() == 0
    before = count_moves(page)
    page.keyboard.press("0")
    page.keyboard.press("1")
    page.reload()
    page.wait_for_selector("#moment")
    assert count_moves(page) == before
    assert not page.is_checked("#number-keys")


@pytest.mark.slow
def test_two_persons_hand_the_seat_over(program, open_page):
    page = open_page(find_seat(program))
    begin_game(page, other="person")
    assert page.text_content("h1") == "The seat is that of the Teal army."
    assert not page.locator("#moment").count()
    page.click("text=Show what this side knows")
    before = count_moves(page)
    page.click("[data-move=next]")
    page.wait_for_selector(f"html:not([data-moves='{before}'])", state="attached")
    assert page.text_content("h1") == "The seat is that of the Amber host."
    assert page.inner_text("#game").count("\n") < 6  # nothing of its own is seen before it is asked for


@pytest.mark.slow
def test_a_game_of_the_terminal_goes_on_in_the_page(program, program_folder, call, open_page, tmp_path):
    script = tmp_path / "answers.txt"
    script.write_text("send riders fort\n\nquit\n")
    assert call("play", "scenario=teaching", "side=teal", f"outputs={program_folder}", f"script={script}")[0] == 0
    page = open_page(find_seat(program))
    page.wait_for_selector("#begin")
    page.click("text=Go on >> nth=0")
    page.wait_for_selector("#moment")
    page.click("text=Everything so far")
    assert "Send the riders to the fort" in page.inner_text("#game")


def read_cpu_seconds(process):
    """The CPU time of a process and all its threads so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until_idle(process):
    """Wait until a process does nothing for a second; fail if it never does."""
    for _ in range(PATIENCE):
        before = read_cpu_seconds(process)
        time.sleep(1)
        if read_cpu_seconds(process) - before <= IDLE_SECONDS:
            return
    pytest.fail("the server never rests")


@pytest.mark.slow
def test_a_tab_that_is_closed_in_the_midst_of_a_review_ends_the_work(
    program, program_folder, call, open_page, tmp_path
):
    script = tmp_path / "answers.txt"
    script.write_text("send riders fort\nquit\n")
    words = ("scenario=teaching", "side=teal", "runs=1000000", f"script={script}", f"outputs={program_folder}")
    assert call("play", *words)[0] == 0
    [folder] = {path.parent for path in program_folder.glob("*/*/game.json") if "runs=1000000" in path.read_text()}
    page = open_page(f"{find_seat(program)}&game={folder.relative_to(program_folder)}")
    page.wait_for_selector("#moment")
    page.click("text=Leave the rest to the recorded orders")
    page.click("[data-move=rest]")
    page.wait_for_selector(".seat .group-note:has-text('of 4,000,000 battles')")
    page.close()
    wait_until_idle(program.process)
    assert not (folder / "report.html").exists()
    again = open_page(f"{find_seat(program)}&game={folder.relative_to(program_folder)}")
    again.wait_for_selector(".seat .group-note:has-text('of 4,000,000 battles')")  # from its beginning
    again.click("text=Explorer")  # to leave is to close it, too
    wait_until_idle(program.process)


def is_decision_in_view(page):
    """Whether the first thing to decide, or to go on, is seen without scrolling, and the map comes after it."""
    first_things = ".decide .choices button:visible, .decide summary:visible, .go .main-button"
    first = page.locator(first_things).first.bounding_box()
    is_seen = first["y"] + first["height"] <= PHONE["height"]
    return is_seen and first["y"] < page.locator(".known").bounding_box()["y"]


@pytest.mark.slow
def test_on_a_phone_the_decision_stands_in_the_first_view_before_the_map(program, open_page):
    page = open_page(find_seat(program), PHONE)
    begin_game(page)
    for _ in range(MAX_STOPS):
        assert is_decision_in_view(page), page.text_content("#moment")
        if not page.locator("[data-move=next]").count():
            break
        make_move(page, "next")
        page.wait_for_selector("#moment, .after")
        if not page.locator("#moment").count():
            break


@pytest.mark.slow
@pytest.mark.parametrize("damage", [".known { grid-row: 1; }", ".heard { min-height: 60rem; }"])
def test_a_decision_that_is_out_of_view_is_noticed(program, open_page, damage):
    page = open_page(find_seat(program), PHONE)
    begin_game(page)
    page.evaluate(ADD_STYLE, damage)
    assert not is_decision_in_view(page)


@pytest.mark.slow
def test_a_phone_has_a_link_to_the_map_and_one_back(program, open_page, screen):
    page = open_page(find_seat(program), screen)
    begin_game(page)
    address = page.url
    to_map, back = page.locator(".sky .jump"), page.locator(".known .jump")
    if screen != PHONE:
        assert not to_map.is_visible()
        assert not back.is_visible()
        return
    assert to_map.bounding_box()["y"] < page.locator("h1").bounding_box()["y"] + 100
    to_map.click()
    assert page.locator("#known-map").bounding_box()["y"] < PHONE["height"] / 4
    back.click()
    heading = page.locator("#decide-title").bounding_box()["y"]
    assert 0 < heading < PHONE["height"] / 4
    assert page.url == address


@pytest.mark.slow
def test_a_game_can_be_begun_without_scrolling(program, open_page):
    page = open_page(find_seat(program), {"width": 1280, "height": 800})
    page.wait_for_selector("#begin")
    button = page.locator("#begin button").bounding_box()
    assert button["y"] + button["height"] <= 780


@pytest.mark.slow
def test_what_the_keyboard_comes_to_is_not_under_the_bar(program, open_page, screen):
    page = open_page(find_seat(program), screen)
    begin_game(page)
    for _ in range(4):
        make_move(page, "next")
        for button in page.locator(".decide .order button:visible").all():
            button.focus()
            bar, found = page.locator(".go").bounding_box(), button.bounding_box()
            assert found["y"] + found["height"] <= bar["y"] + 1


def add_folded_list(route):
    """The answer to a move, with a list that a phone folds: a short battle never has one so long."""
    answer = route.fetch()
    game = answer.json()
    game["html"] += '<details class="folded"><summary>2 more</summary></details>'
    route.fulfill(response=answer, json=game)


@pytest.mark.slow
def test_long_lists_are_folded_on_a_phone_alone(program, open_page, screen):
    page = open_page(find_seat(program), screen)
    begin_game(page)
    page.route("**/seat/move", add_folded_list)
    make_move(page, "next")
    (folded,) = page.locator("details.folded").all()
    assert (folded.get_attribute("open") is None) == (screen == PHONE)


@pytest.mark.slow
def test_a_killed_server_is_told_and_the_game_goes_on_where_it_was(program_folder, program, open_page):
    page = open_page(find_seat(program))
    begin_game(page)
    make_move(page, "next")
    make_move(page, "next")
    shown = page.inner_text("#game")
    program.end(signal.SIGKILL)
    page.click("[data-move=next]")
    page.wait_for_selector("#fault:has-text('is `sim serve` still running?')")
    again = ServingProgram(program_folder)
    page.reload()
    page.wait_for_selector("#moment")
    assert page.inner_text("#game") == shown
    make_move(page, "next")
    game = page.url.partition("#game=")[2].replace("%2F", "/")
    assert read_game_file(program_folder / game).moves == ["next"] * 3
    spoilt = json.loads((program_folder / game / "game.json").read_text())
    (program_folder / game / "game.json").write_text(json.dumps(spoilt | {"side": "amber"}))
    page.reload()
    page.wait_for_selector("#fault:has-text('was changed after it was written')")
    assert again.end() == 130
