"""The section of sliders over battles fought beforehand, where a command fought a grid of them."""

from importlib.resources import files

from markupsafe import Markup

from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas

POSITION = 14


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """The sliders and what they show; without scripts the tables of the findings have the same."""
    if content.grid is None:
        return None
    style = (files("sim.report.html") / "assets" / "odds.css").read_text(encoding="utf-8")
    values = {"data": content.grid.as_data(), "style": Markup(style)}
    return PageSection("sliders", "Move it yourself", "Sliders", values)
