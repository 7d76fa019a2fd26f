"""A calibrated battle fought again: its unknowns as the record leaves them, and new dice. Would it happen again?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.battle.fight import Stage
from sim.calibration.battles import observed
from sim.calibration.posterior import Posterior
from sim.claims.testimony import recorded, told
from sim.findings.ahead import reporting_of
from sim.findings.clustered import Chance, Estimate, mean, parts
from sim.findings.likely import Likely, fits, places
from sim.findings.luck import Entry, asked, ledger
from sim.measures.base import Observable
from sim.scenario import edits
from sim.scenario.model import Scenario
from sim.schema import Edit

EACH = 4  # battles of each draw: what differs among them is chance


@dataclass(frozen=True)
class Again:
    """Battles of a posterior with new dice; `draws` and `families` say which draw and which family each is of."""

    values: np.ndarray  # (battles, asked)
    asked: tuple[Observable, ...]
    draws: np.ndarray
    families: np.ndarray

    def column(self, about: Observable) -> np.ndarray:
        """What was observed of one thing."""
        return self.values[:, self.asked.index(about)]


def fight_again(stage: Stage, posterior: Posterior, seed: int, wanted: tuple[Observable, ...]) -> Again:
    """Fight each draw of a posterior several times with new dice, and observe what is wanted."""
    count = EACH * len(posterior)
    values = observed(stage.dealt(posterior.with_fresh_dice), seed, count, wanted)
    draws = np.arange(count) % len(posterior)
    return Again(values, wanted, draws, families_of(posterior)[draws])


def families_of(posterior: Posterior) -> np.ndarray:
    """The family of each draw, numbered over all islands."""
    _, found = np.unique(np.stack([posterior.islands, posterior.families]), axis=1, return_inverse=True)
    return found.reshape(-1)


def wanted_of(scenario: Scenario, ends: float) -> tuple[Observable, ...]:
    """All that findings ask of a battle: turns, the answer's sentences, every claim that can be scored."""
    claims = [id for id, claim in scenario.claims.items() if claim.scored != "carried"]
    found = list(asked(scenario))
    found += [each.observable for each in scenario.sentences if scenario.hours(each.observable.until) <= ends]
    found += recorded(scenario, ends, claims).asked
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Event:
    """Something that happens or not: how often, and how much of its variance lies between draws, not in the dice."""

    text: str
    chance: Estimate
    unknowns: float  # share of the variance that the unknowns have; the rest is chance


def events(scenario: Scenario, ends: float, again: Again) -> list[Event]:
    """The events that the scenario asks about."""
    found = []
    for sentence in scenario.sentences:
        if sentence.at_least is None or scenario.hours(sentence.observable.until) > ends:
            continue
        happened = again.column(sentence.observable) >= sentence.at_least
        between, within = parts(happened.astype(np.float64), again.draws)
        everywhere = np.ones(len(happened), dtype=bool)
        share = between / (between + within) if between + within > 0 else 0.0
        found.append(Event(sentence.text, Chance(happened, everywhere, again.families).estimate, share))
    return found


@dataclass(frozen=True)
class Number:
    """A count that the scenario's answer names: median and middle 90 per cent over battles, and the mean's interval."""

    text: str
    median: float
    most: tuple[float, float]
    mean: Estimate


def numbers(scenario: Scenario, ends: float, again: Again) -> list[Number]:
    """The counts that the scenario asks about."""
    found = []
    for sentence in scenario.sentences:
        if sentence.at_least is not None or scenario.hours(sentence.observable.until) > ends:
            continue
        values = again.column(sentence.observable)
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]).tolist()
        found.append(Number(sentence.text, middle, (low, high), mean(values, again.families)))
    return found


def luck(stage: Stage, posterior: Posterior, seed: int, again: Again) -> list[Entry]:
    """The ledger of turns; those that are taken away are fought again without, with the same dice."""
    scenario = stage.scenario
    columns = asked(scenario)
    values = np.stack([again.column(each) for each in columns], axis=1)
    without: Mapping[str, np.ndarray] = {
        id: fight_again(changed(stage, turn.without), posterior, seed, columns).values
        for id, turn in scenario.turns.items()
        if turn.without
    }
    return ledger(scenario, values, again.families, without)


def changed(stage: Stage, change: tuple[Edit, ...]) -> Stage:
    """The stage of the scenario with some edits, which were checked with it."""
    data, refused = edits.applied(stage.scenario.model_dump(mode="json", exclude_unset=True), change)
    assert not refused
    return replace(stage, scenario=Scenario.model_validate(data))


def likely(stage: Stage, posterior: Posterior, seed: int, again: Again) -> Likely:
    """The real record among those that sources would tell of the battle fought again, and of the draws themselves."""
    scenario = stage.scenario
    claims = [id for id, claim in scenario.claims.items() if claim.scored != "carried"]
    record = recorded(scenario, stage.ends, claims)
    values = np.stack([again.column(each) for each in record.asked], axis=1)
    draws = reporting_of(scenario, record, posterior, seed)[again.draws]
    reports = told(record, values, draws, seed, np.arange(len(values), dtype=np.uint64)).counts
    heard = recorded(scenario, stage.ends, posterior.claims)
    own = posterior.outcomes
    whole = fits(heard, own, reporting_of(scenario, heard, posterior, seed), families_of(posterior), seed)
    return Likely(places(record, reports, seed), whole)
