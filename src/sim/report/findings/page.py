"""The page of findings: claims, intervals, baselines, failures, and the command behind each number."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.calibration.identified import ENOUGH, Known, known
from sim.calibration.posterior import Posterior
from sim.experiment.digits import rounded, with_error
from sim.findings.found import Found
from sim.findings.likely import Place
from sim.findings.sources import Factor, Ratio, Three
from sim.findings.versions import Version
from sim.report.findings.forecasts import forecast_lines
from sim.report.findings.whatifs import whatif_lines
from sim.report.findings.words import LEDGER, UNLIKELY, headline, in_100, ledger_rows
from sim.report.markdown import made, table
from sim.scenario.model import Scenario

COMMAND = "sim analyse"


def lines(
    scenario: Scenario,
    forecasts: Sequence[Path],
    whatif: Path | None,
    posterior: Posterior,
    found: Found,
    versions: Sequence[Version],
    caption: str,
    stem: str,
) -> Iterator[str]:
    """The lines of the page."""
    yield f"# Findings: {scenario.title}"
    yield ""
    yield f"{caption}. Made by `make analyse`; the command behind each part stands at its end."
    yield ""
    yield "Probabilities are shares of simulated battles, with 95% intervals that count battles of one family of draws"
    yield "together. A battle fought again has the unknowns as the record leaves them, and new dice."
    yield ""
    yield "## Would it happen again?"
    yield ""
    yield from (f"- {sentence}" for sentence in headline(scenario, found))
    yield ""
    yield from odd(scenario, found)
    yield made(f"{COMMAND} posterior=OUTPUT")
    yield from version_lines(versions, stem)
    yield from luck_lines(found, stem)
    yield from source_lines(scenario, found, stem)
    yield from unknown_lines(posterior)
    for path in forecasts:
        yield from forecast_lines(scenario, path, stem)
    if whatif is not None:
        yield from whatif_lines(whatif, found.effects, stem)


def odd(scenario: Scenario, found: Found) -> Iterator[str]:
    """The claims that lie far out in battles fought again."""
    far = sorted((place for place in found.likely.places if place.tail < UNLIKELY), key=lambda place: place.tail)
    if not far:
        return
    yield "Where the model fails, or the battle was odd, or a source was; which of them no count of battles tells:"
    yield ""
    yield from table(
        ("claim", "source", "said"),
        ("to be told: median (90 %)", "as far out, in 100"),
        (odd_row(scenario, place, found.battles) for place in far),
    )


def odd_row(scenario: Scenario, place: Place, battles: int) -> list[str]:
    """One such claim."""
    claim = scenario.claims[place.claim]
    said = claim.value.said if claim.value else ""
    least = 100 * 3 / battles  # by the rule of three
    rare = f"below {least:.1g}" if place.tail == 0 else f"{100 * place.tail:.1g}"
    middle = f"{place.median:.0f} ({place.most[0]:.0f} to {place.most[1]:.0f})"
    return [claim.says, scenario.sources[claim.source].name, said, middle, rare]


def version_lines(versions: Sequence[Version], stem: str) -> Iterator[str]:
    """The headline by every reading and source."""
    if len(versions) < 2:
        return
    yield "## What hangs on how the text is read, and on whom one believes"
    yield ""
    shown = next((each for each in versions if each.events), None)
    if shown is None:
        yield "No version left a posterior.\n"
    else:
        events = [event.text.split(" in {chance}")[0] for event in shown.events]
        numbers = [f"median: {words(number.text)}" for number in shown.numbers]
        columns = [*events, *numbers, "log evidence over the first"]
        rows = ([each.name, *version_cells(each, versions[0], len(columns) - 1)] for each in versions)
        yield f"![The headline, version by version](images/{stem}-versions.png)"
        yield ""
        yield from table(("version",), columns, rows)
    for each in versions:
        if each.against or each.warnings:
            yield f"{each.name}: {' '.join((*each.against, *each.warnings))}"
            yield ""
    yield "Evidence compares readings only where the same claims are heard; a reading that drops a claim, and the"
    yield "choice of one source's counts, have none to compare. Differences below 3 are slight; one of 0 ± 0 comes of"
    yield "battles that the reading leaves as they were, as far as anybody was heard of them."
    yield ""
    yield made(f"{COMMAND} posterior=OUTPUT readings=[...] sources=true")


def version_cells(each: Version, first: Version, columns: int) -> list[str]:
    """A version as the cells of its row."""
    if not each.events:
        cells = ["no posterior", *["—"] * (columns - 1)]
    else:
        cells = [in_100(event.chance) for event in each.events]
        cells += [f"{number.median:.0f} ({number.most[0]:.0f} to {number.most[1]:.0f})" for number in each.numbers]
    if each is first:
        return [*cells, "0"]
    if not each.comparable:
        return [*cells, "other claims"]
    return [*cells, with_error(each.evidence.log, each.evidence.error)]


def words(text: str) -> str:
    """What a sentence about a count counts."""
    return text.split("; the median")[0].replace("In half of all battles between {low} and {high} ", "")


def luck_lines(found: Found, stem: str) -> Iterator[str]:
    """The ledger of luck."""
    yield "## The ledger of luck"
    yield ""
    yield f"![Each turn, how likely it was, and how the outcome goes with it](images/{stem}-luck.png)"
    yield ""
    yield from table(LEDGER[:1], LEDGER[1:], ledger_rows(found.ledger))
    yield "Held: battles in 100, among those that have the turn and among those that went the other way, in which the"
    yield "objective is held at the end. The difference is an association, but for turns without a chance of their own:"
    yield "those are taken away, and the same battles are fought without them."
    yield ""
    yield made(f"{COMMAND} posterior=OUTPUT")


def source_lines(scenario: Scenario, found: Found, stem: str) -> Iterator[str]:
    """Factors of sources and their ratios."""
    yield "## What each source tells"
    yield ""
    yield f"![Factors of each source, before and after](images/{stem}-sources.png)"
    yield ""
    yield from table(
        ("source, of whom", "the prior's reason, and what it was taken from"),
        ("prior: median (90 %)", "posterior"),
        (factor_row(scenario, each) for each in found.factors),
    )
    yield "Only ratios are known from the record: twice as many dead and sources that tell half of them leave the same"
    yield "claims. The level of each factor rests on its prior."
    yield ""
    yield from table(("ratio",), ("prior", "posterior"), (ratio_row(scenario, ratio) for ratio in found.ratios))
    yield made(f"{COMMAND} posterior=OUTPUT")


def factor_row(scenario: Scenario, each: Factor) -> list[str]:
    """One source of one side."""
    name = f"{scenario.sources[each.source].name}, of {scenario.sides[each.side].short}"
    taken = f" ({', '.join(each.reference)})" if each.reference else ""
    return [name, each.reason + taken, factor(each.before), factor(each.after)]


def ratio_row(scenario: Scenario, ratio: Ratio) -> list[str]:
    """One ratio of two sources."""
    one, other = scenario.sources[ratio.first].name, scenario.sources[ratio.second].name
    return [f"{one} to {other}, of {scenario.sides[ratio.side].short}", factor(ratio.before), factor(ratio.after)]


def factor(values: Three) -> str:
    """A median with its 90 per cent."""
    middle, low, high = values
    return f"{middle:.2g} ({low:.2g} to {high:.2g})"


def unknown_lines(posterior: Posterior) -> Iterator[str]:
    """What the record does and does not determine."""
    unknowns = known(posterior)
    told = [each for each in unknowns if each.words in ("determined", "narrowed")]
    silent = [each.slot.replace("_", " ") for each in unknowns if each.words == "not determined"]
    yield "## What the record determines, and what it does not"
    yield ""
    yield from table(
        ("unknown",),
        ("prior: median (90 %)", "posterior", "contraction", "effective sample"),
        (unknown_row(each) for each in told),
    )
    yield f"Of {len(unknowns)} unknowns the record does not determine {len(silent)}: {', '.join(silent) or 'none'}."
    few = [each.slot.replace("_", " ") for each in unknowns if not each.shown]
    if few:
        yield ""
        yield f"Too few effective draws (below {ENOUGH}) to say: {', '.join(few)}."
    yield ""
    yield made("sim calibrate")


def unknown_row(each: Known) -> list[str]:
    """One unknown that the record tells of."""
    name = f"{each.slot.replace('_', ' ')} ({each.unit})"
    return [name, factor(each.before), factor(each.after), f"{each.contraction:.1f}", rounded(each.effective)]
