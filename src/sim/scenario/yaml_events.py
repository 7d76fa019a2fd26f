"""The events of a YAML text, one after the other, with their line and column: libyaml's, by PyYAML.

The parser is written in C and some fifty times as fast as one in Python. It reads YAML 1.1, so characters that are line
ends there and letters in YAML 1.2 are refused; what plain words mean is for `yaml_scalars`.
"""

import re
from collections.abc import Iterator

from yaml.cyaml import CParser
from yaml.error import Mark, MarkedYAMLError, YAMLError
from yaml.events import CollectionStartEvent, DocumentStartEvent, Event, ScalarEvent, StreamEndEvent

# Line ends of YAML 1.1 are among them: with these, lines would be counted otherwise than editors do.
UNACCEPTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
STANDARD_TAGS = "tag:yaml.org,2002:"
STRING_TAGS = ("!", f"{STANDARD_TAGS}str")
NOT_FOUND = re.compile("^(?:did|could) not find expected ")
UNKNOWN_START = "found character that cannot start any token"
UNKNOWN_ESCAPE = "found invalid Unicode character escape code"  # half of an emoji, as JSON escapes it


class YamlError(Exception):
    """A text that can't be read as YAML: what is wrong, and its line and column from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1):
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def make_yaml_error(message: str, mark: Mark | None) -> YamlError:
    """The error at a mark of the parser, which counts from 0."""
    return YamlError(message) if mark is None else YamlError(message, mark.line + 1, mark.column + 1)


def iterate_events(text: str) -> Iterator[Event]:
    """Read a text of one document event by event, as far as the caller wants.

    Parameters
    ----------
    text
        The whole text.

    Yields
    ------
    Event
        Scalars, aliases, starts and ends of mappings and lists, with their marks.

    Raises
    ------
    YamlError
        It is no YAML, holds more than one document, or asks by a tag for anything but a text.

    Examples
    --------
    >>> [event.value for event in iterate_events("places: {mill: 3}") if isinstance(event, ScalarEvent)]
    ['places', 'mill', '3']
    """
    require_acceptable_characters(text)
    has_document = False
    try:
        parser = CParser(text)
        while not isinstance(event := parser.get_event(), StreamEndEvent):
            if isinstance(event, DocumentStartEvent):
                if has_document:
                    message = "not valid YAML: expected a single document, but found another document"
                    raise make_yaml_error(message, event.start_mark)
                has_document = True
            elif isinstance(event, ScalarEvent | CollectionStartEvent):
                require_known_tag(event)
            yield event
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise make_yaml_error(f"not valid YAML: {describe_fault(error, text)}", mark) from error
    except YAMLError as error:
        raise YamlError(f"not valid YAML: {(str(error).splitlines() or ['unreadable'])[0]}") from error


def require_acceptable_characters(text: str) -> None:
    """Raise YamlError for a character that no text has, or that ends a line in YAML 1.1 only."""
    if found := UNACCEPTABLE.search(text):
        before = text[: found.start()]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        fault = f"unacceptable character #x{ord(found.group()):04x}: special characters are not allowed"
        raise YamlError(f"not valid YAML: {fault}", line, column)


def require_known_tag(event: ScalarEvent | CollectionStartEvent) -> None:
    """Raise YamlError for a tag that asks for anything but a text, such as an object of Python."""
    if event.tag is None or (isinstance(event, ScalarEvent) and event.tag in STRING_TAGS):
        return
    tag = event.tag.replace(STANDARD_TAGS, "!!", 1)
    short = tag if len(tag) <= 60 else tag[:57] + "..."
    raise make_yaml_error(f"not valid YAML: found a tag (got {short!r}; allowed: none but !!str)", event.start_mark)


def describe_fault(error: MarkedYAMLError, text: str) -> str:
    """What the parser found, with the character or the line that it is about."""
    message = NOT_FOUND.sub("expected ", (error.problem or error.context or "unreadable").split("\n")[0])
    mark, context = error.problem_mark, error.context_mark
    if message == UNKNOWN_ESCAPE:
        return f"{message} (allowed: the character itself)"
    if mark is None:
        return message
    if message == UNKNOWN_START:
        line = text.split("\n")[mark.line]
        return message.replace("character", f"character {line[mark.column : mark.column + 1]!r}", 1)
    if context is not None and context.line != mark.line and error.context:
        return f"{message} {error.context} that begins in line {context.line + 1}"
    return message
