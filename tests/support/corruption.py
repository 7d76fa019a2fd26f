"""Scenario files spoilt in many ways: as text, as a careless editor or a bad disk would, and as data, key by key.

The choices are the same every time. The damage done to the teaching scenario on purpose stands at the end.
"""

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sim import paths, random_streams
from sim.scenario import Scenario, ScenarioError, load

Thing = TypeVar("Thing")


class Chooser:
    """Draws one choice after the other; its name and number decide all of them."""

    def __init__(self, name: str, number: int):
        self.key = random_streams.stream_keys([name])
        self.number = number
        self.drawn = 0

    def share(self) -> float:
        """A number in [0, 1)."""
        self.drawn += 1
        (share,) = random_streams.draw_uniforms(self.key, self.drawn, self.number, self.key * 0)
        return min(share, 1 - 2**-53)

    def below(self, count: int) -> int:
        """A whole number from 0 to below `count`."""
        return int(self.share() * count)

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of some things."""
        return things[self.below(len(things))]


JUNK: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2**70, 1e308, -1e308, 1e-308, float("inf"), float("nan"), "", " ", "x", "fort", "teal",
    "\u202etxet", "\x00", "\ud7ff\u0301", "🜁" * 40, "a" * 5000, "<b>", "[/]", "$\\frac{", "{median}", "%s", "../x",
    [], {}, [[]], {"value": 1}, {7: 8}, [None], {"": ""}, "2001-06-02", "0001-01-01", "9999-12-31", "2001-02-30",
    "2001-06-02T25:00", "2001-06-02T00:00+02:00", "12 to 3", "over 9e9", "exactly 5", "most",
)  # fmt: skip
WRITTEN_JUNK = (
    "null", "~", "true", "-1", "1e400", "-1e400", ".nan", ".inf", "0x" + "f" * 6000, "9" * 6000, "0o7", "1_000", "[]",
    "{}", "[[[[]]]]", "{a: {b: c}}", '"\\u0000"', '"\\ud800"', '"\\e[2J"', "'", '"', "|", ">-", "&a x", "*a",
    "*nowhere",
    "!!python/object/apply:os.system [true]", "!!binary aGVsbG8=", "!!set {a, b}", "!own x", "? [a]", "- x", "<<: *a",
    "# x", "%YAML 1.1", "---", "...", "\t", "\ufeff", "\u2028", "\x85", "𐏿", "é" * 3000, "yes", "12:30", "2001-06-02",
)  # fmt: skip
DATES = (
    "2001-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2001-6-2", "2001-06-02T99:99",
    "-2001-06-02",
    "2001-06-02T00:00Z", "2001-06-02T24:00", "1e9", "2001-06-02T00:00:00.0000001", "20010602", "2001-W22-6",
)  # fmt: skip
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?")
NUMBER = re.compile(r"(?<=[ \[:])\d+(?:\.\d+)?(?=[,}\s\]])")
SCALAR = re.compile(r"(?<=: )[^\s{\[|>&*#][^,}\n]*")
KEY = re.compile(r"(?<=[ {\n])[a-z_][a-z0-9_]*(?=:)")
WORD = re.compile(r"[a-z][a-z0-9_]+")


def pick(text: str, pattern: re.Pattern[str], dice: Chooser) -> re.Match[str] | None:
    """One of the passages that a pattern finds; None if there is none."""
    found = list(pattern.finditer(text))
    return dice.one_of(found) if found else None


def put(text: str, at: re.Match[str] | None, new: str) -> str:
    """The text with a passage replaced."""
    return text if at is None else text[: at.start()] + new + text[at.end() :]


def block(lines: list[str], first: int) -> int:
    """Where the part of a file that begins in a line ends: before the next line that is no deeper."""
    depth = len(lines[first]) - len(lines[first].lstrip())
    last = first + 1
    while last < len(lines) and (not lines[last].strip() or len(lines[last]) - len(lines[last].lstrip()) > depth):
        last += 1
    return last


def without_block(text: str, dice: Chooser) -> str:
    lines = text.split("\n")
    first = dice.below(len(lines))
    return "\n".join(lines[:first] + lines[block(lines, first) :])


def doubled_block(text: str, dice: Chooser) -> str:
    lines = text.split("\n")
    first = dice.below(len(lines))
    last = block(lines, first)
    return "\n".join(lines[:last] + lines[first:last] + lines[last:])


def moved_block(text: str, dice: Chooser) -> str:
    lines = text.split("\n")
    first = dice.below(len(lines))
    last = block(lines, first)
    rest = lines[:first] + lines[last:]
    there = dice.below(len(rest) + 1)
    return "\n".join(rest[:there] + lines[first:last] + rest[there:])


def swapped_lines(text: str, dice: Chooser) -> str:
    lines = text.split("\n")
    one, other = dice.below(len(lines)), dice.below(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def indented(text: str, dice: Chooser) -> str:
    lines = text.split("\n")
    line = dice.below(len(lines))
    lines[line] = dice.one_of([" ", "  ", "    ", "\t"]) + lines[line]
    return "\n".join(lines)


def other_value(text: str, dice: Chooser) -> str:
    return put(text, pick(text, SCALAR, dice), dice.one_of(WRITTEN_JUNK))


def swapped_values(text: str, dice: Chooser) -> str:
    one, other = pick(text, SCALAR, dice), pick(text, SCALAR, dice)
    return text if one is None or other is None else put(text, one, other.group())


def other_number(text: str, dice: Chooser) -> str:
    numbers = ("0", "-0", "-7", "1e300", "1e-300", "1e999", "0.1", "999999999999", "1" + "0" * 400, ".nan", "1e5")
    return put(text, pick(text, NUMBER, dice), dice.one_of(numbers))


def other_date(text: str, dice: Chooser) -> str:
    return put(text, pick(text, DATE, dice), dice.one_of(DATES))


def other_key(text: str, dice: Chooser) -> str:
    at = pick(text, KEY, dice)
    other = pick(text, KEY, dice)
    new = dice.one_of(["x", "7", "~", "[a, b]", "{a: b}", '"\\n"', "*a", "", "É", other.group() if other else "x"])
    return put(text, at, new)


def other_word(text: str, dice: Chooser) -> str:
    return put(text, pick(text, WORD, dice), dice.one_of(WORD.findall(text)))


def cycle(text: str, dice: Chooser) -> str:
    """An anchor on a part of the file, and an alias of it somewhere, often inside itself."""
    lines = text.split("\n")
    heads = [n for n, line in enumerate(lines[:-1]) if line.endswith(":") and block(lines, n) > n + 1]
    if not heads:
        return text
    first = dice.one_of(heads)
    inside = range(first + 1, block(lines, first))
    lines[first] += " &loop"
    line = dice.one_of(inside) if dice.below(2) else dice.below(len(lines))
    lines[line] = re.sub(r": .*$", ": *loop", lines[line])
    return "\n".join(lines)


def odd_character(text: str, dice: Chooser) -> str:
    at = dice.below(len(text) + 1)
    odd = dice.one_of(list("\x00\x07\x1b\x7f\x85\xa0\u200b\u202e\u2028\ufeff\ufffe😀é:{[]}&*!|>'\"%@`#?,-\t\n\r"))
    return text[:at] + odd + text[at + dice.below(2) :]


def cut(text: str, dice: Chooser) -> str:
    return text[: dice.below(len(text))]


def cut_out(text: str, dice: Chooser) -> str:
    at = dice.below(len(text))
    return text[:at] + text[at + 1 + dice.below(200) :]


TEXT_WAYS: dict[str, Callable[[str, Chooser], str]] = {
    way.__name__: way
    for way in (
        *(without_block, doubled_block, moved_block, swapped_lines, indented, other_value, swapped_values),
        *(other_number, other_date, other_key, other_word, cycle, odd_character, cut, cut_out),
    )
}


def spoilt_text(text: str, number: int) -> tuple[str, str]:
    """The ways in which a text was spoilt, and the text; the number decides everything."""
    dice = Chooser("spoilt text", number)
    ways = []
    for _ in range(1 + dice.below(2)):
        way = dice.one_of(sorted(TEXT_WAYS))
        text = TEXT_WAYS[way](text, dice)
        ways.append(way)
    return "+".join(ways), text


# As data


def nodes(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything below the top."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from nodes(value, (*path, key))


def holder(data: Any, path: tuple[Any, ...]) -> Any:
    """The mapping or list in which the last step of a path lies."""
    for step in path[:-1]:
        data = data[step]
    return data


def spoilt_data(data: dict[str, Any], paths: list[tuple[Any, ...]], number: int) -> tuple[str, dict[str, Any]]:
    """The ways in which a copy of plain data was spoilt, and the copy; `paths` are its `nodes`."""
    dice = Chooser("spoilt data", number)
    data = copy.deepcopy(data)
    ways = []
    for _ in range(1 + dice.below(3)):
        way = dice.one_of(["delete", "retype", "retype", "number", "swap", "graft", "rename", "double"])
        path = dice.one_of(paths)
        try:
            node = holder(data, path)
            spoil(node, path[-1], way, data, dice.one_of(paths), dice)
        except (KeyError, IndexError, TypeError):
            continue  # another change has taken it away
        ways.append(f"{way} {'.'.join(map(str, path))}")
    return "; ".join(ways), data


def spoil(node: Any, key: Any, way: str, data: Any, other: tuple[Any, ...], dice: Chooser) -> None:
    """Change one thing in a mapping or list."""
    if way == "delete":
        del node[key]
    elif way == "retype":
        node[key] = copy.deepcopy(dice.one_of(JUNK))
    elif way == "number" and isinstance(node[key], int | float):
        node[key] = node[key] * dice.one_of([0, -1, 1e-6, 1e-3, 0.5, 2, 1e3, 1e6, 1e12, 1e300])
    elif way == "swap" and holds_neither(node[key], holder(data, other)[other[-1]]):
        there = holder(data, other)
        node[key], there[other[-1]] = there[other[-1]], node[key]
    elif way == "graft":
        node[key] = copy.deepcopy(holder(data, other)[other[-1]])
    elif way == "rename" and isinstance(node, dict):
        node[dice.one_of(["x", 7, "", None, "É", "a.b", other[-1]])] = node.pop(key)
    elif way == "double" and isinstance(node, list):
        node.append(copy.deepcopy(node[key]))


def holds_neither(one: Any, other: Any) -> bool:
    """Whether neither of two parts lies inside the other: swapped, they would hold themselves."""
    return not holds(one, other) and not holds(other, one)


def holds(whole: Any, part: Any) -> bool:
    """Whether a part lies inside another, or is it."""
    below = whole.values() if isinstance(whole, dict) else whole if isinstance(whole, list) else ()
    return whole is part or any(holds(each, part) for each in below)


TEXT = (paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8")

Damage = tuple[str, str]


def damaged(*damage: Damage, text: str = TEXT) -> str:
    """The text with each passage replaced once; the passage must be there."""
    for old, new in damage:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def loaded(folder: Path, text: str) -> Scenario:
    """The scenario of a text, read from a file `t.yaml`."""
    path = folder / "t.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def complaints(folder: Path, text: str) -> list[str]:
    """What is said of a text, without the folder: `t.yaml:LINE:COLUMN: ...`; an empty list if it is sound."""
    try:
        loaded(folder, text)
    except ScenarioError as error:
        return [line.removeprefix(f"{folder}/") for line in error.messages]
    return []


def position(text: str, anchor: str) -> str:
    """`t.yaml:LINE:COLUMN:` of the first place where a passage stands."""
    before = text[: text.index(anchor)]
    return f"t.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}:"
