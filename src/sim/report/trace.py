"""The source text sentence by sentence with the claims and items made from each, as Markdown."""

from collections.abc import Iterator, Mapping

from sim.scenario.citations import find_cited_text, list_texts
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scenario.traceability import IndexItem

DERIVED_SECTIONS = ("places", "forces", "orders", "weather")


def format_trace_page(scenario: Scenario, items: list[IndexItem]) -> Iterator[str]:
    """The lines of the page: a table for each section of the text, then the excused items with their reasons."""
    excused = [item for item in items if item.excuse]
    yield f"# What became of the text: {scenario.name}"
    yield ""
    yield from format_texts(scenario)
    yield "the claims that it became, with the places, forces, orders and weather that were drawn from them. Made by"
    yield "`make trace` from the scenario and the index of the text; do not edit."
    yield ""
    yield f"The index has {len(items)} numbers, words that count, dates, places, units, persons and sources."
    yield f"Of these {len(excused)} became nothing, for the reason given at the end."
    for heading, place_name, claims_of_section in group_claims_by_section(scenario):
        yield ""
        yield f"## {heading}"
        yield ""
        yield f"| {place_name} | in our words | claims | drawn from them |"
        yield "| --- | --- | --- | --- |"
        for (paragraph, sentence), claims in group_claims_by_sentence(claims_of_section).items():
            statements = "; ".join(claim.statement for claim in claims.values())
            derived_ids = find_derived_items(scenario, set(claims))
            ids = f"{format_ids(list(claims))} | {format_ids(derived_ids)}"
            yield f"| {paragraph}.{sentence} | {escape_cell(statements)} | {ids} |"
    yield ""
    yield "## Excused"
    yield ""
    yield from [f"- {item.position}, {item.kind} `{item.item}`: {item.excuse}" for item in excused] or ["Nothing."]


def format_texts(scenario: Scenario) -> Iterator[str]:
    """The beginning of the page: what the texts are, up to `as`."""
    texts = list_texts(scenario)
    titles = [
        ", ".join(part for part in (f"*{text.title}*", text.date, text.address) if part) for text in texts.values()
    ]
    if len(titles) == 1:
        yield f"The text is {titles[0]}. Its sentences stay in it; here each stands in a few words of ours, as"
        return
    yield "The texts are:"
    yield ""
    yield from [f"- {title}" for title in titles]
    yield ""
    yield "Their sentences stay in them; here each stands in a few words of ours, as"


def group_claims_by_section(scenario: Scenario) -> Iterator[tuple[str, str, dict[str, Claim]]]:
    """The heading of each section of each text, what its places are, and the claims that cite it."""
    texts = list_texts(scenario)
    for name, text in texts.items():
        place_name = "page.paragraph" if text.pages else "paragraph.sentence"
        claims = {id: each for id, each in scenario.claims.items() if find_cited_text(scenario, each.citation) == name}
        if not text.sections:
            yield text.title, place_name, claims
        for section in text.sections:
            heading = section.capitalize() if len(texts) == 1 else f"{text.title}: {section}"
            yield heading, place_name, {id: each for id, each in claims.items() if each.citation.section == section}


def group_claims_by_sentence(claims: Mapping[str, Claim]) -> dict[tuple[int, int], dict[str, Claim]]:
    """The claims of each sentence by (paragraph, sentence), in the order of the text."""
    claims_by_sentence: dict[tuple[int, int], dict[str, Claim]] = {}
    for id, claim in claims.items():
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
