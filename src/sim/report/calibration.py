"""What a calibration found, in words and tables: first whether there is a posterior at all."""

from collections.abc import Iterator
from math import inf

import numpy as np
from rich.table import Table

from sim.calibration.found import Calibrated
from sim.calibration.identified import ENOUGH, Known, known, together
from sim.calibration.predictive import Predicted
from sim.calibration.verdict import APART
from sim.experiment.digits import rounded, spanned, with_error
from sim.report.phrases import joined_words

SHOWN_PAIRS = 8
MEANING = (
    "contraction: the share of the prior variance that the claims took away, on the scale on which the prior is "
    "normal, with its standard error. like it: chance that the calibrated model's source would have told the same."
)


def answers(found: Calibrated) -> Iterator[str]:
    """The answer first: why there is no posterior, or how good it is."""
    cooled = found.cooled
    claims, terms = len(found.target.testimony.claims), len(found.target.terms)
    if not found.verdict.stands:
        yield f"No posterior. {claims} claims in {terms} terms were heard."
        yield from (f"  {line}" for line in found.verdict.against)
    else:
        particles = sum(len(island.fought) for island in cooled.islands)
        yield (
            f"Calibrated on {claims} claims in {terms} terms under the {found.target.stage.law} law: half "
            f"of the unknowns and of what was observed have an effective sample of {rounded(cooled.effective)} or more "
            f"(of {particles:,} draws). What has less than {ENOUGH} is not shown."
        )
    if cooled.reached:
        first, second = cooled.evidences[:2]
        agree = "they agree" if first.apart(second) <= APART else "they do not agree within their error"
        yield (
            f"Logarithm of the evidence: {told(cooled.evidence.log, cooled.evidence.error)}; by island "
            f"{told(first.log, first.error)} and {told(second.log, second.error)}: {agree}."
        )
    plain = found.weighted
    yield (
        f"Baseline: plain weights of {plain.draws:,} draws from the prior leave an effective sample of "
        f"{plain.effective:.2g}; the heaviest draw has {100 * plain.largest:.0f}% of the weight."
    )
    yield from matched(found)
    yield from (f"Beware: {line}" for line in found.verdict.warnings)


def matched(found: Calibrated) -> Iterator[str]:
    """What history matching says."""
    wave = found.wave
    claims = np.array(found.target.testimony.claims)
    plausible = int(wave.plausible.sum())
    yield (
        f"History matching: {plausible} of {len(wave.slots)} draws of the battle's parameters are not implausible "
        "(nothing is cut off by that)."
    )
    never = claims[(wave.matched == 0).all(axis=0)]
    if len(never):
        yield f"Told in none of {len(wave.slots) * wave.repeats:,} battles of the prior as it was: {', '.join(never)}."


def told(value: float, error: float) -> str:
    """A number with its standard error."""
    if not error < inf:
        return f"{value:.4g} (error unknown)"
    return with_error(value, error)


def tables(found: Calibrated) -> Iterator[Table]:
    """Unknowns and claims, if there is a posterior to show."""
    if found.shown is not None:
        yield unknowns_table(known(found.shown))
        yield claims_table(found.predicted)


def unknowns_table(unknowns: list[Known]) -> Table:
    """Prior beside posterior, the most contracted first."""
    shown = Table(title="Unknowns: prior and posterior (median, 5% to 95%)", title_justify="left", pad_edge=False)
    shown.add_column("unknown", overflow="fold")
    for heading in ("prior", "posterior", "contraction"):
        shown.add_column(heading, justify="right")
    shown.add_column("the record")
    for each in unknowns:
        shown.add_row(
            f"{each.slot.replace('_', ' ')} ({each.unit})",
            spanned(*each.before),
            spanned(*each.after) if each.shown else "—",
            with_error(each.contraction, each.error) if each.shown else "",
            each.words,
            style="dim" if each.words == "not determined" else None,
        )
    return shown


def claims_table(predicted: list[Predicted]) -> Table:
    """Each claim beside what its source would have told."""
    shown = Table(title="Claims, and what the calibrated model's sources tell", title_justify="left", pad_edge=False)
    shown.add_column("claim", overflow="fold")
    for heading in ("told", "median", "5% to 95%", "like it, in 100"):
        shown.add_column(heading, justify="right")
    for each in predicted:
        shown.add_row(
            each.claim + (" (missed)" if each.missed else ""),
            cell(each.low, each.high),
            *(reported(each) if each.shown else ("", "too few effective draws", "")),
        )
    return shown


def reported(each: Predicted) -> tuple[str, str, str]:
    """What the calibrated model's source tells, and how often it is like what was told."""
    like = f"{100 * each.like:.0f}" if each.like >= 0.005 else f"{100 * each.like:.1g}"
    return f"{each.median:.0f}", f"{each.most[0]:.0f} to {each.most[1]:.0f}", like


def cell(low: float, high: float) -> str:
    """What was told, as numbers."""
    if high == inf:
        return f"{low:.0f} or more"
    return f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"


def notes(found: Calibrated) -> Iterator[str]:
    """What the record does not determine, in words."""
    if found.shown is None:
        return
    yield MEANING
    yield from undetermined(known(found.shown))
    pairs = together(found.shown)
    for pair in pairs[:SHOWN_PAIRS]:
        names = (pair.first.replace("_", " "), pair.second.replace("_", " "))
        combination = "their ratio or difference" if pair.correlation > 0 else "their product or sum"
        yield (
            f"Known together only: {names[0]} and {names[1]} ({combination} is known better than either; correlation "
            f"{pair.correlation:.1f})."
        )
    if len(pairs) > SHOWN_PAIRS:
        yield f"And {len(pairs) - SHOWN_PAIRS} more pairs, in together.parquet."


def undetermined(unknowns: list[Known]) -> Iterator[str]:
    """What the record says nothing of."""
    by_words: dict[str, list[str]] = {}
    for each in unknowns:
        by_words.setdefault(each.words, []).append(each.slot.replace("_", " "))
    for words, names in by_words.items():
        if words == "not determined":
            yield f"The record does not determine {joined_words(names)} ({len(names)} of {len(unknowns)} unknowns)."
