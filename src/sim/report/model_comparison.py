"""A comparison of models by evidence: in words, as terminal tables and as a Markdown section."""

from collections.abc import Iterator
from itertools import groupby
from math import hypot, inf
from typing import Any

import numpy as np
from rich.table import Table

from sim import laws
from sim.inference.evidence_intervals import EvidenceErrors
from sim.inference.model_comparison import ModelComparison, ModelConfusion
from sim.outputs.formatting import format_with_interval
from sim.report.calibration import format_log_evidence, format_log_evidence_interval
from sim.report.terminal_table import make_table
from sim.report.text import format_bullets, format_made_by, format_markdown_table
from sim.scenario.descriptions import capitalize, join_words
from sim.storage.manifest import CompareModelsManifest
from sim.storage.reader import StoredOutput


def describe_model_comparison(comparison: ModelComparison, recovery: ModelConfusion | None) -> Iterator[str]:
    """Which model the claims favour, if any, and how reliable that is."""
    unreached = [name for name, result in comparison.smc_results.items() if not result.is_at_posterior]
    if unreached:
        names = join_words([describe_rival(name) for name in unreached])
        yield f"No evidence for {names}: max_simulations was too small to reach the posterior."
    evidences = comparison.log_evidences
    if len(evidences) > 1:
        best = max(evidences, key=lambda name: evidences[name].value)
        if comparison.is_decisive:
            yield (
                f"The claims favour {describe_rival(best)}: its evidence is more than twenty times that of any rival, "
                "beyond the error."
            )
        else:
            yield (
                "The claims do not decide between the rivals: none has more than twenty times the evidence of the "
                "others, beyond its error."
            )
        yield describe_evidence_errors(comparison.evidence_errors, len(evidences))
    if recovery is None:
        yield (
            "Be careful: whether the evidence would find a truth that is known was not tried here (recovery_trials=N)."
        )
    else:
        battles = int(recovery.counts.sum())
        share = recovery.n_correct / battles
        guess = 1 / len(recovery.models)
        yield (
            f"Where the truth is known, the evidence finds it in {recovery.n_correct} of {battles:,} synthetic battles "
            f"({100 * share:.0f} in 100; guessing would find it in {100 * guess:.0f})."
        )


def describe_rival(name: str) -> str:
    """A law by its name, or an option of a reading in words.

    >>> describe_rival("square"), describe_rival("by_road")
    ('the square law', 'by road')
    """
    return laws.find_display_name(name) if name in laws.list_names() else name.replace("_", " ")


def describe_evidence_errors(errors: EvidenceErrors, n_models: int) -> str:
    """What the intervals of the evidences rest on."""
    if errors.degrees_of_freedom < inf:
        return (
            f"Intervals: Student's t from how far apart the islands of each rival lie, pooled over {n_models} rivals "
            f"({errors.degrees_of_freedom:.0f} degrees of freedom: {errors.quantile:.1f} standard errors either way)."
        )
    return "Intervals: 1.96 standard errors by families either way; the islands lie no further apart than these allow."


def build_model_table(comparison: ModelComparison) -> Table:
    """Every model, the best first."""
    headings = ("chance, in 100 (95 %)", "log evidence (95 %)", "from each island", "battles")
    table = make_table("The rivals, if one of them is right, the most likely first", ("rival",), headings)
    evidences, errors = comparison.log_evidences, comparison.evidence_errors
    for name in sorted(evidences, key=lambda each: -evidences[each].value):
        table.add_row(
            capitalize(describe_rival(name)),
            format_with_interval(*comparison.probabilities[name], 100.0),
            format_log_evidence_interval(evidences[name].value, errors.compute_half_width(name)),
            " and ".join(
                format_log_evidence(each.value, each.error) for each in comparison.smc_results[name].log_evidences
            ),
            f"{comparison.smc_results[name].n_simulations:,}",
        )
    return table


def build_recovery_table(recovery: ModelConfusion) -> Table:
    """The confusion matrix: true models as rows, selected models as columns."""
    names = [describe_rival(name) for name in recovery.models]
    title = "Synthetic battles: the truth by row, what the evidence says by column"
    table = make_table(title, ("truth",), (*names, "chance of the truth, mean"))
    for name, counts, probability in zip(
        recovery.models, recovery.counts.tolist(), recovery.mean_probability_of_truth.tolist(), strict=True
    ):
        table.add_row(capitalize(describe_rival(name)), *map(str, counts), f"{probability:.2f}")
    return table


