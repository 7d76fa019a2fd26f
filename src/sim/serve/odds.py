"""Odds of a base case and a change, of so many pairs of battles: as plain data for a page, with intervals and words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np

from sim.battle.simulation import Simulation
from sim.likelihood.control import ControlState
from sim.outputs.formatting import strip_placeholders
from sim.report.whatif import describe_difference
from sim.runs.outcome_measures import OutcomeMeasure, list_outcome_measures
from sim.runs.paired import PairedDifference, compute_difference
from sim.scenario.descriptions import capitalize
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scoring.claim_comparison import select_observable_claims
from sim.scoring.intervals import Z95, wilson_interval
from sim.serve.battle_values import BattleValues

PRELIMINARY_PAIRS = 200  # below, odds are a first look, and say so
MAX_CLAIMS = 6  # that fit worse, and as many that fit better
LOSS_PREFIXES = ("killed_", "wounded_", "captured_")


@dataclass(frozen=True)
class OddsTable:
    """What the odds of a base case are about: the measures that are shown, places and claims.

    Parameters
    ----------
    simulation
        The base case.
    """

    simulation: Simulation

    @property
    def scenario(self) -> Scenario:
        """The battle."""
        return self.simulation.scenario

    @cached_property
    def shown_measures(self) -> list[tuple[int, OutcomeMeasure]]:
        """The measures that are shown, with their columns: headline outputs, and the losses of both sides."""
        measures = list_outcome_measures(self.scenario, self.simulation.end_hours)
        return [
            (column, each)
            for column, each in enumerate(measures)
            if each.id.startswith(("headline_", *LOSS_PREFIXES))
        ]  # fmt: skip

    @cached_property
    def claims(self) -> list[tuple[str, Claim]]:
        """The observable claims with their ids."""
        return list(select_observable_claims(self.scenario, self.simulation.end_hours).items())

    def make_labels(self) -> dict[str, Any]:
        """What does not change while a lever moves: the text of each row, and the ids of places and claims."""
        return {
            "rows": [
                {
                    "id": each.id,
                    "text": capitalize(strip_placeholders(each.text)),
                    "unit": each.unit,
                    "is_event": each.is_event,
                }
                for _, each in self.shown_measures
            ],
            "places": [{"id": id, "name": place.name} for id, place in self.scenario.places.items()],
            "sides": [side.short_name for side in self.scenario.sides.values()],
        }

    def make_odds(self, base: BattleValues, changed: BattleValues, description: str) -> dict[str, Any]:
        """The odds of so many pairs.

        Parameters
        ----------
        base, changed
            As many battles of both, with the same numbers and luck.
        description
            The change as half a sentence; none if nothing is moved.

        Returns
        -------
        dict
            Plain data: the number of pairs, a row for each measure, control by place, claims and sentences.
        """
        differences = [
            compute_difference(each, base.outcomes[:, column], changed.outcomes[:, column])
            for column, each in self.shown_measures
        ]
        return {
            "pairs": base.count,
            "is_preliminary": base.count < PRELIMINARY_PAIRS,
            "rows": [make_row(each, base, changed, column) for (column, _), each in
                     zip(self.shown_measures, differences, strict=True)],
            "control": {"base": count_states(base.control), "changed": count_states(changed.control)},
            "claims": list(self.list_claim_changes(base, changed)),
            "sentences": list(self.describe(differences, base, changed, description)),
        }  # fmt: skip

    def list_claim_changes(self, base: BattleValues, changed: BattleValues) -> Iterator[dict[str, Any]]:
        """The claims that hold in fewer battles than before, or in more, as far as so many pairs can tell."""
        if not self.claims or base.count < 2:
            return
        difference = changed.holds.astype(np.int8) - base.holds.astype(np.int8)
        mean = difference.mean(axis=0)
        half_width = Z95 * np.sqrt(difference.var(axis=0, ddof=1) / base.count)
        clear = np.flatnonzero(np.abs(mean) > np.maximum(half_width, 1e-12))
        worse = [n for n in clear[np.argsort(mean[clear])] if mean[n] < 0][:MAX_CLAIMS]
        better = [n for n in clear[np.argsort(-mean[clear])] if mean[n] > 0][:MAX_CLAIMS]
        for n in (*worse, *better):
            id, claim = self.claims[n]
            yield {
                "id": id,
                "statement": claim.statement,
                "base": float(base.holds[:, n].mean()),
                "changed": float(changed.holds[:, n].mean()),
                "low": float(mean[n] - half_width[n]),
                "high": float(mean[n] + half_width[n]),
            }

    def describe(
        self, differences: list[PairedDifference], base: BattleValues, changed: BattleValues, description: str
    ) -> Iterator[str]:
        """What the change does, in a sentence for the first event and one for the place that it changes most."""
        if not description:
            return
        events = [each for each in differences if each.measure.is_event]
        if events:
            yield describe_difference(capitalize(description), events[0])
        yield from self.describe_ground(base, changed)

    def describe_ground(self, base: BattleValues, changed: BattleValues) -> Iterator[str]:
        """Where on the ground the change does most, if that is more than chance may do."""
        before, after = (np.array(count_states(each.control)) / each.count for each in (base, changed))
        place, state = np.unravel_index(int(np.argmax(after - before)), before.shape)
        if after[place, state] - before[place, state] <= Z95 * sqrt(0.5 / base.count):  # the most that luck alone moves
            return
        name = list(self.scenario.places.values())[place].name
        first, second = (side.short_name for side in self.scenario.sides.values())
        ending = {
            ControlState.FIRST: f"{first} holds {name}",
            ControlState.CONTESTED: f"{name} is contested",
            ControlState.SECOND: f"{second} holds {name}",
        }[ControlState(int(state))]
        shares = [f"{100 * each[place, state]:.0f}" for each in (after, before)]
        yield f"The ground changes most here: at the end {ending} in {shares[0]} of 100 battles instead of {shares[1]}."


def count_states(control: np.ndarray) -> list[list[int]]:
    """In how many battles each place is in each state at the end."""
    counts: list[list[int]] = (control[:, :, None] == np.array(list(ControlState))).sum(axis=0).tolist()
    return counts


def make_row(difference: PairedDifference, base: BattleValues, changed: BattleValues, column: int) -> dict[str, Any]:
    """One measure as plain data: both means with their intervals, and the paired difference with its own."""
    return {
        "base": estimate_mean(base.outcomes[:, column], difference.measure.is_event),
        "changed": estimate_mean(changed.outcomes[:, column], difference.measure.is_event),
        "difference": [difference.difference, difference.low, difference.high],
        "moved": [difference.n_increased, difference.n_decreased],
    }


def estimate_mean(values: np.ndarray, is_event: bool) -> list[float]:
    """A mean with its 95% interval: Wilson's for a share of battles, else the normal one."""
    mean = float(values.mean())
    if is_event:
        return [mean, *wilson_interval(float(values.sum()), len(values))]
    half_width = Z95 * float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return [mean, mean - half_width, mean + half_width]
