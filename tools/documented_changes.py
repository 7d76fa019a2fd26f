"""`python -m tools.documented_changes [NAME ...]`: fight the what-if questions of scenarios for their pages.

Each question of `conf/question/NAME/` is fought with the same luck as the base case: from the posterior that is shipped
with the scenario, if there is one, with new random inputs; else before any report. Writes
`scenarios/changes/NAME.json`.
"""

import sys

import numpy as np

from sim import paths
from sim.analysis.cluster_intervals import estimate_paired_difference
from sim.analysis.posterior_predictive import number_lineages
from sim.cli.settings import CALIBRATED, Settings, compose_settings
from sim.cli.whatif import WhatifPlan, plan_whatif, select_questions
from sim.inference.netcdf import read_posterior
from sim.outputs.calibrated_headlines import find_shipped_posterior
from sim.outputs.documented_changes import DocumentedChange, DocumentedChanges, find_changes_file
from sim.outputs.provenance import describe_environment
from sim.runs.paired import PairedComparison, run_paired_comparison
from sim.runs.replicate import iterate_batches
from sim.scoring.claim_comparison import select_headline_outputs

PAIRS = 2000
SEED = 7


def main(names: list[str]) -> None:
    """Write the file of each scenario, or of all that have questions."""
    for name in names or list_scenarios():
        changes = fight_changes(name, select_questions(name))
        find_changes_file(name).parent.mkdir(exist_ok=True)
        changes.seal().write(find_changes_file(name), indent=1)
        print(f"{name}: {len(changes.changes)} changes, {changes.pairs:,} pairs each")


def list_scenarios() -> list[str]:
    """The scenarios that have questions."""
    return sorted(path.name for path in (paths.conf_folder() / "question").iterdir() if path.is_dir())


def fight_changes(name: str, questions: list[str]) -> DocumentedChanges:
    """Some questions of a scenario, answered; without their seal."""
    posterior_folder = find_shipped_posterior(name)
    source = [] if posterior_folder is None else [f"parameters={CALIBRATED}", "randomness=independent"]

    def compose(more: list[str]) -> Settings:
        return compose_settings([*more, f"scenario={name}", f"seed={SEED}", f"runs={PAIRS}", *source])

    plan = plan_whatif(questions, compose)
    comparison = run_paired_comparison(plan.studies, lambda _, study: iterate_batches(study, workers=1))
    posterior = None if posterior_folder is None else read_posterior(posterior_folder)
    lineages = np.arange(PAIRS) if posterior is None else number_lineages(posterior)
    base = next(iter(plan.studies.values())).simulation
    outputs = select_headline_outputs(base.scenario, base.end_hours)
    headline = next(number for number, output in outputs.items() if output.at_least is not None)
    made_by = describe_environment()
    return DocumentedChanges(
        scenario=name,
        scenario_digest=base.scenario.compute_digest(),
        law=base.law,
        posterior_digest="" if posterior is None else posterior.digest,
        headline=headline,
        seed=SEED,
        pairs=PAIRS,
        machine=made_by["machine"],
        libraries=made_by["libraries"],
        changes=make_changes(plan, comparison, headline, lineages[np.arange(PAIRS) % len(lineages)]),
    )


def make_changes(
    plan: WhatifPlan, comparison: PairedComparison, headline: int, clusters: np.ndarray
) -> tuple[DocumentedChange, ...]:
    """The paired difference of each change in the event; battles of one cluster are not independent of one another."""
    column = [measure.id for measure in comparison.measures].index(f"headline_{headline}")
    base = comparison.base_values[:, column]
    changes = []
    for change in plan.changes:
        changed = comparison.changed_values[change.name][:, column]
        estimate = estimate_paired_difference(changed - base, clusters)
        changes.append(
            DocumentedChange(
                name=change.name,
                question=change.question or "",
                description=change.description,
                base=float(base.mean()),
                changed=float(changed.mean()),
                difference=estimate.value,
                low=estimate.low,
                high=estimate.high,
            )
        )
    return tuple(changes)


if __name__ == "__main__":
    main(sys.argv[1:])
