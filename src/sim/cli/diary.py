"""`sim diary`: one replication of a battle as a war diary."""

import sys
from dataclasses import replace

from sim.battle.simulation import SchedulerName
from sim.cli.arguments import read_whole_number, settings_command, split_arguments
from sim.cli.build import build_simulation
from sim.cli.errors import SettingsError
from sim.cli.settings import compose_settings
from sim.outputs.deviations import describe_subject
from sim.report.diary import find_effective_scenario, format_diary
from sim.scenario.problems import shorten

USAGE = "usage: sim diary [replication=N] [setting=value ...]\n\nTells one replication as a war diary."
OWN_ARGUMENTS = ("replication",)
UNUSED_SETTINGS = ("name", "runs", "backend", "workers", "save_logs", "outputs", "question_text")


@settings_command(USAGE, own_arguments=OWN_ARGUMENTS, unused=UNUSED_SETTINGS)
def command(argv: list[str]) -> int:
    """Simulate one battle with plain rules and print its diary."""
    own_values, overrides = split_arguments(argv, OWN_ARGUMENTS)
    replication = parse_replication(own_values.get("replication", "0"))
    settings = compose_settings(overrides)
    clock: SchedulerName = "compiled" if settings.engine == "compiled" else "simpy"
    simulation = replace(build_simulation(settings), scheduler=clock)
    run = simulation.run(settings.seed, replication)
    subject = describe_subject("diary", settings.model_dump(mode="json"))
    lines = format_diary(find_effective_scenario(simulation), run)
    sys.stdout.write("\n".join([*subject, *lines]) + "\n")
    return 0


def parse_replication(text: str) -> int:
    """The number of a replication; raise SettingsError for anything else."""
    number = read_whole_number(text)
    if number is None or number >= 2**63:
        raise SettingsError([f"replication: not a whole number from 0 (got {shorten(text)})"])
    return number
