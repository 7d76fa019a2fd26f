"""Hydra, confined: it reads the folders of settings as plain data, and nothing changes its own settings."""

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
from hydra.errors import HydraException
from hydra.plugins.config_source import ConfigResult
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from sim.cli.errors import SettingsError, make_choice_error
from sim.cli.groups import ConfigFolders, list_config_paths
from sim.cli.hydra_messages import format_hydra_error
from sim.cli.overrides import INTERPOLATION, check_overrides, check_plain, check_single_values
from sim.cli.quoting import quote_texts

OWN_PROVIDER, USER_PROVIDER = "main", "folder"  # Hydra's name for where a file is from: our folder, or a user's
HYDRA_PATH = re.compile(r"hydra/\w+(/\w+)*")
# What Hydra records in its own settings: its arguments and where it is.
HYDRA_NOTES = {"overrides", "runtime"}
HYDRA_JOB_NOTES = {"config_name", "id", "name", "num", "override_dirname"}


class ConfinedRepository(ConfigRepository):
    """Reads the files of the folders of settings and Hydra's own, and no others."""

    def __init__(self, path: ConfigSearchPath, folders: ConfigFolders):
        super().__init__(path)
        self.paths = list_config_paths(folders)

    def load_config(self, config_path: str) -> ConfigResult | None:
        """The file at this path, if it exists; raise SettingsError for any other, or if it is no plain data."""
        if config_path not in self.paths and not HYDRA_PATH.fullmatch(config_path):
            if not self.config_exists(config_path):
                return None  # Hydra reports that, unless the file is optional
            group = config_path.partition("/")[0]
            allowed = sorted(path for path in self.paths if path.startswith(f"{group}/"))
            raise make_choice_error(group, "file", config_path, allowed or sorted(self.paths))
        try:
            result = super().load_config(config_path)
        except (YAMLError, ValueError) as error:
            raise SettingsError([f"{config_path}.yaml: {' '.join(str(error).split())}"]) from error
        if result is not None and result.provider in (OWN_PROVIDER, USER_PROVIDER):
            check_file(config_path, result)
        return result


def check_file(config_path: str, result: ConfigResult) -> None:
    """Refuse a file with settings of Hydra or interpolations; only `hydra:` of our primary files may have them."""
    file_name = f"{config_path}.yaml"
    package = (result.header.get("package") or "").removeprefix("_global_.")
    data = OmegaConf.to_container(result.config, resolve=False)
    if not isinstance(data, dict):
        raise SettingsError([f"{file_name}: not settings (allowed: a mapping)"])
    if result.provider == OWN_PROVIDER and "/" not in config_path:
        data.pop("hydra", None)
    if "hydra" in data or package.partition(".")[0] == "hydra" or config_path.startswith("hydra/"):
        raise SettingsError([f"{file_name}: Hydra itself has no settings here"])
    if INTERPOLATION in repr([package, [vars(each) for each in result.defaults_list or []]]):
        raise SettingsError([f"{file_name}: its defaults are names, without ${{...}}"])
    check_plain(data, file_name)


def make_hydra(folders: ConfigFolders) -> Hydra:
    """Hydra with the folders of settings as its search path, ours first."""
    version.setbase("1.3")
    path = create_config_search_path(str(folders[0]))
    for folder in folders[1:]:
        path.prepend(USER_PROVIDER, str(folder), anchor=SearchPathQuery(provider="schema"))  # which has to be the last
    loader = ConfigLoaderImpl(path)
    loader.repository = ConfinedRepository(path, folders)
    return Hydra("sim", loader)


def compose_checked(overrides: list[str], primary: str, folders: ConfigFolders, allowed: tuple[str, ...]) -> Any:
    """The settings of a primary file and overrides as plain data; raise SettingsError for an override that can't be."""
    overrides = quote_texts(overrides)
    check_overrides(overrides, folders)
    check_single_values(overrides)
    try:
        return compose_plain(overrides, primary, folders)
    except (HydraException, OmegaConfBaseException) as error:
        raise SettingsError([format_hydra_error(error, allowed)]) from error


def compose_plain(overrides: list[str], primary: str, folders: ConfigFolders) -> Any:
    """The settings of a primary file and overrides as plain data."""
    config = make_hydra(folders).compose_config(primary, overrides, RunMode.RUN, from_shell=False)
    check_hydra_node(config, primary, folders)
    return extract_plain_settings(config)


def extract_plain_settings(config: DictConfig) -> Any:
    """The settings without Hydra's own, as they are written: nothing is resolved."""
    data: Any = OmegaConf.to_container(config, resolve=False)
    data.pop("hydra", None)
    check_plain(data, "")
    return data


def check_hydra_node(config: DictConfig, primary: str, folders: ConfigFolders) -> None:
    """Refuse changes of Hydra's own settings, which can name code."""
    if extract_hydra_node(config) != compose_shipped_node(primary, folders[0]):
        raise SettingsError(["hydra: Hydra itself has no settings here, and what was chosen changes them"])


@cache
def compose_shipped_node(primary: str, folder: Path) -> Any:
    """Hydra's own settings as our folder alone gives them."""
    return extract_hydra_node(make_hydra((folder,)).compose_config(primary, [], RunMode.RUN))


def extract_hydra_node(config: DictConfig) -> Any:
    """Hydra's own settings without what it records in them."""
    node: Any = OmegaConf.to_container(config.hydra, resolve=False)
    kept = {name: value for name, value in node.items() if name not in HYDRA_NOTES}
    return kept | {"job": {name: value for name, value in node["job"].items() if name not in HYDRA_JOB_NOTES}}
