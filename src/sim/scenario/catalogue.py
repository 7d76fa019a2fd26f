"""The catalogue of the battles that are shipped: how each is documented, and whether it is calibrated."""

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sim import paths

if TYPE_CHECKING:
    from sim.scenario.model import Scenario

FILE = "catalogue.csv"
NUMBER_WORDS = {1: "one reader", 2: "two readers"}


@dataclass(frozen=True)
class CatalogueEntry:
    """One battle of the catalogue.

    Parameters
    ----------
    name, title : str
        What `scenario=` takes, and the scenario's title.
    year : int
        The year in which the battle began.
    sources : int
        Who reported: sources of the scenario that at least one claim cites.
    claims, scored_claims : int
        All claims, and those that are fitted to or held out.
    readers : int
        How many people read the texts without seeing one another's notes.
    calibrated : bool
        Whether a posterior is described on its page.
    page : str
        Its page in `docs/`.
    """

    name: str
    title: str
    year: int
    sources: int
    claims: int
    scored_claims: int
    readers: int
    calibrated: bool
    page: str

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Read a row of the file; raise KeyError or ValueError for one that is damaged."""
        counts = {name: int(row[name]) for name in ("year", "sources", "claims", "scored_claims", "readers")}
        calibrated = {"yes": True, "no": False}[row["calibrated"]]
        return cls(name=row["name"], title=row["title"], page=row["page"], calibrated=calibrated, **counts)

    @classmethod
    def from_scenario(cls, scenario: "Scenario", *, readers: int, calibrated: bool, page: str) -> Self:
        """Count what a scenario has, beside what only its author can say."""
        return cls(
            name=scenario.name,
            title=scenario.title,
            year=scenario.begins.year,
            sources=len({claim.source for claim in scenario.claims.values()}),
            claims=len(scenario.claims),
            scored_claims=len(scenario.scored_claims),
            readers=readers,
            calibrated=calibrated,
            page=page,
        )

    def to_row(self) -> dict[str, Any]:
        """The row of the file."""
        return vars(self) | {"calibrated": "yes" if self.calibrated else "no"}

    def describe(self) -> str:
        """The title with how the battle is documented, in one line.

        >>> print(CatalogueEntry("ford", "The ford", 1805, 3, 12, 9, 1, False, "ford.md").describe())
        The ford (12 claims of 3 sources, one reader, not calibrated)
        """
        readers = NUMBER_WORDS.get(self.readers, f"{self.readers} readers")
        calibrated = "calibrated" if self.calibrated else "not calibrated"
        return f"{self.title} ({self.claims} claims of {self.sources} sources, {readers}, {calibrated})"


def read_catalogue() -> list[CatalogueEntry]:
    """Every battle of the catalogue, oldest first."""
    with (paths.scenario_folder() / FILE).open(encoding="utf-8", newline="") as file:
        return [CatalogueEntry.from_row(row) for row in csv.DictReader(file)]
