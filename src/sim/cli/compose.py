"""Hydra, confined: it reads the files there are, as plain data, and its own settings are those that are shipped."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from hydra import version
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_repository import ConfigRepository
from hydra._internal.hydra import Hydra
from hydra._internal.utils import create_config_search_path
from hydra.core.config_search_path import ConfigSearchPath, SearchPathQuery
from hydra.plugins.config_source import ConfigResult
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from yaml import YAMLError  # type: ignore[import-untyped]

from sim.cli.errors import SettingsError, choice_error
from sim.cli.groups import Folders, paths_in
from sim.cli.plain import INTERPOLATION, check_plain

OURS, THEIRS = "main", "folder"  # Hydra's name for where a file is from: our folder, or one of a user
OF_HYDRA = re.compile(r"hydra/\w+(/\w+)*")
# What Hydra notes in its own settings of the words it was given, and of where it is.
NOTES = {"overrides", "runtime"}
NOTES_OF_JOB = {"config_name", "id", "name", "num", "override_dirname"}


class Shelf(ConfigRepository):
    """Reads the files that stand in the folders of settings and Hydra's own, and no other, whoever asks for it."""

    def __init__(self, path: ConfigSearchPath, folders: Folders):
        super().__init__(path)
        self.known = paths_in(folders)

    def load_config(self, config_path: str) -> ConfigResult | None:
        """The file that Hydra names so, if there is one; raise SettingsError for another, or if it is no plain data."""
        if config_path not in self.known and not OF_HYDRA.fullmatch(config_path):
            if not self.config_exists(config_path):
                return None  # Hydra tells that, unless it asks for what it can do without
            group = config_path.partition("/")[0]
            allowed = sorted(path for path in self.known if path.startswith(f"{group}/"))
            raise choice_error(group, "file", config_path, allowed or sorted(self.known))
        try:
            found = super().load_config(config_path)
        except (YAMLError, ValueError) as error:
            raise SettingsError([f"{config_path}.yaml: {' '.join(str(error).split())}"]) from error
        if found is not None and found.provider in (OURS, THEIRS):
            check_file(config_path, found)
        return found


def check_file(config_path: str, found: ConfigResult) -> None:
    """Refuse a file of settings that is for Hydra or has an interpolation; what our primary files say to Hydra may."""
    where = f"{config_path}.yaml"
    package = (found.header.get("package") or "").removeprefix("_global_.")
    data = OmegaConf.to_container(found.config, resolve=False)
    if not isinstance(data, dict):
        raise SettingsError([f"{where}: not settings (allowed: a mapping)"])
    if found.provider == OURS and "/" not in config_path:
        data.pop("hydra", None)
    if "hydra" in data or package.partition(".")[0] == "hydra" or config_path.startswith("hydra/"):
        raise SettingsError([f"{where}: Hydra itself has no settings here"])
    if INTERPOLATION in repr([package, [vars(each) for each in found.defaults_list or []]]):
        raise SettingsError([f"{where}: its defaults are names, without ${{...}}"])
    check_plain(data, where)


def hydra_of(folders: Folders) -> Hydra:
    """Hydra on a search path of the folders of settings, ours first."""
    version.setbase("1.3")
    path = create_config_search_path(str(folders[0]))
    for folder in folders[1:]:
        path.prepend(THEIRS, str(folder), anchor=SearchPathQuery(provider="schema"))  # which has to be the last
    loader = ConfigLoaderImpl(path)
    loader.repository = Shelf(path, folders)
    return Hydra("sim", loader)


def compose_plain(overrides: list[str], primary: str, folders: Folders) -> Any:
    """The plain settings that a primary file and the overrides give."""
    config = hydra_of(folders).compose_config(primary, overrides, RunMode.RUN, from_shell=False)
    check_shipped(config, primary, folders)
    return plain_of(config)


def plain_of(config: DictConfig) -> Any:
    """The settings beside Hydra's own as they are written: nothing in them is resolved."""
    data: Any = OmegaConf.to_container(config, resolve=False)
    data.pop("hydra", None)
    check_plain(data, "")
    return data


def check_shipped(config: DictConfig, primary: str, folders: Folders) -> None:
    """Refuse settings of Hydra's own, which can name code, that are not those of conf/ alone."""
    if node_of(config) != shipped(primary, folders[0]):
        raise SettingsError(["hydra: Hydra itself has no settings here, and what was chosen changes them"])


@cache
def shipped(primary: str, folder: Path) -> Any:
    """Hydra's own settings as our folder has them when nothing is asked for."""
    return node_of(hydra_of((folder,)).compose_config(primary, [], RunMode.RUN))


def node_of(config: DictConfig) -> Any:
    """Hydra's own settings without what it notes in them."""
    node: Any = OmegaConf.to_container(config.hydra, resolve=False)
    kept = {name: value for name, value in node.items() if name not in NOTES}
    return kept | {"job": {name: value for name, value in node["job"].items() if name not in NOTES_OF_JOB}}
