"""`sim check`: every fault of a scenario at once, then the findings of every lint rule."""

import json
import textwrap
from typing import TYPE_CHECKING, Any

import click

from sim import laws
from sim.cli.arguments import plain_command, split_arguments
from sim.cli.errors import SettingsError
from sim.cli.process import print_text
from sim.cli.scenario_folders import find_scenario, make_scenarios_option
from sim.scenario import Scenario, ScenarioError, find_scenario_file
from sim.scenario.basemap import load_basemap
from sim.scenario.bibliography import find_unknown_references
from sim.scenario.lint import run_rules
from sim.scenario.lint.base import LintResult
from sim.scenario.lint.unread_items import describe_unread
from sim.scenario.loading import build_scenario
from sim.scenario.prior_requirements import list_idle_priors
from sim.scenario.problems import LocatedProblem, format_path
from sim.scenario.yaml_parser import ScenarioDocument, read_document

if TYPE_CHECKING:
    from sim.cli.settings import Settings

USAGE = """usage: sim check SCENARIO [--json] [--simulate N] [--prior N] [law=LAW] [seed=SEED] [--scenarios DIR]

SCENARIO is a name in DIR or scenarios/, or a path. What keeps it from being read comes first; then each rule in
src/sim/scenario/lint/ says PASS, WARNING or ERROR, with file, line and column of what it found. A warning that is
meant is noted in the scenario: `suppress: {RULE.PATH: reason}`. --json prints the same for programs.

--simulate N also simulates N battles from the priors. It names each order that is dropped in more than half of them,
with the reason, and each claim that is so in none of them or in all; and it draws the chains of orders that follow one
another. Then it simulates N pairs of battles for each choice of yours, with and without it: an order with a rationale,
and where an attack goes instead if its target needs none. It says what that does to the chance of each claim about the
same places that the order is not based on.

--prior N also fights N battles from the priors, and prints what they say of assaults, how long they last, what they
cost and how often they are won, by the odds, beside recorded battles of the time; what lies far outside is marked.

Exit code 0: no error; 2: errors."""

SIMULATION_SETTINGS = ("law", "seed")
COUNTED_SECTIONS = ("sources", "claims", "places", "roads", "forces", "orders", "readings", "priors")


@plain_command(
    USAGE,
    click.Option(["--json"], is_flag=True),
    click.Option(["--simulate"], type=click.IntRange(2), default=None),
    click.Option(["--prior"], type=click.IntRange(2), default=None),
    make_scenarios_option(),
)
def command(argv: list[str], json: bool, simulate: int | None, prior: int | None, scenarios: tuple[str, ...]) -> int:
    """Check one scenario."""
    own_values, names = split_arguments(argv, SIMULATION_SETTINGS)
    if len(names) != 1:
        raise SettingsError([f"check takes one scenario (got {len(names)} arguments; see sim check --help)"])
    name = find_scenario(names[0], scenarios)
    if own_values and simulate is None and prior is None:
        allowed = "with --simulate N or --prior N"
        raise SettingsError([f"{next(iter(own_values))}: nothing is simulated (allowed: {allowed})"])
    for option, value in (("simulate", simulate), ("prior", prior)):
        if json and value is not None:
            raise SettingsError([f"{option}: its table is not part of --json (allowed: one of the two)"])
    overrides = [f"{key}={value}" for key, value in own_values.items()]
    settings = compose_simulation_settings(overrides) if simulate or prior else None
    if json:
        return print_json(name)
    document, scenario = read_scenario(name)
    verdicts = run_rules(scenario, document.data)
    print_text("\n".join([*format_verdicts(document, verdicts), format_check_summary(scenario, verdicts)]))
    if simulate and settings:
        print_text("\n".join(format_plan(document, scenario, simulate, settings)))
        print_text("\n".join(format_order_effects(scenario, simulate, settings)))
    if prior and settings:
        print_text("\n".join(format_assaults(scenario, prior, settings)))
    return choose_exit_code(verdicts)


def compose_simulation_settings(overrides: list[str]) -> "Settings":
    """The settings of the battles that are simulated for a check; most checks simulate none, and need no Hydra."""
    from sim.cli.settings import compose_settings

    return compose_settings(overrides)


def read_scenario(name: str) -> tuple[ScenarioDocument, Scenario]:
    """A scenario and its file; raise ScenarioError for any fault of it, its basemap or its bibliography."""
    path = find_scenario_file(name)
    document = read_document(path)
    scenario = build_scenario(document.data, document)
    load_basemap(name, scenario)
    if unknown := find_unknown_references(scenario, path):
        raise document.make_error(unknown)
    return document, scenario


def format_verdicts(document: ScenarioDocument, verdicts: list[LintResult]) -> list[str]:
    """A line for each rule without findings; else a line for each finding and the rule's explanation."""
    lines: list[str] = []
    for verdict in verdicts:
        lines += [f"SUPPRESSED {document.locate_problem(finding)}: {reason}" for finding, reason in verdict.suppressed]
        if verdict.findings:
            lines += [f"{verdict.rule.level} {document.locate_problem(finding)}" for finding in verdict.findings]
            explanation = f"{verdict.rule.name}: {' '.join(verdict.rule.explanation.split())}"
            lines += textwrap.wrap(explanation, 110, initial_indent="    ", subsequent_indent="    ")
        else:
            lines.append(f"PASS {verdict.rule.name}")
    return lines


