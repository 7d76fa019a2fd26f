"""What there is to choose from: the files in the folders of settings, by group and name."""

import re
from pathlib import Path

from sim import files

Folders = tuple[Path, ...]  # the first is ours; a user's own may follow
PLAIN = re.compile(r"\w[\w-]*(/\w[\w-]*)*")  # a name, or folders and a name


def config_folders() -> Folders:
    """The folders that settings are read from: conf/, and so far no other."""
    return (files.conf_folder(),)


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
        found |= {name for name in names_below(folder) if "/" in name and stays_inside(folder / f"{name}.yaml", folder)}
    return found


def names_below(folder: Path) -> list[str]:
    """The files of settings below a folder, each as its path without the ending."""
    names = [path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.yaml")]
    return [name for name in names if PLAIN.fullmatch(name) and name.partition("/")[0] != "hydra"]


def stays_inside(path: Path, folder: Path) -> bool:
    """Whether a path leads to an ordinary file of a folder, and no link of it out of there."""
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())
