"""Citations: which of the texts a claim cites, where in it, and how that is said."""

from sim.scenario.evidence import SourceText
from sim.scenario.model import Scenario
from sim.scenario.problems import name_nearest
from sim.types import TextPosition

UNNAMED_TEXT = ""  # the text of a citation that names none
PositionKey = tuple[int, int, int]  # section, paragraph, sentence: positions in one text in their order


def list_texts(scenario: Scenario) -> dict[str, SourceText]:
    """Every text by the name that citations give it."""
    unnamed = {} if scenario.text is None else {UNNAMED_TEXT: scenario.text}
    return unnamed | scenario.texts


def find_cited_text(scenario: Scenario, citation: TextPosition) -> str:
    """The name of the text that a citation means; the only word of a short one may be a section, or a text."""
    if citation.text is not None:
        return citation.text
    is_section = scenario.text is not None and citation.section in scenario.text.sections
    return citation.section if citation.section in scenario.texts and not is_section else UNNAMED_TEXT


def is_whole_text(scenario: Scenario, citation: TextPosition) -> bool:
    """Whether a citation gives a place in a text without sections."""
    return citation.text is None and find_cited_text(scenario, citation) != UNNAMED_TEXT


def make_position_key(scenario: Scenario, citation: TextPosition) -> PositionKey:
    """A position as something that can be compared with others of its text."""
    sections = list_texts(scenario)[find_cited_text(scenario, citation)].sections
    section = 0 if is_whole_text(scenario, citation) else sections.index(citation.section)
    return section, citation.paragraph, citation.sentence


def is_summary(scenario: Scenario, citation: TextPosition) -> bool:
    """Whether a citation is of a section that sums up the whole, and so was written after it."""
    text = list_texts(scenario)[find_cited_text(scenario, citation)]
    return not is_whole_text(scenario, citation) and citation.section in text.summary_sections


def format_citation(scenario: Scenario, citation: TextPosition) -> str:
    """Where a claim stands, in words: the title of its text if there are several, then the place in it."""
    name = find_cited_text(scenario, citation)
    texts = list_texts(scenario)
    title = f"{texts[name].title}, " if len(texts) > 1 else ""
    section = "" if is_whole_text(scenario, citation) else f"{citation.section}, "
    outer, inner = ("page", "paragraph") if texts[name].pages else ("paragraph", "sentence")
    return f"{title}{section}{outer} {citation.paragraph}, {inner} {citation.sentence}"


def find_citation_fault(scenario: Scenario, citation: TextPosition) -> tuple[str, str, str] | None:
    """What is wrong with a citation: the message, what was given, what is allowed; None if nothing is."""
    name = find_cited_text(scenario, citation)
    text = list_texts(scenario).get(name)
    if citation.text is not None and text is None:
        known = list(scenario.texts)
        allowed = ", ".join(known) or "none: there are no `texts`"
        return name_nearest("no such text", citation.text, known), citation.text, allowed
    if text is None:
        known = list(scenario.texts)
        return name_nearest("no such text", citation.section, known), citation.section, ", ".join(known)
    if is_whole_text(scenario, citation):
        if not text.sections:
            return None
        return (
            "names a text without its section",
            citation.section,
            ", ".join(f"{name} {each}" for each in text.sections),
        )
    if citation.section in text.sections:
        return None
    known = [*text.sections, *(scenario.texts if citation.text is None else ())]
    allowed = ", ".join(known) or f"none: cite it as `{name} {citation.paragraph}.{citation.sentence}`"
    thing = "section of the text" if citation.text is not None or not scenario.texts else "section or text"
    return name_nearest(f"no such {thing}", citation.section, known), citation.section, allowed
