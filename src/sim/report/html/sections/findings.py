"""What a command found beyond the battle itself: what-ifs, sweeps, and whatever has sentences and figures."""

from sim.report.html.matter import Matter, Section
from sim.report.map.sheet import Atlas

PLACE = 15


def section(matter: Matter, atlas: Atlas) -> Section | None:
    """Each finding with its sentences, its figure and the table behind it."""
    return (
        Section("findings", matter.findings_title, "Findings", {"findings": matter.findings})
        if matter.findings
        else None
    )
