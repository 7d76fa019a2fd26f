"""A difference that is called clear never shows an interval with an end of 0, in any sentence or table."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.output_differences import ALL_BATTLES, OutcomeDifference
from sim.outputs.documented_changes import DocumentedChange
from sim.outputs.formatting import choose_clear_places, format_difference_with_interval
from sim.report import after_action, diff, documented_changes, whatif, whatif_table
from sim.report.sweep import LevelEffect, describe_level_difference
from sim.runs.outcome_measures import OutcomeMeasure
from sim.runs.paired import PairedDifference
from sim.scoring.intervals import IntervalEstimate

EVENT = OutcomeMeasure("headline_1", "The fort is held in {chance} of 100 battles.", "battles", True)
ODDS_SCRIPT = Path(whatif.__file__).parent / "html" / "assets" / "odds.js"
INTERVAL = re.compile(r"([+−]?[\d.,]+) to ([+−]?[\d.,]+)")


def estimate(nearer: float, width: float, is_fewer: bool) -> IntervalEstimate:
    low, high = (-nearer - width, -nearer) if is_fewer else (nearer, nearer + width)
    return IntervalEstimate((low + high) / 2, low, high)


# The nearer end down to a hundred-thousandth, which no fixed number of decimals would show.
CLEAR = st.builds(estimate, st.floats(1e-5, 0.3), st.floats(1e-4, 0.3), st.booleans())
UNCLEAR = st.builds(
    lambda below, above: IntervalEstimate((above - below) / 2, -below, above), st.floats(0, 0.3), st.floats(0, 0.3)
)


def make_paired(found: IntervalEstimate) -> PairedDifference:
    return PairedDifference(EVENT, 0.5, 0.5 + found.value, found.value, found.low, found.high, None, 20, 10, 2_000)


def make_change(found: IntervalEstimate) -> DocumentedChange:
    ends = {"difference": found.value, "low": found.low, "high": found.high}
    return DocumentedChange(name="less", question="", description="with less", base=0.5, changed=0.5, **ends)


def make_outcome(found: IntervalEstimate) -> OutcomeDifference:
    level = IntervalEstimate(0.5, 0.4, 0.6)
    return OutcomeDifference(ALL_BATTLES, EVENT, level, level, found, 2_000, 2_000, 2_000)


FORMATTERS = {
    "whatif": lambda found: whatif.format_difference(make_paired(found)),
    "whatif_sentence": lambda found: whatif.describe_difference("With less", make_paired(found)),
    "whatif_cell": lambda found: whatif_table.format_effect(make_paired(found)),
    "whatif_row": lambda found: whatif.format_difference_cells(make_paired(found))[5],
    "documented_changes": lambda found: documented_changes.format_interval(make_change(found)),
    "diff": lambda found: diff.describe_outcome(make_outcome(found)),
    "diff_row": lambda found: diff.format_outcome_cells(make_outcome(found))[-1],
    "sweep": lambda found: describe_level_difference(LevelEffect("law", EVENT, (), found)),
    "after_action": lambda found: after_action.format_interval(found, 100),
    "formatting": lambda found: format_difference_with_interval(found.value, found.low, found.high, 100.0),
}


def read_ends(text: str) -> list[float]:
    """The ends of the one interval of a text."""
    (found,) = INTERVAL.findall(text)
    return [float(end.replace("−", "-").replace(",", "")) for end in found]


@pytest.mark.parametrize("name", FORMATTERS)
@given(CLEAR)
def test_no_end_of_a_clear_difference_is_shown_as_0(name, found):
    assert 0.0 not in read_ends(FORMATTERS[name](found))


@given(UNCLEAR, st.integers(-3, 3))
def test_an_interval_that_covers_0_gets_no_more_digits(found, places):
    assert choose_clear_places(places, found.low, found.high) == places


@given(CLEAR, st.integers(-3, 3))
def test_a_clear_one_gets_no_more_than_it_needs(found, places):
    chosen = choose_clear_places(places, found.low, found.high)
    nearest = min(abs(found.low), abs(found.high))
    assert round(nearest, chosen) != 0
    assert chosen == places or round(nearest, chosen - 1) == 0


def test_the_sentence_of_the_explorer_has_the_digits_of_its_table():
    found = IntervalEstimate(-0.013, -0.024, -0.002)
    assert whatif.format_difference(make_paired(found)) == "1.3 fewer, 95% interval 0.2 to 2.4"


@pytest.mark.slow
def test_the_table_of_odds_shows_no_end_of_0_either(browser):
    page = browser.new_page()
    page.set_content("<div id='odds'></div>")
    page.evaluate(f"() => {{ {ODDS_SCRIPT.read_text(encoding='utf-8')} }}")
    drawn = [
        (10.0**-power, width, is_fewer) for power in range(6) for width in (0.003, 0.2) for is_fewer in (True, False)
    ]
    for found in (estimate(*each) for each in drawn):
        row = {"base": [0.5, 0.4, 0.6], "changed": [0.5, 0.4, 0.6], "moved": [20, 10]}
        row["difference"] = [found.value, found.low, found.high]
        shown = page.evaluate(
            """(row) => {
                const labels = [{ id: "a", text: "Held", unit: "battles", is_event: true }];
                const table = odds.create(document.getElementById("odds"), labels, { base: "before", caption: "" });
                table.show([row], false);
                return document.querySelector("tr.clear .difference small").textContent;
            }""",
            row,
        )
        assert 0.0 not in read_ends(shown), (found, shown)
    page.close()
