"""What grows with a scenario is bounded on the screen and on the page, which say how much is left out."""

import re
from pathlib import Path

import pytest

from bench.large import make_large_text
from sim.report import control_table
from sim.report.html.sections import control

SIZES = {"places": 36, "claims": 600, "orders": 24}


@pytest.fixture(scope="module")
def scenario_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("large") / "teaching.yaml"
    path.write_text(make_large_text(**SIZES), encoding="utf-8")
    return path


def run(call, scenario_file, folder):
    """What a run prints, and its page."""
    code, out, _ = call(
        "run", "--full", f"scenario={scenario_file}", "runs=2", "workers=1", "engine=simpy", f"outputs={folder}"
    )
    assert code == 0
    return out, (Path(out.splitlines()[-1]) / "report.html").read_text(encoding="utf-8")


def count_control_rows(page):
    """Rows of the first table of the section of control, without its head."""
    table = re.search(r'<table class="control">.*?</table>', page, re.DOTALL)
    assert table
    return table[0].count("<tr>") - 1


@pytest.mark.slow
def test_tables_of_control_are_bounded_and_say_so(call, scenario_file, tmp_path, monkeypatch):
    out, page = run(call, scenario_file, tmp_path / "whole")
    assert "places with most reports" not in out + page
    whole = count_control_rows(page)
    assert whole > 9
    monkeypatch.setattr(control_table, "MAX_PLACES", 7)
    monkeypatch.setattr(control, "MAX_PLACES", 9)
    out, page = run(call, scenario_file, tmp_path / "bounded")
    assert re.search(r": the 7 of \d+ places with most reports", " ".join(out.split()))
    assert count_control_rows(page) == 9
    assert f"Shown are the 9 places with most reports; {whole - 9} others" in page
