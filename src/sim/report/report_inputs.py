"""The stored outputs that a calibration report is made of, and whether they belong together."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.storage.manifest import CalibrateManifest, CompareModelsManifest, SbcManifest, ScoreManifest
from sim.storage.reader import StoredOutput, open_output
from sim.storage.seal import StoredError

ACCEPTED_MANIFESTS = (CalibrateManifest, ScoreManifest, CompareModelsManifest, SbcManifest)


@dataclass(frozen=True)
class ReportInputs:
    """A calibration and, as far as there are any, scores of its battles, model comparisons and SBC runs.

    Model comparisons and SBC runs may be of another, cheaper battle: the report says of which.
    """

    calibration: StoredOutput
    scores: StoredOutput | None
    model_comparisons: tuple[StoredOutput, ...]
    sbc_runs: tuple[StoredOutput, ...]


def load_report_inputs(folders: Iterable[Path]) -> ReportInputs:
    """The outputs in these folders; raise StoredError for other outputs, or if they are not of one battle."""
    outputs_by_command: dict[str, list[StoredOutput]] = {
        model.model_fields["command"].default: [] for model in ACCEPTED_MANIFESTS
    }
    for folder in folders:
        output = open_output(folder)
        output.require(*ACCEPTED_MANIFESTS)
        outputs_by_command[output.command].append(output)
    for command, min_count in (("calibrate", 1), ("score", 0)):
        if not min_count <= len(outputs_by_command[command]) <= 1:
            count_text = f"got {len(outputs_by_command[command])}; allowed: {'one' if min_count else 'one or none'}"
            raise StoredError(f"outputs of sim {command}: {count_text}")
    (calibration,) = outputs_by_command["calibrate"]
    for output in outputs_by_command["score"]:
        check_same_battle(output, calibration)
    return ReportInputs(
        calibration,
        next(iter(outputs_by_command["score"]), None),
        tuple(outputs_by_command["compare-models"]),
        tuple(outputs_by_command["sbc"]),
    )


def check_same_battle(output: StoredOutput, calibration: StoredOutput) -> None:
    """Raise StoredError if an output is of another battle than the calibration, or of another posterior."""
    expected, manifest = calibration.require(CalibrateManifest), output.require(ScoreManifest)
    if expected.scenario != manifest.scenario:
        allowed = f"got {manifest.scenario}; allowed: {expected.scenario}"
        raise StoredError(f"{output.folder}: of another battle than the calibration ({allowed})")
    if manifest.posterior is not None and manifest.posterior.digest != expected.results_digest:
        allowed = f"got {str(manifest.posterior.digest)[:8]}; allowed: {expected.results_digest[:8]}"
        raise StoredError(f"{output.folder}: of another posterior ({allowed})")
