"""The mappings and lists of a YAML text, each with the line and column of its parts."""

import re
from dataclasses import dataclass, field
from typing import Any

from yaml.error import Mark
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, Event, MappingStartEvent, ScalarEvent

from sim.scenario.problems import DataPath, format_key
from sim.scenario.yaml_events import STRING_TAGS, YamlError, iterate_events, make_yaml_error
from sim.scenario.yaml_scalars import resolve_plain_scalar

MAX_NODES = 500_000  # once every alias is written out
MAX_DEPTH = 40  # a scenario has seven levels
MERGE_KEY = "<<"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # of Unicode's categories Cc and Cs
NO_KEY = object()  # None is a key that can be written: `~: x`

Position = tuple[int, int]  # line and column, from 1


class LocatedMapping(dict[Any, Any]):
    """A mapping of a text, and where each of its keys stands."""

    def __init__(self) -> None:
        super().__init__()
        self.positions: dict[Any, Position] = {}


class LocatedList(list[Any]):
    """A list of a text, and where each of its items begins."""

    def __init__(self) -> None:
        super().__init__()
        self.positions: list[Position] = []


@dataclass(slots=True)
class OpenNode:
    """A mapping or list whose end is not read yet."""

    node: LocatedMapping | LocatedList
    anchor: str | None
    key: Any = NO_KEY  # of the value that comes next in a mapping
    key_position: Position = (1, 1)
    is_merge: bool = False  # whether that key is `<<`
    merged: list[tuple[Any, Mark]] = field(default_factory=list)  # values of `<<`, which may be incomplete


class TreeBuilder:
    """Puts a tree together from events; what is too large or too deep is refused where it becomes so."""

    def __init__(self) -> None:
        self.root: Any = None
        self.open_nodes: list[OpenNode] = []
        self.anchors: dict[str, Any] = {}
        self.count = 0
        self.has_aliases = False

    def add(self, event: Event) -> None:
        """Take the next event; raise YamlError if it can't stand here."""
        if isinstance(event, ScalarEvent):
            self.count_node(event.start_mark)
            value = read_scalar(event)
            self.attach(value, event.start_mark, is_merge=event.implicit[0] and event.value == MERGE_KEY)
            if event.anchor:
                self.anchors[event.anchor] = value
        elif isinstance(event, CollectionStartEvent):
            self.open_node(event)
        elif isinstance(event, CollectionEndEvent):
            self.close_node()
        elif isinstance(event, AliasEvent):
            self.has_aliases = True
            self.attach(self.find_anchor(event), event.start_mark)

    def count_node(self, mark: Mark) -> None:
        """Count one value more; raise YamlError if these are too many."""
        self.count += 1
        if self.count > MAX_NODES:
            raise make_yaml_error(f"more than {MAX_NODES:,} values", mark)

    def open_node(self, event: CollectionStartEvent) -> None:
        """Begin a mapping or list, at its place in the one around it."""
        self.count_node(event.start_mark)
        if len(self.open_nodes) >= MAX_DEPTH:
            raise make_yaml_error(f"more than {MAX_DEPTH} levels deep", event.start_mark)
        node = LocatedMapping() if isinstance(event, MappingStartEvent) else LocatedList()
        self.attach(node, event.start_mark)
        if event.anchor:
            self.anchors.pop(event.anchor, None)  # given anew, it is another from here on
        self.open_nodes.append(OpenNode(node, event.anchor))

    def close_node(self) -> None:
        """End the innermost mapping or list: only now can an alias stand for it."""
        closed = self.open_nodes.pop()
        if isinstance(closed.node, LocatedMapping):
            for value, mark in closed.merged:
                for source in list_merged(value, mark):
                    merge_mapping(closed.node, source)
        if closed.anchor:
            self.anchors[closed.anchor] = closed.node

    def find_anchor(self, event: AliasEvent) -> Any:
        """What an alias stands for; raise YamlError if that is nothing, or what the alias stands in."""
        name = event.anchor
        if name in self.anchors:
            return self.anchors[name]
        is_open = any(name == each.anchor for each in self.open_nodes)
        message = f"alias {name!r} stands within its own anchor" if is_open else f"found undefined alias {name!r}"
        raise make_yaml_error(f"not valid YAML: {message}", event.start_mark)

    def attach(self, value: Any, mark: Mark, is_merge: bool = False) -> None:
        """Put a value at its place in the innermost mapping or list: as an item, a key, or the value of a key."""
        if not self.open_nodes:
            self.root = value
            return
        inner, position = self.open_nodes[-1], (mark.line + 1, mark.column + 1)
        if isinstance(inner.node, LocatedList):
            inner.node.append(value)
            inner.node.positions.append(position)
        elif inner.key is NO_KEY:
            if not is_merge:
                require_new_key(value, inner.node, mark)
            inner.key, inner.key_position, inner.is_merge = value, position, is_merge
        elif inner.is_merge:
            inner.merged.append((value, mark))
            inner.key = NO_KEY
        else:
            inner.node[inner.key] = value
            inner.node.positions[inner.key] = inner.key_position
            inner.key = NO_KEY


