"""`python -m tools.dependencies`: every package that the project stands on, its pin, its licence and who needs it.

Read from the packages' own metadata where they are installed (`make check` installs all but the extras `bench` and
`mutation`; what is not installed keeps its row in the page). Printed, or written into the page that is named.
"""

import re
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.locks import ALL, read_locks

# "" is what everybody needs.
EXTRAS = ("", "cluster", "sensitivity", "serve", "dev", "docs", "bench", "mutation", "crosscheck")
MAX_LENGTH = 40  # characters of a licence; some packages put the whole text there
CLASSIFIER = re.compile(r"^License :: (?:OSI Approved :: )?(.+)$")
# Licences that the metadata do not have, read in the file that the package carries.
KNOWN_LICENCES = {"axe-playwright-python": "MIT", "ciw": "MIT"}


@dataclass(frozen=True)
class Package:
    """One line of the list."""

    name: str
    version: str
    licence: str
    needed_for: str
    direct: bool


def read_licence(package: Distribution) -> str:
    """What a package says of its licence: the expression, the short name, or the classifiers."""
    classifiers = package.metadata.get_all("Classifier") or []
    lines = (package.metadata.get("License") or "").strip().splitlines()
    texts = (
        package.metadata.get("License-Expression") or "",
        ", ".join(match[1] for each in classifiers if (match := CLASSIFIER.match(each))),
        lines[0] if lines else "",
    )
    licence = next(filter(None, texts), "")
    if 0 < len(licence) <= MAX_LENGTH:
        return licence
    return KNOWN_LICENCES.get(canonicalize_name(package.name), licence[:MAX_LENGTH] or "not said")


def list_requirements(package: Distribution, extra: str) -> list[Requirement]:
    """What a package needs for one of its extras, here."""
    requirements = [Requirement(line) for line in package.requires or []]
    if not extra:
        return [each for each in requirements if each.marker is None or each.marker.evaluate({"extra": ""})]
    return [
        each
        for each in requirements
        if each.marker is not None
        and each.marker.evaluate({"extra": extra})
        and not each.marker.evaluate({"extra": ""})
    ]


def collect_dependencies(start: Distribution, extra: str) -> dict[str, bool]:
    """The packages that an extra brings in by name, and whether the project itself asks for them."""
    is_direct: dict[str, bool] = {}
    pending = [(each, True) for each in list_requirements(start, extra)]
    while pending:
        requirement, direct = pending.pop()
        name = canonicalize_name(requirement.name)
        if name in is_direct and (is_direct[name] or not direct):
            continue
        is_direct[name] = direct or is_direct.get(name, False)
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        for more in ("", *requirement.extras):
            pending += [(each, direct and name == "sim") for each in list_requirements(package, more)]
    is_direct.pop("sim", None)
    return is_direct


def list_packages() -> list[Package]:
    """Every package that is installed and needed, once, under the first extra that needs it."""
    start = distribution("sim")
    packages: dict[str, Package] = {}
    for extra in EXTRAS:
        for name, direct in sorted(collect_dependencies(start, extra).items()):
            if name in packages:
                continue
            try:
                package = distribution(name)
            except PackageNotFoundError:
                continue
            packages[name] = Package(name, package.version, read_licence(package), extra or "everything", direct)
    return sorted(
        packages.values(), key=lambda each: (EXTRAS.index(each.needed_for.replace("everything", "")), each.name)
    )


def format_row(package: Package) -> str:
    """A package as a row of the table."""
    direct = "yes" if package.direct else ""
    return f"| {package.name} | {package.version} | {package.licence} | {package.needed_for} | {direct} |"


def format_page(before: str) -> str:
    """The page; rows of packages that are not installed here stay as they were."""
    installed = {each.name: format_row(each) for each in list_packages()}
    former = {match[1]: match[0] for match in re.finditer(r"^\| ([a-z0-9-]+) \| [0-9].*$", before, re.MULTILINE)}
    pinned = {pin.name for pin in read_locks()[ALL]}
    kept = {name: row for name, row in former.items() if name not in installed and name in pinned}
    rows = sorted((installed | kept).values(), key=lambda row: (get_extra_rank(row), row))
    return PAGE_HEAD + "\n".join(rows) + "\n"


def get_extra_rank(row: str) -> int:
    """The place of a row's extra in the order of the page."""
    needed = row.split("|")[4].strip()
    return EXTRAS.index("" if needed == "everything" else needed)


PAGE_HEAD = """# What the project stands on

Written by `make dependencies` from the packages' own metadata. Every one is pinned in `requirements/`, with the SHA-256
of each file that may be installed for it; `make` installs nothing else. `pyproject.toml` has the lower bounds of those
that the project itself asks for, and `make lock` writes the pins.

"Needed for": *everything* is what `pip install` brings; `cluster`, `sensitivity`, `serve`, `dev`, `docs`,
`bench`, `mutation` and `crosscheck` are extras. The project is under Apache-2.0 and copies nothing of these packages
into its own files. The site's `tools/site/assets/iframe-worker.js` is of Martin Donath's iframe-worker 1.0.4 (MIT).

| package | pinned | licence | needed for | asked for by us |
| --- | --- | --- | --- | --- |
"""


def main(argv: list[str]) -> None:
    """Print the page, or write it."""
    if argv:
        path = Path(argv[0])
        path.write_text(format_page(path.read_text(encoding="utf-8") if path.exists() else ""), encoding="utf-8")
    else:
        print(format_page(""), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
