"""The section of results: sentences, a figure and its table for each block; maps side by side before them."""

from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas, build_control_sheet

POSITION = 15


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """Each result with its sentences, its figure and the table behind it."""
    if not content.result_blocks and not content.control_maps:
        return None
    sheets = [
        (each.label, build_control_sheet(content.scenario, content.basemap, content.end_hours, each.shares))
        for each in content.control_maps
    ]
    values = {"blocks": content.result_blocks, "sheets": sheets}
    return PageSection("results", content.results_title, "Findings", values)
