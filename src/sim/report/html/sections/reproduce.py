"""The section on reproducing the results: command, seed, versions, digests."""

import shlex

from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas

POSITION = 80
FACT_LABELS = {
    "version": "version",
    "commit": "commit",
    "seed": "seed",
    "runs": "battles",
    "law": "law of attrition",
    "engine": "engine",
    "scenario_digest": "digest of the scenario",
    "settings_digest": "digest of the settings",
    "results_digest": "digest of the results",
    "python": "Python",
    "machine": "machine",
    "written": "written",
}


def build_section(content: PageContent, atlas: Atlas) -> PageSection:
    """The command and the facts of the manifest."""
    facts = [
        (label, str(value))
        for name, label in FACT_LABELS.items()
        if (value := getattr(content.manifest, name, None)) is not None
    ]
    libraries = content.manifest.libraries
    facts += [("libraries", ", ".join(f"{name} {version}" for name, version in libraries.items()))] if libraries else []
    command = shlex.join(["sim", content.command, *content.argv])
    return PageSection("reproduce", "How to make it again", "Again", {"command": command, "facts": facts})
