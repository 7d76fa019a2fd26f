"""Tables and footers of pages in Markdown."""

from collections.abc import Iterable, Iterator, Sequence


def table(words: Sequence[str], numbers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table and an empty line: columns of words first, then columns of numbers; nothing, if there are no rows."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    if not lines:
        return
    yield "| " + " | ".join([*words, *numbers]) + " |"
    yield "|" + " --- |" * len(words) + " --: |" * len(numbers)
    yield from lines
    yield ""


def bullets(sentences: Iterable[str]) -> Iterator[str]:
    """A list and an empty line; nothing, if there are no sentences."""
    lines = [f"- {sentence}" for sentence in sentences]
    yield from lines
    if lines:
        yield ""


def made(command: str) -> str:
    """Which command makes a part."""
    return f"*Made by `{command}`.*\n"
