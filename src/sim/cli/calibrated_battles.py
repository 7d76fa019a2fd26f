"""Calibrated battles that several commands are given as folders: read, and checked to be of different battles."""

from collections.abc import Sequence
from pathlib import Path

from sim.cli.arguments import read_whole_number
from sim.cli.errors import SettingsError
from sim.inference.netcdf import PosteriorError, read_stored_posterior
from sim.inference.pooled_battles import CalibratedBattle
from sim.scenario.problems import shorten
from sim.storage.reader import open_output
from sim.storage.seal import StoredError


def read_calibrated_battles(command: str, folders: Sequence[str], at_least: int) -> list[CalibratedBattle]:
    """Battles from the outputs of `sim calibrate`, under one law, no battle twice.

    Parameters
    ----------
    command
        Of whom a message is.
    folders
        As they were written.
    at_least
        How many are needed.

    Returns
    -------
    list of CalibratedBattle
        In the order of the folders.

    Raises
    ------
    SettingsError
        One can't be read, there are too few, one comes twice, or laws differ.
    """
    battles = [read_battle(command, Path(folder)) for folder in folders]
    if len(battles) < at_least:
        needed = {2: "two", 3: "three"}.get(at_least, str(at_least))
        raise SettingsError(
            [f"{command}: needs the outputs of {needed} calibrations at least (got {', '.join(folders) or 'none'})"]
        )
    names = [each.scenario.name for each in battles]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise SettingsError([f"{command}: {twice} comes twice: a battle teaches once"])
    battle_laws = {each.posterior.metadata.law for each in battles}
    if len(battle_laws) > 1:
        raise SettingsError(
            [f"{command}: calibrated under different laws ({', '.join(sorted(battle_laws))}): take one"]
        )
    return battles


def read_battle(command: str, folder: Path) -> CalibratedBattle:
    """A calibrated battle from the output of `sim calibrate`; raise SettingsError if it can't be had."""
    try:
        output = open_output(folder)
        return CalibratedBattle(output.scenario, read_stored_posterior(output))
    except (PosteriorError, StoredError) as error:
        raise SettingsError([f"{command}: {error}"]) from error


def parse_whole_number(name: str, text: str, low: int, high: int) -> int:
    """A whole number within limits; raise SettingsError for anything else."""
    number = read_whole_number(text)
    if number is None or not low <= number <= high:
        raise SettingsError([f"{name}: not a whole number from {low:,} to {high:,} (got {shorten(text)})"])
    return number
