"""Forecasts of claims: what a calibrated battle that is fought on would have its sources tell."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from sim.battle.fight import Stage
from sim.calibration.battles import observed
from sim.calibration.posterior import Posterior
from sim.claims.reporting import drawn
from sim.claims.terms.counted import Counted
from sim.claims.testimony import Testimony, recorded, told
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Ahead:
    """What sources would tell after a cut, claim by claim, and what the battles did.

    `record` holds the claims heard before the cut too, where later ones contain them; `later` are those forecast, and
    `unasked` those that name something of which nothing was known at the cut.
    """

    record: Testimony
    later: tuple[str, ...]
    unasked: tuple[str, ...]
    values: np.ndarray  # (draws, asked)
    reporting: np.ndarray  # (draws, slots)
    reports: np.ndarray  # (draws, claims of the record)

    def sample(self, claim: str) -> np.ndarray:
        """The reports of one claim, shape (draws,)."""
        return self.reports[:, self.record.claims.index(claim)]


def held_out(scenario: Scenario, known: Collection[str], cut: datetime, until: datetime) -> list[str]:
    """The claims that can be scored, were not known at the cut, and are about nothing after `until`."""
    return [
        id
        for id, claim in scenario.claims.items()
        if claim.scored != "carried"
        and id not in known
        and (about := claim.observable) is not None
        and cut < about.until <= until
    ]


def forecast(
    truth: Scenario, stage: Stage, posterior: Posterior, later: Collection[str], until: datetime, seed: int
) -> Ahead:
    """Fight every draw of a posterior on, and let the sources of the whole scenario (`truth`) tell of it.

    A source that was heard tells as the draw has it; one that was not, by its prior. What was told before the cut stays
    told: a later total is the earlier one and what has come since.
    """
    onward = replace(stage, until=until)
    possible = [id for id in later if is_askable(truth, id, onward.scenario)]
    heard = [id for id in posterior.claims if id in truth.claims]
    record = recorded(truth, truth.hours(until), [*heard, *possible])
    values = observed(onward.dealt(posterior.as_fought), seed, len(posterior), record.asked)
    reporting = reporting_of(truth, record, posterior, seed)
    drawn_reports = told(record, values, reporting, seed, np.arange(len(posterior), dtype=np.uint64)).counts
    return Ahead(
        record=record,
        later=tuple(possible),
        unasked=tuple(id for id in later if id not in possible),
        values=values,
        reporting=reporting,
        reports=continued(record, drawn_reports, set(heard)),
    )


def is_askable(truth: Scenario, claim: str, known: Scenario) -> bool:
    """Whether all that a claim is about is there in the scenario that is fought."""
    about = truth.claims[claim].observable
    named: dict[str, Any] = {} if about is None else about.model_dump(mode="json")
    orders = set(named.get("orders", ()))
    places = {*named.get("places", ()), *([named["place"]] if "place" in named else [])}
    equipment = {named["equipment"]} if named.get("equipment") else set()
    return orders <= set(known.replayed) and places <= set(known.places) and equipment <= set(known.equipment)


def reporting_of(truth: Scenario, record: Testimony, posterior: Posterior, seed: int) -> np.ndarray:
    """How sources report in each draw, shape (draws, slots): as calibrated, else by the prior."""
    found = drawn(truth, record.slots, seed, np.arange(len(posterior), dtype=np.uint64))
    for column, slot in enumerate(record.slots):
        if slot in posterior.priors:
            found[:, column] = posterior.values[:, posterior.slots.index(slot)]
    return found


def continued(record: Testimony, reports: np.ndarray, heard: Collection[str]) -> np.ndarray:
    """Reports in which what had been told stays; a total is what its parts came to, and what was drawn of the rest."""
    found = reports.copy()
    first = 0
    for term in record.terms:
        if isinstance(term, Counted):
            for number, node in enumerate(term.nodes):
                column = first + number
                parts = [first + part for part in node.parts]
                rest = reports[:, column] - reports[:, parts].sum(axis=1)
                found[:, column] = rest + found[:, parts].sum(axis=1)
                if term.claims[number] in heard:
                    found[:, column] = np.clip(found[:, column], term.cells[number].low, term.cells[number].high)
        first += len(term.claims)
    return found
