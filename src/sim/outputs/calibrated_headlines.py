"""The headline outputs of a battle after its reports, from the posterior that is shipped with its scenario.

A scenario of `scenarios/` may have a folder of the same name in `scenarios/posteriors/`: the output of a calibration
with fewer draws, and a table of the headline outputs of the battles that fit the reports. So a first run shows both.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from sim import paths
from sim.scenario.model import Scenario
from sim.storage.manifest import CalibrateManifest
from sim.storage.reader import StoredOutput, open_output
from sim.storage.seal import StoredError

TABLE = "headlines"
DOCUMENTED = ""  # the variant without another reading
SCHEMA = pa.schema(
    [("variant", pa.string()), ("headline", pa.int64()), ("is_chance", pa.bool_())]
    + [(name, pa.float64()) for name in ("value", "low", "high")]
)


@dataclass(frozen=True)
class CalibratedHeadline:
    """A headline output of the battles that fit the reports: a chance with its 95% interval, or a median and quartiles.

    Parameters
    ----------
    variant
        The reading that was calibrated instead of the documented one, as `NAME=OPTION`; empty for the documented.
    headline
        The number of the output, from 1.
    is_chance
        Whether it is a chance.
    value, low, high
        In the unit of the output, or from 0 to 1.
    """

    variant: str
    headline: int
    is_chance: bool
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class CalibratedHeadlines:
    """All of a battle: of which scenario and law, headline outputs by variant, claims fitted to, what to beware of."""

    scenario_digest: str
    law: str
    headlines: tuple[CalibratedHeadline, ...]
    n_claims: int
    ess: float
    warnings: tuple[str, ...]

    def find(self, headline: int, variant: str = DOCUMENTED) -> CalibratedHeadline | None:
        """One of them."""
        return next((each for each in self.headlines if (each.headline, each.variant) == (headline, variant)), None)

    def list_variants(self, headline: int) -> list[CalibratedHeadline]:
        """The same output under other readings."""
        return [each for each in self.headlines if each.headline == headline and each.variant != DOCUMENTED]


def find_shipped_posterior(scenario_name: str) -> Path | None:
    """The folder of the posterior that is shipped with a scenario, if there is one."""
    folder = paths.posterior_folder() / scenario_name
    return folder if folder.is_dir() else None


def read_calibrated_headlines(scenario: Scenario, law: str) -> CalibratedHeadlines | None:
    """The headline outputs after the reports; None if no posterior of this very scenario and law is shipped.

    Parameters
    ----------
    scenario
        As it is fought: any change of it has another digest.
    law
        The law of attrition.

    Returns
    -------
    CalibratedHeadlines or None
        None as well for a folder that is damaged: what a run says of itself does not hang on it.
    """
    folder = find_shipped_posterior(scenario.name)
    if folder is None:
        return None
    stamps = tuple((path.name, path.lstat().st_mtime_ns, path.lstat().st_size) for path in sorted(folder.iterdir()))
    shipped = read_shipped_headlines(folder, stamps)
    if shipped is None or (shipped.scenario_digest, shipped.law) != (scenario.compute_digest(), law):
        return None
    return shipped


@lru_cache(maxsize=4)
def read_shipped_headlines(folder: Path, stamps: tuple[tuple[str, int, int], ...]) -> CalibratedHeadlines | None:
    """What a folder holds, read once by all who show it: its seal is over megabytes. None if it is damaged.

    `stamps` have the name, time and size of each file: what is written anew is read anew.
    """
    try:
        output = open_output(folder)
        manifest = output.require(CalibrateManifest)
        return CalibratedHeadlines(
            manifest.scenario_digest,
            manifest.law,
            read_headlines(output),
            len(manifest.claims),
            manifest.ess,
            tuple(manifest.warnings),
        )
    except StoredError:
        return None


def read_headlines(output: StoredOutput) -> tuple[CalibratedHeadline, ...]:
    """The rows of the table."""
    return tuple(CalibratedHeadline(**row) for row in output.read_table(TABLE).to_pylist())


def make_headlines_table(headlines: tuple[CalibratedHeadline, ...]) -> pa.Table:
    """A row for each headline output and variant."""
    rows = [{name: getattr(each, name) for name in SCHEMA.names} for each in headlines]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
