"""Where model and record fall apart, said before anything else."""

from collections.abc import Iterator

from sim.experiment.stored import Output
from sim.report.record.outputs import Outputs
from sim.report.record.told import outside, rows_of
from sim.report.skills import SCORES, shown

SUSPICIOUS = 0.05  # chance of ranks so uneven, times the number of quantities
SPLITS = {"holdout": "that it never heard", "calibration": "that taught it"}


def failures(outputs: Outputs) -> Iterator[str]:
    """Each failure as a sentence; those that would make all other numbers worthless first."""
    manifest = outputs.calibrated.manifest
    if not manifest["stands"]:
        yield "**There is no posterior.** " + " ".join(manifest["against"])
    yield from (f"Beware: {warning}" for warning in manifest["warnings"])
    for output in outputs.rehearsed:
        if output.manifest["smallest_chance"] < SUSPICIOUS:
            yield f"The inference itself is off. {output.manifest['answers'][0]}"
    if outputs.compared is not None:
        yield from lost(outputs.compared)
        for split in SPLITS:
            yield from far(outputs.compared, split)
    if manifest["stands"]:
        yield from unknown(outputs.calibrated)


def lost(compared: Output) -> Iterator[str]:
    """Baselines that are ahead, those beyond what chance explains first."""
    behind = [row for row in compared.table("skill").to_pylist() if row["skill"] < 0]
    for row in sorted(behind, key=lambda row: row["high"] is None or row["high"] >= 0):
        sure = "beyond what chance explains" if row["high"] is not None and row["high"] < 0 else "within chance"
        yield (
            f"The baseline {row['baseline'].replace('_', ' ')} is ahead on claims {SPLITS[row['split']]}, by the score "
            f"of {SCORES[row['score']]}: skill {shown(row)}, {sure} ({row['claims']} claim{'s' * (row['claims'] > 1)})."
        )


def far(compared: Output, split: str) -> Iterator[str]:
    """Claims that the model would not have expected."""
    rows = rows_of(compared, split)
    found = [row for row in rows if outside(row)]
    if rows:
        says = "; ".join(f"“{compared.scenario.claims[row['claim']].says}”" for row in found)
        yield (
            f"Of {len(rows)} claims {SPLITS[split]}, {len(found)} lie outside the middle nine tenths of what was to be "
            f"told, or had a chance below 5 in 100{': ' + says if found else ''}."
        )


def unknown(calibrated: Output) -> Iterator[str]:
    """How much stays unknown."""
    rows = calibrated.table("unknowns").to_pylist()
    silent = sum(row["words"] == "not determined" for row in rows)
    few = sum(not row["shown"] for row in rows)
    yield (
        f"Of {len(rows)} unknowns the record leaves {silent} as the priors have them"
        + (f"; of {few} more too few effective draws are left to say anything." if few else ".")
    )
