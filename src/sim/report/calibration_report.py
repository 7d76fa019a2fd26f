"""The Markdown report of a calibration: failures first, then inference, claims, scores, parameters, models."""

from collections.abc import Iterator, Sequence

from sim import laws
from sim.inference.diagnostics import MIN_ESS
from sim.outputs.deviations import find_deviations, format_deviations
from sim.outputs.formatting import format_sample_size
from sim.report.calibration import format_log_evidence, format_parameter_section
from sim.report.claim_table import format_claim_tables, is_outside_interval, select_claim_rows
from sim.report.misreport import format_misreport_section
from sim.report.model_comparison import format_model_comparison
from sim.report.report_inputs import ReportInputs
from sim.report.skill import SCORE_LABELS, format_skill_table, format_stored_skill
from sim.report.text import format_bullets, format_made_by, format_target
from sim.scoring.baselines import find_display_name
from sim.storage.manifest import CalibrateManifest, CompareModelsManifest, SbcManifest, ScoreManifest
from sim.storage.reader import StoredOutput

SPLIT_LABELS = {"holdout": "never heard", "calibration": "taught"}


def format_calibration_report(inputs: ReportInputs, figures: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The lines of the page; `figures` are names of figures and their paths relative to the page."""
    calibration = inputs.calibration
    figure_paths = dict(figures)
    yield f"# The record: {calibration.scenario.title}\n"
    origin = "; ".join(map(describe_output, (calibration, *filter(None, [inputs.scores]))))
    yield f"{origin}. Made by `{format_target('report', calibration.scenario)}`.\n"
    if deviations := find_deviations(calibration.require(CalibrateManifest)):
        yield f"{format_deviations(deviations)}\n"
    yield "## Where the model fails\n"
    yield from format_bullets(describe_failures(inputs))
    yield "## How good the inference is\n"
    yield from format_bullets(describe_inference_quality(calibration.require(CalibrateManifest)))
    yield from format_figure(figure_paths, "tempering", "Cooling: temperature, effective sample, families, acceptance")
    yield format_made_by("sim calibrate")
    yield "## Every claim beside what its source would have reported\n"
    yield from describe_battles(inputs)
    yield from format_figure(figure_paths, "counts", "Counts: what was reported beside the reports to expect")
    yield from format_figure(figure_paths, "events", "Events and places: the chance of what was reported")
    yield from format_figure(figure_paths, "cumulative_deaths", "Losses by day beside what was reported")
    if inputs.scores is not None:
        yield "“Was so in the battles” is the share of battles in which the numbers of the claim hold; “would be"
        yield "reported” is the chance that its source says so, rightly or not. Where the second is much the greater"
        yield "for an event or a place, the model takes the report for a false one; for a count, the source counts with"
        yield "a factor of its own. Both are 95% intervals.\n"
    yield from format_claim_tables(inputs)
    if inputs.scores is not None:
        yield format_made_by("sim run parameters=posterior:OUTPUT && sim score OUTPUT")
        yield "## Scores beside baselines\n"
        yield "Skill is the share of the baseline's score that the model saves (nats a term for the logarithmic score);"
        yield "the best baseline comes first. Those that copy the record see what was reported before a claim's day.\n"
        yield from format_figure(figure_paths, "skill", "Skill beside every baseline, with 95% intervals")
        skill = inputs.scores.read_table("skill").to_pylist()
        yield from format_skill_table(
            [row | {"split": SPLIT_LABELS[row["split"]]} for row in skill], "claims that were", "model"
        )
        yield format_made_by("sim score OUTPUT")
    yield "## What the record determines, and what it does not\n"
    yield from format_figure(figure_paths, "prior_to_posterior", "Unknowns from prior to posterior")
    yield from format_figure(figure_paths, "source_bias", "Factors of sources from prior to posterior")
    yield from format_misreport_section(inputs)
    yield from format_parameter_section(inputs)
    yield format_made_by("sim calibrate")
    if inputs.model_comparisons:
        yield "## Laws and readings compared\n"
        for output in inputs.model_comparisons:
            yield from format_model_comparison(output)
    for output in inputs.sbc_runs:
        yield "## The inference rehearsed\n"
        manifest = output.require(SbcManifest)
        yield f"On {output.scenario.title}, {manifest.runs:,} synthetic battles with known truths.\n"
        yield from format_bullets(manifest.answers)
        yield from format_figure(
            figure_paths, "sbc_ranks", "Ranks of truths among draws, with the band of uniform ranks"
        )
        yield format_made_by(f"sim sbc scenario={manifest.scenario}")


def describe_inference_quality(manifest: CalibrateManifest) -> Iterator[str]:
    """How good the inference is."""
    yield f"{len(manifest.claims)} claims were heard; {manifest.battles:,} battles were fought by two islands."
    if manifest.accepted:
        yield (
            f"Half of the unknowns, and half of what was observed, have an effective sample of "
            f"{format_sample_size(manifest.ess)} or more. What has less than {MIN_ESS} is marked: few draws."
        )
    by_chain = " and ".join(format_log_evidence(log, error) for log, error in manifest.log_evidence.values())
    yield f"Logarithm of the evidence by island: {by_chain}."


def describe_output(output: StoredOutput) -> str:
    """The command, law, seed and digests of an output."""
    manifest = output.require(CalibrateManifest, ScoreManifest, CompareModelsManifest, SbcManifest)
    return (
        f"`sim {output.command}`: {laws.find_display_name(manifest.law)}, seed {manifest.seed}, scenario "
        f"{manifest.scenario_digest[:8]}, results {manifest.results_digest[:8]}"
    )


def describe_battles(inputs: ReportInputs) -> Iterator[str]:
    """Which battles the claims are compared with."""
    if inputs.scores is None:
        return
    manifest = inputs.scores.require(ScoreManifest)
    if manifest.calibrated:
        yield "Battles of the posterior, and what its sources would tell of them. Claims that taught the model are"
        yield "beside what it makes of them (no test); those that it never heard are a test. Bold: outside the middle"
        yield f"nine tenths, or an event with a chance below 5 in 100. {manifest.battles:,} battles.\n"
    else:
        yield "**These battles are not calibrated:** the model has heard none of the claims, and all are a test of wide"
        yield f"assumptions. {manifest.battles:,} battles.\n"


def format_figure(figure_paths: dict[str, str], name: str, alt_text: str) -> Iterator[str]:
    """A figure, if it was drawn."""
    if name in figure_paths:
        yield f"![{alt_text}]({figure_paths[name]})\n"


SUSPICIOUS_P_VALUE = 0.05  # p-value of the ranks, times the number of quantities
SPLIT_PHRASES = {"holdout": "that it never heard", "calibration": "that taught it"}


def describe_failures(inputs: ReportInputs) -> Iterator[str]:
    """Each failure as a sentence, those first that make all other numbers worthless."""
    manifest = inputs.calibration.require(CalibrateManifest)
    if not manifest.accepted:
        yield "**There is no posterior.** " + " ".join(manifest.failures)
    yield from (f"Beware: {warning}" for warning in manifest.warnings)
    for output in inputs.sbc_runs:
        rehearsal = output.require(SbcManifest)
        if rehearsal.min_p_value < SUSPICIOUS_P_VALUE:
            yield " ".join(["The inference itself is off.", *rehearsal.answers[:1]])
    if inputs.scores is not None:
        yield from list_better_baselines(inputs.scores)
        for split in SPLIT_PHRASES:
            yield from list_misfits(inputs.scores, split)
    if manifest.accepted:
        yield from describe_undetermined(inputs.calibration)


def list_better_baselines(score_output: StoredOutput) -> Iterator[str]:
    """Baselines that beat the model, the significant ones first."""
    behind = [row for row in score_output.read_table("skill").to_pylist() if row["skill"] < 0]
    for row in sorted(behind, key=lambda row: row["high"] is None or row["high"] >= 0):
        certainty = "beyond what chance explains" if row["high"] is not None and row["high"] < 0 else "within chance"
        claims = f"{row['n_claims']} claim{'s' * (row['n_claims'] > 1)}"
        yield (
            f"A baseline, {find_display_name(row['baseline'])}, is ahead on claims {SPLIT_PHRASES[row['split']]}, "
            f"by the score of {SCORE_LABELS[row['score']]}: skill {format_stored_skill(row)}, {certainty} ({claims})."
        )


def list_misfits(score_output: StoredOutput, split: str) -> Iterator[str]:
    """Claims that the model did not expect."""
    rows = select_claim_rows(score_output, split)
    misfits = [row for row in rows if is_outside_interval(row)]
    if rows:
        statements = "; ".join(f"“{score_output.scenario.claims[row['claim']].statement}”" for row in misfits)
        lie = "lies" if len(misfits) == 1 else "lie"
        yield (
            f"Of {len(rows)} claims {SPLIT_PHRASES[split]}, {len(misfits)} {lie} outside the middle nine tenths of "
            f"the reports to expect, or had a chance below 5 in 100{': ' + statements if misfits else ''}."
        )


def describe_undetermined(calibration_output: StoredOutput) -> Iterator[str]:
    """How many parameters the claims leave as the prior has them."""
    rows = calibration_output.read_table("parameters").to_pylist()
    n_undetermined = sum(row["label"] == "not determined" for row in rows)
    n_too_few_draws = sum(not row["ess_sufficient"] for row in rows)
    yield (
        f"Of {len(rows)} unknowns the record leaves {n_undetermined} as the priors have them"
        + (
            f"; of {n_too_few_draws} more there are few effective draws, and what is shown of them is rough."
            if n_too_few_draws
            else "."
        )
    )
