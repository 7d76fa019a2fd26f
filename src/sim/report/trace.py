"""The source text sentence by sentence with the claims and items made from each, as Markdown."""

from collections.abc import Iterator

from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scenario.traceability import IndexItem

DERIVED_SECTIONS = ("places", "forces", "orders", "weather")


def format_trace_page(scenario: Scenario, items: list[IndexItem]) -> Iterator[str]:
    """The lines of the page: a table for each section of the text, then the excused items with their reasons."""
    excused = [item for item in items if item.excuse]
    yield f"# What became of the text: {scenario.name}"
    yield ""
    yield f"The text is *{scenario.text.title}*. Its sentences stay in it; here each is told in a few words of ours, as"
    yield "the claims that it became, with the places, forces, orders and weather that were drawn from them. Made by"
    yield "`make trace` from the scenario and the index of the text; do not edit."
    yield ""
    yield f"The index has {len(items)} numbers, words that count, dates, places, units, persons and sources."
    yield f"Of these {len(excused)} became nothing, for the reason given at the end."
    for section in scenario.text.sections:
        yield ""
        yield f"## {section.capitalize()}"
        yield ""
        yield "| paragraph.sentence | in our words | claims | drawn from them |"
        yield "| --- | --- | --- | --- |"
        for (paragraph, sentence), claims in group_claims_by_sentence(scenario, section).items():
            statements = "; ".join(claim.statement for claim in claims.values())
            derived_ids = find_derived_items(scenario, set(claims))
            ids = f"{format_ids(list(claims))} | {format_ids(derived_ids)}"
            yield f"| {paragraph}.{sentence} | {escape_cell(statements)} | {ids} |"
    yield ""
    yield "## Excused"
    yield ""
    yield from [f"- {item.position}, {item.kind} `{item.item}`: {item.excuse}" for item in excused] or ["Nothing."]


def group_claims_by_sentence(scenario: Scenario, section: str) -> dict[tuple[int, int], dict[str, Claim]]:
    """The claims of each sentence of a section by (paragraph, sentence), in the order of the text."""
    claims_by_sentence: dict[tuple[int, int], dict[str, Claim]] = {}
    for id, claim in scenario.claims.items():
        if claim.citation.section == section:
            claims_by_sentence.setdefault((claim.citation.paragraph, claim.citation.sentence), {})[id] = claim
    return dict(sorted(claims_by_sentence.items()))


def find_derived_items(scenario: Scenario, claims: set[str]) -> list[str]:
    """The places, forces, orders and weather that are derived from any of these claims."""
    item_ids = []
    for section in DERIVED_SECTIONS:
        for id, item in getattr(scenario, section).items():
            if claims & {*getattr(item, "based_on", ()), getattr(item, "claim", None)}:
                item_ids.append(f"{section}.{id}")
    return item_ids


def format_ids(names: list[str]) -> str:
    """Ids as a cell of a table."""
    return ", ".join(f"`{name}`" for name in names)


def escape_cell(text: str) -> str:
    """A text without what would end its cell."""
    return text.replace("|", "\\|")
