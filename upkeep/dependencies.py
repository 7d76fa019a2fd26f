"""`python -m upkeep.dependencies`: every package that the project stands on, its pin, its licence and who needs it.

Read from the packages' own metadata where they are installed (`make check` installs all but the extras `bench` and
`mutation`, and what is not installed keeps its line in the page). Printed, or written into the page that is named.
"""

import re
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("", "cluster", "sensitivity", "dev", "docs", "bench", "mutation", "crosscheck")  # "": what everybody needs
LONGEST = 40  # characters of a licence; some packages put the whole text there
CLASSIFIER = re.compile(r"^License :: (?:OSI Approved :: )?(.+)$")
# What the metadata do not say, read in the licence that the package carries.
BY_HAND = {"axe-playwright-python": "MIT", "ciw": "MIT"}


@dataclass(frozen=True)
class Package:
    """One line of the list."""

    name: str
    version: str
    licence: str
    needed_for: str
    direct: bool


def licence(of: Distribution) -> str:
    """What a package says of its licence: the expression, the short name, or the classifiers."""
    said = of.metadata.get("License-Expression") or ""
    if not said:
        kinds = [found[1] for each in of.metadata.get_all("Classifier") or [] if (found := CLASSIFIER.match(each))]
        said = ", ".join(kinds)
    if not said:
        said = (of.metadata.get("License") or "").strip().splitlines()[0] if of.metadata.get("License") else ""
    return said if 0 < len(said) <= LONGEST else BY_HAND.get(canonicalize_name(of.name), said[:LONGEST] or "not said")


def wanted(of: Distribution, extra: str) -> list[Requirement]:
    """What a package needs for one of its extras, here."""
    every = [Requirement(line) for line in of.requires or []]
    if not extra:
        return [each for each in every if each.marker is None or each.marker.evaluate({"extra": ""})]
    return [
        each
        for each in every
        if each.marker is not None
        and each.marker.evaluate({"extra": extra})
        and not each.marker.evaluate({"extra": ""})
    ]


def closure(start: Distribution, extra: str) -> dict[str, bool]:
    """The packages that an extra brings in by name, and whether the project itself asks for them."""
    found: dict[str, bool] = {}
    pending = [(each, True) for each in wanted(start, extra)]
    while pending:
        requirement, direct = pending.pop()
        name = canonicalize_name(requirement.name)
        if name in found and (found[name] or not direct):
            continue
        found[name] = direct or found.get(name, False)
        try:
            there = distribution(name)
        except PackageNotFoundError:
            continue
        for more in ("", *requirement.extras):
            pending += [(each, direct and name == "sim") for each in wanted(there, more)]
    found.pop("sim", None)
    return found


def packages() -> list[Package]:
    """Every package that is installed and needed, once, under the first extra that needs it."""
    start = distribution("sim")
    found: dict[str, Package] = {}
    for extra in EXTRAS:
        for name, direct in sorted(closure(start, extra).items()):
            if name in found:
                continue
            try:
                there = distribution(name)
            except PackageNotFoundError:
                continue
            found[name] = Package(name, there.version, licence(there), extra or "everything", direct)
    return sorted(found.values(), key=lambda each: (EXTRAS.index(each.needed_for.replace("everything", "")), each.name))


def line(package: Package) -> str:
    """A package as a line of the table."""
    asked = "yes" if package.direct else ""
    return f"| {package.name} | {package.version} | {package.licence} | {package.needed_for} | {asked} |"


def page(before: str) -> str:
    """The page; lines of packages that are not installed here stay as they were."""
    found = {each.name: line(each) for each in packages()}
    kept = {match[1]: match[0] for match in re.finditer(r"^\| ([a-z0-9-]+) \| [0-9].*$", before, re.MULTILINE)}
    pinned = {
        canonicalize_name(pin.split("==")[0])
        for pin in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    found |= {name: row for name, row in kept.items() if name not in found and name in pinned}
    rows = sorted(found.values(), key=lambda row: (order(row), row))
    return HEAD + "\n".join(rows) + "\n"


def order(row: str) -> int:
    """The place of a line's extra."""
    needed = row.split("|")[4].strip()
    return EXTRAS.index("" if needed == "everything" else needed)


HEAD = """# What the project stands on

Written by `make dependencies` from the packages' own metadata. Every one is pinned in `constraints.txt`, which each
installation by `make` obeys; `pyproject.toml` has the lower bounds of those that the project itself asks for.

"Needed for": *everything* is what `pip install` brings; `cluster`, `sensitivity`, `dev`, `docs`, `bench`,
`mutation` and `crosscheck` are extras. The project is under Apache-2.0 and copies nothing of these packages into its
own files.

| package | pinned | licence | needed for | asked for by us |
| --- | --- | --- | --- | --- |
"""


def main(words: list[str]) -> None:
    """Print the page, or write it."""
    if words:
        path = Path(words[0])
        path.write_text(page(path.read_text(encoding="utf-8") if path.exists() else ""), encoding="utf-8")
    else:
        print(page(""), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
