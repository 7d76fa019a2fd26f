"""The text sentence by sentence, in our own few words, with what became of it: `scenarios/coverage.md`."""

from collections.abc import Iterator

from sim.scenario.coverage import Item
from sim.scenario.model import Scenario
from sim.scenario.record import Claim

DRAWN = ("places", "forces", "orders", "weather")


def coverage(scenario: Scenario, items: list[Item]) -> Iterator[str]:
    """The lines of a Markdown page: a table for each section of the text, then what was excused and why."""
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
        for (paragraph, sentence), claims in sentences(scenario, section).items():
            words = "; ".join(claim.says for claim in claims.values())
            drawn = drawn_from(scenario, set(claims))
            yield f"| {paragraph}.{sentence} | {cell(words)} | {ids(list(claims))} | {ids(drawn)} |"
    yield ""
    yield "## Excused"
    yield ""
    yield from [f"- {item.at}, {item.kind} `{item.item}`: {item.excuse}" for item in excused] or ["Nothing."]


def sentences(scenario: Scenario, section: str) -> dict[tuple[int, int], dict[str, Claim]]:
    """The claims of each sentence of a section, by paragraph and sentence, in the order of the text."""
    told: dict[tuple[int, int], dict[str, Claim]] = {}
    for id, claim in scenario.claims.items():
        if claim.at.section == section:
            told.setdefault((claim.at.paragraph, claim.at.sentence), {})[id] = claim
    return dict(sorted(told.items()))


def drawn_from(scenario: Scenario, claims: set[str]) -> list[str]:
    """The places, forces, orders and weather that rest on any of these claims."""
    found = []
    for section in DRAWN:
        for id, part in getattr(scenario, section).items():
            if claims & {*getattr(part, "drawn_from", ()), getattr(part, "claim", None)}:
                found.append(f"{section}.{id}")
    return found


def ids(names: list[str]) -> str:
    """Ids as the cell of a table."""
    return ", ".join(f"`{name}`" for name in names)


def cell(text: str) -> str:
    """A text that does not end the cell it stands in."""
    return text.replace("|", "\\|")
