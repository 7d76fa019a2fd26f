"""Where the settings and the scenarios are: in a checkout, or inside the installed package."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def conf_folder() -> Path:
    """Return the folder of settings (conf/)."""
    return _find("conf", _PACKAGE)


def scenario_folder() -> Path:
    """Return the folder of scenarios (scenarios/)."""
    return _find("scenarios", _PACKAGE)


def _find(name: str, package: Path) -> Path:
    """Return the folder `name` of the checkout that `package` lies in, else the copy inside `package`."""
    checkout = package.parent.parent
    if package.parent.name == "src" and (checkout / "pyproject.toml").is_file():
        folder = checkout / name
    else:
        folder = package / name
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    return folder


def cache_folder() -> Path:
    """Where things are kept that can be made again: below the user's cache folder."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "sim-battles"
