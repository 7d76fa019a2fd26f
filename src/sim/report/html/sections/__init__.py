"""Sections of a page, one file each. A new file here is found by itself; `POSITION` says where on the page it is."""

from typing import Any

from sim.registry import PluginRegistry
from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas

SECTION_FILES: PluginRegistry[Any] = PluginRegistry(__name__)


def list_sections() -> list[str]:
    """Every section's name, which is that of its file, in the order of the page."""
    modules = SECTION_FILES.load_all()
    return sorted(modules, key=lambda name: (modules[name].POSITION, name))


def build_sections(content: PageContent, atlas: Atlas) -> list[PageSection]:
    """The sections that have something to say."""
    sections = (SECTION_FILES.load(name).build_section(content, atlas) for name in list_sections())
    return [section for section in sections if section is not None]
