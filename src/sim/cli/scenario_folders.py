"""The user's own folders of scenarios: `--scenarios DIR`, in which a name is looked up before ours."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from sim.cli.errors import SettingsError

SCENARIOS_DIR = "--scenarios="  # before such a folder, among the arguments of a command
HELP = "also look for scenarios in DIR, before those that are shipped; may be given several times"


def make_scenarios_option() -> click.Option:
    """The option of a command, which may be given several times."""
    return click.Option(["--scenarios"], multiple=True, type=click.Path(exists=True, file_okay=False), help=HELP)


def split_scenario_folders(argv: Sequence[str]) -> tuple[list[Path], list[str]]:
    """The user's own folders of scenarios, and the other arguments; raise SettingsError for one that is none."""
    folders = [Path(argument.removeprefix(SCENARIOS_DIR)) for argument in argv if argument.startswith(SCENARIOS_DIR)]
    for folder in folders:
        if not folder.is_dir():
            raise SettingsError([f"--scenarios: no such folder (got {folder})"])
    return folders, [argument for argument in argv if not argument.startswith(SCENARIOS_DIR)]


def find_scenario(name: str, folders: Sequence[Path | str]) -> str:
    """The path of a scenario in the first folder that has one of this name, else the name as it is.

    A path stays a path, and a name that no folder has is one of ours, or refused by whoever reads it.
    """
    if name.endswith((".yaml", ".yml")) or os.sep in name:
        return name
    own_files = list_own_scenarios(folders)
    return str(own_files[name]) if name in own_files else name


def list_own_scenarios(folders: Sequence[Path | str]) -> dict[str, Path]:
    """The files of the user's own scenarios by name; of two with one name that of the first folder."""
    own_files: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(Path(folder).glob("*.yaml")):
            own_files.setdefault(path.stem, path)
    return own_files


def resolve_scenario(settings: dict[str, object], folders: Sequence[Path]) -> dict[str, object]:
    """The settings with the path of their scenario, if it is in one of the folders."""
    name = settings.get("scenario")
    return settings | {"scenario": find_scenario(name, folders)} if isinstance(name, str) else settings
