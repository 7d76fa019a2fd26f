"""Places, roads and ground from GeoJSON, as map editors and our own exports write it. Source: RFC7946."""

import json
from typing import Any

from sim.drafts.draft import Draft, DraftError
from sim.drafts.foreign_file import ForeignFile
from sim.drafts.map_features import MapFeature, draft_map
from sim.scenario.geojson import GEOMETRIES, GeoFeature, parse_geojson

DESCRIPTION = "a GeoJSON map"
TYPES = ("FeatureCollection", "Feature", *GEOMETRIES.split(", "))
OWN_ITEMS = ("place", "road", "ground", "force")  # of features of our own exports
NAME_KEYS = ("name", "Name", "title", "label")


def recognise(file: ForeignFile) -> bool:
    """Whether it is JSON of one of GeoJSON's types."""
    data = parse_json(file)
    return isinstance(data, dict) and data.get("type") in TYPES


def parse_json(file: ForeignFile) -> Any:
    """The data of JSON; None for anything else."""
    text = (file.text or "").lstrip()
    if not text.startswith("{"):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def draft_scenario(file: ForeignFile) -> Draft:
    """The draft of a map."""
    document = parse_geojson(parse_json(file))
    is_ours = document.members.get("simulated") is True
    features = [read_feature(feature, OWN_ITEMS if is_ours else ()) for feature in document.features]
    if document.faults and not any(feature.shapes for feature in features):
        raise DraftError(f"{file.path}: {document.faults[0]}")
    if any(fault.startswith("crs: ") for fault in document.faults):
        raise DraftError(f"{file.path}: {document.faults[0]}")
    side_names = list_side_names(document.members.get("sides") if is_ours else None, features)
    title = document.members.get("title") or document.members.get("name") or file.path.stem
    try:
        draft = draft_map(features, f"{file.path.name}, a GeoJSON map", str(title), side_names)
    except DraftError as error:
        raise DraftError(f"{file.path}: {error}") from error
    draft.notes += [f"Left out: {fault}." for fault in document.faults]
    if is_ours:
        draft.notes.append(
            "The file is simulated: its numbers are no record. Drafted are places, roads, ground, sides, and forces "
            "where they stand first."
        )
    return draft


def list_side_names(named: Any, features: list[MapFeature]) -> list[str]:
    """The names of the sides: those that a file of ours lists, else the values `first` and `second` of features."""
    if isinstance(named, list) and named and all(isinstance(each, str) for each in named):
        return named
    return [feature.values[key] for feature in features for key in ("first", "second") if key in feature.values]


def read_feature(feature: GeoFeature, items: tuple[str, ...]) -> MapFeature:
    """A feature with its name and the values that are text or numbers; `item` among them only if it is one of these."""
    names = (feature.properties.get(key) for key in NAME_KEYS)
    name = next((str(each) for each in names if each), "")
    values = {key: str(value) for key, value in feature.properties.items() if isinstance(value, str | int | float)}
    if values.get("item") not in items:
        values.pop("item", None)
    return MapFeature(name, feature.shapes, values)