def format_check_summary(scenario: Scenario, verdicts: list[LintResult]) -> str:
    """The last line: whether the scenario is sound, how much it has, and its digest."""
    errors, warnings = (
        sum(len(verdict.findings) for verdict in verdicts if verdict.rule.level == level)
        for level in ("ERROR", "WARNING")
    )
    counts = [f"{number} {name}{'s' * (number > 1)}" for number, name in ((errors, "error"), (warnings, "warning"))]
    status = ", ".join(["not sound" if errors else "sound", *(text for text in counts if text[0] != "0")])
    idle = {"priors": len(list_idle_priors(scenario))}  # what nothing uses is no unknown
    parts = ", ".join(f"{len(getattr(scenario, part)) - idle.get(part, 0)} {part}" for part in COUNTED_SECTIONS)
    unread = f" {describe_unread(scenario.to_read)}" if scenario.to_read else ""
    return f"{scenario.name}: {status}. {parts}.{unread} Digest {scenario.compute_digest()[:12]}."


def format_plan(document: ScenarioDocument, scenario: Scenario, runs: int, settings: "Settings") -> list[str]:
    """The lines about orders that are dropped and claims that never or always hold."""
    from sim.analysis.plan_check import check_plan
    from sim.battle.simulation import Simulation
    from sim.report.plan_check import format_plan_check

    plan = check_plan(Simulation(scenario, law=settings.law), runs, settings.seed)
    return list(format_plan_check(document, scenario, plan, laws.find_display_name(settings.law)))


def format_order_effects(scenario: Scenario, runs: int, settings: "Settings") -> list[str]:
    """A line for each choice of the author's and claim, those that lower the chance most first."""
    from sim.analysis.chosen_orders import estimate_order_effects
    from sim.battle.simulation import Simulation

    effects = sorted(
        estimate_order_effects(Simulation(scenario, law=settings.law), runs, settings.seed),
        key=lambda each: each.difference,
    )
    heading = (
        f"Choices of yours: chance of each claim about the same places, in 100, with and without the choice "
        f"({runs:,} pairs of battles under {laws.find_display_name(settings.law)}, seed {settings.seed}; the intervals "
        "hold for all lines at once)"
    )
    return [heading] + [
        f"{'LOWERED' if each.is_marked else '       '} {each.order} {each.description}, {each.claim}: "
        f"{100 * each.with_choice:.0f} with, "
        f"{100 * each.without_choice:.0f} without ({100 * each.low:+.0f} to {100 * each.high:+.0f})"
        for each in effects
    ]


def format_assaults(scenario: Scenario, runs: int, settings: "Settings") -> list[str]:
    """What the priors say of assaults, beside recorded battles."""
    from sim.analysis.prior_check import check_priors
    from sim.battle.simulation import Simulation
    from sim.report.prior_check import format_prior_check

    simulation = Simulation(scenario, law=settings.law)
    return format_prior_check(check_priors(simulation, runs, seed=settings.seed), scenario.title)


def choose_exit_code(verdicts: list[LintResult]) -> int:
    """0 without errors, else 2."""
    return 2 if any(verdict.status == "ERROR" for verdict in verdicts) else 0


def print_json(name: str) -> int:
    """Print one document for programs: the schema as a rule like any other, then every rule."""
    try:
        document, scenario = read_scenario(name)
    except ScenarioError as error:
        faults = [finding_as_dict(located, "ERROR") for located in error.located] or [
            unlocated_as_dict(message) for message in error.messages
        ]
        print_document(name, None, [make_schema_rule(faults)])
        return 2
    verdicts = run_rules(scenario, document.data)
    print_document(
        scenario.name,
        scenario.compute_digest(),
        [make_schema_rule([]), *(rule_as_dict(document, verdict) for verdict in verdicts)],
    )
    return choose_exit_code(verdicts)


def print_document(name: str, digest: str | None, rules: list[dict[str, Any]]) -> None:
    """Print the document; without a digest the scenario could not be read, and no rule was run."""
    print(json.dumps({"scenario": name, "digest": digest, "rules": rules}, indent=2, ensure_ascii=False))


def make_schema_rule(faults: list[dict[str, Any]]) -> dict[str, Any]:
    """The checks of the schema in the form of a rule."""
    explanation = "What is written is a scenario: keys, kinds, numbers, ids, times and ways fit together."
    return {"name": "schema", "level": "ERROR", "explanation": explanation, "findings": faults}


def rule_as_dict(document: ScenarioDocument, verdict: LintResult) -> dict[str, Any]:
    """The findings of a rule as plain data."""
    suppressed = [
        finding_as_dict(document.locate_problem(finding), "SUPPRESSED", reason)
        for finding, reason in verdict.suppressed
    ]
    level = verdict.rule.level
    open_findings = [finding_as_dict(document.locate_problem(finding), level) for finding in verdict.findings]
    return {
        "name": verdict.rule.name,
        "level": level,
        "explanation": " ".join(verdict.rule.explanation.split()),
        "findings": [*open_findings, *suppressed],
    }


def finding_as_dict(located: LocatedProblem, level: str, reason: str | None = None) -> dict[str, Any]:
    """A finding as plain data; `suppressed` is the reason for which it is suppressed."""
    problem = located.problem
    return {
        "level": level,
        "path": format_path(problem.path),
        "file": located.file,
        "line": located.line,
        "column": located.column,
        "message": problem.message,
        "got": problem.got,
        "allowed": problem.allowed,
        "suppressed": reason,
    }


def unlocated_as_dict(message: str) -> dict[str, Any]:
    """A fault without a location, of a file that does not exist or is no text."""
    empty_location = dict.fromkeys(("path", "file", "line", "column", "got", "allowed", "suppressed"))
    return {"level": "ERROR", **empty_location, "message": message}
