"""`sim check`: every fault of a scenario at once, then what the rules of a sound scenario find."""

import json
import textwrap
from typing import Any

import click

from sim.cli.arguments import plain_command
from sim.cli.settings import SettingsError
from sim.scenario import Scenario, ScenarioError, find
from sim.scenario.drawing import drawing_of
from sim.scenario.lint import examine
from sim.scenario.lint.base import Verdict
from sim.scenario.loading import checked
from sim.scenario.problems import Placed, dotted
from sim.scenario.reading import Document, read

USAGE = """usage: sim check SCENARIO [--json]

SCENARIO is a name in scenarios/ or a path. What keeps a scenario from being read is told first; then each rule in
src/sim/scenario/lint/ says PASS, WARNING or ERROR, with file, line and column of what it found. A warning that is
meant is noted in the scenario: `accepted: {RULE.PATH: reason}`. --json prints the same for programs.

Exit code 0: no error; 2: errors."""

SECTIONS = ("sources", "claims", "places", "links", "forces", "orders", "readings", "priors")


@plain_command(USAGE, click.Option(["--json"], is_flag=True))
def command(words: list[str], json: bool) -> int:
    """Check one scenario."""
    if len(words) != 1:
        raise SettingsError([f"check takes one scenario (got {len(words)} arguments; see sim check --help)"])
    (name,) = words
    if json:
        return print_json(name)
    document = read(find(name))
    scenario = checked(document.data, document)
    drawing_of(name, scenario)
    verdicts = examine(scenario, document.data)
    print("\n".join([*lines(document, verdicts), summary(scenario, verdicts)]))
    return exit_code(verdicts)


def lines(document: Document, verdicts: list[Verdict]) -> list[str]:
    """A line for each rule that found nothing; else a line for each finding, and why the rule is there."""
    told: list[str] = []
    for verdict in verdicts:
        told += [f"ACCEPTED {document.placed(finding)}: {reason}" for finding, reason in verdict.accepted]
        if verdict.findings:
            told += [f"{verdict.rule.level} {document.placed(finding)}" for finding in verdict.findings]
            why = f"{verdict.rule.name}: {' '.join(verdict.rule.explanation.split())}"
            told += textwrap.wrap(why, 110, initial_indent="    ", subsequent_indent="    ")
        else:
            told.append(f"PASS {verdict.rule.name}")
    return told


def summary(scenario: Scenario, verdicts: list[Verdict]) -> str:
    """The last line: whether the scenario is sound, what it has, and what tells it from others."""
    errors, warnings = (
        sum(len(verdict.findings) for verdict in verdicts if verdict.rule.level == level)
        for level in ("ERROR", "WARNING")
    )
    counts = [f"{number} {name}{'s' * (number > 1)}" for number, name in ((errors, "error"), (warnings, "warning"))]
    judgement = ", ".join(["not sound" if errors else "sound", *(text for text in counts if text[0] != "0")])
    parts = ", ".join(f"{len(getattr(scenario, part))} {part}" for part in SECTIONS)
    return f"{scenario.name}: {judgement}. {parts}. Digest {scenario.digest()[:12]}."


def exit_code(verdicts: list[Verdict]) -> int:
    """0 without errors, else 2."""
    return 2 if any(verdict.result == "ERROR" for verdict in verdicts) else 0


def print_json(name: str) -> int:
    """Print one document for programs: the schema's verdict as a rule like any other, then every rule's."""
    try:
        document = read(find(name))
        scenario = checked(document.data, document)
        drawing_of(name, scenario)
    except ScenarioError as error:
        faults = [entry(placed, "ERROR") for placed in error.placed] or [bare(line) for line in error.lines]
        print_document(name, None, [schema_rule(faults)])
        return 2
    verdicts = examine(scenario, document.data)
    print_document(scenario.name, scenario.digest(), [schema_rule([]), *(plain(document, one) for one in verdicts)])
    return exit_code(verdicts)


def print_document(name: str, digest: str | None, rules: list[dict[str, Any]]) -> None:
    """Print the document; without a digest the scenario could not be read, and no rule was asked."""
    print(json.dumps({"scenario": name, "digest": digest, "rules": rules}, indent=2, ensure_ascii=False))


def schema_rule(faults: list[dict[str, Any]]) -> dict[str, Any]:
    """The checks without which there is no scenario, in the form of a rule."""
    explanation = "What is written is a scenario: keys, kinds, numbers, ids, times and ways fit together."
    return {"name": "schema", "level": "ERROR", "explanation": explanation, "findings": faults}


def plain(document: Document, verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain data."""
    accepted = [entry(document.placed(finding), "ACCEPTED", reason) for finding, reason in verdict.accepted]
    standing = [entry(document.placed(finding), verdict.rule.level) for finding in verdict.findings]
    return {
        "name": verdict.rule.name,
        "level": verdict.rule.level,
        "explanation": " ".join(verdict.rule.explanation.split()),
        "findings": [*standing, *accepted],
    }


def entry(placed: Placed, level: str, reason: str | None = None) -> dict[str, Any]:
    """A finding as plain data; `accepted` is the reason for which it stands."""
    problem = placed.problem
    return {
        "level": level,
        "path": dotted(problem.path),
        "file": placed.file,
        "line": placed.line,
        "column": placed.column,
        "message": problem.message,
        "got": problem.got,
        "allowed": problem.allowed,
        "accepted": reason,
    }


def bare(message: str) -> dict[str, Any]:
    """A fault without a place: there is no such file, or it is no text."""
    nowhere = dict.fromkeys(("path", "file", "line", "column", "got", "allowed", "accepted"))
    return {"level": "ERROR", **nowhere, "message": message}
