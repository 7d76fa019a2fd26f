"""Building blocks of text: lists and counts in sentences, Markdown tables, caveats, Markdown files with figures."""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.outputs.formatting import format_sample_size
from sim.storage.atomic import write_atomic

if TYPE_CHECKING:
    from sim.scenario.model import Scenario
    from sim.storage.manifest import PosteriorFacts


def format_markdown_table(
    text_columns: Sequence[str], number_columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[str]:
    """A table and an empty line: text columns first, then number columns; nothing if there are no rows."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    if not lines:
        return
    yield "| " + " | ".join([*text_columns, *number_columns]) + " |"
    yield "|" + " --- |" * len(text_columns) + " --: |" * len(number_columns)
    yield from lines
    yield ""


def format_bullets(sentences: Iterable[str]) -> Iterator[str]:
    """A list and an empty line; nothing if there are no sentences."""
    lines = [f"- {sentence}" for sentence in sentences]
    yield from lines
    if lines:
        yield ""


def format_made_by(command: str) -> str:
    """The line that says which command makes a section."""
    return f"*Made by `{command}`.*\n"


def format_target(target: str, scenario: "Scenario") -> str:
    """The call of make that brings about a page of a scenario.

    Examples
    --------
    >>> import sim
    >>> teaching = sim.load("teaching")
    >>> format_target("report", teaching), format_target("report", teaching.model_copy(update={"prior_pool": "seven"}))
    ('make report', 'make report POOL=seven')
    """
    return f"make {target}" + ("" if scenario.prior_pool is None else f" POOL={scenario.prior_pool}")


def format_caveat(posterior: "PosteriorFacts | None", uncalibrated_note: str) -> str:
    """How far to trust battles, by the posterior they come from; `uncalibrated_note` if they are from the prior."""
    if posterior is None:
        return uncalibrated_note
    if posterior.teachers:
        return (
            f"Unknowns that other battles share are as these teach ({', '.join(posterior.teachers)}; pool "
            f"{(posterior.digest or '')[:8]}); nothing of this battle's own record is in them."
        )
    details = [f"posterior {posterior.digest[:8]}"] if posterior.digest else []
    details += [f"dice {posterior.randomness}"] if posterior.randomness else []
    origin = posterior.description.capitalize() + (f" ({', '.join(details)})" if details else "")
    return (
        f"{origin}: battles that agree with the record as far as this model and its sources can. Another law, other "
        "priors: others." + format_ess_caveat(posterior)
    )


def format_ess_caveat(posterior: "PosteriorFacts") -> str:
    """What intervals leave out: draws of a posterior are not independent. Empty if their sample size is unknown."""
    if not posterior.ess or not posterior.draws:
        return ""
    return (
        f" Intervals take battles for independent, but the {posterior.draws:,} draws of the unknowns are worth "
        f"about {format_sample_size(posterior.ess)}; `sim analyse` reckons with that."
    )


def format_count(number: float, plural: str) -> str:
    """A number with its noun, in the singular for one.

    >>> format_count(1, "Teal soldiers"), format_count(1, "people"), format_count(0, "people")
    ('1 Teal soldier', '1 person', '0 people')
    """
    if number != 1:
        return f"{number:,.0f} {plural}"
    for ending, singular in SINGULAR_ENDINGS.items():
        if plural.endswith(ending):
            return f"1 {plural.removesuffix(ending)}{singular}"
    return f"1 {plural}"


def separate_thousands(text: str) -> str:
    """A text with commas in its whole numbers of four digits and more, none of which is a year.

    >>> separate_thousands("about 30773"), separate_thousands("1500 to 1754"), separate_thousands("0.12345")
    ('about 30,773', '1,500 to 1,754', '0.12345')
    """
    return re.sub(r"(?<![\d.,])\d{4,}", lambda digits: f"{int(digits[0]):,}", text)


SINGULAR_ENDINGS = {"people": "person", "men": "man", "companies": "company", "s": ""}


def lower_common(text: str) -> str:
    """A sentence that follows other words: with a small letter, unless it begins with a name.

    >>> lower_common("The fort is held."), lower_common("Khafji is held.")
    ('the fort is held.', 'Khafji is held.')
    """
    return text[0].lower() + text[1:] if text.partition(" ")[0] in COMMON_WORDS else text


# First words that are no names, so that a sentence that begins with one can follow others.
COMMON_WORDS = {
    *("A", "After", "Ahead", "All", "An", "At", "Before", "By", "Counts", "During", "In"),
    *("No", "Nobody", "Of", "On", "The", "When"),
}

IMAGE_FOLDER = "images"  # the folder beside a page that its figures are in


def write_markdown_page(page: Path, text: str, figures: Mapping[str, Path]) -> None:
    """Copy figures by their names beside the page, and then write the page, whole or not at all."""
    (page.parent / IMAGE_FOLDER).mkdir(exist_ok=True)
    for name, path in figures.items():
        shutil.copyfile(path, page.parent / IMAGE_FOLDER / name)
    write_atomic(page, lambda partial: partial.write_text(text, encoding="utf-8"))
