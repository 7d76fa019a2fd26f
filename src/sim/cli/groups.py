"""What there is to choose from: the files in the folders of settings, by group and name."""

import re
from collections.abc import Sequence
from pathlib import Path

from sim import files
from sim.cli.errors import SettingsError

Folders = tuple[Path, ...]  # the first is ours; a user's own may follow
PLAIN = re.compile(r"\w[\w-]*(/\w[\w-]*)*")  # a name, or folders and a name


CONFIG_DIR = "--config-dir="  # before a folder of the user's own, among the words of a command
OWN_CONF = Path("conf")  # the same in the folder that one is in, if there is one


def split_config_dirs(words: list[str]) -> tuple[list[Path], list[str]]:
    """The user's own folders of settings, and the other words."""
    folders = [Path(word.removeprefix(CONFIG_DIR)) for word in words if word.startswith(CONFIG_DIR)]
    return folders, [word for word in words if not word.startswith(CONFIG_DIR)]


def config_folders(own: Sequence[Path] = ()) -> Folders:
    """The folders that settings are read from: ours first, then those that were named and conf/ where one is.

    Raise SettingsError for a folder that is not there.
    """
    ours = files.conf_folder()
    for folder in own:
        if not folder.is_dir():
            raise SettingsError([f"--config-dir: no such folder (got {folder})"])
    here = OWN_CONF.is_dir() and not (OWN_CONF / "config.yaml").exists()  # else it is all the settings of something
    named = [*own, *([OWN_CONF] if here else [])]
    return (ours, *(folder.resolve() for folder in named if not folder.samefile(ours)))


def groups(folders: Folders) -> dict[str, list[str]]:
    """The names in each group: a group is any folder below the folders of settings, at any depth."""
    found: dict[str, set[str]] = {}
    for path in paths_in(folders):
        *above, name = path.split("/")
        for depth in range(1, len(above) + 1):
            found.setdefault("/".join(above[:depth]), set()).add("/".join([*above[depth:], name]))
    return {group: sorted(names) for group, names in sorted(found.items())}


def ready_made(group: str, folders: Folders | None = None) -> list[str]:
    """What stands ready in a folder of conf/: a name, or a folder and a name."""
    return groups(folders or config_folders()).get(group, [])


def experiments() -> list[str]:
    """The experiments there are: a name, or a folder and a name."""
    return ready_made("experiment")


def paths_in(folders: Folders) -> set[str]:
    """What may be read, as Hydra names it: files of groups in any of the folders, and beside groups in ours."""
    ours, *others = folders
    found = set(names_below(ours))
    for folder in others:
        own = {name for name in names_below(folder) if "/" in name and stays_inside(folder / f"{name}.yaml", folder)}
        if twice := sorted(own & found):
            raise SettingsError([f"{folder / name}.yaml: its name is taken (allowed: another name)" for name in twice])
        found |= own
    return found


def names_below(folder: Path) -> list[str]:
    """The files of settings below a folder, each as its path without the ending."""
    names = [path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.yaml")]
    return [name for name in names if PLAIN.fullmatch(name) and name.partition("/")[0] != "hydra"]


def stays_inside(path: Path, folder: Path) -> bool:
    """Whether a path leads to an ordinary file of a folder, and no link of it out of there."""
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())