NO_EVIDENCE_MARK = "—"


def format_model_comparison(output: StoredOutput) -> Iterator[str]:
    """The section on one comparison: the answer, the models, and the recovery of known truths."""
    manifest = output.require(CompareModelsManifest)
    yield f"### {format_comparison_heading(manifest)}: {output.scenario.title}\n"
    yield from format_bullets([*manifest.answers, *describe_disagreeing_chains(output)])
    yield from format_markdown_table(
        ("rival",),
        ("log evidence, by island (standard error)", "chance, in 100 (95% interval)", "battles"),
        (
            format_model_cells(name, list(rows))
            for name, rows in groupby(sort_by_probability(output), key=lambda row: row["model"])
        ),
    )
    if "confusion" in output.table_names:
        yield from format_recovery_table(output)
    yield format_made_by(format_command(manifest))


def format_command(manifest: CompareModelsManifest) -> str:
    """The command that made a comparison."""
    settings = manifest.settings
    names = settings.models or list(manifest.models)
    models = names if isinstance(names, str) else f"[{','.join(names)}]"
    recovery_options = (
        f" recovery_trials={settings.recovery_trials} recovery_particles={settings.recovery_particles}"
        if settings.recovery_trials
        else ""
    )
    options = f"models={models} particles={settings.particles}{recovery_options}"
    return f"sim compare-models scenario={settings.scenario or manifest.scenario} {options}"


def format_comparison_heading(manifest: CompareModelsManifest) -> str:
    """What is compared."""
    models = manifest.settings.models or list(manifest.models)
    if isinstance(models, str) and models.startswith("reading."):
        return f"The reading of {models.removeprefix('reading.').replace('_', ' ')}"
    return "Laws" if models == "law" else f"Laws: {', '.join(models)}"


MAX_CHAIN_GAP = 3.0  # standard errors


def describe_disagreeing_chains(output: StoredOutput) -> Iterator[str]:
    """The models on whose evidence the chains disagree."""
    rows = output.read_table("model_comparison").to_pylist()
    disagreeing = [
        name
        for name, (one, other, *_) in groupby(rows, key=lambda row: row["model"])
        if abs(one["log_evidence"] - other["log_evidence"])
        > MAX_CHAIN_GAP * hypot(one["log_evidence_error"], other["log_evidence_error"])
    ]
    if disagreeing:
        yield (
            f"The islands of {', '.join(disagreeing)} do not agree within their errors: more particles are needed, and "
            "the intervals of the chances are wider for it."
        )


def sort_by_probability(output: StoredOutput) -> list[dict[str, Any]]:
    """Rows by model, the most probable model first and those without evidence last."""
    return sorted(
        output.read_table("model_comparison").to_pylist(), key=lambda row: (-(row["probability"] or -1.0), row["model"])
    )


def format_model_cells(name: str, rows: list[dict[str, Any]]) -> list[str]:
    """The cells of one model."""
    battles = f"{sum(row['n_simulations'] for row in rows):,}"
    probability = rows[0]["probability"]
    if probability is None:
        reached_beta = min(row["beta"] for row in rows)
        return [name, f"none (came to temperature {reached_beta:.2g})", NO_EVIDENCE_MARK, battles]
    probability_text = format_with_interval(probability, rows[0]["probability_low"], rows[0]["probability_high"], 100.0)
    return [
        name,
        " and ".join(format_log_evidence(row["log_evidence"], row["log_evidence_error"]) for row in rows),
        probability_text,
        battles,
    ]


def format_recovery_table(output: StoredOutput) -> Iterator[str]:
    """The confusion matrix: true models as rows, selected models as columns."""
    rows = output.read_table("confusion").to_pylist()
    names = list(dict.fromkeys(row["truth"] for row in rows))
    counts = np.array([row["n_datasets"] for row in rows]).reshape(len(names), len(names))
    yield "Synthetic battles, each inferred under every rival: truth by row, what the evidence says by column.\n"
    yield from format_markdown_table(
        ("truth",), names, ([name, *map(str, row)] for name, row in zip(names, counts, strict=True))
    )
