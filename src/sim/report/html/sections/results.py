"""The section of results: sentences, a figure and its table for each block."""

from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas

POSITION = 15


def build_section(content: PageContent, atlas: Atlas) -> PageSection | None:
    """Each result with its sentences, its figure and the table behind it."""
    return (
        PageSection("results", content.results_title, "Findings", {"blocks": content.result_blocks})
        if content.result_blocks
        else None
    )
