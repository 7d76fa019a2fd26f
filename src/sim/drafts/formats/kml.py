"""Places, roads, ground and forces from KML and KMZ, as Google Earth, QGIS and our own exports write it.

Source: OGCKML22. Entities and document types are refused, and an archive is unpacked up to a bound.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from sim.drafts.draft import Draft, DraftError
from sim.drafts.foreign_file import MAX_BYTES, ForeignFile
from sim.drafts.ids import clean_text
from sim.drafts.map_features import MapFeature, draft_map
from sim.scenario.geojson import Shape, parse_geometry

DESCRIPTION = "a KML or KMZ map"
ROOT = re.compile(r"<(?:\w+:)?kml[\s>]")
ARCHIVE = b"PK\x03\x04"
SIMULATED = "The file is simulated: its marches and changes of control are no record, and are left out."


def recognise(file: ForeignFile) -> bool:
    """Whether its root is that of KML, or it is an archive with such a file in it."""
    if file.data.startswith(ARCHIVE):
        try:
            with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
                return find_member(archive) is not None
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return False
    return ROOT.search((file.text or "")[:2_000]) is not None


def find_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    """The map in an archive: `doc.kml`, else the first that is one."""
    members = [each for each in archive.infolist() if each.filename.lower().endswith(".kml")]
    return next((each for each in members if each.filename == "doc.kml"), members[0] if members else None)


def draft_scenario(file: ForeignFile) -> Draft:
    """The draft of a map."""
    root = parse_xml(file)
    features, notes = [], []
    for mark in iterate_elements(root, "Placemark"):
        feature, faults = read_placemark(mark)
        features.append(feature)
        notes += [f"Left out of {feature.name or 'a placemark'}: {fault}." for fault in faults]
    document = next(iterate_elements(root, "Document"), root)
    facts = read_values(document)
    side_names = [facts[key] for key in ("side_1", "side_2") if key in facts]
    title = find_text(document, "name") or file.path.stem
    try:
        draft = draft_map(features, f"{file.path.name}, a KML map", title, side_names)
    except DraftError as error:
        raise DraftError(f"{file.path}: {error}") from error
    draft.notes += notes + ([SIMULATED] if facts.get("simulated") == "true" else [])
    return draft


def parse_xml(file: ForeignFile) -> Element:
    """The root of the document; raise DraftError for what is no XML or may not be read."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    data = file.data if not file.data.startswith(ARCHIVE) else unpack(file)
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise DraftError(f"{file.path}: has a document type or entities, which are not read") from error
    except (ParseError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise DraftError(f"{file.path}: no sound XML: {error}") from error
    return root


def unpack(file: ForeignFile) -> bytes:
    """The map in an archive, up to a bound; raise DraftError."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            member = find_member(archive)
            assert member is not None, "the file was not recognised as an archive with a map"
            with archive.open(member) as packed:
                data = packed.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, EOFError) as error:  # RuntimeError: a password
        raise DraftError(f"{file.path}: can't be unpacked: {error}") from error
    if len(data) > MAX_BYTES:
        raise DraftError(f"{file.path}: too large when unpacked (allowed: {MAX_BYTES:,} bytes)")
    return data


def iterate_elements(parent: Element, name: str) -> Iterator[Element]:
    """All elements of a name below another, in whatever namespace."""
    return (each for each in parent.iter() if isinstance(each.tag, str) and each.tag.rpartition("}")[2] == name)


def find_text(parent: Element, name: str) -> str:
    """The text of a child of a name; empty if there is none."""
    children = (each for each in parent if isinstance(each.tag, str) and each.tag.rpartition("}")[2] == name)
    return next(((each.text or "").strip() for each in children), "")


def read_values(element: Element) -> dict[str, str]:
    """The values by name that an element itself carries."""
    values: dict[str, str] = {}
    for data in element:
        if isinstance(data.tag, str) and data.tag.rpartition("}")[2] == "ExtendedData":
            for each in iterate_elements(data, "Data"):
                values[each.get("name", "")] = find_text(each, "value")
            for each in iterate_elements(data, "SimpleData"):
                values[each.get("name", "")] = (each.text or "").strip()
    return values


def read_placemark(mark: Element) -> tuple[MapFeature, list[str]]:
    """A placemark, and what is wrong with its shapes."""
    shapes: list[Shape] = []
    faults: list[str] = []
    for kind in ("Point", "LineString", "Polygon"):
        for element in iterate_elements(mark, kind):
            lines = [read_positions(each.text or "") for each in iterate_elements(element, "coordinates")]
            first = lines[0] if lines else []
            coordinates: list[Any] = lines
            if kind != "Polygon":
                coordinates = first if kind == "LineString" else (first[0] if first else [])
            found, wrong = parse_geometry({"type": kind, "coordinates": coordinates})
            shapes += found
            faults += wrong
    return MapFeature(clean_text(find_text(mark, "name")), tuple(shapes), read_values(mark)), faults


def read_positions(text: str) -> list[list[float | str]]:
    """Positions as lists of numbers; what is no number stays text, and is found to be none."""
    return [[parse_degrees(part) for part in position.split(",")] for position in text.split()]


def parse_degrees(text: str) -> float | str:
    """A number, or the text that is none."""
    try:
        return float(text)
    except ValueError:
        return text
