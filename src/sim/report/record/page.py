"""The page on the record: failures, quality of the inference, claims, scores, unknowns, rivals, rehearsals."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.calibration.identified import ENOUGH
from sim.experiment.digits import rounded
from sim.experiment.stored import Output
from sim.report.calibration import told
from sim.report.markdown import bullets, made
from sim.report.record.failures import failures
from sim.report.record.outputs import Outputs
from sim.report.record.rivals import rival_lines
from sim.report.record.told import told_lines
from sim.report.record.unknowns import unknown_lines
from sim.report.skills import skill_lines

SPLITS = {"holdout": "never heard", "calibration": "taught"}


def lines(outputs: Outputs, pictures: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The lines of the page; `pictures` are names of figures and their paths as seen from the page."""
    calibrated = outputs.calibrated
    drawn = dict(pictures)
    yield f"# The record: {calibrated.scenario.title}\n"
    yield "; ".join(map(origin, (calibrated, *filter(None, [outputs.compared])))) + ". Made by `make report`.\n"
    yield "## Where the model fails\n"
    yield from bullets(failures(outputs))
    yield "## How good the inference is\n"
    yield from bullets(quality(calibrated.manifest))
    yield from picture(drawn, "temperatures", "Cooling: temperature, effective sample, families, acceptance")
    yield made("sim calibrate")
    yield "## Every claim beside what its source would have told\n"
    yield from about(outputs)
    yield from picture(drawn, "counts", "Counts: what was told beside what was to be told")
    yield from picture(drawn, "events", "Events and places: the chance of what was told")
    yield from picture(drawn, "days", "Losses by day beside what was told")
    yield from told_lines(outputs)
    if outputs.compared is not None:
        yield made("sim run params=posterior:OUTPUT && sim score OUTPUT")
        yield "## Scores beside baselines\n"
        yield "Skill is the share of the baseline's score that the model saves (nats a term for the logarithmic score);"
        yield "the best baseline comes first. Those that copy the record see what was told before each claim's day.\n"
        yield from picture(drawn, "skill", "Skill beside every baseline, with 95% intervals")
        skill = outputs.compared.table("skill").to_pylist()
        yield from skill_lines([row | {"split": SPLITS[row["split"]]} for row in skill], "claims that were", "model")
        yield made("sim score OUTPUT")
    yield "## What the record determines, and what it does not\n"
    yield from picture(drawn, "prior_to_posterior", "Unknowns from prior to posterior")
    yield from picture(drawn, "source_bias", "Factors of sources from prior to posterior")
    yield from unknown_lines(outputs)
    yield made("sim calibrate")
    if outputs.rivals:
        yield "## Laws and readings compared\n"
        for output in outputs.rivals:
            yield from rival_lines(output)
    for output in outputs.rehearsed:
        yield "## The inference rehearsed\n"
        yield f"On {output.scenario.title}, {output.manifest['runs']:,} synthetic battles with known truths.\n"
        yield from bullets(output.manifest["answers"])
        yield from picture(drawn, "ranks", "Ranks of truths among draws, with the band of uniform ranks")
        yield made(f"sim sbc scenario={output.manifest['scenario']}")


def quality(manifest: Mapping[str, Any]) -> Iterator[str]:
    """How far the posterior is to be trusted."""
    yield f"{len(manifest['claims'])} claims were heard; {manifest['battles']:,} battles were fought by two islands."
    if manifest["stands"]:
        yield (
            f"Half of the unknowns, and half of what was observed, have an effective sample of "
            f"{rounded(manifest['effective_sample'])} or more. What has less than {ENOUGH} is not shown."
        )
    by_island = " and ".join(told(float(log), float(error)) for log, error in manifest["log_evidence"].values())
    yield f"Logarithm of the evidence by island: {by_island}."


def origin(output: Output) -> str:
    """What an output is of."""
    manifest = output.manifest
    return (
        f"`sim {output.command}`: law {manifest['law']}, seed {manifest['seed']}, scenario "
        f"{manifest['scenario_digest'][:8]}, results {manifest['results_digest'][:8]}"
    )


def about(outputs: Outputs) -> Iterator[str]:
    """Of which battles the claims are told."""
    if outputs.compared is None:
        return
    manifest = outputs.compared.manifest
    if manifest["calibrated"]:
        yield "Battles of the posterior, and what its sources would tell of them. Claims that taught the model are"
        yield "beside what it makes of them (no test); those that it never heard are a test. Bold: outside the middle"
        yield f"nine tenths, or an event with a chance below 5 in 100. {manifest['battles']:,} battles.\n"
    else:
        yield "**These battles are not calibrated:** the model has heard none of the claims, and all are a test of wide"
        yield f"assumptions. {manifest['battles']:,} battles.\n"


def picture(drawn: dict[str, str], name: str, says: str) -> Iterator[str]:
    """A figure, if there is one."""
    if name in drawn:
        yield f"![{says}]({drawn[name]})\n"
