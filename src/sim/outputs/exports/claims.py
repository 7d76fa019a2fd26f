"""The claims of the scenario as a table that `sim new NAME from=claims.csv` reads back."""

import csv
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from sim.outputs.datapackage import FileWriter, make_descriptor_writer
from sim.scenario.claim_table import iterate_claim_rows, list_claim_columns
from sim.storage.reader import StoredOutput

COMMANDS: tuple[str, ...] = ()
FILE = "claims.csv"


def list_files(output: StoredOutput) -> Mapping[str, FileWriter]:
    """The claims, and their descriptor."""
    writers: dict[str, FileWriter] = {FILE: partial(write_claims, output)}
    return writers | make_descriptor_writer(output, "claims", {FILE: list(list_claim_columns())})


def write_claims(output: StoredOutput, path: Path) -> None:
    """Write a row for each claim."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, list(list_claim_columns()))
        rows.writeheader()
        rows.writerows(iterate_claim_rows(output.scenario))
