"""Scenario files of schema 1 rewritten for schema 2: keys get their new names, and everything else stays to the byte.

Keys are found where the YAML parser saw them and replaced in the text, so that comments, order, quotes and layout stay.
"""

import io
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLWarning
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sim.scenario.problems import ScenarioError
from sim.scenario.yaml_parser import parse_yaml

SCHEMA = 2  # of the files that this version reads
SCHEMA_KEY = "schema"

# Where a key stood in schema 1 (* stands for any id or number), and what it is called now.
RENAMED_KEYS = {
    "invented": "fictional",
    "recorded_until": "record_ends",
    "sentences": "headline_outputs",
    "contested_between": "contested_share_range",
    "sky": "astronomy",
    "ways": "road_types",
    "links": "roads",
    "reports": "source_model",
    "turns": "turning_points",
    "accepted": "suppress",
    "text.summaries": "summary_sections",
    "summary.drawn_from": "based_on",
    "sources.*.key": "reference",
    "sides.*.short": "short_name",
    "sides.*.people": "member_noun",
    "claims.*.says": "statement",
    "claims.*.at": "citation",
    "claims.*.hedged": "uncertain",
    "claims.*.scored": "role",
    "claims.*.group": "population",
    "claims.*.contains": "includes",
    "terrains.*.frontage": "max_engaged",
    "ways.*.pace": "speed_factor",
    "places.*.also": "aliases",
    "places.*.held_by": "initial_control",
    "places.*.drawn_from": "based_on",
    "places.*.decided": "rationale",
    "links.*.way": "road_type",
    "links.*.decided": "rationale",
    "weather.*.lit": "illuminated_fraction",
    "forces.*.at": "location",
    "forces.*.present": "initially_present",
    "forces.*.replaced": "receives_replacements",
    "forces.*.units": "unit_hierarchy",
    "forces.*.drawn_from": "based_on",
    "forces.*.decided": "rationale",
    "orders.*.drawn_from": "based_on",
    "orders.*.decided": "rationale",
    "orders.*.free": "simulated_commander",
    "orders.*.if_held": "on_already_held",
    "orders.*.if_unreachable": "on_unreachable",
    "orders.*.if_spent": "on_spent",
    "orders.*.if_repelled": "on_repelled",
    "orders.*.over_hours": "duration_hours",
    "orders.*.otherwise": "alternative_targets",
    "orders.*.fate": "outcome",
    "orders.*.covers": "covered_places",
    "orders.*.available": "available_from",
    "orders.*.odds": "min_force_ratio",
    "readings.*.options.*.says": "description",
    "reports.stray": "background_rate",
    "reports.sources.*.misreport": "flip_probability",
    "splits.*.says": "description",
    "splits.*.cut": "cutoff",
    "turns.*.says": "description",
    "turns.*.happened": "claims",
    "turns.*.instead": "alternative",
    "turns.*.without": "counterfactual_edits",
    # Where in its source a number stands: at every quantity.
    "terrains.*.*.where": "locator",
    "ways.*.*.where": "locator",
    "places.*.*.where": "locator",
    "places.*.held_by.share.where": "locator",
    "links.*.*.where": "locator",
    "forces.*.strength.where": "locator",
    "forces.*.equipment.*.where": "locator",
    "orders.*.*.where": "locator",
}
# Values that have a new name, by the place of their key in schema 1.
RENAMED_VALUES = {
    "claims.*.scored": {"carried": "context"},
    "orders.*.if_held": {"void": "cancel"},
    "orders.*.if_unreachable": {"void": "cancel"},
    "orders.*.if_spent": {"void": "cancel"},
    "orders.*.fate": {"drawn": "random"},
}
RENAMED_MEASURES = {
    "fighting": "casualties",
    "joined": "reinforcements",
    "seized": "equipment_captured",
    "sequence": "capture_rank",
}
for _place in ("claims.*.observable.measure", "sentences.*.observable.measure", "turns.*.instead.observable.measure"):
    RENAMED_VALUES[_place] = RENAMED_MEASURES
# Rules of `sim check` that a scenario may name in `suppress`.
RENAMED_RULES = {
    "accepted_in_vain": "invalid_suppression",
    "control_without_order": "unexplained_control_change",
    "order_without_sense": "infeasible_order",
    "reading_without_sense": "unsound_reading",
    "falling_series": "non_monotone_series",
    "source_without_report": "missing_source_model",
}
# Where paths of edits stand: what they set is renamed like what stands there.
EDIT_LISTS = ("readings.*.options.*.edits.*", "turns.*.without.*")
RENAMED_BASEMAP_MEMBERS = {"signs": "symbols", "view": "viewport", "close": "small_screen_viewport"}

Path = tuple[str, ...]
JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')


class Replacement(NamedTuple):
    """A passage of the text, by its offsets, what it must be, and what comes in its place."""

    start: int
    end: int
    old: str
    new: str


def drop_schema(data: dict[str, Any]) -> dict[str, Any]:
    """The data of a scenario without the number of its schema, as the models take them."""
    return {key: value for key, value in data.items() if key != SCHEMA_KEY}


def matches(path: Path, pattern: str) -> bool:
    """Whether a path of schema 1 is at a place that a pattern names."""
    steps = pattern.split(".")
    return len(steps) == len(path) and all(step in ("*", name) for step, name in zip(steps, path, strict=True))


def rename_key(path: Path) -> str:
    """What the last step of a path of schema 1 is called now."""
    return next((new for pattern, new in RENAMED_KEYS.items() if matches(path, pattern)), path[-1])


def rename_path(path: Sequence[str]) -> Path:
    """A path of schema 1, as those of edits are, in schema 2."""
    return tuple(rename_key(tuple(path[: number + 1])) for number in range(len(path)))


