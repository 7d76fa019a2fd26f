"""The places of events: those of one name and point are one place, and coordinates that can't be right are told."""

from sim.drafts.cells import parse_degrees
from sim.drafts.draft import DraftedPlace
from sim.drafts.ids import make_id, make_name

DECIMALS = 4  # of degrees: ten metres


class PlaceBook:
    """The places of a table so far, by id, with notes on rows whose coordinates can't be used."""

    def __init__(self, source: str):
        self.source = source
        self.places: dict[str, DraftedPlace] = {}
        self.notes: list[str] = []
        self.ids: dict[tuple[float, float], str] = {}

    def find_place(
        self, name: str, latitude: str, longitude: str, row: int, within: tuple[float, str] | None = None
    ) -> str | None:
        """The id of the place of a row, a new one if it is not there yet; None without coordinates."""
        lat, lon = parse_degrees(latitude), parse_degrees(longitude)
        if lat is None or lon is None:
            self.notes.append(f"Row {row} has no coordinates that can be read: its place is left out.")
            return None
        note = ""
        if abs(lat) > 90 and abs(lon) <= 90 and abs(lat) <= 180:
            lat, lon = lon, lat
            note = "latitude and longitude were exchanged in the file, since the latitude was beyond 90"
            self.notes.append(f"Row {row}: {note}.")
        if abs(lat) > 90 or abs(lon) > 180:
            self.notes.append(f"Row {row} has coordinates that are nowhere ({lat:g}, {lon:g}): its place is left out.")
            return None
        point = (round(lat, DECIMALS), round(lon, DECIMALS))
        if point in self.ids:
            return self.ids[point]
        id = make_id(name, self.places, "place")
        within_km, reason = within or (None, None)
        self.places[id] = DraftedPlace(
            make_name(name or str(len(self.places) + 1), "place"),
            *point,
            within_km,
            reason,
            source=self.source,
            note="; ".join(filter(None, [note, reason])),
        )
        self.ids[point] = id
        return id
