"""A forecast and all baselines held against the record: how each does, and how much better the one is than others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim import baselines, scores
from sim.baselines.base import Asked
from sim.baselines.forecasts import forecast_of
from sim.claims import reporting
from sim.claims.intervals import wilson
from sim.claims.questions import Question
from sim.claims.testimony import log_likelihood, scorable
from sim.scenario.model import Scenario
from sim.scores.checks import coverage, inside, pit
from sim.scores.forecast import Forecast, forecast, fortune, record_of
from sim.scores.likelihood import log_scores
from sim.scores.skill import Skill, gained, share_saved

SPLITS = ("calibration", "holdout")
LOG = "log_score"
HEADLINE = ("log_crps", "brier", "ranked")  # scores by which forecasts are compared, beside the logarithmic one
SHARES = (0.5, 0.9)  # of a forecast's middle


@dataclass(frozen=True)
class Told:
    """A claim beside what was expected to be told: quantiles of the count, the chance of the cell, where it lies."""

    question: Question
    quantiles: tuple[float, float, float, float, float]  # 5, 25, 50, 75, 95 per cent
    chance: float
    chance_interval: tuple[float, float]
    pit: float
    scores: dict[str, float]

    def inside(self, share: float) -> bool:
        """Whether it lies in the middle of its forecast that has this share of it."""
        return inside(self.pit, share)


@dataclass(frozen=True)
class Pair:
    """A forecast and a baseline by one score, over what both speak of: claims, or terms for the logarithmic score."""

    baseline: str
    score: str
    ours: np.ndarray  # (claims,)
    theirs: np.ndarray  # (claims,)
    terms: tuple[str, ...]  # that of each claim


@dataclass(frozen=True)
class Rival:
    """How a forecast does against a baseline by one score: `skill` above 0 if the forecast is better."""

    baseline: str
    score: str
    skill: Skill
    ours: float  # means over claims, or over terms for the logarithmic score
    theirs: float


@dataclass(frozen=True)
class Split:
    """All that is said of the claims of one split."""

    name: str
    forecast: Forecast
    told: tuple[Told, ...]
    pairs: tuple[Pair, ...]
    rivals: tuple[Rival, ...]  # the best baseline first
    baselines: tuple[Forecast, ...]

    def coverage(self, share: float) -> tuple[int, int, tuple[float, float]]:
        """How many counts and shares lie in the middle of their forecasts, of how many, with an interval."""
        transforms = [each.pit for each in self.told if each.question.sort in ("count", "share")]
        return coverage(transforms, share)


@dataclass(frozen=True)
class Battles:
    """What was so in simulated battles: a column for each claim that could be observed in them."""

    scenario: Scenario
    ends: float  # hours
    values: Mapping[str, np.ndarray]
    seed: int
    replications: np.ndarray


def score(battles: Battles) -> list[Split]:
    """Every split of the record that has claims in these battles."""
    return [found for split in SPLITS if (found := score_split(battles, split)) is not None]


def score_split(battles: Battles, split: str) -> Split | None:
    """One split of the record."""
    scenario = battles.scenario
    chosen = [id for id, claim in scenario.claims.items() if claim.scored == split]
    claims = scorable(scenario, battles.ends, chosen)
    if not claims:
        return None
    asked = Asked(scenario, tuple(claims), battles.seed, battles.replications)
    return rated(split, expected(battles, claims), asked, battles.ends, partial(by_likelihood, battles))


ByTerm = Callable[[Sequence[str]], Mapping[str, float]]  # the logarithmic scores of the terms that some claims make


def rated(split: str, ours: Forecast, asked: Asked, ends: float, by_term: ByTerm) -> Split:
    """A forecast of the claims asked beside all baselines; these may speak of fewer claims, and of terms of fewer."""
    others = [forecast_of(name, asked, ends) for name in baselines.names()]
    pairs = tuple(pair for other in others for pair in paired(ours, other, by_term))
    return Split(split, ours, tuple(told(ours, asked.seed)), pairs, best_first(pairs, split, asked.seed), tuple(others))


def by_split(splits: Sequence[Split]) -> dict[str, tuple[Rival, ...]]:
    """The baselines of each split."""
    return {split.name: split.rivals for split in splits}


def together(splits: Sequence[Split], name: str, seed: int) -> tuple[Rival, ...]:
    """Baselines over all claims of several splits, the best first; a term that goes on from one to the next is one."""
    kinds: dict[tuple[str, str], list[Pair]] = {}
    for split in splits:
        for pair in split.pairs:
            kinds.setdefault((pair.baseline, pair.score), []).append(pair)
    whole = [
        Pair(
            baseline,
            score,
            np.concatenate([pair.ours for pair in pairs]),
            np.concatenate([pair.theirs for pair in pairs]),
            tuple(term for pair in pairs for term in pair.terms),
        )
        for (baseline, score), pairs in kinds.items()
    ]
    return best_first(whole, name, seed)


def best_first(pairs: Sequence[Pair], split: str, seed: int) -> tuple[Rival, ...]:
    """How the forecast does against each baseline by each score, the best baseline first."""
    rivals = [rival(pair, split, seed) for pair in pairs]
    return tuple(sorted(rivals, key=lambda each: (each.skill.sign, each.skill.value)))


def rival(pair: Pair, split: str, seed: int) -> Rival:
    """Of logarithmic scores what is gained, of others which share is saved."""
    compared = gained if pair.score == LOG else share_saved
    skill = compared(pair.ours, pair.theirs, pair.terms, f"{pair.baseline}:{pair.score}:{split}", seed)
    return Rival(pair.baseline, pair.score, skill, float(pair.ours.mean()), float(pair.theirs.mean()))


def expected(battles: Battles, claims: Sequence[str]) -> Forecast:
    """What the sources would tell of the battles, as they are thought to report."""
    record = record_of(battles.scenario, battles.ends, claims)
    values = np.column_stack([battles.values[id] for id in record.claims])
    return forecast("simulation", battles.scenario, record, values, battles.seed, battles.replications)


def told(ours: Forecast, seed: int) -> Iterator[Told]:
    """Each claim of a forecast."""
    luck = fortune([f"pit:{question.claim}" for question in ours.questions], seed, np.zeros(1, dtype=np.uint64))
    for number, question in enumerate(ours.questions):
        sample = ours.sample[:, number]
        low, high = question.cell.low, question.cell.high
        often = int(((low <= sample) & (sample <= high)).sum())
        quantiles = np.quantile(sample, [0.05, 0.25, 0.5, 0.75, 0.95], method="inverted_cdf").tolist()
        yield Told(
            question=question,
            quantiles=(quantiles[0], quantiles[1], quantiles[2], quantiles[3], quantiles[4]),
            chance=often / len(sample),
            chance_interval=wilson(often, len(sample)),
            pit=pit(sample, question, float(luck[0, number, 0])),
            scores=scores_of(sample, question),
        )


def scores_of(sample: np.ndarray, question: Question) -> dict[str, float]:
    """Every score that is for such a question."""
    return {name: each.of(sample, question) for name, each in scores.found().items() if question.sort in each.sorts}


def paired(ours: Forecast, other: Forecast, by_term: ByTerm) -> Iterator[Pair]:
    """A forecast and a baseline by every score that the latter can have, over the claims of which it speaks."""
    mine = {(question.claim, question.sort): number for number, question in enumerate(ours.questions)}
    for name in HEADLINE:
        each = scores.found()[name]
        shared = [n for n, question in enumerate(other.questions) if question.sort in each.sorts]
        if not shared:
            continue
        asked = [other.questions[n] for n in shared]
        own = np.array([each.of(ours.sample[:, mine[q.claim, q.sort]], q) for q in asked])
        theirs = np.array([each.of(other.sample[:, n], q) for n, q in zip(shared, asked, strict=True)])
        yield Pair(other.name, name, own, theirs, tuple(question.term for question in asked))
    if other.log_scores:
        terms = tuple(other.log_scores)
        logs = by_term(other.claims)
        own, theirs = (np.array([each[term] for term in terms]) for each in (logs, other.log_scores))
        yield Pair(other.name, LOG, own, theirs, terms)


def by_likelihood(battles: Battles, claims: Sequence[str]) -> dict[str, float]:
    """The logarithmic scores of battles, over the terms that these claims make."""
    record = record_of(battles.scenario, battles.ends, claims)
    values = np.column_stack([battles.values[id] for id in record.claims])
    reports = reporting.drawn(battles.scenario, record.slots, battles.seed, battles.replications)
    scored = log_scores(log_likelihood(record, values, reports))
    return dict(zip([term.name for term in record.terms], scored.tolist(), strict=True))
