"""Where settings, scenarios and caches are: the first two in a checkout, or inside the installed package."""

import os
import stat
from pathlib import Path

from sim.errors import SimError

_PACKAGE = Path(__file__).resolve().parent


def conf_folder() -> Path:
    """Return the folder of settings (conf/)."""
    return _find_folder("conf", _PACKAGE)


def scenario_folder() -> Path:
    """Return the folder of scenarios (scenarios/)."""
    return _find_folder("scenarios", _PACKAGE)


def posterior_folder() -> Path:
    """Return the folder of posteriors that are shipped with scenarios (scenarios/posteriors/)."""
    return scenario_folder() / "posteriors"


def _find_folder(name: str, package: Path) -> Path:
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


class CacheError(SimError):
    """A cache that others may have put something into; the message says what to do."""


def ensure_private_folder(folder: Path) -> Path:
    """A cache folder that is ours alone, made if there is none; raise CacheError if others may write there.

    What is read from it again may do anything: numba keeps machine code with an index that is a pickle.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix":
        status = folder.lstat()
        fault = (
            "it is a link"
            if stat.S_ISLNK(status.st_mode)
            else "it belongs to somebody else"
            if status.st_uid != os.geteuid()
            else "others may write into it"
            if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
            else None
        )
        if fault:
            advice = "remove it, or let XDG_CACHE_HOME name a folder of your own"
            raise CacheError(f"{folder}: is not used as a cache: {fault} ({advice})")
        if stat.S_IMODE(status.st_mode) != 0o700:
            folder.chmod(0o700)
    return folder