def read_scalar(event: ScalarEvent) -> Any:
    """The value of a scalar: text if it is in quotes, in a block or tagged as text."""
    if not event.implicit[0] or event.tag in STRING_TAGS:
        return event.value
    try:
        return resolve_plain_scalar(event.value)
    except ValueError as error:  # Python reads no number of so many digits
        message = f"not valid YAML: a number of {len(event.value):,} characters"
        raise make_yaml_error(message, event.start_mark) from error


def require_new_key(key: Any, node: LocatedMapping, mark: Mark) -> None:
    """Raise YamlError for a key that is a mapping or list, or that the mapping has already."""
    if isinstance(key, dict | list):
        kind = "mapping" if isinstance(key, dict) else "list"
        raise make_yaml_error(f"not valid YAML: found a {kind} as a key (allowed: a word)", mark)
    if key in node:
        raise make_yaml_error(f'not valid YAML: found duplicate key "{format_key(str(key))}"', mark)


def list_merged(value: Any, mark: Mark) -> list[LocatedMapping]:
    """The mappings that a `<<` takes in, those that count first; raise YamlError if there are others than mappings."""
    sources = value if isinstance(value, list) else [value]
    if not all(isinstance(each, LocatedMapping) for each in sources):
        raise make_yaml_error("not valid YAML: expected a mapping or a list of mappings after <<", mark)
    return list(sources)


def merge_mapping(node: LocatedMapping, source: LocatedMapping) -> None:
    """Give a mapping the keys of another that it lacks."""
    for key, value in source.items():
        if key not in node:
            node[key], node.positions[key] = value, source.positions[key]


def read_tree(text: str) -> Any:
    """Read a YAML text as mappings and lists that know where their parts stand.

    Parameters
    ----------
    text
        The whole text.

    Returns
    -------
    Any
        A LocatedMapping, a LocatedList or a scalar; None of an empty text.

    Raises
    ------
    YamlError
        It is no YAML, or too deep or too large once every alias is written out.

    Examples
    --------
    >>> tree = read_tree("places:\\n  mill: {elevation: 310}")
    >>> tree, tree["places"].positions["mill"]
    ({'places': {'mill': {'elevation': 310}}}, (2, 3))
    """
    builder = TreeBuilder()
    for event in iterate_events(text):
        builder.add(event)
    if builder.has_aliases and (fault := find_oversize(builder.root)):
        raise YamlError(fault)
    return builder.root


def find_oversize(node: Any) -> str | None:
    """What makes a document too large to be written out in full: aliases within aliases, or its depth."""
    pending, seen = [(node, 1)], 0
    while pending:
        node, depth = pending.pop()
        seen += 1
        if depth > MAX_DEPTH + 1:
            return f"more than {MAX_DEPTH} levels deep"
        if seen + len(pending) > MAX_NODES:
            return f"more than {MAX_NODES:,} values with every alias written out"
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        pending += [(child, depth + 1) for child in children]
    return None


def to_plain_data(node: Any) -> Any:
    """The tree as dictionaries, lists and scalars, no two of them shared."""
    if isinstance(node, dict):
        return {key: to_plain_data(value) for key, value in node.items()}
    if isinstance(node, list):
        return [to_plain_data(value) for value in node]
    return node


def find_position(tree: Any, path: DataPath) -> Position:
    """Line and column of the deepest part of a path that the tree has."""
    node, position = tree, (1, 1)
    for step in path:
        if not has_part(node, step):
            break
        position, node = node.positions[step], node[step]
    return position


def has_part(node: Any, step: str | int) -> bool:
    """Whether a part of a tree is a mapping with such a key, or a list with so many items."""
    if isinstance(node, LocatedMapping):
        return step in node
    return isinstance(node, LocatedList) and isinstance(step, int) and 0 <= step < len(node)


def find_control_character(tree: Any) -> DataPath | None:
    """The path of a key or text with a control character or a lone surrogate; line ends and tabs are allowed."""
    pending: list[tuple[DataPath, Any]] = [((), tree)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, str) and CONTROL.search(node):
            return path
        if isinstance(node, dict):
            pending += [((*path, key), part) for key, value in node.items() for part in (key, value)]
        elif isinstance(node, list):
            pending += [((*path, place), value) for place, value in enumerate(node)]
    return None
