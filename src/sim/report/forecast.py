"""Forecasts in words: what was known, what a baseline did better, and each claim beside its forecast."""

from collections.abc import Iterable, Iterator, Sequence

from rich.table import Table

from sim.claims.wording import day_and_month, last_day
from sim.experiment.scoring import Rival, Split, Told
from sim.findings.foreseen import Cut, Foreseen
from sim.report import compare
from sim.scenario.model import Scenario

KINDS = {"free": "Forecast", "given_orders": "Hindcast with the recorded orders"}


def cut_in_words(cut: Cut) -> str:
    """The day that is forecast, or the days from the cut on."""
    if cut.daily:
        return day_and_month(cut.at.date())
    return f"{day_and_month(cut.at.date())} to {day_and_month(last_day(cut.until))}"


def answers(found: Foreseen) -> Iterator[str]:
    """The sentences that head one cut; baselines are told of one day only where it stands alone."""
    cut = found.cut
    first = last_day(cut.at) if not cut.daily else cut.at.date()
    days = " to ".join(dict.fromkeys((day_and_month(first), day_and_month(last_day(cut.until)))))
    head = f"{KINDS[found.mode]} {'of' if cut.daily else 'from'} {days}"
    yield f"{head}: {cut.says}; {len(found.heard.claims)} claims heard."
    if found.split is None:
        yield from (f"  No forecast. {reason}" for reason in found.heard.verdict.against)
        return
    if not cut.daily:
        yield from told_of(compare.answers(found.split))
        yield from told_of(sure(found.split.told))
    if found.ahead is not None and found.ahead.unasked:
        yield f"  Not asked, for it names what nobody knew of at the cut: {', '.join(found.ahead.unasked)}."
    yield from (f"  {sentence}" for sentence in found.heard.verdict.warnings)


def day_ahead(found: Sequence[Foreseen], rivals: Sequence[Rival]) -> Iterator[str]:
    """All forecasts of the next day together."""
    days = [each for each in found if each.cut.daily and each.split is not None]
    claims = [told for each in days if each.split is not None for told in each.split.told]
    if not claims:
        return
    yield f"{KINDS[days[0].mode]} of the next day, {len(days)} days together:"
    yield from told_of(compare.ahead(rivals))
    yield from told_of(compare.covered(claims))
    yield from told_of(sure(claims))


def told_of(sentences: Iterable[str]) -> Iterator[str]:
    """Sentences about a simulation as those about a forecast, set off."""
    return (f"  {sentence.replace('the simulation', 'the forecast')}" for sentence in sentences)


def sure(claims: Sequence[Told]) -> Iterator[str]:
    """How sure it was of the events that came."""
    events = [each for each in claims if each.question.sort == "event"]
    if events:
        likely = sum(each.chance >= 0.5 for each in events)
        mean = 100 * sum(each.chance for each in events) / len(events)
        yield (
            f"Of {len(events)} events that were told, {likely} were given a chance of one half or more; "
            f"the mean chance was {mean:.0f} in 100."
        )


def told_table(scenario: Scenario, found: Foreseen) -> Table:
    """Every later claim beside its forecast."""
    assert found.split is not None
    shown = Table(
        title=f"{cut_in_words(found.cut)}: what was told, and what was forecast to be told", title_justify="left"
    )
    for heading in ("source", "claim", "said"):
        shown.add_column(heading, overflow="fold")
    for heading in ("median", "90 %", "chance", "place"):
        shown.add_column(heading, justify="right", overflow="fold")
    for each in asked(found.split):
        shown.add_row(*compare.cells(scenario, each), style=None if each.inside(0.9) else "bold")
    return shown


def asked(split: Split) -> list[Told]:
    """The claims of a split, each once."""
    return [each for each in split.told if each.question.sort != "state"]
