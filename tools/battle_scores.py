"""`python -m tools.battle_scores OUTPUT`: what every run says of how far the model is to be trusted as a whole.

From an output of `sim cross-validate` it keeps the Brier scores of the forecasts from the other battles, and how far
each baseline is behind them. Writes `scenarios/battle_scores.json`.
"""

import json
import sys
from pathlib import Path
from typing import Any

from sim.analysis.cross_validation.baselines import BASELINES
from sim.analysis.cross_validation.battle_forecasts import POOLED
from sim.analysis.cross_validation.scores import ALL_KINDS, KINDS
from sim.cli.cross_validate import SEALED_FILE
from sim.outputs.battle_scores import BattleScores, Lead, QuestionKindScore, find_scores_file
from sim.report.cross_validation import KIND_LABELS
from sim.storage.manifest import CrossValidateManifest
from sim.storage.reader import StoredOutput, open_output


def main(argv: list[str]) -> None:
    """Write the file."""
    scores = collect_scores(open_output(Path(argv[0])))
    scores.seal().write(find_scores_file(), indent=1)
    print(
        f"{len(scores.battles)} battles, {scores.overall.questions:,} answers, Brier score {scores.overall.brier:.3f}"
    )


def collect_scores(output: StoredOutput) -> BattleScores:
    """The scores of an output, without their seal."""
    manifest = output.require(CrossValidateManifest)
    sealed = json.loads((output.folder / SEALED_FILE).read_text(encoding="utf-8"))
    rows = [row for row in output.read_table("scores").to_pylist() if row["score"] == "brier"]
    by_kind = {kind: collect_kind(kind, [row for row in rows if row["kind"] == kind]) for kind in KINDS}
    return BattleScores(
        results_digest=manifest.results_digest,
        law=manifest.law,
        battles={name: sealed["battles"][name]["scenario"] for name in manifest.battles},
        overall=by_kind[ALL_KINDS],
        by_kind=tuple(score for kind, score in by_kind.items() if kind != ALL_KINDS),
    )


def collect_kind(kind: str, rows: list[dict[str, Any]]) -> QuestionKindScore:
    """The score of the questions of one kind."""
    (pooled,) = [row for row in rows if row["forecaster"] == POOLED]
    return QuestionKindScore(
        about=KIND_LABELS[kind],
        questions=pooled["n_questions"],
        brier=pooled["value"],
        leads=tuple(
            Lead(baseline=row["forecaster"], difference=row["difference"], low=row["low"], high=row["high"])
            for row in rows
            if row["forecaster"] in BASELINES and row["low"] is not None
        ),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
