"""A forecast held against what was told later, beside baselines that know no more than it did."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import numpy as np

from sim.baselines.base import Asked
from sim.claims.questions import questions, standings, states_told
from sim.claims.testimony import log_likelihood, recorded
from sim.experiment.scoring import Split, rated
from sim.findings.ahead import Ahead
from sim.scenario.model import Scenario
from sim.scores.forecast import Forecast, fortune
from sim.scores.likelihood import effective, log_scores


def score(name: str, truth: Scenario, cut: datetime, until: datetime, ahead: Ahead, seed: int) -> Split:
    """How a forecast does, claim by claim, and against every baseline that knows what was told until the cut."""
    ends = truth.hours(until)
    asked = Asked(truth, ahead.later, seed, np.arange(len(ahead.values), dtype=np.uint64), cut)
    return rated(name, as_forecast(truth, ends, ahead, seed), asked, ends, partial(by_term, truth, ends, ahead))


def as_forecast(truth: Scenario, ends: float, ahead: Ahead, seed: int) -> Forecast:
    """The later claims alone, in counts, events and states."""
    later = set(ahead.later)
    chosen = [(n, question) for n, question in enumerate(questions(ahead.record)) if question.claim in later]
    held = [each for each in standings(truth, ahead.record) if each.question.claim in later]
    numbers = np.arange(len(ahead.values), dtype=np.uint64)
    luck = fortune([f"state:{each.question.claim}" for each in held], seed, numbers)
    states = [states_told(truth, each, ahead.values, ahead.reporting, luck[:, n]) for n, each in enumerate(held)]
    columns = [*(ahead.reports[:, n] for n, _ in chosen), *states]
    terms, likelihood = conditional(truth, ends, ahead, ahead.later)
    return Forecast(
        name="forecast",
        questions=(*(question for _, question in chosen), *(each.question for each in held)),
        sample=np.column_stack(columns) if columns else np.empty((len(numbers), 0)),
        log_scores=dict(zip(terms, log_scores(likelihood).tolist(), strict=True)),
        effective=dict(zip(terms, effective(likelihood).tolist(), strict=True)),
        silent=dict.fromkeys(ahead.unasked, "it is about something of which nothing was known at the cut"),
    )


def by_term(truth: Scenario, ends: float, ahead: Ahead, claims: Sequence[str]) -> dict[str, float]:
    """The logarithmic score of each term that some later claims make, given what was told before the cut."""
    terms, likelihood = conditional(truth, ends, ahead, claims)
    return dict(zip(terms, log_scores(likelihood).tolist(), strict=True))


def conditional(truth: Scenario, ends: float, ahead: Ahead, claims: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """The terms that some later claims make, and the logarithm of the chance of each in each draw, given what was told
    before the cut: shape (draws, terms).

    The draws are of the posterior, which has heard the earlier claims; so each battle's chance of a later claim is that
    of all of its term over that of the earlier part.
    """
    heard = [claim for claim in ahead.record.claims if claim not in ahead.later]
    before = terms_of(truth, ends, ahead, heard)
    found = {}
    for term, (members, logarithms) in terms_of(truth, ends, ahead, [*heard, *claims]).items():
        if set(members) & set(claims):
            known = sum((part for parts, part in before.values() if set(parts) <= set(members)), np.zeros(1))
            found[term] = logarithms - known
    columns = list(found.values())
    return list(found), np.stack(columns, axis=1) if columns else np.empty((len(ahead.values), 0))


def terms_of(
    truth: Scenario, ends: float, ahead: Ahead, claims: Sequence[str]
) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """The claims and, in each draw, the logarithm of every term that some claims make."""
    record = recorded(truth, ends, claims)
    columns = [ahead.record.asked.index(each) for each in record.asked]
    slots = [ahead.record.slots.index(each) for each in record.slots]
    logarithms = log_likelihood(record, ahead.values[:, columns], ahead.reporting[:, slots])
    return {term.name: (term.claims, logarithms[:, n]) for n, term in enumerate(record.terms)}
