"""The folders of settings, and what there is to choose from in them: files by group and name."""

import re
from collections.abc import Sequence
from pathlib import Path

from sim import paths as files
from sim.cli.errors import SettingsError

ConfigFolders = tuple[Path, ...]  # the first is ours; a user's own may follow
CONFIG_PATH = re.compile(r"\w[\w-]*(/\w[\w-]*)*")  # a name, or folders and a name
CONFIG_DIR = "--config-dir="  # before a folder of the user's own, among the arguments of a command
LOCAL_CONF = Path("conf")  # a folder of the user's own in the working directory, if there is one


def split_config_dirs(argv: list[str]) -> tuple[list[Path], list[str]]:
    """The user's own folders of settings, and the other arguments."""
    folders = [Path(argument.removeprefix(CONFIG_DIR)) for argument in argv if argument.startswith(CONFIG_DIR)]
    return folders, [argument for argument in argv if not argument.startswith(CONFIG_DIR)]


def find_config_folders(user_folders: Sequence[Path] = ()) -> ConfigFolders:
    """The folders that settings are read from: ours first, then the user's and conf/ of the working directory.

    Raise SettingsError for a folder that does not exist.
    """
    ours = files.conf_folder()
    for folder in user_folders:
        if not folder.is_dir():
            raise SettingsError([f"--config-dir: no such folder (got {folder})"])
    # A conf/ with a config.yaml has all the settings of some program, and adds nothing to ours.
    local_folders = [LOCAL_CONF] if LOCAL_CONF.is_dir() and not (LOCAL_CONF / "config.yaml").exists() else []
    added_folders = [folder.resolve() for folder in [*user_folders, *local_folders] if not folder.samefile(ours)]
    return (ours, *dict.fromkeys(added_folders))  # conf/ of the working directory may be named as well


def list_groups(folders: ConfigFolders) -> dict[str, list[str]]:
    """The names in each group: a group is any folder below the folders of settings, at any depth."""
    names_by_group: dict[str, set[str]] = {}
    for path in list_config_paths(folders):
        *parents, name = path.split("/")
        for depth in range(1, len(parents) + 1):
            group = "/".join(parents[:depth])
            names_by_group.setdefault(group, set()).add("/".join([*parents[depth:], name]))
    return {group: sorted(names) for group, names in sorted(names_by_group.items())}


def list_top_groups(folders: ConfigFolders) -> frozenset[str]:
    """The groups that lie in no other, without a look into them."""
    return frozenset(path.name for folder in folders for path in folder.iterdir() if path.is_dir())


def list_choices(group: str, folders: ConfigFolders | None = None) -> list[str]:
    """The names in one group: a name, or a folder and a name."""
    return list_groups(folders or find_config_folders()).get(group, [])


def list_questions() -> list[str]:
    """The names of the questions that a what-if may ask."""
    return list_choices("question")


def list_config_paths(folders: ConfigFolders) -> set[str]:
    """The files that may be read, as Hydra names them: groups of all folders, and the files beside groups of ours."""
    ours, *user_folders = folders
    paths = set(list_file_paths(ours))
    for folder in user_folders:
        added = {path for path in list_file_paths(folder) if "/" in path and is_inside(folder / f"{path}.yaml", folder)}
        if taken := sorted(added & paths):
            raise SettingsError([f"{folder / path}.yaml: its name is taken (allowed: another name)" for path in taken])
        paths |= added
    return paths


def list_file_paths(folder: Path) -> list[str]:
    """The files of settings below a folder, each as its relative path without the suffix."""
    paths = [path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.yaml")]
    return [path for path in paths if CONFIG_PATH.fullmatch(path) and path.partition("/")[0] != "hydra"]


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path is an ordinary file of a folder, and no link leads out of the folder."""
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())
