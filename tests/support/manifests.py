"""Manifests made up for tests, and outputs that have one without the work behind them."""

import json
from pathlib import Path
from typing import Any

from sim.inference.netcdf import POSTERIOR_FILE, write_posterior
from sim.inference.posterior import Posterior
from sim.outputs.provenance import collect_study_facts
from sim.runs.replicate import Batch, Study
from sim.runs.results_digest import compute_results_digest
from sim.storage.manifest import CalibrateManifest, RunManifest
from sim.storage.seal import SEAL_KEYS, seal_manifest
from sim.storage.writer import write_manifest

FACTS: dict[str, Any] = {
    "written": "2001-06-04T12:00:00+00:00",
    "settings": {},
    "settings_digest": "0" * 64,
    "version": "1.0",
    "commit": None,
    "python": "3.11.7",
    "machine": "x86_64",
    "libraries": {},
    "scenario": "teaching",
    "scenario_digest": "1" * 64,
    "results_digest": "2" * 64,
    "law": "square",
    "seed": 7,
    "runs": 20,
    "engine": "simpy",
    "calibrated": False,
}
OWN_FACTS: dict[str, dict[str, Any]] = {
    "run": {"daily_replications": 20},
    "calibrate": {
        "claims": [], "accepted": True, "failures": [], "warnings": [], "ess": 500.0, "log_evidence": {}, "battles": 9,
        "caption_parts": [],
    },
    "score": {
        "scored_run": "nowhere", "scored_run_digest": "2" * 64, "battles": 20, "splits_digest": "3" * 64,
        "caption_parts": [],
    },
    "compare-models": {"models": {}, "claims": [], "answers": []},
    "sbc": {"min_p_value": 0.5, "quantities": [], "answers": []},
}  # fmt: skip


def make_run_manifest(study: Study, batch: Batch) -> RunManifest:
    """The manifest of a run."""
    facts = collect_study_facts(study, compute_results_digest(batch), {})
    return RunManifest(**facts, daily_replications=len(batch.replications))


def make_facts(command: str, **changes: Any) -> dict[str, Any]:
    """The facts of a manifest, some of them changed."""
    facts = FACTS | OWN_FACTS[command] | changes
    return {name: value for name, value in facts.items() if command != "score" or name not in ("runs", "engine")}


def leave_posterior(folder: Path, posterior: Posterior, **changes: Any) -> Path:
    """An output of `sim calibrate` with a posterior and nothing else."""
    write_posterior(folder / POSTERIOR_FILE, posterior)
    facts = make_facts("calibrate", **{"results_digest": posterior.digest} | changes)
    write_manifest(folder, CalibrateManifest(**facts))
    return folder


def reseal(folder: Path, **changes: Any) -> None:
    """Seal an output again after a change, as whoever forges one knows how to."""
    path = folder / "run.json"
    data = json.loads(path.read_text(encoding="utf-8")) | changes
    facts = {name: value for name, value in data.items() if name not in SEAL_KEYS}
    path.write_text(json.dumps(seal_manifest(folder, facts)), encoding="utf-8")
