"""What is mutated, and the tests that are to notice: those of its own, with plain rules, that end within seconds.

Machine code is left out on purpose: where it comes from a cache, a mutant would not be run at all.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """Some files, the tests that go with them, in the order of how soon they notice, and what those leave out."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    leave: str = ""  # an expression for pytest's -k
    markers: str = "not slow and not verify and not hard"


COMPILED = "not machine_code and not compiled and not cache and not another_process and not digest"
TARGETS: dict[str, Target] = {
    "laws": Target(
        files=("src/sim/laws/**/*.py",),
        tests=("test_laws.py", "test_golden.py"),
        leave=f"{COMPILED} and not fights_the_whole_battle and not dec2014",
    ),
    "engagement": Target(
        files=("src/sim/battle/engagement.py",),
        tests=("test_engagement.py", "test_frozen.py"),
    ),
    "rules": Target(
        files=("src/sim/battle/rules/**/*.py",),
        tests=("test_golden.py", "test_fallbacks.py", "test_theory.py", "test_battle.py", "test_intervention.py",
               "test_random_scenarios.py", "test_aftermath.py"),
        leave=COMPILED,
    ),
    "claims": Target(
        files=("src/sim/likelihood/**/*.py", "src/sim/scenario/claim_kinds.py"),
        tests=("test_claim_kinds.py", "test_claim_comparison.py", "test_control_reports.py", "test_count_tree.py",
               "test_observation_model.py", "test_descriptions.py", "test_frozen.py", "test_scores.py",
               "test_baselines.py"),
        leave=COMPILED,
    ),
    "observables": Target(
        files=("src/sim/events/observables.py",),
        tests=("test_observables.py", "test_frozen.py", "test_claim_comparison.py", "test_control_reports.py",
               "test_golden.py"),
        leave=COMPILED,
    ),
    "scores": Target(
        files=("src/sim/scoring/**/*.py",),
        tests=("test_scores.py", "test_scoringrules.py", "test_baselines.py", "test_frozen.py", "test_evaluate.py"),
        leave=f"{COMPILED} and not command and not figure and not fewer_battles",
    ),
}  # fmt: skip
