"""The section on reproducing the results: command, seed, versions, digests."""

import shlex

from sim import paths
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
    values = {"command": command, "facts": facts, "questions": list_next_questions(content)}
    return PageSection("reproduce", "How to make it again, and what to ask next", "Again", values)


def list_next_questions(content: PageContent) -> list[tuple[str, str]]:
    """What a reader of a run may ask next, and the command that answers it; nothing on other pages."""
    if content.command != "run":
        return []
    name, scenario = content.scenario.name, content.manifest.settings.scenario or content.scenario.name
    is_asked = (paths.conf_folder() / "question" / name).is_dir()  # ready-made questions
    change = ["whatif", f"question={name}"] if is_asked else ["serve", f"scenario={scenario}"]
    questions = {
        "What would have changed it?": change,
        "What decides it, and how much of it is luck?": ["sensitivity", f"scenario={scenario}"],
        "How far is it to be trusted?": ["score", "OUTPUT"],
    }
    return [(question, shlex.join(["sim", *words])) for question, words in questions.items()]
