"""The job file of an unfinished output: what was asked for, and all that determines its bits."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from sim.regular_files import read_regular_file
from sim.runs.replicate import Study
from sim.storage.fingerprint import compute_digest, fingerprint_code
from sim.storage.sealed_model import SealedModel

JOB_FILE = "job.json"
FORMER_JOB_FILE = "study.json"  # its name in output schema 1
MAX_JOB_FILE_BYTES = 10_000_000
MAX_LISTED = 12  # differences that are listed one by one


class JobFileError(Exception):
    """A job file that is missing or can't be trusted; the message says why."""


class JobFile(SealedModel):
    """What was asked for, with the words of the command line if any; what determines the bits; how work is cut."""

    command: str
    argv: list[str] | None
    settings: dict[str, Any]
    inputs: dict[str, str]
    studies: list[str]
    batch_length: Annotated[int, Field(ge=1)]  # replications in a shard
    started: str
    digest: str = ""


def make_job_file(
    command: str,
    argv: list[str] | None,
    settings: dict[str, Any],
    inputs: dict[str, str],
    parts: list[str],
    batch_length: int,
) -> JobFile:
    """The job file of some studies that are about to begin."""
    job_file = JobFile(
        command=command,
        argv=argv,
        settings=settings,
        inputs=inputs,
        studies=parts,
        batch_length=batch_length,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return job_file.seal()


def collect_inputs(settings: dict[str, Any], studies: dict[str, Study]) -> dict[str, str]:
    """All that determines the bits, by label: settings as they are, the rest as digests."""
    result = {f"setting {name}": json.dumps(value, sort_keys=True, default=str) for name, value in settings.items()}
    for part, study in studies.items():
        simulation = study.simulation
        scenarios = {"scenario": simulation.scenario}
        if simulation.intervention is not None:
            scenarios["scenario after the branch"] = simulation.intervention.scenario
        for label, scenario in scenarios.items():
            sections = scenario.model_dump(mode="json")
            result |= {
                f"{label}, {section} ({part})": compute_digest([content]) for section, content in sections.items()
            }
        result[f"scenario as a whole ({part})"] = simulation.digest
        if simulation.supplied is not None:
            result[f"posterior ({part})"] = simulation.supplied.digest
    return result | fingerprint_code()


def list_changes(old_inputs: dict[str, str], new_inputs: dict[str, str]) -> list[str]:
    """The differences, a line each; digests are not shown."""
    lines = []
    for name in sorted({*old_inputs, *new_inputs}, key=lambda name: (name.startswith("code"), name)):
        before, after = old_inputs.get(name, "not there"), new_inputs.get(name, "not there")
        if before != after:
            is_short = max(len(before), len(after)) < 64
            lines.append(f"{name} was {before} and is {after}" if is_short else f"{name} is another")
    if len(lines) > MAX_LISTED:
        return [*lines[:MAX_LISTED], f"and {len(lines) - MAX_LISTED} more"]
    return lines


def write_job_file(folder: Path, job_file: JobFile) -> None:
    """Write the job file, on the disk and whole."""
    job_file.write(folder / JOB_FILE, indent=2)


def read_job_file(folder: Path) -> JobFile:
    """Read the job file; raise JobFileError if it can't be trusted."""
    try:
        job_file = JobFile.model_validate_json(read_regular_file(folder / JOB_FILE, MAX_JOB_FILE_BYTES))
    except FileNotFoundError as error:
        if (folder / FORMER_JOB_FILE).exists():
            raise JobFileError(f"was begun by an earlier version of sim ({FORMER_JOB_FILE}): run it again") from error
        raise JobFileError("holds no run that could go on (there is neither run.json nor job.json)") from error
    except (ValueError, OSError, RecursionError) as error:  # those of pydantic and of Unicode are ValueErrors
        reason = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        raise JobFileError(f"{JOB_FILE} can't be read ({reason}): begin the run again") from error
    if not job_file.is_sealed:
        raise JobFileError("job.json was changed since the run began")
    return job_file
