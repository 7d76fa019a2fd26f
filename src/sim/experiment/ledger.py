"""What an output says of itself while it is not finished: what was asked for, and all that decides its bits.

`study.json` is written before anything else, and goes when `run.json` has come.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from sim.experiment.durable import put
from sim.experiment.identity import code, digest_of
from sim.experiment.replicate import Study

LEDGER = "study.json"
MOST_TOLD = 12  # differences that are told one by one


class LedgerError(Exception):
    """A ledger that is not there or can't be trusted; the message says why."""


class Ledger(BaseModel):
    """What was asked for (`words` of the command line, if that was it), what decides the bits, how work is cut."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: str
    words: list[str] | None
    settings: dict[str, Any]
    inputs: dict[str, str]
    parts: list[str]
    length: Annotated[int, Field(ge=1)]  # replications in a shard
    begun: str
    digest: str = ""

    def seal(self) -> str:
        """The digest of all the rest, by which a change by hand is seen."""
        return digest_of(self.model_dump(exclude={"digest"}))


def ledger_of(
    command: str,
    words: list[str] | None,
    settings: dict[str, Any],
    found: dict[str, str],
    parts: list[str],
    length: int,
) -> Ledger:
    """The ledger of some studies that are about to begin."""
    ledger = Ledger(
        command=command,
        words=words,
        settings=settings,
        inputs=found,
        parts=parts,
        length=length,
        begun=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return ledger.model_copy(update={"digest": ledger.seal()})


def inputs(settings: dict[str, Any], studies: dict[str, Study]) -> dict[str, str]:
    """All that decides the bits, one line each: settings as they are, the rest as digests."""
    found = {f"setting {name}": json.dumps(value, sort_keys=True, default=str) for name, value in settings.items()}
    for part, study in studies.items():
        stage = study.stage
        scenarios = {"scenario": stage.scenario}
        if stage.branch is not None:
            scenarios["scenario after the branch"] = stage.branch.scenario
        for what, scenario in scenarios.items():
            sections = scenario.model_dump(mode="json")
            found |= {f"{what}, {section} ({part})": digest_of([content]) for section, content in sections.items()}
        found[f"scenario as a whole ({part})"] = stage.digest
        if stage.given is not None:
            found[f"posterior ({part})"] = stage.given.digest
    return found | code()


def changed(then: dict[str, str], now: dict[str, str]) -> list[str]:
    """What differs, in a line each; long digests are not shown."""
    lines = []
    for name in sorted({*then, *now}, key=lambda name: (name.startswith("code"), name)):
        before, after = then.get(name, "not there"), now.get(name, "not there")
        if before != after:
            shown = max(len(before), len(after)) < 64
            lines.append(f"{name} was {before} and is {after}" if shown else f"{name} is another")
    if len(lines) > MOST_TOLD:
        return [*lines[:MOST_TOLD], f"and {len(lines) - MOST_TOLD} more"]
    return lines


def write_ledger(folder: Path, ledger: Ledger) -> None:
    """Write the ledger, on the disk and whole."""
    text = json.dumps(ledger.model_dump(), indent=2) + "\n"
    put(folder / LEDGER, lambda path: path.write_text(text, encoding="utf-8"))


def read_ledger(folder: Path) -> Ledger:
    """Read the ledger; raise LedgerError if it can't be trusted."""
    try:
        ledger = Ledger.model_validate_json((folder / LEDGER).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LedgerError("holds no run that could go on (there is neither run.json nor study.json)") from error
    except (ValueError, OSError, RecursionError) as error:  # pydantic's and that of characters are ValueErrors
        raise LedgerError(f"study.json can't be read ({type(error).__name__})") from error
    if ledger.seal() != ledger.digest:
        raise LedgerError("study.json was changed since the run began")
    return ledger
