"""`sim diary`: one replication of a battle as a war diary."""

import sys

from sim.battle.fight import Stage
from sim.cli.help import help_text
from sim.cli.settings import SettingsError, compose_settings, scenario_of
from sim.report.diary import tell

USAGE = "usage: sim diary [replication=N] [setting=value ...]\n\nTells one replication as a war diary."


def command(words: list[str]) -> int:
    """Fight one battle with plain rules and tell it."""
    if "-h" in words or "--help" in words:
        print(help_text(USAGE))
        return 0
    replication, rest = replication_of(words)
    settings = compose_settings(rest)
    scenario = scenario_of(settings)
    stage = Stage(scenario, law=settings.law, until=settings.until, draw=settings.params, parameters=settings.fixed)
    sys.stdout.write("\n".join(tell(scenario, stage.fight(settings.seed, replication))) + "\n")
    return 0


def replication_of(words: list[str]) -> tuple[int, list[str]]:
    """The number of the replication and the other words; raise SettingsError if it is no number."""
    chosen = [word for word in words if word.startswith("replication=")]
    rest = [word for word in words if word not in chosen]
    if not chosen:
        return 0, rest
    number = chosen[-1].removeprefix("replication=")
    if not (number.isascii() and number.isdigit()) or int(number) >= 2**63:
        raise SettingsError([f"replication: not a whole number from 0 (got {number!r})"])
    return int(number), rest
