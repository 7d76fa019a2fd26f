"""`sim diary`: one replication of a battle as a war diary."""

import sys
from dataclasses import replace

from sim.battle.fight import Clock
from sim.cli.arguments import settings_command, split_arguments
from sim.cli.settings import SettingsError, compose_settings
from sim.cli.stage import stage_of
from sim.report.diary import tell

USAGE = "usage: sim diary [replication=N] [setting=value ...]\n\nTells one replication as a war diary."
OWN = ("replication",)


@settings_command(USAGE, own=OWN)
def command(words: list[str]) -> int:
    """Fight one battle with plain rules and tell it."""
    own, rest = split_arguments(words, OWN)
    replication = parse_replication(own.get("replication", "0"))
    settings = compose_settings(rest)
    clock: Clock = "compiled" if settings.clock == "compiled" else "simpy"
    stage = replace(stage_of(settings), clock=clock)
    told = stage.scenario if stage.branch is None else stage.branch.scenario
    sys.stdout.write("\n".join(tell(told, stage.fight(settings.seed, replication))) + "\n")
    return 0


def parse_replication(written: str) -> int:
    """The number of a replication; raise SettingsError if it is none."""
    if not (written.isascii() and written.isdigit()) or int(written) >= 2**63:
        raise SettingsError([f"replication: not a whole number from 0 (got {written!r})"])
    return int(written)
