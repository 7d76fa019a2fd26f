"""A forecast against the record in words: baselines that do better first, then how often claims lie where expected."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from sim.experiment.scoring import LOG, Rival, Split, Told
from sim.report.skills import in_words
from sim.scenario.model import Scenario
from sim.scores.checks import coverage

WHAT = {
    "log_crps": "counts (log scale)",
    "brier": "events and who holds what, yes or no",
    "ranked": "who holds a place, in three states",
    LOG: "all of it, by likelihood",
}
NAMES = {"calibration": "Claims that may teach the model", "holdout": "Claims that are held out"}
UNCALIBRATED = (
    "Uncalibrated: the simulation has seen none of these claims; all of them are held against wide assumptions."
)
CALIBRATED = (
    "Calibrated: claims that may teach the model have taught it, and agree with it the better for that; only those "
    "that are held out are a test."
)
MEANING = (
    "Skill: the share of the baseline's score that the simulation saves (of the logarithmic score, nats for each "
    "term), with its 95% interval over terms; below 0 the baseline is better. Baselines that copy the record see what "
    "was told before each claim's day."
)
FEWEST = 30  # effective battles below which a logarithmic score is an estimate with a large error


def answers(split: Split) -> Iterator[str]:
    """Baselines that do better, then coverage."""
    yield from ahead(split.rivals)
    if scarce := thin(split):
        yield (
            f"The likelihood of {len(scarce)} of {len(split.forecast.effective)} terms rests on fewer than {FEWEST} of "
            f"the battles, so that its score is uncertain: {', '.join(scarce[:4])}{', ...' if len(scarce) > 4 else ''}."
        )
    yield from covered(split.told)


def ahead(rivals: Sequence[Rival]) -> Iterator[str]:
    """Every baseline that does better, or that none does."""
    better = [rival for rival in rivals if skill(rival).startswith(("−", "below"))]
    for rival in better:
        sure = "beyond what chance explains" if rival.skill.sign < 0 else "which so few can't tell from chance"
        things = "term" if rival.score == LOG else "claim"
        yield (
            f"{called(rival)} is ahead of the simulation by the score of {WHAT[rival.score]}: "
            f"{skill(rival)}, {sure} ({rival.skill.claims} {things}{'s' * (rival.skill.claims > 1)})."
        )
    if not better and rivals:
        yield "No baseline is ahead of the simulation by any score."


def called(rival: Rival) -> str:
    """The name of a baseline in words."""
    return rival.baseline.replace("_", " ")


def covered(claims: Sequence[Told]) -> Iterator[str]:
    """How many counts and shares lie in the middle of what was to be told."""
    transforms = [each.pit for each in claims if each.question.sort in ("count", "share")]
    for share, words in ((0.5, "half"), (0.9, "nine tenths")):
        held, of, (low, high) = coverage(transforms, share)
        if of:
            yield (
                f"{held} of {of} counts and shares lie in the middle {words} of what was to be told "
                f"(95% interval: {100 * low:.0f} to {100 * high:.0f} in 100; {100 * share:.0f} if all is well)."
            )


def thin(split: Split) -> list[str]:
    """The terms whose logarithmic score rests on too few battles to be sure of."""
    return [term for term, battles in split.forecast.effective.items() if battles < FEWEST]


def skill(rival: Rival) -> str:
    """A skill with its interval and no more digits than that supports."""
    words = in_words(rival.score, rival.skill.value, rival.skill.interval, "%")
    few = rival.skill.interval is None and not words.startswith("below")
    return f"{words} (too few to tell)" if few else words


def skill_table(split: Split) -> Table:
    """Every baseline by every score, the best first."""
    shown = Table(title=f"{NAMES[split.name]}: the simulation against baselines, the best baseline first")
    shown.title_justify, shown.pad_edge = "left", False
    for heading in ("baseline", "score", "of"):
        shown.add_column(heading, overflow="fold")
    for heading in ("claims", "baseline's", "simulation's", "skill"):
        shown.add_column(heading, justify="right", overflow="fold")
    for each in split.rivals:
        shown.add_row(
            called(each),
            each.score,
            WHAT[each.score],
            str(each.skill.claims),
            f"{each.theirs:.2f}",
            f"{each.ours:.2f}",
            skill(each),
            style="bold" if each.skill.sign < 0 else None if each.skill.sign > 0 else "dim",
        )
    return shown


def told_table(scenario: Scenario, split: Split) -> Table:
    """Every claim beside what was to be told."""
    shown = Table(title=f"{NAMES[split.name]}: what was told beside what the simulation expects to be told")
    shown.title_justify, shown.pad_edge = "left", False
    for heading in ("source", "claim", "said"):
        shown.add_column(heading, overflow="fold")
    for heading in ("median", "90 %", "chance", "place"):
        shown.add_column(heading, justify="right", overflow="fold")
    for each in split.told:
        if each.question.sort != "state":
            shown.add_row(*cells(scenario, each), style=None if each.inside(0.9) else "bold")
    return shown


def cells(scenario: Scenario, each: Told) -> list[str]:
    """One claim as the cells of its row; `place` is the share of what was expected that lies below it."""
    claim = scenario.claims[each.question.claim]
    assert claim.value is not None
    low, high = (f"{100 * end:.0f}" for end in each.chance_interval)
    event = each.question.sort == "event"
    scale = 5.0 if each.question.sort == "share" else 1.0
    unit = " %" if each.question.sort == "share" else ""
    return [
        scenario.sources[claim.source].name,
        claim.says,
        claim.value.said,
        "" if event else f"{scale * each.quantiles[2]:.0f}{unit}",
        "" if event else f"{scale * each.quantiles[0]:.0f} to {scale * each.quantiles[4]:.0f}{unit}",
        f"{low} to {high} %",
        "" if event else f"{100 * each.pit:.0f} %",
    ]
