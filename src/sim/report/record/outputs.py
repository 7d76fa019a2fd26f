"""The outputs that a page on the record is made of, and whether they belong together."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.experiment.stored import Output, StoredError, opened

TAKEN = ("calibrate", "score", "compare-models", "sbc")


@dataclass(frozen=True)
class Outputs:
    """A calibration; and if there are any, battles of it held against the record, rivals compared, and rehearsals.

    Rivals and rehearsals may be of another battle, on which they cost less: the page says of which.
    """

    calibrated: Output
    compared: Output | None
    rivals: tuple[Output, ...]
    rehearsed: tuple[Output, ...]


def gathered(folders: Iterable[Path]) -> Outputs:
    """The outputs in these folders; raise StoredError for what is no such output, or is not of one battle."""
    found: dict[str, list[Output]] = {command: [] for command in TAKEN}
    for folder in folders:
        output = opened(folder)
        if output.command not in TAKEN:
            allowed = f"allowed: of sim {', '.join(TAKEN)}"
            raise StoredError(f"{folder}: the output of sim {output.command} ({allowed})")
        found[output.command].append(output)
    for command, least in (("calibrate", 1), ("score", 0)):
        if not least <= len(found[command]) <= 1:
            many = f"got {len(found[command])}; allowed: {'one' if least else 'one or none'}"
            raise StoredError(f"outputs of sim {command}: {many}")
    (calibrated,) = found["calibrate"]
    for output in found["score"]:
        belongs(output, calibrated)
    return Outputs(calibrated, next(iter(found["score"]), None), tuple(found["compare-models"]), tuple(found["sbc"]))


def belongs(output: Output, calibrated: Output) -> None:
    """Raise StoredError if an output is of another battle than the calibration, or of another posterior."""
    ours, theirs = calibrated.manifest["scenario"], output.manifest["scenario"]
    if ours != theirs:
        raise StoredError(f"{output.folder}: of another battle than the calibration (got {theirs}; allowed: {ours})")
    if output.manifest["calibrated"]:
        wanted, got = calibrated.manifest["results_digest"], output.manifest["posterior"]["digest"]
        if wanted != got:
            raise StoredError(f"{output.folder}: of another posterior (got {got[:8]}; allowed: {wanted[:8]})")
