"""From what a baseline expects to a forecast like any other."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sim.baselines import guess
from sim.baselines.base import Asked
from sim.claims import reporting
from sim.claims.cells import Cell
from sim.claims.questions import questions
from sim.claims.testimony import Testimony, log_likelihood, told
from sim.scores.forecast import Forecast, forecast, record_of
from sim.scores.likelihood import effective, log_scores


def forecast_of(name: str, asked: Asked, ends: float) -> Forecast:
    """The forecast of a baseline, of the claims that it can speak of."""
    guessed = guess(name, asked)
    spoken = [id for id in asked.claims if id in guessed.so or id in guessed.told]
    record = record_of(asked.scenario, ends, spoken)
    if guessed.told:
        found = copied(name, asked, record, guessed.told, guessed.known)
    else:
        values = np.column_stack([guessed.so[id] for id in record.claims]) if spoken else empty(asked)
        found = forecast(name, asked.scenario, record, values, asked.seed, asked.replications)
    return replace(found, silent=dict(guessed.silent))


def copied(
    name: str, asked: Asked, record: Testimony, means: Mapping[str, np.ndarray], known: Mapping[str, float]
) -> Forecast:
    """The forecast of somebody who copies what was told: each claim by itself, given all that was told before its day.

    Since each is given what was told before, the logarithmic score of a term is the sum over its claims.
    """
    about = questions(record)
    sample, scores = empty(asked), {term.name: 0.0 for term in record.terms}
    rests = {term.name: float(len(asked.replications)) for term in record.terms}
    columns = []
    for question in about:
        alone = record_of(asked.scenario, float("inf"), [question.claim])
        reports = reporting.drawn(asked.scenario, alone.slots, asked.seed, asked.replications)
        reports = reporting.as_told(alone, reports)
        before = round(known.get(question.claim, 0.0))
        more = beyond(alone, before)
        values = means[question.claim][:, None]
        columns.append(before + told(more, values, reports, asked.seed, asked.replications).counts[:, 0])
        likelihood = log_likelihood(more, values, reports)
        scores[question.term] += float(log_scores(likelihood)[0])
        rests[question.term] = min(rests[question.term], float(effective(likelihood)[0]))
    return Forecast(name, about, np.column_stack([sample, *columns]), scores, rests)


def beyond(record: Testimony, before: int) -> Testimony:
    """The record of one claim as one of what comes to it beyond what is known before."""
    (term,) = record.terms
    (cell,) = term.cells
    return replace(record, terms=(term.with_cells([Cell(max(cell.low - before, 0), max(cell.high - before, 0.0))]),))


def empty(asked: Asked) -> np.ndarray:
    """No forecasts yet."""
    return np.empty((len(asked.replications), 0))
