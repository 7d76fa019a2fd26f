"""What the terminal shows of a study: sentences, claims beside the simulated distribution, control by day."""

from collections import Counter
from datetime import date
from math import inf, log10

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.claims.comparison import Comparison, compare, observed_claims, observed_sentences
from sim.claims.control import Reported, State, reported_control
from sim.claims.distribution import Distribution
from sim.claims.intervals import wilson
from sim.experiment.provenance import standing as facts_of
from sim.experiment.replicate import Study
from sim.experiment.summary import Summary
from sim.report.standing import standing
from sim.scenario.model import Scenario

NARROW = 130  # columns of a screen; on a narrower one the claims lose their source, median and inner interval
DAY = 9  # columns that a day takes

UNCALIBRATED = (
    "Nothing is calibrated yet: the priors are wide and take nothing from this battle, so these are the outcomes that "
    "the model thinks possible before it has seen a single claim."
)


def show(console: Console, scenario: Scenario, study: Study, summary: Summary) -> None:
    """Print the answer first, then claims, then control, then how far to trust it."""
    console.print()
    console.print(Text.assemble((scenario.title, "bold"), f", fought {study.runs} times by the {study.stage.law} law"))
    console.print()
    for sentence in sentences(scenario, study, summary):
        console.print(f"  {sentence}", highlight=False)
    console.print()
    console.print(claims_table(scenario, study, summary, console.width))
    console.print(control_table(scenario, study, summary, console.width))
    console.print(legend(scenario), highlight=False)
    console.print()
    console.print(standing(facts_of(study.stage), UNCALIBRATED), highlight=False)


def sentences(scenario: Scenario, study: Study, summary: Summary) -> list[str]:
    """The scenario's sentences, as far as the battle went, with their numbers, a chance with its 95% interval."""
    answers = observed_sentences(scenario, study.stage.ends).values()
    return [
        filled(sentence.text, values, sentence.at_least)
        for sentence, values in zip(answers, summary.sentences, strict=True)
    ]


def filled(text: str, values: Distribution, at_least: float | None) -> str:
    """A sentence with its numbers, and no more digits than the replications support."""
    low, median, high = values.quantiles([0.25, 0.5, 0.75])
    text = text.replace("{low}", f"{low:.0f}").replace("{median}", f"{median:.0f}").replace("{high}", f"{high:.0f}")
    if at_least is None:
        return text
    reached = values.between(at_least, inf)
    bounds = wilson(reached, values.size)
    digits = max(0, round(log10(values.size) / 2) - 2)
    spread = " to ".join(f"{100 * bound:.{digits}f}" for bound in bounds)
    return text.replace("{chance}", f"{100 * reached / values.size:.{digits}f}") + f" (95% interval {spread})"


def claims_table(scenario: Scenario, study: Study, summary: Summary, width: int) -> Table:
    """Every observable claim beside the distribution of what was simulated, in so many columns of a screen."""
    table = Table(title="Claims beside what was simulated", title_justify="left", pad_edge=False)
    left_out = {"source", "median", "50 %"} if width < NARROW else set()
    for heading in ("where", "source", "claim", "said"):
        if heading not in left_out:
            table.add_column(heading, overflow="fold", min_width=20 if heading == "claim" else 8)
    for heading in ("median", "50 %", "90 %", "bound holds"):
        if heading not in left_out:
            table.add_column(heading, justify="right", overflow="fold")
    claims = observed_claims(scenario, study.stage.ends)
    for row in compare(claims, summary.claims):
        shown = [cell for heading, cell in cells(scenario, row).items() if heading not in left_out]
        table.add_row(*shown, style="dim" if row.claim.scored == "carried" else None)
    return table


def cells(scenario: Scenario, row: Comparison) -> dict[str, str]:
    """One claim as the cells of its row, by heading."""
    low, high = (f"{100 * bound:.0f}" for bound in row.chance_interval)
    assert row.claim.value is not None
    return {
        "where": str(row.claim.at),
        "source": scenario.sources[row.claim.source].name,
        "claim": row.claim.says,
        "said": row.claim.value.said,
        "median": number(row.median, row.unit),
        "50 %": " to ".join(number(bound, row.unit) for bound in row.half),
        "90 %": " to ".join(number(bound, row.unit) for bound in row.most),
        "bound holds": f"{low} to {high} %",
    }


def number(value: float, unit: str) -> str:
    """A simulated value with as many digits as its unit makes sense of."""
    return f"{100 * value:.0f} %" if unit == "share held" else f"{value:.0f}"


def control_table(scenario: Scenario, study: Study, summary: Summary, width: int) -> Table:
    """For each place with reports and each day: the most likely state, its chance, and the record's in brackets."""
    names = study.stage.tables.names
    likely = summary.control / summary.runs
    reports = reported_control(scenario, summary.days)
    letters = state_letters(scenario)
    table = Table(title="Control at the end of each day, the record in brackets", title_justify="left", pad_edge=False)
    wide = max(18, width // 4)
    table.add_column("place", min_width=18, max_width=wide, overflow="ellipsis", no_wrap=True)
    shown = days_shown(summary.days, reports, max(1, (width - wide - 4) // (DAY + 3)))
    for number in shown:
        table.add_column(f"{summary.days[number].day} {summary.days[number]:%b}", justify="right", no_wrap=True)
    for id in dict.fromkeys(report.place for report in reports):
        row = likely[shown, names.places.index(id)]
        marks = [mark(reports, id, summary.days[number], letters) for number in shown]
        table.add_row(
            scenario.places[id].name,
            *(
                f"{letters[chance.argmax()]}{100 * chance.max():.0f}{said}"
                for chance, said in zip(row, marks, strict=True)
            ),
        )
    return table


def days_shown(days: tuple[date, ...], reports: list[Reported], most: int) -> list[int]:
    """So many days at the most: all of them, or those with the most reports, and the last."""
    if len(days) <= most:
        return list(range(len(days)))
    told = Counter(report.day for report in reports)
    ranked = sorted(range(len(days) - 1), key=lambda number: (-told[days[number]], number))
    return sorted([*ranked[: most - 1], len(days) - 1])


def mark(reports: list[Reported], place: str, day: object, letters: list[str]) -> str:
    """What the record says of a place on a day, in brackets; nothing if it says nothing."""
    said = dict.fromkeys(letters[report.state] for report in reports if report.place == place and report.day == day)
    return f" [{'/'.join(said)}]" if said else ""


def state_letters(scenario: Scenario) -> list[str]:
    """A letter for each state: the sides' initials, and `c` for contested."""
    first, second = (side.short[0].upper() for side in scenario.sides.values())
    return [first, "c", second] if first != second else ["1", "c", "2"]


def legend(scenario: Scenario) -> str:
    """What the letters mean."""
    letters = state_letters(scenario)
    first, second = (side.short for side in scenario.sides.values())
    low, high = scenario.contested_between
    return (
        f"{letters[State.FIRST]} {first}, {letters[State.SECOND]} {second}, c contested (between {100 * low:.0f} and "
        f"{100 * high:.0f} per cent); numbers: battles in 100."
    )
