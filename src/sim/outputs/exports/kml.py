"""One battle as KML with times: places and who holds them, roads, forces, marches. Google Earth and QGIS play it.

Source: OGCKML22.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from sim.outputs.battle_states import BattleStates, iterate_holders, read_battle_states
from sim.outputs.datapackage import FileWriter, make_descriptor_writer
from sim.scenario.model import Scenario
from sim.storage.manifest import RunManifest
from sim.storage.reader import StoredOutput

COMMANDS = ("run",)
FILE = "simulated_battle.kml"
NAMESPACE = "http://www.opengis.net/kml/2.2"
CONTESTED_COLOUR = "#777777"

Element = ElementTree.Element


def list_files(output: StoredOutput) -> Mapping[str, FileWriter]:
    """The document, and its descriptor."""
    battle = read_battle_states(output)
    writers: dict[str, FileWriter] = {FILE: partial(write_kml, output, battle)}
    return writers | make_descriptor_writer(output, "kml", {FILE: []})


def write_kml(output: StoredOutput, battle: BattleStates, path: Path) -> None:
    """Write the document."""
    scenario, manifest = output.scenario, output.require(RunManifest)
    root = Element("kml", xmlns=NAMESPACE)
    document = ElementTree.SubElement(root, "Document")
    add_text(document, "name", f"{scenario.title}: simulated, battle {battle.replication}")
    add_text(document, "description", f"One simulated battle, no record of the past. Results {manifest.results_digest}")
    facts = {f"side_{number}": side.name for number, side in enumerate(scenario.sides.values(), 1)}
    add_data(document, {"simulated": "true", **facts})
    for id, side in scenario.sides.items():
        add_style(document, id, side.colour)
    add_style(document, "contested", CONTESTED_COLOUR)
    ends = find_end(output)
    folders = {name: add_folder(document, name) for name in ("Places", "Roads", "Control", "Forces", "Marches")}
    add_places(folders["Places"], folders["Control"], scenario, battle, ends)
    add_roads(folders["Roads"], scenario)
    add_forces(folders["Forces"], scenario, battle, ends)
    add_marches(folders["Marches"], scenario, battle)
    ElementTree.indent(root)
    path.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def find_end(output: StoredOutput) -> datetime:
    """When the battles of a run end."""
    until = output.require(RunManifest).settings.until
    return output.scenario.ends if until is None else until


def add_text(parent: Element, tag: str, text: str) -> Element:
    """Add an element with a text."""
    element = ElementTree.SubElement(parent, tag)
    element.text = text
    return element


def add_data(parent: Element, values: Mapping[str, str]) -> None:
    """Add values by name, as other programs show and keep them."""
    data = ElementTree.SubElement(parent, "ExtendedData")
    for name, value in values.items():
        add_text(ElementTree.SubElement(data, "Data", name=name), "value", value)


def add_folder(parent: Element, name: str) -> Element:
    """Add a folder."""
    folder = ElementTree.SubElement(parent, "Folder")
    add_text(folder, "name", name)
    return folder


def add_style(document: Element, id: str, colour: str) -> None:
    """Add the style of a side; KML has blue, green, red."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    style = ElementTree.SubElement(document, "Style", id=id)
    for kind in ("IconStyle", "LineStyle"):
        add_text(ElementTree.SubElement(style, kind), "color", f"ff{blue}{green}{red}".lower())


def add_placemark(folder: Element, name: str, style: str | None, span: tuple[str, str] | None) -> Element:
    """Add a placemark, shown from one time to another."""
    mark = ElementTree.SubElement(folder, "Placemark")
    add_text(mark, "name", name)
    if span is not None:
        element = ElementTree.SubElement(mark, "TimeSpan")
        add_text(element, "begin", span[0])
        add_text(element, "end", span[1])
    if style is not None:
        add_text(mark, "styleUrl", f"#{style}")
    return mark


def add_points(mark: Element, scenario: Scenario, places: list[str]) -> None:
    """Add the point of a place, or the line through several."""
    points = [scenario.places[place].coordinates for place in places]
    shape = ElementTree.SubElement(mark, "Point" if len(points) == 1 else "LineString")
    if len(points) > 1:
        add_text(shape, "tessellate", "1")
    add_text(shape, "coordinates", " ".join(f"{point.lon},{point.lat}" for point in points))


def add_places(places: Element, control: Element, scenario: Scenario, battle: BattleStates, ends: datetime) -> None:
    """Add the places, and who holds each from one change to the next."""
    for id, place in scenario.places.items():
        mark = add_placemark(places, place.name, None, None)
        add_data(mark, {"item": "place", "id": id, "holder": scenario.sides[place.initial_control.side].name})
        add_points(mark, scenario, [id])
        changes = list(iterate_holders(scenario, battle, id))
        for (begins, holder), after in zip(changes, [*(time for time, _ in changes[1:]), ends], strict=True):
            span = format_time(scenario, begins), format_time(scenario, after)
            mark = add_placemark(control, f"{place.name}: {find_holder_name(scenario, holder)}", holder, span)
            add_data(mark, {"item": "control", "place": id, "holder": holder})
            add_points(mark, scenario, [id])


def add_roads(folder: Element, scenario: Scenario) -> None:
    """Add the roads as straight lines, each with its length where that is another than the straight distance."""
    for id, road in scenario.roads.items():
        mark = add_placemark(folder, id, None, None)
        length = {} if road.km is None else {"km": str(road.km.value)}
        add_data(mark, {"item": "road", "id": id, "road_type": scenario.road_types[road.road_type].name, **length})
        add_points(mark, scenario, list(road.between))


def find_holder_name(scenario: Scenario, holder: str) -> str:
    """A side's short name, or that a place is contested."""
    return scenario.sides[holder].short_name if holder in scenario.sides else holder


def add_forces(folder: Element, scenario: Scenario, battle: BattleStates, ends: datetime) -> None:
    """Add the forces, a placemark for each time at a place; the strength is that when it begins."""
    for id, place, state, after in battle.iterate_stays(ends):
        force = scenario.forces[id]
        span = format_time(scenario, state.time), format_time(scenario, after)
        mark = add_placemark(folder, f"{force.name}: {state.people}", force.side, span)
        side = scenario.sides[force.side].name
        add_data(mark, {"item": "force", "id": id, "force": force.name, "side": side, "people": str(state.people)})
        add_points(mark, scenario, [place])


def add_marches(folder: Element, scenario: Scenario, battle: BattleStates) -> None:
    """Add the marches."""
    for march in battle.marches:
        force = scenario.forces[march.force]
        span = format_time(scenario, march.departs), format_time(scenario, march.arrives)
        mark = add_placemark(folder, f"{force.name} marches, {march.people}", force.side, span)
        add_data(mark, {"item": "march", "id": march.force})
        add_points(mark, scenario, [march.origin, march.destination])


def format_time(scenario: Scenario, moment: datetime) -> str:
    """A local time with the offset of its clocks."""
    return moment.replace(tzinfo=scenario.astronomy.zone).isoformat()
