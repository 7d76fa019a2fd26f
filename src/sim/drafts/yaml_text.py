"""YAML as people write it: a key to a line, small things in one line, and quotes only where they are needed."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

# Text that needs no quotes: words, ids, days. What YAML takes for something else has them.
PLAIN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9_.]*( [A-Za-z0-9_.]+)*|\d{4}-\d\d-\d\d(T\d\d:\d\d)?")
WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
MAX_LINE = 110  # characters of a small thing in one line


def format_scalar(value: object) -> str:
    """A number, a truth value or a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    if isinstance(value, datetime):
        return format_moment(value)
    text = str(value)
    is_plain = PLAIN_TEXT.fullmatch(text) and text.lower() not in WORDS_OF_YAML
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def format_moment(moment: datetime) -> str:
    """A local time as a scenario has it."""
    return moment.strftime("%Y-%m-%dT%H:%M").rjust(16, "0")


def format_flow(value: object) -> str:
    """Anything in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{format_scalar(key)}: {format_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(format_flow(each) for each in value) + "]"
    return format_scalar(value)


def format_block(value: Mapping[str, Any], indent: int = 0) -> list[str]:
    """A mapping, a key to a line; what is in it in one line where it is short enough."""
    lines = []
    for name, each in value.items():
        key = format_scalar(name)
        line = f"{' ' * indent}{key}: {format_flow(each)}"
        if isinstance(each, Mapping) and each and (indent == 0 or len(line) > MAX_LINE):
            lines += [f"{' ' * indent}{key}:", *format_block(each, indent + 2)]
        elif isinstance(each, list) and len(line) > MAX_LINE:
            lines += [f"{' ' * indent}{key}:", *(f"{' ' * indent}  - {format_flow(item)}" for item in each)]
        else:
            lines.append(line)
    return lines
