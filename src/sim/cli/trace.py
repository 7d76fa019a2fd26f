"""`sim trace SCENARIO`: what became of each sentence of the text, and of everything that it names."""

import sys

from sim.cli.arguments import plain_command
from sim.cli.settings import SettingsError
from sim.report.coverage import coverage
from sim.scenario import ScenarioError, load
from sim.scenario.coverage import faults, index_of, read_index

USAGE = (
    "usage: sim trace SCENARIO\n\n"
    "Tells, as a Markdown page, what became of each sentence of a scenario's text. SCENARIO is a name in scenarios/,\n"
    "with its index in scenarios/index/. Exit code 2, and what is missing, if anything in the index became nothing."
)


@plain_command(USAGE)
def command(words: list[str]) -> int:
    """Tell the coverage of one scenario's text."""
    if len(words) != 1:
        raise SettingsError([f"trace takes one scenario (got {len(words)} arguments; see sim trace --help)"])
    scenario = load(words[0])
    path = index_of(scenario)
    items = read_index(path)
    if missing := faults(scenario, items):
        raise ScenarioError([f"{path}: {fault}" for fault in missing])
    sys.stdout.write("\n".join(coverage(scenario, items)) + "\n")
    return 0