def rename_value(path: Path, value: str) -> str:
    """What a value at a path of schema 1 is called now."""
    return next((new.get(value, value) for pattern, new in RENAMED_VALUES.items() if matches(path, pattern)), value)


def rename_suppression(key: str) -> str:
    """A key of `suppress`: RULE.PATH."""
    rule, _, path = key.partition(".")
    return ".".join([RENAMED_RULES.get(rule, rule), *rename_path(path.split("."))] if path else [rule])


def migrate_scenario(text: str, name: str) -> str:
    """Rewrite the text of a scenario of schema 1 for schema 2.

    Parameters
    ----------
    text
        The whole file.
    name
        What to call it in messages.

    Returns
    -------
    str
        The same text with `schema: 2` before its first key and every key under its new name.

    Raises
    ------
    ScenarioError
        It is no YAML mapping, or of another schema.

    Examples
    --------
    >>> print(migrate_scenario("# A hill.\\nname: hill\\ninvented: true  # by us\\n", "hill.yaml"))
    # A hill.
    schema: 2
    name: hill
    fictional: true  # by us
    <BLANKLINE>
    """
    root = compose_nodes(text, name)
    schema = next((value for key, value in root.value if key.value == SCHEMA_KEY), None)
    replacements = {each.start: each for each in find_replacements(root, (), set())}
    if schema is None:
        start = min(key.start_mark.index for key, _ in root.value)
        line_end = "\r\n" if "\r\n" in text else "\n"
        key = replacements.pop(start, Replacement(start, start, "", ""))
        replacements[start] = key._replace(new=f"{SCHEMA_KEY}: {SCHEMA}{line_end}{key.new}")
    elif schema.value == "1":
        replacements |= {each.start: each for each in replace_scalar(schema, str(SCHEMA))}
    elif schema.value == str(SCHEMA):
        raise ScenarioError([f"{name}: is of schema {SCHEMA} already; nothing is changed"])
    else:
        raise ScenarioError([f"{name}: unknown schema (got {schema.value}; allowed: 1)"])
    return replace_passages(text, sorted(replacements.values()), name)


def compose_nodes(text: str, name: str) -> MappingNode:
    """The nodes of a text with their places in it; raise ScenarioError if it is no mapping in block style."""
    parse_yaml(text.replace("\r\n", "\n").replace("\r", "\n"), name)  # which refuses what is no scenario at all
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", YAMLWarning)
        root = YAML(typ="rt", pure=True).compose(io.StringIO(text))
    if not isinstance(root, MappingNode) or not root.value or root.flow_style:
        raise ScenarioError([f"{name}: is not written with a key on each line"])
    return root


def replace_passages(text: str, replacements: Sequence[Replacement], name: str) -> str:
    """The text with passages replaced; raise ScenarioError for one that stands there in other characters."""
    pieces, end = [], 0
    for each in replacements:
        found = text[each.start : each.end]
        if found != each.old:
            line = text.count("\n", 0, each.start) + 1
            raise ScenarioError([f"{name}:{line}: {each.old} is written as {found}: write it plainly"])
        pieces += [text[end : each.start], each.new]
        end = each.end
    return "".join([*pieces, text[end:]])


def find_replacements(node: Node, path: Path, seen: set[int]) -> Iterator[Replacement]:
    """Every key and value below a node that has a new name; `path` is where the node stands in schema 1."""
    if id(node) in seen:  # an alias: it stands in the text once
        return
    seen.add(id(node))
    if isinstance(node, MappingNode):
        if any(matches(path, pattern) for pattern in EDIT_LISTS):
            yield from find_edit_replacements(node, seen)
            return
        for key, value in node.value:
            inner = path if key.value == "<<" else (*path, str(key.value))
            if inner != path:
                is_suppression = path == ("accepted",)
                yield from replace_scalar(key, rename_suppression(key.value) if is_suppression else rename_key(inner))
            yield from find_replacements(value, inner, seen)
    elif isinstance(node, SequenceNode):
        for number, value in enumerate(node.value):
            yield from find_replacements(value, (*path, str(number)), seen)
    elif isinstance(node, ScalarNode):
        yield from replace_scalar(node, rename_value(path, node.value))


def find_edit_replacements(node: MappingNode, seen: set[int]) -> Iterator[Replacement]:
    """The same of an edit: its path, and its value as what stands at that path."""
    parts: dict[str, Node] = {key.value: value for key, value in node.value}
    if not isinstance(parts.get("path"), ScalarNode):
        return
    path = tuple(str(parts["path"].value).split("."))
    yield from replace_scalar(parts["path"], ".".join(rename_path(path)))
    if "value" in parts:
        yield from find_replacements(parts["value"], path, seen)


def replace_scalar(node: Node, new: str) -> Iterator[Replacement]:
    """The replacement of a scalar, within its quotes if it has any; none if it stays as it is."""
    if isinstance(node, ScalarNode) and new != node.value:
        end = node.end_mark.index - (1 if node.style in ("'", '"') else 0)
        yield Replacement(end - len(node.value), end, node.value, new)  # an anchor or a tag may stand before it


def migrate_basemap(text: str, name: str) -> str:
    """The GeoJSON of a scenario's ground with its own members under their new names; all else stays to the byte."""
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ScenarioError([f"{name}: not valid JSON: {error}"]) from error
    replacements, depth = [], 0
    for token in JSON_TOKEN.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        old = token[0].strip('"')
        if depth == 1 and old in RENAMED_BASEMAP_MEMBERS and text[token.end() :].lstrip().startswith(":"):
            replacements.append(Replacement(*token.span(), token[0], f'"{RENAMED_BASEMAP_MEMBERS[old]}"'))
    return replace_passages(text, replacements, name)
