"""Totals that their parts tile exactly, as most records of the press have them, through every baseline."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from support.battles import teaching_data, validated

from sim.scoring.baseline_inputs import ForecastTask
from sim.scoring.baselines import BASELINES, forecast_baseline

BEGINS, MINUTES = datetime(2001, 6, 1), 3 * 24 * 60
REPLICATIONS = np.arange(20, dtype=np.uint64)


@st.composite
def tilings(draw: DrawFn) -> dict[str, Any]:
    """Claims of one source: a total, parts that tile all of its period or some of it, and parts of parts."""
    side = draw(st.sampled_from(["teal", "amber"]))
    claims: dict[str, Any] = {}

    def add_claim(since: int, until: int, depth: int) -> tuple[str, int]:
        """A claim of a period with its parts; its id and what it reports."""
        parts: list[tuple[str, int]] = []
        if depth and until - since > 10:
            cuts = sorted(draw(st.sets(st.integers(since + 1, until - 1), max_size=3)))
            periods = list(pairwise([since, *cuts, until]))
            kept = periods if draw(st.integers(0, 3)) else periods[1:]
            parts = [add_claim(*period, depth - 1) for period in kept if period != (since, until)]
        reported = sum(number for _, number in parts) + draw(st.integers(0, 30))
        id = f"dead_{len(claims)}"
        since_field = {"since": (BEGINS + timedelta(minutes=since)).isoformat()} if since else {}
        until_field = {"until": (BEGINS + timedelta(minutes=until)).isoformat()}
        claims[id] = {
            "statement": "so many dead",
            "citation": "battle 1.1",
            "source": "gazette",
            "observable": {"measure": "killed", "side": side} | since_field | until_field,
            "value": f"exactly {reported}",
            "role": "calibration",
            "population": "dead",
            "includes": [part for part, _ in parts],
        }
        return id, reported

    add_claim(0, MINUTES, 2)
    return claims


@pytest.mark.slow
@given(tilings())
@settings(deadline=None, max_examples=40)
def test_parts_that_tile_their_total_are_scored_by_every_baseline(claims):
    scenario = validated(teaching_data() | {"claims": claims, "summary": None, "splits": {}, "turning_points": {},
                                            "forces": without_claims(), "orders": orders_without_claims()})  # fmt: skip
    task = ForecastTask(scenario, tuple(claims), 5, REPLICATIONS)
    for name in BASELINES:
        forecast = forecast_baseline(name, task, 72.0)
        assert np.isfinite(forecast.sample).all()
        assert all(np.isfinite(score) for score in forecast.log_scores.values())


@given(st.integers(0, MINUTES - 1), st.integers(1, MINUTES), st.sampled_from(["teal", "amber"]))
@settings(deadline=None, max_examples=25)
def test_a_part_is_never_more_than_its_total(first, last, side):
    since, until = sorted([first, last])
    if since == until:
        until += 1
    times = [since, (since + until) / 2, until]
    claims = {}
    for number, (start, end) in enumerate([(0, MINUTES), *pairwise(times)]):
        claims[f"dead_{number}"] = {
            "statement": "so many dead",
            "citation": "battle 1.1",
            "source": "gazette",
            "observable": {
                "measure": "killed",
                "side": side,
                "since": (BEGINS + timedelta(minutes=start)).isoformat(),
                "until": (BEGINS + timedelta(minutes=end)).isoformat(),
            },
            "value": "some",
            "role": "calibration",
        }
    scenario = validated(teaching_data() | {"claims": claims, "summary": None, "splits": {}, "turning_points": {},
                                            "forces": without_claims(), "orders": orders_without_claims()})  # fmt: skip
    task = ForecastTask(scenario, tuple(claims), 5, REPLICATIONS)
    for name in ("constant_rate", "lanchester_linear", "lanchester_square"):
        values = BASELINES[name].predict(task).true_values
        assert (values["dead_1"] + values["dead_2"] <= values["dead_0"] * (1 + 1e-9) + 1e-9).all()
        assert (values["dead_1"] >= -1e-9).all()


def without_claims() -> dict[str, Any]:
    """The forces of the teaching scenario, drawn from no claim."""
    forces = teaching_data()["forces"]
    forces["relief"] |= {"strength": {"value": 80, "assumption": "for a test"}, "based_on": [], "rationale": "invented"}
    return forces


def orders_without_claims() -> dict[str, Any]:
    """Its orders, drawn from no claim."""
    return {id: order | {"based_on": [], "rationale": "for a test"} for id, order in teaching_data()["orders"].items()}
