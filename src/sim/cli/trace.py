"""`sim trace SCENARIO`: which claims and items each sentence of the source text became."""

import sys

from sim.cli.arguments import plain_command
from sim.cli.errors import SettingsError
from sim.cli.scenario_folders import find_scenario, make_scenarios_option
from sim.report.trace import format_trace_page
from sim.scenario import ScenarioError, find_scenario_file, load
from sim.scenario.traceability import find_coverage_faults, find_index, read_index

USAGE = (
    "usage: sim trace SCENARIO [--scenarios DIR]\n\n"
    "Tells, as a Markdown page, what became of each sentence of a scenario's texts. SCENARIO is a name in scenarios/\n"
    "or a path; its index is index/NAME.csv in its folder, or NAME.csv beside it. Exit code 2, and what is missing,\n"
    "if anything in the index became nothing."
)


@plain_command(USAGE, make_scenarios_option())
def command(argv: list[str], scenarios: tuple[str, ...]) -> int:
    """Print the page of one scenario."""
    if len(argv) != 1:
        raise SettingsError([f"trace takes one scenario (got {len(argv)} arguments; see sim trace --help)"])
    name = find_scenario(argv[0], scenarios)
    scenario = load(name)
    path = find_index(find_scenario_file(name))
    items = read_index(path)
    if untraced := find_coverage_faults(scenario, items):
        raise ScenarioError([f"{path}: {fault}" for fault in untraced])
    sys.stdout.write("\n".join(format_trace_page(scenario, items)) + "\n")
    return 0
