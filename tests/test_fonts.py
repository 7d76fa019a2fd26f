"""Figures in any script: a font that has it is found, and one line says which script no installed font has."""

import warnings
from pathlib import Path

import matplotlib
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from support.scripts import SCRIPTS, draw_name

from sim.plots import fonts
from sim.plots.figure_export import ExportOptions, save_figure
from sim.plots.fonts import MissingFontWarning, find_fallback, find_families, find_lacking, name_script
from sim.plots.style import count_fitting_chars, measure_text_width, use_style, wrap_balanced

IN_DEJAVU = ("Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Georgian")


@pytest.fixture(autouse=True)
def _only_matplotlib_fonts(monkeypatch):
    """No fonts but those that come with matplotlib, whatever this machine has."""
    own = [each for each in fontManager.ttflist if each.fname.startswith(matplotlib.get_data_path())]
    monkeypatch.setattr(fontManager, "ttflist", own)
    monkeypatch.setattr(fonts, "add_new_fonts", lambda: False)


@pytest.fixture
def make_font(tmp_path):
    """A font with squares for some characters, installed for one test."""

    def make(family: str, characters: str) -> None:
        pen = TTGlyphPen(None)
        for x, y in ((100, 0), (100, 700), (900, 700), (900, 0)):
            (pen.lineTo if pen.points else pen.moveTo)((x, y))
        pen.closePath()
        names = [".notdef", *(f"u{ord(each):04X}" for each in characters)]
        builder = FontBuilder(1000)
        builder.setupGlyphOrder(names)
        builder.setupCharacterMap({ord(each): f"u{ord(each):04X}" for each in characters})
        builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
        builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
        builder.setupHorizontalHeader(ascent=800, descent=-200)
        builder.setupNameTable({"familyName": family, "styleName": "Regular"})
        builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
        builder.setupPost()
        path = tmp_path / f"{family.replace(' ', '')}.ttf"
        builder.save(path)
        fontManager.addfont(path)

    return make


def save_texts(folder: Path, *texts: str) -> tuple[bytes, list[warnings.WarningMessage]]:
    """A figure with some texts: its PNG, and what was warned of."""
    with use_style():
        figure = Figure(figsize=(4, 1))
        for number, text in enumerate(texts):
            figure.text(0.05, 0.1 + 0.3 * number, text)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        save_figure(figure, folder / "figure", ExportOptions(formats=("png", "svg", "pdf")))
    return (folder / "figure.png").read_bytes(), caught


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_name_in_any_script_is_set_or_one_line_says_what_to_install(script, data, tmp_path):
    name = data.draw(draw_name(script))
    lacking = [each for each in find_lacking(name) if find_fallback(each) is None]
    _, caught = save_texts(tmp_path, name, f"{name} again")
    assert {each.category for each in caught} <= {MissingFontWarning}
    assert len(caught) == len({name_script(each) for each in lacking})
    assert script not in IN_DEJAVU or find_families(name) == [fonts.BASE_FAMILY]
    with use_style():
        assert measure_text_width(name, 8.0) >= 0


def test_an_installed_font_is_used_for_what_the_first_family_lacks(make_font, tmp_path):
    boxes, caught = save_texts(tmp_path, "दि 12", "plain")
    assert [str(each.message) for each in caught] == [
        "figures: no installed font has Devanagari, so PNG, PDF and GIF show boxes (SVG and pages may not): "
        "install the free font Noto Sans Devanagari"
    ]
    make_font("Devanagari of a Test", "दि")
    assert find_families("दि 12") == ["DejaVu Sans", "Devanagari of a Test"]
    squares, caught = save_texts(tmp_path, "दि 12", "plain")
    assert caught == []
    assert squares != boxes
    make_font("Noto Sans of a Test", "द")
    assert find_families("दि 12") == ["DejaVu Sans", "Noto Sans of a Test", "Devanagari of a Test"]


@pytest.mark.parametrize("family", ["Noto Color Emoji", "Last Resort of a Test"])
def test_pictures_in_colours_and_boxes_with_numbers_are_no_letters(make_font, family):
    make_font(family, "👍")
    assert find_fallback("👍") is None


def test_a_figure_in_latin_names_one_family_whatever_is_installed(make_font, tmp_path):
    make_font("Noto Sans of a Test", "gate漢")
    save_texts(tmp_path, "gate")
    assert "of a Test" not in (tmp_path / "figure.svg").read_text(encoding="utf-8")


def test_marks_of_direction_joiners_and_variants_are_no_missing_characters():
    assert find_lacking("\u2068a\u200d\u200c\ufe0f\u2069\u00ad\u3000b") == []


def test_wide_characters_are_wrapped_earlier_and_marks_take_no_room():
    assert wrap_balanced("漢" * 30, 20).split("\n") == ["漢" * 10] * 3
    assert count_fitting_chars("e\u0301" * 10, 10) == 20
    assert wrap_balanced("", 10) == ""


def test_a_script_is_named_once_in_a_call(call, tmp_path, monkeypatch):
    """However many figures show it; and what a library warns of is shown as ever."""
    from support.pages import write_scenario_file

    def rename(plain):
        plain["places"]["fort"]["name"] = "ป้อม"
        plain["places"]["village"]["name"] = "漢字の村"

    path = write_scenario_file(tmp_path / "scenario", rename)
    code, _, err = call("run", f"scenario={path}", "runs=20", "workers=1", f"outputs={tmp_path}/out")
    assert code == 0
    assert sorted(err.splitlines()) == [
        "sim: figures: no installed font has Chinese, Japanese or Korean, so PNG, PDF and GIF show boxes (SVG and "
        "pages may not): install the free font Noto Sans CJK",
        "sim: figures: no installed font has Thai, so PNG, PDF and GIF show boxes (SVG and pages may not): install "
        "the free font Noto Sans Thai",
    ]
