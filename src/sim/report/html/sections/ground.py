"""The section of the ground: the map and its table, on a page without a playback, whose first figure is another."""

from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas

POSITION = 60


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """The map, where the first screen shows a figure and no section plays the battle back."""
    has_playback = bool(content.replays) or content.results is not None
    return (
        None if has_playback else PageSection("ground", "Where it was fought", "Ground", {"draws": bool(content.lead)})
    )
