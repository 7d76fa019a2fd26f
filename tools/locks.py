"""The locks in `requirements/`: each pin with its hashes, as `make lock` writes them, and what has to be in them."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
ALL = "all"  # the lock that the others are parts of
PIN = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[0-9][A-Za-z0-9.!+]*)(?: ; (?P<marker>[^#@/\\]+?))?"
    r"(?P<hashes>(?: +--hash=sha256:[0-9a-f]{64})+)"
)


@dataclass(frozen=True)
class Pin:
    """One version of one package, where a marker holds, and the files that may be installed for it.

    Parameters
    ----------
    name : str
        The canonical name, as `ruamel-yaml`.
    version : Version
        The one version.
    marker : Marker or None
        Where the pin holds; None is everywhere.
    hashes : frozenset of str
        SHA-256 of each file of that version.
    """

    name: str
    version: Version
    marker: Marker | None
    hashes: frozenset[str]

    def applies(self, environment: Mapping[str, str]) -> bool:
        """Whether the pin holds in an environment (keys as in `packaging.markers.default_environment`)."""
        return self.marker is None or self.marker.evaluate(dict(environment))


def parse_lock(text: str) -> list[Pin]:
    """Read the text of a lock.

    Parameters
    ----------
    text : str
        Lines `name==version ; marker --hash=sha256:...`, which a backslash continues.

    Returns
    -------
    list of Pin
        In the order of the text.

    Raises
    ------
    ValueError
        If a line is anything else: no pin, a pin without a hash, an option, a remark.

    Examples
    --------
    >>> (pin,) = parse_lock("SimPy==4.1.1 --hash=sha256:" + 64 * "0")
    >>> pin.name, str(pin.version)
    ('simpy', '4.1.1')
    """
    pins = []
    for line in text.replace("\\\n", " ").splitlines():
        match = PIN.fullmatch(line)
        if match is None:
            raise ValueError(f"not a pin with its hashes: {line!r}")
        pins.append(
            Pin(
                canonicalize_name(match["name"]),
                Version(match["version"]),
                Marker(match["marker"]) if match["marker"] else None,
                frozenset(match["hashes"].replace("--hash=sha256:", "").split()),
            )
        )
    return pins


def read_locks() -> dict[str, list[Pin]]:
    """Every lock by its name, as `run`."""
    return {path.stem: parse_lock(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.txt"))}


def list_requirements(project: Mapping[str, Any], lock: str) -> list[Requirement]:
    """What a lock has to have.

    Parameters
    ----------
    project : mapping
        The content of pyproject.toml.
    lock : str
        `run`, an extra, a dependency group, or `all`: what the package needs, every extra, and the group that builds.

    Returns
    -------
    list of Requirement
        Those of the project itself; what they need in turn is not followed.

    Raises
    ------
    KeyError
        If pyproject.toml has neither an extra nor a group of that name.
    """
    extras = project["project"]["optional-dependencies"]
    groups = project["dependency-groups"]
    if lock in groups:
        return [Requirement(line) for line in groups[lock]]
    lines = list(project["project"]["dependencies"])
    if lock == ALL:
        lines += [line for extra in extras.values() for line in extra] + groups["build"]
    elif lock != "run":
        lines += extras[lock]
    return list(expand_own_extras(lines, project))


def expand_own_extras(lines: list[str], project: Mapping[str, Any]) -> Iterator[Requirement]:
    """Requirements, with those of an extra in the place of `sim[extra]`."""
    for line in lines:
        requirement = Requirement(line)
        if requirement.name != project["project"]["name"]:
            yield requirement
            continue
        for extra in sorted(requirement.extras):
            yield from expand_own_extras(project["project"]["optional-dependencies"][extra], project)


def find_unmet(requirements: list[Requirement], pins: list[Pin], environment: Mapping[str, str]) -> list[str]:
    """What a lock lacks, or has in another version, or twice.

    Parameters
    ----------
    requirements : list of Requirement
        What is asked for.
    pins : list of Pin
        What the lock has.
    environment : mapping of str to str
        Where it is to be installed.

    Returns
    -------
    list of str
        A line for each requirement that no pin or more than one meets.
    """
    unmet = []
    for requirement in requirements:
        if requirement.marker is not None and not requirement.marker.evaluate(dict(environment)):
            continue
        name = canonicalize_name(requirement.name)
        versions = [pin.version for pin in pins if pin.name == name and pin.applies(environment)]
        if len(versions) != 1 or not requirement.specifier.contains(versions[0], prereleases=True):
            found = ", ".join(map(str, versions)) or "nothing"
            unmet.append(f"{requirement} is asked for, and the lock has {found}")
    return unmet


def read_project() -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
