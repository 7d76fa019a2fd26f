"""How to make it again: the command, the seed, versions, and digests of what went in and came out."""

import shlex

from sim.report.html.matter import Matter, Section
from sim.report.map.sheet import Atlas

PLACE = 80
FACTS = {
    "version": "version",
    "commit": "commit",
    "seed": "seed",
    "runs": "battles",
    "law": "law of attrition",
    "clock": "clock",
    "scenario_digest": "digest of the scenario",
    "settings_digest": "digest of the settings",
    "results_digest": "digest of the results",
    "python": "Python",
    "machine": "machine",
    "written": "written",
}


def section(matter: Matter, atlas: Atlas) -> Section:
    """The command and the facts of the manifest."""
    facts = [(name, str(matter.manifest[key])) for key, name in FACTS.items() if matter.manifest.get(key) is not None]
    libraries = matter.manifest.get("libraries") or {}
    facts += [("libraries", ", ".join(f"{name} {version}" for name, version in libraries.items()))] if libraries else []
    command = shlex.join(["sim", matter.command, *matter.words])
    return Section("again", "How to make it again", "Again", {"command": command, "facts": facts})
